"""Levers of a line: ramp by stages, cost and payback, use by chance, partners that leave over a misfit."""

import numpy as np
import pytest

from model import economics
from model.lever_inputs import Lever
from model.levers import ramp
from model.schema import LINE_ROWS, ROW
from model.simulate import VERDICT, Block, plan_months


def amount(value, unit):
    return {"value": value, "unit": unit, "source": "test"}


def lever(effects=None, **more):
    """A lever that works at once, is used by all and costs nothing, but for what is said."""
    fields = {
        "title": "Tool",
        "first_month": 1,
        "cost_once": amount(0, "CNY"),
        "cost_month": amount(0, "CNY/month"),
        "paid_by": {},
        "stages": [{"after": 0, "reach": amount(1, "share")}],
        "learn": amount(0, "month"),
        "adoption": amount(1, "share"),
        "unused": amount(0, "share"),
        "give_up": 12,
        "partner_loss": amount(0, "share"),
        "loss_months": 6,
        "effects": {target: amount(change, "share") for target, change in (effects or {}).items()},
    }
    return Lever.model_validate(fields | more)


@pytest.fixture(scope="module")
def with_lever(changed):
    """with_lever(case, lever) is the case whose normal way uses it."""
    return lambda case, tool: changed(case, {"levers.tool": tool, "ways.normal.levers": ("tool",)})


@pytest.fixture(scope="module")
def eco(shipped, changed):
    """The ecosystem case whose partners are found, kept and lost by nothing but their trial and their contract."""
    care = ("sourcing", "crisis", "scorecard", "contract_life", "shocks", "workshops")
    return changed(shipped("ecosystem"), dict.fromkeys(care))


@pytest.fixture(scope="module")
def sure(eco, changed):
    return changed(eco, {"uncertainty.mode": "none"})


@pytest.fixture(scope="module")
def documents(plan_of):
    return plan_of("ecosystem", "documents")


def line(case, plan, name="insurance", scenarios=1, hours=200.0, stop=None):
    """One line's terms with a fixed team."""
    block = Block(case, 7, VERDICT, 0, scenarios)
    capacity = np.full((case.clock.months, 1, scenarios), hours)
    options = economics.options_of(case, name, [plan.lines[name]])
    never = case.clock.months + 1
    return economics.line_terms(case, name, options, block.chance(name), capacity, capacity * 0, stop or never)


def row(terms, name):
    return terms.rows[LINE_ROWS.index(name), :, 0]


def test_ramp_by_stages():
    """20 % at once, all after 3 months, each part learnt in 2 months."""
    stages = [{"after": 0, "reach": amount(20, "%")}, {"after": 3, "reach": amount(100, "%")}]
    tool = lever(stages=stages, learn=amount(2, "month"))
    found = ramp(tool, np.array([-1, 0, 1, 2, 3, 4, 5]))
    assert found == pytest.approx([0, 0.1, 0.2, 0.2, 0.6, 1, 1], abs=1e-12)


def test_rollout_after_3_6_and_12_months():
    stages = [{"after": month, "reach": amount(share, "share")} for month, share in ((3, 0.2), (6, 0.5), (12, 1))]
    found = ramp(lever(stages=stages), np.array([2, 3, 5, 6, 11, 12]))
    assert found == pytest.approx([0, 0.2, 0.2, 0.5, 0.5, 1])


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([], "at least one"),
        ([{"after": 3, "reach": amount(1, "share")}] * 2, "each later than the one before"),
        (
            [{"after": 0, "reach": amount(0.5, "share")}, {"after": 1, "reach": amount(0.4, "share")}],
            "each at least the one before",
        ),
    ],
)
def test_stages_that_go_backwards_are_refused(stages, words):
    with pytest.raises(ValueError, match="stages must") as caught:
        lever(stages=stages)
    assert words in str(caught.value.errors()[0]["ctx"]["allowed"])


@pytest.mark.parametrize(("price", "month"), [(600_000, 6), (1_200_000, 12)])
def test_saving_100k_a_month_pays_back_in_6_to_12_months(shipped, changed, with_lever, plan_of, price, month):
    """ch_automation_payback: 0.6–1.2 M for 100,000 a month; half of 10 CNY on 20,000 units a month is saved."""
    months = tuple([20_000.0] * 12)
    case = changed(shipped("pool"), {"costs.acquisition": 10.0, "volumes": {"all": months}})
    partner = case.partners[0]
    case = changed(case, {"volumes": {partner.id: months}})
    plan = plan_of("pool")
    tool = lever({"acquisition": -0.5}, cost_once=amount(price, "CNY"))
    net = []
    for each in (case, with_lever(case, tool)):
        book = plan_months(each, plan, Block(each, 7, VERDICT, 0, 1)).ledger
        net.append(-book[ROW["acquisition"], :, 0] - book[ROW["levers"], :, 0])
    gain = np.cumsum(net[1] - net[0])
    assert gain[month - 1] == pytest.approx(0, abs=1e-6)
    assert gain[month - 2] < -99_999


