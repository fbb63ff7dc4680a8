"""Plans priced under changed numbers, always on the same futures."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, Protocol

from model.case_numbers import Number, Place, numbers, partner_numbers
from model.draws import Draws
from model.errors import Finding, InputError, nearest
from model.inputs import Case
from model.ledger import Floats, present_value, result
from model.load import case_from_dict, case_to_dict
from model.plans import Plan
from model.simulate import Block, PlanMonths, plan_months

STAGE = "assumptions"


class Futures:
    """One block of draws that all changed cases and plans share, so that only what was changed makes a difference.

    Parameters
    ----------
    scenarios : S draws, at most 4096; one where the case knows no chance
    """

    def __init__(self, case: Case, seed: int, scenarios: int) -> None:
        certain = case.uncertainty.mode == "none"
        self.seed, self.scenarios = seed, 1 if certain else scenarios
        self.draws = Draws(seed, STAGE, 0, self.scenarios, certain=certain)

    def months(self, case: Case, plan: Plan) -> PlanMonths:
        """Return a plan's months under a case whose numbers may differ."""
        block = Block(case, self.seed, STAGE, 0, self.scenarios)
        # Draws belong to names, not to values: drawing them again for each value would take most of the time.
        block.draws = self.draws
        return plan_months(case, plan, block)

    def npv(self, case: Case, plan: Plan) -> Floats:
        """Return a plan's NPV, (scenario,) CNY; doing nothing earns exactly zero."""
        return present_value(result(self.months(case, plan).ledger), float(case.clock.discount))


def number_of(case: Case, key: str) -> Number:
    """Return a number of a case by its key; raise InputError with the nearest key where there is none."""
    data = case_to_dict(case)
    known = numbers(data) | partner_numbers(data)
    if key not in known:
        allowed = "keys as headcast assumptions lists them, for example lines.….demand"
        raise InputError(Finding("E-KEY", key, "no such number in the case", key, allowed, nearest(key, known)))
    return known[key]


class Movable(Protocol):
    """A number that stands at some places of a case."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Key paths in the case as plain values."""

    @property
    def scaled(self) -> bool:
        """Is a value a factor on what stands there?"""


def changed(case: Case, number: Movable, value: float) -> Case:
    """Return the case with one number set to another value (or factor); raise InputError where no case is left."""
    return changed_together(case, [(number, value)])


def changed_together(case: Case, moves: Iterable[tuple[Movable, float]]) -> Case:
    """Return the case with several numbers set to other values (or factors), read once; errors as for `changed`."""
    data = copy.deepcopy(case_to_dict(case))
    for number, value in moves:
        for place in number.places:
            _set(data, place, number.scaled, value)
    return case_from_dict(data)


def admits(case: Case, moves: Iterable[tuple[Movable, float]]) -> bool:
    """Return whether the case is still one with several numbers set to other values (or factors)."""
    try:
        changed_together(case, moves)
    except InputError:
        return False
    return True


def _set(data: dict[str, Any], place: Place, scaled: bool, value: float) -> None:
    node: Any = data
    for step in place:
        node = node[step]
    old = node["value"]
    if isinstance(old, list):
        node["value"] = [each * value for each in old]
        return
    node["value"] = old * value if scaled else value
    for key in ("guess", "range"):
        if key in node and None not in node[key]:
            node[key] = [min(node[key][0], node["value"]), max(node[key][1], node["value"])]
