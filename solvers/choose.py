"""Choose a plan: cuts on the relaxation, binary options, neighbours of the incumbent, exchange with exact bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from model.errors import Finding, InfeasibleError, ProofError
from model.inputs import Case
from model.ledger import Floats
from solvers.conflicts import explain
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import LEAST_GAIN, exchange, shake
from solvers.highs import OPTIMAL, Solved, Solver
from solvers.options import LineOption, closed, neighbours, start_options
from solvers.pricing import Pricer
from solvers.program import MONEY, Cut, Program

FIRST_LEVELS = 5
"""Highest number of team heads on the first grid of a line; neighbours go beyond it."""
MOST_ROUNDS = 2
MOST_CUT_ROUNDS = 60
MOST_POLISH = 40
OPEN_TRIED = 3
"""Open paths of a closed line whose neighbours are priced."""
CUT_TOLERANCE = 1e-6
MOST_SOLVES = 2
"""Integer solves of one program; more bring the bound nearer but, as measured, no better plan."""
UNSETTLED = "gap reached, hinge cuts unsettled"
SOLVE_SECONDS = 600.0
FIRST_GAP, GAP = 0.003, 0.0009
"""Gap of the first and of all later integer solves, as share of turnover."""
POLISHED = 2
"""Plans of one round that the local search starts from."""
Say = Callable[[str], None]


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


@dataclass
class PathResult:
    """The best plan for one path of organisation modes, with what was promised and what is exact (CNY).

    npv : exact mean on the tables; solved : how the last program ended
    """

    choice: Choice
    npv: float
    moves: int
    tables: Tables
    exact: Exact
    solved: Solution | None = None
    rounds: int = 0
    options: int = 0
    npv_by_scenario: Floats = field(default_factory=lambda: np.zeros(0))


def choose_path(
    case: Case,
    modes: Sequence[str],
    seed: int,
    scenarios: int,
    say: Say,
    hint: PathResult | None = None,
    seconds: float = SOLVE_SECONDS,
) -> PathResult:
    """Return the best plan found for one mode path.

    Parameters
    ----------
    modes : organisation mode by phase
    scenarios : draws that price the options
    hint : the best plan of another mode path; this path is searched around it and given up when it cannot win
    seconds : limit for one solve
    """
    tables = Tables(case, Pricer(case, modes, seed, scenarios))
    for line in case.lines:
        first = start_options(case, line, FIRST_LEVELS)
        tables.add(line, first)
        for option in [path for name, path in hint.choice.lines if name == line] if hint else []:
            tables.add(line, _around(case, tables, line, option))
    exact = Exact(case, modes)
    say(f"{' → '.join(modes)}: {_count(tables)} options priced on {scenarios} draws")
    idle = _nothing(case, modes, tables, exact)
    try:
        found = _rounds(case, modes, tables, exact, say, seconds, hint)
    except InfeasibleError:
        if idle is None:
            raise
        return idle
    return found if idle is None or found.npv >= idle.npv else idle


def _nothing(case: Case, modes: Sequence[str], tables: Tables, exact: Exact) -> PathResult | None:
    """Return the plan that does nothing, if the case allows it: a unit without people has no tools and no work."""
    seats = tuple((role, (0,) * len(case.phases)) for role in tables.seats)
    choice = Choice(tuple(modes), seats, tuple((line, closed(case)) for line in tables.options))
    total = tables.total(choice)
    if exact.broken(total):
        return None
    return PathResult(choice, 0.0, 0, tables, exact, options=_count(tables), npv_by_scenario=exact.npv(total))


def _rounds(
    case: Case, modes: Sequence[str], tables: Tables, exact: Exact, say: Say, seconds: float, hint: PathResult | None
) -> PathResult:
    """Solve coarsely, search locally, then solve to the gap from there; more rounds gained less than the gap itself.

    A path that cannot be shown to beat the hint stops after it.
    """
    best = _first(case, modes, tables, exact, hint)
    cuts: list[Cut] = []
    for number in range(1, MOST_ROUNDS + 1):
        coefficient = exact.coefficient(tables.total(best.choice)) if best else np.ones(case.years)
        program = Program(case, modes, tables, exact, coefficient, cuts)
        solved = solve_with_cuts(program, FIRST_GAP if number == 1 else GAP, seconds, best.choice if best else None)
        choice, npv, moves = _polish_best(case, tables, exact, program.found)
        say(f"round {number}: {_heads(choice, case)} heads, {npv / 1e6:.2f} M CNY, {_count(tables)} options")
        gain = npv - best.npv if best else npv
        if best is None or gain > LEAST_GAIN:
            best = PathResult(choice, npv, moves, tables, exact)
        best.solved, best.rounds, best.options = solved, number, _count(tables)
        if hint and best.npv < hint.npv:
            break
    assert best is not None
    best.npv_by_scenario = exact.npv(tables.total(best.choice))
    return best


def _first(
    case: Case, modes: Sequence[str], tables: Tables, exact: Exact, hint: PathResult | None
) -> PathResult | None:
    """Return another mode path's plan, polished on this path's tables, if it keeps this path's rules."""
    if hint is None:
        return None
    moved = replace(hint.choice, modes=tuple(modes))
    for line, option in moved.lines:
        tables.add(line, [option])
    if exact.broken(tables.total(moved)):
        return None
    choice, npv, moves = _polish(case, tables, exact, moved)
    return PathResult(choice, npv, moves, tables, exact)


