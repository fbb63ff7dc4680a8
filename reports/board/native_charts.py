"""Charts that the reader of a deck can edit, from their descriptions: areas, bars and lines, each with its workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from model.workbook_file import safe_workbook
from reports.board.axis_steps import ticks
from reports.board.slide_template import INK, SOFT
from reports.board.specs import ChartSpec, Drawn

SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
KINDS = {
    ("area", True): XL_CHART_TYPE.AREA_STACKED,
    ("bar", True): XL_CHART_TYPE.BAR_STACKED,
    ("bar", False): XL_CHART_TYPE.BAR_CLUSTERED,
    ("column", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("column", True): XL_CHART_TYPE.COLUMN_STACKED,
}
MONEY, FINE, PERCENT = "#,##0;−#,##0", "#,##0.0;−#,##0.0", "0%"
DATES = {"en": "mmm yyyy", "zh": 'yyyy"年"m"月"'}
DASHES = {"dash": MSO_LINE.DASH, "dot": MSO_LINE.ROUND_DOT}
SMALL = Pt(11)
WHITE = "FFFFFF"
MANY = 12
"""Columns beyond which every other one is named."""


def rgb(colour: str) -> Any:
    """Return a colour RRGGBB as the library takes it."""
    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def chart_type(spec: ChartSpec) -> Any:
    """Return the library's name of a kind of chart."""
    return XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS if spec.kind == "lines" else KINDS[spec.kind, spec.stacked]


def chart_data(spec: ChartSpec, drawn: Sequence[Sequence[float | None]], bars: Sequence[str]) -> Any:
    """Return the numbers of a chart as the library takes them.

    Parameters
    ----------
    drawn : numbers of each series, None where there is none, the line over the areas last; bars : words at the bars
    """
    if spec.kind == "lines":
        points: Any = XyChartData(number_format="General")  # type: ignore[no-untyped-call]
        for each, values in zip(spec.drawn, drawn, strict=True):
            series = points.add_series(each.label)
            for across, value in zip(each.across, values, strict=True):
                series.add_data_point(across, value)
        return points
    data: Any = CategoryChartData(number_format="General")  # type: ignore[no-untyped-call]
    data.categories = months(spec.months, len(drawn[0])) if spec.months else list(bars)
    for each, values in zip(all_drawn(spec), drawn, strict=True):
        data.add_series(each.label, values)
    return data


def all_drawn(spec: ChartSpec) -> list[Drawn]:
    """Return all series of a chart, the line over the areas last."""
    return [*spec.drawn, *([spec.line] if spec.line else [])]


