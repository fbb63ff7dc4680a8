"""The commands of documents with sources: write the workbook, and trace every number of a document."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from experiments.console.options import AsJson, RunName

app = typer.Typer()


@app.command()
def workbook(
    run: RunName,
    lang: Annotated[str, typer.Option(metavar="en|zh", help="Language of the workbook.")] = "en",
    accounts: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Table row,account of your company; else the shipped one.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="New file; else workbook.xlsx in the run's folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a workbook that finance can audit: budget by account, P&L, cash, every future, every source."""
    import_module("experiments.console.document_answers").workbook(run, lang, accounts, out, as_json)


@app.command()
def trace(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Deck, memo, workbook or page that headcast wrote.")],
    runs: Annotated[Path | None, typer.Option(help="Folder of runs to look into besides the usual ones.")] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute every number of a document: which are confirmed, which were edited, which have moved since."""
    import_module("experiments.console.document_answers").trace(file, runs, as_json)
