"""The hiring plan as finance and recruiting read it: who opens when, and what it costs up to the next milestone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from model.inputs import Case
from model.pay import wage
from model.plans import Career, Plan, plan_careers
from model.seats import lead_time, usual_start
from model.severance import due
from model.staffing import approved

NONE = ""
"""Stands where there is no milestone before or after a seat opens."""


@dataclass(frozen=True)
class Hire:
    """Seats of one role that open in one month: months of the programme, and money, CNY.

    order_by : latest month to order them, at least 1; late : months by which even the first month is too late
    before, after : ids of the last milestone before the opening and of the next one
    to_next, if_stopped : approved cost up to the next milestone, and with what is due if the unit ends there
    """

    role: str
    line: str
    seats: int
    order_by: int
    late: int
    opens: int
    usual_start: int
    before: str
    after: str
    to_next: float
    if_stopped: float


def hire_list(case: Case, plan: Plan) -> list[Hire]:
    """Return the hires of a plan by month of opening, in the order of its roles; moved people are not hired (R211)."""
    groups: dict[tuple[int, str, str], list[Career]] = {}
    for career in plan_careers(case, plan):
        if career.source is None:
            groups.setdefault((career.first_month, career.role, career.line), []).append(career)
    return [_hire(case, careers) for _, careers in sorted(groups.items(), key=lambda pair: pair[0][0])]


def _hire(case: Case, careers: list[Career]) -> Hire:
    role, line, opens = careers[0].role, careers[0].line, careers[0].first_month
    order_by = opens - lead_time(case, role)
    start = usual_start(case, role, opens)
    before, after = _milestone(case, line, opens, True), _milestone(case, line, opens, False)
    to_next = if_stopped = float("nan")
    if after:
        month = int(case.gates[after].month)
        to_next = float(sum(approved(case, career)[:, :month].sum() for career in careers))
        pay, served = float(wage(case, role)[month - 1]), np.array([month - start], dtype=np.int16)
        if_stopped = to_next + len(careers) * float(due(case, pay, np.maximum(served, -1))[0])
    return Hire(
        role,
        line,
        len(careers),
        max(order_by, 1),
        max(1 - order_by, 0),
        opens,
        start,
        before,
        after,
        to_next,
        if_stopped,
    )


def _milestone(case: Case, line: str, opens: int, before: bool) -> str:
    """Return the last milestone of the unit or of the line before a month, or the next one at or after it."""
    found = [
        (int(gate.month), name)
        for name, gate in case.gates.items()
        if gate.line in ("", line) and (gate.month < opens) == before
    ]
    return (max(found) if before else min(found))[1] if found else NONE


def hires(case: Case, plan: Plan) -> xr.Dataset:
    """Return the hires of a plan as variables along the coordinate `hire`, counted from 1."""
    found = hire_list(case, plan)
    numbers = {
        name: ("hire", np.array([getattr(hire, name) for hire in found], dtype=float))
        for name in ("seats", "order_by", "late", "opens", "usual_start", "to_next", "if_stopped")
    }
    texts = {
        f"hire_{name}": ("hire", np.array([getattr(hire, name) for hire in found], dtype=object))
        for name in ("role", "line", "before", "after")
    }
    return xr.Dataset(numbers, {"hire": np.arange(1, len(found) + 1), **texts})
