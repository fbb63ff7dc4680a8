"""What a workbook holds that its values do not tell: far cells refused, odd cells found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from posixpath import join, normpath
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from model.package_gate import check_parts, count_elements, elements, pass_package, too_much

MOST_ROWS, MOST_COLUMNS, MOST_AREA = 100_000, 500, 5_000_000
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PERCENT_FORMATS = {9, 10}
Address = tuple[int, int]
"""Row and column, both from 0."""


@dataclass
class Marks:
    """What a sheet holds that its values do not tell, by cell."""

    errors: dict[Address, str] = field(default_factory=dict)
    uncomputed: set[Address] = field(default_factory=set)
    percents: set[Address] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def pass_gate(path: Path, file: str) -> tuple[bytes, dict[str, Marks]]:
    """Return the bytes of a workbook that is safe to open, and the marks of its sheets by name.

    Raises
    ------
    InputError : no such file, none that is read, or larger than what is taken
    """
    return pass_package(path, file, lambda texts: _sheets(texts, file))


def _sheets(texts: dict[str, bytes], file: str) -> dict[str, Marks]:
    """Parse each XML part once, guarded, and return the marks of the sheets."""
    targets = {e.get("Id"): e.get("Target", "") for e in elements(texts["xl/_rels/workbook.xml.rels"])}
    percents = _percent_styles(texts.get("xl/styles.xml", b"<none/>"))
    found: dict[str, Marks] = {}
    for element in elements(texts["xl/workbook.xml"]):
        if element.tag == f"{SPREADSHEET}sheet":
            part = normpath(join("xl", targets[element.get(RELATION)])).lstrip("/")
            name = str(element.get("name"))
            found[name] = _marks(texts.get(part, b"<none/>"), percents, f"{file}: sheet {name}")
    check_parts({part: content for part, content in texts.items() if not part.startswith("xl/worksheets/sheet")})
    return found


def _percent_styles(content: bytes) -> set[str]:
    """Return the numbers of the cell styles that show a share as percent."""
    formats, styles = dict.fromkeys(map(str, PERCENT_FORMATS), "%"), list[str]()
    for element in elements(content):
        if element.tag == f"{SPREADSHEET}numFmt":
            formats[str(element.get("numFmtId"))] = re.sub(r'"[^"]*"|\\.', "", str(element.get("formatCode")))
        elif element.tag == f"{SPREADSHEET}cellXfs":
            # Here and not at the end: conditional formats further down number their own from the start.
            styles = [formats.get(str(style.get("numFmtId")), "") for style in element]
    return {str(place) for place, shown in enumerate(styles) if "%" in shown}


def _marks(content: bytes, percents: set[str], where: str) -> Marks:
    made, row, column = Marks(), -1, -1
    for count, (event, element) in enumerate(iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True)):
        count_elements(count // 2, where)
        if element.tag == f"{SPREADSHEET}row":
            if event == "start":
                row, column = int(element.get("r", row + 2)) - 1, -1
            else:
                element.clear()
        elif element.tag == f"{SPREADSHEET}c" and event == "end":
            row, column = _address(element.get("r", ""), row, column)
            _mark(made, (row, column), element, percents, where)
            element.clear()
    return made


def _address(told: str, row: int, column: int) -> Address:
    """Return where a cell stands; one that does not tell stands to the right of the one before."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", told)
    if not found:
        return row, column + 1
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return int(found[2]) - 1, number - 1


def _mark(made: Marks, place: Address, cell: Element, percents: set[str], where: str) -> None:
    value, formula = cell.findtext(f"{SPREADSHEET}v"), cell.find(f"{SPREADSHEET}f")
    if value is None and formula is None and cell.find(f"{SPREADSHEET}is") is None:
        return
    made.rows, made.columns = max(made.rows, place[0] + 1), max(made.columns, place[1] + 1)
    if made.rows > MOST_ROWS or made.columns > MOST_COLUMNS or made.rows * made.columns > MOST_AREA:
        found, allowed = f"{made.rows:,} × {made.columns:,}", f"{MOST_ROWS:,} rows, {MOST_COLUMNS} columns"
        raise too_much(where, "reaches too far", found, f"{allowed}, {MOST_AREA:,} cells")
    if cell.get("t") == "e":
        made.errors[place] = value or "an error"
    elif formula is not None and not value and cell.get("t") != "str":
        made.uncomputed.add(place)
    if cell.get("s") in percents:
        made.percents.add(place)
