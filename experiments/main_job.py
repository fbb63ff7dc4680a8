"""The main job: from the case file to a chosen plan, its distribution, its proof and a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

from experiments import story
from experiments.flip import nearest_flip
from experiments.sanity import Evidence, panel
from model import results, store
from model.errors import Finding, InputError, ProofError
from model.inputs import Case
from model.load import find_case, load_case, load_plan
from model.plan_file import plan_text
from model.plans import Plan
from model.simulate import VERDICT, Outcome, outcomes_in_turn, simulate
from reports.page import write_page
from solvers.certificate import Certificate, certify
from solvers.choose import PathResult, choose

Say = Callable[[str], None]
Entries = list[tuple[str, str, Case, Plan]]
RECOMMENDED, OTHER_READING, NOTHING = "recommended", "recommended_other_reading", "do_nothing"
LEAST_WORTH = 1.0


@dataclass(frozen=True)
class Request:
    """What a run was asked for.

    scenarios : N fresh draws of the published distribution; table_scenarios : K draws that price the options;
    certified : random plans in the cross-check besides the chosen one
    """

    case: str
    out: Path
    scenarios: int = 20_000
    table_scenarios: int = 256
    seed: int = 7
    plan: Path | None = None
    replace: bool = False
    certified: int = 200


def run(request: Request, say: Say, tick: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Run the main job and return what it tells about itself; the run folder is complete or absent.

    Parameters
    ----------
    say : receives a line for each stage
    tick : receives (scenarios done, scenarios wanted) while the distribution is drawn

    Raises
    ------
    InputError, InfeasibleError, ProofError, MachineError
    """
    began = perf_counter()
    _check(request)
    folder = find_case(request.case)
    case = load_case(folder)
    others = _shipped_plans(folder, case)
    store.check_target(request.out, request.replace, store.bytes_wanted(case, len(others) + 3, request.scenarios))
    paths = [] if request.plan else choose(case, request.seed, request.table_scenarios, say)
    plan = load_plan(request.plan, case) if request.plan else _recommended(case, paths)
    entries = _entries(case, plan, others)
    say(f"simulating {len(entries)} plans on {request.scenarios} fresh draws")
    dataset, outcome = _distribution(case, entries, request, tick)
    say("cross-checking plan and simulation")
    proof = _proof(paths, request)
    say("looking for the assumption that turns the decision")
    info = _tell(case, plan, entries, dataset, outcome, request, paths, proof)
    info["seconds"] = round(perf_counter() - began, 1)
    _store(case, plan, entries, dataset, info, request)
    return info


def _check(request: Request) -> None:
    findings = [
        Finding("E-RANGE", f"--{name}", "outside what is possible", str(value), f"{low} to {high}")
        for name, value, low, high in (
            ("scenarios", request.scenarios, 1, 10_000_000),
            ("table-scenarios", request.table_scenarios, 1, 4096),
            ("seed", request.seed, 0, 2**63),
        )
        if not low <= value <= high
    ]
    if findings:
        raise InputError(findings)


def _shipped_plans(folder: Path, case: Case) -> dict[str, Plan]:
    return {path.stem: load_plan(path, case) for path in sorted((folder / "plans").glob("*.toml"))}


def _recommended(case: Case, paths: list[PathResult]) -> Plan:
    """Return the best plan found, or doing nothing where that is worth more."""
    best = paths[0]
    if best.npv <= LEAST_WORTH:
        return nothing(case)
    return best.choice.plan(case, RECOMMENDED, "Recommended plan")


def nothing(case: Case) -> Plan:
    """Return the plan that hires nobody and opens nothing."""
    modes = tuple(case.choice.mode_paths[0])
    return Plan(case=case.id, name=NOTHING, title="Do nothing", modes=modes, seats={}, lines={})


def other_reading(case: Case) -> Case:
    """Return the case with the pay table read the other way."""
    reading = "base" if case.readings.salary_is == "package" else "package"
    return case.model_copy(update={"readings": case.readings.model_copy(update={"salary_is": reading})})


