"""Why no plan keeps all rules: the rows of an elastic copy of the program that must give way, and by how much."""

from __future__ import annotations

import pyomo.environ as pyo

from model.errors import Finding, HeadcastError, InfeasibleError, ProofError
from model.feasibility import TOLERANCE
from solvers.highs import Solver
from solvers.limits import Limit
from solvers.program import MONEY, Program

WORTH = {"CNY": 500_000 / MONEY, "heads": 1.0, "hours": 1_500.0, "partners": 1.0, "months": 6.0}
"""What one head-year is in each unit, roughly: conflicts are mended where it takes least."""
GAP = 0.05


def explain(program: Program, seconds: float) -> HeadcastError:
    """Return the error for a program without plan: each row that must give way in the least relaxation found.

    The relaxation is a plan: its rows are evaluated on the tables, not read off the solver. Where it breaks no row,
    the two solves contradict each other and nothing is claimed.

    Parameters
    ----------
    program : proved infeasible; it is changed and of no use afterwards
    """
    _make_elastic(program)
    try:
        Solver(seconds).solve(program.m, GAP)
    except InfeasibleError:
        return InfeasibleError(Finding("E-INFEASIBLE", "choice", "no path of the lines and seats fits together"))
    broken = program.exact.broken(program.tables.total(program.choice()), idle=False)
    if not broken:
        what = "one solve says that no plan keeps all rules, another one found such a plan"
        return ProofError(Finding("E-DISAGREE", "choice", what, fix="keep the case and report it"))
    return InfeasibleError([_finding(row, value) for row, value in broken])


def _make_elastic(program: Program) -> None:
    """Let every row give way at a price and nothing else cost anything; role minima become rows too (R30)."""
    m = program.m
    for component in (m.money, *program.rows.values(), m.cuts, m.refused):
        component.deactivate()
    for var in m.seat.values():
        var.setlb(0)
        var.setub(1)
    for var in program.binaries:
        var.unfix()
        var.domain = pyo.Binary
    m.short = pyo.Var(range(len(program.exact.rows)), domain=pyo.NonNegativeReals)
    m.over = pyo.Var(range(len(program.exact.rows)), domain=pyo.NonNegativeReals)
    m.elastic = pyo.ConstraintList()
    for index, row in enumerate(program.exact.rows):
        low, body, high = program.row(row)
        if low is not None:
            m.elastic.add(body + m.short[index] >= low)
        if high is not None:
            m.elastic.add(body - m.over[index] <= high)
    price = [1.0 / WORTH[row.unit] for row in program.exact.rows]
    m.relaxed = pyo.Objective(expr=sum(cost * (m.short[i] + m.over[i]) for i, cost in enumerate(price)))


def _finding(row: Limit, value: float) -> Finding:
    high = value > row.high + TOLERANCE[row.unit]
    bound, word = (row.high, "at most") if high else (row.low, "at least")
    found, allowed = (f"{amount:,.0f} {row.unit}" for amount in (value, bound))
    fix = f"{'raise' if high else 'lower'} it by {abs(value - bound):,.0f} {row.unit}, or relax another rule"
    return Finding("E-INFEASIBLE", row.name, f"the rules conflict here ({row.rule})", found, f"{word} {allowed}", fix)
