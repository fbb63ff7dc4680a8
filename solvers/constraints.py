"""The constraint families of the choice: one small function each, rows named in the words of the case."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from model import economics
from model.errors import Finding, InfeasibleError, ProofError
from solvers.columns import MONEY, Columns, Summing, finite
from solvers.exact import Choice, Exact
from solvers.limits import Limit

Rows = dict[str, pyo.Constraint]


def one_path(columns: Columns) -> pyo.Constraint:
    """Each line follows exactly one path, the closed one among them (R30)."""
    path, lines = columns.m.path, columns.tables.lines
    return pyo.Constraint(list(lines), rule=lambda _, line: sum(path[line, i] for i in range(len(lines[line]))) == 1)


def seat_stays(columns: Columns) -> pyo.Constraint:
    """An open seat stays open in the next phase: heads of a role never fall (R30)."""
    seat, last = columns.m.seat, columns.phases[-1]

    def stays(_: object, role: str, j: int, p: int) -> object:
        return seat[role, j, p] <= seat[role, j, p + 1] if p < last else pyo.Constraint.Skip

    return pyo.Constraint(columns.m.SEATS, rule=stays)


def seat_order(columns: Columns) -> pyo.Constraint:
    """Seat j opens before seat j + 1, so that no two plans differ in names only (R30)."""
    seat = columns.m.seat

    def ordered(_: object, role: str, j: int, p: int) -> object:
        return seat[role, j, p] <= seat[role, j - 1, p] if j else pyo.Constraint.Skip

    return pyo.Constraint(columns.m.SEATS, rule=ordered)


def head_count(columns: Columns) -> pyo.Constraint:
    """Heads of a shared role are its open seats, so that the search can branch on whole heads (R30)."""
    m = columns.m

    def counted(_: object, role: str, p: int) -> object:
        return m.heads[role, p] == sum(m.seat[role, j, p] for j in columns.seats_of(role))

    return pyo.Constraint(list(columns.tables.seats), columns.phases, rule=counted)


def hold_bounded_seats(columns: Columns) -> None:
    """Hold the seats below a shared role's minimum open and those above its maximum shut (R30)."""
    for (role, seat, phase), var in columns.m.seat.items():
        limits = columns.case.roles[role]
        if seat < limits.heads_least[phase]:
            var.setlb(1)
        elif seat >= limits.heads_most[phase]:
            var.setub(0)


def bought_hours(columns: Summing, exact: Exact) -> pyo.Constraint:
    """Planned bought hours of a quarter cost at least the planned work less the own hours (R28, R32)."""
    case = columns.case
    rate = economics.agency_rate(case) / MONEY
    planned = columns.of(lambda p: p.planned)
    fixed = finite(exact.fixed * rate)
    roles = list(case.shared_work)
    columns.m.bought = pyo.Var(range(len(roles)), range(planned.shape[2]), domain=pyo.NonNegativeReals)

    def bought(m: pyo.ConcreteModel, name: str, quarter: int) -> object:
        role, q = roles.index(name), quarter - 1
        return m.bought[role, q] >= columns.sum(planned[:, role, q] * rate[role, q]) + float(fixed[role, q])

    return pyo.Constraint(roles, range(1, planned.shape[2] + 1), rule=bought)


def heads_in_phase(columns: Columns, exact: Exact) -> pyo.Constraint:
    """All heads lie inside the bounds of the phase and of its organisation mode (R29)."""
    return _rows(columns, exact, "heads")


def role_heads(columns: Columns, exact: Exact) -> pyo.Constraint:
    """Heads of each shared role lie between its minimum and maximum (R30)."""
    return _rows(columns, exact, "role")


def span_of_control(columns: Columns, exact: Exact) -> pyo.Constraint:
    """Nobody leads more people than the span of control allows (R31)."""
    return _rows(columns, exact, "span")


def budget(columns: Columns, exact: Exact) -> pyo.Constraint:
    """Approved cost, tools and planned bought hours stay inside the phase's budget (R28)."""
    return _rows(columns, exact, "budget")


def shared_work(columns: Columns, exact: Exact) -> pyo.Constraint:
    """Planned shared work stays within what nominal heads and bought hours may carry (R32)."""
    return _rows(columns, exact, "work")


def sign_ups(columns: Columns, exact: Exact) -> pyo.Constraint:
    """No more partners start in a quarter than the role's heads may bring in (R116)."""
    return _rows(columns, exact, "sign_ups")


def integration_cash(columns: Columns, exact: Exact) -> pyo.Constraint:
    """Cash to connect partners stays below what needs an approval of its own in each quarter (R119)."""
    return _rows(columns, exact, "integration")


def months_in_mode(columns: Columns, exact: Exact) -> pyo.Constraint:
    """A mode lasts no longer at a stretch than it may: without columns, settled before the solve (R117)."""
    return _rows(columns, exact, "months")


