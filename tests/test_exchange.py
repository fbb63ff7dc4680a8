"""The local search: never worse, never against a rule, exact in its gains, and stuck only where no move helps."""

from itertools import combinations

import numpy as np
import pytest

from solvers.exact import Choice, Exact, Tables
from solvers.exchange import LEAST_GAIN, exchange
from solvers.options import role_steps, start_options
from solvers.pricing import Pricer

MODES = ("department", "unit")
PATHS = [(1, 1), (1, 2), (2, 2)]


@pytest.fixture(scope="module")
def tables(tiny):
    found = Tables(tiny, Pricer(tiny, MODES, 1, 16))
    for line in tiny.lines:
        found.add(line, start_options(tiny, line, 2))
    return found


@pytest.fixture(scope="module")
def exact(tiny):
    return Exact(tiny, MODES)


def choices(tables):
    for bd in PATHS:
        for car in tables.options["used_car"]:
            for charge in tables.options["charging"]:
                yield Choice(MODES, (("vp", (1, 1)), ("bd", bd)), (("used_car", car), ("charging", charge)))


def worth(tables, exact):
    """Every plan that keeps the rules, with its exact value."""
    good = [choice for choice in choices(tables) if not exact.broken(tables.total(choice))]
    return {choice: float(exact.npv(tables.total(choice)).mean()) for choice in good}


@pytest.fixture(scope="module")
def values(tables, exact):
    return worth(tables, exact)


def single_moves(tables, choice):
    for role, heads in choice.seats:
        for step in role_steps(tables.case, role, heads):
            yield choice.with_seats(role, step)
    for line, _ in choice.lines:
        for option in tables.options[line]:
            yield choice.with_line(line, option)


def test_search_climbs_keeps_rules_and_says_the_value(tables, exact, values):
    for start in list(values)[::7]:
        found, npv, tried = exchange(tables, exact, start)
        assert tried > 0
        assert npv >= values[start] - 1e-9
        assert npv == pytest.approx(values[found], abs=1e-9)


def test_search_ends_where_no_single_move_and_no_promising_pair_helps(tables, exact, values):
    """Told by hand; a pair is promising where the gains of its moves add up to one."""
    for start in list(values)[::23]:
        found, npv, _ = exchange(tables, exact, start)
        gains = {m: float(exact.npv(tables.total(m)).mean()) - npv for m in single_moves(tables, found) if m != found}
        assert all(gain <= LEAST_GAIN for move, gain in gains.items() if move in values)
        for (first, gain), (second, other) in combinations(gains.items(), 2):
            both = together(found, first, second)
            if both in values and gain + other > LEAST_GAIN:
                assert values[both] <= npv + LEAST_GAIN


def together(choice, first, second):
    """Both moves at once, or nothing where they change the same group."""
    groups = list(zip(*(c.seats + c.lines for c in (choice, first, second)), strict=True))
    mixed = [one if one != old else two for old, one, two in groups]
    return (
        None
        if any(old not in (one, two) for old, one, two in groups)
        else Choice(MODES, tuple(mixed[:2]), tuple(mixed[2:]))
    )


def test_search_finds_the_best_from_most_starts(tables, exact, values):
    best = max(values.values())
    starts = list(values)[::5]
    reached = [exchange(tables, exact, start)[1] for start in starts]
    assert max(reached) == pytest.approx(best)
    assert np.mean(np.isclose(reached, best)) > 0.5


def test_best_plan_stays(tables, exact, values):
    best = max(values, key=values.get)
    assert exchange(tables, exact, best)[:2] == (best, pytest.approx(values[best]))


@pytest.mark.parametrize("budgets", [(2.7e6, 2.8e6), (2.8e6, 3.0e6)])
def test_pair_that_swaps_one_head_for_another_is_found(tables, tiny, changed, budgets):
    """A budget that lets no move through alone: one line must shrink for the other to grow."""
    exact = Exact(changed(tiny, {"phases.mvp.budget": budgets[0], "phases.scale.budget": budgets[1]}), MODES)
    values = worth(tables, exact)
    ranked = sorted(values, key=values.get, reverse=True)
    for start in ranked[1:40]:
        improving = [m for m in single_moves(tables, start) if values.get(m, -np.inf) > values[start] + LEAST_GAIN]
        if not improving:
            found, npv, _ = exchange(tables, exact, start)
            if found != start:
                changes = sum(a != b for a, b in zip(start.seats + start.lines, found.seats + found.lines, strict=True))
                assert changes >= 2
                assert npv > values[start]
                return
    pytest.fail("no plan of this case is left by a pair only")
