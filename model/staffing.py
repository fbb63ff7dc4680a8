"""What seats cost and what an open seat is approved to cost: lives, pay, on-cost and severance meet (scope: seat)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.inputs import Case
from model.ledger import Flags, Floats
from model.on_cost import on_cost
from model.pay import courses, cover_pay, fee, flexible_pay, move_terms, project_pay, training_pay, vested, wage
from model.plans import Career
from model.schema import SEAT_ROWS
from model.seat_inputs import MoveTerms
from model.seats import Tenure, here_before
from model.severance import due

AT = {name: index for index, name in enumerate(SEAT_ROWS)}


def money(
    case: Case,
    role: str,
    careers: Sequence[Career],
    tenure: Tenure,
    transition: Floats,
    dismissed: Flags | None = None,
    handover: Floats | None = None,
) -> Floats:
    """Return what the seats of one role cost, (row, month, scenario) CNY in the order of SEAT_ROWS.

    Rules R2–R6, R10, R51, R53–R57, R93 and R130.

    Parameters
    ----------
    careers : C seats, all of `role`
    tenure : (month, career, scenario)
    transition : (month,) share of labour lost to a change of mode
    dismissed : (month, career, scenario) who is asked to leave at the end of a month; None for nobody
    handover : (2, month) 1 while moved posts are staffed twice, and 1 in the month of a change; None for none
    """
    present = np.add.reduce(tenure >= 0, axis=1, dtype=np.float64)
    started = np.add.reduce(tenure == 0, axis=1, dtype=np.float64)
    out = np.zeros((len(SEAT_ROWS), tenure.shape[0], tenure.shape[2]))
    base, project, cost = wage(case, role), project_pay(case, role), on_cost(case, role)
    for row, rate, heads in (
        ("base_pay", base, present),
        ("project_bonus", project, present),
        ("on_cost", cost, present),
        ("hiring_fee", fee(case, role), started),
        ("transition_loss", transition * (base + project + cost), present),
    ):
        np.multiply(heads, rate[:, None], out=out[AT[row]])
    out[AT["training"]] = present * training_pay(case) + started * courses(case, role)
    if handover is not None:
        out[AT["double_staffing"]] = present * handover_cost(case, base, base + project + cost, handover)[:, None]
    _add_stand_ins(case, role, careers, present, out[AT["flexible_pay"]])
    _add_equity(case, role, tenure, out)
    for index, career in enumerate(careers):
        gone = None if dismissed is None else dismissed[:, index]
        _add_closing(case, base, career, tenure[:, index], gone, out)
        _add_moves(case, career, tenure[:, index], transition, out)
    if dismissed is not None:
        _add_exits(case, base, careers, tenure, dismissed, out[AT["severance"]])
    return out


def _add_closing(
    case: Case, base: Floats, career: Career, tenure: Tenure, dismissed: Flags | None, out: Floats
) -> None:
    """Add severance of who sits on a seat in its last month; who moves away with its closing has none (R6, R130)."""
    last = career.close - 2
    if career.close > case.clock.months:
        return
    owed = due(case, float(base[last]), tenure[last])
    if career.close in career.sends:
        owed = np.zeros(owed.shape) if dismissed is None else np.where(dismissed[last], owed, 0.0)
    out[AT["severance"], last] += owed


def _add_moves(case: Case, career: Career, tenure: Tenure, transition: Floats, out: Floats) -> None:
    """Add retraining of who comes by a move or rotates, and put who is on trial on the pay he had (R130).

    Parameters
    ----------
    tenure : (month, scenario) of the career
    """
    for trip in career.trips:
        out[AT["training"], trip.month - 1] += _retrained(case, "rotation", tenure, trip.month)
    if career.source is None:
        return
    out[AT["training"], career.first_month - 1] += _retrained(case, career.kind, tenure, career.first_month)
    rates, moved = _trial_rates(case, career), here_before(career.first_month, tenure)
    for row, rate in rates.items():
        out[AT[row]] += moved * rate[:, None]
    out[AT["transition_loss"]] += moved * (transition * sum(rates.values()))[:, None]


def _retrained(case: Case, kind: str, tenure: Tenure, month: int) -> Floats:
    """Return what retraining costs in the month of a move, (scenario,) CNY, 0 where nobody moves (R130)."""
    out: Floats = here_before(month, tenure)[month - 1] * float(move_terms(case, kind).cost)
    return out


def _trial_rates(case: Case, career: Career) -> dict[str, Floats]:
    """Return pay of the seat left less pay of the seat taken while the trial lasts, (month,) CNY by row (R130)."""
    terms, source, role = move_terms(case, career.kind), career.source, career.role
    lasts = float(terms.trial) if isinstance(terms, MoveTerms) else 0.0
    since = np.arange(1, case.clock.months + 1) - career.first_month
    part = np.where(since >= 0, np.clip(lasts - since, 0.0, 1.0), 0.0)
    old = source.role if source else role
    pairs = (("base_pay", wage), ("project_bonus", project_pay), ("on_cost", on_cost))
    return {row: part * (rate(case, old) - rate(case, role)) for row, rate in pairs}


def handover_cost(case: Case, base: Floats, loaded: Floats, handover: Floats) -> Floats:
    """Return what a change of mode costs per occupied seat beside lost labour, (month,) CNY (R93).

    Parameters
    ----------
    base, loaded : (month,) CNY base pay of the seat, and the same with project bonus and on-cost
    handover : (2, month) 1 while moved posts are staffed twice, and 1 in the month of a change

    Examples
    --------
    800 CNY of labour a month, a fifth of the posts moved for 3 months: 160 a month, 480 in all.
    """
    rules = case.reorganisation
    if rules is None:
        return np.zeros(base.shape)
    doubled = handover[0] * (float(rules.moved) * loaded + float(rules.bonus) * base)
    out: Floats = doubled + handover[1] * (float(rules.moved) * float(rules.transfer))
    return out


def _add_stand_ins(case: Case, role: str, careers: Sequence[Career], present: Floats, row: Floats) -> None:
    """Add flexible labour of occupied seats and interim cover of vacant ones (R55, R56)."""
    flexible, cover = flexible_pay(case, role), cover_pay(case, role)
    if flexible.any():
        row += present * flexible[:, None]
    if cover.any():
        month = np.arange(1, case.clock.months + 1)
        is_open = sum((month >= c.first_month) & (month < c.close) for c in careers) + np.zeros(month.size)
        row += (is_open[:, None] - present) * cover[:, None]


def _add_equity(case: Case, role: str, tenure: Tenure, out: Floats) -> None:
    """Add what vests: a memo of the company and, where the case charges it, the unit's cost (R57)."""
    by_tenure = vested(case, role)
    if case.staffing.equity is None or not by_tenure.any():
        return
    out[AT["equity"]] = np.add.reduce(np.concatenate([[0.0], by_tenure])[tenure + 1], axis=1)
    if case.staffing.equity.equity_is_cost:
        out[AT["equity_charge"]] = out[AT["equity"]]


