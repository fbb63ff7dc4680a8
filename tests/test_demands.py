"""What a case asks of every plan: people in time, skills, partners that must be signed, lines that stay closed."""

import pytest

from model.demands import demands, in_time, lacking
from model.feasibility import broken_limits, counted
from model.plans import LinePlan, PartnerPlan, Plan
from model.seat_inputs import Skill
from solvers.exact import Exact, Tables
from solvers.limits import use
from solvers.options import start_options
from solvers.path_choice import choose_path
from solvers.pricing import Pricer

MODES = ("department", "unit")
SHARE = {"unit": "share", "source": "for tests"}


def silent(text):
    """Say nothing."""


def skill(role, hired, trained=0.0, required=1.0):
    parts = {"required": required, "hired": hired, "trained": trained}
    shares = {name: {"value": value, **SHARE} for name, value in parts.items()}
    return Skill(role=role, skill="sql", course={"value": 0, "unit": "CNY", "source": "for tests"}, **shares)


def plan_of(case, lines=(), **seats):
    signed = {"used_car": "used_car_1", "charging": "charging_1"}
    contracts = {p.id: p.contract for p in case.partners}
    parts = {
        line: LinePlan(
            team={"operations": (1, 1)},
            way="normal",
            partners={signed[line]: PartnerPlan(start=1, contract=contracts[signed[line]])},
        )
        for line in lines
    }
    heads = {"vp": (1, 1), "bd": (1, 1)} | seats
    return Plan(case=case.id, name="p", title="", modes=MODES, seats=heads, lines=parts)


def of_kind(case, rule):
    return [bound for bound in demands(case) if bound.rule == rule]


def test_shipped_cases_ask_for_nothing_more(tiny, shipped):
    for case in (tiny, shipped("ecosystem"), shipped("ecommerce"), shipped("channel")):
        assert demands(case) == []


@pytest.mark.parametrize(("fill", "late"), [(4.4, False), (4.5, False), (5.0, True), (9.0, True)])
def test_lead_time_against_the_end_of_the_phase(tiny, changed, fill, late):
    """Notice 0.5: ordered in month 1, filled in month 1 + round(fill + 0.5); months 1–6 are the first phase."""
    case = changed(tiny, {"roles.vp.fill_median": fill})
    assert [bound.name for bound in of_kind(case, "R136")] == (["vp there by the end of mvp"] if late else [])
    assert ("vp there by the end of mvp" in {b.name for b in broken_limits(case, plan_of(case))}) is late
    assert in_time(case, "vp", 0) == (() if late else (0,))
    # Opened with the first phase it is filled in months 1–18; opened with the second, in month 7 + 10 at the latest.
    assert in_time(case, "vp", 1) == (0, 1)


def test_ordering_ahead_helps_later_phases_only(tiny, changed):
    """12 months: a seat of the second phase opens in month 7; ordered 6 months ahead it is filled in month 13."""
    hiring = tiny.staffing.hiring.model_copy(update={"order_ahead": 6})
    late = changed(tiny, {"roles.vp.fill_median": 11.5})
    assert in_time(late, "vp", 1) == (0,)
    assert in_time(changed(late, {"staffing.hiring": hiring}), "vp", 1) == (0, 1)
    assert in_time(changed(late, {"staffing.hiring": hiring}), "vp", 0) == ()


def test_a_seat_in_time_counts_and_a_late_one_does_not(tiny, changed):
    """Lead time 12 months: the seat opened in month 1 is filled in month 13, the one of month 7 in month 19."""
    case = changed(tiny, {"roles.bd.fill_median": 11.5, "roles.bd.heads_least": (0.0, 2.0)})
    counts = {b.name: b.found for b in counted(case, plan_of(case, bd=(1, 2)))}
    assert counts["bd there by the end of scale"] == 1
    tables, exact = Tables(case, Pricer(case, MODES, 1, 1)), Exact(case, MODES)
    (row,) = (row for row in exact.rows if row.name == "bd there by the end of scale")
    for heads, there in (((0, 2), 0), ((1, 2), 1), ((2, 2), 2)):
        one = tables.role("bd", heads)
        total = type(one)(*(getattr(one, name)[None] for name in one.__dataclass_fields__))
        assert use(case, row, total, exact.fixed) == there


