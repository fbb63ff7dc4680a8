"""Cut families: hinges told to the program as lines below them, one family per shared role and year or pool year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyomo.environ as pyo

from model import incentives
from model.ledger import Floats
from solvers.columns import MONEY, Columns, finite
from solvers.exact import Exact
from solvers.tables import Pieces

QUARTERS_A_YEAR = 4


@dataclass(frozen=True)
class Cut:
    """One hinge cut, kept apart from the columns so that it survives new options.

    weight : (quarter, scenario) for agency, (scenario,) for the pool
    """

    kind: str
    role: int
    year: int
    weight: Floats

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two cuts the same."""
        return self.kind, self.role, self.year, self.weight.tobytes()


class CutFamily(Protocol):
    """A convex cost told from below: variables that lie on or above every line cut so far.

    composite : its lines mix many hinges, so that it settles slowly and may be stopped short
    """

    kind: str
    composite: bool

    def variables(self) -> dict[tuple[int, int], pyo.Var]:
        """Return the cost variables by (role, year)."""

    def supports(self, values: Floats) -> Iterator[Cut]:
        """Yield the cuts that touch the true cost at a point, (column,), one for each variable."""

    def line(self, cut: Cut) -> tuple[Floats, float]:
        """Return slopes (column,) and constant of a cut for the columns there are now, in the program's money."""


class AgencyCuts:
    """Bought hours of each shared role and year: rate × work that own hours leave undone (R21)."""

    kind = "agency"
    composite = False

    def __init__(self, columns: Columns, exact: Exact) -> None:
        self.m, self.exact = columns.m, exact
        case = columns.case
        self.blocks = _by_year(finite(columns.of(_hours)))
        self.m.agency = pyo.Var(range(len(case.shared_work)), range(case.years), domain=pyo.NonNegativeReals)

    def variables(self) -> dict[tuple[int, int], pyo.Var]:
        """Return the cost variables by (role, year)."""
        return dict(self.m.agency.items())

    def supports(self, values: Floats) -> Iterator[Cut]:
        """Yield the hinge of each role and year with the quarters and scenarios in which hours are missing (R21)."""
        for role, year in self.variables():
            fixed = self.exact.fixed_hours[role, quarters(year)]
            missing = (values @ self.blocks[role][year]).reshape(len(fixed), -1) + fixed
            rate = self.exact.agency[role, quarters(year), None] / (missing.shape[1] * MONEY)
            yield Cut(self.kind, role, year, active(rate, missing))

    def line(self, cut: Cut) -> tuple[Floats, float]:
        """Return slopes (column,) and constant of a cut (R21)."""
        fixed = self.exact.fixed_hours[cut.role, quarters(cut.year)]
        return line_below(self.blocks[cut.role][cut.year], fixed, cut.weight)


class PoolCuts:
    """Overage pool of each year: a share of the revenue above target (R24)."""

    kind = "pool"
    composite = False

    def __init__(self, columns: Columns, exact: Exact) -> None:
        self.m, self.case, self.exact = columns.m, columns.case, exact
        self.revenue = finite(columns.of(_revenue))
        self.targets = incentives.targets(self.case)
        self.m.pool = pyo.Var(range(self.case.years), domain=pyo.NonNegativeReals)

    def variables(self) -> dict[tuple[int, int], pyo.Var]:
        """Return the cost variables by (0, year)."""
        return {(0, year): var for year, var in self.m.pool.items()}

    def supports(self, values: Floats) -> Iterator[Cut]:
        """Yield the hinge of each year with the scenarios in which revenue passes the target (R24)."""
        income = np.tensordot(values, self.revenue, axes=1)
        rates = float(self.case.incentives.pool_rate) * self.exact.year_end / (income.shape[1] * MONEY)
        for _, year in self.variables():
            yield Cut(self.kind, 0, year, active(rates[year], income[year] - self.targets[year]))

    def line(self, cut: Cut) -> tuple[Floats, float]:
        """Return slopes (column,) and constant of a cut (R24)."""
        return line_below(self.revenue[:, cut.year], -self.targets[cut.year], cut.weight)


def active(price: Floats, height: Floats) -> Floats:
    """Return the price of each hinge that is paid, (…): those whose argument lies above nothing.

    Parameters
    ----------
    price : (… or 1) of one unit, its chance within
    height : (…) the hinges' arguments at a point
    """
    out: Floats = price * (height > 0)
    return out


def line_below(slopes: Floats, constant: Floats, weight: Floats) -> tuple[Floats, float]:
    """Return slopes (column,) and constant of Σ weight × (slopes · columns + constant), never above the hinges' sum.

    Parameters
    ----------
    slopes : (column, …); constant : (… or 1); weight : (…)
    """
    flat: Floats = slopes.reshape(len(slopes), -1) @ weight.reshape(-1)
    return flat, float((constant * weight).sum())


def quarters(year: int) -> slice:
    """Return the quarters of a year, 0-based."""
    return slice(year * QUARTERS_A_YEAR, (year + 1) * QUARTERS_A_YEAR)


def _by_year(hours: Floats) -> list[list[Floats]]:
    """Return hours by role and year, each (column, quarters of the year × scenario) and in one run of memory.

    A line is read thousands of times, and copying its part of the table took most of the time.

    Parameters
    ----------
    hours : (column, role, quarter, scenario)
    """
    columns, roles, count, _ = hours.shape
    years = [quarters(year) for year in range(-(-count // QUARTERS_A_YEAR))]
    return [[hours[:, role, part].reshape(columns, -1) for part in years] for role in range(roles)]


def _hours(pieces: Pieces) -> Floats:
    return pieces.hours


def _revenue(pieces: Pieces) -> Floats:
    return pieces.revenue
