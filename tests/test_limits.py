"""The rules of a plan, counted by hand and by the simulator at zero uncertainty."""

import numpy as np
import pytest

from model import staffing
from model.economics import fixed_work
from model.plans import careers_of, heads_by_phase, plan_careers
from model.schema import ROW, SEAT_ROWS
from model.simulate import TABLE, Block, plan_months
from solvers.exact import Choice, Exact, Tables
from solvers.limits import limits, quarter_parts, quarters_of
from solvers.options import LineOption, closed
from solvers.pricing import Pricer

MODES = ("department", "unit")
CAR = LineOption((("operations", (1, 2)),), "normal", (("used_car_1", 1, "used_car_deal"),))
CHARGE = LineOption((("operations", (0, 1)),), "normal", (("charging_1", 4, "charging_first"),))


def choice_of(case, bd=(1, 2), vp=(1, 1), car=CAR, charge=CHARGE):
    return Choice(MODES, (("vp", vp), ("bd", bd)), (("used_car", car), ("charging", charge)))


def uses_of(case, choice, scenarios=2):
    tables = Tables(case, Pricer(case, choice.modes, 1, scenarios))
    for line, option in choice.lines:
        tables.add(line, [option])
    exact = Exact(case, choice.modes)
    total = tables.total(choice)
    return {row.name: value for row, value in exact.uses(total)}, {row.name for row, _ in exact.broken(total)}


def sure_months(case, plan):
    sure = case.model_copy(update={"uncertainty": case.uncertainty.model_copy(update={"mode": "none"})})
    return plan_months(sure, plan, Block(sure, 0, TABLE, 0, 1))


def budget_by_hand(case, plan, rows=("hiring_fee", "tools", "agency")):
    """Approved seats and the sure ledger's other rows, by phase."""
    monthly = np.zeros(case.clock.months)
    for career in plan_careers(case, plan):
        cost = staffing.approved(case, career)
        monthly += sum(cost[i] for i, name in enumerate(SEAT_ROWS) if name != "hiring_fee" or name in rows)
    book = sure_months(case, plan).ledger[:, :, 0]
    monthly += sum(book[ROW[name]] for name in rows if name != "hiring_fee")
    return [monthly[first - 1 : end - 1].sum() for first, end in case.phase_bounds()]


def test_every_rule_of_a_plan_has_its_row(tiny):
    names = {row.name: row.rule for row in limits(tiny, MODES)}
    assert names == {
        f"{what} {phase}": rule
        for phase in ("mvp", "scale")
        for what, rule in (
            ("heads in", "R29"),
            ("vp in", "R30"),
            ("bd in", "R30"),
            ("span of control in", "R31"),
            ("budget of", "R28"),
            ("work of bd in", "R32"),
        )
    }


def test_heads_span_and_roles_by_hand(tiny):
    choice = choice_of(tiny)
    uses, _ = uses_of(tiny, choice)
    assert [uses["heads in mvp"], uses["heads in scale"]] == [3, 6]
    assert heads_by_phase(tiny, choice.plan(tiny, "p", "")) == [3, 6]
    assert [uses["vp in mvp"], uses["bd in mvp"], uses["bd in scale"]] == [1, 1, 2]
    # managers: the VP and the first partner manager
    assert [uses["span of control in mvp"], uses["span of control in scale"]] == [3 - 8 * 2, 6 - 8 * 2]


def test_one_partner_manager_costs_what_the_rules_say(tiny):
    """Documented example of R28: open in months 7–18; 54,000 × 0.9 + 2,500 of fee, 450 a month of training."""
    with_two, _ = uses_of(tiny, choice_of(tiny, bd=(1, 2), car=closed(tiny), charge=closed(tiny)))
    with_one, _ = uses_of(tiny, choice_of(tiny, bd=(1, 1), car=closed(tiny), charge=closed(tiny)))
    parts = staffing.approved(tiny, careers_of(tiny, "bd", "", (0, 1))[0]).sum(axis=1)
    told = {"base_pay": 275_400, "project_bonus": 45_900, "on_cost": 106_579.8, "hiring_fee": 51_100, "training": 5_400}
    assert dict(zip(SEAT_ROWS, parts, strict=True)) == pytest.approx(dict.fromkeys(SEAT_ROWS, 0.0) | told, abs=0.5)
    assert with_two["budget of mvp"] == with_one["budget of mvp"]
    # without lines there is only fixed work, 20 hours a month, which one head carries: nothing is bought in either plan
    assert with_two["budget of scale"] - with_one["budget of scale"] == pytest.approx(484_379.8, abs=1)


