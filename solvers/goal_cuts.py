"""Cut families of a goal that sees single futures: weights and hinges held as they bind at a point (R143)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from math import inf

import numpy as np
import pyomo.environ as pyo

from model.ledger import Floats
from solvers.columns import MONEY, Columns
from solvers.cuts import Cut, CutFamily
from solvers.futures import Futures, Held
from solvers.goals import Goal, means_of_worst

BANDS = (0.1, 0.5, 1.0)
"""A benchmark is compared in these ranges of worst shares, one cut for the largest gap in each."""


@dataclass(frozen=True)
class FutureCut(Cut):
    """A line on the weighted money of some futures; least : what that money is held against, in the program's money."""

    held: Held
    least: float = 0.0

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two cuts the same."""
        return *super().key, self.held.missing.tobytes(), self.held.over.tobytes()


class WorstCuts:
    """Loss of the worst share of futures: `worst` lies on or above minus their average (R143).

    Parameters
    ----------
    tail : share of the futures
    composite : may be stopped short; what a floor is held against may not
    """

    def __init__(self, columns: Columns, futures: Futures, tail: float, composite: bool) -> None:
        self.m, self.futures, self.tail, self.composite = columns.m, futures, tail, composite
        self.kind = f"worst {tail!r}"
        self.m.worst = pyo.Var(bounds=(-_most_mean(columns, futures), None))

    def variables(self) -> dict[tuple[int, int], pyo.Var]:
        """Return the variable of the loss."""
        return {(0, 0): self.m.worst}

    def supports(self, values: Floats) -> Iterator[Cut]:
        """Yield the line of the futures that are worst at a point (R143)."""
        money, missing, over = self.futures.at(values)
        yield _cut(self.kind, tail_weights(money, self.tail), missing, over)

    def line(self, cut: Cut) -> tuple[Floats, float]:
        """Return slopes (column,) and constant of a cut (R143)."""
        slopes, constant = self.futures.line(_held(cut))
        return -slopes, -constant


class BehindCuts:
    """What a plan is behind another one: `behind` lies on or above the gap of their averages of the worst k (R142).

    Parameters
    ----------
    least : (scenario,) the other plan's average of the worst 1, 2, … all futures, in the program's money
    """

    composite = False

    def __init__(self, columns: Columns, futures: Futures, least: Floats) -> None:
        self.m, self.futures, self.least = columns.m, futures, least
        self.kind = f"behind {blake2b(least.tobytes(), digest_size=8).hexdigest()}"
        self.m.behind = pyo.Var(domain=pyo.NonNegativeReals)
        edges = [0, *(max(1, round(share * least.size)) for share in BANDS)]
        self.bands = [(low, high) for low, high in pairwise(edges) if low < high]

    def variables(self) -> dict[tuple[int, int], pyo.Var]:
        """Return the variable of what is missing."""
        return {(0, 0): self.m.behind}

    def supports(self, values: Floats) -> Iterator[Cut]:
        """Yield the line of the k worst futures with the largest gap, for each range of k (R142)."""
        money, missing, over = self.futures.at(values)
        gaps = self.least - means_of_worst(money)
        order = np.argsort(money, kind="stable")
        for low, high in self.bands:
            count = low + int(gaps[low:high].argmax()) + 1
            weight = np.zeros(money.size)
            weight[order[:count]] = 1.0 / count
            yield _cut(self.kind, weight, missing, over, float(self.least[count - 1]))

    def line(self, cut: Cut) -> tuple[Floats, float]:
        """Return slopes (column,) and constant of a cut (R142)."""
        assert isinstance(cut, FutureCut)
        slopes, constant = self.futures.line(cut.held)
        return -slopes, cut.least - constant


def goal_cuts(columns: Columns, futures: Futures, goal: Goal) -> list[CutFamily]:
    """Add the goal's variables and floor to the program and return the cut families that hold them (R140, R142, R143).

    Conditions are priced, not hard: a program without a plan that keeps them still ends with the one nearest to it.
    """
    families: list[CutFamily] = []
    m = columns.m
    if goal.caution or goal.floor > -inf:
        families.append(WorstCuts(columns, futures, goal.tail, goal.floor == -inf))
    if goal.floor > -inf:
        m.below_floor = pyo.Var(domain=pyo.NonNegativeReals)
        m.floor = floor(columns, goal.floor)
    if goal.benchmark:
        families.append(BehindCuts(columns, futures, goal.benchmark_means / MONEY))
    return families


def floor(columns: Columns, least: float) -> pyo.Constraint:
    """What the average of the worst share is short of its floor is at least floor + loss (R140)."""
    m = columns.m
    return pyo.Constraint(expr=m.below_floor - m.worst >= least / MONEY)


def tail_weights(money: Floats, share: float) -> Floats:
    """Return each future's weight in the average of the worst share, (scenario,), sum 1 (R140)."""
    count = share * money.size
    order = np.argsort(money, kind="stable")
    weight: Floats = np.zeros(money.size)
    weight[order] = np.clip(count - np.arange(money.size), 0.0, 1.0) / count
    return weight


def _cut(kind: str, weight: Floats, missing: Floats, over: Floats, least: float = 0.0) -> FutureCut:
    weighs = np.flatnonzero(weight)
    held = Held(weight, missing[..., weighs] > 0, over[..., weighs] > 0)
    return FutureCut(kind, 0, 0, weight, held, least)


def _held(cut: Cut) -> Held:
    assert isinstance(cut, FutureCut)
    return cut.held


def _most_mean(columns: Columns, futures: Futures) -> float:
    """Return a mean that no plan exceeds, so that the loss is bounded before its first cut."""
    mean = futures.straight.mean(axis=1)
    places = np.cumsum([0, *(len(pieces) for pieces in columns.tables.lines.values())])
    lines = sum(float(mean[low:high].max()) for low, high in pairwise(places))
    return lines + float(np.maximum(mean[places[-1] :], 0.0).sum()) + abs(float(futures.exact.standing.mean())) / MONEY
