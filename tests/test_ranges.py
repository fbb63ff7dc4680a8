"""Actuals against stated ranges: two months running, exact intervals, fifths; lights on a small sheet."""

import numpy as np
import pytest

from experiments.reviewing import ranges
from experiments.reviewing.figures import Item
from experiments.reviewing.lights import lights

nan = np.nan


def test_off_by_more_than_rounding_only():
    low, middle, high = (np.full((1, 5), value) for value in (90.0, 100.0, 110.0))
    found = ranges.off(np.array([[88.9, 89.0, 111.0, 111.1, nan]]), low, middle, high)
    assert found[0, :4].tolist() == [-1, 0, 0, 1]
    assert np.isnan(found[0, 4])


def test_a_light_needs_the_same_side_twice_running():
    sides = np.array([[0, -1, -1], [0, 1, -1], [-1, -1, 0], [nan, nan, 1], [1, nan, 1], [0, 0, 0]], dtype=float)
    assert ranges.lights(sides).tolist() == [-1, 0, 0, 0, 1, 0]


def test_the_record_by_hand():
    """Eight of ten inside: Clopper and Pearson's 95 % interval of 8 in 10 is 0.444 to 0.975."""
    found = ranges.record(np.array([0.05, 0.95, 0.1, 0.9, 0.3, 0.3, 0.5, 0.5, 0.7, 0.7]))
    assert (found.count, found.inside) == (10, 8)
    assert (found.low, found.high) == pytest.approx((0.4439, 0.9748), abs=1e-4)
    assert found.fifths == (2, 2, 2, 2, 2)
    assert found.chance == 1.0
    low = ranges.record(np.zeros(20))
    # all 20 in the lowest fifth: chi² = (16² + 4 × 4²) ÷ 4 = 80 at four degrees of freedom
    assert (low.fifths, low.inside) == ((20, 0, 0, 0, 0), 0)
    assert low.chance == pytest.approx(1.7e-16, rel=0.05)
    assert ranges.record(np.array([1.0])).fifths == (0, 0, 0, 0, 1)


def test_no_figure_is_no_record():
    found = ranges.record(np.array([]))
    assert (found.count, found.low, found.high) == (0, 0.0, 1.0)


def test_right_ranges_are_found_right():
    rng = np.random.default_rng(3)
    places = ranges.place(rng.standard_normal(1000), rng.standard_normal((1000, 500)))
    found = ranges.record(places)
    assert found.low < 0.8 < found.high
    assert found.chance > 0.01


def test_figures_on_which_futures_agree_are_no_ranges():
    futures = np.array([np.arange(8.0), np.array([1.0, 1, 1, 1, 2, 2, 3, 3]), np.ones(8)])
    assert ranges.smooth(futures).tolist() == [True, False, False]


ITEMS = [
    Item("revenue.a", "Revenue, A", "CNY"),
    Item("volume.a", "Volume, A", "units"),
    Item("heads.vp", "Heads, VP", "heads"),
    Item("pay.vp", "Pay, VP", "CNY"),
    Item("cost.tools", "Cost, Tools", "CNY"),
    Item("cost.acquisition", "Cost, Winning users", "CNY"),
    Item("at_work.p", "At work (1) or not (0), P", "partners"),
]


@pytest.fixture(scope="module")
def futures():
    """201 futures of three months: volume 100…300 with the partner, a tenth without it (every other future)."""
    volume = np.linspace(100, 300, 201)
    works = np.arange(201) % 2 == 0
    volume = np.where(works, volume, volume / 10)
    rows = [volume * 5, volume, np.ones(201), np.full(201, 20.0), np.full(201, 7.0), volume, works.astype(float)]
    return np.repeat(np.array(rows)[:, None], 3, axis=1)


def lit(futures, **changes):
    usual = {"revenue.a": 1000, "volume.a": 200, "heads.vp": 1, "pay.vp": 20, "cost.tools": 7, "at_work.p": 1}
    rows = [(usual | changes).get(item.key, nan) for item in ITEMS]
    actual = np.array([np.broadcast_to(np.asarray(row, dtype=float), 3) for row in rows])
    return {light.key: light.side for light in lights(ITEMS, futures, actual)}


def test_nothing_is_lit_on_plan(futures):
    found = lit(futures)
    assert set(found) == {"demand.a", "price.a", "heads.vp", "pay.vp", "cost.tools", "partner.p"}
    assert not any(found.values())


def test_low_demand_lights_demand_alone(futures):
    """110 is below the 1-in-10 case of 120 of futures with the partner, though within the range of all."""
    found = lit(futures, **{"volume.a": [200, 110, 110], "revenue.a": [1000, 550, 550]})
    assert {key for key, side in found.items() if side} == {"demand.a"}
    assert found["demand.a"] == -1


TWO = [Item(f"{kind}.{line}", f"{kind}, {line}", "") for kind in ("volume", "revenue") for line in "ab"]


def test_single_months_hide_a_level_that_three_months_together_show():
    """Levels of 100…300 with +90, 0 and −90 in turn: 1 in 10 months of a line is below 70, 1 in 10 quarters below 360.

    100 a month is within the former; the quarter of both lines, 600, is outside its 720.
    """
    level, noise = np.linspace(100, 300, 201), np.array([90.0, 0.0, -90.0])
    months = level + noise[(np.arange(6)[:, None] + np.arange(201)) % 3]
    futures = np.array([months, months, 5 * months, 5 * months])
    for volume, side in ((100, -1), (119, 0)):  # 1 % of 1,200 below 720 is left for rounding
        actual = np.outer([volume, volume, 5 * volume, 5 * volume], np.ones(6))
        found = {light.key: light for light in lights(TWO, futures, actual)}
        assert {key: light.side for key, light in found.items() if light.side} == ({"demand": side} if side else {})
        assert (found["demand"].actual, found["demand"].low) == (6 * volume, pytest.approx(720, rel=0.001))


def test_a_lost_partner_lights_itself_and_not_its_demand(futures):
    changes = {"at_work.p": [1, 0, 0], "volume.a": [200, 20, 20], "revenue.a": [1000, 100, 100]}
    assert {key for key, side in lit(futures, **changes).items() if side} == {"partner.p"}
    once = {"at_work.p": [1, 1, 0], "volume.a": [200, 200, 20], "revenue.a": [1000, 1000, 100]}
    assert not any(lit(futures, **once).values())


def test_price_pay_and_costs_are_lit(futures):
    found = lit(futures, **{"revenue.a": 1100, "pay.vp": 21, "cost.tools": [7, 7.2, 7.2]})
    assert {key: side for key, side in found.items() if side} == {"price.a": 1, "pay.vp": 1, "cost.tools": 1}
    assert not any(lit(futures, **{"cost.tools": [7, 7, 7.2]}).values())
