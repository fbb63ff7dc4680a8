"""Choose a plan: cuts on the relaxation, binary options, neighbours of the incumbent, exchange with exact bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from model.errors import Finding, InfeasibleError
from model.inputs import Case
from model.ledger import Floats
from solvers.exact import Choice, Exact, Tables, exchange
from solvers.highs import OPTIMAL, Solved, Solver
from solvers.options import LineOption, closed, neighbours, start_options
from solvers.program import MONEY, Program
from solvers.tables import Pricer

FIRST_LEVELS = 5
"""Highest number of team heads on the first grid of a line; neighbours go beyond it."""
MOST_ROUNDS = 10
MOST_CUT_ROUNDS = 60
GAP = 0.0005
"""Gap to which a program is solved, as share of turnover."""
Say = Callable[[str], None]


@dataclass
class PathResult:
    """The best plan for one path of organisation modes, with what was promised and what is exact (CNY)."""

    choice: Choice
    npv: float
    promise: float
    bound: float
    status: str
    turnover: float
    rounds: int
    options: int
    moves: int
    hinge_gap: float
    tables: Tables
    exact: Exact
    npv_by_scenario: Floats = field(default_factory=lambda: np.zeros(0))


def choose_path(
    case: Case, modes: Sequence[str], seed: int, scenarios: int, say: Say, hint: Choice | None = None, seconds: float = 120
) -> PathResult:
    """Return the best plan found for one mode path.

    Parameters
    ----------
    modes : organisation mode by phase
    scenarios : draws that price the options
    hint : a plan of another mode path whose neighbourhood is priced from the start
    seconds : limit for one solve
    """
    tables = Tables(case, Pricer(case, modes, seed, scenarios))
    for line in case.lines:
        first = start_options(case, line, FIRST_LEVELS)
        first += [step for name, option in hint.lines if name == line for step in _around(case, line, option)] if hint else []
        tables.add(line, first)
    exact = Exact(case, modes)
    say(f"{' → '.join(modes)}: {_count(tables)} options priced on {scenarios} draws")
    return _rounds(case, modes, tables, exact, say, seconds)


def _rounds(
    case: Case, modes: Sequence[str], tables: Tables, exact: Exact, say: Say, seconds: float
) -> PathResult:
    coefficient = np.ones(case.years)
    best: PathResult | None = None
    for number in range(1, MOST_ROUNDS + 1):
        program = Program(case, modes, tables, exact, coefficient)
        solved, hinge_gap, turnover = solve_with_cuts(program, seconds)
        choice, npv, moves = exchange(tables, exact, program.choice())
        total = tables.total(choice)
        say(f"round {number}: {_heads(choice, case)} heads, {npv / 1e6:.2f} M CNY, {_count(tables)} options")
        if best is None or npv > best.npv + 1e-6:
            promise, bound = solved.objective * MONEY, solved.bound * MONEY
            best = PathResult(
                choice, npv, promise, bound, solved.status, turnover, number, 0, moves, hinge_gap, tables, exact, exact.npv(total)
            )
        coefficient = exact.coefficient(tables.total(best.choice))
        fresh = sum(tables.add(line, _around(case, line, option)) for line, option in best.choice.lines)
        if not fresh and number > 1 and npv <= best.npv + 1e-6:
            break
    assert best is not None
    best.options, best.rounds = _count(tables), number
    return best


def _around(case: Case, line: str, option: LineOption) -> list[LineOption]:
    """Return the neighbours of a line's path; a closed line's are its first grid, which is priced already."""
    return [] if option.is_closed else sorted(neighbours(case, line, option) | {closed(case)})


def solve_with_cuts(program: Program, seconds: float) -> tuple[Solved, float, float]:
    """Solve to the gap, cuts on the relaxation first; return the end, the hinges' rest and the turnover (both CNY)."""
    solver = Solver(seconds)
    program.relax(True)
    for _ in range(MOST_CUT_ROUNDS):
        solver.solve(program.m, 0.0)
        if not program.add_cuts(1e-7):
            break
    turnover = _turnover(program)
    program.relax(False)
    slack = GAP * turnover / MONEY
    for _ in range(MOST_CUT_ROUNDS):
        solved = solver.solve(program.m, slack)
        if not program.add_cuts(slack / 20):
            break
    hinge_gap = float(program.exact.hinges(program.tables.total(program.choice())).mean()) - MONEY * _hinges(program)
    return solved, hinge_gap, turnover


def _hinges(program: Program) -> float:
    return sum(var.value for var in [*program.m.agency.values(), *program.m.pool.values()])


def _turnover(program: Program) -> float:
    """Return money turned over by the loaded solution: mean revenue over the horizon, at least one million (CNY)."""
    revenue = np.tensordot(program.values(), program.revenue, axes=1)
    return max(float(revenue.sum(axis=0).mean()), 1e6)


def _count(tables: Tables) -> int:
    return sum(len(known) for known in tables.options.values())


def _heads(choice: Choice, case: Case) -> str:
    rows = [heads for _, heads in choice.seats] + [heads for _, option in choice.lines for _, heads in option.team]
    return " → ".join(str(sum(row[phase] for row in rows)) for phase in range(len(case.phases)))


def choose(case: Case, seed: int, scenarios: int, say: Say) -> list[PathResult]:
    """Return the best plan of every admissible mode path, best first; raise when no path has a plan.

    Parameters
    ----------
    scenarios : K draws that price the options; the published distribution uses others
    """
    results: list[PathResult] = []
    conflicts = []
    for modes in case.choice.mode_paths:
        began = perf_counter()
        try:
            hint = results[0].choice if results else None
            results.append(choose_path(case, modes, seed, scenarios, say, hint))
            say(f"{' → '.join(modes)}: {results[-1].npv / 1e6:.2f} M CNY in {perf_counter() - began:.0f} s")
        except InfeasibleError as error:
            conflicts += [*error.findings]
            say(f"{' → '.join(modes)}: no plan keeps all rules")
    if not results:
        what = "no plan keeps all rules of the case on any path of organisation modes"
        raise InfeasibleError([Finding("E-INFEASIBLE", case.id, what), *conflicts])
    return sorted(results, key=lambda result: -result.npv)


def is_proved(result: PathResult) -> bool:
    """Return whether the solver itself ended with a proof."""
    return result.status == OPTIMAL
