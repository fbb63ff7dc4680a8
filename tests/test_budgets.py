"""Approved budgets against paper, against the rows that the optimizer reads, and at their very limit (R28)."""

import numpy as np
import pytest

from model.budgets import approved_cost, approved_months, certain, overruns, overruns_by_month
from model.cost_inputs import Step
from solvers.exact import Choice, Exact, Tables
from solvers.options import closed, option_of
from solvers.pricing import Pricer

FEN = 0.01
ALL_ROWS = ("hiring_fee", "tools", "agency", "integration", "trial_cost", "partner_upkeep")
TEAM_PAY = 4_450_000
"""100 + 2 x 40 + 3 x 35 + 2 x 45 + 2 x 35, in 10,000 CNY a year (000 L379-383)."""


@pytest.fixture(scope="module")
def team(shipped, changed):
    """The first team for a year: fee and tools count, nothing else is paid."""
    return changed(shipped("mvp_team"), {"choice.budget_rows": ("hiring_fee", "tools")})


@pytest.fixture(scope="module")
def plan(plan_of):
    return plan_of("mvp_team")


@pytest.fixture(scope="module")
def busy(shipped, changed, team):
    """The two strategists are asked for 400 hours a month and give 2 x 130; a missing hour costs twice the table."""
    work = shipped("ecosystem").shared_work["strategy"].model_copy(update={"fixed": 400.0, "agency_factor": 2.0})
    return changed(team, {"shared_work": {"strategy": work}, "choice.budget_rows": ("agency",)})


def test_the_first_team_costs_its_table_of_pay(team, plan, changed):
    free = changed(team, {"staffing.hiring_fee": 0.0})
    assert approved_cost(free, plan) == pytest.approx([TEAM_PAY])


def test_one_fee_for_each_of_ten_heads(team, plan, changed):
    """20 % of each head's yearly base pay is 20 % of the table: 890,000."""
    case = changed(team, {"staffing.hiring_fee": 0.2})
    assert approved_cost(case, plan) == pytest.approx([TEAM_PAY + 890_000])
    outside = changed(case, {"choice.budget_rows": ("tools",)})
    assert approved_cost(outside, plan) == pytest.approx([TEAM_PAY])


def test_on_cost_is_capped_seat_by_seat(team, plan, changed):
    """Twelve months of 38 % on 35,283 for VP and both BD, on 33,333.33 twice and on 29,166.67 five times."""
    case = changed(team, {"staffing.hiring_fee": 0.0, "staffing.on_cost_rate": 0.38, "staffing.on_cost_cap": 35_283.0})
    capped = 12 * 0.38 * (3 * 35_283 + 2 * 400_000 / 12 + 5 * 350_000 / 12)
    assert approved_cost(case, plan) == pytest.approx([TEAM_PAY + capped])


def test_tools_of_the_year_stand_beside_the_team(team, plan, changed):
    """200,000 for six months and 60,000 for six: 1.56 M."""
    steps = (Step.model_construct(first_month=1, cost=200_000.0), Step.model_construct(first_month=7, cost=60_000.0))
    case = changed(team, {"staffing.hiring_fee": 0.0, "costs.tools": steps})
    assert approved_cost(case, plan) == pytest.approx([TEAM_PAY + 1_560_000])
    outside = changed(case, {"choice.budget_rows": ("hiring_fee",)})
    assert approved_cost(outside, plan) == pytest.approx([TEAM_PAY])


def test_bought_hours_are_those_that_are_missing_as_planned(busy, plan):
    """140 hours a month at 400,000 / 12 / 130 x 2 = 512.82 an hour."""
    assert approved_cost(busy, plan) == pytest.approx([TEAM_PAY + 12 * 140 * 400_000 / 12 / 130 * 2])


