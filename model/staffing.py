"""Seats and the people on them: time to fill, ramp, leaving, refilling, and what they cost (scope: seat)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.draws import Draws
from model.inputs import Case
from model.ledger import Floats, year_of
from model.plans import Career
from model.schema import SEAT_ROWS

Tenure = NDArray[np.int16]
VACANT = -1
YEAR = 12


def lives(case: Case, careers: Sequence[Career], draws: Draws) -> Tenure:
    """Return each seat's tenure by month, −1 while nobody sits on it (R7, R8).

    A seat is ordered in its first month; the person starts after a random whole number of months. Who leaves does
    so at the end of a month and the seat is ordered again at once.

    Parameters
    ----------
    careers : C seats with the months in which they are open
    draws : the block's named draws; a seat's stream does not depend on the other seats

    Returns
    -------
    tenure : (month, career, scenario) whole months since the person started
    """
    months, count, scenarios = case.clock.months, len(careers), draws.scenarios
    tenure = np.full((months, count, scenarios), VACANT, dtype=np.int16)
    if not count:
        return tenure
    leave, fill = _chances(case, careers, draws)
    first = np.array([c.first_month for c in careers])[:, None]
    close = np.array([c.close for c in careers])[:, None]
    state = np.full((count, scenarios), VACANT, dtype=np.int16)
    wait = np.zeros((count, scenarios), dtype=np.int16)
    for month in range(1, months + 1):
        is_open = (month >= first) & (month < close)
        if not is_open.any():
            state[:] = VACANT
            continue
        wait = np.where(first == month, fill[month - 1], wait)
        state = np.where(is_open, _advance(state, wait), VACANT).astype(np.int16)
        tenure[month - 1] = state
        gone = (state >= 0) & (leave[month - 1] < _hazard(case, state))
        wait = np.where(gone, fill[month - 1], wait - 1)
        state = np.where(gone, np.int16(-2), state)
    return tenure


def _advance(state: Tenure, wait: NDArray[np.int16]) -> Tenure:
    """Return next month's tenure: people grow older, a waiting seat is filled when its wait is over."""
    vacant = state < 0
    return np.where(vacant, np.where(wait <= 0, 0, VACANT), state + 1).astype(np.int16)


def _hazard(case: Case, tenure: Tenure) -> Floats:
    staffing = case.staffing
    return np.where(tenure < YEAR, float(staffing.leave_first_year), float(staffing.leave_later))


def _chances(case: Case, careers: Sequence[Career], draws: Draws) -> tuple[Floats, NDArray[np.int16]]:
    """Return (month, career, scenario): the uniforms of leaving and the whole months it takes to fill a seat."""
    months = case.clock.months
    leave = np.stack([draws.uniform(f"{c.key}.leave", months) for c in careers], axis=1)
    waits = [_fill_months(case, c, draws) for c in careers]
    return leave, np.stack(waits, axis=1)


def _fill_months(case: Case, career: Career, draws: Draws) -> NDArray[np.int16]:
    normal = draws.normal(f"{career.key}.fill", case.clock.months)
    median = float(case.roles[career.role].fill_median)
    waits = np.rint(median * np.exp(float(case.staffing.fill_sd) * normal))
    return np.minimum(waits, case.clock.months).astype(np.int16)


def stayers(tenure: Tenure) -> Floats:
    """Return the people of each month who are still on their seat a month later, (month, scenario) (R39).

    Parameters
    ----------
    tenure : (month, career, scenario); nobody leaves with the horizon's last month
    """
    later = np.concatenate([tenure[1:], tenure[-1:] + 1])
    out: Floats = np.add.reduce((tenure >= 0) & (later == tenure + 1), axis=1, dtype=np.float64)
    return out


def speed(case: Case, role: str, tenure: Tenure) -> Floats:
    """Return the share of full working speed by tenure, the mean over each month, 0 while vacant (R9).

    Parameters
    ----------
    tenure : (month, career, scenario)
    """
    ramp = float(case.roles[role].ramp)
    at = np.arange(case.clock.months + 1.0)
    worked = np.where(at < ramp, at**2 / (2.0 * max(ramp, 1e-9)), at - ramp / 2.0)
    out: Floats = np.concatenate([[0.0], np.diff(worked)])[tenure + 1]
    return out


def hours(case: Case, role: str, tenure: Tenure) -> Floats:
    """Return productive hours before coordination, (month, career, scenario) (R9)."""
    return speed(case, role, tenure) * float(case.staffing.productive_hours)


