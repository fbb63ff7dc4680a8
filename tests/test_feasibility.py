"""Limits of a plan: each with a plan on it and one past it, and the same rows in the program and by hand."""

import random

import numpy as np
import pytest

from experiments.running.story import other_limits
from model.errors import InfeasibleError
from model.feasibility import TOLERANCE, bounds, broken_limits, counted
from model.plans import LinePlan, PartnerPlan, Plan, Policies
from solvers.exact import Choice, Exact, Tables
from solvers.limits import limits
from solvers.options import LineOption, allowed, closed
from solvers.path_choice import choose_path
from solvers.pricing import Pricer

MODES = ("department", "unit")


def silent(_):
    pass


@pytest.fixture(scope="module")
def bound(tiny, shipped):
    """The tiny case with every kind of limit; the first phase ends inside a quarter."""
    eco = shipped("ecosystem")
    firsts = zip(tiny.phases, (1, 6), strict=True)
    return tiny.model_copy(
        update={
            "phases": tuple(phase.model_copy(update={"first_month": month}) for phase, month in firsts),
            "sign_ups": eco.sign_ups.model_copy(update={"per_head": 1.0}),
            "approval": eco.approval.model_copy(update={"integration_most": 5e5}),
            "mode_limits": {"department": eco.mode_limits["department"].model_copy(update={"investment_least": 0.0})},
        }
    )


def plan_with(case, **changes):
    """One VP, one partner manager, the used-car platform from month 1 and the charging operator from month 4."""
    plan = Plan(
        case=case.id,
        name="p",
        title="",
        modes=MODES,
        seats={"vp": (1, 1), "bd": (1, 2)},
        lines={
            "used_car": LinePlan(
                team={"operations": (1, 2)},
                way="normal",
                partners={"used_car_1": PartnerPlan(start=1, contract="used_car_deal")},
            ),
            "charging": LinePlan(
                team={"operations": (0, 1)},
                way="normal",
                partners={"charging_1": PartnerPlan(start=4, contract="charging_first")},
            ),
        },
    )
    return plan.model_copy(update=changes)


def found_in(case, plan):
    return {each.name: each for each in counted(case, plan)}


def names_broken(case, plan):
    return {each.name for each in broken_limits(case, plan)}


@pytest.mark.parametrize(
    ("name", "path", "edge", "step", "over"),
    [
        ("heads in scale", "phases.scale.heads_most", 6.0, 1.0, -1),
        ("heads in mvp", "phases.mvp.heads_least", 3.0, 1.0, 1),
        ("heads in scale", "modes.unit.heads_most", 6.0, 1.0, -1),
        ("sign-ups in quarter 1", "sign_ups.per_head", 1.0, 0.01, -1),
        ("integration in quarter 1", "approval.integration_most", 350_000.0, 0.01, -1),
        ("months as department in mvp", "mode_limits.department.months_most", 5.0, 1.0, -1),
        ("investment as department in mvp", "mode_limits.department.investment_most", 2.6e6, 0.01, -1),
        ("investment as department in mvp", "mode_limits.department.investment_least", 2.6e6, 0.01, 1),
    ],
)
@pytest.mark.parametrize("side", [-1, 0, 1])
def test_each_limit_at_its_edge(bound, changed, name, path, edge, step, over, side):
    """On the edge and on one side of it the plan keeps the limit, on the other it breaks it."""
    case = changed(bound, {path: edge + side * step})
    assert (name in names_broken(case, plan_with(case))) is (side == over)


@pytest.mark.parametrize(("most", "broken"), [((0.0, 1.0), True), ((1.0, 1.0), False), ((1.0, 2.0), False)])
def test_bounds_of_a_shared_role(bound, changed, most, broken):
    case = changed(bound, {"roles.vp.heads_most": most})
    assert ("vp in mvp" in names_broken(case, plan_with(case))) is broken


@pytest.mark.parametrize(("most", "broken"), [((0.0, 2.0), {"mvp"}), ((1.0, 1.0), {"scale"}), ((1.0, 2.0), set())])
def test_bounds_of_a_line_role(bound, changed, most, broken):
    case = changed(bound, {"roles.operations.heads_most": most})
    found = {b.phase for b in broken_limits(case, plan_with(case)) if b.name.startswith("operations of used_car")}
    assert found == broken


def test_span_counts_people_and_what_managers_may_lead(bound, changed):
    """Six heads in the second phase; two managers of span 1 stand for four."""
    case = changed(bound, {"staffing.span_of_control": 1.0})
    span = found_in(case, plan_with(case))["span of control in scale"]
    assert (span.found, span.high) == (6, 4)
    assert span.allowed == "at most 4 heads"


