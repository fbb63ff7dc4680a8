"""The Pyomo program that chooses among priced pieces: binary paths and seats, rows of the case, hinges by cuts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from model import economics, incentives
from model.errors import Finding, InfeasibleError, ProofError
from model.inputs import Case
from model.ledger import Floats
from solvers.exact import Choice, Exact, Tables
from solvers.limits import Limit
from solvers.options import Heads, LineOption
from solvers.tables import TURNED, Pieces

MONEY = 10_000.0
"""One unit of money inside the solver, CNY: coefficients stay between 1e-4 and 1e5."""
LOOSE = 1e-6
LEAST_COEFFICIENT = 1e-9
"""What is smaller is rounding; HiGHS drops it too, but with a warning."""
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


def _quarters(year: int) -> slice:
    return slice(year * QUARTERS_A_YEAR, (year + 1) * QUARTERS_A_YEAR)


class Program:
    """The choice among one mode path's priced pieces, with the bonus as a linear term.

    Columns are the paths of every line, then the seats of every shared role opened by phase: column (j, p) is 1 when
    seat j is open in phase p, so that each coefficient is the difference of opening one phase earlier.

    Parameters
    ----------
    coefficient : (year,) team coefficient that prices the bonus (R23)
    pool : cuts found so far; new ones are added to it
    """

    def __init__(
        self, case: Case, modes: Sequence[str], tables: Tables, exact: Exact, coefficient: Floats, pool: list[Cut]
    ) -> None:
        self.case, self.modes, self.tables, self.exact = case, tuple(modes), tables, exact
        self.m = pyo.ConcreteModel(name=f"staffing of {case.id}")
        self._declare()
        self._order_seats()
        self._limit_roles()
        self._limit_plan()
        self._objective(coefficient)
        self.hours = self._finite(self.columns(lambda p: p.hours))
        self.revenue = self._finite(self.columns(lambda p: p.revenue))
        self.moved = self.columns(lambda p: p.terms[:, TURNED].sum(axis=(1, 2)).mean(axis=1))
        self.targets = incentives.targets(case)
        self.pool = pool
        self.found: list[Choice] = []
        self.installed: list[tuple[Cut, Floats, float, pyo.Constraint]] = []
        for cut in pool:
            self._install(cut, *self._line(cut))

    def columns(self, measure: Callable[[Pieces], Floats]) -> Floats:
        """Return a measure of the pieces as coefficients of the columns, (column, …); seats become differences."""
        lines = [measure(p) for p in self.tables.lines.values()]
        return np.concatenate(lines + [self._differences(measure(p)) for p in self.tables.seats.values()])

    def _differences(self, values: Floats) -> Floats:
        phases = len(self.case.phases)
        by_phase = values.reshape(len(values) // phases, phases, *values.shape[1:])
        later = np.concatenate([by_phase[:, 1:], np.zeros_like(by_phase[:, :1])], axis=1)
        out: Floats = (by_phase - later).reshape(values.shape)
        return out

    def _declare(self) -> None:
        m, phases = self.m, len(self.case.phases)
        m.PATHS = pyo.Set(
            initialize=[(line, i) for line, p in self.tables.lines.items() for i in range(len(p))], ordered=True
        )
        seats = [
            (r, j, p) for r, s in self.tables.seats.items() for j in range(len(s) // phases) for p in range(phases)
        ]
        m.SEATS = pyo.Set(initialize=seats, ordered=True)
        m.path = pyo.Var(m.PATHS, domain=pyo.Binary)
        m.seat = pyo.Var(m.SEATS, domain=pyo.Binary)
        m.heads = pyo.Var(list(self.tables.seats), range(phases), domain=pyo.NonNegativeIntegers)
        m.agency = pyo.Var(range(len(self.case.shared_work)), range(self.case.years), domain=pyo.NonNegativeReals)
        m.pool = pyo.Var(range(self.case.years), domain=pyo.NonNegativeReals)
        m.cuts = pyo.ConstraintList()
        m.refused = pyo.ConstraintList()
        self.binaries = [*m.path.values(), *m.seat.values()]
        m.one_path = pyo.Constraint(list(self.tables.lines), rule=self._one_path)

    def _one_path(self, m: pyo.ConcreteModel, line: str) -> pyo.Expression:
        """Each line follows exactly one path, the closed one among them."""
        return sum(m.path[line, i] for i in range(len(self.tables.lines[line]))) == 1

    def _order_seats(self) -> None:
        """Seat j opens before seat j + 1, and stays open (R30)."""
        last = len(self.case.phases) - 1
        m = self.m
        m.seat_stays = pyo.Constraint(
            m.SEATS, rule=lambda m, r, j, p: m.seat[r, j, p] <= m.seat[r, j, p + 1] if p < last else pyo.Constraint.Skip
        )
        m.seat_order = pyo.Constraint(
            m.SEATS, rule=lambda m, r, j, p: m.seat[r, j, p] <= m.seat[r, j - 1, p] if j else pyo.Constraint.Skip
        )

    def _limit_roles(self) -> None:
        """Heads of a shared role lie between its minimum and maximum (R30).

        Their sum is a variable of its own: to branch on three heads or four beats branching on each seat.
        """
        m = self.m
        m.count = pyo.Constraint(list(self.tables.seats), range(len(self.case.phases)), rule=self._count)
        for (role, seat, phase), var in self.m.seat.items():
            limits = self.case.roles[role]
            if seat < limits.heads_least[phase]:
                var.setlb(1)
            elif seat >= limits.heads_most[phase]:
                var.setub(0)

    def _count(self, m: pyo.ConcreteModel, role: str, phase: int) -> object:
        seats = [m.seat[role, j, phase] for j in range(len(self.tables.seats[role]) // len(self.case.phases))]
        return m.heads[role, phase] == sum(seats)

    def _limit_plan(self) -> None:
        """Add the case's rows; planned bought hours enter the budget as hinges of their own (R28–R32)."""
        m, case = self.m, self.case
        rate = economics.agency_rate(case) / MONEY
        planned = self.columns(lambda p: p.planned)
        quarters = range(planned.shape[2])
        fixed = self._finite(self.exact.fixed * rate)
        m.bought = pyo.Var(range(len(case.shared_work)), quarters, domain=pyo.NonNegativeReals)
        m.buys = pyo.ConstraintList()
        for (role, quarter), var in m.bought.items():
            need = self._sum(planned[:, role, quarter] * rate[role, quarter])
            m.buys.add(var >= need + float(fixed[role, quarter]))
        rows = {f"{row.rule} {row.name}": row for row in self.exact.rows}
        m.limits = pyo.Constraint(list(rows), rule=lambda m, name: self._limit(rows[name]))

    def _limit(self, row: Limit) -> object:
        """Return one row of the case as a Pyomo expression; Pyomo wants rows without columns settled before."""
        low, body, high = self.row(row)
        if row.low > row.high:
            what, least, most = f"least above most ({row.rule})", f"{row.low:,.0f}", f"{row.high:,.0f} {row.unit}"
            raise InfeasibleError(Finding("E-INFEASIBLE", row.name, what, f"at least {least}", f"at most {most}"))
        if not body.linear_vars:
            if (low or 0.0) > 0 or (0.0 if high is None else high) < 0:
                raise InfeasibleError(Finding("E-INFEASIBLE", row.name, f"no plan can change this row ({row.rule})"))
            return pyo.Constraint.Feasible
        return pyo.inequality(low, body, high)

    def row(self, row: Limit) -> tuple[float | None, LinearExpression, float | None]:
        """Return lowest value, body and highest value of a row in the program's units, without its fixed part."""
        scale = MONEY if row.unit == "CNY" else 1.0
        bought = [self.m.bought[r, q] for r in range(len(self.case.shared_work)) for q in row.bought]
        body = self._sum(self.columns(row.measure) / scale, bought)
        low, high = (row.low - row.fixed) / scale, (row.high - row.fixed) / scale
        if np.isnan([low, high]).any():
            raise ProofError(Finding("E-NOT-FINITE", row.name, "a bound is not a number"))
        return None if np.isinf(low) else low, body, None if np.isinf(high) else high

    def _objective(self, coefficient: Floats) -> None:
        """Mean discounted money: pieces, less bonus at the given coefficients, standing costs and the hinges' cost."""
        case = self.case
        self.bonus = coefficient * self.exact.year_end * (self.exact.bonus_cost * incentives.bonus_scale(case))
        worth = self.columns(lambda p: p.linear.mean(axis=1) - p.base_pay.mean(axis=2) @ self.bonus)
        hinges = sum(self.m.agency.values()) + sum(self.m.pool.values())
        standing = float(self._finite(np.array(self.exact.standing / MONEY)))
        self.m.money = pyo.Objective(expr=self._sum(worth / MONEY) - standing - hinges, sense=pyo.maximize)

    def _finite(self, values: Floats) -> Floats:
        """Return what goes into the solver, which would drop a NaN or an infinity without a word."""
        if not np.isfinite(values).all():
            raise ProofError(Finding("E-NOT-FINITE", "tables", "a priced option is not a finite number"))
        return values

    def _sum(self, coefficients: Floats, ones: Sequence[pyo.Var] = ()) -> LinearExpression:
        used = np.flatnonzero(np.abs(self._finite(coefficients)) > LEAST_COEFFICIENT)
        return LinearExpression(
            constant=0.0,
            linear_coefs=[*(float(coefficients[i]) for i in used), *(1.0 for _ in ones)],
            linear_vars=[*(self.binaries[i] for i in used), *ones],
        )

    def relax(self, relaxed: bool) -> None:
        """Let paths and seats take fractions, or only 0 and 1 again."""
        for var in self.binaries:
            var.domain = pyo.UnitInterval if relaxed else pyo.Binary
        for var in self.m.heads.values():
            var.domain = pyo.NonNegativeReals if relaxed else pyo.NonNegativeIntegers

    def value_of(self, choice: Choice) -> float:
        """Return a plan's value in this program's money, hinges exact and bonus at the program's coefficients."""
        total = self.tables.total(choice)
        money = float(total.linear.mean()) - float(total.base_pay.mean(axis=1) @ self.bonus) - self.exact.standing
        return (money - float(self.exact.hinges(total).mean())) / MONEY

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
        return self._finite(np.array([var.value for var in self.binaries], dtype=float))

    def add_cuts(self, values: Floats, tolerance: float) -> int:
        """Add the hinge cuts violated at a point, one family per (role, year) and pool year (R21, R24).

        Returns how many were added.

        Parameters
        ----------
        values : (column,) the point, fractional or not
        tolerance : violation that is let pass, in the program's money
        """
        missing = np.tensordot(values, self.hours, axes=1) + self.exact.fixed[:, :, None]
        income = np.tensordot(values, self.revenue, axes=1)
        before = len(self.pool)
        for (role, year), var in self.m.agency.items():
            weight = self._agency_weight(role, missing, year)
            self._cut(Cut("agency", role, year, weight), var.value or 0.0, values, tolerance)
        for year, var in self.m.pool.items():
            self._cut(Cut("pool", 0, year, self._pool_weight(income, year)), var.value or 0.0, values, tolerance)
        return len(self.pool) - before

    def _agency_weight(self, role: int, missing: Floats, year: int) -> Floats:
        part = _quarters(year)
        out: Floats = self.exact.agency[role, part, None] * (missing[role, part] > 0) / (missing.shape[2] * MONEY)
        return out

    def _pool_weight(self, income: Floats, year: int) -> Floats:
        over = income[year] > self.targets[year]
        rate = float(self.case.incentives.pool_rate) * float(self.exact.year_end[year])
        out: Floats = over * (rate / (income.shape[1] * MONEY))
        return out

    def _cut(self, cut: Cut, now: float, values: Floats, tolerance: float) -> None:
        slopes, constant = self._line(cut)
        if float(slopes @ values) + constant > now + tolerance:
            self.pool.append(cut)
            self._install(cut, slopes, constant)

    def _line(self, cut: Cut) -> tuple[Floats, float]:
        """Return slopes (column,) and constant of a cut for the columns there are now."""
        if cut.kind == "pool":
            return self.revenue[:, cut.year] @ cut.weight, -float(self.targets[cut.year] * cut.weight.sum())
        part = _quarters(cut.year)
        slopes = np.einsum("cqs,qs->c", self.hours[:, cut.role, part], cut.weight)
        return slopes, float((self.exact.fixed[cut.role, part, None] * cut.weight).sum())

    def _install(self, cut: Cut, slopes: Floats, constant: float) -> None:
        var = self.m.pool[cut.year] if cut.kind == "pool" else self.m.agency[cut.role, cut.year]
        row = self.m.cuts.add(var >= self._sum(slopes) + float(self._finite(np.array(constant))))
        self.installed.append((cut, slopes, constant, row))

    def drop_loose_cuts(self, points: Sequence[Floats]) -> int:
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
            binds = (height >= np.maximum(height.max(axis=0), 0.0) - LOOSE).any(axis=1)
            loose |= {index for index, keep in zip(members, binds, strict=True) if not keep}
        for index in loose:
            self.installed[index][3].deactivate()
        return len(loose)

    def refuse(self, choice: Choice) -> None:
        """Forbid one plan: it keeps its rows within the solver's tolerance only."""
        point = self.column_values(choice)
        chosen = [var for var, value in zip(self.binaries, point, strict=True) if value]
        others = [var for var, value in zip(self.binaries, point, strict=True) if not value]
        self.m.refused.add(sum(1 - var for var in chosen) + sum(others) >= 1)

    def column_values(self, choice: Choice) -> Floats:
        """Return a plan as a point of the program, (column,)."""
        m, phases = self.m, len(self.case.phases)
        point = {id(var): 0.0 for var in self.binaries}
        for line, option in choice.lines:
            point[id(m.path[line, self.tables.options[line][option]])] = 1.0
        for role, heads in choice.seats:
            for phase in range(phases):
                for seat in range(heads[phase]):
                    point[id(m.seat[role, seat, phase])] = 1.0
        return np.array([point[id(var)] for var in self.binaries])

    def choice(self) -> Choice:
        """Return the loaded integer solution as a plan; raise when a binary is not one."""
        values = self.values()
        worst = int(np.argmax(np.abs(values - np.rint(values))))
        if abs(values[worst] - np.rint(values[worst])) > 1e-6:
            column = f"{self.binaries[worst].name} = {values[worst]:g}"
            raise ProofError(Finding("E-FRACTION", "choice", "the solver left a fraction of a person", column))
        m, phases = self.m, len(self.case.phases)
        seats = tuple((role, self._heads(role, len(p) // phases)) for role, p in self.tables.seats.items())
        lines = []
        for line, known in self.tables.options.items():
            index = max(range(len(known)), key=lambda i, line=line: m.path[line, i].value)  # type: ignore[misc]
            lines.append((line, _option_at(known, index)))
        return Choice(self.modes, seats, tuple(lines))

    def _heads(self, role: str, most: int) -> Heads:
        m = self.m
        return tuple(sum(round(m.seat[role, j, p].value) for j in range(most)) for p in range(len(self.case.phases)))


def _option_at(known: dict[LineOption, int], index: int) -> LineOption:
    return next(option for option, place in known.items() if place == index)
