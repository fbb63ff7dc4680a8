"""Value added tax that is inside the contracts' rates: received by the unit, owed to the state (scope: line)."""

from __future__ import annotations

from model.inputs import Case
from model.ledger import Floats, signed
from model.schema import LINE_ROWS

TAXED_ROWS = ("commission", "quality_deduction", "renewal")
"""What partners pay by the rates of their contracts."""


def inside(case: Case) -> float:
    """Return the share of what partners pay that is tax; 0 where the rates are net (R111).

    Source: field.md (commission net of 6 % VAT), guess, finance to confirm.

    Examples
    --------
    5,645,000 CNY with 6 % inside are 5,325,472 and 319,528 for the state: tests/test_vat.py.
    """
    if case.readings.vat_in_rates == "net":
        return 0.0
    rate = float(case.costs.vat)
    return rate / (1.0 + rate)


def book(case: Case, rows: Floats) -> None:
    """Book the tax inside what partners pay, in place (R111).

    Parameters
    ----------
    rows : (row, …) CNY in the order of LINE_ROWS
    """
    share = inside(case)
    if share:
        rows[LINE_ROWS.index("vat")] = signed(rows, LINE_ROWS, TAXED_ROWS) * share
