"""The one reading of a range: a triangle from end to end with its peak at the assumed value."""

from __future__ import annotations

import numpy as np
from scipy.stats import triang

from model.case_numbers import Number
from model.ledger import Floats


def ends(number: Number) -> tuple[float, float]:
    """Return the range of a number that has one, widened to its value."""
    low, high = number.value if number.low is None else number.low, number.value if number.high is None else number.high
    return min(low, number.value), max(high, number.value)


def at_shares(number: Number, shares: Floats) -> Floats:
    """Return the values below which a number lies with so much chance (R189).

    Parameters
    ----------
    shares : (point,) chances, 0 to 1

    Examples
    --------
    >>> n = Number("n", (), "CNY", 1.0, 0.0, 2.0, False, "guess", "", "", "")
    >>> at_shares(n, np.array([0.0, 0.125, 0.5, 1.0])).tolist()
    [0.0, 0.5, 1.0, 2.0]
    """
    low, high = ends(number)
    width = high - low
    if width == 0:
        return np.full(shares.shape, number.value)
    out: Floats = triang.ppf(shares, (number.value - low) / width, low, width)
    return out


def share_below(number: Number, value: float) -> float:
    """Return the chance that a number lies below a value (R189).

    Examples
    --------
    >>> n = Number("n", (), "CNY", 1.0, 0.0, 2.0, False, "guess", "", "", "")
    >>> [share_below(n, value) for value in (-1.0, 0.5, 1.0, 3.0)]
    [0.0, 0.125, 0.5, 1.0]
    """
    low, high = ends(number)
    if low == high:
        return float(value > low)
    return float(triang.cdf(value, (number.value - low) / (high - low), low, high - low))


def law_mean(value: float, low: float, high: float) -> float:
    """Return the average of a number anywhere in its range (R189).

    Examples
    --------
    >>> law_mean(1.0, 0.0, 5.0)
    2.0
    """
    return (value + low + high) / 3.0


def law_sd(value: float, low: float, high: float) -> float:
    """Return the standard deviation of a number anywhere in its range (R189).

    Examples
    --------
    >>> round(law_sd(1.0, 0.0, 2.0) ** 2, 12)
    0.166666666667
    """
    below, above = value - low, high - value
    return float(np.sqrt((below**2 + below * above + above**2) / 18.0))
