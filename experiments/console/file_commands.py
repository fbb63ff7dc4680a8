"""The commands of files: a new case or plan to change, and the schema that editors read."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer()
AsWorkbook = Annotated[bool, typer.Option("--excel", help="Write a workbook instead of text files.")]


@app.command()
def new(
    name: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make, or a workbook to write (.xlsx).")],
    source: Annotated[str, typer.Option("--from", metavar="CASE", help="Case to begin with.")],
    excel: AsWorkbook = False,
) -> None:
    """Write a case to change by hand, each value with its meaning and limits, and its plans beside it."""
    typer.echo(str(import_module("experiments.console.new_files").case(name, source, excel)))


@app.command("new-plan")
def new_plan(
    name: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Plan file to write; else my_plan.toml.")
    ] = None,
    source: Annotated[
        str, typer.Option("--from", metavar="PLAN", help="Plan to begin with, by name or file.")
    ] = "recommended",
    run: Annotated[str, typer.Option(help="Finished run whose plans are meant; else runs/ecosystem.")] = "",
    case: Annotated[str, typer.Option(help="Case whose plans are meant, instead of a run.")] = "",
    excel: AsWorkbook = False,
) -> None:
    """Write a plan to change by hand, as text or as a workbook."""
    typer.echo(str(import_module("experiments.console.new_files").plan(name, source, run, case, excel)))


@app.command()
def schema(
    of: Annotated[Literal["case", "plan"], typer.Argument(metavar="[case|plan]", help="Of which file.")] = "case",
) -> None:
    """Print the JSON Schema of a case or a plan, so that editors complete TOML and underline mistakes."""
    typer.echo(import_module("experiments.console.schemas").text(of))