def test_planned_work_beside_what_heads_carry(bound):
    """One head in months 1–5 at 0.97 and 0.3 bought on top carries 5 × 130 × 1.3 × 0.97 hours."""
    work = found_in(bound, plan_with(bound))["work of bd in mvp"]
    assert work.high == pytest.approx(5 * 130 * 1.3 * 0.97)


def test_quota_of_a_quarter_in_two_phases_counts_its_mean_heads(bound):
    """Quarter 2 lies two months in the first phase (one head) and one in the second (two heads)."""
    quarter = found_in(bound, plan_with(bound))["sign-ups in quarter 2"]
    assert quarter.found == 1
    assert quarter.high == pytest.approx(4 / 3)


def test_integration_adds_up_by_quarter(bound):
    """350,000 CNY for the used-car platform in quarter 1, 300,000 for the charging operator in quarter 2."""
    found = found_in(bound, plan_with(bound))
    assert [found[f"integration in quarter {q}"].found for q in (1, 2, 3)] == [350_000, 300_000, 0]


def test_months_in_a_mode_add_up_while_it_stays(bound):
    stays = plan_with(bound, modes=("department", "department"))
    found = found_in(bound, stays)
    assert [found[f"months as department in {phase}"].found for phase in ("mvp", "scale")] == [5, 18]
    assert found["investment as department in scale"].found == 2.6e6 + 3.3e6


def test_after_a_stop_there_is_nothing_to_keep(bound):
    stopped = plan_with(bound, policies=Policies(stop_after=5))
    assert {each.phase for each in counted(bound, stopped)} == {"mvp"}


def test_who_does_nothing_keeps_head_counts_only(bound):
    idle = plan_with(bound, seats={}, lines={})
    assert names_broken(bound, idle) == {"heads in mvp", "heads in scale", "vp in mvp", "vp in scale"} | {
        "bd in mvp",
        "bd in scale",
    }


def test_shipped_plans_break_what_finance_would_see(shipped, plan_of):
    found = names_broken(shipped("ecosystem"), plan_of("ecosystem", "documents"))
    assert found == {"budget of mvp", "budget of scale", "budget of mature", "work of data in mvp"}
    assert names_broken(shipped("ecosystem"), plan_of("ecosystem", "do_nothing")) >= {"heads in mvp"}


def test_price_says_the_limits_beside_budgets(shipped, plan_of):
    """Two data analysts against the hours of five partners; who does nothing is held to no limit."""
    eco = shipped("ecosystem")
    said = other_limits(eco, plan_of("ecosystem", "documents"))
    assert [(limit["limit"], limit["rule"]) for limit in said] == [
        ("work of Data products in Jan 2027 – Jun 2027", "R32")
    ]
    assert said[0]["found"].endswith(" hours")
    assert said[0]["allowed"].startswith("at most ")
    assert other_limits(eco, plan_of("ecosystem", "do_nothing")) == []


def choices(case, modes, count, seed):
    """Random plans in the optimizer's words."""
    rng = random.Random(seed)
    months = case.choice.start_months

    def rising(most):
        return tuple(sorted(rng.randint(0, int(most)) for _ in case.phases))

    for _ in range(count):
        seats = tuple((n, rising(max(r.heads_most))) for n, r in case.roles.items() if r.kind == "shared")
        lines = []
        for line in case.lines:
            partners = [p for p in case.partners if p.line == line and rng.random() < 0.7]
            signed = tuple(sorted((p.id, rng.choice(months), p.contract) for p in partners))
            team = {n: rising(max(r.heads_most)) for n, r in case.roles.items() if r.kind != "shared"}
            option = LineOption(tuple(sorted(team.items())), "normal", signed) if signed else closed(case)
            lines.append((line, option))
        yield Choice(modes, seats, tuple(lines))