@pytest.mark.parametrize(("hired", "trained", "short"), [(0.6, 0.4, 0.0), (0.6, 0.2, 0.2), (0.0, 0.0, 1.0)])
def test_people_without_a_needed_skill(tiny, changed, hired, trained, short):
    case = changed(tiny, {"staffing.skills": (skill("bd", hired, trained),)})
    assert lacking(case.staffing.skills[0]) == pytest.approx(short)
    found = {b.name: b.found for b in counted(case, plan_of(case, bd=(1, 2))) if b.rule == "R137"}
    assert found == (
        {"sql of bd in mvp": pytest.approx(short), "sql of bd in scale": pytest.approx(2 * short)} if short else {}
    )


def test_a_plan_mends_a_missing_skill_by_going_without_the_role(tiny, changed):
    """Nobody of the role must be there and its work may be bought: the choice has a plan, without the role."""
    work = tiny.shared_work["bd"].model_copy(update={"may_be_empty": True})
    values = {"staffing.skills": (skill("bd", 0.8),), "roles.bd.heads_least": (0.0, 0.0), "shared_work.bd": work}
    values |= {"phases.mvp.heads_least": 1.0, "phases.scale.heads_least": 1.0}
    found = choose_path(changed(tiny, values), MODES, 1, 4, silent)
    assert dict(found.choice.seats)["bd"] == (0, 0)


def test_a_line_role_without_a_needed_skill_is_refused_at_the_door(case_folder, edit, said):
    """80 % + 20 % learn SQL; 10 % less of them, and the role of a line's team: no row of the choice sees it."""
    edit("staffing.toml", 'role = "data"\nskill', 'role = "operations"\nskill')
    edit("staffing.toml", "trained = { value = 20,", "trained = { value = 10,")
    assert any("too few people of operations have SQL; found 0.9; allowed >= 1" in line for line in said(case_folder))


def test_required_and_closed(tiny, changed):
    case = changed(tiny, {"choice.required_partners": ("charging_1",), "choice.closed_lines": ("used_car",)})
    asked = {"charging_1 signed", "partners of closed line used_car"}
    assert {b.name for b in demands(case)} == asked
    for lines, broken in (
        ((), {"charging_1 signed"}),
        (("charging",), set()),
        (("used_car",), asked),
        (("used_car", "charging"), {"partners of closed line used_car"}),
    ):
        assert {b.name for b in broken_limits(case, plan_of(case, lines))} & asked == broken
    assert [option.is_closed for option in start_options(case, "used_car", 2)] == [True]
    found = choose_path(case, MODES, 1, 4, silent).choice.plan(case, "p", "")
    assert list(found.lines) == ["charging"]


def test_doing_nothing_signs_no_required_partner(tiny, changed):
    """Where nobody must be hired, doing nothing is best at a tenth of demand, but the partner is required."""
    values = {f"roles.{role}.heads_least": (0.0, 0.0) for role in ("vp", "bd")} | {"lines.charging.demand": 0.1}
    values |= {"lines.used_car.demand": 0.1, "phases.mvp.heads_least": 0.0, "phases.scale.heads_least": 0.0}
    free = changed(tiny, values)
    assert choose_path(free, MODES, 1, 4, silent).choice.plan(free, "p", "").is_idle
    asked = changed(free, {"choice.required_partners": ("charging_1",)})
    found = choose_path(asked, MODES, 1, 4, silent)
    assert "charging" in found.choice.plan(asked, "p", "").lines
    assert found.npv < 0


def test_names_that_the_case_does_not_know(case_folder, edit, said):
    edit("choice.toml", "mode_paths = [", 'required_partners = ["nobody"]\nclosed_lines = ["no_line"]\nmode_paths = [')
    lines = "\n".join(said(case_folder))
    assert "choice.required_partners: unknown partner; found nobody; allowed insurer_1" in lines
    assert "choice.closed_lines: unknown line; found no_line; allowed insurance" in lines
