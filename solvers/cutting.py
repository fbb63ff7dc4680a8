"""Solve one program: hinge cuts on the relaxation first, then binary options from the best plan known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from model.errors import Finding, InfeasibleError, ProofError
from model.ledger import Floats
from solvers.conflicts import explain
from solvers.exact import Choice
from solvers.highs import OPTIMAL, Live, Solved, Solver
from solvers.program import MONEY, Program
from solvers.progress import NEVER, Progress

MOST_CUT_ROUNDS = 60
CUT_TOLERANCE = 1e-6
MOST_SOLVES, MOST_COMPOSITE_SOLVES = 2, 8
"""Integer solves of one program; more bring the bound nearer but, as measured, no better plan."""
COMPOSITE_SHARE = 0.5
"""Part of the gap that a single integer solve with composite cuts may leave; the rest is for what the cuts miss."""
COARSE = 0.02
"""What composite cuts may miss of the relaxation, as share of the gap: their last rounds move no plan."""
UNSETTLED = "gap reached, hinge cuts unsettled"


@dataclass(frozen=True)
class Solution:
    """How a program ended (CNY): its objective has the bonus linear and the hinges by cuts.

    left_out : what the cuts still miss of the hinges; turnover : mean money received and paid over the horizon
    """

    status: str
    objective: float
    bound: float
    left_out: float
    turnover: float

    @property
    def gap(self) -> float:
        """What a better plan could bring at most: the bound less the plan's value with whole hinges, CNY."""
        return max(self.bound - self.objective + self.left_out, 0.0)


def solve_with_cuts(
    program: Program, gap: float, seconds: float, incumbent: Choice | None, progress: Progress | None = None
) -> Solution:
    """Solve with cuts on the relaxation first, then with binary options.

    Parameters
    ----------
    gap : share of turnover at which the integer solve may stop
    seconds : limit for one solve
    incumbent : a plan that keeps all rules: where the search starts, and what lets hopeless columns be fixed
    progress : told of each better plan and bound; a solve lasts no longer than its time
    """
    progress = progress or Progress()
    progress.program_begins(program.value_of(incumbent) * MONEY if incumbent else -NEVER)
    solver = Solver(min(seconds, progress.left), listener=_listener(program, progress))
    try:
        relaxed, turnover = _solve_relaxed(program, solver, gap, incumbent, progress)
        slack = gap * turnover / MONEY
        program.drop_loose_cuts([program.values(), *([program.column_values(incumbent)] if incumbent else [])])
        program.relax(False)
        solved, left_out = _solve_binary(program, solver, relaxed, slack, incumbent)
    except InfeasibleError:
        raise explain(program, seconds) from None
    _check(solved, left_out)
    bound = min(solved.bound, relaxed.bound)
    return Solution(solved.status, solved.objective * MONEY, bound * MONEY, left_out * MONEY, turnover)


def _listener(program: Program, progress: Progress) -> Callable[[Live], None]:
    """Return what HiGHS calls while it works: each new plan that keeps all rules is kept by its exact value."""

    def told(live: Live) -> None:
        progress.sees(live.incumbent * MONEY, live.bound * MONEY)
        if live.at is not None:
            choice = program.body.choice(np.rint(live.at(program.binaries)))
            total = program.tables.total(choice)
            value = program.exact.value(total)
            if value.keeps and not program.exact.broken(total):
                progress.meets(choice, value.worth, program.tables, program.exact)

    return told


@dataclass(frozen=True)
class _Relaxed:
    """The relaxation's bound (program money, infinite when it ended early), its point and reduced costs, (column,)."""

    bound: float
    point: Floats
    costs: Floats


def _solve_relaxed(
    program: Program, solver: Solver, gap: float, incumbent: Choice | None, progress: Progress
) -> tuple[_Relaxed, float]:
    """Return how the relaxation ended when no cut was missing any more, and its turnover (CNY)."""
    program.relax(True)
    if incumbent:
        program.add_cuts(program.column_values(incumbent), CUT_TOLERANCE)
    for _ in range(MOST_CUT_ROUNDS):
        solved = solver.solve(program.m, 0.0)
        if solved.status == OPTIMAL:
            progress.sees(-NEVER, solved.objective * MONEY)
        coarse = COARSE * gap * _turnover(program) / MONEY
        if solved.status != OPTIMAL or not program.add_cuts(program.values(), CUT_TOLERANCE, coarse):
            break
    bound = solved.objective if solved.status == OPTIMAL else np.inf
    return _Relaxed(bound, program.values(), np.array(solver.reduced_costs(program.binaries))), _turnover(program)


def _use_incumbent(program: Program, solver: Solver, relaxed: _Relaxed, incumbent: Choice, slack: float) -> None:
    """Fix columns that no plan within `slack` of the incumbent can use, and start the search from it."""
    program.fix_by_cost(relaxed.costs, relaxed.bound - program.value_of(incumbent) + slack, relaxed.point)
    solver.start_from(program.binaries, [float(value) for value in program.column_values(incumbent)])


def _solve_binary(
    program: Program, solver: Solver, relaxed: _Relaxed, slack: float, incumbent: Choice | None
) -> tuple[Solved, float]:
    """Return how the program ended and what its cuts still miss.

    A plan that breaks a row by less than HiGHS notices is refused. The number of solves is limited, never the time
    between them, so that a busy machine finds the same plan: the bound is then loose by what the cuts miss.
    """
    best, futures = incumbent, program.exact.goal.sees_futures
    most, share = (MOST_COMPOSITE_SOLVES, COMPOSITE_SHARE) if futures else (MOST_SOLVES, 1.0)
    most = MOST_CUT_ROUNDS if futures and not slack else most
    for _ in range(MOST_CUT_ROUNDS):
        if best:
            _use_incumbent(program, solver, relaxed, best, slack)
        solved = solver.solve(program.m, slack * share)
        choice = program.choice()
        left_out = solved.objective - program.value_of(choice)
        if program.exact.broken(program.tables.total(choice)):
            program.refuse(choice)
            continue
        program.found.append(choice)
        if best is None or program.value_of(choice) > program.value_of(best):
            best = choice
        proved = futures and solved.bound - program.value_of(best) <= slack
        if proved or left_out <= slack or not program.add_cuts(program.values(), CUT_TOLERANCE):
            return solved, left_out
        if solved.status != OPTIMAL or len(program.found) >= most:
            return replace(solved, status=UNSETTLED if solved.status == OPTIMAL else solved.status), left_out
    raise ProofError(Finding("E-NO-PLAN", "choice", "the hinge cuts do not settle", f"{left_out * MONEY:g} CNY"))


def _check(solved: Solved, left_out: float) -> None:
    """Refuse a solve that contradicts our own arithmetic: cuts lie below the hinges, and no plan above the bound."""
    doubt = 1e-6 * max(abs(solved.objective), 1.0)
    if left_out < -doubt or solved.objective > solved.bound + doubt:
        found = f"objective {solved.objective:.6f}, bound {solved.bound:.6f}, missing {left_out:.6f}"
        raise ProofError(Finding("E-DISAGREE", "choice", "solver and tables value a plan differently", found))


def _turnover(program: Program) -> float:
    """Return money turned over by the loaded solution, received and paid, at least one million (CNY)."""
    return max(float(program.values() @ program.moved), 1e6)
