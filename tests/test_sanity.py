"""Each light of the panel just inside, on and just outside its threshold, on hand-made samples."""

import numpy as np
import pytest

from experiments.running.door import nothing
from experiments.running.sanity import CHECKS, Evidence, panel
from model.plans import Plan
from model.schema import ROW, ROW_NAMES
from model.simulate import Outcome
from model.summary import Estimate

M = 1e6
RARE, FULL, EARLY, CASH, PAYBACK, SIZE, PACE, ON_COST, RESPONSE = range(9)


def outcome(revenue=(12.0,), cost=(10.0,), cash=((-8.0,) * 30 + (1.0,) * 30,), npv=(1.0,)):
    """One outcome: revenue and cost by scenario in year 1 of five, cash by scenario and month, M CNY."""
    years = np.zeros((len(ROW_NAMES), 5, len(revenue)))
    years[ROW["commission"], 0], years[ROW["tools"], 0] = revenue, cost
    none = np.zeros((1, 1))
    return Outcome(years, np.array(cash).T * M, none, np.array(npv) * M, none, none, none, none, none, none)


@pytest.fixture
def light(shipped):
    """light(number, outcome=…, heads=…, salary_is=…, free=…) is one light of the panel."""

    def look(
        number, found=None, heads=(10, 12, 16), salary_is="package", free=2 * M, modes=("department",) * 3, schemes=None
    ):
        case = shipped("ecosystem")
        case = case.model_copy(update={"readings": case.readings.model_copy(update={"salary_is": salary_is})})
        plan = Plan(case=case.id, name="p", title="P", modes=modes, seats={"data": heads}, lines={})
        return CHECKS[number](Evidence(case, plan, found or outcome(), free, schemes or {}))

    return look


@pytest.mark.parametrize(("above", "colour"), [(9, "green"), (10, "green"), (11, "amber")])
def test_at_most_one_scenario_in_a_hundred_has_a_full_roi_above_150_percent(light, above, colour):
    revenue = np.full(1000, 25.0)  # 25 on 10 spent is exactly 150 %
    revenue[:above] = 25.001
    found = light(RARE, outcome(revenue, np.full(1000, 10.0)))
    assert (found.light, found.expected) == (colour, "at most 1 %")


@pytest.mark.parametrize(
    ("revenue", "colour"), [(5.999, "amber"), (6.0, "green"), (12.0, "green"), (16.0, "green"), (16.001, "amber")]
)
def test_the_median_full_roi_lies_between_minus_40_and_plus_60_percent(light, revenue, colour):
    assert light(FULL, outcome((0.0, revenue, 99.0), (10.0,) * 3)).light == colour


@pytest.mark.parametrize(("revenue", "colour"), [(11.999, "green"), (12.0, "green"), (12.001, "amber")])
def test_the_median_24_month_full_roi_is_at_most_20_percent(light, revenue, colour):
    assert light(EARLY, outcome((revenue,))).light == colour


def test_the_24_month_roi_knows_nothing_of_the_third_year(light):
    found = outcome((10.0,))
    found.years[ROW["commission"], 2] = 90.0
    assert light(EARLY, found).found == "0\u00a0%"
    assert light(FULL, found).light == "amber"


@pytest.mark.parametrize(
    ("middle", "bad", "colour"),
    [
        (3.999, 5.0, "amber"),
        (4.0, 5.0, "green"),
        (16.0, 28.0, "green"),
        (16.001, 28.0, "amber"),
        (16.0, 28.001, "amber"),
    ],
)
def test_the_cash_need_is_4_to_16_million_and_28_in_the_bad_case(light, middle, bad, colour):
    depth = [bad] * 2 + [middle] * 19  # the 95 % quantile of 21 values is the second largest
    assert light(CASH, outcome(cash=[(-1.0, -value, 2.0) for value in depth])).light == colour


@pytest.mark.parametrize(("month", "colour"), [(17, "amber"), (18, "green"), (19, "green")])
def test_payback_before_month_18_is_amber(light, month, colour):
    found = light(PAYBACK, outcome(cash=[(-5.0,) * (month - 1) + (1.0,) * 30]))
    assert (found.light, found.found) == (colour, f"month {month}")


