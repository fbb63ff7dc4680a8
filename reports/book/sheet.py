"""A sheet that notes each number it writes, with its source, and how cells of each kind look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from reports.book.words import word
from reports.cells import place_name
from reports.cited import Cited, Register, Says, Series, Shelf
from reports.forms import MONTH, UNKNOWN, written
from reports.status import status_of
from reports.tracing import DIGITS
from reports.words import clean

INK, SOFT, LINE, BAND, AMBER = "#1f2933", "#627082", "#c5ced8", "#eef2f6", "#b45309"
YUAN, MONEY = "#,##0;-#,##0;0", "#,##0.00;-#,##0.00;0.00"
HEAD_ROW = 4
"""Row under which a table begins, counted from 0: title, what it is, status and an empty row stand above."""
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "about": {"font_color": SOFT, "italic": True},
    "status": {"bold": True, "font_color": AMBER},
    "head": {"bold": True, "bg_color": BAND, "bottom": 1, "bottom_color": LINE, "text_wrap": True, "valign": "vcenter"},
    "head_right": {
        "bold": True,
        "bg_color": BAND,
        "bottom": 1,
        "bottom_color": LINE,
        "text_wrap": True,
        "align": "right",
        "valign": "vcenter",
    },
    "head_group": {"bold": True, "bg_color": BAND, "align": "center", "left": 1, "left_color": LINE},
    "text": {},
    "bold": {"bold": True},
    "wrap": {"text_wrap": True},
    "top": {"valign": "top", "bold": True},
    "beside": {"text_wrap": True, "valign": "top"},
    "month": {"align": "left"},
    "inner": {"align": "left", "indent": 1, "text_wrap": True},
    "head_inner": {"bold": True, "bg_color": BAND, "bottom": 1, "bottom_color": LINE, "text_wrap": True, "indent": 1},
    "code": {"font_name": "Consolas", "font_size": 9, "font_color": SOFT},
    "yuan": {"num_format": YUAN},
    "yuan_sum": {"num_format": YUAN, "bold": True, "top": 1, "top_color": LINE},
    "money": {"num_format": MONEY},
    "money_bold": {"num_format": MONEY, "bold": True},
    "yuan_bold": {"num_format": YUAN, "bold": True},
    "check": {"num_format": "0.00;[Red]-0.00;0.00", "font_color": "#15803d", "italic": True},
    "check_share": {"num_format": "0.0000%;[Red]-0.0000%;0.0000%", "font_color": "#15803d", "italic": True},
    "percent": {"num_format": "0.0%"},
    "count": {"num_format": "#,##0"},
    "heads": {"num_format": "0.0"},
    "plain": {"num_format": "General", "align": "right"},
    "right": {"align": "right"},
}


class Book:
    """An open workbook, the register of what stands in it, and its looks."""

    def __init__(self, book: Any, shelf: Shelf) -> None:
        self.book, self.shelf = book, shelf
        self.register = Register(shelf, "workbook")

    @cached_property
    def styles(self) -> dict[str, Any]:
        """Formats by name."""
        base = {"font_name": "Arial", "valign": "vcenter", "font_size": 10, "font_color": INK}
        return {name: self.book.add_format({**base, **style}) for name, style in STYLES.items()}

    def word(self, key: str) -> str:
        """Return a word or sentence in the workbook's language."""
        return word(key, self.shelf.language)

    def name(self, key: str) -> str:
        """Return what a sheet is called."""
        return self.word(f"sheet_{key}")

    def calendar(self, month: int) -> str:
        """Return a month of the programme as calendar month."""
        return written(month, MONTH, self.shelf.language, self.shelf.start)

    @property
    def scale(self) -> float:
        """CNY of a unit of money in tables: a million, in Chinese 万."""
        return 1e4 if self.shelf.language == "zh" else 1e6


