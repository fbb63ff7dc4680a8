"""Every assumption of a case: how far it must move to turn the recommendation, and how much spread it makes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from experiments.running.break_even import estimate
from experiments.running.flip import matters
from experiments.running.futures import Futures, changed
from model.case_numbers import Number, numbers
from model.errors import InputError
from model.inputs import Case
from model.load import case_to_dict
from model.plans import Plan
from model.summary import Estimate

SCENARIOS = 128
"""Draws on which each number is moved to both ends of its range."""
UNIFORM = 12.0
"""Variance of a number anywhere in its range, as its range squared over this."""


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
    """

    rows: tuple[Moved, ...]
    gap: Estimate
    chance: float
    by_origin: dict[str, float]
    sd: float


def assumptions(case: Case, plan: Plan, other: Plan, futures: Futures, threads: int = 2) -> Assumptions:
    """Return what each number of a case does to a plan and to its lead over another.

    Each number is moved alone to both ends of its range on the same futures. Its variance is that of a number anywhere
    in its range whose effect is a straight line between the ends, ((high − low) ÷ √12)²; what numbers do together
    (interactions) and what bends in between is not seen, and ranges are as wide as whoever guessed them made them.
    """
    own, theirs = futures.npv(case, plan), futures.npv(case, other)
    gap, means = estimate(own - theirs), (float(own.mean()), float(theirs.mean()))
    listed = list(numbers(case_to_dict(case)).values())
    asked = [number for number in listed if _has_range(number) and _touches(case, (plan, other), number)]

    def ends(number: Number) -> list[tuple[float, float] | None]:
        return [_at(case, (plan, other), means, futures, number, end) for end in (number.low, number.high)]

    with ThreadPoolExecutor(threads) as pool:
        found = dict(zip((number.name for number in asked), pool.map(ends, asked), strict=True))
    variances = {name: _variance(pair) for name, pair in found.items()}
    by_chance = float(own.var(ddof=1)) if own.size > 1 else 0.0
    total = sum(variances.values()) + by_chance
    rows = [_row(number, found.get(number.name), gap.value, variances, total) for number in listed]
    origins = {number.name: number.origin for number in listed}
    by_origin = {
        origin: sum(value for name, value in variances.items() if origins[name] == origin) / (total or 1.0)
        for origin in ("guess", "evidence", "source")
    }
    return Assumptions(tuple(rows), gap, by_chance / (total or 1.0), by_origin, total**0.5)


def _has_range(number: Number) -> bool:
    return number.low is not None and number.high is not None and number.low < number.high


def _touches(case: Case, plans: Sequence[Plan], number: Number) -> bool:
    return any(matters(case, plan, number) for plan in plans)


def _at(
    case: Case,
    plans: tuple[Plan, Plan],
    means: tuple[float, float],
    futures: Futures,
    number: Number,
    end: float | None,
) -> tuple[float, float] | None:
    """Return the first plan's mean NPV and its lead at one end of a range; None where the case does not admit it."""
    try:
        there = changed(case, number, float(end or 0.0))
    except InputError:
        return None
    mine, theirs = (
        float(futures.npv(there, each).mean()) if matters(case, each, number) else means[place]
        for place, each in enumerate(plans)
    )
    return mine, mine - theirs


def _variance(pair: list[tuple[float, float] | None]) -> float:
    low, high = pair
    return 0.0 if low is None or high is None else (high[0] - low[0]) ** 2 / UNIFORM


def _row(
    number: Number,
    pair: list[tuple[float, float] | None] | None,
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
