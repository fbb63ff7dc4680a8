"""Whether one plan is better in every case, or for every cautious board, as far as the futures can tell."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.stats import binom, t

from model.ledger import Floats
from model.summary import supported

Order = Literal["every case", "every cautious board", "neither", "cannot be said"]
LEVELS = tuple(level / 100 for level in range(1, 100))
"""Shares of futures whose results are the amounts looked at."""


def amounts(a: Floats, b: Floats) -> Floats:
    """Return the amounts at which two plans are held against each other: cases of both that the futures support.

    Parameters
    ----------
    a, b : (scenario,) CNY
    """
    levels = [level for level in LEVELS if supported(level, a.size)]
    found = np.quantile(np.concatenate([a, b]), levels, method="inverted_cdf") if levels else np.zeros(0)
    # At the most that any of them brings both plans end at or below: nothing is left to tell.
    return np.unique(found[found < max(a.max(), b.max())])


def fewer_below(a: Floats, b: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Return the exact chances of so many futures in favour of either plan, if neither were, by amount (R162).

    A future counts for A where B ends at or below the amount and A above it. Of the futures that count for either, the
    number for A is binomial; with at most a half each chance is at most that of Bin(m, ½) (the sign test of McNemar).

    Parameters
    ----------
    a, b : (scenario,) CNY on the same futures; at : (amount,) CNY

    Returns
    -------
    for_a, for_b : (amount,) small where the plan is surely less often below the amount
    """
    below_a, below_b = a[:, None] <= at, b[:, None] <= at
    more = np.count_nonzero(below_b & ~below_a, axis=0)
    less = np.count_nonzero(below_a & ~below_b, axis=0)
    return binom.sf(more - 1, more + less, 0.5), binom.sf(less - 1, more + less, 0.5)


def less_missing(a: Floats, b: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Return the t chances that either plan lacks less to the amount on average, by amount; as `fewer_below` (R162).

    Parameters
    ----------
    a, b : (scenario,) CNY on the same futures; at : (amount,) CNY
    """
    lead = np.maximum(at - b[:, None], 0.0) - np.maximum(at - a[:, None], 0.0)
    error = lead.std(axis=0, ddof=1) / np.sqrt(a.size)
    score = np.divide(lead.mean(axis=0), error, out=np.zeros(at.size), where=error > 0)
    return t.sf(score, a.size - 1), t.cdf(score, a.size - 1)


def preferred(a: Floats, b: Floats, miss: float) -> tuple[Order, int]:
    """Return for whom a plan is shown to be the better one, and which: 1 for A, −1 for B, 0 for none (R162).

    Shown: the plan is surely ahead at each amount (an intersection-union test needs no correction; for every case it
    is exact). Neither: each is surely ahead at some amount (Bonferroni over the amounts), so that caution decides.

    Parameters
    ----------
    a, b : (scenario,) CNY on the same futures
    miss : chance of a wrong claim

    Examples
    --------
    >>> b = np.arange(4000.0)
    >>> preferred(b + 300, b, 0.01), preferred(b, b + 300, 0.01), preferred(b, b, 0.01)
    (('every case', 1), ('every case', -1), ('cannot be said', 0))
    """
    at = amounts(a, b)
    if not at.size or np.array_equal(a, b):
        return "cannot be said", 0
    # The last amount asks for the mean: without a limit to the amount it is all that is left of the lead.
    boards = less_missing(a, b, np.append(at, max(a.max(), b.max())))
    for side, (cases, careful) in zip((1, -1), zip(fewer_below(a, b, at), boards, strict=True), strict=True):
        if (cases < miss).all():
            return "every case", side
        if (careful < miss).all():
            return "every cautious board", side
    ahead = [bool((chances < miss / chances.size).any()) for chances in boards]
    return ("neither" if all(ahead) else "cannot be said"), 0
