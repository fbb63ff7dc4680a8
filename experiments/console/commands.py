"""The work behind each command: run a question, show it on the terminal or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from math import isinf
from pathlib import Path
from time import monotonic
from typing import Any

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from experiments.asking import answers, last_time
from experiments.asking import compare as ask_compare
from experiments.console import answer_lines, layout
from experiments.running import comparison, main_job, run_info
from experiments.running.run_info import Request
from model import folders, store
from model.errors import Finding, InputError, ProofError
from reports.first_screen import first_screen
from reports.page import write_page
from reports.words import money

SECONDS_BETWEEN_LINES = 10.0


class _Bar(Progress):
    """A bar that only tasks with a known end show, above a line of text."""

    line = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """Yield the bar and the line."""
        yield self.make_tasks_table(self.tasks)
        if self.line:
            yield Text(self.line, no_wrap=True, overflow="ellipsis")


class Teller:
    """Tells progress on standard error: a moving bar and line on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
        )
        # Not is_terminal alone: an environment variable can make that true for a file.
        moving = sys.stderr.isatty() and self.console.is_terminal and not self.console.is_dumb_terminal
        self.bar = _Bar(*columns, console=self.console, transient=True, disable=not moving)
        self.task = self.bar.add_task("scenarios", total=None, visible=False)
        self.shown, self.next_line = "", monotonic() + SECONDS_BETWEEN_LINES

    def say(self, text: str) -> None:
        """Print one line."""
        if self.bar.disable:
            typer.echo(text, err=True)
        else:
            self.console.print(text, markup=False)

    def show(self, incumbent: float, bound: float) -> None:
        """Show where the choice stands: in the moving line, elsewhere a plain line now and then.

        Parameters
        ----------
        incumbent, bound : CNY, infinite where unknown
        """
        text = where_it_is(incumbent, bound)
        if not self.bar.disable:
            self.bar.line = text
        elif text != self.shown and monotonic() >= self.next_line:
            self.say(text)
            self.shown, self.next_line = text, monotonic() + SECONDS_BETWEEN_LINES

    def tick(self, done: int, wanted: int) -> None:
        """Move the bar."""
        self.bar.line = ""
        self.bar.update(self.task, description="scenarios", completed=done, total=wanted, visible=True)

    def priced(self, done: int, wanted: int) -> None:
        """Move the bar while options are priced; it goes away when they are."""
        self.bar.update(self.task, description="options", completed=done, total=wanted, visible=done < wanted)


def where_it_is(incumbent: float, bound: float) -> str:
    """Say where a choice stands, M CNY.

    Examples
    --------
    >>> where_it_is(3.2e6, 4.3e6)
    'choosing: best so far +3.2, priced options allow at most +4.3, gap 1.1 M CNY'
    """
    if isinf(incumbent):
        return "choosing: no plan yet" + (
            "" if isinf(bound) else f", priced options allow at most {money(bound, True)} M CNY"
        )
    if isinf(bound):
        return f"choosing: best so far {money(incumbent, True)} M CNY"
    gap = money(max(bound - incumbent, 0.0))
    most = f"priced options allow at most {money(bound, True)}"
    return f"choosing: best so far {money(incumbent, True)}, {most}, gap {gap} M CNY"


def run(
    case: str,
    out: Path,
    scenarios: int,
    table_scenarios: int,
    seed: int,
    plan: Path | None,
    replace: bool,
    calibration: str,
    time_limit: float,
    memory: float,
    as_json: bool,
) -> None:
    """Run the main job and print the first screen, or everything as JSON; exit 3 where the time limit ended it."""
    teller = Teller()
    request = Request(
        case,
        out,
        scenarios,
        table_scenarios,
        seed,
        plan,
        replace,
        calibration=calibration,
        time_limit=time_limit,
        memory=memory * 1e9,
    )
    with teller.bar:
        info = main_job.run(request, teller.say, teller.tick, teller.show, teller.priced)
    if as_json:
        typer.echo(json.dumps(store.open_run(out).info, ensure_ascii=False, indent=1))
    else:
        _show_first_screen(out)
        for name in ("plan_file", "dataset", "page"):
            typer.echo(f"{name.removesuffix('_file'):8s} {info[name]}")
    if "stopped" in info:
        raise typer.Exit(ProofError.exit_code)


def _show_first_screen(out: Path) -> None:
    run = store.open_run(out)
    if run.info.get("banner"):
        typer.echo(str(run.info["banner"]))
    for line in first_screen(run):
        typer.echo(f"{line.label}: {line.says}")
        for note in line.notes:
            typer.echo(f"    {note}")


def price(case: str, plan: Path, scenarios: int, seed: int, calibration: str, as_json: bool) -> None:
    """Price one plan file against doing nothing, with the limits it breaks."""
    _show(comparison.of_plans(case, [plan], scenarios, seed, calibration, with_nothing=True), as_json)


def compare(
    things: list[Path],
    case: str | None,
    scenarios: int,
    seed: int,
    terms: Sequence[Any],
    out: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Compare runs' plans and plan files on the same futures, store the answer and print it."""
    teller = Teller()
    with teller.bar:
        asked = answers.Asked(scenarios, out, replace, teller.say)
        found, rows = ask_compare.ask(things, case, seed, ask_compare.Terms(*terms), asked)
    if rows and not as_json:
        _show(rows, False)
        typer.echo("")
    answer_lines.tell(found, as_json, {"rows": rows})


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(run_info.finite(rows), ensure_ascii=False, indent=1))
        return
    for line in layout.side_by_side(rows):
        typer.echo(line)


def answer(
    ask: Callable[..., answers.Answer],
    arguments: Sequence[Any],
    scenarios: int,
    out: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Ask a question of a finished run, store the answer and print it."""
    teller = Teller()
    with teller.bar:
        found = ask(*arguments, answers.Asked(scenarios, out, replace, teller.say))
    answer_lines.tell(found, as_json)


def report(folder: Path, out: Path | None = None) -> None:
    """Write the page of a run or an answer anew, into its folder or to another place; what is sealed has only that."""
    is_answer = (folder / answers.ANSWER).is_file()
    if out:
        page = answers.page_of(folder) if is_answer else _page(store.open_run(folder))
        folders.write_file(out, page)
        typer.echo(str(out))
    elif is_answer:
        typer.echo(str(answers.rewrite(folder)))
    else:
        run = store.open_run(folder)
        store.add_file(run, answers.PAGE, _page(run))
        typer.echo(str(folder / answers.PAGE))


def _page(run: store.Run) -> str:
    return write_page(run, last_time.held_against(run, typer.echo))


def ledger(folder: Path, scenarios: str, plan: str, as_json: bool) -> None:
    """Print the monthly ledger of single scenarios."""
    wanted = _numbers(scenarios)
    run = store.open_run(folder)
    book = store.scenario_ledger(run, plan, wanted)
    if as_json:
        typer.echo(json.dumps(book.to_dict(), ensure_ascii=False, default=str))
        return
    for place, number in enumerate(wanted):
        typer.echo(f"{run.plans[plan].title}, scenario {number}, CNY")
        for line in layout.months(book.isel(scenario=place)):
            typer.echo(line)


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    # At most 9 digits: a run has fewer scenarios, and Python refuses to read thousands of digits.
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise InputError(
            Finding("E-VALUE", "--scenarios", "needs scenario numbers", text[:60], "whole numbers from 0, like 17,42")
        )
    return list(dict.fromkeys(int(part) for part in parts))
