"""Plans side by side on the same futures: hand-made plan files and the plans of earlier runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xarray as xr

from experiments.running import story
from experiments.running.door import NOTHING, case_of, nothing
from experiments.running.main_job import check_draws, draws_of
from experiments.running.run_info import AGAIN, RECOMMENDED, Entries
from model import results, store
from model.errors import Finding, InputError
from model.inputs import Case
from model.load import find_case, load_case, load_plan
from model.simulate import VERDICT, outcomes_in_turn


def of_plans(
    name: str, files: Sequence[Path], scenarios: int, seed: int, calibration: str = "", *, with_nothing: bool
) -> list[dict[str, Any]]:
    """Return a comparison row per plan file of a case, doing nothing last where asked for.

    Parameters
    ----------
    name : case folder or id of a shipped case; calibration : to use instead of the case's own
    """
    check_draws(scenarios, seed)
    case = case_of(name, calibration)
    labels = _labels(files)
    plans = [load_plan(path, case) for path in files]
    entries: Entries = [(label, plan.title, case, plan) for label, plan in zip(labels, plans, strict=True)]
    entries = _with_nothing(case, entries) if with_nothing else entries
    return rows(case, entries, scenarios, seed)


def of_things(things: Sequence[Path], name: str | None) -> tuple[Case, Entries]:
    """Return the case and an entry per run or plan file in the order given, doing nothing last.

    A run alone brings all its plans, beside others only the recommended one.

    Raises
    ------
    InputError : something is neither run nor plan, two runs of different cases, or plan files without a case
    """
    missing = [thing for thing in things if not thing.exists()]
    if missing:
        raise InputError(
            [
                Finding("E-FILE", str(thing), "no such run or plan", "", "a run's folder, a plan file")
                for thing in missing
            ]
        )
    runs = {thing: store.open_run(thing) for thing in things if thing.is_dir()}
    case = _one_case([run.case for run in runs.values()], name)
    if len(things) == len(runs) == 1:
        own = runs[things[0]].plans
        entries: Entries = [(key, plan.title, case, plan) for key, plan in own.items() if key not in AGAIN]
        return case, _with_nothing(case, entries)
    plans = [runs[thing].plans[RECOMMENDED] if thing in runs else load_plan(thing, case) for thing in things]
    labels = _labels(things)
    entries = [(label, f"{label}: {plan.title}", case, plan) for label, plan in zip(labels, plans, strict=True)]
    return case, _with_nothing(case, entries)


def _with_nothing(case: Case, entries: Entries) -> Entries:
    if any(entry[3].is_idle for entry in entries):
        return entries
    return [*entries, (NOTHING, "Do nothing", case, nothing(case))]


def _labels(things: Sequence[Path]) -> list[str]:
    """Return what the plans are called: the last part of the path, with the folder where two share that."""
    if len(set(things)) < len(things):
        twice = next(thing for number, thing in enumerate(things) if thing in things[:number])
        raise InputError(Finding("E-EXISTS", "compare", "the same plan twice", str(twice), "each run or plan once"))
    short = [thing.name if thing.is_dir() else thing.stem for thing in things]
    short = [str(thing) if short.count(label) > 1 else label for thing, label in zip(things, short, strict=True)]
    # Doing nothing is added under this name.
    return [str(thing) if label == NOTHING else label for thing, label in zip(things, short, strict=True)]


def _one_case(cases: list[Case], name: str | None) -> Case:
    if name:
        cases = [load_case(find_case(name)), *cases]
    if not cases:
        raise InputError(Finding("E-MISSING", "compare", "plan files need their case", "", "--case CASE, or a run"))
    hashes = {results.fingerprint(case.model_dump(mode="json")) for case in cases}
    if len(hashes) > 1:
        names = ", ".join(sorted({case.id for case in cases}))
        what = "the runs were made with different cases, values or readings, so their futures differ"
        fix = "run the plan of one of them again with --plan on the other's case"
        raise InputError(
            Finding("E-CASES", "compare", what, f"{len(hashes)} versions of {names}", "runs of one case", fix)
        )
    return cases[0]


def rows(case: Case, entries: Entries, scenarios: int, seed: int) -> list[dict[str, Any]]:
    """Return comparison rows of plans on fresh draws, held against the first."""
    return story.comparison(simulated(case, entries, scenarios, seed), entries, entries[0][0])


def simulated(case: Case, entries: Entries, scenarios: int, seed: int) -> xr.Dataset:
    """Return the dataset of plans on the same fresh draws."""
    scenarios = draws_of(case, scenarios)
    cases, plans = [entry[2] for entry in entries], [entry[3] for entry in entries]
    outcomes = outcomes_in_turn(cases, plans, seed, VERDICT, scenarios)
    return results.build(case, entries, outcomes, seed=seed, scenarios=scenarios, stage=VERDICT)
