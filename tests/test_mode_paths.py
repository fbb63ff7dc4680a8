"""Paths of organisation modes: which are tried without a list, and that one is given up by its bound only."""

import re
from itertools import product

import numpy as np
import pytest

from model.errors import InputError
from model.feasibility import bounds, mode_paths
from model.inputs import Case
from solvers import path_choice as choosing
from solvers.choose import choose
from solvers.path_choice import at_most, choose_path
from solvers.pricing import Pricer
from solvers.table_size import Gauge, check_memory, option_bytes, table_bytes
from solvers.tables import as_rows

MODES = ("department", "unit")


def silent(_: str) -> None:
    """Say nothing."""


def test_without_a_list_every_path_that_never_goes_back_is_tried(tiny, changed):
    case = changed(tiny, {"choice.mode_paths": ()})
    names = list(case.modes)
    forward = {(a, b) for a, b in product(names, names) if names.index(a) <= names.index(b)}
    assert set(mode_paths(case)) == forward
    assert [len(set(path)) for path in mode_paths(case)] == [1] * len(names) + [2] * (len(forward) - len(names))
    assert mode_paths(tiny) == tiny.choice.mode_paths


def test_paths_outside_what_a_mode_is_meant_for_are_not_tried(shipped, changed):
    """By hand: 6, 12 and 42 months with 5, 13.3 and more M CNY granted; a virtual group lasts 6 months, below 5 M."""
    case = changed(shipped("ecosystem"), {"choice.mode_paths": ()})
    kept = set(mode_paths(case))
    for path in product(case.modes, repeat=3):
        wrong = [b for b in bounds(case, path) if b.kind in ("months", "investment") and not b.low <= b.fixed <= b.high]
        order = [list(case.modes).index(mode) for mode in path]
        assert (path in kept) == (not wrong and order == sorted(order)), path
    assert ("department", "unit", "unit") in kept
    assert not any("virtual_group" in path[1:] for path in kept), "a virtual group may last 6 months only"


@pytest.fixture(scope="module")
def two_paths(tiny) -> Case:
    paths = (("department", "department"), ("department", "unit"))
    return tiny.model_copy(update={"choice": tiny.choice.model_copy(update={"mode_paths": paths})})


def test_a_path_is_given_up_by_a_bound_that_no_plan_of_it_passes(two_paths, tiny_plans):
    """The worse path's bound is under the better path's plan, and over each plan that can be told one by one."""
    said: list[str] = []
    found = choose(two_paths, 1, 16, said.append)
    best, other = found
    assert other.worth < best.worth
    if other.at_most <= best.worth + 1:
        assert any("left: no plan of its priced options can reach the best one" in line for line in said)
    else:
        assert any("not proven to be less than the best one" in line for line in said)
    assert other.at_most >= other.worth
    assert not other.tables.lines, "the tables of a worse path are given back"
    assert best.tables.lines


def test_nothing_is_claimed_where_nothing_is_proven(two_paths, monkeypatch):
    monkeypatch.setattr(choosing, "at_most", lambda *_: 9e9)
    said: list[str] = []
    found = choose(two_paths, 1, 8, said.append)
    assert found[-1].rounds == choosing.MOST_ROUNDS, "what is not proven goes on to the fine gap"
    assert any("not proven to be less than the best one, at most 9000.00 M CNY" in line for line in said)


def test_the_bound_passes_the_best_of_all_plans(tiny):
    found = choose_path(tiny, MODES, 1, 8, silent)
    assert at_most(found.tables, found.exact, found.worth - 1e5) >= found.worth - 1
    assert at_most(found.tables, found.exact, found.worth + 9e6) <= found.worth + 9e6 + 1


def test_size_is_what_a_piece_takes(tiny):
    pieces = Pricer(tiny, MODES, 1, 8).seats("bd")
    assert option_bytes(tiny, 8) == as_rows(pieces).nbytes // len(pieces)
    assert table_bytes(tiny, 8, 100, 2) == 2 * table_bytes(tiny, 8, 100) == int(option_bytes(tiny, 8) * 500)


def test_tables_that_will_not_fit_are_refused_with_what_fits(tiny):
    allowed = table_bytes(tiny, 40, 100)
    check_memory(tiny, 40, 100, 1, allowed)
    with pytest.raises(
        InputError,
        match=r"E-MEMORY  --memory: the tables of priced options will not fit; found 0\.\d\d GB for 100 options and "
        r"their neighbours × 41 draws; allowed 0\.\d\d GB; mend: ask for at most 40 draws with --table-scenarios, or",
    ):
        check_memory(tiny, 41, 100, 1, allowed)
    with pytest.raises(InputError, match=r"mend: allow 0\.\d\d GB with --memory"):
        check_memory(tiny, 41, 100, 1, 100.0)


def test_neighbours_stop_where_memory_ends(tiny):
    """With room for the first options only the search still ends with a plan that keeps all rules."""
    first = Pricer(tiny, MODES, 1, 8)
    count = sum(len(choosing.start_options(tiny, line, choosing.FIRST_LEVELS)) for line in tiny.lines)
    progress = choosing.Progress(memory=table_bytes(tiny, 8, count))
    found = choose(tiny, 1, 8, silent, progress=progress)[0]
    assert found.options * option_bytes(tiny, 8) <= progress.memory
    assert not found.exact.broken(found.tables.total(found.choice))
    assert first.block.scenarios == 8


def test_progress_is_told_while_pricing(tiny):
    moved: list[tuple[int, int]] = []
    said: list[str] = []
    choose_path(tiny, MODES, 1, 8, said.append, progress=choosing.Progress(tick=lambda *at: moved.append(at)))
    wanted = moved[0][1]
    assert [at for at, _ in moved] == sorted(at for at, _ in moved)
    assert moved[-1] == (wanted, wanted)
    told = re.match(r"department → unit: (\d+) options × 8 draws, \d+ MB with their neighbours", said[0])
    assert told
    assert int(told[1]) - wanted == len(tiny.lines), "the closed lines stand there before"


def test_time_is_told_after_the_first_options(monkeypatch):
    clock = iter([0.0, 2.0])
    monkeypatch.setattr("solvers.table_size.perf_counter", lambda: next(clock))
    said: list[str] = []
    gauge = Gauge(100, said.append, None)
    gauge(20)
    gauge(80)
    assert said == ["pricing takes about 8 s more"]
    assert np.isclose(gauge.done, 100)
