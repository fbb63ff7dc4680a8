"""What plans are worth when numbers of a case are moved: the same futures, measured from what the run published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.running.futures import Futures, Movable, changed_together
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.summary import Estimate

ENOUGH = 10
"""Futures wanted for each plan whose average is known; with fewer, nothing is measured from them."""
Values = Sequence[tuple[Movable, float]]


@dataclass(frozen=True)
class Known:
    """Plans whose averages are known from many other futures.

    here : (plan, scenario) CNY on these futures; mean : (plan,) CNY; spread : (plan, plan) covariance of `mean`
    """

    here: Floats
    mean: Floats
    spread: Floats


class Worth:
    """Results of plans under moved numbers, all on the same futures.

    Parameters
    ----------
    published : (plan, draw) CNY of the first plans, in their order, on the many draws of the run
    """

    def __init__(self, case: Case, plans: Mapping[str, Plan], seed: int, scenarios: int, published: Floats) -> None:
        self.case, self.plans = case, plans
        self.futures = Futures(case, seed, scenarios)
        self._kept = {name: self.futures.npv(case, plan) for name, plan in plans.items()}
        self.known: Known | None = None
        if self.futures.scenarios >= ENOUGH * len(published) and published.shape[1] > 1:
            here = np.array(list(self._kept.values())[: len(published)])
            self.known = Known(here, published.mean(axis=1), np.cov(published) / published.shape[1])

    def npv(self, name: str, values: Values = ()) -> Floats:
        """Return a plan's result with numbers set to values, (scenario,) CNY.

        Raises
        ------
        InputError : the case does not admit these values
        """
        return self.futures.npv(changed_together(self.case, values), self.plans[name]) if values else self._kept[name]

    def mean(self, sample: Floats) -> Estimate:
        """Return the average of a sample on these futures, CNY, as `measured` from what is known."""
        return measured(sample, self.known)


def measured(sample: Floats, known: Known | None) -> Estimate:
    """Return a sample's mean, corrected by how much luckier than known the plans are on the same futures (R165).

    Parameters
    ----------
    sample : (scenario,) CNY

    Examples
    --------
    >>> lucky = Known(np.array([[1.0, 3.0, 5.0]]), np.array([2.0]), np.array([[0.0]]))
    >>> measured(np.array([11.0, 13.0, 15.0]), lucky)
    Estimate(value=12.0, se=0.0)
    """
    if sample.size < 2:
        return Estimate(float(sample[0]), 0.0)
    if known is None:
        return Estimate(float(sample.mean()), float(sample.std(ddof=1)) / sample.size**0.5)
    centred = known.here - known.here.mean(axis=1, keepdims=True)
    own = sample - sample.mean()
    weights = np.linalg.lstsq(centred.T, own)[0]
    rest = own - weights @ centred
    luck = weights @ (known.here.mean(axis=1) - known.mean)
    free = max(sample.size - 1 - len(weights), 1)
    variance = float(rest @ rest) / free / sample.size + float(weights @ np.atleast_2d(known.spread) @ weights)
    return Estimate(float(sample.mean() - luck), max(variance, 0.0) ** 0.5)
