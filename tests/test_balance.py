"""Williams, Model Building in Mathematical Programming (5th ed.), section 12.5 "Manpower planning", and small cases.

Three grades over three years; the book's data are the tables of the instance below, its two optima are
841.796875 people made redundant at least, and a cost of 498,677.285 at least (with 1,423.72 redundancies).
"""

import pyomo.environ as pyo
import pytest

from model.errors import InfeasibleError
from solvers.balance import Grade, Move, headcount
from solvers.highs import Solver


def grade(name, opening, need, starts_most=0.0, leave=(0.0, 0.0), exit_pay=0.0, spare_cost=0.0, part=(0.0, 0.0, 0.5)):
    return Grade(name, opening, need, starts_most, *leave, exit_pay, spare_cost, *part)


def williams():
    """Opening, needs and most recruits; leaving in the first and later years; redundancy, overmanning, short time."""
    grades = [
        grade("unskilled", 2000, (1000, 500, 0), 500, (0.25, 0.10), 200, 1500, (50, 500, 0.5)),
        grade("semi", 1500, (1400, 2000, 2500), 800, (0.20, 0.05), 500, 2000, (50, 400, 0.5)),
        grade("skilled", 1000, (1000, 1500, 2000), 500, (0.10, 0.05), 500, 3000, (50, 400, 0.5)),
    ]
    moves = [
        Move("unskilled", "semi", 400, 0.95, most=200),
        Move("semi", "skilled", 500, 0.95, most_of_target=0.25),
        Move("semi", "unskilled", 0, 0.5),
        Move("skilled", "semi", 0, 0.5),
        Move("skilled", "unskilled", 0, 0.5),
    ]
    return grades, moves, 150.0


def solved(instance, goal):
    m = pyo.ConcreteModel()
    m.people = headcount(*instance)
    m.goal = pyo.Objective(expr=getattr(m.people, goal))
    Solver(30).solve(m, 1e-6)
    return m.people


def test_least_redundancy_of_williams():
    assert pyo.value(solved(williams(), "exits").exits) == pytest.approx(841.796875, abs=1e-5)


def test_least_cost_of_williams_and_its_redundancies():
    block = solved(williams(), "cost")
    assert pyo.value(block.cost) == pytest.approx(498_677.285, abs=0.001)
    assert pyo.value(block.exits) == pytest.approx(1423.72, abs=0.005)


def test_heads_balance_in_every_period_of_the_optimum():
    """Told again in plain sums: opening, leavers, starts, moves and exits close on the next heads."""
    grades, moves, _ = williams()
    block = solved(williams(), "cost")
    for each in grades:
        before = each.opening
        for t in range(3):
            came = sum(m.stay * block.sent[t, m.source, m.target].value for m in moves if m.target == each.name)
            went = sum(block.sent[t, m.source, m.target].value for m in moves if m.source == each.name)
            stayed = before * (1 - each.leave_later) + block.starts[t, each.name].value * (1 - each.leave_first)
            closing = stayed + came - went - block.managed[t, each.name].value
            assert block.heads[t, each.name].value == pytest.approx(closing, abs=1e-6)
            before = closing


def test_people_too_many_are_sent_away_by_what_leavers_do_not_take():
    """100 heads, 10 % leave, 60 are needed: 30 exits at 200."""
    block = solved(([grade("all", 100, (60,), leave=(0, 0.1), exit_pay=200)], [], 0.0), "cost")
    assert [pyo.value(block.exits), pyo.value(block.cost)] == pytest.approx([30, 6000])


@pytest.mark.parametrize(("spare", "exits"), [(0, 30), (10, 20), (30, 0), (31, 0)])
def test_spare_people_replace_exits_up_to_their_cap(spare, exits):
    block = solved(([grade("all", 90, (60,), exit_pay=200, spare_cost=10)], [], spare), "cost")
    assert pyo.value(block.exits) == pytest.approx(exits)
    assert pyo.value(block.cost) == pytest.approx(200 * exits + 10 * (30 - exits))


@pytest.mark.parametrize(("most", "exits"), [(0, 30), (40, 10), (60, 0)])
def test_part_time_gives_half_the_work(most, exits):
    block = solved(([grade("all", 90, (60,), exit_pay=200, part=(most, 1, 0.5))], [], 0.0), "exits")
    assert pyo.value(block.exits) == pytest.approx(exits)


@pytest.mark.parametrize(("cap", "sent"), [(5, 5), (10, 10), (11, 10)])
def test_retraining_fills_a_grade_up_to_its_cap(cap, sent):
    """Ten are needed above; who is not retrained must be sent away below."""
    grades = [grade("low", 20, (10,), exit_pay=500), grade("high", 0, (10,), starts_most=10)]
    block = solved((grades, [Move("low", "high", 100, 1.0, most=cap)], 0.0), "cost")
    assert block.sent[0, "low", "high"].value == pytest.approx(sent)
    assert pyo.value(block.cost) == pytest.approx(100 * sent + 500 * (10 - sent))


@pytest.mark.parametrize(("share", "sent"), [(0.1, 4), (0.25, 10), (0.3, 10)])
def test_retraining_is_capped_by_the_grade_it_leads_to(share, sent):
    """The new grade ends with 40 heads, so a quarter of it is ten; who is missing is hired."""
    grades = [grade("low", 20, (10,), exit_pay=500), grade("high", 30, (40,), starts_most=10)]
    block = solved((grades, [Move("low", "high", 100, 1.0, most_of_target=share)], 0.0), "cost")
    assert block.sent[0, "low", "high"].value == pytest.approx(sent)


def test_starts_beyond_their_cap_leave_no_plan():
    with pytest.raises(InfeasibleError, match="no plan keeps all rules"):
        solved(([grade("all", 0, (10,), starts_most=9)], [], 0.0), "cost")
