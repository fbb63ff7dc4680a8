"""What it is worth to know more before choosing among plans: everything, a group of facts, one number, a trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.asking import answers, knowing_told, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.fitted_together import fitted_together
from experiments.asking.knowing_sample import Opened, chance_facts, means, opened, worth
from experiments.asking.knowing_told import Fact
from experiments.asking.open_points import drawn, even, group_of
from experiments.asking.reopen import open_finished
from experiments.asking.scenarios import compared_plans
from experiments.asking.sensitivity_data import reach_variables
from experiments.asking.steps import FIRST
from experiments.asking.trial_worth import trials
from experiments.running.break_even_words import what
from experiments.running.desk import Desk
from experiments.running.open_numbers import apart, open_numbers
from experiments.sensitivity.leaning import Leaning, leaning
from experiments.sensitivity.tornado import averages, far_swings
from model import store
from model.case_numbers import Number
from model.draws import BLOCK
from model.errors import Finding, InputError
from model.ledger import Floats
from model.load import load_plan
from model.plans import Plan
from solvers.worth import Knowledge, powers, telling

QUESTION = "worth-knowing"
FEWEST, MOST = 8, 1024
"""Points of a group at least and at most."""
EVEN = 8
"""Points at which a number is looked at alone."""
LOOKED_AT, OF_A_GROUP = 6, 2
"""Numbers that are looked at alone, in all and of one group."""
CONTENDER = 0.01
"""Share of the published futures in which a plan must be the best to be chosen among."""


@dataclass(frozen=True)
class Open:
    """The groups of open numbers drawn over their ranges, and all of them together; held : keys that stay."""

    groups: dict[str, Opened]
    together: Opened
    held: list[str]


def ask(name: str, points: int, also: Sequence[Path], asked: Asked) -> Answer:
    """Tell what knowing more before choosing among a run's plans is worth (R182).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    points : points of each group of open numbers; the futures asked for are shared by all points
    also : plan files to choose among besides the run's own plans

    Raises
    ------
    InputError : no such run or plan, or numbers of draws that one block does not hold
    """
    _check(points, asked.scenarios)
    run = open_finished(name)
    case, seed = run.cases[FIRST], int(run.info["seed"])
    plans = compared_plans(run) | {path.stem: load_plan(path, case) for path in also}
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    npv = published(run, plans)
    known = contenders(plans, npv, [path.stem for path in also])
    plans, npv = {key: plans[key] for key in known}, npv[[list(plans).index(key) for key in known]]
    at = Desk(case, plans, seed, asked.scenarios, npv)
    found = groups_opened(at, seed, points, asked)
    facts, alone = number_facts(at, found, seed)
    asked.say("every number to the far end of its range, for the recommended plan")
    reach = plan_reach(at)
    asked.say("weighing chance and trials")
    facts = [*chance_worths(at, npv, seed), *facts]
    tried = trials(at, plans[FIRST], found.groups, seed)
    draws, futures = int(run.info["table_scenarios"]), at.base.shape[1]
    told = answers.attributes(case, QUESTION, {"--points": points}, seed, futures, draws) | answers.of_run(run)
    told |= fitted_together(case) | {"points": points, "held": ", ".join(found.held), "published": npv.shape[1]}
    data = knowing_told.dataset(at, facts, tried, {"all": found.together, **found.groups, **alone}, told)
    return answers.keep(folder, data.assign(reach_variables(case, reach)), case, asked.replace, plans)


def plan_reach(at: Desk) -> Leaning:
    """Return which way the ranges reach in the recommended plan's result (R189)."""
    known = open_numbers(at.case, [at.plans[FIRST]])
    swings = far_swings(at, FIRST, known)
    return leaning((number, averages(swings[number.name].change)) for number in known)


def _check(points: int, scenarios: int) -> None:
    for name, value, low, high in (("points", points, FEWEST, MOST), ("scenarios", scenarios, 2, BLOCK)):
        if not low <= value <= high:
            allowed = f"{low} to {high}"
            raise InputError(Finding("E-RANGE", f"--{name}", "outside what is possible", str(value), allowed))


