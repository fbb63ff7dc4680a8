"""Who ends up with the money: each ledger row is one party's payment and another's receipt (R110)."""

from __future__ import annotations

import numpy as np

from model.ledger import Floats
from model.schema import PARTIES, ROWS


def receipts(book: Floats) -> Floats:
    """Return what each party receives, (party, …) CNY in the order of PARTIES (R110).

    Parameters
    ----------
    book : (row, …) CNY, positive amounts
    """
    return _by_party(book, [row.payee for row in ROWS])


def payments(book: Floats) -> Floats:
    """Return what each party pays, (party, …) CNY in the order of PARTIES (R110); `book` as for `receipts`."""
    return _by_party(book, [row.payer for row in ROWS])


def balance(book: Floats) -> Floats:
    """Return receipts less payments by party, (party, …) CNY; all parties together have exactly nothing (R110).

    Examples
    --------
    >>> book = np.zeros((len(ROWS), 1))
    >>> book[0] = 100.0  # commission: partners pay the unit
    >>> dict(zip(PARTIES, balance(book)[:, 0].tolist()))["partners"]
    -100.0
    """
    out: Floats = receipts(book) - payments(book)
    return out


def _by_party(book: Floats, names: list[str]) -> Floats:
    out = np.zeros((len(PARTIES), *book.shape[1:]))
    for amount, name in zip(book, names, strict=True):
        out[PARTIES.index(name)] += amount
    return out
