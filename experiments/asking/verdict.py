"""Which of four things an experiment's figures say, decided by rule from its dataset alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

import numpy as np
import xarray as xr
from scipy.stats import t as student

from experiments.asking import valued
from experiments.comparing.pairs import verdict
from experiments.running.desk import Known, measured
from model.ledger import Floats, Ints

CONFIDENCE = 0.95
BETTER, NONE, DEPENDS, UNSAID = "better", "none", "depends", "unsaid"
"""The four forms of a finding."""
WORST = (UNSAID, NONE, BETTER)
"""What may be said of a leader and a rival, the least first."""
ENDS = 1.96
"""Errors by which a lead at an end of a number's range must be above nothing."""


@dataclass(frozen=True)
class Gap:
    """The leading option less its closest rival on the same futures, by place, CNY; the ends hold for all pairs."""

    leader: int
    rival: int
    mean: float
    low: float
    high: float


def gaps(npv: Floats, seen: int = 0, known: Known | None = None) -> list[Gap]:
    """Return the option with the largest mean held against each of the others (R185).

    Parameters
    ----------
    npv : (option, scenario) CNY, at least two options, without NaN
    seen : options out of which these were picked on the same futures, if more
    known : plans on these futures whose averages were published, from which differences are measured (R165)

    Examples
    --------
    Without chance the ends are the difference itself.

    >>> gaps(np.array([[1.0], [4.0], [2.0]]))[1]
    Gap(leader=1, rival=2, mean=2.0, low=2.0, high=2.0)
    """
    leader = int(np.argmax([measured(row, known).value for row in npv]))
    count, draws = npv.shape
    most = max(count, seen)
    pairs = most * (most - 1) // 2
    # Two options are picked out of all pairs seen, so the ends must hold for all of them together (Bonferroni).
    times = float(student.ppf(1 - (1 - CONFIDENCE) / (2 * pairs), draws - 1)) if draws > 1 else 0.0
    found = []
    for rival in (place for place in range(count) if place != leader):
        gap = npv[leader] - npv[rival]
        told = measured(gap, known)
        half = times * told.se
        found.append(Gap(leader, rival, told.value, told.value - half, told.value + half))
    return found


def closest(found: Sequence[Gap], materiality: float) -> list[Gap]:
    """Return the rivals that the leader is not surely better than, the least sure first, else the nearest one (R185).

    Parameters
    ----------
    found : of `gaps`; materiality : money below which a difference does not matter, CNY
    """
    order = sorted(found, key=lambda one: (WORST.index(form_of(one, materiality, False)), one.low))
    return [one for one in order if form_of(one, materiality, False) != BETTER] or order[:1]


def form_of(gap: Gap, materiality: float, turns: bool) -> str:
    """Return which of the four forms a finding has (R185).

    Parameters
    ----------
    materiality : money below which a difference does not matter, CNY
    turns : was a threshold found inside the range of its number, with both options ahead by what matters at one end?
    """
    if turns:
        return DEPENDS
    forms = {"better": BETTER, "no difference that matters": NONE}
    return forms.get(verdict(gap.mean, gap.low, gap.high, materiality), UNSAID)


def draws_needed(gap: Gap, materiality: float, draws: int) -> float:
    """Return about how many futures would tell, if mean and spread of the difference stay; infinite at the edge (R185).

    Examples
    --------
    0.4 M CNY ± 1.2 M on 1,000 draws would be nothing that matters if ± were 0.1 M: on 144,000.

    >>> draws_needed(Gap(0, 1, 0.4e6, -0.8e6, 1.6e6), 0.5e6, 1000)
    144000.0
    """
    room = abs(gap.mean) if gap.mean >= materiality else materiality - gap.mean
    return round(draws * ((gap.high - gap.mean) / room) ** 2, 6) if room > 0 else inf


def turns_inside(told: dict[str, Any], materiality: float, leader: str) -> bool:
    """Return whether the leader's lead turns inside a number's range, either option surely ahead at an end (R186).

    Parameters
    ----------
    told : attributes of a dataset; without a threshold, or one between two others, the answer is no
    """
    at = float(told.get("turn_at", nan))
    if not isfinite(at) or not told["turn_from"] <= at <= told["turn_to"]:
        return False
    if leader not in (told["turn_first"], told["turn_second"]):
        return False
    (low, low_se), (high, high_se) = sorted(
        (float(told[f"turn_gap_{end}"]), float(told[f"turn_gap_{end}_se"])) for end in ("from", "to")
    )
    matters = low <= -materiality and high >= materiality
    return matters and low + ENDS * low_se < 0 < high - ENDS * high_se


def sides(told: dict[str, Any]) -> dict[str, str]:
    """Return which of the two options of a threshold gains above it and which below it; none without one (R186).

    Parameters
    ----------
    told : attributes of a dataset
    """
    if "turn_first" not in told:
        return {}
    names = str(told["turn_first"]), str(told["turn_second"])
    above, below = names if told["turn_gap_to"] > told["turn_gap_from"] else names[::-1]
    return {"turn_above": above, "turn_below": below}


def decided(data: xr.Dataset) -> xr.Dataset:
    """Return an experiment's dataset with its verdict as attributes: form, leader, rival, difference and its ends.

    Parameters
    ----------
    data : npv (plan, scenario) CNY, judged and broken (plan), attribute materiality, and those of a threshold if one
        was looked up; tied (plan) is added: 1 for further options that the leader is not surely better than
    """
    materiality = float(data.attrs["materiality"])
    judged = np.flatnonzero(data["judged"].values)
    found = gaps(data["npv"].values[judged], data.sizes["plan"], valued.known_of(data))
    gap, *ties = closest(found, materiality)
    names = data["plan"].values[judged]
    form = form_of(gap, materiality, turns_inside(data.attrs, materiality, str(names[gap.leader])))
    tied = np.isin(data["plan"].values, [names[one.rival] for one in ties])
    told = {
        "form": form,
        "leader": str(names[gap.leader]),
        "rival": str(names[gap.rival]),
        "difference": gap.mean,
        "difference_low": gap.low,
        "difference_high": gap.high,
        "draws_needed": draws_needed(gap, materiality, data.sizes["scenario"]),
    }
    told |= _within(data, judged, found) | sides(data.attrs)
    return data.assign(tied=("plan", tied.astype(np.int64))).assign_attrs(told)


def _within(data: xr.Dataset, judged: Ints, found: Sequence[Gap]) -> dict[str, Any]:
    """Return the best option that breaks no limit and how far it is behind, where the leader breaks some."""
    broken = data["broken"].values[judged]
    held = [one for one in found if broken[one.leader] and not broken[one.rival]]
    if not held:
        return {}
    near = min(held, key=lambda one: one.mean)
    name = str(data["plan"].values[judged][near.rival])
    return {"within": name, "within_behind": near.mean, "within_low": near.low, "within_high": near.high}
