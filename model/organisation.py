"""What a path of organisation modes does: coordination, transition loss and unrest by month (scope: unit-index)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model import channels
from model.inputs import Case
from model.ledger import Floats
from model.people_inputs import Mode
from model.seats import Unrest


@dataclass(frozen=True)
class Organisation:
    """What a path of organisation modes does to working time and to the chance to leave, by month
    (R10, R50, R59, R93, R101).

    coordination, transition : (month,) share of working time left, share of labour lost
    handover : (2, month) 1 while moved posts are staffed twice, and 1 in the month of a change; None for none (R93)
    lost : (month,) share of timed campaigns that miss their window, None where the modes say nothing of it (R101)
    unrest : what it does to the chance to leave, None where the case says nothing of it
    """

    coordination: Floats
    transition: Floats
    lost: Floats | None = None
    unrest: Unrest | None = None
    handover: Floats | None = None


def organisation(case: Case, modes: Sequence[str]) -> Organisation:
    """Return what one mode per phase does by month (R10, R50, R59, R93, R101)."""
    coordination, transition = np.zeros(case.clock.months), np.zeros(case.clock.months)
    factor, added = np.ones(case.clock.months), np.zeros(case.clock.months)
    attrition = case.staffing.attrition
    for phase, (first, end) in enumerate(case.phase_bounds()):
        mode, name = case.modes[modes[phase]], modes[phase]
        coordination[first - 1 : end - 1] = float(mode.coordination) * friction(mode, phase)
        if attrition is not None:
            factor[first - 1 : end - 1] = float(attrition.by_mode.get(name, 1.0))
        if phase and name != modes[phase - 1]:
            lost = float(case.staffing.transition_rate) * _fading(case, first, _loss_months(case))
            transition = np.maximum(transition, lost)
            if attrition is not None and attrition.change_months > 0:
                rate = float(attrition.change_added) / float(attrition.change_months)
                added = np.maximum(added, rate * _fading(case, first, float(attrition.change_months)))
    unrest = Unrest(factor, added) if attrition is not None else None
    return Organisation(coordination, transition, _lost_windows(case, modes), unrest, _handover(case, modes))


def _handover(case: Case, modes: Sequence[str]) -> Floats | None:
    """Return when moved posts are staffed twice and when a mode changes, (2, month) of 0 and 1 (R93)."""
    if case.reorganisation is None:
        return None
    out = np.zeros((2, case.clock.months))
    for phase, (first, _) in enumerate(case.phase_bounds()):
        if phase and modes[phase] != modes[phase - 1]:
            out[0, first - 1 : first - 1 + case.reorganisation.double_months] = 1.0
            out[1, first - 1] = 1.0
    return out


def _lost_windows(case: Case, modes: Sequence[str]) -> Floats | None:
    if case.channels is None or any(case.modes[mode].approvals is None for mode in modes):
        return None
    out = np.zeros(case.clock.months)
    for (first, end), mode in zip(case.phase_bounds(), modes, strict=True):
        out[first - 1 : end - 1] = channels.lost_windows(case.channels, case.modes[mode].approvals)
    return out


def friction(mode: Mode, phase: int) -> float:
    """Return the share of working time left after groups, approval levels and the phase's own losses (R59).

    Examples
    --------
    Seven groups where three are free and each further one costs 6.02 % leave 78 %: −22 %.
    """
    rule = mode.friction
    if rule is None:
        return 1.0
    further = max(float(rule.groups) - float(rule.groups_free), 0.0)
    left = (1.0 - float(rule.group_loss)) ** further * (1.0 - float(rule.level_loss)) ** float(rule.levels)
    return float(left * rule.by_phase[phase])


def _fading(case: Case, first: int, lasts: float) -> Floats:
    """Return 1 in each month from `first` for as long as it lasts, a part of a month as that part, (month,)."""
    since = np.arange(case.clock.months) - (first - 1)
    return np.where(since < 0, 0.0, np.clip(lasts - since, 0.0, 1.0))


def _loss_months(case: Case) -> float:
    """Return how many months the loss lasts; a part of a month counts as that part."""
    return 1.0 if case.readings.transition_loss == "once" else float(case.staffing.transition_months)
