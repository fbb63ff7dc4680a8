"""How far a choice is: the best plan so far, what is still possible, the time left, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from solvers.exact import Choice, Exact, Tables

NEVER = float("inf")


class OutOfTime(Exception):
    """The time for the choice is over: what was found until now is the answer."""


@dataclass(frozen=True)
class Kept:
    """A plan that keeps all rules, with its exact mean on the pricing draws (CNY)."""

    choice: Choice
    worth: float
    tables: Tables
    exact: Exact


class Progress:
    """Remembers the best plan of a choice while it goes on, so that it can end at any moment.

    Parameters
    ----------
    seconds : how long the choice may take
    show : receives incumbent and bound (CNY) whenever one of them moves
    tick : receives (options priced, options wanted) while the first tables of a path are priced
    memory : bytes that the tables of priced options may take
    """

    def __init__(
        self,
        seconds: float = NEVER,
        show: Callable[[float, float], None] | None = None,
        tick: Callable[[int, int], None] | None = None,
        memory: float = NEVER,
    ) -> None:
        self.tick, self.memory = tick, memory
        self.ends = perf_counter() + seconds
        self.show = show
        self.best: Kept | None = None
        self.incumbent, self.bound = -NEVER, NEVER
        self.stopped = False
        self.paths_done = 0
        self._stale = True

    @property
    def left(self) -> float:
        """Seconds left, never below a tenth of one."""
        return max(self.ends - perf_counter(), 0.1)

    @property
    def is_over(self) -> bool:
        """True when the time is up."""
        return perf_counter() >= self.ends

    def go_on(self) -> None:
        """Raise `OutOfTime` when the time is up."""
        if self.is_over:
            raise OutOfTime

    @property
    def gap(self) -> float:
        """Bound less the best plan of the program that was solved last, CNY; infinite where one is unknown."""
        return max(self.bound - self.incumbent, 0.0)

    def priced(self, done: int, wanted: int) -> None:
        """Note how many options of the first tables are priced; raise `OutOfTime` when the time is up."""
        self.go_on()
        if self.tick:
            self.tick(done, wanted)

    def program_begins(self, incumbent: float) -> None:
        """Let what is seen next replace what is known of an earlier program.

        Parameters
        ----------
        incumbent : value of its start in the program's own arithmetic, CNY; −∞ without one
        """
        self.incumbent = incumbent
        self._stale = True

    def meets(self, choice: Choice, worth: float, tables: Tables, exact: Exact) -> None:
        """Keep a plan if it is the best so far.

        Parameters
        ----------
        choice : a plan that keeps all rules
        worth : its exact mean on the pricing draws, CNY
        """
        if self.best is None or worth > self.best.worth:
            self.best = Kept(choice, worth, tables, exact)

    def sees(self, incumbent: float, bound: float) -> None:
        """Tell where a solve stands.

        Parameters
        ----------
        incumbent, bound : of the running program, CNY; infinite where unknown
        """
        self.incumbent = max(self.incumbent, incumbent)
        if bound < NEVER:
            # What cannot beat the best plan is closed before a solve, so the solver's own bound may fall below it.
            self.bound = max(bound if self._stale else min(self.bound, bound), self.incumbent)
            self._stale = False
        if self.show:
            self.show(self.incumbent, self.bound)
