"""How often plans meet the marks of the case's first milestone, whether or not they wait for it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from experiments.asking import valued
from experiments.reviewing.figures import unit_gates
from experiments.running.main_job import draws_of
from model import gates
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.simulate import VERDICT, Block, block_sizes, plan_months
from reports.words import money, percent, plain

COUNTED = ("cities", "partners", "users")


def first_gate(case: Case) -> str:
    """Return the name of the earliest milestone of the unit, "" where the case has none."""
    return min(unit_gates(case), key=lambda name: case.gates[name].month, default="")


def marks_of(case: Case, plans: Mapping[str, Plan], seed: int, scenarios: int) -> xr.Dataset:
    """Return in which share of futures each plan meets all marks of the first milestone, and each one alone (R222).

    Parameters
    ----------
    plans : by title, without gates of their own
    scenarios : N fresh draws, the same for all plans; a case without milestones gives an empty dataset
    """
    name = first_gate(case)
    if not name:
        return xr.Dataset()
    gate, draws = case.gates[name], draws_of(case, scenarios)
    met = np.array([_met(case, plan, name, seed, draws) for plan in plans.values()])
    labels = [labelled(kind, float(least)) for kind, least in gate.least.criteria.items()]
    share = {"units": "1"}
    return xr.Dataset(
        {
            "marks_all": ("tried", met.all(axis=1).mean(axis=1), share | {"long_name": "meets all marks"}),
            "marks_met": (("tried", "mark"), met.mean(axis=2), share | {"long_name": "meets the mark"}),
        },
        {"tried": valued.text(plans), "mark": valued.text(labels)},
        {"marks_month": int(gate.month), "marks_draws": draws},
    )


def _met(case: Case, plan: Plan, name: str, seed: int, draws: int) -> Floats:
    """Return which marks a plan meets in which futures, 1 or 0, (mark, scenario)."""
    blocks = [Block(case, seed, VERDICT, number, size) for number, size in enumerate(block_sizes(draws))]
    return np.concatenate([met_of(case, plan, name, plan_months(case, plan, block).marks) for block in blocks], axis=1)


def met_of(case: Case, plan: Plan, name: str, marks: Floats) -> Floats:
    """Return which marks of a gate a plan meets in a block of futures, 1 or 0, (mark, scenario).

    Parameters
    ----------
    marks : (gate, mark, scenario) what all lines reach up to each gate of the case
    """
    gate, own = case.gates[name], marks[list(case.gates).index(name)]
    found = gates.reached(gate, own, gates.cities_at(case, plan.cities, gate.month))
    return np.array(list(found.values()), dtype=np.float64)


def labelled(kind: str, least: float) -> str:
    """Return a mark in words.

    Examples
    --------
    >>> labelled("users", 5000.0), labelled("revenue", 6e6), labelled("nps", 70.0)
    ('5,000 users', '6.0 M CNY of revenue', 'NPS 70')
    """
    if kind in COUNTED:
        return f"{plain(least)} {kind}"
    if kind == "revenue":
        return f"{money(least)} M CNY of revenue"
    return f"conversion {percent(least)}" if kind == "conversion" else f"NPS {plain(least)}"
