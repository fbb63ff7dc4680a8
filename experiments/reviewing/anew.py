"""Futures that tell what was seen: those of the plan, else more of them drawn around it, round by round (R178)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.reviewing import seen
from experiments.reviewing.choices import KEEP
from experiments.reviewing.figures import Item
from experiments.reviewing.futures import Facts, Sample, joined, simulate
from experiments.reviewing.weights import FLOOR, WANTED, Around, Weighed, around, evenly, mixture, refit, weigh
from model.inputs import Case
from model.ledger import Flags, Floats
from model.plans import Plan

REVIEW = "review"
"""Stage of the draws that are made anew; each round adds its number."""
ROUNDS = (1, 1, 1, 2, 4, 4)
"""Times as many futures as are asked for, by round."""
LEAST = 200
"""Futures with the same partners at work below which all futures say what goes with what."""
KEPT = 2000
"""Places that futures fill by weight, when those drawn anew go all ways."""
WEIGHED, ANEW, WIDENED = "weighed", "drawn anew", "wider error"


@dataclass(frozen=True)
class Asked:
    """What is reviewed: ways to go on, keeping the plan first, and the figures of the past.

    middle : (item, month) of the plan as it stated its ranges
    """

    case: Case
    ways: Mapping[str, Plan]
    items: Sequence[Item]
    middle: Floats


@dataclass(frozen=True)
class Telling:
    """Futures with their weights; how : WEIGHED, ANEW or WIDENED; first : what the plan's own were worth."""

    sample: Sample
    weighed: Weighed
    how: str
    first: float


@dataclass(frozen=True)
class Pool:
    """Futures of one round: the stage of their draws, and the law of their hidden normals, None as believed."""

    stage: str
    law: Around | None
    sample: Sample
    likelihood: Floats


def telling(
    asked: Asked, base: Sample, facts: Facts, actual: Floats, draws: tuple[int, int], say: Callable[[str], None]
) -> Telling:
    """Return futures that tell what was seen (R178).

    Parameters
    ----------
    base : futures of all ways as the case believes them, with the facts set
    actual : (item, month) in base units, NaN where unknown
    draws : seed and number of futures of a round, 0 for none: then a wider error takes their place
    """
    logs, levels = seen.likelihood(asked.items, base, actual, asked.middle)
    found = weigh(logs, None, 0.0)
    first, wanted = found.ess, min(WANTED, base.scenarios)
    if first >= wanted:
        return Telling(base, found, WEIGHED, first)
    if not levels.names or not draws[1]:
        return Telling(base, weigh(logs), WIDENED, first)
    pools = [Pool("", None, base, logs)]
    law = around_seen(asked.items, base, actual, levels)
    for number, times in enumerate(ROUNDS):
        more = times * draws[1]
        say(f"worth only {found.ess:.0f} equally good futures: {more} drawn around what was seen")
        pools.append(_drawn(asked, facts, actual, (draws[0], more), f"{REVIEW}.{number}", law))
        hidden, logs, ratio = _together(pools)
        found = weigh(logs, ratio, 0.0)
        if found.ess >= wanted:
            break
        law = refit(hidden, weigh(logs, ratio, WANTED))
    found = weigh(logs, ratio, FLOOR)
    how = ANEW if found.power == 1.0 else WIDENED
    return Telling(*_picked(asked, facts, actual, draws, pools, found), how, first)


def _drawn(asked: Asked, facts: Facts, actual: Floats, draws: tuple[int, int], stage: str, law: Around) -> Pool:
    """Return a round of futures of the plan that is kept."""
    alone = {KEEP: asked.ways[KEEP]}
    sample = simulate(asked.case, alone, asked.items, actual.shape[1], (draws[0], stage, draws[1]), facts, law)
    return Pool(stage, law, sample, seen.likelihood(asked.items, sample, actual, asked.middle)[0])


def _together(pools: Sequence[Pool]) -> tuple[Floats, Floats, Floats]:
    """Return hidden normals of the futures of all rounds, their likelihood, and how they were drawn as one mixture."""
    sizes, laws = [pool.sample.scenarios for pool in pools], [pool.law for pool in pools]
    hidden = np.concatenate([pool.sample.hidden for pool in pools], axis=1)
    return hidden, np.concatenate([pool.likelihood for pool in pools]), mixture(laws, sizes, hidden)


def _picked(
    asked: Asked, facts: Facts, actual: Floats, draws: tuple[int, int], pools: Sequence[Pool], found: Weighed
) -> tuple[Sample, Weighed]:
    """Return the futures that fill `KEPT` places by weight, going all ways, and their weights."""
    times = evenly(found.weights, KEPT)
    bounds = np.cumsum([0, *(pool.sample.scenarios for pool in pools)])
    parts = []
    for pool, start, end in zip(pools, bounds, bounds[1:], strict=False):
        columns = np.nonzero(times[start:end])[0]
        if not columns.size:
            continue
        if pool.law is None:
            parts.append(pool.sample.of(columns))
        else:
            stage = (draws[0], pool.stage, pool.sample.scenarios)
            parts.append(
                simulate(asked.case, asked.ways, asked.items, actual.shape[1], stage, facts, pool.law, columns)
            )
    return joined(parts), Weighed(times[times > 0] / KEPT, found.power)


def around_seen(items: Sequence[Item], sample: Sample, actual: Floats, levels: seen.Levels) -> Around:
    """Return the law of the hidden normals around what was seen, from the futures with the same partners (R178)."""
    same = same_now(items, sample, actual)
    return around(sample.hidden[:, same], levels.told[:, same], levels.seen, levels.errors)


def same_now(items: Sequence[Item], sample: Sample, actual: Floats) -> Flags:
    """Return the futures with the same partners at work in their last known months, (scenario,); all where few are."""
    told, states = seen.states(items, sample.figures, actual)
    same: Flags = np.logical_and.reduce(told == states[:, None], axis=0)
    return same if same.sum() >= LEAST else np.ones(sample.scenarios, dtype=np.bool_)
