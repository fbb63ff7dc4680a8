"""A plan chosen with a gate: brute force over what is decided before and after it, and the cross-check with gates."""

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from experiments.running import main_job
from model import gates
from model.errors import InfeasibleError, InputError
from model.feasibility import broken_limits
from model.gate_inputs import Answer, Gate, Milestone
from model.gate_limits import held_cost
from model.ledger import discount_factors, result
from model.plans import GateAnswer, LinePlan, PartnerPlan, Plan, Policies
from model.simulate import TABLE, Block, plan_months
from solvers import gated as stage
from solvers.branches import Package, gated, prefix
from solvers.change import choice_of
from solvers.choose import choose
from solvers.conflicts import outline_plan
from solvers.exact import Exact, Tables
from solvers.gate_certificate import gated_gap, random_gated
from solvers.pricing import Pricer

SEED, DRAWS = 7, 12
MODES = ("department", "unit")


def gate(users, line="", month=6, **more):
    least = Milestone.model_validate(
        {
            "users": {"value": users, "unit": "units", "source": "for tests"},
            "partners": {"value": 1, "unit": "partners", "source": "for tests"},
        }
    )
    answers = {
        "hold": Answer(title="", expand=2, hold=0),
        "stop": Answer(title="", expand=2, hold=2),
        "three": Answer(title="", expand=2, hold=1),
    }
    return Gate(title="", line=line, month=month, least=least, answers=answers, **more)


@pytest.fixture(scope="module")
def one_line(tiny):
    """Tiny with one line of one partner, worth opening in some futures only, and a milestone of the unit."""
    lines = {"used_car": tiny.lines["used_car"].model_copy(update={"demand": 14.0})}
    partners = tuple(p for p in tiny.partners if p.line == "used_car")
    sure = tiny.uncertainty.model_copy(update={"level": 0.9})
    case = tiny.model_copy(update={"lines": lines, "partners": partners, "uncertainty": sure})
    modes = {name: tiny.modes[name] for name in MODES}
    people = tiny.staffing.model_copy(update={"managed_exit": None})
    return case.model_copy(update={"gates": {"first": gate(1700)}, "modes": modes, "staffing": people})


@pytest.fixture(scope="module")
def results(one_line):
    return choose(one_line, SEED, DRAWS, lambda line: None)


def every_plan(case):
    """All plans of the case: heads of the VP, partner managers and operations, and the partner's start."""
    teams = [(1, 1), (1, 2), (2, 2), (0, 1), (0, 2)]
    for bd, team, start in product([(1, 1), (1, 2), (2, 2)], teams, [1, 4]):
        partners = {"used_car_1": PartnerPlan(start=start, contract="used_car_deal")}
        line = LinePlan(team={"operations": team}, way="normal", partners=partners)
        seats = {"vp": (1, 1), "bd": bd}
        yield Plan(case=case.id, name="p", title="", modes=MODES, seats=seats, lines={"used_car": line})
        yield Plan(case=case.id, name="p", title="", modes=MODES, seats=seats, lines={})


def mean_npv(case, plan):
    book = plan_months(case, plan, Block(case, SEED, TABLE, 0, DRAWS)).ledger
    factors = discount_factors(float(case.clock.discount), case.clock.months)[:, None]
    return float((result(book) * factors).sum(axis=0).mean())


def asked(plan, answer):
    return plan.model_copy(update={"policies": Policies(gates=(GateAnswer(gate="first", answer=answer),))})


def test_the_best_gated_plan_is_the_best_of_all_told_one_by_one(one_line, results, monkeypatch):
    monkeypatch.setattr(stage, "PACKAGES", 100)
    monkeypatch.setattr(stage, "SOLVED", 100)
    monkeypatch.setattr(stage, "FEWEST", 1)
    monkeypatch.setattr(stage, "STEPS", 10)
    found = stage.choose_gated(one_line, results, SEED, lambda line: None)
    told = {}
    for plan in every_plan(one_line):
        for answer in one_line.gates["first"].answers:
            if not broken_limits(one_line, asked(plan, answer)):
                told[answer, repr(plan)] = mean_npv(one_line, asked(plan, answer))
    free = max(mean_npv(one_line, plan) for plan in every_plan(one_line) if not broken_limits(one_line, plan))
    assert found.found.npv.mean() == pytest.approx(max(told.values()), abs=0.01)
    assert max(told.values()) > free + 1000


def test_verdicts_and_branches_are_the_simulators(one_line, results):
    best = results[0]
    package = Package(best.tables, best.choice, "first")
    for answer in one_line.gates["first"].answers:
        plan = gated(best.tables, best.exact, best.choice, package, answer)
        assert 0 < plan.chances["expand"] < 1
        months = plan_months(one_line, plan.plan(one_line, "p", ""), Block(one_line, SEED, TABLE, 0, DRAWS))
        assert np.array_equal(months.verdicts["first"], plan.said)
        assert plan.npv.mean() == pytest.approx(mean_npv(one_line, plan.plan(one_line, "p", "")), abs=1e-3)
        assert sum(plan.chances.values()) == pytest.approx(1.0)


def test_plans_with_the_same_beginning_share_a_package(one_line):
    long, short, other = (
        stage_choice(one_line, bd, team) for bd, team in (((1, 2), (1, 2)), ((1, 1), (1, 1)), ((2, 2), (1, 2)))
    )
    assert prefix(one_line, long, 6) == prefix(one_line, short, 6) == short_held(one_line, long)
    assert prefix(one_line, other, 6) != prefix(one_line, long, 6)


