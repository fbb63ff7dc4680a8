"""Where the four business rooms meet: a seat, a line and the unit, each rule receiving only the arrays of its scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model import (
    channels,
    incentives,
    levers,
    lifecycle,
    line_changes,
    market,
    on_cost,
    orders,
    pay,
    ramp,
    schemes,
    seats,
    staffing,
    vat,
)
from model.collection import collected
from model.contracts import PartnerAccount
from model.cost_inputs import Step
from model.draws import Draws
from model.gates import Tally
from model.inputs import Case
from model.ledger import Floats, Ints, by_year, fold, revenue, signed
from model.line_inputs import Way
from model.line_results import LineQuality, LineTeam, results_of, team_of
from model.organisation import Organisation
from model.partner_care import LineCare, interface_shares
from model.partner_sides import PartnerSides, book_contracts
from model.partners import LineChance, LinePaths, Month, line_partners
from model.plans import Career, LinePlan, Trip
from model.schema import LINE_ROWS, REVENUE_ROWS, ROW, ROW_NAMES, SEAT_ROWS, STANDING_ROWS

QUARTER = 3


@dataclass(frozen=True)
class SeatTerms:
    """What seats of one role cost and give: rows (row, month, scenario) CNY in the order of SEAT_ROWS,
    hours (month, scenario) productive hours after coordination, present (month, scenario) heads, stayed the part of
    them still there a month later."""

    rows: Floats
    hours: Floats
    present: Floats
    stayed: Floats


def seat_terms(
    case: Case,
    role: str,
    careers: Sequence[Career],
    draws: Draws,
    org: Organisation,
    guests: Sequence[tuple[Career, Trip]] = (),
) -> SeatTerms:
    """Return the sum over seats of one role (scope: seat, R2–R10, R130).

    Parameters
    ----------
    careers : the seats, all of `role`
    draws : S scenarios
    guests : seats of other teams whose person works for these for a while
    """
    tenure = seats.lives(case, careers, draws, org.unrest)
    worked = np.add.reduce(ramp.hours(case, role, tenure, careers), axis=1)
    for guest, trip in guests:
        worked += ramp.visiting_hours(case, role, trip, seats.lives(case, [guest], draws, org.unrest)[:, 0])
    present = np.add.reduce(tenure >= 0, axis=1, dtype=np.float64)
    dismissed = seats.dismissals(case, careers, tenure, draws)
    rows = staffing.money(case, role, careers, tenure, org.transition, dismissed, org.handover)
    return SeatTerms(rows, worked * org.coordination[:, None], present, seats.stayers(tenure, careers))


def line_team(months: int, terms: Sequence[SeatTerms], size: int) -> LineTeam:
    """Return the team of one line under one option from the terms of its roles, (month, 1, scenario)."""
    heads, base, stayed = (np.zeros((months, 1, size)) for _ in range(3))
    for part in terms:
        heads[:, 0] += part.present
        base[:, 0] += part.rows[SEAT_ROWS.index("base_pay")]
        stayed[:, 0] += part.stayed
    return team_of(heads, base, stayed)


def lead_presence(case: Case, hours: Floats, org: Organisation) -> Floats:
    """Return how much of a ramped line lead is present, (month, …), from hours after coordination (R11)."""
    full = (float(case.staffing.productive_hours) * org.coordination).reshape(-1, *[1] * (hours.ndim - 1))
    return np.divide(hours, full, out=np.zeros(hours.shape), where=full > 0)


@dataclass(frozen=True)
class Options:
    """O options of one line that share their contracts.

    starts : (partner, option) first month, 0 = declined; contracts : id by partner; ways : id by option
    """

    starts: Ints
    contracts: tuple[str, ...]
    ways: tuple[str, ...]


def options_of(case: Case, line: str, plans: Sequence[LinePlan]) -> Options:
    """Return line plans as the arrays the line's rules take; their contracts must agree partner by partner."""
    partners = line_partners(case, line)
    starts = [[plan.partners[p.id].start if p.id in plan.partners else 0 for plan in plans] for p in partners]
    chosen = [
        {plan.partners[p.id].contract for plan in plans if p.id in plan.partners} or {p.contract} for p in partners
    ]
    contracts = tuple(sorted(names)[0] for names in chosen)
    shape = (len(partners), len(plans))
    return Options(np.array(starts, dtype=np.int64).reshape(shape), contracts, tuple(plan.way for plan in plans))


