"""The rows of a result as they are told: receipts less payments, money that only changes its month as one row."""

from __future__ import annotations

import numpy as np

from model.ledger import Floats
from model.schema import ROWS, SIGNS

LATER = "paid_in_another_month"
OWN = tuple(place for place, row in enumerate(ROWS) if row.kind not in ("timing", "memo"))
TIMING = tuple(place for place, row in enumerate(ROWS) if row.kind == "timing")
NAMES = (*(ROWS[place].name for place in OWN), LATER)
"""What the money is told by; memo rows are no money of the unit."""


def fold(book: Floats) -> Floats:
    """Return what each told row adds to the result, (told row, …) CNY.

    Parameters
    ----------
    book : (row, …) CNY, positive amounts in the order of `schema.ROWS`

    Examples
    --------
    >>> book = np.ones((len(ROWS), 1))
    >>> bool(fold(book).sum() == sum(SIGNS)), fold(book).shape == (len(NAMES), 1)
    (True, True)
    """
    signed = book * np.array(SIGNS, dtype=float).reshape(-1, *[1] * (book.ndim - 1))
    return np.concatenate([signed[list(OWN)], signed[list(TIMING)].sum(axis=0, keepdims=True)])
