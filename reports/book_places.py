"""What stands in a workbook, by cells, and its register, which is the sheet of sources: one row for each place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import python_calamine

from model.quoting import from_json
from reports.cells import block, cell_name, cells_of
from reports.tracing import Place, numbers_in

SOURCES = ("Sources", "来源")
"""Name of the sheet in each language."""
COLUMNS = (
    "Sheet",
    "Cells",
    "Run",
    "Dataset",
    "Variable",
    "Selection",
    "Statistic",
    "Divided by",
    "As written",
    "Record",
)
RECORD = COLUMNS.index("Record")
"""Column from which on a place stands as JSON, which `read_book` reads; a person reads the columns before it."""
SHOWN = 80
"""Characters of what was written that the sheet shows to a person."""
Cells = Sequence[Sequence[Any]]


def source_rows(register: Mapping[str, Any]) -> list[list[str]]:
    """Return the rows of the sheet of sources, the first one for the workbook itself."""
    head = {name: value for name, value in register.items() if name != "places"}
    rows = [["", "", str(head["run"]), str(head["dataset"]), "", "", "", "", "", _json(head)]]
    for place, entry in register["places"].items():
        sheet, _, cells = place.rpartition("!")
        record = _json({"place": place, **entry})
        rows += [[sheet, cells, *_told(piece, entry), record] for piece in _quoted(entry)[:1] or [{}]]
    return rows


def _quoted(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if numbers_in(entry):
        return [entry]
    return [piece for piece in entry["pieces"] if not isinstance(piece, str)]


def _told(piece: Mapping[str, Any], entry: Mapping[str, Any]) -> list[str]:
    """Return the words of a row: run, dataset, variable, selection, statistic, scale and what was written."""
    if not piece:
        return ["", "", "words", "", "", "", _short("".join(entry["pieces"]))]
    quote = from_json(piece["quote"])
    chosen = [f"{name}={value}" for name, value in quote.at.items()]
    chosen += [f"less {name}={value}" for name, value in quote.minus.items()]
    chosen += [f"summed over {name}" for name in quote.over] + ([f"along {quote.axis}"] if quote.axis else [])
    scale = f"{piece['scale']:g}" if piece.get("scale", 1) != 1 else ""
    variable = f"{quote.part}: {quote.variable}" if quote.part else quote.variable
    values = [f"{value:.12g}" for value in piece.get("values", ())] or [str(piece.get("text", "sha256 of all numbers"))]
    return [quote.run, quote.dataset, variable, ", ".join(chosen), quote.statistic, scale, _short(", ".join(values))]


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _json(data: Any) -> str:
    # Plain ASCII: JSON then escapes each character that a cell cannot hold.
    return json.dumps(data, separators=(",", ":"))


def read_book(raw: bytes) -> tuple[dict[str, Any], dict[str, Place]]:
    """Return the register of a workbook and what stands in its cells now, by place.

    Raises
    ------
    ValueError : the file is no workbook
    """
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(raw))
    except python_calamine.CalamineError as error:
        raise BadZipFile(str(error)) from error
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    register: dict[str, Any] = {}
    for name in SOURCES:
        register = register or _register(sheets.pop(name, []))
    return register, _places(register, sheets) if register else {}


def _register(rows: Cells) -> dict[str, Any]:
    texts = ["".join(map(str, row[RECORD:])) for row in rows]
    records = [json.loads(text) for text in texts if text.startswith("{")]
    head = next((record for record in records if "headcast" in record), None)
    if head is None:
        return {}
    return {**head, "places": {record.pop("place"): record for record in records if "place" in record}}


def _places(register: Mapping[str, Any], sheets: Mapping[str, Cells]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    taken: set[str] = set()
    for place, entry in register["places"].items():
        sheet, top, left, bottom, right = block(place)
        taken.update(cells_of(place))
        if sheet in sheets:
            there = [_at(sheets[sheet], row, c) for row in range(top, bottom + 1) for c in range(left, right + 1)]
            found[place] = [_number(value) for value in there] if numbers_in(entry) else _text(there[0])
    return found | _others(sheets, taken)


def _others(sheets: Mapping[str, Cells], taken: set[str]) -> dict[str, Place]:
    """Return each filled cell that the register does not know."""
    return {
        place: _text(value)
        for name, rows in sheets.items()
        for row, line in enumerate(rows)
        for column, value in enumerate(line)
        if value != "" and (place := f"{name}!{cell_name(row, column)}") not in taken
    }


def _at(rows: Cells, row: int, column: int) -> Any:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _number(value: Any) -> float:
    """Return the number of a cell; not-a-number for text, an empty cell or a date."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else float("nan")


def _text(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
