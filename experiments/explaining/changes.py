"""What differs between two cases: each changed number, clause or entry as one change that can be made alone."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isclose
from typing import Any, TypeAlias

from experiments.running.input_words import amount, meaning, subject
from model.case_numbers import QUESTIONS
from model.inputs import Case
from model.load import case_from_dict, case_to_dict
from reports.words import in_words, plain

Path: TypeAlias = tuple[str, ...]
BY_ID = ("partners", "phases")
"""Lists of a case whose entries have an id."""
WORDS = ("title", "banner", "words", *QUESTIONS)
"""Keys that move no money."""
MOST_CHANGES = 24
"""Changes beyond which those of a section of the case are taken together."""
CLAUSES = ("contracts", "readings", "contract_life", "partner_margin", "trial", "scorecard")
SHORT = 40
FINEST = 13
"""Digits at which any two values differ that are not one (`KEPT`)."""
KEPT = 1e-12
"""Share by which a number may differ that a program for tables saved anew: it keeps 15 digits."""


class Absent:
    """Stands for an entry that a case does not have."""


ABSENT = Absent()


@dataclass(frozen=True)
class Change:
    """One difference between two cases, or several that are made together.

    paths : where it stands, list entries by id; is_number : a value at the same place, in the same unit
    kind : assumption or contract; what, old, new : in words
    """

    key: str
    paths: tuple[Path, ...]
    is_number: bool
    kind: str
    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Leaf:
    """A place at which two cases differ, and what stands there; `is_money` is False for texts and ranges."""

    path: Path
    old: Any
    new: Any
    is_money: bool

    @property
    def is_number(self) -> bool:
        """Whether one number took another's place, in the same unit."""
        return all(_is_quantity(side) for side in (self.old, self.new)) and self.old["unit"] == self.new["unit"]


def keyed(case: Case) -> dict[str, Any]:
    """Return a case as plain values, lists of entries by their id."""
    data = case_to_dict(case)
    return data | {name: {entry["id"]: entry for entry in data.get(name, [])} for name in BY_ID}


def leaves(old: Any, new: Any, path: Path = ()) -> Iterator[Leaf]:
    """Yield the places at which two cases differ, in the order of the old one and then of the new one (R173).

    Parameters
    ----------
    old, new : as `keyed` returns them
    """
    if isinstance(old, dict) and isinstance(new, dict) and not (_is_quantity(old) or _is_quantity(new)):
        for key in dict.fromkeys([*old, *new]):
            yield from leaves(old.get(key, ABSENT), new.get(key, ABSENT), (*path, str(key)))
    elif old != new:
        both = _is_quantity(old) and _is_quantity(new)
        same = both and old["unit"] == new["unit"] and _same(old["value"], new["value"])
        yield Leaf(path, old, new, not same and not set(WORDS) & {path[0], path[-1]})


def _is_quantity(node: Any) -> bool:
    return isinstance(node, dict) and "value" in node and "unit" in node


def _same(old: Any, new: Any) -> bool:
    """Return whether two values are one to the digits that every program for tables keeps of a number."""
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)):
        return len(old) == len(new) and all(map(_same, old, new))
    numbers = all(isinstance(side, (int, float)) and not isinstance(side, bool) for side in (old, new))
    return isclose(old, new, rel_tol=KEPT) if numbers else bool(old == new)


def changes(old: Case, new: Case) -> tuple[list[Change], int]:
    """Return what changed from one case to the other, and at how many places texts or ranges changed without money.

    One column of several partners is one change; beyond MOST_CHANGES those of a section are one (R173).
    """
    found = list(leaves(keyed(old), keyed(new)))
    money = [leaf for leaf in found if leaf.is_money]
    groups: dict[str, list[Leaf]] = {}
    for leaf in money:
        groups.setdefault(_column(leaf, money), []).append(leaf)
    if len(groups) > MOST_CHANGES:
        groups = {}
        for leaf in money:
            groups.setdefault(leaf.path[0], []).append(leaf)
    return [_change(key, part, old, new) for key, part in groups.items()], len(found) - len(money)


