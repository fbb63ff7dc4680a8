"""A case as text files: TOML by section with what each value means and may be, CSV tables as they are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import tomlkit

from model.case_files import CaseFiles
from model.case_tables import Table
from model.inputs import Case
from model.key_paths import BARE, KeyPath
from model.tree_rows import is_column, shape_of

FILES = {
    "case.toml": ("id", "title", "banner", "calibration", "words", "clock", "readings", "calibrations", "phases"),
    "people.toml": ("modes", "mode_limits", "reorganisation", "roles", "staffing", "shared_work"),
    "lines.toml": ("lines", "ways", "levers", "channels"),
    "partners.toml": (
        *("tables", "partners", "trial", "sourcing", "crisis", "scorecard", "contract_life", "shocks", "interface"),
        *("workshops", "partner_margin", "volumes"),
    ),
    "contracts.toml": ("contracts",),
    "pay.toml": ("incentives", "schemes"),
    "costs.toml": ("costs", "market", "uncertainty"),
    "choice.toml": ("choice", "sign_ups", "approval", "gates"),
    "questions.toml": ("break_even", "fit", "scenarios"),
}
"""File → the sections that stand in it."""
ABOUT = """\
#:schema case.schema.json
# {title}
# Above a value stand its meaning and what is allowed, where it comes first. A number has value, unit and one origin:
# source = "document and line", evidence = "where measured", or guess = [low, high]; range and note may stand beside it.
"""
INLINE = 100
"""Characters up to which a list stands in one line."""


def case_files_text(files: CaseFiles, title: str) -> dict[str, str]:
    """Return the files of a case folder by name; `load.load_case` reads an equal case back.

    Parameters
    ----------
    files : as `case_files.read_case_files` or `case_sheets.read_case_workbook` returns them, without faults
    """
    made = {}
    for name, sections in FILES.items():
        data = {key: files.data[key] for key in sections if key in files.data}
        if data:
            heading = "".join(sign if sign.isprintable() else " " for sign in title)
            made[name] = ABOUT.format(title=heading) + "\n".join(_group(data, (), set())) + "\n"
    return made | {f"{name}.csv": _csv(table) for name, table in files.tables.items()}


def _csv(table: Table) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([table.header, *(cells for _, cells in table.rows)])
    return text.getvalue()


def _group(data: dict[str, Any], path: KeyPath, told: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of a table: its values first, as TOML wants it, then its groups."""
    groups = {key: part for key, part in data.items() if _is_group(part, (*path, key))}
    for key, part in data.items():
        if key not in groups:
            yield from _about((*path, key), part, told)
            yield f"{_key(key)} = {_value(part)}"
    for key, part in groups.items():
        under = (*path, key)
        name = ".".join(_key(str(step)) for step in under if isinstance(step, str))
        for index, entry in enumerate(part) if isinstance(part, list) else ():
            yield f"\n[[{name}]]"
            yield from _group(entry, (*under, index), told)
        if isinstance(part, dict):
            if not all(_is_group(value, (*under, inner)) for inner, value in part.items()):
                yield f"\n[{name}]"
            yield from _group(part, under, told)


def _is_group(part: Any, path: KeyPath) -> bool:
    if isinstance(part, list):
        return bool(part) and all(isinstance(entry, dict) and "value" not in entry for entry in part)
    return isinstance(part, dict) and bool(part) and not (is_column(path) and len(path) > 3) and not _is_number(path)


def _is_number(path: KeyPath) -> bool:
    return shape_of(Case, path).kind == "number"


def _about(path: KeyPath, part: Any, told: set[tuple[str, str]]) -> Iterator[str]:
    """Yield what a value means and may be, once for each of its kind in a file."""
    shape, last = shape_of(Case, path), str(path[-1])
    unit = str(part.get("unit", "")) if isinstance(part, dict) else ""
    allowed = " ".join(word for word in (shape.allowed(unit), unit) if word)
    meaning = shape.meaning if shape.meaning != last.replace("_", " ") else ""
    text = "; ".join(word for word in (meaning, allowed) if word)
    kind = (shape.meaning, allowed)
    if text and kind not in told:
        told.add(kind)
        yield f"# {text}"


def _key(key: str) -> str:
    plain = BARE.fullmatch(key) and all(sign.isascii() and (sign.isalnum() or sign in "_-") for sign in key)
    return key if plain else tomlkit.string(key).as_string()


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, list):
        texts = [_value(part) for part in value]
        line = f"[{', '.join(texts)}]"
        return line if len(line) <= INLINE else "[\n" + "".join(f"  {text},\n" for text in texts) + "]"
    return str(tomlkit.item(value).as_string())
