"""The command that proposes numbers for a case: from observed data, or from three quantiles of an expert."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from experiments.console.options import AsJson

app = typer.Typer()


@app.command("ranges-from-data")
def ranges_from_data(
    data: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Observed numbers, .xlsx or .csv.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="Column to fit, or SHEET!COLUMN; else all of numbers.")
    ] = None,
    quantiles: Annotated[str, typer.Option(metavar="TEXT", help='An expert\'s, like "P10=120,P50=180,P90=320".')] = "",
    least: Annotated[float | None, typer.Option(help="With --quantiles: nothing can be below.")] = None,
    most: Annotated[float | None, typer.Option(help="With --quantiles: nothing can be above.")] = None,
    unit: Annotated[str, typer.Option(metavar="UNIT", help="Unit to write into the case.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the samples that judge a fit.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Propose value and range for a case: laws fitted to data and judged, or one through three quantiles."""
    ask = import_module("experiments.console.range_answers").ask
    ask(data, column or [], quantiles, (least, most), unit, seed, as_json)
