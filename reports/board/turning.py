"""Which assumptions alone take the plan below zero: the one that costs most first, of one lever only once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import xarray as xr

from model.summary import Z95
from reports.board.input_names import called, united
from reports.board.memo_words import memo_says
from reports.board.phrases import sentences
from reports.cited import Says, Shelf, joined
from reports.drawing import RECOMMENDED

SENSITIVITY = "sensitivity"
MOST = 5
"""Assumptions that are told beside the one that turns the decision."""
VOLUME = re.compile(r"partners\.mature_volume|calibrations\.[^.]+\.demand")
"""Numbers that scale the volume of all partners alike."""
Place = tuple[str, str]


def ends(shelf: Shelf) -> Says:
    """Return the assumptions whose range alone takes the plan below zero, or why none is told (R201)."""
    if SENSITIVITY not in shelf.answers:
        return memo_says(shelf, "not_asked")
    below = below_zero(shelf)
    told = [_end(shelf, place) for place in below[:MOST]]
    parts = [memo_says(shelf, "ends_turn", ends=joined(told, "; " if shelf.language == "en" else "；"))] if told else []
    if len(below) <= MOST and _is_whole(shelf):
        asked = shelf.number("numbers_asked", form="count", of=SENSITIVITY)
        parts.append(memo_says(shelf, "no_more" if told else "none_below", asked=asked))
    return sentences(shelf, parts)


def below_zero(shelf: Shelf) -> list[Place]:
    """Return number and end of each number one end of which loses beyond its error, the worst first.

    Left out are the number that turns the decision first, and those of a lever that is told already (R201).
    """
    data = shelf.answers[SENSITIVITY]
    worst = (data["at_end"] + Z95 * data["at_end_se"]).transpose("number", "end").values
    ends, at_end = data["end"].values, data["at_end"].transpose("number", "end").values
    places = {str(n): int(np.nanargmin(row)) for n, row in zip(data["number"].values, worst, strict=True)}
    lost = [
        n for n, (place, row) in zip(places, zip(places.values(), worst, strict=True), strict=True) if row[place] < 0
    ]
    result = {n: float(row[places[n]]) for n, row in zip(places, at_end, strict=True)}
    first = str((shelf.run.info.get("flip_assumption") or {}).get("name", ""))
    order = [*([first] if first in places else []), *sorted((n for n in lost if n != first), key=lambda n: result[n])]
    return [(n, str(ends[places[n]])) for n in once(data, order) if n != first and lever(n) != lever(first)]


def lever(number: str) -> str:
    """Return what a number moves: the volume of all partners is one lever, whatever it is called."""
    return "volume" if VOLUME.fullmatch(number) else number


def once(data: xr.Dataset, numbers: Sequence[str]) -> list[str]:
    """Return numbers without those that move what an earlier one moves: of its kind, or to the same yuan (R201).

    Parameters
    ----------
    data : an answer of the question sensitivity; numbers : of it, in their order
    """
    known: set[str] = set()
    kept = []
    moved = data["at_end" if "at_end" in data else "change"]
    for number in numbers:
        ends = " ".join(f"{value:.0f}" for value in moved.sel(number=number).values)
        same = {lever(number), ends}
        if not same & known:
            kept.append(number)
        known |= same
    return kept


def _is_whole(shelf: Shelf) -> bool:
    """Whether no number that the answer does not store can take the average below zero: they all move less."""
    data = shelf.answers[SENSITIVITY]
    if float(data["numbers_asked"]) <= data.sizes["number"]:
        return True
    least = float((data["at_end"].max("end") - data["at_end"].min("end")).min())
    return float(shelf.run.dataset["npv"].sel(plan=RECOMMENDED).mean()) > least


def _end(shelf: Shelf, where: Place) -> Says:
    number, end = where
    row = shelf.answers[SENSITIVITY].sel(number=number, end=end)
    what = called(shelf.language, row["number_title"].item())
    result = shelf.number("at_end", form="money_plus", of=SENSITIVITY, number=number, end=end)
    value = _value(shelf, str(row["end_text"].item()), where)
    return memo_says(shelf, "one_end", what=what, value=value, result=result)


def _value(shelf: Shelf, told: str, where: Place) -> Says:
    """Return the end of a number's range, followed by its unit as the answer tells it."""
    number, end = where
    form = "percent" if "%" in told else "decimal"
    value = shelf.number("end_value", form=form, of=SENSITIVITY, number=number, end=end)
    unit = united(shelf.language, re.sub(r"^[−\d.,]+(\u00a0%)?", "", told))
    return Says((value, unit)) if unit else Says((value,))
