"""The ledger: signs, folds, programme years and discounting, each against a plain loop or a closed form."""

import numpy as np
import pytest

from model import ledger
from model.schema import ROW, ROW_NAMES, ROWS


def random_book(months=5, scenarios=3):
    return np.random.default_rng(3).uniform(1, 100, (len(ROW_NAMES), months, scenarios))


def test_result_adds_receipts_and_subtracts_payments():
    book = random_book()
    for month in range(5):
        for scenario in range(3):
            paper = sum(row.sign * book[index, month, scenario] for index, row in enumerate(ROWS))
            assert ledger.result(book)[month, scenario] == pytest.approx(paper, abs=1e-9)


def test_what_comes_in():
    received = {row.name for row in ROWS if row.sign > 0 and row.kind != "timing"}
    users = {"renewal", "repurchase", "referral", "subscription"}
    assert received == {"commission", *users, "price_premium", "clawback", "leak_claims", "new_products"}


def test_what_comes_back_is_off_what_was_paid():
    book = ledger.empty(1, 1)
    book[ROW["line_pay"]], book[ROW["clawback"]], book[ROW["tools"]] = 10.0, 4.0, 1.0
    assert ledger.paid_out(book, ("line_pay", "clawback")).tolist() == [[6.0]]
    assert ledger.paid_out(book, ("line_pay",)).tolist() == [[10.0]]


def test_money_in_is_money_out_in_every_row():
    """Changing one row by x changes the result by ±x and nothing else."""
    base = ledger.result(random_book())
    for index, row in enumerate(ROWS):
        book = random_book()
        book[index, 2, 1] += 7.0
        moved = ledger.result(book) - base
        assert moved[2, 1] == pytest.approx(row.sign * 7.0, abs=1e-9)
        moved[2, 1] = 0.0
        assert not moved.any()


def test_empty_ledger_is_all_zero():
    assert ledger.empty(4, 2).shape == (len(ROW_NAMES), 4, 2)
    assert not ledger.empty(4, 2).any()


def test_revenue_is_commission_less_deductions():
    book = ledger.empty(1, 1)
    book[ROW["commission"]], book[ROW["quality_deduction"]] = 100.0, 23.5
    assert ledger.revenue(book).tolist() == [[76.5]]


@pytest.mark.parametrize(
    ("months", "blocks"), [(11, [11]), (12, [12]), (13, [12, 1]), (24, [12, 12]), (25, [12, 12, 1])]
)
def test_years_are_blocks_of_twelve_and_the_last_may_be_short(months, blocks):
    assert ledger.by_year(np.ones((months, 2)), 0)[:, 1].tolist() == blocks
    assert np.bincount(ledger.year_of(months)).tolist() == blocks


def test_fold_takes_any_axis():
    assert ledger.fold(np.arange(7.0).reshape(1, 7), 3, 1).tolist() == [[3.0, 12.0, 6.0]]


def test_discounting_is_monthly_from_a_yearly_rate():
    """One yuan at the end of month 12 k is worth (1 + r)^−k; a perpetual month sums as a geometric series."""
    factors = ledger.discount_factors(0.10, 60)
    assert factors[[11, 23, 59]] == pytest.approx([1 / 1.1, 1 / 1.21, 1.1**-5], rel=1e-14)
    q = 1.1 ** (-1 / 12)
    assert factors.sum() == pytest.approx(q * (1 - q**60) / (1 - q), rel=1e-13)
    assert ledger.discount_factors(0.0, 3).tolist() == [1.0, 1.0, 1.0]
