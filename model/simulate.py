"""Run plans through the economics, block by block on the same draws; memory does not grow with the monthly detail."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from model import economics, gates, ledger, market
from model.draws import BLOCK, Draws
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats, Ints
from model.line_months import LineMonths, LineRun, team_terms
from model.organisation import Organisation, organisation
from model.partner_sides import PartnerSides
from model.partners import LineChance, line_chance
from model.plans import Career, Plan, plan_careers, staffed
from model.schema import LINE_ROWS, ROW_NAMES, SEAT_ROWS

TABLE, VERDICT = "table", "verdict"


class Block:
    """One block of scenarios: its draws and, made once for all plans, each line's chances.

    Parameters
    ----------
    stage : TABLE for draws that price options, VERDICT for draws that are published
    scenarios : S, at most 4096
    """

    def __init__(self, case: Case, seed: int, stage: str, number: int, scenarios: int) -> None:
        certain = case.uncertainty.mode == "none"
        self.case, self.number, self.scenarios = case, number, scenarios
        self.draws = Draws(seed, stage, number, scenarios, certain=certain)
        self._chances: dict[str, LineChance] = {}

    def chance(self, line: str) -> LineChance:
        """Return the chances of a line, the same for all plans."""
        if line not in self._chances:
            self._chances[line] = line_chance(self.case, line, self.draws)
        return self._chances[line]


@dataclass
class PlanMonths:
    """One plan in one block: ledger (row, month, scenario) CNY, heads present by role and volume by line, both
    (month, scenario), revenue by line (month, scenario) CNY, shared work and supply (role, quarter, scenario) hours,
    team work and capacity by line (month, scenario) hours; a review reads it month by month (R175)."""

    ledger: Floats
    heads: dict[str, Floats]
    volume: dict[str, Floats]
    line_revenue: dict[str, Floats]
    work: Floats
    supply: Floats
    team_work: dict[str, Floats]
    capacity: dict[str, Floats]
    paid: dict[str, Floats] = field(default_factory=dict)
    """Base and project pay by role, (scenario,) CNY over the horizon."""
    monthly_pay: dict[str, Floats] = field(default_factory=dict)
    """The same by month, (month, scenario) CNY (R175)."""
    sides: dict[str, PartnerSides] = field(default_factory=dict)
    """What the partners have and pay, by line (R112)."""
    marks: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    """What all lines reach up to each gate of the case, (gate, mark, scenario) (R131)."""
    verdicts: dict[str, Ints] = field(default_factory=dict)
    """Verdict by gate that is asked, (scenario,) (R131)."""

    def add_pay(self, role: str, terms: economics.SeatTerms) -> None:
        """Add what seats of a role are paid each month (R58, R175)."""
        monthly = terms.rows[SEAT_ROWS.index("base_pay")] + terms.rows[SEAT_ROWS.index("project_bonus")]
        self.monthly_pay[role] = self.monthly_pay.get(role, np.zeros(monthly.shape)) + monthly
        self.paid[role] = self.paid.get(role, np.zeros(monthly.shape[1])) + np.cumsum(monthly, axis=0)[-1]


def plan_months(case: Case, plan: Plan, block: Block) -> PlanMonths:
    """Return the whole economics of one plan in one block, its gates' verdicts followed (R1–R26, R132).

    Examples
    --------
    See tests/test_worked_examples.py: the documents' own figures are read from this ledger.
    """
    case = staffed(case, plan)

    def judge(found: PlanMonths, part: Plan, asked: gates.Asked) -> Ints:
        return asked.verdict(case, found.marks, part.cities)

    def branches(part: Plan, month: int) -> tuple[Plan, Plan]:
        return gates.held(case, part, month), gates.stopped(case, part, month)

    def run(part: Plan) -> PlanMonths:
        return _ungated_months(case, part, block)

    asked = gates.in_turn(case, plan.policies.gates)
    return gates.settle(run(plan), plan, asked, judge, run, branches, _chosen)


def _chosen(name: str, said: Ints, parts: Sequence[PlanMonths | None]) -> PlanMonths:
    """Return a plan's months put together by verdict (R132)."""
    bare = [None if part is None else replace(part, sides={}, verdicts={}) for part in parts]
    whole: PlanMonths = gates.mixed(said, bare)
    whole.sides = {
        line: PartnerSides.mixed(said, [None if part is None else part.sides[line] for part in parts])
        for line in next(part for part in parts if part is not None).sides
    }
    whole.verdicts = gates.noted(name, said, [None if part is None else part.verdicts for part in parts])
    return whole


