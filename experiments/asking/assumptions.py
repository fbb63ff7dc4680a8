"""Every assumption of a case: how far it must move to turn the recommendation, and how much spread it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.asking.knowing_sample import means, opened
from experiments.asking.open_points import drawn
from experiments.running.break_even import estimate
from experiments.running.desk import Desk
from experiments.running.futures import Futures
from experiments.running.open_numbers import open_numbers
from experiments.running.range_law import ends, law_sd
from experiments.sensitivity.leaning import Leaning, leaning
from model.case_numbers import Number, numbers
from model.inputs import Case
from model.ledger import Floats
from model.load import case_to_dict
from model.plans import Plan
from model.summary import Estimate, mean

SCENARIOS = 128
"""Draws on which each number is moved to both ends of its range."""
POINTS = 64
"""Points all over the ranges of all open numbers at once."""
End = tuple[float, float]
"""Mean NPV of the first plan, and its lead over the second, CNY."""
Pair = tuple[End | None, End | None]


@dataclass(frozen=True)
class Moved:
    """One number at both ends of its range; None where an end is no case or the number has no range.

    low, high : mean NPV of the first plan at the ends, CNY
    gap_low, gap_high : first plan less the second there, CNY; turns_at : value at which the two are equal
    share : part of the spread that this number makes
    """

    number: Number
    low: float | None
    high: float | None
    gap_low: float | None
    gap_high: float | None
    turns_at: float | None
    share: float

    @property
    def distance(self) -> float | None:
        """Relative change that turns the recommendation; of a number at 0, as share of its range."""
        number = self.number
        if self.turns_at is None or number.low is None or number.high is None:
            return None
        return self.turns_at / number.value - 1 if number.value else self.turns_at / (number.high - number.low)


@dataclass(frozen=True)
class Assumptions:
    """All numbers of a case, and what makes the spread of the first plan's result.

    gap : first plan less the second, CNY; chance : share of the variance that chance makes with all numbers as they
    are; by_origin : share by origin of the numbers; the shares and `chance` add up to 1
    reach : which way the ranges reach; average : of the first plan with all open numbers anywhere in their ranges, CNY;
    assumed : its average with the numbers as they are, the same futures
    """

    rows: tuple[Moved, ...]
    gap: Estimate
    chance: float
    by_origin: dict[str, float]
    sd: float
    reach: Leaning
    average: Estimate
    assumed: float


def assumptions(case: Case, plan: Plan, other: Plan, futures: Futures) -> Assumptions:
    """Return what each number of a case does to a plan and to its lead over another.

    Each number is moved alone to both ends of its range on the same futures. Its variance is that of the law of its
    range (R189) where its effect is a straight line between the ends; what numbers do together (interactions) and what
    bends in between is not seen, and ranges are as wide as whoever guessed them made them.
    """
    desk = Desk(case, {"first": plan, "second": other}, futures.seed, futures.scenarios)
    own, theirs = desk.base
    gap = estimate(own - theirs)
    listed, asked = list(numbers(case_to_dict(case)).values()), open_numbers(case, [plan, other])
    points = [[(number, end)] for number in asked for end in ends(number)]
    moved = [None if npv is None else _told(npv.mean(axis=1)) for npv in desk.all_at(points)]
    found = {number.name: (moved[2 * place], moved[2 * place + 1]) for place, number in enumerate(asked)}
    variances = {number.name: _variance(number, found[number.name]) for number in asked}
    by_chance = float(own.var(ddof=1)) if own.size > 1 else 0.0
    total = sum(variances.values()) + by_chance
    rows = [_row(number, found.get(number.name), gap.value, variances, total) for number in listed]
    origins = {number.name: number.origin for number in listed}
    by_origin = {
        origin: sum(value for name, value in variances.items() if origins[name] == origin) / (total or 1.0)
        for origin in ("guess", "evidence", "source")
    }
    changes = [tuple(None if end is None else end[0] - float(own.mean()) for end in found[n.name]) for n in asked]
    reach = leaning((number, (low, high)) for number, (low, high) in zip(asked, changes, strict=True))
    average = everything_open(desk, [number for number in asked if None not in found[number.name]])
    spread = by_chance / (total or 1.0), by_origin, total**0.5
    return Assumptions(tuple(rows), gap, *spread, reach, average, float(own.mean()))


def everything_open(desk: Desk, known: Sequence[Number]) -> Estimate:
    """Return the first plan's average with numbers anywhere in their ranges, all at once, CNY (R189)."""
    there = means(desk, opened(desk, known, drawn(known, POINTS, desk.futures.seed, "all")))[0]
    return mean(there)


def _told(averages: Floats) -> End:
    return float(averages[0]), float(averages[0] - averages[1])


def _variance(number: Number, pair: Pair) -> float:
    low, high = pair
    if low is None or high is None:
        return 0.0
    ended = ends(number)
    return ((high[0] - low[0]) * law_sd(number.value, *ended) / (ended[1] - ended[0])) ** 2


def _row(
    number: Number,
    pair: Pair | None,
    gap: float,
    variances: dict[str, float],
    total: float,
) -> Moved:
    if pair is None:
        return Moved(number, None, None, None, None, None, 0.0)
    low, high = pair
    turns = [
        number.value + (end - number.value) * gap / (gap - there[1])
        for end, there in ((number.low, low), (number.high, high))
        if end is not None and there is not None and end != number.value and (there[1] < 0) != (gap < 0)
    ]
    at = min(turns, key=lambda value: abs(value - number.value)) if turns else None
    share = variances[number.name] / total if total else 0.0
    first = [None if there is None else there[0] for there in pair]
    lead = [None if there is None else there[1] for there in pair]
    return Moved(number, first[0], first[1], lead[0], lead[1], at, share)
