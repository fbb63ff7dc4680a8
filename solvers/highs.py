"""One way to call HiGHS through Pyomo: status, incumbent and bound are read by us, nothing is believed unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyomo.environ as pyo
from pyomo.contrib.solver.common.factory import SolverFactory
from pyomo.contrib.solver.common.results import Results, SolutionStatus, TerminationCondition

from model.errors import Finding, InfeasibleError, MachineError, ProofError

OPTIMAL, LIMIT = "optimal", "time limit"


@dataclass(frozen=True)
class Solved:
    """What a solve ended with; money in the unit of the program."""

    status: str
    objective: float
    bound: float


class Solver:
    """HiGHS kept alive between solves of one growing program.

    Parameters
    ----------
    time_limit : seconds for one solve
    """

    def __init__(self, time_limit: float) -> None:
        self.engine = SolverFactory("highs")
        if not self.engine.available():
            raise MachineError(Finding("E-SOLVER", "highspy", "HiGHS is missing", "", "highspy", "pip install highspy"))
        self.engine.config.load_solutions = False
        self.engine.config.raise_exception_on_nonoptimal_result = False
        self.engine.config.time_limit = time_limit
        self.last: Results | None = None

    def solve(self, m: pyo.ConcreteModel, abs_gap: float) -> Solved:
        """Solve and load the incumbent; raise when there is none.

        Parameters
        ----------
        abs_gap : stop when incumbent and bound are this close, in the unit of the objective
        """
        self.engine.config.abs_gap = abs_gap
        self.engine.config.rel_gap = 0.0
        found = self.engine.solve(m)
        ended = found.termination_condition
        if ended == TerminationCondition.provenInfeasible:
            raise InfeasibleError(Finding("E-INFEASIBLE", "choice", "no plan keeps all rules of the case"))
        if found.solution_status not in (SolutionStatus.optimal, SolutionStatus.feasible):
            raise ProofError(
                Finding("E-NO-PLAN", "choice", "the solver found no plan", str(ended), "", "allow more time")
            )
        found.solution_loader.load_vars()
        self.last = found
        status = OPTIMAL if ended == TerminationCondition.convergenceCriteriaSatisfied else LIMIT
        return Solved(status, float(found.incumbent_objective), float(found.objective_bound))

    def reduced_costs(self, variables: Sequence[pyo.Var]) -> list[float]:
        """Return the reduced costs of the last relaxation, one per variable."""
        assert self.last is not None
        costs = self.last.solution_loader.get_reduced_costs(list(variables))
        return [float(costs[var]) for var in variables]
