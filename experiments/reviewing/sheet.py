"""The sheet that finance fills: one row for each month and figure, read with every fault named by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from experiments.reviewing.figures import Item
from model.errors import Finding, InputError, nearest
from model.inputs import Case
from model.ledger import Floats
from model.number_words import month_slip, plain_number, slip
from model.quantities import UNITS
from model.results import month_labels
from model.sheet_files import Grid, read_sheet
from model.workbook_file import safe_workbook

SHEET = "actuals"
MONTH, KEY, FIGURE, UNIT, PLAN, ACTUAL = COLUMNS = ("month", "key", "figure", "unit", "plan, middle case", "actual")
NEEDED = (MONTH, KEY, UNIT, ACTUAL)
WIDTHS = (10, 26, 52, 9, 17, 14)
NUMBER = "#,##0.00"
LIKE_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a program for tables would compute when it opens a CSV file."""
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
    safe = [(*row[:2], f"'{row[2]}" if str(row[2]).startswith(LIKE_FORMULAS) else row[2], *row[3:]) for row in rows]
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *safe])
    return text.getvalue().encode("utf-8-sig")


def _workbook(rows: Sequence[tuple[Any, ...]]) -> bytes:
    with safe_workbook(SHEET) as (book, made):
        sheet = book.add_worksheet(SHEET)
        bold, plan = book.add_format({"bold": True}), book.add_format({"num_format": NUMBER, "font_color": "#808080"})
        actual = book.add_format({"num_format": NUMBER, "bg_color": "#FFF8DC"})
        sheet.write_row(0, 0, COLUMNS, bold)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        for line, row in enumerate(rows, start=1):
            sheet.write_row(line, 0, row[:4])
            sheet.write(line, 4, row[4], plan)
            sheet.write(line, 5, row[5], actual)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    return made.getvalue()


def read(path: Path, case: Case, items: Sequence[Item]) -> Actuals:
    """Return what a filled sheet says; empty cells are not known yet (R175).

    Raises
    ------
    InputError : every fault of the sheet at once, each with row, column, value, what is allowed and how to mend it
    """
    grid, columns = _grid(path)
    reader = _Reader(path, case, {item.key: (place, item) for place, item in enumerate(items)})
    reader.findings += grid.faults()
    reader.percents = {row + 1 for row, column in grid.marks.percents if column == columns[ACTUAL]}
    for number in range(2, len(grid.rows) + 1):
        if (number - 1, columns[ACTUAL]) not in grid.marks.uncomputed:
            reader.take(number, {name: grid.value(number - 1, column) for name, column in columns.items()})
    reader.pairs(items)
    if reader.findings:
        raise InputError(reader.findings)
    known = np.nonzero(~np.isnan(reader.values).all(axis=0))[0]
    if not known.size:
        raise InputError(
            Finding("E-VALUE", f"{path.name}: column {ACTUAL}", "no actual is filled in", "", "at least one number")
        )
    return Actuals(reader.values[:, : known[-1] + 1], int(known[-1] + 1))


def _grid(path: Path) -> tuple[Grid, dict[str, int]]:
    """Return the sheet and the column of each head."""
    if not path.is_file():
        raise InputError(
            Finding("E-FILE", str(path), "no such file", fix="make it with: headcast actuals-template RUN")
        )
    grid = read_sheet(path, SHEET)
    head = grid.rows[0] if grid.rows else []
    columns = {str(name).strip(): column for column, name in enumerate(head) if name is not None}
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        what, fix = "columns are missing", "fill the sheet that headcast actuals-template writes"
        found, allowed = ", ".join(missing), ", ".join(COLUMNS)
        raise InputError(Finding("E-FILE", f"{path.name}: row 1", what, found, allowed, fix))
    return grid, columns


class _Reader:
    """Takes rows one by one and keeps the numbers and the faults."""

    def __init__(self, path: Path, case: Case, known: dict[str, tuple[int, Item]]) -> None:
        self.path, self.known, self.findings = path, known, list[Finding]()
        self.labels = month_labels(case.clock.start, case.clock.months)
        self.values = np.full((len(known), case.clock.months), np.nan)
        self.rows: dict[tuple[int, int], int] = {}
        self.percents: set[int] = set()

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
        label = f"{told:%Y-%m}" if isinstance(told, date) else str(told).strip()
        if label not in self.labels:
            allowed = f"{self.labels[0]} to {self.labels[-1]}"
            fix = f"write it as {month_slip(label) or 'YYYY-MM'}"
            self._fault("E-RANGE", number, MONTH, "outside the case's months", label, allowed, fix)
            return None
        return self.labels.index(label)

    def _number(self, number: int, row: dict[str, Any], item: Item) -> float | None:
        units, unit, told = UNITS[item.unit], str(row.get(UNIT)).strip(), row[ACTUAL]
        if unit not in units:
            fix = f"give {item.key} in one of these"
            self._fault("E-UNIT", number, UNIT, "wrong unit", unit, ", ".join(units), fix)
            return None
        is_plain = isinstance(told, (int, float)) and not isinstance(told, bool)
        value = float(told) if is_plain else plain_number(str(told).strip())
        if value is None:
            allowed = "a number without unit or separators"
            fix = slip(str(told), unit) or "leave the cell empty where it is not known yet"
            self._fault("E-VALUE", number, ACTUAL, "must be a number", str(told), allowed, fix)
            return None
        if number in self.percents and "%" in unit:
            found, fix = f"shows {value * 100:g} %, holds {value:g}", f"write {value * 100:g} in a cell of plain format"
            self._fault("E-CELL", number, ACTUAL, f"is shown as percent and its unit is {unit} too", found, "", fix)
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
