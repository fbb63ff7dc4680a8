"""Where the better of two options changes: found on paper, told with its unit, and the way to it kept."""

from types import SimpleNamespace

import numpy as np
import pytest

from experiments.asking.threshold import Threshold, threshold
from experiments.asking.verdict import sides
from experiments.running.break_even import Turn
from experiments.running.desk import Known
from experiments.running.futures import Futures, number_of
from model.errors import InputError
from model.summary import Estimate


@pytest.fixture(scope="module")
def offers(shipped, plan_of):
    """The VP alone at 1 M CNY a year, and two strategists at 0.4 M; nothing else is paid or earned."""
    case, plan = shipped("mvp_team"), plan_of("mvp_team")
    seats = {"vp": {"vp": (1,)}, "pair": {"strategy": (2,)}}
    teams = {name: plan.model_copy(update={"seats": heads, "lines": {}}) for name, heads in seats.items()}
    return [SimpleNamespace(id=name, plan=team, case=case) for name, team in teams.items()]


def test_two_strategists_cost_as_much_as_a_vp_at_half_her_pay(offers):
    vp, pair = offers
    found = threshold(Futures(vp.case, 7, 4), "roles.strategy.pay", vp, pair, over=(1e5, 8e5))
    told = found.attributes()
    assert told["turn_at"] == pytest.approx(500_000, rel=1e-6)
    assert sides(told) == {"turn_above": "vp", "turn_below": "pair"}
    assert told["turn_today"] == 400_000
    assert (told["turn_from"], told["turn_to"]) == (100_000, 800_000)
    assert told["turn_gap_from"] < 0 < told["turn_gap_to"]
    way = found.points()
    assert (np.diff(way["turn_value"]) > 0).all()
    assert (np.diff(way["turn_gap"]) > 0).all()


def test_the_other_way_round_turns_the_sides(offers):
    vp, pair = offers
    told = threshold(
        Futures(vp.case, 7, 4), "roles.strategy.pay", pair, vp, "a strategist's pay", (1e5, 8e5)
    ).attributes()
    assert (sides(told), told["turn_of"]) == ({"turn_above": "vp", "turn_below": "pair"}, "a strategist's pay")


def test_moved_for_the_first_alone(offers):
    vp, _ = offers
    futures = Futures(vp.case, 7, 4)
    told = threshold(futures, "roles.vp.pay", vp, vp, over=(5e5, 1.8e6), alone=True).attributes()
    assert told["turn_at"] == pytest.approx(1e6, rel=1e-6)  # as much as itself
    together = threshold(futures, "roles.vp.pay", vp, vp, over=(5e5, 1.8e6))
    assert {mean for _, mean, _ in together.points_seen} == {0.0}


def test_what_luck_makes_of_a_gap_is_taken_off(offers):
    """Costs of the pair move one to one with her pay; 90,000 more published than on these draws stays on each gap."""
    vp, pair = offers
    futures = Futures(vp.case, 7, 32)
    rng = np.random.default_rng(5)
    here = rng.normal(0, 1e6, 32)
    noisy = SimpleNamespace(npv=lambda case, plan: futures.npv(case, plan) + (here if plan is vp.plan else 0.0))
    known = Known(here[None], np.array([here.mean() + 9e4]), np.array([[4e8]]))
    plain, held = (
        threshold(noisy, "roles.strategy.pay", vp, pair, over=(1e5, 8e5), known=one).attributes()
        for one in (None, known)
    )
    for end in ("from", "to"):
        assert held[f"turn_gap_{end}"] - plain[f"turn_gap_{end}"] == pytest.approx(9e4)
        assert held[f"turn_gap_{end}_se"] == pytest.approx(2e4)
        assert plain[f"turn_gap_{end}_se"] == pytest.approx(here.std(ddof=1) / 32**0.5)


def test_nothing_turns_outside_the_range(offers):
    vp, pair = offers
    told = threshold(Futures(vp.case, 7, 4), "roles.strategy.pay", vp, pair, over=(3e5, 4e5)).attributes()
    assert np.isnan(told["turn_at"])
    assert told["turn_gap_from"] < told["turn_gap_to"] < 0
    assert (told["turn_from"], told["turn_to"]) == (3e5, 4e5)


def test_the_ends_have_the_errors_of_their_points(offers):
    number = number_of(offers[0].case, "roles.strategy.pay")
    found = Turn(None, Estimate(0.0, 0.1), (1.0, -5.0), (3.0, 7.0))
    told = Threshold(number, "", "a", "b", found, ((2.0, 0.0, 0.1), (3.0, 7.0, 0.25), (1.0, -5.0, 0.5))).attributes()
    assert (told["turn_gap_from_se"], told["turn_gap_to_se"]) == (0.5, 0.25)


def test_an_unknown_number_is_refused(offers):
    vp, pair = offers
    with pytest.raises(InputError, match="no such number in the case"):
        threshold(Futures(vp.case, 7, 4), "roles.strategy.pey", vp, pair)
