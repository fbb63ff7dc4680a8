"""The last sheet: where each number comes from, for a person and for headcast trace."""

from __future__ import annotations

from reports.book.sheet import HEAD_ROW, Book, Sheet
from reports.book_places import COLUMNS, RECORD, source_rows
from reports.words import clean

WIDTHS = (14, 12, 16, 14, 26, 46, 14, 10, 40, 30)
LONGEST = 32_000
"""Letters of a record that one cell holds; more go into the cells beside it."""


def write_sources(book: Book) -> None:
    """Write the sheet Sources; nothing may be written to other sheets after it."""
    rows = source_rows(book.register.as_json())
    sheet = Sheet(book, "sources", WIDTHS)
    write, styles = sheet.sheet.write_string, book.styles
    for column, title in enumerate(COLUMNS):
        write(HEAD_ROW, column, title, styles["head"])
    for row, cells in enumerate(rows, HEAD_ROW + 1):
        for column, text in enumerate(cells[:RECORD]):
            if text:
                write(row, column, clean(text), styles["text"])
        record = cells[RECORD]
        for place, start in enumerate(range(0, len(record), LONGEST)):
            write(row, RECORD + place, record[start : start + LONGEST], styles["code"])
    sheet.sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.sheet.repeat_rows(HEAD_ROW)
    # The records are for the program: on paper the columns before them say the same.
    sheet.sheet.print_area(0, 0, HEAD_ROW + len(rows), RECORD - 1)