@pytest.mark.parametrize("name", ["tiny", "ecosystem"])
def test_program_and_hand_count_the_same_for_random_plans(bound, shipped, name):
    """Thirty plans: each row of the program has the left side, and is broken where, the count by hand says."""
    case = bound if name == "tiny" else shipped("ecosystem")
    modes = MODES if name == "tiny" else ("department", "unit", "unit")
    tables, exact = Tables(case, Pricer(case, modes, 1, 1)), Exact(case, modes)
    broken = 0
    for choice in choices(case, modes, 20 if name == "tiny" else 10, 5):
        for line, option in choice.lines:
            tables.add(line, [option])
        hand = found_in(case, choice.plan(case, "p", ""))
        uses = exact.uses(tables.total(choice), idle=False)
        assert {row.name for row, _ in uses} <= set(hand)
        for row, value in uses:
            mine = hand[row.name]
            assert value - row.high == pytest.approx(mine.found - mine.high, abs=1e-6) or np.isinf(row.high)
            assert value - row.low == pytest.approx(mine.found - mine.low, abs=1e-6) or np.isinf(row.low)
        over = {row.name for row, _ in exact.broken(tables.total(choice), idle=False)}
        known = {row.name for row, _ in uses}
        teams = {n for n in names_broken(case, choice.plan(case, "p", "")) if " of " in n and n not in hand}
        assert over == (names_broken(case, choice.plan(case, "p", "")) - teams) & known
        broken += len(over)
    assert broken > 20


def test_program_asks_quarters_in_which_partners_may_start(bound):
    names = {row.name for row in limits(bound, MODES)}
    assert {f"{what} in quarter {q}" for what in ("sign-ups", "integration") for q in (1, 2)} <= names
    assert not {f"{what} in quarter {q}" for what in ("sign-ups", "integration") for q in (3, 4)} & names
    assert {b.name for b in bounds(bound, MODES)} >= names


def test_chosen_plan_keeps_the_quota_that_another_would_break(bound, changed):
    """Both lines want month 1; with half a partner a head and at most two heads, one of them has to wait."""
    free = changed(bound, {"sign_ups": None, "approval": None, "phases.mvp.budget": 9e6, "phases.scale.budget": 9e6})
    free = changed(free, {"choice.start_months": (1, 7)})
    tight = changed(free, {"sign_ups": bound.sign_ups.model_copy(update={"per_head": 0.5})})
    wanted = choose_path(free, MODES, 1, 8, silent).choice.plan(free, "p", "")
    assert "sign-ups in quarter 1" in names_broken(tight, wanted)
    found = choose_path(tight, MODES, 1, 8, silent).choice.plan(tight, "p", "")
    assert names_broken(tight, found) == set()


def test_mode_held_too_long_leaves_no_plan(bound, changed):
    case = changed(bound, {"mode_limits.department.months_most": 4.0})
    with pytest.raises(InfeasibleError, match=r"months as department in mvp: no plan keeps this rule \(R117\)"):
        choose_path(case, MODES, 1, 4, silent)


@pytest.fixture(scope="module")
def squads(bound):
    team = bound.roles["operations"].model_copy(update={"heads_most": (9.0, 9.0), "squad": 3})
    return bound.model_copy(update={"roles": bound.roles | {"operations": team}})


@pytest.mark.parametrize(("heads", "good"), [((2, 3), False), ((3, 3), True), ((3, 4), False), ((3, 6), True)])
def test_squads_come_whole(squads, heads, good):
    plan = plan_with(squads)
    line = plan.lines["used_car"].model_copy(update={"team": {"operations": heads}})
    plan = plan_with(squads, lines={"used_car": line})
    broken = {b.name: b.allowed for b in broken_limits(squads, plan) if b.name.startswith("operations")}
    assert (broken == {}) is good
    option = LineOption((("operations", heads),), "normal", (("used_car_1", 1, "used_car_deal"),))
    assert allowed(squads, option) is good


def test_a_broken_squad_has_to_be_filled_up(squads):
    plan = plan_with(squads)
    line = plan.lines["used_car"].model_copy(update={"team": {"operations": (4, 6)}})
    found = [b for b in broken_limits(squads, plan_with(squads, lines={"used_car": line})) if b.rule == "R30"]
    assert [(b.name, b.allowed) for b in found] == [("operations of used_car in mvp", "at least 6 heads")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('role = "bd"', 'role = "operations"', "sign_ups.role: unknown shared role; found operations; allowed vp,"),
        (
            "mode_limits.unit",
            "mode_limits.units",
            "mode_limits.units: unknown mode; found units; allowed virtual_group",
        ),
        (
            'investment_least = { value = 10, unit = "M CNY"',
            'investment_least = { value = 101, unit = "M CNY"',
            "mode_limits.unit.investment_least: least investment above most; found 1.01e+08 > 1e+08; allowed least",
        ),
    ],
)
def test_limits_that_name_what_is_not_there(case_folder, edit, said, old, new, words):
    edit("choice.toml", old, new)
    assert any(words in line for line in said(case_folder))


def test_tolerances_cover_every_unit(shipped):
    eco = shipped("ecosystem")
    assert {b.unit for b in bounds(eco, ("department", "unit", "unit"))} == set(TOLERANCE)
