"""The hiring plan: which seats to order by when, what they cost up to the next milestone, and if it ends there."""

from __future__ import annotations

from typing import Any

from model.plans import Plan
from model.quoting import BOOKS, VALUE
from reports.book.sheet import HEAD_ROW, Book, Sheet
from reports.cells import cell_name
from reports.cited import Cited, Says, says
from reports.drawing import RECOMMENDED

COLUMNS = (
    "role",
    "line",
    "seats",
    "order_by",
    "opens",
    "start",
    "pay",
    "pay_low",
    "pay_high",
    "before",
    "after",
    "to_next",
    "if_stopped",
)
TEXTS = (1, 3, 4, 5, 9, 10)
SEATS = COLUMNS.index("seats")
WIDTHS = (26, 16, 7, 17, 11, 11, 13, 10, 10, 38, 36, 13, 13)
RANGES = ("guess", "range")


def write_hiring(book: Book) -> None:
    """Write the sheet Hiring plan."""
    sheet = Sheet(book, "hiring", WIDTHS)
    sheet.words(HEAD_ROW, 0, book.word(COLUMNS[0]), "head")
    for column, key in enumerate(COLUMNS[1:], 1):
        sheet.words(HEAD_ROW, column, book.word(key), "head_inner" if column in TEXTS else "head_right")
    sheet.sheet.set_row(HEAD_ROW, 30)
    sheet.sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.sheet.repeat_rows(HEAD_ROW)
    first = HEAD_ROW + 1
    count = book.shelf.answers[BOOKS].sizes["hire"]
    for hire in range(1, count + 1):
        _row(sheet, first + hire - 1, hire)
    last = first + count
    sheet.words(last, 0, book.word("all"), "bold")
    seats = book.shelf.number("seats", VALUE, "count", of=BOOKS, over=("hire",))
    sheet.formula(last, SEATS, f"=SUM({cell_name(first, SEATS)}:{cell_name(last - 1, SEATS)})", seats, "count")


def _row(sheet: Sheet, row: int, hire: int) -> None:
    book = sheet.book
    at = book.shelf.answers[BOOKS].sel(hire=hire)
    role, line = str(at["hire_role"].item()), str(at["hire_line"].item())
    sheet.words(row, 0, book.shelf.assumed(f"/roles/{role}/title"), "wrap")
    sheet.words(row, 1, book.shelf.assumed(f"/lines/{line}/title") if line else "", "inner")
    sheet.number(row, 2, _number(book, "seats", hire, "count"), "count")
    sheet.words(row, 3, _order(book, hire), "inner")
    sheet.words(row, 4, _number(book, "opens", hire, "month"), "inner")
    sheet.words(row, 5, _number(book, "usual_start", hire, "month"), "inner")
    _pay(sheet, row, role)
    sheet.words(row, 9, _before(book, str(at["hire_before"].item()), line), "inner")
    sheet.words(row, 10, _gate(book, str(at["hire_after"].item())), "inner")
    for column, name in ((11, "to_next"), (12, "if_stopped")):
        sheet.number(row, column, _number(book, name, hire, "count"), "yuan")
    if at["hire_before"].item() or at["hire_after"].item():
        sheet.sheet.set_row(row, 27)


def _number(book: Book, name: str, hire: int, form: str) -> Cited:
    return book.shelf.number(name, VALUE, form, of=BOOKS, hire=hire)


def _order(book: Book, hire: int) -> Cited | Says:
    """Return the month to order by; where even the first month is too late, by how many months."""
    late = _number(book, "late", hire, "count")
    if not late.value:
        return _number(book, "order_by", hire, "month")
    said = says(book.word("month_one" if late.value == 1 else "months"), count=late)
    return says(book.word("at_once"), late=said)


def _pay(sheet: Sheet, row: int, role: str) -> None:
    """Write the pay of the table and its range, a dash where the case gives none."""
    shelf = sheet.book.shelf
    node: dict[str, Any] = shelf.case["roles"][role]["pay"]
    sheet.number(row, 6, shelf.assumed(f"/roles/{role}/pay/value"), "yuan")
    told = next((name for name in RANGES if node.get(name)), "")
    for column, place in ((7, 0), (8, 1)):
        if told:
            sheet.number(row, column, shelf.assumed(f"/roles/{role}/pay/{told}/{place}"), "yuan")
        else:
            sheet.words(row, column, "–", "plain")


def _gate(book: Book, gate: str) -> Says | str:
    if not gate:
        return book.word("no_gate")
    title, month = book.shelf.assumed(f"/gates/{gate}/title"), book.shelf.assumed(f"/gates/{gate}/month", "month")
    return says(book.word("gate"), title=title, month=month)


def _before(book: Book, gate: str, line: str) -> Says | str:
    """Return the milestone before a seat opens, and whether the plan makes the seat depend on it."""
    if not gate:
        return book.word("no_gate")
    asked = gate in _asked(book.shelf.run.plans[RECOMMENDED], line)
    return says(book.word("asked" if asked else "not_asked"), gate=_gate(book, gate))


def _asked(plan: Plan, line: str) -> list[str]:
    own = plan.lines[line].gates if line in plan.lines else ()
    return [answer.gate for answer in (*plan.policies.gates, *own)]
