"""Plans valued on the same fresh futures, as the variables that every answer about plans stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import numpy as np
import xarray as xr

from experiments.running.desk import Known, measured
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan, heads_by_phase
from model.simulate import VERDICT, outcomes_in_turn
from model.summary import mean
from reports.words import calendar

Variables = dict[str, Any]


def values(case: Case, plans: Mapping[str, Plan], seed: int, scenarios: int, stage: str = VERDICT) -> Floats:
    """Return each plan's result in today's money on fresh draws, (plan, scenario) CNY; equal plans are drawn once.

    Parameters
    ----------
    stage : name of the draws; those of another name are independent of what has been published
    """
    keys = [plan.model_dump_json(exclude={"name", "title"}) for plan in plans.values()]
    different = dict(zip(keys, plans.values(), strict=True))
    found = outcomes_in_turn([case] * len(different), list(different.values()), seed, stage, scenarios)
    worth = {key: outcome.npv for key, outcome in zip(different, found, strict=True)}
    return np.array([worth[key] for key in keys])


def estimate(sample: Floats) -> tuple[float, float]:
    """Return mean and standard error; a single draw is all there is where chance is off."""
    if sample.size < 2:
        return float(sample[0]), 0.0
    found = mean(sample)
    return found.value, found.se


def compared(
    case: Case, plans: Mapping[str, Plan], npv: Floats, first: int = 0, known: Known | None = None
) -> Variables:
    """Return variables of plans held against one of them on the same futures.

    Parameters
    ----------
    npv : (plan, scenario) CNY
    first : place of the plan that the others are held against
    known : plans on these futures whose averages were published, from which averages are measured (R165)
    """
    own = np.array([astuple(measured(row, known)) for row in npv])
    gain = np.array([astuple(measured(row - npv[first], known)) for row in npv])
    heads = np.array([heads_by_phase(case, plan) for plan in plans.values()], dtype=np.int64)
    loss = np.array([float((row < 0).mean()) for row in npv])
    money = {"units": "CNY"}
    return {
        "npv": (("plan", "scenario"), npv, money | {"long_name": "result in today's money"}),
        "npv_mean": ("plan", own[:, 0], money | {"long_name": "average result in today's money"}),
        "npv_se": ("plan", own[:, 1], money | {"long_name": "its sampling error"}),
        "gain": ("plan", gain[:, 0], money | {"long_name": "same futures, this plan minus the one held against"}),
        "gain_se": ("plan", gain[:, 1], money | {"long_name": "its sampling error"}),
        "p_loss": ("plan", loss, {"units": "1", "long_name": "chance of loss"}),
        "heads": (("plan", "phase"), heads, {"units": "heads", "long_name": "approved heads"}),
    }


def held(known: Known | None) -> xr.Dataset:
    """Return the run's plan on the futures of a dataset, and what the run published of it; nothing where unknown."""
    if known is None:
        return xr.Dataset()
    told = {"units": "CNY", "long_name": "the run's plan on these futures"}
    attributes = {"held_mean": float(known.mean[0]), "held_se": float(np.atleast_2d(known.spread)[0, 0]) ** 0.5}
    return xr.Dataset({"held": ("scenario", known.here[0], told)}, attrs=attributes)


def known_of(data: xr.Dataset) -> Known | None:
    """Return the run's plan on the futures of a dataset with its published average, None where it tells none."""
    if "held" not in data:
        return None
    mean, se = float(data.attrs["held_mean"]), float(data.attrs["held_se"])
    return Known(data["held"].values[None], np.array([mean]), np.array([[se**2]]))


def labels(case: Case, plans: Mapping[str, Plan], scenarios: int) -> Variables:
    """Return the coordinates of `compared`."""
    return {
        "plan": text(plans),
        "plan_title": ("plan", text(plan.title for plan in plans.values())),
        "scenario": np.arange(scenarios, dtype=np.int64),
        "phase": text(phase.id for phase in case.phases),
        "phase_title": ("phase", text(f"from {calendar(case.clock.start, p.first_month)}" for p in case.phases)),
    }


def text(words: Any) -> Any:
    """Return texts as an array that a dataset stores."""
    return np.array(list(words), dtype=object)
