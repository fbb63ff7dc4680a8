"""Bad moves together and the smallest joint move, against a case that is straight in its numbers."""

import numpy as np
import pytest

from experiments.running.desk import Desk
from experiments.running.door import nothing
from experiments.running.futures import number_of
from experiments.sensitivity.stress import at_move, reverse, stressed
from experiments.sensitivity.tornado import tornado
from model.quantities import Quantity

PACKAGE, REVENUE = 30.049275, 120.8
SHARE, UPKEEP = "incentives.after_sales_share", "costs.upkeep"


def guess_of(value, unit, low, high):
    return Quantity(value, unit=unit, origin="guess", low=low, high=high)


@pytest.fixture
def worth(shipped, changed, plan_of):
    def made(most=1e7):
        values = {SHARE: guess_of(0.15, "share", 0.0, 0.5), UPKEEP: guess_of(0.0, "CNY/year", 0.0, most)}
        case = changed(shipped("paper"), values)
        return Desk(case, {"recommended": plan_of("paper"), "do_nothing": nothing(case)}, 7, 8, np.zeros((1, 1)))

    return made


def turned(worth, most=5):
    rows = tornado(worth, "recommended", 9, lambda text: None).rows
    return reverse(worth, "recommended", "do_nothing", rows, most)


def test_the_smallest_joint_move_in_closed_form(worth):
    # in ranges the lead falls by 60.4 a range of the share and 50 a range of the upkeep, M CNY
    found = turned(worth())
    slopes = {SHARE: 0.5 * REVENUE, UPKEEP: 50.0}
    steep = np.array([slopes[number.name] for number in found.numbers])
    assert found.turn.distance == pytest.approx(PACKAGE / np.linalg.norm(steep), abs=1e-3)
    assert found.turn.move == pytest.approx(PACKAGE * steep / (steep @ steep), abs=2e-3)
    assert found.turn.slope == pytest.approx(-np.linalg.norm(steep) * 1e6, rel=1e-3)
    assert found.lead.value == pytest.approx(0.0, abs=0.1e6)
    values = {number.name: value for number, value in found.values}
    assert PACKAGE * 1e6 - (values[SHARE] - 0.15) * REVENUE * 1e6 - 5 * values[UPKEEP] == pytest.approx(0, abs=0.1e6)


def test_the_end_of_a_range_is_kept(worth):
    # the share alone is moved, and only the steepest number is asked
    found = turned(worth(1e5), 1)
    assert [number.name for number in found.numbers] == [SHARE]
    assert found.turn.distance == pytest.approx(PACKAGE / 60.4, abs=1e-3)


def test_without_a_turn_inside_the_ranges_there_is_none(shipped, changed, plan_of):
    case = changed(shipped("paper"), {SHARE: guess_of(0.15, "share", 0.1, 0.2)})
    plans = {"recommended": plan_of("paper"), "do_nothing": nothing(case)}
    found = turned(Desk(case, plans, 7, 8, np.zeros((1, 1))))
    assert (found.turn, found.values) == (None, [])
    assert found.lead.value == pytest.approx(PACKAGE * 1e6)


def test_named_moves_add_up_in_order_of_harm(worth):
    here = worth()
    share, upkeep = (number_of(here.case, key) for key in (SHARE, UPKEEP))
    moves = {"small": [(upkeep, 1e6)], "large": [(share, 0.35)], "middle": [(upkeep, 4e6)]}
    found = stressed(here, ("recommended", "do_nothing"), moves)
    assert [each.name for each in found] == ["large", "middle", "small"]
    alone = [PACKAGE - 0.2 * REVENUE, PACKAGE - 20, PACKAGE - 5]
    assert [each.alone[0].value / 1e6 for each in found] == pytest.approx(alone)
    # of two moves of the same number the more harmful one holds
    joined = [alone[0], alone[0] - 20, alone[0] - 20]
    assert [each.joined[0].value / 1e6 for each in found] == pytest.approx(joined)
    assert [each.lead.value / 1e6 for each in found] == pytest.approx(joined)
    assert [each.joined[1].value for each in found] == [0.0, 0.0, 0.0]


def test_moves_are_shares_of_the_range(worth):
    share = number_of(worth().case, SHARE)
    assert at_move([share], np.array([-0.2]))[0][1] == pytest.approx(0.15 - 0.2 * 0.5)
