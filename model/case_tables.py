"""The CSV tables of a case: partners and given volumes, with the line and column of everything that is wrong."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

from model.errors import Finding, nearest
from model.number_words import plain_number, slip
from model.partner_inputs import Partner
from model.quantities import CARE, ORIGINS
from model.sheet_files import letters
from model.text_files import decoded

TEXT_COLUMNS = tuple(name for name, field in Partner.model_fields.items() if field.annotation is str)
NUMBER_COLUMNS = tuple(name for name in Partner.model_fields if name not in TEXT_COLUMNS)
COLUMN_FORM = '{ unit = "…", source = "…" | evidence = "…" | guess = [low factor, high factor] }'


@dataclass(frozen=True)
class Table:
    """A CSV file or a sheet: its label, its header and its rows with their line numbers.

    columns : places of the header's columns in a sheet, from 0; empty for a CSV file; head : line of the header
    """

    file: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    columns: Sequence[int] = ()
    head: int = 1

    def where(self, line: int, column: str = "") -> str:
        """Return a line, or its cell in a column, as messages call it."""
        place = f"{self.file}: line {line}"
        if self.columns:
            cell = letters(self.columns[self.header.index(column)]) if column in self.header else ""
            place = f"{self.file}, cell {cell}{line}" if cell else f"{self.file}, row {line}"
        return f"{place}, column {column}" if column else place


def read_table(path: Path, file: str) -> tuple[Table | None, list[Finding]]:
    """Read a CSV file and say which columns stand twice and which rows are ragged."""
    text, unread = decoded(path, file)
    if unread:
        return None, unread
    try:
        lines = csv.reader(StringIO(text, newline=""), strict=True)
        rows = [(lines.line_num, [cell.strip() for cell in row]) for row in lines if row]
    except csv.Error as error:
        return None, [Finding("E-CSV", file, "not a CSV table", str(error), "comma-separated cells, quotes closed")]
    if not rows:
        return None, [Finding("E-CSV", file, "is empty", allowed="a header line and rows")]
    (_, header), *body = rows
    findings = [
        Finding("E-CSV", f"{file}: line 1", "column stands twice", name, "each column once")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    findings += [
        Finding("E-CSV", f"{file}: line {line}", "ragged row", f"{len(row)} cells", f"{len(header)} cells")
        for line, row in body
        if len(row) != len(header)
    ]
    return Table(file, header, [pair for pair in body if len(pair[1]) == len(header)]), findings


def partner_rows(table: Table, columns: dict[str, Any], place: str) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Return the partners as the schema reads them, each number with the unit and origin of its column.

    Parameters
    ----------
    columns : what ``tables.partners.columns`` of the case says, by column
    place : where that stands, for messages
    """
    findings = _header_findings(table) + _column_findings(columns, place)
    made = []
    for line, cells in table.rows:
        row: dict[str, Any] = {}
        for name, cell in zip(table.header, cells, strict=True):
            if name in TEXT_COLUMNS:
                row[name] = cell
            elif name in NUMBER_COLUMNS:
                spec = columns.get(name)
                unit = str(spec.get("unit", "")) if isinstance(spec, dict) else ""
                value, wrong = _number(cell, table.where(line, name), unit)
                findings += wrong
                row[name] = _quantity(value, spec)
        made.append(row)
    return made, findings


def volume_paths(table: Table) -> tuple[dict[str, list[float]], list[Finding]]:
    """Return given monthly volumes by partner; the first column counts the months from 1."""
    findings: list[Finding] = []
    if table.header[0] != "month":
        allowed = "month, then one column per partner"
        findings.append(Finding("E-CSV", table.where(table.head), "first column", table.header[0], allowed))
    paths: dict[str, list[float]] = {name: [] for name in table.header[1:]}
    for month, (line, cells) in enumerate(table.rows, start=1):
        if cells[0] != str(month):
            where = table.where(line, table.header[0])
            findings.append(Finding("E-CSV", where, "months must count up from 1", cells[0], str(month)))
        for name, cell in zip(table.header[1:], cells[1:], strict=True):
            where = table.where(line, name)
            value, wrong = _number(cell, where, "units")
            if value < 0:
                wrong = [Finding("E-RANGE", where, "volume below zero", cell, ">= 0")]
            findings += wrong
            paths[name].append(value)
    return paths, findings


def _header_findings(table: Table) -> list[Finding]:
    known = [*TEXT_COLUMNS, *NUMBER_COLUMNS]
    where = table.where(table.head)
    unknown = [name for name in table.header if name not in known]
    missing = [name for name in known if name not in table.header]
    findings = [
        Finding("E-CSV", where, "unknown column", name, ", ".join(known), nearest(name, missing or known))
        for name in unknown
    ]
    return findings + [Finding("E-CSV", where, "missing column", name, ", ".join(known)) for name in missing]


def _column_findings(columns: dict[str, Any], place: str) -> list[Finding]:
    findings: list[Finding] = []
    for name in columns:
        if name not in NUMBER_COLUMNS:
            fix = nearest(name, NUMBER_COLUMNS)
            findings.append(
                Finding("E-KEY", f"{place}.{name}", "no number column", name, ", ".join(NUMBER_COLUMNS), fix)
            )
    for name in NUMBER_COLUMNS:
        where = f"{place}.{name}"
        spec = columns.get(name)
        if spec is None:
            findings.append(Finding("E-MISSING", where, "the column has no unit and origin", "", COLUMN_FORM))
        elif not isinstance(spec, dict):
            findings.append(Finding("E-FORM", where, "the column needs its unit and origin", str(spec), COLUMN_FORM))
        else:
            findings += _spec_findings(spec, where)
    return findings


def _spec_findings(spec: dict[str, Any], where: str) -> list[Finding]:
    allowed = ["unit", "note", "range", *CARE, *ORIGINS]
    findings = [
        Finding("E-KEY", f"{where}.{key}", "unknown key", key, ", ".join(allowed), nearest(key, allowed))
        for key in spec
        if key not in allowed
    ]
    if "unit" not in spec:
        findings.append(Finding("E-MISSING", where, "unit is missing", "", COLUMN_FORM))
    if sum(key in spec for key in ORIGINS) != 1:
        findings.append(Finding("E-ORIGIN", where, "needs exactly one origin", "", COLUMN_FORM))
    for key in ("guess", "range"):
        if key in spec and not _is_pair(spec[key]):
            pair = f"{key} = [low factor, high factor] around 1"
            findings.append(Finding("E-RANGE", where, "a guess needs its range", str(spec[key]), pair))
    return findings


def _is_pair(pair: Any) -> bool:
    if not isinstance(pair, list) or len(pair) != 2:
        return False
    plain = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in pair)
    return plain and 0 <= pair[0] <= 1 <= pair[1] and isfinite(pair[1])


def _quantity(value: float, spec: Any) -> dict[str, Any]:
    if not isinstance(spec, dict):
        return {"value": value}
    scaled = {
        key: sorted(float(f"{value * factor:.12g}") for factor in spec[key])
        for key in ("guess", "range")
        if key in spec and _is_pair(spec[key])
    }
    return {"value": value} | spec | scaled


def _number(cell: str, where: str, unit: str) -> tuple[float, list[Finding]]:
    value = plain_number(cell)
    if value is not None:
        return value, []
    allowed = "a number without unit or separators"
    return 0.0, [Finding("E-CSV", where, "not a number", cell or "nothing", allowed, slip(cell, unit))]
