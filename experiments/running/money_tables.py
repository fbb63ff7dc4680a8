"""Tables of where money comes from and goes to, each from the stored dataset: parties, incentives, revenue by line."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from model.incentives import targets
from model.inputs import Case, Words
from model.ledger import by_year
from model.plans import Plan
from model.schema import REVENUE_ROWS, ROW, ROWS

INCENTIVE_ROWS = ("project_bonus", "annual_bonus", "bonus_on_cost", "overage_pool", "line_pay", "after_sales_share")
"""What results cost: each row that grows with what the unit earns or is promised for it."""
PARTY_WORDS = {
    "unit": "The unit",
    "employees": "Employees",
    "partners": "Partners",
    "customers": "Customers",
    "after_sales": "After-sales department",
    "dealers": "Dealers",
    "suppliers": "Suppliers and service firms",
    "state": "Social funds",
    "company": "The company",
}


def parties(dataset: xr.Dataset, plan: str, called: Words) -> list[dict[str, Any]]:
    """Return what each party receives less what it pays over the horizon, largest first (R110)."""
    picked = dataset.sel(plan=plan)
    rows = []
    for name in map(str, dataset["party"].values):
        spread = picked["party_quantile"].sel(party=name)
        rows.append(
            {
                "party": name,
                "title": called.partners.capitalize() if name == "partners" else PARTY_WORDS.get(name, name),
                "mean": float(picked["party_mean"].sel(party=name)),
                **{f"p{round(100 * level):02d}": float(spread.sel(quantile=level)) for level in (0.05, 0.5, 0.95)},
            }
        )
    return sorted((row for row in rows if row["mean"]), key=lambda row: -row["mean"])


def partner_sides(dataset: xr.Dataset, case: Case, plan: str, chosen: Plan) -> list[dict[str, Any]]:
    """Return the own side of each partner in the plan whose margin the case tells, smallest middle case first (R112).

    Unstable is a partner that loses money in the middle case: it will not stay on these terms.
    """
    picked, rows = dataset.sel(plan=plan), []
    taken = {name: entry for line in chosen.lines.values() for name, entry in line.partners.items()}
    for partner in case.partners:
        if partner.id in taken and taken[partner.id].contract in case.partner_margin:
            own = picked.sel(partner=partner.id)
            middle = float(own["partner_side_quantile"].sel(quantile=0.5))
            rows.append(
                {"partner": partner.id, "title": partner.title, "mean": float(own["partner_side"])}
                | {"p10": float(own["partner_side_p10"]), "p50": middle, "unstable": middle < 0}
            )
    return sorted(rows, key=lambda row: row["p50"])


def incentives(dataset: xr.Dataset, case: Case, plan: str) -> list[dict[str, Any]]:
    """Return by programme year what results cost beside what they bring: the incentive stack, means in CNY."""
    years = dataset["ledger"].sel(plan=plan).mean("scenario")
    aims = targets(case)
    rows: list[dict[str, Any]] = []
    for index, year in enumerate(dataset["year"].values):
        book = {str(name): float(years.sel(year=year, row=name)) for name in dataset["row"].values}
        revenue = sum(ROWS[ROW[name]].sign * book[name] for name in REVENUE_ROWS)
        parts = {name: book[name] for name in INCENTIVE_ROWS if book.get(name)}
        result = sum(row.sign * book[row.name] for row in ROWS)
        rows.append(
            {"year": int(year), "revenue": revenue, "target": float(aims[index]), "result": result}
            | {"parts": parts, "stack": sum(parts.values())}
        )
    return rows


def bridge(dataset: xr.Dataset, case: Case, plan: str) -> list[dict[str, Any]]:
    """Return mean revenue by line and year with units and revenue a unit; what no contract explains comes last."""
    picked = dataset.sel(plan=plan)
    rows = []
    for name, line in case.lines.items():
        revenue = picked["line_revenue"].sel(line=name).to_numpy()
        monthly = picked["volume_mean"].sel(line=name).to_numpy()
        units = by_year(monthly, 0)
        price = np.divide(revenue, units, out=np.full(units.shape, np.nan), where=units > 0)
        rows.append(
            {"line": name, "title": line.title, "remainder": line.remainder, "revenue": revenue.tolist()}
            | {"units": units.tolist(), "price": [None if np.isnan(each) else float(each) for each in price]}
        )
    return sorted(rows, key=lambda row: bool(row["remainder"]))
