"""What a board is told of the case's milestones: months, marks, the chance to meet each, and what a miss means."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

from reports.board.nobody_yet import counting
from reports.board.phrases import begun, listed, phrase, sentences
from reports.cited import Cited, Says, Shelf
from reports.drawing import RECOMMENDED
from reports.words import is_number

BOARD = "board"
"""Question whose answer tells the chances."""
COUNTED = ("cities", "partners", "users", "nps")
"""Marks of a gate that are counts; revenue is money, conversion a share."""
MET = "chance_at_least 1"
SURE, NEVER = 0.95, 0.05
"""From this chance on the middle case behind a mark says nothing more; below that a mark is practically never met."""
NINE_OF_TEN = "quantile 0.1"
"""What nine of ten futures reach (R203)."""


def unit_gates(shelf: Shelf) -> dict[str, Mapping[str, Any]]:
    """Return the milestones of the whole unit by name, earliest first, as they stand in the case."""
    found = {name: gate for name, gate in shelf.case.get("gates", {}).items() if not gate.get("line")}
    return dict(sorted(found.items(), key=lambda item: int(item[1]["month"])))


def gates(shelf: Shelf) -> Says:
    """Return the milestones of the case, their months and marks, and whether the plan waits for them."""
    found = [gate(shelf, name) for name in unit_gates(shelf)]
    if not found:
        return phrase(shelf, "no_gates")
    return phrase(shelf, "gates" if waits(shelf) else "gates_free", marks=listed(shelf, found))


def waits(shelf: Shelf) -> bool:
    """Whether the recommended plan asks any milestone: else it goes on whatever was reached."""
    return bool(shelf.run.plans[RECOMMENDED].policies.gates)


def gate(shelf: Shelf, name: str) -> Says:
    """Return one milestone: its month and its marks."""
    return phrase(shelf, "gate", month=_month(shelf, name), marks=marks(shelf, name))


def marks(shelf: Shelf, name: str) -> Says:
    """Return what a milestone asks for."""
    return listed(shelf, [_mark(shelf, name, mark) for mark in _wanted(shelf, name)])


def milestones(shelf: Shelf) -> Says | None:
    """Return each milestone with the chance to meet its marks, and what missing one means; None without chances."""
    names = list(unit_gates(shelf))
    if not names or not known(shelf):
        return None
    return sentences(shelf, [*(said for name in names for said in milestone_told(shelf, name)), missed(shelf)])


def milestone_told(shelf: Shelf, name: str) -> list[Says]:
    """Return a milestone, and of the first one what to put in the place of marks that are never met (R231)."""
    said = [begun(milestone(shelf, name))]
    first = known(shelf) and name == next(iter(unit_gates(shelf)))
    wanted = _wanted(shelf, name) if first else []
    return [*said, *(_proposed(shelf, name, mark) for mark in wanted if _has_other(shelf, name, mark))]


def _proposed(shelf: Shelf, name: str, mark: str) -> Says:
    at = _at(f"{name}.{mark}")
    within = phrase(shelf, mark, count=shelf.number("reached", NINE_OF_TEN, _form(mark), **at))
    going, ending = (shelf.number(key, "value", "money_plus", **at) for key in ("missed_on", "missed_end"))
    ends = bool(shelf.answers[BOARD]["missed_ends"].sel(mark=f"{name}.{mark}"))
    key = "proposed_end" if ends else "proposed_on"
    return phrase(shelf, key, month=_month(shelf, name), mark=within, going=going, ending=ending)


def _has_other(shelf: Shelf, name: str, mark: str) -> bool:
    """Whether a mark is practically never met, another would be, and what a miss of that one leaves is known."""
    data, place = shelf.answers[BOARD], f"{name}.{mark}"
    if "missed_on" not in data or _out_of_reach(shelf, name, mark):
        return False
    rare = float(data["met"].sel(mark=place).mean()) < NEVER
    some = float(data["reached"].sel(mark=place).quantile(float(NINE_OF_TEN.split()[1]))) > 0
    return (
        rare
        and some
        and not isnan(float(data["missed_on"].sel(mark=place)) + float(data["missed_end"].sel(mark=place)))
    )


def known(shelf: Shelf) -> bool:
    """Whether the chances to meet the marks were asked for."""
    return BOARD in shelf.answers and "met" in shelf.answers[BOARD]


def missed(shelf: Shelf) -> Says:
    """Return what missing a mark means for the recommended plan."""
    return phrase(shelf, "missed_waits" if waits(shelf) else "missed")


def milestone(shelf: Shelf, name: str) -> Says:
    """Return one milestone with the chance to meet each of its marks and all together; without chances its marks."""
    if not known(shelf):
        return gate(shelf, name)
    told = listed(shelf, [_mark_chance(shelf, name, mark) for mark in _wanted(shelf, name)])
    return phrase(shelf, "milestone", month=_month(shelf, name), marks=told, all=_all(shelf, name))


def _month(shelf: Shelf, name: str) -> Cited:
    return shelf.assumed(f"/gates/{name}/month", "month")


def _wanted(shelf: Shelf, name: str) -> list[str]:
    return [mark for mark, wanted in shelf.case["gates"][name]["least"].items() if wanted]


def _form(mark: str) -> str:
    return "count" if mark in COUNTED else "money" if mark == "revenue" else "percent"


def _mark(shelf: Shelf, name: str, mark: str) -> Says:
    return phrase(shelf, mark, count=shelf.assumed(f"/gates/{name}/least/{mark}/value", _form(mark)))


def _mark_chance(shelf: Shelf, name: str, mark: str) -> Says:
    said, place = _mark(shelf, name, mark), f"{name}.{mark}"
    assumed = _assumed(shelf, name, mark)
    if _out_of_reach(shelf, name, mark):
        planned = shelf.number("planned", "value", "count", **_at(place))
        return phrase(shelf, "mark_planned", mark=said, planned=planned, assumed=assumed)
    chance = shelf.number("met", MET, "percent", **_at(place))
    if is_number(chance.value) and chance.value >= SURE:
        return phrase(shelf, "mark_chance", mark=said, chance=chance, assumed=assumed)
    middle = shelf.number("reached", "p50", _form(mark), **_at(place))
    if not is_number(chance.value) or chance.value >= NEVER:
        return phrase(shelf, "mark_middle", mark=said, chance=chance, middle=middle, assumed=assumed)
    within = shelf.number("reached", NINE_OF_TEN, _form(mark), **_at(place))
    key = "mark_never" if is_number(within.value) and within.value > 0 else "mark_middle"
    slots = {"within": within} if key == "mark_never" else {}
    return phrase(shelf, key, mark=said, chance=chance, middle=middle, assumed=assumed, **slots)


def _assumed(shelf: Shelf, name: str, mark: str) -> Says | str:
    """Return how many partners a mark counts that nobody has signed, nothing for other marks (R226)."""
    if mark != "partners":
        return ""
    told = shelf.case["gates"][name]
    return counting(shelf, int(told["month"]), float(told["least"][mark]["value"]))


def _at(mark: str) -> dict[str, Any]:
    return {"of": BOARD, "mark": mark}


def _out_of_reach(shelf: Shelf, name: str, mark: str) -> bool:
    """Whether the plan itself does not allow a mark, whatever happens."""
    planned = float(shelf.answers[BOARD]["planned"].sel(mark=f"{name}.{mark}"))
    return planned < float(shelf.case["gates"][name]["least"][mark]["value"])


def _all(shelf: Shelf, name: str) -> Says:
    if any(_out_of_reach(shelf, name, mark) for mark in _wanted(shelf, name)):
        return phrase(shelf, "all_planned")
    chance, error = (
        shelf.number("met_all", statistic, form, of=BOARD, gate=name)
        for statistic, form in ((MET, "percent"), (f"{MET.replace(' ', '_se ')}", "percent_error"))
    )
    return phrase(shelf, "all_met", chance=chance, error=error)
