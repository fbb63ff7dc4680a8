"""Bonuses of a line's team by period: each part by hand, at each edge, with short last periods and a stop."""

from dataclasses import fields

import numpy as np
import pytest

from model.bonuses import (
    Season,
    growth_fund,
    incubation,
    milestone,
    rocket,
    satisfaction,
    scorecard,
    team_points,
    wager,
)
from model.line_results import LineResults
from model.scheme_inputs import (
    GrowthFund,
    IncubationFund,
    Metrics,
    MilestonePay,
    PointsMetric,
    RocketPay,
    SatisfactionPay,
    ScorecardPay,
    ShareMetric,
    VolumeMetric,
    WagerPay,
)

NEVER = 10**6


def line(months, **given):
    """A line of one option and one scenario with one head; what is not given is zero."""
    flat = {field.name: 0.0 for field in fields(LineResults)} | {"heads": 1.0, "stays": 1.0} | given
    return LineResults(
        *(np.broadcast_to(np.asarray(flat[f.name], float), months).reshape(-1, 1, 1) for f in fields(LineResults))
    )


def season(months=12, first=1, stop=NEVER):
    return Season((np.arange(months) + first - 1) % 12 + 1, stop)


def told(found):
    return {month: amount for month, amount in enumerate(found[:, 0, 0].tolist(), 1) if amount}


def campaign(**more):
    values = {"amount": 1000.0, "shares": (0.3, 0.5, 0.2), "period": 6, "presale_months": 2, "presale_target": 20.0}
    values |= {"revenue_target": 600.0, "complaint_most": 0.05, "parts": "independent"}
    return MilestonePay.model_construct(**(values | more))


@pytest.mark.parametrize(("volume", "paid"), [(9.99, 700), (10.0, 1000), (10.01, 1000)])
def test_presale_at_its_edge(volume, paid):
    assert told(milestone(campaign(), line(6, volume=volume, revenue=100.0), season(6))) == {6: pytest.approx(paid)}


@pytest.mark.parametrize(("revenue", "paid"), [(599.99, 500), (600.0, 1000), (600.01, 1000)])
def test_revenue_milestone_at_its_edge(revenue, paid):
    assert told(milestone(campaign(), line(6, volume=10.0, revenue=revenue / 6), season(6))) == {6: pytest.approx(paid)}


@pytest.mark.parametrize(("complaint", "paid"), [(0.049, 1000), (0.05, 800), (0.051, 800), (-0.01, 1000)])
def test_after_sales_milestone_at_its_edge(complaint, paid):
    """001 §3.2.2 and the risk of §4.3: the part for after-sales needs a rate *below* the industry's mean."""
    found = milestone(campaign(), line(6, volume=10.0, revenue=100.0, complaint=complaint), season(6))
    assert told(found) == {6: pytest.approx(paid)}


def test_milestones_in_a_short_period_after_a_stop_and_without_people():
    whole = {"volume": 10.0, "revenue": 100.0}
    assert told(milestone(campaign(), line(9, **whole), season(9))) == {6: 1000, 9: 500}
    assert told(milestone(campaign(), line(6, **whole), season(6, stop=4))) == {4: 1000}
    assert told(milestone(campaign(), line(6, **whole, heads=0.0), season(6))) == {}
    late = line(6, volume=[0, 0, 30, 10, 10, 10], revenue=100.0)
    assert told(milestone(campaign(), late, season(6))) == {6: pytest.approx(700)}
    assert told(milestone(campaign(parts="nested"), late, season(6))) == {}


def rocket_of(**more):
    values = {"period": 12, "revenue_target": 1200.0, "commission": 0.02, "repurchase_limit": 0.30}
    values |= {"loyalty_award": 7.0, "top_revenue": 2400.0, "profit_share": 0.05, "stages": "nested"}
    return RocketPay.model_construct(**(values | more))


