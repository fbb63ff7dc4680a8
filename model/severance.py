"""Pay for people whose seat is closed or who are asked to leave, with the statutory caps (scope: seat)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.inputs import Case
from model.ledger import Floats

YEAR = 12
MOST_CAPPED = 12.0
"""Years of service that count at most where pay is above the cap (Labor Contract Law 47)."""


def severance_months(tenure: NDArray[np.int64], rule: str) -> Floats:
    """Return months of pay due to a person whose seat is closed (R6).

    Parameters
    ----------
    tenure : completed months of service
    rule : none | n | n_plus_1 | two_n; N counts years, from six months on a full one, below half of one
    """
    if rule == "none":
        return np.zeros(tenure.shape)
    rest = tenure % YEAR
    part: Floats = np.select([rest == 0, rest < YEAR // 2], [0.0, 0.5], 1.0)
    n: Floats = part + tenure // YEAR
    return 2.0 * n if rule == "two_n" else n + (1.0 if rule == "n_plus_1" else 0.0)


def due(case: Case, pay: float, tenure: NDArray[np.int16]) -> Floats:
    """Return what is due to who sits on a seat with `tenure` at the end of a month, CNY, 0 where vacant (R6).

    N months of capped pay, at most twelve where pay is above the cap; under n_plus_1 one month of pay without the
    cap, under two_n the double.

    Parameters
    ----------
    pay : base pay of the month, CNY
    tenure : (scenario,) whole months since the start, −1 while vacant
    """
    rule, cap = case.staffing.severance, float(case.staffing.severance_cap)
    if rule == "none":
        return np.zeros(tenure.shape)
    n = severance_months(tenure.astype(np.int64) + 1, "n")
    n = np.minimum(n, MOST_CAPPED) if pay > cap else n
    amount = n * min(pay, cap) * (2.0 if rule == "two_n" else 1.0) + (pay if rule == "n_plus_1" else 0.0)
    return np.where(tenure >= 0, amount, 0.0)
