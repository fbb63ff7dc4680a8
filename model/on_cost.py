"""The employer's statutory cost of a month's pay: one rate and cap, or the funds of a city (scope: seat)."""

from __future__ import annotations

import numpy as np

from model.inputs import Case
from model.ledger import Floats
from model.pay import project_pay, wage
from model.seat_inputs import CityCost, Fund, calendar


def on_cost(case: Case, role: str) -> Floats:
    """Return the employer's statutory cost of one occupied seat, (month,) CNY (R3, R53)."""
    staffing = case.staffing
    pay = wage(case, role)
    if staffing.on_cost_on_bonus:
        pay = pay + project_pay(case, role)
    if staffing.on_cost_city is not None:
        return city_cost(staffing.on_cost_city, case.clock.start, pay)
    out: Floats = float(staffing.on_cost_rate or 0.0) * np.minimum(pay, float(staffing.on_cost_cap or 0.0))
    return out


def city_cost(city: CityCost, start: str, pay: Floats) -> Floats:
    """Return Σ rate × clip(pay, floor, cap) over the city's funds in force, (month,) CNY (R53).

    Parameters
    ----------
    start : first calendar month, YYYY-MM
    pay : (month,) CNY; no pay, no on-cost
    """
    out = np.zeros(pay.shape)
    labels = calendar(start, pay.size)
    for name in dict.fromkeys(fund.fund for fund in city.funds):
        rate, floor, cap = _in_force([fund for fund in city.funds if fund.fund == name], labels)
        out += rate * np.minimum(np.maximum(pay, floor), cap)
    return np.where(pay > 0, out, 0.0)


def _in_force(rows: list[Fund], labels: list[str]) -> Floats:
    """Return rate, floor and cap of a fund, (3, month), of the last row that has begun or else the first."""
    order = sorted(rows, key=_begins)
    terms = np.array([(float(row.rate), float(row.floor), float(row.cap)) for row in order])
    begun = np.searchsorted(np.array([row.valid_from for row in order]), np.array(labels), side="right") - 1
    out: Floats = terms[np.maximum(begun, 0)].T
    return out


def _begins(row: Fund) -> str:
    return row.valid_from


def bonus_rate(case: Case) -> float:
    """Return the statutory cost on a yuan of annual bonus; caps are not known by then (R3, R53)."""
    staffing = case.staffing
    if not staffing.on_cost_on_bonus:
        return 0.0
    if staffing.on_cost_city is None:
        return float(staffing.on_cost_rate or 0.0)
    newest = {row.fund: row for row in sorted(staffing.on_cost_city.funds, key=_begins)}
    return sum(float(row.rate) for row in newest.values())


def without_on_cost(case: Case) -> Case:
    """Return the case with no on-cost at all."""
    rules = case.staffing
    if rules.on_cost_city is not None:
        free = rules.model_copy(update={"on_cost_city": rules.on_cost_city.model_copy(update={"funds": ()})})
    else:
        free = rules.model_copy(update={"on_cost_rate": type(rules.on_cost_rate)(0.0)} if rules.on_cost_rate else {})
    return case.model_copy(update={"staffing": free})


def told(case: Case) -> str:
    """Return the on-cost of a case in words."""
    rules = case.staffing
    if rules.on_cost_city is None:
        return f"{float(rules.on_cost_rate or 0):.0%} of monthly pay up to {float(rules.on_cost_cap or 0):,.0f} CNY"
    rate = sum(float(fund.rate) for fund in rules.on_cost_city.funds)
    caps = sorted({float(fund.cap) for fund in rules.on_cost_city.funds})
    span = f"{caps[0]:,.0f}" if len(caps) == 1 else f"{caps[0]:,.0f} to {caps[-1]:,.0f}" if caps else "nothing"
    return f"{rules.on_cost_city.city}: {rate:.1%} of monthly pay up to {span} CNY"
