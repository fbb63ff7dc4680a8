"""Owners within reach: a fleet that grows and is scrapped, and cities that are opened at a cost (scope: unit-index)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.inputs import Case
from model.ledger import Floats


def fleet(case: Case) -> Floats:
    """Return the owners at the start of each month, (month,) owners (R106).

    Source: 80,000 owners offered to partners (004 L111); sales and scrapping are guesses.

    Examples
    --------
    10,000 owners, 1,200 new a year and none scrapped: 10,000, 10,100, 10,200, …
    """
    assert case.market is not None
    kept = (1.0 - float(case.market.scrapped)) ** (1 / 12)
    out = np.empty(case.clock.months)
    owners = float(case.market.owners)
    for month in range(case.clock.months):
        out[month] = owners
        owners = owners * kept + float(case.market.new_owners) / 12
    return out


def cities(case: Case, chosen: Sequence[int] | None) -> Floats:
    """Return the open cities, (month,), as the plan says or else as the case does (R107).

    Parameters
    ----------
    chosen : cities by phase, or None
    """
    assert case.market is not None
    by_phase = chosen or case.market.cities
    out = np.zeros(case.clock.months)
    for count, (first, end) in zip(by_phase, case.phase_bounds(), strict=True):
        out[first - 1 : end - 1] = float(count)
    return out


def reachable(case: Case, chosen: Sequence[int] | None) -> Floats | None:
    """Return the owners within reach, (month,), or None where the case has no market (R107); see `cities`."""
    if case.market is None:
        return None
    share = np.interp(cities(case, chosen), case.market.reach_cities, case.market.reach)
    out: Floats = fleet(case) * share
    return out


def entry_cost(case: Case, chosen: Sequence[int] | None) -> Floats:
    """Return what opening and keeping cities costs, (month,) CNY (R107); see `cities`."""
    if case.market is None:
        return np.zeros(case.clock.months)
    now = cities(case, chosen)
    opened = np.maximum(np.diff(now, prepend=0.0), 0.0)
    out: Floats = opened * float(case.market.opening) + now * float(case.market.upkeep)
    return out


def most_units(case: Case, line: str, within_reach: Floats | None) -> Floats | None:
    """Return the most units a month that owners within reach can ask of a line, (month,), or None (R108)."""
    take_up = case.lines[line].take_up
    if within_reach is None or take_up is None:
        return None
    return within_reach * (float(take_up) / 12)
