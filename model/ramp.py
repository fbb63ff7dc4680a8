"""How fast a person works: the way to full speed, experience tiers, part time (scope: seat)."""

from __future__ import annotations

import numpy as np

from model.inputs import Case
from model.ledger import Floats
from model.pay import called
from model.seats import Tenure

LOGIT_95 = float(np.log(19.0))


def speed(case: Case, role: str, tenure: Tenure) -> Floats:
    """Return the share of full working speed by tenure, the mean over each month, 0 while vacant (R9, R52).

    Parameters
    ----------
    tenure : (month, career, scenario)
    """
    out: Floats = np.concatenate([[0.0], _by_tenure(case, role)])[tenure + 1]
    return out


def _by_tenure(case: Case, role: str) -> Floats:
    """Return speed at tenure 0…T − 1, (tenure,)."""
    at = np.arange(case.clock.months + 1.0)
    rule, ramp = case.staffing.ramp, ramp_months(case, role)
    shape = rule.shape if rule else "linear"
    out: Floats = np.diff(_worked_logistic(at, ramp) if shape == "logistic" else _worked_linear(at, ramp))
    if rule is None:
        return out
    tier = np.searchsorted([float(edge) for edge in rule.tier_from], at[:-1], side="right") - 1
    tiered: Floats = out * np.array([float(factor) for factor in rule.tier_speed])[tier]
    return tiered


def ramp_months(case: Case, role: str) -> float:
    """Return the role's ramp, months, shortened by training (R9, R54)."""
    training = case.staffing.training
    cut = float(training.ramp_cut) * float(training.completion) if training else 0.0
    return float(case.roles[role].ramp) * (1.0 - cut)


def _worked_linear(at: Floats, ramp: float) -> Floats:
    return np.where(at < ramp, at**2 / (2.0 * max(ramp, 1e-9)), at - ramp / 2.0)


def _worked_logistic(at: Floats, ramp: float) -> Floats:
    """Return the integral of a logistic curve from 5 % at 0 to 95 % at the ramp."""
    if ramp <= 0:
        return at
    steep = 2.0 * LOGIT_95 / ramp
    out: Floats = np.logaddexp(0.0, steep * (at - ramp / 2.0)) / steep
    return out


def nominal_hours(case: Case, role: str) -> Floats:
    """Return the productive hours of one fully ramped head, (month,), part time and called labour counted (R9, R56)."""
    hours = np.full(case.clock.months, float(case.staffing.productive_hours))
    terms = case.roles[role].employment
    if terms is None:
        return hours
    fixed = 1.0 - float(terms.flexible)
    return hours * float(terms.time) * (fixed + float(terms.flexible) * called(case, role))


def hours(case: Case, role: str, tenure: Tenure) -> Floats:
    """Return productive hours before coordination, (month, career, scenario) (R9)."""
    worked = speed(case, role, tenure)
    if case.roles[role].employment is None:
        return worked * float(case.staffing.productive_hours)
    return worked * nominal_hours(case, role)[:, None, None]
