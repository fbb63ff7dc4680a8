"""The one reading of a range: a triangle, its ends, average and spread, against integration and by hand."""

import numpy as np
import pytest
from scipy.integrate import quad

from experiments.running.range_law import at_shares, ends, law_mean, law_sd, share_below
from model.case_numbers import Number


def number(value, low, high):
    return Number("n", (), "CNY", value, low, high, False, "guess", "", "", "")


def density(x, value, low, high):
    """Return the height of the triangle."""
    top = 2 / (high - low)
    return top * (x - low) / (value - low) if x < value else top * (high - x) / (high - value)


@pytest.mark.parametrize("law", [(1.0, 0.5, 1.3), (0.2, -1.0, 4.0), (5.0, 4.9, 9.0)])
def test_average_and_spread_are_those_of_the_triangle(law):
    value, low, high = law
    parts = [(low, value), (value, high)]
    mean = sum(quad(lambda x: x * density(x, *law), *part)[0] for part in parts)
    square = sum(quad(lambda x: x * x * density(x, *law), *part)[0] for part in parts)
    assert law_mean(*law) == pytest.approx(mean)
    assert law_sd(*law) == pytest.approx(np.sqrt(square - mean**2))


def test_values_at_chances_by_hand():
    """From 0.5 to 1 the chance grows as (x − 0.5)² ÷ 0.4, up to 0.625; above 1 as 1 − (1.3 − x)² ÷ 0.24."""
    chances = np.array([0.0, 0.1, 0.625, 0.94, 1.0])
    assert at_shares(number(1.0, 0.5, 1.3), chances) == pytest.approx([0.5, 0.7, 1.0, 1.18, 1.3])


def test_chances_below_values_by_hand():
    """The same law the other way round; outside its ends nothing and all, a number without a width stands still."""
    law = number(1.0, 0.5, 1.3)
    found = [share_below(law, value) for value in (0.4, 0.5, 0.7, 1.0, 1.18, 1.3, 2.0)]
    assert found == pytest.approx([0.0, 0.0, 0.1, 0.625, 0.94, 1.0, 1.0])
    assert [share_below(number(1.0, 1.0, 1.0), value) for value in (0.9, 1.0, 1.1)] == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(("value", "expected"), [(0.0, [0.0, 0.5, 1.0]), (1.0, [0.0, np.sqrt(0.75), 1.0])])
def test_a_peak_at_an_end(value, expected):
    """At the low end 1 − (1 − x)² = 0.75 at 0.5; at the high end x² = 0.75."""
    assert at_shares(number(value, 0.0, 1.0), np.array([0.0, 0.75, 1.0])) == pytest.approx(expected)


def test_a_value_outside_its_range_widens_it():
    assert ends(number(2.0, 0.5, 1.3)) == (0.5, 2.0)
    assert ends(number(0.1, 0.5, 1.3)) == (0.1, 1.3)


def test_a_number_without_a_range_stays():
    sure = number(2.0, None, None)
    assert ends(sure) == (2.0, 2.0)
    assert at_shares(sure, np.array([0.0, 0.5, 1.0])).tolist() == [2.0, 2.0, 2.0]
    assert law_sd(2.0, 2.0, 2.0) == 0.0


def test_one_in_ten_cases_of_an_even_range_lie_at_a_bit_above_half_of_it():
    """0 ± 1: 1-in-10 at −(1 − √0.2) = −0.553."""
    assert at_shares(number(0.0, -1.0, 1.0), np.array([0.1, 0.9])) == pytest.approx([-0.5527864, 0.5527864])
