"""Owners within reach: fleet, cities, their cost, and the cut when owners cannot ask for more."""

import pytest

from model import market
from model.cost_inputs import Market
from model.plans import plan_faults


@pytest.fixture
def eco(shipped, changed):
    return changed(
        shipped("ecosystem"),
        {
            "market.owners": 10_000.0,
            "market.new_owners": 1_200.0,
            "market.scrapped": 0.0,
            "market.reach": (0, 0.2, 0.5, 0.8, 1),
        },
    )


def test_the_fleet_grows_by_sales_and_shrinks_by_scrapping(eco, changed):
    assert market.fleet(eco)[:3].tolist() == pytest.approx([10_000, 10_100, 10_200])
    shrinking = changed(eco, {"market.new_owners": 0.0, "market.scrapped": 0.1})
    assert market.fleet(shrinking)[[12, 24]].tolist() == pytest.approx([9_000, 8_100])


def test_reach_follows_the_open_cities_of_each_phase_and_lies_between_the_known_points(eco):
    share = market.reachable(eco, None) / market.fleet(eco)
    assert share[[0, 5, 6, 17, 18]].tolist() == pytest.approx([0.2, 0.2, 0.5, 0.5, 0.8])
    assert (market.reachable(eco, (0, 20, 200)) / market.fleet(eco))[[0, 6, 18]].tolist() == pytest.approx([0, 0.65, 1])


def test_cities_cost_once_when_they_open_and_every_month_while_they_are(eco, changed):
    case = changed(eco, {"market.opening": 1000.0, "market.upkeep": 10.0})
    cost = market.entry_cost(case, (3, 10, 4))
    assert cost[[0, 1, 6, 7, 18, 19]].tolist() == [3030, 30, 7100, 100, 40, 40]


def test_a_case_without_market_has_no_limit_and_no_cost(shipped):
    paper = shipped("paper")
    assert market.reachable(paper, None) is None
    assert market.most_units(paper, next(iter(paper.lines)), None) is None
    assert not market.entry_cost(paper, None).any()


@pytest.mark.parametrize(("take_up", "cut"), [(1.0, True), (50.0, False)])
def test_demand_is_cut_for_all_partners_alike_when_owners_cannot_ask_for_more(
    eco, changed, plan_of, months_of, take_up, cut
):
    free = changed(eco, {"lines.insurance.take_up": None, "lines.insurance.service_slope": 0.0})
    tight = changed(free, {"lines.insurance.take_up": take_up})
    plan = plan_of("ecosystem", "documents")
    loose, held = (months_of(case, plan, 20).volume["insurance"] for case in (free, tight))
    most = market.most_units(tight, "insurance", market.reachable(tight, None))[:, None]
    assert (held <= most * (1 + 1e-12)).all()
    assert (held < loose - 1e-9).any() == cut
    same = loose[0] <= most[0]
    assert held[0, same] == pytest.approx(loose[0, same])


def test_a_plan_may_open_other_cities_and_pays_for_them(eco, changed, plan_of, rows_of):
    plan = plan_of("ecosystem", "documents")
    more = rows_of(eco, changed(plan, {"cities": (10, 30, 60)}))["market_entry"].sum()
    usual = rows_of(eco, plan)["market_entry"].sum()
    months = 7 * 6 + 20 * 12 + 30 * 42
    assert more - usual == pytest.approx(30 * float(eco.market.opening) + months * float(eco.market.upkeep))


def test_cities_of_a_plan_need_one_count_per_phase_and_a_market(eco, shipped, changed, plan_of):
    faults = plan_faults(eco, changed(plan_of("ecosystem", "documents"), {"cities": (3, 10)}))
    assert faults == [("cities", "open cities by phase", [3, 10], "3 counts and a market")]
    faults = plan_faults(shipped("paper"), changed(plan_of("paper"), {"cities": (3, 10, 30)}))
    assert faults == [("cities", "open cities by phase", [3, 10, 30], "3 counts and a market")]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"reach": [0, 0.5]}, "each number of cities needs its reach"),
        ({"reach": [0, 0.5, 0.4]}, "reach must rise with the cities"),
        ({"reach_cities": [0, 3, 3]}, "reach must rise with the cities"),
    ],
)
def test_a_reach_that_does_not_rise_is_refused(broken, message):
    numbers = {
        "cities": ([3, 10, 30], "cities"),
        "reach_cities": ([0, 3, 10], "cities"),
        "reach": ([0, 0.2, 0.5], "share"),
    }
    numbers |= {"owners": (1, "owners"), "new_owners": (0, "units/year"), "scrapped": (0, "share/year")}
    numbers |= {"opening": (0, "CNY"), "upkeep": (0, "CNY/month")}
    data = {n: {"value": broken.get(n, v), "unit": unit, "source": "test"} for n, (v, unit) in numbers.items()}
    with pytest.raises(ValueError, match=message):
        Market.model_validate(data)


def test_recharges_and_cities_end_with_the_unit(shipped, plan_of, rows_of):
    rows = rows_of(shipped("ecosystem"), plan_of("ecosystem", "stop_after_6"))
    assert rows["market_entry"][6:].sum() == rows["recharges"][6:].sum() == 0
    assert rows["recharges"][:6].tolist() == [8000.0] * 6
