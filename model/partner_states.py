"""States of a partner under contract, paused, on a plan, under notice, ended, and its rate (scope: line)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.contract_clock import YEAR, growth_of, place_in
from model.inputs import Case
from model.ledger import Flags, Floats, Ints
from model.partner_cards import Cards
from model.partner_events import Events
from model.partner_inputs import Contract, Partner
from model.payrules import rounded


@dataclass
class StateMonth:
    """What the states make of one month, all (partner, option, scenario).

    called : units sold in a month with too many complaints; planning, watched, destroyed, leaked : whether
    """

    called: Floats | None = None
    planning: Flags | None = None
    watched: Flags | None = None
    destroyed: Flags | None = None
    leaked: Flags | None = None


@dataclass(frozen=True)
class Work:
    """What a line's partners did in a month, all (partner, option, scenario).

    clock : months since the contract began, (partner, option, 1 or scenario)
    """

    clock: Ints
    volume: Floats
    complaint: Floats
    nps: Floats
    active: Flags
    signed: Flags


class PartnerStates:
    """States of P partners under O options in S scenarios, stepped month by month (R63, R65, R67, R70, R71).

    Parameters
    ----------
    shape : (partner, option, scenario)
    """

    def __init__(
        self, case: Case, partners: list[Partner], contracts: list[Contract], events: Events, shape: tuple[int, ...]
    ) -> None:
        self.case, self.contracts, self.events = case, contracts, events
        self.rate = np.ones(shape)
        self.paused = np.zeros(shape, dtype=np.bool_)
        self.slump, self.plan, self.notice = (np.zeros(shape, dtype=np.int16) for _ in range(3))
        self.cards = Cards(case, case.scorecard, partners, contracts, shape) if case.scorecard else None
        self.scale = [float(p.target_scale) for p in partners]

    def begin(self, clock: Ints) -> None:
        """Bring the rate up to date at each anniversary of a contract (R67)."""
        life = self.case.contract_life
        if life is None:
            return
        year = (clock > 0) & (place_in(clock, YEAR) == 0)
        if not year.any():
            return
        if life.adjustment:
            self.rate = self.rate * (1.0 + float(life.adjustment) * year)
        renewal = year & (place_in(clock, round(life.term)) == 0)
        if renewal.any():
            self.rate = self.rate * (1.0 + (float(life.renewal_rate) - 1.0) * renewal)

    def close(self, month: int, done: Work, gone: Flags) -> tuple[Flags, StateMonth]:
        """Return who ends with this month, (partner, option, scenario), and what the states made of it.

        Parameters
        ----------
        month : 1…T
        gone : (partner, option, scenario) who ends this month for another reason
        """
        out = StateMonth()
        ending = np.zeros(done.active.shape, dtype=np.bool_)
        self._grade(done, out)
        if self.case.crisis is not None:
            ending |= self._crisis(done, out)
        ending |= self._events(month - 1, done, out)
        ending &= done.active
        if self.case.crisis is not None:
            out.destroyed = (ending | gone) & done.signed
        self._forget(ending | gone)
        return ending, out

    def _grade(self, done: Work, out: StateMonth) -> None:
        """Grade the contract years that close: raise the rate, watch, or start a plan (R65)."""
        if self.cards is None:
            return
        self.cards.month(done.volume, done.nps, done.complaint, done.clock, done.signed)
        rise = float(self.cards.card.commission_raise)
        if rise and self.cards.raises.any():
            self.rate = self.rate * (1.0 + rise * self.cards.raises)
        out.watched = self.cards.watched & done.active

    def _crisis(self, done: Work, out: StateMonth) -> Flags:
        """Step pause, plan and notice; return who ends after notice (R63)."""
        crisis = self.case.crisis
        assert crisis is not None
        over = done.active & (done.complaint > float(crisis.pause_complaint))
        out.called = done.volume * over
        weak = self._weak(done) & ~self.paused
        self.paused = over
        out.planning = (self.plan > 0) & done.active
        leaves = self._notice(weak, crisis.notice_months)
        self.slump += 1
        self.slump *= weak
        starts = self.slump >= crisis.slump_months
        if self.cards is not None:
            starts |= self.cards.poor
        starts &= done.signed
        if starts.any() or self.plan.any():
            starts &= (self.plan == 0) & (self.notice == 0)
            self.plan = np.where(starts, crisis.plan_months, np.maximum(self.plan - 1, 0)).astype(np.int16)
            self.slump *= ~starts
        return leaves

    def _notice(self, weak: Flags, months: int) -> Flags:
        """Give notice to whoever is still weak in the last month of its plan; return who leaves with this month."""
        failed: Flags = (self.plan == 1) & weak
        if not (failed.any() or self.notice.any()):
            return failed
        failed &= self.notice == 0
        leaves: Flags = (self.notice == 1) | (failed & (months == 0))
        self.notice = np.where(failed, months, np.maximum(self.notice - 1, 0)).astype(np.int16)
        return leaves

    def _weak(self, done: Work) -> Flags:
        """Return who sold less than the slump's share of its monthly target, after the contract's grace (R63)."""
        crisis = self.case.crisis
        assert crisis is not None
        share = float(crisis.slump)
        share = share if self.case.readings.performance_60pct == "below" else 1.0 - share
        weak = np.zeros(done.active.shape, dtype=np.bool_)
        for index, contract in enumerate(self.contracts):
            if contract.base_target > 0:
                clock = done.clock[index]
                target = float(contract.base_target) * self.scale[index] / YEAR * growth_of(self.case, contract, clock)
                late = clock >= float(contract.grace)
                weak[index] = done.signed[index] & late & (rounded(done.volume[index]) < share * target)
        return weak

    def _events(self, place: int, done: Work, out: StateMonth) -> Flags:
        """Return who ends by a leak, a merger or an unrenewed term; cut the rates that are cut (R67, R70, R71)."""
        life, events = self.case.contract_life, self.events
        ending = np.zeros(done.active.shape, dtype=np.bool_)
        if events.leak is not None and events.merger is not None:
            out.leaked = done.active & events.leak[place][:, None, :]
            ending |= out.leaked | (done.active & events.merger[place][:, None, :])
        if life is not None and events.cut is not None and events.renewed is not None:
            cut = done.signed & events.cut[place][:, None, :]
            if cut.any():
                self.rate = np.where(cut, self.rate * float(life.cut_rate), self.rate)
            term = round(life.term)
            last = place_in(done.clock, term) == term - 1
            if last.any():
                ending |= done.signed & last & ~events.renewed[:, None, :]
        return ending

    def _forget(self, ending: Flags) -> None:
        if ending.any():
            for state in (self.paused, self.slump, self.plan, self.notice):
                state[ending] = 0
            if self.cards is not None:
                self.cards.forget(ending)


def states_of(
    case: Case, partners: list[Partner], contracts: list[Contract], events: Events | None, shape: tuple[int, ...]
) -> PartnerStates | None:
    """Return the states of a line's partners, or None where the case knows none of them."""
    if events is None or not has_states(case):
        return None
    return PartnerStates(case, partners, contracts, events, shape)


def has_states(case: Case) -> bool:
    """Say whether a case has any section that moves a partner after its start."""
    return any(part is not None for part in (case.crisis, case.scorecard, case.contract_life, case.shocks))
