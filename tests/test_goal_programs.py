"""The program of a goal: lines never under the worst futures, the optimum of all plans told, the same on two roads."""

from itertools import product

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn

from solvers.cutting import solve_with_cuts
from solvers.exact import Choice, Exact, Tables
from solvers.futures import Held
from solvers.goal_cuts import tail_weights
from solvers.goals import REPAIR, Goal
from solvers.highs import Solver
from solvers.options import start_options
from solvers.pricing import Pricer
from solvers.program import MONEY, Program

MODES = ("department", "unit")
LEVELS = np.array([0.8, 1.3])
DRAWS = 24
ZERO = (0.0,) * DRAWS


@pytest.fixture(scope="module")
def tables(tiny):
    found = Tables(tiny, Pricer(tiny, MODES, 3, DRAWS))
    for line in tiny.lines:
        found.add(line, start_options(tiny, line, 2))
    return found


def every_choice(tables):
    for bd in [(1, 1), (1, 2), (2, 2)]:
        for options in product(*tables.options.values()):
            yield Choice(MODES, (("vp", (1, 1)), ("bd", bd)), tuple(zip(tables.options, options, strict=True)))


def money_by_future(exact, total, levels=LEVELS):
    """A plan's money in each future with the bonus at given coefficients, told from the definitions, CNY."""
    case = exact.case
    rate = float(case.incentives.bonus_rate) * float(case.incentives.individual) * exact.bonus_cost
    discount = 1.1 ** (-np.array([12, 18]) / 12)
    bonus = np.einsum("ys,y->s", total.base_pay, levels * discount * rate)
    return total.linear - exact.standing - exact.hinges(total) - bonus


@pytest.fixture(scope="module")
def told(tiny, tables):
    """Every plan that keeps the case's rules, with its money by future at the given coefficients."""
    exact = Exact(tiny, MODES)
    totals = {choice: tables.total(choice) for choice in every_choice(tables)}
    return {choice: money_by_future(exact, total) for choice, total in totals.items() if not exact.broken(total)}


def worst(money, tail):
    """The average of the worst share by its weights: whole futures first, the last one in part."""
    count = tail * money.size
    rest, ordered = count, np.sort(money)
    out = 0.0
    for value in ordered:
        part = min(rest, 1.0)
        out, rest = out + part * value, rest - part
        if rest <= 1e-12:
            break
    return out / count


def program_of(tiny, tables, goal, pool=None):
    return Program(tiny, MODES, tables, Exact(tiny, MODES, goal), LEVELS, [] if pool is None else pool)


@pytest.mark.parametrize("caution", [0.3, 0.7, 1.0])
@pytest.mark.parametrize("tail", [0.05, 0.2, 0.55])
def test_best_mix_of_mean_and_worst_is_that_of_all_plans(tiny, tables, told, caution, tail):
    worth = {c: (1 - caution) * m.mean() + caution * worst(m, tail) for c, m in told.items()}
    program = program_of(tiny, tables, Goal(caution=caution, tail=tail))
    solved = solve_with_cuts(program, 0.0, 30.0, None)
    best = max(worth, key=worth.get)
    assert solved.objective == pytest.approx(worth[best], abs=0.05)
    assert worth[program.choice()] == pytest.approx(worth[best], abs=0.05)
    assert program.value_of(best) * MONEY == pytest.approx(worth[best], abs=1e-3)


def test_caution_changes_the_best_plan(told):
    """The case is worth the test: several plans are best, one after the other."""
    best = {max(told, key=lambda c, w=w: (1 - w) * told[c].mean() + w * worst(told[c], 0.1)) for w in (0, 0.5, 1)}
    assert len(best) > 1


@pytest.mark.parametrize("share", [0.25, 0.6, 0.9])
def test_best_mean_above_a_floor_is_that_of_all_plans(tiny, tables, told, share):
    low, high = (f([worst(m, 0.25) for m in told.values()]) for f in (np.median, np.max))
    goal = Goal(tail=0.25, floor=float(low + share * (high - low)))
    kept = {c: m.mean() for c, m in told.items() if worst(m, 0.25) >= goal.floor - 1e-3}
    program = program_of(tiny, tables, goal)
    solved = solve_with_cuts(program, 0.0, 30.0, None)
    assert len(kept) < len(told)
    assert solved.objective == pytest.approx(max(kept.values()), abs=0.05)
    assert kept[program.choice()] == pytest.approx(max(kept.values()), abs=0.05)