def published(run: store.Run, plans: dict[str, Plan]) -> Floats:
    """Return the published results of the plans, those from elsewhere on the same futures, (plan, scenario) CNY."""
    stored = [str(name) for name in run.dataset["plan"].values]
    others = {name: plan for name, plan in plans.items() if name not in stored}
    seed, scenarios = int(run.info["seed"]), int(run.dataset.sizes["scenario"])
    more = valued.values(run.cases[FIRST], others, seed, scenarios) if others else np.zeros((0, scenarios))
    rows = {name: run.dataset["npv"].sel(plan=name).to_numpy() for name in plans if name in stored}
    rows |= dict(zip(others, more, strict=True))
    return np.array([rows[name] for name in plans])


def contenders(plans: dict[str, Plan], npv: Floats, wanted: Sequence[str] = ()) -> list[str]:
    """Return the plans to choose among: the first, doing nothing, those wanted, and what is ever worth choosing (R182).

    Parameters
    ----------
    npv : (plan, scenario) CNY
    """
    share = np.bincount(npv.argmax(axis=0), minlength=len(plans)) / npv.shape[1]
    return [
        name
        for (name, plan), part in zip(plans.items(), share, strict=True)
        if name in (FIRST, *wanted) or plan.is_idle or part >= CONTENDER
    ]


def groups_opened(at: Desk, seed: int, points: int, asked: Asked) -> Open:
    """Return the plans at points of each group of open numbers and of all open numbers at once."""
    known, fixed = apart(at.case, open_numbers(at.case, at.plans.values()))
    groups: dict[str, list[Number]] = {}
    for number in known:
        groups.setdefault(group_of(number.name), []).append(number)
    asked.say(f"{len(known)} numbers in {len(groups)} groups are open: {len(at.plans)} plans, {points} points of each")
    found = {title: opened(at, part, drawn(part, points, seed, title)) for title, part in groups.items()}
    asked.say("all of them at once")
    together = opened(at, known, drawn(known, 2 * points, seed, "all"))
    held = [number.name for number in (*fixed, *known) if number not in together.numbers]
    return Open(found, together, held)


def number_facts(at: Desk, found: Open, seed: int) -> tuple[list[Fact], dict[str, Opened]]:
    """Return what groups, all open numbers and the most telling single numbers are worth (R181)."""
    facts = [_fact(at, "all_numbers", "All open numbers at once", "all", found.together, seed)]
    groups = [_fact(at, title, title, "group", part, seed) for title, part in found.groups.items()]
    groups.sort(key=lambda fact: -fact.worth.value)
    alone: dict[str, Opened] = {}
    for fact in groups:
        part = found.groups[fact.id]
        for place in telling(means(at, part), part.values, OF_A_GROUP) if fact.worth.low > 0 else ():
            if len(alone) < LOOKED_AT:
                number = part.numbers[place]
                alone[number.name] = opened(at, [number], even(number, EVEN)[None])
    singles = [
        _fact(at, key, what(at.case, part.numbers[0]), "number", part, seed, drawn=False) for key, part in alone.items()
    ]
    return [*facts, *groups, *sorted(singles, key=lambda fact: -fact.worth.value)], alone


def _fact(at: Desk, key: str, title: str, kind: str, part: Opened, seed: int, *, drawn: bool = True) -> Fact:
    there = means(at, part)
    best = list(at.plans)[int(there.mean(axis=1).argmax())]
    turned = float((there.argmax(axis=0) != int(there.mean(axis=1).argmax())).mean())
    first = float(there[list(at.plans).index(FIRST)].mean())
    return Fact(key, title, kind, worth(at, part, seed, drawn=drawn), len(part.numbers), best, turned, first)


def chance_worths(at: Desk, npv: Floats, seed: int) -> list[Fact]:
    """Return what knowing chance beforehand is worth with all numbers as assumed, on the published futures (R181).

    Parameters
    ----------
    npv : (plan, scenario) CNY, as published
    """
    if npv.shape[1] < 2:
        return []
    facts = chance_facts(at.case, at.plans, seed, npv.shape[1])
    named = {title: np.concatenate([powers(row) for row in rows]) for title, rows in facts.items()}
    known = Knowledge(npv, named, seed)
    best, first = int(npv.mean(axis=1).argmax()), float(npv[list(at.plans).index(FIRST)].mean())
    turned = float((npv.argmax(axis=0) != best).mean())
    name = list(at.plans)[best]
    whole = Fact("chance", "All that chance will bring", "all", known.of_everything(), 0, name, turned, first)
    parts = [Fact(title, title, "chance", known.of([title]), 0, name, float("nan"), first) for title in facts]
    return [whole, *sorted(parts, key=lambda fact: -fact.worth.value)]
