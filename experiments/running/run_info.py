"""What run.json tells about a run: first screen, plan, comparison, panel, and how the plan was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from experiments.running import gate_words, money_tables, story
from experiments.running.break_even import gain_without_response, pay_schemes
from experiments.running.break_even_words import findings
from experiments.running.door import NOTHING, nothing
from experiments.running.flip import nearest_flip
from experiments.running.futures import Futures
from experiments.running.input_words import phase_label
from experiments.running.limit_words import limit_title
from experiments.running.perimeter import cheapest_head, perimeter
from experiments.running.sanity import Evidence, panel
from model import results, store
from model.banners import banner
from model.draws import BLOCK
from model.inputs import Case
from model.load import find_case, plan_files
from model.on_cost import without_on_cost
from model.plans import Plan
from model.schema import ROW, TURNOVER_ROWS
from model.simulate import VERDICT, Outcome, simulate
from solvers.certificate import Certificate
from solvers.gated import GateChoice
from solvers.path_result import PathResult

FEW = 256
"""Draws on which break-even conditions of a run are looked up."""
Entries = list[tuple[str, str, Case, Plan]]
RECOMMENDED, OTHER_READING = "recommended", "recommended_other_reading"
OTHER_CALIBRATION = "recommended_other_calibration"
BOTH_OTHER = "recommended_both_other"
AGAIN = (OTHER_READING, OTHER_CALIBRATION, BOTH_OTHER)
"""The recommended plan once more under another case: no plans of their own."""


@dataclass(frozen=True)
class Request:
    """What a run was asked for.

    scenarios : N fresh draws of the published distribution; table_scenarios : K draws that price the options;
    certified : random plans in the cross-check besides the chosen one; calibration : to use instead of the case's own
    time_limit : seconds for the choice; memory : bytes for the tables of priced options
    """

    case: str
    out: Path
    scenarios: int = 20_000
    table_scenarios: int = 200
    seed: int = 7
    plan: Path | None = None
    replace: bool = False
    certified: int = 200
    calibration: str = ""
    time_limit: float = float("inf")
    memory: float = float("inf")


@dataclass(frozen=True)
class Found:
    """What a run found, before anything is told about it.

    entries : plans of the comparison, the recommended one first; it stands again under `AGAIN`;
    outcome : of the recommended plan; paths, proof : empty where the plan was given
    stopped : what is told of a choice that its time limit ended; gate : the best plan with a gate, asked or not
    """

    case: Case
    plan: Plan
    entries: Entries
    dataset: xr.Dataset
    outcome: Outcome
    paths: list[PathResult]
    proof: Certificate | None
    stopped: dict[str, Any] | None = None
    gate: GateChoice | None = None


def tell(found: Found, request: Request) -> dict[str, Any]:
    """Return the first screen and everything the page shows that is not in the dataset, as plain JSON values."""
    case, plan, dataset = found.case, found.plan, found.dataset
    figures = story.figures(dataset, case, RECOMMENDED)
    gain = story.difference(dataset, RECOMMENDED, _idle_name(found.entries))
    earned, asked, readings = gain["mean"] or 0.0, story.budget_rows(case, plan), _side_by_side(found, OTHER_READING)
    gates = gate_words.asked(case, plan, found.outcome.verdicts)
    sides = [] if plan.is_idle else money_tables.partner_sides(dataset, case, RECOMMENDED, plan)
    info: dict[str, Any] = {
        "decision": given(request.plan)
        + (found.stopped["says"] if found.stopped else "")
        + story.decision(case, plan, figures, earned, asked)
        + "".join(gate_words.sentence(case, gate) for gate in gates),
        "status": "draft",
        "case": case.id,
        "title": case.title,
        "banner": banner(case),
        "gain_over_do_nothing": gain,
        "flip_assumption": story.flip_words(
            case, nearest_flip(case, plan, request.seed, earned), 0.0 if plan.is_idle else earned, readings
        ),
        "calibration": case.calibration,
        "salary_reading": case.readings.salary_is,
        "readings": readings,
        "calibrations": _side_by_side(found, OTHER_CALIBRATION),
        "both_other": _both_other(found),
        "plan": story.plan_words(case, plan),
        "comparison": story.comparison(dataset, found.entries, RECOMMENDED),
        "in_the_money": [] if plan.is_idle else perimeter(case, found.outcome.years),
        "parties": [] if plan.is_idle else money_tables.parties(dataset, RECOMMENDED, case.called),
        "partner_sides": sides,
        "unstable_partners": [row["partner"] for row in sides if row["unstable"]],
        "largest_partner": [] if plan.is_idle else dataset["largest_partner"].sel(plan=RECOMMENDED).to_numpy().tolist(),
        "incentives": [] if plan.is_idle else money_tables.incentives(dataset, case, RECOMMENDED),
        "revenue_bridge": [] if plan.is_idle else money_tables.bridge(dataset, case, RECOMMENDED),
        "budget": asked,
        "budget_total": sum(row["used"] for row in asked),
        "break_even": _findings(found, request),
        "gate": _gate(found.gate),
        "gates_asked": gates,
        "sanity": [asdict(light) for light in panel(_evidence(found, request))],
        **{key: figures[key] for key in ("npv", "p_loss", "peak_cash")},
        "roi": figures["full_roi"] | {"of_means": story.roi_of_means(dataset, RECOMMENDED)},
        "dataset_sha256": results.dataset_hash(dataset),
        "input_hash": dataset.attrs["input_hash"],
        "seed": request.seed,
        "scenarios": request.scenarios,
        "table_scenarios": request.table_scenarios,
        "dataset": str(request.out / store.DATASET),
        "page": str(request.out / "page.html"),
        "plan_file": str(request.out / "PLAN.toml"),
    }
    if found.paths and found.proof:
        info |= _how(found, found.paths[0], found.proof)
    if found.stopped:
        info["stopped"] = found.stopped
    return {key: finite(value) for key, value in info.items()}


def _idle_name(entries: Entries) -> str:
    return next(name for name, _, _, plan in entries if plan.is_idle)


def rivals(entries: Entries) -> Entries:
    """Return the plans that stand against the recommended one, doing nothing among them."""
    return [entry for entry in entries if entry[0] not in (RECOMMENDED, *AGAIN)]


def _side_by_side(found: Found, again: str) -> dict[str, Any]:
    """Return the recommended plan in its own case and once more, by reading or calibration; empty where it has none."""
    both = [entry for entry in found.entries if entry[0] in (RECOMMENDED, again)]
    out: dict[str, Any] = {}
    for name, _, case, _ in both if len(both) > 1 else ():
        key = case.readings.salary_is if again == OTHER_READING else case.calibration
        out[key] = _beside(found.dataset, case, name)
    return out


def _both_other(found: Found) -> dict[str, Any]:
    """Return the recommended plan under the other calibration and the other reading at once; empty without both."""
    cases = [case for name, _, case, _ in found.entries if name == BOTH_OTHER]
    return next((_named(found.dataset, case) for case in cases), {})


def _named(dataset: xr.Dataset, case: Case) -> dict[str, Any]:
    names = {"calibration": case.calibration, "salary_reading": case.readings.salary_is}
    return names | _beside(dataset, case, BOTH_OTHER)


def _beside(dataset: xr.Dataset, case: Case, name: str) -> dict[str, Any]:
    figures = story.figures(dataset, case, name)
    return {
        "npv_mean": figures["npv"]["mean"],
        "npv_se": figures["npv"]["se"],
        **{f"full_roi_{key}": figures["full_roi"][key] for key in ("p05", "p50", "p95")},
        "p_loss": figures["p_loss"]["value"],
    }


def _findings(found: Found, request: Request) -> list[dict[str, Any]]:
    """Answer the case's own questions and say which response each pay scheme needs under the recommended plan."""
    plans = {name: plan for name, _, _, plan in found.entries if name not in AGAIN}
    if NOTHING not in plans:
        plans[NOTHING] = nothing(found.case)
    # A plan of the case that equals the recommended one stands in no row of its own.
    plans = dict.fromkeys(plan_files(find_case(request.case)), found.plan) | plans
    return findings(found.case, plans, RECOMMENDED, Futures(found.case, request.seed, FEW))