@pytest.mark.parametrize(
    ("monthly", "again", "nested", "independent"),
    [
        (100.0, 0.42, 24 + 21, 24 + 21),  # the case of the document: stage 2
        (99.99, 0.42, 0, 21),
        (100.0, 0.30, 24, 24),
        (200.0, 0.301, 48 + 21 + 60, 48 + 21 + 60),
        (200.0, 0.29, 48, 48 + 60),
        (199.99, 0.42, 47.9976 + 21, 47.9976 + 21),
    ],
)
def test_rocket_stages(monthly, again, nested, independent):
    """001 §5: commission 2 %, 7 per head for 3 heads above 30 % repurchase, 5 % of profit at margin 0.5 on top."""
    of = line(12, volume=1.0, revenue=monthly, repurchase=monthly * again, heads=3.0)
    assert rocket(rocket_of(), 0.5, of, season()).sum() == pytest.approx(nested, abs=1e-6)
    assert rocket(rocket_of(stages="independent"), 0.5, of, season()).sum() == pytest.approx(independent, abs=1e-6)


def test_five_percent_of_ten_million():
    """001 §5, derived: profit 10 M → 500,000."""
    rule = rocket_of(commission=0.0, loyalty_award=0.0, top_revenue=1e7, repurchase_limit=0.0)
    of = line(12, volume=1.0, revenue=1e7 / 12, repurchase=1.0)
    assert rocket(rule, 1.0, of, season()).sum() == pytest.approx(500_000, abs=0.01)


@pytest.mark.parametrize(
    ("nps", "complaint", "again", "paid"),
    [
        (59, 0.01, 0, 0),
        (60, 0.01, 0, 0),
        (61, 0.01, 0, 30),
        (70, 0.01, 0, 300),
        (75, 0.01, 0, 300),
        (75, 0.0, 0, 330),
        (59, -0.01, 0.2, 30),
        (59, 0.01, 0.21, 15),
    ],
)
def test_satisfaction_pool(nps, complaint, again, paid):
    """3 heads, 100 each at NPS 70, straight from 60; 10 each without complaint, 5 each above 20 % repurchase."""
    rule = SatisfactionPay.model_construct(
        per_head=100.0, nps_from=60.0, nps_full=70.0, no_complaint=10.0, repurchase_limit=0.2, repurchase_extra=5.0
    )
    of = line(1, volume=1.0, revenue=10.0, repurchase=10 * again, nps=nps, complaint=complaint, heads=3.0)
    assert satisfaction(rule, of).sum() == pytest.approx(paid, abs=1e-9)
    assert not satisfaction(rule, line(1, nps=nps, heads=3.0)).any()


def metric(kind, target, weight, season_weight=None, **more):
    values = {"weight": weight, "season_weight": weight if season_weight is None else season_weight}
    return kind.model_construct(**({"cap": 150.0, "ratios": (), "points": (), "target": target} | values | more))


def card(metrics, **more):
    values = {"rate": 0.1, "period": 3, "team_share": 1.0, "individual": 0.0, "season": (10, 11, 12), "relax": 0.0}
    values |= {"payout_at": (0.0, 100.0, 150.0), "payout": (0.0, 1.0, 1.5), "metrics": metrics}
    return ScorecardPay.model_construct(**(values | more))


TWO = Metrics.model_construct(volume=metric(VolumeMetric, 1200.0, 0.3, 0.5), nps=metric(PointsMetric, 70.0, 0.7, 0.5))


def test_quarter_four_weighs_volume_half():
    """001 §3.1.2: 30 % → 50 % in Q4. Volume at 120 points, NPS at 100: 106, in Q4 110."""
    of = line(12, volume=120.0, nps=70.0, base_pay=1000.0)
    assert told(scorecard(card(TWO), of, season())) == pytest.approx({3: 318.0, 6: 318.0, 9: 318.0, 12: 330.0})
    shifted = told(scorecard(card(TWO), of, season(first=9)))
    assert shifted == pytest.approx({3: 300 * (1.06 + 2 / 3 * 0.04), 6: 300 * (1.06 + 0.04 / 3), 9: 318, 12: 318})


