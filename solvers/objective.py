"""What the program maximises: discounted money of the pieces, less the bonus at given coefficients and the hinges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo

from model import incentives
from model.ledger import Floats
from solvers.columns import MONEY, Columns, finite
from solvers.exact import Exact
from solvers.futures import Futures
from solvers.goals import REPAIR, Goal
from solvers.tables import Pieces


@dataclass(frozen=True)
class MeanMoney:
    """The mean of discounted money with the bonus as a linear term (R23, R25).

    bonus : (year,) discounted cost of one yuan of base pay at the coefficient that prices the bonus
    """

    exact: Exact
    bonus: Floats

    @property
    def standing(self) -> float:
        """Return the mean standing cost, in the program's money."""
        return float(finite(np.asarray(self.exact.standing / MONEY)).mean())

    def worth(self, pieces: Pieces) -> Floats:
        """Return what each piece brings, hinges apart, (piece,) in the program's money."""
        out: Floats = (pieces.linear.mean(axis=1) - pieces.base_pay.mean(axis=2) @ self.bonus) / MONEY
        return out

    def objective(self, columns: Columns, hinges: Sequence[pyo.Var]) -> pyo.Objective:
        """Return the objective over the columns and the variables of the hinges' cost."""
        money = columns.sum(columns.of(self.worth)) - self.standing - sum(hinges)
        return pyo.Objective(expr=money, sense=pyo.maximize)

    def value(self, total: Pieces) -> float:
        """Return a whole plan's value in the program's money, hinges exact."""
        paid = float(total.linear.mean()) - float(total.base_pay.mean(axis=1) @ self.bonus)
        return (paid - float(self.exact.hinges(total).mean())) / MONEY - self.standing


def mean_money(exact: Exact, coefficient: Floats) -> MeanMoney:
    """Return the objective for team coefficients that price the bonus (R23).

    Parameters
    ----------
    coefficient : (year,)
    """
    return MeanMoney(exact, coefficient * exact.year_end * (exact.bonus_cost * incentives.bonus_scale(exact.case)))


@dataclass(frozen=True)
class GoalMoney:
    """(1 − weight) × mean + weight × average of the worst share, less a price on what conditions miss (R140–R143).

    Its variables are those of `solvers.goal_cuts`; a hurdle is no part of it.
    """

    goal: Goal
    futures: Futures

    def objective(self, columns: Columns, hinges: Sequence[pyo.Var]) -> pyo.Objective:
        """Return the objective over the columns, the hinges' cost and the goal's own variables."""
        m, share = columns.m, 1.0 - self.goal.caution
        standing = float(finite(np.asarray(self.futures.exact.standing / MONEY)).mean())
        money = columns.sum(self.futures.straight.mean(axis=1) * share) - share * standing
        if share:
            money = money - share * sum(hinges)
        if self.goal.caution:
            money = money - self.goal.caution * m.worst
        short = [m.component(name) for name in ("below_floor", "behind") if m.component(name) is not None]
        return pyo.Objective(expr=money - REPAIR * sum(short), sense=pyo.maximize)

    def value(self, total: Pieces) -> float:
        """Return a whole plan's value in the program's money, hinges exact, what it misses of conditions priced."""
        npv = self.futures.of(total) * MONEY
        return (self.goal.worth(npv) - REPAIR * self.goal.misses(npv)) / MONEY
