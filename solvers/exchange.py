"""Exchange search on the tables: single and paired moves, valued with exact bonus bands and hinges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from model.feasibility import TOLERANCE
from model.ledger import Flags, Floats, Ints
from solvers.exact import Choice, Exact, Tables, Value
from solvers.limits import bought_cost
from solvers.options import role_steps
from solvers.progress import Progress
from solvers.tables import Pieces, add

LEAST_GAIN = 1.0
"""An exchange must bring more than one yuan."""
PAIR_MOVES, MOST_PAIRS = 60, 300
"""Best moves of a group that enter pairs, and feasible pairs valued before the search gives up."""
KICKS = 2
"""Changes of each group that a shake forces."""
Keeps = Callable[[Choice], bool]


def _any(choice: Choice) -> bool:
    return True


def exchange(
    tables: Tables, exact: Exact, choice: Choice, held: str = "", keeps: Keeps = _any, progress: Progress | None = None
) -> tuple[Choice, float, int]:
    """Improve a plan by exchanges with exact bands until none helps; return plan, worth to the goal and moves tried.

    A move is another priced path of one line or one step of a shared role's heads; where no single move helps,
    pairs of moves in two groups that keep the rules together are tried, most promising first.

    Parameters
    ----------
    held : a shared role or line that must stay as it is
    keeps : what a plan must keep beside the rows of the case
    progress : told of each better plan; ends the search when the time is up
    """
    progress = progress or Progress()
    best = exact.value(tables.total(choice))
    tried = 0
    while True:
        progress.go_on()
        moves = [move for move in _single_moves(tables, exact, choice, best) if move.group != held]
        tried += len(moves)
        found = _best_single(tables, exact, [move for move in moves if keeps(move.choice)], best)
        if found is None:
            found, pairs = _best_pair(tables, exact, choice, moves, best, keeps)
            tried += pairs
        if found is None:
            return choice, exact.value(tables.total(choice)).height, tried
        choice, best = found
        if best.keeps:
            progress.meets(choice, best.worth, tables, exact)


def shake(tables: Tables, exact: Exact, choice: Choice, progress: Progress | None = None) -> tuple[Choice, float, int]:
    """Force the best changes of each group in turn, let the others adapt, then free all; return the best plan met.

    It leaves the first local optimum without chance, so that the same draws always give the same plan.
    """
    best = exact.value(tables.total(choice))
    tried = 0
    for move in _kicks(tables, exact, choice, best):
        adapted, _, first = exchange(tables, exact, move.choice, move.group, progress=progress)
        freed, value, second = exchange(tables, exact, adapted, progress=progress)
        tried += first + second
        if value > best.height + LEAST_GAIN:
            choice, best = freed, exact.value(tables.total(freed))
    return choice, best.height, tried


def _kicks(tables: Tables, exact: Exact, choice: Choice, best: Value) -> list[_Move]:
    """Return the moves of each group that cost least and keep all rules."""
    count: dict[str, int] = {}
    kicks = []
    for move in _single_moves(tables, exact, choice, best):
        if count.get(move.group, 0) < KICKS and not exact.broken(tables.total(move.choice)):
            count[move.group] = count.get(move.group, 0) + 1
            kicks.append(move)
    return kicks


@dataclass(frozen=True)
class _Move:
    """One change of one group, from an old piece to a new one, the value it leads to alone, and the gain (CNY)."""

    group: str
    choice: Choice
    old: Pieces
    new: Pieces
    value: Value
    gain: float

    @cached_property
    def change(self) -> Pieces:
        """What the plan's sum changes by."""
        return add(self.new, self.old, -1.0)


# Each change of a group starts from the plan in which nobody moves between seats: those moves end with it (R148).
def _single_moves(tables: Tables, exact: Exact, choice: Choice, best: Value) -> list[_Move]:
    total = tables.total(choice.without_moves())
    found = []
    for group in [*(role for role, _ in choice.seats), *(line for line, _ in choice.lines)]:
        rest = None
        for moved, old, new in _moves(tables, choice, group):
            rest = add(total, old, -1.0) if rest is None else rest
            value = exact.value(add(rest, new, 1.0))
            found.append(_Move(group, moved, old, new, value, value.height - best.height))
    return sorted(found, key=lambda move: -move.gain)


def _best_single(tables: Tables, exact: Exact, moves: list[_Move], best: Value) -> tuple[Choice, Value] | None:
    for move in moves:
        if move.gain <= LEAST_GAIN:
            return None
        if best.allows(move.value) and not exact.broken(tables.total(move.choice)):
            return move.choice, move.value
    return None


def _best_pair(
    tables: Tables, exact: Exact, choice: Choice, moves: list[_Move], best: Value, keeps: Keeps
) -> tuple[tuple[Choice, Value] | None, int]:
    """Return the first promising pair that helps, if any, and how many were valued."""
    few = _few(moves)
    total = tables.total(choice.without_moves())
    pairs = _feasible_pairs(exact, total, few)
    for count, (first, second) in enumerate(pairs):
        together = add(add(total, few[first].change, 1.0), few[second].change, 1.0)
        value = exact.value(together)
        both = _both(choice, few[first], few[second])
        if best.allows(value) and value.height > best.height + LEAST_GAIN and keeps(both):
            return (both, value), count + 1
    return None, len(pairs)


