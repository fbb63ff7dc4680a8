"""What partners pay: the ladder by contract year, quality deductions, fees for ending early (scope: line)."""

from __future__ import annotations

import numpy as np

from model.inputs import Case
from model.ledger import Flags, Floats, Ints
from model.partner_inputs import Contract, Partner
from model.paycurves import blocks
from model.payrules import kept_share, rounded

YEAR = 12


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
        self.ended = np.zeros((options, scenarios), dtype=np.bool_)

    def step(self, month: int, clock: Ints, volume: Floats, trial: Flags, ending: Flags) -> Floats:
        """Return this month's commission, (option, scenario) CNY.

        The account of a contract year is the ladder over the volume so far, its edges cut to the part of the year
        that lies inside the horizon; an early end settles the year with edges cut to the months served.

        Parameters
        ----------
        month : 1…T
        clock : (option, 1 or scenario) months since the contract began, negative before
        volume, trial, ending : (option, scenario)
        """
        signed = np.where(trial, 0.0, volume) if self._trial_apart() else volume
        pay = self._ladder_step(month, clock, signed, ending) if self.edges else signed * self.rates[0]
        total = pay + self._trial_pay(volume, trial)
        self.year_pay = np.where(clock % YEAR == 0, 0.0, self.year_pay) + total
        return total

    def _trial_apart(self) -> bool:
        return self.case.readings.revenue_before_signature != "launch_contracts"

    def _trial_pay(self, volume: Floats, trial: Flags) -> Floats | float:
        if self.case.readings.revenue_before_signature != "trial_commission":
            return 0.0
        return np.where(trial, volume, 0.0) * float(self.contract.trial_rate)

    def _ladder_step(self, month: int, clock: Ints, volume: Floats, ending: Flags) -> Floats:
        resets = self.case.readings.tier_reset == "contract_year"
        fresh = (clock % YEAR == 0) if resets else (clock == 0)
        self.volume = np.where(fresh, 0.0, self.volume) + volume
        self.paid = np.where(fresh, 0.0, self.paid)
        due = np.where(self.ended, self.paid, self._due(self._part(month, clock, resets)))
        if ending.any():
            served = (clock % YEAR + 1) / YEAR if resets else np.ones(clock.shape)
            due = np.where(ending, self._due(np.where(clock >= 0, served, 1.0)), due)
            self.ended |= ending
        pay: Floats = due - self.paid
        self.paid = due
        return pay

    def _part(self, month: int, clock: Ints, resets: bool) -> Floats:
        """Return the share of the contract year inside the horizon, (option, 1 or scenario)."""
        if not resets:
            return np.ones(clock.shape)
        inside = np.minimum(YEAR, self.case.clock.months - month + clock % YEAR + 1)
        return inside / YEAR

    def _due(self, part: Floats) -> Floats:
        """Return what the volume so far is worth when all edges are cut to `part`."""
        return self.ladder.pay(rounded(self.volume / part)) * part

    def deduction(self, pay: Floats, complaint: Floats, nps: Floats) -> Floats:
        """Return what poor quality costs this month, (option, scenario) CNY (R18)."""
        contract = self.contract
        if float(contract.complaint_deduction) == 0.0 and float(contract.nps_deduction) == 0.0:
            return np.zeros(pay.shape)
        kept = kept_share(
            [
                (complaint > float(contract.complaint_limit), float(contract.complaint_deduction)),
                (nps < float(contract.nps_limit), float(contract.nps_deduction)),
            ],
            self.case.readings.quality_stacking,
        )
        return pay * (1.0 - kept)

    def exit_fee(self, trial: Flags, ending: Flags) -> Floats:
        """Return the fee for ending a signed contract ourselves, (option, scenario) CNY (R26)."""
        return np.where(ending & ~trial, self.year_pay * float(self.contract.exit_fee), 0.0)
