"""Numbers that move together: known rank correlations of a copula, families, even points, faults."""

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from experiments.sensitivity.dependence import correlation, families, points, together
from model.errors import InputError


def test_a_gaussian_copula_has_its_known_rank_correlations():
    # known_answers.md: r = .5 gives Spearman .4825837395 and Kendall 1/3. With N = 16,384 independent points the
    # standard errors are about .0066 and .0053; three of them are allowed.
    count = 16_384
    free = np.random.default_rng(5).random((2, count))
    first, second = together(free, correlation(2, [(0, 1, 0.5)]))
    assert spearmanr(first, second).statistic == pytest.approx(0.4825837395, abs=3 * 0.0066)
    assert kendalltau(first, second).statistic == pytest.approx(1 / 3, abs=3 * 0.0053)


def test_each_number_stays_uniform_and_what_is_not_linked_stays_as_it_was():
    free = np.random.default_rng(6).random((3, 4096))
    bound = together(free, correlation(3, [(0, 2, -0.8)]))
    quantiles = np.quantile(bound, [0.1, 0.5, 0.9], axis=1)
    assert quantiles == pytest.approx(np.tile([[0.1], [0.5], [0.9]], 3), abs=0.025)
    assert bound[1] == pytest.approx(free[1], abs=1e-12)
    assert spearmanr(bound[0], bound[2]).statistic < -0.7
    assert together(free, np.eye(3)) is free


def test_linked_through_a_third_is_one_family():
    assert families(correlation(5, [(0, 3, 0.4), (3, 4, 0.4)])) == [[0, 3, 4], [1], [2]]


def test_two_sets_are_even_and_independent():
    own, other = points(256, np.eye(2), 7)
    for chosen in (own, other):
        # Sobol' points: each sixteenth of each range holds its share of the points.
        assert (np.histogram(chosen[0], 16, (0, 1))[0] == 16).all()
    assert abs(spearmanr(own[0], other[0]).statistic) < 0.05


def test_impossible_correlations_are_named():
    with pytest.raises(InputError, match=r"these correlations contradict each other; found 0\.9, 0\.9, -0\.9"):
        correlation(3, [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)])
