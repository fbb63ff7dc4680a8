"""Which numbers carry a run's result, and how far its recommendation is from turning: asked and stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.fitted_together import fitted_together
from experiments.asking.reopen import open_finished
from experiments.asking.scenarios import compared_plans
from experiments.asking.sensitivity_data import Told, map_variables, stress_variables, variables
from experiments.asking.steps import FIRST
from experiments.running.break_even import span
from experiments.running.desk import Desk
from experiments.running.futures import changed_together, number_of
from experiments.running.main_job import check_draws, draws_of
from experiments.sensitivity import chance, regions, spread, stress, tornado
from experiments.sensitivity.dependence import Link, correlation
from model import store
from model.draws import BLOCK
from model.errors import Finding, InputError
from model.inputs import Case
from model.load import load_plan
from model.plans import Plan

QUESTION = "sensitivity"
ROWS, OWN, PULLED, MOVED = 30, 3, 10, 8
"""Numbers asked at both ends, causes of their own, in the regression, and in the joint move."""
POINTS, CHANCE, STEPS = 64, 1024, 6
"""Points all over the ranges, futures for the causes of chance, values of each number on the map."""
FRESH, AGAIN = 4000, "joint move again"
"""Fresh futures on which a turn is looked at again, and their name: the published ones centred the search for it."""


def ask(
    name: str,
    across: str,
    hard: bool,
    linked: Sequence[str],
    files: Sequence[Path],
    materiality: float,
    asked: Asked,
) -> Answer:
    """Answer which numbers carry a run's result and where its recommendation turns (R165, R166, R167, R168, R169).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    across : two keys with a comma between, whose map is wanted, or ""
    hard : ask for bad moves together and the smallest joint move too
    linked : two keys and a correlation each, with commas between
    files : more plans for the map; materiality : difference that matters, CNY

    Raises
    ------
    InputError : no such run or number, a wrong pair, or a run that recommends doing nothing
    """
    run = open_finished(name)
    case, plans = run.cases[FIRST], compared_plans(run)
    _check(asked.scenarios, plans[FIRST], materiality)
    pair = _pair(case, across) if across else None
    links = [_link(case, text) for text in linked]
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    published = np.array([run.dataset["npv"].sel(plan=plan).values for plan in plans])
    plans = plans | {path.stem: load_plan(path, case) for path in files}
    seed = int(run.info["seed"])
    worth = Desk(case, plans, seed, asked.scenarios, published)
    found = _carried(worth, links, asked)
    told = variables(case, found)
    if hard:
        told |= _stressed(worth, published, found, asked)
    if pair:
        grid = [(number, np.linspace(*span(number), STEPS).tolist()) for number in pair]
        found_map = regions.regions(worth, grid[0], grid[1], materiality, asked.say)
        told |= map_variables(case, pair, found_map)
    return answers.keep(folder, _dataset(run, worth, told, across, linked, materiality), case, asked.replace, plans)


def _carried(worth: Desk, links: Sequence[tuple[str, str, float]], asked: Asked) -> Told:
    """Return what carries the recommended plan's result: numbers alone, all at once, and chance."""
    case = worth.case
    swings = tornado.tornado(worth, FIRST, ROWS, asked.say)
    if not swings.rows:
        raise InputError(Finding("E-MISSING", "sensitivity", "no number of the case has a range", "", "guess = [a, b]"))
    keys = [number.name for number in swings.free]
    places: list[Link] = [(_place(keys, one), _place(keys, two), value) for one, two, value in links]
    design = spread.Design(swings.free, correlation(len(keys), places), POINTS, worth.futures.seed)
    leading = [row.number.name for row in swings.rows][:PULLED]
    numbers = spread.of_numbers(worth, FIRST, design, leading, OWN, asked.say)
    drawn = None
    if case.uncertainty.mode != "none":
        drawn = chance.of_chance(case, worth.plans[FIRST], worth.futures.seed, CHANCE, asked.say)
    return Told(swings, numbers, drawn)


def _stressed(worth: Desk, published: Any, found: Told, asked: Asked) -> dict[str, Any]:
    """Return variables of bad moves together and of the smallest joint moves, looked at again on fresh futures."""
    case, rivals = worth.case, _rivals(worth, published)
    moves = {
        name: [(number_of(case, key), float(value)) for key, value in world.changes.items()]
        for name, world in case.scenarios.items()
    }
    asked.say(f"{len(moves)} named moves, alone and together")
    named = stress.stressed(worth, (FIRST, rivals[-1]), moves) if moves else []
    turns, fresh = [], []
    for rival in rivals:
        asked.say(f"smallest joint move against “{worth.plans[rival].title}”")
        turn = stress.reverse(worth, FIRST, rival, found.swings.rows, MOVED)
        turns.append(turn)
        fresh.append(_again(worth, rival, turn))
    return stress_variables(case, worth.plans, named, turns, fresh)


