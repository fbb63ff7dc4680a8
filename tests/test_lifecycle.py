"""Users before and after the first sale, against geometric sums and the documents' figures."""

import numpy as np
import pytest

from model import lifecycle
from model.life_inputs import Funnel, JointSales, Life, Response
from model.schema import LINE_ROWS

LIFE = {
    "retention": 0.6,
    "retention_contacted": 0.9,
    "contacts": 1.2,
    "proactive": 0.0677,
    "renewal_rate": 0.5,
    "renewal_commission": 40.0,
    "repurchase_after": 36,
    "repurchase_chance": 0.5,
    "repurchase_profit": 10_000.0,
    "referral_buyers": 0.1,
    "referral_profit": 10_000.0,
    "subscribers": 0.05,
    "subscription_fee": 100.0,
}
FUNNEL = {
    "visit_rate": 0.4,
    "decided": 0.75,
    "close_decided": 0.3,
    "close_open": 0.2,
    "cold_service": 0.5,
    "signals": 0.0,
    "signal_enquiry": 0.7,
    "notes": 0.0,
    "leads_per_note": 30.0,
    "followers": 0.0,
    "follower_visits": 0.3,
    "rounds": 0.0,
}

ALL_SERVED = {"lines.insurance.service_slope": 0.0, "contracts.insurer_ladder.base_target": 0.0}
"""Neither a short team nor the end of a weak contract stands between demand and volume."""


def life(**values):
    return Life.model_construct(**(LIFE | values))


def response(**values):
    return Response.model_construct(
        **({"care": 1.0, "retention": 0.0, "cold_service": 1.0, "repurchase": 1.0} | values)
    )


def funnel(**values):
    return Funnel.model_construct(**(FUNNEL | values))


def always(kept):
    """Retention as said, whoever is contacted."""
    return {"retention": kept, "retention_contacted": kept}


def constant(months=48, monthly=10.0):
    return np.full((months, 1, 1), monthly)


@pytest.fixture
def with_line(shipped, changed):
    """with_line(life=…, basis=…) is the ecosystem case, without chance, whose insurance line has that section."""

    def change(**sections):
        basis = sections.pop("basis", "per_new_user")
        values = {f"lines.insurance.{name}": section for name, section in sections.items()}
        return changed(shipped("ecosystem"), values | {"readings.revenue_basis": basis, "uncertainty.mode": "none"})

    return change


def booked(case, volume, stop=None):
    rows = np.zeros((len(LINE_ROWS), *volume.shape))
    lifecycle.book(case, "insurance", ["normal"], volume, volume > 0, stop or len(volume), rows)
    return {name: rows[index, :, 0, 0] for index, name in enumerate(LINE_ROWS)}


def test_contacts_as_told_leave_85_percent_without(shipped):
    case = shipped("paper")
    without = (0.9 - lifecycle.retention(case, life(), None)) / (0.9 - 0.6)
    assert without == pytest.approx(0.85, abs=1e-3)  # 002 L28, from 1.2 contacts a quarter of L44
    assert lifecycle.retention(case, life(proactive=0.0), None) == 0.6
    assert lifecycle.retention(case, life(contacts=1e3, proactive=1.0), None) == pytest.approx(0.9)


def test_care_and_lift_raise_retention_to_at_most_one(shipped, changed):
    case = shipped("paper")
    cared = response(care=2.0, retention=0.05)
    expected = 0.6 + 0.3 * (1 - 0.85**2) + 0.05
    assert lifecycle.retention(case, life(), cared) == pytest.approx(expected, abs=1e-4)
    relative = changed(case, {"readings.retention_5pct": "relative"})
    assert lifecycle.retention(relative, life(**always(0.8)), cared) == pytest.approx(0.84)
    assert lifecycle.retention(case, life(**always(0.96)), cared) == 1.0


@pytest.mark.parametrize(("reading", "low", "high"), [("points", 0.75, 0.825), ("relative", 0.8, 0.4 / 0.47)])
def test_five_points_of_retention_lift_a_lifetime_by_25_to_40_percent(reading, low, high):
    def gain(kept):
        return lifecycle.user_years(lifecycle.lifted(kept, 0.05, reading)) / lifecycle.user_years(kept) - 1

    assert gain(low) == pytest.approx(0.25)
    assert gain(high) == pytest.approx(0.40)
    assert 0.25 < gain((low + high) / 2) < 0.40
    assert gain(low - 0.01) < 0.25
    assert gain(high + 0.01) > 0.40


def test_active_users_are_a_geometric_sum():
    users = lifecycle.active_users(constant(25, 100.0), np.array([0.8]))[:, 0, 0]
    monthly = 0.8 ** (1 / 12)
    assert users == pytest.approx([100 * monthly * (1 - monthly**t) / (1 - monthly) for t in range(25)])
    halves = lifecycle.active_users(constant(4, 100.0), np.array([0.5**12]))[:, 0, 0]
    assert halves == pytest.approx([0, 50, 75, 87.5])
    assert lifecycle.active_users(constant(4, 100.0), np.array([1.0]))[:, 0, 0].tolist() == [0, 100, 200, 300]


def test_renewals_by_hand():
    renewed = lifecycle.renewals(constant(37, 100.0), 0.5)[:, 0, 0]
    assert renewed[:12].tolist() == [0] * 12
    assert renewed[12:24].tolist() == [50] * 12
    assert renewed[24:36].tolist() == [75] * 12
    assert renewed[36] == 87.5


