"""Better in every case or for every cautious board: known answers of normals, exact chances by hand, false alarms."""

import numpy as np
import pytest
from scipy.stats import binom

from experiments.comparing.dominance import amounts, fewer_below, less_missing, preferred


def normals(mean, sd, draws, rng):
    return mean + sd * rng.standard_normal(draws)


@pytest.mark.parametrize(
    ("mean", "sd", "said"),
    [
        (0.3, 1.0, ("every case", 1)),  # equal spread, higher mean
        (-0.3, 1.0, ("every case", -1)),
        (0.1, 0.7, ("every cautious board", 1)),  # higher mean, less spread
        (-0.1, 1.4, ("every cautious board", -1)),
        (0.3, 1.5, ("neither", 0)),  # higher mean, more spread: caution decides
        (-0.3, 0.6, ("neither", 0)),
    ],
)
def test_normals_are_ordered_as_known(mean, sd, said):
    """Against N(0, 1): in every case iff equal sd and higher mean; for the cautious iff mean ≥ and sd ≤."""
    rng = np.random.default_rng(7)
    assert preferred(normals(mean, sd, 20_000, rng), normals(0, 1, 20_000, rng), 0.01) == said


def test_equal_laws_are_not_told_apart():
    """Equal laws: any claim is wrong; at most 5 % of 400 replicas, and a plan against itself never."""
    rng = np.random.default_rng(8)
    wrong = sum(
        preferred(normals(0, 1, 2000, rng), normals(0, 1, 2000, rng), 0.05)[0] != "cannot be said" for _ in range(400)
    )
    assert wrong <= binom.ppf(0.999, 400, 0.05)
    a = normals(0, 1, 2000, rng)
    assert preferred(a, a, 0.05) == ("cannot be said", 0)


def test_curves_that_cross_are_not_called_better_in_every_case():
    """N(0.15, 1.15²) has more futures below −1 than N(0, 1); few futures do not show it, and no claim is made."""
    rng = np.random.default_rng(9)
    claims = [preferred(normals(0.15, 1.15, 2000, rng), normals(0, 1, 2000, rng), 0.05)[0] for _ in range(200)]
    assert claims.count("every case") <= binom.ppf(0.999, 200, 0.05)


def test_same_futures_show_what_independent_ones_hide():
    rng = np.random.default_rng(10)
    shared = rng.standard_normal(4000)
    near = shared + 0.05 * rng.standard_normal(4000)
    assert preferred(near + 0.1, shared, 0.01)[0] == "every case"
    assert preferred(rng.permutation(near) + 0.1, shared, 0.01)[0] == "cannot be said"


def test_the_exact_chance_by_hand():
    """Five futures for A, none for B: 1 ÷ 32; the other way round 1."""
    a, b = np.array([2.0] * 5 + [0.0] * 3), np.array([0.0] * 5 + [0.0] * 3)
    for_a, for_b = fewer_below(a, b, np.array([1.0]))
    assert (for_a[0], for_b[0]) == pytest.approx((1 / 32, 1.0))
    for_a, for_b = fewer_below(a, a, np.array([1.0]))
    assert (for_a[0], for_b[0]) == pytest.approx((1.0, 1.0))


def test_what_is_missing_to_an_amount_by_hand():
    """Missing to 3: A 2, 0, 0 and B 3, 2, 1: leads 1, 2, 1, mean 4/3, sd 0.5774, t = 4 with two to spare."""
    for_a, for_b = less_missing(np.array([1.0, 5.0, 4.0]), np.array([0.0, 1.0, 2.0]), np.array([3.0, -1.0]))
    assert for_a[0] == pytest.approx(0.0285955, abs=1e-6)
    assert for_b[0] == pytest.approx(1 - 0.0285955, abs=1e-6)
    assert (for_a[1], for_b[1]) == (0.5, 0.5)


def test_amounts_are_cases_that_the_futures_support():
    a, b = np.arange(2000.0), np.arange(2000.0) + 10_000
    found = amounts(a, b)
    assert (found[0], found[-1]) == (199.0, 11_799.0)  # 5 % and 95 % of the 4,000
    assert amounts(a[:100], b[:100]).size == 0
    assert preferred(a[:100], b[:100], 0.05) == ("cannot be said", 0)


def test_doing_nothing_is_better_in_every_case_than_a_sure_loss():
    loss = -5 - np.random.default_rng(11).random(4000)
    assert preferred(np.zeros(4000), loss, 0.01) == ("every case", 1)
    assert preferred(loss, np.zeros(4000), 0.01) == ("every case", -1)
