"""Every way a solve can end is named; nothing HiGHS says is believed unread."""

import os
import signal
import threading
from time import perf_counter

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.contrib.solver.common.results import SolutionStatus, TerminationCondition

from model.errors import InfeasibleError, InputError, MachineError, ProofError
from solvers import highs
from solvers.highs import LIMIT, OPTIMAL, Solver, checked


def knapsack(values, weights, room):
    m = pyo.ConcreteModel()
    m.x = pyo.Var(range(len(values)), domain=pyo.Binary)
    m.money = pyo.Objective(expr=sum(v * m.x[i] for i, v in enumerate(values)), sense=pyo.maximize)
    m.room = pyo.Constraint(expr=sum(w * m.x[i] for i, w in enumerate(weights)) <= room)
    return m


def hard(planted=False):
    """A market-split problem: no integer solution is near, and proving so takes minutes."""
    rng = np.random.default_rng(1)
    m = pyo.ConcreteModel()
    m.x = pyo.Var(range(40), domain=pyo.Binary)
    m.off = pyo.Var(range(5), domain=pyo.NonNegativeReals)
    m.rows = pyo.ConstraintList()
    for row in range(5):
        weights = rng.integers(0, 100, 40)
        half = int(weights[1::2].sum() if planted else weights.sum() // 2)
        body = sum(int(w) * m.x[i] for i, w in enumerate(weights)) - half
        m.rows.add(m.off[row] >= body)
        m.rows.add(m.off[row] >= -body)
    m.money = pyo.Objective(expr=-sum(m.off.values()), sense=pyo.maximize)
    return m


def test_best_knapsack():
    m = knapsack([6, 5, 4], [3, 2, 2], 4)
    solved = Solver(10).solve(m, 0.0)
    assert (solved.status, solved.objective, solved.bound) == (OPTIMAL, 9, 9)
    assert [round(m.x[i].value) for i in range(3)] == [0, 1, 1]


def test_growing_and_fixed_programs_equal_fresh_ones():
    """One solver kept alive while rows, domains, bounds and fixings change."""
    rng = np.random.default_rng(3)
    values, weights = rng.integers(1, 50, 12).tolist(), rng.integers(1, 30, 12).tolist()
    m = knapsack(values, weights, 60)
    m.more = pyo.ConstraintList()
    solver = Solver(10)
    for step in range(6):
        if step == 1:
            m.more.add(m.x[0] + m.x[1] + m.x[2] <= 1)
        if step == 2:
            for var in m.x.values():
                var.domain = pyo.UnitInterval
        if step == 3:
            for var in m.x.values():
                var.domain = pyo.Binary
            m.x[4].fix(1)
        if step == 4:
            m.x[4].unfix()
            m.x[5].setub(0)
        if step == 5:
            m.more[1].deactivate()
        kept, fresh = solver.solve(m, 0.0), Solver(10).solve(m.clone(), 0.0)
        assert kept.objective == pytest.approx(fresh.objective), step


def test_infeasible():
    m = knapsack([1], [1], -1)
    with pytest.raises(InfeasibleError, match="no plan keeps all rules"):
        Solver(10).solve(m, 0.0)


def test_unbounded_is_an_error_and_never_zero():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.NonNegativeIntegers)
    m.y = pyo.Var(domain=pyo.NonNegativeReals)
    m.row = pyo.Constraint(expr=m.x - m.y <= 1)
    m.money = pyo.Objective(expr=m.x, sense=pyo.maximize)
    with pytest.raises(ProofError, match="E-UNBOUNDED  choice: the program has no best plan"):
        Solver(10).solve(m, 0.0)


def test_time_limit_with_a_plan_keeps_it_and_its_bound():
    solved = Solver(0.5).solve(hard(), 0.0)
    assert solved.status == LIMIT
    assert solved.objective < solved.bound <= 1e-6


def test_time_limit_without_a_plan():
    with pytest.raises(ProofError, match="E-NO-PLAN  choice: no plan was found in time; mend: allow more time"):
        Solver(0.0).solve(hard(), 0.0)


def test_time_limit_on_a_relaxation():
    m = hard()
    for var in m.x.values():
        var.domain = pyo.UnitInterval
    with pytest.raises(ProofError, match="E-NO-PLAN  choice: no plan was found in time"):
        Solver(0.0).solve(m, 0.0)


