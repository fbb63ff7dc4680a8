"""Bad moves together: those that the case names, and the smallest joint move that takes a plan's lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.running.desk import Desk, Values
from experiments.running.range_law import ends
from experiments.sensitivity.smallest_move import Turn, smallest_move
from experiments.sensitivity.tornado import Swing
from model.case_numbers import Number
from model.errors import InputError
from model.ledger import Floats
from model.summary import Estimate


@dataclass(frozen=True)
class Stressed:
    """A named move alone, and together with all that harm more.

    alone, joined : average result of each plan, CNY; lead : first plan minus second when joined, CNY
    """

    name: str
    alone: tuple[Estimate, ...]
    joined: tuple[Estimate, ...]
    lead: Estimate


@dataclass(frozen=True)
class Reverse:
    """The smallest joint move that takes a plan's lead over a rival; `turn` is None where none inside the ranges does.

    numbers : those that were moved together; lead : at the turn on the search's futures, CNY, of the worst end where
    there is no turn
    """

    rival: str
    numbers: tuple[Number, ...]
    turn: Turn | None
    lead: Estimate

    @property
    def values(self) -> list[tuple[Number, float]]:
        """The numbers at the turn."""
        return [] if self.turn is None else at_move(self.numbers, self.turn.move)


def stressed(worth: Desk, names: Sequence[str], moves: Mapping[str, Values]) -> list[Stressed]:
    """Return named moves, the most harmful to the first plan first, each alone and with those before it (R168).

    Where two moves set the same number, the more harmful one holds.

    Parameters
    ----------
    names : the plan and its rival
    moves : values of numbers by name of the move
    """
    alone = {move: [worth.mean(worth.npv(name, values)) for name in names] for move, values in moves.items()}
    order = sorted(moves, key=lambda move: alone[move][0].value)
    out = []
    for place, move in enumerate(order):
        values = [pair for each in reversed(order[: place + 1]) for pair in moves[each]]
        samples = [worth.npv(name, values) for name in names]
        lead = worth.mean(samples[0] - samples[1])
        out.append(Stressed(move, tuple(alone[move]), tuple(map(worth.mean, samples)), lead))
    return out


def at_move(numbers: Sequence[Number], move: Floats) -> list[tuple[Number, float]]:
    """Return numbers with their values after a move.

    Parameters
    ----------
    move : (number,) shares of each range
    """
    out = []
    for number, share in zip(numbers, move.tolist(), strict=True):
        low, high = ends(number)
        out.append((number, number.value + share * (high - low)))
    return out


def reverse(worth: Desk, name: str, rival: str, rows: Sequence[Swing], most: int) -> Reverse:
    """Return the smallest joint move of a plan's most telling numbers that takes its lead over a rival (R168).

    Parameters
    ----------
    rows : numbers moved alone, both ends
    most : so many are moved together: those that cost most of the lead for each share of their range
    """
    known = [row for row in rows if None not in row.npv]
    numbers = tuple(sorted((row.number for row in known), key=lambda n: _steepest(worth, name, rival, n))[:most])
    # Rounding must not carry a number over the end of its range.
    low, high = (np.array([_room(number, side) for number in numbers]) for side in (0, 1))

    def lead(move: Floats) -> Estimate:
        values = [pair for pair in at_move(numbers, np.clip(move, low, high)) if pair[1] != pair[0].value]
        return worth.mean(worth.npv(name, values) - worth.npv(rival, values))

    def gap(move: Floats) -> float:
        try:
            return lead(move).value
        except InputError:
            # What the case does not admit takes no lead.
            return abs(lead(np.zeros(len(numbers))).value)

    turn = smallest_move(gap, low, high)
    return Reverse(rival, numbers, turn, lead(np.zeros(len(numbers)) if turn is None else turn.move))


def _room(number: Number, side: int) -> float:
    low, high = ends(number)
    return (ends(number)[side] - number.value) / (high - low)


def _steepest(worth: Desk, name: str, rival: str, number: Number) -> float:
    """Return how the lead changes most downwards for each range that a number moves, CNY."""
    today = worth.npv(name) - worth.npv(rival)
    out = []
    for side, end in enumerate(ends(number)):
        room = abs(_room(number, side))
        if room:
            there = worth.npv(name, [(number, end)]) - worth.npv(rival, [(number, end)])
            out.append(worth.mean(there - today).value / room)
    return min(out)
