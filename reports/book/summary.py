"""The first sheet: the lines that every output starts with, and the figures of each plan as numbers."""

from __future__ import annotations

from reports.board.findings import story
from reports.board.rivals import plan_name
from reports.book.sheet import HEAD_ROW, Book, Sheet

LINES = ("decision", "gain", "typical", "loss", "cash", "flip", "status", "readings", "roi", "calibration")
FIGURES = (
    ("average", "mean", "money"),
    ("error", "mean_se", "money"),
    ("bad", "p05", "money"),
    ("middle", "p50", "money"),
    ("good", "p95", "money"),
    ("worst", "cvar05", "money"),
    ("loss", "chance_below 0", "percent"),
)
LETTERS_A_LINE = 128
LINE_HEIGHT = 14.5


def write_summary(book: Book) -> None:
    """Write the sheet Summary."""
    sheet = Sheet(book, "summary", (38, *[13] * len(FIGURES)))
    told = story(book.shelf)
    row = HEAD_ROW
    for key in (key for key in LINES if key in told):
        sheet.words(row, 0, book.word(f"line_{key}"), "top")
        sheet.sheet.merge_range(row, 1, row, len(FIGURES), "", sheet.style("beside"))
        sheet.words(row, 1, told[key], "beside")
        wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in str(told[key]))
        sheet.sheet.set_row(row, LINE_HEIGHT * (1 + wide // LETTERS_A_LINE) + 2)
        row += 1
    _figures(sheet, row + 1)


def _figures(sheet: Sheet, row: int) -> None:
    """Write the result in today's money of each plan, in millions or in 万."""
    book, shelf = sheet.book, sheet.book.shelf
    titles = [f"{book.word(key)}{'' if style == 'percent' else ', ' + book.word('money')}" for key, _, style in FIGURES]
    sheet.heads(row, [book.word("plan"), *titles])
    sheet.sheet.set_row(row, 3 * LINE_HEIGHT)
    for place, plan in enumerate(map(str, shelf.run.dataset["plan"].values), row + 1):
        sheet.words(place, 0, plan_name(shelf, plan), "wrap")
        if len(str(plan_name(shelf, plan))) > 42:
            sheet.sheet.set_row(place, 2 * LINE_HEIGHT)
        for column, (_, statistic, style) in enumerate(FIGURES, 1):
            scale = 1.0 if style == "percent" else book.scale
            sheet.number(place, column, shelf.number("npv", statistic, plan=plan), style, scale)
