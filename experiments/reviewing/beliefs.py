"""What the actuals make of single assumptions, where the answer is exact: demand, conversion, losses of partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.reviewing import updates
from experiments.reviewing.figures import Item
from experiments.reviewing.futures import Hidden, Sample
from experiments.reviewing.seen import ERROR, Levels, places
from experiments.reviewing.updates import Belief
from experiments.running.range_law import law_mean, law_sd
from model.inputs import Case
from model.ledger import Flags, Floats
from model.quantities import Quantity
from reports.words import percent

Z = 1.2815515655446004
"""Standard deviations from the middle to the 9-in-10 value of a normal."""
LEAST_SLOPE = 0.05


@dataclass(frozen=True)
class Changed:
    """An assumption before and after what was seen; data : what was seen, in words."""

    title: str
    unit: str
    before: Belief
    after: Belief
    data: str


def demand(case: Case, sample: Sample, hidden: Sequence[Hidden], levels: Levels, same: Flags) -> list[Changed]:
    """Return the demand level of each line, a factor on the plan's: normal–normal on its log (R177).

    Parameters
    ----------
    sample : futures as the case believes them; its hidden normals are `hidden`
    same : (scenario,) those with the partners at work that are: a lost partner is no lower demand
    """
    laws = case.uncertainty
    rows = {one.name: row for one, row in zip(hidden, sample.hidden[:, same], strict=True) if one.rows == 1}
    out = []
    for name, told, seen in zip(levels.names, levels.told[:, same], levels.seen, strict=True):
        kind, line = name.split(".")
        if kind != "volume" or f"line.{line}.level" not in rows:
            continue
        level = float(laws.level) * rows["market.level"] + float(laws.line) * rows[f"line.{line}.level"]
        sd = float(np.hypot(laws.level, laws.line))
        reading = read_level(level, told, float(seen)) if sd > 0 else None
        if reading is not None:
            mean, left = updates.normal_normal(0.0, sd, *reading)
            title = f"Demand, {case.lines[line].title}"
            text = (
                f"volume of the last months {percent(float(np.expm1(seen - told.mean())), plus=True)} against the plan"
            )
            out.append(Changed(title, "of plan", _factor(0.0, sd), _factor(mean, left), text))
    return out


def read_level(level: Floats, told: Floats, seen: float) -> tuple[float, float] | None:
    """Return what a statistic says of a level and the sd of its error, None where it says nothing.

    Parameters
    ----------
    level, told : (scenario,) centred level and the statistic in the same futures; seen : the statistic as it came
    """
    slope = float(np.mean(level * (told - told.mean())) / np.mean(level**2))
    if slope < LEAST_SLOPE:
        return None
    left = float(np.sqrt(np.mean((told - told.mean() - slope * level) ** 2) + ERROR**2))
    return (seen - float(told.mean())) / slope, left / slope


def _factor(mean: float, sd: float) -> Belief:
    return Belief(float(np.exp(mean)), float(np.exp(mean - Z * sd)), float(np.exp(mean + Z * sd)))


def conversions(case: Case, items: Sequence[Item], actual: Floats) -> list[Changed]:
    """Return each partner's conversion where owners were asked: beta–binomial (R177)."""
    at, out = places(items), []
    for partner in case.partners:
        key, told = f"asked.{partner.id}", partner.conversion
        if key not in at or told.low is None or told.high is None or not told.low < told.high:
            continue
        known = ~np.isnan(actual[at[key]]) & ~np.isnan(actual[at[f"bought.{partner.id}"]])
        of, happened = (int(actual[at[name], known].sum()) for name in (key, f"bought.{partner.id}"))
        if of and 0.0 < float(told) < 1.0:
            before = updates.beta_of(float(told), law_sd(float(told), told.low, min(told.high, 1.0)))
            after = updates.beta_binomial(*before, happened, of)
            title, text = f"Conversion, {partner.title}", f"{happened:,} of {of:,} owners bought"
            out.append(Changed(title, "share", updates.told_share(*before), updates.told_share(*after), text))
    return out


def losses(case: Case, items: Sequence[Item], actual: Floats) -> list[Changed]:
    """Return how many partners are lost in a year of one at work after its trial: gamma–Poisson (R177)."""
    shocks = case.shocks
    if shocks is None:
        return []
    mean = float(shocks.leak) + float(shocks.merger) * float(shocks.merger_ends)
    sd = _yearly_sd(shocks.leak, shocks.merger, shocks.merger_ends)
    retries = case.trial.retries if case.trial else 0
    trial = case.costs.trial_months * (1 + retries)
    count, months = 0, 0.0
    for index, item in enumerate(items):
        if item.kind == "at_work":
            worked = actual[index] == 1
            months += max(float(worked.sum()) - trial, 0.0)
            gone = np.nonzero(worked)[0].size > trial and actual[index][~np.isnan(actual[index])][-1] == 0
            count += int(gone)
    if not mean or not sd or not months:
        return []
    before = updates.gamma_of(mean, sd)
    after = updates.gamma_poisson(*before, count, months / 12.0)
    title, text = "Partners lost in a year of one at work", f"{count} lost in {months / 12.0:.1f} years after trials"
    return [Changed(title, "a year", updates.told_rate(*before), updates.told_rate(*after), text)]


def _yearly_sd(leak: Quantity, merger: Quantity, ends: Quantity) -> float:
    """Return the sd of the yearly chance to lose a partner, leak + merger × ends, each anywhere in its range (R189)."""
    (_, alone), (often, first), (share, second) = (_law(one) for one in (leak, merger, ends))
    return float(np.sqrt(alone**2 + (first * second) ** 2 + (first * share) ** 2 + (often * second) ** 2))


def _law(number: Quantity) -> tuple[float, float]:
    """Return average and sd of the law of a number's range; without one it is sure."""
    value = float(number)
    low, high = value if number.low is None else number.low, value if number.high is None else number.high
    return law_mean(value, low, high), law_sd(value, low, high)
