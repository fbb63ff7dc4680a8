"""Three quantiles of an expert: hit exactly, by a law that rises, or refused with what is allowed."""

from math import inf, isinf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.fitting.metalog import STEEPEST, through
from model.errors import InputError

SHARES = (0.1, 0.5, 0.9)
ODDS = np.log(9.0)


def asked(*values):
    return dict(zip(SHARES, values, strict=True))


@pytest.mark.parametrize(
    ("values", "least", "most"),
    [
        ((120, 180, 320), -inf, inf),
        ((-5, 0, 5), -inf, inf),
        ((120, 180, 320), 0.0, inf),
        ((1, 10, 1000), 0.0, inf),
        ((120, 180, 320), -inf, 400.0),
        ((0.02, 0.1, 0.5), 0.0, 1.0),
        ((1e-9, 2e-9, 4e-9), 0.0, inf),
        ((1e9, 2e9, 2.9e9), -inf, inf),
    ],
)
def test_the_three_quantiles_are_hit_and_the_law_rises(values, least, most):
    law = through(asked(*values), least, most)
    assert [law.cdf(value) for value in values] == pytest.approx(SHARES, abs=1e-12)
    assert [law.at(share) for share in SHARES] == pytest.approx(values, rel=1e-12, abs=1e-12)
    grid = [law.at(share) for share in np.linspace(1e-6, 1 - 1e-6, 20_001)]
    assert np.all(np.diff(grid) > 0)
    assert least <= grid[0] < grid[-1] <= most


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(0.5, 100), st.floats(0.17, 0.83), st.sampled_from([0.05, 0.1, 0.25]))
def test_any_three_that_are_allowed_are_hit(low, width, part, tail):
    if not 0.17 < part < 0.83 or tail != 0.1:
        part = 0.3 + 0.4 * part
    quantiles = {tail: low, 0.5: low + part * width, 1 - tail: low + width}
    law = through(quantiles)
    assert [law.cdf(value) for value in quantiles.values()] == pytest.approx(list(quantiles), abs=1e-12)


def test_terms_of_an_even_law_are_those_of_a_logistic_one():
    law = through(asked(-1.0, 0.0, 1.0))
    assert (law.a1, law.a3) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert law.a2 == pytest.approx(1 / ODDS)
    assert (law.mean(), law.sd()) == pytest.approx((0.0, np.pi / np.sqrt(3) / ODDS), abs=1e-9)


def test_average_and_spread_are_the_closed_forms():
    law = through(asked(120.0, 180.0, 320.0))
    spread = np.pi**2 / 3 * law.a2**2 + law.a3**2 * (1 / 12 + np.pi**2 / 36)
    assert law.mean() == pytest.approx(180.0 + law.a1 + law.a3 / 2, rel=1e-9)
    assert law.sd() == pytest.approx(np.sqrt(spread), rel=1e-9)


def test_average_of_a_bounded_law_is_that_of_a_log_logistic_one():
    law = through(asked(7.0 / np.e, 7.0, 7.0 * np.e), 0.0)
    b = 1 / ODDS
    assert (law.a2, law.a3) == pytest.approx((b, 0.0), abs=1e-12)
    first, second = np.pi * b / np.sin(np.pi * b), 2 * np.pi * b / np.sin(2 * np.pi * b)
    assert law.mean() == pytest.approx(7.0 * first, rel=1e-8)
    assert law.sd() == pytest.approx(7.0 * np.sqrt(second - first**2), rel=1e-6)


def test_average_of_a_law_between_two_bounds_is_that_of_its_quantiles():
    law = through(asked(0.02, 0.1, 0.5), 0.0, 1.0)
    values = np.array([law.at((place + 0.5) / 20_000) for place in range(20_000)])
    assert (law.mean(), law.sd()) == pytest.approx((values.mean(), values.std()), rel=1e-5)


def test_a_tail_too_heavy_for_an_average_is_told_as_infinite():
    law = through(asked(1.0, 10.0, 1000.0), 0.0)
    assert law.a2 + law.a3 / 2 > 1
    assert isinf(law.mean())
    assert isinf(law.sd())
    upper = through(asked(-1000.0, -10.0, -1.0), -inf, 0.0)
    assert isinf(upper.mean())


def test_the_limit_of_lopsidedness_is_that_of_the_paper():
    """Keelin (2016): for P10, P50, P90 the middle's part of the width lies in ½ ∓ ½ × 1.66711 × (½ − 0.1)."""
    edge = 0.5 * (1 - 1.66711 * 0.4)
    assert pytest.approx(1.66711, abs=1e-5) == STEEPEST
    through(asked(0.0, edge + 1e-4, 1.0))
    through(asked(0.0, 1 - edge - 1e-4, 1.0))
    for part in (edge - 1e-4, 1 - edge + 1e-4):
        with pytest.raises(
            InputError, match=r"too lopsided; found P50=.*; allowed .*P50 above 0\.1665\d+ and below 0\.833"
        ):
            through(asked(0.0, part, 1.0))


def test_what_is_allowed_with_a_bound_is_told_on_its_scale():
    with pytest.raises(InputError, match=r"P50 above (\S+) and below (\S+);") as caught:
        through(asked(1.0, 1.1, 100.0), 0.0)
    low, high = (float(word) for word in caught.value.findings[0].allowed.split() if word[0].isdigit())
    assert low == pytest.approx(100**0.16658, rel=1e-3)
    through(asked(1.0, low * 1.001, 100.0), 0.0)
    through(asked(1.0, high * 0.999, 100.0), 0.0)


@pytest.mark.parametrize(
    ("quantiles", "least", "said"),
    [
        ({0.1: 1.0, 0.9: 2.0}, -inf, "three quantiles are needed; found P10=1, P90=2; allowed three"),
        ({}, -inf, "three quantiles are needed; found none"),
        ({0.0: 1.0, 0.5: 2.0, 0.9: 3.0}, -inf, "three quantiles are needed"),
        ({0.1: 1.0, 0.5: 1.0, 0.9: 2.0}, -inf, "quantiles must rise with their share"),
        ({0.1: 3.0, 0.5: 2.0, 0.9: 1.0}, -inf, "quantiles must rise with their share"),
        ({0.1: 1.0, 0.5: 2.0, 0.9: 3.0}, 1.0, "lies outside the bounds; .*allowed all values above 1"),
    ],
)
def test_what_is_no_three_quantiles_is_refused(quantiles, least, said):
    with pytest.raises(InputError, match=said):
        through(quantiles, least)
