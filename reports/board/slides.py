"""A deck as a file: slides put into the layouts of a template, each number noted in the register that travels in it."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from math import isnan
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.util import Emu, Pt

from model.errors import Finding, InputError
from model.workbook_file import MADE
from reports import deck_places, registers
from reports.board.fitting import cell_high, fitting, tall
from reports.board.marks_on_slides import band, tag, tiles
from reports.board.native_charts import all_drawn, chart_data, chart_type, dress, rgb
from reports.board.slide_template import NAMES, own_template
from reports.board.specs import ChartSpec, SlideSpec, TableSpec, Words
from reports.cited import Register, joined
from reports.forms import width
from reports.packing import timeless

PLACES = {"chart": ("chart", "object"), "table": ("table", "object"), "text": ("body", "object")}
"""Kinds of placeholders that take a thing, the fitting one first."""
WANTED = {
    "text": ("text",),
    "chart": ("chart", "text"),
    "charts": ("chart", "chart"),
    "table": ("table",),
    "section": (),
    "beside": ("table", "chart"),
}
TITLES, TEXTS, CELLS = (24, 22, 20, 18, 16), (18, 16, 14, 13, 12, 11, 10, 9), (16, 15, 14, 13, 12, 11, 10, 9, 8)
LEAST = 12
"""Points of type for which a text under a table gets room (R228)."""
PALE = "ECEEF1"
FIGURE = re.compile(r"[−+±]?\d|–$")
LONG = 26
"""Letters from which on a cell is a sentence, no figure."""
SPREAD = 0.96
"""Share of its room that a table is spread over: another program's rows may be a little higher."""
MOST_APART = 1.7
"""Height of a row at most, times that of its text."""
BOLD = 0.6
"""Width of a bold letter as a share of the size of the type."""
PAD = 0.1
"""Room beside a cell's text, inches, left and right together 0.2."""


