"""The assumption book: the guesses that matter most, with value, range, reason and owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.board import findings
from reports.board.drawn_answers import by_strength, ends_of, title_of
from reports.board.phrases import answer_futures, word
from reports.board.specs import TABLE, SlideSpec, TableSpec, Words
from reports.cited import Cited, Says, Shelf, joined
from reports.forms import PASSAGE

ROWS, PAGES = 7, 3
"""Assumptions on a page, and pages of them."""
MOST = 6
"""Values of a list that are shown; more end with an ellipsis."""
SECTIONS = ("break_even", "fit", "scenarios")
"""Parts of a case that ask about its numbers and are none of them."""
KEY = 90
"""Letters of a name in its column."""
SENSITIVITY = "sensitivity"


@dataclass(frozen=True)
class Guess:
    """A guessed number of a case: its key, its pointer into case.json, and what stands there."""

    key: str
    pointer: str
    node: Mapping[str, Any]


def book_slides(shelf: Shelf, names: Mapping[str, str] | None = None) -> Iterator[SlideSpec]:
    """Yield the assumptions that matter most, in plain words, and say where the others stand (R218).

    Parameters
    ----------
    names : plain name of each guess by its pointer into case.json; None says them as the case's files do
    """
    every = [each for each in guesses(shelf.case) if _believed(shelf, each)]
    if SENSITIVITY in shelf.answers:
        yield from _strongest(shelf, every)
        return
    found = _widest(every)[: ROWS * PAGES]
    heads = tuple(word(shelf, name) for name in ("assumption", "value", "range", "why", "owner"))
    for first in range(0, len(found), ROWS):
        page = found[first : first + ROWS]
        rows = tuple(_row(shelf, guess, (names or {}).get(guess.pointer, "")) for guess in page)
        yield _page(shelf, "book_title", TableSpec(heads, rows, (4.2, 1.6, 1.7, 3.6, 1.0)), page)


def _strongest(shelf: Shelf, every: Sequence[Guess]) -> Iterator[SlideSpec]:
    """Yield the numbers that move the result most, from the stored answer."""
    keys = by_strength(shelf)[: ROWS * PAGES]
    known = {each.key: each for each in every}
    heads = (*(word(shelf, name) for name in ("assumption", "range")), head_of_move(shelf))
    heads = (*heads, *(word(shelf, name) for name in ("why", "owner")))
    for first in range(0, len(keys), ROWS):
        page = keys[first : first + ROWS]
        rows = tuple(_strong_row(shelf, key, known.get(key)) for key in page)
        kept = [known[key] for key in page if key in known]
        yield _page(shelf, "book_strongest", TableSpec(heads, rows, (4.2, 1.9, 1.8, 3.2, 1.0)), kept)


def head_of_move(shelf: Shelf) -> str:
    """Return the head of the column that says how far a number moves the result."""
    text, unit = word(shelf, "moves_by"), word(shelf, "unit")
    return f"{text}, {unit.replace(' ', chr(0xA0))}" if shelf.language == "en" else f"{text}（{unit}）"


def _strong_row(shelf: Shelf, key: str, guess: Guess | None) -> tuple[Words, ...]:
    moves = [
        shelf.number("change", form="money_bare_plus", of=SENSITIVITY, number=key, end=end) for end in ("low", "high")
    ]
    return (title_of(shelf, key), ends_of(shelf, key), joined(moves, " / "), *_reason(shelf, guess))


def _page(shelf: Shelf, title: str, table: TableSpec, kept: Sequence[Guess]) -> SlideSpec:
    keys = joined([each.key for each in kept], "; ")
    notes: tuple[Words, ...] = (word(shelf, "note_book"), keys) if kept else (word(shelf, "note_book"),)
    futures = answer_futures(shelf, SENSITIVITY) if SENSITIVITY in shelf.answers else ""
    return SlideSpec(TABLE, word(shelf, title), (word(shelf, "book_more"),), notes, table=table, futures=futures)


def _believed(shelf: Shelf, guess: Guess) -> bool:
    """Whether a guess belongs to the run: those of other calibrations do not."""
    parts = guess.key.split(".")
    return parts[0] != "calibrations" or parts[1] == str(shelf.run.dataset.attrs["calibration"])


def _widest(found: Sequence[Guess]) -> list[Guess]:
    """Return guesses by the width of their range against its middle, one of each kind and range, noughts last."""
    once = {(each.key.rsplit(".", 1)[-1], *map(float, each.node["guess"])): each for each in reversed(found)}
    return sorted(once.values(), key=lambda each: (_is_nought(each), -_wide(each), each.key))


def _is_nought(guess: Guess) -> bool:
    """Whether a guess stands at nought: most of them are switched off."""
    value = guess.node["value"]
    return not any(value if isinstance(value, list) else [value])


def _wide(guess: Guess) -> float:
    low, high = map(float, guess.node["guess"])
    middle = (abs(low) + abs(high)) / 2
    return (high - low) / middle if middle else 0.0


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


def _row(shelf: Shelf, guess: Guess, name: str) -> tuple[Words, ...]:
    node = guess.node
    several = isinstance(node["value"], list)
    unit = str(node["unit"])
    value = _values(shelf, guess) if several else Says((_number(shelf, f"{guess.pointer}/value", unit),))
    ends = [_number(shelf, f"{guess.pointer}/guess/{place}", "share" if several else unit) for place in (0, 1)]
    told = unit.removeprefix("share")
    said = value if told in ("", "factor", "1") else joined([value, told], "" if told.startswith("/") else " ")
    return (
        findings.short(name or guess.key, KEY),
        said,
        joined(ends, " – "),
        *_reason(shelf, guess),
    )


def _reason(shelf: Shelf, guess: Guess | None) -> tuple[Words, Words]:
    if guess is None:
        return "–", word(shelf, "nobody")
    why = shelf.assumed(f"{guess.pointer}/note", PASSAGE) if guess.node.get("note") else "–"
    return why, findings.short(str(guess.node.get("owner") or word(shelf, "nobody")), 20)


def _values(shelf: Shelf, guess: Guess) -> Says:
    shown = [
        _number(shelf, f"{guess.pointer}/value/{place}", str(guess.node["unit"]))
        for place in range(min(len(guess.node["value"]), MOST))
    ]
    return joined([*shown, *(["…"] if len(guess.node["value"]) > MOST else [])], " / ")


def _number(shelf: Shelf, pointer: str, unit: str) -> Cited:
    return shelf.assumed(pointer, "percent" if unit.startswith("share") else "decimal")