def feasible_moves(tables: Tables, exact: Exact, choice: Choice) -> list[tuple[str, Choice]]:
    """Return each single move that keeps all rules, with the role or line it changes, most valuable first."""
    moves = _single_moves(tables, exact, choice, exact.value(tables.total(choice)))
    return [(move.group, move.choice) for move in moves if not exact.broken(tables.total(move.choice))]


def nearest_moves(tables: Tables, exact: Exact, choice: Choice, keeps: Keeps) -> Choice | None:
    """Return the most valuable plan one move away, else two, that keeps all rows and what else is asked; None if none.

    Parameters
    ----------
    choice : a plan that itself may break rows
    """
    moves = _single_moves(tables, exact, choice, Value(0.0))
    for move in moves:
        if keeps(move.choice) and not exact.broken(tables.total(move.choice)):
            return move.choice
    few = _few(moves)
    for first, second in _feasible_pairs(exact, tables.total(choice.without_moves()), few, -np.inf):
        both = _both(choice, few[first], few[second])
        if keeps(both):
            return both
    return None


def nearby(tables: Tables, exact: Exact, choice: Choice) -> Iterator[Choice]:
    """Yield the plans one move away that keep all rows, most valuable first."""
    for move in _single_moves(tables, exact, choice, Value(0.0)):
        if not exact.broken(tables.total(move.choice)):
            yield move.choice


def _few(moves: list[_Move]) -> list[_Move]:
    """Return the best moves of each group, best first."""
    count: dict[str, int] = {}
    few = []
    for move in moves:
        count[move.group] = count.get(move.group, 0) + 1
        if count[move.group] <= PAIR_MOVES:
            few.append(move)
    return few


def _feasible_pairs(exact: Exact, total: Pieces, few: list[_Move], least: float = LEAST_GAIN) -> list[tuple[int, int]]:
    """Return the pairs of moves in two groups that keep all rules and promise a gain, most promising first."""
    if not few:
        return []
    gains = np.array([move.gain for move in few])
    groups = np.array([move.group for move in few])
    left, right = np.triu_indices(len(few), 1)
    good = (groups[left] != groups[right]) & (gains[left] + gains[right] > least)
    left, right = left[good], right[good]
    keeps = _keeps_rules(exact, total, few, left, right)
    left, right = left[keeps], right[keeps]
    order = np.argsort(-(gains[left] + gains[right]), kind="stable")[:MOST_PAIRS]
    return [(int(left[i]), int(right[i])) for i in order]


def _keeps_rules(exact: Exact, total: Pieces, few: list[_Move], left: Ints, right: Ints) -> Flags:
    """Return which pairs keep every row of the plan, (pair,)."""
    changes = Pieces(*(np.stack([getattr(m.change, f.name) for m in few]) for f in fields(Pieces)))
    start = Pieces(*(getattr(total, f.name)[None] for f in fields(Pieces)))
    planned = total.planned + exact.fixed
    bought = _bought(exact, planned, changes.planned, left, right)
    keeps = np.ones(len(left), dtype=bool)
    for row in exact.rows:
        step = row.measure(changes)
        value = row.fixed + row.measure(start)[0] + step[left] + step[right]
        if row.bought:
            value = value + bought[:, list(row.bought)].sum(axis=1)
        keeps &= (value <= row.high + TOLERANCE[row.unit]) & (value >= row.low - TOLERANCE[row.unit])
    return keeps


def _bought(exact: Exact, planned: Floats, changes: Floats, left: Ints, right: Ints) -> Floats:
    """Return planned bought hours' cost of each pair, (pair, quarter) CNY."""
    out = np.zeros((len(left), planned.shape[1]))
    for part in np.array_split(np.arange(len(left)), max(1, len(left) // 4096)):
        need = planned + changes[left[part]] + changes[right[part]]
        out[part] = bought_cost(exact.case, np.moveaxis(need, 0, -1)).T
    return out


def _both(choice: Choice, first: _Move, second: _Move) -> Choice:
    """Return the choice with both moves made."""
    for move in (first, second):
        seats, lines = dict(move.choice.seats), dict(move.choice.lines)
        if move.group in seats:
            choice = choice.with_seats(move.group, seats[move.group])
        else:
            choice = choice.with_line(move.group, lines[move.group])
    return choice


def _moves(tables: Tables, choice: Choice, group: str) -> Iterator[tuple[Choice, Pieces, Pieces]]:
    seats, lines = dict(choice.seats), dict(choice.lines)
    if group in seats:
        old = tables.role(group, seats[group])
        for heads in sorted(role_steps(tables.case, group, seats[group])):
            yield choice.with_seats(group, heads), old, tables.role(group, heads)
        return
    old = tables.line(group, lines[group])
    for option in tables.options[group]:
        if option != lines[group]:
            yield choice.with_line(group, option), old, tables.line(group, option)
