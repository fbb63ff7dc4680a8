"""What a phase budget limits: the approved cost of a plan, recomputable by hand and independent of chance (R28)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model import staffing
from model.gates import as_planned
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan, plan_careers, staffed
from model.schema import ROW, SEAT_ROWS
from model.simulate import TABLE, Block, plan_months

APPROVED_ROWS = ("base_pay", "project_bonus", "on_cost", "training", "flexible_pay")
"""What every open seat counts against a budget; the case names the other rows."""


def budget_accounts(case: Case) -> tuple[str, ...]:
    """Return the ledger rows that a budget counts (R28, R216).

    Examples
    --------
    Rows "tools" and "agency" named by the case: approved pay, "tools" and "agency".
    """
    return (*APPROVED_ROWS, *case.choice.budget_rows)


def certain(case: Case) -> Case:
    """Return the case with all chance switched off."""
    return case.model_copy(update={"uncertainty": case.uncertainty.model_copy(update={"mode": "none"})})


def approved_cost(case: Case, plan: Plan) -> Floats:
    """Return approved cost by phase, (phase,) CNY: open seats without vacancies, the other rows as planned.

    Parameters
    ----------
    plan : any plan of the case; one that breaks its budget is priced all the same
    """
    monthly = approved_months(case, plan)
    return np.array([monthly[first - 1 : end - 1].sum() for first, end in case.phase_bounds()])


def approved_months(case: Case, plan: Plan) -> Floats:
    """Return approved cost by month, (month,) CNY."""
    out: Floats = np.sum(list(approved_rows(case, plan).values()), axis=0)
    return out


def approved_rows(case: Case, plan: Plan) -> dict[str, Floats]:
    """Return approved cost by ledger row, each (month,) CNY (R28)."""
    case = staffed(case, plan)
    seats = (name for name in SEAT_ROWS if name != "hiring_fee")
    monthly = {name: np.zeros(case.clock.months) for name in (*budget_accounts(case), *seats)}
    for career in plan_careers(case, plan):
        cost = staffing.approved(case, career)
        for index, name in enumerate(SEAT_ROWS):
            if name in monthly:
                monthly[name] += cost[index]
    sure = certain(case)
    book = plan_months(sure, as_planned(plan), Block(sure, 0, TABLE, 0, 1)).ledger[:, :, 0]
    for name in case.choice.budget_rows:
        if name != "hiring_fee":
            monthly[name] += book[ROW[name]]
    return monthly


def overruns(case: Case, plan: Plan) -> list[tuple[str, float]]:
    """Return the phases whose budget a plan exceeds, with the excess in CNY."""
    used = approved_cost(case, plan)
    pairs = ((phase.id, float(cost - float(phase.budget))) for phase, cost in zip(case.phases, used, strict=True))
    return [(name, excess) for name, excess in pairs if excess > 0.005]


@dataclass(frozen=True)
class Overrun:
    """By how much a plan exceeds the budget of a phase (CNY), and in which months: what each costs past the budget."""

    phase: str
    cny: float
    months: tuple[tuple[int, float], ...]

    @property
    def begins(self) -> int:
        """Month in which the budget of the phase is used up."""
        return self.months[0][0]


def overruns_by_month(case: Case, plan: Plan) -> list[Overrun]:
    """Return the phases whose budget a plan exceeds, with the months from which on it does (R28).

    Examples
    --------
    Budget 100 and three months at 60: the second is 20 over, the third 60.
    """
    monthly, out = approved_months(case, plan), []
    known = dict(overruns(case, plan))
    for phase, (first, end) in zip(case.phases, case.phase_bounds(), strict=True):
        if phase.id in known:
            spent = np.cumsum(monthly[first - 1 : end - 1])
            over = np.diff(np.maximum(spent - float(phase.budget), 0.0), prepend=0.0)
            months = tuple((first + int(i), float(over[i])) for i in np.flatnonzero(over > 0))
            out.append(Overrun(phase.id, known[phase.id], months))
    return out
