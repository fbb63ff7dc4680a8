"""What numbers anywhere in their ranges, all at once, do to a plan's result: cause by cause, and beside chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.running.desk import Desk, Values
from experiments.running.open_numbers import tied
from experiments.running.range_law import at_shares
from experiments.sensitivity.dependence import families, points
from experiments.sensitivity.ranks import Pull, pull
from experiments.sensitivity.variance_shares import Shares, shares
from model.case_numbers import Number
from model.inputs import Case
from model.ledger import Floats
from model.summary import Estimate

Say = Callable[[str], None]
SECTIONS: dict[str, tuple[str, ...]] = {
    "demand": ("calibrations", "lines", "market", "sign_ups", "ways", "levers", "channels"),
    "partners": (
        *("partners", "partner_margin", "trial", "contracts", "contract_life", "scorecard", "shocks", "crisis"),
        *("approval", "interface", "sourcing", "workshops"),
    ),
    "people": (
        *("staffing", "roles", "shared_work", "modes", "mode_limits", "reorganisation", "phases", "incentives"),
        "schemes",
    ),
}
"""Sections of a case by what they are about; what stands in none of them is about costs and all else."""
REST = "rest"


@dataclass(frozen=True)
class NumberSpread:
    """What numbers anywhere in their ranges do to a plan's average result.

    free : the numbers moved; tied : those left as they are, since a rule of the case ties them to others
    causes : by name the places in `free`; shares : of the variance of the average result
    average, loses : the average result over all points, CNY, and the share of points where it is below 0
    numbers : share of the whole variance that the numbers make, the rest is chance; sd : of the result in all, CNY
    pulled, pull : numbers by place, and how strictly the average result follows each
    """

    free: tuple[Number, ...]
    tied: tuple[Number, ...]
    causes: dict[str, list[int]]
    shares: Shares
    average: Estimate
    loses: float
    numbers: float
    sd: float
    pulled: tuple[int, ...]
    pull: Pull


def causes_of(names: Sequence[str], leading: Sequence[int], correlated: Floats) -> dict[str, list[int]]:
    """Return the causes whose shares are told, each as places: leading numbers and linked ones with their family,
    then all others by what they are about (R166).

    Parameters
    ----------
    names : keys of the numbers; leading : numbers by place, the most important first
    correlated : (number, number)

    Examples
    --------
    >>> causes_of(["costs.fee", "lines.a.demand", "partners.nps"], [2], np.eye(3))
    {'partners.nps': [2], 'demand': [1], 'rest': [0]}
    """
    whole = families(correlated)
    linked = [family[0] for family in whole if len(family) > 1]
    told: dict[str, list[int]] = {}
    for place in (*leading, *linked):
        family = next(each for each in whole if place in each)
        if family not in told.values():
            told[names[place]] = family
    left = set(range(len(names))).difference(*told.values())
    for about in (*SECTIONS, REST):
        group = [place for place in sorted(left) if _about(names[place]) == about]
        if group:
            told[about] = group
    return told


def _about(name: str) -> str:
    section = name.partition(".")[0]
    return next((about for about, sections in SECTIONS.items() if section in sections), REST)


class Design:
    """Points all over the ranges of numbers, two independent sets, and every mixture of them.

    Parameters
    ----------
    count : N points, a power of two
    """

    def __init__(self, free: Sequence[Number], correlated: Floats, count: int, seed: int) -> None:
        self.free, self.correlated = list(free), correlated
        self.own, self.other = points(count, correlated, seed)

    def without(self, places: set[int]) -> Design:
        """Return the same points with some numbers left as they are."""
        kept = [place for place in range(len(self.free)) if place not in places]
        out = object.__new__(Design)
        out.free = [self.free[place] for place in kept]
        out.correlated = self.correlated[np.ix_(kept, kept)]
        out.own, out.other = self.own[kept], self.other[kept]
        return out

    def mixed(self, group: Sequence[int]) -> Floats:
        """Return the first set with a group of numbers taken from the second, (number, point)."""
        out = self.own.copy()
        out[group] = self.other[group]
        return out

    def values(self, chances: Floats) -> Iterator[list[tuple[Number, float]]]:
        """Yield what each number is at each point, (number, point) chances read by the law of its range (R189)."""
        laid = [at_shares(number, row) for number, row in zip(self.free, chances, strict=True)]
        for point in np.array(laid).T.tolist():
            yield list(zip(self.free, point, strict=True))


def loosened(case: Case, design: Design) -> Design:
    """Return a design without the numbers that must stay as they are, so that each of its points is a case (R189)."""
    points = (*design.values(design.own), *design.values(design.other))
    stay = tied(case, design.free, ([value for _, value in point] for point in points))
    return design.without(stay) if stay else design


def of_numbers(worth: Desk, name: str, design: Design, leading: Sequence[str], few: int, say: Say) -> NumberSpread:
    """Return which numbers make the spread of a plan's average result (R166, R167).

    Parameters
    ----------
    leading : keys of the numbers that move the result most; the first `few` of them are causes of their own
    """
    whole, design = design.free, loosened(worth.case, design)
    names, seed = [number.name for number in design.free], worth.futures.seed
    pulled = [names.index(key) for key in leading if key in names]
    causes = causes_of(names, pulled[:few], design.correlated)
    say(f"{len(names)} numbers anywhere in their ranges, {2 * design.own.shape[1]} points; {len(causes)} causes")
    sets = [design.own, design.other, *(design.mixed(group) for group in causes.values())]
    priced = _priced(worth, name, [point for chances in sets for point in design.values(chances)])
    first, second, *swapped = np.array([worth.mean(npv).value for npv in priced]).reshape(len(sets), -1)
    both = np.concatenate([first, second])
    chance = float(priced.var(axis=1, ddof=1).mean()) if priced.shape[1] > 1 else 0.0
    variance = float(both.var())
    regressed = pull(both, np.concatenate([design.own, design.other], axis=1)[pulled], seed)
    return NumberSpread(
        free=tuple(design.free),
        tied=tuple(number for number in whole if number not in design.free),
        causes=causes,
        shares=shares(first, second, np.array(swapped), seed),
        average=Estimate(float(both.mean()), float(both.std(ddof=1)) / both.size**0.5),
        loses=float((both < 0).mean()),
        numbers=variance / (variance + chance) if variance + chance else 0.0,
        sd=(variance + chance) ** 0.5,
        pulled=tuple(pulled),
        pull=regressed,
    )


def _priced(worth: Desk, name: str, points: Sequence[Values]) -> Floats:
    """Return a plan's result at each point, (point, scenario) CNY; raise InputError at one that is no case."""
    found = worth.npv_at(name, points)
    return np.array([worth.npv(name, at) if npv is None else npv for at, npv in zip(points, found, strict=True)])