@dataclass(frozen=True)
class LineTerms:
    """What O options of a line earn, cost and ask of the shared roles.

    rows : (row, month, option, scenario) CNY in the order of LINE_ROWS
    work : (role, quarter, option, scenario) hours, roles in the order of the case's shared_work
    volume, partners : (month, option, scenario) units and active partners
    use : (month, option, scenario) team work over capacity hours; capacity : the same hours
    marks : (gate, mark, option, scenario) what the line reaches up to each gate of the case (R131)
    """

    rows: Floats
    work: Floats
    volume: Floats
    partners: Floats
    team_work: Floats
    capacity: Floats
    marks: Floats


def line_terms(
    case: Case,
    line: str,
    options: Options,
    chance: LineChance,
    capacity: Floats,
    lead: Floats,
    stop: int,
    reach: Floats | None = None,
    team: LineTeam | None = None,
    lost: Floats | None = None,
    sides: PartnerSides | None = None,
) -> LineTerms:
    """Return the line's months under O options at once, where all rules of a line meet (scope: line).

    Demand, service and quality R11–R16, commission R17, R18, R26, R62, cash and work R19, R20, later income and
    joint selling R80–R87, levers and channels R90–R104, pay R34–R47, collection R105, reach R108, tax R111; the
    life of partners (R63–R65, R67–R74) is in partner_states and partner_care.

    Parameters
    ----------
    capacity : (month, option, scenario) team hours after coordination
    lead : (month, option, scenario) ramped line lead, at most 1
    stop : last month of the unit
    reach : (month,) owners within reach, None without a market
    team : the line's own people; needed only where the case has pay schemes
    lost : (month,) share of timed campaigns that miss their window
    sides : notes what each partner has and pays; for a single option only
    """
    months, (count, size) = case.clock.months, capacity.shape[1:]
    lift = np.array([_lift(case, line, case.ways[name]) for name in options.ways])
    if case.schemes:
        lift = lift * schemes.demand_response(case, options.ways)
    most = market.most_units(case, line, reach)
    paths = LinePaths(case, line, options.starts, list(options.contracts), lift, chance, stop, most)
    used = levers.line_levers(case, line, options.ways, options.starts, chance.lever_use, chance.lever_leave, stop)
    capacity = capacity * used.factors.get("capacity", 1.0) if used else capacity
    channel = channels.channel_path(
        case, line, options.ways, chance.trend, used.factors.get("waste", 1.0) if used else 1.0, lost
    )
    paths.base *= channels.sizes(case, line, len(paths.base))[:, None]
    accounts = [
        PartnerAccount(case, partner, case.contracts[name], count, size)
        for partner, name in zip(line_partners(case, line), options.contracts, strict=True)
    ]
    rows = np.zeros((len(LINE_ROWS), months, count, size))
    work = np.zeros((len(case.shared_work), -(-months // QUARTER), count, size))
    volume, partners, team_work = (np.zeros((months, count, size)) for _ in range(3))
    load = _SharedLoad(case, line, options)
    quality = LineQuality(months if case.schemes else 0, count, size)
    season = orders.season(case, line)
    points = schemes.nps_response(case, options.ways)[:, None] if case.schemes else 0.0
    tally = Tally(case, [float(p.conversion) for p in line_partners(case, line)], count, size)
    care = LineCare(case, line, options.contracts, chance, (count, size), sides)
    connecting = interface_shares(case, options.starts)
    for month in range(1, months + 1):
        change = line_changes.changes(used, season, channel, month, points)
        now = paths.step(month, capacity[month - 1], lead[month - 1], change)
        if case.schemes:
            quality.keep(month, now.nps, now.complaint, now.volume, now.active)
        _book_partners(case, line, now, connecting, rows[:, month - 1])
        book_contracts(case, accounts, month, now, stop, rows[:, month - 1], sides)
        load.book(month, now, work, used.factor("shared_hours", month) if used else 1.0)
        tally.book(month, now.volume, now.nps, now.active)
        care.book(month, now, rows[:, month - 1], work)
        volume[month - 1] = np.add.reduce(now.volume, axis=0)
        partners[month - 1] = np.add.reduce(now.active, axis=0)
        team_work[month - 1] = now.work
        if channel:
            channel.note(month, volume[month - 1], partners[month - 1])
    line_changes.book(used, channel, partners, rows)
    lifecycle.book(case, line, options.ways, volume, partners, stop, rows)
    orders.book(case, line, volume, rows)
    if team is not None and case.schemes:
        results = results_of(rows, volume, quality, team_work, capacity, team)
        schemes.book(case, line, options.ways, results, on_cost.bonus_rate(case), stop, rows)
    vat.book(case, rows)
    if sides is not None:
        sides.close(stop)
    _book_collection(case, rows)
    return LineTerms(rows, work, volume, partners, team_work, capacity, tally.close(line_income(rows)))


def _lift(case: Case, line: str, way: Way) -> float:
    """Return the factor on mature demand of a way of working (R11, R84)."""
    return float(way.demand) * lifecycle.funnel_factor(case, line, way.response)


def line_income(rows: Floats) -> Floats:
    """Return a line's revenue, (month, …) CNY, from its rows in the order of LINE_ROWS."""
    return signed(rows, LINE_ROWS, REVENUE_ROWS)


def _book_partners(case: Case, line: str, now: Month, connecting: Floats, rows: Floats) -> None:
    """Book integration, upkeep, trial and acquisition cash of one month (R19)."""
    costs = case.costs
    first = now.age == 0
    if first.any():
        cash = np.array([float(p.integration) for p in line_partners(case, line)])[:, None, None] * first
        rows[LINE_ROWS.index("integration")] = np.add.reduce(cash * connecting[:, :, None], axis=0)
    rows[LINE_ROWS.index("partner_upkeep")] = np.add.reduce(now.active, axis=0) * (float(costs.upkeep) / 12)
    rows[LINE_ROWS.index("trial_cost")] = np.add.reduce(now.on_trial, axis=0) * float(costs.trial)
    rows[LINE_ROWS.index("acquisition")] = np.add.reduce(now.volume, axis=0) * float(costs.acquisition)


class _SharedLoad:
    """Hours that one line asks of each shared role, booked by quarter (R20)."""

    def __init__(self, case: Case, line: str, options: Options) -> None:
        self.case, self.roles = case, list(case.shared_work.values())
        self.mature = case.phases[-1].first_month
        classes = [p.partner_class for p in line_partners(case, line)]
        self.per_partner = [
            np.array([float(role.partner + role.by_class.get(name, 0.0)) for name in classes]) for role in self.roles
        ]
        self.way_work = np.array([float(case.ways[name].work) for name in options.ways])[:, None]

    def book(self, month: int, now: Month, work: Floats, change: Floats | float) -> None:
        """Add the month's hours to its quarter, work : (role, quarter, option, scenario), change : factor on them."""
        units = np.add.reduce(now.volume, axis=0)
        is_open = np.any(now.active, axis=0)
        trial = np.add.reduce(now.on_trial, axis=0, dtype=np.float64)
        joining = now.active & (now.age < self.case.costs.integration_months)
        connect = np.add.reduce(joining, axis=0, dtype=np.float64)
        for index, role in enumerate(self.roles):
            line = float(role.line_mature if month >= self.mature else role.line)
            unit = float(role.unit) * (self.way_work if role.way_scales_units else 1.0)
            hours = line * is_open + unit * units + float(role.trial) * trial + float(role.integration) * connect
            for weight, active in zip(self.per_partner[index], now.active, strict=True):
                if weight:
                    hours += weight * active
            work[index, (month - 1) // QUARTER] += hours * change


def _book_collection(case: Case, rows: Floats) -> None:
    """Move the line's revenue to the months in which it is paid (R105)."""
    if case.costs.collection:
        income = line_income(rows)
        rows[LINE_ROWS.index("uncollected")] = income
        rows[LINE_ROWS.index("collected")] = collected(case, income)


def standing(case: Case, cities: Sequence[int] | None, stop: int) -> Floats:
    """Return what the unit pays while it works, (row, month) CNY in the order of STANDING_ROWS (R25, R107, R109).

    Parameters
    ----------
    cities : open cities by phase, None as the case says
    stop : last month of the unit
    """
    entry = market.entry_cost(case, cities)
    out = np.stack([_steps(case, case.costs.tools), _steps(case, case.costs.recharges), entry])
    out[:, stop:] = 0.0
    return out


def _steps(case: Case, steps: Sequence[Step]) -> Floats:
    """Return a monthly cost that holds from each step's first month on, (month,) CNY."""
    out = np.zeros(case.clock.months)
    for step in steps:
        out[step.first_month - 1 :] = float(step.cost)
    return out


def fixed_work(case: Case, stop: int) -> Floats:
    """Return the hours a shared role has whatever is open, (role, quarter) (R20)."""
    on = (np.arange(case.clock.months) < stop).astype(float)
    hours = np.array([float(role.fixed) for role in case.shared_work.values()])
    return fold(hours[:, None] * on[None, :], QUARTER, 1)


def agency_rate(case: Case) -> Floats:
    """Return the price of a bought hour, (role, quarter) CNY, from the role's table pay and the raises (R21)."""
    quarters = np.arange(0, case.clock.months, QUARTER)
    full = 12 * float(case.staffing.productive_hours)
    hourly = [float(case.roles[name].pay) / full * float(role.agency_factor) for name, role in case.shared_work.items()]
    raised = [pay.raises(case, name)[quarters] for name in case.shared_work]
    return np.array(hourly)[:, None] * np.array(raised).reshape(len(hourly), quarters.size)


def agency(case: Case, work: Floats, supply: Floats) -> Floats:
    """Return what missing shared work costs, (role, quarter, scenario) CNY (scope: unit-hinge, R21).

    Parameters
    ----------
    work, supply : (role, quarter, scenario) hours
    """
    out: Floats = agency_rate(case)[:, :, None] * np.maximum(work - supply, 0.0)
    return out


def quarter_ends(case: Case) -> Ints:
    """Return the last month of each quarter, 0-based, (quarter,)."""
    months = case.clock.months
    return np.minimum(np.arange(QUARTER, months + QUARTER, QUARTER), months)[: -(-months // QUARTER)] - 1


def year_ends(case: Case) -> Ints:
    """Return the last month of each programme year, 0-based, (year,)."""
    return np.minimum(np.arange(1, case.years + 1) * 12, case.clock.months) - 1


def book_unit(
    case: Case, ledger: Floats, work: Floats, supply: Floats, stop: int, cities: Sequence[int] | None
) -> None:
    """Book the unit's rows into a ledger that holds seats and lines (R21–R26, R107, R109).

    Parameters
    ----------
    ledger : (row, month, scenario) CNY, changed in place
    work, supply : (role, quarter, scenario) hours of the shared roles
    stop : last month of the unit; what it still owes for the running quarter and year is paid then
    """
    for name, cost in zip(STANDING_ROWS, standing(case, cities, stop), strict=True):
        ledger[ROW[name]] = cost[:, None]
    bought = np.add.reduce(agency(case, work, supply), axis=0)
    np.add.at(ledger[ROW["agency"]], np.minimum(quarter_ends(case), stop - 1), bought)
    income = revenue(ledger)
    ledger[ROW["after_sales_share"]] = incentives.after_sales_share(case, ledger, ROW_NAMES)
    yearly, base_pay = by_year(income, 0), by_year(ledger[ROW["base_pay"]], 0)
    ends = np.minimum(year_ends(case), stop - 1)
    bonus = incentives.annual_bonus(case, yearly, base_pay)
    np.add.at(ledger[ROW["overage_pool"]], ends, incentives.overage_pool(case, yearly))
    np.add.at(ledger[ROW["annual_bonus"]], ends, bonus)
    np.add.at(ledger[ROW["bonus_on_cost"]], ends, bonus * on_cost.bonus_rate(case))


def book_rows(ledger: Floats, names: tuple[str, ...], rows: Floats) -> None:
    """Add rows (row, month, scenario) to the named rows of a ledger, in place."""
    for name, amount in zip(names, rows, strict=True):
        ledger[ROW[name]] += amount


def book_seats(ledger: Floats, terms: SeatTerms) -> None:
    """Add seats to a ledger, in place."""
    book_rows(ledger, SEAT_ROWS, terms.rows)
