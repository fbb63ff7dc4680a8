"""A second builder: the same choice as one matrix for HiGHS, every future spelt out, rows written anew from the rules.

It shares with the program the priced tables and nothing else of the optimizer: seats are told by the phase they open
with, hinges by one column for each future.
"""

from itertools import product

import highspy
import numpy as np
import pytest
from scipy import sparse

from model import market, on_cost
from solvers.cutting import CUT_TOLERANCE
from solvers.exact import Exact, Tables
from solvers.highs import OPTIMAL, Solver
from solvers.options import start_options
from solvers.pricing import Pricer
from solvers.program import Program

UNIT = 10_000.0
"""CNY of one unit of money in the matrix."""
DIGITS = 1e-9
MOST_ROUNDS = 60
MODES = ("department", "unit")


class Matrix:
    """One mixed-integer problem written row by row: min cost · x, low <= A x <= high, 0 <= x <= top."""

    def __init__(self):
        self.cost, self.top, self.whole = [], [], []
        self.rows, self.low, self.high = [], [], []

    def column(self, cost, top=np.inf, whole=False):
        self.cost.append(cost)
        self.top.append(top)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, entries, low, high):
        self.rows.append([(index, value) for index, value in entries if value])
        self.low.append(low)
        self.high.append(high)

    def solve(self, relaxed):
        """Return the least cost; the relaxation's where fractions are allowed."""
        places = [(i, index, value) for i, entries in enumerate(self.rows) for index, value in entries]
        row, column, value = (np.array(part) for part in zip(*places, strict=True))
        whole = sparse.csc_matrix((value, (row, column)), shape=(len(self.rows), len(self.cost)))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(self.cost), np.zeros(len(self.cost)), np.array(self.top)
        lp.row_lower_, lp.row_upper_ = np.array(self.low), np.array(self.high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = whole.indptr, whole.indices, whole.data
        kinds = highspy.HighsVarType
        if not relaxed:
            lp.integrality_ = [kinds.kInteger if is_whole else kinds.kContinuous for is_whole in self.whole]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 1e-9)
        assert solver.passModel(lp) == highspy.HighsStatus.kOk
        solver.run()
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return solver.getInfo().objective_function_value


