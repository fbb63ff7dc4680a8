"""Cells of a worksheet by name: "Cash!B2:B61" is a column of the sheet Cash."""

from __future__ import annotations

import re

from model.errors import Finding, InputError

RANGE = re.compile(r"(?P<sheet>.+)!(?P<first>[A-Z]{1,3}[0-9]{1,7})(?::(?P<last>[A-Z]{1,3}[0-9]{1,7}))?", re.DOTALL)
"""A place in a workbook; cells before it in its name are not told apart from sheets."""
LETTERS = 26


def column_name(column: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples
    --------
    >>> column_name(0), column_name(25), column_name(26), column_name(701), column_name(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    name, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, LETTERS)
        name = chr(ord("A") + letter) + name
    return name


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell, row and column counted from 0.

    Examples
    --------
    >>> cell_name(0, 0), cell_name(60, 27)
    ('A1', 'AB61')
    """
    return f"{column_name(column)}{row + 1}"


def place_name(sheet: str, row: int, column: int, rows: int = 1, columns: int = 1) -> str:
    """Return the name of a block of cells.

    Examples
    --------
    >>> place_name("Cash", 1, 1), place_name("Cash", 1, 1, rows=60)
    ('Cash!B2', 'Cash!B2:B61')
    """
    first, last = cell_name(row, column), cell_name(row + rows - 1, column + columns - 1)
    return f"{sheet}!{first}" if first == last else f"{sheet}!{first}:{last}"


def block(place: str) -> tuple[str, int, int, int, int]:
    """Return sheet, first row and column and last row and column of a place, counted from 0.

    Raises
    ------
    InputError : the text names no cells

    Examples
    --------
    >>> block("Cash!B2:B61")
    ('Cash', 1, 1, 60, 1)
    """
    match = RANGE.fullmatch(place)
    if match is None:
        raise InputError(
            Finding("E-REF", "place in a workbook", "names no cells", place[:80], "Sheet!A1 or Sheet!A1:A9")
        )
    top, left = _corner(match["first"])
    bottom, right = _corner(match["last"] or match["first"])
    return match["sheet"], top, left, bottom, right


def cells_of(place: str) -> list[str]:
    """Return each cell of a place by name, row by row.

    Examples
    --------
    >>> cells_of("Cash!B2:C3")
    ['Cash!B2', 'Cash!C2', 'Cash!B3', 'Cash!C3']
    """
    sheet, top, left, bottom, right = block(place)
    return [f"{sheet}!{cell_name(row, column)}" for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _corner(name: str) -> tuple[int, int]:
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * LETTERS + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]) - 1, column - 1
