"""What a first gate must show: marks tried on the pricing draws, the best one to be checked on fresh ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from model import gates, ledger
from model.gate_inputs import Answer, Gate, Milestone
from model.inputs import Case
from model.ledger import Floats
from model.plans import GateAnswer, Plan, Policies
from model.quantities import Quantity
from model.simulate import TABLE, Block, plan_months

FACTORS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
"""Shares of the case's own mark of users that are tried."""
HOLD, STOP = "hold", "stop"
TRIED = "tried"
"""Name of the answer under which marks that were tried are asked."""


@dataclass(frozen=True)
class Marks:
    """Users and partners that let a plan go on, what follows else, and how that did on the pricing draws.

    gain : mean change of the result against no gate, CNY; fails : share of futures that miss the marks
    """

    users: float
    partners: int
    otherwise: str
    gain: float
    fails: float


def tried(case: Case, plan: Plan, name: str, seed: int, draws: int) -> list[Marks]:
    """Return every combination of marks of a gate with its gain on the pricing draws, the best first (R188).

    Parameters
    ----------
    plan : without gates of its own; name : of the gate, which has a mark of users
    draws : K, at most 4096

    Equal gains keep their order: fewer users, fewer partners, staying before ending.
    """
    gate = case.gates[name]
    block = Block(case, seed, TABLE, 0, draws)
    found = plan_months(case, plan, block)
    marks = found.marks[list(case.gates).index(name)]
    free = _npv(case, found.ledger)
    ends = {
        HOLD: _npv(case, plan_months(case, gates.held(case, plan, gate.month), block).ledger) - free,
        STOP: _npv(case, plan_months(case, gates.stopped(case, plan, gate.month), block).ledger) - free,
    }
    most = sum(entry.start <= gate.month for part in plan.lines.values() for entry in part.partners.values())
    steps = [round(factor * float(gate.least.criteria["users"])) for factor in FACTORS]
    out = []
    for users, partners, otherwise in product(steps, range(most + 1), (HOLD, STOP)):
        fails = (marks[gates.USERS] < users) | (marks[gates.PARTNERS] < partners)
        gain = np.where(fails, ends[otherwise], 0.0)
        out.append(Marks(users, partners, otherwise, float(gain.mean()), float(fails.mean())))
    return sorted(out, key=lambda one: -one.gain)


def with_marks(case: Case, name: str, marks: Marks) -> Case:
    """Return the case whose gate asks for these marks and no others, as an answer called `tried`."""
    gate = case.gates[name]
    least = Milestone(users=_count(marks.users, "units"), partners=_count(marks.partners, "partners"))
    stay = 0 if marks.otherwise == HOLD else 2
    answers = {TRIED: Answer(title="tried on the pricing draws", expand=2, hold=stay)}
    asked: Gate = gate.model_copy(update={"least": least, "answers": gate.answers | answers})
    return case.model_copy(update={"gates": case.gates | {name: asked}})


def asking(plan: Plan, name: str, answer: str) -> Plan:
    """Return the plan that asks one gate."""
    return plan.model_copy(update={"policies": Policies(gates=(GateAnswer(gate=name, answer=answer),))})


def _count(value: float, unit: str) -> Quantity:
    return Quantity(float(value), unit=unit, origin="source", source="tried on the pricing draws")


def _npv(case: Case, book: Floats) -> Floats:
    return ledger.present_value(ledger.result(book), float(case.clock.discount))
