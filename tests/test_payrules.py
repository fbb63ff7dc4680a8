"""Ladders in five readings, bands, hinges and stacked deductions, against paper, fractions and integrals."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import lognorm, norm

from model.payrules import bands, hinge, kept_share, ladder, rounded

EDGES, RATES, BASE = (5000, 8000, 12000), (200, 280, 320, 350), 250
READINGS = (
    "marginal",
    "marginal_base_cliff",
    "retroactive",
    "marginal_low_first_block",
    "base_plus_excess_at_top_rate",
)


def pay(volume, reading, edges=EDGES, rates=RATES, base=BASE):
    return float(ladder(np.array([float(volume)]), edges, rates, base, reading)[0])


def by_blocks(volume, reading, edges=EDGES, rates=RATES, base=BASE):
    """The same rule told unit block by unit block in exact fractions."""
    volume = Fraction(volume)
    reached = sum(volume >= edge for edge in edges)
    if reading == "retroactive":
        return volume * rates[reached]
    if not reached and reading in ("marginal_base_cliff", "base_plus_excess_at_top_rate"):
        return volume * rates[0]
    first = rates[0] if reading == "marginal_low_first_block" else base
    if reading == "base_plus_excess_at_top_rate":
        return edges[0] * first + (volume - edges[0]) * rates[reached]
    total, low = Fraction(0), Fraction(0)
    for edge, rate in zip((*edges, None), (first, *rates[1:]), strict=True):
        top = volume if edge is None else min(volume, Fraction(edge))
        total += max(top - low, 0) * rate
        low = Fraction(edge) if edge is not None else low
    return total


# Sections 1.2 and 6 of the extraction (004 L214-223), recomputed by hand; `marginal` pays 250 from the first unit on.
PAPER = {
    "marginal": (1_249_750, 1_250_000, 2_090_000, 3_370_000, 5_645_000),
    "marginal_base_cliff": (999_800, 1_250_000, 2_090_000, 3_370_000, 5_645_000),
    "retroactive": (999_800, 1_400_000, 2_560_000, 4_200_000, 6_475_000),
    "marginal_low_first_block": (999_800, 1_000_000, 1_840_000, 3_120_000, 5_395_000),
    "base_plus_excess_at_top_rate": (999_800, 1_250_000, 2_210_000, 3_700_000, 5_975_000),
}


@pytest.mark.parametrize("reading", READINGS)
def test_ladder_pays_what_paper_says(reading):
    found = [pay(volume, reading) for volume in (4_999, 5_000, 8_000, 12_000, 18_500)]
    assert found == list(PAPER[reading])


# figures.json of the extraction, commission_*: one unit below, on and above each edge.
@pytest.mark.parametrize(
    ("volume", "cliff", "retro", "low", "top"),
    [
        (0, 0, 0, 0, 0),
        (1, 200, 200, 200, 200),
        (5_001, 1_250_280, 1_400_280, 1_000_280, 1_250_280),
        (7_999, 2_089_720, 2_239_720, 1_839_720, 2_089_720),
        (8_001, 2_090_320, 2_560_320, 1_840_320, 2_210_320),
        (11_999, 3_369_680, 3_839_680, 3_119_680, 3_489_680),
        (12_001, 3_370_350, 4_200_350, 3_120_350, 3_700_350),
        (15_000, 4_420_000, 5_250_000, 4_170_000, 4_750_000),
        (25_000, 7_920_000, 8_750_000, 7_670_000, 8_250_000),
    ],
)
def test_ladder_one_unit_around_each_edge(volume, cliff, retro, low, top):
    readings = ("marginal_base_cliff", "retroactive", "marginal_low_first_block", "base_plus_excess_at_top_rate")
    assert [pay(volume, reading) for reading in readings] == [cliff, retro, low, top]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.sampled_from(READINGS), st.integers(0, 40_000_000))
def test_ladder_equals_blocks_in_fractions(reading, thousandths):
    volume = Fraction(thousandths, 1000)
    assert pay(float(volume), reading) == pytest.approx(float(by_blocks(volume, reading)), rel=1e-12, abs=1e-6)


@pytest.mark.parametrize("reading", READINGS)
def test_part_year_scales_a_ladder_without_bending_it(reading):
    """Cutting all edges to a half is the same as doubling the volume and halving the pay."""
    half = [edge / 2 for edge in EDGES]
    for volume in (2_499, 2_500, 4_000, 6_100, 9_250):
        assert pay(volume, reading, half) == pytest.approx(pay(2 * volume, reading) / 2, rel=1e-14)


def expected_pay(reading):
    """Expected pay of volume N(120, 40), nothing below zero, over edges 50/100/150/200."""
    edges, rates = (50, 100, 150, 200), (200, 250, 280, 320, 350)
    parts = zip((0, *edges), (*edges, 600), strict=True)
    return sum(
        quad(lambda x: pay(x, reading, edges, rates, 200) * norm.pdf(x, 120, 40), low, high, epsabs=1e-9)[0]
        for low, high in parts
    )


def test_expected_pay_under_normal_volume():
    assert expected_pay("marginal") == pytest.approx(28592.8166037833, rel=1e-10)
    assert expected_pay("retroactive") == pytest.approx(34563.3210013960, rel=1e-10)


def test_shares_of_revenue_as_a_ladder():
    """4/6/8 % past 200/400 on revenue 500: 28.0 in blocks, 40.0 on the whole."""
    assert pay(500, "marginal", (200, 400), (0.04, 0.06, 0.08), 0.04) == pytest.approx(28.0, abs=1e-12)
    assert pay(500, "retroactive", (200, 400), (0.04, 0.06, 0.08), 0.04) == pytest.approx(40.0, abs=1e-12)


def test_ladder_without_edges_is_one_rate():
    assert pay(7.5, "retroactive", (), (600,), 600) == 4500.0


def test_unknown_reading_is_refused():
    with pytest.raises(KeyError, match="sideways"):
        pay(1, "sideways")


@pytest.mark.parametrize("reading", READINGS)
def test_a_rounded_sum_reaches_its_edge_in_any_order(reading):
    parts = np.full(12, 5000 / 12)
    forward, backward = np.sum(parts), np.add.accumulate(np.concatenate([parts[:5] / 3] * 3 + [parts[5:]]))[-1]
    assert rounded(np.array([forward, backward])).tolist() == [5000.0, 5000.0]
    assert pay(rounded(np.array(4999.9999997)), reading) == pay(5000, reading)
    assert pay(rounded(np.array(4999.999999)), reading) < pay(5000, reading)


COEFFICIENTS = ((0.8, 1.0, 1.2), (True, True, False), (0.5, 1.0, 1.5, 2.0))


@pytest.mark.parametrize(
    ("attainment", "coefficient"),
    [(0.79, 0.5), (0.8, 1.0), (0.81, 1.0), (0.999, 1.0), (1.0, 1.5), (1.001, 1.5), (1.2, 1.5), (1.21, 2.0)],
)
def test_bands_at_and_beside_each_edge(attainment, coefficient):
    """000 L527-530; exactly 100 % belongs to the band above, exactly 120 % to the one below."""
    assert bands(np.array([attainment]), *COEFFICIENTS).tolist() == [coefficient]


@pytest.mark.parametrize(("mean", "sd", "expected"), [(1.0, 0.15, 1.25), (1.0, 0.25, 1.25), (1.086, 0.223, 1.43)])
def test_expected_team_coefficient(mean, sd, expected):
    """Budgeting coefficient 1.0 under-funds: field notes, step bonus."""
    at = norm.ppf((np.arange(200_000) + 0.5) / 200_000, mean, sd)
    assert bands(at, *COEFFICIENTS).mean() == pytest.approx(expected, abs=0.005)


def test_hinge_is_nothing_up_to_zero_and_the_rate_above():
    assert hinge(np.array([-1.0, 0.0, 1.0, 3e6]), 0.08).tolist() == [0.0, 0.0, 0.08, 240_000.0]


@pytest.mark.parametrize(("strike", "expected"), [(0.8, 0.286018641910), (1.0, 0.186715043207), (1.2, 0.120167382267)])
def test_expected_hinge_lognormal(strike, expected):
    """E[(X − K)+] with mean 1 and cv 0.5."""
    s = np.sqrt(np.log(1.25))
    law = lognorm(s, scale=np.exp(-(s**2) / 2))
    found = quad(lambda x: float(hinge(np.array([x - strike]), 1.0)[0]) * law.pdf(x), strike, 60, epsabs=1e-13)[0]
    assert found == pytest.approx(expected, rel=1e-9)


def test_expected_hinge_normal_and_as_a_call():
    normal = quad(lambda x: float(hinge(np.array([x - 110.0]), 1.0)[0]) * norm.pdf(x, 100, 20), 110, 400)[0]
    assert normal == pytest.approx(3.955931148026, rel=1e-9)
    s, r = 0.2, 0.05
    law = lognorm(s, scale=100 * np.exp(r - s**2 / 2))
    call = quad(lambda x: float(hinge(np.array([x - 100.0]), np.exp(-r))[0]) * law.pdf(x), 100, 900, epsabs=1e-12)[0]
    assert call == pytest.approx(10.450583572186, rel=1e-9)


@pytest.mark.parametrize(("stacking", "both"), [("multiply", 0.765), ("add", 0.75), ("worst", 0.85)])
def test_two_deductions_at_once(stacking, both):
    """004 L225-227: −10 % and −15 %; the order of the two never matters."""
    first, second = np.array([False, True, False, True]), np.array([False, False, True, True])
    kept = kept_share([(first, 0.10), (second, 0.15)], stacking)
    assert kept == pytest.approx([1.0, 0.9, 0.85, both], abs=1e-15)
    assert kept_share([(second, 0.15), (first, 0.10)], stacking) == pytest.approx(kept, abs=1e-15)


def test_added_deductions_never_take_more_than_all():
    yes = np.array([True])
    assert kept_share([(yes, 0.7), (yes, 0.6)], "add").tolist() == [0.0]
