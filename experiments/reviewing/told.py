"""What a review stores: the split to date, the record of past ranges, and the chances of milestones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.reviewing import ranges, split
from experiments.reviewing.figures import Item, unit_gates
from experiments.reviewing.judging import Look, meets, money_sign, reached_so_far
from experiments.reviewing.seen import places
from experiments.reviewing.split import Split
from model.gates import EXPAND, HOLD, STOP
from model.inputs import Case
from model.ledger import Flags, Floats
from model.plans import Plan

RANGED = ("revenue", "volume", "heads", "pay", "cost")
"""Kinds of figures whose stated ranges are looked at."""


def to_date(items: Sequence[Item], figures: Floats, actual: Floats) -> tuple[list[str], Split]:
    """Return titles and split of all money rows over the months in which they are known, plan as average (R175).

    A row whose volume or heads are not told in a month stands there unsplit.

    Parameters
    ----------
    figures : (item, month, scenario); actual : (item, month)
    """
    plan, at = figures.mean(axis=2), places(items)
    names, parts = list[str](), list[Split]()
    for kind, count, join in (("revenue", "volume", split.lines), ("pay", "heads", split.roles)):
        rows = [(at[item.key], at[f"{count}.{item.name}"]) for item in items if item.kind == kind]
        both = [~np.isnan(actual[money]) & ~np.isnan(actual[units]) for money, units in rows]
        told = [row for row, months in zip(rows, both, strict=True) if months.any()]
        sums = [_sums(plan, actual, *row, months) for row, months in zip(rows, both, strict=True) if months.any()]
        if sums:
            names += [items[money].title for money, _ in told]
            parts.append(join(*np.array(sums).T))
        for (money, _), months in zip(rows, both, strict=True):
            alone = ~np.isnan(actual[money]) & ~months
            if alone.any():
                names.append(f"{items[money].title}, {count} not told")
                parts.append(_whole(items[money], plan[money, alone], actual[money, alone]))
    for index, item in enumerate(items):
        known = ~np.isnan(actual[index])
        if item.kind == "cost" and (actual[index, known].any() or plan[index, known].any()):
            names.append(item.title)
            parts.append(_whole(item, plan[index, known], actual[index, known]))
    return names, split.together(parts)


def _sums(plan: Floats, actual: Floats, money: int, units: int, months: Flags) -> tuple[float, float, float, float]:
    found = ((table[row][months].sum()) for table in (plan, actual) for row in (money, units))
    first, second, third, fourth = map(float, found)
    return first, second, third, fourth


def _whole(item: Item, plan: Floats, actual: Floats) -> Split:
    sign = np.array([float(money_sign(item))])
    return split.others(np.array([plan.sum()]), np.array([actual.sum()]), sign)


def past_ranges(items: Sequence[Item], found: Look, actual: Floats) -> ranges.Record:
    """Return how the actuals fell into the ranges that the plan stated for their months (R176)."""
    kinds = np.array([item.kind in RANGED for item in items])
    known = ~np.isnan(actual) & kinds[:, None] & ranges.smooth(found.prior.figures)
    return ranges.record(ranges.place(actual[known], found.prior.figures[known]))


@dataclass(frozen=True)
class Mark:
    """A criterion of a gate: its least value, what is known of it (NaN: not yet), its chance as planned and now."""

    gate: str
    name: str
    least: float
    known: float
    planned: float
    now: float


@dataclass(frozen=True)
class Verdict:
    """A gate under one answer: chances to go on, to stay and to end, as planned and now; asked by the plan or not."""

    gate: str
    answer: str
    asked: bool
    planned: tuple[float, float, float]
    now: tuple[float, float, float]


def milestones(
    case: Case, planned: Plan, keep: Plan, items: Sequence[Item], found: Look, actual: Floats
) -> tuple[list[Mark], list[Verdict]]:
    """Return the chances of every mark of the unit's gates, and of every verdict, as planned and now (R179)."""
    before = meets(case, planned, items, found.prior, None)
    now = meets(case, keep, items, found.told.sample, actual)
    even, weights = np.full(found.prior.scenarios, 1.0 / found.prior.scenarios), found.told.weighed.weights
    asked = {(one.gate, one.answer) for one in planned.policies.gates}
    marks, verdicts = [], []
    for name, gate in unit_gates(case).items():
        keys = [f"{name}.{mark}" for mark in gate.least.criteria]
        for key, (mark, least) in zip(keys, gate.least.criteria.items(), strict=True):
            known = reached_so_far(items, actual, name, mark, gate.month)
            marks.append(Mark(name, mark, least, known, float(before[key] @ even), float(now[key] @ weights)))
        counts = [np.add.reduce([table[key] for key in keys], dtype=np.int64) for table in (before, now)]
        for word, answer in gate.answers.items():
            said = [np.where(n >= answer.expand, EXPAND, np.where(n >= answer.hold, HOLD, STOP)) for n in counts]
            chances = [
                tuple(float((one == verdict) @ own) for verdict in (EXPAND, HOLD, STOP))
                for one, own in zip(said, (even, weights), strict=True)
            ]
            first, second = ((one[0], one[1], one[2]) for one in chances)
            verdicts.append(Verdict(name, word, (name, word) in asked, first, second))
    return marks, verdicts