@pytest.mark.parametrize("rank", [0, 5, 40])
def test_best_mean_not_behind_a_plan_is_that_of_all_plans(tiny, tables, told, rank):
    """By the definition: no cautious board, min(money, t) for every t, likes the plan less than the benchmark."""
    ranked = sorted(told, key=lambda c: -worst(told[c], 0.2))
    today = told[ranked[rank]]
    cuts = np.unique(np.concatenate([today, *told.values()]))[:, None]
    wanted = np.minimum(today, cuts).mean(axis=1)
    kept = {c: m.mean() for c, m in told.items() if (np.minimum(m, cuts).mean(axis=1) >= wanted - 1e-6).all()}
    program = program_of(tiny, tables, Goal(benchmark=tuple(today)))
    solved = solve_with_cuts(program, 0.0, 30.0, None)
    assert solved.objective == pytest.approx(max(kept.values()), abs=1.0)
    assert kept[program.choice()] == pytest.approx(max(kept.values()), abs=1.0)


def test_what_no_plan_can_keep_is_missed_by_as_little_as_possible(tiny, tables, told):
    most = max(worst(m, 0.25) for m in told.values())
    program = program_of(tiny, tables, Goal(tail=0.25, floor=most + 50_000.0))
    solved = solve_with_cuts(program, 0.0, 30.0, None)
    height = {c: m.mean() - REPAIR * (most + 50_000.0 - worst(m, 0.25)) for c, m in told.items()}
    assert solved.objective == pytest.approx(max(height.values()), rel=1e-7)


@pytest.mark.parametrize("goal", [Goal(caution=0.4, tail=0.15), Goal(tail=0.3, floor=0.0), Goal(benchmark=ZERO)])
def test_lines_never_lie_above_the_true_loss(tiny, tables, goal):
    """At plans and between them the cuts of one point lie at or below the family's true cost, and touch it there."""
    program = program_of(tiny, tables, goal)
    points = np.array([program.column_values(choice) for choice in list(every_choice(tables))[::15]])
    points = np.concatenate([points, (points[1:] + points[:-1]) / 2])
    families = [f for kind, f in program.cuts.families.items() if kind not in ("agency", "pool")]
    for family in families:
        for point in points[::7]:
            for cut in family.supports(point):
                slopes, constant = family.line(cut)
                for other in points:
                    money = program.goal.futures.at(other)[0]
                    if goal.benchmark:
                        truth = max(-worst(money, k / DRAWS) for k in range(1, DRAWS + 1))
                    else:
                        truth = -worst(money, goal.tail)
                    assert slopes @ other + constant <= truth + 1e-7
                    if other is point and not goal.benchmark:
                        assert slopes @ other + constant == pytest.approx(truth, abs=1e-7)


def test_lines_of_one_goal_wait_while_another_is_asked(tiny, tables):
    pool = []
    solve_with_cuts(program_of(tiny, tables, Goal(caution=0.5, tail=0.2), pool), 0.0, 30.0, None)
    kinds = {cut.kind for cut in pool}
    assert kinds == {"agency", "pool", "worst 0.2"} - ({"pool"} - kinds)
    other = program_of(tiny, tables, Goal(caution=0.5, tail=0.4), pool)
    assert {cut.kind for cut, *_ in other.cuts.installed} == kinds - {"worst 0.2"}
    again = program_of(tiny, tables, Goal(caution=0.5, tail=0.2), pool)
    first = solve_with_cuts(again, 0.0, 30.0, None)
    fresh = solve_with_cuts(program_of(tiny, tables, Goal(caution=0.5, tail=0.2)), 0.0, 30.0, None)
    assert first.objective == pytest.approx(fresh.objective, abs=0.05)


@pytest.mark.parametrize(("tail", "weights"), [(0.25, [1, 0, 0, 0]), (0.3, [5 / 6, 0, 1 / 6, 0]), (1.0, [0.25] * 4)])
def test_weights_of_the_worst_futures(tail, weights):
    assert tail_weights(np.array([-4.0, 3.0, -1.0, 8.0]), tail) == pytest.approx(weights)


def text(row):
    """A row as one line: coefficients of at most 7 digits and names of columns."""
    body = generate_standard_repn(row.body)
    terms = " ".join(f"{c:+.7g} {v.name}" for c, v in zip(body.linear_coefs, body.linear_vars, strict=True))
    low = "" if row.lower is None else f"{pyo.value(row.lower) - body.constant:.7g} <= "
    high = "" if row.upper is None else f" <= {pyo.value(row.upper) - body.constant:.7g}"
    return f"{low}{terms}{high}"


def test_floor_reads_as_the_rule_says(tiny, tables):
    m = program_of(tiny, tables, Goal(tail=0.25, floor=-1.5e6)).m
    assert text(m.floor) == "-150 <= +1 below_floor -1 worst"


