"""What the branches of a gate may cost: the held plan by phase, the end of the stopped one, recomputable by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model import economics, staffing
from model.bound import NEVER, Bound
from model.budgets import approved_cost, certain
from model.gate_inputs import Gate
from model.gates import Asked, as_planned, held, held_cities, in_turn, phase_at, stopped, stopped_line
from model.inputs import Case
from model.ledger import Floats
from model.plans import Career, Plan
from model.schema import ROW, SEAT_ROWS, STANDING_ROWS
from model.simulate import TABLE, Block, plan_months

SETTLED_ROWS = ("severance", "exit_fee")


@dataclass(frozen=True)
class BranchCost:
    """What one branch of a gate costs in one phase, and what it may cost, CNY."""

    name: str
    phase: str
    found: float
    most: float


def branch_costs(case: Case, plan: Plan) -> list[BranchCost]:
    """Return what the branches of all gates that a plan asks cost beside what is allowed (R133).

    A held unit has the budgets of the gate in later phases, or the phases' own; an end has the gate's own budget.

    Parameters
    ----------
    plan : any plan of the case; an ended branch is looked at without chance
    """
    free = as_planned(plan)
    out: list[BranchCost] = []
    for asked in in_turn(case, plan.policies.gates):
        out += _held_costs(case, free, asked)
        out += _end_cost(case, free, asked, stopped(case, free, asked.gate.month))
    for line, part in free.lines.items():
        for asked in in_turn(case, plan.lines[line].gates):
            ended = stopped_line(part, asked.gate.month)
            out += _end_cost(case, free, asked, free.model_copy(update={"lines": free.lines | {line: ended}}))
    return out


def hold_budget(case: Case, gate: Gate, phase: int) -> float:
    """Return the budget of a phase after a gate if the unit is held there, CNY (R133)."""
    part = case.phases[phase]
    return float(gate.hold_budgets.get(part.id, part.budget))


def held_bounds(case: Case) -> Iterator[Bound]:
    """A unit that is held at a gate which every plan must ask keeps its budget in each later phase (R133)."""
    for name, gate in case.gates.items():
        if gate.line or not gate.obligatory:
            continue
        standing = economics.standing(case, held_cities(case, None, gate.month), case.clock.months)
        limited = [cost for row, cost in zip(STANDING_ROWS, standing, strict=True) if row in case.choice.budget_rows]
        for phase, (first, end) in enumerate(case.phase_bounds()):
            if first > gate.month:
                fixed = float(sum(cost[first - 1 : end - 1].sum() for cost in limited))
                what, most = f"budget of {case.phases[phase].id} if held at {name}", hold_budget(case, gate, phase)
                yield Bound(what, "R133", "CNY", "held", phase, -NEVER, most, role=name, fixed=fixed)


def running_cost(case: Case, role: str) -> Floats:
    """Return what a seat that has been open since month 1 is approved to cost by phase, (phase,) CNY (R28, R133)."""
    cost = staffing.approved(case, Career(role, "", 1, 1, case.clock.months + 1))
    monthly = sum(row for name, row in zip(SEAT_ROWS, cost, strict=True) if name != "hiring_fee")
    return np.array([np.asarray(monthly)[first - 1 : end - 1].sum() for first, end in case.phase_bounds()])


def held_cost(case: Case, plan: Plan, name: str) -> Floats:
    """Return the approved cost by phase of a plan if it is held at a gate, (phase,) CNY (R133)."""
    return approved_cost(case, held(case, as_planned(plan), case.gates[name].month))


def _held_costs(case: Case, free: Plan, asked: Asked) -> list[BranchCost]:
    first = phase_at(case, asked.gate.month) + 1
    cost = held_cost(case, free, asked.name)
    return [
        BranchCost(f"budget of {part.id} if held at {asked.name}", part.id, float(cost[phase]), budget)
        for phase, part in enumerate(case.phases)
        if phase >= first
        for budget in [hold_budget(case, asked.gate, phase)]
    ]


def _end_cost(case: Case, free: Plan, asked: Asked, ended: Plan) -> list[BranchCost]:
    if asked.gate.stop_budget is None:
        return []
    cost = _settled(case, ended, asked.gate.month) - _settled(case, free, asked.gate.month)
    phase = case.phases[phase_at(case, asked.gate.month)].id
    return [BranchCost(f"cost of ending at {asked.name}", phase, cost, float(asked.gate.stop_budget))]


def _settled(case: Case, plan: Plan, month: int) -> float:
    """Return severance and exit fees up to a month without chance, CNY."""
    sure = certain(case)
    book = plan_months(sure, plan, Block(sure, 0, TABLE, 0, 1)).ledger[:, :month, 0]
    return float(sum(book[ROW[name]].sum() for name in SETTLED_ROWS))


def unanswered(case: Case, plan: Plan) -> list[str]:
    """Return the gates that every plan must ask and this one does not; a line that stays closed need not (R133)."""
    asked = {each.gate for each in plan.policies.gates}
    asked |= {each.gate for part in plan.lines.values() for each in part.gates}
    open_lines = {"", *(line for line, part in plan.lines.items() if part.partners)}
    named = (name for name, gate in case.gates.items() if gate.obligatory and gate.line in open_lines)
    return [name for name in named if name not in asked]
