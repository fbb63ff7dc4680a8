"""Cash and heads by month, each with a chart that the spreadsheet program draws from its cells."""

from __future__ import annotations

from typing import Any

from model.quoting import VALUE
from reports.book.sheet import HEAD_ROW, LINE, Book, Sheet
from reports.drawing import RECOMMENDED

QUANTILES = (("bad", 0.05), ("low25", 0.25), ("middle", 0.5), ("high75", 0.75), ("good", 0.95))
COLOURS = ("#b45309", "#e0a96d", "#1d4ed8", "#8fb0e8", "#0f766e")
CHART = {"width": 860, "height": 420}
STEP = 6
"""Months between labels of a chart's axis."""


def write_cash(book: Book) -> None:
    """Write the sheet Cash: quantiles of cumulative cash by month."""
    sheet = Sheet(book, "cash", (12, *[12.5] * len(QUANTILES)))
    unit = book.word("money")
    sheet.heads(HEAD_ROW, [book.word("month"), *(f"{book.word(key)}, {unit}" for key, _ in QUANTILES)])
    sheet.sheet.set_row(HEAD_ROW, 44)
    months = _months(sheet)
    for column, (_, level) in enumerate(QUANTILES, 1):
        series = book.shelf.series("cash_quantile", "month", VALUE, scale=book.scale, plan=RECOMMENDED, quantile=level)
        sheet.down(HEAD_ROW + 1, column, series, "money")
    _chart(sheet, months, len(QUANTILES), f"{book.word('cash_axis')}, {unit}", "0.0" if book.scale > 1e5 else "#,##0")


def write_heads(book: Book) -> None:
    """Write the sheet Heads: approved and present, in all and approved by role."""
    shelf = book.shelf
    roles = [str(role) for role in shelf.run.dataset["role"].values]
    sheet = Sheet(book, "heads", (12, 11, 11, *[11] * len(roles)))
    titles = [book.word("month"), book.word("approved_heads"), book.word("present_heads")]
    sheet.heads(HEAD_ROW, titles)
    for column, role in enumerate(roles, 3):
        sheet.words(HEAD_ROW, column, shelf.assumed(f"/roles/{role}/title"), "head_right")
    sheet.sheet.set_row(HEAD_ROW, 44)
    months = _months(sheet)
    for column, name, style in ((1, "heads_planned", "count"), (2, "heads_mean", "heads")):
        sheet.down(HEAD_ROW + 1, column, shelf.series(name, "month", VALUE, over=("role",), plan=RECOMMENDED), style)
    for column, role in enumerate(roles, 3):
        series = shelf.series("heads_planned", "month", VALUE, plan=RECOMMENDED, role=role)
        sheet.down(HEAD_ROW + 1, column, series, "count")
    _chart(sheet, months, 2, book.word("heads"), "0", colours=(LINE, COLOURS[2]), at=3 + len(roles))


def _months(sheet: Sheet) -> int:
    months = sheet.book.shelf.run.dataset.sizes["month"]
    sheet.labels(HEAD_ROW + 1, 0, [sheet.book.calendar(month) for month in range(1, months + 1)], "month")
    sheet.sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.sheet.repeat_rows(HEAD_ROW)
    return months


def _chart(
    sheet: Sheet, months: int, columns: int, axis: str, form: str, colours: tuple[str, ...] = COLOURS, at: int = 0
) -> None:
    """Draw columns as lines over the months, beside their table."""
    chart = sheet.book.book.add_chart({"type": "line"})
    first, last = HEAD_ROW + 1, HEAD_ROW + months
    for column in range(1, columns + 1):
        chart.add_series(
            {
                "name": [sheet.name, HEAD_ROW, column],
                "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, column, last, column],
                "line": {"color": colours[column - 1], "width": 2.5 if column == (columns + 1) // 2 else 1.5},
            }
        )
    font: dict[str, Any] = {"size": 9, "bold": False}
    chart.set_x_axis({"interval_unit": STEP, "interval_tick": STEP, "label_position": "low", "num_font": font})
    gridlines = {"visible": True, "line": {"color": LINE, "width": 0.5}}
    chart.set_y_axis(
        {"name": axis, "name_font": font, "num_font": font, "num_format": form, "major_gridlines": gridlines}
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size(CHART)
    sheet.sheet.insert_chart(HEAD_ROW, (at or columns + 1) + 1, chart, {"description": axis})
