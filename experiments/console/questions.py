"""The questions of a case and of the command line, answered on the same futures and shown on the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from string import ascii_uppercase

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.running import break_even, door
from experiments.running.break_even_words import findings, told
from experiments.running.futures import Futures
from experiments.running.run_info import finite
from model.draws import BLOCK
from model.errors import Finding, InputError
from model.inputs import Case
from model.plans import Plan
from model.question_inputs import BreakEven


def check_draws(scenarios: int, seed: int) -> None:
    """Refuse numbers of draws that one block does not hold."""
    for name, value, low, high in (("scenarios", scenarios, 2, BLOCK), ("seed", seed, 0, 2**63)):
        if not low <= value <= high:
            allowed = f"{low} to {high}"
            raise InputError(Finding("E-RANGE", f"--{name}", "outside what is possible", str(value), allowed))


def ranked(case: Case, plans: dict[str, Plan], futures: Futures) -> list[tuple[str, float]]:
    """Return the plans by name with their mean NPV, CNY, the best first; of equals the one named first."""
    means = {name: float(futures.npv(case, plan).mean()) for name, plan in plans.items()}
    return sorted(means.items(), key=lambda item: -item[1])


def ask(
    name: str,
    key: str,
    pair: Sequence[str],
    calibration: str,
    scenarios: int,
    seed: int,
    as_json: bool,
) -> None:
    """Answer one break-even question, or without a key all of the case's own and those of its pay schemes."""
    check_draws(scenarios, seed)
    found = door.asked(name, calibration, pair)
    case, plans = found.case, found.plans
    futures = Futures(case, seed, scenarios)
    first, second = _pair(case, found, pair, futures)
    if key:
        question = BreakEven(title=key, vary=key, vary_for="both", plan=first, against=second)
        answers = [told(case, break_even.ask(case, question, plans, futures), plans)]
    else:
        answers = findings(case, plans, first, futures)
    answers = [answer | {"scenarios": futures.scenarios, "seed": seed} for answer in answers]
    if as_json:
        typer.echo(json.dumps(finite(answers), ensure_ascii=False, indent=1))
        return
    say_basis(case, f"{futures.scenarios} shared futures")
    for answer in answers:
        console().print(f"• {answer['sentence']}", markup=False)


def _pair(case: Case, found: door.Asked, pair: Sequence[str], futures: Futures) -> tuple[str, str]:
    """Return the two plans held against each other: those given, else the best one and doing nothing."""
    if pair:
        first, second = list(found.plans)[:2]
        return first, second
    best = ranked(case, found.plans, futures)[0][0]
    idle = next(name for name, plan in found.plans.items() if plan.is_idle)
    runner = next(name for name, _ in ranked(case, found.plans, futures) if name != best)
    return best, idle if best != idle else runner


def say_basis(case: Case, draws: str) -> None:
    """Print which case, calibration and reading the figures belong to."""
    words = f"{case.title} · calibration {case.calibration} · salary is {case.readings.salary_is} · {draws}"
    console().print(words, markup=False)
    typer.echo("")


def console() -> Console:
    """Return the terminal as it is now, without colours that mean something."""
    return Console(highlight=False)


def show(title: str, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> None:
    """Print a table.

    Parameters
    ----------
    columns : title, and whether it holds numbers
    """
    screen = console()
    heads = [name for name, _ in columns]
    if _room(heads, rows) > screen.width:
        # A title cut inside its words cannot be read: letters stand above the numbers, what they mean above the table.
        heads = _letters(columns)
        told = [f"{head}  {name}" for head, (name, _) in zip(heads, columns, strict=True) if head != name]
        screen.print("\n".join([title, *told]), markup=False)
        title = ""
    # As a Text: a table's title would take [words] in a name for instructions to the terminal.
    shown = Text(title) if title else None
    table = Table(title=shown, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for name, (_, numeric) in zip(heads, columns, strict=True):
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    screen.print(table, markup=False)


def _room(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return the least width at which a table breaks no word."""
    longest = (
        max(len(word) for text in column for word in text.split(" ")) for column in zip(heads, *rows, strict=True)
    )
    return sum(longest) + 2 * len(heads)


def _letters(columns: Sequence[tuple[str, bool]]) -> list[str]:
    """Return the titles of a table's columns, those of numbers as letters."""
    letters = iter(ascii_uppercase)
    return [next(letters, name) if numeric else name for name, numeric in columns]
