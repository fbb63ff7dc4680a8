"""Choose a plan: every admissible path of organisation modes in turn, the best plan of each held against the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from model.errors import Finding, InfeasibleError, ProofError
from model.feasibility import mode_paths
from model.inputs import Case
from solvers.conflicts import by_path
from solvers.cutting import Solution
from solvers.exchange import LEAST_GAIN
from solvers.flexible import shares_of, versions
from solvers.goals import MEAN, Goal
from solvers.highs import LIMIT
from solvers.options import start_options
from solvers.path_choice import FIRST_LEVELS, choose_path
from solvers.path_result import PathResult, move_people, release_all_but_best, told
from solvers.progress import NEVER, OutOfTime, Progress
from solvers.table_size import check_memory
from solvers.tables import TURNED

Say = Callable[[str], None]


def choose(
    case: Case, seed: int, scenarios: int, say: Say, goal: Goal = MEAN, progress: Progress | None = None
) -> list[PathResult]:
    """Return the best plan of every admissible mode path, best first; raise when no path has a plan (R33).

    When the time is up, the best plan so far comes with the last bound; mode paths not looked at are missing.

    Parameters
    ----------
    scenarios : K draws that price the options; the published distribution uses others
    goal : what is maximised, and what no plan may fall below
    progress : how long the choice may go on, and who is told
    """
    progress = progress or Progress()
    results: list[PathResult] = []
    conflicts = []
    paths = mode_paths(case)
    options = sum(len(start_options(case, line, FIRST_LEVELS)) for line in case.lines)
    check_memory(case, scenarios, options, len(paths) if case.gates else min(2, len(paths)), progress.memory)
    for modes in paths:
        began = perf_counter()
        try:
            hint = max(results, key=lambda result: result.worth) if results else None
            results.append(choose_path(case, modes, seed, scenarios, say, hint, goal=goal, progress=progress))
            say(f"{' → '.join(modes)}: {told(results[-1], hint)} in {perf_counter() - began:.0f} s")
            if not case.gates:
                release_all_but_best(results)
        except InfeasibleError as error:
            conflicts.append((modes, error.findings))
            say(f"{' → '.join(modes)}: no plan keeps all rules")
        except (OutOfTime, ProofError):
            if not progress.is_over:
                raise
            progress.stopped = True
            results += _so_far(results, progress)
            say("the time is up")
            break
        progress.paths_done += 1
    if not results:
        what = "no plan keeps all rules of the case on any path of organisation modes"
        raise InfeasibleError([Finding("E-INFEASIBLE", case.id, what), *by_path(conflicts)])
    results.sort(key=lambda result: -result.worth)
    if case.choice.flexible and not case.gates and not progress.stopped:
        results[0] = _choose_flexible(results[0], seed, scenarios, say, goal, progress)
    if case.choice.moves and not case.gates:
        move_people(results[0], say)
    return results


def _choose_flexible(
    best: PathResult, seed: int, scenarios: int, say: Say, goal: Goal, progress: Progress
) -> PathResult:
    """Choose again under other shares of flexible labour, one role at a time, until none helps (R149)."""
    tried = {shares_of(best.tables.case)}
    while fresh := next((case for case in versions(best.tables.case) if shares_of(case) not in tried), None):
        tried.add(shares_of(fresh))
        try:
            found = choose_path(fresh, best.choice.modes, seed, scenarios, say, best, goal=goal, progress=progress)
        except InfeasibleError:
            continue
        except OutOfTime:
            progress.stopped = True
            break
        said = ", ".join(f"{role} {share:.0%}" for role, share in shares_of(fresh))
        say(f"flexible labour {said}: {told(found, best)}")
        best = found if found.worth > best.worth + LEAST_GAIN else best
    return best


def _so_far(results: Sequence[PathResult], progress: Progress) -> list[PathResult]:
    """Return the best plan of the path that the time ended, where it beats the finished ones; raise without any."""
    best = progress.best
    if best is None:
        fix = "allow more with --time-limit"
        raise ProofError(Finding("E-NO-PLAN", "choice", "no plan was found in time", "", "", fix))
    if any(result.worth >= best.worth for result in results):
        return []
    total = best.tables.total(best.choice)
    turnover = max(float(total.terms[TURNED].sum()), 1e6)
    value = progress.incumbent if progress.gap < NEVER else best.worth
    solved = Solution(LIMIT, value, progress.bound, turnover)
    count, npv = best.tables.priced, best.exact.npv(total)
    return [PathResult(best.choice, best.worth, 0, best.tables, best.exact, solved, 0, count, npv)]
