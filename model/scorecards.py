"""Weighted scorecards: one curve for each metric, weights that may change with the month, grades in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.ledger import Floats
from model.paycurves import through

FULL = 100.0
"""Points for exactly the target."""


@dataclass(frozen=True)
class Metric:
    """How one figure becomes points: 100 × its ratio to the target up to a cap, or a curve through given points.

    points : (ratio, points) pairs with rising ratios; empty for the plain ratio
    """

    target: float
    lower_is_better: bool
    cap: float
    points: tuple[tuple[float, float], ...] = ()

    def score(self, figure: Floats, relaxed: Floats | float = 0.0) -> Floats:
        """Return points, 100 for the target, (…) (R42).

        The ratio is figure ÷ target, or target ÷ figure where lower is better: there nothing at all scores the cap.
        A relaxed target is easier by that share.

        Parameters
        ----------
        figure : (…) what was reached
        relaxed : share by which the target is eased, for example 0.2 in a peak month; broadcasts over figure

        Examples
        --------
        >>> Metric(500.0, False, 120.0).score(np.array([580.0, 700.0])).tolist()
        [116.0, 120.0]
        >>> Metric(30.0, True, 120.0).score(np.array([36.0, 30.0]), relaxed=0.2).tolist()
        [100.0, 120.0]
        """
        ratio = self._ratio(figure, relaxed)
        if self.points:
            return through(self.points).pay(np.minimum(ratio, self.points[-1][0]))
        capped: Floats = np.minimum(np.maximum(FULL * ratio, 0.0), self.cap)
        return np.round(capped, 9)

    def _ratio(self, figure: Floats, relaxed: Floats | float) -> Floats:
        if not self.lower_is_better:
            eased: Floats = figure / (self.target * (1.0 - np.asarray(relaxed)))
            return eased
        aim = np.broadcast_to(self.target * (1.0 + np.asarray(relaxed)), figure.shape)
        out: Floats = np.divide(aim, figure, out=np.full(figure.shape, np.inf), where=figure > 0)
        return out


def total(scores: Sequence[Floats], weights: Sequence[Floats | float]) -> Floats:
    """Return Σ weight × points, (…); a weight is one number or an array that broadcasts, for example by period (R42).

    Examples
    --------
    >>> total([np.array([90.0]), np.array([80.0]), np.array([70.0])], [0.4, 0.3, 0.3]).tolist()
    [81.0]
    """
    out: Floats = np.round(sum((score * weight for score, weight in zip(scores, weights, strict=True)), 0.0), 9)
    return out


def streaks(reached: Floats, needed: int) -> Floats:
    """Return 1 in each period that completes `needed` periods reached in a row, and counts afresh after it (R44).

    Parameters
    ----------
    reached : (period, …) 1 where the grade was reached, else 0

    Examples
    --------
    >>> streaks(np.array([1.0, 1.0, 1.0, 1.0, 0.0, 1.0]), 3).tolist()
    [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    """
    out, run = np.zeros(reached.shape), np.zeros(reached.shape[1:])
    for period, met in enumerate(reached):
        run = np.where(met > 0, run + 1.0, 0.0)
        out[period] = run >= needed
        run = np.where(run >= needed, 0.0, run)
    return out
