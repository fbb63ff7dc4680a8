"""Pay on what users bring over the years: the documents' 1,800, the window's edge, and three rules for who left."""

from dataclasses import fields

import numpy as np
import pytest

from model.line_results import LineResults, mean_by_volume, team_of
from model.scheme_inputs import LtvPay
from model.trails import claims, still_there, trail

T = 40


def line(**given):
    """A line of one option and one scenario; what is not given is zero, everybody stays."""
    names = [field.name for field in fields(LineResults)]
    flat = {name: np.zeros(T) for name in names} | {"heads": np.ones(T), "stays": np.ones(T)}
    return LineResults(*(np.array((flat | given)[name], dtype=float).reshape(T, 1, 1) for name in names))


def once(month, amount):
    out = np.zeros(T)
    out[month] = amount
    return out


def ltv(**more):
    values = {"first_sale": 0.10, "repurchase": 0.05, "referral": 0.03, "subscription": 0.05}
    return LtvPay.model_construct(**(values | {"window": 36, "leavers": "lost"} | more))


def paid(rule, of, after=36):
    present, gone = trail(rule, of, 1.0, after)
    return present[:, 0, 0], gone[:, 0, 0]


SALE = {"volume": once(0, 1), "revenue": once(0, 10_000), "repurchase": once(36, 10_000), "referral": once(12, 10_000)}


def test_the_documents_1800():
    """figures.json ltv_share_1800: 10 % + 5 % + 3 % of a profit of 10,000; and 5 % of a fee of 2,000 is 100."""
    found, gone = paid(ltv(), line(**SALE))
    assert (found[0], found[36], found[12]) == pytest.approx((1000, 500, 300), abs=1e-9)
    assert found.sum() == pytest.approx(1800, abs=1e-9)
    assert not gone.any()
    with_fee, _ = paid(ltv(), line(**SALE, subscription=once(5, 2000)))
    assert with_fee.sum() == pytest.approx(1900, abs=1e-9)


@pytest.mark.parametrize(("window", "due"), [(35, 1300), (36, 1800), (37, 1800), (11, 1000), (12, 1300)])
def test_the_trail_ends_with_its_window(window, due):
    assert paid(ltv(window=window), line(**SALE))[0].sum() == pytest.approx(due, abs=1e-9)


@pytest.mark.parametrize(
    ("leavers", "to_present", "to_gone"), [("lost", 1400, 0), ("kept", 1400, 400), ("successor", 1800, 0)]
)
def test_half_of_the_team_leaves(leavers, to_present, to_gone):
    """Half of the sellers leave with month 6: referral 150 of 300 and repurchase 250 of 500 are theirs."""
    stays = np.ones(T)
    stays[5] = 0.5
    present, gone = paid(ltv(leavers=leavers), line(**SALE, stays=stays))
    assert (present.sum(), gone.sum()) == pytest.approx((to_present, to_gone), abs=1e-6)


def test_nobody_present_earns_no_first_sale():
    assert paid(ltv(), line(**SALE, heads=np.zeros(T)))[0][0] == 0.0


def test_claims_equal_cohorts_told_one_by_one():
    rng = np.random.default_rng(5)
    volume, stays, window = rng.uniform(0, 9, 30), rng.choice([1.0, 0.9, 0.5, 0.0], 30, p=[0.6, 0.2, 0.15, 0.05]), 7
    for month, found in enumerate(claims(volume, stays, window)):
        told = sum(
            volume[month - age] * np.prod(stays[month - age : month]) for age in range(1, min(window, month) + 1)
        )
        assert found == pytest.approx(told, abs=1e-8)


def test_who_was_there_and_still_is():
    stays = np.array([1.0, 0.5, 0.8, 0.0, 1.0, 1.0])
    assert still_there(stays, 2) == pytest.approx([0, 0, 0.5, 0.4, 0, 0], abs=1e-12)
    assert still_there(stays, 6).tolist() == [0] * 6


def test_team_of_nobody_stays_and_line_means_are_by_volume():
    team = team_of(np.array([0.0, 4.0]), np.array([0.0, 9.0]), np.array([0.0, 3.0]))
    assert team.stays.tolist() == [1.0, 0.75]
    two = np.array([70.0, 80.0]).reshape(2, 1, 1)
    here = np.array([True, False]).reshape(2, 1, 1)
    assert mean_by_volume(two, np.zeros((2, 1, 1)), here).item() == 70.0
    assert mean_by_volume(two, np.zeros((2, 1, 1)), here & False).item() == 0.0
    assert mean_by_volume(two, np.array([1.0, 3.0]).reshape(2, 1, 1), here).item() == 77.5