def raises(case: Case) -> Floats:
    """Return pay over its table value by month, raised at the start of each programme year, (month,) (R2)."""
    out: Floats = np.power(1.0 + float(case.staffing.annual_raise), year_of(case.clock.months), dtype=np.float64)
    return out


def wage(case: Case, role: str) -> Floats:
    """Return monthly base pay of one occupied seat, (month,) CNY, raised each programme year (R2)."""
    share = float(case.staffing.base_share) if case.readings.salary_is == "package" else 1.0
    return float(case.roles[role].pay) * share / YEAR * raises(case)


def project_pay(case: Case, role: str) -> Floats:
    """Return the monthly project bonus of one occupied seat, (month,) CNY; none under reading base (R5)."""
    if case.readings.salary_is == "base":
        return np.zeros(case.clock.months)
    return float(case.roles[role].pay) * float(case.staffing.project_share) / YEAR * raises(case)


def on_cost(case: Case, role: str) -> Floats:
    """Return the employer's statutory cost of one occupied seat, (month,) CNY (R3)."""
    staffing = case.staffing
    pay = wage(case, role)
    if staffing.on_cost_on_bonus:
        pay = pay + project_pay(case, role)
    out: Floats = float(staffing.on_cost_rate) * np.minimum(pay, float(staffing.on_cost_cap))
    return out


def fee(case: Case, role: str) -> Floats:
    """Return the hiring fee for one start, (month,) CNY (R4)."""
    return wage(case, role) * (YEAR * float(case.staffing.hiring_fee))


def severance_months(tenure: NDArray[np.int64], rule: str) -> Floats:
    """Return months of pay due to a person whose seat is closed (R6).

    Parameters
    ----------
    tenure : completed months of service
    rule : none | n | n_plus_1; N counts years, from six months on a full one, below half of one
    """
    if rule == "none":
        return np.zeros(tenure.shape)
    rest = tenure % YEAR
    part: Floats = np.select([rest == 0, rest < YEAR // 2], [0.0, 0.5], 1.0)
    return part + tenure // YEAR + (1.0 if rule == "n_plus_1" else 0.0)


def money(case: Case, role: str, careers: Sequence[Career], tenure: Tenure, transition: Floats) -> Floats:
    """Return what the seats of one role cost, (row, month, scenario) CNY in the order of SEAT_ROWS (R2–R6, R10).

    Parameters
    ----------
    careers : C seats, all of `role`
    tenure : (month, career, scenario)
    transition : (month,) share of labour lost to a change of mode
    """
    present = np.add.reduce(tenure >= 0, axis=1, dtype=np.float64)
    started = np.add.reduce(tenure == 0, axis=1, dtype=np.float64)
    out = np.zeros((len(SEAT_ROWS), tenure.shape[0], tenure.shape[2]))
    base, project, cost = wage(case, role), project_pay(case, role), on_cost(case, role)
    for row, rate, heads in (
        (0, base, present),
        (1, project, present),
        (2, cost, present),
        (3, fee(case, role), started),
        (5, transition * (base + project + cost), present),
    ):
        np.multiply(heads, rate[:, None], out=out[row])
    for index, career in enumerate(careers):
        if career.close <= case.clock.months:
            last = career.close - 2
            out[4, last] += _severance(case, float(base[last]), tenure[last, index])
    return out


def _severance(case: Case, pay: float, tenure: Tenure) -> Floats:
    """Return N months of capped pay and, under n_plus_1, one month of pay without the cap (R6)."""
    rule = case.staffing.severance
    served = tenure.astype(np.int64) + 1
    capped = min(pay, float(case.staffing.severance_cap))
    n = severance_months(served, "n")
    due = n * capped + (severance_months(served, rule) - n) * pay
    return np.where((tenure >= 0) & (rule != "none"), due, 0.0)


def approved(case: Case, career: Career) -> Floats:
    """Return the approved cost of an open seat, (row, month) CNY as SEAT_ROWS: no vacancy, one fee (R28)."""
    out = np.zeros((len(SEAT_ROWS), case.clock.months))
    inside = slice(career.first_month - 1, career.close - 1)
    out[0, inside] = wage(case, career.role)[inside]
    out[1, inside] = project_pay(case, career.role)[inside]
    out[2, inside] = on_cost(case, career.role)[inside]
    out[3, career.first_month - 1] = fee(case, career.role)[career.first_month - 1]
    return out
