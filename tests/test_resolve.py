"""A plan chosen again under a change is the best of all plans that keep it, told one by one on the same tables."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from model.errors import InfeasibleError, InputError
from solvers.change import Change, changes, choice_of, path_changes
from solvers.cutting import Solution
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import nearest_moves
from solvers.limits import Limit
from solvers.options import LineOption, closed, start_options
from solvers.pricing import Pricer
from solvers.resolve import exchanged, narrow, resolve, with_rows

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


@pytest.fixture(scope="module")
def plans(tables):
    """All plans of the priced pieces, whether they keep the rules or not."""
    return [
        Choice(MODES, (("vp", (1, 1)), ("bd", bd)), (("used_car", car), ("charging", charge)))
        for bd in PATHS
        for car in tables.options["used_car"]
        for charge in tables.options["charging"]
    ]


@pytest.fixture(scope="module")
def best_of(tables, plans):
    """best_of(exact, keeps) is the best plan that keeps the rows and what else is asked, with its worth."""

    def best(exact, keeps=lambda plan: True):
        good = [plan for plan in plans if keeps(plan) and not exact.broken(tables.total(plan))]
        worth = {plan: float(exact.npv(tables.total(plan)).mean()) for plan in good}
        most = max(worth, key=worth.get)
        return most, worth[most]

    return best


@pytest.fixture(scope="module")
def first(exact, best_of):
    return best_of(exact)


def budget_of(exact, phase, by):
    row = next(row for row in exact.rows if row.rule == "R28" and row.name.endswith(phase))
    return replace(row, high=row.high + by)


def head_row(low, high):
    """Heads of bd, the second shared role, in the second phase."""
    return Limit("heads of bd", "R30", "heads", lambda p: p.seats[:, 1, 1], low, high)


def test_without_change_the_best_plan_comes_back(tables, exact, first):
    found = resolve(tables, exact, first[0], gap=0.0)
    assert found.choice == first[0]
    assert found.npv == pytest.approx(first[1], abs=0.01)
    assert found.gap <= 1.0


@pytest.mark.parametrize("by", [-1e5, 1e5, 3e5, 6e5, 2e6])
@pytest.mark.parametrize("phase", [0, 1])
def test_a_changed_budget_gives_the_best_plan_under_it(tiny, tables, exact, first, best_of, by, phase):
    row = budget_of(exact, tiny.phases[phase].id, by)
    wanted, value = best_of(with_rows(exact, [row]))
    found = resolve(tables, exact, first[0], Change((row,)), gap=0.0)
    assert found.npv == pytest.approx(value, abs=0.01)
    assert found.choice == wanted


@pytest.mark.parametrize(("low", "high"), [(2, 2), (1, 1)])
def test_forced_heads_give_the_best_plan_with_them(tables, exact, first, best_of, low, high):
    row = head_row(low, high)
    wanted, value = best_of(exact, lambda plan: low <= dict(plan.seats)["bd"][1] <= high)
    found = resolve(tables, exact, first[0], Change((row,)), gap=0.0)
    assert (found.choice, found.npv) == (wanted, pytest.approx(value, abs=0.01))


@pytest.mark.parametrize("line", ["used_car", "charging"])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_line_forced_open_or_closed(tables, exact, first, best_of, line, is_open):
    def may(option: LineOption) -> bool:
        return option.is_closed != is_open

    wanted, value = best_of(exact, lambda plan: may(dict(plan.lines)[line]))
    found = resolve(tables, exact, first[0], Change(only={line: may}), gap=0.0)
    assert (found.choice, found.npv) == (wanted, pytest.approx(value, abs=0.01))


@pytest.mark.parametrize("distance", [1, 2, 3, 5, 7])
def test_the_best_plan_so_many_changes_away(tables, exact, first, best_of, distance):
    wanted, value = best_of(exact, lambda plan: changes(plan, first[0]) >= distance)
    found = resolve(tables, exact, first[0], Change(apart=(first[0],), distance=distance), gap=0.0)
    assert changes(found.choice, first[0]) >= distance
    assert (found.choice, found.npv) == (wanted, pytest.approx(value, abs=0.01))


def test_a_plan_apart_from_two_is_apart_from_both(tables, exact, first, best_of):
    second, _ = best_of(exact, lambda plan: changes(plan, first[0]) >= 2)
    wanted, value = best_of(exact, lambda plan: min(changes(plan, other) for other in (first[0], second)) >= 2)
    found = resolve(tables, exact, first[0], Change(apart=(first[0], second), distance=2), gap=0.0)
    assert (found.choice, found.npv) == (wanted, pytest.approx(value, abs=0.01))


def made_of(bd, car, charge):
    return Choice(MODES, (("vp", (1, 1)), ("bd", bd)), (("used_car", car), ("charging", charge)))


@pytest.mark.parametrize("distance", [1, 2, 3])
def test_exchanges_keep_apart_and_their_bound_holds_every_plan_apart(tiny, exact, distance):
    """All plans of the paths that exchanges priced on the way, told one by one: none so far away is above the bound."""
    own = Tables(tiny, Pricer(tiny, MODES, 1, 16))
    for line in tiny.lines:
        own.add(line, start_options(tiny, line, 1))
    start = made_of((1, 1), *(next(iter(own.options[line])) for line in ("used_car", "charging")))
    change = Change(apart=(start,), distance=distance)
    first = nearest_moves(own, exact, start, change.keeps)
    found = exchanged(own, exact, [first], change, [], 0.0)
    every = [made_of(*parts) for parts in product(PATHS, own.options["used_car"], own.options["charging"])]
    far = [plan for plan in every if changes(plan, start) >= distance and not exact.broken(own.total(plan))]
    worth = [float(exact.npv(own.total(plan)).mean()) for plan in far]
    assert found.choice in far
    assert found.npv == pytest.approx(worth[far.index(found.choice)])
    assert float(exact.npv(own.total(first)).mean()) <= found.npv <= max(worth) + 0.01
    assert max(worth) <= found.npv + found.gap + 1.0


def test_cuts_found_before_are_used_again(tables, exact, first):
    cuts = []
    resolve(tables, exact, first[0], cuts=cuts)
    many = len(cuts)
    assert many > 0
    resolve(tables, exact, first[0], cuts=cuts)
    assert len(cuts) == many


def test_changes_are_counted_by_hand():
    team = (("operations", (1, 2)),)
    one = LineOption(team, "normal", (("a", 1, "old"), ("b", 4, "old")))
    assert path_changes(one, one) == 0
    assert path_changes(one, replace(one, team=(("operations", (2, 2)),))) == 1
    assert path_changes(one, replace(one, partners=(("a", 7, "old"),))) == 1  # b gone; a later signing is no change
    assert path_changes(one, replace(one, partners=(("a", 1, "new"), ("c", 1, "old")))) == 3  # a, b and c
    assert path_changes(one, LineOption((("operations", (0, 0)),), "normal", ())) == 5


def test_doing_nothing_wins_where_everything_loses(tiny, tables, first):
    dear = Exact(tiny, MODES)
    dear.standing = 1e9
    dear.rows = [replace(row, low=-np.inf) if row.unit == "heads" else row for row in dear.rows]
    found = resolve(tables, dear, first[0])
    assert found.npv == 0.0
    assert all(option == closed(tiny) for _, option in found.choice.lines)


def test_what_cannot_be_is_told_with_the_row(tables, exact, first):
    with pytest.raises(InfeasibleError, match="heads of bd"):
        resolve(tables, exact, first[0], Change((head_row(3, 3),)))


def test_a_line_without_path_is_named(tables):
    with pytest.raises(InfeasibleError, match=r"charging[\s\S]*no priced path of the line keeps what is asked"):
        narrow(tables, {"charging": lambda option: False})


def test_a_plan_file_and_a_choice_are_the_same_plan(tiny, plans):
    for choice in plans[::17]:
        assert choice_of(tiny, choice.plan(tiny, "p", "")) == choice


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"seats": {"vp": (1, 1), "bd": (2, 1)}},
            "E-PLAN  bd: the plan closes seats, .* found 2 → 1; allowed heads that",
        ),
        ({"cities": (1, 2)}, "E-PLAN  p: cities are opened, which the choice does not know; mend: take it out"),
        ({"policies.stop_after": 6}, "E-PLAN  p: the unit is stopped, which"),
        ({"lines.used_car.stop_after": 6}, "E-PLAN  p: a line is stopped, which"),
    ],
)
def test_what_no_priced_path_holds_is_refused(tiny, plans, changed, change, words):
    """Silence would answer the question about another plan."""
    plan = next(choice for choice in plans if not dict(choice.lines)["used_car"].is_closed).plan(tiny, "p", "")
    with pytest.raises(InputError, match=words):
        choice_of(tiny, changed(plan, change))


def test_what_a_better_plan_could_bring():
    """Bound 10, a plan that is worth 5 with whole hinges: a better one may bring 5; rounding is no gap."""
    assert Solution("optimal", 5.0, 10.0, 1e6).gap == 5.0
    assert Solution("optimal", 8.0, 7.999, 1e6).gap == 0.0
