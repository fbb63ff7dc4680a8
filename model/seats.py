"""The lives of seats: ordered, filled, left, refilled and closed, month by month (scope: seat)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.draws import Draws
from model.inputs import Case
from model.ledger import Flags, Floats
from model.plans import Career

Tenure = NDArray[np.int16]
VACANT = -1
GONE = -2
YEAR = 12


@dataclass(frozen=True)
class Unrest:
    """What a path of organisation modes does to the chance to leave: factor and addition, both (month,) (R50)."""

    factor: Floats
    added: Floats


def lives(case: Case, careers: Sequence[Career], draws: Draws, unrest: Unrest | None = None) -> Tenure:
    """Return each seat's tenure by month, −1 while nobody sits on it (R7, R8, R48–R51).

    A seat is ordered in its first month; the person starts after a random whole number of months. Who leaves does
    so at the end of a month and the seat is ordered again.

    Parameters
    ----------
    careers : C seats with the months in which they are open
    draws : the block's named draws; a seat's stream does not depend on the other seats
    unrest : what the organisation does to the chance to leave; None for nothing

    Returns
    -------
    tenure : (month, career, scenario) whole months since the person started
    """
    months, count, scenarios = case.clock.months, len(careers), draws.scenarios
    tenure = np.full((months, count, scenarios), VACANT, dtype=np.int16)
    if not count:
        return tenure
    leave = np.stack([draws.uniform(f"{c.key}.leave", months) for c in careers], axis=1)
    waits = np.stack([start_waits(case, c, draws) for c in careers], axis=1)
    first_waits, again = _first_waits(case, careers, waits), _refill_waits(case, waits)
    asked, hazards = exit_draws(case, careers, draws), _hazards(case)
    sends, entries = _sends(careers, months), _entries(case, careers, draws, unrest)
    first = np.array([c.first_month for c in careers])[:, None]
    close = np.array([c.close for c in careers])[:, None]
    state = np.full((count, scenarios), VACANT, dtype=np.int16)
    wait = np.zeros((count, scenarios), dtype=np.int16)
    for month in range(1, months + 1):
        is_open = (month >= first) & (month < close)
        if not is_open.any():
            state[:] = VACANT
            continue
        wait = np.where(first == month, first_waits, wait)
        state = np.where(is_open, _advance(state, wait), VACANT).astype(np.int16)
        state = np.where((first == month) & (entries >= 0), entries, state)
        tenure[month - 1] = state
        gone = (state >= 0) & ((leave[month - 1] < _hazard(hazards, state, unrest, month)) | sends[month - 1])
        wait = np.where(gone, again[month - 1], wait - 1)
        if asked is not None:
            out = dismissed_in(case, month, state, asked)
            wait = np.where(out, again[month - 1] if _refills_exits(case) else np.int16(months + 1), wait)
            gone |= out
        state = np.where(gone, np.int16(GONE), state)
    return tenure


def _sends(careers: Sequence[Career], months: int) -> Flags:
    """Return at the end of which months the person of a seat moves to another one, (month, career, 1) (R130)."""
    out = np.zeros((months, len(careers), 1), dtype=bool)
    for index, career in enumerate(careers):
        for month in career.sends:
            out[month - 2, index] = True
    return out


def _entries(case: Case, careers: Sequence[Career], draws: Draws, unrest: Unrest | None) -> Tenure:
    """Return the tenure of who opens a seat by a move, (career, scenario), −1 where nobody comes (R130)."""
    out = np.full((len(careers), draws.scenarios), VACANT, dtype=np.int16)
    for index, career in enumerate(careers):
        if career.source is not None:
            out[index] = _mover(case, career.source, career.first_month - 1, draws, unrest)
    return out


def _mover(case: Case, source: Career, last: int, draws: Draws, unrest: Unrest | None) -> Tenure:
    """Return next month's tenure of who sits on a seat at the end of its month `last` and stays, (scenario,)."""
    state = lives(case, [source], draws, unrest)[last - 1]
    leave = draws.uniform(f"{source.key}.leave", case.clock.months)[last - 1]
    gone = (state < 0) | (leave < _hazard(_hazards(case), state, unrest, last))
    asked = exit_draws(case, [source], draws)
    if asked is not None:
        gone |= dismissed_in(case, last, state, asked)
    out: Tenure = np.where(gone, np.int16(VACANT), state + 1).astype(np.int16)[0]
    return out


def _advance(state: Tenure, wait: NDArray[np.int16]) -> Tenure:
    """Return next month's tenure: people grow older, a waiting seat is filled when its wait is over."""
    vacant = state < 0
    return np.where(vacant, np.where(wait <= 0, 0, VACANT), state + 1).astype(np.int16)


def _hazards(case: Case) -> Floats:
    """Return the chance to leave by tenure 0…T, with the factors of tenure and care (R8, R50)."""
    rules, tenure = case.staffing, np.arange(case.clock.months + 1)
    out = np.where(tenure < YEAR, float(rules.leave_first_year), float(rules.leave_later))
    if rules.attrition is None:
        return out
    band = np.searchsorted([float(edge) for edge in rules.attrition.tenure_from], tenure, side="right") - 1
    factors = np.array([float(factor) for factor in rules.attrition.tenure_factor])
    scaled: Floats = out * factors[band] * float(rules.attrition.care)
    return scaled


def _hazard(by_tenure: Floats, state: Tenure, unrest: Unrest | None, month: int) -> Floats:
    out: Floats = by_tenure[np.maximum(state, 0)]
    return out if unrest is None else out * unrest.factor[month - 1] + unrest.added[month - 1]


