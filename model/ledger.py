"""A ledger is an array (row, month, scenario) of positive amounts; this folds, signs and discounts it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.schema import REVENUE_ROWS, ROW, ROW_NAMES, SIGNS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def empty(months: int, scenarios: int) -> Floats:
    """Return a ledger of zeros, (row, month, scenario) CNY."""
    return np.zeros((len(ROW_NAMES), months, scenarios))


def result(ledger: Floats) -> Floats:
    """Return receipts minus payments; the row axis comes first and is summed in fixed order (R27).

    Parameters
    ----------
    ledger : (row, …) CNY, positive amounts

    Examples
    --------
    >>> book = empty(1, 1)
    >>> book[ROW["commission"]], book[ROW["base_pay"]] = 10.0, 4.0
    >>> float(result(book)[0, 0])
    6.0
    """
    total = np.zeros(ledger.shape[1:])
    for amount, sign in zip(ledger, SIGNS, strict=True):
        total += sign * amount
    return total


def after_tax(total: Floats, rate: float) -> Floats:
    """Return the result after income tax, (…) CNY: losses of the horizon count against its gains (R114).

    Parameters
    ----------
    total : (…) CNY, result over the horizon

    Examples
    --------
    >>> after_tax(np.array([100.0, 0.0, -40.0]), 0.25).tolist()
    [75.0, 0.0, -40.0]
    """
    out: Floats = total - rate * np.maximum(total, 0.0)
    return out


def paid_out(ledger: Floats, names: tuple[str, ...]) -> Floats:
    """Return what the named rows cost the unit, receipts among them off, (…) CNY.

    Examples
    --------
    >>> book = empty(1, 1)
    >>> book[ROW["line_pay"]], book[ROW["clawback"]] = 10.0, 4.0
    >>> float(paid_out(book, ("line_pay", "clawback"))[0, 0])
    6.0
    """
    total = np.zeros(ledger.shape[1:])
    for name in names:
        total -= SIGNS[ROW[name]] * ledger[ROW[name]]
    return total


def revenue(ledger: Floats) -> Floats:
    """Return what the unit's revenue rows bring, deductions off, (…) CNY."""
    return signed(ledger, ROW_NAMES, REVENUE_ROWS)


def signed(rows: Floats, names: Sequence[str], wanted: Sequence[str]) -> Floats:
    """Return receipts minus payments of the wanted rows of a table, in the table's order.

    Parameters
    ----------
    rows : (row, …) CNY, positive amounts in the order of `names`

    Examples
    --------
    >>> signed(np.array([[10.0], [1.0]]), ("commission", "quality_deduction"), ("quality_deduction",)).tolist()
    [-1.0]
    """
    total = np.zeros(rows.shape[1:])
    for amount, name in zip(rows, names, strict=True):
        sign = SIGNS[ROW[name]] if name in wanted else 0
        if sign > 0:
            total += amount
        elif sign < 0:
            total -= amount
    return total


def fold(monthly: Floats, length: int, axis: int) -> Floats:
    """Sum months into blocks of `length` (the last may be short) along `axis`, in fixed order.

    Examples
    --------
    >>> fold(np.arange(5.0), 2, 0).tolist()
    [1.0, 5.0, 4.0]
    """
    starts = np.arange(0, monthly.shape[axis], length)
    out: Floats = np.add.reduceat(monthly, starts, axis=axis)
    return out


def by_year(monthly: Floats, axis: int) -> Floats:
    """Sum months into programme years along `axis`."""
    return fold(monthly, 12, axis)


def discount_factors(rate: float, months: int) -> Floats:
    """Return the worth today of one yuan at the end of each month, (month,) (R27)."""
    out: Floats = (1.0 + rate) ** (-np.arange(1, months + 1) / 12.0)
    return out


def present_value(net: Floats, rate: float) -> Floats:
    """Return a result by month in today's money, (scenario,) CNY (R27).

    Parameters
    ----------
    net : (month, scenario) CNY, from the first month on; rate : discount a year

    Examples
    --------
    >>> [round(float(value), 6) for value in present_value(np.full((12, 1), 1.0), 0.0)]
    [12.0]
    """
    # Not a sum: NumPy would add the months of one scenario in another order than those of many.
    out: Floats = np.cumsum(net * discount_factors(rate, len(net))[:, None], axis=0)[-1]
    return out


def year_of(months: int) -> Ints:
    """Return the programme year (0-based) of months 1…T, (month,) (R1)."""
    return np.arange(months, dtype=np.int64) // 12
