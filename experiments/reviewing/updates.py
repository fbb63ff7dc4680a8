"""What is believed of one number before and after data, where the answer is exact: levels, shares and counts."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import beta, gamma, norm


@dataclass(frozen=True)
class Belief:
    """A number as it is believed: its average, and its 1-in-10 and 9-in-10 values."""

    mean: float
    low: float
    high: float


LOW, HIGH = 0.1, 0.9


def normal_normal(mean: float, sd: float, seen: float, noise: float, count: int = 1) -> tuple[float, float]:
    """Return mean and sd of a normal level after `count` readings of it with normal error (R177).

    Parameters
    ----------
    mean, sd : what was believed; seen : average of the readings; noise : sd of one reading

    Examples
    --------
    Believed 100 ± 10, one reading of 120 with error 10: halfway, and the variance halves.

    >>> mean, sd = normal_normal(100.0, 10.0, 120.0, 10.0)
    >>> round(mean, 6), round(sd**2, 6)
    (110.0, 50.0)
    """
    if sd == 0:
        return mean, 0.0
    if noise == 0:
        return seen, 0.0
    before, data = 1.0 / sd**2, count / noise**2
    return (before * mean + data * seen) / (before + data), (before + data) ** -0.5


def beta_binomial(a: float, b: float, happened: int, of: int) -> tuple[float, float]:
    """Return the parameters of a beta share after it happened so often (R177).

    Examples
    --------
    >>> beta_binomial(1.0, 1.0, 7, 10)
    (8.0, 4.0)
    """
    return a + happened, b + of - happened


def gamma_poisson(shape: float, exposure: float, count: int, over: float) -> tuple[float, float]:
    """Return shape and exposure of a gamma rate after a count over an exposure, both in the same unit (R177).

    Examples
    --------
    >>> gamma_poisson(2.0, 1.0, 5, 1.0)
    (7.0, 2.0)
    """
    return shape + count, exposure + over


def beta_of(mean: float, low: float, high: float) -> tuple[float, float]:
    """Return the beta parameters with a mean and the sd that a range of 1-in-10 to 9-in-10 tells (R177).

    A range too wide for a share with one peak gives the widest such share: its larger parameter is 1.

    Parameters
    ----------
    mean : above 0 and below 1

    Examples
    --------
    >>> a, b = beta_of(0.5, 0.5 - 0.12815515655446004, 0.5 + 0.12815515655446004)
    >>> round(a, 6), round(b, 6)
    (12.0, 12.0)
    """
    size = max(mean * (1.0 - mean) / _sd(low, high) ** 2 - 1.0, 1.0 / max(mean, 1.0 - mean))
    return mean * size, (1.0 - mean) * size


def gamma_of(mean: float, low: float, high: float) -> tuple[float, float]:
    """Return shape and exposure of a gamma rate with a mean and the sd that a range tells (R177).

    Examples
    --------
    >>> shape, exposure = gamma_of(2.0, 2.0 - 1.2815515655446004, 2.0 + 1.2815515655446004)
    >>> round(shape, 6), round(exposure, 6)
    (4.0, 2.0)
    """
    variance = _sd(low, high) ** 2
    return mean**2 / variance, mean / variance


def _sd(low: float, high: float) -> float:
    """Return the sd of a normal whose 1-in-10 and 9-in-10 values these are."""
    return (high - low) / float(2.0 * norm.ppf(HIGH))


def told_share(a: float, b: float) -> Belief:
    """Return a beta share as it is told."""
    return Belief(a / (a + b), float(beta.ppf(LOW, a, b)), float(beta.ppf(HIGH, a, b)))


def told_rate(shape: float, exposure: float) -> Belief:
    """Return a gamma rate as it is told."""
    scale = 1.0 / exposure
    return Belief(shape * scale, float(gamma.ppf(LOW, shape, scale=scale)), float(gamma.ppf(HIGH, shape, scale=scale)))
