"""What an obligatory gate asks of every plan before anything is priced: each branch must be able to pay (R133)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.bound import NEVER
from model.gate_inputs import Gate
from model.gate_limits import branch_costs
from model.gates import phase_at
from model.inputs import Case
from model.ledger import Floats
from model.plans import GateAnswer, Plan, Policies
from solvers.exact import Choice, Exact
from solvers.limits import Limit, Measure
from solvers.pricing import opened
from solvers.tables import Pieces


def gate_rows(case: Case, exact: Exact) -> list[Limit]:
    """Return the budgets of the branches of obligatory unit gates as rows over outlines of plans (R133, R139).

    A held unit pays at least the seats that it had at the gate, an ended one at least severance of shared roles.
    """
    return [
        row
        for name, gate in must_ask(case).items()
        for row in (*_held(case, name, gate, exact), *_ended(case, name, gate))
    ]


def must_ask(case: Case) -> dict[str, Gate]:
    """Return the gates of the unit that every plan must ask."""
    return {name: gate for name, gate in case.gates.items() if gate.obligatory and not gate.line}


def branch_uses(case: Case, choice: Choice) -> dict[str, float]:
    """Return what the branches of a plan cost that asks the obligatory gates, by row name, CNY."""
    gates = must_ask(case)
    if not gates:
        return {}
    return {cost.name: cost.found for cost in branch_costs(case, _asking(case, choice.plan(case, "p", "")))}


def _asking(case: Case, plan: Plan) -> Plan:
    answers = tuple(GateAnswer(gate=name, answer=next(iter(gate.answers))) for name, gate in must_ask(case).items())
    return plan.model_copy(update={"policies": Policies(gates=answers)})


def _held(case: Case, name: str, gate: Gate, exact: Exact) -> Iterator[Limit]:
    first = phase_at(case, gate.month)
    fixed = {row.at: row.fixed for row in exact.rows if row.kind == "budget"}
    for phase, part in enumerate(case.phases):
        if phase > first:
            most = float(gate.hold_budgets.get(part.id, part.budget))
            row, at = f"budget of {part.id} if held at {name}", (part.id,)
            yield Limit(row, "R133", "CNY", _held_cost(first, phase), -NEVER, most, fixed=fixed[at], at=at)


def _held_cost(first: int, phase: int) -> Measure:
    def cost(pieces: Pieces) -> Floats:
        return np.where(pieces.heads[:, first] > 0, pieces.cost[:, phase], 0.0)

    return cost


def _ended(case: Case, name: str, gate: Gate) -> Iterator[Limit]:
    if gate.stop_budget is None:
        return
    first = phase_at(case, gate.month)
    shared = [role for role, entry in case.roles.items() if entry.kind == "shared"]
    paid = np.array([[_severance(case, name, role, phase) for phase in range(first + 1)] for role in shared])

    def cost(pieces: Pieces) -> Floats:
        out: Floats = np.einsum("irp,rp->i", np.diff(pieces.seats, axis=2, prepend=0.0)[:, :, : first + 1], paid)
        return out

    at = (case.phases[first].id,)
    yield Limit(f"cost of ending at {name}", "R133", "CNY", cost, -NEVER, float(gate.stop_budget), at=at)


def _severance(case: Case, name: str, role: str, phase: int) -> float:
    """Return what one head of a role, there since a phase, is paid when the unit ends at a gate, without chance."""
    modes = tuple(next(iter(case.modes)) for _ in case.phases)
    seats = {role: opened(0, phase, len(case.phases))}
    alone = Plan(case=case.id, name="p", title="", modes=modes, seats=seats, lines={})
    costs = {cost.name: cost.found for cost in branch_costs(case, _asking(case, alone))}
    return costs[f"cost of ending at {name}"]