def test_bought_hours_fall_into_the_phase_of_their_quarters_last_month(busy, plan, changed):
    """Phases of 4 and 8 months: the quarter of months 4-6 is paid in month 6."""
    first = busy.phases[0]
    case = changed(busy, {"phases": (first, first.model_copy(update={"id": "rest", "first_month": 5}))})
    twice = plan.model_copy(
        update={"seats": {role: (*heads, *heads) for role, heads in plan.seats.items()}, "modes": ("unit", "unit")}
    )
    quarter = 3 * 140 * 400_000 / 12 / 130 * 2
    expected = [TEAM_PAY * 4 / 12 + quarter, TEAM_PAY * 8 / 12 + 3 * quarter]
    assert approved_cost(case, twice) == pytest.approx(expected)


def test_a_stop_ends_pay_tools_and_bought_hours(busy, plan, changed):
    """Five of twelve months; the second quarter's two months are bought in the month of the stop."""
    steps = (Step.model_construct(first_month=1, cost=10_000.0),)
    case = changed(busy, {"choice.budget_rows": ("agency", "tools"), "costs.tools": steps})
    stopped = plan.model_copy(update={"policies": plan.policies.model_copy(update={"stop_after": 5})})
    hours = 5 * 140 * 400_000 / 12 / 130 * 2
    assert approved_cost(case, stopped) == pytest.approx([TEAM_PAY * 5 / 12 + hours + 50_000])


def test_after_a_stop_later_phases_use_nothing(shipped, plan_of):
    used = approved_cost(shipped("ecosystem"), plan_of("ecosystem", "stop_after_6"))
    whole = approved_cost(shipped("ecosystem"), plan_of("ecosystem", "documents"))
    assert used[0] == pytest.approx(whole[0])
    assert used[1:].tolist() == [0.0, 0.0]


def test_a_seat_opened_again_is_hired_again(shipped, plan_of, changed):
    """Growth, 350,000 x 60 % = 210,000 a year: a fee of 42,000 in month 1 and, raised, of 43,680 in month 19."""
    eco = changed(shipped("ecosystem"), {"choice.budget_rows": ("hiring_fee",), "staffing.channels": {}})
    seats = {"growth": (1, 0, 1)}
    plan = plan_of("ecosystem", "do_nothing").model_copy(update={"seats": seats})
    without = approved_cost(changed(eco, {"choice.budget_rows": ()}), plan)
    assert approved_cost(eco, plan) - without == pytest.approx([42_000, 0, 43_680])


def test_doing_nothing_uses_no_budget(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "do_nothing")
    assert approved_cost(case, plan).tolist() == [0.0, 0.0, 0.0]
    assert overruns(case, plan) == []


def test_chance_does_not_move_the_approved_cost(shipped, plan_of, changed):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    wild = changed(case, {"uncertainty.level": 1.0, "staffing.fill_sd": 1.0, "staffing.leave_first_year": 0.5})
    np.testing.assert_array_equal(approved_cost(case, plan), approved_cost(wild, plan))
    assert certain(case).uncertainty.mode == "none"
    assert case.uncertainty.mode == "random"


@pytest.mark.parametrize(
    ("spare", "over"),
    [(FEN, []), (0.0, []), (-FEN, [("scale", FEN)])],
    ids=["a fen less", "at the limit", "a fen more"],
)
def test_a_budget_is_kept_up_to_the_last_fen(shipped, plan_of, changed, spare, over):
    plan = plan_of("ecosystem", "documents")
    used = approved_cost(shipped("ecosystem"), plan)
    roomy = {f"phases.{phase}.budget": 1e9 for phase in ("mvp", "mature")}
    case = changed(shipped("ecosystem"), {**roomy, "phases.scale.budget": round(used[1], 2) + spare})
    found = overruns(case, plan)
    assert [name for name, _ in found] == [name for name, _ in over]
    assert [cny for _, cny in found] == pytest.approx([cny for _, cny in over], abs=0.005)


