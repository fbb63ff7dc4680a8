"""Shares of a difference: known games, additivity in every future, and errors that are as large as they say."""

from itertools import permutations

import numpy as np
import pytest

from experiments.explaining.shares import attributed, every_mix, figure, figures, mixes, shares, two_orders


def game(worth, players):
    """Values of a game in the order of the mixes."""
    return np.array([float(worth(state)) for state in every_mix(players).states])


def by_orders(values, players):
    """Average over all orders of what each player adds, told one by one."""
    place = {state: number for number, state in enumerate(every_mix(players).states)}
    added = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        for number, player in enumerate(order):
            before = frozenset(order[:number])
            added[player] += values[place[before | {player}]] - values[place[before]]
    return added / len(orders)


def test_glove_game():
    # one left glove, two right ones: only a pair is worth something
    values = game(lambda has: 0 in has and len(has) > 1, 3)
    assert shares(every_mix(3).weights, values) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_airport_game():
    # a runway costs what its largest plane needs: 1, 2 and 4, each part shared by those who need it
    values = game(lambda has: max(((1, 2, 4)[plane] for plane in has), default=0), 3)
    assert shares(every_mix(3).weights, values) == pytest.approx([1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2 + 2])


@pytest.mark.parametrize("ways", [every_mix, two_orders])
def test_who_adds_the_same_to_all_has_just_that(ways):
    own = [3.0, -2.0, 0.0, 5.0]
    found = ways(4)
    values = np.array([7.0 + sum(own[player] for player in state) for state in found.states])
    assert shares(found.weights, values) == pytest.approx(own)


def test_equal_players_have_equal_shares_and_idle_ones_nothing():
    values = game(lambda has: len(has & {0, 2}) ** 2 * 3.0, 4)
    assert shares(every_mix(4).weights, values) == pytest.approx([6.0, 0.0, 6.0, 0.0], abs=1e-12)


@pytest.mark.parametrize("players", [1, 2, 3, 5])
def test_shares_are_the_average_over_all_orders(players):
    values = np.random.default_rng(players).normal(size=1 << players)
    assert shares(every_mix(players).weights, values) == pytest.approx(by_orders(values, players))


@pytest.mark.parametrize(("ways", "groups"), [(every_mix, 6), (two_orders, 6), (two_orders, 9)])
def test_shares_add_up_in_every_future(ways, groups):
    found = ways(groups)
    values = np.random.default_rng(1).normal(scale=1e7, size=(len(found.states), 50))
    parts = shares(found.weights, values)
    assert parts.sum(axis=0) == pytest.approx(values[-1] - values[0], abs=1e-6)


def test_two_orders_are_exact_where_groups_act_in_pairs():
    groups = 8
    rng = np.random.default_rng(3)
    alone, pairs = rng.normal(size=groups), np.triu(rng.normal(size=(groups, groups)), 1)
    found = two_orders(groups)
    values = [sum(alone[i] for i in s) + sum(pairs[i, j] for i in s for j in s if i < j) for s in found.states]
    wanted = alone + (pairs.sum(axis=0) + pairs.sum(axis=1)) / 2
    assert shares(found.weights, np.array(values)) == pytest.approx(wanted)


def test_two_orders_are_no_average_over_all_where_three_act_together():
    found = two_orders(3)
    values = np.array([float(len(state) == 3) for state in found.states])
    assert shares(found.weights, values) == pytest.approx([0.5, 0.0, 0.5])  # over all orders a third each


def test_two_orders_need_twice_as_many_mixes_as_groups():
    assert [len(two_orders(groups).states) for groups in (1, 2, 7)] == [2, 4, 14]
    assert (len(mixes(6).states), len(mixes(7).states), len(mixes(5, 4).states)) == (64, 14, 10)
    assert (mixes(6).is_every, mixes(7).is_every, mixes(0).is_every) == (True, False, True)


def test_a_figure_and_its_pulls():
    sample = np.arange(2000.0)
    value, pull = figure("mean", sample)
    assert (value, pull[0], pull[-1]) == (999.5, -999.5, 999.5)
    value, pull = figure("bad", sample)
    assert value == pytest.approx(99.95)
    assert pull.mean() == pytest.approx(0.0, abs=1e-9)
    # evenly spread from 0 to 2000 the density is 1/2000: sd of the pull is √(0.05 · 0.95) · 2000
    assert pull.std() == pytest.approx(np.sqrt(0.05 * 0.95) * 2000, rel=0.02)


def test_the_bad_case_wants_enough_draws_unless_nothing_varies():
    assert np.isnan(figure("bad", np.arange(1999.0))[0])
    value, pull = figure("bad", np.full(10, 4.0))
    assert value == 4.0
    assert not pull.any()


def test_one_draw_has_no_error():
    own, errors = attributed(every_mix(1).weights, [np.array([1.0]), np.array([4.0])])
    assert own.tolist() == [[3.0], [3.0]]
    assert errors.tolist() == [[0.0], [0.0]]


def test_errors_are_as_large_as_shares_move_from_sample_to_sample():
    """Two groups: one shifts, one widens; 300 samples of 2,000 futures each, true shares known for normal results."""
    rng = np.random.default_rng(11)
    weights = every_mix(2).weights
    found, told = [], []
    for _ in range(300):
        common, own = rng.normal(size=(2, 2000))
        wide = common + own
        own_shares, errors = attributed(weights, [common, common + 1.0, wide, wide + 1.0])
        found.append(own_shares)
        told.append(errors)
    spread, usual = np.std(found, axis=0), np.mean(told, axis=0)
    bad = -1.6448536 * (np.sqrt(2) - 1)
    assert np.mean(found, axis=0) == pytest.approx(np.array([[1.0, 0.0], [1.0, bad]]), abs=0.01)
    assert spread[0, 1] == pytest.approx(1 / np.sqrt(2000), rel=0.15)
    assert usual[0, 1] == pytest.approx(1 / np.sqrt(2000), rel=0.02)
    # a shift of all futures is known without error, however wide they lie
    assert spread[:, 0] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert usual[:, 0] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert usual[1, 1] == pytest.approx(spread[1, 1], rel=0.15)


def test_figures_of_samples_keep_their_order():
    values, pulls = figures([np.zeros(3), np.array([1.0, 2.0, 6.0])])
    assert values[0].tolist() == [0.0, 3.0]
    assert pulls.shape == (2, 2, 3)
