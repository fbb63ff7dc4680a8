"""The command contract-readings: open clauses, the ladder's readings together, and the cliff map of one plan."""

from __future__ import annotations

import json
from typing import Any

import typer

from experiments.asking import contract_readings
from experiments.asking.cliffs import Cliff, cliffs
from experiments.console.questions import check_draws, console, ranked, say_basis, show
from experiments.running import door
from experiments.running.futures import Futures
from experiments.running.input_words import amount
from experiments.running.run_info import finite
from model.errors import Finding, InputError
from model.inputs import Case
from model.plans import Plan
from reports.words import MILLION, error, in_words, money, percent

CLIFFS = 256
"""Draws of the cliff map, which prices each edge several times."""
SHOWN = 12
LEAST = 1.0
"""CNY below which readings make no difference."""


def ask(name: str, plan: str, near: float, calibration: str, scenarios: int, seed: int, as_json: bool) -> None:
    """Print what the readings of a case's open clauses and the edges of its rules are worth to a plan."""
    check_draws(scenarios, seed)
    if not 0 < near < 1:
        raise InputError(Finding("E-RANGE", "--near", "is no share of an edge", f"{near:g}", "above 0, below 1"))
    found = door.asked(name, calibration, [plan] if plan else [])
    case, futures = found.case, Futures(found.case, seed, scenarios)
    label = next(iter(found.plans)) if plan else ranked(case, found.plans, Futures(case, seed, CLIFFS))[0][0]
    told = answer(case, found.plans[label], futures, Futures(case, seed, min(scenarios, CLIFFS)), near)
    told |= {"plan": label, "plan_title": found.plans[label].title, "scenarios": futures.scenarios, "seed": seed}
    if as_json:
        typer.echo(json.dumps(finite(told), ensure_ascii=False, indent=1))
        return
    say_basis(case, f"plan {label} · {futures.scenarios} shared futures")
    _show_clauses(told["clauses"])
    _show_ladder(told["ladder"])
    _show_cliffs(told["cliffs"], near)


def answer(case: Case, plan: Plan, futures: Futures, few: Futures, near: float) -> dict[str, Any]:
    """Return all that the command tells, as plain values.

    Parameters
    ----------
    futures : of the clauses; few : of the ladder's readings together and of the cliff map
    """
    return {
        "case": case.id,
        "calibration": case.calibration,
        "salary_reading": case.readings.salary_is,
        "clauses": contract_readings.clauses(case, plan, futures),
        "ladder": contract_readings.ladder(case, plan, few),
        "near": near,
        "cliffs": [_as_keys(cliff) for cliff in cliffs(case, plan, few, near)],
    }


def _as_keys(cliff: Cliff) -> dict[str, Any]:
    return {
        "what": cliff.what,
        "whose": cliff.whose,
        "edge": cliff.edge,
        "unit": cliff.unit,
        "mass": {"value": cliff.mass.value, "se": cliff.mass.se},
        "stake": {"mean": cliff.stake.value, "se": cliff.stake.se},
    }


def _show_clauses(clauses: list[dict[str, Any]]) -> None:
    rows = []
    idle = []
    for clause in clauses:
        if clause["spread"] < LEAST:
            idle.append(in_words(clause["clause"]))
            continue
        rows.append((f"{in_words(clause['clause'])}: spread {money(clause['spread'])}", "", "", ""))
        for row in clause["readings"]:
            gap = row["difference"]
            change = "as the case reads it" if row["now"] else f"{money(gap['mean'], True)} {error(gap['se'])}"
            rows.append(
                (f"  {in_words(row['reading'])}", money(row["npv"]["mean"], True), change, _roi(row["full_roi"]))
            )
    columns = (("Clause and reading", False), ("result", True), ("same futures", True), ("full ROI", True))
    show("Result in today's money, M CNY; full ROI: middle case (1-in-20 bad … good)", columns, rows)
    if idle:
        console().print(f"No effect on this plan: {', '.join(idle)}.", markup=False)
    typer.echo("\nWords that settle them:")
    for clause in clauses:
        for row in clause["readings"] if clause["spread"] >= LEAST else []:
            console().print(f"  {in_words(row['reading'])}: {row['wording']}", markup=False)


def _roi(roi: dict[str, float | None]) -> str:
    ends = f" ({percent(roi['p05'], True)} … {percent(roi['p95'], True)})" if roi["p05"] is not None else ""
    return f"{percent(roi['p50'], True)}{ends}" if roi["p50"] is not None else "–"


def _show_ladder(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    low, high = (f"{row['revenue'] / MILLION:.3f} M CNY ({_reading(row)})" for row in (rows[0], rows[-1]))
    console().print(f"\nThe ladder's {len(rows)} readings together: revenue from {low} to {high}.\n", markup=False)


def _reading(row: dict[str, Any]) -> str:
    return ", ".join(in_words(value) for key, value in row.items() if key not in ("revenue", "se"))


def _show_cliffs(found: list[dict[str, Any]], near: float) -> None:
    rows = [
        (
            f"{row['whose']}: {row['what']}",
            amount(row["edge"], row["unit"]),
            percent(row["mass"]["value"]),
            f"{money(row['stake']['mean'], True)} {error(row['stake']['se'])}",
        )
        for row in found[:SHOWN]
    ]
    columns = (("Edge", False), ("at", True), ("chance to be near", True), ("at stake, M CNY", True))
    title = f"Edges, the dearest {len(rows)} of {len(found)}; near is {percent(near)}; at stake: edge lower less higher"
    show(title, columns, rows)
