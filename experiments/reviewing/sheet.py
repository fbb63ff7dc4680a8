"""The sheet that finance fills: one row for each month and figure, read with every fault named by row and column."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException

from experiments.reviewing.figures import Item
from model.errors import Finding, InputError, nearest
from model.inputs import Case
from model.ledger import Floats
from model.quantities import UNITS
from model.results import month_labels

SHEET = "actuals"
MONTH, KEY, FIGURE, UNIT, PLAN, ACTUAL = COLUMNS = ("month", "key", "figure", "unit", "plan, middle case", "actual")
NEEDED = (MONTH, KEY, UNIT, ACTUAL)
WIDTHS = (10, 26, 52, 9, 17, 14)
SIGNED = ("CNY", "points")
"""Units in which a figure may be below nothing: a credit note, an NPS."""
MOST = {"share": 1.0, "points": 100.0}


@dataclass(frozen=True)
class Actuals:
    """What is known, (item, month) in base units, NaN where it is not; months : the last month with any figure."""

    values: Floats
    months: int


def write(path: Path, case: Case, items: Sequence[Item], middle: Floats) -> None:
    """Write the empty sheet as .xlsx or .csv, the plan's middle case beside each cell for orientation (R175).

    Parameters
    ----------
    middle : (item, month) in base units, NaN where the plan says nothing

    Raises
    ------
    InputError : another ending, or there is such a file already
    """
    if path.suffix not in (".xlsx", ".csv"):
        raise InputError(Finding("E-FILE", str(path), "no kind of sheet that is written", path.suffix, ".xlsx or .csv"))
    if path.exists():
        raise InputError(Finding("E-EXISTS", str(path), "is there already", fix="give another name with --out"))
    rows = list(_template(case, items, middle))
    path.write_bytes(_workbook(rows) if path.suffix == ".xlsx" else _csv(rows))


def _template(case: Case, items: Sequence[Item], middle: Floats) -> Iterator[tuple[Any, ...]]:
    labels = month_labels(case.clock.start, middle.shape[1])
    for month, label in enumerate(labels, start=1):
        for item, row in zip(items, middle, strict=True):
            if not item.months or month in item.months:
                known = None if np.isnan(row[month - 1]) else round(float(row[month - 1]), 4)
                yield label, item.key, item.title, item.unit, known, None


def _csv(rows: Sequence[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    return text.getvalue().encode("utf-8-sig")


def _workbook(rows: Sequence[tuple[Any, ...]]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    for row in (COLUMNS, *rows):
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for line in sheet.iter_rows(min_row=2):
        for cell in line[:4]:
            cell.data_type = "s"  # a title that begins with "=" stays a text
        line[4].number_format = line[5].number_format = "#,##0.00"
        line[4].font = Font(color="808080")
        line[5].fill = PatternFill("solid", fgColor="FFF8DC")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:F{len(rows) + 1}"
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def read(path: Path, case: Case, items: Sequence[Item]) -> Actuals:
    """Return what a filled sheet says; empty cells are not known yet (R175).

    Raises
    ------
    InputError : every fault of the sheet at once, each with row, column, value, what is allowed and how to mend it
    """
    rows = _rows(path)
    reader = _Reader(path, case, {item.key: (place, item) for place, item in enumerate(items)})
    for number, row in rows:
        reader.take(number, row)
    reader.pairs(items)
    if reader.findings:
        raise InputError(reader.findings)
    known = np.nonzero(~np.isnan(reader.values).all(axis=0))[0]
    if not known.size:
        raise InputError(
            Finding("E-VALUE", f"{path.name}: column {ACTUAL}", "no actual is filled in", "", "at least one number")
        )
    return Actuals(reader.values[:, : known[-1] + 1], int(known[-1] + 1))


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows below the head with their number in the sheet, by column."""
    if not path.is_file():
        raise InputError(
            Finding("E-FILE", str(path), "no such file", fix="make it with: headcast actuals-template RUN")
        )
    if path.suffix == ".csv":
        table: list[Sequence[Any]] = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    elif path.suffix == ".xlsx":
        table = _cells(path)
    else:
        raise InputError(Finding("E-FILE", str(path), "no kind of sheet that is read", path.suffix, ".xlsx or .csv"))
    head = [str(name).strip() for name in table[0]] if table else []
    missing = [name for name in NEEDED if name not in head]
    if missing:
        what, fix = "columns are missing", "fill the sheet that headcast actuals-template writes"
        found, allowed = ", ".join(missing), ", ".join(COLUMNS)
        raise InputError(Finding("E-FILE", f"{path.name}: row 1", what, found, allowed, fix))
    return [(number, dict(zip(head, row, strict=False))) for number, row in enumerate(table[1:], start=2)]


def _cells(path: Path) -> list[Sequence[Any]]:
    """Return the values of the sheet; a formula that no program has computed yet stays as its text."""
    try:
        values, texts = (load_workbook(path, data_only=only) for only in (True, False))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        what, fix = "cannot be read as a workbook", "save it as .xlsx or .csv"
        raise InputError(Finding("E-FILE", str(path), what, type(error).__name__, fix=fix)) from error
    if SHEET not in values.sheetnames:
        found, allowed = ", ".join(values.sheetnames), SHEET
        raise InputError(Finding("E-FILE", str(path), "holds no such sheet", found, allowed, "name the sheet so"))
    pairs = zip(values[SHEET].values, texts[SHEET].values, strict=True)
    return [[told if told is not None else text for told, text in zip(*row, strict=True)] for row in pairs]


