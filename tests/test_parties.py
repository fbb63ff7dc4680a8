"""Money in is money out: every row is one party's payment and another's receipt, in every scenario of every case."""

from pathlib import Path

import numpy as np
import pytest

from model import ledger, parties
from model.load import load_plan
from model.schema import PARTIES, ROW, ROWS

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
PLANS = sorted(path for path in CASES.glob("*/plans/*.toml"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_each_row_is_paid_once_and_received_once_in_every_scenario(path, shipped, months_of):
    case = shipped(path.parts[-3])
    book = months_of(case, load_plan(path, case), 40).ledger
    in_fen = np.rint(book.sum(axis=1) * 100)
    paid, received = np.zeros(in_fen.shape), np.zeros(in_fen.shape)
    for index in range(len(ROWS)):
        alone = np.zeros(in_fen.shape)
        alone[index] = in_fen[index]
        paid[index] = parties.payments(alone).sum(axis=0)
        received[index] = parties.receipts(alone).sum(axis=0)
    assert (paid == received).all()
    assert (received == in_fen).all()
    assert (parties.balance(in_fen).sum(axis=0) == 0).all()


@pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_units_own_side_is_the_result(path, shipped, months_of):
    case = shipped(path.parts[-3])
    book = months_of(case, load_plan(path, case), 10).ledger
    own = parties.balance(book.sum(axis=1))[PARTIES.index("unit")]
    assert own == pytest.approx(ledger.result(book).sum(axis=0), abs=0.01)


def test_no_row_is_paid_to_its_payer_and_every_party_of_a_row_is_known():
    assert all(row.payer != row.payee for row in ROWS)
    assert {row.payer for row in ROWS} | {row.payee for row in ROWS} <= set(PARTIES)


def test_a_commission_of_100_with_15_for_after_sales_by_hand():
    book = np.zeros((len(ROWS), 1))
    book[ROW["commission"]], book[ROW["after_sales_share"]], book[ROW["base_pay"]] = 100.0, 15.0, 60.0
    shares = dict(zip(PARTIES, parties.balance(book)[:, 0].tolist(), strict=True))
    assert {name: value for name, value in shares.items() if value} == {
        "unit": 25.0,
        "partners": -100.0,
        "after_sales": 15.0,
        "employees": 60.0,
    }