def investment_in_mode(columns: Columns, exact: Exact) -> pyo.Constraint:
    """Budgets granted lie inside what the mode is meant for: without columns, settled before the solve (R118)."""
    return _rows(columns, exact, "investment")


def hiring_calendar(columns: Columns, exact: Exact) -> pyo.Constraint:
    """Role minima are met by people who usually start before the phase ends (R136)."""
    return _rows(columns, exact, "calendar")


def skill_cover(columns: Columns, exact: Exact) -> pyo.Constraint:
    """A shared role whose starters lack a needed skill has no heads (R137)."""
    return _rows(columns, exact, "skill")


def required_partners(columns: Columns, exact: Exact) -> pyo.Constraint:
    """A required partner is signed by every plan (R138)."""
    return _rows(columns, exact, "required")


def closed_lines(columns: Columns, exact: Exact) -> pyo.Constraint:
    """No plan signs a partner of a closed line (R138)."""
    return _rows(columns, exact, "closed")


def held_budget(columns: Columns, exact: Exact) -> pyo.Constraint:
    """A unit held at a gate that must be asked keeps its budget, its open seats' pay counted (R133)."""
    return _rows(columns, exact, "held")


def asked(columns: Columns, exact: Exact) -> pyo.Constraint:
    """What a question asks beside the case's own limits holds too (R155)."""
    return _rows(columns, exact, "asked")


STRUCTURE: tuple[Callable[[Columns], pyo.Constraint], ...] = (one_path, seat_stays, seat_order, head_count)
"""What makes a point of the columns a plan."""
LIMITS: tuple[Callable[[Columns, Exact], pyo.Constraint], ...] = (
    heads_in_phase,
    role_heads,
    span_of_control,
    budget,
    shared_work,
    sign_ups,
    integration_cash,
    months_in_mode,
    investment_in_mode,
    hiring_calendar,
    skill_cover,
    required_partners,
    closed_lines,
    held_budget,
    asked,
)
"""What the case limits: these rows may give way when no plan keeps them all."""


def add_constraints(columns: Columns, exact: Exact) -> Rows:
    """Add every family under its own name and return those that the case limits, by name (R28–R32, R116–R119)."""
    m = columns.m
    for family in STRUCTURE:
        m.add_component(family.__name__, family(columns))
    hold_bounded_seats(columns)
    m.bought_hours = bought_hours(columns, exact)
    rows: Rows = {}
    for limited in LIMITS:
        m.add_component(limited.__name__, limited(columns, exact))
        rows[limited.__name__] = m.component(limited.__name__)
    return rows


def _rows(columns: Columns, exact: Exact, kind: str) -> pyo.Constraint:
    """Return one kind of the case's rows, each under the words of where it holds."""
    rows = {row.at or (row.name,): row for row in exact.rows if row.kind == kind}
    return pyo.Constraint(list(rows), rule=lambda _, *at: _limit(columns, rows[at]))


def _limit(columns: Columns, row: Limit) -> object:
    """Return one row of the case as a Pyomo expression; Pyomo wants rows without columns settled before."""
    low, body, high = limit_row(columns, row)
    if row.low > row.high:
        what, least, most = f"least above most ({row.rule})", f"{row.low:,.0f}", f"{row.high:,.0f} {row.unit}"
        raise InfeasibleError(Finding("E-INFEASIBLE", row.name, what, f"at least {least}", f"at most {most}"))
    if not body.linear_vars:
        if (low or 0.0) > 0 or (0.0 if high is None else high) < 0:
            raise InfeasibleError(Finding("E-INFEASIBLE", row.name, f"no plan can change this row ({row.rule})"))
        return pyo.Constraint.Feasible
    return pyo.inequality(low, body, high)


def limit_row(columns: Summing, row: Limit) -> tuple[float | None, LinearExpression, float | None]:
    """Return lowest value, body and highest value of a row in the program's units, without its fixed part (R28–R32)."""
    scale = MONEY if row.unit == "CNY" else 1.0
    bought = [columns.m.bought[r, q] for r in range(len(columns.case.shared_work)) for q in row.bought]
    body = columns.sum(columns.of(row.measure) / scale, bought)
    low, high = (row.low - row.fixed) / scale, (row.high - row.fixed) / scale
    if np.isnan([low, high]).any():
        raise ProofError(Finding("E-NOT-FINITE", row.name, "a bound is not a number"))
    return None if np.isinf(low) else low, body, None if np.isinf(high) else high


def refusal(columns: Columns, choice: Choice) -> LinearExpression:
    """Return how far a point is from a plan; a refused plan may not be chosen, another one may (R30)."""
    point = columns.point(choice)
    terms = [1 - var if value else var for var, value in zip(columns.binaries, point, strict=True)]
    return sum(terms)
