"""The trial before a signature: four criteria on so many users, edges, chances from paper and what follows."""

import numpy as np
import pytest
from scipy.stats import binom

from model.draws import Draws
from model.trials import counts, failed_criteria, least_count, most_count, trial_course


@pytest.fixture(scope="module")
def eco(shipped):
    return shipped("ecosystem")


def partner(eco, **levels):
    best = {"conversion": 1.0, "failure": 0.0, "complaint": 0.0, "nps": 100.0}
    return eco.partners[0].model_copy(update=best | levels)


def draws(scenarios=4096, certain=False):
    return Draws(5, "verdict", 0, scenarios, certain=certain)


# Section 6 of the extraction, pa_trial_noise: chance of at least 15 % of n users at a true conversion.
@pytest.mark.parametrize(
    ("users", "conversion", "chance"),
    [
        (300, 0.15, 0.524717),
        (300, 0.16, 0.704906),
        (300, 0.18, 0.925964),
        (300, 0.21, 0.996711),
        (1000, 0.15, 0.513542),
        (1000, 0.16, 0.817010),
    ],
)
def test_chance_to_pass_the_conversion_alone(eco, changed, users, conversion, chance):
    assert binom.sf(least_count(users, 0.15) - 1, users, conversion) == pytest.approx(chance, abs=1e-5)
    case = changed(eco, {"trial.users": float(users)})
    failed = failed_criteria(case.trial, partner(eco, conversion=conversion), draws(), 0)
    assert (failed == 0).mean() == pytest.approx(chance, abs=0.025)


def test_counts_are_binomial():
    """Against the definition: the smallest k whose chance of at most k lies above the uniform."""
    uniforms = np.random.default_rng(3).random(500)
    assert counts(300, 0.16, uniforms).tolist() == binom.ppf(uniforms, 300, 0.16).tolist()
    assert counts(300, 0.0, uniforms).tolist() == [0] * 500
    assert counts(300, 1.0, np.append(uniforms, 0.0)).tolist() == [300] * 501


def test_more_users_move_no_draw(eco, changed):
    """The same uniform stands behind 300 and 1,000 users: counts keep their order."""
    uniforms = draws().uniform("partner.insurer_1.trial.conversion", 2)
    few, many = counts(300, 0.16, uniforms[0]), counts(1000, 0.16, uniforms[0])
    assert np.corrcoef(few, many)[0, 1] > 0.99
    again = draws().uniform("partner.insurer_1.trial.conversion", 5)
    assert np.array_equal(again[:2], uniforms)


def uniform_for(users, share, wanted):
    """A uniform that deals exactly this count: the middle of its step."""
    low, high = binom.cdf([wanted - 1, wanted], users, share)
    return (low + high) / 2


class Dealt:
    """Draws that deal one wanted count per metric."""

    certain, scenarios = False, 1

    def __init__(self, uniforms, normal=0.0):
        self.uniforms, self.z = uniforms, normal

    def uniform(self, name, rows):
        return np.full((rows, 1), self.uniforms.get(name.rsplit(".", 1)[1], 0.5))

    def normal(self, name, rows):
        return np.full((rows, 1), self.z)


@pytest.mark.parametrize(
    ("metric", "share", "count", "fails"),
    [
        ("conversion", 0.15, 44, 1),
        ("conversion", 0.15, 45, 0),
        ("conversion", 0.15, 46, 0),
        ("complaint", 0.05, 14, 0),
        ("complaint", 0.05, 15, 0),
        ("complaint", 0.05, 16, 1),
        ("failure", 0.01, 2, 0),
        ("failure", 0.01, 3, 0),
        ("failure", 0.01, 4, 1),
    ],
)
def test_criteria_at_and_beside_their_edges(eco, metric, share, count, fails):
    dealt = Dealt({metric: uniform_for(300, share, count)})
    assert failed_criteria(eco.trial, partner(eco, **{metric: share}), dealt, 0).tolist() == [fails]


@pytest.mark.parametrize(("z", "fails"), [(-0.001, 1), (0.0, 0), (0.001, 0)])
def test_nps_at_its_edge(eco, z, fails):
    assert failed_criteria(eco.trial, partner(eco, nps=70.0), Dealt({}, z), 0).tolist() == [fails]


def test_nps_is_measured_to_its_spread_over_the_root_of_the_users(eco):
    """60 ÷ √300 = 3.46 points: a true 76 passes 70 with Φ(1.732) = 0.9584."""
    failed = failed_criteria(eco.trial, partner(eco, nps=76.0), draws(), 0)
    assert (failed == 0).mean() == pytest.approx(0.9584, abs=0.01)


def test_whole_shares_of_users_are_whole():
    assert [least_count(300, 0.15), most_count(300, 0.05), most_count(300, 0.01)] == [45, 15, 3]
    assert [least_count(n, 0.15) for n in (299, 301)] == [45, 46]
    assert [most_count(n, 0.05) for n in (299, 300, 319, 320)] == [14, 15, 15, 16]


# 004 L422-424: conversion, NPS, complaints; failures were in order.
INSURERS = {"zhongan": (0.21, 76, 0.028, 0), "taikang": (0.16, 71, 0.051, 1), "weilaibao": (0.18, 68, 0.068, 2)}


@pytest.mark.parametrize("name", INSURERS)
def test_the_three_insurers_of_the_documents(eco, name):
    """0 / 1 / 2 failed criteria: sign after three months, repeat, end after three months."""
    conversion, nps, complaint, expected = INSURERS[name]
    one = partner(eco, conversion=conversion, nps=nps, complaint=complaint, failure=0.01)
    sure = draws(1, certain=True)
    assert failed_criteria(eco.trial, one, sure, 0).tolist() == [expected]
    months, passed = trial_course(eco, one, sure)
    assert (months.item(), passed.item()) == {0: (3, True), 1: (6, False), 2: (3, False)}[expected]


def test_two_failures_repeat_under_the_other_reading(eco, changed):
    case = changed(eco, {"readings.partial_vs_several": "two_repeat"})
    sure = draws(1, certain=True)
    assert trial_course(case, partner(eco, nps=68.0, complaint=0.068), sure)[0].item() == 6
    assert trial_course(case, partner(eco, nps=68.0, complaint=0.068, failure=0.02), sure)[0].item() == 3


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_retries_have_a_limit(eco, changed, retries):
    case = changed(eco, {"trial.retries": retries})
    months, passed = trial_course(case, partner(eco, nps=69.0), draws(1, certain=True))
    assert (months.item(), passed.item()) == (3 * (retries + 1), False)


def test_chance_of_a_signature(eco):
    """Conversion alone in doubt: p = 0.704906 to pass, one repetition: p + (1 − p) p; half a year with 1 − p."""
    months, passed = trial_course(eco, partner(eco, conversion=0.16), draws())
    p = 0.704906
    assert passed.mean() == pytest.approx(p + (1 - p) * p, abs=0.02)
    assert (months == 6).mean() == pytest.approx(1 - p, abs=0.02)
    assert set(np.unique(months)) == {3, 6}


def test_without_a_gate_everybody_signs(eco, changed):
    months, passed = trial_course(changed(eco, {"trial": None}), partner(eco, conversion=0.0), draws(9))
    assert passed.all()
    assert (months == 3).all()
