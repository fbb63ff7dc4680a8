"""A gate on the pricing draws: verdicts from the priced paths' marks, held and stopped branches from pieces (R134)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from model.gates import HOLD, STOP, VERDICTS, Asked, frozen, held_cities, mixed, phase_at
from model.inputs import Case
from model.ledger import Floats, Ints
from model.plans import GateAnswer, Plan, Policies
from solvers.branch import Branch
from solvers.exact import Choice, Exact, Tables
from solvers.line_gates import held_path
from solvers.pricing import Pricer
from solvers.tables import Pieces, whole


def prefix(case: Case, choice: Choice, month: int) -> Choice:
    """Return what a plan does up to a month and would go on with if held: plans that share it share a gate (R134)."""
    phase = phase_at(case, month)
    seats = tuple((role, frozen(heads, phase)) for role, heads in choice.seats)
    lines = tuple((line, held_path(case, option, month)) for line, option in choice.lines)
    return Choice(frozen(choice.modes, phase), seats, lines)


class BranchPrice:
    """One branch of a gate, a whole plan priced from pieces on the draws of the tables (R134).

    Parameters
    ----------
    tables : of the plan's own mode path
    choice : the branch's plan; its modes may be others than those of the tables
    """

    def __init__(self, tables: Tables, choice: Choice, branch: Branch) -> None:
        self.choice = choice
        self.pricer = tables.pricer.under(choice.modes, branch)
        self.exact = Exact(tables.case, choice.modes, branch=branch)

    @cached_property
    def total(self) -> Pieces:
        """The plan as the sum of its pieces."""
        return whole(list(_pieces(self.pricer, self.choice)))

    @cached_property
    def npv(self) -> Floats:
        """Net present value, (scenario,) CNY."""
        return self.exact.npv(self.total)


def _pieces(pricer: Pricer, choice: Choice) -> Iterator[Pieces]:
    """Yield the pieces of a plan, each as one without its axis."""
    for role, heads in choice.seats:
        seats = pricer.seat_path(role, heads)
        yield from (seats.take(index) for index in range(len(seats)))
    for line, option in choice.lines:
        yield pricer.line(line, [option]).take(0)


class Package:
    """What is decided before a gate, with the marks it reaches and the branches it leads to (R134).

    Parameters
    ----------
    choice : any plan that begins so
    """

    def __init__(self, tables: Tables, choice: Choice, name: str) -> None:
        case, gate = tables.case, tables.case.gates[name]
        self.case, self.name, self.gate = case, name, gate
        self.start = prefix(case, choice, gate.month)
        self.marks = sum(tables.pricer.marks(line, option) for line, option in choice.lines)
        self.held = BranchPrice(tables, self.start, Branch(cities=held_cities(case, None, gate.month)))
        self.stopped = BranchPrice(tables, choice, Branch(stop=gate.month))

    def asked(self, answer: str) -> Asked:
        """Return the gate with one of its answers."""
        return Asked(self.name, self.gate, self.gate.answers[answer])

    def verdict(self, answer: str) -> Ints:
        """Return the verdict of each scenario under an answer, (scenario,)."""
        return self.asked(answer).verdict(self.case, np.asarray(self.marks), None)


@dataclass(frozen=True)
class GatedChoice:
    """A plan with one gate of the unit: what goes on, and what each scenario's verdict makes of it.

    npv : (scenario,) CNY on the pricing draws; said : (scenario,) verdict
    """

    choice: Choice
    package: Package
    answer: str
    said: Ints
    npv: Floats

    def plan(self, case: Case, name: str, title: str) -> Plan:
        """Return the plan as a plan file says it."""
        asked = Policies(gates=(GateAnswer(gate=self.package.name, answer=self.answer),))
        return self.choice.plan(case, name, title).model_copy(update={"policies": asked})

    @property
    def chances(self) -> dict[str, float]:
        """Chance of each verdict on the pricing draws."""
        return {name: float((self.said == number).mean()) for number, name in enumerate(VERDICTS)}


def gated(tables: Tables, exact: Exact, choice: Choice, package: Package, answer: str) -> GatedChoice:
    """Return a plan under a gate: each scenario has the value of the branch that its verdict leads to (R134).

    Parameters
    ----------
    choice : a plan of the tables that begins as the package says
    """
    said = package.verdict(answer)
    held = package.held.npv if (said == HOLD).any() else None
    stopped = package.stopped.npv if (said == STOP).any() else None
    npv = mixed(said, [exact.npv(tables.total(choice)), held, stopped])
    return GatedChoice(choice, package, answer, said, npv)
