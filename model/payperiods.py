"""When a pay rule measures and when it pays: periods, part years, deficits carried forward, draws, hold, clawback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from model.ledger import Floats, fold
from model.paycurves import PayCurve
from model.payrules import rounded
from model.schema import Party

Reset = Literal["period", "never"]
Proration = Literal["none", "edges"]
RATE_UNITS: dict[str, str] = {"CNY/unit": "units", "share": "CNY", "CNY/point": "points", "CNY": "share"}
"""Unit of a rate → unit of the driver and of the thresholds, so that rate × driver is CNY."""


@dataclass(frozen=True)
class PayRule:
    """A pay curve with its driver and its calendar: the one object behind every clause about pay (R35).

    curve : thresholds for one full measure period
    driver : what it looks at, for example volume or revenue of the line
    measure : months over which the driver is summed; payout : months between payments, a divisor of measure
    reset : whether the sum starts again with each measure period; proration : what a short last period does to edges
    carry : whether a loss of one period is set off against later ones (profit share with deficit carry-forward)
    threshold_unit, rate_unit : for example units and CNY/unit
    payer : who pays
    """

    curve: PayCurve
    driver: str
    threshold_unit: str
    rate_unit: str
    payer: Party
    measure: int = 12
    payout: int = 12
    reset: Reset = "period"
    proration: Proration = "edges"
    carry: bool = False

    def __post_init__(self) -> None:
        wanted = RATE_UNITS.get(self.rate_unit)
        if wanted != self.threshold_unit:
            known = ", ".join(f"{rate} over {unit}" for rate, unit in RATE_UNITS.items())
            raise ValueError(f"rates in {self.rate_unit} over thresholds in {self.threshold_unit} are no CNY; {known}")
        if self.payout < 1 or self.measure % self.payout:
            raise ValueError(f"payout every {self.payout} months does not divide a measure period of {self.measure}")
        if self.carry and self.payout != self.measure:
            raise ValueError("a deficit is carried from period to period: payout must equal measure")

    def pay(self, driver: Floats) -> Floats:
        """Return what is paid each month, (month, …) CNY; a payment is what is due so far less what was paid (R35).

        Parameters
        ----------
        driver : (month, …) the driver month by month

        Examples
        --------
        >>> rule = PayRule(PayCurve(0.0, 2.0), "volume", "units", "CNY/unit", "unit", measure=2, payout=2)
        >>> rule.pay(np.array([1.0, 2.0, 4.0])).tolist()
        [0.0, 6.0, 8.0]
        """
        months = len(driver)
        out, total, paid = np.zeros(driver.shape), np.zeros(driver.shape[1:]), np.zeros(driver.shape[1:])
        for month in range(months):
            if month % self.measure == 0 and self.reset == "period":
                total, paid = np.minimum(total, 0.0) if self.carry else np.zeros(total.shape), np.zeros(paid.shape)
            total = total + driver[month]
            if (month + 1) % self.payout == 0 or month == months - 1:
                due = self._due(total, self._part(month, months))
                out[month], paid = due - paid, due
        return out

    def _part(self, month: int, months: int) -> float:
        if self.proration == "none" or self.reset == "never":
            return 1.0
        return min(self.measure, months - month // self.measure * self.measure) / self.measure

    def _due(self, total: Floats, part: float) -> Floats:
        return self.curve.pay(rounded(total / part)) * part


def period_sums(monthly: Floats, length: int) -> Floats:
    """Return sums by blocks of `length` months from month 1, (period, …); the last may be short."""
    return fold(monthly, length, 0)


def period_ends(months: int, length: int, stop: int) -> list[int]:
    """Return the 0-based month in which each period is paid: its last one, or the unit's last when it stops before.

    Examples
    --------
    >>> period_ends(8, 3, 99), period_ends(8, 3, 4)
    ([2, 5, 7], [2, 3, 3])
    """
    last = min(months, stop) - 1
    return [min(start + length - 1, last) for start in range(0, months, length)]


def period_parts(months: int, length: int) -> Floats:
    """Return the share of each period inside the horizon, (period,).

    Examples
    --------
    >>> period_parts(8, 3).tolist()
    [1.0, 1.0, 0.6666666666666666]
    """
    starts = np.arange(0, months, length)
    out: Floats = np.minimum(length, months - starts) / length
    return out


def draws_paid(earned: Floats, draw: Floats | float, recoverable: bool) -> tuple[Floats, Floats]:
    """Return monthly pay and the balance owed under a guaranteed draw, both (month, …) CNY (R36).

    Below the draw the draw is paid; what it adds is owed when recoverable and set off against later earnings above
    the draw. Balance = max(0, balance + draw − earned).

    Parameters
    ----------
    earned : (month, …) CNY earned by results
    draw : (month, …) or one number, CNY guaranteed a month

    Examples
    --------
    >>> pay, balance = draws_paid(np.array([500.0, 700.0, 400.0, 3000.0]), 1000.0, recoverable=True)
    >>> pay.tolist(), balance.tolist()
    ([1000.0, 1000.0, 1000.0, 1600.0], [500.0, 800.0, 1400.0, 0.0])
    """
    guaranteed = np.broadcast_to(np.asarray(draw, dtype=float), earned.shape)
    if not recoverable:
        return np.maximum(earned, guaranteed), np.zeros(earned.shape)
    balance, owed = np.zeros(earned.shape), np.zeros(earned.shape[1:])
    pay = np.zeros(earned.shape)
    for month, (own, least) in enumerate(zip(earned, guaranteed, strict=True)):
        back = np.minimum(owed, np.maximum(own - least, 0.0))
        pay[month] = np.maximum(own, least) - back
        owed = owed - back + np.maximum(least - own, 0.0)
        balance[month] = owed
    return pay, balance


def held_back(earned: Floats, lost: Floats, hold: int, after: int, recovered: Floats | float) -> tuple[Floats, Floats]:
    """Return monthly pay and clawback, both (month, …) CNY, when part of what was earned is lost later (R37).

    Pay is held for `hold` months; what is lost by then is never paid, what is lost after it was paid is clawed back
    as far as it can be recovered. What is still held at the horizon's end is paid in the last month.

    Parameters
    ----------
    earned : (month, …) CNY earned by the sales of each month
    lost : (month, …) share of a month's sales that is cancelled or returned
    hold : months that pay waits; after : months after the sale in which the loss shows
    recovered : (month, …) or one number, share of a clawback that people still present pay back

    Examples
    --------
    >>> pay, back = held_back(np.array([100.0, 0.0, 0.0]), np.array([0.2, 0.0, 0.0]), 0, 2, 0.5)
    >>> pay.tolist(), back.tolist()
    ([100.0, 0.0, 0.0], [0.0, 0.0, 10.0])
    """
    months = len(earned)
    gone = earned * lost
    pay, back = np.zeros(earned.shape), np.zeros(earned.shape)
    due = earned - gone if after <= hold else earned
    for month in range(months):
        pay[min(month + hold, months - 1)] += due[month]
        if after > hold and month + after < months:
            back[month + after] += gone[month]
    return pay, back * recovered
