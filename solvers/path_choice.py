"""Choose along one path of organisation modes: cuts, binary options, neighbours of the incumbent, exact exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from model.errors import InfeasibleError
from model.feasibility import mode_paths
from model.inputs import Case
from solvers.change import choice_of
from solvers.conflicts import look_ahead
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import LEAST_GAIN, exchange, shake
from solvers.goal_search import solve_for_goal
from solvers.goals import MEAN, Goal
from solvers.options import LineOption, allowed, closed, keeps_bounds, neighbours, start_options
from solvers.path_result import PathResult
from solvers.pricing import Pricer
from solvers.program import Cut, Program
from solvers.progress import NEVER, Progress
from solvers.table_size import Gauge, option_bytes, table_bytes
from solvers.tables import nobody
from solvers.upper import Upper

FIRST_LEVELS = 5
"""Highest number of team heads on the first grid of a line; neighbours go beyond it."""
MOST_ROUNDS = 2
MOST_POLISH = 40
OPEN_TRIED = 3
"""Open paths of a closed line whose neighbours are priced."""
SOLVE_SECONDS = 600.0
FIRST_GAP, GAP = 0.003, 0.001
"""Gap of the first and of all later integer solves, as share of turnover."""
FIRST_SOLVES, BEHIND_SOLVES = 2, 1
"""Integer solves of the first program, which is to find a start and not to settle, and of a path that lies behind."""
POLISHED = 2
"""Plans of one round that the local search starts from."""
Say = Callable[[str], None]


def choose_path(
    case: Case,
    modes: Sequence[str],
    seed: int,
    scenarios: int,
    say: Say,
    hint: PathResult | None = None,
    seconds: float = SOLVE_SECONDS,
    goal: Goal = MEAN,
    progress: Progress | None = None,
) -> PathResult:
    """Return the best plan found for one mode path.

    Parameters
    ----------
    modes : organisation mode by phase
    scenarios : draws that price the options
    hint : the best plan of another mode path; this path is searched around it and given up when it cannot win
    seconds : limit for one solve
    goal : what is maximised, and what no plan may fall below
    progress : told of each better plan and bound

    Raises
    ------
    OutOfTime, InfeasibleError, ProofError
    """
    progress = progress or Progress()
    exact = Exact(case, modes, goal)
    simple, conflict = look_ahead(case, modes)
    if conflict and exact.broken(nobody(case)):
        raise conflict
    tables = Tables(case, Pricer(case, modes, seed, scenarios))
    idle = _nothing(case, modes, tables, exact)
    if idle:
        progress.meets(idle.choice, idle.worth, tables, exact)
    if conflict:
        if idle is None:
            raise conflict
        return idle
    if simple:
        _keep(simple, tables, exact, progress)
    firsts = {line: start_options(case, line, FIRST_LEVELS) for line in case.lines}
    wanted = sum(map(len, firsts.values()))
    size = table_bytes(case, scenarios, wanted)
    say(f"{' → '.join(modes)}: {wanted} options × {scenarios} draws, {size / 1e6:,.0f} MB with their neighbours")
    tables.pricer.tell = Gauge(wanted - tables.priced, say, progress.priced)
    for line, first in firsts.items():
        progress.go_on()
        tables.add(line, first)
        for option in [path for name, path in hint.choice.lines if name == line] if hint else []:
            tables.add(line, around(case, tables, line, option))
    tables.pricer.tell = None
    say(f"{' → '.join(modes)}: {tables.priced} options priced on {scenarios} draws{_from_cache(tables)}")
    try:
        found = _rounds(case, modes, tables, exact, say, seconds, hint, progress)
    except InfeasibleError:
        if idle is None:
            raise
        return idle
    return found if idle is None or found.worth >= idle.worth else idle


def _keep(plan: Choice, tables: Tables, exact: Exact, progress: Progress) -> None:
    for line, option in plan.lines:
        tables.add(line, [option])
    total = tables.total(plan)
    value = exact.value(total)
    if value.keeps and not exact.broken(total):
        progress.meets(plan, value.worth, tables, exact)


def _nothing(case: Case, modes: Sequence[str], tables: Tables, exact: Exact) -> PathResult | None:
    """Return the plan that does nothing, if the case allows it: a unit without people has no tools and no work."""
    for line in case.lines:
        tables.add(line, [closed(case)])
    seats = tuple((role, (0,) * len(case.phases)) for role in tables.seats)
    choice = Choice(tuple(modes), seats, tuple((line, closed(case)) for line in case.lines))
    total = tables.total(choice)
    if exact.broken(total) or not exact.goal.allows(exact.npv(total)):
        return None
    return PathResult(choice, 0.0, 0, tables, exact, options=tables.priced, npv_by_scenario=exact.npv(total))


def _rounds(
    case: Case,
    modes: Sequence[str],
    tables: Tables,
    exact: Exact,
    say: Say,
    seconds: float,
    hint: PathResult | None,
    progress: Progress,
) -> PathResult:
    """Solve coarsely, search locally, then solve to the gap from there; more rounds gained less than the gap itself.

    A path is given up by its bound, not by its value: when no plan of its pieces can beat the hint (R146).
    """
    best = _first(case, modes, tables, exact, hint, progress)
    cuts: list[Cut] = []
    for number in range(1, MOST_ROUNDS + 1):
        start, gap = best.choice if best else None, FIRST_GAP if number == 1 else GAP
        behind = hint is not None and best is not None and best.worth < hint.worth
        most = FIRST_SOLVES if number == 1 else BEHIND_SOLVES if behind else None
        solved, met = solve_for_goal(exact, _program_at(tables, start, cuts), gap, seconds, start, progress, most)
        choice, worth, moves = _polish_best(case, tables, exact, met, progress)
        say(f"round {number}: {_heads(choice, case)} heads, {worth / 1e6:.2f} M CNY, {tables.priced} options")
        gain = worth - best.worth if best else worth
        if best is None or gain > LEAST_GAIN:
            best = PathResult(choice, worth, moves, tables, exact)
        best.solved, best.rounds, best.options = solved, number, tables.priced
        if hint and best.worth < hint.worth:
            best.at_most = at_most(tables, exact, hint.worth)
            if best.at_most <= hint.worth + LEAST_GAIN:
                break
    assert best is not None
    best.npv_by_scenario = exact.npv(tables.total(best.choice))
    if missed := exact.goal.shortfalls(best.npv_by_scenario):
        raise InfeasibleError(missed)
    return best


def at_most(tables: Tables, exact: Exact, floor: float) -> float:
    """Return what no plan made of a path's pieces exceeds, the floor where none reaches it; ∞ if unknown (R146).

    Parameters
    ----------
    floor : value of a plan of another path, CNY
    """
    if not exact.goal.is_mean:
        return NEVER
    try:
        return Upper(tables, exact, tables.pricer.modes).bound(floor)
    except InfeasibleError:
        return floor


def _program_at(tables: Tables, start: Choice | None, cuts: list[Cut]) -> Callable[[Exact], Program]:
    """Return what makes the program of a goal with the bonus priced at a plan, at coefficient 1 without one."""
    case, modes = tables.case, tables.pricer.modes

    def made(exact: Exact) -> Program:
        coefficient = exact.coefficient(tables.total(start)) if start else np.ones(case.years)
        return Program(case, modes, tables, exact, coefficient, cuts)

    return made


def _first(
    case: Case, modes: Sequence[str], tables: Tables, exact: Exact, hint: PathResult | None, progress: Progress
) -> PathResult | None:
    """Return a plan to start from, polished on this path's tables: another path's, or the one not to fall behind.

    It must keep this path's rules.
    """
    known = [replace(hint.choice, modes=tuple(modes), moves=())] if hint else []
    known += _today(case, modes, exact.goal)
    for choice in known:
        for line, option in choice.lines:
            tables.add(line, [option])
    known = [choice for choice in known if not exact.broken(tables.total(choice))]
    if not known:
        return None
    best = max(known, key=lambda choice: exact.value(tables.total(choice)).height)
    choice, worth, moves = _polish(case, tables, exact, best, progress)
    return PathResult(choice, worth, moves, tables, exact)


def _today(case: Case, modes: Sequence[str], goal: Goal) -> list[Choice]:
    """Return the plan not to fall behind in the optimizer's words, if it has these modes and words for all of it."""
    plan = goal.today
    if plan is None or plan.modes != tuple(modes):
        return []
    choice = choice_of(case, plan)
    again = choice.plan(case, plan.name, plan.title)
    said = (plan.moves, plan.policies, plan.cities) == (again.moves, again.policies, again.cities)
    grows = all(keeps_bounds(case, role, heads) for role, heads in choice.seats)
    return [choice] if said and grows and all(allowed(case, option) for _, option in choice.lines) else []