def _polish_best(case: Case, tables: Tables, exact: Exact, found: Sequence[Choice]) -> tuple[Choice, float, int]:
    """Polish the most valuable of the plans that the integer solves met, by exact value; return the best."""
    different = list(dict.fromkeys(found))
    worth = {plan: float(exact.npv(tables.total(plan)).mean()) for plan in different}
    most = sorted(different, key=lambda plan: -worth[plan])[:POLISHED]
    polished = [_polish(case, tables, exact, plan) for plan in most]
    best, npv, _ = max(polished, key=lambda item: item[1])
    shaken, value, tried = shake(tables, exact, best)
    tried += sum(moves for *_, moves in polished)
    if value <= npv + LEAST_GAIN:
        return best, npv, tried
    choice, npv, moves = _polish(case, tables, exact, shaken)
    return choice, npv, tried + moves


def _polish(case: Case, tables: Tables, exact: Exact, choice: Choice) -> tuple[Choice, float, int]:
    """Exchange with exact bands, price the neighbours of what was found, and again until nothing changes."""
    tried = 0
    for _ in range(MOST_POLISH):
        choice, npv, moves = exchange(tables, exact, choice)
        tried += moves
        fresh = sum(tables.add(line, _around(case, tables, line, option)) for line, option in choice.lines)
        if not fresh:
            break
    return choice, npv, tried


def _around(case: Case, tables: Tables, line: str, option: LineOption) -> list[LineOption]:
    """Return the neighbours of a line's path; a closed line's are those of its best open paths."""
    if not option.is_closed:
        return sorted(neighbours(case, line, option) | {closed(case)})
    worth = tables.lines[line].linear.mean(axis=1)
    known = sorted(tables.options[line].items(), key=lambda item: -worth[item[1]])
    open_ones = [path for path, _ in known if not path.is_closed][:OPEN_TRIED]
    return sorted({step for path in open_ones for step in neighbours(case, line, path)})


def solve_with_cuts(program: Program, gap: float, seconds: float, incumbent: Choice | None) -> Solution:
    """Solve with cuts on the relaxation first, then with binary options.

    Parameters
    ----------
    gap : share of turnover at which the integer solve may stop
    seconds : limit for one solve
    incumbent : a plan that keeps all rules: where the search starts, and what lets hopeless columns be fixed
    """
    solver = Solver(seconds)
    try:
        relaxed, turnover = _solve_relaxed(program, solver, incumbent)
        slack = gap * turnover / MONEY
        program.drop_loose_cuts([program.values(), *([program.column_values(incumbent)] if incumbent else [])])
        program.relax(False)
        solved, left_out = _solve_binary(program, solver, relaxed, slack, incumbent)
    except InfeasibleError:
        raise explain(program, seconds) from None
    _check(solved, left_out)
    bound = min(solved.bound, relaxed.bound)
    return Solution(solved.status, solved.objective * MONEY, bound * MONEY, left_out * MONEY, turnover)


@dataclass(frozen=True)
class _Relaxed:
    """The relaxation's bound (program money, infinite when it ended early), its point and reduced costs, (column,)."""

    bound: float
    point: Floats
    costs: Floats


def _solve_relaxed(program: Program, solver: Solver, incumbent: Choice | None) -> tuple[_Relaxed, float]:
    """Return how the relaxation ended when no hinge cut was missing any more, and its turnover (CNY)."""
    program.relax(True)
    if incumbent:
        program.add_cuts(program.column_values(incumbent), CUT_TOLERANCE)
    for _ in range(MOST_CUT_ROUNDS):
        solved = solver.solve(program.m, 0.0)
        if solved.status != OPTIMAL or not program.add_cuts(program.values(), CUT_TOLERANCE):
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
    best = incumbent
    for _ in range(MOST_CUT_ROUNDS):
        if best:
            _use_incumbent(program, solver, relaxed, best, slack)
        solved = solver.solve(program.m, slack)
        choice = program.choice()
        left_out = solved.objective - program.value_of(choice)
        if program.exact.broken(program.tables.total(choice)):
            program.refuse(choice)
            continue
        program.found.append(choice)
        if best is None or program.value_of(choice) > program.value_of(best):
            best = choice
        if left_out <= slack or not program.add_cuts(program.values(), CUT_TOLERANCE):
            return solved, left_out
        if solved.status != OPTIMAL or len(program.found) >= MOST_SOLVES:
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
            hint = max(results, key=lambda result: result.npv) if results else None
            results.append(choose_path(case, modes, seed, scenarios, say, hint))
            say(f"{' → '.join(modes)}: {results[-1].npv / 1e6:.2f} M CNY in {perf_counter() - began:.0f} s")
        except InfeasibleError as error:
            conflicts += [*error.findings]
            say(f"{' → '.join(modes)}: no plan keeps all rules")
    if not results:
        what = "no plan keeps all rules of the case on any path of organisation modes"
        raise InfeasibleError([Finding("E-INFEASIBLE", case.id, what), *conflicts])
    return sorted(results, key=lambda result: -result.npv)
