"""Where the difference of two plans comes from: shares of roles, timing, mode, lines, contract terms and rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import open_finished, place_of
from experiments.explaining.mixing import Group, differing, mixed
from experiments.explaining.money_rows import NAMES, fold
from experiments.explaining.shares import FIGURES, attributed, error, every_mix, figures, shares
from experiments.explaining.telling import told
from experiments.running.door import NOTHING, nothing
from experiments.running.main_job import check_draws, draws_of
from experiments.running.run_info import RECOMMENDED
from model import results, store
from model.errors import Finding, InputError, nearest
from model.inputs import Case
from model.ledger import Floats
from model.load import find_case, load_case, load_plan
from model.plans import Plan
from model.simulate import VERDICT, outcomes_in_turn

QUESTION = "explain"
SIDES = ("first", "second")
CNY = {"units": "CNY"}


@dataclass(frozen=True)
class Pair:
    """Two plans of one case; seed : of the run that one of them comes from; runs : those runs."""

    case: Case
    first: Plan
    second: Plan
    seed: int
    runs: tuple[store.Run, ...]


def ask(first: str, second: str, name: str, seed: int | None, asked: Asked) -> Answer:
    """Share out the difference of two plans among the groups of decisions in which they differ (R170, R171).

    Parameters
    ----------
    first, second : a run's folder (its recommended plan), a plan file, or a plan of the other one's run
    name : case of the plans where no run tells it, "" else; seed : None for that of the run

    Raises
    ------
    InputError : no such plan, two runs of different cases, or plans that do not differ
    """
    pair = pair_of(first, second, name, seed)
    check_draws(asked.scenarios, pair.seed)
    groups = differing(pair.case, pair.first, pair.second)
    if not groups:
        what = "the two plans are the same in all but their names"
        raise InputError(Finding("E-EXISTS", QUESTION, what, f"{first}, {second}", "two plans that differ"))
    folder = answers.place(pair.case, QUESTION, asked.out, asked.replace)
    count = draws_of(pair.case, asked.scenarios)
    asked.say(f"{len(groups)} groups differ: {1 << len(groups)} mixes of both plans on {count} draws")
    data = dataset(pair, groups, count)
    arguments = {"first": first, "second": second}
    attributes = answers.attributes(pair.case, QUESTION, arguments, pair.seed, count, 0) | {"pricing_draws": ""}
    for run in pair.runs[:1]:
        attributes |= answers.of_run(run)
    plans = dict(zip(SIDES, (pair.first, pair.second), strict=True))
    return answers.keep(folder, data.assign_attrs(attributes), pair.case, asked.replace, plans)


def pair_of(first: str, second: str, name: str, seed: int | None = None) -> Pair:
    """Return the two plans that are asked about, with their case; parameters and errors as for `ask`."""
    runs = {thing: open_finished(thing) for thing in (first, second) if place_of(thing)}
    if not runs and not name:
        for thing in (first, second):
            if not Path(thing).is_file():
                open_finished(thing)  # it is none: this says what is and how to make it
        fix = "--case CASE, or a run"
        raise InputError(Finding("E-MISSING", QUESTION, "plan files need their case", "", fix))
    cases = [run.cases[RECOMMENDED] for run in runs.values()] or [load_case(find_case(name))]
    if len({results.fingerprint(case.model_dump(mode="json")) for case in cases}) > 1:
        what = "the runs were made with different cases, so more than their plans differs"
        fix = f"headcast bridge {second} {first}"
        raise InputError(Finding("E-CASES", QUESTION, what, f"{first}, {second}", "runs of one case", fix))
    known = {label: plan for run in runs.values() for label, plan in run.plans.items()}
    known.setdefault(NOTHING, nothing(cases[0]))
    plans = [_plan(thing, runs, known, cases[0]) for thing in (first, second)]
    told = {int(run.info["seed"]) for run in runs.values()}
    if plans[0].title == plans[1].title:
        titles = [f"{plan.title} ({Path(thing).name})" for plan, thing in zip(plans, (first, second), strict=True)]
        plans = [plan.model_copy(update={"title": title}) for plan, title in zip(plans, titles, strict=True)]
    chosen = seed if seed is not None else min(told, default=7)
    return Pair(cases[0], plans[0], plans[1], chosen, tuple(runs.values()))


def _plan(thing: str, runs: dict[str, store.Run], known: dict[str, Plan], case: Case) -> Plan:
    if thing in runs:
        return runs[thing].plans[RECOMMENDED]
    if Path(thing).is_file():
        return load_plan(Path(thing), case)
    if thing in known:
        return known[thing]
    allowed = f"a run's folder, a plan file, or {', '.join(known)}"
    raise InputError(Finding("E-FILE", thing, "no such run or plan", "", allowed, nearest(thing, known)))


def dataset(pair: Pair, groups: list[Group], count: int) -> xr.Dataset:
    """Return the shares of the difference, first plan minus second, in every future and by figure (R170).

    Parameters
    ----------
    groups : those in which the plans differ; count : N draws
    """
    ways = every_mix(len(groups))
    plans = mixed(pair.case, pair.first, pair.second, groups)
    npv, rows = np.empty((len(plans), count)), np.zeros((len(groups), len(NAMES), count))
    found = outcomes_in_turn([pair.case] * len(plans), plans, pair.seed, VERDICT, count)
    for number, outcome in enumerate(found):
        npv[number] = outcome.npv
        booked = fold(np.add.reduce(outcome.years, axis=1))
        for group, weight in enumerate(ways.weights[:, number]):
            rows[group] += weight * booked
    own, errors = attributed(ways.weights, npv)
    single, last = _ends(ways.states, npv)
    sides, pulls = figures([npv[-1], npv[0]])
    by_group, by_row = ("figure", "group"), ("group", "row")
    variables: dict[str, Any] = {
        "npv": (("side", "scenario"), npv[[-1, 0]], CNY | {"long_name": "result in today's money"}),
        "parts": (("group", "scenario"), shares(ways.weights, npv), CNY | {"long_name": "share in each future"}),
        "share": (by_group, own, CNY | {"long_name": "share of the difference"}),
        "share_se": (by_group, errors, CNY | {"long_name": "its sampling error"}),
        "alone": (by_group, single, CNY | {"long_name": "exchanged alone, the rest as in the second plan"}),
        "at_last": (by_group, last, CNY | {"long_name": "exchanged last, the rest as in the first plan"}),
        "side_figure": (("figure", "side"), sides, CNY | {"long_name": "the plans' own figures"}),
        "side_se": (("figure", "side"), _errors(pulls), CNY | {"long_name": "their sampling errors"}),
        "total": ("figure", sides[:, 0] - sides[:, 1], CNY | {"long_name": "first plan minus second"}),
        "total_se": ("figure", _errors(pulls[:, 0] - pulls[:, 1]), CNY | {"long_name": "its sampling error"}),
        "row_share": (by_row, rows.mean(axis=2), CNY | {"long_name": "share by ledger row, all years, undiscounted"}),
        "row_share_se": (by_row, _errors(rows), CNY | {"long_name": "its sampling error"}),
    }
    coordinates = {
        "side": valued.text(SIDES),
        "side_title": ("side", valued.text([pair.first.title, pair.second.title])),
        "scenario": np.arange(count, dtype=np.int64),
        "figure": valued.text(FIGURES),
        "group": valued.text("+".join(group) for group in groups),
        "group_what": ("group", valued.text(told(pair.case, pair.first, pair.second, group) for group in groups)),
        "row": valued.text(NAMES),
    }
    return xr.Dataset(variables, coordinates)


def _errors(pulls: Floats) -> Floats:
    """Return the sampling error over the last axis."""
    flat = pulls.reshape(-1, pulls.shape[-1])
    return np.array([error(pull) for pull in flat]).reshape(pulls.shape[:-1])


def _ends(states: tuple[frozenset[int], ...], npv: Floats) -> tuple[Floats, Floats]:
    """Return what each group brings when it is exchanged alone and when last, each (figure, group) CNY."""
    values, _ = figures(npv)
    groups = range(len(states[-1]))
    single = [states.index(frozenset({group})) for group in groups]
    rest = [states.index(states[-1] - {group}) for group in groups]
    return values[:, single] - values[:, :1], values[:, -1:] - values[:, rest]