def test_renewals_need_their_reading(with_line):
    assert not booked(with_line(life=life()), constant())["renewal"].any()
    paid = booked(with_line(life=life(), basis="per_active_user_year"), constant(monthly=100.0))["renewal"]
    assert paid[[11, 12, 24]].tolist() == [0, 2000, 3000]


def test_repurchase_comes_after_three_years(with_line):
    paid = booked(with_line(life=life(**always(0.8))), constant())["repurchase"]
    assert paid[35] == 0
    assert paid[36:] == pytest.approx([25_600] * 12)
    assert not booked(with_line(life=life()), constant(36))["repurchase"].any()


def test_a_way_lifts_the_chance_to_buy_again_to_at_most_one(with_line, changed):
    case = with_line(life=life(**always(1.0)))
    for factor, chance in ((1.0, 0.5), (1.5, 0.75), (2.0, 1.0), (2.1, 1.0)):
        lifted = changed(case, {"ways.normal.response": response(repurchase=factor)})
        assert booked(lifted, constant())["repurchase"][36] == pytest.approx(10 * chance * 10_000)


def test_referral_and_fees_follow_active_users(with_line):
    rows = booked(with_line(life=life(**always(1.0))), constant(13, 100.0))
    assert rows["referral"][[0, 12]] == pytest.approx([0, 100_000])
    assert rows["subscription"][[0, 12]] == pytest.approx([0, 6_000])


def test_a_buyer_is_worth_1800_in_shares_of_the_document(with_line):
    """002 L166–168: profit 10,000 at the sale, at one repurchase and at one referral; shares of 10, 5 and 3 %."""
    sure = life(**always(1.0), repurchase_chance=1.0, referral_buyers=1 / 3, subscribers=0.0)
    volume = constant(37, 0.0)
    volume[0] = 1.0
    rows = booked(with_line(life=sure), volume)
    assert 0.10 * 10_000 + 0.05 * rows["repurchase"].sum() + 0.03 * rows["referral"].sum() == pytest.approx(1_800)


def test_nothing_is_booked_after_the_end(with_line):
    case = with_line(life=life(), basis="per_active_user_year")
    whole, short = booked(case, constant(48)), booked(case, constant(48), stop=40)
    for name in ("renewal", "repurchase", "referral", "subscription"):
        assert short[name][:40].tolist() == whole[name][:40].tolist()
        assert whole[name][40] > 0
        assert not short[name][40:].any()


def test_a_funnel_by_hand():
    assert lifecycle.units_a_year(funnel(), 1000.0, 1.0) == pytest.approx(100)
    assert lifecycle.units_a_year(funnel(), 1000.0, 0.0) == pytest.approx(400 * (0.225 + 0.05))
    assert lifecycle.units_a_year(funnel(), 1000.0, 3.0) == pytest.approx(400 * 0.225)  # not more than all are lost
    assert lifecycle.units_a_year(funnel(signals=100.0), 1000.0, 1.0) == pytest.approx(107)
    assert lifecycle.units_a_year(funnel(notes=2.0), 1000.0, 1.0) == pytest.approx(106)


def test_followers_become_2400_visits():
    """002 L73: 8,000 followers, 30 % visit; here everybody who visits buys."""
    sure = funnel(decided=1.0, close_decided=1.0, followers=8000.0, rounds=1.0)
    assert lifecycle.units_a_year(sure, 0.0, 1.0) == pytest.approx(2400)


def test_conversion_acts_once(with_line, changed, plan_of, months_of):
    plan = plan_of("ecosystem", "documents")
    free = changed(with_line(), ALL_SERVED)
    plain = months_of(free, plan).volume["insurance"]
    leads = sum(float(p.mature_volume) for p in free.partners if p.line == "insurance")
    assert plain.sum() > 0
    led = changed(with_line(funnel=funnel()), ALL_SERVED)
    assert months_of(led, plan).volume["insurance"] == pytest.approx(plain * 0.1)
    noted = changed(with_line(funnel=funnel(notes=leads / 30)), ALL_SERVED)
    assert months_of(noted, plan).volume["insurance"] == pytest.approx(plain * 0.2)


def test_joint_selling_by_hand(with_line):
    joint = JointSales.model_construct(
        adviser_share=0.1, adviser_commission=20.0, campaign=10_000.0, campaign_share=0.5
    )
    volume = constant(4, 1000.0)
    volume[3] = 0.0
    rows = booked(with_line(joint=joint), volume)
    assert rows["referral_commission"].tolist() == [2000, 2000, 2000, 0]
    assert rows["campaign"].tolist() == [5000, 5000, 5000, 0]


def test_contacted_users_may_not_stay_less():
    share = {"value": 0.5, "unit": "share", "source": "test"}
    given = {name: {"value": value, "unit": "factor", "source": "test"} for name, value in LIFE.items()}
    given |= {name: share for name in ("proactive", "renewal_rate", "repurchase_chance", "subscribers")}
    given |= {name: share | {"unit": "CNY/unit"} for name in ("renewal_commission",)}
    given |= {name: share | {"unit": "CNY/unit"} for name in ("repurchase_profit", "referral_profit")}
    given |= {"subscription_fee": share | {"unit": "CNY/month"}, "repurchase_after": 36}
    given |= {"retention": share, "retention_contacted": share}
    assert Life.model_validate(given).retention == 0.5
    with pytest.raises(ValueError, match="contacted users stay less than others"):
        Life.model_validate(given | {"retention_contacted": share | {"value": 0.49}})