def months(start: str, size: int) -> list[date]:
    """Return the first days of months from YYYY-MM on.

    Examples
    --------
    >>> months("2027-12", 2)
    [datetime.date(2027, 12, 1), datetime.date(2028, 1, 1)]
    """
    year, first = (int(part) for part in start.split("-"))
    return [date(year + (first - 1 + place) // 12, (first - 1 + place) % 12 + 1, 1) for place in range(size)]


def dress(chart: Any, spec: ChartSpec, language: str) -> None:
    """Give a chart its colours, axes and legend, and let its workbook hold texts as texts."""
    chart.font.size = SMALL
    chart.font.color.rgb = rgb(INK)
    chart.has_title = False
    _legend(chart, spec)
    _axes(chart, spec, language)
    for series, each in zip((s for plot in chart.plots for s in plot.series), all_drawn(spec), strict=True):
        _paint(series, each, spec)
    if spec.kind in ("bar", "column"):
        plot = chart.plots[0]
        plot.gap_width = 0 if spec.kind == "column" else 40
        plot.overlap = 100
    if spec.line:
        _lift(chart)
    _plain_axes(chart)
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(chart, spec))


def _legend(chart: Any, spec: ChartSpec) -> None:
    named = [each for each in all_drawn(spec) if each.told]
    chart.has_legend = spec.legend and (len(named) > 1 or spec.kind == "area")
    if not chart.has_legend:
        return
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = SMALL
    place = chart.legend._element.find(qn("c:legendPos"))
    hidden = [number for number, each in enumerate(all_drawn(spec)) if not each.told]
    for number in reversed(hidden):
        entry = f'<c:legendEntry {SPACES}><c:idx val="{number}"/><c:delete val="1"/></c:legendEntry>'
        place.addnext(parse_xml(entry))


def _axes(chart: Any, spec: ChartSpec, language: str) -> None:
    values, other = chart.value_axis, chart.category_axis
    for axis in (values, other):
        axis.tick_labels.font.size = SMALL
        axis.format.line.color.rgb = rgb(SOFT)
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = rgb("E5E7EB")
    other.has_major_gridlines = False
    _number_form(values, PERCENT if spec.percent else MONEY)
    for axis, words in ((values, spec.up), (other, spec.along)):
        if words:
            _title(axis, words)
    if spec.kind == "lines":
        _number_form(other, MONEY)
        other.crosses = XL_AXIS_CROSSES.MINIMUM
    if spec.kind == "bar":
        other.reverse_order = True
        values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        _steps(values, spec)
    if spec.months:
        _dates(other, language)
    elif spec.kind == "column" and len(spec.bars) > MANY:
        _every_other(other)
    if spec.percent:
        values.minimum_scale = 0.0
        values.maximum_scale = None if spec.kind == "column" else 1.0


def _steps(axis: Any, spec: ChartSpec) -> None:
    """Set ends and steps of the axis under lying bars, so that its labels stand apart."""
    low, high, step = ticks(spec)
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    if step < 1 and not spec.percent:
        _number_form(axis, FINE)


def _every_other(axis: Any) -> None:
    """Name every other column only."""
    last = axis._element.find(qn("c:noMultiLvlLbl"))
    made = parse_xml(f'<c:tickLblSkip {SPACES} val="2"/>')
    if last is None:
        axis._element.append(made)
    else:
        last.addprevious(made)


def _number_form(axis: Any, form: str) -> None:
    axis.tick_labels.number_format = form
    axis.tick_labels.number_format_is_linked = False


def _title(axis: Any, words: str) -> None:
    axis.has_title = True
    frame = axis.axis_title.text_frame
    frame.text = words
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = SMALL, False


def _dates(axis: Any, language: str) -> None:
    _number_form(axis, DATES[language])
    node = axis._element
    for tag, value in (("c:baseTimeUnit", "months"), ("c:majorUnit", "12"), ("c:majorTimeUnit", "months")):
        for old in node.findall(qn(tag)):
            node.remove(old)
        made = parse_xml(f'<{tag} {SPACES} val="{value}"/>')
        node.append(made)


def _paint(series: Any, each: Drawn, spec: ChartSpec) -> None:
    if spec.kind == "lines":
        _paint_line(series, each)
        return
    fill = series.format.fill
    if not each.colour:
        fill.background()
        series.format.line.fill.background()
        return
    fill.solid()
    fill.fore_color.rgb = rgb(each.colour)
    if spec.kind == "area" and not spec.line:
        series.format.line.color.rgb = rgb(WHITE)
        series.format.line.width = Pt(0.5)
    if spec.kind == "column" and not spec.months:
        series.format.line.color.rgb = rgb(WHITE)
    if each.alpha < 100:
        colour = fill._xPr.find(qn("a:solidFill"))[0]
        colour.append(parse_xml(f'<a:alpha {SPACES} val="{each.alpha * 1000}"/>'))


def _paint_line(series: Any, each: Drawn) -> None:
    series.smooth = False
    colour = rgb(each.colour)
    if each.marks:
        series.format.line.fill.background()
        series.marker.size = 10
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour
        _marker(series)
        return
    line = series.format.line
    line.color.rgb, line.width = colour, Pt(2.5)
    if each.dash:
        line.dash_style = DASHES[each.dash]


def _marker(series: Any) -> None:
    for symbol in series._element.xpath("c:marker/c:symbol"):
        symbol.set("val", "circle")


def _lift(chart: Any) -> None:
    """Draw the last series of an area chart as a line over it."""
    area = chart._chartSpace.xpath(".//c:areaChart")[0]
    last = area.findall(qn("c:ser"))[-1]
    area.remove(last)
    for old in last.findall(qn("c:spPr")):
        last.remove(old)
    colour = f'<a:solidFill><a:srgbClr val="{INK}"/></a:solidFill>'
    last.find(qn("c:tx")).addnext(
        parse_xml(f'<c:spPr {SPACES}><a:ln w="31750" cap="rnd">{colour}<a:round/></a:ln></c:spPr>')
    )
    last.find(qn("c:spPr")).addnext(parse_xml(f'<c:marker {SPACES}><c:symbol val="none"/></c:marker>'))
    last.append(parse_xml(f'<c:smooth {SPACES} val="0"/>'))
    line = parse_xml(f'<c:lineChart {SPACES}><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    line.append(last)
    line.append(parse_xml(f'<c:marker {SPACES} val="1"/>'))
    for axis in area.findall(qn("c:axId")):
        line.append(parse_xml(f'<c:axId {SPACES} val="{axis.get("val")}"/>'))
    area.addnext(line)


def _plain_axes(chart: Any) -> None:
    """Number the axes 1, 2: the library's own numbers are negative, which the format does not know."""
    nodes = chart._chartSpace.xpath(".//c:axId | .//c:crossAx")
    fresh = count(1)
    known: dict[str, str] = {}
    for node in nodes:
        old = node.get("val")
        known.setdefault(old, str(next(fresh)))
        node.set("val", known[old])


def _workbook(chart: Any, spec: ChartSpec) -> bytes:
    """Return the workbook behind a chart: cells where the chart looks for them, texts never as formulas."""
    with safe_workbook() as (book, made):
        sheet = book.add_worksheet("Sheet1")
        day = book.add_format({"num_format": "yyyy-mm"})
        if spec.kind == "lines":
            _lines_sheet(sheet, chart)
        else:
            _bars_sheet(sheet, day, chart, spec)
    return made.getvalue()


def _bars_sheet(sheet: Any, day: Any, chart: Any, spec: ChartSpec) -> None:
    series = [each for plot in chart.plots for each in plot.series]
    if spec.months:
        for row, month in enumerate(months(spec.months, len(list(series[0].values))), 1):
            sheet.write_datetime(row, 0, month, day)
    else:
        for row, words in enumerate(chart.plots[0].categories, 1):
            sheet.write_string(row, 0, str(words))
    for column, each in enumerate(series, 1):
        sheet.write_string(0, column, each.name)
        for row, value in enumerate(each.values, 1):
            if value is not None:
                sheet.write_number(row, column, value)


def _lines_sheet(sheet: Any, chart: Any) -> None:
    row = 0
    for each in chart.plots[0].series:
        sheet.write_string(row, 1, each.name)
        across = each._element.xpath("c:xVal//c:pt/c:v")
        for place, (x, value) in enumerate(zip(across, each.values, strict=True), 1):
            sheet.write_number(row + place, 0, float(x.text))
            if value is not None:
                sheet.write_number(row + place, 1, value)
        row += len(across) + 2
