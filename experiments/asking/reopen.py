"""A finished run opened again for questions: its plan, and the tables around it, priced as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from experiments.running.run_info import RECOMMENDED
from model import store
from model.errors import DamagedError, Finding, InputError, nearest
from model.inputs import Case
from model.load import find_case
from model.plans import Plan, staffed
from solvers.change import choice_of
from solvers.exact import Choice, Exact, Tables
from solvers.options import start_options
from solvers.path_choice import FIRST_LEVELS, around
from solvers.pricing import Pricer

Say = Callable[[str], None]
RUNS = Path("runs")
FROZEN = RUNS / "frozen"
"""Where frozen versions stand, each in a folder of its name."""
CLOSE = 0.01
"""Yuan by which the stored plan's worth may differ from what the run told."""


@dataclass(frozen=True)
class Reopened:
    """A run with what choosing again starts from.

    npv : mean of the stored plan on the pricing draws, CNY; draws : K draws that price the options
    """

    run: store.Run
    case: Case
    plan: Plan
    tables: Tables
    exact: Exact
    choice: Choice
    npv: float
    seed: int
    draws: int


def open_finished(name: str) -> store.Run:
    """Open a run by its folder, by the name of its case as runs/CASE, or by the name of a frozen version.

    Raises
    ------
    InputError : there is no such run; says which command makes it
    DamagedError : a file of it was changed
    """
    folder = place_of(name)
    if folder:
        return store.open_run(folder)
    raise InputError(Finding("E-FILE", name, "no such run", "", "a run's folder, or a case that was run", _mend(name)))


def place_of(name: str) -> Path | None:
    """Return the folder of a run by its path, its case or its frozen name; None where there is none."""
    for folder in (Path(name), RUNS / name, FROZEN / name):
        if folder.is_dir() and (folder / store.INFO).is_file():
            return folder
    return None


def _mend(name: str) -> str:
    case = Path(name).name
    try:
        find_case(name)
    except InputError:
        known = [path.parent.name for path in RUNS.glob(f"*/{store.INFO}")]
        return nearest(case, known) or "make one with: headcast run CASE"
    return f"make it with: headcast run {name}"


def reopen(name: str, say: Say) -> Reopened:
    """Price the start options and the neighbours of a run's plan again on the run's own draws.

    Raises
    ------
    InputError : no such run
    DamagedError : the plan is not worth what the run told: another headcast made it
    """
    return repriced(open_finished(name), say)


def repriced(run: store.Run, say: Say) -> Reopened:
    """Price the start options and the neighbours of an open run's plan again; raises as `reopen` does."""
    plan = run.plans[RECOMMENDED]
    case = staffed(run.cases[RECOMMENDED], plan)
    seed, draws = int(run.info["seed"]), int(run.info["table_scenarios"])
    choice = choice_of(case, plan)
    whole = bare(case, plan, choice)
    tables = Tables(case, Pricer(case, choice.modes, seed, draws))
    for line, option in choice.lines:
        tables.add(line, [*start_options(case, line, FIRST_LEVELS), option])
    for line, option in choice.lines:
        tables.add(line, around(case, tables, line, option))
    say(f"{sum(map(len, tables.options.values()))} options priced on {draws} draws")
    exact = Exact(case, choice.modes)
    npv = float(exact.npv(tables.total(choice)).mean())
    if whole is plan:
        _check(run, npv)
    else:
        say(f"{whole.title}: what is asked is asked of this plan")
    return Reopened(run, case, whole, tables, exact, choice, npv, seed, draws)


def bare(case: Case, plan: Plan, choice: Choice) -> Plan:
    """Return the plan, or what is left of it where it asks gates, ends early or moves people, which no table holds."""
    told = choice.plan(case, plan.name, plan.title)
    lines = any(part.gates or part.stop_after is not None for part in plan.lines.values())
    if plan.policies == told.policies and not plan.moves and plan.cities == told.cities and not lines:
        return plan
    return told.model_copy(update={"title": f"{plan.title}, without its gates, ends and moves"})


def _check(run: store.Run, npv: float) -> None:
    """Refuse tables that do not give the stored plan what the run told; a plan that was handed in has no promise."""
    told = [float(path["npv"]) for path in run.info.get("mode_paths", ()) if path["chosen"]]
    if told and abs(told[0] - npv) > CLOSE:
        what = "priced again, the plan is not worth what the run told"
        found, allowed = f"{npv:,.2f} CNY", f"{told[0]:,.2f} CNY"
        fix = f"the run was made with {run.dataset.attrs['versions']}; run it again"
        raise DamagedError(Finding("E-DAMAGED", str(run.path), what, found, allowed, fix))
