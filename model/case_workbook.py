"""A case as a workbook: a sheet for each section, tables for partners and volumes, a first sheet that explains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.case_files import CaseFiles
from model.case_tables import TEXT_COLUMNS, Table
from model.header_words import PARTNER_HEADS, PARTNERS, VOLUMES
from model.input_shape import shape_at
from model.inputs import Case
from model.number_words import plain_number
from model.row_sheets import LOOK, Book, titles, write_readme, write_rows
from model.tree_rows import rows_of
from model.workbook_file import safe_workbook
from model.workbook_words import README, README_SHEET, SHEETS

ID_SECTIONS = ("lines", "roles", "contracts", "ways", "schemes", "levers", "modes", "calibrations", "gates")


def case_workbook(files: CaseFiles, title: str) -> bytes:
    """Return a valid case as the bytes of a workbook, units and numbers as its files write them.

    Parameters
    ----------
    files : as `case_files.read_case_files` returns them; title : of the case
    """
    with safe_workbook(title, **LOOK) as (writer, made):
        book = Book(writer, Case, _ids(files))
        sheets = list(_sheets(files))
        _readme(book, title, [(name, about) for name, about, _ in sheets])
        for name, about, rows in sheets:
            if isinstance(rows, Table):
                _table(book, name, about, rows, files)
            else:
                write_rows(book, name, about, rows, titles(files.data))
        book.write_lists()
    return made.getvalue()


def _sheets(files: CaseFiles) -> Iterator[tuple[str, str, Any]]:
    for name, (about, sections) in SHEETS.items():
        if name == "Partner columns" and "partners" in files.tables:
            yield (
                PARTNERS,
                "The candidates, one a row; units and origins stand on the next sheet",
                files.tables["partners"],
            )
        data = {key: files.data[key] for key in sections if key in files.data}
        if data:
            yield name, about, list(rows_of(Case, data))
    if "volumes" in files.tables:
        yield VOLUMES, "Given monthly volume by partner, units a month, instead of demand", files.tables["volumes"]


def _ids(files: CaseFiles) -> dict[str, list[str]]:
    found = {key: list(files.data[key]) for key in ID_SECTIONS if isinstance(files.data.get(key), dict)}
    table = files.tables.get("partners")
    listed = files.data.get("partners", [])
    names = [cells[table.header.index("id")] for _, cells in table.rows] if table else [row["id"] for row in listed]
    return found | {"partners": names}


def _readme(book: Book, title: str, sheets: list[tuple[str, str]]) -> None:
    sheet = book.sheet(README_SHEET, title, 0, 0)
    sheet.set_portrait()
    line = write_readme(sheet, README)
    for name, about in sheets:
        # A link inside the workbook, written on purpose.
        sheet.write_url(line, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(line, 1, about)
        line += 1


def _table(book: Book, name: str, about: str, table: Table, files: CaseFiles) -> None:
    sheet = book.sheet(name, about, 3, 2 if name == PARTNERS else 1)
    heads = [_table_head(name, column, files) for column in table.header]
    book.heads(sheet, 2, heads)
    for line, (_, cells) in enumerate(table.rows, start=3):
        for place, (column, cell) in enumerate(zip(table.header, cells, strict=True)):
            number = None if name == PARTNERS and column in TEXT_COLUMNS else plain_number(cell)
            if number is None:
                sheet.write_string(line, place, cell, book.formats["words"])
                names = shape_at(Case, ("partners", 0, column)).names if name == PARTNERS else ""
                book.offer(sheet, (line, place), book.ids.get(names, []), must=False)
            else:
                sheet.write_number(line, place, number, book.formats["input"])
    book.thousands(sheet, 3, 0, 3 + len(table.rows), len(table.header) - 1)


def _table_head(name: str, column: str, files: CaseFiles) -> tuple[str, float, str]:
    if name == VOLUMES:
        return column, 14, ""
    unit = files.data["tables"]["partners"]["columns"].get(column, {}).get("unit", "")
    word = PARTNER_HEADS[column][0]
    shape = shape_at(Case, ("partners", 0, column))
    note = shape.meaning + (f": {shape.allowed(unit)} {unit}" if unit else "")
    return f"{word}, {unit}" if unit else word, 22 if column in ("id", "title", "contract") else 14, note
