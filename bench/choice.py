"""How long one path of modes of the ecosystem takes from priced tables to its gap, and what Pyomo adds to HiGHS."""

from __future__ import annotations

import gc
import statistics
from operator import attrgetter
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import highspy
import numpy as np

from model.load import load_case
from solvers import goal_search, path_choice
from solvers.cutting import Solution, solve_with_cuts
from solvers.exact import Choice, Exact, Tables
from solvers.highs import SETTINGS, Solver
from solvers.options import closed, start_options
from solvers.pricing import Pricer
from solvers.program import Cut, Program
from solvers.tables import TURNED

CASE = Path(__file__).resolve().parent.parent / "data" / "cases" / "ecosystem"
SEED, REPEATS, ROOT_DRAWS = 7, 5, 200
GAP, REACHES = 0.001, {200: 15.0, 1000: 20.0}
"""Share of turnover; draws and the seconds asked."""


def rows() -> list[dict[str, Any]]:
    """Return Pyomo's share at the root, then seconds and gap of the last solve of one path by number of draws."""
    name = "root relaxation of the ecosystem, built, handed over and solved: Pyomo ÷ the same rows in highspy"
    found = [{"name": name, "value": round(ratio(), 3), "unit": "ratio", "reach": 1.3, "better": "lower"}]
    for draws, reach in REACHES.items():
        cpu, wall, solved = last_solve(draws)
        name = f"ecosystem, one path of modes, cuts and integer solves to 0.1 % of turnover, {draws} draws"
        found += [
            {"name": name, "value": round(wall, 1), "unit": "s", "reach": reach, "better": "lower"},
            {"name": f"{name}: processor", "value": round(cpu, 1), "unit": "s", "reach": reach, "better": "lower"},
            {
                "name": f"{name}: gap left",
                "value": round(100 * solved.gap / solved.turnover, 4),
                "unit": "% of turnover",
                "reach": 100 * GAP,
                "better": "lower",
            },
        ]
    return found


def last_solve(draws: int) -> tuple[float, float, Solution]:
    """Return processor and wall seconds and the end of the last program that a whole choice solves."""
    case = load_case(CASE)
    kept: list[tuple[Tables, Exact, np.ndarray[Any, Any], list[Cut], Choice | None]] = []
    original = goal_search.solve_with_cuts

    def keep(program: Program, gap: float, seconds: float, start: Choice | None, *rest: Any) -> Solution:
        level = program.exact.coefficient(program.tables.total(start)) if start else np.ones(case.years)
        kept[:] = [(program.tables, program.exact, level, list(program.cuts.pool), start)]
        return original(program, gap, seconds, start, *rest)

    goal_search.solve_with_cuts = keep
    try:
        modes = case.choice.mode_paths[0]
        path_choice.choose_path(case, modes, SEED, draws, lambda text: None)
    finally:
        goal_search.solve_with_cuts = original
    tables, exact, level, pool, start = kept[0]
    program = Program(case, modes, tables, exact, level, pool)
    cpu, wall = process_time(), perf_counter()
    solved = solve_with_cuts(program, GAP, path_choice.SOLVE_SECONDS, start)
    return process_time() - cpu, perf_counter() - wall, solved


def ratio() -> float:
    """Return the median of Pyomo's processor seconds over highspy's, turn by turn, on the choice's first program."""
    case = load_case(CASE)
    modes = case.choice.mode_paths[0]
    tables = Tables(case, Pricer(case, modes, SEED, ROOT_DRAWS))
    for line in case.lines:
        tables.add(line, [closed(case), *start_options(case, line, path_choice.FIRST_LEVELS)])
    exact, found = Exact(case, modes), []
    for _ in range(REPEATS):
        gc.collect()
        began = process_time()
        program = Program(case, modes, tables, exact, np.ones(case.years), [])
        program.relax(True)
        solver = Solver(path_choice.SOLVE_SECONDS)
        value = solver.solve(program.m, 0.0).objective
        mine = process_time() - began
        told = arrays_of(solver.engine._solver_model.getLp())
        began = process_time()
        measure(program)
        other = raw_optimum(told)
        found.append(mine / (process_time() - began))
        if abs(value - other) > 1e-6 * max(abs(value), 1.0):
            raise SystemExit(f"bench/choice.py: the two roads differ, {value} and {other}")
    return statistics.median(found)


def measure(program: Program) -> None:
    """Do the arithmetic that every road has to do: the pieces' measures as coefficients of the columns."""
    for row in program.exact.rows:
        program.columns(row.measure)
    for part in (attrgetter("hours"), attrgetter("revenue"), attrgetter("planned")):
        program.columns(part)
    program.columns(lambda pieces: pieces.linear.mean(axis=1) - pieces.base_pay.mean(axis=2).sum(axis=1))
    program.columns(lambda pieces: pieces.terms[:, TURNED].sum(axis=(1, 2)))


def arrays_of(lp: highspy.HighsLp) -> dict[str, Any]:
    """Return a program as plain arrays, rows in Pyomo's order."""
    matrix = lp.a_matrix_
    names = ("num_col_", "num_row_", "offset_", "sense_")
    arrays = ("col_cost_", "col_lower_", "col_upper_", "row_lower_", "row_upper_")
    inside = ("format_", "num_col_", "num_row_", "start_", "index_", "value_")
    told = {name: getattr(lp, name) for name in names} | {name: np.array(getattr(lp, name)) for name in arrays}
    return told | {"a_matrix_": {name: getattr(matrix, name) for name in inside}}


def raw_optimum(told: dict[str, Any]) -> float:
    """Return the optimum of arrays handed to highspy as they are."""
    lp = highspy.HighsLp()
    for name, value in told.items():
        if name != "a_matrix_":
            setattr(lp, name, value)
    for name, value in told["a_matrix_"].items():
        setattr(lp.a_matrix_, name, value)
    h = highspy.Highs()
    for name, value in {"output_flag": False, **SETTINGS}.items():
        h.setOptionValue(name, value)
    h.passModel(lp)
    h.run()
    return float(h.getInfo().objective_function_value)
