"""Partners of one line: trial, demand, service by the line's team, quality, and the end of a contract (scope: line)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from model.draws import Draws
from model.inputs import Case
from model.ledger import Flags, Floats, Ints, year_of
from model.partner_inputs import Partner
from model.payrules import rounded
from model.trials import trial_course

FOREVER = 10**6


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


@dataclass(frozen=True)
class Changes:
    """What other rules make of one month of a line: factors, each (option, scenario) or one number.

    leaves : (partner, option, scenario) who leaves with this month for another reason than its contract, or None
    """

    demand: Floats | float = 1.0
    unit_hours: Floats | float = 1.0
    partner_hours: Floats | float = 1.0
    complaint: Floats | float = 1.0
    nps: Floats | float = 1.0
    leaves: Flags | None = None


UNCHANGED = Changes()


def line_partners(case: Case, line: str) -> list[Partner]:
    """Return the candidates of a line in the order of the case."""
    return [partner for partner in case.partners if partner.line == line]


def line_chance(case: Case, line: str, draws: Draws) -> LineChance:
    """Return the line's chances from the named factors market, line and own (R11, R14, R15)."""
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
    return LineChance(demand, complaint, nps, trial_end, trial_passed, use, leave, trend)


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

    work, capacity : (option, scenario) hours; age : (partner, option) months since the start
    """

    age: Ints
    volume: Floats
    active: Flags
    on_trial: Flags
    ending: Flags
    complaint: Floats
    nps: Floats
    work: Floats
    capacity: Floats


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
        age = np.where(self.starts > 0, month - self.starts, -FOREVER)
        active = self.alive & (age >= 0)[:, :, None]
        demand = self._demand(month, age, active, lead, changes)
        partner_hours = float(self.line.partner_hours) * changes.partner_hours
        work = _sum_partners(demand * self.unit_hours) * changes.unit_hours + partner_hours * _sum_partners(active)
        served, overload = self._service(work, capacity)
        volume = np.where(self.given, demand, demand * served)
        trial_end = self.chance.trial_end[:, None, :]
        on_trial = active & (age[:, :, None] < trial_end)
        out = Month(
            age,
            volume,
            active,
            on_trial,
            active,
            self._quality("complaint", month, overload, changes.complaint),
            self._quality("nps", month, overload, changes.nps),
            work,
            capacity,
        )
        out.ending = self._ending(month, age, out)
        if changes.leaves is not None:
            out.ending |= active & changes.leaves
        self.alive &= ~out.ending
        return out

    def _demand(self, month: int, age: Ints, active: Flags, lead: Floats, changes: Changes) -> Floats:
        grown = self.base * self.curve[np.maximum(age, 0)]
        demand: Floats = grown[:, :, None] * self.chance.demand[month - 1][:, None, :]
        demand *= (1.0 + float(self.line.lead_lift) * lead) * changes.demand
        demand *= active
        self._limit(month, demand)
        for index, partner in enumerate(self.part):
            if partner.id in self.case.volumes:
                demand[index] = self.case.volumes[partner.id][month - 1]
                demand[index] *= active[index]
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
        noise = getattr(self.chance, kind)[month - 1][:, None, :]
        level = np.array([float(getattr(p, kind)) for p in self.part])[:, None, None] * change
        if kind == "complaint":
            out: Floats = level + float(self.line.complaint_overload) * overload + noise
        else:
            out = level - float(self.line.nps_overload) * overload + noise
        return out

    def _ending(self, month: int, age: Ints, now: Month) -> Flags:
        """Return who ends with this month: a failed trial, weak quarters, or our own stop."""
        last_of_trial = (age[:, :, None] + 1) == self.chance.trial_end[:, None, :]
        ending: Flags = now.active & last_of_trial & ~self.chance.trial_passed[:, None, :]
        if month == self.stop:
            return now.active
        for index, contract in enumerate(self.contracts):
            if contract.base_target > 0:
                ending[index] |= self._weak(index, age[index], now)
        return ending

    def _weak(self, index: int, age: Ints, now: Month) -> Flags:
        """Return which contracts of one partner end for consecutive weak quarters (R16)."""
        contract, scale = self.contracts[index], float(self.part[index].target_scale)
        self.quarter[index] += now.volume[index]
        closes = (age >= 0) & ((age + 1) % 3 == 0)
        if not closes.any():
            return np.zeros(now.active[index].shape, dtype=bool)
        floor = float(contract.weak_quarter) * float(contract.base_target) * scale / 4
        counts = (closes & (age + 1 > float(contract.grace)))[:, None]
        weak = rounded(self.quarter[index]) < floor
        self.streak[index] = np.where(counts, np.where(weak, self.streak[index] + 1, 0), self.streak[index])
        self.quarter[index] = np.where(closes[:, None], 0.0, self.quarter[index])
        out: Flags = now.active[index] & counts & (self.streak[index] >= contract.weak_quarters_to_exit)
        return out


def _sum_partners(values: Floats | Flags) -> Floats:
    out: Floats = np.add.reduce(values, axis=0, dtype=np.float64)
    return out
