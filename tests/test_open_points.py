"""Points of open numbers: their laws, how evenly they are spread, and the groups that they are told in."""

import numpy as np
import pytest

from experiments.asking.open_points import REST, TRIAL, drawn, even, group_of
from model.case_numbers import numbers
from model.load import case_to_dict

DEMAND = "calibrations.success_story.demand"


@pytest.fixture(scope="module")
def known(shipped):
    return numbers(case_to_dict(shipped("ecosystem")))


def test_the_law_is_a_triangle_with_its_peak_at_the_assumed_value(known):
    """Demand from 0.5 over 1 to 1.3: mean (0.5 + 1 + 1.3) ÷ 3, half of what is below 1 is above 0.5 + 0.5 ÷ √2."""
    values = drawn([known[DEMAND]], 4000, 7, "x")[0]
    assert values.mean() == pytest.approx(2.8 / 3, abs=2e-3)
    assert values.var() == pytest.approx((0.25 + 1 + 1.69 - 0.5 - 0.65 - 1.3) / 18, rel=0.02)
    below = values[values < 1.0]
    assert below.size / values.size == pytest.approx(0.5 / 0.8, abs=1e-3)
    assert np.median(below) == pytest.approx(0.5 + 0.5 / np.sqrt(2), abs=2e-3)


def test_points_are_spread_evenly_and_belong_to_their_name(known):
    pair = [known[DEMAND], known["partners.nps"]]
    values = drawn(pair, 50, 7, "x")
    cuts = np.quantile(drawn(pair, 20_000, 1, "y"), np.arange(1, 5) / 5, axis=1).T
    for row, edges in zip(values, cuts, strict=True):
        assert np.bincount(np.searchsorted(edges, row)).tolist() == pytest.approx([10] * 5, abs=1)
    assert np.array_equal(values, drawn(pair, 50, 7, "x"))
    assert not np.array_equal(values, drawn(pair, 50, 7, "z"))
    assert drawn([], 50, 7, "x").shape == (0, 50)


def test_even_points_are_middles_of_equal_chances(known):
    """From 0.5 to 1 the chance grows as (x − 0.5)² ÷ 0.4: a quarter is reached at 0.5 + √0.1."""
    assert even(known[DEMAND], 2)[0] == pytest.approx(0.5 + np.sqrt(0.1))


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("partners.nps", TRIAL),
        ("partners.unit_hours", "Work hours"),
        ("lines.insurance.demand", "Demand and its speed"),
        ("lines.insurance.life.retention", "Users after the first sale"),
        ("lines.insurance.partner_hours", "How teams work"),
        ("staffing.productive_hours", "Work hours"),
        ("staffing.annual_raise", "People: pay, hiring, leaving"),
        ("uncertainty.level", "How wide chance itself is"),
        ("approval.integration_most", REST),
    ],
)
def test_numbers_stand_in_the_group_that_one_study_tells(key, group):
    assert group_of(key) == group
