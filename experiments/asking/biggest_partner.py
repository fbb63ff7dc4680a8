"""Which partner a plan rests on most: one definition for every question that asks what happens without it."""

from __future__ import annotations

from experiments.running.futures import Futures
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan

DRAWS = 256
"""Futures over which revenue is averaged, never more than a question asks for."""


def biggest_partner(case: Case, plan: Plan, seed: int, scenarios: int = DRAWS) -> str:
    """Return the named partner that brings a plan most revenue over the horizon, "" where it has none (R220).

    Parameters
    ----------
    scenarios : draws that the question has; of equal revenues the first partner of the case is told
    """
    months = Futures(case, seed, min(scenarios, DRAWS)).months(case, plan)
    brings = {
        name: _mean(sides.revenue[place])
        for sides in months.sides.values()
        for place, name in enumerate(sides.partners)
        if case.is_named(name)
    }
    ordered = [partner.id for partner in case.partners if brings.get(partner.id, 0.0) > 0]
    return max(ordered, key=lambda name: brings[name]) if ordered else ""


def _mean(revenue: Floats) -> float:
    return float(revenue.sum(axis=0).mean())
