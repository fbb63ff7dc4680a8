"""The order of plans with the fewest runs: draws arrive in blocks until the order is sure, or a limit is reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import Literal

import numpy as np
from scipy.special import lambertw

from experiments.comparing.pairs import Verdict, pairs, signs, verdict
from model.ledger import Flags, Floats, Ints

Source = Callable[[int, Sequence[int]], Floats]
"""Gives block number b of the plans asked for, (plan asked for, draw), the same futures for all of them."""
Wanted = Literal["order", "best"]
TUNED = 4
"""The band is narrowest after so many blocks; anywhere else it is valid and a little wider."""


@dataclass(frozen=True)
class Ranking:
    """What is known when sampling ends.

    order : places of the plans, best first
    value, se : (pair,) first minus second, with its error at the end
    low, high : (pair,) bands that hold for all pairs and at every number of draws
    seen : (pair,) draws on which the pair was last looked at; more : (pair,) draws it would still take, 0 if settled
    told : (pair,) what the band allows to say; asked : (pair,) is it still open though it was asked?
    draws, means, errors : (plan,) draws made, mean and its standard error
    """

    order: tuple[int, ...]
    value: Floats
    se: Floats
    low: Floats
    high: Floats
    seen: Ints
    more: Floats
    told: tuple[Verdict, ...]
    draws: Ints
    means: Floats
    errors: Floats
    asked: Flags

    @property
    def is_sure(self) -> bool:
        """Whether all that was asked is settled."""
        return not any(self.asked)


class _Paired:
    """Running sums of the differences of all pairs; those of settled pairs rest."""

    def __init__(self, plans: int) -> None:
        self.first, self.second = pairs(plans)
        size = self.first.size
        self.count = np.zeros(size, dtype=np.int64)
        self.shift, self.total, self.square = np.zeros(size), np.zeros(size), np.zeros(size)

    def add(self, which: Flags, found: dict[int, Floats]) -> None:
        """Add a block to the pairs in question.

        Parameters
        ----------
        found : (draw,) by place of the plan
        """
        for place in np.flatnonzero(which):
            gap = found[int(self.first[place])] - found[int(self.second[place])]
            if not self.count[place]:
                # Sums of squares about the first block's mean keep their digits.
                self.shift[place] = gap.mean()
            gap = gap - self.shift[place]
            self.count[place] += gap.size
            self.total[place] += gap.sum()
            self.square[place] += gap @ gap

    @property
    def mean(self) -> Floats:
        """Mean difference, (pair,)."""
        out: Floats = self.shift + self.total / np.maximum(self.count, 1)
        return out

    @property
    def sd(self) -> Floats:
        """Standard deviation of the difference, (pair,)."""
        centred = self.square - self.total**2 / np.maximum(self.count, 1)
        out: Floats = np.sqrt(np.maximum(centred, 0.0) / np.maximum(self.count - 1, 1))
        return out


def band(draws: float, miss: float, tuned: float) -> float:
    """Return the half width of a band for a mean of unit variance that holds at every number of draws (R164).

    Parameters
    ----------
    draws : n so far; miss : chance that the band ever fails
    tuned : draws at which it is narrowest

    Examples
    --------
    >>> round(band(1000, 0.05, 1000) * sqrt(1000), 3)
    3.035
    """
    # W₋₁ underflows far out; the first terms of its expansion serve there.
    level = -(miss**2) * exp(-1)
    best = -float(lambertw(level, -1).real) - 1 if level < -1e-300 else -2 * log(miss) + log(1 - 2 * log(miss))
    scaled = best / tuned * draws
    return sqrt(2 * (scaled + 1) / (scaled * draws) * log(sqrt(scaled + 1) / miss))


def draws_for(room: float, sd: float, miss: float, tuned: float) -> float:
    """Return after how many draws a band is as narrow as asked, infinite where no number of draws is enough.

    Parameters
    ----------
    room : half width asked; sd : of one draw
    """
    if sd == 0:
        return 0.0
    if room <= 0:
        return inf
    low, high = 1.0, 2.0
    while sd * band(high, miss, tuned) > room:
        low, high = high, 2 * high
        if high > 1e15:
            return inf
    while high - low > max(1.0, 1e-3 * high):
        middle = (low + high) / 2
        low, high = (middle, high) if sd * band(middle, miss, tuned) > room else (low, middle)
    return high


def rank(
    source: Source, plans: int, wanted: Wanted, materiality: float, confidence: float, block: int, limit: int
) -> Ranking:
    """Draw blocks until the order of all plans, or which one is best, is sure (R164).

    A pair is settled once its band says "better", "worse" or "no difference that matters"; a plan whose pairs are all
    settled is drawn no more.

    Parameters
    ----------
    plans : how many; wanted : order of all, or only the best
    materiality : CNY; confidence : chance that nothing settled is wrong, whenever sampling ends
    block : draws of a block; limit : most draws of a plan
    """
    sums = _Paired(plans)
    size = sums.first.size
    told: list[Verdict] = ["cannot be said"] * size
    low, high = np.full(size, -inf), np.full(size, inf)
    miss, tuned = (1 - confidence) / max(size, 1), float(TUNED * block)
    seen: list[list[Floats]] = [[] for _ in range(plans)]
    asked, number = np.ones(size, dtype=bool), 0
    while asked.any() and (number + 1) * block <= max(limit, block):
        active = sorted({*map(int, sums.first[asked]), *map(int, sums.second[asked])})
        found = dict(zip(active, source(number, active), strict=True))
        for plan, values in found.items():
            seen[plan].append(values)
        sums.add(asked, found)
        half = sums.sd * np.array([band(max(int(n), 1), miss, tuned) for n in sums.count])
        low, high = np.where(asked, sums.mean - half, low), np.where(asked, sums.mean + half, high)
        for place in np.flatnonzero(asked):
            told[place] = verdict(float(sums.mean[place]), float(low[place]), float(high[place]), materiality)
        asked, number = _open(sums, told, wanted, plans), number + 1
    gap = np.abs(sums.mean)
    room = np.where(gap >= materiality, gap, materiality - gap)
    needed = np.array([draws_for(each, sd, miss, tuned) for each, sd in zip(room, sums.sd, strict=True)])
    more = np.where(asked, np.maximum(needed - sums.count, block), 0.0)
    own = [np.concatenate(each) for each in seen]
    draws, means = np.array([each.size for each in own]), np.array([each.mean() for each in own])
    errors = np.array([each.std(ddof=min(1, each.size - 1)) for each in own]) / np.sqrt(draws)
    se = sums.sd / np.sqrt(sums.count)
    order = _order(sums, plans, means)
    return Ranking(order, sums.mean, se, low, high, sums.count, more, tuple(told), draws, means, errors, asked)


def _open(sums: _Paired, told: Sequence[Verdict], wanted: Wanted, plans: int) -> Flags:
    """Return the pairs that must still be settled; for the best plan only those of plans that no other one beats."""
    asked = np.array([each == "cannot be said" for each in told], dtype=bool)
    if wanted == "best":
        beaten = np.zeros(plans, dtype=bool)
        said = signs(told)
        beaten[sums.second[said > 0]] = True
        beaten[sums.first[said < 0]] = True
        asked &= ~beaten[sums.first] & ~beaten[sums.second]
    return asked


def _order(sums: _Paired, plans: int, means: Floats) -> tuple[int, ...]:
    """Return the plans by how many others they lead on shared futures, then by mean: draws may differ in number."""
    leads = np.zeros(plans)
    np.add.at(leads, sums.first, np.sign(sums.mean))
    np.add.at(leads, sums.second, -np.sign(sums.mean))
    return tuple(int(place) for place in np.lexsort((-means, -leads)))