def stage_choice(case, bd, team):
    partners = {"used_car_1": PartnerPlan(start=1, contract="used_car_deal")}
    line = LinePlan(team={"operations": team}, way="normal", partners=partners)
    return choice_of(
        case,
        Plan(case=case.id, name="p", title="", modes=MODES, seats={"vp": (1, 1), "bd": bd}, lines={"used_car": line}),
    )


def short_held(case, choice):
    return choice_of(case, gates.held(case, choice.plan(case, "p", ""), 6))


def test_cross_check_of_random_plans_with_gates(one_line, results):
    best = results[0]
    plans = random_gated(best.tables, best.exact, 12, SEED)
    assert {number for plan in plans for number in plan.said.tolist()} == {gates.EXPAND, gates.HOLD, gates.STOP}
    assert gated_gap(best.tables, best.exact, plans, SEED).cny <= 0.001


def test_a_false_verdict_is_found(one_line, results):
    """One future that is let pass by mistake shows as a difference in that future."""
    best = results[0]
    package = Package(best.tables, best.choice, "first")
    plan = gated(best.tables, best.exact, best.choice, package, "stop")
    ended = int(np.flatnonzero(plan.said == gates.STOP)[0])
    package.marks = package.marks.copy()
    package.marks[0, gates.USERS, ended] = 1e6
    false = gated(best.tables, best.exact, best.choice, package, "stop")
    gap = gated_gap(best.tables, best.exact, [false], SEED)
    assert gap.cny > 1000
    assert f"scenario {ended}" in gap.where


def test_a_branch_without_budget_is_named(one_line, results, changed):
    poor = changed(one_line, {"gates.first.obligatory": True, "gates.first.hold_budgets": {"scale": 1000.0}})
    with pytest.raises(InfeasibleError, match=r"budget of scale if held at first.*the branch has no budget \(R133\)"):
        stage.choose_gated(poor, results, SEED, lambda line: None)


def test_an_obligatory_gate_is_asked_and_two_are_refused(one_line, results, changed):
    must = changed(one_line, {"gates.first.obligatory": True, "gates.first.least.users": 1.0})
    assert stage.choose_gated(must, results, SEED, lambda line: None) is not None
    both = changed(must, {"gates.second": must.gates["first"]})
    with pytest.raises(InputError, match=r"one gate of the unit.*first, second.*one obligatory gate"):
        stage.choose_gated(both, results, SEED, lambda line: None)


def test_a_case_without_gates_has_none_to_ask(one_line, results, changed):
    assert stage.choose_gated(changed(one_line, {"gates": {}}), results, SEED, lambda line: None) is None


def test_a_gate_is_recommended_where_it_pays_or_must_be_asked(one_line, results):
    best = results[0]
    package = Package(best.tables, best.choice, "first")
    plan = gated(best.tables, best.exact, best.choice, package, "hold")
    rich = replace(plan, npv=best.npv_by_scenario + 1e6)
    for found, gain, asks in ((rich, 3.0, True), (rich, 1.0, False), (plan, 3.0, False)):
        chosen = stage.GateChoice(found, best, best, gain, 1.0, 1024, 1)
        assert chosen.is_asked is asks
        said = main_job._recommended(one_line, results, chosen)
        assert bool(said.policies.gates) is asks


def test_a_gate_branch_without_budget_is_named_before_anything_is_priced(one_line, changed):
    """Tools and a partner manager from month 7 to 18 cost more than a million; with what is asked there is a plan."""
    poor = {"gates.first.obligatory": True, "gates.first.hold_budgets": {"scale": 1e6}}
    with pytest.raises(InfeasibleError, match="budget of scale if held at first") as caught:
        outline_plan(changed(one_line, poor), MODES)
    said = " ".join(str(finding) for finding in caught.value.findings)
    assert "R133) together with" in said
    assert "bd in mvp at least 1 head (R30)" in said
    asked = re.search(r"raise budget of scale if held at first by [\d,]+ to ([\d,]+) CNY", said)
    enough = float(asked.group(1).replace(",", "")) + 1
    rich = {"gates.first.obligatory": True, "gates.first.hold_budgets": {"scale": enough}}
    assert outline_plan(changed(one_line, rich), MODES) is not None
    plan = next(plan for plan in every_plan(one_line) if not plan.lines)
    assert held_cost(one_line, plan, "first")[1] <= enough


def test_a_plan_of_an_obligatory_gate_counts_its_held_branch(one_line, changed):
    case = changed(one_line, {"gates.first.obligatory": True, "gates.first.hold_budgets": {"scale": 1e6}})
    plan = asked(next(every_plan(case)), "hold")
    names = [row.name for row in broken_limits(case, plan)]
    assert names.count("budget of scale if held at first") == 1
    exact, tables = Exact(case, MODES), Tables(case, Pricer(case, MODES, SEED, 2))
    choice = choice_of(case, plan.model_copy(update={"policies": Policies()}))
    for line, option in choice.lines:
        tables.add(line, [option])
    _, least = next(pair for pair in exact.uses(tables.total(choice)) if pair[0].kind == "held")
    found = held_cost(case, plan, "first")[1]
    assert 0.9 * found < least <= found + 0.01
