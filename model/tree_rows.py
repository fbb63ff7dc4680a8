"""A tree of inputs as rows of a sheet, one for each value: its key path, its cells and what is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel

from model.input_shape import Shape, shape_at
from model.key_paths import KeyPath
from model.quantities import CARE, ORIGINS

NOTHING = "(none)"
"""Written for a group or list that is there and empty."""
COLUMN_SPECS = ("tables", "partners", "columns")
WORDS = ("unit", "origin", "low", "high", "source", "note", *CARE)
"""What a row says about a number beside its value."""


@dataclass(frozen=True)
class Row:
    """One value: where it belongs, its cells, and unit, origin, range and the rest of a number."""

    path: KeyPath
    values: tuple[Any, ...]
    words: dict[str, Any] = field(default_factory=dict)


def shape_of(kind: type[BaseModel], path: KeyPath) -> Shape:
    """Return what stands at a key path; the columns of partners have the shape of a number without value."""
    if path[:3] == COLUMN_SPECS and len(path) == 4:
        inner = shape_at(kind, ("partners", 0, path[3]))
        return Shape("number", unit=inner.unit, meaning=inner.meaning)
    return shape_at(kind, path)


def is_column(path: KeyPath) -> bool:
    """Tell whether a path leads to what is said about a column of partners: it has no value of its own."""
    return path[:3] == COLUMN_SPECS


def rows_of(kind: type[BaseModel], data: Any, path: KeyPath = ()) -> Iterator[Row]:
    """Yield a valid tree as rows, in its order.

    Parameters
    ----------
    kind : model that the tree is checked by, a case or a plan
    """
    shape = shape_of(kind, path)
    if shape.kind == "number":
        yield _number_row(path, data)
    elif isinstance(data, dict):
        for key, part in data.items():
            yield from rows_of(kind, part, (*path, key))
        if not data:
            yield Row(path, (NOTHING,))
    elif isinstance(data, list) and not shape.many:
        for index, part in enumerate(data):
            yield from rows_of(kind, part, (*path, index))
        if not data:
            yield Row(path, (NOTHING,))
    else:
        yield Row(path, tuple(map(_cell, data)) if isinstance(data, list) else (_cell(data),))


def _number_row(path: KeyPath, data: dict[str, Any]) -> Row:
    values = data.get("value", ())
    origin = next(key for key in ORIGINS if key in data)
    low, high = data.get("guess", data.get("range", (None, None)))
    words = {key: _cell(data[key]) for key in ("unit", "note", *CARE) if key in data}
    words |= {"origin": origin, "low": low, "high": high}
    if origin != "guess":
        words["source"] = data[origin]
    return Row(path, tuple(values) if isinstance(values, (list, tuple)) else (values,), words)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value


def number_of(values: Any, words: dict[str, Any]) -> dict[str, Any]:
    """Return a number in the form of a case file from its cells; what is not told is left out.

    Parameters
    ----------
    values : a number, a list of them, or None where there is none
    """
    made = {} if values is None else {"value": values}
    made |= {"unit": words["unit"]} if words.get("unit") is not None else {}
    origin, pair = words.get("origin"), [words.get("low"), words.get("high")]
    if words.get("source") is not None and origin is not None:
        made["source" if origin == "guess" else str(origin)] = words["source"]
    elif origin in ("source", "evidence"):
        made[str(origin)] = ""
    if origin == "guess":
        made["guess"] = pair
    elif pair != [None, None]:
        made["range"] = pair
    return made | {key: words[key] for key in ("note", *CARE) if words.get(key) is not None}
