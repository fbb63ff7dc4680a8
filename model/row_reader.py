"""Sheets of rows read back into a tree of inputs, each value with its cell and each fault with its mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from model.cells import cell_value, shown, shown_exactly
from model.errors import Finding, nearest
from model.header_words import ORIGIN_WORDS, ROW_HEADS, known_words, plain
from model.input_shape import Shape
from model.key_paths import KeyPath, path_of, path_text
from model.sheet_files import Grid
from model.tree_rows import NOTHING, WORDS, is_column, number_of, shape_of

HEADS = known_words(ROW_HEADS)
ORIGINS = known_words(ORIGIN_WORDS)
SEARCHED = 10
"""Rows in which the heads are looked for."""
EMPTY = {"group": dict, "rows": list}


@dataclass
class Place:
    """Where a value stands: its sheet and row, and the column of each of its words; values : columns of its cells."""

    grid: Grid
    row: int
    columns: dict[str, int]
    values: list[tuple[int, int]]

    def where(self, column: str) -> str:
        """Return sheet, cell and column of the value or of a word beside it, as messages call them."""
        row, number = (
            self.values[0]
            if column == "value" and self.values
            else (self.row, self.columns.get(column, self.columns["value"]))
        )
        return f"{self.grid.where(row, number)}, column {ROW_HEADS[column][0]}"


@dataclass
class Read:
    """What sheets of rows say: the tree, the place of each value, faults, and the paths that they are told of."""

    kind: type[BaseModel]
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[KeyPath, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    told: set[KeyPath] = field(default_factory=set)


def head_of(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """Return the row of the heads and the column of each, None where the sheet has none.

    Columns between Value and the next head belong to the value: they hold the rest of a list.
    """
    for number, row in enumerate(grid.rows[:SEARCHED]):
        found = {HEADS[plain(cell)]: place for place, cell in enumerate(row) if plain(cell) in HEADS}
        if {"part", "item", "value"} <= set(found):
            return number, found
    return None


def read_rows(grid: Grid, made: Read) -> None:
    """Add what a sheet of rows says; `head_of` must have found its heads."""
    head = head_of(grid)
    assert head is not None
    number, columns = head
    made.findings += grid.faults() + list(_head_faults(grid, number, columns))
    wide = _value_columns(grid, number, columns)
    for row in range(number + 1, len(grid.rows)):
        _take(made, grid, row, columns, wide)


def _value_columns(grid: Grid, number: int, columns: dict[str, int]) -> list[int]:
    after = [place for place in columns.values() if place > columns["value"]]
    return list(range(columns["value"], min(after, default=len(grid.rows[number]))))


def _head_faults(grid: Grid, number: int, columns: dict[str, int]) -> Iterator[Finding]:
    values = _value_columns(grid, number, columns)
    words = [names[0] for names in ROW_HEADS.values()]
    for place, cell in enumerate(grid.rows[number]):
        if place in columns.values() or place in values:
            continue
        if cell is not None and plain(cell) in HEADS:
            yield Finding("E-TWICE", grid.where(number, place), "head stands twice", shown(cell), "each head once")
        elif cell is not None:
            mend = nearest(str(cell), words)
            yield Finding("E-KEY", grid.where(number, place), "unknown head", shown(cell), ", ".join(words), mend)
        else:
            stray = next((row for row in range(number, len(grid.rows)) if grid.value(row, place) is not None), None)
            if stray is not None:
                found, fix = shown(grid.value(stray, place)), "move it below a head, or to a sheet of your own"
                yield Finding("E-CELL", grid.where(stray, place), "stands outside the table", found, "", fix)


def _take(made: Read, grid: Grid, row: int, columns: dict[str, int], wide: list[int]) -> None:
    """Take one row: a value, the rest of the list above it, or a heading without key and value."""
    part, item = (grid.value(row, columns[name]) for name in ("part", "item"))
    filled = [place for place in wide if grid.value(row, place) is not None]
    words = {name: grid.value(row, columns[name]) for name in WORDS if name in columns}
    if item is None:
        if filled or part is not None or any(word is not None for word in words.values()):
            what, fix = "a row without item", "name the item, or empty the row"
            made.findings.append(Finding("E-KEY", grid.where(row, columns["item"]), what, shown(part), "", fix))
        return
    path = _path(made, grid, row, columns, part, item)
    if path is None:
        return
    shape = shape_of(made.kind, path)
    cells = [(row, place) for place in wide[: wide.index(filled[-1]) + 1 if filled else 0]]
    before = made.places.get(path)
    if before is None:
        made.places[path] = Place(grid, row, columns, cells)
        _set(made, path, _value(made, path, shape, words))
    elif shape.many and filled and before.grid is grid and not any(word is not None for word in words.values()):
        before.values += cells
        first = {name: grid.value(before.row, columns[name]) for name in words}
        _set(made, path, _value(made, path, shape, first), again=True)
    else:
        found, fix = f"also in {before.where('value')}", "keep one of them"
        _fault(
            made, path, Finding("E-TWICE", grid.where(row, columns["item"]), "told twice", found, path_text(path), fix)
        )


def _path(made: Read, grid: Grid, row: int, columns: dict[str, int], part: Any, item: Any) -> KeyPath | None:
    """Return the key path of a row; how it is written is looked at here, what it means by the models."""
    paths = []
    for name, text in (("part", part), ("item", item)):
        path = path_of(shown_exactly(text))
        if path is None:
            clean = shown_exactly(text).strip().replace(" ", "")
            fix = f"write {clean}" if path_of(clean) else "words joined by points, such as staffing.channels.referral"
            where = f"{grid.where(row, columns[name])}, column {ROW_HEADS[name][0]}"
            made.findings.append(Finding("E-KEY", where, "no key", shown(text), "", fix))
            return None
        paths.append(path)
    return paths[0] + paths[1]


def _fault(made: Read, path: KeyPath, finding: Finding) -> None:
    made.findings.append(finding)
    made.told.add(path)


def _value(made: Read, path: KeyPath, shape: Shape, words: dict[str, Any]) -> Any:
    """Return what a row says in the form of a case file; None where it says nothing."""
    place = made.places[path]
    if shape.kind in EMPTY:
        return _empty(made, path, shape)
    is_number = shape.kind == "number" or (shape.kind == "unknown" and words.get("unit") is not None)
    unit = words.get("unit")
    cells = [_cell(made, path, shape, at, str(unit or "")) for at in place.values]
    single = cells[0] if cells else None
    if not shape.many and len(cells) > 1 and shape.kind != "unknown":
        found = ", ".join(map(shown, cells))
        _fault(made, path, Finding("E-FORM", place.where("value"), "takes one value", found, "one cell"))
    if is_number:
        told = _words(made, path, words, str(unit or ""))
        if not told and single is None:
            return [] if shape.many else None
        return number_of(cells if shape.many else single, told) if not is_column(path) else number_of(None, told)
    _no_words(made, path, words)
    if shape.many:
        return cells
    return "" if single is None and shape.kind in ("text", "unknown") else single


def _empty(made: Read, path: KeyPath, shape: Shape) -> Any:
    place = made.places[path]
    cells = [place.grid.value(*at) for at in place.values]
    if cells not in ([NOTHING], []):
        found, fix = ", ".join(map(shown, cells)), "give each of its items a row of its own"
        allowed = f"{NOTHING}, or rows of its items"
        _fault(made, path, Finding("E-FORM", place.where("value"), "is a group of items", found, allowed, fix))
    return EMPTY[shape.kind]() if cells else None


def _cell(made: Read, path: KeyPath, shape: Shape, at: tuple[int, int], unit: str) -> Any:
    place = made.places[path]
    if place.grid.value(*at) is None:
        # Only inside a list: what stands behind the last filled cell is not asked for.
        fix = "move the values together"
        _fault(made, path, Finding("E-CELL", place.grid.where(*at), "an empty cell inside a list", "", "", fix))
        return None
    value, finding = cell_value(shape, place.grid, at, ROW_HEADS["value"][0], unit)
    if finding:
        _fault(made, path, finding)
    return value


def _words(made: Read, path: KeyPath, words: dict[str, Any], unit: str) -> dict[str, Any]:
    """Return what is said about a number: the origin by its key, low and high as numbers, the rest as texts."""
    place, made_words = made.places[path], dict[str, Any]()
    for name, cell in words.items():
        if cell is None:
            continue
        if name in ("low", "high"):
            at = (place.row, place.columns[name])
            made_words[name], finding = cell_value(Shape("number"), place.grid, at, ROW_HEADS[name][0], unit)
            if finding:
                _fault(made, path, finding)
        elif name == "origin":
            made_words[name] = ORIGINS.get(plain(cell))
            if made_words[name] is None:
                allowed = ", ".join(ORIGIN_WORDS)
                mend = nearest(plain(cell), ORIGIN_WORDS)
                _fault(made, path, Finding("E-ORIGIN", place.where(name), "no origin", shown(cell), allowed, mend))
        else:
            made_words[name] = shown_exactly(cell)
    return made_words


def _no_words(made: Read, path: KeyPath, words: dict[str, Any]) -> None:
    """Refuse unit, origin or range beside a value that is no number: it would be lost."""
    place = made.places[path]
    for name, cell in words.items():
        if cell is not None:
            what = f"{path_text(path)} has no {ROW_HEADS[name][0].lower()}: it is no number with a unit"
            _fault(made, path, Finding("E-FORM", place.where(name), what, shown(cell), "an empty cell"))


def _set(made: Read, path: KeyPath, value: Any, again: bool = False) -> None:
    """Put a value into the tree; a group grows on its way, a list by one entry at a time."""
    if value is None:
        return
    node: Any = made.data
    for key, after in pairwise(path):
        node = _step(node, key, [] if isinstance(after, int) else {})
        if node is None:
            _blocked(made, path)
            return
    last = path[-1]
    if isinstance(node, dict) and isinstance(last, str) and (again or last not in node):
        node[last] = value
    elif isinstance(node, list) and isinstance(last, int) and (last == len(node) or (again and last < len(node))):
        node[last : last + 1] = [value]
    else:
        _blocked(made, path)


def _step(node: Any, key: str | int, fresh: Any) -> Any:
    """Return the part under a key, made if it is not there; None where it cannot be."""
    if isinstance(node, dict) and isinstance(key, str):
        found = node.setdefault(key, fresh)
    elif isinstance(node, list) and isinstance(key, int) and key <= len(node):
        if key == len(node):
            node.append(fresh)
        found = node[key]
    else:
        return None
    return found if type(found) is type(fresh) else None


def _blocked(made: Read, path: KeyPath) -> None:
    place = made.places[path]
    what, fix = (
        "does not fit to the rows above it",
        "count list entries up from 1, and keep a value or its items, not both",
    )
    _fault(made, path, Finding("E-FORM", place.where("item"), what, path_text(path), "", fix))
