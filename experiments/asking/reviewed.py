"""From the headline of a run to that of its review: what the months that have come make of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, nan
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import valued
from experiments.asking.answers import RUNS, Answer, of_run, open_answer
from experiments.asking.review import QUESTION
from experiments.explaining.bridging import FUTURES, Step
from experiments.explaining.shares import FIGURES
from model import store
from model.errors import Finding, InputError
from model.summary import mean
from reports.bridge_views import ACTUALS

SIDES = ("old", "new")


def review_at(name: str) -> Answer | None:
    """Return the review that stands in a folder (or in runs/), None where something else stands there."""
    for folder in (Path(name), RUNS / name):
        if (folder / "answer.json").is_file():
            found = open_answer(folder)
            return found if found.dataset.attrs["question"] == QUESTION else None
    return None


def headlines(run: store.Run, plan: str, review: Answer) -> xr.Dataset:
    """Return both headlines and the steps between them: the review's own futures, then its actuals (R173).

    Parameters
    ----------
    plan : plan id of the run; only the recommended one is reviewed

    Raises
    ------
    InputError : the review is one of another run, or the plan was not reviewed
    """
    told = review.dataset.attrs
    if told["run_dataset"] != run.hash:
        found, mend = f"a review of {told['run']}", "bridge from the old run to that run first"
        raise InputError(Finding("E-RULE", str(review.path), "reviews another run", found, f"one of {run.path}", mend))
    if plan != next(iter(run.plans)):
        raise InputError(Finding("E-REF", "--plan", "was not reviewed", plan, next(iter(run.plans))))
    data = review.dataset
    stored = mean(np.asarray(run.dataset["npv"].sel(plan=plan)))
    planned, now = ((float(data[f"result_{at}"]), float(data[f"result_{at}_se"])) for at in ("planned", "now"))
    steps = (
        Step(FUTURES, FUTURES, "Other futures drawn", _drawn(run.dataset.attrs), _drawn(told)),
        Step(ACTUALS, ACTUALS, f"What {told['months']} months brought, and what they say of the others", "", ""),
    )
    # Futures and their weighed copies are paired; without the pairs the errors are rather too wide.
    shares = [planned[0] - stored.value, now[0] - planned[0]]
    errors = [hypot(planned[1], stored.se) if shares[0] else 0.0, hypot(now[1], planned[1])]
    ends = [[stored.value, now[0]], [stored.se, now[1]]]
    return dataset(ends, shares, errors, steps)


def dataset(ends: list[list[float]], shares: list[float], errors: list[float], steps: tuple[Step, ...]) -> xr.Dataset:
    """Return the bridge of the average as a dataset; a review tells no bad case.

    Parameters
    ----------
    ends : headline and its error, each (old, new) CNY; shares, errors : by step, CNY
    """
    cny = {"units": "CNY"}
    none = [nan] * len(steps)
    variables = {
        "headline": (("run_side", "figure"), np.array([ends[0], [nan, nan]]).T, cny),
        "headline_se": (("run_side", "figure"), np.array([ends[1], [nan, nan]]).T, cny),
        "share": (("figure", "step"), np.array([shares, none]), cny),
        "share_se": (("figure", "step"), np.array([errors, none]), cny),
    }
    words = {f"step_{key}": ("step", valued.text(getattr(step, key) for step in steps)) for key in _WORDS}
    names = {"run_side": valued.text(SIDES), "figure": valued.text(FIGURES), "step": valued.text(s.key for s in steps)}
    return xr.Dataset(variables, names | words, {"texts": 0, "orders": "all"})


_WORDS = ("kind", "what", "old", "new")


def attributes(run: store.Run, review: Answer) -> dict[str, str]:
    """Return what the answer's dataset says of both sides."""
    told = review.dataset.attrs
    sides = {"old_made": run.created, "new_made": review.created, "old_run": run.path.name}
    versions = {"old_versions": str(run.dataset.attrs["versions"]), "new_versions": str(told["versions"])}
    return of_run(run) | sides | versions | {"pricing_draws": ""}


def _drawn(told: Mapping[str, Any]) -> str:
    return f"seed {told['seed']}, {told['scenarios']} draws"
