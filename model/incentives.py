"""What results cost: after-sales share, overage pool, annual bonus (scopes: unit-linear, unit-hinge, unit-step)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.inputs import Case
from model.ledger import Floats, signed, year_of
from model.payrules import bands, hinge
from model.schema import LINE_COST_ROWS, REVENUE_ROWS


def after_sales_share(case: Case, rows: Floats, names: Sequence[str]) -> Floats:
    """Return the share that goes to after-sales, (…) CNY: of revenue, or of revenue less line costs (R22).

    Parameters
    ----------
    rows : (row, …) CNY in the order of `names`; all rows of the lines must be among them
    """
    base = REVENUE_ROWS if case.readings.after_sales_share_of == "gross" else (*REVENUE_ROWS, *LINE_COST_ROWS)
    return signed(rows, names, base) * float(case.incentives.after_sales_share)


def targets(case: Case) -> Floats:
    """Return the revenue targets by programme year, (year,) CNY; a short last year has its part of the target."""
    inside = np.bincount(year_of(case.clock.months)) / 12
    return np.array([float(target) for target in case.incentives.targets]) * inside


def overage_pool(case: Case, revenue: Floats) -> Floats:
    """Return the pool above target by programme year, (year, scenario) CNY (R24).

    Parameters
    ----------
    revenue : (year, scenario) CNY
    """
    return hinge(np.rint(revenue * 100) / 100 - targets(case)[:, None], float(case.incentives.pool_rate))


def attainment(case: Case, revenue: Floats) -> Floats:
    """Return revenue over target, (year, scenario), from whole fen and to 12 digits, so that no sum decides a band."""
    out: Floats = np.round(np.rint(revenue * 100) / 100 / targets(case)[:, None], 12)
    return out


def team_coefficient(case: Case, revenue: Floats) -> Floats:
    """Return the team coefficient by programme year, (year, scenario) (R23)."""
    rules = case.incentives
    return bands(attainment(case, revenue), rules.band_edges, rules.band_upper_owns_edge, rules.band_coefficients)


def annual_bonus(case: Case, revenue: Floats, base_pay: Floats) -> Floats:
    """Return base pay × rate × team coefficient × individual coefficient, (year, scenario) CNY (R23).

    Parameters
    ----------
    revenue, base_pay : (year, scenario) CNY of the unit
    """
    return base_pay * bonus_scale(case) * team_coefficient(case, revenue)


def bonus_scale(case: Case) -> float:
    """Return the bonus per yuan of base pay at team coefficient 1."""
    return float(case.incentives.bonus_rate) * float(case.incentives.individual)


def pool_split(case: Case, pool: Floats) -> dict[str, Floats]:
    """Return the pool by recipient, whole fen, conserved: the last recipient takes the rest (R24).

    Parameters
    ----------
    pool : (…) CNY

    Examples
    --------
    A pool of 240,000 with shares 8/5/3/8 of 24 gives 80,000 / 50,000 / 30,000 / 80,000.
    """
    fen = np.rint(pool * 100)
    names = list(case.incentives.pool_split)
    parts = {name: np.floor(fen * float(case.incentives.pool_split[name]) + 1e-6) / 100 for name in names[:-1]}
    taken = sum((np.rint(part * 100) for part in parts.values()), np.zeros(fen.shape))
    return parts | {names[-1]: (fen - taken) / 100}