def _ungated_months(case: Case, plan: Plan, block: Block) -> PlanMonths:
    """Return the economics of one plan in one block, as if it asked no gate of the unit."""
    months, size = case.clock.months, block.scenarios
    book = ledger.empty(months, size)
    quarters = -(-months // economics.QUARTER)
    work, supply = np.zeros((len(case.shared_work), quarters, size)), np.zeros((len(case.shared_work), quarters, size))
    out = PlanMonths(book, {}, {}, {}, work, supply, {}, {}, marks=np.zeros((len(case.gates), gates.MARKS, size)))
    if plan.is_idle:
        return out
    stop = plan.policies.stop_after or months + 1
    org, careers = organisation(case, plan.modes), plan_careers(case, plan)
    for role in [name for name in case.roles if name in plan.seats]:
        _add_shared(case, careers, role, block, org, out)
    reach = market.reachable(case, plan.cities)
    for line in [name for name in case.lines if name in plan.lines]:
        run = LineRun(case, plan, line, block.draws, block.chance(line), org, reach)
        _add_line(line, run.months(careers), out)
    work += economics.fixed_work(case, stop)[:, :, None]
    economics.book_unit(case, book, work, supply, stop, plan.cities)
    return out


def _add_shared(case: Case, careers: list[Career], role: str, block: Block, org: Organisation, out: PlanMonths) -> None:
    terms = team_terms(case, careers, role, "", block.draws, org)
    economics.book_seats(out.ledger, terms)
    out.heads[role] = terms.present
    out.add_pay(role, terms)
    if role in case.shared_work:
        out.supply[list(case.shared_work).index(role)] += ledger.fold(terms.hours, economics.QUARTER, 0)


def _add_line(line: str, found: LineMonths, out: PlanMonths) -> None:
    for role, terms in found.people.items():
        economics.book_seats(out.ledger, terms)
        out.heads[role] = out.heads.get(role, np.zeros(terms.present.shape)) + terms.present
        out.add_pay(role, terms)
    rows = found.terms.rows[:, :, 0]
    economics.book_rows(out.ledger, LINE_ROWS, rows)
    out.work += found.terms.work[:, :, 0]
    out.volume[line], out.line_revenue[line] = found.terms.volume[:, 0], economics.line_income(rows)
    out.team_work[line], out.capacity[line] = found.terms.team_work[:, 0], found.terms.capacity[:, 0]
    out.sides[line] = found.sides
    out.marks += found.terms.marks[:, :, 0]
    out.verdicts |= found.verdicts


@dataclass
class Outcome:
    """What is kept of one plan over N scenarios.

    years : (row, year, scenario) CNY; cash, revenue : (month, scenario) CNY, cash cumulative;
    npv : (scenario,) CNY; heads : (role, month) mean; line_revenue : (line, year) mean CNY;
    volume : (line, month) mean units; work, supply : (role, quarter) mean hours; use : (line, year) mean team use
    """

    years: Floats
    cash: Floats
    revenue: Floats
    npv: Floats
    heads: Floats
    line_revenue: Floats
    volume: Floats
    work: Floats
    supply: Floats
    use: Floats
    paid: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    head_months: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """Base and project pay, CNY, and occupied head-months over the horizon, both (role, scenario) (R58)."""
    own: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """What each partner receives less what it pays over the horizon, (partner, scenario) CNY (R112)."""
    largest: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """Largest partner's share of the year's revenue, (year, scenario), NaN where there is none (R113)."""
    verdicts: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """Verdict of each gate of the case, (gate, scenario), NOT_ASKED where the plan does not ask it (R131)."""


def _room(case: Case, scenarios: int) -> Outcome:
    months, years, lines = case.clock.months, case.years, len(case.lines)
    quarters, shared = -(-months // economics.QUARTER), len(case.shared_work)
    return Outcome(
        np.zeros((len(ROW_NAMES), years, scenarios)),
        np.zeros((months, scenarios)),
        np.zeros((months, scenarios)),
        np.zeros(scenarios),
        np.zeros((len(case.roles), months)),
        np.zeros((lines, years)),
        np.zeros((lines, months)),
        np.zeros((shared, quarters)),
        np.zeros((shared, quarters)),
        np.zeros((lines, years)),
        np.zeros((len(case.roles), scenarios)),
        np.zeros((len(case.roles), scenarios)),
        np.zeros((len(case.partners), scenarios)),
        np.full((years, scenarios), np.nan),
        np.full((len(case.gates), scenarios), gates.NOT_ASKED),
    )


def block_sizes(scenarios: int) -> list[int]:
    """Return the number of scenarios wanted of each block.

    Examples
    --------
    >>> block_sizes(5000)
    [4096, 904]
    """
    return [min(BLOCK, scenarios - start) for start in range(0, scenarios, BLOCK)]


def simulate(
    cases: Sequence[Case],
    plans: Sequence[Plan],
    seed: int,
    stage: str,
    scenarios: int,
    threads: int = 2,
    progress: Callable[[int], None] | None = None,
) -> list[Outcome]:
    """Return one outcome per (case, plan) pair, all on the same draws (common random numbers).

    Parameters
    ----------
    cases, plans : pairs of equal length; the cases differ in readings only, so that draws agree
    scenarios : N, any number; blocks of 4096 are drawn in full and cut
    threads : workers over blocks; results do not depend on it
    progress : called with the number of scenarios done after each block
    """
    _check_same_draws(cases)
    rooms = [_room(case, scenarios) for case in cases]
    sums: list[list[Outcome]] = [[] for _ in block_sizes(scenarios)]

    def run(number: int) -> None:
        size = block_sizes(scenarios)[number]
        block = Block(cases[0], seed, stage, number, size)
        part = slice(number * BLOCK, number * BLOCK + size)
        for case, plan, room in zip(cases, plans, rooms, strict=True):
            sums[number].append(_keep(case, plan_months(case, plan, block), room, part))
        if progress:
            progress(size)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(len(sums))))
    _add_means(rooms, sums, scenarios)
    _give_memory_back()
    return rooms


