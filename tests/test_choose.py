"""The chosen plan is the best of all plans: told one by one through the simulator, on cases small enough for that."""

from functools import cache
from itertools import permutations

import numpy as np
import pytest

from model import staffing
from model.errors import InfeasibleError
from model.ledger import discount_factors, result
from model.plans import heads_by_phase, plan_careers
from model.schema import ROW
from model.simulate import TABLE, Block, plan_months
from solvers.choose import choose
from solvers.exact import Exact
from solvers.path_choice import choose_path

MODES = ("department", "unit")
DRAWS = 16


def silent(text):
    """Say nothing."""


def worths(case, plans, seed):
    """Mean net present value of each plan by the simulator."""
    block = Block(case, seed, TABLE, 0, DRAWS)
    factors = discount_factors(float(case.clock.discount), case.clock.months)[:, None]
    return np.array([float((result(plan_months(case, p, block).ledger) * factors).sum(axis=0).mean()) for p in plans])


def measures(case, plan):
    """What the rules look at, told from the plan file: heads, managers, approved cost and load by phase."""
    sure = case.model_copy(update={"uncertainty": case.uncertainty.model_copy(update={"mode": "none"})})
    months = plan_months(sure, plan, Block(sure, 0, TABLE, 0, 1))
    book, bounds = months.ledger[:, :, 0], case.phase_bounds()
    monthly = book[ROW["tools"]] + book[ROW["agency"]]
    for career in plan_careers(case, plan):
        monthly = monthly + staffing.approved(case, career).sum(axis=0)
    seats = [plan.seats.get(role, (0,) * len(bounds)) for role in ("vp", "bd")]
    managers = [sum(min(row[phase], 1) for row in seats) for phase in range(len(bounds))]
    work = np.array([months.work[0, (f - 1) // 3 : (e - 1) // 3, 0].sum() for f, e in bounds])
    carry = [
        seats[1][phase] * (e - f) * 130 * 1.3 * float(case.modes[plan.modes[phase]].coordination)
        for phase, (f, e) in enumerate(bounds)
    ]
    cost = [monthly[f - 1 : e - 1].sum() for f, e in bounds]
    return np.array(heads_by_phase(case, plan)), np.array(managers), np.array(cost), work - np.array(carry)


def keeps(case, measured):
    """R28, R29, R31, R32; the told plans keep R30."""
    heads, managers, cost, load = measured
    least, most = (np.array([getattr(p, name) for p in case.phases]) for name in ("heads_least", "heads_most"))
    budget = np.array([p.budget for p in case.phases])
    span = (heads <= 8 * managers).all()
    return (
        (least <= heads).all()
        and (heads <= most).all()
        and span
        and (cost <= budget + 0.005).all()
        and (load <= 1e-6).all()
    )


@pytest.fixture(scope="module")
def told(tiny, tiny_plans):
    """All plans of the tiny case, what the rules look at, and their worth by seed."""
    plans = list(tiny_plans(tiny, MODES))
    return plans, [measures(tiny, plan) for plan in plans], cache(lambda seed: worths(tiny, plans, seed))


def with_budgets(case, first, second):
    phases = [p.model_copy(update={"budget": b}) for p, b in zip(case.phases, (first, second), strict=True)]
    return case.model_copy(update={"phases": tuple(phases)})


def best_of(case, told, seed):
    plans, measured, worth = told
    good = np.array([keeps(case, each) for each in measured])
    assert good.any()
    value = np.where(good, worth(seed), -np.inf)
    return plans[int(value.argmax())], float(value.max())


def test_the_tiny_case_is_worth_a_choice(tiny, told):
    plans, measured, worth = told
    assert len(plans) == 363
    good = [keeps(tiny, each) for each in measured]
    assert 20 < sum(good) < 300
    assert (worth(1) > 0).any()
    assert (worth(1) < 0).any()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("budgets", [(2.9e6, 4.2e6), (2.6e6, 3.3e6), (2.4e6, 3e6), (9e6, 9e6)])
def test_chosen_plan_is_the_best_of_all(tiny, told, seed, budgets):
    case = with_budgets(tiny, *budgets)
    found = choose_path(case, MODES, seed, DRAWS, silent)
    plan, value = best_of(case, told, seed)
    assert found.npv == pytest.approx(value, abs=0.01)
    assert found.choice.plan(case, "p", "") == plan
    assert found.npv_by_scenario.mean() == pytest.approx(found.npv, abs=1e-6)


def test_more_budget_is_never_worse(tiny):
    found = [
        choose_path(with_budgets(tiny, 2.7e6, b), MODES, 1, DRAWS, silent).npv for b in (2.0e6, 2.3e6, 2.6e6, 3.6e6)
    ]
    assert found == sorted(found)
    assert found[0] < found[-1]


@pytest.mark.parametrize(("extra", "kept"), [(0.0, True), (-0.02, False)])
def test_budget_of_the_best_plan_to_the_fen(tiny, told, extra, kept):
    """With just its cost the plan stays; with two fen less another one, and no overrun."""
    plans, measured, _ = told
    plan, _ = best_of(with_budgets(tiny, 9e6, 9e6), told, 1)
    cost = measured[plans.index(plan)][2]
    case = with_budgets(tiny, 9e6, round(float(cost[1]) + 0.005, 2) + extra)
    found = choose_path(case, MODES, 1, DRAWS, silent)
    assert (found.choice.plan(case, "p", "") == plan) is kept
    assert found.npv == pytest.approx(best_of(case, told, 1)[1], abs=0.01)
    assert not Exact(case, MODES).broken(found.tables.total(found.choice))


def test_without_chance_the_best_plan_is_found_too(tiny, changed, told):
    sure = changed(tiny, {"uncertainty.mode": "none"})
    value = worths(sure, told[0], 1)
    good = np.array([keeps(sure, each) for each in told[1]])
    found = choose_path(sure, MODES, 1, 1, silent)
    assert found.npv == pytest.approx(float(value[good].max()), abs=0.01)


def test_order_of_names_does_not_matter(tiny):
    """Roles, lines and partners in any order: the same plan and the same money."""
    first = choose_path(tiny, MODES, 1, DRAWS, silent)
    for order in list(permutations(tiny.roles))[1:4]:
        case = tiny.model_copy(
            update={
                "roles": {name: tiny.roles[name] for name in order},
                "lines": {name: tiny.lines[name] for name in reversed(tiny.lines)},
                "partners": tiny.partners[::-1],
            }
        )
        found = choose_path(case, MODES, 1, DRAWS, silent)
        assert found.npv == pytest.approx(first.npv, abs=0.01)
        assert found.choice.plan(case, "p", "") == first.choice.plan(tiny, "p", "")


def test_best_mode_path_comes_first(tiny, tiny_plans, changed):
    paths = (("department", "unit"), ("department", "department"))
    case = changed(tiny, {"choice.mode_paths": paths})
    found = choose(case, 1, DRAWS, silent)
    best = []
    for modes in paths:
        plans = list(tiny_plans(case, modes))
        good = np.array([keeps(case, measures(case, plan)) for plan in plans])
        best.append((float(worths(case, plans, 1)[good].max()), modes))
    assert found[0].choice.modes == max(best)[1]
    assert found[0].npv == pytest.approx(max(best)[0], abs=0.01)
    assert [r.npv for r in found] == sorted((r.npv for r in found), reverse=True)


def idle_case(case, changed, budget):
    """Nobody must be hired, and the lines bring a tenth."""
    lines = {name: line.model_copy(update={"demand": 0.1}) for name, line in case.lines.items()}
    values = {f"roles.{role}.heads_least": (0.0, 0.0) for role in ("vp", "bd")}
    case = changed(case, values | {"lines": lines})
    phases = tuple(p.model_copy(update={"heads_least": 0.0, "budget": budget}) for p in case.phases)
    return case.model_copy(update={"phases": phases})


@pytest.mark.parametrize("budget", [9e6, 0.0])
def test_who_may_do_nothing_does_when_it_is_best(tiny, changed, budget):
    case = idle_case(tiny, changed, budget)
    found = choose_path(case, MODES, 1, DRAWS, silent)
    assert found.choice.plan(case, "p", "").is_idle
    assert found.npv == 0
    assert found.npv_by_scenario.tolist() == [0.0] * DRAWS


CONFLICTS = [
    ({"phases.mvp.budget": 1e5}, r"budget of mvp: .*\(R28\).*; found [\d,]+ CNY needed; allowed at most 100,000 CNY"),
    ({"shared_work.bd.fixed": 5000.0}, r"work of bd in mvp: no plan keeps this rule \(R32\)"),
    (
        {"phases.scale.heads_most": 1.0},
        r"heads in scale: .*\(R29, phase scale\).*; found 2 heads needed",
    ),
    (
        {"modes.unit.heads_least": 30.0},
        r"heads in scale: .*; allowed at least 30 heads",
    ),
    ({"roles.vp.heads_most": (1.0, 0.0)}, r"vp in scale: no plan keeps this rule \(R30\)"),
    ({"phases.scale.heads_least": 7.0, "roles.operations.heads_most": (1.0, 1.0)}, r"heads in scale: no plan keeps"),
    ({"roles.bd.heads_least": (2.0, 1.0), "roles.bd.heads_most": (2.0, 1.0)}, r"bd in [a-z]+: no plan keeps"),
]


@pytest.mark.parametrize(("change", "words"), CONFLICTS)
def test_conflicting_rules_are_named(tiny, changed, change, words):
    with pytest.raises(InfeasibleError, match=words):
        choose_path(changed(tiny, change), MODES, 1, 4, silent)


def test_named_relaxation_is_enough(tiny, changed):
    """Who follows the advice has a plan."""
    case = changed(tiny, {"phases.mvp.budget": 1e5})
    with pytest.raises(InfeasibleError, match="budget of mvp") as caught:
        choose_path(case, MODES, 1, 4, silent)
    (finding,) = caught.value.findings
    need = float(finding.found.split()[0].replace(",", ""))
    assert choose_path(changed(tiny, {"phases.mvp.budget": need + 1}), MODES, 1, 4, silent).npv < 1e9


def test_no_path_at_all_lists_the_conflicts_of_all_once(tiny, changed):
    case = changed(tiny, {"phases.mvp.budget": 1e5, "choice.mode_paths": (MODES, ("department", "department"))})
    with pytest.raises(InfeasibleError, match="on any path of organisation modes") as caught:
        choose(case, 1, 4, silent)
    assert [finding.where for finding in caught.value.findings] == ["ecosystem", "budget of mvp"]


def drawn(case, changed, number):
    """The tiny case with other pay, demand, targets, bands and discount, one month to start and budgets that bind."""
    rng = np.random.default_rng([2_026, number])
    lines = {n: x.model_copy(update={"demand": float(rng.uniform(1.5, 6.0))}) for n, x in case.lines.items()}
    values = {"lines": lines, "choice.start_months": (int(rng.integers(1, 7)),), "clock.discount": rng.uniform(0, 0.2)}
    values |= {f"roles.{role}.pay": float(rng.uniform(2.5e5, 7e5)) for role in case.roles}
    values["incentives.targets"] = tuple(float(target) for target in rng.uniform(1e6, 9e6, 2))
    values["incentives.band_coefficients"] = tuple(np.sort(rng.uniform(0, 3, 4)))
    values["incentives.pool_rate"] = float(rng.uniform(0, 0.3))
    values["shared_work.bd.fixed"] = float(rng.uniform(0, 100))
    values["readings.salary_is"] = str(rng.choice(["package", "base"]))
    return with_budgets(changed(case, values), rng.uniform(1.9e6, 3.6e6), rng.uniform(2.0e6, 5.0e6))


@pytest.mark.parametrize("number", range(20))
def test_the_whole_choice_finds_the_best_of_a_drawn_case(tiny, tiny_plans, changed, number):
    case = drawn(tiny, changed, number)
    plans = [plan for plan in tiny_plans(case, MODES) if keeps(case, measures(case, plan))]
    if not plans:
        with pytest.raises(InfeasibleError, match="E-INFEASIBLE"):
            choose_path(case, MODES, number, 4, silent)
        return
    block = Block(case, number, TABLE, 0, 4)
    factors = discount_factors(float(case.clock.discount), case.clock.months)[:, None]
    value = [float((result(plan_months(case, p, block).ledger) * factors).sum(axis=0).mean()) for p in plans]
    found = choose_path(case, MODES, number, 4, silent)
    assert found.npv == pytest.approx(max(value), abs=0.01)
    assert found.choice.plan(case, "p", "") == plans[int(np.argmax(value))]