# 003 §06: half team, half individual; offline 70 % team; online 60 % individual.
@pytest.mark.parametrize(("team_share", "points"), [(0.5, 100.0), (0.7, 104.0), (0.4, 98.0)])
def test_team_and_individual_shares(team_share, points):
    only = Metrics.model_construct(volume=metric(VolumeMetric, 1200.0, 1.0))
    of = line(3, volume=110.0, base_pay=1000.0)
    rule = card(only, team_share=team_share, individual=90.0)
    assert told(scorecard(rule, of, season(3))) == pytest.approx({3: 3000 * 0.1 * points / 100})


def test_peak_eases_targets_and_lower_is_better():
    """Load 1.2 against a target of 1.0, eased by 20 %, is 100 points in the season and 83.3 outside."""
    only = Metrics.model_construct(use=metric(ShareMetric, 1.0, 1.0))
    of = line(6, volume=1.0, use=1.2)
    found = team_points(only, of, 3, np.array([0.0, 1.0]), 0.2)[:, 0, 0]
    assert found == pytest.approx([100 / 1.2, 100.0], abs=1e-8)


def test_response_ranks_with_its_weight():
    """003 §06: response weighs 20 %; complaint, repurchase and referral are shares over the period."""
    parts = Metrics.model_construct(
        use=metric(ShareMetric, 1.0, 0.2),
        complaint=metric(ShareMetric, 0.05, 0.3),
        repurchase=metric(ShareMetric, 0.3, 0.3),
        referral=metric(ShareMetric, 0.1, 0.2),
    )
    of = line(3, volume=1.0, revenue=100.0, use=0.8, complaint=0.04, repurchase=30.0, referral=5.0)
    found = team_points(parts, of, 3, np.zeros(1), 0.0).item()
    assert found == pytest.approx(0.2 * 125 + 0.3 * 125 + 0.3 * 100 + 0.2 * 50, abs=1e-8)


def test_a_quarter_without_sales_has_no_bonus():
    assert not scorecard(card(TWO), line(3, nps=70.0, base_pay=1000.0), season(3)).any()


@pytest.mark.parametrize(("weak", "paid"), [(299.99, {}), (300.0, {9: 100_000}), (300.01, {9: 100_000})])
def test_three_top_quarters_pay_fifty_thousand_each(weak, paid):
    """001 §3.3: A+ in three consecutive quarters → 50,000 per person; two people, grade at 1.0 of 100 a month."""
    rule = GrowthFund.model_construct(quarters=3, grade_at=1.0, revenue_target=100.0, per_head=50_000.0)
    revenue = np.array([200.0] * 3 + [weak / 3] * 3 + [100.0] * 3 + [500.0, 500.0])
    assert told(growth_fund(rule, line(11, revenue=revenue, heads=2.0), season(11))) == paid


@pytest.mark.parametrize(("second", "paid"), [(129.99, {}), (130.0, {24: 9.0}), (130.01, {24: 9.0})])
def test_incubation_after_a_year_of_growth(second, paid):
    rule = IncubationFund.model_construct(first_month=13, growth=0.30, amount=9.0)
    revenue = np.repeat([100.0, second, 500.0], [12, 12, 6])
    assert told(incubation(rule, line(30, revenue=revenue), season(30))) == paid
    later = IncubationFund.model_construct(first_month=25, growth=0.30, amount=9.0)
    assert told(incubation(later, line(30, revenue=revenue), season(30))) == {}


@pytest.mark.parametrize(
    ("revenue", "won", "lost"), [(99, 0, 6.0), (100, 0, 0), (101, 1.2, 0), (0, 0, 600.0), (150, 60, 0)]
)
def test_wager_both_ways(revenue, won, lost):
    """Target 100 a month: 20 % of profit (margin 0.5) above it, half of base pay 100 in proportion below it."""
    rule = WagerPay.model_construct(period=12, revenue_target=100.0, share=0.20, cut=0.5)
    gains, cuts = wager(rule, 0.5, line(12, revenue=revenue, base_pay=100.0), season())
    assert (gains.sum(), cuts.sum()) == pytest.approx((won, lost), abs=1e-6)
    nobody = wager(rule, 0.5, line(12, revenue=revenue, heads=0.0), season())
    assert not nobody[0].any()
    assert not nobody[1].any()
