"""Money earned and money had."""

import numpy as np
import pytest

from model.collection import collected
from model.ledger import result
from model.schema import ROW


@pytest.fixture
def late(shipped, changed):
    return lambda months: changed(shipped("ecosystem"), {"costs.collection": months})


@pytest.mark.parametrize(
    ("delay", "income", "arrives"),
    [
        (0.0, [100, 0, 0, 0], [100, 0, 0, 0]),
        (1.5, [100, 0, 0, 0], [0, 50, 50, 0]),
        (2.0, [1, 2, 4, 8], [0, 0, 1, 14]),
        (9.0, [1, 2, 4, 8], [0, 0, 0, 15]),
        (None, [1, 2, 4, 8], [1, 2, 4, 8]),
    ],
)
def test_money_arrives_later_and_all_of_it_by_the_end(late, delay, income, arrives):
    column = np.array(income, dtype=float)[:, None]
    assert collected(late(delay), column)[:, 0].tolist() == pytest.approx(arrives)


def test_later_money_moves_cash_but_not_the_result(late, plan_of, months_of):
    plan = plan_of("ecosystem", "documents")
    books = [months_of(late(delay), plan, 30).ledger for delay in (0.0, 2.0)]
    now, then = (result(book) for book in books)
    assert then.sum(axis=0) == pytest.approx(now.sum(axis=0), abs=0.01)
    assert (np.cumsum(then, axis=0) <= np.cumsum(now, axis=0) + 0.01).all()
    billed, paid = (books[1][ROW[name]] for name in ("uncollected", "collected"))
    assert paid[2:-1] == pytest.approx(billed[:-3])
    assert not books[0][ROW["uncollected"]].any()