def _polish_best(
    case: Case, tables: Tables, exact: Exact, found: Sequence[Choice], progress: Progress
) -> tuple[Choice, float, int]:
    """Polish the most valuable of the plans that the integer solves met, by exact value; return the best."""
    different = list(dict.fromkeys(found))
    height = {plan: exact.value(tables.total(plan)).height for plan in different}
    most = sorted(different, key=lambda plan: -height[plan])[:POLISHED]
    polished = [_polish(case, tables, exact, plan, progress) for plan in most]
    best, worth, _ = max(polished, key=lambda item: item[1])
    shaken, value, tried = shake(tables, exact, best, progress)
    tried += sum(moves for *_, moves in polished)
    if value <= worth + LEAST_GAIN:
        return best, worth, tried
    choice, worth, moves = _polish(case, tables, exact, shaken, progress)
    return choice, worth, tried + moves


def _polish(case: Case, tables: Tables, exact: Exact, choice: Choice, progress: Progress) -> tuple[Choice, float, int]:
    """Exchange with exact bands, price the neighbours of what was found, and again until nothing changes."""
    tried = 0
    for _ in range(MOST_POLISH):
        choice, worth, moves = exchange(tables, exact, choice, progress=progress)
        tried += moves
        if tables.priced * option_bytes(case, tables.pricer.block.scenarios) > progress.memory / max(
            2, len(mode_paths(case))
        ):
            break
        fresh = sum(tables.add(line, around(case, tables, line, option)) for line, option in choice.lines)
        if not fresh:
            break
    return choice, worth, tried


def around(case: Case, tables: Tables, line: str, option: LineOption) -> list[LineOption]:
    """Return the neighbours of a line's path; a closed line's are those of its best open paths."""
    if not option.is_closed:
        return sorted(neighbours(case, line, option) | {closed(case)})
    worth = tables.lines[line].linear.mean(axis=1)
    known = sorted(tables.options[line].items(), key=lambda item: -worth[item[1]])
    open_ones = [path for path, _ in known if not path.is_closed][:OPEN_TRIED]
    return sorted({step for path in open_ones for step in neighbours(case, line, path)})


def _from_cache(tables: Tables) -> str:
    """Say how many prices were read, and what was damaged on the disk."""
    store, reused = tables.pricer.store, tables.pricer.reused
    damaged = f", {store.damaged} damaged files of the cache dropped" if store and store.damaged else ""
    return (f", {reused} of them kept from an earlier run" if reused else "") + damaged


def _heads(choice: Choice, case: Case) -> str:
    rows = [heads for _, heads in choice.seats] + [heads for _, option in choice.lines for _, heads in option.team]
    return " → ".join(str(sum(row[phase] for row in rows)) for phase in range(len(case.phases)))
