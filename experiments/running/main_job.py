"""The main job: from the case file to a chosen plan, its distribution, its proof and a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import xarray as xr

from experiments.running import bound_words, interrupt
from experiments.running.bounds import measured
from experiments.running.door import NOTHING, case_of, nothing
from experiments.running.error_budget import error_budget
from experiments.running.interrupted import keep_best, stopped
from experiments.running.run_info import (
    AGAIN,
    BOTH_OTHER,
    OTHER_CALIBRATION,
    OTHER_READING,
    RECOMMENDED,
    Entries,
    Found,
    Request,
    finite,
    rivals,
    tell,
    turned_over,
)
from model import results, store
from model.errors import Finding, InputError, ProofError
from model.feasibility import mode_paths
from model.inputs import Case
from model.load import find_case, load_plan, plan_files
from model.plan_file import plan_text
from model.plans import Plan
from model.simulate import VERDICT, Outcome, outcomes_in_turn
from reports.page import write_page
from reports.words import in_words
from solvers.certificate import Certificate, certify
from solvers.choose import choose
from solvers.gate_certificate import gated_gap, random_gated, with_gates
from solvers.gated import GateChoice, choose_gated
from solvers.path_result import PathResult
from solvers.progress import Progress

Say = Callable[[str], None]
LEAST_WORTH = 1.0
GATED = 4
"""Random plans with a gate in the cross-check besides the best one."""
BOUNDS = "bounds.nc"
"""The dataset that the table of bounds is told from."""


def run(
    request: Request,
    say: Say,
    tick: Callable[[int, int], None] | None = None,
    show: Callable[[float, float], None] | None = None,
    pricing: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Run the main job and return what it tells about itself; the run folder is complete or absent.

    Interrupted, it leaves the best plan so far next to that folder.

    Parameters
    ----------
    say : receives a line for each stage
    tick : receives (scenarios done, scenarios wanted) while the distribution is drawn
    show : receives incumbent and bound (CNY) while a plan is chosen
    pricing : receives (options priced, options wanted) while tables are priced

    Raises
    ------
    InputError, InfeasibleError, ProofError, MachineError
    """
    began = perf_counter()
    check_draws(request.scenarios, request.seed, request.table_scenarios)
    folder = find_case(request.case)
    case = case_of(request.case, request.calibration)
    request = replace(request, scenarios=draws_of(case, request.scenarios))
    others = _shipped_plans(folder, case)
    store.check_target(
        request.out, request.replace, store.bytes_wanted(case, len(others) + len(AGAIN) + 2, request.scenarios)
    )
    progress = Progress(request.time_limit, show, pricing, request.memory)
    interrupt.on_interrupt(lambda: keep_best(case, request.out, progress))
    paths = [] if request.plan else choose(case, request.seed, request.table_scenarios, say, progress=progress)
    gate = None if request.plan or progress.stopped else choose_gated(case, paths, request.seed, say)
    plan = load_plan(request.plan, case) if request.plan else _recommended(case, paths, gate)
    entries = _entries(case, plan, others)
    with beside() as other:
        proving = other.submit(_proof, paths, request, gate)
        say(f"simulating {len(entries)} plans on {request.scenarios} fresh draws")
        say("cross-checking plan and simulation")
        dataset, outcome = _distribution(case, entries, request, tick)
        ended = stopped(progress, request.time_limit, len(mode_paths(case))) if progress.stopped else None
        found = Found(case, plan, entries, dataset, outcome, paths, proving.result(), ended, gate)
        say("looking for the assumption that turns the decision")
        say("measuring how good the plan is")
        measuring = other.submit(_bounds, found, request)
        info, bounds = tell(found, request), measuring.result()
    if bounds is not None:
        info["bounds"] = finite(bound_words.rows(bounds, case))
    info["error_budget"] = finite(error_budget(dataset, info, bounds))
    info["seconds"] = round(perf_counter() - began, 1)
    _store(found, info, request, bounds)
    interrupt.on_interrupt(None)
    return info


@contextmanager
def beside() -> Iterator[ThreadPoolExecutor]:
    """Give a thread that works beside this one, mostly in the solver or waiting for another process.

    What it still does is not waited for when this thread fails.
    """
    pool = ThreadPoolExecutor(1)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def check_draws(scenarios: int, seed: int, table_scenarios: int = 1) -> None:
    """Refuse numbers of draws and seeds that no machine can work with."""
    findings = [
        Finding("E-RANGE", f"--{name}", "outside what is possible", str(value), f"{low} to {high}")
        for name, value, low, high in (
            ("scenarios", scenarios, 1, 10_000_000),
            ("table-scenarios", table_scenarios, 1, 4096),
            ("seed", seed, 0, 2**63),
        )
        if not low <= value <= high
    ]
    if findings:
        raise InputError(findings)


def draws_of(case: Case, scenarios: int) -> int:
    """Return how many draws say all there is: one where the case knows no chance."""
    return 1 if case.uncertainty.mode == "none" else scenarios


def _shipped_plans(folder: Path, case: Case) -> dict[str, Plan]:
    """Return the case's own plans; refuse the names that the run gives to its own."""
    plans = {name: load_plan(path, case) for name, path in plan_files(folder).items()}
    taken = [name for name in (RECOMMENDED, *AGAIN) if name in plans]
    taken += [NOTHING] if NOTHING in plans and not plans[NOTHING].is_idle else []
    if taken:
        what = "the run calls a plan of its own so"
        raise InputError([Finding("E-EXISTS", f"plans/{name}.toml", what, fix="rename the file") for name in taken])
    return plans


