"""What an occupied seat is paid by month: base, project bonus, raises, flexible labour, hiring fee, training."""

from __future__ import annotations

import numpy as np

from model.inputs import Case
from model.ledger import Floats, year_of
from model.seat_inputs import MoveTerms, RotationTerms

YEAR = 12


def raises(case: Case, role: str) -> Floats:
    """Return pay over its table value by month, (month,): yearly raise and market reviews (R2, R56)."""
    months, own = case.clock.months, case.roles[role].annual_raise
    rate = float(case.staffing.annual_raise if own is None else own)
    out: Floats = np.power(1.0 + rate, year_of(months), dtype=np.float64)
    review = case.staffing.market_review
    if review is None:
        return out
    steps = np.arange(months) // review.every
    reviewed: Floats = out * np.power(1.0 + float(review.raised), steps, dtype=np.float64)
    return reviewed


def wage(case: Case, role: str) -> Floats:
    """Return monthly base pay of one occupied seat, (month,) CNY, raised each programme year (R2, R56)."""
    share = float(case.staffing.base_share) if case.readings.salary_is == "package" else 1.0
    return float(case.roles[role].pay) * share / YEAR * raises(case, role) * _own_part(case, role)


def project_pay(case: Case, role: str) -> Floats:
    """Return the monthly project bonus of one occupied seat, (month,) CNY; none under reading base (R5)."""
    if case.readings.salary_is == "base":
        return np.zeros(case.clock.months)
    full = float(case.roles[role].pay) * float(case.staffing.project_share) / YEAR
    return full * raises(case, role) * _own_part(case, role)


def _own_part(case: Case, role: str) -> float:
    """Return the part of a post that its own person fills: part time, less what is flexible labour (R56)."""
    terms = case.roles[role].employment
    return float(terms.time) * (1.0 - float(terms.flexible)) if terms else 1.0


def called(case: Case, role: str) -> Floats:
    """Return which share of the flexible part is called, (month,), by calendar month (R56)."""
    terms = case.roles[role].employment
    if terms is None:
        return np.zeros(case.clock.months)
    called: Floats = np.array([float(share) for share in terms.called])
    out: Floats = called[np.array(case.clock.calendar_months()) - 1]
    return out


def flexible_pay(case: Case, role: str) -> Floats:
    """Return what flexible labour of one occupied seat costs, (month,) CNY (R56)."""
    terms = case.roles[role].employment
    if terms is None or not terms.flexible:
        return np.zeros(case.clock.months)
    share = float(case.staffing.base_share) + float(case.staffing.project_share)
    full = float(case.roles[role].pay) * (share if case.readings.salary_is == "package" else 1.0) / YEAR
    part = float(terms.time) * float(terms.flexible) * float(terms.price)
    return full * part * raises(case, role) * called(case, role)


def cover_pay(case: Case, role: str) -> Floats:
    """Return what interim cover of one open but vacant seat costs, (month,) CNY (R55)."""
    share = case.roles[role].cover
    return wage(case, role) * (0.0 if share is None else float(share))


def fee(case: Case, role: str) -> Floats:
    """Return the hiring fee for one start, (month,) CNY, by the mix of channels (R4, R54)."""
    factor, cash = 1.0, 0.0
    if channels := case.staffing.channels.values():
        factor = sum(float(channel.share) * float(channel.fee) for channel in channels)
        cash = sum(float(channel.share) * float(channel.cash) for channel in channels)
    return wage(case, role) * (YEAR * float(case.staffing.hiring_fee) * factor) + cash


def training_pay(case: Case) -> float:
    """Return training and non-money incentives per head and month, CNY (R50, R54)."""
    training, attrition = case.staffing.training, case.staffing.attrition
    yearly = float(training.cost) if training else 0.0
    return yearly / YEAR + (float(attrition.care_cost) if attrition else 0.0)


def courses(case: Case, role: str) -> float:
    """Return what the courses of one person who starts cost on average, CNY (R55)."""
    return sum(float(skill.trained) * float(skill.course) for skill in case.staffing.skills if skill.role == role)


def vested(case: Case, role: str) -> Floats:
    """Return what vests at tenure 0…T − 1 to one head of a role, (tenure,) CNY (R57)."""
    rule, tenure = case.staffing.equity, np.arange(case.clock.months)
    if rule is None or role not in rule.grant:
        return np.zeros(case.clock.months)
    whole, inside = float(rule.grant[role]) * float(rule.valuation), tenure < YEAR * rule.years
    if rule.vesting == "monthly":
        return np.where(inside, whole / (YEAR * rule.years), 0.0)
    return np.where(inside & ((tenure + 1) % YEAR == 0), whole / rule.years, 0.0)


def move_terms(case: Case, kind: str) -> MoveTerms | RotationTerms:
    """Return the terms of a planned move of a kind: promotion, transfer or rotation (R130)."""
    terms: dict[str, MoveTerms | RotationTerms] = dict(case.staffing.moves or ())
    return terms[kind]
