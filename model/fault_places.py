"""Where a fault stands as its writer sees it: file and key path, sheet and cell, line and column."""

from __future__ import annotations

from typing import Any

from model.case_files import CaseFiles
from model.key_paths import KeyPath

COLUMN_ERRORS = (
    "quantity_unit",
    "quantity_form",
    "quantity_key",
    "quantity_missing",
    "quantity_origin",
    "quantity_range",
)
WORD_OF = {"quantity_unit": "unit", "quantity_origin": "origin", "quantity_range": "low", "quantity_care": "owner"}
"""Type of a validation error → the column of a sheet of rows that it speaks of; else the value."""


def place_of(path: str, files: CaseFiles) -> str:
    """Return where a broken rule of the case stands, by its key path as the rule writes it."""
    place = files.places.get(_counted(path))
    where = f"{place.where('value')} ({path})" if place else _row_place(files, _keys(path))
    return where or f"{files.file_of(_keys(path))}: {path}"


def _row_place(files: CaseFiles, keys: KeyPath) -> str:
    """Return the cell of a table of partners that a fault of one partner speaks of, "" for any other fault."""
    table = files.tables.get("partners")
    if table is None or len(keys) != 3 or keys[0] != "partners":
        return ""
    rows = [
        row for (row, _), partner in zip(table.rows, files.data["partners"], strict=True) if partner["id"] == keys[1]
    ]
    return table.where(rows[0], str(keys[2])) if rows else ""


def _counted(path: str) -> KeyPath:
    """Return the key path of a fault whose list entries have their number from 1 in brackets."""
    return tuple(int(key) - 1 if key.isdigit() else key for key in map(str, _keys(path)))


def place_at(path: KeyPath, files: CaseFiles, kind: str) -> str:
    """Return where a validation error of a type stands: file and key path, sheet and cell, or line and column."""
    if path in files.places:
        return f"{files.places[path].where(WORD_OF.get(kind, 'value'))} ({_dotted(path, files.data)})"
    table = files.tables.get("partners")
    if table is not None and len(path) > 1 and path[0] == "partners" and isinstance(path[1], int):
        column = str(path[2]) if len(path) > 2 else ""
        if kind in COLUMN_ERRORS:
            spec: KeyPath = ("tables", "partners", "columns", column)
            return (
                place_at(spec, files, kind)
                if spec in files.places
                else f"{files.file_of(spec)}: {'.'.join(map(str, spec))}"
            )
        return table.where(table.rows[path[1]][0], column)
    return f"{files.file_of(path)}: {_dotted(path, files.data)}"


def _dotted(path: KeyPath, data: Any) -> str:
    """Write a key path; an entry of a list is called by its id, else by its number from 1."""
    text = ""
    for key in path:
        data = data[key] if holds(data, key) else None
        if isinstance(key, int):
            text += f"[{data['id'] if isinstance(data, dict) and 'id' in data else key + 1}]"
        else:
            text += f".{key}" if text else key
    return text or "the whole"


def holds(data: Any, key: str | int) -> bool:
    """Return whether a part of the data has an entry under a key or number."""
    if isinstance(key, int):
        return isinstance(data, (list, tuple)) and key < len(data)
    return isinstance(data, dict) and key in data


def _keys(path: str) -> KeyPath:
    return tuple(path.replace("[", ".").replace("]", "").split("."))
