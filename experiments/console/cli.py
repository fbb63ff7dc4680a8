"""The command line: a strategist's verbs; heavy libraries are imported only by the command that needs them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from experiments.console import (
    deck_command,
    document_commands,
    explaining_commands,
    file_commands,
    memo_command,
    range_commands,
    review_commands,
    run_questions,
    team_commands,
    version_commands,
)
from experiments.console.options import AnswerFolder, AsJson, Replace
from experiments.running import interrupt
from model.errors import Finding, HeadcastError, MachineError

TRACEBACK = "HEADCAST_TRACEBACK"
"""Environment variable that shows where a mistake of headcast itself happened."""

CACHE = "HEADCAST_CACHE"
"""Environment variable: "off", or the folder that keeps priced options."""

app = typer.Typer(
    name="headcast",
    help="Decide how many people to hire, in which roles, when, for which partners and under which contracts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
CaseName = Annotated[str, typer.Argument(metavar="CASE", help="Case folder or workbook, or the id of a shipped case.")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")]
RUNS = Path("runs")
NO_LIMIT = float("inf")


Calibration = Annotated[str, typer.Option(help="Calibration of the case to use instead of its own.")]
PlanName = Annotated[str, typer.Option(help="Plan by name or file; none takes the best of the case's own.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all draws.")]


def _early(case: str, calibration: str = "", *files: Path | None) -> None:
    """Name mistakes in what was given before anything slow is imported."""
    import_module("experiments.running.door").look(case, calibration, files)


def _question(module: str, name: str) -> Callable[..., Any]:
    return import_module(f"experiments.{module}").__dict__[name]  # type: ignore[no-any-return]


def _command(name: str) -> Callable[..., Any]:
    """Return a command's work, imported only now so that help and check stay quick."""
    return import_module("experiments.console.commands").__dict__[name]  # type: ignore[no-any-return]


@app.callback(invoke_without_command=True)
def _top(show: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False) -> None:
    if show:
        typer.echo(f"headcast {version('headcast')}")
        raise typer.Exit


@app.command()
def check(
    thing: Annotated[
        str, typer.Argument(metavar="CASE|PLAN", help="Case folder or workbook, id of a shipped case, or a plan file.")
    ],
    case: Annotated[str, typer.Option(help="Case of a plan file; else the shipped one that it names.")] = "",
    as_json: AsJson = False,
) -> None:
    """Read a case and its plans, or a plan file, and name everything that is wrong."""
    import_module("experiments.console.check").check(thing, as_json, case)


def _usual_place(case: str) -> Path:
    """Return runs/CASE in the folder one stands in, and make `runs` if it is not there."""
    RUNS.mkdir(exist_ok=True)
    path = Path(case).resolve()
    is_inside = path.name == "case.xlsx"
    return RUNS / (path.parent.name if is_inside else path.stem if path.suffix == ".xlsx" else path.name)