def _evidence(found: Found, request: Request) -> Evidence:
    """Price the plan once more without on-cost and without each pay scheme, on the same draws."""
    case, plan = found.case, found.plan
    if plan.is_idle:
        return Evidence(case, plan, found.outcome, None, {})
    free = without_on_cost(case)
    few = min(request.scenarios, BLOCK, found.outcome.npv.size)
    priced = simulate([free], [plan], request.seed, VERDICT, few)[0]
    gain = float((priced.npv - found.outcome.npv[:few]).mean())
    futures = Futures(case, request.seed, FEW)
    schemes = {s.title: gain_without_response(s, plan, futures) for s in pay_schemes(case, plan)}
    return Evidence(case, plan, found.outcome, float(found.outcome.npv.mean()) + gain, schemes)


def turned_over(found: Found) -> float:
    """Return the money that the recommended plan receives and pays on average, CNY, the program's where it idles."""
    turned = [ROW[name] for name in TURNOVER_ROWS]
    solved = found.paths[0].solved
    return float(found.outcome.years[turned].sum(axis=(0, 1)).mean()) or (solved.turnover if solved else 0.0)


def _how(found: Found, best: PathResult, proof: Certificate) -> dict[str, Any]:
    """Return how the plan was found: solver, cross-check, what the method may leave on the table, binding rules."""
    solved = best.solved
    assert solved is not None
    case, turnover = found.case, turned_over(found)
    promise = 0.0 if found.plan.is_idle else best.npv
    rows = [
        ("solver: bound less the program's best plan", solved.gap),
        (
            "bonus kept linear: the program's promise less the chosen plan, exact",
            solved.objective - best.npv,
        ),
        (
            "draws: promise on the pricing draws less verdict on fresh draws",
            promise - float(found.outcome.npv.mean()),
        ),
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
            "gap": solved.gap / turnover,
            "gap_cny": solved.gap,
            "options_priced": sum(path.options for path in found.paths),
            "rounds": sum(path.rounds for path in found.paths),
        },
        "mode_paths": [
            {
                "path": [case.modes[mode].title for mode in path.choice.modes],
                "npv": path.npv,
                "chosen": path is best and not found.plan.is_idle,
                "at_most": path.at_most,
            }
            for path in found.paths
        ],
        "binding": [] if found.plan.is_idle else _binding(case, best),
    }


