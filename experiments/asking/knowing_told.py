"""The answer to what knowing is worth as one dataset: facts, trials, plans, and the points behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import valued
from experiments.asking.knowing_sample import Opened, means
from experiments.asking.trial_worth import Tried
from experiments.running.desk import Desk
from solvers.worth import Worth


@dataclass(frozen=True)
class Fact:
    """What could be known before choosing, and what that is worth.

    kind : "all", "chance", "group" or "number"; count : open numbers in it
    best : the plan that is best on average while it is open, all else as assumed
    turned : share of its points at which another plan is better, NaN where it is not looked at by points
    first : what the recommended plan brings on average while it is open, CNY
    """

    id: str
    title: str
    kind: str
    worth: Worth
    count: int
    best: str
    turned: float
    first: float


def dataset(
    at: Desk, facts: Sequence[Fact], tried: Sequence[Tried], points: Mapping[str, Opened], told: dict[str, Any]
) -> xr.Dataset:
    """Return the worth of each fact and trial, the plans, and what each plan brings at each point.

    Parameters
    ----------
    points : by fact, at which numbers were drawn
    """
    variables: dict[str, Any] = {
        **_worths("fact", "", [fact.worth for fact in facts]),
        "count": ("fact", [fact.count for fact in facts], {"units": "1", "long_name": "open numbers in it"}),
        "turned": ("fact", [fact.turned for fact in facts], {"units": "1", "long_name": "points with another plan"}),
        "best": ("fact", valued.text(fact.best for fact in facts), {"long_name": "best plan while it is open"}),
        "first": _money("fact", [fact.first for fact in facts], "recommended plan's average while it is open"),
        **_worths("trial", "trial_", [each.worth for each in tried]),
        "users": ("trial", [each.users for each in tried], {"units": "1", "long_name": "users asked in all"}),
        "months": ("trial", [each.months for each in tried], {"units": "month", "long_name": "months on trial"}),
        "cost": _money("trial", [each.cost for each in tried], "what the trial costs"),
        "waiting": _money("trial", [each.waiting for each in tried], "what deciding later costs"),
        "net": _money("trial", [each.net for each in tried], "worth less cost and waiting"),
        "assumed": _money("plan", at.centre, "average result, numbers as assumed"),
        **_points(at, points),
    }
    coordinates = {
        "plan": valued.text(at.plans),
        "plan_title": ("plan", valued.text(plan.title for plan in at.plans.values())),
        "fact": valued.text(fact.id for fact in facts),
        "fact_title": ("fact", valued.text(fact.title for fact in facts)),
        "kind": ("fact", valued.text(fact.kind for fact in facts)),
    }
    trial = at.case.trial
    asked = {
        "trial_partner": tried[0].partner if tried else "",
        "own_users": round(float(trial.users)) if trial else 0,
        "own_months": at.case.costs.trial_months,
    }
    return xr.Dataset(variables, coordinates, told | asked)


def _points(at: Desk, points: Mapping[str, Opened]) -> dict[str, Any]:
    """Return what each plan brings at each point of each fact, one below the other, and the values of its numbers."""
    fact = [name for name, part in points.items() for _ in range(part.values.shape[1])]
    brought = np.concatenate([means(at, part) for part in points.values()], axis=1)
    keys = [(name, number.name) for name, part in points.items() for number in part.numbers]
    values = np.full((len(keys), len(fact)), np.nan)
    row = column = 0
    for part in points.values():
        rows, columns = part.values.shape
        values[row : row + rows, column : column + columns] = part.values
        row, column = row + rows, column + columns
    return {
        "point_fact": ("point", valued.text(fact), {"long_name": "fact whose numbers were drawn at the point"}),
        "brought": _money(("plan", "point"), brought, "average result at the point"),
        "number": ("entry", valued.text(key for _, key in keys), {"long_name": "number that was drawn"}),
        "number_fact": ("entry", valued.text(name for name, _ in keys), {"long_name": "fact it was drawn for"}),
        "value": (("entry", "point"), values, {"long_name": "its value or factor there"}),
    }


def _worths(dim: str, prefix: str, found: Sequence[Worth]) -> dict[str, Any]:
    return {
        f"{prefix}worth": _money(dim, [each.value for each in found], "worth of knowing it before choosing"),
        f"{prefix}low": _money(dim, [each.low for each in found], "lower end of its interval"),
        f"{prefix}high": _money(dim, [each.high for each in found], "upper end of its interval"),
    }


def _money(dims: str | tuple[str, ...], values: Any, meaning: str) -> tuple[Any, ...]:
    return dims, values, {"units": "CNY", "long_name": meaning}
