"""Whether a plan keeps its goal's conditions on fresh draws: holds, fails, or not settled by so many draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

import numpy as np
from scipy.stats import binomtest

from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.simulate import VERDICT, simulate
from model.summary import Z95
from model.tails import shortfall
from solvers.goals import Goal, Hurdle, means_of_worst

Verdict = Literal["holds", "fails", "not settled"]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Judged:
    """One condition on fresh draws: what was found, its 95 % interval, what was asked (CNY, or a chance)."""

    condition: Literal["hurdle", "floor", "benchmark"]
    found: float
    low: float
    high: float
    asked: float
    draws: int

    @property
    def verdict(self) -> Verdict:
        """Holds or fails where the whole interval lies on one side of what was asked."""
        if self.low >= self.asked:
            return "holds"
        return "fails" if self.high < self.asked else "not settled"

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.condition == "hurdle":
            told = f"{self.found:.1%} ({self.low:.1%} to {self.high:.1%}), asked {self.asked:.1%}"
            return f"Chance of the hurdle on {self.draws} fresh futures: {told}: {self.verdict}."
        told = f"{self.found / 1e6:.2f} ({self.low / 1e6:.2f} to {self.high / 1e6:.2f}) M CNY"
        if self.condition == "floor":
            asked = f"at least {self.asked / 1e6:.2f}"
            return f"Average of the worst futures on {self.draws} fresh ones: {told}, {asked}: {self.verdict}."
        return f"Smallest lead over today's plan on {self.draws} fresh futures: {told}, at least 0: {self.verdict}."


def judge(case: Case, plan: Plan, goal: Goal, seed: int, scenarios: int) -> list[Judged]:
    """Return each condition of a goal on fresh draws (R141, R142).

    Parameters
    ----------
    seed : of the choice; fresh draws have their own stage
    scenarios : N fresh draws

    Raises
    ------
    InputError : the goal names no plan to be held against, only its results on other draws
    """
    if goal.benchmark and goal.today is None:
        what = "the plan not to fall behind is not known, only its results on the pricing draws"
        raise InputError(Finding("E-GOAL", "benchmark", what, "", "", "name the plan as the goal's `today`"))
    plans = [plan, *([goal.today] if goal.today else [])]
    samples = [outcome.npv for outcome in simulate([case] * len(plans), plans, seed, VERDICT, scenarios)]
    return judged(goal, samples)


def judged(goal: Goal, samples: Sequence[Floats]) -> list[Judged]:
    """Return each condition of a goal on results by future.

    Parameters
    ----------
    samples : (scenario,) CNY of the plan, and of the plan not to fall behind where the goal has one
    """
    found = []
    if goal.hurdle:
        found.append(_hurdle(samples[0], goal.hurdle))
    if goal.floor > -inf:
        edge, below = shortfall(samples[0], goal.tail)
        found.append(_mean("floor", edge - below / goal.tail, goal.floor))
    if goal.benchmark:
        found.append(_benchmark(samples[0], samples[1]))
    return found


def _hurdle(npv: Floats, hurdle: Hurdle) -> Judged:
    """Return the chance with its exact binomial interval (Clopper and Pearson)."""
    count = int(np.count_nonzero(npv >= hurdle.npv))
    ends = binomtest(count, npv.size).proportion_ci(CONFIDENCE, method="exact")
    return Judged("hurdle", count / npv.size, float(ends.low), float(ends.high), hurdle.chance, npv.size)


def _benchmark(npv: Floats, today: Floats) -> Judged:
    """Return the smallest lead of an average of worst futures, with the error of that average (paired influences)."""
    lead = means_of_worst(npv) - means_of_worst(today)
    share = (int(lead.argmin()) + 1) / npv.size
    influence = [edge - below / share for edge, below in (shortfall(npv, share), shortfall(today, share))]
    return _mean("benchmark", influence[0] - influence[1], 0.0)


def _mean(condition: Literal["floor", "benchmark"], sample: Floats, asked: float) -> Judged:
    mean = float(sample.mean())
    half = Z95 * float(sample.std(ddof=1)) / sqrt(sample.size) if sample.size > 1 else 0.0
    return Judged(condition, mean, mean - half, mean + half, asked, sample.size)