def start_waits(case: Case, career: Career, draws: Draws) -> NDArray[np.int16]:
    """Return the whole months from an order in each month to the start, (month, scenario) (R7, R48).

    An offer that falls through in the month it should have been accepted starts a new search in that month, with
    that month's own draws.
    """
    months, hiring = case.clock.months, case.staffing.hiring
    search = float(case.roles[career.role].fill_median) * np.exp(
        float(case.staffing.fill_sd) * draws.normal(f"{career.key}.fill", months)
    )
    notice = float(hiring.notice) if hiring else 0.0
    waits = np.minimum(np.rint(search + notice), months).astype(np.int16)
    if hiring is None or not hiring.offer_slip:
        return waits
    slips = draws.uniform(f"{career.key}.slip", months) < float(hiring.offer_slip)
    lost = np.clip(np.rint(search), 1, months).astype(np.int64)
    for month in reversed(range(months)):
        again = np.minimum(month + lost[month], months - 1)
        later = np.take_along_axis(waits, again[None], axis=0)[0] + lost[month]
        later = np.where(month + lost[month] > months - 1, months, np.minimum(later, months))
        waits[month] = np.where(slips[month], later, waits[month])
    return waits


def _first_waits(case: Case, careers: Sequence[Career], waits: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return what is left of the wait when each seat opens, (career, scenario), ordered ahead or not (R48).

    A seat that a move opens is ordered when it turns out that nobody comes (R130).
    """
    ahead = case.staffing.hiring.order_ahead if case.staffing.hiring else 0
    out = []
    for index, career in enumerate(careers):
        ordered = order_month(career.first_month, 0 if career.source else ahead)
        out.append(np.maximum(waits[ordered - 1, index] - (career.first_month - ordered), 0))
    return np.stack(out).astype(np.int16)


def order_month(first_month: int, ahead: int) -> int:
    """Return the month in which a seat that opens in `first_month` is ordered (R48)."""
    return max(1, first_month - ahead)


def lead_time(case: Case, role: str) -> int:
    """Return the months from ordering a seat to the usual start: median search and notice, no offer lost (R48)."""
    notice = float(case.staffing.hiring.notice) if case.staffing.hiring else 0.0
    return round(float(case.roles[role].fill_median) + notice)


def usual_start(case: Case, role: str, opens: int) -> int:
    """Return the month in which somebody usually starts on a seat that opens in a month (R48, R136)."""
    ahead = case.staffing.hiring.order_ahead if case.staffing.hiring else 0
    return max(opens, order_month(opens, ahead) + lead_time(case, role))


def _refill_waits(case: Case, waits: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the wait of a seat left at the end of each month, (month, career, scenario) (R49)."""
    hiring, months = case.staffing.hiring, case.clock.months
    if hiring is None or (hiring.backfill == "yes" and not hiring.backfill_after):
        return waits
    if hiring.backfill == "none":
        return np.full(waits.shape, months + 1, dtype=np.int16)
    out = np.full(waits.shape, months + 1, dtype=np.int16)
    late = min(hiring.backfill_after, months)
    out[: months - late] = waits[late:] + late
    return out


def exit_draws(case: Case, careers: Sequence[Career], draws: Draws) -> Floats | None:
    """Return the uniforms that decide who is asked to leave, (month, career, scenario); None without the rule (R51)."""
    if case.staffing.managed_exit is None or not careers:
        return None
    return np.stack([draws.uniform(f"{c.key}.exit", case.clock.months) for c in careers], axis=1)


def dismissed_in(case: Case, month: int, state: Tenure, asked: Floats) -> Flags:
    """Return who is asked to leave at the end of a month, shape of `state`; an exit counts before a resignation (R51).

    Parameters
    ----------
    state : (career, scenario) tenure in that month
    asked : (month, career, scenario) from `exit_draws`
    """
    rule = case.staffing.managed_exit
    if rule is None or month not in rule.months:
        return np.zeros(state.shape, dtype=bool)
    out: Flags = (state + 1 >= max(rule.tenure_least, 1)) & (asked[month - 1] < float(rule.share))
    return out


def _refills_exits(case: Case) -> bool:
    return case.staffing.managed_exit is not None and case.staffing.managed_exit.backfilled


def dismissals(case: Case, careers: Sequence[Career], tenure: Tenure, draws: Draws) -> Flags | None:
    """Return who is asked to leave at the end of each month, (month, career, scenario); None without the rule (R51)."""
    asked = exit_draws(case, careers, draws)
    if asked is None:
        return None
    return np.stack([dismissed_in(case, month, row, asked) for month, row in enumerate(tenure, start=1)])


def stayers(tenure: Tenure, careers: Sequence[Career] = ()) -> Floats:
    """Return the people of each month who are still with their line a month later, (month, scenario) (R39, R130).

    Parameters
    ----------
    tenure : (month, career, scenario); nobody leaves with the horizon's last month
    careers : the seats; a seat that is opened by a move within the line counts who came as one who stayed
    """
    later = np.concatenate([tenure[1:], tenure[-1:] + 1])
    out: Floats = np.add.reduce((tenure >= 0) & (later == tenure + 1), axis=1, dtype=np.float64)
    for index, career in enumerate(careers):
        if career.source is not None and career.source.line == career.line:
            out[career.first_month - 2] += tenure[career.first_month - 1, index] > 0
    return out


def here_before(first_month: int, tenure: Tenure) -> Flags:
    """Return who has been in the unit since before a month, in the months from then on, (month, scenario) (R130).

    On a seat that opens in that month this is who came by a move: everybody else has served fewer months than it.

    Parameters
    ----------
    tenure : (month, scenario)
    """
    since = np.arange(1, len(tenure) + 1)[:, None] - first_month
    out: Flags = (since >= 0) & (tenure > since)
    return out
