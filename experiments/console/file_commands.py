"""The commands of files: a new case or plan to change, and the schema that editors read."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Literal

import typer

app = typer.Typer()


@app.command()
def schema(
    of: Annotated[Literal["case", "plan"], typer.Argument(metavar="[case|plan]", help="Of which file.")] = "case",
) -> None:
    """Print the JSON Schema of a case or a plan, so that editors complete TOML and underline mistakes."""
    typer.echo(import_module("experiments.console.schemas").text(of))
