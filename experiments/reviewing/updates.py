"""What is believed of one number before and after data, where the answer is exact: levels, shares and counts."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import beta, gamma


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


def beta_of(mean: float, sd: float) -> tuple[float, float]:
    """Return the parameters of a beta share with a mean and a standard deviation (R177).

    A spread too wide for a share with one peak gives the widest such share: its larger parameter is 1.

    Parameters
    ----------
    mean : above 0 and below 1; sd : above 0

    Examples
    --------
    >>> a, b = beta_of(0.5, 0.1)
    >>> round(a, 6), round(b, 6)
    (12.0, 12.0)
    """
    size = max(mean * (1.0 - mean) / sd**2 - 1.0, 1.0 / max(mean, 1.0 - mean))
    return mean * size, (1.0 - mean) * size


def gamma_of(mean: float, sd: float) -> tuple[float, float]:
    """Return shape and exposure of a gamma rate with a mean and a standard deviation (R177).

    Examples
    --------
    >>> gamma_of(2.0, 1.0)
    (4.0, 2.0)
    """
    return (mean / sd) ** 2, mean / sd**2


def told_share(a: float, b: float) -> Belief:
    """Return a beta share as it is told."""
    return Belief(a / (a + b), float(beta.ppf(LOW, a, b)), float(beta.ppf(HIGH, a, b)))


def told_rate(shape: float, exposure: float) -> Belief:
    """Return a gamma rate as it is told."""
    scale = 1.0 / exposure
    return Belief(shape * scale, float(gamma.ppf(LOW, shape, scale=scale)), float(gamma.ppf(HIGH, shape, scale=scale)))
