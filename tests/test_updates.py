"""Exact updates against textbook numbers: normal–normal, beta–binomial, gamma–Poisson."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from experiments.reviewing.updates import (
    beta_binomial,
    beta_of,
    gamma_of,
    gamma_poisson,
    normal_normal,
    told_rate,
    told_share,
)


def test_a_normal_level_by_hand():
    # Prior N(180, 40²), ten readings with sd 20 and mean 150: precisions 1/1600 and 10/400.
    mean, sd = normal_normal(180.0, 40.0, 150.0, 20.0, 10)
    assert mean == pytest.approx((180 / 1600 + 150 / 40) / (1 / 1600 + 1 / 40))  # 150.73
    assert sd == pytest.approx(np.sqrt(1600 / 41))  # 6.25


def test_a_normal_level_by_integration():
    """Bayes' rule over a grid of levels, no conjugacy used."""
    density = lambda x: norm.pdf(x, 1.0, 2.0) * norm.pdf(2.5, x, 0.7)  # noqa: E731
    whole = quad(density, -20, 20)[0]
    mean = quad(lambda x: x * density(x), -20, 20)[0] / whole
    square = quad(lambda x: x * x * density(x), -20, 20)[0] / whole
    assert normal_normal(1.0, 2.0, 2.5, 0.7) == pytest.approx((mean, np.sqrt(square - mean**2)))


def test_edges_of_a_normal_level():
    assert normal_normal(3.0, 0.0, 9.0, 1.0) == (3.0, 0.0)
    assert normal_normal(3.0, 1.0, 9.0, 0.0) == (9.0, 0.0)


def test_a_share_by_hand():
    # Beta(2, 2) and 437 of 980 births (Gelman et al., placenta previa, uniform prior): Beta(438, 544), mean 0.446.
    assert beta_binomial(1.0, 1.0, 437, 980) == (438.0, 544.0)
    told = told_share(438.0, 544.0)
    assert told.mean == pytest.approx(0.446, abs=5e-4)
    assert told.low < told.mean < told.high
    assert beta_binomial(2.0, 5.0, 0, 0) == (2.0, 5.0)


def test_a_rate_by_hand():
    # Gelman et al., asthma deaths: prior gamma(3, 5), 3 deaths in an exposure of 2.0: gamma(6, 7), mean 0.86.
    assert gamma_poisson(3.0, 5.0, 3, 2.0) == (6.0, 7.0)
    assert told_rate(6.0, 7.0).mean == pytest.approx(0.857, abs=5e-4)
    # ten years of the same data: gamma(33, 25), mean 1.32
    assert told_rate(*gamma_poisson(3.0, 5.0, 30, 20.0)).mean == pytest.approx(1.32)


def test_a_spread_becomes_the_law_that_has_it():
    assert beta_of(0.2, 0.04) == pytest.approx((19.8, 79.2))  # a + b = 0.16 ÷ 0.0016 − 1 = 99
    # of a mean of 0.1 an sd of 0.39 is above the 0.3 of any share; larger parameter 1, smaller 0.1 ÷ 0.9
    assert beta_of(0.1, 0.39) == pytest.approx((1 / 9, 1.0))
    assert beta_of(0.5, 0.39) == pytest.approx((1.0, 1.0))
    assert gamma_of(3.0, 1.0) == pytest.approx((9.0, 3.0))
