"""Headcount balance as a Pyomo block, continuous people: opening + starts + moves in − moves out − leavers − exits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyomo.environ as pyo


@dataclass(frozen=True)
class Grade:
    """A kind of people.

    opening : heads before the first period; need : heads needed by period; starts_most : most starts a period
    leave_first, leave_later : share that leaves in the first period of service, and in any later one
    exit_pay : for each managed exit; spare_cost : a period of one head beyond the need
    part_most, part_cost, part_work : heads that may work part-time, what each costs a period, and the work each gives
    """

    name: str
    opening: float
    need: Sequence[float]
    starts_most: float
    leave_first: float
    leave_later: float
    exit_pay: float
    spare_cost: float
    part_most: float
    part_cost: float
    part_work: float


@dataclass(frozen=True)
class Move:
    """A transfer between grades: retraining upward, or downgrading.

    cost : for each person sent; stay : share of those sent who are in the new grade at the period's end
    most : most people a period; most_of_target : most people a period as share of the new grade's heads
    """

    source: str
    target: str
    cost: float
    stay: float
    most: float = float("inf")
    most_of_target: float = float("inf")


def headcount(grades: Sequence[Grade], moves: Sequence[Move], spare_most: float) -> pyo.Block:
    """Return the block of variables and rows; `exits` and `cost` are expressions to minimise (R120).

    Parameters
    ----------
    spare_most : most heads beyond the need in a period, all grades together

    Examples
    --------
    See tests/test_balance.py: a published instance with its two published optima.
    """
    block = pyo.Block(concrete=True)
    known = {grade.name: grade for grade in grades}
    periods = range(len(grades[0].need))
    block.PEOPLE = pyo.Set(initialize=[(t, name) for t in periods for name in known], ordered=True)
    block.SENT = pyo.Set(initialize=[(t, move.source, move.target) for t in periods for move in moves], ordered=True)
    block.heads = pyo.Var(block.PEOPLE, domain=pyo.NonNegativeReals)
    block.starts = pyo.Var(block.PEOPLE, bounds=lambda b, t, name: (0, known[name].starts_most))
    block.managed = pyo.Var(block.PEOPLE, domain=pyo.NonNegativeReals)
    block.spare = pyo.Var(block.PEOPLE, domain=pyo.NonNegativeReals)
    block.part = pyo.Var(block.PEOPLE, bounds=lambda b, t, name: (0, known[name].part_most))
    block.sent = pyo.Var(block.SENT, domain=pyo.NonNegativeReals)
    _rows(block, known, moves, spare_most)
    _sums(block, known, moves)
    return block


def _rows(block: pyo.Block, known: dict[str, Grade], moves: Sequence[Move], spare_most: float) -> None:
    periods = sorted({t for t, _ in block.PEOPLE})

    def closes(b: pyo.Block, t: int, name: str) -> object:
        grade = known[name]
        before = b.heads[t - 1, name] if t else grade.opening
        came = sum(move.stay * b.sent[t, move.source, name] for move in moves if move.target == name)
        went = sum(b.sent[t, name, move.target] for move in moves if move.source == name)
        stayed = (1 - grade.leave_later) * before + (1 - grade.leave_first) * b.starts[t, name]
        return b.heads[t, name] == stayed + came - went - b.managed[t, name]

    def meets(b: pyo.Block, t: int, name: str) -> object:
        idle = (1 - known[name].part_work) * b.part[t, name]
        return b.heads[t, name] - b.spare[t, name] - idle == known[name].need[t]

    def caps(b: pyo.Block, t: int, index: int) -> object:
        move = moves[index]
        if move.most_of_target == float("inf"):
            return pyo.Constraint.Skip
        return b.sent[t, move.source, move.target] <= move.most_of_target * b.heads[t, move.target]

    block.closes = pyo.Constraint(block.PEOPLE, rule=closes)
    block.meets = pyo.Constraint(block.PEOPLE, rule=meets)
    block.caps = pyo.Constraint(periods, range(len(moves)), rule=caps)
    block.spares = pyo.Constraint(periods, rule=lambda b, t: sum(b.spare[t, name] for name in known) <= spare_most)
    for t in periods:
        for move in moves:
            if move.most < float("inf"):
                block.sent[t, move.source, move.target].setub(move.most)


def _sums(block: pyo.Block, known: dict[str, Grade], moves: Sequence[Move]) -> None:
    """Hang people sent away and money paid on the block."""
    costs = {(move.source, move.target): move.cost for move in moves}
    block.exits = pyo.Expression(expr=sum(block.managed.values()))
    block.cost = pyo.Expression(
        expr=sum(costs[source, target] * sent for (_, source, target), sent in block.sent.items())
        + sum(known[name].exit_pay * heads for (_, name), heads in block.managed.items())
        + sum(known[name].spare_cost * heads for (_, name), heads in block.spare.items())
        + sum(known[name].part_cost * heads for (_, name), heads in block.part.items())
    )
