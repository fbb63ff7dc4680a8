"""What a review has seen, as numbers that futures can be held against: levels by line, states of partners, losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.reviewing.figures import Item
from experiments.reviewing.futures import Facts, Sample
from experiments.reviewing.weights import log_likelihood, state_likelihood
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan

WINDOW = 6
"""Last months whose volume and price are held against each future."""
ERROR = 0.10
"""Share by which a line's volume or price may be off, the scale of its error in the weights (R178)."""
LEAST_VOLUME, LEAST_MONEY = 1.0, 1.0
"""Units and CNY that nothing counts as, since there is no log of nothing."""


@dataclass(frozen=True)
class Levels:
    """K levels of lines as logs, "volume.LINE" or "price.LINE": in each future (level, scenario), and seen (level,)."""

    names: tuple[str, ...]
    told: Floats
    seen: Floats

    @property
    def errors(self) -> Floats:
        """Their observation errors, (level,)."""
        return np.full(len(self.names), ERROR)


def places(items: Sequence[Item]) -> dict[str, int]:
    """Return where each figure stands, by key."""
    return {item.key: index for index, item in enumerate(items)}


def levels(items: Sequence[Item], figures: Floats, actual: Floats, middle: Floats) -> Levels:
    """Return the levels of volume and price by line over the last months that are known (R178).

    Volume: log of the units in the months in which the plan sells any. Price: log of revenue over units.

    Parameters
    ----------
    figures : (item, month, scenario); actual, middle : (item, month) what is known, and the plan's middle case
    """
    at = places(items)
    names, told, seen = list[str](), list[Floats](), list[float]()
    for line in [item.name for item in items if item.kind == "volume"]:
        volume, money = at[f"volume.{line}"], at[f"revenue.{line}"]
        months = np.nonzero(~np.isnan(actual[volume]) & (middle[volume] > 0))[0][-WINDOW:]
        if not months.size:
            continue
        names.append(f"volume.{line}")
        told.append(np.log(np.maximum(figures[volume][months].sum(axis=0), LEAST_VOLUME)))
        seen.append(float(np.log(max(actual[volume, months].sum(), LEAST_VOLUME))))
        paid = months[~np.isnan(actual[money, months])]
        if actual[volume, paid].sum() > 0 and actual[money, paid].sum() > 0:
            names.append(f"price.{line}")
            told.append(_price(figures[money][paid].sum(axis=0), figures[volume][paid].sum(axis=0)))
            seen.append(float(_price(actual[money, paid].sum(), actual[volume, paid].sum())))
    return Levels(tuple(names), np.array(told).reshape(len(names), figures.shape[2]), np.array(seen))


def _price(money: Floats, units: Floats) -> Floats:
    out: Floats = np.log(np.maximum(money, LEAST_MONEY) / np.maximum(units, LEAST_VOLUME))
    return out


def states(items: Sequence[Item], figures: Floats, actual: Floats) -> tuple[Floats, Floats]:
    """Return whether each partner works in its last known month, in each future (state, scenario) and seen (state,)."""
    told, seen = [], []
    for index, item in enumerate(items):
        known = np.nonzero(~np.isnan(actual[index]))[0]
        if item.kind == "at_work" and known.size:
            told.append(figures[index, known[-1]])
            seen.append(actual[index, known[-1]])
    return np.array(told).reshape(len(seen), figures.shape[2]), np.array(seen)


def likelihood(items: Sequence[Item], sample: Sample, actual: Floats, middle: Floats) -> tuple[Floats, Levels]:
    """Return the log likelihood of what was seen in each future, (scenario,), and the levels it looked at (R178)."""
    found = levels(items, sample.figures, actual, middle)
    told, seen = states(items, sample.figures, actual)
    return log_likelihood(found.told, found.seen, found.errors) + state_likelihood(told, seen), found


def lost(items: Sequence[Item], actual: Floats) -> dict[str, int]:
    """Return the first month, 1…M, without each partner that was at work and is not any more.

    Parameters
    ----------
    actual : (item, month) 1, 0 or NaN for items of kind at_work
    """
    out = {}
    for index, item in enumerate(items):
        if item.kind == "at_work":
            worked = np.nonzero(actual[index] == 1)[0]
            gone = np.nonzero(actual[index] == 0)[0]
            if worked.size and gone.size and gone[-1] > worked[-1]:
                out[item.name] = int(gone[gone > worked[-1]][0]) + 1
    return out


def facts(case: Case, plan: Plan, items: Sequence[Item], actual: Floats) -> Facts:
    """Return what is known of partners: who is lost, and who works after the longest trial there is (R178)."""
    longest = case.costs.trial_months * (1 + (case.trial.retries if case.trial else 0))
    starts = {name: entry.start for part in plan.lines.values() for name, entry in part.partners.items()}
    proven = {}
    for index, item in enumerate(items):
        if item.kind == "at_work" and item.name in starts:
            known = np.nonzero(~np.isnan(actual[index]))[0]
            if known.size and actual[index, known[-1]] == 1 and known[-1] + 1 - starts[item.name] >= longest:
                proven[item.name] = int(known[-1]) + 1
    return Facts(lost(items, actual), proven)


def away(items: Sequence[Item], actual: Floats, gone: Mapping[str, int], running: int) -> list[str]:
    """Return the partners that are lost and have been away for so many known months (R176)."""
    at = places(items)
    return [name for name, month in gone.items() if (actual[at[f"at_work.{name}"], month - 1 :] == 0).sum() >= running]