@app.command()
def run(
    case: CaseName,
    out: Annotated[Path | None, typer.Option(help="Folder of the run, whole or not at all; else runs/CASE.")] = None,
    scenarios: Annotated[int, typer.Option(min=1, help="Fresh draws of the published distribution.")] = 20_000,
    table_scenarios: Annotated[int, typer.Option(min=1, max=4096, help="Draws that price the options.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 7,
    plan: Annotated[Path | None, typer.Option(help="Price this plan instead of choosing one.")] = None,
    replace: Annotated[bool, typer.Option(help="Replace an earlier run of this name.")] = False,
    calibration: Calibration = "",
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither read nor keep priced options.")] = False,
    time_limit: Annotated[
        float, typer.Option(min=1, help="Seconds for the choice; at its end exit code 3.", show_default=False)
    ] = NO_LIMIT,
    memory: Annotated[float, typer.Option(min=0, help="GB for tables of priced options.", show_default=False)] = (
        NO_LIMIT
    ),
    as_json: AsJson = False,
) -> None:
    """Choose a plan, draw its distribution, prove it and write a page."""
    _early(case, calibration, plan)
    if no_cache:
        os.environ[CACHE] = "off"
    out = out or _usual_place(case)
    _command("run")(
        case, out, scenarios, table_scenarios, seed, plan, replace, calibration, time_limit, memory, as_json
    )


@app.command()
def price(
    case: CaseName,
    plan: Annotated[Path, typer.Option(help="Plan file to price; limits it breaks are shown, not refused.")],
    scenarios: Annotated[int, typer.Option(min=1, help="Number of draws.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 7,
    calibration: Calibration = "",
    as_json: AsJson = False,
) -> None:
    """Price a hand-made plan against doing nothing."""
    _early(case, calibration, plan)
    _command("price")(case, plan, scenarios, seed, calibration, as_json)


@app.command()
def compare(
    things: Annotated[list[Path], typer.Argument(metavar="RUN_OR_PLAN …", help="Run folders or plan files.")],
    case: Annotated[str | None, typer.Option(help="Case of the plan files, where no run tells it.")] = None,
    hurdle: Annotated[float, typer.Option(help="Result whose chance is asked, M CNY.")] = 0.0,
    materiality: Annotated[float, typer.Option(help="Difference from which on it matters, M CNY.")] = 0.5,
    confidence: Annotated[float, typer.Option(help="Chance that all ranges of a figure hold together.")] = 0.95,
    rank: Annotated[
        str, typer.Option(metavar="order|best", help="Draw until the order, or the best plan, is certain.")
    ] = "",
    scenarios: Annotated[int, typer.Option(min=1, help="Number of draws, the same for all; with --rank the most.")] = (
        20_000
    ),
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 7,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Compare plans on the same futures: how much better, how sure and for whom."""
    terms = (hurdle * 1e6, materiality * 1e6, confidence, rank)
    _command("compare")(things, case, scenarios, seed, terms, out, replace, as_json)


@app.command()
def report(
    run: RunFolder,
    out: Annotated[Path | None, typer.Option(help="File to write the page to; else into the folder.")] = None,
) -> None:
    """Write the page of a run or an answer anew from its stored dataset."""
    _command("report")(run, out)


@app.command()
def ledger(
    run: RunFolder,
    scenarios: Annotated[str, typer.Option(help="Scenario numbers from 0, for example 17,42.")],
    plan: Annotated[str, typer.Option(help="Plan id in the run.")] = "recommended",
    as_json: AsJson = False,
) -> None:
    """Show the monthly ledger of single scenarios, regenerated and checked against the stored years."""
    _command("ledger")(run, scenarios, plan, as_json)


@app.command("break-even")
def break_even(
    case: CaseName,
    key: Annotated[str, typer.Argument(metavar="[KEY]", help="Number to vary; none answers the case's own.")] = "",
    plans: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help="Plans by name or file.")] = None,
    calibration: Calibration = "",
    scenarios: Annotated[int, typer.Option(help="Number of draws, shared by all.")] = 512,
    seed: Seed = 7,
    as_json: AsJson = False,
) -> None:
    """Tell at which value of a number plan A stops being better than plan B."""
    _early(case, calibration)
    _question("console.questions", "ask")(case, key, plans or (), calibration, scenarios, seed, as_json)


@app.command("contract-readings")
def contract_readings(
    case: CaseName,
    plan: PlanName = "",
    near: Annotated[float, typer.Option(help="An edge is near within this share of it.")] = 0.02,
    calibration: Calibration = "",
    scenarios: Annotated[int, typer.Option(help="Number of draws, shared by all.")] = 2000,
    seed: Seed = 7,
    as_json: AsJson = False,
) -> None:
    """Price every reading of each open clause, and the edges that money stands at."""
    _early(case, calibration)
    _question("console.reading_answers", "ask")(case, plan, near, calibration, scenarios, seed, as_json)


@app.command("match-history")
def match_history(
    case: CaseName,
    calibration: Calibration = "",
    scenarios: Annotated[int, typer.Option(help="Number of draws, shared by all steps.")] = 512,
    seed: Seed = 7,
    as_json: AsJson = False,
) -> None:
    """Fit a calibration to what is known, and say what the figures hold and what is only assumed."""
    _early(case, calibration)
    _question("console.history_answers", "ask")(case, calibration, scenarios, seed, as_json)


@app.command()
def assumptions(
    case: CaseName,
    plan: PlanName = "",
    calibration: Calibration = "",
    scenarios: Annotated[int, typer.Option(help="Number of draws, shared by all.")] = 128,
    seed: Seed = 7,
    as_json: AsJson = False,
) -> None:
    """List every number with range, origin and owner, and how far it must move to turn the recommendation."""
    _early(case, calibration)
    _question("console.assumption_answers", "ask")(case, plan, calibration, scenarios, seed, as_json)


app.add_typer(file_commands.app)
app.add_typer(run_questions.app)
app.add_typer(explaining_commands.app)
app.add_typer(review_commands.app)
app.add_typer(memo_command.app)
app.add_typer(deck_command.app)
app.add_typer(team_commands.app)
app.add_typer(version_commands.app)
app.add_typer(range_commands.app)
app.add_typer(document_commands.app)


def _end(error: HeadcastError) -> NoReturn:
    if "--json" in sys.argv:
        findings = [finding.__dict__ for finding in error.findings]
        typer.echo(json.dumps({"error": type(error).__name__, "findings": findings}, ensure_ascii=False, indent=1))
    typer.echo(error.text(), err=True)
    raise SystemExit(error.exit_code)


def _out_of_memory() -> MachineError:
    return MachineError(Finding("E-MEMORY", "headcast", "not enough memory", fix="ask for fewer --scenarios"))


def _own_fault(error: Exception) -> HeadcastError:
    what = "a mistake in headcast itself, not in what you gave it; nothing was written"
    found, fix = f"{type(error).__name__}: {error}", f"report it with what {TRACEBACK}=1 shows"
    return HeadcastError(Finding("E-BUG", "headcast", what, found, fix=fix))


def main() -> None:
    """Run the command line; an error ends with its text and its exit code, never with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a sign shows a question mark.
            stream.reconfigure(errors="replace")
    interrupt.end_soon()
    try:
        app(prog_name="headcast")
    except HeadcastError as error:
        _end(error)
    except MemoryError:
        _end(_out_of_memory())
    except KeyboardInterrupt:
        interrupt.tell()
        raise SystemExit(interrupt.INTERRUPTED) from None
    except SystemExit as end:
        if end.code == interrupt.INTERRUPTED:
            interrupt.tell()
        raise
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        _end(_own_fault(error))


if __name__ == "__main__":
    main()
