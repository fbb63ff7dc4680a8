"""The money of a line's contracts by month, and what each partner has of it: its own side, our dependence on it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np

from model import lifecycle, vat
from model.contracts import PartnerAccount
from model.gates import mixed
from model.inputs import Case
from model.ledger import Floats, Ints
from model.partners import Month, line_partners
from model.schema import LINE_ROWS, ROW, ROWS, SIGNS


class PartnerSides:
    """The partners of one line under one option in S scenarios (R112).

    own : (partner, scenario) CNY that a partner receives less what it pays, over the horizon
    revenue : (partner, year, scenario) CNY that it brings us, deductions and tax off
    at_work : (partner, month, scenario) is it at work, on trial or not (R175)?
    """

    def __init__(self, case: Case, line: str, scenarios: int) -> None:
        self.case, self.life = case, case.lines[line].life
        self.partners = [partner.id for partner in line_partners(case, line)]
        self.own = np.zeros((len(self.partners), scenarios))
        self.revenue = np.zeros((len(self.partners), case.years, scenarios))
        self.at_work = np.zeros((len(self.partners), case.clock.months, scenarios), dtype=np.bool_)
        renewed = self.life is not None and case.readings.revenue_basis == "per_active_user_year"
        self.volume = np.zeros((len(self.partners) if renewed else 0, case.clock.months, scenarios))

    @staticmethod
    def mixed(said: Ints, parts: Sequence[PartnerSides | None]) -> PartnerSides:
        """Return the sides of futures put together by verdict (R132); see `gates.mixed`."""
        first = next(part for part in parts if part is not None)
        out = copy(first)
        out.own = mixed(said, [None if part is None else part.own for part in parts])
        out.revenue = mixed(said, [None if part is None else part.revenue for part in parts])
        out.at_work = mixed(said, [None if part is None else part.at_work for part in parts])
        return out

    def note(self, month: int, name: str, amount: Floats, index: int | slice = slice(None)) -> None:
        """Note a row of one partner, (option, scenario) CNY, or of all, (partner, option, scenario)."""
        row, told = ROWS[ROW[name]], amount[..., 0, :]
        self.own[index] += told * ((row.payee == "partners") - (row.payer == "partners"))
        if name in vat.TAXED_ROWS:
            self.revenue[index, (month - 1) // 12] += SIGNS[ROW[name]] * told

    def sold(self, month: int, volume: Floats) -> None:
        """Keep a month's volume, (partner, option, scenario), where contracts are renewed."""
        if len(self.volume):
            self.volume[:, month - 1] = volume[:, 0]

    def close(self, stop: int) -> None:
        """Add the renewals of each partner's own contracts and take the tax off our revenue (R81, R111)."""
        if self.life is not None:
            for index, sold in enumerate(self.volume):
                monthly = lifecycle.renewal_money(self.life, sold)
                monthly[stop:] = 0.0
                for month, amount in enumerate(monthly, start=1):
                    self.note(month, "renewal", amount[None], index)
        self.revenue *= 1.0 - vat.inside(self.case)


def book_contracts(
    case: Case,
    accounts: Sequence[PartnerAccount],
    month: int,
    now: Month,
    stop: int,
    rows: Floats,
    sides: PartnerSides | None,
) -> None:
    """Book a month of all contracts, and note each partner's own part where that is asked (R17, R112).

    Parameters
    ----------
    rows : (row, option, scenario) CNY of the month in the order of LINE_ROWS
    """
    for index, account in enumerate(accounts):
        for name, amount in _commission(case, account, index, month, now, stop).items():
            rows[LINE_ROWS.index(name)] += amount
            if sides is not None:
                sides.note(month, name, amount, index)
    if sides is not None:
        sides.sold(month, now.volume)
        sides.at_work[:, month - 1] = now.active[:, 0]


def _commission(
    case: Case, account: PartnerAccount, index: int, month: int, now: Month, stop: int
) -> dict[str, Floats]:
    """Return one partner's commission, deduction and exit fee of one month by row, (option, scenario) CNY.

    Rules R17, R18 and R26, in both directions of R62.
    """
    clock = now.clock[index]
    rate = 1.0 if now.rate is None else now.rate[index]
    pay = account.step(month, clock, now.volume[index], now.on_trial[index], now.ending[index], rate)
    lost = account.deduction(pay, now.complaint[index], now.nps[index], clock)
    booked = {"commission": pay, "quality_deduction": lost}
    if case.readings.commission_payer == "cost":
        booked = {"commission_paid": pay - lost}
    if month == stop:
        booked["exit_fee"] = account.exit_fee(now.on_trial[index], now.ending[index])
    return booked