def test_start_is_not_lost():
    """The only perfect split is handed over; without it none is found in time."""
    m = hard(planted=True)
    with_start, without = Solver(0.4), Solver(0.4)
    with_start.start_from(list(m.x.values()), [float(i % 2) for i in range(40)])
    assert with_start.solve(m, 0.0).objective == pytest.approx(0, abs=1e-6)
    assert without.solve(hard(planted=True), 0.0).objective < -0.5


def test_start_that_breaks_a_row_is_not_believed():
    m = knapsack([6, 5, 4], [3, 2, 2], 4)
    solver = Solver(10)
    solver.start_from(list(m.x.values()), [1.0, 1.0, 1.0])
    assert solver.solve(m, 0.0).objective == 9


def test_reduced_costs_say_what_a_column_loses():
    m = knapsack([6, 5, 1], [3, 2, 2], 4)
    for var in m.x.values():
        var.domain = pyo.UnitInterval
    solver = Solver(10)
    with pytest.raises(ProofError, match="no reduced costs before a solve"):
        solver.reduced_costs(list(m.x.values()))
    assert solver.solve(m, 0.0).objective == pytest.approx(9)
    # x1 = 1, x0 = 2/3 at two a unit of room: x2 would cost 2 × 2 − 1
    assert [abs(cost) for cost in solver.reduced_costs(list(m.x.values()))] == pytest.approx([0, 1, 3])


@pytest.mark.parametrize("settings", [{"mip_rel_gaap": 0.1}, {"mip_abs_gap": "wide"}, {"mip_max_nodes": -3}])
def test_settings_that_highs_does_not_take_are_refused(settings):
    with pytest.raises(InputError, match=f"E-SETTING  HiGHS setting {next(iter(settings))}: HiGHS does not take it"):
        Solver(10, settings)


@pytest.mark.parametrize("threads", [0, 1, 2])
def test_threads_are_left_to_the_process(threads):
    """A second number of threads in one process ends a solve without a status ("Not Set")."""
    with pytest.raises(InputError, match="E-SETTING  HiGHS setting threads: it holds for the whole process; found"):
        Solver(10, {"threads": threads})


def test_known_settings_are_handed_on():
    assert checked({"mip_heuristic_effort": 0.1}) == {"mip_heuristic_effort": 0.1}
    assert Solver(10, {"presolve": "off"}).solve(knapsack([2], [1], 1), 0.0).objective == 2


@pytest.mark.parametrize("ended", list(TerminationCondition))
def test_every_ending_without_a_plan_has_an_error(ended):
    error = highs._no_plan(ended)
    assert error.exit_code in (3, 4)
    assert str(error).startswith("E-")


@pytest.mark.parametrize(
    "doubted", [TerminationCondition.provenInfeasible, TerminationCondition.error, TerminationCondition.unknown]
)
def test_what_presolve_ends_in_doubt_is_solved_again_without(monkeypatch, doubted):
    """Presolve mapped the best plan of a drawn problem back to one that broke a row; HiGHS then says "error"."""
    true, roads = highs._Engine.solve, []

    def first_in_doubt(engine, m):
        found = true(engine, m)
        roads.append(engine.config.solver_options["presolve"])
        if len(roads) == 1:
            found.termination_condition, found.solution_status = doubted, SolutionStatus.noSolution
        return found

    monkeypatch.setattr(highs._Engine, "solve", first_in_doubt)
    if doubted == TerminationCondition.unknown:
        with pytest.raises(ProofError, match="E-NO-PLAN  choice: the solver ended without a plan; found unknown"):
            Solver(10).solve(knapsack([2], [1], 1), 0.0)
        return
    solver = Solver(10)
    assert [solver.solve(knapsack([2], [1], 1), 0.0).objective for _ in range(2)] == [2, 2]
    assert roads == ["choose", "off", "choose"]


def test_interrupt_stops_a_solve_at_once():
    threading.Timer(0.4, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    began = perf_counter()
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        Solver(30).solve(hard(), 0.0)
    assert perf_counter() - began < 5


def test_missing_highs_names_the_package(monkeypatch):
    monkeypatch.setattr(highs._Engine, "available", lambda self: False)
    with pytest.raises(MachineError, match="E-SOLVER  highspy: HiGHS is missing; allowed highspy; mend: pip install"):
        Solver(10)
