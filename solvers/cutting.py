"""Solve one program: hinge cuts on the relaxation first, then binary options from the best plan known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.errors import Finding, InfeasibleError, ProofError
from model.ledger import Floats
from solvers.conflicts import explain
from solvers.exact import Choice
from solvers.highs import OPTIMAL, Live, Settings, Solved, Solver
from solvers.program import MONEY, Program
from solvers.progress import NEVER, Progress

MOST_CUT_ROUNDS = 60
CUT_TOLERANCE = 1e-6
CUT_SHARE, COARSE = 1e-3, 0.02
"""What a hinge cut and a composite one may miss of the relaxation, as share of the gap: last rounds move no plan."""
SOLVE_SHARE, COMPOSITE_SHARE = 0.9, 0.5
"""Part of the gap that an integer solve may leave, without and with composite cuts; the rest is for what cuts miss."""
FIRST_SHARE = 3.0
"""Gaps that the first integer solve may leave: it is to find a better start and the cuts that matter there."""
MOST_SOLVES, MOST_COMPOSITE_SOLVES = 3, 8
"""Integer solves of one program before its cuts count as unsettled."""
SAME = 1e-6
"""Two values of a plan this close are one value, in the program's money."""
FROM_A_PLAN: Settings = {"mip_heuristic_effort": 0.0}
"""Who starts from a good plan needs no heuristics."""
UNSETTLED = "gap reached, hinge cuts unsettled"
RELAXED = "bounded by the relaxation"


@dataclass(frozen=True)
class Solution:
    """How a program ended (CNY): its objective is the best plan's value with the bonus linear and the hinges exact.

    turnover : mean money received and paid over the horizon
    """

    status: str
    objective: float
    bound: float
    turnover: float

    @property
    def gap(self) -> float:
        """What a better plan could bring at most: the bound less the plan's value with whole hinges, CNY."""
        return max(self.bound - self.objective, 0.0)


def solve_with_cuts(
    program: Program,
    gap: float,
    seconds: float,
    incumbent: Choice | None,
    progress: Progress | None = None,
    solves: int | None = None,
) -> Solution:
    """Solve with cuts on the relaxation first, then with binary options.

    Parameters
    ----------
    gap : share of turnover at which the integer solve may stop
    seconds : limit for one solve
    incumbent : a plan that keeps all rules: where the search starts, and what lets hopeless columns be fixed
    progress : told of each better plan and bound; a solve lasts no longer than its time
    solves : most integer solves, as many as usual if not given
    """
    progress = progress or Progress()
    progress.program_begins(program.value_of(incumbent) * MONEY if incumbent else -NEVER)
    solver = Solver(min(seconds, progress.left), FROM_A_PLAN if incumbent else None, _listener(program, progress))
    try:
        relaxed = _solve_relaxed(program, solver, gap, incumbent, progress)
        points = [program.column_values(incumbent)] if incumbent else []
        program.drop_loose_cuts([*relaxed.visited, *points])
        program.relax(False)
        return _solve_binary(program, solver, relaxed, incumbent, solves)
    except InfeasibleError:
        raise explain(program, seconds) from None


def bounded(program: Program, gap: float, seconds: float, known: Choice) -> Solution:
    """Return what no plan of a program exceeds, held against a plan known, by the relaxation alone.

    Parameters
    ----------
    gap, seconds : as for `solve_with_cuts`; known : a plan that keeps all rules
    """
    relaxed = _solve_relaxed(program, Solver(seconds), gap, known, Progress())
    program.drop_loose_cuts([*relaxed.visited, program.column_values(known)])
    value = program.value_of(known)
    return Solution(RELAXED, value * MONEY, max(relaxed.bound, value) * MONEY, relaxed.turnover)


def _listener(program: Program, progress: Progress) -> Callable[[Live], None]:
    """Return what HiGHS calls while it works: each new plan that keeps all rules is kept by its exact value.

    HiGHS values a plan by the cuts there are so far, which is too much; its hinges are told exactly.
    """

    def told(live: Live) -> None:
        if live.at is None:
            progress.sees(-NEVER, live.bound * MONEY)
        else:
            choice = program.body.choice(np.rint(live.at(program.binaries)))
            total = program.tables.total(choice)
            value = program.exact.value(total)
            progress.sees(program.goal.value(total) * MONEY, live.bound * MONEY)
            if value.keeps and not program.exact.broken(total):
                progress.meets(choice, value.worth, program.tables, program.exact)
        progress.go_on()

    return told


