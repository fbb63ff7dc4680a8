"""The commands of the month: the sheet that finance fills, and the review of a run with it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from experiments.console.options import AnswerFolder, AsJson, Replace, RunName, answer

app = typer.Typer()


@app.command("actuals-template")
def actuals_template(
    run: RunName,
    month: Annotated[int, typer.Option(help="Last month of the sheet; 0 for the first year.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Sheet to write, .xlsx or .csv; else CASE-actuals.xlsx.")] = None,
) -> None:
    """Write the sheet that finance fills for a review, the plan's middle case beside each cell."""
    typer.echo(str(import_module("experiments.asking.review").template(run, month, out)))


@app.command()
def review(
    run: RunName,
    actuals: Annotated[Path, typer.Argument(metavar="ACTUALS", help="Filled sheet, .xlsx or .csv.")],
    scenarios: Annotated[int, typer.Option(min=1, help="Futures of the plan, before they are weighed.")] = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Hold actuals against the plan: lights, milestones, and whether to keep the plan or to switch."""
    answer("review", out, replace, scenarios, as_json, run, actuals)