def test_cost_once_monthly_and_by_share(sure, documents, with_lever):
    tool = lever(
        first_month=5,
        cost_once=amount(90_000, "CNY"),
        cost_month=amount(1_000, "CNY/month"),
        paid_by={"insurance": amount(0.4, "share"), "other": amount(0.6, "share")},
    )
    paid = row(line(with_lever(sure, tool), documents), "levers")[:, 0]
    assert paid[:6] == pytest.approx([0, 0, 0, 0, 0.4 * 91_000, 400])
    assert paid.sum() == pytest.approx(0.4 * (90_000 + 56 * 1_000))
    both = sum(row(line(with_lever(sure, tool), documents, name), "levers").sum() for name in ("insurance", "other"))
    assert both == pytest.approx(90_000 + 56 * 1_000)


def test_lever_begins_no_earlier_than_its_line(sure, documents, with_lever):
    """Charging opens in month 9 under the documents' plan."""
    paid = row(line(with_lever(sure, lever(cost_once=amount(5, "CNY"))), documents, "charging"), "levers")[:, 0]
    assert paid.nonzero()[0].tolist() == [8]


@pytest.mark.parametrize(("stop", "total"), [(4, 0), (5, 100), (6, 101)])
def test_lever_and_the_stop(sure, documents, with_lever, stop, total):
    tool = lever(first_month=5, cost_once=amount(99, "CNY"), cost_month=amount(1, "CNY/month"))
    assert row(line(with_lever(sure, tool), documents, stop=stop), "levers").sum() == total


def test_no_way_with_a_lever_changes_nothing(sure, documents, changed):
    case = changed(sure, {"levers.tool": lever({"demand": 1.0}, cost_once=amount(5, "CNY"))})
    a, b = line(case, documents), line(sure, documents)
    assert np.array_equal(a.rows, b.rows)
    assert np.array_equal(a.work, b.work)


def test_demand_and_work_factors(sure, documents, with_lever, changed):
    """With all demand served, volume moves with demand, team work with hours per unit, shared work with its factor."""
    case = changed(sure, {"lines.other.service_slope": 0.0, "lines.other.partner_hours": 0.0})
    before = line(case, documents, "other")
    after = line(with_lever(case, lever({"demand": 0.1, "unit_hours": -0.7, "shared_hours": -0.5})), documents, "other")
    assert after.volume == pytest.approx(before.volume * 1.1)
    assert after.team_work == pytest.approx(before.team_work * 1.1 * 0.3)
    halved = line(with_lever(case, lever({"shared_hours": -0.5})), documents, "other")
    assert halved.work == pytest.approx(before.work / 2)


def test_partner_hours_and_capacity(sure, documents, with_lever, changed):
    case = changed(sure, {"lines.other.service_slope": 0.0})
    free = changed(case, {"partners.other_1.unit_hours": 0.0})
    before = line(free, documents, "other")
    after = line(with_lever(free, lever({"partner_hours": -0.25, "capacity": 0.1875})), documents, "other")
    assert after.team_work == pytest.approx(before.team_work * 0.75)
    assert after.capacity == pytest.approx(before.capacity * 1.1875)


def test_quality_changes_move_the_deduction(sure, documents, with_lever):
    """Complaints of 3–6.2 % pass the limit of 8 % when tripled; then 10 % of commission goes."""
    assert row(line(sure, documents, hours=1e9), "quality_deduction").sum() == 0
    after = line(with_lever(sure, lever({"complaint": 2.0})), documents, hours=1e9)
    assert row(after, "quality_deduction") == pytest.approx(0.1 * row(after, "commission"))
    both = line(with_lever(sure, lever({"complaint": 2.0, "nps": -0.2})), documents, hours=1e9)
    assert row(both, "quality_deduction") == pytest.approx((1 - 0.9 * 0.85) * row(both, "commission"))


def test_levers_of_a_way_multiply(sure, documents, changed):
    case = changed(
        sure,
        {
            "levers.a": lever({"acquisition": -0.2}),
            "levers.b": lever({"acquisition": 0.5}),
            "ways.normal.levers": ("a", "b"),
        },
    )
    a, b = row(line(sure, documents), "acquisition"), row(line(case, documents), "acquisition")
    assert b == pytest.approx(a * 0.8 * 1.5)


def test_without_chance_only_a_sure_lever_is_used(sure, documents, with_lever):
    """At 99 % the sure case does not use it; what is left unused works until it is given up."""
    before = row(line(sure, documents, "other"), "acquisition")[:, 0]
    tool = lever({"acquisition": -1.0}, adoption=amount(0.99, "share"), unused=amount(0.15, "share"), give_up=3)
    after = row(line(with_lever(sure, tool), documents, "other"), "acquisition")[:, 0]
    assert after[:3] == pytest.approx(before[:3] * 0.85)
    assert after[3:] == pytest.approx(before[3:])
    certain = lever({"acquisition": -1.0}, adoption=amount(1, "share"), give_up=3)
    assert row(line(with_lever(sure, certain), documents, "other"), "acquisition").sum() == 0


