"""The commands that explain a result: difference of two plans, the bad case, the change from run to run."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.console.options import AnswerFolder, AsJson, Replace, RunName, answer

app = typer.Typer()
Thing = "A run (its recommended plan), a plan file, or the name of a plan in the other one's run."
STORED = 1
"""Draws for questions that take the run's own."""


@app.command()
def explain(
    first: Annotated[str, typer.Argument(metavar="A", help=Thing)],
    second: Annotated[str, typer.Argument(metavar="B", help=Thing)],
    case: Annotated[str, typer.Option(help="Case of the plan files, where no run tells it.")] = "",
    scenarios: Annotated[int, typer.Option(min=1, help="Number of draws, the same for all mixes.")] = 4000,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of all draws; else the run's.")] = None,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell where the difference of two plans comes from: roles, timing, mode, lines, contract terms, milestones."""
    answer("explain", out, replace, scenarios, as_json, first, second, case, seed)


@app.command("bad-case")
def bad_case(
    run: RunName,
    plan: Annotated[str, typer.Option(help="Plan id in the run.")] = "recommended",
    at: Annotated[float, typer.Option(help="Share of futures that are worse; 0.05 is the 1-in-20 bad case.")] = 0.05,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell why the bad case is what it is: the futures around it against the middle, by ledger row, year and chance."""
    answer("bad_case", out, replace, STORED, as_json, run, plan, at)


@app.command()
def bridge(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Folder of the earlier run.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Folder of the later run.")],
    plan: Annotated[str, typer.Option(help="Plan id, in both runs.")] = "recommended",
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell why the number changed between two runs: each assumption, clause, the plan, futures and version add up."""
    answer("bridge", out, replace, STORED, as_json, old, new, plan)
