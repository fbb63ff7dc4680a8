"""The shipped table of statutory rates, data/on_cost.csv: a case names a city and gets its funds."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from model.errors import Finding, nearest

TABLE = "on_cost.csv"
ROOTS = ("data", "headcast_data")
COLUMNS = ("city", "fund", "rate", "floor", "cap", "valid_from", "valid_to", "source")
UNITS = {"rate": "share", "floor": "CNY/month", "cap": "CNY/month"}


def city_funds(city: str, table: Path | None = None) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Return the funds of a city as a case would write them; a fault comes back as a finding (R53).

    Parameters
    ----------
    table : another file than the shipped one
    """
    path = table or _shipped()
    rows, findings = _rows(path)
    if findings:
        return [], findings
    funds = [_fund(row) for row in rows if row["city"] == city]
    if not funds:
        cities = list(dict.fromkeys(row["city"] for row in rows))
        where, mend = "staffing.on_cost_city.city", nearest(city, cities)
        return [], [Finding("E-REF", where, f"no rates in {TABLE}", city, ", ".join(cities), mend)]
    return funds, []


def _shipped() -> Path:
    home = Path(__file__).resolve().parent.parent
    return next((home / root / TABLE for root in ROOTS if (home / root / TABLE).is_file()), home / ROOTS[0] / TABLE)


def _rows(path: Path) -> tuple[list[dict[str, str]], list[Finding]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        return [], [Finding("E-FILE", path.name, "cannot be read", error.strerror or str(error))]
    for number, row in enumerate(rows, start=2):
        where = f"{path.name}: line {number}"
        if tuple(row) != COLUMNS or None in row.values():
            return [], [Finding("E-FORM", where, "wrong columns", ", ".join(map(str, row)), ", ".join(COLUMNS))]
        for column in UNITS:
            if not _is_number(row[column]):
                return [], [Finding("E-VALUE", f"{where}, column {column}", "needs a number", row[column], "1234.5")]
    return rows, []


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _fund(row: dict[str, str]) -> dict[str, Any]:
    amounts = {
        column: {"value": float(row[column]), "unit": unit, "evidence": row["source"]} for column, unit in UNITS.items()
    }
    return {key: row[key] for key in ("fund", "valid_from", "valid_to")} | amounts
