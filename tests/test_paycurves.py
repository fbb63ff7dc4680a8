"""Compiled pay curves: each edge at −1, 0 and +1, the reinsurance layers of the literature, expectations on paper."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import lognorm, norm

from model.paycurves import Knot, PayCurve, blocks, both_ways, collar, corridor, gate, through

STEPS = st.integers(-300, 300)


def at(curve, *drivers):
    return curve.pay(np.array(drivers, dtype=float)).tolist()


def by_hand(start, slope, knots, driver):
    """The curve told part by part in exact fractions: value at each knot, then on from the last one reached."""
    value, place, rate = Fraction(start), Fraction(0), Fraction(slope)
    value, place = value + rate * Fraction(knots[0][0]), Fraction(knots[0][0])
    if driver < place:
        return Fraction(start) + rate * driver
    for index, (where, after, jump, upper) in enumerate(knots):
        value += rate * (Fraction(where) - place)
        place = Fraction(where)
        if driver < place or (driver == place and not upper):
            return value + rate * (driver - place)
        value, rate = value + Fraction(jump), Fraction(after)
        if index + 1 == len(knots) or driver < knots[index + 1][0]:
            return value + rate * (driver - place)
    return value


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    STEPS,
    STEPS,
    st.lists(
        st.tuples(st.integers(1, 99), STEPS, STEPS, st.booleans()), min_size=1, max_size=5, unique_by=lambda k: k[0]
    ),
)
def test_any_curve_is_exact_at_and_beside_each_knot(start, slope, raw):
    knots = sorted(raw)
    curve = PayCurve(start, slope, [Knot(*knot) for knot in knots])
    drivers = sorted({place + step for place, *_ in knots for step in (-1, 0, 1)} | {0, 150})
    expected = [float(by_hand(start, slope, knots, Fraction(driver))) for driver in drivers]
    assert at(curve, *drivers) == expected


def test_a_curve_keeps_the_shape_of_its_drivers():
    curve = gate(1.0, 5.0)
    assert curve.pay(np.zeros((2, 3, 4))).shape == (2, 3, 4)
    assert blocks((1.0,), (1.0, 2.0), 1.0, "marginal").pay(np.full((2, 1), 2.0)).tolist() == [[3.0], [3.0]]


@pytest.mark.parametrize("places", [(2.0, 2.0), (3.0, 2.0)])
def test_knots_must_rise(places):
    with pytest.raises(ValueError, match=r"knots of a pay curve must rise, found \[\d.0, 2.0\]; sort them"):
        PayCurve(0.0, 0.0, [Knot(place, 1.0) for place in places])


def test_gate_belongs_to_whom_it_is_given():
    assert at(gate(0.3, 9.0), 0.29, 0.3, 0.31) == [0.0, 9.0, 9.0]
    assert at(gate(0.3, 9.0, upper_owns=False), 0.29, 0.3, 0.31) == [0.0, 0.0, 9.0]


def test_corridor_collar_scale_and_wager_at_their_edges():
    assert at(corridor(350.0, 700.0, 0.5), 349, 350, 351, 699, 700, 701) == [0.0, 0.0, 0.5, 174.5, 175.0, 175.0]
    assert at(corridor(5.0, np.inf, 2.0), 4, 5, 6, 1e6) == [0.0, 0.0, 2.0, 1_999_990.0]
    assert at(collar(2.0, 10.0, 30.0), 0, 4, 5, 6, 14, 15, 16) == [10.0, 10.0, 10.0, 12.0, 28.0, 30.0, 30.0]
    assert at(collar(2.0, 10.0, np.inf), 5, 1000) == [10.0, 2000.0]
    assert at(through([(60, 0), (70, 1), (80, 3)]), 59, 60, 61, 70, 71, 80, 81) == pytest.approx(
        [0, 0, 0.1, 1, 1.2, 3, 3], abs=1e-12
    )
    assert at(both_ways(100.0, 0.5, 0.25), 99, 100, 101, 0) == [-0.25, 0.0, 0.5, -25.0]


def test_a_part_of_the_period_scales_thresholds_and_jumps():
    whole = blocks((5000, 8000, 12000), (200, 280, 320, 350), 250, "marginal_base_cliff")
    half = whole.scaled(0.5)
    for volume in (2499, 2500, 2501, 3999, 4000, 6001, 9250):
        assert at(half, volume)[0] == pytest.approx(at(whole, 2 * volume)[0] / 2, rel=1e-14)


def law(mean, cv):
    s = np.sqrt(np.log(1 + cv**2))
    return lognorm(s, scale=mean * np.exp(-(s**2) / 2))


def expected(curve, dist, *edges):
    """Mean pay by quadrature, part by part between the edges, to far in the tail."""
    ends = [*edges, dist.ppf(1 - 1e-15)]
    return sum(
        quad(lambda x: at(curve, x)[0] * dist.pdf(x), low, high, epsabs=1e-10, limit=200)[0]
        for low, high in pairwise(ends)
    )


def test_aggregate_deductible_of_bear_and_nemlick():
    """Known answers: lognormal losses 450 (cv 0.528), aggregate deductible 360 on loss 100 / 75 of premium 12,000."""
    layer = corridor(360.0, np.inf, 100 / 75 / 12000)
    assert round(100 * expected(layer, law(450, 0.528), 0, 360), 2) == 1.47


def test_loss_corridor_of_bear_and_nemlick():
    """Known answers: lognormal 350 (cv 0.905), 350 xs 350 on loss 100 / 70 of premium 10,000: what stays after it."""
    dist = law(350, 0.905)
    kept = PayCurve(0.0, 1.0, [Knot(350.0, 0.0), Knot(700.0, 1.0)])
    assert round(100 * expected(kept, dist, 0, 350, 700) * 100 / 70 / 10000, 2) == 4.02


def test_expected_pay_of_a_ladder_under_normal_volume():
    """Known answers, N(120, 40) over edges 50/100/150/200; nothing is paid below zero."""
    edges, rates, dist = (50, 100, 150, 200), (200, 250, 280, 320, 350), norm(120, 40)
    for reading, paper in (("marginal", 28592.8166037833), ("retroactive", 34563.3210013960)):
        assert expected(blocks(edges, rates, 200, reading), dist, 0, *edges) == pytest.approx(paper, rel=1e-10)


@pytest.mark.parametrize(("strike", "paper"), [(0.8, 0.286018641910), (1.0, 0.186715043207), (1.2, 0.120167382267)])
def test_expected_lognormal_hinge(strike, paper):
    assert expected(corridor(strike, np.inf, 1.0), law(1, 0.5), 0, strike) == pytest.approx(paper, rel=1e-9)


def test_expected_normal_hinge_and_the_pool_as_a_call():
    assert expected(corridor(110, np.inf, 1.0), norm(100, 20), 0, 110) == pytest.approx(3.955931148026, rel=1e-9)
    call = lognorm(0.2, scale=100 * np.exp(0.05 - 0.02))
    found = expected(corridor(100, np.inf, np.exp(-0.05)), call, 0, 100)
    assert found == pytest.approx(10.450583572186, rel=1e-9)


def test_shares_of_revenue_in_blocks_and_on_the_whole():
    assert at(blocks((200, 400), (0.04, 0.06, 0.08), 0.04, "marginal"), 500) == pytest.approx([28.0], abs=1e-12)
    assert at(blocks((200, 400), (0.04, 0.06, 0.08), 0.04, "retroactive"), 500) == pytest.approx([40.0], abs=1e-12)
