"""Plan against actual: every split by hand, and parts that add up whatever comes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.reviewing import split

MONEY, COUNT = st.floats(0, 1e7), st.integers(0, 10_000).map(float)
ROWS = st.lists(st.tuples(MONEY, COUNT, MONEY, COUNT), min_size=1, max_size=5)


def test_two_lines_by_hand():
    """Sold 240 instead of 200 units: +20 % of 3,000 is volume; 20 units moved to the dear line (+10 each unit)."""
    found = split.lines(
        np.array([1000.0, 2000.0]), np.array([100.0, 100.0]), np.array([1100.0, 2470.0]), np.array([110.0, 130.0])
    )
    assert found.parts.sum(axis=0) == pytest.approx([600.0, -130.0, 100.0, 0, 0, 0])
    assert found.difference == pytest.approx([100.0, 470.0])


def test_a_line_nobody_planned_is_mix_at_its_own_price():
    found = split.lines(
        np.array([1000.0, 0.0]), np.array([100.0, 0.0]), np.array([1000.0, 600.0]), np.array([100.0, 20.0])
    )
    assert found.parts[1].tolist() == [0.0, 0.0, 600.0, 0.0, 0.0, 0.0]
    assert found.difference.sum() == pytest.approx(600.0)


def test_revenue_without_volume_is_price():
    found = split.lines(np.array([0.0]), np.array([0.0]), np.array([50.0]), np.array([0.0]))
    assert found.parts[0, :3].tolist() == [0.0, 50.0, 0.0]


def test_heads_and_pay_by_hand():
    found = split.roles(np.array([300.0, 0.0]), np.array([10.0, 0.0]), np.array([288.0, 40.0]), np.array([9.0, 2.0]))
    assert found.parts[0, 3:5].tolist() == [30.0, -18.0]
    assert found.parts[1, 3:5].tolist() == [-40.0, 0.0]


def test_costs_lessen_the_result():
    found = split.others(np.array([10.0, 10.0]), np.array([12.0, 12.0]), np.array([-1.0, 1.0]))
    assert found.difference.tolist() == [-2.0, 2.0]


@given(ROWS)
def test_parts_add_up(rows):
    first, second, third, fourth = np.array(rows).T
    sums = split.lines(first, second, third, fourth), split.roles(first, second, third, fourth)
    for found, sign in zip(sums, (1.0, -1.0), strict=True):
        assert found.difference == pytest.approx(sign * (third - first), abs=1e-3)
