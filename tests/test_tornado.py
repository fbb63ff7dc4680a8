"""One number at a time: a case that is straight in its guesses, by hand; ends that are no case; order and few asked."""

import numpy as np
import pytest

from experiments.running.desk import Desk
from experiments.running.open_numbers import open_numbers
from experiments.sensitivity.tornado import swing, tornado
from model.quantities import Quantity

PACKAGE, REVENUE = 30.049275e6, 120.8e6
"""Paper P&L over five years, CNY (users.md)."""
SHARE, UPKEEP = "incentives.after_sales_share", "costs.upkeep"


def guess_of(value, unit, low, high):
    return Quantity(value, unit=unit, origin="guess", low=low, high=high)


@pytest.fixture
def paper(shipped, changed, plan_of):
    """paper(**guesses) is what the paper case's plan is worth with these numbers only guessed."""

    def made(**fields):
        case = changed(shipped("paper"), {name.replace("__", "."): value for name, value in fields.items()})
        return Desk(case, {"recommended": plan_of("paper")}, 7, 8, np.array([[PACKAGE]]))

    return made


@pytest.fixture
def worth(paper):
    return paper(
        incentives__after_sales_share=guess_of(0.15, "share", 0.1, 0.5),
        costs__upkeep=guess_of(0.0, "CNY/year", 0.0, 1e7),
    )


def told(worth, most=9):
    said = []
    return tornado(worth, "recommended", most, said.append)


def test_both_ends_by_hand(worth):
    rows = {row.number.name: row for row in told(worth).rows}
    share, upkeep = rows[SHARE], rows[UPKEEP]
    assert [end.value for end in share.npv] == pytest.approx([PACKAGE + 0.05 * REVENUE, PACKAGE - 0.35 * REVENUE])
    assert [end.value for end in share.change] == pytest.approx([0.05 * REVENUE, -0.35 * REVENUE])
    assert [end.value for end in upkeep.npv] == pytest.approx([PACKAGE, PACKAGE - 5e7])  # one partner for five years
    assert (upkeep.change[0].value, upkeep.change[0].se) == (0.0, 0.0)
    assert share.width == pytest.approx(0.4 * REVENUE)
    assert upkeep.width == pytest.approx(5e7)


def test_the_widest_swing_stands_first(worth):
    assert [row.number.name for row in told(worth).rows] == [UPKEEP, SHARE]  # 50 against 48.32 M CNY


def test_the_far_end_decides_who_is_asked_at_both(paper):
    # to the far end the share costs 12.08 M CNY, the upkeep 10; only the first is asked at both ends
    worth = paper(
        incentives__after_sales_share=guess_of(0.15, "share", 0.1, 0.25),
        costs__upkeep=guess_of(0.0, "CNY/year", 0.0, 2e6),
    )
    found = told(worth, 1)
    assert [row.number.name for row in found.rows] == [SHARE]
    assert None not in found.rows[0].npv
    assert {number.name for number in found.free} == {SHARE, UPKEEP}


def test_an_end_that_is_no_case_is_left_open_and_the_number_is_not_free(paper):
    worth = paper(staffing__base_share=guess_of(0.6, "share", 0.55, 0.95))  # with 10 % project pay
    found = told(worth)
    row = found.rows[0]
    assert row.npv[0] is not None
    assert row.npv[1] is None
    assert (found.free, [number.name for number in found.fixed]) == ((), ["staffing.base_share"])


def test_only_numbers_with_a_range_are_moved(paper):
    assert open_numbers(paper().case, [paper().plans["recommended"]]) == []
    assert told(paper()).rows == ()


def test_what_was_found_is_not_asked_again(worth, monkeypatch):
    number = open_numbers(worth.case, [worth.plans["recommended"]])[0]
    before = swing(worth, "recommended", number, (number.high,))
    assert before.npv[0] is None
    monkeypatch.setattr(worth, "npv", None)
    assert swing(worth, "recommended", number, (number.high,), before) == before
