"""What is compared of each plan, and what each future contributes to it, so that differences keep their pairing."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy.stats import kurtosis

from model.ledger import Flags, Floats
from model.summary import TAIL, mean, quantile, supported, tail_mean
from model.tails import shortfall

FIGURES = ("mean", "p05", "p50", "worst")
"""Average, 1-in-20 bad case, middle case and average of the worst 5 %."""


@dataclass(frozen=True)
class Figure:
    """One figure of all plans on the same futures.

    values : (plan,); NaN where the futures are too few to say
    influence : (plan, scenario) what each future moves the figure by, times the number of futures; mean about 0
    spare : futures that tell the error, less one: few where only those near a quantile do
    """

    values: Floats
    influence: Floats
    spare: float


def figures(npv: Floats) -> dict[str, Figure]:
    """Return average, bad case, middle case and average of the worst 5 % of each plan (R160).

    Parameters
    ----------
    npv : (plan, scenario) CNY, scenario by scenario the same futures

    Examples
    --------
    >>> found = figures(np.array([[1.0, 3.0], [2.0, 6.0]]))
    >>> found["mean"].values.tolist(), found["mean"].influence.tolist()
    ([2.0, 4.0], [[-1.0, 1.0], [-2.0, 2.0]])
    """
    means = npv.mean(axis=1)
    found = {"mean": Figure(means, npv - means[:, None], npv.shape[1] - 1)}
    found |= {name: _quantile(npv, p) for name, p in (("p05", TAIL), ("p50", 0.5))}
    return found | {"worst": _worst(npv)}


def _quantile(npv: Floats, p: float) -> Figure:
    """Return a quantile; its influence is that of the indicator, scaled to the order-statistic error (R159)."""
    if not supported(p, npv.shape[1]):
        return _withheld(npv)
    draws = npv.shape[1]
    found = [quantile(row, p) for row in npv]
    values = np.array([each.value for each in found])
    scale = np.array([each.se for each in found]) * sqrt(draws / (p * (1 - p)))
    # The error comes from the spacing of about 4 √(n p (1 − p)) ordered futures: half as many degrees of freedom.
    return Figure(values, scale[:, None] * (p - (npv <= values[:, None])), 2 * sqrt(draws * p * (1 - p)))


def _worst(npv: Floats) -> Figure:
    """Return the average of the worst 5 %, with the influence that `summary.tail_mean` takes its error from (R140)."""
    draws = npv.shape[1]
    if not supported(TAIL, draws):
        return _withheld(npv)
    values = np.array([tail_mean(row).value for row in npv])
    ends = [shortfall(row, TAIL) for row in npv]
    influence = np.array([edge - below / TAIL for edge, below in ends]) - values[:, None]
    return Figure(values, influence, spare(influence, TAIL * draws - 1))


def spare(influence: Floats, most: float) -> float:
    """Return the degrees of freedom of the least known error of all pairs, 2 n ÷ (kurtosis − 1), `most` at most (R160).

    Parameters
    ----------
    influence : (plan, scenario)

    Examples
    --------
    One future of a hundred moves the difference: kurtosis 98.01, 2.06 degrees of freedom.

    >>> round(spare(np.array([[99.0] + [-1.0] * 99, [0.0] * 100]), 99.0), 2)
    2.06
    """
    gaps = [influence[i] - influence[j] for i, j in zip(*np.triu_indices(len(influence), 1), strict=True)]
    spread = [gap for gap in gaps if gap.any()]
    known = [float(kurtosis(gap, fisher=False)) for gap in spread]
    draws = influence.shape[1]
    # A limit to the kurtosis keeps one of 1, which leaves no error unknown, from dividing by nothing.
    return float(2.0 * draws / max([2.0 * draws / most, *(each - 1.0 for each in known)]))


def _withheld(npv: Floats) -> Figure:
    return Figure(np.full(len(npv), nan), np.full(npv.shape, nan), nan)


def reaching(npv: Floats, hurdle: float) -> Flags:
    """Return in which futures each plan reaches a hurdle, (plan, scenario).

    Parameters
    ----------
    npv : (plan, scenario) CNY; hurdle : CNY
    """
    return npv >= hurdle


def missed(npv: Floats) -> Floats:
    """Return the price of having chosen wrongly: what the best compared plan brings more, (plan, scenario) CNY (R163).

    Parameters
    ----------
    npv : (plan, scenario) CNY

    Examples
    --------
    >>> missed(np.array([[1.0, 3.0], [2.0, 1.0]])).tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    out: Floats = npv.max(axis=0) - npv
    return out


def prices(npv: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the average price of having chosen wrongly, its error, and the price in the 1-in-20 bad case (R163).

    Parameters
    ----------
    npv : (plan, scenario) CNY

    Returns
    -------
    each (plan,) CNY; the bad case is NaN where the futures are too few to say
    """
    price = missed(npv)
    draws = npv.shape[1]
    own = [mean(row) for row in price] if draws > 1 else []
    bad = np.quantile(price, 1 - TAIL, axis=1) if supported(TAIL, draws) else np.full(len(npv), nan)
    return price.mean(axis=1), np.array([each.se for each in own] or [0.0] * len(npv)), bad
