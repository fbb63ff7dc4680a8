"""The list of requisitions: order, opening and usual start of each seat (R48)."""

import numpy as np
import pytest

from model import seats
from model.draws import Draws
from model.plans import plan_careers
from model.requisitions import requisitions


@pytest.mark.parametrize(("ahead", "ordered", "start"), [(0, 7, 9), (1, 6, 8), (2, 5, 7), (3, 4, 7), (9, 1, 7)])
def test_a_seat_that_opens_in_month_7_is_ordered_by_month_5(shipped, changed, plan_of, ahead, ordered, start):
    """Partner managers: 1.5 months of search and half a month of notice."""
    case = changed(shipped("ecosystem"), {"staffing.hiring.order_ahead": ahead})
    plan = changed(plan_of("ecosystem", "documents"), {"seats": {"bd": (1, 2, 2)}, "lines": {}})
    first, second = sorted(requisitions(case, plan), key=lambda r: r.seat)
    assert (first.opens, first.ordered, first.usual_start, first.order_by) == (1, 1, 3, -1)
    assert (second.opens, second.ordered, second.usual_start, second.order_by) == (7, ordered, start, 5)
    assert second.approved < first.approved


def test_the_usual_start_is_the_start_without_chance(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    careers = plan_careers(case, plan)
    tenure = seats.lives(case, careers, Draws(1, "verdict", 0, 1, certain=True))[:, :, 0]
    told = {(r.role, r.line, r.seat, r.opens): r.usual_start for r in requisitions(case, plan)}
    for index, career in enumerate(careers):
        began = int(np.argmax(tenure[:, index] == 0)) + 1
        assert told[career.role, career.line, career.seat, career.first_month] == began
    months = [r.ordered for r in requisitions(case, plan)]
    assert months == sorted(months)
