"""What the commands of documents print."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from experiments.asking import trace as ask_trace
from experiments.asking import workbook as ask_workbook
from experiments.console.questions import console, show
from model.errors import DamagedError
from model.texts import visible
from reports.tracing import Traced

MOST = 40
"""Numbers that are listed on the terminal; --json lists all."""
LONGEST = 34
"""Letters of a cell of the list."""
COLUMNS = (("place", False), ("now", True), ("written", True), ("dataset", True), ("state", False))
SAYS = {
    "edited": "edited in the document",
    "drifted": "the dataset has moved since",
    "gone": "no longer in the document",
    "not found": "their dataset was not found",
}


def workbook(run: str, language: str, accounts: Path | None, out: Path | None, as_json: bool) -> None:
    """Write the workbook of a run and say where it stands."""
    made = ask_workbook.ask(run, language, out, accounts)
    if as_json:
        _print({"workbook": str(made.path), "bytes": made.bytes, "numbers": made.numbers})
        return
    typer.echo(str(made.path))
    typer.echo(f"{made.numbers:,} numbers with their sources, {made.bytes / 1e6:.1f} MB; check it with: headcast trace")


def trace(file: Path, runs: Path | None, as_json: bool) -> None:
    """Print what became of each number of a document; ends with exit code 6 unless all are confirmed."""
    found = ask_trace.ask(file, runs)
    if as_json:
        _print(_as_data(found))
    else:
        _tell(found)
    if not found.confirmed:
        raise typer.Exit(DamagedError.exit_code)


def _as_data(found: ask_trace.Found) -> dict[str, Any]:
    wrong = [asdict(one) for one in found.numbers if one.state != "confirmed"]
    told = {key: value for key, value in asdict(found).items() if key != "numbers"}
    return {**told, "path": str(found.path), "counts": found.counts, "confirmed": found.confirmed, "differ": wrong}


def _print(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1))


def _tell(found: ask_trace.Found) -> None:
    counts = found.counts
    line = console()
    line.print(f"{found.kind} of run {visible(found.run)}, dataset {found.dataset[:12]}", markup=False)
    for mark, folder in found.datasets.items():
        line.print(f"  {mark[:12]} stands in {visible(folder)}", markup=False, soft_wrap=True)
    for folder in found.moved:
        line.print(f"  {visible(folder)} holds another dataset than was quoted", markup=False, soft_wrap=True)
    line.print(f"{counts['confirmed']:,} of {len(found.numbers):,} numbers confirmed", markup=False)
    for state, says in SAYS.items():
        if counts[state]:
            line.print(f"{counts[state]:,} {says}", markup=False)
    if found.unsourced:
        line.print(f"{len(found.unsourced):,} places with a number that headcast did not write", markup=False)
        for place in found.unsourced[:MOST]:
            line.print(f"  {visible(place)}", markup=False)
    wrong = [one for one in found.numbers if one.state != "confirmed"]
    if wrong:
        typer.echo("")
        show("", COLUMNS, _rows(wrong[:MOST]))
        if len(wrong) > MOST:
            line.print(f"… and {len(wrong) - MOST:,} more; --json lists all", markup=False)


def _rows(wrong: Iterable[Traced]) -> list[list[str]]:
    return [[_short(text) for text in (one.place, one.shows, one.wrote, one.stored, one.state)] for one in wrong]


def _short(text: str) -> str:
    text = visible(text).replace("\n", " ")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
