"""Regression of ranks: closed forms of the normal law, straight and bent relations, intervals that hold them."""

import numpy as np
import pytest

from experiments.sensitivity.ranks import pull


def spearman(r):
    return 6 / np.pi * np.arcsin(r / 2)


def normals(seed, count, causes=2):
    return np.random.default_rng(seed).standard_normal((causes, count))


def test_a_bent_but_rising_relation_is_followed_strictly():
    x = normals(1, 50, 1)
    found = pull(-np.exp(x[0]), x, 7)
    assert found.coefficient == pytest.approx([-1.0])
    assert found.told == pytest.approx(1.0)
    assert found.ends == pytest.approx(np.array([[-1.0, -1.0]]))


def test_sums_of_normals_follow_the_known_rank_correlation():
    # y = 3 a + 4 b with independent a, b: their correlations with y are .6 and .8; N = 4,096, error about .012.
    x = normals(2, 4096)
    found = pull(3 * x[0] + 4 * x[1], x, 7)
    assert found.coefficient == pytest.approx([spearman(0.6), spearman(0.8)], abs=3 * 0.012)
    assert found.told == pytest.approx(spearman(0.6) ** 2 + spearman(0.8) ** 2, abs=0.03)


def test_a_cause_that_only_hangs_on_another_has_no_pull_of_its_own():
    base = normals(3, 4096)
    shadow = base[0] + base[1]
    found = pull(base[0], np.array([base[0], shadow]), 7)
    assert found.coefficient == pytest.approx([1.0, 0.0], abs=1e-9)


def test_intervals_hold_the_truth_as_often_as_they_say():
    # 200 repeats of N = 200: with 95 % the share of intervals that hold lies in 91–99 % (2.6 errors).
    held = 0
    for repeat in range(200):
        x = normals(100 + repeat, 200, 2)
        ends = pull(0.5 * x[0] + np.sqrt(0.75) * x[1], x[:1], repeat).ends[0]
        held += ends[0] <= spearman(0.5) <= ends[1]
    assert 0.91 <= held / 200 <= 0.99
