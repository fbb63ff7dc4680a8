"""Orders of an online shop: the season, what is sent back and what is shipped wrongly (scope: line)."""

from __future__ import annotations

import numpy as np

from model.inputs import Case
from model.ledger import Floats
from model.schema import LINE_ROWS

YEAR = 12


def season(case: Case, line: str) -> Floats | None:
    """Return the factor on demand by programme month, (month,), with mean 1 over a year; None without orders (R86)."""
    part = case.lines[line].orders
    if part is None:
        return None
    weights = np.array([float(weight) for weight in part.season])
    first = int(case.clock.start[5:]) - 1
    out: Floats = (weights / weights.mean())[(first + np.arange(case.clock.months)) % YEAR]
    return out


def book(case: Case, line: str, volume: Floats, first_sales: Floats, rows: Floats) -> None:
    """Book refunds and the cost of wrong orders, in place (R87).

    Parameters
    ----------
    volume : (month, option, scenario) orders
    first_sales : (month, option, scenario) CNY, what they brought
    rows : (row, month, option, scenario) CNY in the order of LINE_ROWS
    """
    part = case.lines[line].orders
    if part is None:
        return
    rows[LINE_ROWS.index("returns")] = first_sales * float(part.returned)
    rows[LINE_ROWS.index("wrong_orders")] = volume * (float(part.wrong) * float(part.wrong_cost))


def turnover(case: Case, line: str, volume: Floats) -> Floats:
    """Return turnover (GMV), CNY, of orders of any shape; 0 for a line that sells no orders (R87)."""
    part = case.lines[line].orders
    return volume * (float(part.value) if part else 0.0)
