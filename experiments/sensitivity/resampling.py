"""Intervals from samples drawn again, for figures that have no formula for their error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import bootstrap

from model.ledger import Floats, Ints

RESAMPLES = 400
"""Samples drawn again, from which the ends of an interval are read."""


def resampled(statistic: Callable[[Ints], Any], size: int, batch: int, seed: int) -> Floats:
    """Return the ends of the 95 % intervals of figures, (figure, …, 2).

    Parameters
    ----------
    statistic : takes the places of a sample, (…, place), and returns the figures, (figure, …)
    size : places there are; batch : samples worked at once, which memory limits
    """
    again = bootstrap(
        (np.arange(size),),
        statistic,
        n_resamples=RESAMPLES,
        batch=batch,
        vectorized=True,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return np.stack(again.confidence_interval, axis=-1)
