"""The experiments on the command line, and what a script does when it is run by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from experiments.asking import experiment, registry
from experiments.asking.answers import Answer, Asked
from experiments.asking.study import DRAWS
from experiments.comparing.pairs import MATERIALITY
from experiments.console import answer_lines
from experiments.console.commands import Teller
from experiments.console.questions import console
from model.errors import HeadcastError

MILLION = 1e6


def listed() -> None:
    """Print all experiments in the order in which they are asked."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("experiment", no_wrap=True)
    table.add_column("question", overflow="fold")
    for script in registry.scripts():
        table.add_row(script.name, script.question)
    console().print(table, markup=False)


def run(
    name: str, run: str, scenarios: int, materiality: float, out: Path | None, replace: bool, as_json: bool
) -> None:
    """Run one experiment and print its answer.

    Parameters
    ----------
    materiality : M CNY
    """
    teller = Teller()
    with teller.bar:
        asked = Asked(scenarios, out, replace, teller.say)
        answer = experiment.ask(name, run, asked, materiality * MILLION)
    answer_lines.tell(answer, as_json)


def run_all(run: str, scenarios: int, materiality: float, out: Path | None, replace: bool) -> None:
    """Run all experiments and print the finding of each, and where the page of findings stands."""
    teller = Teller()
    pages: list[Path] = []

    def tell(answer: Answer) -> None:
        typer.echo(f"{answer.path.name}: {answer.view.sentences(answer.dataset)[0]}")
        pages.append(answer.path.parent / experiment.FINDINGS)

    with teller.bar:
        refused = experiment.ask_all(run, Asked(scenarios, out, replace, teller.say), materiality * MILLION, tell)
    if refused and not pages:
        raise refused[0]
    for error in refused:
        typer.echo(error.text(), err=True)
    for page in dict.fromkeys(pages):
        typer.echo(f"findings {page}")


def main(file: str) -> None:
    """Run a script by itself: python experiments/NAME.py [RUN] [--scenarios N] …."""

    def alone(
        run_name: Annotated[str, typer.Argument(metavar="RUN", help="Folder of a run, or CASE for runs/CASE.")] = "",
        scenarios: Annotated[int, typer.Option(min=1, help="Fresh draws that value all options.")] = DRAWS,
        materiality: Annotated[float, typer.Option(help="M CNY below which nothing matters.")] = MATERIALITY / MILLION,
        out: Annotated[Path | None, typer.Option(help="Folder of the experiments.")] = None,
        replace: Annotated[bool, typer.Option(help="Replace an earlier answer.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    ) -> None:
        run(Path(file).stem, run_name, scenarios, materiality, out, replace, as_json)

    alone.__doc__ = registry.script(Path(file).stem).question
    try:
        typer.run(alone)
    except HeadcastError as error:
        typer.echo(error.text(), err=True)
        raise SystemExit(error.exit_code) from None