@dataclass(frozen=True)
class _Relaxed:
    """How the relaxation ended: bound (infinite when it ended early) and gap asked for, in the program's money.

    costs : (column,) reduced costs at the last of the points visited, each (column,); turnover : CNY
    """

    bound: float
    visited: list[Floats]
    costs: Floats
    turnover: float
    slack: float


def _solve_relaxed(
    program: Program, solver: Solver, gap: float, incumbent: Choice | None, progress: Progress
) -> _Relaxed:
    """Return how the relaxation ended when its cuts missed next to nothing."""
    program.relax(True)
    if incumbent:
        program.add_cuts(program.column_values(incumbent), CUT_TOLERANCE)
    visited = []
    for _ in range(MOST_CUT_ROUNDS):
        progress.go_on()
        solved = solver.solve(program.m, 0.0)
        visited.append(program.values())
        slack = gap * _turnover(program) / MONEY
        if solved.status == OPTIMAL:
            progress.sees(-NEVER, solved.objective * MONEY)
        hinge, composite = max(CUT_TOLERANCE, CUT_SHARE * slack), COARSE * slack
        if solved.status != OPTIMAL or not program.add_cuts(visited[-1], hinge, composite):
            break
    bound = solved.objective if solved.status == OPTIMAL else np.inf
    costs = np.array(solver.reduced_costs(program.binaries))
    return _Relaxed(bound, visited, costs, _turnover(program), slack)


def _use_incumbent(program: Program, solver: Solver, relaxed: _Relaxed, incumbent: Choice) -> None:
    """Fix columns that no better plan than the incumbent can use, and start the search from it."""
    room = relaxed.bound - program.value_of(incumbent) + SAME
    program.fix_by_cost(relaxed.costs, room, relaxed.visited[-1])
    solver.start_from(program.binaries, [float(value) for value in program.column_values(incumbent)])


def _effort(program: Program, slack: float, solves: int | None) -> tuple[tuple[float, float], int]:
    """Return the part of the gap that the first and any later integer solve may leave, and the most of them."""
    if not program.exact.goal.sees_futures:
        return (FIRST_SHARE, SOLVE_SHARE), solves or MOST_SOLVES
    return (COMPOSITE_SHARE, COMPOSITE_SHARE), MOST_COMPOSITE_SOLVES if slack else MOST_CUT_ROUNDS


def _solve_binary(
    program: Program, solver: Solver, relaxed: _Relaxed, incumbent: Choice | None, solves: int | None
) -> Solution:
    """Return how the program ended: no plan is more than the gap better than the best one found.

    A plan that breaks a row by less than HiGHS notices is refused. The number of solves is limited, never the time
    between them, so that a busy machine finds the same plan.
    """
    best, bound, slack = incumbent, relaxed.bound, relaxed.slack
    shares, most = _effort(program, slack, solves)
    for _ in range(MOST_CUT_ROUNDS):
        if best:
            _use_incumbent(program, solver, relaxed, best)
        solved = solver.solve(program.m, shares[bool(program.found)] * slack)
        choice = program.choice()
        if program.exact.broken(program.tables.total(choice)):
            program.refuse(choice)
            continue
        left_out = solved.objective - program.value_of(choice)
        _check(solved, left_out)
        program.found.append(choice)
        if best is None or program.value_of(choice) > program.value_of(best):
            best = choice
        value = program.value_of(best)
        bound = max(min(bound, solved.bound), value)
        status = solved.status
        settled = bound <= value + slack or not program.add_cuts(program.values(), CUT_TOLERANCE)
        if settled or status != OPTIMAL or len(program.found) >= most:
            unsettled = status == OPTIMAL and not settled
            ended = UNSETTLED if unsettled else status
            return Solution(ended, value * MONEY, bound * MONEY, relaxed.turnover)
    raise ProofError(Finding("E-NO-PLAN", "choice", "no plan keeps the rows by our own arithmetic"))


def _check(solved: Solved, left_out: float) -> None:
    """Refuse a solve that contradicts our own arithmetic: cuts lie below the hinges, and no plan above the bound."""
    doubt = 1e-6 * max(abs(solved.objective), 1.0)
    if left_out < -doubt or solved.objective > solved.bound + doubt:
        found = f"objective {solved.objective:.6f}, bound {solved.bound:.6f}, missing {left_out:.6f}"
        raise ProofError(Finding("E-DISAGREE", "choice", "solver and tables value a plan differently", found))


def _turnover(program: Program) -> float:
    """Return money turned over by the loaded solution, received and paid, at least one million (CNY)."""
    return max(float(program.values() @ program.moved), 1e6)