class Sheet:
    """One sheet: title, what it is and status at its top, then tables."""

    def __init__(self, book: Book, key: str, widths: Sequence[float], about: Says | str = "") -> None:
        self.book, self.name = book, book.name(key)
        self.sheet = book.book.add_worksheet(self.name)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(0.4, 0.4, 0.7, 0.6)
        self._top(key, about)

    def _top(self, key: str, about: Says | str) -> None:
        shelf = self.book.shelf
        status = status_of(shelf.run)
        mark = self.book.word("draft") if status.mark else self.book.word("approved")
        mark = self.book.word("superseded") if status.mark == "SUPERSEDED" else mark
        called = f"{clean(shelf.run.case.title)} – {self.book.word(f'title_{key}')}"
        self.words(0, 0, called, "title")
        self.words(1, 0, about or self.book.word(f"about_{key}"), "about")
        self.words(2, 0, mark, "status")
        short, run = _plain(mark), _plain(shelf.run.path.name[:60])
        self.sheet.set_header(f"&L&9{_plain(shelf.run.case.id[:60])}&C&B{short}&R&9{_plain(self.name)}")
        self.sheet.set_footer(f"&L&8{run}, {shelf.run.hash[:12]}&R&8&P / &N")

    def style(self, name: str) -> Any:
        """Return a format by its name."""
        return self.book.styles[name]

    def place(self, row: int, column: int, rows: int = 1, columns: int = 1) -> str:
        """Return the name of a block of this sheet's cells."""
        return place_name(self.name, row, column, rows, columns)

    def words(self, row: int, column: int, text: Says | Cited | str, style: str = "text") -> None:
        """Write a text; only one with a digit in it has to be known to the register."""
        said = clean(str(text))
        if DIGITS.search(said):
            self.book.register.says(self.place(row, column), text if isinstance(text, (Says, Cited)) else said)
        self.sheet.write_string(row, column, said, self.style(style))

    def heads(self, row: int, titles: Sequence[str], first: int = 0, texts: int = 1) -> None:
        """Write the headers of a table, the first ones over columns of text."""
        for place, title in enumerate(titles):
            self.words(row, first + place, title, "head" if place < texts else "head_right")

    def labels(self, row: int, column: int, texts: Iterable[Says | Cited | str], style: str = "text") -> None:
        """Write texts below each other."""
        for place, text in enumerate(texts):
            self.words(row + place, column, text, style)

    def down(self, row: int, column: int, series: Series, style: str) -> None:
        """Write a row of numbers below each other."""
        drawn = self.book.register.draws(self.place(row, column, rows=len(series.values)), series)
        for place, value in enumerate(drawn):
            self._value(row + place, column, value, style)

    def number(self, row: int, column: int, cited: Cited, style: str, scale: float = 1.0) -> None:
        """Write one number."""
        self.down(row, column, Series(np.array([_float(cited)]), scale, cited.quote), style)

    def formula(self, row: int, column: int, formula: str, cited: Cited, style: str) -> None:
        """Write a formula that a program computes anew, its value held to its source."""
        series = Series(np.array([_float(cited)]), 1.0, cited.quote)
        self.formulas(row, column, [formula], series, style)

    def formulas(self, row: int, column: int, formulas: Sequence[str], series: Series, style: str) -> None:
        """Write formulas below each other, their values held to their source; a dash where there is no value."""
        drawn = self.book.register.draws(self.place(row, column, rows=len(formulas)), series)
        for place, (formula, value) in enumerate(zip(formulas, drawn, strict=True)):
            if np.isnan(value):
                self._value(row + place, column, value, style)
            else:
                self.sheet.write_formula(row + place, column, formula, self.style(style), value)

    def computed(self, row: int, column: int, formula: str, value: float, style: str) -> None:
        """Write a formula over the workbook's own cells, such as a check, with the value that it must have."""
        self.book.register.says(self.place(row, column), f"{value:g}")
        self.sheet.write_formula(row, column, formula, self.style(style), value)

    def _value(self, row: int, column: int, value: float, style: str) -> None:
        if np.isnan(value):
            self.sheet.write_string(row, column, UNKNOWN, self.style("plain"))
        else:
            self.sheet.write_number(row, column, value, self.style(style))


def _float(cited: Cited) -> float:
    return float("nan") if cited.value is None or isinstance(cited.value, str) else float(cited.value)


def _plain(text: str) -> str:
    """Return text for a header, where & begins a code."""
    return clean(text).replace("&", "&&")
