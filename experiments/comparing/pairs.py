"""Intervals for the differences of all pairs of plans that hold together, and what they allow to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy.stats import beta, t

from experiments.comparing.figures import Figure
from model.draws import stream
from model.ledger import Flags, Floats, Ints

Verdict = Literal["better", "worse", "no difference that matters", "cannot be said"]
MATERIALITY = 0.5e6
"""Money below which a difference does not matter, CNY, unless something else is asked for (R161)."""
REPEATS = 20_000
"""Draws from the law of the largest error."""


@dataclass(frozen=True)
class Intervals:
    """Differences first minus second of pairs of plans, with intervals that hold for all pairs together, (pair,)."""

    value: Floats
    se: Floats
    low: Floats
    high: Floats


def pairs(plans: int) -> Ints:
    """Return all pairs of places, the earlier one first, (2, pair).

    Examples
    --------
    >>> pairs(3).tolist()
    [[0, 0, 1], [1, 2, 2]]
    """
    return np.array(np.triu_indices(plans, 1))


def together(figure: Figure, confidence: float) -> Intervals:
    """Return a figure's differences over all pairs, the chance that all intervals hold at once being asked (R160).

    Parameters
    ----------
    confidence : between 0 and 1
    """
    first, second = pairs(len(figure.values))
    value = figure.values[first] - figure.values[second]
    se, reach = _spread(figure.influence, figure.spare, confidence)
    return Intervals(value, se, value - reach * se, value + reach * se)


def _spread(influence: Floats, spare: float, confidence: float) -> tuple[Floats, float]:
    """Return each pair's standard error and by how many of them all pairs are held together."""
    first, second = pairs(len(influence))
    draws = influence.shape[1]
    if draws < 2:
        return np.zeros(first.size), 0.0
    # Pair by pair, not from the plans' covariance: equal plans must differ by exactly nothing.
    se = np.array([float(np.std(influence[i] - influence[j], ddof=1)) for i, j in zip(first, second, strict=True)])
    return se / sqrt(draws), largest(np.cov(influence), se, spare, confidence)


def largest(covariance: Floats, sd: Floats, spare: float, confidence: float) -> float:
    """Return the quantile of the largest |difference| ÷ its sd over all pairs of normal variables, t-like.

    A bootstrap that multiplies each future's influence by normal weights has, given the futures, exactly the normal
    law with their covariance; so that law is drawn from, (plan,) numbers a repeat instead of (scenario,).

    Parameters
    ----------
    covariance : (plan, plan); sd : (pair,) of the differences; pairs without spread are left out
    spare : degrees of freedom of the errors
    """
    first, second = pairs(len(covariance))
    spread = sd > 0
    if not spread.any() or not np.isfinite(spare):
        return 0.0 if np.isfinite(spare) else spare
    if spread.sum() == 1:
        return float(t.ppf((1 + confidence) / 2, spare))
    root = _root(covariance)
    generator = stream(0, "comparing", "largest", 0)
    normal = root @ generator.standard_normal((len(root), REPEATS))
    most = np.zeros(REPEATS)
    for i, j, own in zip(first[spread], second[spread], sd[spread], strict=True):
        np.maximum(most, np.abs(normal[i] - normal[j]) / own, out=most)
    most /= np.sqrt(generator.chisquare(spare, REPEATS) / spare)
    # The quantile is drawn too: three of its own errors further out it is not too small.
    level = min(confidence + 3 * sqrt(confidence * (1 - confidence) / REPEATS), 1.0)
    return float(np.quantile(most, level, method="higher"))


def _root(covariance: Floats) -> Floats:
    """Return a square root that exists for plans in lockstep too."""
    values, vectors = np.linalg.eigh(np.atleast_2d(covariance))
    out: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return out


def chances_together(happens: Flags, confidence: float) -> Intervals:
    """Return differences of the chance that something happens, with intervals for all pairs at once (R160).

    To the futures in which only one of two plans makes it, c² ÷ 4 is added on either side, one at least: "never seen"
    is not "impossible" (Bonett and Price, whose one is c² ÷ 4 for a single pair at 95 %).

    Parameters
    ----------
    happens : (plan, scenario)
    """
    share = happens.mean(axis=1)
    first, second = pairs(len(happens))
    value, draws = share[first] - share[second], happens.shape[1]
    if draws < 2:
        return Intervals(value, np.zeros(value.size), value, value)
    _, reach = _spread(happens - share[:, None], draws - 1.0, confidence)
    reach = max(reach, float(t.ppf((1 + confidence) / 2, draws - 1)))
    added = max(1.0, reach**2 / 4)
    more = np.array([np.count_nonzero(a & ~b) for a, b in zip(happens[first], happens[second], strict=True)]) + added
    less = np.array([np.count_nonzero(b & ~a) for a, b in zip(happens[first], happens[second], strict=True)]) + added
    size = draws + 2 * added
    middle, both = (more - less) / size, (more + less) / size
    se = np.sqrt((both - middle**2) / size)
    return Intervals(value, se, *np.clip([middle - reach * se, middle + reach * se], -1, 1))


def beats(npv: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Return the chance that the first of each pair is above the second, with exact bounds for all pairs (R160).

    Parameters
    ----------
    npv : (plan, scenario) CNY

    Returns
    -------
    chance, low, high : (pair,)
    """
    draws = npv.shape[1]
    count = np.array([np.count_nonzero(npv[i] > npv[j]) for i, j in pairs(len(npv)).T])
    if draws < 2:
        return count / draws, count / draws, count / draws
    miss = (1 - confidence) / 2 / max(count.size, 1)
    # Clopper and Pearson's ends; the beta law has no parameter 0, where the end is known.
    low = np.where(count > 0, beta.ppf(miss, np.maximum(count, 1), draws - count + 1), 0.0)
    high = np.where(count < draws, beta.ppf(1 - miss, count + 1, np.maximum(draws - count, 1)), 1.0)
    return count / draws, low, high


def verdicts(found: Intervals, materiality: float) -> list[Verdict]:
    """Return what each interval allows to say of the first plan of its pair (R161).

    Parameters
    ----------
    materiality : difference from which on it matters, in the unit of the interval, 0 or more

    Examples
    --------
    >>> value = np.array([9.0, 0.01, 2.0, -3.0])
    >>> verdicts(Intervals(value, value, value - [1, 0, 4, 1], value + [1, 0, 4, 1]), 0.5)
    ['better', 'no difference that matters', 'cannot be said', 'worse']
    """
    told = zip(found.value, found.low, found.high, strict=True)
    return [verdict(float(value), float(low), float(high), materiality) for value, low, high in told]


def verdict(value: float, low: float, high: float, materiality: float) -> Verdict:
    """Return what one interval allows to say (R161); parameters as for `verdicts`."""
    if -materiality <= low and high <= materiality:
        return "no difference that matters"
    if low > 0 and value >= materiality:
        return "better"
    return "worse" if high < 0 and value <= -materiality else "cannot be said"


def signs(told: Sequence[Verdict]) -> Ints:
    """Return verdicts as numbers: 1 better, −1 worse, 0 else.

    Examples
    --------
    >>> signs(["worse", "cannot be said", "better"]).tolist()
    [-1, 0, 1]
    """
    return np.array([{"better": 1, "worse": -1}.get(each, 0) for each in told], dtype=np.int64)
