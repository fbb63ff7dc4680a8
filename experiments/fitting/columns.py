"""Columns of observed numbers in a sheet: the first row names them, what is no number is told by its cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from math import isfinite
from pathlib import Path

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from model.errors import Finding, InputError, nearest
from model.ledger import Floats
from model.workbook_gate import pass_gate

MOST_BYTES = 50_000_000
Cell = object


@dataclass(frozen=True)
class Column:
    """A column as it stands; values : (observation,) its numbers; empty : cells without anything; odd : first other."""

    file: str
    sheet: str
    name: str
    values: Floats
    empty: int
    odd: str

    @property
    def place(self) -> str:
        """Where the numbers come from, as an origin tells it."""
        return ", ".join(
            part for part in (self.file, self.sheet and f"sheet {self.sheet}", f"column {self.name}") if part
        )


def read_columns(path: Path) -> list[Column]:
    """Return every named column of a .csv or .xlsx file, sheet by sheet (R199).

    Raises
    ------
    InputError : no such file, another kind of file, or one that cannot be read
    """
    if not path.is_file():
        raise InputError(Finding("E-FILE", str(path), "no such file", "", "a .csv or .xlsx file"))
    if path.stat().st_size > MOST_BYTES:
        found, allowed = f"{path.stat().st_size:,} bytes", f"{MOST_BYTES:,}"
        raise InputError(Finding("E-FILE", str(path), "is too large", found, allowed))
    kinds = {".csv": _csv, ".xlsx": _workbook}
    if path.suffix.lower() not in kinds:
        raise InputError(Finding("E-FILE", str(path), "no kind of sheet that is read", path.suffix, ".xlsx or .csv"))
    return [c for sheet, rows in kinds[path.suffix.lower()](path) for c in _columns(path.name, sheet, rows)]


def _csv(path: Path) -> Iterator[tuple[str, list[list[Cell]]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        yield "", [list(row) for row in csv.reader(StringIO(text, newline=""), strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        allowed = "comma-separated cells in UTF-8"
        raise InputError(Finding("E-CSV", str(path), "not a CSV table", str(error)[:80], allowed)) from error


def _workbook(path: Path) -> Iterator[tuple[str, list[list[Cell]]]]:
    content, _ = pass_gate(path, str(path))
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            for name in book.sheet_names:
                yield name, [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
    except (CalamineError, ValueError, OSError) as error:
        fix = "open it in your program for tables and save it anew as .xlsx"
        found = str(error)[:80]
        raise InputError(Finding("E-FILE", str(path), "cannot be read as a workbook", found, ".xlsx", fix)) from error


def _columns(file: str, sheet: str, rows: Sequence[Sequence[Cell]]) -> Iterator[Column]:
    filled = [number for number, row in enumerate(rows) if any(str(cell).strip() for cell in row)]
    if not filled:
        return
    first = filled[0]
    for place, head in enumerate(rows[first]):
        name = str(head).strip()
        if name:
            cells = [row[place] if place < len(row) else "" for row in rows[first + 1 : filled[-1] + 1]]
            yield _column(file, sheet, name, cells, first + 2)


def _column(file: str, sheet: str, name: str, cells: Sequence[Cell], row: int) -> Column:
    values, empty, odd = [], 0, ""
    for number, cell in enumerate(cells, row):
        if cell is None or not str(cell).strip():
            empty += 1
        elif (value := _number(cell)) is not None:
            values.append(value)
        else:
            odd = odd or f"{str(cell)[:40]} in row {number}"
    return Column(file, sheet, name, np.array(values, dtype=np.float64), empty, odd)


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return None
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if isfinite(value) else None


def wanted(columns: Sequence[Column], names: Sequence[str]) -> list[Column]:
    """Return the columns of these names, or without names all that hold numbers (R199).

    Parameters
    ----------
    names : of columns, or SHEET!COLUMN where several sheets have one of that name

    Raises
    ------
    InputError : no such column, several of one name, or one that holds something else than numbers
    """
    if not names:
        found = [column for column in columns if column.values.size and not column.odd]
        if not found:
            heads = ", ".join(column.name for column in columns) or "nothing"
            raise InputError(
                Finding("E-MISSING", "--column", "no column holds only numbers", heads, "a name, then numbers")
            )
        return found
    found, findings = [], []
    for name in names:
        same = [column for column in columns if name in (column.name, f"{column.sheet}!{column.name}")]
        fault = _fault(name, same, columns)
        findings += [fault] if fault else []
        found += same
    if findings:
        raise InputError(findings)
    return found


def _fault(name: str, same: Sequence[Column], columns: Sequence[Column]) -> Finding | None:
    if not same:
        heads = list(dict.fromkeys(column.name for column in columns))
        return Finding("E-REF", "--column", "no such column", name, ", ".join(heads), nearest(name, heads))
    if len(same) > 1:
        allowed = ", ".join(f"{column.sheet}!{column.name}" for column in same)
        return Finding("E-REF", "--column", "more than one column is called so", name, allowed)
    if same[0].odd:
        fix = "mend the cell or leave it empty"
        return Finding("E-VALUE", same[0].place, "holds something that is no number", same[0].odd, "numbers", fix)
    return None