def test_all_overruns_are_told_in_the_order_of_the_phases(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "bold")
    used = approved_cost(case, plan)
    over = {phase.id: cost - phase.budget for phase, cost in zip(case.phases, used, strict=True)}
    assert overruns(case, plan) == [(name, pytest.approx(cny)) for name, cny in over.items() if cny > 0]
    assert len(overruns(case, plan)) >= 2


def as_choice(case, plan):
    shared = [name for name, role in case.roles.items() if role.kind == "shared"]
    lines = [(line, option_of(plan.lines[line]) if line in plan.lines else closed(case)) for line in case.lines]
    seats = tuple((role, plan.seats.get(role, (0,) * len(case.phases))) for role in shared)
    return Choice(plan.modes, seats, tuple(lines))


def rows_of_the_optimizer(case, plan):
    """The second road: the left sides of the budget rows for the sum of the plan's priced pieces."""
    choice = as_choice(case, plan)
    tables = Tables(case, Pricer(case, plan.modes, 7, 1))
    for line, option in choice.lines:
        tables.add(line, [option])
    uses = Exact(case, plan.modes).uses(tables.total(choice))
    return [value for row, value in uses if row.rule == "R28"]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"choice.budget_rows": ()},
        {"choice.budget_rows": ALL_ROWS},
        {"phases.scale.first_month": 9, "phases.mature.first_month": 20, "choice.budget_rows": ALL_ROWS},
        {"clock.months": 50, "readings.salary_is": "base", "staffing.on_cost_on_bonus": True},
    ],
    ids=["shipped", "pay only", "all rows", "phases beside quarters", "short horizon"],
)
@pytest.mark.parametrize("name", ["documents", "lean", "bold"])
def test_the_optimizer_limits_the_same_money(shipped, plan_of, changed, values, name):
    case, plan = changed(shipped("ecosystem"), values), plan_of("ecosystem", name)
    assert approved_cost(case, plan) == pytest.approx(rows_of_the_optimizer(case, plan), abs=0.001, rel=0)


def test_the_optimizer_too_gives_nothing_to_a_plan_that_does_nothing(shipped, plan_of, changed):
    """Where no heads are asked for, doing nothing keeps every row: there is no unit that could use a budget."""
    none = {f"phases.{phase}.heads_least": 0.0 for phase in ("mvp", "scale", "mature")}
    case, plan = changed(shipped("ecosystem"), none), plan_of("ecosystem", "do_nothing")
    assert rows_of_the_optimizer(case, plan) == []


def test_an_overrun_begins_in_the_month_that_uses_the_budget_up(shipped, plan_of, changed):
    """The first phase may spend what its first three months cost and half of the fourth: months 4–6 are beyond."""
    plan, monthly = (
        plan_of("ecosystem", "documents"),
        approved_months(shipped("ecosystem"), plan_of("ecosystem", "documents")),
    )
    budget = float(monthly[:3].sum() + monthly[3] / 2)
    roomy = {f"phases.{phase}.budget": 1e9 for phase in ("scale", "mature")}
    (over,) = overruns_by_month(changed(shipped("ecosystem"), {**roomy, "phases.mvp.budget": budget}), plan)
    assert (over.phase, over.begins) == ("mvp", 4)
    assert [month for month, _ in over.months] == [4, 5, 6]
    assert [cny for _, cny in over.months] == pytest.approx([monthly[3] / 2, monthly[4], monthly[5]])
    assert over.cny == pytest.approx(sum(cny for _, cny in over.months))


def test_months_of_all_overruns_add_up_and_lie_in_their_phase(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "bold")
    bounds = dict(zip((phase.id for phase in case.phases), case.phase_bounds(), strict=True))
    found = overruns_by_month(case, plan)
    assert [(over.phase, over.cny) for over in found] == overruns(case, plan)
    for over in found:
        first, end = bounds[over.phase]
        assert sum(cny for _, cny in over.months) == pytest.approx(over.cny)
        assert all(first <= month < end for month, _ in over.months)
    assert overruns_by_month(case, plan_of("ecosystem", "do_nothing")) == []
