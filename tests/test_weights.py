"""Weights of futures: effective sample size, against the exact normal answer, collapse and drawing anew."""

import numpy as np
import pytest

from experiments.reviewing.updates import normal_normal
from experiments.reviewing.weights import (
    around,
    average,
    effective,
    log_likelihood,
    normalised,
    quantiles,
    state_likelihood,
    weigh,
)

DRAWS = 40_000


@pytest.fixture(scope="module")
def level():
    return np.random.default_rng(5).standard_normal(DRAWS)


def test_effective_sample_size_by_hand():
    # (0.5 + 0.3 + 0.2)² ÷ (0.25 + 0.09 + 0.04) = 1 ÷ 0.38
    assert effective(np.array([0.5, 0.3, 0.2])) == pytest.approx(1 / 0.38)
    assert effective(np.full(7, 3.0)) == pytest.approx(7.0)


@pytest.mark.parametrize("seen", [-1.5, 0.0, 0.8])
def test_weights_give_the_exact_normal_answer(level, seen):
    """A level N(0, 1) seen with error 0.6: weighted futures against normal–normal."""
    found = weigh(log_likelihood(level[None], np.array([seen]), np.array([0.6])))
    mean, sd = normal_normal(0.0, 1.0, seen, 0.6)
    told, error = average(level, found.weights)
    assert found.power == 1.0
    assert abs(told - mean) < 4 * error
    assert np.sqrt(average((level - told) ** 2, found.weights)[0]) == pytest.approx(sd, rel=0.03)
    low, middle, high = quantiles(level, found.weights, (0.1, 0.5, 0.9))
    assert (low, middle, high) == pytest.approx((mean - 1.2816 * sd, mean, mean + 1.2816 * sd), abs=0.03)


def test_the_effective_number_is_the_known_one(level):
    """Normal weights: E[w]² ÷ E[w²] is in closed form, for a reading of 1 with error 0.5."""
    error, seen = 0.5, 1.0
    first = np.sqrt(error**2 / (1 + error**2)) * np.exp(-(seen**2) / 2 / (1 + error**2))
    second = np.sqrt(error**2 / (2 + error**2)) * np.exp(-(seen**2) / (2 + error**2))
    found = effective(normalised(log_likelihood(level[None], np.array([seen]), np.array([error]))))
    assert found == pytest.approx(DRAWS * first**2 / second, rel=0.02)


def test_a_collapse_is_widened_to_the_floor():
    told = np.random.default_rng(1).standard_normal((6, 2000))
    logs = log_likelihood(told, np.full(6, 3.0), np.full(6, 0.1))
    assert effective(normalised(logs)) < 3
    found = weigh(logs, None, 200.0)
    assert found.ess == pytest.approx(200.0, rel=1e-3)
    assert 0 < found.power < 0.1
    assert weigh(logs, None, 0.0).power == 1.0
    assert weigh(np.zeros(1)).ess == 1.0


def test_draws_anew_are_worth_more_and_tell_the_same(level):
    """Five levels and their sum seen 3.5 sd out: the exact answer is known, few of the first draws tell it."""
    rng = np.random.default_rng(2)
    hidden = rng.standard_normal((5, 20_000))
    seen, errors = np.array([8.0]), np.array([0.3])
    first = weigh(log_likelihood(hidden.sum(axis=0)[None], seen, errors), None, 0.0)
    law = around(hidden, hidden.sum(axis=0)[None], seen, errors)
    standard = rng.standard_normal((5, 20_000))
    moved = law.moved(standard)
    again = weigh(log_likelihood(moved.sum(axis=0)[None], seen, errors), law.log_ratio(standard), 0.0)
    assert first.ess < 50
    assert again.ess > 15_000
    # each level: 8 ÷ (5 + 0.09) on average, variance 1 − 1 ÷ 5.09
    mean, error = average(moved[2], again.weights)
    assert mean == pytest.approx(8 / 5.09, abs=4 * error)
    assert average((moved[2] - mean) ** 2, again.weights)[0] == pytest.approx(1 - 1 / 5.09, rel=0.03)


def test_states_are_never_ruled_out_by_one_cell():
    told = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    logs = state_likelihood(told, np.array([1.0, 1.0]))
    assert logs == pytest.approx([2 * np.log(0.98), np.log(0.98) + np.log(0.02), 2 * np.log(0.02)])


def test_weighted_averages_by_hand():
    # 0.5 × 1 + 0.25 × 2 + 0.25 × 4 = 2; error² = 0.25 × 1 + 0 + 0.0625 × 4 = 0.5
    assert average(np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.25, 0.25])) == pytest.approx((2.0, np.sqrt(0.5)))
