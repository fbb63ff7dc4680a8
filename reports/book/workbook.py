"""The results workbook of a run: what finance audits, every number with its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import xarray as xr

from model.quoting import BOOKS
from model.store import Run
from model.workbook_file import safe_workbook
from reports.book.accounts import accounts
from reports.book.assumed import write_assumed
from reports.book.budget import used_rows, write_budget
from reports.book.cash import write_cash, write_heads
from reports.book.futures import write_futures
from reports.book.hiring import write_hiring
from reports.book.profit import write_profit
from reports.book.sheet import Book
from reports.book.sources import write_sources
from reports.book.summary import write_summary
from reports.cited import Shelf
from reports.forms import Language
from reports.words import clean


def write_workbook(
    run: Run, books: xr.Dataset, hashes: Mapping[str, str], language: Language, mapping: Path | None
) -> tuple[bytes, int]:
    """Return the workbook of a run, the same bytes each time, and how many numbers it cites.

    Parameters
    ----------
    books : of the recommended plan, by month; hashes : its fingerprint under its name
    mapping : table of accounts, None for the shipped one

    Raises
    ------
    InputError : the table of accounts has faults, or a text that no cell can hold
    """
    shelf = Shelf(run, language, {BOOKS: books}, hashes)
    used = used_rows(books["month_mean"].to_numpy(), list(books["row"].to_numpy()))
    found = accounts(mapping, used, language)
    with safe_workbook(clean(run.case.title)) as (made, buffer):
        made.set_properties({"title": clean(run.case.title), "created": datetime.fromisoformat(run.created)})
        book = Book(made, shelf)
        write_summary(book)
        write_hiring(book)
        write_budget(book, found)
        write_profit(book)
        write_cash(book)
        write_heads(book)
        write_futures(book)
        write_assumed(book)
        write_sources(book)
    return buffer.getvalue(), book.register.count
