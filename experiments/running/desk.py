"""What plans are worth when numbers of a case are moved: the same futures, measured from what the run published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import numpy as np

from experiments.running.futures import Futures, Movable, changed_together
from experiments.running.processes import shared_out
from model.errors import InputError
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.summary import Estimate

ENOUGH = 10
"""Futures wanted for each plan whose average is known; with fewer, nothing is measured from them."""
WORTH_PROCESSES = 20.0
"""Seconds of work from which on it is shared out: a fresh process takes two to begin."""
Values = Sequence[tuple[Movable, float]]


@dataclass(frozen=True)
class Known:
    """Plans whose averages are known from many other futures.

    here : (plan, scenario) CNY on these futures; mean : (plan,) CNY; spread : (plan, plan) covariance of `mean`
    """

    here: Floats
    mean: Floats
    spread: Floats


def known_from(here: Floats, published: Floats) -> Known | None:
    """Return plans on few futures as known from the many that were published, None where either says too little.

    Parameters
    ----------
    here : (plan, scenario) CNY on these futures; published : (plan, draw) CNY
    """
    enough = here.shape[1] >= ENOUGH * len(here) and published.shape[1] > 1
    return Known(here, published.mean(axis=1), np.cov(published) / published.shape[1]) if enough else None


class Desk:
    """Results of plans under moved numbers, all on the same futures.

    base : (plan, scenario) CNY with all numbers as they are
    centre : (plan,) CNY, published averages of the first plans

    Parameters
    ----------
    published : (plan, draw) CNY of the first plans, in their order, on the many draws of the run; one draw where only
        their averages are known, None where nothing is published
    """

    def __init__(
        self, case: Case, plans: Mapping[str, Plan], seed: int, scenarios: int, published: Floats | None = None
    ) -> None:
        self.case, self.plans = case, plans
        self.futures = Futures(case, seed, scenarios)
        began = perf_counter()
        self.base = self._priced(case)
        self.seconds = perf_counter() - began
        self.centre: Floats = (self.base if published is None else published).mean(axis=1)
        self.known: Known | None = None
        if published is not None:
            self.known = known_from(self.base[: len(published)], published)

    def npv(self, name: str, values: Values = ()) -> Floats:
        """Return a plan's result with numbers set to values, (scenario,) CNY.

        Raises
        ------
        InputError : the case does not admit these values
        """
        if not values:
            kept: Floats = self.base[list(self.plans).index(name)]
            return kept
        return self.futures.npv(changed_together(self.case, values), self.plans[name])

    def all_npv(self, values: Values) -> Floats:
        """Return all plans' results with numbers set to values, (plan, scenario) CNY; raise as `npv` does."""
        return self._priced(changed_together(self.case, values))

    def all_at(self, points: Sequence[Values]) -> list[Floats | None]:
        """Return all plans' results at each point, (plan, scenario) CNY; None where the case does not admit it."""
        return self._shared(self._admitted, points, len(self.plans))

    def npv_at(self, name: str, points: Sequence[Values]) -> list[Floats | None]:
        """Return one plan's result at each point, (scenario,) CNY; None where the case does not admit it."""
        return self._shared(partial(self._one_admitted, name), points, 1)

    def _shared(
        self, work: Callable[[Values], Floats | None], points: Sequence[Values], plans: int
    ) -> list[Floats | None]:
        if self.seconds * plans / len(self.plans) * len(points) > WORTH_PROCESSES:
            return shared_out(work, points)
        return [work(point) for point in points]

    def moved(self, npv: Floats) -> Floats:
        """Return averages of all plans after a move, measured from the published ones, (plan, …) CNY (R165).

        So few draws err in the change only.

        Parameters
        ----------
        npv : (plan, …, scenario) CNY on these futures
        """
        beside = (slice(None), *[None] * (npv.ndim - 2))
        out: Floats = (npv - self.base[beside]).mean(axis=-1) + self.centre[beside]
        return out

    def mean(self, sample: Floats) -> Estimate:
        """Return the average of a sample on these futures, CNY, as `measured` from what is known."""
        return measured(sample, self.known)

    def _priced(self, case: Case) -> Floats:
        nothing = np.zeros(self.futures.scenarios)
        return np.array([nothing if plan.is_idle else self.futures.npv(case, plan) for plan in self.plans.values()])

    def _one_admitted(self, name: str, values: Values) -> Floats | None:
        try:
            return self.npv(name, values)
        except InputError:
            return None

    def _admitted(self, values: Values) -> Floats | None:
        try:
            return self.all_npv(values)
        except InputError:
            return None


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
