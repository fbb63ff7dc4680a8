"""Money of the program's columns in every single future, hinges cut at a point: what worst futures are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model import incentives
from model.ledger import Flags, Floats, Ints
from solvers.columns import MONEY, Columns, finite
from solvers.exact import Exact
from solvers.tables import Pieces


@dataclass(frozen=True)
class Held:
    """Which hinges bind at a point in the futures that weigh, so that a line can be drawn again for other columns.

    weight : (scenario,) weights of the futures; missing : (role, quarter, weighing future) hours are bought;
    over : (year, weighing future) the pool pays
    """

    weight: Floats
    missing: Flags
    over: Flags


class Futures:
    """Discounted money of a point in each scenario, in the program's money, bonus at given coefficients.

    It is concave in the point: a straight line less hinges. So any weights of the futures with the hinges held as they
    bind at one point give a line that lies on or above the weighted money everywhere (R143).

    Parameters
    ----------
    coefficient : (year,) or (year, scenario) team coefficient that prices the bonus (R23)
    hours : (column, role, quarter, scenario); revenue : (column, year, scenario)
    """

    def __init__(self, columns: Columns, exact: Exact, coefficient: Floats, hours: Floats, revenue: Floats) -> None:
        self.exact, self.hours, self.revenue = exact, hours, revenue
        self.agency = exact.agency / MONEY
        self.pool = exact.year_end * (float(exact.case.incentives.pool_rate) / MONEY)
        self.targets = incentives.targets(exact.case)
        by_future = coefficient[:, None] if coefficient.ndim == 1 else coefficient
        self.bonus = by_future * exact.year_end[:, None] * (exact.bonus_cost * incentives.bonus_scale(exact.case))
        self.straight = finite(columns.of(self._straight))

    def _straight(self, pieces: Pieces) -> Floats:
        out: Floats = (pieces.linear - (pieces.base_pay * self.bonus).sum(axis=1)) / MONEY
        return out

    def at(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Return money, hours missing and revenue above target at a point, (scenario,), (role, quarter, …), (year, …).

        Parameters
        ----------
        values : (column,)
        """
        missing = np.tensordot(values, self.hours, axes=1) + self.exact.fixed_hours
        over = np.tensordot(values, self.revenue, axes=1) - self.targets[:, None]
        return self._money(values @ self.straight, missing, over), missing, over

    def of(self, total: Pieces) -> Floats:
        """Return a whole plan's money by scenario, (scenario,)."""
        straight = (total.linear - (total.base_pay * self.bonus).sum(axis=0)) / MONEY
        return self._money(straight, total.hours + self.exact.fixed_hours, total.revenue - self.targets[:, None])

    def _money(self, straight: Floats, missing: Floats, over: Floats) -> Floats:
        bought = np.einsum("rqs,rq->s", np.maximum(missing, 0.0), self.agency)
        out: Floats = straight - self.exact.standing / MONEY - bought - self.pool @ np.maximum(over, 0.0)
        return out

    def line(self, held: Held) -> tuple[Floats, float]:
        """Return slopes (column,) and constant of the weighted money with the hinges held (R143)."""
        weighs: Ints = np.flatnonzero(held.weight)
        weight = held.weight[weighs]
        bought = held.missing * self.agency[:, :, None] * weight
        shared = held.over * self.pool[:, None] * weight
        slopes = (
            self.straight[:, weighs] @ weight - _dot(self.hours, bought, weighs) - _dot(self.revenue, shared, weighs)
        )
        fixed = np.broadcast_to(self.exact.fixed_hours, (*bought.shape[:2], self.straight.shape[1]))[:, :, weighs]
        standing = np.broadcast_to(self.exact.standing / MONEY, held.weight.shape)[weighs]
        constant = (shared * self.targets[:, None]).sum() - (bought * fixed).sum() - standing @ weight
        return slopes, float(constant)


def _dot(table: Floats, weights: Floats, weighs: Ints) -> Floats:
    """Return Σ table × weights over all but the columns, (column,), for the futures that weigh."""
    part = table[..., weighs].reshape(len(table), -1)
    out: Floats = part @ weights.ravel()
    return out
