"""What no plan made of the priced pieces can exceed on the pricing draws, hinges and bonus bands exact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyomo.environ as pyo

from model.ledger import Floats
from solvers.bands import BandCuts, Box
from solvers.columns import MONEY, Columns
from solvers.constraints import add_constraints
from solvers.cuts import AgencyCuts, CutFamily, PoolCuts
from solvers.exact import Exact, Tables
from solvers.objective import mean_money
from solvers.relaxation import Point, Relaxation

MOST_CUT_ROUNDS, MOST_ROUNDS = 80, 8
CUT_TOLERANCE = 1e-5
YUAN = 1.0
"""What is let pass for rounding wherever a plan is ruled out, CNY."""
LEAST_STEP = 0.02
"""Rounds end when one closes less than this share of what is left of the gap."""
SCALES = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)
"""Multiples of the mean's row prices that are tried for a single scenario."""


class Upper:
    """The relaxation of one mode path's choice, for plans that are worth at least as much as a known one (R150).

    Parameters
    ----------
    coefficient : (year,) prices the bonus linearly; without it the exact bands are bounded
    relaxed : the same rows from another sample of draws, to be used again
    """

    def __init__(
        self,
        tables: Tables,
        exact: Exact,
        modes: Sequence[str],
        coefficient: Floats | None = None,
        relaxed: Relaxation | None = None,
    ) -> None:
        years = tables.case.years
        self.body = Columns(pyo.ConcreteModel(), tables.case, modes, tables)
        self.money = mean_money(exact, np.zeros(years) if coefficient is None else coefficient)
        self.families: dict[str, CutFamily] = {}
        for family in (AgencyCuts(self.body, exact), PoolCuts(self.body, exact)):
            self.families[family.kind] = family
        self.bonus = BandCuts(self.body, exact, _empty(years))
        self.banded = coefficient is None and bool(self.bonus.scale.any())
        if self.banded:
            self.families[self.bonus.kind] = self.bonus
        keys = [(kind, *at) for kind, family in self.families.items() for at in family.variables()]
        if relaxed is None:
            add_constraints(self.body, exact)
            relaxed = Relaxation(self.body, len(keys))
        relaxed.reset()
        self.relaxed = relaxed
        first = relaxed.first_extra
        self.place = {key: first + index for index, key in enumerate(keys)}
        self.cost = np.zeros(len(relaxed.low))
        self.cost[: relaxed.binaries] = -self.body.of(self.money.worth)
        self.cost[first:] = 1.0
        if self.banded:
            self.bonus.box = self._spread()

    def bound(self, floor: float) -> float:
        """Return the most that a plan at least as good as the floor may be worth on average, CNY.

        What cannot be part of such a plan is closed, what revenue and base pay may be is narrowed, and it is solved
        again.

        Parameters
        ----------
        floor : value of a known plan, CNY
        """
        level, best = floor / MONEY + self.money.standing, np.inf
        for _ in range(MOST_ROUNDS):
            point = self.settle()
            before, best = best, min(best, -point.objective)
            self.relaxed.close_hopeless(self.cost, point.duals, YUAN / MONEY - level)
            if best <= level or before - best < LEAST_STEP * (best - level):
                break
            if self.banded:
                self._narrow(level)
        return max((best - self.money.standing) * MONEY, floor)

    def settle(self) -> Point:
        """Solve, cutting until no cut is missing."""
        point = self.relaxed.solve(self.cost)
        for _ in range(MOST_CUT_ROUNDS):
            if not self._cut(point.values):
                break
            point = self.relaxed.solve(self.cost)
        return point

    def _cut(self, values: Floats) -> int:
        """Add the cuts that a point violates; return how many."""
        count, own = 0, self.relaxed.binaries
        for family in self.families.values():
            for cut in family.supports(values[:own]):
                slopes, constant = family.line(cut)
                column = self.place[cut.kind, cut.role, cut.year]
                if slopes @ values[:own] + constant > values[column] + CUT_TOLERANCE:
                    row = np.zeros(len(self.cost))
                    row[:own], row[column] = -slopes, 1.0
                    self.relaxed.add(row, constant)
                    count += 1
        return count

    def _spread(self) -> Box:
        """Return what revenue and base pay lie between with each line and each seat at its extreme."""
        free = np.zeros(len(self.relaxed.rows))
        ends = []
        for values in (self.bonus.revenue, self.bonus.pay):
            flat = values.reshape(len(values), -1)
            ends += [self.relaxed.least(flat, free), -self.relaxed.least(-flat, free)]
        return Box(*(np.maximum(end, 0.0).reshape(self.bonus.pay.shape[1:]) for end in ends))

    def _narrow(self, level: float) -> None:
        """Narrow the box to plans that are worth the level at least."""
        self.relaxed.add(-self.cost, level - YUAN / MONEY)
        ends = []
        for values in (self.bonus.revenue, self.bonus.pay):
            ends += [self._least_by_year(values) - YUAN, -self._least_by_year(-values) + YUAN]
        self.relaxed.drop_last()
        self.bonus.box = self.bonus.box.within(self._spread()).within(Box(*ends))

    def _least_by_year(self, values: Floats) -> Floats:
        """Return lower bounds of what the columns of a plan sum to, (year, scenario).

        Parameters
        ----------
        values : (column, year, scenario) CNY
        """
        out = np.zeros(values.shape[1:])
        mean = np.zeros(len(self.cost))
        for year in range(values.shape[1]):
            costs = values[:, year] / MONEY
            mean[: self.relaxed.binaries] = costs.mean(axis=1)
            duals = self.relaxed.solve(mean).duals
            out[year] = self.relaxed.least(costs, duals, SCALES) * MONEY
        return out


def _empty(years: int) -> Box:
    nothing = np.zeros((years, 1))
    return Box(nothing, nothing, nothing, nothing)
