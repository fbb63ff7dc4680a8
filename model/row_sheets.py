"""Sheets of rows as a person fills them: bands, yellow cells to write in, drop-downs and limits from the models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from pydantic import BaseModel

from model.header_words import ORIGIN_WORDS, ROW_HEADS
from model.input_shape import Shape
from model.key_paths import KeyPath, path_text
from model.tree_rows import WORDS, Row, shape_of

WIDEST, USUAL = 6, 4
"""Values of a list beside each other at most; a longer list takes so many and goes on in the next row."""
HEAD = 2
"""Row of the heads, from 0."""
INLINE = 255
"""Characters that a drop-down may hold itself; longer ones stand on the sheet of lists."""
LISTS = "Lists"
VALUE_WIDTH, LINE_HEIGHT, MOST_LINES = 20, 13.5, 8
WIDE_SIGN = 0.95
"""Width of a usual sign of a text over that of a digit, with what breaking at words loses."""
LOOK = {"default_format_properties": {"font_name": "Arial", "font_size": 10}}
WIDTHS = {"part": 25, "item": 23, "meaning": 48, "unit": 13, "allowed": 24, "origin": 10, "low": 10, "high": 10}
WIDTHS |= {"source": 32, "note": 42, "owner": 12, "review": 12}
NOTES = {
    "part": "The group that the value belongs to. With Item it is the key that messages and other commands use.",
    "item": "Name of the value inside its group. Heads cannot be moved below the values, columns may be in any order.",
    "value": "Write here. Lists stand side by side; a longer list goes on in the next row with the same Part and Item.",
    "unit": "Unit of the value and of Low and High. Choose another one of the drop-down and write the value in it.",
    "allowed": "For your information, in the unit as it was written; not read.",
    "origin": "source: it stands in a document. evidence: it was measured. guess: needs Low and High.",
    "low": "Lowest plausible value, in the same unit; for a list a factor around 1.",
    "high": "Highest plausible value, in the same unit; for a list a factor around 1.",
    "source": "Document and line, or where it was measured; empty for a guess.",
    "review": "Day on which the number is looked at again, YYYY-MM-DD.",
}
BLUE, PALE, CREAM, GREY, LINE = "#1F3864", "#DCE6F1", "#FFF8DC", "#7F7F7F", "#BFBFBF"


@dataclass
class Book:
    """A workbook in the making: its formats, the ids that drop-downs offer, and the lists that need a place.

    ids : section → ids that other sections may name
    """

    writer: Any
    kind: type[BaseModel]
    ids: dict[str, list[str]]
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)
    formats: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cell = {"valign": "top", "bottom": 1, "bottom_color": LINE}
        yellow = {"bg_color": CREAM, "border": 1, "border_color": LINE, "text_wrap": True, "indent": 1}
        looks = {
            "title": {"bold": True, "font_size": 15, "font_color": BLUE},
            "about": {"font_color": GREY, "italic": True},
            "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": BLUE, "valign": "vcenter", "text_wrap": True},
            "band": {"bold": True, "bg_color": PALE, "font_color": BLUE},
            "key": cell | {"font_color": GREY},
            "text": cell | {"text_wrap": True},
            "faint": cell | {"font_color": GREY, "text_wrap": True, "font_size": 9, "indent": 1},
            "input": cell | yellow | {"align": "right"},
            "words": cell | yellow | {"align": "left"},
            "range": cell | yellow | {"align": "right"},
            "label": {"bold": True, "font_color": BLUE, "align": "center", "font_size": 9},
            "thousands": {"num_format": "#,##0"},
        }
        self.formats = {name: self.writer.add_format(look) for name, look in looks.items()}

    def sheet(self, name: str, about: str, top: int, left: int) -> Any:
        """Return a new sheet with its title, what it is about, frozen heads and a page that prints whole."""
        sheet = self.writer.add_worksheet(name)
        sheet.write_string(0, 0, name, self.formats["title"])
        sheet.write_string(1, 0, about, self.formats["about"])
        sheet.freeze_panes(top, left)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_row(0, 22)
        return sheet

    def heads(self, sheet: Any, row: int, heads: Sequence[tuple[str, float, str]]) -> None:
        """Write the heads of a table, each with its width and a note."""
        sheet.set_row(row, 30)
        for place, (text, width, note) in enumerate(heads):
            sheet.write_string(row, place, text, self.formats["head"])
            sheet.set_column(place, place, width)
            if note:
                sheet.write_comment(row, place, note, {"x_scale": 2.2, "y_scale": 1.1, "font_size": 9})
        sheet.repeat_rows(row)

    def thousands(self, sheet: Any, first: int, left: int, last: int, right: int) -> None:
        """Show whole numbers from 1,000 with separators; the cells stay plain, so that no digit is hidden."""
        cell = f"{column_name(left)}{first + 1}"
        test = f"=AND(ISNUMBER({cell}),ABS({cell})>=1000,{cell}=INT({cell}))"
        rule = {"type": "formula", "criteria": test, "format": self.formats["thousands"]}
        sheet.conditional_format(first, left, last, right, rule)

    def offer(self, sheet: Any, place: tuple[int, int], choices: Sequence[str], must: bool) -> None:
        """Put a drop-down on a cell; `must` refuses other words, else they are asked about."""
        if not choices:
            return
        joined = ",".join(choices)
        inline = len(joined) <= INLINE and not any("," in choice for choice in choices)
        source: Any = list(choices) if inline else self._listed(tuple(choices))
        about = {"error_type": "stop" if must else "warning", "error_title": "Not on the list"}
        if not must:
            about["error_message"] = "This id was not known when the workbook was written. Keep it if you added it."
        sheet.data_validation(*place, *place, {"validate": "list", "source": source} | about)

    def _listed(self, choices: tuple[str, ...]) -> str:
        column = column_name(list(self.lists).index(choices) if choices in self.lists else len(self.lists))
        return self.lists.setdefault(choices, f"={LISTS}!${column}$2:${column}${len(choices) + 1}")

    def write_lists(self) -> None:
        """Write the lists that drop-downs look at, where there are any."""
        if not self.lists:
            return
        sheet = self.writer.add_worksheet(LISTS)
        for column, choices in enumerate(self.lists):
            sheet.write_string(0, column, "for drop-downs, not read", self.formats["about"])
            sheet.write_column(1, column, choices)
            sheet.set_column(column, column, 28)


def column_name(column: int) -> str:
    """Return the letters of a column up to ZZ."""
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def write_rows(
    book: Book, name: str, about: str, rows: Sequence[Row], titles: dict[KeyPath, str], labels: Sequence[str] = ()
) -> None:
    """Write a sheet of rows.

    Parameters
    ----------
    titles : by the path of a group, for its band; labels : what the places of a list mean, such as phases
    """
    lengths = [len(row.values) for row in rows]
    wide = max([1, *(length if length <= WIDEST else USUAL for length in lengths)])
    columns = ["part", "item", "meaning", *["value"] * wide, "unit", "allowed", *WORDS[1:]]
    if not any(row.words for row in rows):
        columns = [*columns[: 3 + wide], "allowed"]
    sheet = book.sheet(name, about, HEAD + 1, 2)
    book.heads(sheet, HEAD, [_head(column, place) for place, column in enumerate(columns)])
    widest = max((len(path_text(_split(row.path)[0])) for row in rows), default=0)
    sheet.set_column(0, 0, min(max(widest * 0.95, 14), 42))
    for place, label in enumerate(labels[:wide]):
        sheet.write_string(HEAD - 1, 3 + place, label, book.formats["label"])
    line, band = HEAD + 1, None
    for row in rows:
        part = _split(row.path)[0]
        if part != band:
            band = part
            _band(book, sheet, line, columns, titles.get(part) or path_text(part) or "the whole")
            line += 1
        line = _write_row(book, sheet, line, row, columns, wide)
    book.thousands(sheet, HEAD + 1, 3, line, 2 + wide)
    sheet.autofilter(HEAD, 0, max(line - 1, HEAD + 1), len(columns) - 1)


def _head(column: str, place: int) -> tuple[str, float, str]:
    if column != "value":
        return ROW_HEADS[column][0], WIDTHS[column], NOTES.get(column, "")
    return (ROW_HEADS[column][0], VALUE_WIDTH, NOTES[column]) if place == 3 else (str(place - 2), 13, "")


def _split(path: KeyPath) -> tuple[KeyPath, KeyPath]:
    """Return the group and the item: the last name with the numbers behind it."""
    last = max(place for place, key in enumerate(path) if isinstance(key, str))
    return path[:last], path[last:]


def _band(book: Book, sheet: Any, line: int, columns: Sequence[str], text: str) -> None:
    for place in range(len(columns)):
        sheet.write_blank(line, place, None, book.formats["band"])
    sheet.write_string(line, columns.index("meaning"), text, book.formats["band"])


def _write_row(book: Book, sheet: Any, line: int, row: Row, columns: Sequence[str], wide: int) -> int:
    """Write a value and what is said about it; return the line below."""
    shape = shape_of(book.kind, row.path)
    part, item = (path_text(half) for half in _split(row.path))
    unit = str(row.words.get("unit", ""))
    words = {"part": part, "item": item, "meaning": shape.meaning, "allowed": shape.allowed(unit)} | row.words
    looks = {"part": "key", "item": "key", "meaning": "text", "allowed": "faint", "low": "range", "high": "range"}
    for place, column in enumerate(columns):
        if column != "value" and (column in words or row.words):
            _write(sheet, line, place, words.get(column), book.formats[looks.get(column, "words")])
    if row.words:
        _offer_words(book, sheet, line, columns, shape)
    values = row.values or (None,)
    texts = {column: str(words.get(column, "")) for column in (*WIDTHS,) if column in columns and row.words}
    texts |= {"meaning": shape.meaning, "allowed": words["allowed"]}
    sheet.set_row(line, _height(texts, [str(value) for value in values]))
    for start in range(0, len(values), wide):
        if start:
            for place, text in enumerate((part, item)):
                sheet.write_string(line, place, text, book.formats["key"])
        _write_values(book, sheet, line, shape, values[start : start + wide], unit)
        line += 1
    return line


def _height(texts: dict[str, str], values: Sequence[str]) -> float:
    """Return the height of a row that shows its longest text whole: programs do not all find it themselves."""
    lines = [ceil(len(text) * WIDE_SIGN / WIDTHS[column]) for column, text in texts.items()]
    lines += [ceil(len(text) * WIDE_SIGN / VALUE_WIDTH) for text in values]
    return LINE_HEIGHT * min(max(lines, default=1), MOST_LINES)


def _write_values(book: Book, sheet: Any, line: int, shape: Shape, values: Sequence[Any], unit: str) -> None:
    for place, value in enumerate(values, start=3):
        is_text = isinstance(value, str) and shape.kind in ("text", "unknown")
        _write(sheet, line, place, value, book.formats["words" if is_text else "input"])
        _limit(book, sheet, (line, place), shape, unit)


def _write(sheet: Any, line: int, place: int, value: Any, look: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(line, place, None, look)
    elif isinstance(value, str):
        sheet.write_string(line, place, value, look)
    else:
        sheet.write_number(line, place, value, look)


def _offer_words(book: Book, sheet: Any, line: int, columns: Sequence[str], shape: Shape) -> None:
    book.offer(sheet, (line, columns.index("origin")), list(ORIGIN_WORDS), must=True)
    if shape.unit is not None:
        book.offer(sheet, (line, columns.index("unit")), list(shape.unit.units()), must=True)


def _limit(book: Book, sheet: Any, place: tuple[int, int], shape: Shape, unit: str) -> None:
    """Put the limits of the models on a cell; those of a number with a unit ask, because the unit may be changed."""
    if shape.choices:
        book.offer(sheet, place, shape.choices, must=True)
    elif shape.kind == "yes_no":
        book.offer(sheet, place, ("yes", "no"), must=True)
    elif shape.names:
        book.offer(sheet, place, book.ids.get(shape.names, []), must=False)
    elif shape.kind in ("number", "whole", "fraction"):
        low, high = shape.limits(unit)
        if low is None and high is None:
            return
        rule: dict[str, Any] = {"validate": "integer" if shape.kind == "whole" else "decimal"}
        rule |= {"criteria": "between", "minimum": low, "maximum": high} if None not in (low, high) else {}
        rule |= (
            {}
            if "criteria" in rule
            else {"criteria": ">=" if high is None else "<=", "value": low if high is None else high}
        )
        about = f"Allowed: {shape.allowed(unit)} {unit}"[:INLINE]
        kind = "warning" if shape.kind == "number" else "stop"
        sheet.data_validation(
            *place, *place, rule | {"error_type": kind, "error_title": "Outside the limits", "error_message": about}
        )


def titles(data: Any, path: KeyPath = ()) -> dict[KeyPath, str]:
    """Return what groups are called, by key path: their title or id beside the words of the path."""
    found: dict[KeyPath, str] = {}
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, part in parts:
        found |= titles(part, (*path, key))
    if path and isinstance(data, dict):
        called = data.get("title", data.get("id", ""))
        words = " · ".join(str(key + 1) if isinstance(key, int) else key.replace("_", " ") for key in path)
        found[path] = f"{words} – {called}" if isinstance(called, str) and called else words
    return found


def write_readme(sheet: Any, texts: Sequence[str]) -> int:
    """Write the lines of a first sheet, a command and what it does beside each other; return the line below."""
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 80)
    for line, text in enumerate(texts, start=3):
        command, gap, does = text.partition("  ")
        sheet.write_string(line, 0, command)
        if gap:
            sheet.write_string(line, 1, does.strip())
    return 3 + len(texts)
