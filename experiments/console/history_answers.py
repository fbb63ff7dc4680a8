"""The command match-history: the fit of a calibration, what holds it, and where known outcomes lie."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import typer

from experiments.asking.match_history import History, fit, measure, percentile, target_quantile, width
from experiments.console.questions import check_draws, console, say_basis, show
from experiments.running import door
from experiments.running.break_even_words import what
from experiments.running.futures import Futures, changed, number_of
from experiments.running.input_words import amount
from experiments.running.run_info import finite
from model.errors import Finding, InputError
from model.inputs import Case
from model.plans import Plan
from model.question_inputs import Fit, Measured
from reports.words import in_words, money, percent, plain

PRIOR = 0.5
"""A parameter of whose prior variance the targets leave more is said to be held by its prior."""
NARROWEST, WIDEST = 0.5, 2.0
"""P10 and P90 of a target's figure, as multiples of its middle, that may be shown."""


def ask(name: str, calibration: str, scenarios: int, seed: int, as_json: bool) -> None:
    """Fit a calibration of a case and print the fit."""
    check_draws(scenarios, seed)
    case = door.case_of(name, calibration)
    if case.calibration not in case.fit:
        known = ", ".join(case.fit) or "none"
        what_is = "the case does not say what this calibration is fitted to"
        fix = f"add [fit.{case.calibration}] with parameters and targets"
        raise InputError(Finding("E-MISSING", f"fit.{case.calibration}", what_is, known, "a section [fit]", fix))
    futures = Futures(case, seed, scenarios)
    told = answer(case, case.fit[case.calibration], door.historic(name, case), futures)
    told |= {"case": case.id, "scenarios": futures.scenarios, "seed": seed}
    if as_json:
        typer.echo(json.dumps(finite(told), ensure_ascii=False, indent=1))
        return
    say_basis(case, f"{futures.scenarios} shared futures")
    _show(told)


def answer(case: Case, asked: Fit, plans: dict[str, Plan], futures: Futures) -> dict[str, Any]:
    """Return the fit of a calibration as plain values.

    Parameters
    ----------
    case : under that calibration
    """
    _check_plans([*asked.targets.values(), *asked.references.values()], plans, case)
    history = History(case, asked, plans, futures)
    found = fit(history)
    fitted = history.under(found.values)
    parameters = [
        {
            "key": free.key,
            "meaning": what(case, number),
            "unit": number.unit,
            "fitted": found.values[index],
            "in_case": number.value,
            "prior": float(free.prior),
            "low": free.prior.low,
            "high": free.prior.high,
            "prior_share": found.prior_share[index],
            "held_by": "prior" if found.prior_share[index] > PRIOR else "targets",
            "at_bound": found.at_bound[index],
        }
        for index, (free, number) in enumerate(zip(asked.parameters, history.numbers, strict=True))
    ]
    smallest, largest = found.singular[-1], found.singular[0]
    return {
        "calibration": case.calibration,
        "salary_reading": case.readings.salary_is,
        "parameters": parameters,
        "targets": _targets(history, fitted, found.residuals),
        "singular_values": list(found.singular),
        "condition": largest / smallest if smallest > 0 else None,
        "correlation": found.correlation.tolist(),
        "references": _references(history, fitted),
        "as_shipped": {
            "targets": _targets(history, case, _misses(history, case)),
            "references": _references(history, case),
        },
    }


def _misses(history: History, case: Case) -> tuple[float, ...]:
    """Return log(reached ÷ target) ÷ tolerance under a case as it is."""
    goals = list(history.fit.targets.values())
    reached = history.reached(case)
    return tuple(
        float(np.log(max(value, 1e-9) / float(goal.figure[1])) / float(goal.tolerance))
        for value, goal in zip(reached, goals, strict=True)
    )


def _check_plans(parts: list[Measured], plans: dict[str, Plan], case: Case) -> None:
    for part in parts:
        if part.plan not in plans:
            allowed = f"a file of plans/ or history/: {', '.join(plans)}"
            raise InputError(Finding("E-REF", f"fit.{case.calibration}", "unknown plan", part.plan, allowed))


