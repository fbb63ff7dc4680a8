"""The worst share of a sample of scenarios: its edge, what lies below it, its average (R140)."""

from __future__ import annotations

import numpy as np

from model.ledger import Floats


def worst_mean(sample: Floats, share: float) -> float:
    """Return the average of the worst (lowest) share of scenarios, however few they are (R140).

    Rule: q − E[(q − x)⁺] ÷ share with q the share's order statistic (Rockafellar and Uryasev); the scenario at the
    edge counts in part, so that exactly n × share scenarios are averaged.

    Parameters
    ----------
    sample : (scenario,) without NaN, any unit; low is bad
    share : part of the scenarios that is averaged, above 0 and at most 1

    Examples
    --------
    >>> worst_mean(np.array([4.0, 1.0, 2.0]), 0.5)
    1.3333333333333335
    """
    edge, below = shortfall(sample, share)
    return edge - float(np.mean(below)) / share


def shortfall(sample: Floats, share: float) -> tuple[float, Floats]:
    """Return the share's order statistic and what each scenario lies below it, (scenario,).

    Parameters
    ----------
    sample, share : as for `worst_mean`
    """
    edge = float(np.quantile(sample, share, method="inverted_cdf"))
    return edge, np.maximum(edge - sample, 0.0)
