"""How fast a person works: the way to full speed, experience tiers, part time (scope: seat)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.inputs import Case
from model.ledger import Floats
from model.pay import called, move_terms
from model.plans import Career, Trip
from model.seats import Tenure, here_before

LOGIT_95 = float(np.log(19.0))


def speed(case: Case, role: str, tenure: Tenure, careers: Sequence[Career] = ()) -> Floats:
    """Return the share of full working speed by tenure, the mean over each month, 0 while vacant (R9, R52, R130).

    Parameters
    ----------
    tenure : (month, career, scenario)
    careers : the seats; who opens one by a move is ramped anew from the share kept
    """
    out: Floats = np.concatenate([[0.0], _curve(case, role) * _tier(case)])[tenure + 1]
    for index, career in enumerate(careers):
        if career.source is not None:
            own, kept = tenure[:, index], float(move_terms(case, career.kind).kept)
            moved = _moved_speed(case, role, career.first_month, kept, own)
            out[:, index] = np.where(here_before(career.first_month, own), moved, out[:, index])
    return out


def _curve(case: Case, role: str) -> Floats:
    """Return the way to full speed at tenure 0…T − 1, (tenure,)."""
    at = np.arange(case.clock.months + 1.0)
    rule, ramp = case.staffing.ramp, ramp_months(case, role)
    shape = rule.shape if rule else "linear"
    out: Floats = np.diff(_worked_logistic(at, ramp) if shape == "logistic" else _worked_linear(at, ramp))
    return out


def _tier(case: Case) -> Floats:
    """Return the factor of experience at tenure 0…T − 1, (tenure,)."""
    rule, tenure = case.staffing.ramp, np.arange(case.clock.months)
    if rule is None:
        return np.ones(tenure.size)
    tier = np.searchsorted([float(edge) for edge in rule.tier_from], tenure, side="right") - 1
    out: Floats = np.array([float(factor) for factor in rule.tier_speed])[tier]
    return out


def _moved_speed(case: Case, role: str, first_month: int, kept: float, tenure: Tenure) -> Floats:
    """Return the speed of who works for a role since a month, (month, scenario), experience by service (R130)."""
    since = np.maximum(np.arange(1, case.clock.months + 1) - first_month, 0)
    anew = kept + (1.0 - kept) * _curve(case, role)[since]
    out: Floats = anew[:, None] * np.concatenate([[0.0], _tier(case)])[tenure + 1]
    return out


def trip_share(case: Case, trip: Trip) -> Floats:
    """Return which part of each month a rotation takes, (month,) (R130)."""
    since = np.arange(1, case.clock.months + 1) - trip.month
    lasts = float(case.staffing.moves.rotation.months) if case.staffing.moves else 0.0
    return np.where(since >= 0, np.clip(lasts - since, 0.0, 1.0), 0.0)


def visiting_hours(case: Case, role: str, trip: Trip, tenure: Tenure) -> Floats:
    """Return the hours that who rotates works for another role, before coordination, (month, scenario) (R130).

    Parameters
    ----------
    tenure : (month, scenario) of the person's own seat
    """
    moved = _moved_speed(case, role, trip.month, float(move_terms(case, "rotation").kept), tenure)
    monthly = nominal_hours(case, role) * trip_share(case, trip)
    out: Floats = here_before(trip.month, tenure) * moved * monthly[:, None]
    return out


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


def hours(case: Case, role: str, tenure: Tenure, careers: Sequence[Career] = ()) -> Floats:
    """Return productive hours before coordination, (month, career, scenario), less rotations (R9, R130)."""
    worked = speed(case, role, tenure, careers)
    for index, career in enumerate(careers):
        for trip in career.trips:
            worked[:, index] *= 1.0 - here_before(trip.month, tenure[:, index]) * trip_share(case, trip)[:, None]
    if case.roles[role].employment is None:
        return worked * float(case.staffing.productive_hours)
    return worked * nominal_hours(case, role)[:, None, None]
