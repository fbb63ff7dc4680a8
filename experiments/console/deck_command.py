"""The command that writes a board deck."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from experiments.console.options import RunName

app = typer.Typer()


def _note(line: str) -> None:
    typer.echo(line, err=True)


@app.command()
def deck(
    run: RunName,
    lang: Annotated[str, typer.Option(help="Language of the deck: en or zh.")] = "en",
    since: Annotated[str, typer.Option(help="Earlier run or version to tell changes from; else the last one.")] = "",
    template: Annotated[Path | None, typer.Option(help="The company's .pptx; else our own layouts.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; else deck.pptx in the run's folder.")] = None,
) -> None:
    """Write a board deck with charts that can be edited and the source of every number."""
    typer.echo(str(import_module("experiments.asking.deck").deck(run, lang, template, out, _note, since)))
