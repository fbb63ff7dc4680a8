"""Which account of the company each row of the ledger belongs to, from a table that finance can replace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from model.case_tables import Table, read_table
from model.errors import Finding, InputError, nearest
from model.schema import ROWS
from reports.forms import Language

TABLE = "accounts.csv"
ROOTS = ("data", "headcast_data")
ROW, ACCOUNT, CHINESE = "row", "account", "account_zh"
"""Columns; the last one may be left out."""
BOOKED = tuple(row.name for row in ROWS if row.sign)
"""Rows of the ledger that move the unit's money; a memo belongs to no account."""


def accounts(path: Path | None, used: Collection[str], language: Language) -> dict[str, tuple[str, ...]]:
    """Return the ledger rows of each account, in the order of the table (R213).

    Parameters
    ----------
    path : the company's own table, None for the shipped one
    used : rows that hold money in this run; each must have an account

    Raises
    ------
    InputError : all faults of the table at once: columns, unknown rows, rows twice, rows without account
    """
    file = path or _shipped()
    table, findings = read_table(file, file.name)
    if table is None or findings:
        raise InputError(findings)
    missing = [name for name in (ROW, ACCOUNT) if name not in table.header]
    if missing:
        allowed = ", ".join((ROW, ACCOUNT, CHINESE))
        raise InputError(
            Finding("E-CSV", f"{file.name}: line 1", "column is missing", ", ".join(missing), allowed, "add it")
        )
    findings = [*_faults(table), *_unmapped(table, used)]
    if findings:
        raise InputError(findings)
    return _groups(table, language)


def _shipped() -> Path:
    home = Path(__file__).resolve().parents[2]
    return next((home / root / TABLE for root in ROOTS if (home / root / TABLE).is_file()), home / ROOTS[0] / TABLE)


def _column(table: Table, name: str) -> list[str]:
    place = table.header.index(name)
    return [cells[place] for _, cells in table.rows]


def _faults(table: Table) -> list[Finding]:
    names, titles = _column(table, ROW), _column(table, ACCOUNT)
    twice = {name for name, count in Counter(names).items() if count > 1}
    found = []
    for (line, _), name, title in zip(table.rows, names, titles, strict=True):
        where = f"{table.file}: line {line}"
        if name not in BOOKED:
            hint = nearest(name, BOOKED) or "the sheet Budget lists the rows"
            found.append(Finding("E-REF", where, "no such row of the ledger", name, "", hint))
        if name in twice:
            found.append(Finding("E-CSV", where, "row stands twice", name, "each row in one account"))
        if not title:
            found.append(Finding("E-MISSING", where, "account has no name", name, "", "name it"))
    return found


def _unmapped(table: Table, used: Collection[str]) -> list[Finding]:
    known = set(_column(table, ROW))
    return [
        Finding("E-MISSING", table.file, "row of the ledger has money and no account", name, "", f"add {name},ACCOUNT")
        for name in BOOKED
        if name in used and name not in known
    ]


def _groups(table: Table, language: Language) -> dict[str, tuple[str, ...]]:
    column = CHINESE if language == "zh" and CHINESE in table.header else ACCOUNT
    titles = zip(_column(table, column), _column(table, ACCOUNT), strict=True)
    found: dict[str, tuple[str, ...]] = {}
    for name, title in zip(_column(table, ROW), (own or usual for own, usual in titles), strict=True):
        found[title] = (*found.get(title, ()), name)
    return found
