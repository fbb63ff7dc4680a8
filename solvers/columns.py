"""The columns of the choice: a binary for each priced path and each seat by phase, and their coefficients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from model.errors import Finding, ProofError
from model.inputs import Case
from model.ledger import Floats
from solvers.exact import Choice, Tables
from solvers.options import Heads, LineOption
from solvers.tables import Pieces

MONEY = 10_000.0
"""One unit of money inside the solver, CNY: coefficients stay between 1e-4 and 1e5."""
LEAST_COEFFICIENT = 1e-9
"""What is smaller is rounding; HiGHS drops it too, but with a warning."""


class Summing(ABC):
    """Columns with coefficients from what pieces count, and their sums as Pyomo expressions."""

    m: pyo.ConcreteModel
    case: Case
    binaries: list[pyo.Var]

    @abstractmethod
    def of(self, measure: Callable[[Pieces], Floats]) -> Floats:
        """Return a measure of the pieces as coefficients of the columns, (column, …)."""

    def sum(self, coefficients: Floats, ones: Sequence[pyo.Var] = ()) -> LinearExpression:
        """Return Σ coefficient × column + Σ ones, without what is only rounding."""
        used = np.flatnonzero(np.abs(finite(coefficients)) > LEAST_COEFFICIENT)
        return LinearExpression(
            constant=0.0,
            linear_coefs=[*(float(coefficients[i]) for i in used), *(1.0 for _ in ones)],
            linear_vars=[*(self.binaries[i] for i in used), *ones],
        )


class Columns(Summing):
    """The paths of every line, then the seats of every shared role opened by phase, as Pyomo variables.

    Column (j, p) of a role is 1 when seat j is open in phase p, so that each coefficient is the difference of opening
    one phase earlier (R30).

    Parameters
    ----------
    m : gets the variables `path`, `seat` and `heads`
    modes : organisation mode by phase
    """

    def __init__(self, m: pyo.ConcreteModel, case: Case, modes: Sequence[str], tables: Tables) -> None:
        self.m, self.case, self.modes, self.tables = m, case, tuple(modes), tables
        self.phases = range(len(case.phases))
        m.PATHS = pyo.Set(initialize=[(x, i) for x, p in tables.lines.items() for i in range(len(p))], ordered=True)
        seats = [(role, j, p) for role in tables.seats for j in self.seats_of(role) for p in self.phases]
        m.SEATS = pyo.Set(initialize=seats, ordered=True)
        m.path = pyo.Var(m.PATHS, domain=pyo.Binary)
        m.seat = pyo.Var(m.SEATS, domain=pyo.Binary)
        m.heads = pyo.Var(list(tables.seats), self.phases, domain=pyo.NonNegativeIntegers)
        self.binaries = [*m.path.values(), *m.seat.values()]

    def seats_of(self, role: str) -> range:
        """Return the numbers of a shared role's seats."""
        return range(len(self.tables.seats[role]) // len(self.phases))

    def of(self, measure: Callable[[Pieces], Floats]) -> Floats:
        """Return a measure of the pieces as coefficients of the columns, (column, …); seats become differences."""
        lines = [measure(p) for p in self.tables.lines.values()]
        return np.concatenate(lines + [self._differences(measure(p)) for p in self.tables.seats.values()])

    def _differences(self, values: Floats) -> Floats:
        phases = len(self.phases)
        by_phase = values.reshape(len(values) // phases, phases, *values.shape[1:])
        later = np.concatenate([by_phase[:, 1:], np.zeros_like(by_phase[:, :1])], axis=1)
        out: Floats = (by_phase - later).reshape(values.shape)
        return out

    def relax(self, relaxed: bool) -> None:
        """Let paths and seats take fractions, or only 0 and 1 again."""
        for var in self.binaries:
            var.domain = pyo.UnitInterval if relaxed else pyo.Binary
        for var in self.m.heads.values():
            var.domain = pyo.NonNegativeReals if relaxed else pyo.NonNegativeIntegers

    def values(self) -> Floats:
        """Return the columns of the loaded solution, (column,)."""
        return finite(np.array([var.value for var in self.binaries], dtype=float))

    def point(self, choice: Choice) -> Floats:
        """Return a plan as a point of the program, (column,)."""
        point = {id(var): 0.0 for var in self.binaries}
        for line, option in choice.lines:
            point[id(self.m.path[line, self.tables.options[line][option]])] = 1.0
        for role, heads in choice.seats:
            for phase in self.phases:
                for seat in range(heads[phase]):
                    point[id(self.m.seat[role, seat, phase])] = 1.0
        return np.array([point[id(var)] for var in self.binaries])

    def choice(self, values: Floats) -> Choice:
        """Return an integer point as a plan; raise when a binary is not one.

        Parameters
        ----------
        values : (column,) the point
        """
        worst = int(np.argmax(np.abs(values - np.rint(values))))
        if abs(values[worst] - np.rint(values[worst])) > 1e-6:
            column = f"{self.binaries[worst].name} = {values[worst]:g}"
            raise ProofError(Finding("E-FRACTION", "choice", "the solver left a fraction of a person", column))
        parts = iter(np.rint(values))
        lines = [(line, _chosen(known, parts)) for line, known in self.tables.options.items()]
        seats = [(role, _heads(islice(parts, len(p)), len(self.phases))) for role, p in self.tables.seats.items()]
        return Choice(self.modes, tuple(seats), tuple(lines))


def _chosen(known: dict[LineOption, int], parts: Iterator[float]) -> LineOption:
    chosen = int(np.argmax(list(islice(parts, len(known)))))
    return next(option for option, place in known.items() if place == chosen)


def _heads(is_open: Iterator[float], phases: int) -> Heads:
    return tuple(int(count) for count in np.reshape(list(is_open), (-1, phases)).sum(axis=0))


def finite(values: Floats) -> Floats:
    """Return what goes into the solver, which would drop a NaN or an infinity without a word; raise if it is one."""
    if not np.isfinite(values).all():
        raise ProofError(Finding("E-NOT-FINITE", "tables", "a priced option is not a finite number"))
    return values
