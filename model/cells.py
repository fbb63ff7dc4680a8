"""What a cell means where the inputs ask for a number, a whole number, yes or no, or a text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from model.errors import Finding
from model.header_words import YES_NO, plain
from model.input_shape import Shape
from model.number_words import meant, slip
from model.sheet_files import Grid

YEAR_MONTH = r"^\d{4}-"
AS_DATE = "the program for tables took it for a date: set the cell's format to number and write it again"
SAID = {plain(word): answer for answer, words in YES_NO.items() for word in words}


def cell_value(shape: Shape, grid: Grid, place: tuple[int, int], column: str, unit: str) -> tuple[Any, Finding | None]:
    """Return what a cell means; a fault comes back as a finding beside the text as it stands.

    Parameters
    ----------
    place : row and column of the cell; column : its head, for messages; unit : that is written beside a number
    """
    cell = grid.value(*place)
    where = f"{grid.where(*place)}, column {column}"
    if shape.kind in ("number", "fraction", "whole"):
        finding = _number_fault(shape, cell, place in grid.marks.percents, where, unit)
        return (_probable(shape, cell, unit) if finding else cell), finding
    if shape.kind == "yes_no":
        answer = cell if isinstance(cell, bool) else SAID.get(plain(cell))
        if answer is None:
            return cell, Finding("E-VALUE", where, "needs yes or no", shown(cell), "yes | no")
        return answer, None
    return _text(shape, cell), None


def _probable(shape: Shape, cell: Any, unit: str) -> float:
    """Return a number in place of a wrong one, so that what follows is looked at too; no case is made of it."""
    value = meant(str(cell), unit) if isinstance(cell, str) else None
    low, _ = shape.limits(unit)
    value = value if value is not None else low if low is not None else 1.0
    return int(value) if shape.kind == "whole" else value


def _number_fault(shape: Shape, cell: Any, as_percent: bool, where: str, unit: str) -> Finding | None:
    allowed = " ".join(part for part in (shape.allowed(unit), unit) if part)
    if isinstance(cell, date):
        return Finding("E-VALUE", where, "must be a number, is a date", shown(cell), allowed, AS_DATE)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return Finding("E-VALUE", where, "must be a number", shown(cell), allowed, slip(str(cell), unit))
    if shape.kind == "whole" and cell != int(cell):
        return Finding("E-VALUE", where, "must be a whole number", shown(cell), allowed)
    if as_percent and "%" in unit:
        found, fix = (
            f"shows {cell * 100:.12g} %, holds {cell:.12g}",
            f"write {cell * 100:.12g} in a cell of plain format",
        )
        return Finding("E-CELL", where, f"is shown as percent and its unit is {unit} too", found, "a plain number", fix)
    return None


def _text(shape: Shape, cell: Any) -> Any:
    if isinstance(cell, date):
        return f"{cell:%Y-%m}" if shape.pattern.startswith(YEAR_MONTH) else day_text(cell)
    if isinstance(cell, (bool, int, float)):
        return shown(cell)
    return "" if cell is None else cell


def day_text(cell: date) -> str:
    """Return a date as YYYY-MM-DD, without the time of day that tables add."""
    return (cell.date() if isinstance(cell, datetime) else cell).isoformat()


def shown(cell: Any) -> str:
    """Return a cell as a message shows it."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return day_text(cell) if isinstance(cell, date) else "nothing" if cell is None else str(cell)[:60]


def shown_exactly(cell: Any) -> str:
    """Return a cell as the text that gives the same value again, empty for an empty cell."""
    return (
        ""
        if cell is None
        else repr(cell)
        if isinstance(cell, float)
        else cell
        if isinstance(cell, str)
        else shown(cell)
    )
