"""Choosing for mean and worst futures: time to the gap, and the same optimum with a variable for each future."""

from __future__ import annotations

import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from model.inputs import Case
from model.load import load_case
from model.simulate import TABLE, Block
from solvers.cutting import Solution, solve_with_cuts
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import exchange
from solvers.goals import MEAN, Goal
from solvers.highs import Solver
from solvers.options import closed, start_options
from solvers.path_choice import FIRST_LEVELS
from solvers.pricing import Pricer
from solvers.program import MONEY, Program
from solvers.tables import Pieces

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
SEED, MODES = 7, ("department", "unit", "unit")
"""Of the ecosystem; elsewhere the first path of modes is taken."""
GOAL = Goal(caution=0.5)
GAP, SECONDS, DRAWS = 0.0025, 600.0, 1000
WIDE_CASE, WIDE_DRAWS, WIDE_PATHS = "ecommerce", 5000, 8
SAME = 1e-6


def tables_of(case: Case, modes: tuple[str, ...], draws: int, paths: int = 0) -> Tables:
    """Return the tables of a case's first options, or of the first few of each line."""
    tables = Tables(case, Pricer(case, modes, SEED, draws))
    for line in case.lines:
        options = start_options(case, line, FIRST_LEVELS)
        chosen = options[:: max(1, len(options) // paths)] if paths else options
        tables.add(line, [closed(case), *chosen])
    return tables


def to_the_gap() -> list[dict[str, Any]]:
    """Return seconds from the plan of the mean to one for mean and worst futures, and the gap left."""
    case = load_case(CASES / "ecosystem")
    tables, exact = tables_of(case, MODES, DRAWS), Exact(case, MODES, GOAL)
    program = Program(case, MODES, tables, exact.aiming(MEAN), np.ones(case.years), [])
    solve_with_cuts(program, GAP, SECONDS, None)
    begun = time.perf_counter()
    start, _, _ = exchange(tables, exact, program.found[-1])
    aimed = Program(case, MODES, tables, exact, exact.coefficient(tables.total(start)), program.cuts.useful())
    solved = solve_with_cuts(aimed, GAP, SECONDS, start)
    spent = time.perf_counter() - begun
    name = f"mean and worst 5 % (half each), ecosystem, {DRAWS} draws"
    left = _left(aimed, solved, start)
    return [
        _row(f"{name}: exchange, cuts and integer solves to 0.25 % of turnover", spent, "s", 60.0),
        _row(f"{name}: bound less best plan", left, "share of turnover", GAP),
    ]


def _left(program: Program, solved: Solution, start: Choice) -> float:
    best = max(program.value_of(choice) for choice in [start, *program.found]) * MONEY
    return (solved.bound - best) / solved.turnover


def cut_against_wide() -> list[dict[str, Any]]:
    """Return how much faster cuts are than a variable for each future and hinge, on one relaxation, and how far apart.

    The case is e-commerce with few paths: the ecosystem's 100 hinges × 5,000 draws × 600 columns are 300 M cells.
    """
    case = load_case(CASES / WIDE_CASE)
    modes = tuple(case.choice.mode_paths[0])
    tables = wide_tables(case, modes)
    exact = Exact(case, modes, GOAL)
    ones = np.ones(case.years)
    begun = time.perf_counter()
    program = Program(case, modes, tables, exact, ones, [])
    program.relax(True)
    solver = Solver(SECONDS)
    solved = solver.solve(program.m, 0.0)
    while program.add_cuts(program.values(), 1e-6, 0.1 * SAME * turnover_of(program)):
        solved = solver.solve(program.m, 0.0)
    by_cuts = time.perf_counter() - begun
    begun = time.perf_counter()
    wide = Program(case, modes, tables, exact, ones, [])
    spell_out(wide)
    wide.relax(True)
    spelt = Solver(SECONDS).solve(wide.m, 0.0)
    by_variables = time.perf_counter() - begun
    apart = abs(solved.objective - spelt.objective) / turnover_of(program)
    name = f"relaxation of mean and worst 5 %, {case.id}, {len(program.binaries)} columns, {WIDE_DRAWS} draws"
    return [
        _row(f"{name}: a variable for each future ÷ cuts", by_variables / by_cuts, "ratio", 3.0, "higher"),
        _row(f"{name}: difference of the optima", apart, "share of turnover", SAME),
    ]


def turnover_of(program: Program) -> float:
    """Return the turnover of the loaded solution in the program's money."""
    return float(program.values() @ program.moved) / MONEY


def wide_tables(case: Case, modes: tuple[str, ...]) -> Tables:
    """Return tables on more draws than one block holds: two pricings side by side."""
    sizes = (WIDE_DRAWS // 2, WIDE_DRAWS - WIDE_DRAWS // 2)
    whole = tables_of(case, modes, sizes[0], WIDE_PATHS)
    other = Tables(case, _second_block(case, modes, sizes[1]))
    for line, known in whole.options.items():
        other.add(line, list(known))
    whole.lines = {name: _beside(whole.lines[name], other.lines[name]) for name in whole.lines}
    whole.seats = {name: _beside(whole.seats[name], other.seats[name]) for name in whole.seats}
    return whole


def _second_block(case: Case, modes: tuple[str, ...], draws: int) -> Pricer:
    pricer = Pricer(case, modes, SEED, draws)
    pricer.store = None
    pricer.block = Block(case, SEED, TABLE, 1, draws)
    return pricer


def _beside(left: Pieces, right: Pieces) -> Pieces:
    """Return the same pieces on the scenarios of both; what has no scenarios is as on the left."""
    names = ("linear", "revenue", "base_pay", "hours")
    joined = {name: np.concatenate([getattr(left, name), getattr(right, name)], axis=-1) for name in names}
    parts = {name: joined.get(name, getattr(left, name)) for name in left.__dataclass_fields__}
    return Pieces(**parts)


def spell_out(program: Program) -> None:
    """Replace a program's cuts by a cost variable for each hinge and future, and a shortfall for each future."""
    m, exact, futures = program.m, program.exact, program.goal.futures  # type: ignore[union-attr]
    m.cuts.deactivate()
    m.money.deactivate()
    roles, quarters, draws = futures.hours.shape[1:]
    years = futures.revenue.shape[1]
    goal, targets = exact.goal, futures.targets
    m.bought_in = pyo.Var(range(roles), range(quarters), range(draws), domain=pyo.NonNegativeReals)
    m.over_in = pyo.Var(range(years), range(draws), domain=pyo.NonNegativeReals)
    m.below_in = pyo.Var(range(draws), domain=pyo.NonNegativeReals)
    m.edge, m.rows, total = pyo.Var(), pyo.ConstraintList(), []
    rate, share = exact.agency / MONEY, futures.pool
    for s in range(draws):
        paid = []
        for r, q in product(range(roles), range(quarters)):
            need = program.body.sum(futures.hours[:, r, q, s] * rate[r, q])
            m.rows.add(m.bought_in[r, q, s] >= need + float(exact.fixed[r, q] * rate[r, q]))
            paid.append(m.bought_in[r, q, s])
        for y in range(years):
            above = program.body.sum(futures.revenue[:, y, s] * share[y])
            m.rows.add(m.over_in[y, s] >= above - float(targets[y] * share[y]))
            paid.append(m.over_in[y, s])
        straight = program.body.sum(futures.straight[:, s])
        m.rows.add(m.below_in[s] >= m.edge - straight + float(exact.standing[0] / MONEY) + _sum(paid, 1.0))
        total += paid
    mean = program.body.sum(futures.straight.mean(axis=1) * (1 - goal.caution))
    tail = m.edge - _sum(list(m.below_in.values()), 1 / (goal.tail * draws))
    cost = _sum(total, (1 - goal.caution) / draws) + (1 - goal.caution) * float(exact.standing[0] / MONEY)
    m.mix = pyo.Objective(expr=mean - cost + goal.caution * tail, sense=pyo.maximize)


def _sum(variables: list[Any], weight: float) -> LinearExpression:
    return LinearExpression(constant=0.0, linear_coefs=[weight] * len(variables), linear_vars=variables)


def _row(name: str, value: float, unit: str, reach: float, better: str = "lower") -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "reach": reach, "better": better}


def rows() -> list[dict[str, Any]]:
    """Return the rows of both questions."""
    return [*to_the_gap(), *cut_against_wide()]
