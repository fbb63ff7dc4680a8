"""Partners of one line: trial, demand, service by the line's team, quality, and the end of a contract (scope: line)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from model.contract_clock import contract_clock, growth_of, place_in
from model.draws import Draws
from model.inputs import Case
from model.ledger import Flags, Floats, Ints, year_of
from model.partner_events import Events, partner_events
from model.partner_inputs import Partner
from model.partner_states import StateMonth, Work, has_states, states_of
from model.payrules import rounded
from model.trials import trial_course

FOREVER = 1200
"""Months that no horizon reaches."""


@dataclass(frozen=True)
class LineChance:
    """What chance deals to the P partners of one line in one block of S scenarios.

    demand : (month, partner, scenario) factor on demand; complaint, nps : (month, partner, scenario) noise;
    trial_end : (partner, scenario) months of trial; trial_passed : (partner, scenario)
    lever_use : by lever, (scenario,) uniforms; lever_leave : by lever, (partner, scenario) uniforms
    trend : (scenario,) normals of the line's growth as a channel, None where it is none
    """

    demand: Floats
    complaint: Floats
    nps: Floats
    trial_end: Ints
    trial_passed: Flags
    lever_use: dict[str, Floats] = field(default_factory=dict)
    lever_leave: dict[str, Floats] = field(default_factory=dict)
    trend: Floats | None = None
    events: Events | None = None


@dataclass(frozen=True)
class Changes:
    """What other rules make of one month of a line: factors, each (option, scenario) or one number.

    nps_points : points added to the NPS, (option, 1) or one number
    leaves : (partner, option, scenario) who leaves with this month for another reason than its contract, or None
    """

    demand: Floats | float = 1.0
    unit_hours: Floats | float = 1.0
    partner_hours: Floats | float = 1.0
    complaint: Floats | float = 1.0
    nps: Floats | float = 1.0
    nps_points: Floats | float = 0.0
    leaves: Flags | None = None


UNCHANGED = Changes()


def line_partners(case: Case, line: str) -> list[Partner]:
    """Return the candidates of a line in the order of the case."""
    return [partner for partner in case.partners if partner.line == line]


def line_chance(case: Case, line: str, draws: Draws) -> LineChance:
    """Return the line's chances from the named factors market, line and own (R11, R14, R15, R70, R92, R94)."""
    partners = line_partners(case, line)
    months, laws = case.clock.months, case.uncertainty
    common = _market(case, draws) + float(laws.line) * draws.normal(f"line.{line}.level", 1)
    shape = (len(partners), draws.scenarios)
    demand, complaint, nps = (np.empty((months, *shape)) for _ in range(3))
    trial_end, trial_passed = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.bool_)
    for index, partner in enumerate(partners):
        demand[:, index] = np.exp(common + _own(case, partner, draws))
        complaint[:, index] = float(laws.complaint) * draws.normal(f"partner.{partner.id}.complaint", months)
        nps[:, index] = float(laws.nps) * draws.normal(f"partner.{partner.id}.nps", months)
        trial_end[index], trial_passed[index] = trial_course(case, partner, draws)
    trend = draws.normal(f"line.{line}.trend", 1)[0] if case.lines[line].channel else None
    use = {name: draws.uniform(f"lever.{name}", 1)[0] for name in case.levers}
    leave = {name: _lever_leave(name, partners, draws) for name, lever in case.levers.items() if lever.partner_loss > 0}
    events = _events(case, partners, draws)
    return LineChance(demand, complaint, nps, trial_end, trial_passed, use, leave, trend, events)


def _events(case: Case, partners: list[Partner], draws: Draws) -> Events | None:
    return partner_events(case, partners, draws) if has_states(case) or case.workshops is not None else None


def _lever_leave(lever: str, partners: list[Partner], draws: Draws) -> Floats:
    """Return what decides who leaves over a lever, (partner, scenario) uniforms (R92)."""
    drawn = [draws.uniform(f"lever.{lever}.{partner.id}", 1)[0] for partner in partners]
    return np.array(drawn).reshape(len(partners), draws.scenarios)


def _market(case: Case, draws: Draws) -> Floats:
    """Return the log market factor, (month, scenario): level, yearly random walk and monthly noise."""
    laws = case.uncertainty
    walk = np.cumsum(draws.normal("market.drift", case.years), axis=0) * float(laws.drift)
    level = float(laws.level) * draws.normal("market.level", 1)
    noise = float(laws.market) * draws.normal("market.noise", case.clock.months)
    out: Floats = level + walk[year_of(case.clock.months)] + noise
    return out


def _own(case: Case, partner: Partner, draws: Draws) -> Floats:
    """Return a partner's own log factor, (month, scenario): its level and a stationary AR(1)."""
    laws = case.uncertainty
    memory, months = float(laws.partner_memory), case.clock.months
    shocks = draws.normal(f"partner.{partner.id}.noise", months)
    noise = np.empty_like(shocks)
    noise[0] = shocks[0]
    fresh = np.sqrt(1.0 - memory**2)
    for month in range(1, months):
        noise[month] = memory * noise[month - 1] + fresh * shocks[month]
    level = float(laws.partner) * draws.normal(f"partner.{partner.id}.level", 1)
    out: Floats = level + float(laws.partner_noise) * noise
    return out


