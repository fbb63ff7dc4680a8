"""What a search of one path of organisation modes ends with, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from model.ledger import Floats
from solvers.cutting import Solution
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import LEAST_GAIN
from solvers.progress import NEVER
from solvers.transfers import plan_moves

Say = Callable[[str], None]


@dataclass
class PathResult:
    """The best plan for one path of organisation modes, with what was promised and what is exact (CNY).

    worth : exact value to the goal on the tables, by default the mean; solved : how the last program ended
    """

    choice: Choice
    worth: float
    moves: int
    tables: Tables
    exact: Exact
    solved: Solution | None = None
    rounds: int = 0
    options: int = 0
    npv_by_scenario: Floats = field(default_factory=lambda: np.zeros(0))
    at_most: float = NEVER
    """What no plan of this path's pieces exceeds on the pricing draws (CNY), where that was asked (R146)."""

    @property
    def npv(self) -> float:
        """Exact mean on the tables, CNY."""
        return self.worth if self.exact.goal.is_mean else float(self.npv_by_scenario.mean())


def move_people(best: PathResult, say: Say) -> None:
    """Let people of the best plan move between seats where that helps (R148)."""
    before = best.worth
    best.choice, best.worth, tried = plan_moves(best.tables, best.exact, best.choice)
    best.npv_by_scenario = best.exact.npv(best.tables.total(best.choice))
    gain = best.worth - before
    say(f"{tried} moves between seats tried, {len(best.choice.moves)} planned: {gain / 1e6:+.2f} M CNY")


def told(result: PathResult, hint: PathResult | None) -> str:
    """Say what a path's best plan is worth, and whether a better one than the best so far is ruled out."""
    worth = f"{result.worth / 1e6:.2f} M CNY"
    if hint is None or result.worth >= hint.worth:
        return worth
    if result.at_most <= hint.worth + LEAST_GAIN:
        return f"{worth}, left: no plan of its priced options can reach the best one"
    most = "" if result.at_most == NEVER else f", at most {result.at_most / 1e6:.2f} M CNY"
    return f"{worth}, not proven to be less than the best one{most}"


def release_all_but_best(results: Sequence[PathResult]) -> None:
    """Give back the tables of every path but the best one's."""
    best = max(results, key=lambda result: result.worth)
    for result in results:
        if result is not best:
            result.tables.release()
