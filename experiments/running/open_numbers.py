"""Which numbers of a case are open: facts with a range that touch a plan, and what rules tie together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from pydantic import BaseModel

from experiments.running.futures import Movable, admits
from experiments.running.range_law import ends
from model.case_numbers import Number, Place, numbers
from model.fields import Counts, Standing
from model.inputs import Case
from model.load import case_to_dict
from model.plans import Plan


def ranged(case: Case) -> list[Number]:
    """Return the numbers of a case that have a range, in its order."""
    return [
        number
        for number in numbers(case_to_dict(case)).values()
        if number.low is not None and number.high is not None and number.low < number.high
    ]


def matters(case: Case, plan: Plan, number: Movable) -> bool:
    """Say whether a number is a fact that can touch a plan: no choice of ours, and used by the plan (R190)."""
    if not is_fact(case, number.places[0]):
        return False
    keys = [str(key) for key in number.places[0]]
    if keys[:2] == ["staffing", "moves"]:
        return keys[2] in {move.kind for move in plan.moves}
    signed = [entry.contract for part in plan.lines.values() for entry in part.partners.values()]
    teams = [role for part in plan.lines.values() for role, heads in part.team.items() if any(heads)]
    used = {
        "calibrations": [case.calibration],
        "modes": plan.modes,
        "lines": plan.lines,
        "ways": [part.way for part in plan.lines.values()],
        "contracts": signed,
        "roles": [*teams, *(role for role, heads in plan.seats.items() if any(heads))],
    }
    return keys[0] not in used or keys[1] in used[keys[0]]


def is_fact(case: Case, place: Place) -> bool:
    """Say whether what stands at a place of a case is a fact that counts under its readings (R190)."""
    node: Any = case
    for step in place:
        if isinstance(node, BaseModel):
            marks = type(node).model_fields[str(step)].metadata
            if any(_excluded(case, mark) for mark in marks):
                return False
            node = getattr(node, str(step))
        else:
            node = node[step]
    return True


def _excluded(case: Case, mark: object) -> bool:
    if isinstance(mark, Counts):
        return bool(reduce(getattr, mark.where.split("."), case) != mark.value)
    return isinstance(mark, Standing)


def open_numbers(case: Case, plans: Iterable[Plan]) -> list[Number]:
    """Return the numbers with a range that touch a plan, in the order of the case (R190)."""
    asked = list(plans)
    return [number for number in ranged(case) if any(matters(case, plan, number) for plan in asked)]


def apart(case: Case, known: Iterable[Number]) -> tuple[list[Number], list[Number]]:
    """Return the numbers that the case admits at both ends of their range, and those that it does not (R189).

    A number that is tied to others – shares that add up to 1 – leaves no case at the ends of its range.
    """
    free: list[Number] = []
    held: list[Number] = []
    for number in known:
        (free if all(admits(case, [(number, end)]) for end in ends(number)) else held).append(number)
    return free, held


def tied(case: Case, known: Sequence[Number], points: Iterable[Sequence[float]]) -> set[int]:
    """Return the places of the numbers that must stay as they are, so that each point is a case (R189).

    Of numbers that a rule ties to each other the last one in the case's order stays.

    Parameters
    ----------
    points : values of all numbers
    """
    out: set[int] = set()
    for point in points:
        values = list(zip(known, point, strict=True))
        while (place := _refused(case, [pair for at, pair in enumerate(values) if at not in out])) is not None:
            out.add([at for at in range(len(values)) if at not in out][place])
    return out


def _refused(case: Case, values: list[tuple[Number, float]]) -> int | None:
    """Return the place of the number that, set after all before it, makes the case refuse; None where none does."""
    if admits(case, values):
        return None
    good, bad = 0, len(values)
    while bad - good > 1:
        half = (good + bad) // 2
        good, bad = (half, bad) if admits(case, values[:half]) else (good, half)
    return bad - 1
