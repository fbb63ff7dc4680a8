"""Draws belong to names: order, number and other inputs never move them, and their laws are right."""

from hashlib import sha256

import numpy as np
import pytest

from model.draws import BLOCK, Draws, stream


def by_hand(seed, stage, name, block):
    """The same generator, made from the definition of the key."""
    words = [int.from_bytes(sha256(text.encode()).digest()[:8], "little") for text in (stage, name)]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(*words, block))))


def test_stream_is_the_generator_its_key_says():
    expected = by_hand(5, "verdict", "market.level", 2).standard_normal(8)
    assert stream(5, "verdict", "market.level", 2).standard_normal(8).tolist() == expected.tolist()


def test_first_draws_stay_when_more_are_asked():
    few, many = Draws(1, "verdict", 0, 10), Draws(1, "verdict", 0, BLOCK)
    assert np.array_equal(few.normal("a", 3), many.normal("a", 3)[:, :10])
    assert np.array_equal(few.uniform("b", 3), many.uniform("b", 3)[:, :10])


def test_first_months_stay_when_the_horizon_grows():
    assert np.array_equal(Draws(1, "verdict").normal("a", 24), Draws(1, "verdict").normal("a", 60)[:24])


def test_another_name_asked_before_changes_nothing():
    one, two = Draws(1, "verdict", 0, 50), Draws(1, "verdict", 0, 50)
    two.normal("new.input", 60)
    assert np.array_equal(one.normal("a", 4), two.normal("a", 4))


@pytest.mark.parametrize(
    "other", [(2, "verdict", "a", 0), (1, "table", "a", 0), (1, "verdict", "b", 0), (1, "verdict", "a", 1)]
)
def test_seed_stage_name_and_block_each_give_their_own_numbers(other):
    seed, stage, name, block = other
    assert not np.array_equal(Draws(seed, stage, block, 20).normal(name, 2), Draws(1, "verdict", 0, 20).normal("a", 2))


def test_one_name_keeps_its_two_laws_apart():
    draws = Draws(1, "verdict", 0, 50)
    assert draws.normal("a", 2).min() < 0.0 <= draws.uniform("a", 2).min()


def test_draws_are_made_once():
    draws = Draws(1, "verdict", 0, 5)
    assert draws.normal("a", 2) is draws.normal("a", 2)


def test_moments_and_independence():
    """Standard errors over 60 × 4096 draws: mean 0.002, variance 0.003, correlation 0.002."""
    draws = Draws(11, "verdict")
    a, b, u = draws.normal("a", 60), draws.normal("b", 60), draws.uniform("u", 60)
    assert abs(a.mean()) < 0.01
    assert a.var() == pytest.approx(1.0, abs=0.015)
    assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.01
    assert u.mean() == pytest.approx(0.5, abs=0.003)
    assert u.var() == pytest.approx(1 / 12, abs=0.001)


def test_certain_draws_let_only_sure_events_happen():
    draws = Draws(1, "verdict", 0, 3, certain=True)
    assert not draws.normal("a", 2).any()
    event = draws.uniform("a", 1)
    assert not (event < 0.999999).any()
    assert (event < 1.0).all()
