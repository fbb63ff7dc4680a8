"""Cuts as rows of a Pyomo model: those a point violates are added, loose ones taken out, the pool keeps them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from model.ledger import Floats
from solvers.columns import finite
from solvers.cuts import Cut, CutFamily

LOOSE = 1e-6
"""How far under its family's highest cut one may lie at a point and still bind there."""


class CutRows:
    """The cuts of some families in one model, from a pool that survives the model (R21, R24, R143).

    Parameters
    ----------
    m : gets the rows `cuts`; it need not be a choice of staff
    linear : makes slopes, (column,), an expression over the model's columns
    families : whose variables stand in the objective, each with a lower bound
    pool : cuts found so far; new ones are added to it
    """

    def __init__(
        self,
        m: pyo.ConcreteModel,
        linear: Callable[[Floats], LinearExpression],
        families: Sequence[CutFamily],
        pool: list[Cut],
    ) -> None:
        self.m, self.linear, self.pool = m, linear, pool
        self.families = {family.kind: family for family in families}
        self.hinges = {(f.kind, *at): var for f in families for at, var in f.variables().items()}
        self.installed: list[tuple[Cut, Floats, float, pyo.Constraint]] = []
        m.cuts = pyo.ConstraintList()
        for cut in pool:
            # A pool outlives its goal: cuts of another goal's families wait for it.
            if cut.kind in self.families:
                self._install(cut, *self._line(cut))

    def add(self, values: Floats, tolerance: float, coarse: float = 0.0) -> int:
        """Add the cuts violated at a point; return how many were added.

        Parameters
        ----------
        values : (column,) the point, fractional or not
        tolerance : violation that is let pass, in the model's money; coarse : the same for composite families
        """
        before = len(self.pool)
        for family in self.families.values():
            passed = max(tolerance, coarse) if family.composite else tolerance
            for cut in family.supports(values):
                self._add(cut, values, passed)
        return len(self.pool) - before

    def _add(self, cut: Cut, values: Floats, tolerance: float) -> None:
        slopes, constant = self._line(cut)
        if float(slopes @ values) + constant > self._now(cut) + tolerance:
            self.pool.append(cut)
            self._install(cut, slopes, constant)

    def _now(self, cut: Cut) -> float:
        """Return where a cut's variable stands; before the first solve as low as it may be."""
        var = self._hinge(cut)
        return float(var.lb if var.value is None else var.value)

    def _hinge(self, cut: Cut) -> pyo.Var:
        return self.hinges[cut.kind, cut.role, cut.year]

    def _line(self, cut: Cut) -> tuple[Floats, float]:
        return self.families[cut.kind].line(cut)

    def _install(self, cut: Cut, slopes: Floats, constant: float) -> None:
        row = self.m.cuts.add(self._hinge(cut) >= self.linear(slopes) + float(finite(np.array(constant))))
        self.installed.append((cut, slopes, constant, row))

    def drop_loose(self, points: Sequence[Floats]) -> int:
        """Take out the cuts that bind at none of the points; return how many.

        Hundreds of dense rows slow the integer solve; the pool keeps them all, and what is missed is cut again.

        Parameters
        ----------
        points : each (column,)
        """
        families: dict[tuple[str, int, int], list[int]] = {}
        for index, (cut, *_) in enumerate(self.installed):
            families.setdefault((cut.kind, cut.role, cut.year), []).append(index)
        loose: set[int] = set()
        for members in families.values():
            lines = [(self.installed[i][1], self.installed[i][2]) for i in members]
            height = np.array([[slopes @ point + constant for point in points] for slopes, constant in lines])
            least = float(self._hinge(self.installed[members[0]][0]).lb)
            binds = (height >= np.maximum(height.max(axis=0), least) - LOOSE).any(axis=1)
            loose |= {index for index, keep in zip(members, binds, strict=True) if not keep}
        for index in loose:
            self.installed[index][3].deactivate()
        return len(loose)

    def useful(self) -> list[Cut]:
        """Return the cuts that were not taken out, each once; hundreds of loose ones would slow the next program."""
        kept = [cut for cut, _, _, row in self.installed if row.active]
        return list({cut.key: cut for cut in kept}.values())
