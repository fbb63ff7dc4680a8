"""The commands that ask a finished run: heads, rules, contracts, futures, risk and what the result rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.console.options import AnswerFolder, AsJson, Fresh, Replace, RunName, answer

app = typer.Typer()


@app.command("next-hire")
def next_hire(
    run: RunName,
    budget: Annotated[float, typer.Option(help="Change all budgets together by up to this share instead.")] = 0.0,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what one head more or fewer, a million of budget or a place under a cap is worth."""
    answer("next_hire", out, replace, scenarios, as_json, run, budget)


@app.command("gate-value")
def gate_value(
    run: RunName,
    plan: Annotated[list[str] | None, typer.Option(help="Plans of the run; else recommended and documents.")] = None,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what a milestone is worth at which a plan may stay as it is or end, and how often it does."""
    answer("gate_value", out, replace, scenarios, as_json, run, plan or ())


@app.command()
def tradeoff(
    run: RunName,
    points: Annotated[int, typer.Option(help="Bounds tried for each of the two curves.")] = 6,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what a better average of the worst futures and fewer heads cost, as two curves of plans."""
    answer("tradeoff", out, replace, scenarios, as_json, run, points)


@app.command("other-good-plans")
def other_good_plans(
    run: RunName,
    within: Annotated[float, typer.Option(help="Share of the best result that a good plan may lose.")] = 0.02,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Find really different plans that are about as good, and what all of them share."""
    answer("other_plans", out, replace, scenarios, as_json, run, within)


@app.command("redesign-contract")
def redesign_contract(
    run: RunName,
    partner: Annotated[str, typer.Option(help="Partner in the plan; none takes the one with the largest volume.")] = "",
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Value variants of a partner's contract for both sides: which one would both prefer?"""
    answer("redesign", out, replace, scenarios, as_json, run, partner)


@app.command()
def scenarios(
    run: RunName,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Value the plans of a run in the named futures of its case, and in all of them by the case's weights."""
    answer("scenarios", out, replace, scenarios, as_json, run)


@app.command()
def sensitivity(
    run: RunName,
    map: Annotated[str, typer.Option(metavar="KEY,KEY", help="Two numbers: which plan is best where?")] = "",
    stress: Annotated[bool, typer.Option("--stress", help="Bad moves together; the smallest that turns it.")] = False,
    linked: Annotated[list[str] | None, typer.Option(metavar="KEY,KEY,r", help="Numbers that move together.")] = None,
    plan: Annotated[list[Path] | None, typer.Option(help="More plan files for the map.")] = None,
    materiality: Annotated[float, typer.Option(help="M CNY below which no difference matters.")] = 0.5,
    scenarios: Annotated[int, typer.Option(min=1, help="Futures, the same for all values and plans.")] = 128,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell which numbers carry the result, how far the decision is from turning, and which plan is best where."""
    asked = (run, map, stress, linked or (), plan or (), materiality * 1e6)
    answer("sensitivity", out, replace, scenarios, as_json, *asked)


@app.command()
def why(
    run: RunName,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell which rules hold a plan where it is, which plan comes next, and what each step aside costs."""
    answer("why", out, replace, scenarios, as_json, run)


@app.command("worth-knowing")
def worth_knowing(
    run: RunName,
    points: Annotated[int, typer.Option(help="Values tried of each group of open numbers.")] = 32,
    also: Annotated[list[Path] | None, typer.Option(help="Plan file to choose among besides the run's plans.")] = None,
    scenarios: Annotated[int, typer.Option(help="Futures that all values share.")] = 64,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what knowing facts, or a partner trial, before the decision is worth, and what would change it."""
    answer("knowing", out, replace, scenarios, as_json, run, points, also or ())
