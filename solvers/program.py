"""The Pyomo program that chooses among priced pieces: binary paths and seats, rows of the case, hinges by cuts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from model.inputs import Case
from model.ledger import Floats
from solvers.collecting import without_collecting
from solvers.columns import MONEY, Columns, finite
from solvers.constraints import add_constraints, limit_row, refusal
from solvers.cut_rows import CutRows
from solvers.cuts import AgencyCuts, Cut, CutFamily, PoolCuts
from solvers.exact import Choice, Exact, Tables
from solvers.futures import Futures
from solvers.goal_cuts import goal_cuts
from solvers.limits import Limit
from solvers.objective import GoalMoney, MeanMoney, mean_money
from solvers.tables import TURNED, Pieces

__all__ = ["MONEY", "Cut", "Program"]


class Program:
    """The choice among one mode path's priced pieces, with the bonus as a linear term.

    It is built for one set of tables, rows and cuts; what survives it are the tables, the exact rules and the pool.

    Parameters
    ----------
    coefficient : (year,) team coefficient that prices the bonus (R23); (year, scenario) for a goal that sees futures
    pool : cuts found so far; new ones are added to it
    """

    @without_collecting()
    def __init__(
        self, case: Case, modes: Sequence[str], tables: Tables, exact: Exact, coefficient: Floats, pool: list[Cut]
    ) -> None:
        self.case, self.tables, self.exact = case, tables, exact
        self.m = m = pyo.ConcreteModel(name=f"staffing of {case.id}")
        self.body = Columns(m, case, modes, tables)
        self.binaries = self.body.binaries
        self.rows = add_constraints(self.body, exact)
        agency, shared = AgencyCuts(self.body, exact), PoolCuts(self.body, exact)
        of_goal: Sequence[CutFamily] = ()
        self.goal: MeanMoney | GoalMoney
        if exact.goal.sees_futures:
            hours = finite(self.columns(lambda p: p.hours))
            futures = Futures(self.body, exact, coefficient, hours, shared.revenue)
            of_goal, self.goal = goal_cuts(self.body, futures, exact.goal), GoalMoney(exact.goal, futures)
        else:
            self.goal = mean_money(exact, coefficient)
        m.money = self.goal.objective(self.body, [*agency.variables().values(), *shared.variables().values()])
        self.cuts = CutRows(m, self.body.sum, (agency, shared, *of_goal), pool)
        self.moved = self.columns(lambda p: p.terms[:, TURNED].sum(axis=(1, 2)))
        m.refused = pyo.ConstraintList()
        self.found: list[Choice] = []

    def columns(self, measure: Callable[[Pieces], Floats]) -> Floats:
        """Return a measure of the pieces as coefficients of the columns, (column, …); seats become differences."""
        return self.body.of(measure)

    def row(self, row: Limit) -> tuple[float | None, LinearExpression, float | None]:
        """Return lowest value, body and highest value of a row in the program's units, without its fixed part."""
        return limit_row(self.body, row)

    def relax(self, relaxed: bool) -> None:
        """Let paths and seats take fractions, or only 0 and 1 again."""
        self.body.relax(relaxed)

    def value_of(self, choice: Choice) -> float:
        """Return a plan's value in this program's money, hinges exact and bonus at the program's coefficients."""
        return self.goal.value(self.tables.total(choice))

    def fix_by_cost(self, reduced: Floats, room: float, point: Floats | None = None) -> int:
        """Fix what no plan better than the incumbent can use; return how many columns that is.

        Parameters
        ----------
        reduced : (column,) reduced costs of the relaxation, a maximisation
        room : bound of the relaxation less the incumbent's value
        point : (column,) the relaxation's solution; the loaded one if not given
        """
        fixed = 0
        for var, cost, value in zip(self.binaries, reduced, self.values() if point is None else point, strict=True):
            if abs(cost) > room and min(value, 1 - value) < 1e-9 and not var.fixed:
                var.fix(round(value))
                fixed += 1
        return fixed

    def values(self) -> Floats:
        """Return the columns of the loaded solution, (column,)."""
        return self.body.values()

    def add_cuts(self, values: Floats, tolerance: float, coarse: float = 0.0) -> int:
        """Add the cuts violated at a point; return how many were added (R21, R24, R143).

        Parameters
        ----------
        values : (column,) the point, fractional or not
        tolerance : violation that is let pass, in the program's money; coarse : the same for composite families
        """
        return self.cuts.add(values, tolerance, coarse)

    def drop_loose_cuts(self, points: Sequence[Floats]) -> int:
        """Take out the cuts that bind at none of the points; return how many.

        Parameters
        ----------
        points : each (column,)
        """
        return self.cuts.drop_loose(points)

    def refuse(self, choice: Choice) -> None:
        """Forbid one plan: it keeps its rows within the solver's tolerance only."""
        self.m.refused.add(refusal(self.body, choice) >= 1)

    def column_values(self, choice: Choice) -> Floats:
        """Return a plan as a point of the program, (column,)."""
        return self.body.point(choice)

    def choice(self) -> Choice:
        """Return the loaded integer solution as a plan; raise when a binary is not one."""
        return self.body.choice(self.values())
