"""The program is the table's arithmetic: rows readable, cuts below the hinges, the same optimum as a second builder."""

from itertools import product

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn
from scipy.optimize import Bounds, LinearConstraint, milp

from model.errors import InfeasibleError, ProofError
from model.gate_inputs import Gate
from model.seat_inputs import Skill
from solvers.cutting import solve_with_cuts
from solvers.exact import Choice, Exact, Tables
from solvers.highs import Solver
from solvers.options import LineOption, closed, start_options
from solvers.pricing import Pricer
from solvers.program import MONEY, Program

MODES = ("department", "unit")
CAR = LineOption((("operations", (1, 2)),), "normal", (("used_car_1", 1, "used_car_deal"),))
CHARGE = LineOption((("operations", (0, 1)),), "normal", (("charging_1", 4, "charging_first"),))


def tables_of(case, options=None, scenarios=6, seed=1):
    tables = Tables(case, Pricer(case, MODES, seed, scenarios))
    for line in case.lines:
        tables.add(line, options[line] if options else start_options(case, line, 2))
    return tables


def program_of(case, tables, coefficient=(1.0, 1.0), pool=None):
    exact = Exact(case, MODES)
    return Program(case, MODES, tables, exact, np.array(coefficient), [] if pool is None else pool)


@pytest.fixture(scope="module")
def small(tiny):
    return tables_of(tiny, {"used_car": [closed(tiny), CAR], "charging": [closed(tiny), CHARGE]})


@pytest.fixture(scope="module")
def wide(tiny):
    return tables_of(tiny)


def every_choice(tables):
    """All plans of the priced pieces, whether they keep the rules or not."""
    paths = [(1, 1), (1, 2), (2, 2)]
    for bd in paths:
        for options in product(*tables.options.values()):
            yield Choice(MODES, (("vp", (1, 1)), ("bd", bd)), tuple(zip(tables.options, options, strict=True)))


def text(row):
    """A row as one line: coefficients of at most 7 digits and names of columns."""
    body = generate_standard_repn(row.body)
    terms = " ".join(f"{c:+.7g} {v.name}" for c, v in zip(body.linear_coefs, body.linear_vars, strict=True))
    low = "" if row.lower is None else f"{pyo.value(row.lower) - body.constant:.7g} <= "
    high = "" if row.upper is None else f" <= {pyo.value(row.upper) - body.constant:.7g}"
    return f"{low}{terms}{high}"


