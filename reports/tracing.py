"""Every number of a document held against the stored datasets: confirmed, edited since it was written, or drifted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isclose, isnan
from typing import Any, Literal, get_args

import numpy as np

from model.errors import InputError
from model.ledger import Floats
from model.quoting import Quote, Value, from_json
from reports.cells import RANGE, cells_of
from reports.forms import written

State = Literal["confirmed", "edited", "drifted", "gone", "not found"]
STATES: tuple[State, ...] = get_args(State)
"""As written and as the dataset says; changed in the document; changed in the dataset; no longer there; no dataset."""
Place = str | Sequence[float]
Number = Callable[[Quote], Value]
Row = Callable[[Quote], Floats]
CLOSE = 1e-9
"""Share by which a number in a chart or a cell may differ: what files keep of a float."""
DIGITS = re.compile(r"\d")
LONG = 400
"""Numbers of a row from which on the register keeps their fingerprint instead of them all."""


@dataclass(frozen=True)
class Traced:
    """A number of a document: where it stands, what stands there, what the datasets say, and how the two relate.

    wrote : what headcast wrote there
    """

    place: str
    state: State
    shows: str
    wrote: str
    stored: str
    quote: str


@dataclass(frozen=True)
class Sources:
    """How a quote is computed again: one number, or a row of them; both raise InputError where nothing is found."""

    number: Number
    row: Row


def trace(register: Mapping[str, Any], found: Mapping[str, Place], sources: Sources) -> list[Traced]:
    """Return each number that a document's register knows, in the order of the document.

    Parameters
    ----------
    register : as `cited.Register.as_json` wrote it
    found : what stands in the document now, by place: a text, or the numbers of a series
    """
    out: list[Traced] = []
    for place, entry in register["places"].items():
        if numbers_in(entry):
            out += _series(place, entry, found.get(place), sources)
        else:
            out += _text(register, place, entry["pieces"], found.get(place), sources)
    return out


def numbers_in(entry: Mapping[str, Any]) -> bool:
    """Say whether a place of a register holds numbers, not a text."""
    return "quote" in entry or "quotes" in entry


def fingerprint(values: Iterable[float]) -> str:
    """Return what tells a row of numbers from another one, to the 12 digits that every program keeps.

    Examples
    --------
    >>> fingerprint([0.1 + 0.2, 1.0]) == fingerprint([0.3, 1.0]), fingerprint([0.3]) == fingerprint([0.30000001])
    (True, False)
    """
    return sha256(",".join(f"{value:.11e}" for value in values).encode()).hexdigest()


def unsourced(register: Mapping[str, Any], found: Mapping[str, Place]) -> list[str]:
    """Return the places of a document that hold numbers and that headcast did not write."""
    known = register["places"]
    return [place for place, text in found.items() if place not in known and DIGITS.search(str(text))]


def _text(
    register: Mapping[str, Any], place: str, pieces: Sequence[Any], shows: Place | None, sources: Sources
) -> list[Traced]:
    cited = [piece for piece in pieces if not isinstance(piece, str)]
    now = _groups(pieces, None if shows is None else str(shows))
    language, start = register["language"], register["start"]
    out = []
    for piece, text in zip(cited, now, strict=True):
        quote = from_json(piece["quote"])
        try:
            stored: str | None = written(sources.number(quote), piece["form"], language, start)
        except InputError:
            stored = None
        state = _state(text == piece["text"], text is None, stored == piece["text"], stored is None)
        out.append(Traced(place, state, text or "", piece["text"], stored or "", quote.words()))
    return out


def _state(same: bool, gone: bool, agrees: bool, missing: bool) -> State:
    if gone:
        return "gone"
    if not same:
        return "edited"
    if missing:
        return "not found"
    return "confirmed" if agrees else "drifted"


def _groups(pieces: Sequence[Any], shows: str | None) -> list[str | None]:
    """Return what stands now where each cited number stood; None where that cannot be told."""
    texts = [piece["text"] for piece in pieces if not isinstance(piece, str)]
    if shows is None:
        return [None for _ in texts]
    # Most often one number was changed: with one place free at a time, neighbours cannot take each other's words.
    for free in [*([place] for place in range(len(texts))), range(len(texts))]:
        match = re.fullmatch(_pattern(pieces, free), shows, re.DOTALL)
        if match is not None:
            return list(match.groups())
    # The words around were changed too: a number counts as kept where it still stands, each standing once.
    left, out = shows, []
    for text in texts:
        at = _standing(text, left)
        out.append(None if at is None else text)
        left = left if at is None else left[at + len(text) :]
    return out


def _pattern(pieces: Sequence[Any], free: Sequence[int]) -> str:
    """Return the sentence as a pattern in which only the numbers at some places may be others than were written."""
    out, place = "", 0
    for piece in pieces:
        if isinstance(piece, str):
            out += re.escape(piece)
        else:
            out += "(.*?)" if place in free else f"({re.escape(piece['text'])})"
            place += 1
    return out


def _standing(text: str, within: str) -> int | None:
    """Return where a number stands by itself in a text, not as a part of a longer one."""
    match = re.search(rf"(?<![\d.,]){re.escape(text)}(?![.,]?\d)", within)
    return match.start() if match else None


def _series(place: str, entry: Mapping[str, Any], shows: Place | None, sources: Sources) -> list[Traced]:
    if "quotes" in entry:
        return _points(place, entry, shows, sources)
    quote = from_json(entry["quote"])
    now = None if shows is None or isinstance(shows, str) else np.array(shows, dtype=float)
    try:
        stored: Floats | None = sources.row(quote) / entry["scale"]
    except InputError:
        stored = None
    wrote = _wrote(entry, now, stored)
    if wrote is None:
        # What was written is in neither the document nor the dataset: only that it changed is known.
        return [Traced(place, "gone" if now is None else "edited", "", entry["sha256"][:12], "", quote.words())]
    out, words = [], quote.words()
    for name, index in _names(place, len(wrote)):
        value = float(wrote[index])
        there, back = _one(now, index), _one(stored, index)
        if there is not None and isnan(there) and not isnan(value):
            there = None
        state = _state(_close(there, value), there is None, _close(back, value), back is None)
        out.append(Traced(name, state, _told(there), _told(value), _told(back), words))
    return out


def _wrote(entry: Mapping[str, Any], now: Floats | None, stored: Floats | None) -> Floats | None:
    """Return the numbers that were written; of a long row, those that still have its fingerprint."""
    if "values" in entry:
        return np.array(entry["values"], dtype=float)
    for values in (now, stored):
        if values is not None and fingerprint(values) == entry["sha256"]:
            return values
    return None


def _names(place: str, size: int) -> list[tuple[str, int]]:
    """Return what each number of a row is called: its cell in a workbook, elsewhere its number from 1."""
    if RANGE.fullmatch(place):
        return [(name, index) for index, name in enumerate(cells_of(place)[:size])]
    return [(place if size == 1 else f"{place}, {index + 1}", index) for index in range(size)]


def _points(place: str, entry: Mapping[str, Any], shows: Place | None, sources: Sources) -> list[Traced]:
    """Return each number of a series whose numbers have sources of their own; what has none only fills a place."""
    now = None if shows is None or isinstance(shows, str) else np.array(shows, dtype=float)
    out = []
    for index, (value, scale, told) in enumerate(zip(entry["values"], entry["scales"], entry["quotes"], strict=True)):
        if told is None:
            continue
        quote, there = from_json(told), _one(now, index)
        try:
            found = sources.number(quote)
        except InputError:
            found = None
        back = float(found) / scale if isinstance(found, (int, float)) else None
        state = _state(_close(there, value), there is None, _close(back, value), back is None)
        out.append(Traced(f"{place}, {index + 1}", state, _told(there), _told(value), _told(back), quote.words()))
    return out


def _one(values: Floats | None, index: int) -> float | None:
    return None if values is None or index >= len(values) else float(values[index])


def _close(a: float | None, b: float) -> bool:
    if a is None:
        return False
    return isclose(a, b, rel_tol=CLOSE, abs_tol=1e-12) or (isnan(a) and isnan(b))


def _told(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
