"""Actuals against the ranges that the plan stated: lights on what is off twice running; were the ranges right?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, chisquare

from model.ledger import Flags, Floats

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
RUNNING = 2
"""Months running that a figure must be off."""
CLOSE = 0.01
"""Share of the middle case by which a figure may leave its range: rounding is no finding."""
FIFTHS = 5
SMOOTH = 0.5
"""Share of the futures that must differ from one another in a figure whose range can be right or wrong."""


def off(actual: Floats, low: Floats, middle: Floats, high: Floats) -> Floats:
    """Return −1 below the range, 1 above, 0 inside and NaN where nothing is known, (item, month) (R176).

    Parameters
    ----------
    actual, low, middle, high : (item, month); NaN where unknown
    """
    slack = CLOSE * np.abs(middle)
    out = np.where(actual < low - slack, -1.0, np.where(actual > high + slack, 1.0, 0.0))
    return np.where(np.isnan(actual) | np.isnan(middle), np.nan, out)


def lights(sides: Floats) -> Floats:
    """Return the light of each item, (item,): −1 or 1 if its last known months were off on that side, else 0 (R176).

    Parameters
    ----------
    sides : (item, month) of `off`

    Examples
    --------
    >>> lights(np.array([[0.0, -1.0, -1.0], [1.0, -1.0, 0.0], [1.0, 1.0, np.nan]])).tolist()
    [-1.0, 0.0, 1.0]
    """
    found = np.zeros(len(sides))
    for index, row in enumerate(sides):
        known = row[~np.isnan(row)][-RUNNING:]
        if len(known) == RUNNING and abs(known.sum()) == RUNNING:
            found[index] = known[0]
    return found


@dataclass(frozen=True)
class Record:
    """How actuals fell into the ranges that were stated for them.

    count : figures looked at; inside : of them within 1-in-10 … 9-in-10; low, high : exact 95 % interval of their share
    fifths : how many fell into each fifth of the futures, lowest first; chance : that fifths differ so much by chance
    """

    count: int
    inside: int
    low: float
    high: float
    fifths: tuple[int, ...]
    chance: float


def record(places: Floats) -> Record:
    """Return the record of past ranges (R176).

    Parameters
    ----------
    places : (figure,) share of the futures below each actual, ties counted half
    """
    count = len(places)
    if not count:
        return Record(0, 0, 0.0, 1.0, (0,) * FIFTHS, 1.0)
    inside = int(((places >= LOW) & (places <= HIGH)).sum())
    share = binomtest(inside, count).proportion_ci(0.95, "exact")
    fifths = np.bincount(np.minimum((places * FIFTHS).astype(np.int64), FIFTHS - 1), minlength=FIFTHS)
    chance = float(chisquare(fifths).pvalue)
    return Record(count, inside, float(share.low), float(share.high), tuple(fifths.tolist()), chance)


def place(actual: Floats, futures: Floats) -> Floats:
    """Return the share of futures below each actual, ties counted half, (…) (R176).

    Parameters
    ----------
    actual : (…); futures : (…, scenario)

    Examples
    --------
    >>> place(np.array([2.0]), np.array([[1.0, 2.0, 3.0, 4.0]])).tolist()
    [0.375]
    """
    own = actual[..., None]
    below = np.where(futures < own, 1.0, np.where(futures == own, 0.5, 0.0))
    out: Floats = below.mean(axis=-1)
    return out


def smooth(futures: Floats) -> Flags:
    """Return which figures vary smoothly, (…): where many futures agree, as in heads, a share of 80 % cannot be hit.

    Parameters
    ----------
    futures : (…, scenario)
    """
    values = np.sort(futures, axis=-1)
    different = (np.diff(values, axis=-1) > 0).sum(axis=-1)
    out: Flags = different > SMOOTH * futures.shape[-1]
    return out
