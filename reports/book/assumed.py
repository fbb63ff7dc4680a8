"""Every number of the case: value, range, unit, origin, owner."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import Any

from model.case_numbers import Number, numbers, partner_numbers
from reports.book.sheet import HEAD_ROW, Book, Sheet
from reports.cited import joined

COLUMNS = ("key", "value", "unit", "low", "high", "origin", "source", "owner", "review")
WIDTHS = (44, 16, 20, 11, 11, 11, 70, 14, 12)
RIGHT = ("value", "low", "high")
RANGES = ("guess", "range")
BETWEEN, THOUSAND = "; ", 1000.0


def write_assumed(book: Book) -> None:
    """Write the sheet Assumptions, one row for each number of the case, with a filter over its columns."""
    sheet = Sheet(book, "assumed", WIDTHS)
    for column, key in enumerate(COLUMNS):
        sheet.words(
            HEAD_ROW, column, book.word(key), "head_right" if key in RIGHT else "head_inner" if column else "head"
        )
    row = HEAD_ROW
    for row, number in enumerate(_listed(book.shelf.case), HEAD_ROW + 1):
        _row(sheet, row, number)
    sheet.sheet.autofilter(HEAD_ROW, 0, row, len(COLUMNS) - 1)
    sheet.sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.sheet.repeat_rows(HEAD_ROW)


def _listed(case: dict[str, Any]) -> Iterator[Number]:
    """Yield the numbers of a case, each partner's own in the place of their column."""
    own = {name: number for name, number in numbers(case).items() if not name.startswith("partners.")}
    yield from own.values()
    yield from partner_numbers(case).values()


def _row(sheet: Sheet, row: int, number: Number) -> None:
    shelf, place = sheet.book.shelf, number.places[0]
    pointer = "/" + "/".join(map(str, place))
    node: Any = reduce(getitem, place, shelf.case)  # type: ignore[arg-type]
    sheet.words(row, 0, number.name)
    told = next((name for name in RANGES if node.get(name)), "")
    if isinstance(node["value"], list):
        parts = [shelf.assumed(f"{pointer}/value/{index}", "exact") for index in range(len(node["value"]))]
        sheet.words(row, 1, joined(parts, BETWEEN), "right")
    else:
        _value(sheet, row, 1, f"{pointer}/value")
    unit = str(node["unit"])
    sheet.words(row, 2, sheet.book.word("factors").format(unit=unit) if told and number.scaled else unit, "inner")
    for column, end in ((3, 0), (4, 1)):
        if told:
            _value(sheet, row, column, f"{pointer}/{told}/{end}")
    sheet.words(row, 5, sheet.book.word(f"origin_{number.origin}"), "inner")
    for column, text in ((6, number.source), (7, number.owner), (8, number.review)):
        if text:
            sheet.words(row, column, text, "inner")


def _value(sheet: Sheet, row: int, column: int, pointer: str) -> None:
    """Write a number as it stands in the case, thousands with separators."""
    found = sheet.book.shelf.assumed(pointer, "exact")
    sheet.number(row, column, found, "count" if float(found.value or 0) >= THOUSAND else "plain")
