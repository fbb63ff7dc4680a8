"""Laws that may describe observed values: which come into question, how they are fitted, how well they fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, stats

from model.ledger import Floats

REJECTED = 0.05
"""A law is rejected where so few samples of its own, fitted anew, lie as far from their fit as the data (R199)."""
SAMPLES = 199
MOST_SIZE = 1e6
"""Size of a negative binomial law from which on it is a Poisson one."""


@dataclass(frozen=True)
class Law:
    """A fitted law: its name, its distribution, and how well it fits.

    p : share of own samples that fit no better than the data, 0 … 1; aic : of the data, smaller is better
    """

    name: str
    fitted: Any
    parameters: dict[str, float]
    p: float
    aic: float

    @property
    def is_rejected(self) -> bool:
        """Whether the data speak against this law."""
        return self.p < REJECTED

    def quantiles(self, shares: tuple[float, ...]) -> list[float]:
        """Return the values that so large a share lies at or below."""
        return [float(value) for value in self.fitted.ppf(shares)]


CONTINUOUS: dict[str, tuple[Any, dict[str, float]]] = {
    "normal": (stats.norm, {}),
    "lognormal": (stats.lognorm, {"loc": 0.0}),
    "gamma": (stats.gamma, {"loc": 0.0}),
    "Weibull": (stats.weibull_min, {"loc": 0.0}),
    "beta": (stats.beta, {"loc": 0.0, "scale": 1.0}),
}
"""Laws of measured values and what is known of them: the support."""


def support(values: Floats) -> tuple[str, tuple[str, ...]]:
    """Return what kind of values these are, and the laws that come into question for them (R199).

    Parameters
    ----------
    values : (observation,) any unit
    """
    if np.all(values >= 0) and np.all(values == np.rint(values)):
        return "counts", ("Poisson", "negative binomial")
    if np.all((values > 0) & (values < 1)):
        return "shares", ("beta",)
    if np.all(values > 0):
        return "positive", ("lognormal", "gamma", "Weibull", "normal")
    return "zero or more" if np.all(values >= 0) else "any sign", ("normal",)


def fits(values: Floats, seed: int, samples: int = SAMPLES) -> list[Law]:
    """Return the laws in question, fitted and judged, the one with the smallest AIC first (R199).

    Parameters
    ----------
    values : (observation,) any unit, not all equal; samples : of each law, for its goodness of fit
    """
    found = []
    for number, name in enumerate(support(values)[1]):
        draws = np.random.default_rng([seed, number])
        if name in CONTINUOUS:
            found.append(_continuous(name, values, draws, samples))
        elif name == "Poisson" or _is_wide(values):
            found.append(_count(name, values, draws, samples))
    return sorted(found, key=lambda law: law.aic)


def chosen(laws: list[Law]) -> Law | None:
    """Return the law with the smallest AIC that the data do not speak against, None where they speak against all."""
    return next((law for law in laws if not law.is_rejected), None)


def _continuous(name: str, values: Floats, draws: np.random.Generator, samples: int) -> Law:
    """Fit by maximum likelihood and judge by Anderson–Darling, its distribution from samples of the fitted law."""
    law, known = CONTINUOUS[name]
    judged = stats.goodness_of_fit(law, values, known_params=known, statistic="ad", n_mc_samples=samples, rng=draws)
    frozen, free = _refitted(name, values)
    return Law(name, frozen, free, float(judged.pvalue), _aic(frozen.logpdf(values), len(free)))


def _aic(log_likelihood: Floats, parameters: int) -> float:
    return float(2 * parameters - 2 * np.sum(log_likelihood))


def _is_wide(values: Floats) -> bool:
    """Return whether counts vary more than a Poisson law would, without which no negative binomial law is fitted."""
    return float(np.var(values)) > float(np.mean(values)) > 0


def _poisson(values: Floats) -> dict[str, float]:
    return {"mu": float(np.mean(values))}


def _negative_binomial(values: Floats) -> dict[str, float]:
    """Return the most likely size and chance; the mean is the sample's whatever the size."""
    mean = float(np.mean(values))
    if not _is_wide(values):
        return {"n": MOST_SIZE, "p": MOST_SIZE / (MOST_SIZE + mean)}

    def unlikely(log_size: float) -> float:
        size = np.exp(log_size)
        return -float(np.sum(stats.nbinom.logpmf(values, size, size / (size + mean))))

    best = optimize.minimize_scalar(unlikely, bounds=(-7.0, np.log(MOST_SIZE)), method="bounded")
    size = float(np.exp(best.x))
    return {"n": size, "p": size / (size + mean)}


COUNTS: dict[str, tuple[Any, Callable[[Floats], dict[str, float]]]] = {
    "Poisson": (stats.poisson, _poisson),
    "negative binomial": (stats.nbinom, _negative_binomial),
}
"""Laws of counts, for which SciPy has no goodness of fit with unknown parameters, and how each is fitted."""


def _count(name: str, values: Floats, draws: np.random.Generator, samples: int) -> Law:
    """Fit by maximum likelihood and judge by the largest gap of the cumulative shares, from samples fitted anew."""
    law, fit = COUNTS[name]
    parameters = fit(values)
    frozen = law(**parameters)
    own = [_gap(sample, law(**fit(sample))) for sample in _drawn(frozen, values.size, draws, samples) if sample.any()]
    p = (1 + sum(gap >= _gap(values, frozen) for gap in own)) / (1 + len(own))
    return Law(name, frozen, parameters, p, _aic(frozen.logpmf(values), len(parameters)))


def _drawn(law: Any, size: int, draws: np.random.Generator, samples: int) -> list[Floats]:
    return [np.asarray(law.rvs(size, random_state=draws), dtype=np.float64) for _ in range(samples)]


def _gap(values: Floats, law: Any) -> float:
    """Return the largest gap between the cumulative shares of counts and of a law (Kolmogorov–Smirnov)."""
    counts, times = np.unique(values, return_counts=True)
    steps = np.cumsum(times) / values.size
    before = np.concatenate([[0.0], steps[:-1]])
    return float(max(np.max(np.abs(steps - law.cdf(counts))), np.max(np.abs(before - law.cdf(counts - 1)))))


def quantile_errors(law: Law, size: int, shares: tuple[float, ...], seed: int, samples: int = SAMPLES) -> Floats:
    """Return how far a law's quantiles may be off with so few observations: their sd over samples fitted anew (R199).

    Returns
    -------
    errors : (share,) in the unit of the values
    """
    draws = np.random.default_rng([seed, 99])
    drawn = [sample for sample in _drawn(law.fitted, size, draws, samples) if sample.any()]
    rows = [_refitted(law.name, sample)[0].ppf(shares) for sample in drawn]
    return np.asarray(np.std(rows, axis=0, ddof=1))


def _refitted(name: str, values: Floats) -> tuple[Any, dict[str, float]]:
    """Return the most likely law of a name and its free parameters."""
    if name in COUNTS:
        law, fit = COUNTS[name]
        return law(**fit(values)), fit(values)
    law, known = CONTINUOUS[name]
    found = law.fit(values, **{f"f{key}": value for key, value in known.items()})
    names = [*(law.shapes.split(", ") if law.shapes else ()), "loc", "scale"]
    told = {key: float(value) for key, value in zip(names, found, strict=True)}
    return law(**told), {key: value for key, value in told.items() if key not in known}
