"""Same futures against separate ones: how much less a difference varies, and how many futures an order takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from experiments.asking.compare import STEP, futures
from experiments.comparing.pairs import pairs
from experiments.comparing.ranking import Ranking, Source, rank
from experiments.running.door import asked
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
CASE, SEED = "ecosystem", 7
MATTERS, SURE, LIMIT = 0.5e6, 0.95, 16_384


class Kept:
    """Futures that are drawn once and used by both ways of sampling."""

    def __init__(self, case: Case, plans: Sequence[Plan]) -> None:
        self.source, self.plans = futures(case, plans, SEED, STEP), range(len(plans))
        self.blocks: dict[int, Floats] = {}

    def block(self, number: int) -> Floats:
        """Return a block of all plans, (plan, draw) CNY."""
        if number not in self.blocks:
            self.blocks[number] = self.source(number, self.plans)
        return self.blocks[number]

    def together(self, number: int, active: Sequence[int]) -> Floats:
        """Return the plans on the same futures."""
        return self.block(number)[list(active)]

    def apart(self, number: int, active: Sequence[int]) -> Floats:
        """Return the plans on futures of their own: the same ones, another block for each plan."""
        blocks = LIMIT // STEP
        return np.array([self.block((number + 5 * place) % blocks)[place] for place in active])


def variance_ratios(sample: Floats) -> Floats:
    """Return by pair how many times more a difference varies on separate futures, (pair,); sure plans are left out.

    Parameters
    ----------
    sample : (plan, scenario) CNY on the same futures
    """
    first, second = pairs(len(sample))
    own = sample.var(axis=1, ddof=1)
    shared = np.array([np.var(sample[i] - sample[j], ddof=1) for i, j in zip(first, second, strict=True)])
    random = (own[first] > 0) & (own[second] > 0)
    return ((own[first] + own[second]) / np.where(shared > 0, shared, 1.0))[random]


def order(source: Source, plans: int) -> Ranking:
    """Return the order found from a source."""
    return rank(source, plans, "order", MATTERS, SURE, STEP, LIMIT)


def needed(found: Ranking, plans: int) -> float:
    """Return the draws of all plans until every pair is settled; those of open pairs as it looked at the end."""
    ends = found.seen + found.more
    first, second = pairs(plans)
    return float(sum(ends[(first == place) | (second == place)].max() for place in range(plans)))


def near(case: Case, plan: Plan) -> list[Plan]:
    """Return a plan and those with one head more in the last phase of a role."""
    found = [plan]
    for role, heads in plan.seats.items():
        more = (*heads[:-1], heads[-1] + 1)
        if heads[-1] and more[-1] <= case.roles[role].heads_most[-1]:
            found.append(plan.model_copy(update={"seats": plan.seats | {role: more}}))
    return found


def measured(name: str, case: Case, plans: Sequence[Plan]) -> list[dict[str, Any]]:
    """Return the rows for some plans of a case."""
    kept = Kept(case, plans)
    sample = np.concatenate([kept.block(number) for number in range(4)], axis=1)
    shared, apart = order(kept.together, len(plans)), order(kept.apart, len(plans))
    ratios = variance_ratios(sample)
    name = f"{case.id}, {len(plans)} {name}"
    fixed, until_sure = LIMIT * len(plans), needed(shared, len(plans))
    return [
        _row(f"{name}: variance of a difference, separate ÷ same futures, median pair", np.median(ratios), 5.0),
        _row(f"{name}: the same, pair that gains least", ratios.min(), 1.0),
        _row(f"{name}: draws until sure, separate ÷ same futures", needed(apart, len(plans)) / until_sure, 1.0),
        _row(f"{name}: {LIMIT} draws a plan ÷ draws made, same futures", fixed / shared.draws.sum(), 1.0),
        _row(f"{name}: pairs tied after {LIMIT} draws, same futures", int(shared.asked.sum()), 1.0, "lower", "pairs"),
        _row(f"{name}: the same, separate futures", int(apart.asked.sum()), len(ratios), "lower", "pairs"),
    ]


def _row(name: str, value: float, reach: float, better: str = "higher", unit: str = "ratio") -> dict[str, Any]:
    return {"name": name, "value": float(value), "unit": unit, "reach": reach, "better": better}


def rows() -> list[dict[str, Any]]:
    """Return the rows for the shipped plans of the case with doing nothing, and for plans near to one of them."""
    found = asked(str(CASES / CASE))
    shipped = measured("plans", found.case, list(found.plans.values()))
    return [*shipped, *measured("plans a head apart", found.case, near(found.case, found.plans["lean"]))]
