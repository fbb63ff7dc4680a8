"""A case workbook as the tree and tables that a case folder gives, each value with its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from model.case_files import CaseFiles
from model.case_tables import TEXT_COLUMNS, Table
from model.cells import shown, shown_exactly
from model.errors import Finding
from model.header_words import (
    PARTNER_HEADS,
    PARTNERS,
    ROW_HEADS,
    TABLE_SHEETS,
    VOLUME_HEADS,
    VOLUMES,
    known_words,
    plain,
)
from model.inputs import Case
from model.row_reader import SEARCHED, Read, head_of, read_rows
from model.row_sheets import LISTS
from model.sheet_files import Grid, read_workbook
from model.workbook_words import README_SHEET, SHEETS

TABLES = {plain(word): name for name, words in TABLE_SHEETS.items() for word in words}
PARTNER_WORDS, MONTH_WORDS = known_words(PARTNER_HEADS), known_words(VOLUME_HEADS)
OWN = {plain(name) for name in (LISTS, README_SHEET)}


def read_case_workbook(path: Path) -> CaseFiles:
    """Return what a case workbook says; faults come back in it, a file that is no workbook raises.

    Raises
    ------
    InputError : a file that the gate refuses
    """
    read = Read(Case)
    made = CaseFiles(data=read.data, findings=read.findings, places=read.places, told=read.told, home=path.name)
    units: dict[str, tuple[str, str]] = {}
    for grid in _named(read_workbook(path), made, {*SHEETS, *TABLE_SHEETS}):
        name = TABLES.get(plain(grid.name))
        if name is not None and (table := _table(grid, name, made, units)) is not None:
            made.tables[name.lower()] = table
            made.files[(name.lower(),)] = table.file
        elif name is None:
            read_rows(grid, read)
    _finish(made, units)
    return made


def read_plan_workbook(path: Path, kind: type[BaseModel]) -> CaseFiles:
    """Return what a plan workbook says, as `read_case_workbook` does.

    Parameters
    ----------
    kind : the model of a plan
    """
    read = Read(kind)
    made = CaseFiles(data=read.data, findings=read.findings, places=read.places, told=read.told, home=path.name)
    for grid in _named(read_workbook(path), made, set()):
        read_rows(grid, read)
    _remember(made)
    return made


def _named(grids: Sequence[Grid], made: CaseFiles, known: set[str]) -> Iterator[Grid]:
    """Yield the sheets that are read: tables by name, others by their heads, hidden ones by name only."""
    names = {plain(name) for name in known} | set(TABLES if known else ())
    for grid in grids:
        is_table = bool(known) and plain(grid.name) in TABLES
        is_rows = head_of(grid) is not None
        if (is_table or is_rows) and (not grid.hidden or plain(grid.name) in names):
            yield grid
        elif plain(grid.name) in names:
            allowed = ", ".join(words[0] for words in ROW_HEADS.values())
            made.findings.append(
                Finding("E-CSV", f"{grid.file}: sheet {grid.name}", "has no row of heads", "", allowed)
            )
        elif plain(grid.name) not in OWN:
            made.unread.append(f"{grid.name} (hidden)" if grid.hidden else grid.name)


def _finish(made: CaseFiles, units: dict[str, tuple[str, str]]) -> None:
    """Refuse a section that stands in rows and in a table, and heads whose unit is not that of their column."""
    _remember(made)
    for name, table in made.tables.items():
        if name in made.data:
            other = next(place.where("item") for path, place in made.places.items() if path[0] == name)
            made.findings.append(
                Finding("E-TWICE", table.file, "section stands in two sheets", other, "each section once")
            )
            del made.data[name]
    if not made.data and not made.tables:
        what, fix = "holds no sheet of a case", "make one with headcast new NAME --from CASE --excel"
        made.findings.append(Finding("E-FILE", made.home, what, ", ".join(made.unread), ", ".join(SHEETS), fix))
    specs = made.data.get("tables", {}).get("partners", {}).get("columns", {})
    for column, (unit, where) in units.items():
        told = specs.get(column, {}).get("unit") if isinstance(specs.get(column), dict) else None
        if isinstance(told, str) and plain(told) != plain(unit):
            fix = "write the same unit on both sheets"
            made.findings.append(
                Finding("E-UNIT", where, "the head tells another unit than Partner columns", unit, told, fix)
            )


def _remember(made: CaseFiles) -> None:
    """Note the sheet of each group, for messages about what is missing in it."""
    for path, place in made.places.items():
        for length in range(1, len(path) + 1):
            made.files.setdefault(path[:length], f"{made.home}: sheet {place.grid.name}")


def _table(grid: Grid, name: str, made: CaseFiles, units: dict[str, tuple[str, str]]) -> Table | None:
    made.findings += grid.faults()
    place = _head_row(grid, name)
    if place is None:
        allowed = (
            ", ".join(words[0] for words in PARTNER_HEADS.values()) if name == PARTNERS else "Month, then partners"
        )
        made.findings.append(Finding("E-CSV", f"{grid.file}: sheet {grid.name}", "has no row of heads", "", allowed))
        return None
    columns = [column for column, cell in enumerate(grid.rows[place]) if cell is not None]
    header = [_key(grid, name, place, column, units) for column in columns]
    made.findings += [
        Finding("E-CSV", grid.where(place, columns[at]), "column stands twice", key, "each column once")
        for at, key in enumerate(header)
        if key in header[:at]
    ]
    rows = [(row + 1, cells) for row in range(place + 1, len(grid.rows)) if any(cells := _texts(grid, row, columns))]
    made.findings += _stray(grid, place, columns)
    made.findings += _percents(grid, place, columns, header, made)
    return Table(f"{grid.file}: sheet {grid.name}", header, rows, columns, place + 1)


def _head_row(grid: Grid, name: str) -> int | None:
    words = PARTNER_WORDS if name == PARTNERS else MONTH_WORDS
    for number, row in enumerate(grid.rows[:SEARCHED]):
        first = next((cell for cell in row if cell is not None), None)
        if _known(row, words) > 2 if name == PARTNERS else first is not None and plain(first) in words:
            return number
    return None


def _known(row: Sequence[Any], words: dict[str, str]) -> int:
    return sum(plain(str(cell).partition(",")[0]) in words for cell in row if cell is not None)


def _key(grid: Grid, name: str, row: int, column: int, units: dict[str, tuple[str, str]]) -> str:
    text = shown_exactly(grid.value(row, column))
    if name == VOLUMES:
        return MONTH_WORDS.get(plain(text), text)
    word, _, unit = text.replace("，", ",").partition(",")
    key = PARTNER_WORDS.get(plain(word), word.strip())
    if unit.strip():
        units[key] = (unit.strip(), grid.where(row, column))
    return key


def _texts(grid: Grid, row: int, columns: Sequence[int]) -> list[str]:
    return [shown_exactly(grid.value(row, column)).strip() for column in columns]


def _stray(grid: Grid, head: int, columns: Sequence[int]) -> Iterator[Finding]:
    for row in range(head + 1, len(grid.rows)):
        for column, cell in enumerate(grid.rows[row]):
            if cell is not None and column not in columns:
                fix = "move it below a head, or to a sheet of your own"
                yield Finding("E-CELL", grid.where(row, column), "stands outside the table", shown(cell), "", fix)


def _percents(grid: Grid, head: int, columns: Sequence[int], header: list[str], made: CaseFiles) -> Iterator[Finding]:
    """Refuse a cell in percent format, whose unit would be told twice; what the unit is stands on another sheet."""
    for row, column in sorted(grid.marks.percents):
        if row <= head or column not in columns or header[columns.index(column)] in TEXT_COLUMNS:
            continue
        cell = grid.value(row, column)
        if isinstance(cell, (int, float)):
            found = f"shows {cell * 100:.12g} %, holds {cell:.12g}"
            fix = "write the number in a cell of plain format, in the unit of its column"
            yield Finding("E-CELL", grid.where(row, column), "is shown as percent", found, "a plain number", fix)
