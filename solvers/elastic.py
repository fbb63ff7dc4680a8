"""The rules of a case made elastic: which give way at least, which conflict, and what each alone would need."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo

from model.bound import TOLERANCE
from model.errors import InfeasibleError
from model.ledger import Floats
from solvers.columns import MONEY, Summing
from solvers.constraints import limit_row
from solvers.exact import Choice
from solvers.highs import Solver
from solvers.limits import Limit
from solvers.tables import Pieces

WORTH = {"CNY": 500_000 / MONEY, "heads": 1.0, "hours": 1_500.0, "partners": 1.0, "months": 6.0}
"""What one head-year is in each unit, roughly: conflicts are mended where it takes least."""
SMALL = 1e-5
"""What a person or partner costs beside a rule that gives way: among equal mends the smallest plan is taken."""
GAP = 1e-4


@dataclass(frozen=True)
class Side:
    """One side of a row: its least or its most."""

    row: Limit
    is_low: bool

    @property
    def bound(self) -> float:
        """The value that is allowed."""
        return self.row.low if self.is_low else self.row.high

    @property
    def by(self) -> str:
        """Who asks for it, or why."""
        return self.row.low_by if self.is_low else self.row.high_by

    @property
    def knob(self) -> str:
        """The number of the case that moves it; the rows of several phases may hang on one."""
        if self.row.kind == "span":
            return "span of control"
        part = self.row.name.rsplit(" in ", 1)[0] if self.row.kind == "skill" else self.row.name
        return f"{part} {'least' if self.is_low else 'most'}"

    def over(self, value: float) -> float:
        """Return how far a left side is beyond the bound; negative where it keeps it."""
        return self.bound - value if self.is_low else value - self.bound

    def moved(self, amount: float) -> float:
        """Return the bound relaxed by an amount."""
        return self.bound - amount if self.is_low else self.bound + amount


@dataclass(frozen=True)
class Mend:
    """One side of a row that gives way, and the plan that then keeps all rules.

    amount : in the unit of the row, whole
    """

    side: Side
    amount: float
    total: Pieces


@dataclass(frozen=True)
class Conflict:
    """Rules that no plan keeps together.

    sides : none of them can be left out; mends : each alone gives a plan once the other conflicts are mended,
    cheapest first
    """

    sides: tuple[Side, ...]
    mends: tuple[Mend, ...]


class Elastic:
    """A program whose limits may give way, each side at a price of its own (R139).

    Parameters
    ----------
    columns : with their structure in place; money, cuts and limits switched off
    rows : the limits; each is added with one variable for each side that gives way
    choice : makes a plan of a point of the columns
    seconds : limit for one solve
    """

    def __init__(
        self, columns: Summing, rows: Sequence[Limit], choice: Callable[[Floats], Choice], seconds: float
    ) -> None:
        self.columns, self.m, self._choice = columns, columns.m, choice
        self.sides = [
            Side(row, low) for row in rows for low in (True, False) if np.isfinite(row.low if low else row.high)
        ]
        self.solver = Solver(seconds)
        self.m.give = pyo.Var(range(len(self.sides)), domain=pyo.NonNegativeReals)
        bodies = {id(row): limit_row(columns, row) for row in rows}
        self.m.elastic = pyo.Constraint(range(len(self.sides)), rule=lambda m, i: self._row(m, i, bodies))
        cost = sum(self.m.give[i] / WORTH[side.row.unit] for i, side in enumerate(self.sides))
        self.m.relaxed = pyo.Objective(expr=cost + SMALL * sum(columns.binaries))

    def _row(
        self, m: pyo.ConcreteModel, index: int, bodies: Mapping[int, tuple[float | None, object, float | None]]
    ) -> object:
        side = self.sides[index]
        low, body, high = bodies[id(side.row)]
        return body + m.give[index] >= low if side.is_low else body - m.give[index] <= high

    def keeps(self, free: Collection[int]) -> bool:
        """Return whether a plan keeps all sides but the free ones."""
        return self.least(free) is not None

    def least(self, free: Collection[int]) -> dict[int, float] | None:
        """Return by how much sides give way at least, in their units; None where that is not enough.

        Parameters
        ----------
        free : sides that may give way
        """
        self._hold(free)
        try:
            # That there is no plan at all is proved twice; what would mend it is checked on priced pieces.
            self.solver.solve(self.m, GAP, doubting=not free)
        except InfeasibleError:
            return None
        finally:
            self.solver.rows_stay()
        amounts = {i: float(self.m.give[i].value) * self.scale(self.sides[i]) for i in free}
        return {i: amount for i, amount in amounts.items() if amount > TOLERANCE[self.sides[i].row.unit]}

    def plan(self) -> Choice:
        """Return the plan of the last relaxation."""
        return self._choice(np.array([var.value for var in self.columns.binaries], dtype=float))

    def conflict(self, free: Collection[int]) -> list[int]:
        """Return sides that no plan keeps together, none of which can be left out; none where plans are not the cause.

        Parameters
        ----------
        free : sides that may give way
        """
        self._hold(free)
        for var in self.columns.binaries:
            var.domain = pyo.UnitInterval
        try:
            rows = self.solver.conflict(self.m)
        finally:
            for var in self.columns.binaries:
                var.domain = pyo.Binary
        places = {id(row): i for i, row in self.m.elastic.items()}
        found = sorted(places[id(row)] for row in rows if id(row) in places)
        return found or self._conflict_of_integers(free)

    def _conflict_of_integers(self, free: Collection[int]) -> list[int]:
        """Leave out one side after the other as long as no plan keeps the rest: fractions would keep them all."""
        kept = [i for i in range(len(self.sides)) if i not in free]
        for side in list(kept):
            rest = [i for i in kept if i != side]
            if not self.keeps([i for i in range(len(self.sides)) if i not in rest]):
                kept = rest
        return kept

    def scale(self, side: Side) -> float:
        """Return what one unit of a side's row is inside the program."""
        return MONEY if side.row.unit == "CNY" else 1.0

    def _hold(self, free: Collection[int]) -> None:
        for i, var in self.m.give.items():
            if i in free:
                var.unfix()
            else:
                var.fix(0.0)
