"""The gate before a workbook is opened: size, expansion, far cells and foreign XML refused; odd cells found."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from posixpath import join, normpath
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from model.errors import Finding, InputError

MOST_BYTES = 20_000_000
MOST_EXPANDED = 200_000_000
MOST_RATIO = 200
FREE_BYTES = 100_000
"""Parts up to this size are not asked for their ratio: small repeated text may shrink much."""
MOST_PARTS = 2_000
MOST_ELEMENTS = 5_000_000
"""XML elements of one part: each takes memory, however short it is."""
MOST_ROWS, MOST_COLUMNS, MOST_AREA = 100_000, 500, 5_000_000
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PERCENT_FORMATS = {9, 10}
OLD_FILE = b"\xd0\xcf\x11\xe0"
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
    raw = _bytes(path, file)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as parts:
            _check_sizes(parts, file)
            texts = _expanded(parts, file)
        return raw, _sheets(texts, file)
    except (zipfile.BadZipFile, ParseError, NotImplementedError, RuntimeError, KeyError, ValueError, EOFError) as error:
        if isinstance(error, DefusedXmlException):
            what, fix = "declares entities or a document type, which no program for tables writes", "do not open it"
            raise InputError(Finding("E-WORKBOOK", file, what, type(error).__name__, "plain XML", fix)) from error
        what, fix = "cannot be read as a workbook", "open it in your program for tables and save it anew as .xlsx"
        raise InputError(Finding("E-WORKBOOK", file, what, type(error).__name__, ".xlsx", fix)) from error


def _bytes(path: Path, file: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _too_much(file, "is too large", f"{size / 1e6:,.1f} MB", f"{MOST_BYTES / 1e6:g} MB")
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(Finding("E-FILE", file, "no such file", str(path))) from error
    except OSError as error:
        raise InputError(Finding("E-FILE", file, "cannot be read", error.strerror or str(error))) from error
    if raw[:4] == OLD_FILE:
        fix = "open it in your program for tables and save it as .xlsx without a password"
        what = "is a workbook of the old kind or with a password"
        raise InputError(Finding("E-WORKBOOK", file, what, "", ".xlsx", fix))
    return raw


def _too_much(file: str, what: str, found: str, allowed: str) -> InputError:
    fix = "keep only the sheets of headcast, and no empty rows or pictures"
    return InputError(Finding("E-WORKBOOK", file, what, found, allowed, fix))


def _check_sizes(parts: zipfile.ZipFile, file: str) -> None:
    """Refuse by the directory of the archive alone, before anything is expanded."""
    found = parts.infolist()
    if len(found) > MOST_PARTS or len({part.filename for part in found}) < len(found):
        raise _too_much(file, "holds too many parts, or one twice", f"{len(found):,}", f"{MOST_PARTS:,}, each once")
    total = sum(part.file_size for part in found)
    if total > MOST_EXPANDED:
        raise _too_much(file, "expands to too much", f"{total / 1e6:,.0f} MB", f"{MOST_EXPANDED / 1e6:g} MB")
    for part in found:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > FREE_BYTES and ratio > MOST_RATIO:
            raise _too_much(file, f"the part {part.filename} expands too much", f"{ratio:,.0f} times", f"{MOST_RATIO}")


def _expanded(parts: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    """Return all parts that are XML; reading each to its end also proves that its told size is true."""
    texts = {}
    for part in parts.infolist():
        content = parts.read(part)
        if part.filename.endswith((".xml", ".rels")):
            texts[part.filename] = content
    return texts


def _sheets(texts: dict[str, bytes], file: str) -> dict[str, Marks]:
    """Parse each XML part once, guarded, and return the marks of the sheets."""
    targets = {e.get("Id"): e.get("Target", "") for e in _elements(texts["xl/_rels/workbook.xml.rels"])}
    percents = _percent_styles(texts.get("xl/styles.xml", b"<none/>"))
    found: dict[str, Marks] = {}
    for element in _elements(texts["xl/workbook.xml"]):
        if element.tag == f"{SPREADSHEET}sheet":
            part = normpath(join("xl", targets[element.get(RELATION)])).lstrip("/")
            name = str(element.get("name"))
            found[name] = _marks(texts.get(part, b"<none/>"), percents, f"{file}: sheet {name}")
    for part, content in texts.items():
        if not part.startswith("xl/worksheets/sheet"):
            for element in _elements(content, part):
                element.clear()
    return found


def _elements(content: bytes, part: str = "a part") -> Iterator[Any]:
    for count, (_, element) in enumerate(iterparse(BytesIO(content), forbid_dtd=True)):
        _count(count, part)
        yield element


def _count(elements: int, where: str) -> None:
    if elements > MOST_ELEMENTS:
        raise _too_much(where, "holds too many elements", f"over {MOST_ELEMENTS:,}", f"{MOST_ELEMENTS:,}")


def _percent_styles(content: bytes) -> set[str]:
    """Return the numbers of the cell styles that show a share as percent."""
    formats, styles = dict.fromkeys(map(str, PERCENT_FORMATS), "%"), list[str]()
    for element in _elements(content):
        if element.tag == f"{SPREADSHEET}numFmt":
            formats[str(element.get("numFmtId"))] = re.sub(r'"[^"]*"|\\.', "", str(element.get("formatCode")))
        elif element.tag == f"{SPREADSHEET}cellXfs":
            # Here and not at the end: conditional formats further down number their own from the start.
            styles = [formats.get(str(style.get("numFmtId")), "") for style in element]
    return {str(place) for place, shown in enumerate(styles) if "%" in shown}


def _marks(content: bytes, percents: set[str], where: str) -> Marks:
    made, row, column = Marks(), -1, -1
    for count, (event, element) in enumerate(iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True)):
        _count(count // 2, where)
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
        raise _too_much(where, "reaches too far", found, f"{allowed}, {MOST_AREA:,} cells")
    if cell.get("t") == "e":
        made.errors[place] = value or "an error"
    elif formula is not None and not value and cell.get("t") != "str":
        made.uncomputed.add(place)
    if cell.get("s") in percents:
        made.percents.add(place)