class _Reader:
    """Takes rows one by one and keeps the numbers and the faults."""

    def __init__(self, path: Path, case: Case, known: dict[str, tuple[int, Item]]) -> None:
        self.path, self.known, self.findings = path, known, list[Finding]()
        self.labels = month_labels(case.clock.start, case.clock.months)
        self.values = np.full((len(known), case.clock.months), np.nan)
        self.rows: dict[tuple[int, int], int] = {}

    def take(self, number: int, row: dict[str, Any]) -> None:
        """Take one row; an empty cell says nothing, a row without any text is passed over."""
        found = row.get(ACTUAL)
        if found is None or str(found).strip() == "":
            return
        place, month = self._item(number, row), self._month(number, row)
        if place is None or month is None:
            return
        index, item = place
        value = self._number(number, row, item)
        if item.months and month + 1 not in item.months:
            allowed = ", ".join(self.labels[each - 1] for each in item.months)
            self._fault("E-RANGE", number, MONTH, "this mark is looked at in another month", row[MONTH], allowed)
        elif (index, month) in self.rows:
            first = f"row {self.rows[index, month]} tells it too"
            self._fault("E-TWICE", number, KEY, "this figure is told twice", item.key, "", f"keep one; {first}")
        elif value is not None:
            self.values[index, month], self.rows[index, month] = value, number

    def pairs(self, items: Sequence[Item]) -> None:
        """Refuse more buyers than owners who were asked, or buyers of nobody knows how many."""
        for item in items:
            if item.kind != "bought":
                continue
            index, asked = self.known[item.key][0], self.known[f"asked.{item.name}"][0]
            wrong = ~np.isnan(self.values[index]) & ~(self.values[index] <= self.values[asked])
            for month in np.nonzero(wrong)[0]:
                told, of = self.values[index, month], self.values[asked, month]
                allowed = "at most the owners approached" + ("" if np.isnan(of) else f", {of:g}")
                number = self.rows[index, int(month)]
                self._fault("E-RANGE", number, ACTUAL, "more bought than were asked", f"{told:g}", allowed)

    def _item(self, number: int, row: dict[str, Any]) -> tuple[int, Item] | None:
        key = str(row.get(KEY)).strip()
        if key not in self.known:
            allowed = "the keys that headcast actuals-template writes"
            self._fault("E-KEY", number, KEY, "no such figure", key, allowed, nearest(key, self.known))
            return None
        return self.known[key]

    def _month(self, number: int, row: dict[str, Any]) -> int | None:
        told = row.get(MONTH)
        label = f"{told:%Y-%m}" if isinstance(told, datetime) else str(told).strip()
        if label not in self.labels:
            allowed = f"{self.labels[0]} to {self.labels[-1]}"
            self._fault("E-RANGE", number, MONTH, "outside the case's months", label, allowed, "write it as YYYY-MM")
            return None
        return self.labels.index(label)

    def _number(self, number: int, row: dict[str, Any], item: Item) -> float | None:
        units, unit, told = UNITS[item.unit], str(row.get(UNIT)).strip(), row[ACTUAL]
        if unit not in units:
            fix = f"give {item.key} in one of these"
            self._fault("E-UNIT", number, UNIT, "wrong unit", unit, ", ".join(units), fix)
            return None
        try:
            value = float("nan") if isinstance(told, bool) else float(told)
        except (TypeError, ValueError):
            value = float("nan")
        if not np.isfinite(value):
            allowed, fix = "a number without unit or separators", "leave the cell empty where it is not known yet"
            self._fault("E-VALUE", number, ACTUAL, "must be a number", str(told), allowed, fix)
            return None
        up, down = units[unit]
        return self._within(number, item, value * up / down)

    def _within(self, number: int, item: Item, value: float) -> float | None:
        """Return the value if it is possible for such a figure."""
        low = -np.inf if item.unit == "CNY" else -100.0 if item.unit in SIGNED else 0.0
        high = 1.0 if item.kind == "at_work" else MOST.get(item.unit, np.inf)
        whole = item.kind in ("at_work", "asked", "bought")
        if low <= value <= high and not (whole and value % 1):
            return value
        allowed = f"{low:g} to {high:g} {item.unit}" if np.isfinite(high) else f"from {low:g} {item.unit}"
        allowed = f"whole numbers, {allowed}" if whole else allowed
        self._fault("E-RANGE", number, ACTUAL, f"not possible for {item.key}", f"{value:g}", allowed)
        return None

    def _fault(
        self, code: str, number: int, column: str, what: str, found: object, allowed: str, fix: str = "mend the cell"
    ) -> None:
        where = f"{self.path.name}: sheet {SHEET}, row {number}, column {column}"
        self.findings.append(Finding(code, where, what, str(found), allowed, fix or "mend the cell"))
