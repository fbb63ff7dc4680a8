"""The numbers of a case as people speak of them: each by its key, with value, range, origin and owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

QUESTIONS = ("break_even", "fit", "scenarios")
"""Sections that ask about the numbers and are none of them."""
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Number:
    """One number: where it stands (several places for a column of partners), its value and its range.

    scaled : value and range are factors on all values of a list or a column; value is then 1
    low, high : None where no range is told
    """

    name: str
    places: tuple[Place, ...]
    unit: str
    value: float
    low: float | None
    high: float | None
    scaled: bool
    origin: str
    source: str
    owner: str
    review: str


def numbers(data: dict[str, Any]) -> dict[str, Number]:
    """Return all numbers of a case by key, in its order; a column of partners is one number.

    Parameters
    ----------
    data : the case as plain values, as `Case.model_dump(mode="json")` gives it
    """
    found: dict[str, Number] = {}
    for name, place, node in _nodes({key: part for key, part in data.items() if key not in QUESTIONS}):
        column = f"partners.{place[2]}" if place[0] == "partners" else ""
        if not column:
            found[name] = _number(name, place, node, isinstance(node["value"], list))
        elif column in found:
            found[column] = replace(found[column], places=(*found[column].places, place))
        elif node["value"]:
            # Nothing times a factor stays nothing: a partner at 0 is left out of its column.
            found[column] = _number(column, place, node, True)
    return found


def partner_numbers(data: dict[str, Any]) -> dict[str, Number]:
    """Return the numbers of single partners by key, for example partners.insurer_1.nps; `data` as in `numbers`."""
    nodes = _nodes({"partners": data.get("partners", [])})
    return {name: _number(name, place, node, False) for name, place, node in nodes}


def _number(name: str, place: Place, node: dict[str, Any], scaled: bool) -> Number:
    origin = next(key for key in ("source", "evidence", "guess") if key in node)
    low, high = node.get("guess", node.get("range", (None, None)))
    if scaled and not isinstance(node["value"], list) and low is not None:
        low, high = low / node["value"], high / node["value"]
    value, unit = (1.0, "factor") if scaled else (float(node["value"]), node["unit"])
    text = node.get("note", "") if origin == "guess" else node[origin]
    return Number(
        name, (place,), unit, value, low, high, scaled, origin, text, node.get("owner", ""), node.get("review", "")
    )


def _nodes(data: Any, name: str = "", place: Place = ()) -> Iterator[tuple[str, Place, dict[str, Any]]]:
    if isinstance(data, dict) and "value" in data and "unit" in data:
        yield name, place, data
    elif isinstance(data, dict):
        for key, part in data.items():
            yield from _nodes(part, f"{name}.{key}" if name else str(key), (*place, key))
    elif isinstance(data, list):
        for index, part in enumerate(data):
            called = part["id"] if isinstance(part, dict) and "id" in part else index
            yield from _nodes(part, f"{name}.{called}", (*place, index))