def _again(worth: Desk, rival: str, found: stress.Reverse) -> tuple[float, float]:
    """Return the lead over a rival at the turn on fresh futures, with its error."""
    case = changed_together(worth.case, found.values)
    plans = {name: worth.plans[name] for name in (FIRST, rival)}
    npv = valued.values(case, plans, worth.futures.seed, draws_of(case, FRESH), AGAIN)
    return valued.estimate(npv[0] - npv[1])


def _rivals(worth: Desk, published: Any) -> list[str]:
    """Return doing nothing and the best other plan, as far as the run has them."""
    names = list(worth.plans)[: len(published)]
    idle = [name for name in names if worth.plans[name].is_idle]
    others = [name for name in names if name not in (FIRST, *idle)]
    best = sorted(others, key=lambda name: -float(published[names.index(name)].mean()))
    return [*idle[:1], *best[:1]]


def _dataset(
    run: store.Run, worth: Desk, told: dict[str, Any], across: str, linked: Sequence[str], materiality: float
) -> xr.Dataset:
    case, seed = worth.case, worth.futures.seed
    arguments = {"--map": across, "--linked": " ".join(linked), "--materiality": f"{materiality / 1e6:g}"}
    given = {name: value for name, value in arguments.items() if value}
    draws = int(run.info["table_scenarios"])
    attributes = answers.attributes(case, QUESTION, given, seed, worth.futures.scenarios, draws)
    attributes |= (
        answers.of_run(run)
        | fitted_together(case)
        | {"materiality": materiality, "points": POINTS, "stage": "assumptions"}
    )
    titles = {
        "plan": valued.text(worth.plans),
        "plan_title": ("plan", valued.text(plan.title for plan in worth.plans.values())),
    }
    means = [worth.mean(worth.npv(name)) for name in worth.plans]
    money = {"units": "CNY", "long_name": "average result in today's money"}
    today = {
        "npv_mean": ("plan", np.array([mean.value for mean in means]), money),
        "npv_se": ("plan", np.array([mean.se for mean in means]), {"units": "CNY", "long_name": "its sampling error"}),
    }
    return xr.Dataset(told | today, titles, attributes)


def _check(scenarios: int, plan: Plan, materiality: float) -> None:
    check_draws(scenarios, 0)
    if scenarios > BLOCK:
        raise InputError(Finding("E-RANGE", "--scenarios", "more than one block", str(scenarios), f"at most {BLOCK}"))
    if not materiality >= 0:
        raise InputError(Finding("E-RANGE", "--materiality", "is no amount", f"{materiality / 1e6:g}", "0 or more"))
    if plan.is_idle:
        what = "the run recommends doing nothing, which no number moves"
        fix = "run the case with --plan and ask about that run"
        raise InputError(Finding("E-VALUE", "sensitivity", what, "", "a plan that does something", fix))


def _pair(case: Case, text: str) -> tuple[Any, Any]:
    keys = [key.strip() for key in text.split(",")]
    if len(set(keys)) != 2 or len(keys) != 2:
        raise InputError(Finding("E-VALUE", "--map", "needs two different numbers", text, "KEY,KEY"))
    return number_of(case, keys[0]), number_of(case, keys[1])


def _link(case: Case, text: str) -> tuple[str, str, float]:
    """Return two numbers of a case and how strictly they move together."""
    one, _, rest = text.partition(",")
    two, _, told = rest.partition(",")
    try:
        value = float(told)
    except ValueError:
        value = float("nan")
    if not -1 < value < 1 or one.strip() == two.strip():
        allowed = "KEY,KEY,r with two different numbers and −1 < r < 1"
        raise InputError(Finding("E-VALUE", "--linked", "is no pair of numbers that move together", text, allowed))
    return number_of(case, one.strip()).name, number_of(case, two.strip()).name, value


def _place(keys: Sequence[str], key: str) -> int:
    if key not in keys:
        what = "cannot be moved over its whole range, or does not touch the plan"
        raise InputError(Finding("E-VALUE", "--linked", what, key, "a number with a range that the plan uses"))
    return keys.index(key)