@pytest.mark.parametrize("bd", [(1, 1), (1, 2), (2, 2)])
@pytest.mark.parametrize("months", [(1, 7), (1, 6), (1, 8)])
@pytest.mark.parametrize(
    "rows", [("hiring_fee", "tools", "agency"), (), ("integration", "trial_cost", "partner_upkeep", "agency")]
)
def test_budget_equals_the_sure_ledger(tiny, changed, bd, months, rows):
    phases = tuple(p.model_copy(update={"first_month": m}) for p, m in zip(tiny.phases, months, strict=True))
    case = changed(tiny, {"phases": phases, "choice.budget_rows": rows, "shared_work.bd.trial": 300.0})
    choice = choice_of(case, bd=bd)
    uses, _ = uses_of(case, choice)
    expected = budget_by_hand(case, choice.plan(case, "p", ""), rows)
    assert [uses["budget of mvp"], uses["budget of scale"]] == pytest.approx(expected, abs=1e-6)


def test_shared_work_by_hand(tiny):
    """Sure work less 130 hours × 1.3 × coordination for each head and month of the phase."""
    choice = choice_of(tiny, bd=(1, 2))
    uses, _ = uses_of(tiny, choice)
    work = sure_months(tiny, choice.plan(tiny, "p", "")).work[0, :, 0]
    assert uses["work of bd in mvp"] == pytest.approx(work[:2].sum() - 6 * 130 * 1.3 * 0.97)
    assert uses["work of bd in scale"] == pytest.approx(
        work[2:].sum() - 2 * 12 * 130 * 1.3 * float(tiny.modes["unit"].coordination)
    )


def test_quarter_in_two_phases_is_shared_by_its_months(tiny, changed):
    phases = tuple(p.model_copy(update={"first_month": m}) for p, m in zip(tiny.phases, (1, 6), strict=True))
    case = changed(tiny, {"phases": phases, "clock.months": 16})
    assert quarter_parts(case).tolist() == pytest.approx(
        np.array([[1, 0], [2 / 3, 1 / 3], [0, 1], [0, 1], [0, 1], [0, 1]])
    )
    assert [quarters_of(case, phase) for phase in (0, 1)] == [(0,), (1, 2, 3, 4, 5)]
    assert fixed_work(case, 16) @ quarter_parts(case) == pytest.approx(np.array([[20 * 5, 20 * 11]]))
    choice = choice_of(case, bd=(1, 1))
    uses, _ = uses_of(case, choice)
    work = sure_months(case, choice.plan(case, "p", "")).work[0, :, 0]
    assert uses["work of bd in mvp"] == pytest.approx(work[0] + work[1] * 2 / 3 - 5 * 130 * 1.3 * 0.97)


def test_role_that_may_be_empty_has_no_work_row(tiny, changed):
    case = changed(tiny, {"shared_work.bd.may_be_empty": True})
    assert not [row for row in limits(case, MODES) if row.rule == "R32"]


def test_bounds_of_phase_and_mode_both_hold(tiny, changed):
    case = changed(tiny, {"modes.unit.heads_least": 4.0, "modes.department.heads_most": 4.0})
    rows = {row.name: (row.low, row.high) for row in limits(case, MODES)}
    assert rows["heads in mvp"] == (2, 4)
    assert rows["heads in scale"] == (4, 7)


@pytest.mark.parametrize(("extra", "broken"), [(-0.01, True), (0.0, False), (0.01, False)])
def test_budget_binds_at_the_fen(tiny, changed, extra, broken):
    choice = choice_of(tiny)
    need = budget_by_hand(tiny, choice.plan(tiny, "p", ""))[1]
    phases = (tiny.phases[0], tiny.phases[1].model_copy(update={"budget": round(need, 2) + extra}))
    _, names = uses_of(changed(tiny, {"phases": phases}), choice)
    assert ("budget of scale" in names) is broken


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"phases.scale.heads_most": 5.0}, "heads in scale"),
        ({"phases.mvp.heads_least": 4.0}, "heads in mvp"),
        ({"roles.bd.heads_most": (1.0, 1.0)}, "bd in scale"),
        ({"roles.vp.heads_least": (2.0, 1.0)}, "vp in mvp"),
        ({"staffing.span_of_control": 1.0}, "span of control in scale"),
        ({"phases.mvp.budget": 1e6}, "budget of mvp"),
        ({"shared_work.bd.fixed": 200.0}, "work of bd in mvp"),
    ],
)
def test_broken_row_is_named(tiny, changed, change, name):
    rich = changed(tiny, {"phases.mvp.budget": 9e6, "phases.scale.budget": 9e6})
    case = changed(rich, change)
    tables = Tables(case, Pricer(rich if "roles" in str(change) else case, MODES, 1, 2))
    choice = choice_of(case)
    for line, option in choice.lines:
        tables.add(line, [option])
    assert [row.name for row, _ in Exact(case, MODES).broken(tables.total(choice))] == [name]