def _entries(case: Case, plan: Plan, others: dict[str, Plan]) -> Entries:
    """Return all plans of the comparison: recommended, the case's own, doing nothing, and the other reading."""
    entries: Entries = [(RECOMMENDED, plan.title, case, plan)]
    entries += [(name, other.title, case, other) for name, other in others.items() if other != plan]
    if not any(entry[3].is_idle for entry in entries[1:]):
        entries.append((NOTHING, "Do nothing", case, nothing(case)))
    other = other_reading(case)
    title = f"{plan.title}, pay table read as {other.readings.salary_is}"
    return [*entries, (OTHER_READING, title, other, plan)]


def _distribution(
    case: Case, entries: Entries, request: Request, tick: Callable[[int, int], None] | None
) -> tuple[xr.Dataset, Outcome]:
    done = [0]

    def progress(count: int) -> None:
        done[0] += count
        if tick:
            tick(done[0], request.scenarios)

    cases, plans = [entry[2] for entry in entries], [entry[3] for entry in entries]
    kept: list[Outcome] = []

    def first_kept() -> Any:
        for outcome in outcomes_in_turn(cases, plans, request.seed, VERDICT, request.scenarios, progress=progress):
            if not kept:
                kept.append(outcome)
            yield outcome

    dataset = results.build(case, entries, first_kept(), seed=request.seed, scenarios=request.scenarios, stage=VERDICT)
    return dataset, kept[0]


def _proof(paths: list[PathResult], request: Request) -> Certificate | None:
    if not paths:
        return None
    best = paths[0]
    proof = certify(best.tables, best.exact, best.choice, request.seed, request.certified)
    if not proof.holds:
        found = f"{proof.max_abs_cny:.6f} CNY in {proof.worst}; program off by {proof.program_gap:.2e} of turnover"
        raise ProofError(
            Finding("E-CERTIFICATE", "cross-check", "plan and simulation differ", found, "at most 0.001 CNY per term")
        )
    return proof


def _tell(
    case: Case,
    plan: Plan,
    entries: Entries,
    dataset: xr.Dataset,
    outcome: Outcome,
    request: Request,
    paths: list[PathResult],
    proof: Certificate | None,
) -> dict[str, Any]:
    """Return the first screen and everything the page shows that is not in the dataset."""
    figures = story.figures(dataset, case, RECOMMENDED)
    gain = story.difference(dataset, RECOMMENDED, _idle_name(entries))
    digest = results.dataset_hash(dataset)
    info: dict[str, Any] = {
        "decision": story.decision(case, plan, gain),
        "status": "draft",
        "case": case.id,
        "title": case.title,
        "banner": case.banner,
        "gain_over_do_nothing": gain,
        "flip_assumption": story.flip_words(nearest_flip(case, plan, request.seed), plan.is_idle),
        "calibration": case.calibration,
        "salary_reading": case.readings.salary_is,
        "readings": _readings(dataset, entries),
        "plan": story.plan_words(case, plan),
        "comparison": story.comparison(dataset, entries, RECOMMENDED),
        "budget": story.budget_rows(case, plan),
        "sanity": [asdict(light) for light in panel(_evidence(case, plan, outcome, request))],
        **{key: figures[key] for key in ("npv", "p_loss", "peak_cash")},
        "roi": figures["full_roi"],
        "dataset_sha256": digest,
        "input_hash": dataset.attrs["input_hash"],
        "seed": request.seed,
        "scenarios": request.scenarios,
        "table_scenarios": request.table_scenarios,
        "dataset": str(request.out / store.DATASET),
        "page": str(request.out / "page.html"),
        "plan_file": str(request.out / "PLAN.toml"),
    }
    if paths and proof:
        info |= _how(case, paths, proof, float(figures["npv"]["mean"] or 0.0), outcome)
    return info


def _idle_name(entries: Entries) -> str:
    return next(name for name, _, _, plan in entries if plan.is_idle)


def _readings(dataset: xr.Dataset, entries: Entries) -> dict[str, Any]:
    """Return the recommended plan under both readings of the pay table, side by side."""
    out: dict[str, Any] = {}
    for name, _, case, _ in (entries[0], entries[-1]):
        found = story.figures(dataset, case, name)
        out[case.readings.salary_is] = {
            "npv_mean": found["npv"]["mean"],
            "npv_se": found["npv"]["se"],
            **{f"full_roi_{key}": found["full_roi"][key] for key in ("p05", "p50", "p95")},
            "p_loss": found["p_loss"]["value"],
        }
    return out


