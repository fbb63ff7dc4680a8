"""What a partner trial of so many users and months is worth before the decision, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RBFInterpolator

from experiments.asking.knowing_sample import Opened, means
from experiments.asking.open_points import STAGE, TRIAL, TRIAL_NUMBERS, drawn
from experiments.running.desk import Desk
from experiments.running.range_law import ends
from model.draws import stream
from model.inputs import Case
from model.ledger import Floats
from model.partner_inputs import Partner
from model.plans import Plan
from solvers.worth import Knowledge, Worth, powers

USERS, MONTHS = (100, 300, 1000, 3000), (1, 3, 6)
"""Sizes of trial that are asked about."""
TRIALS = 4000
"""Trials of each size that are played through."""


@dataclass(frozen=True)
class Tried:
    """A trial at one partner: users asked in all, months, its worth, its cost and what deciding later costs, CNY."""

    partner: str
    users: int
    months: int
    worth: Worth
    cost: float
    waiting: float

    @property
    def net(self) -> float:
        """Worth less cost and waiting."""
        return self.worth.value - self.cost - self.waiting


def trials(at: Desk, plan: Plan, groups: Mapping[str, Opened], seed: int) -> list[Tried]:
    """Return what trials of several sizes are worth; none without a trial in the case or open levels (R182).

    Between the points at which a group of facts was looked at, what plans bring is drawn as a smooth surface.

    Parameters
    ----------
    plan : whose largest partner is tried
    """
    partner, points = trial_partner(at.case, plan), groups.get(TRIAL)
    if at.case.trial is None or partner is None or points is None or points.values.shape[1] <= len(points.numbers) + 1:
        return []
    levels = drawn(points.numbers, TRIALS, seed, "trials")
    surface = RBFInterpolator(_scaled(points, points.values), means(at, points).T)
    brought = surface(_scaled(points, levels)).T
    factors = dict(zip((number.name for number in points.numbers), levels, strict=True))
    best, yearly = max(float(at.centre.max()), 0.0), 1.0 + float(at.case.clock.discount)
    own = (round(float(at.case.trial.users)), at.case.costs.trial_months)
    out = []
    for users, months in sorted({(users, months) for users in USERS for months in MONTHS} | {own}):
        shown = np.concatenate([powers(row) for row in seen(at.case, partner, factors, users, months, seed)])
        worth = Knowledge(brought, {"trial": shown}, seed).of(["trial"])
        waiting = best * (1.0 - yearly ** (-months / 12))
        out.append(Tried(partner.title, users, months, worth, float(at.case.costs.trial) * months, waiting))
    return out


def _scaled(points: Opened, values: Floats) -> Floats:
    """Return values as shares of their ranges, (point, number)."""
    low, high = np.array([ends(number) for number in points.numbers]).T
    out: Floats = ((values.T - low) / (high - low)).copy()
    return out


def trial_partner(case: Case, plan: Plan) -> Partner | None:
    """Return the partner tried: the plan's largest by volume, in a plan without partners the case's.

    Partners of a line that stands for what no named contract explains are nobody to try (R182).
    """
    inside = [name for part in plan.lines.values() for name in part.partners]
    named = [partner for partner in case.partners if case.is_named(partner.id)]
    known = [partner for partner in named if partner.id in inside] or named
    return max(known, key=lambda partner: float(partner.mature_volume)) if known else None


def seen(
    case: Case, partner: Partner, factors: Mapping[str, Floats], users: int, months: int, seed: int
) -> tuple[Floats, ...]:
    """Return what trials show: shares that convert, complain and fail, and the NPS, (trial,) each (R182).

    Months average what moves from month to month, users what differs from user to user.

    Parameters
    ----------
    factors : by key of the number, (trial,) what multiplies the partner's assumed level
    """
    assert case.trial is not None
    count = next(iter(factors.values())).size
    levels = {
        key: float(getattr(partner, key.split(".")[1])) * factors.get(key, np.ones(count)) for key in TRIAL_NUMBERS
    }

    def noise(name: str) -> Floats:
        return stream(seed, STAGE, f"trial.{name}", 0).standard_normal(count)

    def counted(key: str, extra: Floats | float = 0.0) -> Floats:
        chance = np.clip(levels[key] + extra, 0.0, 1.0)
        out: Floats = stream(seed, STAGE, f"trial.{key}", 0).binomial(users, chance) / users
        return out

    spell = float(case.uncertainty.complaint) * noise("spell") / np.sqrt(months)
    mood = float(case.uncertainty.nps) * noise("mood") / np.sqrt(months)
    answers = float(case.trial.answer_spread) * noise("answers") / np.sqrt(users)
    return (
        counted("partners.conversion"),
        counted("partners.complaint", spell),
        counted("partners.failure"),
        levels["partners.nps"] + mood + answers,
    )
