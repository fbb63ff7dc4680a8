"""When pay is measured and paid: periods, part years, deficits carried forward, draws, hold and clawback."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.paycurves import PayCurve, blocks, corridor, gate
from model.payperiods import PayRule, draws_paid, held_back, period_ends, period_parts

LADDER = blocks((5000, 8000, 12000), (200, 280, 320, 350), 250, "marginal_base_cliff")


def rule(curve, **more):
    return PayRule(curve, "volume", "units", "CNY/unit", "partners", **more)


def months(*values):
    return np.array(values, dtype=float)


@pytest.mark.parametrize("payout", [1, 3, 6, 12])
@pytest.mark.parametrize("total", [4_999, 5_000, 5_001, 12_000, 18_500])
def test_payout_moves_money_inside_the_period_only(payout, total):
    paid = rule(LADDER, payout=payout).pay(np.full(12, total / 12))
    assert paid.sum() == pytest.approx(float(LADDER.pay(months(total))[0]), rel=1e-12)
    assert np.flatnonzero(paid).max() == 11
    assert np.all(paid[[m for m in range(12) if (m + 1) % payout]] == 0)


def test_eighteen_months_with_part_periods_pro_rated_are_the_documents_523():
    """mechanisms.md 1.2: 18,500 policies in 18 flat months, contract year, part year pro-rated: 523.0 wan."""
    paid = rule(LADDER).pay(np.full(18, 18_500 / 18))
    assert round(paid.sum() / 1e4, 1) == 523.0
    without_end = rule(LADDER, reset="never", proration="none").pay(np.full(18, 18_500 / 18))
    assert round(without_end.sum() / 1e4, 1) == 564.5
    full = rule(LADDER, proration="none").pay(np.full(18, 18_500 / 18))
    assert round(full.sum() / 1e4, 1) == 506.3


def test_a_deficit_is_carried_to_the_next_period_and_a_profit_is_not():
    """20 % of profit: −100, +60, +90, +50 pays on the 50 above the carried loss, then on 50 again."""
    share = PayRule(corridor(0.0, np.inf, 0.2), "profit", "CNY", "share", "unit", 1, 1, carry=True)
    assert share.pay(months(-100, 60, 90, 50)).tolist() == pytest.approx([0.0, 0.0, 10.0, 10.0], abs=1e-12)
    fresh = PayRule(corridor(0.0, np.inf, 0.2), "profit", "CNY", "share", "unit", 1, 1)
    assert fresh.pay(months(-100, 60, 90, 50)).tolist() == pytest.approx([0.0, 12.0, 18.0, 10.0], abs=1e-12)


@pytest.mark.parametrize(("last", "paid"), [(39.0, 0.0), (40.0, 9.0), (41.0, 9.0)])
def test_a_gate_over_a_quarter_at_its_edge(last, paid):
    assert rule(gate(100.0, 9.0), measure=3, payout=3).pay(months(30, 30, last)).tolist() == [0, 0, paid]


def test_a_rule_whose_units_are_no_money_is_refused():
    with pytest.raises(ValueError, match="rates in share over thresholds in units are no CNY; CNY/unit over units"):
        PayRule(PayCurve(0, 1), "volume", "units", "share", "unit")


def test_a_rule_whose_payout_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="payout every 5 months does not divide a measure period of 12"):
        rule(PayCurve(0, 1), payout=5)
    with pytest.raises(ValueError, match="payout must equal measure"):
        rule(PayCurve(0, 1), payout=3, carry=True)


def test_periods_end_with_the_unit_or_the_horizon():
    assert period_ends(7, 3, 99) == [2, 5, 6]
    assert period_ends(7, 3, 5) == [2, 4, 4]
    assert period_parts(7, 3).tolist() == [1, 1, 1 / 3]


def test_recoverable_draw_of_paper():
    """Known answers: draw 1,000, earnings 500, 700, 400 → balances 500, 800, 1,400."""
    pay, balance = draws_paid(months(500, 700, 400), 1000.0, recoverable=True)
    assert balance.tolist() == [500, 800, 1400]
    assert pay.tolist() == [1000, 1000, 1000]


@pytest.mark.parametrize(("earned", "paid", "owed"), [(999, 1000, 501), (1000, 1000, 500), (1001, 1000, 499)])
def test_draw_at_its_edge(earned, paid, owed):
    pay, balance = draws_paid(months(500, earned), 1000.0, recoverable=True)
    assert (pay[1], balance[1]) == (paid, owed)


def test_draw_that_is_a_guarantee_owes_nothing():
    pay, balance = draws_paid(months(500, 3000), 1000.0, recoverable=False)
    assert (pay.tolist(), balance.tolist()) == ([1000, 3000], [0, 0])


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=24), st.integers(0, 2000))
def test_recoverable_draws_only_advance_money(earned, draw):
    pay, balance = draws_paid(months(*earned), float(draw), recoverable=True)
    assert np.allclose(np.cumsum(pay) - balance, np.cumsum(earned), atol=1e-6)
    assert (balance >= 0).all()
    assert (pay >= np.minimum(draw, pay)).all()


@pytest.mark.parametrize(
    ("hold", "pay", "back"),
    [(0, [100, 0, 0, 0], [0, 0, 20, 0]), (1, [0, 100, 0, 0], [0, 0, 20, 0]), (2, [0, 0, 80, 0], [0, 0, 0, 0])],
)
def test_what_is_lost_while_held_is_never_paid(hold, pay, back):
    found = held_back(months(100, 0, 0, 0), months(0.2, 0, 0, 0), hold, 2, 1.0)
    assert [each.tolist() for each in found] == [pay, back]


def test_held_pay_is_paid_at_the_end_and_a_late_loss_is_not_seen():
    pay, back = held_back(months(0, 0, 100), months(0, 0, 0.5), 1, 2, 1.0)
    assert (pay.tolist(), back.tolist()) == ([0, 0, 100], [0, 0, 0])