def s_curve(case: Case, line: str, months: int) -> Floats:
    """Return the share of mature demand by months since the start, (age,) with age 0 the first month (R12)."""
    part, calibration = case.lines[line], case.calibrations[case.calibration]
    middle, width = float(part.curve_middle) + float(calibration.delay), float(part.curve_width)
    age = np.arange(months)
    if width == 0:
        return (age >= middle).astype(float)
    out: Floats = expit((age - middle) / width)
    return out


@dataclass
class Month:
    """What one month brought, all (partner, option, scenario) unless said.

    age, clock : (partner, option, 1 or scenario) months since the start and since the contract began
    work : (option, scenario) hours; rate : the rate against the one that was signed (R67)
    """

    age: Ints
    clock: Ints
    volume: Floats
    active: Flags
    on_trial: Flags
    ending: Flags
    complaint: Floats
    nps: Floats
    work: Floats
    rate: Floats | None = None
    state: StateMonth | None = None


class LinePaths:
    """The partners of one line under O options at once, stepped month by month.

    Parameters
    ----------
    starts : (partner, option) first month, 0 where the partner is declined; who would start after `stop` never does
    contracts : contract id by partner
    lift : (option,) factor on demand by the way a line is worked
    stop : last month of the unit
    most : (month,) units that owners within reach can ask for, None without limit
    """

    def __init__(
        self,
        case: Case,
        line: str,
        starts: Ints,
        contracts: list[str],
        lift: Floats,
        chance: LineChance,
        stop: int,
        most: Floats | None = None,
    ) -> None:
        self.case, self.line, self.part = case, case.lines[line], line_partners(case, line)
        starts = np.where(starts > stop, 0, starts)
        self.starts, self.chance, self.stop, self.most = starts, chance, stop, most
        self.contracts = [case.contracts[name] for name in contracts]
        self.curve = s_curve(case, line, case.clock.months)
        self.base = self._base(lift)
        self.unit_hours = np.array([float(p.unit_hours) for p in self.part])[:, None, None]
        self.given = np.array([p.id in case.volumes for p in self.part], dtype=np.bool_)[:, None, None]
        shape = (len(self.part), starts.shape[1], chance.demand.shape[2])
        self.alive = np.broadcast_to((starts > 0)[:, :, None], shape).copy()
        self.quarter = np.zeros(shape)
        self.streak = np.zeros(shape, dtype=np.int8)
        self.states = states_of(case, self.part, self.contracts, chance.events, shape)
        self.replaces = case.crisis is not None and case.crisis.replaces
        self.begin = np.broadcast_to(starts[:, :, None], shape).copy() if self.replaces else starts[:, :, None]
        sums = max((c.weak_quarters_to_exit for c in self.contracts), default=0)
        self.sums = np.zeros((sums, *shape)) if case.readings.exit_50pct == "cumulative" else None

    def _base(self, lift: Floats) -> Floats:
        """Return monthly demand at maturity, (partner, option)."""
        factor = float(self.line.demand) * float(self.case.calibrations[self.case.calibration].demand)
        mature = np.array([float(p.mature_volume) for p in self.part])
        out: Floats = (mature * (factor / 12))[:, None] * lift[None, :]
        return out

    def step(self, month: int, capacity: Floats, lead: Floats, changes: Changes = UNCHANGED) -> Month:
        """Return what month `month` brings (R11–R16).

        Parameters
        ----------
        capacity : (option, scenario) hours of the line's team after coordination
        lead : (option, scenario) ramped line lead, at most 1
        """
        age = np.where(self.begin > 0, month - self.begin, -FOREVER)
        active = self.alive & (age >= 0)
        trial_end = self.chance.trial_end[:, None, :]
        clock = contract_clock(self.case, age, trial_end)
        if self.states:
            self.states.begin(clock)
        demand = self._demand(month, age, active, lead, changes)
        partner_hours = float(self.line.partner_hours) * changes.partner_hours
        work = _sum_partners(demand * self.unit_hours) * changes.unit_hours + partner_hours * _sum_partners(active)
        served, overload = self._service(work, capacity)
        volume = np.where(self.given, demand, demand * served)
        out = Month(
            age,
            clock,
            volume,
            active,
            active & (age < trial_end),
            active,
            self._quality("complaint", month, overload, changes.complaint),
            self._quality("nps", month, overload, changes.nps) + changes.nps_points,
            work,
        )
        self._close(month, out, changes)
        return out

    def _close(self, month: int, now: Month, changes: Changes) -> None:
        """Settle who ends with this month and who is replaced (R16, R63, R69)."""
        now.ending = self._ending(month, now.age, now)
        if changes.leaves is not None:
            now.ending |= now.active & changes.leaves
        signed = now.active & ~now.on_trial
        if self.states:
            now.rate = self.states.rate
            done = Work(now.clock, now.volume, now.complaint, now.nps, now.active, signed)
            ends, now.state = self.states.close(month, done, now.ending)
            now.ending = now.ending | ends
        self.alive &= ~now.ending
        crisis = self.case.crisis
        if self.replaces and crisis is not None and now.ending.any():
            begin = month + 1 + crisis.replacement_months
            again = now.ending & signed & (begin <= min(self.stop - 1, self.case.clock.months))
            self.begin = np.where(again, begin, self.begin)
            self.alive |= again
            self.streak[again] = 0
            self.quarter[again] = 0.0
            if self.states:
                self.states.rate = np.where(again, 1.0, self.states.rate)

    def _demand(self, month: int, age: Ints, active: Flags, lead: Floats, changes: Changes) -> Floats:
        """Return what partners are asked for, before service; given volumes replace it (R11, R12, R63, R108)."""
        grown = self.base[:, :, None] * self.curve[np.maximum(age, 0)]
        demand: Floats = grown * self.chance.demand[month - 1][:, None, :]
        demand *= (1.0 + float(self.line.lead_lift) * lead) * changes.demand
        selling = active & ~self.states.paused if self.states else active
        demand *= selling
        self._limit(month, demand)
        for index, partner in enumerate(self.part):
            if partner.id in self.case.volumes:
                demand[index] = self.case.volumes[partner.id][month - 1]
                demand[index] *= selling[index]
        return demand

    def _limit(self, month: int, demand: Floats) -> None:
        """Cut demand, all partners alike, to what owners within reach can ask for (R108)."""
        if self.most is not None:
            total = _sum_partners(demand)
            most = self.most[month - 1]
            demand *= np.divide(most, total, out=np.ones(total.shape), where=total > most)

    def _service(self, work: Floats, capacity: Floats) -> tuple[Floats, Floats]:
        """Return the served share and the overload, both (option, scenario) (R13, R14)."""
        slope = float(self.line.service_slope)
        if slope == 0:
            return np.ones(work.shape), np.zeros(work.shape)
        use = np.divide(work, capacity, out=np.where(work > 0, np.inf, 0.0), where=capacity > 0)
        share = np.divide(capacity, work, out=np.full(work.shape, np.inf), where=work > 0)
        served = 1.0 - np.exp(-slope * share)
        return served, np.clip(use - 1.0, 0.0, float(self.line.overload_most))

    def _quality(self, kind: str, month: int, overload: Floats, change: Floats | float) -> Floats:
        """Return complaints or NPS of the month: level, overload and noise (R14)."""
        noise = getattr(self.chance, kind)[month - 1][:, None, :]
        level = np.array([float(getattr(p, kind)) for p in self.part])[:, None, None] * change
        if kind == "complaint":
            out: Floats = level + float(self.line.complaint_overload) * overload + noise
        else:
            out = level - float(self.line.nps_overload) * overload + noise
        return out

    def _ending(self, month: int, age: Ints, now: Month) -> Flags:
        """Return who ends with this month: a failed trial, weak quarters, or our own stop."""
        last_of_trial = (age + 1) == self.chance.trial_end[:, None, :]
        ending: Flags = now.active & last_of_trial & ~self.chance.trial_passed[:, None, :]
        if month == self.stop:
            return now.active.copy()
        for index, contract in enumerate(self.contracts):
            if contract.base_target > 0:
                ending[index] |= self._weak(index, age[index], now)
        return ending

    def _weak(self, index: int, age: Ints, now: Month) -> Flags:
        """Return which contracts of one partner end for consecutive weak quarters (R16)."""
        contract, scale = self.contracts[index], float(self.part[index].target_scale)
        self.quarter[index] += now.volume[index]
        closes = (age >= 0) & (place_in(age, 3) == 2)
        if not closes.any():
            return np.zeros(now.active[index].shape, dtype=bool)
        yearly = float(contract.base_target) * scale * growth_of(self.case, contract, now.clock[index])
        floor = float(contract.weak_quarter) * yearly / 4
        counts = closes & (age + 1 > float(contract.grace))
        needed = contract.weak_quarters_to_exit
        if self.sums is None:
            weak = rounded(self.quarter[index]) < floor
            self.streak[index] += counts
            self.streak[index] *= weak | ~counts
            due = self.streak[index] >= needed
        else:
            self.streak[index] += counts
            due = (self.streak[index] >= needed) & (self._last_quarters(index, counts, needed) < floor * needed)
        self.quarter[index] *= ~closes
        out: Flags = now.active[index] & counts & due
        return out

    def _last_quarters(self, index: int, counts: Flags, needed: int) -> Floats:
        """Return the volume of the last quarters together, the one that closes among them, (option, scenario)."""
        assert self.sums is not None
        before = self.sums[:needed, index]
        moved = np.concatenate([before[1:], self.quarter[index][None]])
        self.sums[:needed, index] = np.where(counts[None], moved, before)
        return rounded(np.add.reduce(self.sums[:needed, index], axis=0))


def _sum_partners(values: Floats | Flags) -> Floats:
    out: Floats = np.add.reduce(values, axis=0, dtype=np.float64)
    return out