GOLDEN = {
    "one_path": "1 <= +1 path[used_car,0] +1 path[used_car,1] <= 1",
    "seat_stays": "+1 seat[bd,1,0] -1 seat[bd,1,1] <= 0",
    "seat_order": "+1 seat[bd,1,0] -1 seat[bd,0,0] <= 0",
    "head_count": "0 <= +1 heads[bd,1] -1 seat[bd,0,1] -1 seat[bd,1,1] <= 0",
    "heads_in_phase[scale]": (
        "2 <= +2 path[used_car,1] +1 path[charging,1] +1 seat[vp,0,1] +1 seat[bd,0,1] +1 seat[bd,1,1] <= 7"
    ),
    "role_heads[bd,mvp]": "1 <= +1 seat[bd,0,0] +1 seat[bd,1,0] <= 2",
    "span_of_control[mvp]": "+1 path[used_car,1] -7 seat[vp,0,0] -7 seat[bd,0,0] +1 seat[bd,1,0] <= 0",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_rows_read_as_the_rules_say(tiny, small, name):
    m = program_of(tiny, small).m
    component, _, index = name.partition("[")
    where = {"one_path": "used_car", "seat_stays": ("bd", 1, 0), "seat_order": ("bd", 1, 0), "head_count": ("bd", 1)}
    at = tuple(index.rstrip("]").split(",")) if index else where[component]
    assert text(m.component(component)[at[0] if len(at) == 1 else at]) == GOLDEN[name]


ASKED = {
    "hiring_calendar": (("bd", "scale"), "2 <= +1 seat[bd,0,0] +1 seat[bd,1,0]"),
    "skill_cover": (("bd", "mvp"), "+0.2 seat[bd,0,0] +0.2 seat[bd,1,0] <= 0"),
    "required_partners": (("charging_1", "mvp"), "1 <= +1 path[charging,1]"),
    "closed_lines": (("used_car", "mvp"), "+1 path[used_car,1] <= 0"),
}


@pytest.mark.parametrize("family", ASKED)
def test_what_a_case_asks_of_every_plan_reads_as_the_rules_say(tiny, changed, small, family):
    """Twelve months to fill a partner manager: the seat opened in month 7 comes too late for two by month 18."""
    share = {"unit": "share", "source": "for tests"}
    shares = {name: {"value": at, **share} for name, at in (("required", 1.0), ("hired", 0.6), ("trained", 0.2))}
    sql = Skill(role="bd", skill="sql", course={"value": 0, "unit": "CNY", "source": "for tests"}, **shares)
    values = {"roles.bd.fill_median": 11.5, "roles.bd.heads_least": (0.0, 2.0), "staffing.skills": (sql,)}
    values |= {"choice.required_partners": ("charging_1",), "choice.closed_lines": ("used_car",)}
    program = program_of(changed(tiny, values), small)
    at, row = ASKED[family]
    assert text(program.rows[family][at]) == row


def test_money_rows_read_as_the_rules_say(tiny, small):
    """Approved pay of 18 months in units of 10,000 CNY; what is bought counts in the phase that ends the quarter."""
    m = program_of(tiny, small).m
    row = text(m.budget["mvp"])
    assert row.endswith(f"<= {(2.6e6 - 6 * 200_000) / 1e4:.7g}")
    assert "+1 bought[0,0] +1 bought[0,1] <=" in row
    # one VP: 6 months of 50,000 base, 8,333 project bonus, on-cost 38.7 % of 35,283, 3,000 a year and 200 a month for
    # training and care; fee 20 % of 600,000 × (0.7 × 1.2 + 0.2 × 0.3), and 0.2 × 5,000 + 0.1 × 15,000 in cash
    fee = 120_000 * 0.9 + 2_500
    cost = 6 * (50_000 + 100_000 / 12 + 0.387 * 35_283 + 250 + 200) + fee
    body = generate_standard_repn(m.budget["mvp"].body)
    found = {v.name: c for c, v in zip(body.linear_coefs, body.linear_vars, strict=True)}
    assert found["seat[vp,0,0]"] == pytest.approx(cost / MONEY)
    # opening with the second phase costs nothing in the first
    assert "seat[vp,0,1]" not in found
    later = generate_standard_repn(m.budget["scale"].body)
    scale = {v.name: c for c, v in zip(later.linear_coefs, later.linear_vars, strict=True)}
    assert scale["seat[vp,0,0]"] == pytest.approx(-fee / MONEY)


def test_held_rows_read_as_the_rules_say(tiny, changed, small):
    """Who is open at the gate costs on, without the fee; who would come later costs nothing; tools stay."""
    must = {"gates": {"first": first_gate(1e6)}}
    program = program_of(changed(tiny, must), small)
    row = program.m.held_budget["first", "scale"]
    found = {v.name: c for c, v in zip(*linear(row), strict=True)}
    scale = {v.name: c for c, v in zip(*linear(program.m.budget["scale"]), strict=True)}
    for role in ("vp", "bd"):
        assert found[f"seat[{role},0,0]"] == pytest.approx(scale[f"seat[{role},0,0]"] + scale[f"seat[{role},0,1]"])
        assert f"seat[{role},0,1]" not in found
    # two of the operations team in the second phase, one of them since the first: about half of the team's pay
    assert 0.4 * scale["path[used_car,1]"] < found["path[used_car,1]"] < 0.5 * scale["path[used_car,1]"]
    tools = 3.3e6 / MONEY - pyo.value(program.m.budget["scale"].upper)
    assert pyo.value(row.upper) == pytest.approx(1e6 / MONEY - tools)


def linear(row):
    body = generate_standard_repn(row.body)
    return body.linear_coefs, body.linear_vars


def first_gate(budget):
    money = {"value": budget, "unit": "CNY", "source": "for tests"}
    users = {"value": 1000, "unit": "units", "source": "for tests"}
    answers = {"hold": {"title": "", "expand": 1, "hold": 0}}
    told = {"title": "", "month": 6, "least": {"users": users}, "answers": answers, "obligatory": True}
    return Gate.model_validate({**told, "hold_budgets": {"scale": money}})


def test_work_rows_read_as_the_rules_say(tiny, small):
    m = program_of(tiny, small).m
    body = generate_standard_repn(m.shared_work["bd", "scale"].body)
    found = {v.name: c for c, v in zip(body.linear_coefs, body.linear_vars, strict=True)}
    coordination = float(tiny.modes["unit"].coordination)
    assert found["seat[bd,0,1]"] == pytest.approx(-12 * 130 * 1.3 * coordination)
    # class B from month 4 on: 30 hours, on trial 40 more (months 4 to 6 are in the first phase)
    assert found["path[charging,1]"] == pytest.approx(12 * 30)
    assert pyo.value(m.shared_work["bd", "scale"].upper) == -20 * 12
    buys = text(m.bought_hours["bd", 1])
    assert buys.endswith(f" -1 bought[0,0] <= {-450e3 / 12 / 130 * 2.025 * 60 / MONEY:.7g}")


def test_hinge_cuts_read_as_the_rules_say(tiny, changed, small):
    """Without chance a cut is the hinge itself: price times work less supply, and 8 % of revenue above target."""
    sure = changed(tiny, {"uncertainty.mode": "none", "incentives.targets": (1e6, 16e6)})
    tables = tables_of(sure, {"used_car": [closed(sure), CAR], "charging": [closed(sure), CHARGE]}, 1)
    program = program_of(sure, tables)
    choice = Choice(MODES, (("vp", (1, 1)), ("bd", (1, 1))), (("used_car", CAR), ("charging", CHARGE)))
    assert program.add_cuts(program.column_values(choice), 1e-9)
    pools = [text(row) for row in program.m.cuts.values() if "pool[0]" in text(row)]
    revenue = float(tables.line("used_car", CAR).revenue[0, 0])
    assert any(f"{0.08 * revenue / 1.1 / MONEY:+.7g} path[used_car,1]" in row for row in pools)
    assert pools[0].endswith(f" -1 pool[0] <= {0.08 * 1e6 / 1.1 / MONEY:.7g}")
    assert [row for row in map(text, program.m.cuts.values()) if "agency[0,0]" in row]


def test_value_of_a_plan_is_the_objective_at_that_plan(tiny, small):
    program = program_of(tiny, small, (0.7, 1.4))
    for choice in list(every_choice(small))[::3]:
        program = program_of(tiny, small, (0.7, 1.4))
        for family in program.rows.values():
            family.deactivate()
        for var, value in zip(program.binaries, program.column_values(choice), strict=True):
            var.fix(value)
        solver = Solver(10)
        solved = solver.solve(program.m, 0.0)
        while program.add_cuts(program.values(), 1e-10):
            solved = solver.solve(program.m, 0.0)
        assert solved.objective == pytest.approx(program.value_of(choice), abs=1e-7)
        total = small.total(choice)
        paid = total.linear.mean() - program.exact.standing.item() - program.exact.hinges(total).mean()
        bonus = (np.array([0.7, 1.4]) * total.base_pay.mean(axis=1) * 0.3 * 1.1 ** (-np.array([12, 18]) / 12)).sum()
        assert program.value_of(choice) * MONEY == pytest.approx(float(paid - bonus), abs=1e-4)


def test_cuts_never_rise_above_the_hinges(tiny, changed):
    """At every plan, and at points between plans, each cut lies at or below its family's true cost."""
    case = changed(tiny, {"shared_work.bd.fixed": 120.0, "incentives.targets": (2e6, 8e6)})
    tables = tables_of(case)
    program = program_of(case, tables)
    choices = list(every_choice(tables))
    rng = np.random.default_rng(1)
    points = [program.column_values(choices[i]) for i in rng.integers(0, len(choices), 40)]
    points += [sum(w * p for w, p in zip(rng.dirichlet(np.ones(3)), points[i : i + 3], strict=True)) for i in range(20)]
    for point in points:
        program.add_cuts(point, -1e9)
    assert len(program.cuts.installed) >= 4 * 60
    exact, (_, pool) = program.exact, program.cuts.families.values()
    for point in points:
        own = program.columns(lambda pieces: pieces.hours)
        missing = np.maximum(np.tensordot(point, own, axes=1) + exact.fixed[:, :, None], 0)
        income = np.tensordot(point, pool.revenue, axes=1) - pool.targets[:, None]
        for cut, slopes, constant, _ in program.cuts.installed:
            if cut.kind == "pool":
                true = 0.08 * np.maximum(income[cut.year], 0).mean() * exact.year_end[cut.year]
            else:
                part = slice(4 * cut.year, 4 * cut.year + 4)
                true = (missing[cut.role, part] * exact.agency[cut.role, part, None]).sum(axis=0).mean()
            assert slopes @ point + constant <= true / MONEY + 1e-9


def test_cuts_survive_new_columns(tiny, wide):
    pool = []
    few = tables_of(tiny, {"used_car": [closed(tiny), CAR], "charging": [closed(tiny), CHARGE]})
    first = program_of(tiny, few, pool=pool)
    choice = Choice(MODES, (("vp", (1, 1)), ("bd", (1, 1))), (("used_car", CAR), ("charging", CHARGE)))
    first.add_cuts(first.column_values(choice), 0.0)
    second = program_of(tiny, wide, pool=pool)
    assert len(second.cuts.installed) == len(pool) > 0
    point = second.column_values(choice)
    for (_, slopes, constant, _), (_, new, same, _) in zip(first.cuts.installed, second.cuts.installed, strict=True):
        assert new @ point + same == pytest.approx(slopes @ first.column_values(choice) + constant)


def best_by_hand(program):
    """The best value among all plans that keep the rules, hinges exact."""
    exact, tables = program.exact, program.tables
    good = [c for c in every_choice(tables) if not exact.broken(tables.total(c))]
    values = {choice: program.value_of(choice) for choice in good}
    return values


@pytest.mark.parametrize("coefficient", [(1.0, 1.0), (0.5, 2.0)])
def test_columns_fixed_by_cost_are_in_no_better_plan(tiny, wide, coefficient):
    """With an incumbent below the best, each better plan stays possible."""
    reference = program_of(tiny, wide, coefficient)
    values = best_by_hand(reference)
    ranked = sorted(values, key=values.get)
    assert len(ranked) > 20
    fixed = 0
    for incumbent in (ranked[-1], ranked[-5], ranked[len(ranked) // 2]):
        program = program_of(tiny, wide, coefficient)
        solver = Solver(10)
        program.relax(True)
        relaxed = solver.solve(program.m, 0.0)
        while program.add_cuts(program.values(), 1e-6):
            relaxed = solver.solve(program.m, 0.0)
        costs = np.array(solver.reduced_costs(program.binaries))
        fixed += program.fix_by_cost(costs, relaxed.objective - program.value_of(incumbent))
        for better in [c for c in ranked if values[c] >= values[incumbent]]:
            point = program.column_values(better)
            assert all(not var.fixed or var.value == at for var, at in zip(program.binaries, point, strict=True))
    assert fixed > 0


def second_builder(case, tables, coefficient):
    """The same choice as one matrix: a binary per path of each line and role, a hinge for each scenario."""
    exact, scenarios = Exact(case, MODES), tables.pricer.block.scenarios
    groups = [[tables.line(line, option) for option in known] for line, known in tables.options.items()]
    groups += [[tables.role("vp", (1, 1))], [tables.role("bd", heads) for heads in ((1, 1), (1, 2), (2, 2))]]
    pieces = [piece for group in groups for piece in group]
    n, quarters, years = len(pieces), exact.fixed.shape[1], case.years
    hinge, pool, bought = n, n + quarters * scenarios, n + quarters * scenarios + years * scenarios
    width = bought + quarters
    cost = np.zeros(width)
    bonus = np.array(coefficient) * exact.year_end * 0.3
    cost[:n] = [-(p.linear.mean() - p.base_pay.mean(axis=1) @ bonus) for p in pieces]
    cost[hinge:pool] = np.repeat(exact.agency[0], scenarios) / scenarios
    cost[pool:bought] = np.repeat(0.08 * exact.year_end, scenarios) / scenarios
    rows, low, high = [], [], []

    def add(entries, least, most):
        row = np.zeros(width)
        for index, value in entries:
            row[index] += value
        rows.append(row)
        low.append(least)
        high.append(most)

    start = 0
    for group in groups:
        add([(start + i, 1.0) for i in range(len(group))], 1, 1)
        start += len(group)
    targets = np.array([5e6, 16e6 / 2])
    for q, s in product(range(quarters), range(scenarios)):
        work = [(i, -p.hours[0, q, s]) for i, p in enumerate(pieces)]
        add([(hinge + q * scenarios + s, 1.0), *work], exact.fixed[0, q], np.inf)
    for y, s in product(range(years), range(scenarios)):
        income = [(i, -p.revenue[y, s]) for i, p in enumerate(pieces)]
        add([(pool + y * scenarios + s, 1.0), *income], -targets[y], np.inf)
    price = [450e3 / 12 / 130 * 2.025 * (1.04 if q >= 4 else 1.0) for q in range(quarters)]
    for q in range(quarters):
        add(
            [(bought + q, 1.0), *((i, -price[q] * p.planned[0, q]) for i, p in enumerate(pieces))],
            price[q] * exact.fixed[0, q],
            np.inf,
        )
    tools, ends = (6 * 200_000, 6 * 60_000 + 6 * 45_000), ((0, 1), (2, 3, 4, 5))
    for phase, part in enumerate(case.phases):
        add([(i, p.heads[phase]) for i, p in enumerate(pieces)], part.heads_least, part.heads_most)
        add([(i, p.heads[phase] - 8 * p.managers[phase]) for i, p in enumerate(pieces)], -np.inf, 0)
        spent = [(i, p.cost[phase]) for i, p in enumerate(pieces)] + [(bought + q, 1.0) for q in ends[phase]]
        add(spent, -np.inf, part.budget - tools[phase])
        add([(i, p.load[0, phase]) for i, p in enumerate(pieces)], -np.inf, -20 * (6, 12)[phase])
    kind = np.concatenate([np.ones(n), np.zeros(width - n)])
    top = np.concatenate([np.ones(n), np.full(width - n, np.inf)])
    found = milp(
        cost / MONEY,
        integrality=kind,
        bounds=Bounds(0, top),
        constraints=LinearConstraint(rows, low, high),
        options={"mip_rel_gap": 0.0},
    )
    assert found.success, found.message
    return -found.fun - exact.standing.item() / MONEY


@pytest.mark.parametrize("coefficient", [(1.0, 1.0), (0.5, 2.0)])
@pytest.mark.parametrize("budgets", [(2.6e6, 3.3e6), (9e6, 9e6)])
def test_a_second_builder_finds_the_same_optimum(tiny, coefficient, budgets):
    phases = [p.model_copy(update={"budget": b}) for p, b in zip(tiny.phases, budgets, strict=True)]
    case = tiny.model_copy(update={"phases": tuple(phases)})
    tables = tables_of(case)
    program = program_of(case, tables, coefficient)
    solution = solve_with_cuts(program, 0.0, 20.0, None)
    best = max(best_by_hand(program).values())
    other = second_builder(case, tables, coefficient)
    assert other == pytest.approx(best, abs=1e-6)
    assert solution.objective / MONEY == pytest.approx(best, abs=3e-6)
    assert program.value_of(program.choice()) == pytest.approx(best, abs=1e-6)
    assert solution.status == "optimal"
    assert solution.bound >= solution.objective - 0.1


def test_a_start_and_fixed_columns_change_no_optimum(tiny, wide):
    values = best_by_hand(program_of(tiny, wide))
    ranked = sorted(values, key=values.get)
    for incumbent in (ranked[0], ranked[-2], ranked[-1]):
        program = program_of(tiny, wide)
        solve_with_cuts(program, 0.0, 20.0, incumbent)
        assert program.value_of(program.choice()) == pytest.approx(values[ranked[-1]], abs=1e-6)


def test_refused_plan_gives_way_to_the_next(tiny, wide):
    program = program_of(tiny, wide)
    values = best_by_hand(program)
    ranked = sorted(values, key=values.get, reverse=True)
    for choice in ranked[:3]:
        program.refuse(choice)
    solve_with_cuts(program, 0.0, 20.0, None)
    assert program.value_of(program.choice()) == pytest.approx(values[ranked[3]], abs=1e-6)


def test_loose_cuts_are_dropped_and_tight_ones_kept(tiny, wide):
    program = program_of(tiny, wide)
    points = [program.column_values(choice) for choice in list(every_choice(wide))[::40]]
    for point in points:
        program.add_cuts(point, -1e9)
    installed = len(program.cuts.installed)
    assert program.drop_loose_cuts(points) < installed
    dropped = program.drop_loose_cuts(points[:1])
    kept = [row for *_, row in program.cuts.installed if row.active]
    assert 0 < len(kept) == installed - dropped
    for kind, role, year in {(c.kind, c.role, c.year) for c, *_ in program.cuts.installed}:
        own = [
            (s @ points[0] + k, row.active)
            for c, s, k, row in program.cuts.installed
            if (c.kind, c.role, c.year) == (kind, role, year)
        ]
        assert max(v for v, active in own if active) == pytest.approx(max(v for v, _ in own)) or max(own)[0] <= 0
    assert len(program.cuts.pool) == installed


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["linear", "revenue", "hours", "base_pay", "planned", "cost", "load", "heads"])
def test_what_is_not_finite_never_reaches_the_solver(tiny, name, value):
    tables = tables_of(tiny, {"used_car": [closed(tiny), CAR], "charging": [closed(tiny), CHARGE]})
    getattr(tables.lines["used_car"], name)[1].flat[0] = value
    with pytest.raises(ProofError, match="E-NOT-FINITE  tables: a priced option is not a finite number"):
        program_of(tiny, tables)


def test_a_bound_that_is_not_a_number_is_named(tiny, changed, small):
    with pytest.raises(ProofError, match="E-NOT-FINITE  budget of mvp: a bound is not a number"):
        program_of(changed(tiny, {"phases.mvp.budget": float("nan")}), small)


def test_a_row_that_no_piece_can_change_is_settled_before(tiny, changed, small):
    """No work, no hours: the row is 0 <= 0; with fixed work and nobody to do it there is no plan."""
    none = changed(tiny, {"shared_work.bd.fixed": 50.0, "roles.bd.heads_most": (0.0, 0.0)})
    none = changed(none, {"roles.bd.heads_least": (0.0, 0.0)})
    tables = tables_of(none, {line: [closed(none)] for line in none.lines})
    with pytest.raises(InfeasibleError, match=r"work of bd in mvp: no plan can change this row \(R32\)"):
        program_of(none, tables)
    assert program_of(changed(none, {"shared_work.bd.fixed": 0.0}), tables)


def test_half_a_person_is_refused(tiny, small):
    program = program_of(tiny, small)
    choice = next(every_choice(small))
    for var, value in zip(program.binaries, program.column_values(choice), strict=True):
        var.set_value(value)
    assert program.choice() == choice
    program.m.seat["bd", 1, 1].set_value(0.4)
    with pytest.raises(ProofError, match=r"E-FRACTION .* a fraction of a person; found seat\[bd,1,1\] = 0.4"):
        program.choice()


def test_plans_and_points_are_each_other(tiny, wide):
    program = program_of(tiny, wide)
    for choice in list(every_choice(wide))[::17]:
        for var, value in zip(program.binaries, program.column_values(choice), strict=True):
            var.set_value(value)
        assert program.choice() == choice


def test_cuts_settle_within_the_gap_that_is_asked_for(tiny, changed):
    """With costly hinges and many draws: the bound on all plans less the best plan told is at most the gap."""
    case = changed(tiny, {"shared_work.bd.fixed": 120.0, "incentives.targets": (2e6, 8e6)})
    tables = tables_of(case, scenarios=40)
    for gap in (1e-2, 1e-3, 0.0):
        for start in (None, next(c for c in every_choice(tables) if not Exact(case, MODES).broken(tables.total(c)))):
            program = program_of(case, tables)
            ended = solve_with_cuts(program, gap, 20.0, start)
            best = max(best_by_hand(program).values()) * MONEY
            assert ended.status == "optimal"
            assert ended.objective <= best + 0.1 <= ended.bound + 0.2
            assert ended.gap <= gap * ended.turnover + 0.1


def test_settling_stops_after_so_many_solves_and_says_so(tiny, changed, monkeypatch):
    case = changed(tiny, {"shared_work.bd.fixed": 120.0, "incentives.targets": (2e6, 8e6)})
    monkeypatch.setattr(Program, "add_cuts", lambda program, *rest: 1)
    program = program_of(case, tables_of(case, scenarios=40))
    monkeypatch.setattr("solvers.cutting.MOST_CUT_ROUNDS", 3)
    ended = solve_with_cuts(program, 0.0, 20.0, None, solves=2)
    assert ended.status == "gap reached, hinge cuts unsettled"
    assert len(program.found) == 2
