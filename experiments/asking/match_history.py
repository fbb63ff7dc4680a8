"""Fit the free parameters of a calibration to what is known, and say what the figures hold and what the priors hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from experiments.running.futures import Futures, changed, number_of
from model.case_numbers import Number
from model.inputs import Case
from model.ledger import Floats, revenue
from model.plans import Plan
from model.question_inputs import Fit, Measured, Target
from model.summary import Estimate, chance, full_roi

SCENARIOS = 512
"""Draws that all steps of a fit share."""
STEP = 0.1
"""Step of a derivative in prior standard deviations: quantiles of few draws are not smooth."""
WIDTH = 4.0
"""The bounds of a free parameter are so many prior standard deviations apart."""
MOST_STEPS = 12


@dataclass(frozen=True)
class Fitted:
    """A fitted calibration.

    values : of the free parameters, in the order of the fit
    reached : figure of each target at the fit, in its unit; residuals : log(reached ÷ target) ÷ tolerance
    singular : singular values of the targets' derivatives by prior sd, weighted by tolerance, largest first;
        0 for directions that no target looks at
    prior_share : share of each parameter's prior variance that the targets leave; 1 is held by its prior alone
    correlation : (parameter, parameter) of what is left
    """

    values: tuple[float, ...]
    reached: tuple[float, ...]
    residuals: tuple[float, ...]
    singular: tuple[float, ...]
    prior_share: tuple[float, ...]
    correlation: Floats
    at_bound: tuple[bool, ...]


class History:
    """What plans bring under changed parameters of one calibration, on the same futures.

    Parameters
    ----------
    case : under the calibration that is fitted
    plans : by the names that targets and references use
    """

    def __init__(self, case: Case, fit: Fit, plans: dict[str, Plan], futures: Futures) -> None:
        self.case, self.fit, self.plans, self.futures = case, fit, plans, futures
        self.numbers = [number_of(case, free.key) for free in fit.parameters]
        self.prior = np.array([float(free.prior) for free in fit.parameters])
        ends = [(free.prior.low or 0.0, free.prior.high or 0.0) for free in fit.parameters]
        self.low, self.high = np.array(ends).reshape(-1, 2).T
        self.sd = (self.high - self.low) / WIDTH

    def under(self, values: Sequence[float] | Floats) -> Case:
        """Return the case with the free parameters at some values."""
        return moved(self.case, self.numbers, [float(value) for value in values])

    def reached(self, case: Case) -> Floats:
        """Return the figure of each target under a case, (target,)."""
        books: dict[str, tuple[Floats, Floats]] = {}
        found = []
        for target in self.fit.targets.values():
            if target.plan not in books:
                books[target.plan] = self.book(case, target.plan)
            found.append(figure(measure(books[target.plan], target), target.quantile))
        return np.array(found)

    def book(self, case: Case, plan: str) -> tuple[Floats, Floats]:
        """Return a plan's ledger (row, month, scenario) CNY and its volume (month, scenario) units."""
        months = self.futures.months(case, self.plans[plan])
        volume = np.zeros((case.clock.months, self.futures.scenarios))
        for line in months.volume.values():
            volume += line
        return months.ledger, volume

    def misses(self, scaled: Floats) -> Floats:
        """Return log(reached ÷ target) ÷ tolerance, (target,), at parameters in prior sd from their prior."""
        reached = np.maximum(self.reached(self.under(self.values(scaled))), 1e-9)
        goals = np.array([float(target.figure[1]) for target in self.fit.targets.values()])
        out: Floats = np.log(reached / goals) / np.array([float(t.tolerance) for t in self.fit.targets.values()])
        return out

    def values(self, scaled: Floats) -> Floats:
        """Return parameters from prior standard deviations, inside their bounds."""
        out: Floats = np.clip(self.prior + self.sd * scaled, self.low, self.high)
        return out

    def slopes(self, scaled: Floats) -> Floats:
        """Return the derivatives of the misses by parameter, (target, parameter), taken towards the middle."""
        here, columns = self.misses(scaled), []
        middle = ((self.low + self.high) / 2 - self.prior) / self.sd
        for index in range(len(scaled)):
            step = np.zeros(len(scaled))
            step[index] = STEP if scaled[index] <= middle[index] else -STEP
            columns.append((self.misses(scaled + step) - here) / step[index])
        return np.array(columns).reshape(len(scaled), -1).T


def moved(case: Case, numbers: Sequence[Number], values: Sequence[float]) -> Case:
    """Return the case with several numbers set."""
    for number, value in zip(numbers, values, strict=True):
        case = changed(case, number, value)
    return case


def measure(book: tuple[Floats, Floats], part: Measured) -> Floats:
    """Return what a plan brought in the months of a target or reference, (scenario,) in the unit of its figure."""
    months = slice(part.first_month - 1, part.last_month)
    ledger, volume = book
    kind = part.figure[0]
    if kind == "users":
        users: Floats = volume[months].sum(axis=0)
        return users
    rows: Floats = ledger[:, months].sum(axis=1)
    return revenue(ledger)[months].sum(axis=0) if kind == "revenue" else full_roi(rows)


def figure(sample: Floats, quantile: float | None) -> float:
    """Return a quantile of a sample, or its mean."""
    return float(sample.mean() if quantile is None else np.quantile(sample, quantile))


def fit(history: History) -> Fitted:
    """Return the parameters that come nearest to targets and priors together (least squares on common draws)."""
    low, high = ((end - history.prior) / history.sd for end in (history.low, history.high))
    start = np.clip(np.zeros(len(history.sd)), low + 1e-6, high - 1e-6)
    unit = np.eye(len(start))

    def misses(scaled: Floats) -> Floats:
        out: Floats = np.concatenate([history.misses(scaled), scaled])
        return out

    def slopes_of(scaled: Floats) -> Floats:
        return np.vstack([history.slopes(scaled), unit])

    found = least_squares(misses, start, jac=slopes_of, bounds=(low, high), xtol=1e-3, ftol=1e-4, max_nfev=MOST_STEPS)
    slopes = history.slopes(found.x)
    left = np.linalg.inv(slopes.T @ slopes + unit)
    spread = np.sqrt(np.diag(left))
    near = 1e-3 * (high - low)
    singular = np.zeros(len(start))
    singular[: min(slopes.shape)] = np.linalg.svd(slopes, compute_uv=False)
    return Fitted(
        tuple(map(float, history.values(found.x))),
        tuple(map(float, history.reached(history.under(history.values(found.x))))),
        tuple(map(float, history.misses(found.x))),
        tuple(map(float, singular)),
        tuple(map(float, spread**2)),
        left / np.outer(spread, spread),
        tuple(bool(flag) for flag in (found.x - low < near) | (high - found.x < near)),
    )


def percentile(sample: Floats, value: float) -> Estimate:
    """Return the share of futures at or below a value, with its standard error; undefined returns are left out."""
    return chance(sample[~np.isnan(sample)] <= value)


def width(sample: Floats) -> tuple[float, float]:
    """Return P10 and P90 as multiples of the middle."""
    low, middle, high = np.quantile(sample, (0.1, 0.5, 0.9))
    return float(low / middle), float(high / middle)


def target_quantile(target: Target) -> str:
    """Return which figure of the futures meets a target, in words."""
    return "mean" if target.quantile is None else f"P{100 * target.quantile:g}"
