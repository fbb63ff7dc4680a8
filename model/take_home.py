"""What people of a role take home in a year, bonus and pool included (scope: result)."""

from __future__ import annotations

from math import nan

import numpy as np

from model.ledger import Flags, Floats
from model.schema import ROW


def take_home(paid: Floats, head_months: Floats, book: Floats, on_team: Flags) -> Floats:
    """Return pay per occupied head-year by role, (role, scenario) CNY/year, NaN where nobody sits (R58).

    Annual bonus and overage pool are shared in proportion to pay, pay of the lines' schemes among the line roles.

    Parameters
    ----------
    paid, head_months : (role, scenario) base and project pay, CNY, and occupied months over the horizon
    book : (row, scenario) ledger over the horizon, CNY
    on_team : (role,) does the role belong to a line?

    Examples
    --------
    >>> book = np.zeros((len(ROW), 1))
    >>> book[ROW["annual_bonus"]] = 30_000.0
    >>> take_home(np.array([[200_000.0], [100_000.0]]), np.array([[24.0], [6.0]]), book, np.zeros(2, bool)).tolist()
    [[110000.0], [220000.0]]
    """
    everybody = book[ROW["annual_bonus"]] + book[ROW["overage_pool"]]
    teams = book[ROW["line_pay"]] - book[ROW["clawback"]]
    total = paid + everybody * _part(paid) + teams * _part(paid * on_team[:, None])
    out = np.full(paid.shape, nan)
    np.divide(12 * total, head_months, out=out, where=head_months > 0)
    return out


def _part(paid: Floats) -> Floats:
    """Return each role's part of all pay, 0 where nobody is paid, (role, scenario)."""
    whole = np.add.reduce(paid, axis=0)
    return np.divide(paid, whole, out=np.zeros(paid.shape), where=whole > 0)
