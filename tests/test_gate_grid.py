"""Marks of a gate tried on the pricing draws: each is worth what the simulator pays for the gate that asks for it."""

import numpy as np
import pytest

from experiments.asking.gate_grid import FACTORS, HOLD, STOP, TRIED, Marks, asking, tried, with_marks
from experiments.hire_before_or_after_revenue import earlier, later
from model.ledger import discount_factors, result
from model.simulate import TABLE, Block, plan_months

DRAWS = 24


@pytest.fixture(scope="module")
def unit(shipped, plan_of):
    return shipped("ecosystem"), plan_of("ecosystem", "lean")


@pytest.fixture(scope="module")
def grid(unit):
    return tried(*unit, "month_6", 7, DRAWS)


def worth(case, plan):
    book = plan_months(case, plan, Block(case, 7, TABLE, 0, DRAWS)).ledger
    return float(np.mean(result(book).T @ discount_factors(float(case.clock.discount), case.clock.months)))


def test_every_combination_is_tried_once(grid):
    # the plan starts three partners by month 6: 0 to 3 of them can be asked for
    assert len(grid) == len(FACTORS) * 4 * 2
    assert len({(one.users, one.partners, one.otherwise) for one in grid}) == len(grid)
    assert {one.users for one in grid} == {0, 1000, 2000, 3000, 4000, 5000, 6000}
    assert [one.gain for one in grid] == sorted((one.gain for one in grid), reverse=True)


def test_asking_for_nothing_changes_nothing(grid):
    (free,) = [one for one in grid if (one.users, one.partners, one.otherwise) == (0, 0, HOLD)]
    assert (free.gain, free.fails) == (0.0, 0.0)


@pytest.mark.parametrize("otherwise", [HOLD, STOP])
def test_a_mark_is_worth_what_its_gate_brings_in_the_simulator(unit, grid, otherwise):
    case, plan = unit
    some = [one for one in grid if 0.2 < one.fails < 0.8 and one.otherwise == otherwise]
    assert some, "the grid must hold marks that some futures miss"
    one = some[0]
    asked = with_marks(case, "month_6", one)
    gain = worth(asked, asking(plan, "month_6", TRIED)) - worth(case, plan)
    assert gain == pytest.approx(one.gain, abs=1e-3)


def test_harder_marks_fail_more_often(grid):
    fails = [one.fails for one in sorted(grid, key=lambda one: one.users) if one.partners == 0]
    assert fails == sorted(fails)


def test_marks_become_a_gate_of_two_criteria(unit):
    case, _ = unit
    gate = with_marks(case, "month_6", Marks(2000, 1, STOP, 0.0, 0.0)).gates["month_6"]
    assert gate.least.criteria == {"partners": 1.0, "users": 2000.0}
    assert (gate.answers[TRIED].expand, gate.answers[TRIED].hold) == (2, 2)
    assert with_marks(case, "month_6", Marks(1, 1, HOLD, 0.0, 0.0)).gates["month_6"].answers[TRIED].hold == 0


@pytest.mark.parametrize(
    ("heads", "before", "after"),
    [
        ((10, 17, 23), (17, 23, 23), (10, 10, 17)),
        ((0, 1, 2), (1, 2, 2), (0, 1, 1)),  # who was to serve somebody is not left alone
        ((0, 0, 1), (0, 1, 1), (0, 0, 1)),
        ((1, 1, 1), (1, 1, 1), (1, 1, 1)),
    ],
)
def test_heads_a_phase_earlier_and_later(heads, before, after):
    assert (earlier(heads), later(heads)) == (before, after)