def _gate(gate: GateChoice | None) -> dict[str, Any] | None:
    """Return what the best plan with a gate would bring, and whether the recommended plan asks it (R134)."""
    if gate is None:
        return None
    told = gate.found.package.gate
    return {
        "gate": gate.found.package.name,
        "title": told.title,
        "answer": told.answers[gate.found.answer].title,
        "chances": gate.found.chances,
        "gain": gate.gain,
        "error": gate.error,
        "futures": gate.draws,
        "asked": gate.is_asked,
    }


def _binding(case: Case, best: PathResult) -> list[str]:
    """Return the rules at which the plan stops: full budgets and loads, role minima, head bounds."""
    found = []
    for row, value in best.exact.uses(best.tables.total(best.choice)):
        if row.rule == "R28":
            found += _full_budget(case, row.name, row.high - value)
        elif row.unit == "heads" and row.rule == "R29" and (value >= row.high - 1e-6 or value <= row.low + 1e-6):
            found.append(f"{limit_title(case, row.name)}: {value:.0f}")
        elif row.unit == "partners" and value >= row.high - 1e-6:
            found.append(f"{limit_title(case, row.name)} are used up")
    for role, heads in best.choice.seats:
        least = [int(count) for count in case.roles[role].heads_least]
        where = [
            phase_label(case, i) for i, (mine, low) in enumerate(zip(heads, least, strict=True)) if mine == low > 0
        ]
        if where:
            found.append(f"minimum of {case.roles[role].title}: {', '.join(where)}")
    return found


def _full_budget(case: Case, name: str, left: float) -> list[str]:
    """Return the line of a budget that leaves no room for one more head, none where it does."""
    index = next(i for i, phase in enumerate(case.phases) if name.endswith(phase.id))
    least = cheapest_head(case, index)
    if left >= least:
        return []
    when = phase_label(case, index)
    return [f"budget of {when}: {left / 1e6:.2f} M CNY left, one more head costs at least {least / 1e6:.2f} M CNY"]


def given(plan: Path | None) -> str:
    """Return what stands before the decision when the plan was not chosen but handed in."""
    return f"The plan given ({plan.name}), not chosen against others: " if plan else ""


def finite(data: Any) -> Any:
    """Return plain JSON values: NumPy numbers as floats, what is not finite as null."""
    if isinstance(data, dict):
        return {str(key): finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [finite(value) for value in data]
    if isinstance(data, (float, np.floating)):
        return float(data) if np.isfinite(data) else None
    return data
