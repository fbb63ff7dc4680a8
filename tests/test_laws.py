"""Laws fitted to data of a known law: the true one holds, a wrong one is rejected, and figures are those of the law."""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from experiments.fitting.laws import chosen, fits, quantile_errors, support

DRAWS = {
    "normal": lambda draws: draws.normal(-1.0, 3.0, 150),
    "lognormal": lambda draws: draws.lognormal(3.0, 0.8, 150),
    "gamma": lambda draws: draws.gamma(2.0, 4.0, 150),
    "Weibull": lambda draws: 3.0 * draws.weibull(1.7, 150),
    "beta": lambda draws: draws.beta(2.0, 5.0, 150),
    "Poisson": lambda draws: draws.poisson(4.0, 150).astype(float),
    "negative binomial": lambda draws: draws.negative_binomial(2, 0.2, 150).astype(float),
}
TRUE = {
    "normal": {"loc": -1.0, "scale": 3.0},
    "lognormal": {"s": 0.8, "scale": np.exp(3.0)},
    "gamma": {"a": 2.0, "scale": 4.0},
    "Weibull": {"c": 1.7, "scale": 3.0},
    "beta": {"a": 2.0, "b": 5.0},
    "Poisson": {"mu": 4.0},
    "negative binomial": {"n": 2.0, "p": 0.2},
}


@cache
def fitted(name):
    return {law.name: law for law in fits(DRAWS[name](np.random.default_rng(3)), 7, samples=99)}


@pytest.mark.parametrize("name", DRAWS)
def test_the_true_law_holds_and_has_its_parameters(name):
    law = fitted(name)[name]
    assert not law.is_rejected
    assert law.parameters == pytest.approx(TRUE[name], rel=0.35)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("lognormal", "normal"),
        ("lognormal", "gamma"),
        ("gamma", "lognormal"),
        ("Weibull", "lognormal"),
        ("negative binomial", "Poisson"),
    ],
)
def test_a_wrong_law_is_rejected(name, wrong):
    laws = fitted(name)
    assert laws[wrong].is_rejected
    assert laws[wrong].aic > laws[name].aic + 4
    assert chosen(list(laws.values())).name == name


def test_a_true_law_is_rejected_about_as_often_as_it_should_be():
    draws = np.random.default_rng(11)
    found = [fits(draws.normal(0.0, 1.0, 40), number, samples=99)[0].p for number in range(100)]
    assert np.all((np.array(found) > 0) & (np.array(found) <= 1))
    assert sum(p < 0.05 for p in found) <= 12  # 5 expected; more than 12 has a chance below 0.2 %
    assert np.mean(found) == pytest.approx(0.5, abs=0.1)


def test_the_likelihood_of_a_normal_law_is_the_one_on_paper():
    values = np.array([1.0, -2.0, 0.5, 3.0, 2.5])
    law = fits(values, 7, samples=9)[0]
    assert law.parameters == pytest.approx({"loc": values.mean(), "scale": values.std()})
    assert law.aic == pytest.approx(2 * 2 + 5 * (np.log(2 * np.pi * values.var()) + 1))


def test_counts_that_vary_less_than_a_poisson_law_get_no_negative_binomial():
    values = np.repeat([3.0, 4.0, 5.0], 20)
    laws = fits(values, 7, samples=99)
    assert [law.name for law in laws] == ["Poisson"]
    assert laws[0].is_rejected
    assert chosen(laws) is None


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1, 7], "counts"),
        ([0.0, 1.0, 7.5], "zero or more"),
        ([0.1, 0.9, 0.5], "shares"),
        ([0.1, 1.0, 0.5], "positive"),
        ([0.1, 1.1, 0.5], "positive"),
        ([-1, 1, 7], "any sign"),
    ],
)
def test_what_values_are_says_which_laws_come_into_question(values, kind):
    assert support(np.array(values, dtype=float))[0] == kind


def test_errors_of_quantiles_are_those_of_a_normal_sample():
    law = fitted("normal")["normal"]
    errors = quantile_errors(law, 150, (0.1, 0.5, 0.9), 7, samples=400)
    sd, z = law.parameters["scale"], stats.norm.ppf(0.9)
    by_hand = [sd / 150**0.5 * (1 + z_ * z_ / 2) ** 0.5 for z_ in (z, 0.0, z)]
    assert errors == pytest.approx(by_hand, rel=0.12)