def _recommended(case: Case, paths: list[PathResult], gate: GateChoice | None) -> Plan:
    """Return the best plan found, with a gate where that is worth asking, or doing nothing where that is worth more."""
    best, asked = paths[0], gate is not None and gate.is_asked
    if (float(gate.found.npv.mean()) if gate and asked else best.npv) <= LEAST_WORTH:
        return nothing(case)
    if gate and asked:
        return gate.found.plan(case, RECOMMENDED, "Recommended plan")
    return best.choice.plan(best.tables.case, RECOMMENDED, "Recommended plan")


def other_reading(case: Case) -> Case:
    """Return the case with the pay table read the other way."""
    reading = "base" if case.readings.salary_is == "package" else "package"
    return case.model_copy(update={"readings": case.readings.model_copy(update={"salary_is": reading})})


def other_calibrations(case: Case) -> list[Case]:
    """Return the case under its next calibration, none where it has only one."""
    names = [name for name in case.calibrations if name != case.calibration]
    return [case.model_copy(update={"calibration": name}) for name in names[:1]]


def _entries(case: Case, plan: Plan, others: dict[str, Plan]) -> Entries:
    """Return all plans of the comparison: recommended, the case's own, nothing, other calibration, reading, both."""
    entries: Entries = [(RECOMMENDED, plan.title, case, plan)]
    entries += [(name, other.title, case, other) for name, other in others.items() if other != plan]
    if not any(entry[3].is_idle for entry in entries[1:]):
        entries.append((NOTHING, "Do nothing", case, nothing(case)))
    for there in other_calibrations(case):
        entries.append((OTHER_CALIBRATION, f"{plan.title}, calibration {in_words(there.calibration)}", there, plan))
    other = other_reading(case)
    title = f"{plan.title}, pay table read as {other.readings.salary_is}"
    entries.append((OTHER_READING, title, other, plan))
    for there in map(other_reading, other_calibrations(case)):
        entries.append((BOTH_OTHER, f"{plan.title}, {_called(there)}", there, plan))
    return entries


def _called(case: Case) -> str:
    return f"calibration {in_words(case.calibration)} and pay table read as {case.readings.salary_is}"


def _distribution(
    case: Case, entries: Entries, request: Request, tick: Callable[[int, int], None] | None
) -> tuple[xr.Dataset, Outcome]:
    done = [0]

    def progress(count: int) -> None:
        done[0] += count
        if tick:
            # Plans that do not fit into memory together are simulated group by group, each over all scenarios.
            tick((done[0] - 1) % request.scenarios + 1, request.scenarios)

    cases, plans = [entry[2] for entry in entries], [entry[3] for entry in entries]
    kept: list[Outcome] = []

    def first_kept() -> Any:
        for outcome in outcomes_in_turn(cases, plans, request.seed, VERDICT, request.scenarios, progress=progress):
            if not kept:
                kept.append(outcome)
            yield outcome

    dataset = results.build(case, entries, first_kept(), seed=request.seed, scenarios=request.scenarios, stage=VERDICT)
    return dataset, kept[0]


def _proof(paths: list[PathResult], request: Request, gate: GateChoice | None) -> Certificate | None:
    if not paths:
        return None
    best = paths[0]
    proof = certify(best.tables, best.exact, best.choice, request.seed, request.certified)
    if gate:
        tables, exact = gate.result.tables, gate.result.exact
        plans = [gate.found, *random_gated(tables, exact, min(GATED, request.certified), request.seed)]
        proof = with_gates(proof, gated_gap(tables, exact, plans, request.seed), len(plans))
    if not proof.holds:
        found = f"{proof.max_abs_cny:.6f} CNY in {proof.worst}; program off by {proof.program_gap:.2e} of turnover"
        raise ProofError(
            Finding("E-CERTIFICATE", "cross-check", "plan and simulation differ", found, "at most 0.001 CNY per term")
        )
    return proof


def _bounds(found: Found, request: Request) -> xr.Dataset | None:
    """Return how good the plan is; nothing where it was given or the time ended its choice."""
    if not found.paths or found.stopped:
        return None
    return measured(found, request.seed, turned_over(found))


def _store(found: Found, info: dict[str, Any], request: Request, bounds: xr.Dataset | None) -> None:
    """Write the run with its page at once, so that it is complete or absent."""
    files: dict[str, str | bytes] = dict(store.run_files(found.case, found.entries, found.dataset, info))
    if bounds is not None:
        files[BOUNDS] = store.packed_dataset(bounds)
    files["PLAN.toml"] = plan_text(found.case, found.plan)
    for name, _, _, other in rivals(found.entries):
        files[f"plans/{name}.toml"] = plan_text(found.case, other)
    files["page.html"] = write_page(_as_run(found, json.loads(str(files[store.INFO])), request.out))
    store.write_run(request.out, found.dataset, files, request.replace)


def _as_run(found: Found, told: dict[str, Any], out: Path) -> store.Run:
    """Return the run as `store.open_run` will read it."""
    plans = {name: plan for name, _, _, plan in found.entries}
    cases = {name: case for name, _, case, _ in found.entries}
    return store.Run(out, found.dataset, found.case, plans, cases, told["info"], told["created"], told["dataset_hash"])
