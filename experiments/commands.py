"""The work behind each command: run a question, show it on the terminal or as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from experiments import comparison, main_job
from experiments.main_job import Request
from model import store
from model.errors import Finding, InputError
from reports.first_screen import first_screen
from reports.page import write_page

MILLION = 1e6


class Teller:
    """Tells progress on standard error: a moving bar on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
        )
        self.bar = Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal)
        self.task = self.bar.add_task("scenarios", total=None, visible=False)

    def say(self, text: str) -> None:
        """Print one line."""
        self.console.print(text, markup=False)

    def tick(self, done: int, wanted: int) -> None:
        """Move the bar."""
        self.bar.update(self.task, completed=done, total=wanted, visible=True)


def run(
    case: str,
    out: Path,
    scenarios: int,
    table_scenarios: int,
    seed: int,
    plan: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Run the main job and print the first screen, or everything as JSON."""
    teller = Teller()
    request = Request(case, out, scenarios, table_scenarios, seed, plan, replace)
    with teller.bar:
        info = main_job.run(request, teller.say, teller.tick)
    if as_json:
        typer.echo(json.dumps(store.open_run(out).info, ensure_ascii=False, indent=1))
        return
    _show_first_screen(out)
    for name in ("plan_file", "dataset", "page"):
        typer.echo(f"{name.removesuffix('_file'):8s} {info[name]}")


def _show_first_screen(out: Path) -> None:
    for line in first_screen(store.open_run(out)):
        typer.echo(f"{line.label}: {line.says}")
        for note in line.notes:
            typer.echo(f"    {note}")


def price(case: str, plan: Path, scenarios: int, seed: int, as_json: bool) -> None:
    """Price one plan file against doing nothing, with the limits it breaks."""
    _show(comparison.of_plans(case, [plan], scenarios, seed, with_nothing=True), as_json)


def compare(things: list[Path], case: str | None, scenarios: int, seed: int, as_json: bool) -> None:
    """Compare runs' plans and plan files on the same futures."""
    _show(comparison.of_things(things, case, scenarios, seed), as_json)


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table(title="NPV in M CNY; differences on the same futures")
    heads = (
        "plan",
        "heads",
        "mean ± error",
        "1-in-20 bad",
        "middle",
        "1-in-20 good",
        "chance of loss",
        "minus the first",
        "over budget",
    )
    for name in heads:
        table.add_column(name, justify="left" if name in ("plan", "heads") else "right")
    for row in rows:
        table.add_row(*_cells(row))
    Console(width=None).print(table)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    npv, gap = row["npv"], row["difference"]
    return (
        row["title"],
        " → ".join(map(str, row["heads"])),
        f"{_million(npv['mean'])} ± {_million(npv['se'], 2)}",
        *(_million(npv[key]) for key in ("p05", "p50", "p95")),
        f"{row['p_loss']['value']:.0%}",
        "" if gap is None else f"{_million(gap['mean'])} ({_million(gap['low'])} … {_million(gap['high'])})",
        ", ".join(f"{item['phase']} {_million(item['cny'], 2)}" for item in row["overrun"]) or "no",
    )


def _million(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value / MILLION:.{digits}f}"


def report(folder: Path) -> None:
    """Write a run's page anew."""
    run = store.open_run(folder)
    store.add_file(run, "page.html", write_page(run))
    typer.echo(str(folder / "page.html"))


def ledger(folder: Path, scenarios: str, plan: str, as_json: bool) -> None:
    """Print the monthly ledger of single scenarios."""
    book = store.scenario_ledger(store.open_run(folder), plan, _numbers(scenarios))
    if as_json:
        typer.echo(json.dumps(book.to_dict(), ensure_ascii=False, default=str))
        return
    for number in book["scenario"].to_numpy():
        typer.echo(f"scenario {number}, CNY")
        typer.echo(book.sel(scenario=number).transpose("month", "row").to_pandas().to_string(float_format="%.2f"))


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() for part in parts):
        raise InputError(
            Finding("E-VALUE", "--scenarios", "needs scenario numbers", text, "whole numbers from 0, like 17,42")
        )
    return [int(part) for part in parts]
