"""Worth of knowing the future and of planning for its uncertainty: the farmer, and all plans of a tiny case."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from solvers.exact import Choice
from solvers.exchange import feasible_moves
from solvers.information import as_if_certain, foreknown, gain, idle_choice, on_draw
from solvers.path_choice import choose_path

MODES = ("department", "unit")
DRAWS = 16
YIELDS = np.array([[3.0, 3.6, 24.0], [2.5, 3.0, 20.0], [2.0, 2.4, 16.0]])


def harvest(acres, crop):
    """What the farmer of Birge and Louveaux earns with an allotment and one yield: buy, sell, sugar quota."""
    # columns: bought wheat and corn, sold wheat, corn, sugar within and above the quota
    prices = [238.0, 210.0, -170.0, -150.0, -36.0, -10.0]
    rows = [[-1, 0, 1, 0, 0, 0], [0, -1, 0, 1, 0, 0], [0, 0, 0, 0, 1, 1]]
    right = [crop[0] * acres[0] - 200, crop[1] * acres[1] - 240, crop[2] * acres[2]]
    found = linprog(prices, A_ub=rows, b_ub=right, bounds=[(0, None)] * 4 + [(0, 6000), (0, None)])
    assert found.status == 0
    return -found.fun - float(np.array([150.0, 230.0, 260.0]) @ acres)


def best_acres(yields):
    """The best allotment of 500 acres for equally likely yields, as one linear program."""
    count = len(yields)
    cost = [150.0, 230.0, 260.0]
    rows, right = [[1, 1, 1] + [0] * 6 * count], [500.0]
    for index, crop in enumerate(yields):
        cost += [price / count for price in (238.0, 210.0, -170.0, -150.0, -36.0, -10.0)]
        for place, (need, parts) in enumerate(((200, (-1, 0, 1, 0, 0, 0)), (240, (0, -1, 0, 1, 0, 0)))):
            row = [0.0] * (3 + 6 * count)
            row[place] = -crop[place]
            row[3 + 6 * index : 9 + 6 * index] = parts
            rows.append(row)
            right.append(-need)
        row = [0.0] * (3 + 6 * count)
        row[2] = -crop[2]
        row[3 + 6 * index + 4 : 9 + 6 * index] = [1, 1]
        rows.append(row)
        right.append(0.0)
    bounds = [(0, None)] * 3 + ([(0, None)] * 4 + [(0, 6000), (0, None)]) * count
    found = linprog(cost, A_ub=rows, b_ub=right, bounds=bounds)
    assert found.status == 0
    return found.x[:3]


def test_farmer_of_birge_and_louveaux():
    """RP −108,390, WS −115,405.56, EVPI 7,015.56, EEV −107,240, VSS 1,150 (there as costs)."""
    here_and_now = np.array([harvest(best_acres(YIELDS), crop) for crop in YIELDS])
    known = np.array([harvest(best_acres(crop[None]), crop) for crop in YIELDS])
    certain = np.array([harvest(best_acres(YIELDS.mean(axis=0)[None]), crop) for crop in YIELDS])
    assert here_and_now.mean() == pytest.approx(108390, abs=0.01)
    assert known.mean() == pytest.approx(115405.5556, abs=0.001)
    assert certain.mean() == pytest.approx(107240, abs=0.01)
    assert gain(known, here_and_now).value == pytest.approx(7015.5556, abs=0.01)
    assert gain(here_and_now, certain).value == pytest.approx(1150, abs=0.01)


def choices_of(case, tables, exact):
    """All plans made of the priced pieces that keep the rules, with their result by draw."""
    paths = {}
    for role in tables.seats:
        limits = case.roles[role]
        each = [range(int(a), int(b) + 1) for a, b in zip(limits.heads_least, limits.heads_most, strict=True)]
        paths[role] = [heads for heads in product(*each) if list(heads) == sorted(heads)]
    for seats in product(*paths.values()):
        for options in product(*tables.options.values()):
            lines = tuple(zip(tables.options, options, strict=True))
            choice = Choice(MODES, tuple(zip(paths, seats, strict=True)), lines)
            total = tables.total(choice)
            if not exact.broken(total):
                yield choice, exact.npv(total)


@pytest.fixture(scope="module")
def chosen(tiny):
    """chosen(seed) is the chosen plan of the tiny case with its tables."""
    return cache(lambda seed: choose_path(tiny, MODES, seed, DRAWS, lambda text: None))


@pytest.mark.parametrize("seed", [1, 2])
def test_worth_of_knowing_lies_between_its_bounds(tiny, chosen, seed):
    found = chosen(seed)
    tables, exact = found.tables, found.exact
    all_worth = np.array([worth for _, worth in choices_of(tiny, tables, exact)])
    near = [choice for _, choice in feasible_moves(tables, exact, found.choice)]
    known = foreknown(tables, exact, found.choice, near, DRAWS)
    best = all_worth.max(axis=0)
    assert known.chosen == pytest.approx(exact.npv(tables.total(found.choice)))
    assert (known.at_least <= best + 0.01).all()
    assert (best <= known.at_most + 0.01).all()
    assert (known.at_least >= known.chosen).all()
    least, most = gain(known.at_least, known.chosen).value, gain(known.at_most, known.chosen).value
    true = float(best.mean() - all_worth.mean(axis=1).max())
    assert 0 < least <= true <= most
    assert most < 4.0 * true


def test_a_draw_alone_is_that_draw(chosen):
    found = chosen(1)
    whole = found.exact.npv(found.tables.total(found.choice))
    for draw in (0, 7):
        few, one = on_draw(found.tables, found.exact, draw)
        assert one.npv(few.total(found.choice)) == pytest.approx(whole[draw : draw + 1])


def test_plan_chosen_as_if_certain_is_the_best_without_chance(tiny, chosen, changed):
    found = chosen(1)
    certain, worth = as_if_certain(found.tables, found.choice, 1)
    sure = changed(tiny, {"uncertainty.mode": "none"})
    again = choose_path(sure, MODES, 1, 1, lambda text: None)
    for line, known in found.tables.options.items():
        again.tables.add(line, list(known))
    every = [(float(npv.mean()), choice) for choice, npv in choices_of(sure, again.tables, again.exact)]
    best, _ = max(every, key=lambda item: item[0])
    assert worth == pytest.approx(best, abs=0.01)
    priced = float(again.exact.npv(again.tables.total(certain)).mean())
    assert priced == pytest.approx(worth, abs=0.01)


def test_without_chance_nothing_is_worth_knowing(tiny, changed):
    sure = changed(tiny, {"uncertainty.mode": "none"})
    found = choose_path(sure, MODES, 1, 1, lambda text: None)
    known = foreknown(found.tables, found.exact, found.choice, [], 1)
    assert gain(known.at_least, known.chosen).value == 0
    assert as_if_certain(found.tables, found.choice, 1) == (found.choice, pytest.approx(found.npv, abs=0.01))


def test_nobody_hired_is_worth_zero_and_may_be_the_best_of_a_future(tiny, changed):
    values = {f"roles.{role}.heads_least": (0.0, 0.0) for role in ("vp", "bd")}
    case = changed(tiny, values)
    case = case.model_copy(update={"phases": tuple(p.model_copy(update={"heads_least": 0.0}) for p in case.phases)})
    found = choose_path(case, MODES, 1, DRAWS, lambda text: None)
    nobody = idle_choice(found.tables, found.choice)
    assert not found.exact.npv(found.tables.total(nobody)).any()
    known = foreknown(found.tables, found.exact, found.choice, [], DRAWS)
    assert (known.at_least >= 0).all()
    assert (known.chosen < 0).any()
    idle = foreknown(found.tables, found.exact, nobody, [], DRAWS)
    assert not idle.chosen.any()
    assert (idle.at_most == known.at_most).all()
