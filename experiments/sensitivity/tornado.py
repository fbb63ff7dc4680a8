"""One number at a time, at both ends of its range, on the same futures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.running.desk import Desk
from experiments.running.open_numbers import apart, open_numbers
from experiments.running.range_law import ends
from experiments.sensitivity.leaning import At, Leaning, leaning
from model.case_numbers import Number
from model.errors import InputError
from model.ledger import Floats
from model.summary import Estimate

Say = Callable[[str], None]


@dataclass(frozen=True)
class Swing:
    """A number at the low and the high end of its range; None where the case does not admit that end.

    npv : average result there, CNY; change : that minus the result as it is, same futures
    """

    number: Number
    npv: tuple[Estimate | None, Estimate | None]
    change: tuple[Estimate | None, Estimate | None]

    @property
    def width(self) -> float:
        """How far the result swings over the range, CNY."""
        ends = [0.0, *(change.value for change in self.change if change is not None)]
        return max(ends) - min(ends)


@dataclass(frozen=True)
class Tornado:
    """The numbers that move a plan's result most, the widest swing first.

    free : all numbers of the plan that may be moved over their whole range; fixed : those with an end that is no case
    reach : which way the ranges of all these numbers reach
    """

    rows: tuple[Swing, ...]
    free: tuple[Number, ...]
    fixed: tuple[Number, ...]
    reach: Leaning


def tornado(worth: Desk, name: str, most: int, say: Say) -> Tornado:
    """Return the numbers whose ends move a plan's result most (R165).

    Each number is moved alone to the end that is farther from its value; those that move the result most are moved to
    the other end too.

    Parameters
    ----------
    most : so many numbers are asked at both ends
    """
    asked = open_numbers(worth.case, [worth.plans[name]])
    free, fixed = apart(worth.case, asked)
    say(f"{len(asked)} numbers, each to the end of its range that is farther off")
    swings = far_swings(worth, name, asked)
    widest = sorted(asked, key=lambda number: -swings[number.name].width)[:most]
    rows = [swing(worth, name, number, ends(number), swings[number.name]) for number in widest]
    rows.sort(key=lambda row: -row.width)
    changes = {place: swings[place].change for place in swings} | {row.number.name: row.change for row in rows}
    reach = leaning((number, averages(changes[number.name])) for number in asked)
    return Tornado(tuple(row for row in rows if row.width > 0), tuple(free), tuple(fixed), reach)


def far_swings(worth: Desk, name: str, asked: Sequence[Number]) -> dict[str, Swing]:
    """Return a plan's result at the end of each range that is farther from the value, by key of the number.

    Where the case does not admit that end, the other one is asked.
    """
    far = {number.name: max(ends(number), key=lambda end: abs(end - number.value)) for number in asked}
    found = dict(zip(far, worth.npv_at(name, [[(number, far[number.name])] for number in asked]), strict=True))
    missed = [number for number in asked if found[number.name] is None]
    far |= {number.name: sum(ends(number)) - far[number.name] for number in missed}
    again = worth.npv_at(name, [[(number, far[number.name])] for number in missed])
    found |= {number.name: npv for number, npv in zip(missed, again, strict=True)}
    return {number.name: _one_end(worth, name, number, far[number.name], found[number.name]) for number in asked}


def _one_end(worth: Desk, name: str, number: Number, end: float, npv: Floats | None) -> Swing:
    there = (None, None) if npv is None else (worth.mean(npv), worth.mean(npv - worth.npv(name)))
    pairs = [there if side == end else (None, None) for side in ends(number)]
    return Swing(number, (pairs[0][0], pairs[1][0]), (pairs[0][1], pairs[1][1]))


def averages(change: tuple[Estimate | None, Estimate | None]) -> At:
    """Return the averages of a change at both ends."""
    low, high = (None if each is None else each.value for each in change)
    return low, high


def swing(worth: Desk, name: str, number: Number, wanted: Sequence[float], before: Swing | None = None) -> Swing:
    """Return a plan's result at the wanted ends of a number; what was found before is not asked again."""
    found: list[tuple[Estimate | None, Estimate | None]] = []
    for side, end in enumerate(ends(number)):
        if before is not None and before.npv[side] is not None:
            found.append((before.npv[side], before.change[side]))
        elif end in wanted:
            found.append(_at(worth, name, number, end))
        else:
            found.append((None, None))
    return Swing(number, (found[0][0], found[1][0]), (found[0][1], found[1][1]))


def _at(worth: Desk, name: str, number: Number, end: float) -> tuple[Estimate | None, Estimate | None]:
    today = worth.npv(name)
    if end == number.value:
        return worth.mean(today), Estimate(0.0, 0.0)
    try:
        there = worth.npv(name, [(number, end)])
    except InputError:
        return None, None
    return worth.mean(there), worth.mean(there - today)