def test_unused_tool_loses_its_money(sure, documents, with_lever):
    """ch_fail_crm: 2.8 M once; used by nobody it runs until it is given up."""
    tool = lever(
        cost_once=amount(2.8, "M CNY"),
        cost_month=amount(10_000, "CNY/month"),
        adoption=amount(0, "share"),
        give_up=6,
    )
    paid = row(line(with_lever(sure, tool), documents), "levers")[:, 0]
    assert paid[:7] == pytest.approx([2_810_000, *[10_000] * 5, 0])
    assert paid.sum() == pytest.approx(2_860_000)


def test_share_of_scenarios_that_use_it_is_its_chance(eco, documents, with_lever):
    tool = lever(cost_month=amount(1, "CNY/month"), adoption=amount(0.3, "share"), give_up=1)
    paid = row(line(with_lever(eco, tool), documents, "other", scenarios=4096), "levers")
    used = paid[5] > 0
    alive = row(line(eco, documents, "other", scenarios=4096), "partner_upkeep")[5] > 0
    assert used[alive].mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / alive.sum()))


def test_lines_share_the_same_chance(eco, documents, with_lever):
    tool = lever(cost_month=amount(1, "CNY/month"), adoption=amount(0.5, "share"), give_up=1, first_month=3)
    case = with_lever(eco, tool)
    a, b = (row(line(case, documents, name, scenarios=256), "levers")[4] > 0 for name in ("insurance", "other"))
    alive = row(line(case, documents, "other", scenarios=256), "partner_upkeep")[4] > 0
    assert 0 < a.mean() < 1
    assert np.array_equal(a[alive], b[alive])


@pytest.mark.parametrize(("adoption", "lost"), [(0, 0.41), (1, 0)])
def test_copied_scheme_drives_41_percent_out_in_half_a_year(eco, documents, with_lever, adoption, lost):
    """ch_fail_copy: 41 % of partners gone after six months, none later; a scheme that fits loses nobody."""
    tool = lever(first_month=13, adoption=amount(adoption, "share"), partner_loss=amount(0.41, "share"))
    before = line(eco, documents, "other", scenarios=2048).partners[:, 0]
    after = line(with_lever(eco, tool), documents, "other", scenarios=2048).partners[:, 0]
    assert np.array_equal(before[12], after[12])
    stayed = before[17] > 0
    gone = stayed & (after[18] == 0)
    assert gone.sum() / stayed.sum() == pytest.approx(lost, abs=4 * np.sqrt(0.25 / stayed.sum()) * bool(lost))
    assert np.array_equal(after[18:] > 0, (before[18:] > 0) & (after[18] > 0))


def test_adding_a_lever_leaves_the_other_draws_alone(eco, documents, with_lever):
    case = eco
    a = Block(case, 7, VERDICT, 0, 64).chance("other")
    b = Block(with_lever(case, lever(partner_loss=amount(0.1, "share"))), 7, VERDICT, 0, 64).chance("other")
    assert np.array_equal(a.demand, b.demand)
    assert np.array_equal(a.trial_passed, b.trial_passed)


def test_faults_across_sections(case_folder, said):
    text = (case_folder / "lines.toml").read_text(encoding="utf-8")
    text = text.replace(
        'work = { value = 1, unit = "factor", guess = [1, 1] }',
        'work = { value = 1, unit = "factor", guess = [1, 1] }\nlevers = ["crm", "erp"]',
    )
    text += """
[levers.crm]
title = "CRM"
first_month = 1
cost_once = { value = 2.8, unit = "M CNY", source = "003 §13" }
cost_month = { value = 0, unit = "CNY/month", source = "test" }
stages = [{ after = 0, reach = { value = 100, unit = "%", source = "test" } }]
learn = { value = 0, unit = "month", source = "test" }
adoption = { value = 1, unit = "share", source = "test" }
unused = { value = 15, unit = "%", source = "003 §13" }
give_up = 12
partner_loss = { value = 0, unit = "share", source = "test" }
loss_months = 6
effects = {}

[levers.crm.paid_by]
insurance = { value = 0.7, unit = "share", source = "test" }
othr = { value = 0.4, unit = "share", source = "test" }
"""
    (case_folder / "lines.toml").write_text(text, encoding="utf-8")
    found = said(case_folder)
    assert len(found) == 3
    assert found[0].startswith("E-REF  lines.toml: ways.normal.levers: unknown lever; found erp; allowed crm")
    assert found[1].startswith("E-REF  lines.toml: levers.crm.paid_by.othr: unknown line; found othr; allowed insuranc")
    assert found[1].endswith("mend: did you mean other?")
    assert found[2].startswith("E-RULE  lines.toml: levers.crm.paid_by: lines pay more than the lever costs; found 1.1")
