"""How often chance alone shows a light: over all assumptions and months so far, in futures that go as planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from experiments.reviewing import ranges
from experiments.reviewing.lights import LEAST, Light, Row
from model.ledger import Flags, Floats

FALSE = 0.1
"""Chance that a plan that goes as planned has shown any red light so far."""


@dataclass(frozen=True)
class Looks:
    """What chance does to the lights of a plan that goes as planned.

    expected : lights in the last month, on average; ever : chance that any was lit so far; red : that any was red
    depth : a light is red if no more than this share of futures lies as far out, two months running
    """

    expected: float
    ever: float
    red: float
    depth: float

    def is_red(self, light: Light) -> bool:
        """Return whether a light is further out than chance takes any of them (R176)."""
        return bool(light.side) and light.depth <= self.depth


def looks(rows: Sequence[Row], pool: Flags) -> Looks:
    """Return what chance does to the lights, each future in turn taken for what was seen (R176).

    Parameters
    ----------
    rows : assumptions with what futures say of them and the months that are known
    pool : (scenario,) futures with the partners at work that are; all are asked where they are few
    """
    size = pool.sum() if pool.sum() >= LEAST else pool.size
    chosen = pool if pool.sum() >= LEAST else np.ones(pool.size, dtype=np.bool_)
    deepest, ever, last = np.ones(size), np.zeros(size, dtype=np.bool_), np.zeros(size)
    for row in rows:
        known = np.nonzero(~np.isnan(row.seen))[0]
        months = [tails(row.told[month, chosen]) for month in known]
        depths = [_running(before, after) for before, after in pairwise(months)]
        for depth in depths:
            np.minimum(deepest, depth, out=deepest)
            ever |= depth < 1
        if depths:
            last += depths[-1] < 1
    most = bound(deepest, FALSE)
    return Looks(float(last.mean()), float(ever.mean()), float((deepest <= most).mean()), most)


def tails(told: Floats) -> tuple[Floats, Floats]:
    """Return how many futures lie as low as each, and as high, as shares; 1 where it is within its range.

    Parameters
    ----------
    told : (scenario,); NaN where a future says nothing
    """
    known = ~np.isnan(told)
    low, high = np.ones(told.size), np.ones(told.size)
    if not known.any():
        return low, high
    values = np.sort(told[known])
    ends = np.quantile(values, (ranges.LOW, ranges.MIDDLE, ranges.HIGH))
    side = ranges.off(told[None], *(np.full((1, told.size), end) for end in ends))[0]
    below, above = side < 0, side > 0
    low[below] = np.searchsorted(values, told[below], side="right") / values.size
    high[above] = 1.0 - np.searchsorted(values, told[above], side="left") / values.size
    return low, high


def _running(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> Floats:
    """Return how far out each future is in two months running on one side, 1 where it is not."""
    low, high = (np.maximum(one, other) for one, other in zip(before, after, strict=True))
    out: Floats = np.minimum(low, high)
    return out


def bound(deepest: Floats, share: float) -> float:
    """Return the largest depth that no more than a share of futures reach anywhere, 0 where there is none (R176).

    Parameters
    ----------
    deepest : (scenario,) how far out each future is where it is furthest

    Examples
    --------
    >>> bound(np.array([0.3, 0.01, 0.02, 0.2, 0.2, 0.5, 0.6, 0.7, 0.8, 0.9]), 0.3)
    0.02
    """
    order = np.sort(deepest)
    most = int(share * order.size + 1e-9)
    below = order[:most][order[:most] < order[most]]
    return float(below[-1]) if below.size else 0.0
