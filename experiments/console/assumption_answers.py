"""The command assumptions: every number of a case with its range, origin and owner, and what it may change."""

from __future__ import annotations

import json
from typing import Any

import typer

from experiments.asking.assumptions import Assumptions, Moved, assumptions
from experiments.console.questions import check_draws, console, ranked, say_basis, show
from experiments.running import door
from experiments.running.break_even_words import what, written
from experiments.running.futures import Futures
from experiments.running.run_info import finite
from model.inputs import Case
from reports.reach_words import most_sentence, reach_sentence
from reports.words import error, money, percent

METHOD = (
    "Method: each number is moved alone to both ends of its range on the same futures; its variance is that of a "
    "number anywhere in its range. Turning points are straight lines between value and end, against the runner-up "
    "among the given plans; no plan is chosen anew. What numbers do together is not seen."
)


def ask(name: str, plan: str, calibration: str, scenarios: int, seed: int, as_json: bool) -> None:
    """Print the assumptions of a case, nearest turning points first."""
    check_draws(scenarios, seed)
    found = door.asked(name, calibration, [plan] if plan else [])
    case, futures = found.case, Futures(found.case, seed, scenarios)
    order = [label for label, _ in ranked(case, found.plans, futures)]
    first = next(iter(found.plans)) if plan else order[0]
    second = next(label for label in order if label != first)
    told = assumptions(case, found.plans[first], found.plans[second], futures)
    head = {
        "case": case.id,
        "calibration": case.calibration,
        "salary_reading": case.readings.salary_is,
        "plan": first,
        "runner_up": second,
        "scenarios": futures.scenarios,
        "seed": seed,
        "method": METHOD,
    }
    if as_json:
        typer.echo(json.dumps(finite(head | answer(case, told)), ensure_ascii=False, indent=1))
        return
    say_basis(case, f"plan {first}, runner-up {second} · {futures.scenarios} shared futures")
    _show(case, told, first, second)


def answer(case: Case, found: Assumptions) -> dict[str, Any]:
    """Return all assumptions as plain values, in the order of the case."""
    return {
        "lead": {"mean": found.gap.value, "se": found.gap.se},
        "spread": {"sd": found.sd, "chance": found.chance, **found.by_origin},
        "reach": {
            "moving": found.reach.moving,
            "down": found.reach.down,
            "average": {"mean": found.average.value, "se": found.average.se},
            "assumed": found.assumed,
            "added": {number.name: value for number, value in found.reach.most},
        },
        "assumptions": [_as_keys(case, row) for row in found.rows],
    }


def _as_keys(case: Case, row: Moved) -> dict[str, Any]:
    number = row.number
    return {
        "key": number.name,
        "meaning": what(case, number),
        "value": number.value,
        "unit": number.unit,
        "range": None if number.low is None else [number.low, number.high],
        "origin": number.origin,
        "source": number.source,
        "owner": number.owner or None,
        "review": number.review or None,
        "npv_at_range": [row.low, row.high],
        "lead_at_range": [row.gap_low, row.gap_high],
        "turns_at": row.turns_at,
        "distance": row.distance,
        "share_of_spread": row.share,
    }


def _show(case: Case, found: Assumptions, first: str, second: str) -> None:
    rows = [_line(case, row) for row in sorted(found.rows, key=_order)]
    columns = (("Assumption", False), ("value (range)", True), ("turns at", True), ("spread", True), ("origin", False))
    show(f"Turns: “{second}” becomes as good as “{first}”; spread: share of the variance", columns, rows)
    lead = f"Lead of “{first}” over “{second}”: {money(found.gap.value, True)} {error(found.gap.se)} M CNY."
    shares = (
        f"Of the spread of the result, {percent(found.by_origin['guess'])} comes from numbers nobody has measured "
        f"(guesses), {percent(found.by_origin['evidence'])} from evidence, {percent(found.by_origin['source'])} from "
        f"figures of documents with a range, {percent(found.chance)} from chance."
    )
    reach = found.reach
    down = reach_sentence(reach.down, reach.moving, found.average.value, found.average.se, found.assumed)
    most = most_sentence([what(case, number) for number, _ in reach.most], [value for _, value in reach.most])
    for line in (lead, shares, *((f"{down} {most}",) if reach.moving else ()), METHOD):
        console().print(line, markup=False)


def _order(row: Moved) -> tuple[float, float]:
    return (abs(row.distance) if row.distance is not None else float("inf"), -row.share)


def _line(case: Case, row: Moved) -> tuple[str, ...]:
    number = row.number
    ends = f" ({written(number, number.low)} … {written(number, number.high or 0.0)})" if number.low is not None else ""
    now = written(number, number.value) if not number.scaled else "100 %"
    turn = written(number, row.turns_at) if row.turns_at is not None else "–"
    care = "".join(f"; {part}" for part in (number.owner, number.review) if part)
    return what(case, number), f"{now}{ends}", turn, percent(row.share) if row.share else "–", number.origin + care
