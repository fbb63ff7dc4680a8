"""The plan as a list of requisitions: which seat is ordered when, and when somebody usually starts (scope: seat)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.inputs import Case
from model.plans import Plan, plan_careers
from model.seats import lead_time, order_month, usual_start
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
    ahead = hiring.order_ahead if hiring else 0
    for career in (each for each in plan_careers(case, plan) if each.source is None):
        role, opens = career.role, career.first_month
        ordered, start, lead = order_month(opens, ahead), usual_start(case, role, opens), lead_time(case, role)
        cost = float(approved(case, career).sum())
        yield Requisition(role, career.line, career.seat, opens, ordered, start, opens - lead, cost)
