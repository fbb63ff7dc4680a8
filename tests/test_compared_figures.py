"""What is compared of each plan: values and errors against a second road, the price of a wrong choice."""

import numpy as np
import pytest
from scipy.stats import norm

from experiments.comparing.figures import FIGURES, figures, missed, prices, reaching, spare
from experiments.comparing.pairs import together
from model.summary import mean, paired_quantile, quantile, tail_mean


@pytest.fixture(scope="module")
def sample():
    """Three plans in step with each other, 20,000 futures."""
    rng = np.random.default_rng(3)
    shared = rng.standard_normal(20_000)
    return np.array([[0.0], [0.4], [1.0]]) + np.array([[1.0], [1.3], [0.8]]) * (
        0.9 * shared + np.sqrt(1 - 0.81) * rng.standard_normal((3, 20_000))
    )


def test_figures_of_normals_are_the_known_ones(sample):
    """Known answers: the worst 5 % of N(0, 1) average −2.0627128075; five standard errors either side."""
    found, root = figures(sample), np.sqrt(sample.shape[1])
    for name, known in (("mean", 0.0), ("p05", norm.ppf(0.05)), ("p50", 0.0), ("worst", -2.0627128075)):
        error = found[name].influence[0].std(ddof=1) / root
        assert abs(found[name].values[0] - known) < 5 * error


def test_each_influence_gives_the_error_that_one_plan_has_alone(sample):
    found, root = figures(sample), np.sqrt(sample.shape[1])
    alone = {"mean": mean, "p05": lambda row: quantile(row, 0.05), "p50": lambda row: quantile(row, 0.5)}
    for name, of in (alone | {"worst": tail_mean}).items():
        for row, influence in zip(sample, found[name].influence, strict=True):
            assert influence.std(ddof=1) / root == pytest.approx(of(row).se, rel=2e-2)
            assert abs(influence.mean()) < 1e-2 * influence.std()


def test_paired_errors_are_those_of_two_plans_on_the_same_futures(sample):
    """Var(X − Y) = 2 σ² (1 − ρ), and for quantiles what `summary.paired_quantile` finds."""
    found = figures(sample)
    gap = together(found["p05"], 0.95)
    other = [paired_quantile(sample[i], sample[j], 0.05) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert gap.value == pytest.approx([each.value for each in other])
    assert gap.se == pytest.approx([each.se for each in other], rel=2e-2)


def test_variance_of_a_difference_is_two_sigma_squared_one_minus_rho():
    raw = np.random.default_rng(1).standard_normal((3, 500))
    exact = np.linalg.qr((raw - raw.mean(axis=1, keepdims=True)).T)[0].T * np.sqrt(499)
    rho, sigma = 0.7, 3.0
    x = sigma * exact[0]
    y = sigma * (rho * exact[0] + np.sqrt(1 - rho**2) * exact[1])
    assert together(figures(np.array([x, y]))["mean"], 0.95).se[0] ** 2 * 500 == pytest.approx(2 * 9 * 0.3)


def test_too_few_futures_say_nothing_about_one_in_twenty():
    found = figures(np.random.default_rng(2).standard_normal((2, 1999)))
    assert np.isfinite(found["mean"].values).all()
    assert np.isfinite(found["p50"].values).all()
    assert np.isnan(found["p05"].values).all()
    assert np.isnan(together(found["worst"], 0.95).low).all()
    assert tuple(found) == FIGURES


def test_one_future_is_all_there_is_without_chance():
    found = together(figures(np.array([[5.0], [2.0]]))["mean"], 0.95)
    assert (found.value.tolist(), found.low.tolist(), found.high.tolist()) == ([3.0], [3.0], [3.0])


def test_a_hurdle_is_reached_at_the_edge():
    assert reaching(np.array([[0.99, 1.0, 1.01]]), 1.0).tolist() == [[False, True, True]]


def test_the_price_of_having_chosen_wrongly_by_hand():
    npv = np.array([[4.0, 1.0, 0.0, 7.0], [2.0, 3.0, 0.0, 1.0]])
    assert missed(npv).tolist() == [[0, 2, 0, 0], [2, 0, 0, 6]]
    average, error, bad = prices(npv)
    assert average.tolist() == [0.5, 2.0]
    assert error[0] == pytest.approx(0.5)  # (0, 2, 0, 0): sd 1, over two
    assert np.isnan(bad).all()
    _, _, bad = prices(np.array([np.arange(2000.0), np.zeros(2000)]))
    assert bad == pytest.approx([0.0, 0.95 * 1999])


def test_few_futures_that_tell_an_error_leave_few_degrees_of_freedom():
    """±1 in all: kurtosis 1 and no limit; 1 in 100 moves it: kurtosis 98.01, 200 ÷ 97.01; equal plans are left out."""
    even = np.tile([1.0, -1.0], 50)
    rare = np.where(np.arange(100) == 0, 99.0, -1.0)
    assert spare(np.array([even, np.zeros(100), np.zeros(100)]), 4.0) == 4.0
    assert spare(np.array([even, even, rare]), 99.0) < 99.0
    assert spare(np.array([np.zeros(100), rare]), 99.0) == pytest.approx(200 / 97.01, rel=1e-4)
    assert spare(np.zeros((2, 100)), 4.0) == spare(np.zeros((1, 100)), 4.0) == 4.0
