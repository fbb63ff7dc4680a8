"""Profit and loss by year and quarter: averages, which add up, and the 1-in-10 cases, which do not."""

from __future__ import annotations

from model.quoting import BOOKS, VALUE
from reports.book.sheet import HEAD_ROW, Book, Sheet
from reports.cells import cell_name

PARTS = ("revenue", "team_pay", "other_costs", "result", "timing", "cash")
ADDED = 3
"""The first parts: together they are the result."""
CASES = (("average", None), ("bad10", 0.1), ("good10", 0.9))
SPANS = (("year", 12), ("quarter", 3))


def write_profit(book: Book) -> None:
    """Write the sheet P&L: the whole horizon and its years, then its quarters."""
    sheet = Sheet(book, "profit", (24, *[10.5] * (len(PARTS) * len(CASES))))
    row = HEAD_ROW + 2
    checks: list[str] = []
    for span, length in SPANS:
        _heads(sheet, row, span)
        first = row + 2
        count = book.shelf.answers[BOOKS].sizes[span]
        months = book.shelf.run.dataset.sizes["month"]
        for place in range(count):
            said = book.word("range").format(
                first=book.calendar(place * length + 1), last=book.calendar(min((place + 1) * length, months))
            )
            sheet.words(first + place, 0, said, "month")
        _columns(sheet, first, span)
        row = first + count
        if span == "year":
            sheet.words(row, 0, book.word("horizon"), "bold")
            _columns(sheet, row, "horizon")
            row += 1
        checks += [
            f"{cell_name(first, part * len(CASES) + 1)}:{cell_name(row - 1, part * len(CASES) + 1)}"
            for part in range(4)
        ]
        row += 2
    _check(sheet, checks)
    sheet.sheet.freeze_panes(HEAD_ROW, 1)


def _heads(sheet: Sheet, row: int, span: str) -> None:
    word, unit = sheet.book.word, sheet.book.word("money")
    sheet.words(row, 0, "", "head")
    for place, part in enumerate(PARTS):
        first = place * len(CASES) + 1
        sheet.sheet.merge_range(row, first, row, first + len(CASES) - 1, "", sheet.style("head_group"))
        sheet.words(row, first, f"{word(f'part_{part}')}, {unit}", "head_group")
    sheet.heads(row + 1, [word(span), *(word(case) for _ in PARTS for case, _ in CASES)])
    sheet.sheet.set_row(row + 1, 30)


def _columns(sheet: Sheet, row: int, span: str) -> None:
    shelf = sheet.book.shelf
    for place, part in enumerate(PARTS):
        for number, (_, level) in enumerate(CASES):
            if level is None:
                found = shelf.series(f"{span}_mean", span, VALUE, scale=sheet.book.scale, of=BOOKS, part=part)
            else:
                found = shelf.series(
                    f"{span}_quantile", span, VALUE, scale=sheet.book.scale, of=BOOKS, part=part, level=level
                )
            sheet.down(row, place * len(CASES) + number + 1, found, "money_bold" if level is None else "money")


def _check(sheet: Sheet, blocks: list[str]) -> None:
    """Write that averages add up, as a live formula over all spans."""
    sums = [
        f"ABS(SUM({one})+SUM({two})+SUM({three})-SUM({whole}))"
        for one, two, three, whole in zip(*[iter(blocks)] * 4, strict=True)
    ]
    sheet.words(HEAD_ROW, 0, sheet.book.word("adds_up"), "bold")
    sheet.computed(HEAD_ROW, 9, f"=MAX({','.join(sums)})", 0.0, "check")
