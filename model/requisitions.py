"""The plan as a list of requisitions: which seat is ordered when, and when somebody usually starts (scope: seat)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.inputs import Case
from model.plans import Plan, plan_careers
from model.seats import order_month
from model.staffing import approved


@dataclass(frozen=True)
class Requisition:
    """One seat to fill: months of order, opening and usual start, and its approved cost, CNY (R28, R48).

    `order_by` is the month in which to order so that somebody usually starts when the seat opens, 0 or less where
    even the first month is too late.
    """

    role: str
    line: str
    seat: int
    opens: int
    ordered: int
    usual_start: int
    order_by: int
    approved: float


def requisitions(case: Case, plan: Plan) -> list[Requisition]:
    """Return the plan's requisitions by month of order, then role, line and seat (R48).

    The usual start has the median search and no offer that falls through. A seat that a move opens is not ordered
    (R130).
    """
    return sorted(_each(case, plan), key=lambda r: (r.ordered, r.role, r.line, r.seat))


def _each(case: Case, plan: Plan) -> Iterator[Requisition]:
    hiring = case.staffing.hiring
    notice, ahead = (float(hiring.notice), hiring.order_ahead) if hiring else (0.0, 0)
    for career in (each for each in plan_careers(case, plan) if each.source is None):
        lead = round(float(case.roles[career.role].fill_median) + notice)
        opens, ordered = career.first_month, order_month(career.first_month, ahead)
        start, cost = max(opens, ordered + lead), float(approved(case, career).sum())
        yield Requisition(career.role, career.line, career.seat, opens, ordered, start, opens - lead, cost)
