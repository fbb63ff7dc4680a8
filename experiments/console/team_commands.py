"""The command that runs the team's experiments, or lists them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from experiments.console.options import AsJson, Replace

app = typer.Typer()


@app.command()
def experiment(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Experiment; none lists them all.")] = "",
    run: Annotated[str, typer.Argument(metavar="[RUN]", help="Folder of a finished run, or CASE for runs/CASE.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Run all of them, of RUN where one is given.")] = False,
    scenarios: Annotated[int, typer.Option(min=1, help="Fresh draws that value all options.")] = 2000,
    materiality: Annotated[float, typer.Option(help="M CNY below which a difference does not matter.")] = 0.5,
    out: Annotated[Path | None, typer.Option(help="Folder of all experiments; else runs/CASE-experiments.")] = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Run one of the team's experiments, or list them."""
    work = import_module("experiments.console.experiment_command")
    if every:
        work.run_all(run or name, scenarios, materiality, out, replace)
    elif name:
        work.run(name, run, scenarios, materiality, out, replace, as_json)
    else:
        work.listed()