def _give_memory_back() -> None:
    """Return freed memory to the system: the C library of Linux would keep 700 MB of what the blocks were made in."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)


def outcomes_in_turn(
    cases: Sequence[Case],
    plans: Sequence[Plan],
    seed: int,
    stage: str,
    scenarios: int,
    threads: int = 2,
    progress: Callable[[int], None] | None = None,
    most_bytes: float = 200e6,
) -> Iterator[Outcome]:
    """Yield the outcomes of `simulate` one by one, simulating as many plans together as fit in memory.

    Draws belong to names, so grouping changes no number; each further group draws again.

    Parameters
    ----------
    most_bytes : memory for the outcomes of a group
    progress : called after each block of each group with the number of scenarios done in it
    """
    pairs = list(zip(cases, plans, strict=True))
    together = min(max(1, int(most_bytes // max(bytes_kept(cases[0], scenarios), 1))), max(len(pairs), 1))
    for start in range(0, len(pairs), together):
        group = pairs[start : start + together]
        found = simulate([c for c, _ in group], [p for _, p in group], seed, stage, scenarios, threads, progress)
        while found:
            yield found.pop(0)


def bytes_kept(case: Case, scenarios: int) -> int:
    """Return the memory of one outcome, bytes: yearly ledger, cash and revenue by month, pay by role, partners, NPV."""
    by_year = (len(ROW_NAMES) + 1) * case.years
    return 8 * scenarios * (by_year + 2 * case.clock.months + 2 * len(case.roles) + len(case.partners) + 1)


def _check_same_draws(cases: Sequence[Case]) -> None:
    """Refuse cases that would deal different chances: they share the chances of the first one."""
    for case in cases[1:]:
        if _chances_of(case) != _chances_of(cases[0]):
            raise InputError(
                Finding("E-DRAWS", case.id, "cases run together must share their draws", fix="run them one by one")
            )


def _chances_of(case: Case) -> tuple[object, ...]:
    levels = [(p.id, p.line, p.conversion, p.failure, p.complaint, p.nps) for p in case.partners]
    trial = case.trial, case.readings.partial_vs_several, case.costs.trial_months
    levers = [(name, lever.partner_loss > 0) for name, lever in case.levers.items()]
    return case.clock.months, case.uncertainty, trial, levels, levers


def _keep(case: Case, found: PlanMonths, room: Outcome, part: slice) -> Outcome:
    """Keep the block's scenarios in the room and return its sums, to be added in the order of the blocks."""
    net = ledger.result(found.ledger)
    room.years[:, :, part] = ledger.by_year(found.ledger, 1)
    room.cash[:, part] = np.cumsum(net, axis=0)
    room.revenue[:, part] = ledger.revenue(found.ledger)
    room.npv[part] = ledger.present_value(net, float(case.clock.discount))
    sums = _room(case, 0)
    for index, role in enumerate(case.roles):
        if role in found.heads:
            sums.heads[index] = found.heads[role].sum(axis=1)
            room.paid[index, part] = found.paid[role]
            room.head_months[index, part] = np.cumsum(found.heads[role], axis=0)[-1]
    for index, line in enumerate(case.lines):
        if line in found.volume:
            sums.line_revenue[index] = ledger.by_year(found.line_revenue[line], 0).sum(axis=1)
            sums.volume[index] = found.volume[line].sum(axis=1)
            load = ledger.by_year(found.team_work[line], 0) / np.maximum(ledger.by_year(found.capacity[line], 0), 1e-9)
            sums.use[index] = np.minimum(load, 99.0).sum(axis=1)
    for name, said in found.verdicts.items():
        room.verdicts[list(case.gates).index(name), part] = said
    _keep_partners(case, found, room, part)
    sums.work, sums.supply = found.work.sum(axis=2), found.supply.sum(axis=2)
    return sums


