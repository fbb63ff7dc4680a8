"""The rows of a choice kept in HiGHS as a matrix: solved again and again under other objectives, limits and cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from model.errors import Finding, InfeasibleError, ProofError
from model.ledger import Floats, Ints
from solvers.columns import Columns
from solvers.highs import SETTINGS, checked

FINE = 1e-7
MOST = 1e7
"""Where a column without an end of its own ends: no count of heads and no cost in 10,000 CNY is larger."""


@dataclass(frozen=True)
class Point:
    """How a minimisation ended, money in the program's unit.

    values : (column,); duals : (row,)
    """

    objective: float
    values: Floats
    duals: Floats


class Relaxation:
    """The rows of a choice with its binaries as fractions; binaries come first, in their own order (R150).

    Parameters
    ----------
    body : the columns of a program whose rows stand in its model
    extra : further columns, each 0 or more, that stand behind the others
    """

    def __init__(self, body: Columns, extra: int) -> None:
        body.relax(True)
        body.m.money = pyo.Objective(expr=sum(body.binaries))
        form = LinearStandardFormCompiler().write(body.m, mixed_form=True)
        place = {id(var): index for index, var in enumerate(form.columns)}
        first = [place[id(var)] for var in body.binaries]
        order = [*first, *sorted(set(range(len(place))) - set(first))]
        ends = [(form.columns[index].lb, form.columns[index].ub) for index in order] + [(0.0, None)] * extra
        self.low = np.array([low for low, _ in ends], dtype=float)
        self.high = np.array([MOST if high is None else high for _, high in ends], dtype=float)
        kinds = np.array([row.bound_type for row in form.rows])
        self.row_low = [float(side) for side in np.where(kinds <= 0, form.rhs, -np.inf)]
        self.row_high = [float(side) for side in np.where(kinds >= 0, form.rhs, np.inf)]
        self.rows = [*np.pad(form.A.toarray()[:, order], ((0, 0), (0, extra)))]
        self.binaries, self.first_extra = len(first), len(order)
        ones = [len(known) for known in body.tables.lines.values()]
        self.groups = np.split(np.arange(sum(ones)), np.cumsum(ones)[:-1])
        self.first = (self.low.copy(), self.high.copy(), len(self.rows))
        self.engine = self._load()

    def _load(self) -> highspy.Highs:
        engine = highspy.Highs()  # type: ignore[no-untyped-call]
        engine.setOptionValue("output_flag", False)
        for name, value in checked(SETTINGS).items():
            engine.setOptionValue(name, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.low), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.zeros(len(self.low)), self.low, self.high
        lp.row_lower_, lp.row_upper_ = np.array(self.row_low), np.array(self.row_high)
        matrix = np.array(self.rows)
        places = [np.flatnonzero(row).astype(np.int32) for row in matrix]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *map(len, places)]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate(places)
        lp.a_matrix_.value_ = matrix[np.nonzero(matrix)]
        engine.passModel(lp)
        return engine

    def add(self, row: Floats, low: float) -> None:
        """Add the row Σ row × column ≥ low.

        Parameters
        ----------
        row : (column,)
        """
        used = np.flatnonzero(np.abs(row) > 1e-9).astype(np.int32)
        kept = np.zeros(len(row))
        kept[used] = row[used]
        if not np.isfinite(kept).all() or not np.isfinite(low):
            raise ProofError(Finding("E-NOT-FINITE", "bound", "a cut is not a finite number"))
        self.engine.addRow(low, highspy.kHighsInf, len(used), used, kept[used])
        self.rows.append(kept)
        self.row_low.append(low)
        self.row_high.append(np.inf)

    def solve(self, cost: Floats) -> Point:
        """Return the least Σ cost × column; raise when there is none.

        Parameters
        ----------
        cost : (column,)
        """
        self.engine.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        status = self._run()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise InfeasibleError(Finding("E-INFEASIBLE", "bound", "no plan keeps all rules of the case"))
        if status != highspy.HighsModelStatus.kOptimal:
            raise ProofError(Finding("E-NO-PLAN", "bound", "the relaxation was not solved", status.name))
        found = self.engine.getSolution()
        values, duals = np.array(found.col_value), np.array(found.row_dual)
        return Point(float(cost @ values), values, duals)

    def reset(self) -> None:
        """Take all added rows out and open all columns again."""
        low, high, own = self.first
        self._delete(own)
        self.low[:], self.high[:] = low, high
        self.engine.changeColsBounds(len(low), np.arange(len(low), dtype=np.int32), low, high)

    def drop_last(self) -> None:
        """Take the row out that was added last."""
        self._delete(len(self.rows) - 1)

    def _delete(self, first: int) -> None:
        gone = np.arange(first, len(self.rows), dtype=np.int32)
        self.engine.deleteRows(len(gone), gone)
        del self.rows[first:], self.row_low[first:], self.row_high[first:]

    def close_hopeless(self, cost: Floats, duals: Floats, ceiling: float) -> int:
        """Fix what no plan that costs at most the ceiling can use; return how many columns that is (R150).

        Parameters
        ----------
        cost : (column,); duals : (row,) of its solution
        """
        fixed, left = self._priced(duals, cost)
        seats = slice(sum(map(len, self.groups)), len(cost))
        ends = np.minimum(left[seats] * self.low[seats], left[seats] * self.high[seats])
        cheapest = [left[self._open(group)].min() for group in self.groups]
        room = ceiling - (fixed + float(ends.sum()) + float(sum(cheapest)))
        changed = 0
        for group, least in zip(self.groups, cheapest, strict=True):
            hopeless = group[(left[group] > least + room + FINE) & (self.high[group] > 0)]
            changed += self._fix(hopeless, 0.0)
        free = np.arange(seats.start, self.binaries)
        free = free[self.high[free] > self.low[free]]
        return (
            changed + self._fix(free[left[free] > room + FINE], 0.0) + self._fix(free[left[free] < -room - FINE], 1.0)
        )

    def _open(self, group: Ints) -> Ints:
        return group[self.high[group] > 0]

    def _fix(self, columns: Ints, value: float) -> int:
        self.low[columns] = self.high[columns] = value
        ends = np.full(len(columns), value)
        self.engine.changeColsBounds(len(columns), columns.astype(np.int32), ends, ends)
        return len(columns)

    def _priced(self, duals: Floats, cost: Floats) -> tuple[float, Floats]:
        """Return the constant and the columns' costs when the rows are priced instead of kept."""
        low, high = np.array(self.row_low), np.array(self.row_high)
        side = np.where(duals > 0, low, high)
        prices = np.where(np.isinf(side), 0.0, duals)
        return float(np.where(prices == 0, 0.0, side) @ prices), cost - prices @ np.array(self.rows)

    def _run(self) -> highspy.HighsModelStatus:
        """Solve from the last basis; from none where HiGHS comes to no end from there."""
        self.engine.run()
        if self.engine.getModelStatus() in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible):
            return self.engine.getModelStatus()
        self.engine.clearSolver()
        self.engine.run()
        return self.engine.getModelStatus()

    def least(self, costs: Floats, duals: Floats, scales: Sequence[float] = (1.0,)) -> Floats:
        """Return lower bounds of Σ cost × column over all plans for many objectives at once, (objective,) (R150).

        Any duals give a bound: rows are priced by them, then one path of each line and every other column are at
        their best within their bounds.

        Parameters
        ----------
        costs : (binary, objective); other columns cost nothing
        duals : (row,) of a similar objective; scales : multiples of them, of which each objective takes its best
        """
        fixed, left = self._priced(duals, np.zeros(len(self.low)))
        found = [self._least(costs, fixed * scale, left * scale) for scale in scales]
        out: Floats = np.max(found, axis=0)
        return out

    def _least(self, costs: Floats, fixed: float, left: Floats) -> Floats:
        rest = slice(self.binaries, None)
        fixed += float(np.minimum(left[rest] * self.low[rest], left[rest] * self.high[rest]).sum())
        priced = costs + left[: self.binaries, None]
        seats = slice(sum(map(len, self.groups)), self.binaries)
        low, high = priced[seats] * self.low[seats, None], priced[seats] * self.high[seats, None]
        lines = [priced[self._open(group)].min(axis=0) for group in self.groups]
        out: Floats = fixed + np.add.reduce([*lines, np.minimum(low, high).sum(axis=0)])
        return out
