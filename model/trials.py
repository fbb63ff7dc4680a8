"""The trial before a signature: four criteria measured on so many users, and what follows from those that fail."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from scipy.stats import binom

from model.draws import Draws
from model.inputs import Case
from model.ledger import Flags, Floats, Ints
from model.partner_inputs import Partner, Trial

NEAR = 1e-9
"""A share of users this near to a whole number is that number: 15 % of 300 are 45, whatever the last bit says."""


def least_count(users: float, share: float) -> int:
    """Return the smallest number of users that reaches a share, both signs inclusive (R60).

    Examples
    --------
    >>> least_count(300, 0.15), least_count(301, 0.15)
    (45, 46)
    """
    return ceil(users * share - NEAR)


def most_count(users: float, share: float) -> int:
    """Return the largest number of users that keeps within a share (R60).

    Examples
    --------
    >>> most_count(300, 0.05), most_count(319, 0.05)
    (15, 15)
    """
    return floor(users * share + NEAR)


def counts(users: int, share: float, uniforms: Floats) -> Ints:
    """Return how many of the users it happened to, by inverse distribution, so that more users move no draw (R60).

    Parameters
    ----------
    uniforms : (…) in [0, 1)

    Examples
    --------
    >>> counts(300, 0.15, np.array([0.0, 0.5, 0.999])).tolist()
    [21, 45, 64]
    """
    below = binom.cdf(np.arange(users), users, share)
    out: Ints = np.searchsorted(below, uniforms, side="right").astype(np.int64)
    return out


def failed_criteria(trial: Trial, partner: Partner, draws: Draws, attempt: int) -> Ints:
    """Return how many of the four criteria one trial fails, (scenario,); without chance the true levels decide (R60).

    Parameters
    ----------
    attempt : 0 for the first trial, 1 for its first repetition, …
    """
    if draws.certain:
        failed = np.array(_fails_for_sure(trial, partner), dtype=np.int64)
        return np.full(draws.scenarios, failed.sum())
    users, rows, name = round(trial.users), trial.retries + 1, f"partner.{partner.id}.trial"

    def happened(metric: str) -> Ints:
        return counts(users, float(getattr(partner, metric)), draws.uniform(f"{name}.{metric}", rows)[attempt])

    spread = float(trial.answer_spread) / np.sqrt(users)
    nps = float(partner.nps) + spread * draws.normal(f"{name}.nps", rows)[attempt]
    out: Ints = np.add.reduce(
        [
            happened("conversion") < least_count(users, trial.conversion_least),
            nps < float(trial.nps_least),
            happened("complaint") > most_count(users, trial.complaint_most),
            happened("failure") > most_count(users, trial.failure_most),
        ],
        dtype=np.int64,
    )
    return out


def _fails_for_sure(trial: Trial, partner: Partner) -> list[bool]:
    return [
        partner.conversion < trial.conversion_least - NEAR,
        partner.nps < trial.nps_least - NEAR,
        partner.complaint > trial.complaint_most + NEAR,
        partner.failure > trial.failure_most + NEAR,
    ]


def trial_course(case: Case, partner: Partner, draws: Draws) -> tuple[Ints, Flags]:
    """Return months on trial and whether it was passed, both (scenario,): sign, repeat, or end (R15).

    No failed criterion signs, few of them repeat the trial while it may be repeated, more end it.
    """
    months = np.full(draws.scenarios, case.costs.trial_months, dtype=np.int64)
    passed = np.ones(draws.scenarios, dtype=np.bool_)
    if case.trial is None:
        return months, passed
    few = 1 if case.readings.partial_vs_several == "one_repeats" else 2
    again = passed.copy()
    for attempt in range(case.trial.retries + 1):
        failed = failed_criteria(case.trial, partner, draws, attempt)
        passed = np.where(again, failed == 0, passed)
        again &= (failed > 0) & (failed <= few) & (attempt < case.trial.retries)
        months += again * case.costs.trial_months
    return months, passed
