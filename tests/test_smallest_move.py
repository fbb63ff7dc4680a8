"""The smallest joint move: closed forms of straight and bent leads, ends of ranges, and leads that nothing takes."""

import numpy as np
import pytest

from experiments.sensitivity.smallest_move import smallest_move

ONE = np.ones(2)


def test_a_straight_lead_is_gone_at_the_foot_of_its_normal():
    # lead 10 − 3 x + 4 y: foot at 10 (3, −4) / 25, distance 10 / 5
    found = smallest_move(lambda z: float(10 - 3 * z[0] + 4 * z[1]), -3 * ONE, 3 * ONE)
    assert found.move == pytest.approx([1.2, -1.6], abs=1e-3)
    assert found.distance == pytest.approx(2.0, abs=1e-3)
    assert found.slope == pytest.approx(-5.0, rel=1e-3)


def test_the_end_of_a_range_is_kept_and_the_others_go_further():
    # y may move to −0.4 only: 10 − 1.6 = 3 x leaves x = 2.8
    found = smallest_move(lambda z: float(10 - 3 * z[0] + 4 * z[1]), np.array([-3.0, -0.4]), 3 * ONE)
    assert found.move == pytest.approx([2.8, -0.4], abs=2e-3)


def test_a_product_turns_where_brute_force_says():
    # (1 + x)(1 + y) = 0.5 with both falling alike: 1 + x = 1 + y = √.5 is the nearest point
    found = smallest_move(lambda z: float((1 + z[0]) * (1 + z[1]) - 0.5), -0.9 * ONE, 0.9 * ONE)
    grid = np.linspace(-0.9, 0.9, 721)
    x, y = np.meshgrid(grid, grid)
    lost = (1 + x) * (1 + y) <= 0.5
    assert found.distance == pytest.approx(np.sqrt(2) * (1 - np.sqrt(0.5)), abs=3e-3)
    assert found.distance == pytest.approx(np.sqrt(x**2 + y**2)[lost].min(), abs=5e-3)


def test_a_lead_that_only_two_moves_together_take_is_found():
    # neither alone is enough inside its range, both are
    found = smallest_move(lambda z: float(1.5 - z[0] - z[1]), np.zeros(2), ONE)
    assert found.move == pytest.approx([0.75, 0.75], abs=2e-3)


def test_nothing_inside_the_ranges_takes_the_lead():
    assert smallest_move(lambda z: float(2.1 - z[0] - z[1]), np.zeros(2), ONE) is None
    assert smallest_move(lambda z: 1.0, -ONE, ONE) is None


def test_a_lead_that_is_not_there_needs_no_move():
    for lead in (0.0, -1.0):
        found = smallest_move(lambda z, lead=lead: lead + float(z[0]), -ONE, ONE)
        assert (found.distance, found.slope) == (0.0, 0.0)


def test_few_points_are_asked():
    asked = []

    def lead(z):
        asked.append(tuple(z))
        return float(10 - z @ np.arange(1.0, 9.0))

    found = smallest_move(lead, -np.ones(8), np.ones(8))
    assert found.distance == pytest.approx(10 / np.sqrt(204), abs=2e-3)
    assert len(asked) == len(set(asked))
    assert len(asked) < 120
