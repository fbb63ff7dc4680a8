"""Plans side by side on the same futures: hand-made plan files and the plans of earlier runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments import story
from experiments.main_job import NOTHING, RECOMMENDED, Entries, nothing
from model import results, store
from model.errors import Finding, InputError
from model.inputs import Case
from model.load import find_case, load_case, load_plan
from model.plans import Plan
from model.simulate import VERDICT, outcomes_in_turn


def of_plans(
    name: str, files: Sequence[Path], scenarios: int, seed: int, *, with_nothing: bool
) -> list[dict[str, Any]]:
    """Return a comparison row per plan file of a case, doing nothing last where asked for.

    Parameters
    ----------
    name : case folder or id of a shipped case
    """
    case = load_case(find_case(name))
    entries: Entries = [(path.stem, plan.title, case, plan) for path in files for plan in [load_plan(path, case)]]
    if with_nothing and not any(entry[3].is_idle for entry in entries):
        entries.append((NOTHING, "Do nothing", case, nothing(case)))
    return rows(case, entries, scenarios, seed)


def of_things(things: Sequence[Path], name: str | None, scenarios: int, seed: int) -> list[dict[str, Any]]:
    """Return a comparison row per run or plan file, all simulated anew on the same draws.

    Raises
    ------
    InputError : two runs of different cases, or plan files without a case
    """
    found: list[tuple[str, Case, Plan]] = []
    files = []
    for thing in things:
        if thing.is_dir():
            run = store.open_run(thing)
            found.append((thing.name, run.case, run.plans[RECOMMENDED]))
        else:
            files.append(thing)
    case = _one_case([item[1] for item in found], name)
    found += [(path.stem, case, load_plan(path, case)) for path in files]
    entries: Entries = [(label, f"{label}: {plan.title}", case, plan) for label, _, plan in found]
    return rows(case, entries, scenarios, seed)


def _one_case(cases: list[Case], name: str | None) -> Case:
    if name:
        cases = [load_case(find_case(name)), *cases]
    if not cases:
        raise InputError(Finding("E-MISSING", "compare", "plan files need their case", "", "--case CASE, or a run"))
    hashes = {results.fingerprint(case.model_dump(mode="json")) for case in cases}
    if len(hashes) > 1:
        what = "the runs were made with different cases or readings, so their futures differ"
        raise InputError(Finding("E-CASES", "compare", what, f"{len(hashes)} cases", "runs of one case"))
    return cases[0]


def rows(case: Case, entries: Entries, scenarios: int, seed: int) -> list[dict[str, Any]]:
    """Return comparison rows of plans on fresh draws, held against the first."""
    cases, plans = [entry[2] for entry in entries], [entry[3] for entry in entries]
    outcomes = outcomes_in_turn(cases, plans, seed, VERDICT, scenarios)
    dataset = results.build(case, entries, outcomes, seed=seed, scenarios=scenarios, stage=VERDICT)
    return story.comparison(dataset, entries, entries[0][0])
