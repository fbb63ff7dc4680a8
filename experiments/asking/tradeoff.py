"""Return against risk, and return against heads: the best plan under one bound after the other, on the same futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import Reopened, open_finished, reopen
from experiments.running.door import NOTHING, nothing
from experiments.running.main_job import check_draws, draws_of
from experiments.running.run_info import AGAIN, RECOMMENDED
from model.errors import Finding, InputError
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.summary import TAIL, draws_wanted
from model.tails import shortfall
from reports.words import money
from solvers.frontier import Frontier, Point

QUESTION = "tradeoff"
MOST_POINTS = 30


@dataclass(frozen=True)
class Entry:
    """A plan of the answer: its kind (recommended, risk, heads, own, nothing), and its point if it has one."""

    plan: Plan
    kind: str
    point: Point | None = None


def ask(name: str, points: int, asked: Asked) -> Answer:
    """Answer what more safety and fewer heads cost (R144).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    points : bounds tried for each of the two curves
    """
    case = open_finished(name).cases[RECOMMENDED]
    check(case, points, asked.scenarios)
    scenarios = draws_of(case, asked.scenarios)
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    run = reopen(name, asked.say)
    frontier = Frontier(run.tables, run.exact, run.choice, asked.say)
    # Caps first: floors price many neighbours, and larger tables make the caps' integer solves slower.
    heads = frontier.by_heads(points)
    entries = entries_of(run, frontier.by_risk(points), heads, run.run.plans)
    asked.say(f"simulating {len(entries)} plans on {scenarios} fresh draws")
    arguments = {"--points": points}
    told = answers.attributes(case, QUESTION, arguments, run.seed, scenarios, run.draws) | answers.of_run(run.run)
    data = dataset(run, entries, scenarios, told)
    return answers.keep(folder, data, case, asked.replace, {key: entry.plan for key, entry in entries.items()})


def check(case: Case, points: int, scenarios: int) -> None:
    """Refuse numbers of points and draws that say nothing about a trade-off."""
    check_draws(scenarios, 0)
    if not 1 <= points <= MOST_POINTS:
        raise InputError(Finding("E-RANGE", "--points", "outside what is possible", str(points), f"1 to {MOST_POINTS}"))
    if case.uncertainty.mode != "none" and scenarios < draws_wanted(TAIL):
        what, least = "too few for the average of the worst 5 %", f"at least {draws_wanted(TAIL)}"
        raise InputError(Finding("E-RANGE", "--scenarios", what, str(scenarios), least))


def entries_of(
    run: Reopened, risk: Sequence[Point], heads: Sequence[Point], own: Mapping[str, Plan]
) -> dict[str, Entry]:
    """Return all plans by name: the run's own, both curves, the case's other plans and doing nothing.

    Parameters
    ----------
    own : plans of the run by name
    """
    entries = {RECOMMENDED: Entry(run.plan, RECOMMENDED)}
    for kind, points in (("risk", risk), ("heads", heads)):
        for number, point in enumerate(points):
            name = f"{kind}_{number}"
            entries[name] = Entry(point.choice.plan(run.case, name, _title(kind, point, not number)), kind, point)
    known = {RECOMMENDED, *AGAIN, NOTHING}
    entries |= {name: Entry(plan, "own") for name, plan in own.items() if name not in known}
    entries[NOTHING] = Entry(nothing(run.case), "nothing")
    return entries


def _title(kind: str, point: Point, first: bool) -> str:
    if np.isnan(point.bound):
        return "Best average" if first else "Safest: best average of the worst 5 %"
    if kind == "heads":
        return f"At most {point.bound:.0f} heads"
    return f"Average of the worst 5 % at least {money(point.bound)} M CNY"


def dataset(run: Reopened, entries: dict[str, Entry], scenarios: int, told: dict[str, Any]) -> xr.Dataset:
    """Return all plans on the same fresh futures, held against the best average.

    Parameters
    ----------
    scenarios : N fresh draws
    told : attributes of the answer
    """
    plans = {name: entry.plan for name, entry in entries.items()}
    npv = valued.values(run.case, plans, run.seed, scenarios)
    first = next(place for place, entry in enumerate(entries.values()) if entry.kind == "risk")
    points = [entry.point for entry in entries.values()]
    coordinates = valued.labels(run.case, plans, npv.shape[1]) | {
        "kind": ("plan", valued.text(entry.kind for entry in entries.values())),
        "bound": ("plan", np.array([point.bound if point else np.nan for point in points])),
    }
    worst = _tails(npv, first)
    variables = valued.compared(run.case, plans, npv, first) | {
        "worst": ("plan", worst[0], _money("average of the worst 5 %")),
        "worst_se": ("plan", worst[1], _money("its sampling error")),
        "safer": ("plan", worst[2], _money("average of the worst 5 %, this plan minus the one held against")),
        "safer_se": ("plan", worst[3], _money("its sampling error, same futures")),
        "promised": ("plan", _told(points, "npv"), _money("average on the pricing draws")),
        "promised_worst": ("plan", _told(points, "tail"), _money("average of the worst 5 % on the pricing draws")),
        "gap": ("plan", _told(points, "gap"), _money("what a better plan could bring at most, for the solver")),
    }
    return xr.Dataset(variables, coordinates, told | {"against": list(plans)[first]})


def _told(points: Sequence[Point | None], name: str) -> Floats:
    return np.array([getattr(point, name) if point else np.nan for point in points])


def _tails(npv: Floats, first: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return each plan's average of the worst 5 % and its difference to one plan, with standard errors (R140).

    The influence of a future is edge less shortfall ÷ share; on the same futures influences are subtracted one by one.
    """
    found = [shortfall(row, TAIL) for row in npv]
    influence = np.array([edge - below / TAIL for edge, below in found])
    return (*_mean_and_error(influence), *_mean_and_error(influence - influence[first]))


def _mean_and_error(samples: Floats) -> tuple[Floats, Floats]:
    count = samples.shape[1]
    error = samples.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else np.zeros(len(samples))
    return samples.mean(axis=1), error


def _money(meaning: str) -> dict[str, str]:
    return {"units": "CNY", "long_name": meaning}
