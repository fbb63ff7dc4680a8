"""What partners pay: the ladder by contract year, quality deductions, fees for ending early (scope: line)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.contract_clock import YEAR, growth_of, place_in
from model.inputs import Case
from model.ledger import Flags, Floats, Ints
from model.partner_inputs import Contract, Partner
from model.paycurves import blocks
from model.payrules import kept_share, rounded

PERIODS = {"contract_year": YEAR, "calendar_year": YEAR, "quarter": 3, "month": 1}
WINDOWS = {"month": 1, "quarter": 3, "year": YEAR}
"""Months of a ladder's period and of a quality window, by reading."""


class PartnerAccount:
    """One partner's running account with us under O options at once (R17, R18, R26).

    Parameters
    ----------
    partner, contract : whose account
    options, scenarios : O and S
    """

    def __init__(self, case: Case, partner: Partner, contract: Contract, options: int, scenarios: int) -> None:
        self.case, self.contract, self.scale = case, contract, float(partner.target_scale)
        self.edges = tuple(float(edge) * self.scale for edge in contract.edges)
        self.rates = tuple(float(rate) for rate in contract.rates)
        self.ladder = blocks(self.edges, self.rates, float(contract.base_rate), case.readings.tier_reading)
        self.volume = np.zeros((options, scenarios))
        self.paid = np.zeros((options, scenarios))
        self.year_pay = np.zeros((options, scenarios))
        self.last_year = np.zeros((options, scenarios))
        self.seen = np.zeros((2, options, scenarios))
        self.ended = np.zeros((options, scenarios), dtype=np.bool_)

    def step(
        self, month: int, clock: Ints, volume: Floats, trial: Flags, ending: Flags, rate: Floats | float = 1.0
    ) -> Floats:
        """Return this month's commission, (option, scenario) CNY.

        The account of a contract year is the ladder over the volume so far, its edges cut to the part of the year
        that lies inside the horizon; an early end settles the year with edges cut to the months served.

        Parameters
        ----------
        month : 1…T
        clock : (option, 1 or scenario) months since the contract began, negative before
        volume, trial, ending : (option, scenario)
        rate : (option, scenario) the rate against the one that was signed (R67)
        """
        signed = np.where(trial, 0.0, volume) if self._trial_apart() else volume
        pay = self._ladder_step(month, clock, signed, ending) if self.edges else signed * self.rates[0]
        total = (pay + self._trial_pay(volume, trial)) * rate
        fresh = place_in(clock, YEAR) == 0
        if self.case.readings.exit_fee_of == "last_year":
            self.last_year = np.where(fresh, self.year_pay, self.last_year)
        self.year_pay = self.year_pay * ~fresh + total
        return total

    def _trial_apart(self) -> bool:
        return self.case.readings.revenue_before_signature != "launch_contracts"

    def _trial_pay(self, volume: Floats, trial: Flags) -> Floats | float:
        if self.case.readings.revenue_before_signature != "trial_commission":
            return 0.0
        return np.where(trial, volume, 0.0) * float(self.contract.trial_rate)

    def _ladder_step(self, month: int, clock: Ints, volume: Floats, ending: Flags) -> Floats:
        period = _period(self.case, month, clock)
        self.volume = self.volume * ~period.fresh + volume
        self.paid = self.paid * ~period.fresh
        grown = growth_of(self.case, self.contract, clock)
        due = self._due(period.whole * grown)
        if self.ended.any():
            self.ended &= clock != 0
            due = np.where(self.ended, self.paid, due)
        if ending.any():
            due = np.where(ending, self._due(period.served * grown), due)
            self.ended |= ending
        pay: Floats = due - self.paid
        self.paid = due
        return pay

    def _due(self, part: Floats) -> Floats:
        """Return what the volume so far is worth when all edges are cut to `part`."""
        return self.ladder.pay(rounded(self.volume / part)) * part

    def deduction(self, pay: Floats, complaint: Floats, nps: Floats, clock: Ints) -> Floats:
        """Return what poor quality costs this month, (option, scenario) CNY (R18).

        Parameters
        ----------
        pay, complaint, nps : (option, scenario) of this month
        clock : (option, 1 or scenario) months since the contract began
        """
        contract = self.contract
        if float(contract.complaint_deduction) == 0.0 and float(contract.nps_deduction) == 0.0:
            return np.zeros(pay.shape)
        complaint, nps = self._windowed(complaint, nps, clock)
        kept = kept_share(
            [
                (complaint > float(contract.complaint_limit), float(contract.complaint_deduction)),
                (nps < float(contract.nps_limit), float(contract.nps_deduction)),
            ],
            self.case.readings.quality_stacking,
        )
        return pay * (1.0 - kept)

    def _windowed(self, complaint: Floats, nps: Floats, clock: Ints) -> tuple[Floats, Floats]:
        """Return complaints and NPS as means over the window's months so far (R18)."""
        length = WINDOWS[self.case.readings.quality_window]
        if length == 1:
            return complaint, nps
        first = place_in(clock, length) == 0
        self.seen = np.where(first[None], 0.0, self.seen) + np.array([complaint, nps])
        mean = self.seen / (place_in(clock, length) + 1)
        return mean[0], mean[1]

    def exit_fee(self, trial: Flags, ending: Flags) -> Floats:
        """Return the fee for ending a signed contract ourselves, (option, scenario) CNY (R26)."""
        year = self.year_pay if self.case.readings.exit_fee_of == "running_year" else self.last_year
        return np.where(ending & ~trial, year * float(self.contract.exit_fee), 0.0)


@dataclass(frozen=True)
class _Period:
    """Where a month stands in its ladder's period, all (option, 1 or scenario): does it begin, which part of a year it
    will have lasted at the horizon, and which part it has lasted by now."""

    fresh: Flags
    whole: Floats
    served: Floats


def _period(case: Case, month: int, clock: Ints) -> _Period:
    """Return the period of a ladder that a month belongs to (R17)."""
    reading = case.readings.tier_reset
    if reading == "never":
        return _Period(clock == 0, np.ones(clock.shape), np.ones(clock.shape))
    length = PERIODS[reading]
    place = place_in(clock, length)
    fresh = place == 0
    if reading == "calendar_year":
        of_year = case.clock.calendar_months()[month - 1] - 1
        place, fresh = np.full(clock.shape, of_year), (clock == 0) | (of_year == 0)
    months = (np.where(clock >= 0, np.minimum(place, clock), place) if reading == "calendar_year" else place) + 1
    left = np.minimum(length - 1 - place, case.clock.months - month)
    if case.readings.part_periods == "full":
        return _Period(fresh, np.full(clock.shape, length / YEAR), np.full(clock.shape, length / YEAR))
    return _Period(fresh, (months + left) / YEAR, np.where(clock >= 0, months, length) / YEAR)