class Facts:
    """What the rules say about a case beside its tables: prices, discount, fixed work and months by phase."""

    def __init__(self, case, modes):
        self.case, self.modes, months = case, modes, case.clock.months
        self.spans = case.phase_bounds()
        self.quarters = [range(first, min(first + 3, months + 1)) for first in range(1, months + 1, 3)]
        self.years = [range(first, min(first + 12, months + 1)) for first in range(1, months + 1, 12)]
        self.worth = {month: (1 + float(case.clock.discount)) ** (-month / 12) for month in range(1, months + 1)}

    def price(self, role, quarter):
        """R21: table pay ÷ 12 ÷ productive hours × agency factor × raises at the quarter's first month (R2, R56)."""
        case, month = self.case, self.quarters[quarter][0] - 1
        own = case.roles[role].annual_raise
        raised = (1 + float(case.staffing.annual_raise if own is None else own)) ** (month // 12)
        if review := case.staffing.market_review:
            raised *= (1 + float(review.raised)) ** (month // review.every)
        hour = float(case.roles[role].pay) / 12 / float(case.staffing.productive_hours)
        return hour * float(case.shared_work[role].agency_factor) * raised

    def fixed(self, role, months):
        """R20: hours a role has whatever is open."""
        return float(self.case.shared_work[role].fixed) * len(months)

    def steps(self, steps, months):
        """R25, R109: the cost of the last step that has begun, summed over months."""
        return sum(
            float([step.cost for step in steps if step.first_month <= month][-1])
            for month in months
            if any(step.first_month <= month for step in steps)
        )

    def standing(self, name, months, worth=None):
        """R25, R107, R109: tools, recharges or market entry over some months, each month at its worth."""
        case = self.case
        entry = market.entry_cost(case, None)
        cost = {
            "tools": lambda month: self.steps(case.costs.tools, [month]),
            "recharges": lambda month: self.steps(case.costs.recharges, [month]),
            "market_entry": lambda month: float(entry[month - 1]),
        }[name]
        return sum(cost(month) * (worth[month] if worth else 1.0) for month in months)


class Spelt:
    """The whole choice in one matrix, and what the unit itself costs, in units of money."""

    def __init__(self, case, modes, tables, coefficient):
        self.case, self.modes, self.tables = case, modes, tables
        self.facts, self.matrix, self.pieces = Facts(case, modes), Matrix(), []
        self.works, self.scenarios = list(case.shared_work), tables.pricer.block.scenarios
        self.bonus = np.array(coefficient) * [self.facts.worth[months[-1]] for months in self.facts.years]
        self.bonus *= float(case.incentives.bonus_rate) * float(case.incentives.individual)
        self.bonus *= 1 + on_cost.bonus_rate(case)
        names = ("tools", "recharges", "market_entry")
        self.unit = sum(self.facts.standing(name, self.facts.worth, self.facts.worth) for name in names) / UNIT
        self.paths()
        for role, table in tables.seats.items():
            self.seats(role, table)
        self.demands()
        self.agency()
        self.pool()
        self.bought = self.planned_hours()
        for phase in range(len(case.phases)):
            self.phase(phase)
        for quarter in range(len(self.facts.quarters)):
            self.quarter(quarter)

    def best(self, relaxed):
        """Money of the best plan, or of the relaxation."""
        return -self.matrix.solve(relaxed) - self.unit

    def place(self, table, index):
        """A column for one piece, with what it brings less its bonus (R23)."""
        brings = table.linear[index].mean() - table.base_pay[index].mean(axis=1) @ self.bonus
        self.pieces.append((self.matrix.column(-brings / UNIT, 1.0, True), table, index))
        return self.pieces[-1][0]

    def sum_of(self, measure, scale=1.0):
        return [(column, float(measure(table, index)) / scale) for column, table, index in self.pieces]

    def less(self, measure, scale=1.0):
        return [(column, -value) for column, value in self.sum_of(measure, scale)]

    def paths(self):
        """One path of each line."""
        for table in self.tables.lines.values():
            self.matrix.row([(self.place(table, index), 1.0) for index in range(len(table))], 1, 1)

    def seats(self, role, table):
        """R30: a seat opens with one phase or never, not before the seat below it, between the role's bounds."""
        phases, limits = range(len(self.case.phases)), self.case.roles[role]
        opened = [[self.place(table, first + p) for p in phases] for first in range(0, len(table), len(phases))]
        for seat, now in enumerate(opened):
            self.matrix.row([(column, 1.0) for column in now], 0, 1)
            for p in phases:
                mine = [(column, 1.0) for column in now[: p + 1]]
                held, shut = seat < limits.heads_least[p], seat >= limits.heads_most[p]
                self.matrix.row(mine, float(held), float(not shut))
                if seat:
                    self.matrix.row(mine + [(c, -1.0) for c in opened[seat - 1][: p + 1]], -np.inf, 0)
        self.calendar(role, opened)

    def calendar(self, role, opened):
        """R136: a minimum counts seats of phases whose usual start, ordered as early as may be, lies before its end."""
        hiring, limits, spans = self.case.staffing.hiring, self.case.roles[role], self.facts.spans
        ahead, notice = (hiring.order_ahead, float(hiring.notice)) if hiring else (0, 0.0)
        wait = round(float(limits.fill_median) + notice)
        starts = [max(first, max(1, first - ahead) + wait) for first, _ in spans]
        for p, (_, end) in enumerate(spans):
            in_time = [index for index in range(p + 1) if starts[index] < end]
            if limits.heads_least[p] > 0 and len(in_time) <= p:
                self.matrix.row(
                    [(now[i], 1.0) for now in opened for i in in_time], float(limits.heads_least[p]), np.inf
                )

    def demands(self):
        """R137: who lacks a needed skill is not employed for it; R138: required partners and closed lines."""
        case, ids = self.case, [partner.id for partner in self.case.partners]
        for skill in case.staffing.skills:
            if (
                float(skill.required) - float(skill.hired) - float(skill.trained) > 1e-9
                and skill.role in self.tables.seats
            ):
                index = list(self.tables.seats).index(skill.role)
                self.matrix.row(self.sum_of(lambda t, i, at=index: t.seats[i, at].sum()), -np.inf, 0)
        for name in case.choice.required_partners:
            place = ids.index(name)
            self.matrix.row(self.sum_of(lambda t, i, at=place: t.signed[i, at]), 1, np.inf)
        for line in case.choice.closed_lines:
            mine = [partner.line == line for partner in case.partners]
            self.matrix.row(self.sum_of(lambda t, i, at=mine: t.signed[i, at].sum()), -np.inf, 0)

    def agency(self):
        """R21: hours missing in a quarter and future, bought at the quarter's price, paid in its last month."""
        for (q, months), (work, role) in product(enumerate(self.facts.quarters), enumerate(self.works)):
            paid = self.facts.price(role, q) * self.facts.worth[months[-1]] / UNIT / self.scenarios
            for s in range(self.scenarios):
                missing = [(self.matrix.column(paid), 1.0), *self.less(lambda t, i, at=(work, q, s): t.hours[(i, *at)])]
                self.matrix.row(missing, self.facts.fixed(role, months), np.inf)

    def pool(self):
        """R24: a share of the year's revenue above target, the last year's target cut to its months."""
        rules = self.case.incentives
        for (y, months), s in product(enumerate(self.facts.years), range(self.scenarios)):
            over = self.matrix.column(float(rules.pool_rate) * self.facts.worth[months[-1]] / self.scenarios)
            income = self.less(lambda t, i, at=(y, s): t.revenue[(i, *at)], UNIT)
            self.matrix.row([(over, 1.0), *income], -float(rules.targets[y]) * len(months) / 12 / UNIT, np.inf)

    def planned_hours(self):
        """R28, R32: cost of planned hours that nobody is there to do, by quarter and role, for the budget only."""
        bought = {}
        for (q, months), (work, role) in product(enumerate(self.facts.quarters), enumerate(self.works)):
            bought[q, work], price = self.matrix.column(0.0), self.facts.price(role, q) / UNIT
            planned = self.less(lambda t, i, at=(work, q): t.planned[(i, *at)], 1 / price)
            self.matrix.row([(bought[q, work], 1.0), *planned], self.facts.fixed(role, months) * price, np.inf)
        return bought

    def phase(self, p):
        """R29 heads, R31 span of control, R28 budget, R32 shared work of one phase."""
        case, months = self.case, range(*self.facts.spans[p])
        part, mode = case.phases[p], case.modes[self.modes[p]]
        least, most = max(part.heads_least, mode.heads_least), min(part.heads_most, mode.heads_most)
        self.matrix.row(self.sum_of(lambda t, i: t.heads[i, p]), float(least), float(most))
        led = 1 + float(case.staffing.span_of_control)
        self.matrix.row(self.sum_of(lambda t, i: t.heads[i, p] - led * t.managers[i, p]), -np.inf, 0)
        rows = case.choice.budget_rows
        inside = [q for q, part in enumerate(self.facts.quarters) if part[-1] in months and "agency" in rows]
        hours = [(column, 1.0) for (q, _), column in self.bought.items() if q in inside]
        named = [name for name in ("tools", "recharges", "market_entry") if name in rows]
        left = float(part.budget) - sum(self.facts.standing(name, months) for name in named)
        self.matrix.row(self.sum_of(lambda t, i: t.cost[i, p], UNIT) + hours, -np.inf, left / UNIT)
        for work, role in enumerate(self.works):
            if not case.shared_work[role].may_be_empty:
                load = self.sum_of(lambda t, i, w=work: t.load[i, w, p])
                self.matrix.row(load, -np.inf, -self.facts.fixed(role, months))

    def quarter(self, q):
        """R116 sign-ups and R119 cash to connect partners of one quarter."""
        case, months = self.case, self.facts.quarters[q]
        if case.sign_ups:
            winner = list(self.tables.seats).index(case.sign_ups.role)
            part = np.array([sum(month in range(*span) for month in months) for span in self.facts.spans])
            quota = float(case.sign_ups.per_head) * part / len(months)
            starts = self.sum_of(lambda t, i: t.starting[i, q] - t.seats[i, winner] @ quota)
            self.matrix.row(starts, -np.inf, 0)
        if case.approval:
            most = float(case.approval.integration_most) / UNIT
            self.matrix.row(self.sum_of(lambda t, i: t.connecting[i, q], UNIT), -np.inf, most)


def settle(program, solver, missed):
    """Solve and cut until no hinge is missed by so much of the program's money; return the objective."""
    for _ in range(MOST_ROUNDS):
        solved = solver.solve(program.m, 0.0)
        assert solved.status == OPTIMAL
        if not program.add_cuts(program.values(), missed):
            return solved.objective
    raise AssertionError("cuts do not settle")


def both(case, tables, modes, coefficient):
    """Root relaxation and value of the best plan by the program, and both by the matrix, in units of money."""
    program = Program(case, modes, tables, Exact(case, modes), np.array(coefficient), [])
    solver = Solver(60)
    program.relax(True)
    root = settle(program, solver, 1e-9)
    program.relax(False)
    whole = settle(program, solver, CUT_TOLERANCE)
    value = program.value_of(program.choice())
    assert whole == pytest.approx(value, abs=len(program.cuts.hinges) * CUT_TOLERANCE)
    other = Spelt(case, modes, tables, coefficient)
    return (root, value), (other.best(relaxed=True), other.best(relaxed=False))


def agree(ours, theirs):
    pairs = zip(ours, theirs, strict=True)
    return all(mine == pytest.approx(other, rel=DIGITS, abs=DIGITS) for mine, other in pairs)


def some_tables(case, modes, seed, count, scenarios):
    """A few start options of each line, drawn, the closed path among them."""
    rng, tables = np.random.default_rng(seed), Tables(case, Pricer(case, modes, seed, scenarios))
    for line in case.lines:
        options = start_options(case, line, 4)
        drawn = rng.permutation(len(options))[:count]
        closed = [option for option in options if option.is_closed]
        tables.add(line, list(dict.fromkeys([*closed, *(options[i] for i in drawn)])))
    return tables


@pytest.mark.parametrize("name", ["user_success", "ecommerce", "channel", "ecosystem"])
def test_both_builders_find_the_same_optimum_of_a_shipped_case(shipped, name):
    case = shipped(name)
    modes = case.choice.mode_paths[0]
    tables = some_tables(case, modes, 3, 8, 4)
    assert agree(*both(case, tables, modes, [1.25] * case.years))


TIGHT = {
    "budgets": {"phases.mvp.budget": 2.75e6, "phases.scale.budget": 3.4e6},
    "heads": {"phases.scale.heads_most": 4.0, "modes.department.heads_least": 3.0, "roles.bd.heads_least": (1.0, 2.0)},
    "span": {"staffing.span_of_control": 1.0, "roles.operations.heads_most": (2.0, 2.0)},
    "work": {"shared_work.bd.fixed": 130.0, "shared_work.bd.may_be_bought": 0.1},
    "quarter in two phases": {"phases.scale.first_month": 6, "clock.months": 16, "shared_work.bd.trial": 300.0},
    "base pay": {"readings.salary_is": "base", "staffing.on_cost_on_bonus": True, "incentives.targets": (1e6, 2e6)},
    "no agency in the budget": {"choice.budget_rows": ("hiring_fee", "integration", "trial_cost")},
    "calendar": {"roles.bd.fill_median": 13.0, "roles.bd.heads_least": (0.0, 1.0), "staffing.hiring": None},
    "required": {"choice.required_partners": ("used_car_1",)},
    "closed": {"choice.closed_lines": ("charging",)},
    "raises": {"staffing.annual_raise": 0.2, "roles.bd.annual_raise": 0.3, "clock.discount": 0.2},
}


@pytest.mark.parametrize("change", TIGHT)
def test_both_builders_find_the_same_optimum_where_rows_bind(tiny, changed, shipped, change):
    case = changed(tiny, TIGHT[change])
    rules = shipped("ecosystem")
    case = changed(case, {"sign_ups": rules.sign_ups, "approval": rules.approval})
    for seed in (1, 2):
        tables = some_tables(case, MODES, seed, 12, 3)
        assert agree(*both(case, tables, MODES, [0.5, 1.5]))


@pytest.mark.parametrize("most", [0.2e6, 0.5e6])
def test_both_builders_keep_what_a_quarter_may_start(shipped, changed, most):
    """Sign-ups per head and cash without approval, so low that they decide."""
    case = changed(shipped("ecosystem"), {"sign_ups.per_head": 0.5, "approval.integration_most": most})
    modes = case.choice.mode_paths[-1]
    tables = some_tables(case, modes, 5, 6, 2)
    assert agree(*both(case, tables, modes, [1.0] * case.years))