def test_line_of_the_worst_futures_reads_as_the_rule_says(tiny, tables):
    """Two futures weigh one half each; hours are bought in the first quarter of one, no pool is paid."""
    program = program_of(tiny, tables, Goal(caution=0.5, tail=2 / DRAWS))
    futures, case = program.goal.futures, tiny
    weight = np.zeros(DRAWS)
    weight[[2, 5]] = 0.5
    quarters = futures.hours.shape[2]
    missing = np.zeros((1, quarters, 2), dtype=bool)
    missing[0, 0, 1] = True
    slopes, constant = futures.line(Held(weight, missing, np.zeros((2, 2), dtype=bool)))
    pieces, index = tables.lines["used_car"], 3
    rate = LEVELS * 0.3 * 1.1 ** (-np.array([12, 18]) / 12)
    paid = [pieces.linear[index, s] - rate @ pieces.base_pay[index, :, s] for s in (2, 5)]
    # BD has a table pay of 450,000 a year, 130 hours a month; help costs 2.025 times as much and is paid in month 3
    price = 450_000 / 12 / 130 * 2.025 * 1.1 ** (-3 / 12)
    wanted = (sum(paid) - price * pieces.hours[index, 0, 0, 5]) / 2 / MONEY
    assert slopes[index] == pytest.approx(wanted, rel=1e-9)
    standing = program.exact.standing.item()
    fixed = float(case.shared_work["bd"].fixed) * 3
    assert constant == pytest.approx((-standing - price * fixed / 2) / MONEY, rel=1e-9)


def test_no_family_of_a_goal_without_a_golden_text(tiny, tables):
    plain = {c.local_name for c in program_of(tiny, tables, Goal()).m.component_objects(pyo.Constraint)}
    goal = Goal(caution=0.5, floor=0.0, benchmark=ZERO)
    program = program_of(tiny, tables, goal)
    assert {c.local_name for c in program.m.component_objects(pyo.Constraint)} - plain == {"floor"}
    assert {f.__class__.__name__ for f in program.cuts.families.values()} - {"AgencyCuts", "PoolCuts"} == {
        "WorstCuts",
        "BehindCuts",
    }


def extensive(tiny, tables, goal):
    """The same program with one shortfall variable per future and one cost variable per hinge and future."""
    program = program_of(tiny, tables, goal)
    m, exact, futures = program.m, program.exact, program.goal.futures
    m.cuts.deactivate()
    m.money.deactivate()
    hours, revenue, straight = futures.hours, futures.revenue, futures.straight
    roles, quarters, draws = hours.shape[1:]
    years = revenue.shape[1]
    m.bought_in = pyo.Var(range(roles), range(quarters), range(draws), domain=pyo.NonNegativeReals)
    m.over_in = pyo.Var(range(years), range(draws), domain=pyo.NonNegativeReals)
    m.below_in = pyo.Var(range(draws), domain=pyo.NonNegativeReals)
    m.edge = pyo.Var()
    m.rows = pyo.ConstraintList()
    rate = exact.agency / MONEY
    share = exact.year_end * float(tiny.incentives.pool_rate) / MONEY
    targets = np.array([5e6, 16e6 / 2])
    total = 0.0
    for s in range(draws):
        cost = 0.0
        for r, q in product(range(roles), range(quarters)):
            need = program.body.sum(hours[:, r, q, s] * rate[r, q]) + float(exact.fixed[r, q] * rate[r, q])
            m.rows.add(m.bought_in[r, q, s] >= need)
            cost = cost + m.bought_in[r, q, s]
        for y in range(years):
            m.rows.add(m.over_in[y, s] >= program.body.sum(revenue[:, y, s] * share[y]) - float(targets[y] * share[y]))
            cost = cost + m.over_in[y, s]
        money = program.body.sum(straight[:, s]) - exact.standing.item() / MONEY - cost
        m.rows.add(m.below_in[s] >= m.edge - money)
        total = total + money
    tail = m.edge - sum(m.below_in.values()) / (goal.tail * draws)
    mix = (1 - goal.caution) * total / draws + goal.caution * tail
    m.mix = pyo.Objective(expr=mix, sense=pyo.maximize)
    return program


@pytest.mark.parametrize(("caution", "tail"), [(0.5, 0.05), (0.3, 0.21), (1.0, 0.5)])
@pytest.mark.parametrize("relaxed", [True, False])
def test_a_variable_for_each_future_gives_the_same_optimum(tiny, tables, caution, tail, relaxed):
    goal = Goal(caution=caution, tail=tail)
    wide = extensive(tiny, tables, goal)
    wide.relax(relaxed)
    found = Solver(60).solve(wide.m, 0.0).objective
    program = program_of(tiny, tables, goal)
    program.relax(relaxed)
    solver = Solver(60)
    solved = solver.solve(program.m, 0.0)
    while program.add_cuts(program.values(), 1e-8):
        solved = solver.solve(program.m, 0.0)
    turnover = float(program.values() @ program.moved) / MONEY
    assert solved.objective == pytest.approx(found, abs=1e-6 * turnover)
