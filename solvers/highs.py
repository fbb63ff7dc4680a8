"""One way to call HiGHS through Pyomo: status, incumbent and bound are read by us, nothing is believed unread."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.solver.common.results import Results, SolutionStatus, TerminationCondition
from pyomo.contrib.solver.solvers.highs import Highs

from model.errors import Finding, HeadcastError, InfeasibleError, InputError, MachineError, ProofError
from model.ledger import Floats

OPTIMAL, LIMIT = "optimal", "time limit"
Settings: TypeAlias = Mapping[str, bool | int | float | str]
AGGREGATOR = 1 << 12
"""Presolve's aggregator calls some programs infeasible that are not (HiGHS 1.15.1): a poor start is then "optimal"."""
SETTINGS: Settings = {
    "random_seed": 0,
    "presolve_rule_off": AGGREGATOR,
    "primal_feasibility_tolerance": 1e-7,
    "mip_feasibility_tolerance": 1e-7,
}
"""A row may be passed by a tenth of a fen (money inside is 10,000 CNY), so that one fen over a budget is refused."""

DOUBTED = (
    TerminationCondition.provenInfeasible,
    TerminationCondition.infeasibleOrUnbounded,
    TerminationCondition.error,
)
"""Ends that are believed without presolve only: presolve may map a plan back to one that breaks a row (an error)."""


@dataclass(frozen=True)
class Solved:
    """What a solve ended with; money in the unit of the program, the bound infinite where none was proved."""

    status: str
    objective: float
    bound: float


@dataclass(frozen=True)
class Live:
    """Where an integer solve stands, money in the unit of the program; infinite where nothing is known yet.

    at : gives the values of variables in a plan just found; None where no plan is new
    """

    incumbent: float
    bound: float
    at: Callable[[Sequence[pyo.Var]], Floats] | None = None


IIS = 6


class _Engine(Highs):  # type: ignore[misc]
    """Pyomo's interface, which offers no start and no look inside: HiGHS is run by us when the model is in place.

    It is not made to swallow what is written meanwhile, so that a live line reaches the terminal.
    """

    start: tuple[Sequence[pyo.Var], Sequence[float]] | None = None
    listener: Callable[[Live], None] | None = None
    _heard: Any = None

    def _solve(self) -> Results:
        h, config = self._solver_model, self._active_config
        if self.start:
            variables, values = self.start
            columns = [self._pyomo_var_to_solver_var_map[id(var)] for var in variables]
            h.setSolution(len(columns), np.array(columns, dtype=np.int32), np.array(values))
        own = {"time_limit": config.time_limit, "mip_rel_gap": config.rel_gap, "mip_abs_gap": config.abs_gap}
        # Progress is told only with output on; the console stays silent.
        for key, value in {"output_flag": True, "log_to_console": False, **own, **config.solver_options}.items():
            h.setOptionValue(key, value)
        self._hear(h)
        h.run()
        return self._postsolve(io.StringIO())

    def _hear(self, h: highspy.Highs) -> None:
        """Take Ctrl-C and listen to progress, once for each program handed to HiGHS."""
        if self._heard is h:
            return
        self._heard = h
        h.HandleKeyboardInterrupt = True
        if self.listener:
            h.cbMipLogging += self._tell
            h.cbMipImprovingSolution += self._tell_plan

    def _tell(self, event: Any) -> None:
        assert self.listener
        self.listener(Live(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound))

    def _tell_plan(self, event: Any) -> None:
        assert self.listener
        values, place = np.array(event.data_out.mip_solution), self._pyomo_var_to_solver_var_map
        now, bound = event.data_out.objective_function_value, event.data_out.mip_dual_bound
        self.listener(Live(now, bound, lambda wanted: values[[place[id(var)] for var in wanted]]))


