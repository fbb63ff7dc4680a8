"""A goal's conditions on fresh draws: intervals from the literature and by hand, verdicts on both sides."""

import numpy as np
import pytest

from model.errors import InputError
from model.simulate import VERDICT, simulate
from solvers.goal_check import Judged, judge, judged
from solvers.goals import Goal, Hurdle
from solvers.goals_of_case import not_worse_than


@pytest.mark.parametrize(
    ("reached", "draws", "low", "high"),
    [(10, 100, 0.0490, 0.1762), (0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (81, 263, 0.2527, 0.3676)],
)
def test_exact_interval_of_a_chance(reached, draws, low, high):
    """Clopper-Pearson intervals as tabulated; 81 of 263 is Newcombe's (1998) example."""
    npv = np.where(np.arange(draws) < reached, 5.0, -5.0)
    (found,) = judged(Goal(hurdle=Hurdle(5.0, 0.5)), [npv])
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)
    assert found.found == reached / draws


@pytest.mark.parametrize(("asked", "verdict"), [(0.04, "holds"), (0.10, "not settled"), (0.18, "fails")])
def test_a_chance_holds_fails_or_is_not_settled(asked, verdict):
    npv = np.where(np.arange(100) < 10, 1.0, 0.0)
    (found,) = judged(Goal(hurdle=Hurdle(1.0, asked)), [npv])
    assert found.verdict == verdict
    assert found.sentence.startswith("Chance of the hurdle on 100 fresh futures: 10.0% (4.9% to 17.6%), asked")
    assert found.sentence.endswith(f": {verdict}.")


def test_floor_by_hand():
    """The worst two of four: influences 1, 3, 3, 3 less nothing: 2 × min(x, 2) − 2 … told with α = 50 %."""
    npv = np.array([1.0, 2.0, 5.0, 9.0]) * 1e6
    (found,) = judged(Goal(tail=0.5, floor=1.0e6), [npv])
    influence = np.array([0.0, 2.0, 2.0, 2.0]) * 1e6
    assert found.found == pytest.approx(1.5e6) == influence.mean()
    assert found.high - found.found == pytest.approx(1.959964 * influence.std(ddof=1) / 2)
    assert found.verdict == "not settled"
    assert judged(Goal(tail=0.5, floor=-3e6), [npv])[0].verdict == "holds"
    assert "at least 9.00: fails" in judged(Goal(tail=0.5, floor=9e6), [npv])[0].sentence


def test_lead_over_todays_plan():
    generator = np.random.default_rng(2)
    today = generator.normal(0, 1e6, 4000)
    goal = Goal(benchmark=(0.0,))
    assert judged(goal, [today + 1e5, today])[0].verdict == "holds"
    assert judged(goal, [today, today])[0].found == pytest.approx(0, abs=1e-6)
    wider = judged(goal, [2 * today, today])[0]
    assert wider.verdict == "fails"
    assert wider.found == pytest.approx(float(today.min()), rel=1e-9)
    assert "Smallest lead over today's plan on 4000 fresh futures" in wider.sentence


def test_fresh_draws_are_those_of_the_verdict(shipped, plan_of):
    case, plan = shipped("pool"), plan_of("pool")
    (npv,) = (outcome.npv for outcome in simulate([case], [plan], 3, VERDICT, 64))
    hurdle = Hurdle(float(np.median(npv)), 0.5)
    (found,) = judge(case, plan, Goal(hurdle=hurdle), 3, 64)
    assert found == judged(Goal(hurdle=hurdle), [npv])[0]
    (same,) = judge(case, plan, not_worse_than(case, plan, 3, 16), 3, 64)
    assert (same.found, same.verdict) == (0.0, "holds")


def test_a_plan_that_is_only_known_by_its_results_is_refused(shipped, plan_of):
    with pytest.raises(InputError, match="is not known, only its results on the pricing draws"):
        judge(shipped("pool"), plan_of("pool"), Goal(benchmark=(0.0,)), 3, 8)


def test_verdict_at_its_edges():
    assert Judged("floor", 1.0, 0.5, 1.5, 0.5, 9).verdict == "holds"
    assert Judged("floor", 1.0, 0.5, 1.5, 1.5, 9).verdict == "not settled"
    assert Judged("floor", 1.0, 0.5, 1.5, 1.5001, 9).verdict == "fails"
