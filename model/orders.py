"""Orders of an online shop: the season, what is sent back and what is shipped wrongly (scope: line)."""

from __future__ import annotations

import numpy as np

from model.inputs import Case
from model.ledger import Floats
from model.schema import LINE_ROWS


def season(case: Case, line: str) -> Floats | None:
    """Return the factor on demand by programme month, (month,), with mean 1 over a year; None without orders (R86)."""
    part = case.lines[line].orders
    if part is None:
        return None
    weights = np.array([float(weight) for weight in part.season])
    out: Floats = (weights / weights.mean())[np.array(case.clock.calendar_months()) - 1]
    return out


def book(case: Case, line: str, volume: Floats, rows: Floats) -> None:
    """Book refunds of commission and the cost of wrong orders, in place (R87).

    Parameters
    ----------
    volume : (month, option, scenario) orders
    rows : (row, month, option, scenario) CNY in the order of LINE_ROWS
    """
    part = case.lines[line].orders
    if part is None:
        return
    rows[LINE_ROWS.index("returns")] = rows[LINE_ROWS.index("commission")] * float(part.returned)
    rows[LINE_ROWS.index("wrong_orders")] = volume * (float(part.wrong) * float(part.wrong_cost))


def turnover(case: Case, line: str, volume: Floats) -> Floats:
    """Return turnover (GMV), CNY, of orders of any shape; 0 for a line that sells no orders (R87)."""
    part = case.lines[line].orders
    return volume * (float(part.value) if part else 0.0)
