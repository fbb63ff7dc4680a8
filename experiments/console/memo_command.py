"""The command that writes a decision memo."""

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
def memo(
    run: RunName,
    lang: Annotated[str, typer.Option(help="Language of the memo: en or zh.")] = "en",
    since: Annotated[str, typer.Option(help="Earlier run or version to tell changes from; else the last one.")] = "",
    template: Annotated[Path | None, typer.Option(help="Word file whose styles, header and footer are used.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; else memo.docx in the run's folder.")] = None,
) -> None:
    """Write a decision memo of two pages as a Word file."""
    typer.echo(str(import_module("experiments.asking.memo").memo(run, lang, template, out, _note, since)))
