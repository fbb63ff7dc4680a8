"""How often chance lights something: by hand, on independent assumptions in closed form, and on plans made up anew."""

import numpy as np
import pytest

from experiments.reviewing.lights import Light, Row
from experiments.reviewing.looks import FALSE, Looks, bound, looks, tails

nan = np.nan


def rows(told, months=None):
    """Assumptions of (assumption, month, scenario), all months known."""
    return [Row(f"r{place}", "", "", one, np.zeros(len(one)), None) for place, one in enumerate(told)]


def test_tails_by_hand():
    # eleven futures 100…110, nine in ten between 101 and 109; 1 % of 105 is left for rounding: 100 lies 1 below 101
    low, high = tails(np.arange(90.0, 301.0))
    assert low[0] == pytest.approx(1 / 211)
    assert high[-1] == pytest.approx(1 / 211)
    assert (low[100], high[100]) == (1.0, 1.0)
    edge = np.quantile(np.arange(90.0, 301.0), 0.1) - 0.01 * 195  # 111 − 1.95 = 109.05
    assert low[: int(edge) - 90 + 1].max() == pytest.approx(20 / 211)
    assert low[int(edge) - 90 + 1] == 1.0


def test_what_says_nothing_is_within():
    low, high = tails(np.array([nan, 1.0, nan]))
    assert low.tolist() == high.tolist() == [1.0] * 3
    assert tails(np.full(2, nan))[0].tolist() == [1.0, 1.0]


def test_the_bound_is_never_passed():
    assert bound(np.array([0.5, 0.1, 0.2, 0.3]), 0.5) == 0.2  # two of four
    assert bound(np.array([0.1, 0.1, 0.1, 0.3]), 0.5) == 0.0  # three would share it
    assert bound(np.ones(10), 0.1) == 0.0
    assert bound(np.array([0.01] + [1.0] * 9), 0.1) == 0.01


def test_assumptions_that_never_change_are_lit_in_closed_form():
    """Twenty independent levels that stay as they are: each lit with 20 %, none with 0.8²⁰ = 1.2 %."""
    levels = 1000 + 100 * np.random.default_rng(1).standard_normal((20, 1, 20_000))
    found = looks(rows(np.repeat(levels, 3, axis=1)), np.ones(20_000, dtype=bool))
    # 1 % of 1,000 is 0.1 sd beyond 1.2816: each side Φ(−1.3816) = 8.355 %
    assert found.expected == pytest.approx(20 * 2 * 0.08355, rel=0.02)
    assert found.ever == pytest.approx(1 - (1 - 2 * 0.08355) ** 20, abs=0.01)
    assert FALSE - 0.001 <= found.red <= FALSE
    # red: 1 − (1 − 2 d)²⁰ = 10 %, d = 0.263 %
    assert found.depth == pytest.approx(0.00263, rel=0.1)


def test_more_months_are_more_looks():
    rng = np.random.default_rng(2)
    noise = 1000 + 100 * rng.standard_normal((5, 12, 10_000))
    few, many = (looks(rows(noise[:, :months]), np.ones(10_000, dtype=bool)) for months in (2, 12))
    assert many.depth < few.depth
    assert many.ever > few.ever
    assert max(few.red, many.red) <= FALSE


def test_new_plans_that_go_as_planned_are_red_in_a_tenth():
    """The bound holds for histories that are none of the futures that set it."""
    rng = np.random.default_rng(3)
    told = (
        1000 + 100 * np.repeat(rng.standard_normal((15, 1, 20_000)), 4, axis=1) + rng.standard_normal((15, 4, 20_000))
    )
    found = looks(rows(told[:, :, :10_000]), np.ones(10_000, dtype=bool))
    other = told[:, -2:, 10_000:]
    values = np.sort(told[:, -1, :10_000], axis=1)
    out = [np.searchsorted(row, new) / 10_000 for row, new in zip(values, other[:, -1], strict=True)]
    red = (np.minimum(out, 1 - np.array(out)) <= found.depth).any(axis=0).mean()
    assert 0.05 < red < FALSE + 0.01


def test_few_futures_with_these_partners_ask_all():
    told = 1000 + 100 * np.random.default_rng(4).standard_normal((3, 2, 400))
    pool = np.arange(400) < 10
    assert looks(rows(told), pool) == looks(rows(told), np.ones(400, dtype=bool))
    own = looks(rows(told), np.arange(400) < 200)
    assert own == looks(rows(told[:, :, :200]), np.ones(200, dtype=bool))


@pytest.mark.parametrize(("side", "depth", "red"), [(-1, 0.01, True), (1, 0.0100001, False), (0, 0.001, False)])
def test_a_light_is_red_at_the_bound(side, depth, red):
    light = Light("k", "", "", 2, 1.0, 0.0, 2.0, side, depth)
    assert Looks(1.0, 0.5, 0.1, 0.01).is_red(light) is red


def test_one_month_is_no_look():
    found = looks(rows(np.ones((2, 1, 300))), np.ones(300, dtype=bool))
    assert found == Looks(0.0, 0.0, 0.0, 0.0)
