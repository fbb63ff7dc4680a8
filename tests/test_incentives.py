"""Share, pool and bonus against the documents' own figures and at each edge."""

import numpy as np
import pytest

from model import incentives, on_cost


@pytest.fixture(scope="module")
def pool(shipped):
    return shipped("pool")


@pytest.fixture(scope="module")
def bonus_case(shipped):
    return shipped("year_2")


def one(value):
    return np.array([[float(value)]])


# 000 L524-536: base × 30 % × team coefficient × individual coefficient, 万 a year.
@pytest.mark.parametrize(
    ("base", "completion", "individual", "expected"),
    [
        (35, 0.95, 1.0, 10.5),
        (35, 1.3, 1.5, 31.5),
        (100, 1.1, 1.2, 54.0),
        (45, 0.79, 0.5, 3.375),
        (40, 0.8, 1.0, 12.0),
        (40, 1.2, 1.0, 18.0),
        (445, 0.99, 1.0, 133.5),
        (445, 1.0, 1.0, 200.25),
    ],
)
def test_annual_bonus_of_the_documents(bonus_case, changed, base, completion, individual, expected):
    case = changed(bonus_case, {"incentives.individual": individual})
    assert incentives.annual_bonus(case, one(6e6 * completion), one(base)).item() == pytest.approx(expected)


@pytest.mark.parametrize(("fen", "coefficient"), [(-1, 1.0), (0, 1.5), (1, 1.5)])
def test_one_fen_around_the_target(bonus_case, fen, coefficient):
    revenue = one(6e6 + fen / 100)
    assert incentives.team_coefficient(bonus_case, revenue).item() == coefficient


@pytest.mark.parametrize(("fen", "coefficient"), [(-1, 1.5), (0, 1.5), (1, 2.0)])
def test_one_fen_around_the_upper_band(bonus_case, fen, coefficient):
    assert incentives.team_coefficient(bonus_case, one(7.2e6 + fen / 100)).item() == coefficient


@pytest.mark.parametrize(("fen", "coefficient"), [(-1, 0.5), (0, 1.0), (1, 1.0)])
def test_one_fen_around_the_lower_band(bonus_case, fen, coefficient):
    assert incentives.team_coefficient(bonus_case, one(4.8e6 + fen / 100)).item() == coefficient


def test_the_order_of_a_sum_never_decides_a_band(bonus_case):
    parts = np.full(12, 6e6 / 12) / 3
    revenue = np.array([[np.add.accumulate(np.tile(parts, 3))[-1], np.sum(np.tile(parts, 3))]])
    assert incentives.team_coefficient(bonus_case, revenue).tolist() == [[1.5, 1.5]]


# 000 L553-570: 8 % of what lies above a target of 6 M.
@pytest.mark.parametrize(("revenue", "expected"), [(5.5e6, 0), (6e6, 0), (6e6 + 1, 0.08), (9e6, 240_000), (-1e6, 0)])
def test_pool_above_target(pool, revenue, expected):
    assert incentives.overage_pool(pool, one(revenue)).item() == pytest.approx(expected)


@pytest.mark.parametrize(("rate", "expected"), [(0.05, 150_000), (0.08, 240_000), (0.10, 300_000)])
def test_pool_at_the_rates_of_the_documents(pool, changed, rate, expected):
    case = changed(pool, {"incentives.pool_rate": rate})
    assert incentives.overage_pool(case, one(9e6)).item() == pytest.approx(expected)


def test_pool_splits_eight_five_three_eight(pool):
    split = incentives.pool_split(pool, np.array([240_000.0]))
    assert {name: part.item() for name, part in split.items()} == {
        "vp": 80_000,
        "director": 50_000,
        "managers": 30_000,
        "others": 80_000,
    }


def test_pool_is_conserved_to_the_fen(pool):
    amounts = np.random.default_rng(1).integers(0, 10**9, 500) / 100
    parts = list(incentives.pool_split(pool, amounts).values())
    fen = sum(np.rint(part * 100).astype(np.int64) for part in parts)
    assert np.array_equal(fen, np.rint(amounts * 100).astype(np.int64))
    assert all((part >= 0).all() for part in parts)


# 000 L600: 15 % of revenue, gross.
@pytest.mark.parametrize(("revenue", "share"), [(6e6, 900_000), (0, 0), (-1e5, -15_000)])
def test_after_sales_share(bonus_case, revenue, share):
    assert incentives.after_sales_share(bonus_case, one(revenue), ("commission",)).item() == pytest.approx(share)


@pytest.mark.parametrize(("cost", "share"), [(1e6, 750_000), (6e6, 0), (7e6, -150_000)])
def test_net_share_leaves_line_costs_out(bonus_case, changed, cost, share):
    net = changed(bonus_case, {"readings.after_sales_share_of": "net"})
    rows = np.array([[6e6], [cost], [9e9]])
    found = incentives.after_sales_share(net, rows, ("commission", "acquisition", "base_pay"))
    assert found.item() == pytest.approx(share)
    gross = incentives.after_sales_share(bonus_case, rows, ("commission", "acquisition", "base_pay"))
    assert gross.item() == pytest.approx(900_000)


@pytest.mark.parametrize(("months", "last"), [(48, 30e6), (49, 2.5e6), (54, 15e6), (60, 30e6)])
def test_short_last_year_has_its_part_of_the_target(shipped, changed, months, last):
    years = -(-months // 12)
    targets = (6.8e6, 24e6, 30e6, 30e6, 30e6)[:years]
    case = changed(shipped("paper"), {"clock.months": months, "incentives.targets": targets})
    assert incentives.targets(case).tolist() == pytest.approx([*targets[:-1], last])


def test_bonus_on_cost_only_where_the_case_says_so(bonus_case, shipped):
    assert on_cost.bonus_rate(shipped("paper")) == 0.3
    assert on_cost.bonus_rate(shipped("ecosystem")) == 0.0


def test_attainment_is_rounded_revenue_over_target(bonus_case):
    assert incentives.attainment(bonus_case, one(9e6)).item() == 1.5
    assert incentives.bonus_scale(bonus_case) == pytest.approx(0.3)
