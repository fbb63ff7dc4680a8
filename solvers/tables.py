"""Tables of priced pieces: what each piece of a plan brings, asks for and costs; how pieces are joined and summed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from model.economics import quarter_ends
from model.inputs import Case
from model.ledger import Floats, Ints
from model.schema import LINE_ROWS, SEAT_ROWS, TURNOVER_ROWS

PIECE_ROWS = (*LINE_ROWS, *SEAT_ROWS)
BY_SCENARIO = ("linear", "revenue", "base_pay", "hours")
"""What pieces keep by scenario."""
TURNED = [index for index, name in enumerate(PIECE_ROWS) if name in TURNOVER_ROWS]
"""Places of the rows that count as turnover."""


@dataclass
class Pieces:
    """O pieces of a plan (paths of a line, or seats of a shared role), priced on S scenarios.

    linear : (piece, scenario) discounted linear result, after-sales share taken off
    revenue, base_pay : (piece, year, scenario) CNY
    hours : (piece, role, quarter, scenario) shared work asked for less hours given
    terms : (piece, row, year) mean CNY in the order of PIECE_ROWS; `Pricer` prices them anew by scenario
    cost : (piece, phase) CNY on the approved basis; planned : (piece, role, quarter) hours at zero uncertainty
    load : (piece, role, phase) planned work less what own heads may carry; heads, managers : (piece, phase)
    seats : (piece, shared role, phase) heads by role
    starting, connecting : (piece, quarter) partners that start, and cash to connect them, CNY
    signed : (piece, partner) 1 for a partner of the case that is signed
    """

    linear: Floats
    revenue: Floats
    base_pay: Floats
    hours: Floats
    terms: Floats
    cost: Floats
    planned: Floats
    load: Floats
    heads: Floats
    managers: Floats
    seats: Floats
    starting: Floats
    connecting: Floats
    signed: Floats

    def __len__(self) -> int:
        return int(self.linear.shape[0])

    def take(self, index: int) -> Pieces:
        """Return one piece, without the piece axis."""
        return Pieces(*(part[index] for part in vars(self).values()))


def piece_shapes(case: Case, scenarios: int) -> list[tuple[int, ...]]:
    """Return the shape of each field of one piece, without the piece axis."""
    years, phases, work = case.years, len(case.phases), len(case.shared_work)
    quarters = len(quarter_ends(case))
    shared = sum(role.kind == "shared" for role in case.roles.values())
    return [
        (scenarios,),
        (years, scenarios),
        (years, scenarios),
        (work, quarters, scenarios),
        (len(PIECE_ROWS), years),
        (phases,),
        (work, quarters),
        (work, phases),
        (phases,),
        (phases,),
        (shared, phases),
        (quarters,),
        (quarters,),
        (len(case.partners),),
    ]


def nobody(case: Case) -> Pieces:
    """Return the plan of a unit that hires nobody and opens nothing, as the sum of no pieces, on one draw."""
    return Pieces(*(np.zeros(shape) for shape in piece_shapes(case, 1)))


def as_rows(pieces: Pieces) -> Floats:
    """Return pieces as one row of numbers each, (piece, width), fields in their order."""
    count = len(pieces)
    return np.concatenate([getattr(pieces, f.name).reshape(count, -1) for f in fields(Pieces)], axis=1)


def from_rows(rows: Sequence[Floats], like: Pieces) -> Pieces:
    """Return the pieces that `as_rows` made rows of, bit for bit.

    Parameters
    ----------
    rows : each (width,)
    like : pieces with the same fields' shapes
    """
    shapes = [getattr(like, f.name).shape[1:] for f in fields(Pieces)]
    edges = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    parts = np.split(np.stack(rows), edges, axis=1)
    return Pieces(
        *(np.ascontiguousarray(part).reshape(len(rows), *shape) for part, shape in zip(parts, shapes, strict=True))
    )


def join(parts: Sequence[Pieces]) -> Pieces:
    """Return the pieces of several tables, one after the other."""
    return Pieces(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Pieces)))


def whole(parts: Sequence[Pieces]) -> Pieces:
    """Return the sum of pieces without piece axis, in the order given."""
    return Pieces(*(_sum([getattr(p, f.name) for p in parts]) for f in fields(Pieces)))


def _sum(arrays: Sequence[Floats]) -> Floats:
    total = np.zeros(arrays[0].shape)
    for array in arrays:
        total = total + array
    return total


def of_scenarios(pieces: Pieces, places: Sequence[int], scenarios: Ints) -> Pieces:
    """Return some pieces in some scenarios; the means of their terms stay those of all scenarios."""
    rows = {f.name: getattr(pieces, f.name)[list(places)] for f in fields(Pieces)}
    return Pieces(**{name: part[..., scenarios] if name in BY_SCENARIO else part for name, part in rows.items()})


def add(left: Pieces, right: Pieces, sign: float) -> Pieces:
    """Return left + sign × right."""
    return Pieces(*(a + sign * b for a, b in zip(vars(left).values(), vars(right).values(), strict=True)))


class Stack:
    """Pieces that more are put upon; room is taken ahead, so that what is there is seldom copied."""

    def __init__(self, first: Pieces) -> None:
        self.room, self.count = first, len(first)

    @property
    def pieces(self) -> Pieces:
        """All pieces so far, as views."""
        return Pieces(*(getattr(self.room, f.name)[: self.count] for f in fields(Pieces)))

    def put(self, more: Pieces) -> None:
        """Put pieces behind the others."""
        wanted = self.count + len(more)
        if wanted > len(self.room):
            self.room = Pieces(*(_wider(getattr(self.room, f.name), self.count, 2 * wanted) for f in fields(Pieces)))
        for f in fields(Pieces):
            getattr(self.room, f.name)[self.count : wanted] = getattr(more, f.name)
        self.count = wanted


def _wider(array: Floats, count: int, size: int) -> Floats:
    out = np.empty((size, *array.shape[1:]))
    out[:count] = array[:count]
    return out