def _add_exits(
    case: Case, base: Floats, careers: Sequence[Career], tenure: Tenure, dismissed: Flags, row: Floats
) -> None:
    """Add severance of people who are asked to leave while their seat stays open (R6, R51)."""
    for month in np.flatnonzero(dismissed.any(axis=(1, 2))):
        for index, career in enumerate(careers):
            if month != career.close - 2:
                owed = due(case, float(base[month]), tenure[month, index])
                row[month] += np.where(dismissed[month, index], owed, 0.0)


def approved(case: Case, career: Career) -> Floats:
    """Return the approved cost of an open seat, (row, month) CNY as SEAT_ROWS: no vacancy, one fee (R28, R130)."""
    out = np.zeros((len(SEAT_ROWS), case.clock.months))
    inside = slice(career.first_month - 1, career.close - 1)
    for row, rate in (
        ("base_pay", wage(case, career.role)),
        ("project_bonus", project_pay(case, career.role)),
        ("on_cost", on_cost(case, career.role)),
        ("flexible_pay", flexible_pay(case, career.role)),
    ):
        out[AT[row], inside] = rate[inside]
    out[AT["training"], inside] = training_pay(case)
    for month in _searched(career):
        out[AT["training"], month - 1] += courses(case, career.role)
        out[AT["hiring_fee"], month - 1] += fee(case, career.role)[month - 1]
    for trip in career.trips:
        out[AT["training"], trip.month - 1] += float(move_terms(case, "rotation").cost)
    if career.source is not None:
        out[AT["training"], career.first_month - 1] += float(move_terms(case, career.kind).cost)
        for name, rate in _trial_rates(case, career).items():
            out[AT[name], inside] += rate[inside]
    return out


def _searched(career: Career) -> list[int]:
    """Return the months in which a seat is searched for by plan: its opening, and after a move away (R28, R130)."""
    opening = [] if career.source else [career.first_month]
    return opening + [month for month in career.sends if month < career.close]
