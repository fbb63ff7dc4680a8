"""The season, refunds and wrong orders of an online shop, by hand."""

import numpy as np
import pytest

from model import orders
from model.life_inputs import Orders
from model.schema import LINE_ROWS

PEAK = (1.0,) * 9 + (2.0,) * 3


@pytest.fixture
def shop(shipped, changed):
    """The ecosystem case, without chance, whose insurance line is a shop."""
    part = Orders.model_construct(value=120.0, returned=0.08, wrong=0.05, wrong_cost=30.0, season=PEAK)
    return changed(shipped("ecosystem"), {"lines.insurance.orders": part, "uncertainty.mode": "none"})


def test_season_by_hand(shop, changed):
    factors = orders.season(shop, "insurance")
    assert factors[:12] == pytest.approx([0.8] * 9 + [1.6] * 3)
    assert factors[12:24].tolist() == factors[:12].tolist()
    july = orders.season(changed(shop, {"clock.start": "2027-07"}), "insurance")
    assert july[:12] == pytest.approx([0.8] * 3 + [1.6] * 3 + [0.8] * 6)
    assert july[5:17].mean() == pytest.approx(1.0)
    assert orders.season(shop, "charging") is None


def test_a_season_moves_demand_and_no_given_volume(shop, shipped, changed, plan_of, months_of):
    served = {"lines.insurance.service_slope": 0.0, "contracts.insurer_ladder.base_target": 0.0, "market": None}
    plain = changed(shipped("ecosystem"), {"uncertainty.mode": "none", **served})
    plan = plan_of("ecosystem", "documents")
    before = months_of(plain, plan).volume["insurance"]
    after = months_of(changed(shop, served), plan).volume["insurance"]
    assert after[[8, 9]] == pytest.approx(before[[8, 9]] * np.array([[0.8], [1.6]]))
    given = {"volumes": {"insurer_1": (10.0,) * 60}}
    after = months_of(changed(shop, served | given), plan).volume["insurance"]
    before = months_of(changed(plain, given), plan).volume["insurance"]
    assert after[9] - 10 == pytest.approx((before[9] - 10) * 1.6)


def test_returns_and_wrong_orders_by_hand(shop):
    volume = np.array([1000.0, 0.0]).reshape(2, 1, 1)
    rows = np.zeros((len(LINE_ROWS), 2, 1, 1))
    rows[LINE_ROWS.index("commission")] = volume * 48.0
    orders.book(shop, "insurance", volume, rows)
    rows[LINE_ROWS.index("commission")] = 0.0
    booked = {name: rows[index, :, 0, 0].tolist() for index, name in enumerate(LINE_ROWS) if rows[index].any()}
    assert booked == {"returns": [pytest.approx(3840), 0], "wrong_orders": [pytest.approx(1500), 0]}
    assert orders.turnover(shop, "insurance", volume)[:, 0, 0].tolist() == [120_000, 0]
    assert not orders.turnover(shop, "charging", volume).any()
    orders.book(shop, "charging", volume, untouched := np.ones((len(LINE_ROWS), 2, 1, 1)))
    assert (untouched == 1).all()


def test_refunds_lower_revenue_by_their_share(shop, plan_of, rows_of):
    rows = rows_of(shop, plan_of("ecosystem", "documents"))
    assert rows["returns"].sum() > 0
    assert rows["returns"].sum() < 0.08 * rows["commission"].sum()


@pytest.mark.parametrize("season", [[1.0] * 11, [1.0] * 13, [0.0] * 12])
def test_a_season_has_twelve_weights(season):
    share = {"value": 0.05, "unit": "share", "source": "test"}
    price = {"value": 30, "unit": "CNY/unit", "source": "test"}
    given = {"value": price, "returned": share, "wrong": share, "wrong_cost": price}
    weights = {"value": season, "unit": "factor", "source": "test"}
    with pytest.raises(ValueError, match="a season needs one weight per calendar month"):
        Orders.model_validate(given | {"season": weights})
    whole = Orders.model_validate(given | {"season": weights | {"value": [0.0] * 11 + [1.0]}})
    assert len(whole.season) == 12