@pytest.mark.parametrize(("never", "colour"), [(1, "amber"), (2, "green")])
def test_scenarios_that_never_pay_back_count_as_late_ones(light, never, colour):
    soon, not_ever = (-5.0,) * 4 + (1.0,) * 6, (-5.0,) * 10
    cash = [soon] + [not_ever] * never
    found = light(PAYBACK, outcome(cash=cash))
    assert (found.light, "never" in found.found) == (colour, never == 2)


@pytest.mark.parametrize(("most", "colour"), [(29, "green"), (30, "green"), (31, "amber")])
def test_more_than_30_heads_are_amber(light, most, colour):
    assert light(SIZE, heads=(5, 9, most)).light == colour


@pytest.mark.parametrize(
    ("salary_is", "heads", "modes", "colour"),
    [
        ("package", (5, 15, 20), ("department",) * 3, "green"),
        ("base", (5, 14, 14), ("department",) * 3, "green"),
        ("base", (5, 15, 14), ("department",) * 3, "amber"),  # the mode allows 15
        ("base", (14, 20, 29), ("unit",) * 3, "green"),
        ("base", (15, 20, 29), ("unit",) * 3, "amber"),  # the phase allows 15
        ("base", (5, 20, 30), ("unit",) * 3, "amber"),
    ],
)
def test_a_plan_at_a_cap_is_amber_under_base(light, salary_is, heads, modes, colour):
    found = light(SIZE, heads=heads, salary_is=salary_is, modes=modes)
    assert found.light == colour
    assert ("at a cap" in found.found) == (colour == "amber")


@pytest.mark.parametrize(
    ("heads", "colour"),
    [((10, 20, 30), "green"), ((9, 19, 29), "green"), ((11, 11, 11), "amber"), ((10, 21, 30), "amber")],
)
def test_hiring_earlier_than_10_20_30_is_amber(light, heads, colour):
    assert light(PACE, heads=heads).light == colour


def test_the_pace_is_judged_by_the_months_of_the_phases(light, shipped):
    case = shipped("ecosystem")
    late = case.model_copy(update={"phases": (case.phases[2],)})
    plan = Plan(case=case.id, name="p", title="P", modes=("unit",), seats={"data": (30,)}, lines={})
    assert CHECKS[PACE](Evidence(late, plan, outcome(), None, {})).light == "green"


@pytest.mark.parametrize(
    ("free", "colour", "said"),
    [(1.001 * M, "green", "−0.00 M CNY"), (M, "amber", "0 M CNY"), (0.5 * M, "amber", "+0.50 M CNY")],
)
def test_on_cost_must_worsen_the_result(light, free, colour, said):
    found = light(ON_COST, free=free)
    assert found.light == colour
    assert found.found.removeprefix("−") == said.removeprefix("−")


@pytest.mark.parametrize(("gain", "colour"), [(-1.0, "green"), (0.0, "green"), (1.0, "amber")])
def test_no_pay_scheme_may_win_when_nobody_responds(light, gain, colour):
    found = light(RESPONSE, schemes={"annual bonus": Estimate(-2 * M, M), "overage pool": Estimate(gain, 1.0)})
    assert found.light == colour
    assert found.found.startswith("annual bonus −2.0 M CNY, overage pool ")


def test_without_pay_schemes_the_panel_says_so(light):
    assert (light(RESPONSE).light, light(RESPONSE).found) == ("green", "no scheme is paid")


def test_a_plan_that_spends_nothing_has_no_roi_to_be_judged(light):
    found = light(FULL, outcome((0.0,), (0.0,)))
    assert (found.light, found.found) == ("amber", "not defined: nothing is spent")


def test_doing_nothing_gets_one_green_line(shipped):
    case = shipped("ecosystem")
    lights = panel(Evidence(case, nothing(case), outcome((0.0,), (0.0,), [(0.0,) * 60], (0.0,)), None, {}))
    assert [found.light for found in lights] == ["green"]


def test_the_panel_has_a_line_for_each_question_and_all_are_told_apart(shipped, light):
    case = shipped("ecosystem")
    plan = Plan(case=case.id, name="p", title="P", modes=("unit",) * 3, seats={"data": (5, 9, 12)}, lines={})
    lights = panel(Evidence(case, plan, outcome(), 2 * M, {}))
    assert len({found.what for found in lights}) == 9
    assert all(found.why and found.found and found.expected for found in lights)