class Solver:
    """HiGHS kept alive between solves of one growing program.

    Parameters
    ----------
    time_limit : seconds for one solve
    settings : HiGHS settings beside our own; HiGHS itself would ignore a misspelt one
    listener : told where each integer solve stands, from inside HiGHS; what it raises ends the solve
    """

    def __init__(
        self, time_limit: float, settings: Settings | None = None, listener: Callable[[Live], None] | None = None
    ) -> None:
        self.engine = _Engine()
        self.engine.listener = listener
        if not self.engine.available():
            raise MachineError(Finding("E-SOLVER", "highspy", "HiGHS is missing", "", "highspy", "pip install highspy"))
        self.engine.config.load_solutions = False
        self.engine.config.raise_exception_on_nonoptimal_result = False
        self.engine.config.time_limit = time_limit
        self.settings = {"presolve": "choose", **checked({**SETTINGS, **(settings or {})})}
        self.engine.config.solver_options = self.settings
        self.last: Results | None = None

    def start_from(self, variables: Sequence[pyo.Var], values: Sequence[float]) -> None:
        """Hand over a plan that the next solves start from, and never fall below."""
        self.engine.start = (variables, values)

    def solve(self, m: pyo.ConcreteModel, abs_gap: float, doubting: bool = True) -> Solved:
        """Solve and load the incumbent; raise when there is none.

        Parameters
        ----------
        abs_gap : stop when incumbent and bound are this close, in the unit of the objective
        doubting : is a program without plan solved a second time, without presolve?
        """
        self.engine.config.abs_gap = abs_gap
        self.engine.config.rel_gap = 0.0
        found = self.engine.solve(m)
        if doubting and found.termination_condition in DOUBTED:
            found = self._without_presolve(m)
        if found.solution_status not in (SolutionStatus.optimal, SolutionStatus.feasible):
            raise _no_plan(found.termination_condition)
        if found.termination_condition == TerminationCondition.unbounded:
            raise _no_plan(found.termination_condition)
        found.solution_loader.load_vars()
        self.last = found
        return Solved(_status(found), float(found.incumbent_objective), _bound(found, m))

    def _without_presolve(self, m: pyo.ConcreteModel) -> Results:
        """Solve again without presolve: a program without plan must be so on a second road too."""
        self.engine.config.solver_options = {**self.settings, "presolve": "off"}
        try:
            return self.engine.solve(m)
        finally:
            self.engine.config.solver_options = self.settings

    def rows_stay(self) -> None:
        """Look for changes of variables only from now on, as long as the rows of the program stay the same."""
        updates = self.engine.config.auto_updates
        for name in ("check_for_new_or_removed_constraints", "update_constraints", "update_named_expressions"):
            setattr(updates, name, False)
        updates.check_for_new_objective = updates.update_objective = False

    def conflict(self, m: pyo.ConcreteModel) -> list[pyo.Constraint]:
        """Return rows of a continuous program that cannot hold together, none of them idle; none if it has a point."""
        if self.engine.solve(m).termination_condition not in DOUBTED:
            return []
        h = self.engine._solver_model
        # Other strategies fail or return all rows; this one takes rows and bounds of the relaxation.
        h.setOptionValue("iis_strategy", IIS)
        _, found = h.getIis()
        return [self.engine._solver_con_to_pyomo_con_map[row] for row in found.row_index_]

    def reduced_costs(self, variables: Sequence[pyo.Var]) -> list[float]:
        """Return the reduced costs of the last relaxation, one per variable."""
        if self.last is None:
            raise ProofError(Finding("E-NO-PLAN", "choice", "there are no reduced costs before a solve"))
        costs = self.last.solution_loader.get_reduced_costs(list(variables))
        return [float(costs[var]) for var in variables]


def checked(settings: Settings) -> dict[str, bool | int | float | str]:
    """Return HiGHS settings, each one known to HiGHS with a value it takes.

    The number of threads is none of them: HiGHS keeps the first one of a process and refuses to solve under another.
    """
    if "threads" in settings:
        found = str(settings["threads"])
        raise InputError(Finding("E-SETTING", "HiGHS setting threads", "it holds for the whole process", found))
    probe = highspy.Highs()  # type: ignore[no-untyped-call]
    probe.setOptionValue("output_flag", False)
    wrong = [
        Finding("E-SETTING", f"HiGHS setting {name}", "HiGHS does not take it", str(value), "", "see HiGHS options")
        for name, value in settings.items()
        if probe.setOptionValue(name, value) != highspy.HighsStatus.kOk
    ]
    if wrong:
        raise InputError(wrong)
    return dict(settings)


def _status(found: Results) -> str:
    known = {TerminationCondition.convergenceCriteriaSatisfied: OPTIMAL, TerminationCondition.maxTimeLimit: LIMIT}
    return known.get(found.termination_condition, str(found.termination_condition.name))


def _no_plan(ended: TerminationCondition) -> HeadcastError:
    if ended == TerminationCondition.provenInfeasible:
        return InfeasibleError(Finding("E-INFEASIBLE", "choice", "no plan keeps all rules of the case"))
    if ended == TerminationCondition.unbounded:
        return ProofError(Finding("E-UNBOUNDED", "choice", "the program has no best plan: something brings money free"))
    if ended == TerminationCondition.maxTimeLimit:
        return ProofError(Finding("E-NO-PLAN", "choice", "no plan was found in time", "", "", "allow more time"))
    return ProofError(Finding("E-NO-PLAN", "choice", "the solver ended without a plan", ended.name))


def _bound(found: Results, m: pyo.ConcreteModel) -> float:
    if found.objective_bound is not None:
        return float(found.objective_bound)
    sense = next(m.component_data_objects(pyo.Objective, active=True)).sense
    return float("inf") if sense == pyo.maximize else float("-inf")
