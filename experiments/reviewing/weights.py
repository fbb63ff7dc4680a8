"""Futures weighed by how well they tell what was seen, how many they are worth, and where to draw anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import brentq
from scipy.special import logsumexp
from scipy.stats import t

from model.ledger import Floats, Ints

WANTED = 200.0
"""Equally good futures below which more are drawn."""
FLOOR = 100.0
"""Equally good futures below which nothing is told without a wider error."""
BEYOND = 3.0
"""Sampling errors beyond which a hidden normal is taken to go with what was seen."""
WIDER, LEAST_SD = 1.1, 0.3
"""A law that is fitted anew is so much wider than what it was fitted to, and no narrower than so many sd."""
MISTAKEN = 0.02
"""Chance that a partner's state is told wrongly: no future is ruled out by one cell."""
FREEDOM = 3
"""Degrees of freedom of Student's t for the error of a level: a late start, an outage or a rate that was cut may move
it by far more than its error, and no future is ruled out by that either."""


@dataclass(frozen=True)
class Weighed:
    """Weights of S futures, adding up to 1, and the power of the likelihood that was used (1: all of it)."""

    weights: Floats
    power: float

    @property
    def ess(self) -> float:
        """How many equally good futures they are worth (R178)."""
        return effective(self.weights)


def log_likelihood(told: Floats, seen: Floats, errors: Floats) -> Floats:
    """Return the log likelihood of what was seen in each future, (scenario,), up to a constant (R178).

    Parameters
    ----------
    told : (statistic, scenario); seen, errors : (statistic,) what was seen, and the scale of its error
    """
    out: Floats = np.add.reduce(t.logpdf((told - seen[:, None]) / errors[:, None], FREEDOM), axis=0)
    return out


def state_likelihood(told: Floats, seen: Floats) -> Floats:
    """Return the log likelihood of states that are true or not, (scenario,); `told` (state, scenario), `seen` (state,).

    A state that differs from what was seen is as likely as a wrong cell (R178).
    """
    agrees = told == seen[:, None]
    out: Floats = np.add.reduce(np.where(agrees, np.log1p(-MISTAKEN), np.log(MISTAKEN)), axis=0)
    return out


def normalised(logs: Floats) -> Floats:
    """Return weights that add up to 1 from their logs, (scenario,)."""
    out: Floats = np.exp(logs - logsumexp(logs))
    return out


