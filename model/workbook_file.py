"""The one door for workbooks going out: text is never a formula or a link, unfit text and lost digits are refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from model.errors import Finding, InputError
from model.texts import text_fault, visible

PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""Written as the time of making, so that the same content is the same bytes."""


class _Exact(float):
    """A number that is written with all its digits: the library's own form has 16, some numbers need 17."""

    def __format__(self, _: str) -> str:
        return float.__repr__(self)


class _SafeSheet(Worksheet):  # type: ignore[misc]  # the library is not typed
    """A sheet whose every text passes the rule for texts and whose numbers keep all digits."""

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> int:
        if fault := text_fault(string):
            found, fix = visible(string[:60]), "change the text where it comes from"
            raise InputError(Finding("E-TEXT", f"sheet {self.get_name()}", f"a text {fault}", found, "", fix))
        return int(super()._write_string(row, col, string, cell_format))

    def _write_number(self, row: int, col: int, number: Any, cell_format: Any = None) -> int:
        return int(super()._write_number(row, col, _Exact(number), cell_format))


class _SafeBook(xlsxwriter.Workbook):  # type: ignore[misc]  # the library is not typed
    worksheet_class = _SafeSheet


@contextmanager
def safe_workbook(title: str = "", **options: Any) -> Iterator[tuple[Any, BytesIO]]:
    """Give an XlsxWriter workbook and the buffer that holds its bytes when the block has ended.

    A text given to `write` or `write_string` stays a text whatever it begins with; a formula is written only by
    `write_formula`. Not-a-number and infinity are refused. The same content gives the same bytes.

    Parameters
    ----------
    title : of the document; options : further ones of XlsxWriter, such as default_date_format

    Raises
    ------
    InputError : a text that a cell cannot hold as it is
    """
    made = BytesIO()
    book = _SafeBook(made, {**options, **PLAIN})
    book.set_properties({"title": title, "created": MADE})
    yield book, made
    book.close()
