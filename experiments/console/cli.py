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

from experiments.console import explaining_commands, review_commands, team_commands
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
CaseName = Annotated[str, typer.Argument(metavar="CASE", help="Case folder, or the id of a shipped case.")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")]
RUNS = Path("runs")
NO_LIMIT = float("inf")
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


Calibration = Annotated[str, typer.Option(help="Calibration of the case to use instead of its own.")]
PlanName = Annotated[str, typer.Option(help="Plan by name or file; none takes the best of the case's own.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all draws.")]


RunName = Annotated[str, typer.Argument(metavar="RUN", help="Folder of a finished run, or CASE for runs/CASE.")]
Fresh = Annotated[int, typer.Option(min=1, help="Fresh draws that value all plans.")]
AnswerFolder = Annotated[Path | None, typer.Option(help="Folder of the answer; else runs/CASE-QUESTION.")]
Replace = Annotated[bool, typer.Option(help="Replace an earlier answer of this name.")]


def _early(case: str, calibration: str = "", *files: Path | None) -> None:
    """Name mistakes in what was given before anything slow is imported."""
    import_module("experiments.running.door").look(case, calibration, files)


def _question(module: str, name: str) -> Callable[..., Any]:
    return import_module(f"experiments.{module}").__dict__[name]  # type: ignore[no-any-return]


def _command(name: str) -> Callable[..., Any]:
    """Return a command's work, imported only now so that help and check stay quick."""
    return import_module("experiments.console.commands").__dict__[name]  # type: ignore[no-any-return]


def _answer(module: str, out: Path | None, replace: bool, scenarios: int, as_json: bool, *asked: Any) -> None:
    """Ask a question of a finished run, store the answer and print it."""
    _command("answer")(_question(f"asking.{module}", "ask"), asked, scenarios, out, replace, as_json)


@app.callback(invoke_without_command=True)
def _top(show: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False) -> None:
    if show:
        typer.echo(f"headcast {version('headcast')}")
        raise typer.Exit


@app.command()
def check(case: CaseName, as_json: AsJson = False) -> None:
    """Read a case and its plans and name everything that is wrong."""
    import_module("experiments.console.check").check(case, as_json)


def _usual_place(case: str) -> Path:
    """Return runs/CASE in the folder one stands in, and make `runs` if it is not there."""
    RUNS.mkdir(exist_ok=True)
    return RUNS / Path(case).resolve().name


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
def report(run: RunFolder) -> None:
    """Write the page of a run or an answer anew from its stored dataset."""
    _command("report")(run)


@app.command("next-hire")
def next_hire(
    run: RunName,
    budget: Annotated[float, typer.Option(help="Change all budgets together by up to this share instead.")] = 0.0,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what one head more or fewer, a million of budget or a place under a cap is worth."""
    _answer("next_hire", out, replace, scenarios, as_json, run, budget)


@app.command("gate-value")
def gate_value(
    run: RunName,
    plan: Annotated[list[str] | None, typer.Option(help="Plans of the run; else recommended and documents.")] = None,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what a milestone is worth at which a plan may stay as it is or end, and how often it does."""
    _answer("gate_value", out, replace, scenarios, as_json, run, plan or ())


@app.command()
def tradeoff(
    run: RunName,
    points: Annotated[int, typer.Option(help="Bounds tried for each of the two curves.")] = 6,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what a better average of the worst futures and fewer heads cost, as two curves of plans."""
    _answer("tradeoff", out, replace, scenarios, as_json, run, points)


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


@app.command("other-good-plans")
def other_good_plans(
    run: RunName,
    within: Annotated[float, typer.Option(help="Share of the best result that a good plan may lose.")] = 0.02,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Find really different plans that are about as good, and what all of them share."""
    _answer("other_plans", out, replace, scenarios, as_json, run, within)


@app.command("redesign-contract")
def redesign_contract(
    run: RunName,
    partner: Annotated[str, typer.Option(help="Partner in the plan; none takes the one with the largest volume.")] = "",
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Value variants of a partner's contract for both sides: which one would both prefer?"""
    _answer("redesign", out, replace, scenarios, as_json, run, partner)


@app.command()
def scenarios(
    run: RunName,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Value the plans of a run in the named futures of its case, and in all of them by weight."""
    _answer("scenarios", out, replace, scenarios, as_json, run)


@app.command()
def sensitivity(
    run: RunName,
    map: Annotated[str, typer.Option(metavar="KEY,KEY", help="Two numbers: which plan is best where?")] = "",
    stress: Annotated[bool, typer.Option("--stress", help="Bad moves together; the smallest that turns it.")] = False,
    linked: Annotated[list[str] | None, typer.Option(metavar="KEY,KEY,r", help="Numbers that move together.")] = None,
    plan: Annotated[list[Path] | None, typer.Option(help="More plan files for the map.")] = None,
    materiality: Annotated[float, typer.Option(help="M CNY below which no difference matters.")] = 0.5,
    scenarios: Annotated[int, typer.Option(min=1, help="Futures, the same for all values and plans.")] = 128,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell which numbers carry the result, how far the decision is from turning, and which plan is best where."""
    asked = (run, map, stress, linked or (), plan or (), materiality * 1e6)
    _answer("sensitivity", out, replace, scenarios, as_json, *asked)


@app.command()
def why(
    run: RunName,
    scenarios: Fresh = 4000,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell which rules hold a plan where it is, which plan comes next, and what each step aside costs."""
    _answer("why", out, replace, scenarios, as_json, run)


app.add_typer(explaining_commands.app)
app.add_typer(review_commands.app)
app.add_typer(team_commands.app)


@app.command("worth-knowing")
def worth_knowing(
    run: RunName,
    points: Annotated[int, typer.Option(help="Values tried of each group of open numbers.")] = 32,
    also: Annotated[list[Path] | None, typer.Option(help="Plan file to choose among besides the run's plans.")] = None,
    scenarios: Annotated[int, typer.Option(help="Futures that all values share.")] = 64,
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what knowing facts, or a partner trial, before the decision is worth, and what would change it."""
    _answer("knowing", out, replace, scenarios, as_json, run, points, also or ())


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