def effective(weights: Floats) -> float:
    """Return how many equally weighted draws a weighted sample is worth, (Σw)² ÷ Σw² (R178).

    Examples
    --------
    >>> effective(np.array([0.25, 0.25, 0.25, 0.25])), effective(np.array([1.0, 0.0]))
    (4.0, 1.0)
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def weigh(likelihood: Floats, ratio: Floats | None = None, floor: float = FLOOR) -> Weighed:
    """Return the weights of futures; where too few carry them the likelihood is taken to a lower power (R178).

    Parameters
    ----------
    likelihood, ratio : (scenario,) logs; ratio of the density believed to the one drawn from, None where they agree
    floor : fewest equally good futures, at most the number of futures
    """
    start = np.zeros(likelihood.shape) if ratio is None else ratio
    floor = min(floor, float(likelihood.size)) * (1.0 - 1e-9)

    def lacking(power: float) -> float:
        return effective(normalised(start + power * likelihood)) - floor

    if lacking(1.0) >= 0 or lacking(0.0) < 0:
        return Weighed(normalised(start + likelihood), 1.0)
    power = float(brentq(lacking, 0.0, 1.0, xtol=1e-6))
    return Weighed(normalised(start + power * likelihood), power)


@dataclass(frozen=True)
class Around:
    """A normal law of d hidden normals around what was seen: mean (d,), root (d, d) with root·rootᵀ its covariance.

    A mean (d, scenario) gives each future its own.
    """

    mean: Floats
    root: Floats

    def moved(self, standard: Floats) -> Floats:
        """Return standard normals (d, scenario) as draws of this law."""
        out: Floats = self.mean.reshape(len(self.mean), -1) + self.root @ standard
        return out

    def over_believed(self, hidden: Floats) -> Floats:
        """Return log density of this law over N(0, 1) at hidden normals (d, scenario), (scenario,)."""
        own = solve_triangular(self.root, hidden - self.mean.reshape(len(self.mean), -1), lower=True)
        scale = float(np.log(np.diag(self.root)).sum())
        out: Floats = 0.5 * np.add.reduce(hidden**2 - own**2, axis=0) - scale
        return out


def mixture(laws: Sequence[Around | None], sizes: Sequence[int], hidden: Floats) -> Floats:
    """Return log density believed over the one that futures of several laws were drawn from together, (scenario,).

    Whichever law a future came from, it counts as a draw of their mixture (R178).

    Parameters
    ----------
    laws : None as believed; sizes : futures of each; hidden : (normal, scenario) of all futures
    """
    still = np.zeros(hidden.shape[1])
    logs = np.array([still if law is None else law.over_believed(hidden) for law in laws])
    out: Floats = -logsumexp(logs, axis=0, b=(np.array(sizes) / sum(sizes))[:, None])
    return out


def refit(hidden: Floats, weighed: Weighed) -> Around:
    """Return the law of hidden normals by their weights: those that surely moved have mean and sd of their own (R178).

    Parameters
    ----------
    hidden : (normal, scenario)
    """
    mean = hidden @ weighed.weights
    sd = np.sqrt(np.maximum(hidden**2 @ weighed.weights - mean**2, 0.0))
    moved = np.abs(mean) > BEYOND / np.sqrt(weighed.ess)
    return Around(np.where(moved, mean, 0.0), np.diag(np.where(moved, np.clip(WIDER * sd, LEAST_SD, 1.0), 1.0)))


def evenly(weights: Floats, places: int) -> Ints:
    """Return how often each future fills one of so many equal places, (scenario,), as near to its weight as can be.

    Examples
    --------
    >>> evenly(np.array([0.5, 0.125, 0.375]), 4)
    array([2, 0, 2])
    """
    middles = (np.arange(places) + 0.5) / places
    # The sum of weights may end a rounding below 1.
    ends = np.cumsum(weights) / weights.sum()
    return np.bincount(np.searchsorted(ends, middles, side="right"), minlength=weights.size)


def around(hidden: Floats, told: Floats, seen: Floats, errors: Floats) -> Around:
    """Return the law of hidden standard normals given what was seen, as if all were jointly normal (R178).

    Parameters
    ----------
    hidden, told : (normal, scenario) and (statistic, scenario) of the same futures
    seen, errors : (statistic,)
    """
    own = hidden - hidden.mean(axis=1, keepdims=True)
    off = told - told.mean(axis=1, keepdims=True)
    across = own @ off.T / hidden.shape[1]
    # What sampling error alone would show of so many normals would move them all a little, and few draws would fit.
    shown = np.abs(across) > BEYOND * np.sqrt(np.mean(off**2, axis=1) / hidden.shape[1])
    across = np.where(shown, across, 0.0)
    inside = off @ off.T / hidden.shape[1] + np.diag(errors**2)
    gain = np.linalg.solve(inside, across.T).T
    left = np.eye(len(hidden)) - gain @ across.T
    # Sampling error may take a little more from the variance than there is.
    values, vectors = np.linalg.eigh((left + left.T) / 2.0)
    cover = (vectors * np.clip(values, 0.01, None)) @ vectors.T
    return Around(gain @ (seen - told.mean(axis=1)), np.linalg.cholesky(cover))


def average(values: Floats, weights: Floats) -> tuple[float, float]:
    """Return the weighted mean of a sample and its sampling error.

    Parameters
    ----------
    values : (scenario,); weights : (scenario,) adding up to 1
    """
    mean = float(weights @ values)
    return mean, float(np.sqrt(np.sum((weights * (values - mean)) ** 2)))


def quantiles(values: Floats, weights: Floats, levels: tuple[float, ...]) -> Floats:
    """Return quantiles of weighted samples, (level, …), the last axis of `values` being (scenario,)."""
    flat = values.reshape(-1, values.shape[-1])
    found = [_quantile(row, weights, levels) for row in flat]
    out: Floats = np.array(found).T.reshape(len(levels), *values.shape[:-1])
    return out


def _quantile(values: Floats, weights: Floats, levels: tuple[float, ...]) -> Floats:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order]) - 0.5 * weights[order]
    out: Floats = np.interp(levels, below, values[order])
    return out