def _targets(history: History, case: Case, residuals: tuple[float, ...]) -> list[dict[str, Any]]:
    rows = []
    for (name, target), residual in zip(history.fit.targets.items(), residuals, strict=True):
        sample = measure(history.book(case, target.plan), target)
        kind, goal = target.figure
        low, high = width(sample)
        rows.append(
            {
                "name": name,
                "plan": target.plan,
                "months": [target.first_month, target.last_month],
                "figure": kind,
                "quantile": target_quantile(target),
                "target": float(goal),
                "reached": float(goal) * float(np.exp(residual * float(target.tolerance))),
                "residual": residual,
                "p10_of_middle": low,
                "p90_of_middle": high,
                "narrow_enough": low >= NARROWEST and high <= WIDEST,
            }
        )
    return rows


def _references(history: History, case: Case) -> list[dict[str, Any]]:
    rows = []
    for name, reference in history.fit.references.items():
        then = case
        for key, value in reference.changes.items():
            then = changed(then, number_of(then, key), float(value))
        kind, value = reference.figure
        place = percentile(measure(history.book(then, reference.plan), reference), float(value))
        low, high = map(float, reference.between)
        rows.append(
            {
                "name": name,
                "title": reference.title,
                "plan": reference.plan,
                "months": [reference.first_month, reference.last_month],
                "figure": kind,
                "value": float(value),
                "percentile": place.value,
                "se": place.se,
                "between": [low, high],
                "inside": low <= place.value <= high,
            }
        )
    return rows


def _show(told: dict[str, Any]) -> None:
    rows = [
        (
            row["key"] + (" (at its bound)" if row["at_bound"] else ""),
            plain(row["fitted"]),
            plain(row["in_case"]),
            f"{plain(row['prior'])} ({plain(row['low'])} … {plain(row['high'])})",
            f"{row['held_by']} ({percent(1 - row['prior_share'])} by targets)",
        )
        for row in told["parameters"]
    ]
    columns = (("Free parameter", False), ("fitted", True), ("in case", True), ("prior", True), ("held by", False))
    show("Free parameters", columns, rows)
    shipped = told["as_shipped"]
    targets = [
        (
            f"{row['figure']}, months {row['months'][0]}–{row['months'][1]}, {_which(row['quantile'])}",
            _figure(row["figure"], row["target"]),
            f"{_figure(row['figure'], row['reached'])} ({percent(row['reached'] / row['target'] - 1, True)})",
            f"{percent(now['reached'] / now['target'] - 1, True)}",
            f"{row['p10_of_middle']:.2f} … {row['p90_of_middle']:.2f}",
        )
        for row, now in zip(told["targets"], shipped["targets"], strict=True)
    ]
    columns = (
        ("Target", False),
        ("told", True),
        ("fitted", True),
        ("in case", True),
        ("8 of 10 futures, times the middle", True),
    )
    show("Targets", columns, targets)
    _show_references(told)
    condition = "without limit" if told["condition"] is None else f"{told['condition']:.1f}"
    values = ", ".join(f"{value:.2f}" for value in told["singular_values"])
    line = f"Identifiability: singular values {values}; condition {condition}. Below 1 the prior holds more."
    console().print(line, markup=False)


def _show_references(told: dict[str, Any]) -> None:
    if not told["references"]:
        return
    rows = [
        (
            row["title"],
            _figure(row["figure"], row["value"]),
            f"{100 * row['percentile']:.0f} ± {100 * row['se']:.1f} %",
            f"{100 * now['percentile']:.0f} %",
            f"{100 * row['between'][0]:.0f}–{100 * row['between'][1]:.0f} %: {'yes' if row['inside'] else 'NO'}",
        )
        for row, now in zip(told["references"], told["as_shipped"]["references"], strict=True)
    ]
    columns = (("Known outcome", False), ("told", True), ("fitted", True), ("in case", True), ("expected", True))
    title = f"Share of futures that end below a known outcome (calibration {in_words(told['calibration'])})"
    show(title, columns, rows)


def _which(quantile: str) -> str:
    """Return which of the futures a target speaks of: the average, the middle case, or "20 % of futures below"."""
    below = quantile.removeprefix("P")
    return {"mean": "average", "50": "middle case"}.get(below, f"{below} % of futures below")


def _figure(kind: str, value: float) -> str:
    if kind == "full_roi":
        return percent(value, True)
    return f"{money(value)} M CNY" if kind == "revenue" else amount(value, "units")