def _column(leaf: Leaf, found: list[Leaf]) -> str:
    """Return the name of a change: its path, or that of its column where several partners changed there."""
    if leaf.path[0] == "partners" and len(leaf.path) == 3:
        same = [other for other in found if other.path[0] == "partners" and other.path[2:] == leaf.path[2:]]
        if len(same) > 1:
            return f"partners.{leaf.path[2]}"
    return ".".join(leaf.path)


def _change(key: str, part: list[Leaf], old: Case, new: Case) -> Change:
    paths = tuple(leaf.path for leaf in part)
    kind = "contract" if all(path[0] in CLAUSES for path in paths) else "assumption"
    is_number = all(leaf.is_number for leaf in part)
    if len(part) == 1:
        leaf = part[0]
        case = old if leaf.new is ABSENT else new
        return Change(key, paths, is_number, kind, _what(case, leaf.path), *_told_apart(leaf.old, leaf.new))
    if len({path[0] for path in paths}) == 1 and paths[0][0] == "partners" and key.count("."):
        what = f"All {new.called.partners}: {meaning(_place(new, paths[0]))}"
    else:
        what = in_words(key).capitalize()
    return Change(key, paths, is_number, kind, what, "", f"{len(part)} values changed")


def _place(case: Case, path: Path) -> tuple[str | int, ...]:
    if path[0] not in BY_ID or len(path) < 2:
        return path
    ids = [entry.id for entry in getattr(case, path[0])]
    return (path[0], ids.index(path[1]), *path[2:])


def _what(case: Case, path: Path) -> str:
    """Return what a changed place means, in words: whose it is, and what."""
    place = _place(case, path)
    if len(path) < 2 or (len(path) == 2 and path[0] in (*BY_ID, "lines", "roles", "contracts", "modes", "ways")):
        return subject(case, place) if len(path) == 2 else in_words(path[0]).capitalize()
    try:
        told = meaning(place)
    except (KeyError, IndexError, StopIteration):
        told = in_words(path[-1])
    return f"{subject(case, place)}: {told}"


def _told_apart(old: Any, new: Any) -> tuple[str, str]:
    """Return both values in words, with as many digits as they need to differ (R198)."""
    said = _shown(old), _shown(new)
    if not (_is_quantity(old) and _is_quantity(new)):
        return said
    finer = ((_shown(old, digits), _shown(new, digits)) for digits in range(4, FINEST + 1))
    return said if said[0] != said[1] else next((pair for pair in finer if pair[0] != pair[1]), said)


def _shown(value: Any, digits: int = 3) -> str:
    """Return a value in words; what is long is only said to be there."""
    if value is ABSENT:
        return "none"
    if _is_quantity(value):
        values = value["value"] if isinstance(value["value"], list) else [value["value"]]
        text = ", ".join(amount(float(each), value["unit"], digits) for each in values)
    elif isinstance(value, list):
        text = ", ".join(_shown(each) for each in value)
    elif isinstance(value, dict):
        return f"{len(value)} entries"
    else:
        text = in_words(value) if isinstance(value, str) else plain(value)
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def applied(old: Case, new: Case, made: Iterable[Change]) -> Case:
    """Return the old case with some changes made, without its questions (R173); raise InputError where that is no case.

    Parameters
    ----------
    made : some of `changes(old, new)`
    """
    # A question may name a partner that only one of the cases has, and none moves money.
    data = {key: copy.deepcopy(part) for key, part in keyed(old).items() if key not in QUESTIONS}
    wanted = keyed(new)
    for change in made:
        for path in change.paths:
            _put(data, wanted, path)
    return case_from_dict(data | {name: list(data[name].values()) for name in BY_ID})


def _put(data: dict[str, Any], wanted: dict[str, Any], path: Path) -> None:
    for key in path[:-1]:
        data, wanted = data[key], wanted[key]
    if path[-1] in wanted:
        data[path[-1]] = wanted[path[-1]]
    else:
        data.pop(path[-1], None)
