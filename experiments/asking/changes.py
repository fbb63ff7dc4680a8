"""What changed since an earlier run: decision, plan, assumptions, headline figures and status; nothing is priced."""

from __future__ import annotations

from math import hypot
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import open_finished
from experiments.explaining.shares import error, figure
from experiments.explaining.since import Item, items
from model import store
from model.errors import Finding, InputError, nearest
from model.ledger import Floats
from reports.status import status_of

QUESTION = "changes"
FIGURES = ("mean", "bad", "p_loss")
"""Headline figures held against each other: average and 1-in-20 bad case, CNY, and chance of loss, a share."""
WORDS = ("kind", "what", "old", "new")


def ask(new: str, since: str, plan: str, asked: Asked) -> Answer:
    """Tell what changed from an earlier run to a later one, each thing once (R198).

    Parameters
    ----------
    new, since : folders of runs, cases whose usual runs are meant, or names of frozen versions; plan : id, in both

    Raises
    ------
    InputError : no such run, or a plan that one of them does not hold
    """
    runs = [open_finished(name) for name in (since, new)]
    for run in runs:
        if plan not in run.plans:
            known, mend = ", ".join(run.plans), nearest(plan, run.plans)
            raise InputError(Finding("E-REF", "--plan", f"no such plan in the run {run.path}", plan, known, mend))
    case = runs[1].cases[plan]
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    arguments = {"run": new, "since": since, "plan": plan}
    seed, count = int(runs[1].info["seed"]), runs[1].dataset.sizes["scenario"]
    attributes = answers.attributes(case, QUESTION, arguments, seed, count, 0) | answers.of_run(runs[1])
    attributes |= {"pricing_draws": "", "bridge": f"{since} {new}", "since_dataset": runs[0].hash}
    return answers.keep(folder, dataset(runs[0], runs[1], plan).assign_attrs(attributes), case, asked.replace)


def dataset(old: store.Run, new: store.Run, plan: str) -> xr.Dataset:
    """Return what differs, the headline figures of both runs, and their statuses (R198)."""
    found, texts = items(*((run.cases[plan], run.plans[plan]) for run in (old, new)))
    every = [*_decision(old, new), *found, *_made(old, new)]
    left, right = (np.asarray(run.dataset["npv"].sel(plan=plan)) for run in (old, new))
    values, errors, gaps = headlines(left, right, _same(old, new))
    statuses = [status_of(run) for run in (old, new)]
    variables = {
        "headline": (("figure", "run_side"), values, {"long_name": "stored headline"}),
        "headline_se": (("figure", "run_side"), errors, {"long_name": "its sampling error"}),
        "difference": (("figure", "part"), gaps, {"long_name": "new less old, and its sampling error"}),
        "asked": ("run_side", [_asked(run) for run in (old, new)], {"units": "CNY", "long_name": "money asked for"}),
        "change_count": ((), sum(item.kind != "decision" for item in every), {"long_name": "changes but the decision"}),
    }
    coordinates = {
        "figure": valued.text(FIGURES),
        "units": ("figure", valued.text(("CNY", "CNY", "1"))),
        "run_side": valued.text(("old", "new")),
        "run_name": ("run_side", valued.text(run.path.name for run in (old, new))),
        "part": valued.text(("value", "se")),
        **_coordinates(every),
        **{f"status_{word}": ("run_side", valued.text(getattr(s, word) for s in statuses)) for word in _STATUS},
    }
    return xr.Dataset(variables, coordinates, {"texts": texts, "same_futures": int(_same(old, new))})


_STATUS = ("word", "by", "date", "note", "name")


def _asked(run: store.Run) -> float:
    """Return the money that a run asks for in all, not-a-number where it tells none."""
    told = run.info.get("budget_total")
    return float(told) if isinstance(told, (int, float)) else float("nan")


def _coordinates(every: list[Item]) -> dict[str, Any]:
    """Return the changes as texts; none at all where nothing changed, for a file cannot hold texts of no length."""
    words = {f"change_{word}": ("change", valued.text(getattr(item, word) for item in every)) for word in WORDS}
    return {"change": np.arange(len(every)), **words} if every else {}


def headlines(old: Floats, new: Floats, same: bool) -> tuple[Floats, Floats, Floats]:
    """Return the figures of both runs and their errors, (figure, run), and new less old with its error, (figure, 2).

    Parameters
    ----------
    old, new : (scenario,) CNY; same : whether scenario by scenario on the same futures, else errors add in squares
    """
    values, errors, gaps = [], [], []
    for name in FIGURES:
        sides = [
            figure("mean", (npv < 0).astype(np.float64)) if name == "p_loss" else figure(name, npv)
            for npv in (old, new)
        ]
        own = [error(pull) for _, pull in sides]
        apart = error(sides[1][1] - sides[0][1]) if same else hypot(*own)
        values.append([value for value, _ in sides])
        errors.append(own)
        gaps.append([sides[1][0] - sides[0][0], apart])
    return np.array(values), np.array(errors), np.array(gaps)


def _futures(run: store.Run) -> tuple[int, int]:
    return int(run.info["seed"]), int(run.dataset.sizes["scenario"])


def _same(old: store.Run, new: store.Run) -> bool:
    return _futures(old) == _futures(new)


def _decision(old: store.Run, new: store.Run) -> list[Item]:
    said = [str(run.info.get("decision") or "") for run in (old, new)]
    return [Item("decision", "Decision", *said)] if said[0] != said[1] else []


def _made(old: store.Run, new: store.Run) -> list[Item]:
    """Return the differences of how the numbers were made: other futures, another version."""
    drawn = [f"seed {seed}, {count:,} draws" for seed, count in map(_futures, (old, new))]
    versions = [str(run.dataset.attrs["versions"]) for run in (old, new)]
    made = (Item("futures", "Futures drawn", *drawn), Item("version", "Made with", *versions))
    return [item for item in made if item.old != item.new]
