"""The one door for workbooks and tables of text coming in: cells with their address, no guess at what they mean."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from model.errors import Finding, InputError
from model.text_files import decoded
from model.workbook_gate import MOST_ROWS, Address, Marks, pass_gate

Value: TypeAlias = int | float | str | bool | date | datetime | None
WHOLE = 2**53
SAVE = "open the file in your program for tables, let it compute, and save it"


@dataclass(frozen=True)
class Grid:
    """A sheet: its cells by row and column from 0 (None where empty), and what is odd about some of them."""

    file: str
    name: str
    rows: Sequence[Sequence[Value]]
    hidden: bool = False
    marks: Marks = field(default_factory=Marks)
    merged: Sequence[tuple[Address, Address]] = ()

    def value(self, row: int, column: int) -> Value:
        """Return what a cell holds, None where the sheet does not reach."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else None

    def where(self, row: int, column: int) -> str:
        """Return file, sheet and cell as messages call them."""
        return f"{self.file}: sheet {self.name}, cell {letters(column)}{row + 1}"

    def faults(self) -> list[Finding]:
        """Return the cells that have no value of their own: errors, formulas nobody computed, merged ones."""
        found = [
            Finding(
                "E-CELL", self.where(*place), "holds an error", text, "a value", "mend the formula or write a value"
            )
            for place, text in sorted(self.marks.errors.items())
        ]
        found += [
            Finding("E-CELL", self.where(*place), "a formula that no program has computed yet", "", "a value", SAVE)
            for place in sorted(self.marks.uncomputed)
        ]
        for (top, left), (bottom, right) in self.merged:
            cells = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            fix = "unmerge them and write the value into each cell that has it"
            found.append(Finding("E-CELL", self.where(top, left), "merged cells", cells, "one value a cell", fix))
        return found


def letters(column: int) -> str:
    """Return the letters of a column.

    Examples
    --------
    >>> letters(0), letters(25), letters(26), letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    text = ""
    while column >= 0:
        column, text = column // 26 - 1, chr(65 + column % 26) + text
    return text


def read_workbook(path: Path, file: str = "") -> list[Grid]:
    """Return the sheets of an .xlsx file in their order.

    Raises
    ------
    InputError : a file that the gate refuses, or that is no workbook
    """
    file = file or path.name
    raw, marks = pass_gate(path, file)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(raw)) as book:
            return [
                _grid(book, file, sheet.name, sheet.visible != SheetVisibleEnum.Visible, marks)
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]
    except (CalamineError, ValueError, OSError) as error:
        what, fix = "cannot be read as a workbook", "open it in your program for tables and save it anew as .xlsx"
        raise InputError(Finding("E-WORKBOOK", file, what, str(error)[:80], ".xlsx", fix)) from error


def read_sheet(path: Path, sheet: str) -> Grid:
    """Return one table: the sheet of that name of an .xlsx file, or all of a .csv file.

    Raises
    ------
    InputError : another kind of file, no such sheet, or whatever the gate refuses
    """
    if path.suffix.lower() == ".csv":
        return Grid(path.name, sheet, _lines(path))
    if path.suffix.lower() != ".xlsx":
        raise InputError(Finding("E-FILE", str(path), "no kind of sheet that is read", path.suffix, ".xlsx or .csv"))
    grids = read_workbook(path)
    for grid in grids:
        if grid.name == sheet:
            return grid
    found = ", ".join(grid.name for grid in grids)
    raise InputError(Finding("E-FILE", str(path), "holds no such sheet", found, sheet, "name the sheet so"))


def _lines(path: Path) -> list[list[Value]]:
    text, findings = decoded(path, path.name)
    if findings:
        raise InputError(findings)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        allowed = "comma-separated cells, quotes closed"
        raise InputError(Finding("E-CSV", path.name, "not a CSV table", str(error), allowed)) from error
    if len(rows) > MOST_ROWS:
        raise InputError(Finding("E-CSV", path.name, "has too many rows", f"{len(rows):,}", f"{MOST_ROWS:,}"))
    return [[cell or None for cell in row] for row in rows]


def _grid(book: CalamineWorkbook, file: str, name: str, hidden: bool, marks: dict[str, Marks]) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows = [[_value(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    return Grid(file, name, rows, hidden, marks.get(name, Marks()), tuple(sheet.merged_cell_ranges or ()))


def _value(cell: float | str | bool | date | time | timedelta) -> Value:
    """Return a cell as plain value; a whole number is an int, a time of day its text."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < WHOLE:
        return int(cell)
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    return None if cell == "" else cell
