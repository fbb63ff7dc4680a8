"""The budget: average money by month and account, tied to the ledger by formulas that anyone can follow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.ledger import Floats
from model.quoting import BOOKS, VALUE, Label
from reports.book.sheet import HEAD_ROW, Book, Sheet
from reports.cells import cell_name
from reports.words import row_title

YEAR = 12
WIDTH, LABEL_WIDTH = 14.5, 26
Accounts = Mapping[str, tuple[str, ...]]


def write_budget(book: Book, accounts: Accounts) -> None:
    """Write the sheet Budget: years, then months, then which ledger row is in which account.

    Parameters
    ----------
    accounts : ledger rows by account
    """
    sheet = Sheet(book, "budget", (LABEL_WIDTH, *[WIDTH] * (len(accounts) + 3)))
    months = book.shelf.run.dataset.sizes["month"]
    years = -(-months // YEAR)
    top, first = HEAD_ROW + 2, HEAD_ROW + 2 + years + 5
    _ties(sheet, first, months, len(accounts))
    _heads(sheet, top, "year", accounts)
    _years(sheet, top + 1, first, months, accounts)
    _heads(sheet, first - 1, "month", accounts)
    _months(sheet, first, months, accounts)
    _mapping(sheet, first + months + 2, accounts)
    sheet.sheet.freeze_panes(HEAD_ROW, 1)


def _heads(sheet: Sheet, row: int, label: str, accounts: Accounts) -> None:
    """Write headers; of the years no column of the ledger, which the months have."""
    word, unit = sheet.book.word, sheet.book.word("yuan")
    ends = [word("sum"), word("ledger"), word("difference")]
    sheet.heads(row, [word(label), *(f"{title}, {unit}" for title in (*accounts, *ends))])
    sheet.sheet.set_row(row, 44)


def _ties(sheet: Sheet, first: int, months: int, columns: int) -> None:
    """Write the sentence that the accounts are the ledger, with the largest difference as a live formula."""
    column = columns + 3
    block = f"{cell_name(first, column)}:{cell_name(first + months - 1, column)}"
    sheet.words(HEAD_ROW, 0, sheet.book.word("ties"), "bold")
    sheet.computed(HEAD_ROW, 7, f"=MAX(MAX({block}),-MIN({block}))", 0.0, "check")


def _months(sheet: Sheet, first: int, months: int, accounts: Accounts) -> None:
    shelf = sheet.book.shelf
    sheet.labels(first, 0, _month_names(sheet.book, months), "month")
    for column, rows in enumerate(accounts.values(), 1):
        series = shelf.series("month_mean", "month", VALUE, of=BOOKS, row=tuple(rows))
        sheet.down(first, column, series, "yuan")
    total = len(accounts) + 1
    whole = shelf.series("month_mean", "month", VALUE, of=BOOKS, over=("row",))
    sheet.down(first, total + 1, whole, "yuan")
    places = range(first, first + months)
    sums = [f"=SUM({cell_name(row, 1)}:{cell_name(row, total - 1)})" for row in places]
    sheet.formulas(first, total, sums, whole, "yuan_bold")
    for row in places:
        sheet.computed(row, total + 2, f"={cell_name(row, total)}-{cell_name(row, total + 1)}", 0.0, "check")


def _month_names(book: Book, months: int) -> list[str]:
    return [book.calendar(month) for month in range(1, months + 1)]


def _years(sheet: Sheet, top: int, first: int, months: int, accounts: Accounts) -> None:
    """Write the years as formulas over the months, and the whole horizon as a formula over the years."""
    book = sheet.book
    groups: list[tuple[Label, ...]] = [*accounts.values()]
    years = range(0, months, YEAR)
    for place, start in enumerate(years):
        end = min(start + YEAR, months)
        said = book.word("range").format(first=book.calendar(start + 1), last=book.calendar(end))
        sheet.words(top + place, 0, said, "month")
        for column in range(1, len(groups) + 4):
            block = f"{cell_name(first + start, column)}:{cell_name(first + end - 1, column)}"
            _total(sheet, top + place, column, block, groups, tuple(range(start + 1, end + 1)), "yuan")
    last = top + len(years)
    sheet.words(last, 0, book.word("horizon"), "bold")
    for column in range(1, len(groups) + 4):
        block = f"{cell_name(top, column)}:{cell_name(last - 1, column)}"
        _total(sheet, last, column, block, groups, tuple(range(1, months + 1)), "yuan_sum")


def _total(
    sheet: Sheet,
    row: int,
    column: int,
    block: str,
    groups: list[tuple[Label, ...]],
    months: tuple[int, ...],
    style: str,
) -> None:
    """Write a sum of months of one account, of all accounts, or of the difference to the ledger."""
    formula = f"=SUM({block})"
    if column > len(groups) + 2:
        sheet.computed(row, column, formula, 0.0, "check")
    elif column > len(groups):
        found = sheet.book.shelf.number("month_mean", VALUE, "count", of=BOOKS, over=("row",), month=months)
        sheet.formula(row, column, formula, found, style)
    else:
        rows = tuple(groups[column - 1])
        found = sheet.book.shelf.number("month_mean", VALUE, "count", of=BOOKS, row=rows, month=months)
        sheet.formula(row, column, formula, found, style)


def _mapping(sheet: Sheet, row: int, accounts: Accounts) -> None:
    """Write which ledger rows with money an account sums, and what each brings over the horizon."""
    book, shelf = sheet.book, sheet.book.shelf
    called = shelf.run.case.called
    sheet.heads(
        row, [book.word("account"), book.word("row"), "", f"{book.word('horizon')}, {book.word('yuan')}"], texts=3
    )
    used = used_rows(shelf.answers[BOOKS]["month_mean"].to_numpy(), list(shelf.answers[BOOKS]["row"].to_numpy()))
    place = row + 1
    for account, rows in accounts.items():
        for name in (name for name in rows if name in used):
            sheet.words(place, 0, account, "text")
            sheet.words(place, 1, row_title(name, called), "text")
            sheet.number(
                place, 3, shelf.number("month_mean", VALUE, "count", of=BOOKS, over=("month",), row=name), "yuan"
            )
            place += 1


def used_rows(book: Floats, names: list[str]) -> set[str]:
    """Return the ledger rows that hold money in some month.

    Parameters
    ----------
    book : (row, month) CNY
    """
    return {str(name) for name, money in zip(names, np.any(book != 0, axis=1), strict=True) if money}
