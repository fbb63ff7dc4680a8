"""Weights of futures: effective sample size, against the exact normal answer, collapse and drawing anew."""

import numpy as np
import pytest
from scipy.integrate import quad

from experiments.reviewing.updates import normal_normal
from experiments.reviewing.weights import (
    Around,
    around,
    average,
    effective,
    evenly,
    log_likelihood,
    mixture,
    normalised,
    quantiles,
    refit,
    state_likelihood,
    weigh,
)

DRAWS = 40_000


def normal_logs(told, seen, error):
    return -0.5 * ((told - seen) / error) ** 2


@pytest.fixture(scope="module")
def level():
    return np.random.default_rng(5).standard_normal(DRAWS)


def test_effective_sample_size_by_hand():
    # (0.5 + 0.3 + 0.2)² ÷ (0.25 + 0.09 + 0.04) = 1 ÷ 0.38
    assert effective(np.array([0.5, 0.3, 0.2])) == pytest.approx(1 / 0.38)
    assert effective(np.full(7, 3.0)) == pytest.approx(7.0)


def law_given(seen, error):
    """Density, up to a constant, of a level N(0, 1) seen with an error by Student's t with 3 degrees of freedom."""
    return lambda x: np.exp(-(x**2) / 2) * (1 + ((seen - x) / error) ** 2 / 3) ** -2


def integral(function, low=-9.0, high=9.0):
    return quad(function, low, high, points=(0.0,) if low < 0 < high else None)[0]


@pytest.mark.parametrize("seen", [-1.5, 0.0, 0.8, 4.0])
def test_weights_give_the_exact_answer(level, seen):
    """A level N(0, 1) seen with error 0.6: weighted futures against the integral of prior times likelihood."""
    found = weigh(log_likelihood(level[None], np.array([seen]), np.array([0.6])))
    law = law_given(seen, 0.6)
    whole = integral(law)
    mean = integral(lambda x: x * law(x)) / whole
    spread = integral(lambda x: (x - mean) ** 2 * law(x)) / whole
    told, error = average(level, found.weights)
    assert found.power == 1.0
    assert abs(told - mean) < 4 * error
    assert average((level - told) ** 2, found.weights)[0] == pytest.approx(spread, rel=0.06)
    for at, value in zip((0.1, 0.5, 0.9), quantiles(level, found.weights, (0.1, 0.5, 0.9)), strict=True):
        assert integral(law, high=value) / whole == pytest.approx(at, abs=0.02)


def test_the_effective_number_is_the_known_one(level):
    """Normal weights: E[w]² ÷ E[w²] is in closed form, for a reading of 1 with error 0.5."""
    error, seen = 0.5, 1.0
    first = np.sqrt(error**2 / (1 + error**2)) * np.exp(-(seen**2) / 2 / (1 + error**2))
    second = np.sqrt(error**2 / (2 + error**2)) * np.exp(-(seen**2) / (2 + error**2))
    found = effective(normalised(normal_logs(level, seen, error)))
    assert found == pytest.approx(DRAWS * first**2 / second, rel=0.02)


def test_a_collapse_is_widened_to_the_floor():
    told = np.random.default_rng(1).standard_normal((6, 2000))
    logs = normal_logs(told, 3.0, 0.1).sum(axis=0)
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
    first = weigh(normal_logs(hidden.sum(axis=0), 8.0, 0.3), None, 0.0)
    law = around(hidden, hidden.sum(axis=0)[None], np.array([8.0]), np.array([0.3]))
    moved = law.moved(rng.standard_normal((5, 20_000)))
    again = weigh(normal_logs(moved.sum(axis=0), 8.0, 0.3), -law.over_believed(moved), 0.0)
    assert first.ess < 50
    assert again.ess > 15_000
    # each level: 8 ÷ (5 + 0.09) on average, variance 1 − 1 ÷ 5.09
    mean, error = average(moved[2], again.weights)
    assert mean == pytest.approx(8 / 5.09, abs=4 * error)
    assert average((moved[2] - mean) ** 2, again.weights)[0] == pytest.approx(1 - 1 / 5.09, rel=0.03)


def test_rounds_of_several_laws_count_as_draws_of_their_mixture():
    """A level seen at 2 ± 0.5, from draws as believed, around 2 and a wrong place: normal–normal all the same."""
    rng = np.random.default_rng(3)
    laws = (None, Around(np.array([1.5]), np.array([[0.5]])), Around(np.array([-2.0]), np.array([[0.4]])))
    sizes = (4000, 8000, 2000)
    parts = [rng.standard_normal((1, size)) for size in sizes]
    hidden = np.hstack([part if law is None else law.moved(part) for law, part in zip(laws, parts, strict=True)])
    found = weigh(normal_logs(hidden[0], 2.0, 0.5), mixture(laws, sizes, hidden), 0.0)
    mean, sd = normal_normal(0.0, 1.0, 2.0, 0.5)
    told, error = average(hidden[0], found.weights)
    assert abs(told - mean) < 4 * error < 0.03
    assert np.sqrt(average((hidden[0] - told) ** 2, found.weights)[0]) == pytest.approx(sd, rel=0.05)
    assert found.ess > 5000


def test_a_law_counts_its_own_density():
    """N(1, 0.5²) over N(0, 1) at 1: density 2 ÷ e^−0.5."""
    law = Around(np.array([1.0]), np.array([[0.5]]))
    assert law.over_believed(np.array([[1.0]])) == pytest.approx(np.log(2.0) + 0.5)


def test_a_law_fitted_anew_moves_only_what_surely_moved():
    rng = np.random.default_rng(4)
    hidden = rng.standard_normal((3, 20_000))
    law = refit(hidden, weigh(normal_logs(hidden[1], 2.0, 1.0), None, 0.0))
    mean, sd = normal_normal(0.0, 1.0, 2.0, 1.0)
    assert law.mean == pytest.approx([0.0, mean, 0.0], abs=0.05)
    assert (law.mean[0], law.mean[2]) == (0.0, 0.0)
    assert np.diag(law.root) == pytest.approx([1.0, 1.1 * sd, 1.0], rel=0.05)


def test_places_are_filled_by_weight():
    weights = normalised(np.random.default_rng(6).standard_normal(500))
    times = evenly(weights, 2000)
    assert times.sum() == 2000
    assert np.abs(times - 2000 * weights).max() < 1.0 + 1e-9


def test_a_level_far_off_rules_nothing_out():
    """(1 + 1 ÷ 3)⁻² one error off, (1 + 81 ÷ 3)⁻² nine off, where a normal error would leave e⁻⁴⁰."""
    logs = log_likelihood(np.array([[0.0, 1.0, 9.0]]), np.array([0.0]), np.array([1.0]))
    assert np.exp(logs - logs[0]) == pytest.approx([1.0, (4 / 3) ** -2, 28.0**-2])


def test_states_are_never_ruled_out_by_one_cell():
    told = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    logs = state_likelihood(told, np.array([1.0, 1.0]))
    assert logs == pytest.approx([2 * np.log(0.98), np.log(0.98) + np.log(0.02), 2 * np.log(0.02)])


def test_weighted_averages_by_hand():
    # 0.5 × 1 + 0.25 × 2 + 0.25 × 4 = 2; error² = 0.25 × 1 + 0 + 0.0625 × 4 = 0.5
    assert average(np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.25, 0.25])) == pytest.approx((2.0, np.sqrt(0.5)))
