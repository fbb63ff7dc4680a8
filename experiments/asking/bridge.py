"""Why the number changed between two runs: a step for each changed assumption or clause, plan, futures, version."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, reviewed, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import open_finished
from experiments.explaining.bridging import Bridge, Side, bridge
from experiments.explaining.shares import FIGURES, error, figures
from model import store
from model.errors import Finding, InputError, nearest

QUESTION = "bridge"
CNY = {"units": "CNY"}


def ask(old: str, new: str, plan: str, asked: Asked) -> Answer:
    """Explain the headline of a new run against that of an old one, step by step; the steps add up (R173).

    Parameters
    ----------
    old, new : folders of runs, or cases whose usual runs are meant; the new one may be a review of the old one
    plan : plan id, in both runs

    Raises
    ------
    InputError : no such run, or a plan that one of them does not hold
    """
    review = reviewed.review_at(new)
    if review is not None:
        return _to_review(open_finished(old), review, plan, asked)
    runs = [open_finished(name) for name in (old, new)]
    before, after = (_side(run, plan) for run in runs)
    case = after.case
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    found = bridge(before, after, asked.say)
    count, seed = after.npv.size, after.seed
    attributes = answers.attributes(case, QUESTION, {"old": old, "new": new, "plan": plan}, seed, count, 0)
    attributes |= answers.of_run(runs[1]) | {"pricing_draws": "", "old_run": runs[0].path.name}
    attributes |= {f"{name}_made": run.created for name, run in zip(("old", "new"), runs, strict=True)}
    attributes |= {"old_versions": str(runs[0].dataset.attrs["versions"])}
    attributes |= {"new_versions": str(runs[1].dataset.attrs["versions"])}
    data = dataset(before, after, found).assign_attrs(attributes)
    return answers.keep(folder, data, case, asked.replace, {"new": after.plan})


def _to_review(run: store.Run, review: Answer, plan: str, asked: Asked) -> Answer:
    case, told = run.cases.get(plan, run.case), review.dataset.attrs
    folder = answers.place(case, QUESTION, asked.out, asked.replace)
    data = reviewed.headlines(run, plan, review)
    arguments = {"old": run.path.name, "new": review.path.name, "plan": plan}
    own = answers.attributes(case, QUESTION, arguments, int(told["seed"]), int(told["scenarios"]), 0)
    return answers.keep(folder, data.assign_attrs(own | reviewed.attributes(run, review)), case, asked.replace)


def _side(run: store.Run, plan: str) -> Side:
    if plan not in run.plans:
        names = ", ".join(run.plans)
        mend = nearest(plan, run.plans)
        raise InputError(Finding("E-REF", "--plan", f"no such plan in the run {run.path}", plan, names, mend))
    npv = np.asarray(run.dataset["npv"].sel(plan=plan))
    return Side(run.cases[plan], run.plans[plan], npv, int(run.info["seed"]))


def dataset(old: Side, new: Side, found: Bridge) -> xr.Dataset:
    """Return both headlines and the steps between them, by figure (R173)."""
    sides = [figures([side.npv]) for side in (old, new)]
    values = np.array([value[:, 0] for value, _ in sides])
    errors = np.array([[error(pull) for pull in pulls[:, 0]] for _, pulls in sides])
    money = (("figure", "step"), CNY)
    variables: dict[str, Any] = {
        "headline": (("run_side", "figure"), values, CNY | {"long_name": "stored headline"}),
        "headline_se": (("run_side", "figure"), errors, CNY | {"long_name": "its sampling error"}),
        "share": (money[0], found.shares, CNY | {"long_name": "what the step brings"}),
        "share_se": (money[0], found.errors, CNY | {"long_name": "its sampling error"}),
    }
    coordinates = {
        "run_side": valued.text(("old", "new")),
        "figure": valued.text(FIGURES),
        "step": valued.text(step.key for step in found.steps),
        **{f"step_{key}": ("step", valued.text(getattr(step, key) for step in found.steps)) for key in _WORDS},
    }
    told = {"texts": found.texts, "orders": "all" if found.is_every else "two"}
    return xr.Dataset(variables, coordinates, told)


_WORDS = ("kind", "what", "old", "new")