class Deck:
    """A deck while it is written.

    Parameters
    ----------
    template : a company's .pptx; None takes our own
    register : notes every text and number with its place
    footer : stands at the foot of each slide; mark : across each slide, "" for none
    """

    def __init__(self, register: Register, footer: str, mark: str, template: Path | None = None) -> None:
        self.register, self.footer, self.mark = register, footer, mark
        self.file = opened(template) if template else own_template()
        self.where = str(template or "own template")

    def add(self, spec: SlideSpec) -> None:
        """Put one slide at the end."""
        slide = self.file.slides.add_slide(self._layout(spec.kind))
        free = _free(slide)
        self._mark(slide)
        tag(slide, self.register, self.mark, self.file.slide_width)
        self._title(slide, spec.title)
        for chart in spec.charts:
            self._chart(slide, _taken(free, "chart"), chart)
        place = _taken(free, "table") if spec.table else None
        text = _taken(free, "text") if spec.body else None
        if spec.table and place is not None:
            below = [] if spec.body else [each.top + each.height for each in free]
            end = max([place.top + place.height, *below]) - _room(place, text, spec.body)
            self._table(slide, place, spec.table, end - place.top)
        if text is not None:
            self._tops(slide, text, spec)
            self._paragraphs(slide, text, spec.body)
        for left in free:
            left._element.getparent().remove(left._element)
        self._foot(slide, spec.futures)
        self._notes(slide, spec.notes)

    def content(self) -> bytes:
        """Return the file; the same slides give the same bytes."""
        registers.into_deck(self.file, self.register.as_json())
        told = self.file.core_properties
        told.title, told.author, told.last_modified_by = self.footer, "headcast", "headcast"
        told.created = told.modified = datetime(MADE.year, MADE.month, MADE.day)
        told.revision = 1
        raw = BytesIO()
        self.file.save(raw)
        return timeless(raw.getvalue())

    def _layout(self, kind: str) -> Any:
        layouts = {layout.name: layout for layout in self.file.slide_layouts}
        known = [layouts[name] for name in NAMES[kind] if name in layouts]
        fit = [layout for layout in known if _holds(layout, WANTED[kind])]
        others = [layout for layout in layouts.values() if _holds(layout, WANTED[kind])]
        if not (fit or others):
            allowed = f"a layout “{NAMES[kind][0]}” with a title and {', '.join(WANTED[kind]) or 'nothing else'}"
            found, fix = ", ".join(layouts), "add it to the template, or leave --template out"
            raise InputError(Finding("E-FILE", self.where, "has no layout for this slide", found, allowed, fix))
        return (fit or others)[0]

    def _title(self, slide: Any, title: Words) -> None:
        shape = slide.shapes.title
        text = self.register.says(deck_places.paragraph(slide, shape, 1), title)
        shape.text_frame.text = text
        size = fitting([text], shape.width.pt, shape.height.pt, TITLES)
        _sized(shape.text_frame.paragraphs, size)

    def _tops(self, slide: Any, place: Any, spec: SlideSpec) -> None:
        """Put the sentence and the key figures over the text, which takes the rest of its place."""
        box = (place.left, place.top, place.width, place.height)
        if spec.lead:
            box = band(slide, self.register, spec.lead, box)
        if spec.tiles:
            box = tiles(slide, self.register, spec.tiles, box)
        place.left, place.top, place.width, place.height = box

    def _paragraphs(self, slide: Any, shape: Any, body: Sequence[Words]) -> None:
        frame = shape.text_frame
        texts = [self.register.says(deck_places.paragraph(slide, shape, n), said) for n, said in enumerate(body, 1)]
        frame.text = texts[0]
        for text in texts[1:]:
            frame.add_paragraph().text = text
        size = fitting(texts, shape.width.pt - 20, shape.height.pt, TEXTS, apart=8)
        for paragraph in frame.paragraphs:
            paragraph.space_after = Pt(6)
        _sized(frame.paragraphs, size)

    def _chart(self, slide: Any, place: Any, spec: ChartSpec) -> None:
        number = slide.shapes._next_shape_id
        drawn = [[None if isnan(v) else v for v in each.numbers.drawn] for each in all_drawn(spec)]
        data = chart_data(spec, drawn, [str(words) for words in spec.bars])
        frame = slide.shapes.add_chart(chart_type(spec), place.left, place.top, place.width, place.height, data)
        _put(frame, place)
        for index, each in enumerate(all_drawn(spec), 1):
            self.register.draws(deck_places.series(slide, frame, index), each.numbers)
        for index, words in enumerate(spec.bars, 1):
            self.register.says(deck_places.category(slide, frame, index), words)
        dress(frame.chart, spec, self.register.shelf.language)
        _describe(frame, f"Chart {number}", str(spec.alt))

    def _table(self, slide: Any, place: Any, spec: TableSpec, high: int) -> None:
        rows = [spec.head, *spec.rows]
        frame = slide.shapes.add_table(len(rows), len(spec.head), place.left, place.top, place.width, place.height)
        wide = place.width
        _put(frame, place)
        table = frame.table
        _style(table, self.file)
        share = sum(spec.widths)
        for column, part in zip(table.columns, spec.widths, strict=True):
            column.width = Emu(round(wide * part / share))
        texts = [
            [self.register.says(deck_places.cell(slide, frame, y, x), said) for x, said in enumerate(row, 1)]
            for y, row in enumerate(rows, 1)
        ]
        size = _table_size(texts, [column.width.inches for column in table.columns], Emu(high).inches)
        right = [_figures([row[x] for row in texts[1:]]) for x in range(len(spec.head))]
        for y, row in enumerate(texts):
            table.rows[y].height = Emu(round(_row_high(row, [c.width.inches for c in table.columns], size) * 914400))
            for x, text in enumerate(row):
                _cell(table.cell(y, x), text, size, bold=not y or y - 1 in spec.strong, right=x > 0 and right[x])
        _spread(table, high)
        frame.height = Emu(sum(row.height for row in table.rows))
        _describe(frame, frame.name, " · ".join(texts[0]))

    def _mark(self, slide: Any) -> None:
        """Write the mark large and pale across the slide, behind everything else."""
        if not self.mark:
            return
        wide, high = self.file.slide_width, self.file.slide_height
        box = slide.shapes.add_textbox(Emu(wide // 8), Emu(high // 3), Emu(wide * 3 // 4), Emu(high // 3))
        box.rotation, box.name = -20, "Mark"
        frame = box.text_frame
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.text = self.register.says(deck_places.paragraph(slide, box, 1), self.mark)
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.CENTER
        paragraph.runs[0].font.size, paragraph.runs[0].font.bold = Pt(120 if len(self.mark) < 8 else 90), True
        paragraph.runs[0].font.color.rgb = rgb(PALE)
        slide.shapes._spTree.remove(box._element)
        slide.shapes._spTree.insert(2, box._element)

    def _foot(self, slide: Any, futures: Words) -> None:
        """Copy footer and number of the layout, which the library leaves out, onto the slide."""
        for shape in slide.slide_layout.placeholders:
            kind = "".join(shape._element.xpath("p:nvSpPr/p:nvPr/p:ph/@type"))
            if kind not in ("ftr", "sldNum"):
                continue
            made = copy.deepcopy(shape._element)
            made.nvSpPr.cNvPr.set("id", str(slide.shapes._next_shape_id))
            for spec in made.xpath("p:spPr/*"):
                spec.getparent().remove(spec)
            slide.shapes._spTree.append(made)
            if kind == "ftr":
                foot = slide.shapes[-1]
                foot.text_frame.text = self.register.says(
                    deck_places.paragraph(slide, foot, 1), _with(self.footer, futures)
                )

    def _notes(self, slide: Any, notes: Sequence[Words]) -> None:
        if not notes:
            return
        frame = slide.notes_slide.notes_text_frame
        texts = [self.register.says(deck_places.note(slide, n), said) for n, said in enumerate(notes, 1)]
        frame.text = texts[0]
        for text in texts[1:]:
            frame.add_paragraph().text = text


def _room(table: Any, text: Any, body: Sequence[Words]) -> int:
    """Let a text under a table begin higher where it would be too small else, and return by how much, EMU (R228)."""
    if text is None or text.top < table.top + table.height:
        return 0
    wanted = Pt(tall([str(said) for said in body], LEAST, Emu(text.width).pt - 20, apart=8) + 4)
    more: int = min(max(wanted - text.height, 0), table.height // 3)
    text.left, text.top, text.width, text.height = text.left, text.top - more, text.width, text.height + more
    return more


def _with(footer: str, futures: Words) -> Words:
    return joined([footer, futures], " · ") if str(futures) else footer


def opened(template: Path) -> Any:
    """Return a company's template without its slides.

    Raises
    ------
    InputError : no such file, or not a .pptx
    """
    try:
        deck = pptx.Presentation(str(template))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        what = "cannot be read as a template"
        raise InputError(Finding("E-FILE", str(template), what, str(error)[:200], "a .pptx")) from error
    ids = deck.slides._sldIdLst
    for each in list(ids):
        deck.part.drop_rel(each.rId)
        ids.remove(each)
    return deck


def _kind(placeholder: Any) -> str:
    return str(placeholder.placeholder_format.type).split(" ")[0].rsplit(".", 1)[-1].lower()


def _free(slide: Any) -> list[Any]:
    return [each for each in slide.placeholders if each.placeholder_format.idx != 0]


def _holds(layout: Any, wanted: Sequence[str]) -> bool:
    """Say whether a layout has a title and a place for each thing."""
    kinds = [_kind(each) for each in layout.placeholders]
    if not {"title", "center_title"} & set(kinds):
        return False
    for thing in wanted:
        found = next((kind for kind in PLACES[thing] if kind in kinds), None)
        if found is None:
            return False
        kinds.remove(found)
    return True


def _taken(free: list[Any], thing: str) -> Any:
    """Take the placeholder for a thing; None where a text has none, as beside a company's only placeholder."""
    for wanted in PLACES[thing]:
        for each in free:
            if _kind(each) == wanted:
                free.remove(each)
                return each
    return None


def _put(frame: Any, placeholder: Any) -> None:
    """Let a chart or a table stand in its placeholder, so that a changed layout moves it too."""
    mark = placeholder._element.xpath("p:nvSpPr/p:nvPr/p:ph")[0]
    frame._element.xpath("p:nvGraphicFramePr/p:nvPr")[0].append(copy.deepcopy(mark))
    placeholder._element.getparent().remove(placeholder._element)


def _describe(frame: Any, name: str, alt: str) -> None:
    told = frame._element.xpath("p:nvGraphicFramePr/p:cNvPr")[0]
    told.set("name", name)
    told.set("descr", alt)


def _sized(paragraphs: Sequence[Any], size: float) -> None:
    for paragraph in paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(size)


def _style(table: Any, deck: Any) -> None:
    """Give a table the style that the template names as its own."""
    for relation in deck.part.rels.values():
        if relation.reltype.endswith("/tableStyles"):
            own = parse_xml(relation.target_part.blob).get("def")
            for node in table._tbl.xpath("a:tblPr/a:tableStyleId"):
                node.text = own or node.text


def _row_high(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    """Return the height of a row in inches; widths : of the columns, inches."""
    rooms = [72 * (width - 2 * PAD) for width in widths]
    return (max(cell_high(text, size, room) for text, room in zip(row, rooms, strict=True)) + 7) / 72


def _spread(table: Any, high: int) -> None:
    """Let rows stand further apart where the table has room, at most so far that it still reads as one."""
    own = sum(row.height for row in table.rows)
    factor = min(SPREAD * high / own, MOST_APART)
    for row in table.rows:
        row.height = Emu(int(row.height * max(factor, 1.0)))


def _table_size(texts: Sequence[Sequence[str]], widths: Sequence[float], high: float) -> float:
    def total(size: float) -> float:
        return sum(_row_high(row, widths, size) for row in texts)

    def whole(size: float) -> bool:
        """Say whether no word of a cell is broken."""
        cells = ((text, room) for row in texts for text, room in zip(row, widths, strict=True))
        return all(
            width(word) * size * BOLD <= 72 * (room - 2 * PAD)
            for text, room in cells
            for word in text.split()
            if word.isascii()
        )

    fit = [size for size in CELLS if total(size) <= high]
    return next((size for size in fit if whole(size)), fit[-1] if fit else CELLS[-1])


def _cell(cell: Any, text: str, size: float, bold: bool, right: bool) -> None:
    cell.margin_top = cell.margin_bottom = Pt(3)
    frame = cell.text_frame
    frame.text = text
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), bold


def _figures(column: Sequence[str]) -> bool:
    """Say whether most cells of a column are figures, which stand at the right; a dash is one where others are."""
    told = [text for text in column if text != "–"]
    return 2 * sum(bool(FIGURE.match(text)) and width(text) < LONG for text in told) > len(told)