def _evidence(case: Case, plan: Plan, outcome: Outcome, request: Request) -> Evidence:
    """Price the plan once more without on-cost, on the same draws as the first block."""
    if plan.is_idle:
        return Evidence(case, plan, outcome, None)
    staffing = case.staffing.model_copy(update={"on_cost_rate": type(case.staffing.on_cost_rate)(0.0)})
    free = case.model_copy(update={"staffing": staffing})
    found = simulate([free], [plan], request.seed, VERDICT, request.scenarios)[0]
    return Evidence(case, plan, outcome, float(found.npv.mean()))


def _how(case: Case, paths: list[PathResult], proof: Certificate, published: float, outcome: Outcome) -> dict[str, Any]:
    """Return how the plan was found: solver, cross-check, what the method may leave on the table, binding rules."""
    best = paths[0]
    solved = best.solved
    assert solved is not None
    turnover = float((outcome.years[0] - outcome.years[1]).sum(axis=0).mean())
    rows = [
        ("solver: bound less the program's best plan", solved.bound - solved.objective),
        ("hinges by cuts: program less exact", solved.left_out),
        ("bonus kept linear in the program: its best plan less the chosen plan, exact", solved.objective - best.npv),
        ("draws: promise on the pricing draws less verdict on fresh draws", best.npv - published),
    ]
    return {
        "certificate": asdict(proof),
        "gap_ledger": {
            "rows": [{"name": name, "cny": value, "share": value / turnover} for name, value in rows],
            "total_share": sum(abs(value) for _, value in rows) / turnover,
            "turnover": turnover,
        },
        "solver": {
            "name": "HiGHS",
            "status": solved.status,
            "gap": (solved.bound - solved.objective) / turnover,
            "gap_cny": solved.bound - solved.objective,
            "options_priced": sum(path.options for path in paths),
            "rounds": sum(path.rounds for path in paths),
        },
        "mode_paths": [
            {"path": [case.modes[mode].title for mode in path.choice.modes], "npv": path.npv, "chosen": path is best}
            for path in paths
        ],
        "binding": _binding(case, best),
    }


def _binding(case: Case, best: PathResult) -> list[str]:
    """Return the rules at which the plan stops: full budgets and loads, role minima, head bounds."""
    found = []
    for row, value in best.exact.uses(best.tables.total(best.choice)):
        if row.unit == "CNY" and value > row.high - _dearest_head(case):
            found.append(
                f"{row.name} ({row.rule}): {(row.high - value) / 1e4:.1f} × 10,000 CNY left, less than one more head"
            )
        elif row.unit == "heads" and row.rule == "R29" and (value >= row.high - 1e-6 or value <= row.low + 1e-6):
            found.append(f"{row.name} ({row.rule}): {value:.0f}")
    for role, heads in best.choice.seats:
        least = [int(count) for count in case.roles[role].heads_least]
        where = [p.id for p, mine, low in zip(case.phases, heads, least, strict=True) if mine == low and low > 0]
        if where:
            found.append(f"minimum of {case.roles[role].title} (R30) in {', '.join(where)}")
    return found


def _dearest_head(case: Case) -> float:
    return min(float(role.pay) for role in case.roles.values()) / 2


def _store(
    case: Case, plan: Plan, entries: Entries, dataset: xr.Dataset, info: dict[str, Any], request: Request
) -> None:
    files: dict[str, str | bytes] = dict(store.run_files(case, entries, dataset, _finite(info)))
    files["PLAN.toml"] = plan_text(case, plan)
    for name, _, _, other in entries[1:-1]:
        files[f"plans/{name}.toml"] = plan_text(case, other)
    store.write_run(request.out, dataset, files, request.replace)
    store.add_file(stored := store.open_run(request.out), "page.html", write_page(stored))


def _finite(data: Any) -> Any:
    """Return plain JSON values: NumPy numbers as floats, what is not finite as null."""
    if isinstance(data, dict):
        return {str(key): _finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(value) for value in data]
    if isinstance(data, (float, np.floating)):
        return float(data) if np.isfinite(data) else None
    return data
