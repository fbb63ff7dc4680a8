"""Open numbers: which move, which are tied, their triangular laws, points that are cases, and groups."""

import numpy as np
import pytest

from experiments.asking import open_numbers
from experiments.asking.open_numbers import REST, TRIAL, cases_at, drawn, ends, even, group_of
from model.case_numbers import numbers
from model.load import case_to_dict

DEMAND = "calibrations.success_story.demand"
KEYS = (DEMAND, "partners.nps", "staffing.channels.headhunter.share", "costs.income_tax", "staffing.fill_sd")


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def known(case):
    return numbers(case_to_dict(case))


def test_tied_shares_stay_and_what_no_plan_feels_is_left_out(case, plan_of, known, monkeypatch):
    """Channel shares add up to 1, so that none moves alone; income tax is told beside the result only."""
    monkeypatch.setattr(open_numbers, "numbers", lambda data: {key: known[key] for key in KEYS})
    plans = {"lean": plan_of("ecosystem", "lean")}
    moving, held = open_numbers.open_numbers(case, plans)
    assert [number.name for number in moving] == [DEMAND, "partners.nps", "staffing.fill_sd"]
    assert held == ["staffing.channels.headhunter.share"]


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


def test_a_value_outside_its_range_widens_it(known):
    odd = known[DEMAND].__class__(**known[DEMAND].__dict__ | {"value": 2.0})
    assert ends(odd) == (0.5, 2.0)


def test_the_case_at_a_point_has_its_values_and_no_others(case, known):
    number = known[DEMAND]
    (there,), kept = cases_at(case, [number], np.array([[0.7]]))
    assert float(there.calibrations["success_story"].demand) == 0.7
    assert kept.tolist() == [[0.7]]
    before, after = case_to_dict(case), case_to_dict(there)
    assert [key for key in before if before[key] != after[key]] == ["calibrations"]


def test_a_point_that_is_no_case_is_drawn_in_until_it_is_one(case, known):
    """Trained and hired people with SQL may not be more than all: 0.9 and 0.6 are drawn in to 0.8 and 0.2."""
    skills = [known["staffing.skills.0.hired"], known["staffing.skills.0.trained"]]
    cases, kept = cases_at(case, skills, np.array([[0.9, 0.5], [0.6, 0.3]]))
    assert len(cases) == 2
    assert kept[:, 1].tolist() == [0.5, 0.3]
    assert kept[:, 0] == pytest.approx([0.8, 0.2])


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
