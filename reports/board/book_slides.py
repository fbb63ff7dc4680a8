"""The assumption book: every guess of a case with value, range, reason and owner, page after page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.board import findings
from reports.board.phrases import word
from reports.board.specs import TABLE, SlideSpec, TableSpec, Words
from reports.cited import Cited, Says, Shelf, joined
from reports.forms import NAME

ROWS = 17
"""Assumptions on a page."""
MOST = 6
"""Values of a list that are shown; more end with an ellipsis."""
SECTIONS = ("break_even", "fit", "scenarios")
"""Parts of a case that ask about its numbers and are none of them."""
KEY = 46
"""Letters of a key in its column."""


@dataclass(frozen=True)
class Guess:
    """A guessed number of a case: its key, its pointer into case.json, and what stands there."""

    key: str
    pointer: str
    node: Mapping[str, Any]


def book_slides(shelf: Shelf) -> Iterator[SlideSpec]:
    """Yield all guesses of the case in its order, as many on a page as can be read."""
    found = list(guesses(shelf.case))
    for first in range(0, len(found), ROWS):
        rows = tuple(_row(shelf, guess) for guess in found[first : first + ROWS])
        names = ("assumption", "value", "range", "why", "owner")
        table = TableSpec(tuple(word(shelf, name) for name in names), rows, (3.7, 2.2, 1.9, 3.6, 0.9))
        notes = (word(shelf, "note_book"),)
        yield SlideSpec(TABLE, word(shelf, "book_title"), (), notes, table=table)


def guesses(case: Mapping[str, Any]) -> Iterator[Guess]:
    """Yield the numbers of a case that nobody has measured, with a value and a range."""
    for name, part in case.items():
        if name not in SECTIONS:
            yield from _nodes(part, name, f"/{name}")


def _nodes(data: Any, key: str, pointer: str) -> Iterator[Guess]:
    if isinstance(data, dict) and "value" in data and "unit" in data:
        if data.get("guess") and data["value"] not in ([], None):
            yield Guess(key, pointer, data)
    elif isinstance(data, dict):
        for name, part in data.items():
            yield from _nodes(part, f"{key}.{name}", f"{pointer}/{name}")
    elif isinstance(data, list):
        for place, part in enumerate(data):
            called = part.get("id", place) if isinstance(part, dict) else place
            yield from _nodes(part, f"{key}.{called}", f"{pointer}/{place}")


def _row(shelf: Shelf, guess: Guess) -> tuple[Words, ...]:
    node = guess.node
    several = isinstance(node["value"], list)
    unit = str(node["unit"])
    value = _values(shelf, guess) if several else Says((_number(shelf, f"{guess.pointer}/value", unit),))
    ends = [_number(shelf, f"{guess.pointer}/guess/{place}", "share" if several else unit) for place in (0, 1)]
    told = unit.removeprefix("share")
    said = value if told in ("", "factor", "1") else joined([value, told], "" if told.startswith("/") else " ")
    return (
        findings.short(guess.key, KEY),
        said,
        joined(ends, " – "),
        shelf.assumed(f"{guess.pointer}/note", NAME) if node.get("note") else "–",
        findings.short(str(node.get("owner") or word(shelf, "nobody")), 20),
    )


def _values(shelf: Shelf, guess: Guess) -> Says:
    shown = [
        _number(shelf, f"{guess.pointer}/value/{place}", str(guess.node["unit"]))
        for place in range(min(len(guess.node["value"]), MOST))
    ]
    return joined([*shown, *(["…"] if len(guess.node["value"]) > MOST else [])], " / ")


def _number(shelf: Shelf, pointer: str, unit: str) -> Cited:
    return shelf.assumed(pointer, "percent" if unit.startswith("share") else "decimal")
