"""Money earned and money had: what partners pay later than they owe it (scope: line)."""

from __future__ import annotations

import numpy as np

from model.inputs import Case
from model.ledger import Floats


def collected(case: Case, income: Floats) -> Floats:
    """Return when a line's revenue arrives, (month, …) CNY (R105).

    A part of a month shifts that part of the money one month further; what is still owed in the last month is taken
    as paid in it, so that the sum over the horizon stays.

    Parameters
    ----------
    income : (month, …) CNY earned

    Source: 60 days (30–90), guess, finance to confirm.

    Examples
    --------
    100 earned in the first of four months at 1.5 months: 0, 50, 50, 0.
    """
    whole, part = divmod(float(case.costs.collection or 0.0), 1.0)
    return _shifted(income, int(whole)) * (1.0 - part) + _shifted(income, int(whole) + 1) * part


def _shifted(income: Floats, months: int) -> Floats:
    count = income.shape[0]
    last = max(count - months, 0)
    out = np.zeros(income.shape)
    out[months:] = income[:last]
    out[-1] += np.add.reduce(income[last:], axis=0)
    return out