def _keep_partners(case: Case, found: PlanMonths, room: Outcome, part: slice) -> None:
    """Keep each partner's own side and the largest one's share of revenue (R112, R113)."""
    names = [partner.id for partner in case.partners]
    most = np.zeros((case.years, found.ledger.shape[2]))
    for sides in found.sides.values():
        room.own[[names.index(name) for name in sides.partners], part] = sides.own
        most = np.maximum(most, sides.revenue.max(axis=0, initial=0.0))
    whole = ledger.by_year(ledger.revenue(found.ledger), 0)
    np.divide(most, whole, out=room.largest[:, part], where=whole > 0)


def _add_means(rooms: list[Outcome], sums: list[list[Outcome]], scenarios: int) -> None:
    for index, room in enumerate(rooms):
        for block in sums:
            for name in ("heads", "line_revenue", "volume", "work", "supply", "use"):
                getattr(room, name).__iadd__(getattr(block[index], name) / scenarios)


def scenario_months(case: Case, plan: Plan, seed: int, stage: str, scenarios: int, wanted: int) -> Floats:
    """Return one scenario's monthly ledger, (row, month) CNY, bit for bit as it was in a run of N scenarios.

    Parameters
    ----------
    scenarios : N of the run
    wanted : 0-based number of the scenario
    """
    return months_of(case, plan, seed, stage, scenarios, [wanted])[:, :, 0]


def months_of(case: Case, plan: Plan, seed: int, stage: str, scenarios: int, wanted: Sequence[int]) -> Floats:
    """Return the monthly ledgers of several scenarios of one block, (row, month, wanted) CNY; see `scenario_months`."""
    number = wanted[0] // BLOCK
    block = Block(case, seed, stage, number, block_sizes(scenarios)[number])
    return plan_months(case, plan, block).ledger[:, :, [each - number * BLOCK for each in wanted]]
