"""Solve the programs of a goal: one where it is concave, several where a hurdle must be looked for on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

from solvers.cutting import Solution, solve_with_cuts
from solvers.exact import Choice, Exact
from solvers.goals import Goal
from solvers.program import Program
from solvers.progress import Progress

STEPS = (1.0, 2.0, 4.0)
"""Shares of worst futures whose average is held at a hurdle, in units of the chance to miss it: strict, then looser."""

LEAST_SHARE = 1e-6
"""Stands for no future at all: its average is the single worst one."""


def programs_of(goal: Goal) -> list[Goal]:
    """Return the goals whose programs are solved for a goal, the first one a bound on all plans (R141, R143).

    A plan whose average of the worst share reaches the hurdle misses it in less than that share of futures; looser
    shares meet plans with some futures far below it. What the programs meet is judged by the goal itself.
    """
    if goal.hurdle is None or goal.floor > -inf or goal.caution:
        return [goal]
    miss = max(1.0 - goal.hurdle.chance, LEAST_SHARE)
    tails = dict.fromkeys(min(step * miss, 1.0) for step in STEPS)
    return [goal, *(replace(goal, tail=tail, floor=goal.hurdle.npv) for tail in tails)]


def solve_for_goal(
    exact: Exact,
    program_of: Callable[[Exact], Program],
    gap: float,
    seconds: float,
    start: Choice | None,
    progress: Progress | None = None,
    solves: int | None = None,
) -> tuple[Solution, list[Choice]]:
    """Return how the first program of the goal ended and all plans that its programs met (R140–R143).

    Parameters
    ----------
    program_of : makes the program of the exact arithmetic under one of `programs_of` the goal
    gap, seconds, start, progress, solves : as for `solve_with_cuts`
    """
    ended: list[Solution] = []
    found: list[Choice] = []
    for goal in programs_of(exact.goal):
        program = program_of(exact.aiming(goal))
        ended.append(solve_with_cuts(program, gap, seconds, start, progress, solves))
        found += program.found
        best = max(program.found, key=program.value_of)
        if exact.value(program.tables.total(best)).keeps:
            break
    return ended[0], found
