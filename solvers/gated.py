"""Choose with a gate of the unit: packages kept by a pilot, the best way on for the futures that a gate lets pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from model.errors import Finding, InfeasibleError, InputError
from model.gate_limits import BranchCost, branch_costs
from model.gates import EXPAND, phase_at
from model.inputs import Case
from model.ledger import Floats, Ints
from model.simulate import simulate
from solvers.branches import GatedChoice, Package, gated, prefix
from solvers.change import Change
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import LEAST_GAIN, nearby
from solvers.goals import FEN, MEAN
from solvers.limits import Limit
from solvers.line_gates import held_path
from solvers.path_choice import around
from solvers.path_result import PathResult
from solvers.resolve import resolve

PACKAGES, STEPS = 6, 2
"""Packages of each gate that are valued around a plan, and how often the best gated plan is looked around."""
SOLVED = 3
"""Gated plans whose way on is solved for."""
ROUNDS = 3
"""Times that neighbours of the way on are priced."""
FEWEST = 8
"""Passing futures that a way on may be chosen from."""
SECONDS = 20.0
STAGE, FRESH = "gate", 1024
"""Fresh draws that a gated plan must prove itself on."""
SIGNIFICANT = 1.96
Say = Callable[[str], None]
Pilot: TypeAlias = tuple[PathResult, GatedChoice]
"""A plan with a gate, and the mode path on whose tables it is priced."""


@dataclass(frozen=True)
class GateChoice:
    """The best gated plan found, held against the best ungated one on the same futures.

    result : the mode path whose tables it was priced on; free : the best ungated plan; tried : gated plans valued
    gain, error : mean gain of the gate and its standard error, CNY, on `draws` fresh futures if it won on the pricing
    draws, else on these
    """

    found: GatedChoice
    result: PathResult
    free: PathResult
    gain: float
    error: float
    draws: int
    tried: int

    @property
    def is_better(self) -> bool:
        """Whether the gate is worth asking: better on the pricing draws, and on fresh ones beyond their error."""
        return _wins(self.free, self.found) and self.gain > SIGNIFICANT * self.error

    @property
    def is_asked(self) -> bool:
        """Whether the recommended plan asks it: because it is better, or because every plan must (R133)."""
        return self.is_better or bool(self.found.package.gate.obligatory)


def _wins(free: PathResult, found: GatedChoice) -> bool:
    return free.exact.goal.worth(found.npv) > free.worth


def choose_gated(case: Case, results: Sequence[PathResult], seed: int, say: Say) -> GateChoice | None:
    """Return the best plan with one gate of the unit, None where the case has none that may be asked (R134).

    Packages are what the best plans and their neighbours decide before the gate. A package's verdict in each future
    is data, and so are its held and stopped branches; what is left to choose is the way on of the futures that pass.

    Parameters
    ----------
    results : the best ungated plan of each mode path, best first
    seed : of the run; the proof on fresh draws has its own stage
    """
    gates = _gates(case)
    if not gates or not results:
        return None
    search = _Search(case, results, gates)
    search.around([(result, result.choice) for result in results])
    for _ in range(STEPS):
        if not search.improves():
            break
    say(f"{search.tried} plans with a gate valued")
    if search.best is None:
        search.refuse()
        return None
    result, best = search.best
    apart = _apart(case, results[0], best, seed)
    error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else 0.0
    chosen = GateChoice(best, result, results[0], float(apart.mean()), error, len(apart), search.tried)
    chances = ", ".join(f"{name} {100 * chance:.0f} %" for name, chance in best.chances.items())
    gain = f"{chosen.gain / 1e6:+.2f} ± {SIGNIFICANT * error / 1e6:.2f} M CNY on {len(apart)} futures"
    say(f"{best.package.gate.title} ({best.package.gate.answers[best.answer].title}): {chances}; {gain}")
    return chosen


def _gates(case: Case) -> list[str]:
    """Return the gates of the unit that a plan may ask: the obligatory one alone where there is one (R133)."""
    unit = [name for name, gate in case.gates.items() if not gate.line]
    must = [name for name in unit if case.gates[name].obligatory]
    if len(must) > 1:
        what = "the choice asks one gate of the unit; plans with several are priced by hand"
        raise InputError(Finding("E-RULE", "gates", what, ", ".join(must), "one obligatory gate"))
    return must or unit


class _Search:
    """Packages around good plans, each valued with the way on that its plan has; the best get a way on of their own.

    best : the best gated plan that the branches' budgets allow; tried : plans valued
    """

    def __init__(self, case: Case, results: Sequence[PathResult], gates: Sequence[str]) -> None:
        self.case, self.results, self.gates = case, results, gates
        self.best: Pilot | None = None
        self.tried = 0
        self.refused: dict[str, BranchCost] = {}
        self.seen: dict[str, set[Choice]] = {name: set() for name in gates}

    def around(self, plans: Sequence[tuple[PathResult, Choice]]) -> bool:
        """Value packages that some plans and the neighbours of the first begin with; return whether one is better."""
        result, first = plans[0]
        near = [(result, choice) for choice in nearby(result.tables, result.exact, first)]
        pilots = [pilot for name in self.gates for pilot in self._pilots([*plans, *near], name)]
        self.tried += len(pilots)
        pilots.sort(key=lambda pilot: -_worth(pilot))
        before = self.best
        for result, plan in pilots[:SOLVED]:
            self._keep((result, _way_on(result.tables, result.exact, plan)))
        for pilot in pilots[:SOLVED]:
            self._keep(pilot)
        return self.best is not before

    def improves(self) -> bool:
        """Look around the best gated plan; return whether a better one was found."""
        if self.best is None:
            return False
        result, plan = self.best
        _add_neighbours(result.tables, plan.choice)
        return self.around([(result, plan.choice)])

    def _pilots(self, plans: Sequence[tuple[PathResult, Choice]], name: str) -> Iterator[Pilot]:
        """Yield plans under every answer of a gate, one for each package not met before.

        An answer that no pricing draw fails changes nothing, so that only an obligatory gate is worth asking then.
        """
        gate, fresh = self.case.gates[name], 0
        for result, choice in plans:
            start = prefix(self.case, choice, gate.month)
            if start in self.seen[name] or fresh >= PACKAGES:
                continue
            fresh += 1
            self.seen[name].add(start)
            package = Package(result.tables, choice, name)
            made = [gated(result.tables, result.exact, choice, package, answer) for answer in gate.answers]
            yield from ((result, plan) for plan in made if gate.obligatory or (plan.said != EXPAND).any())

    def _keep(self, pilot: Pilot) -> None:
        """Keep a plan that is better than the best one and whose branches have their budgets."""
        if self.best is not None and _worth(pilot) <= _worth(self.best) + LEAST_GAIN:
            return
        over = _overruns(self.case, pilot[1])
        self.refused |= {cost.name: cost for cost in over}
        if not over:
            self.best = pilot

    def refuse(self) -> None:
        """Raise where an obligatory gate leads to branches without budget, and say which (R133)."""
        if not any(self.case.gates[name].obligatory for name in self.gates):
            return
        what = "the branch has no budget (R133)"
        found = [
            Finding("E-INFEASIBLE", c.name, what, f"{c.found:,.0f} CNY", f"{c.most:,.0f} CNY")
            for c in self.refused.values()
        ]
        where = ", ".join(self.gates)
        raise InfeasibleError([Finding("E-INFEASIBLE", where, "no plan can afford what the gate asks"), *found])


def _worth(pilot: Pilot) -> float:
    result, plan = pilot
    return result.exact.goal.worth(plan.npv)


def _way_on(tables: Tables, exact: Exact, plan: GatedChoice) -> GatedChoice:
    """Return the plan with the best way on for the futures that pass, neighbours priced until nothing changes."""
    passing = np.flatnonzero(plan.said == EXPAND)
    best = plan
    if len(passing) < FEWEST:
        return best
    month, mean = plan.package.gate.month, exact.aiming(MEAN)
    rows = _as_begun(exact, plan, month)
    for number in range(ROUNDS):
        some = _begun_so(tables, plan.package.start, month, passing)
        try:
            found = resolve(some, mean, best.choice, Change(rows=rows), seconds=SECONDS)
        except InfeasibleError:
            return best
        other = gated(tables, exact, found.choice, plan.package, plan.answer)
        better = exact.goal.worth(other.npv) > exact.goal.worth(best.npv)
        best = other if better else best
        if (number and not better) or not _add_neighbours(tables, best.choice):
            break
    return best


def _add_neighbours(tables: Tables, choice: Choice) -> int:
    return sum(tables.add(line, around(tables.case, tables, line, option)) for line, option in choice.lines)


def _as_begun(exact: Exact, plan: GatedChoice, month: int) -> tuple[Limit, ...]:
    """Return the bounds of the shared roles with the heads up to the gate as the package has them."""
    case, last = exact.case, phase_at(exact.case, month)
    heads = {f"{role} in {case.phases[p].id}": path[p] for role, path in plan.choice.seats for p in range(last + 1)}
    rows = (row for row in exact.rows if row.rule == "R30" and row.name in heads)
    return tuple(
        Limit(row.name, row.rule, row.unit, row.measure, float(heads[row.name]), float(heads[row.name])) for row in rows
    )


def _begun_so(tables: Tables, start: Choice, month: int, scenarios: Ints) -> Tables:
    """Return the tables of some scenarios with only the paths that begin as a package says (R134)."""
    begins = dict(start.lines)
    kept = {
        line: [option for option in known if held_path(tables.case, option, month) == begins[line]]
        for line, known in tables.options.items()
    }
    return tables.some(kept, scenarios)


def _overruns(case: Case, plan: GatedChoice) -> list[BranchCost]:
    return [cost for cost in branch_costs(case, plan.plan(case, "gated", "")) if cost.found > cost.most + FEN]


def _apart(case: Case, free: PathResult, best: GatedChoice, seed: int) -> Floats:
    """Return gated minus ungated value of the same futures, CNY: fresh ones where the gate won on the pricing draws."""
    if not _wins(free, best):
        return best.npv - free.npv_by_scenario
    fresh = 1 if case.uncertainty.mode == "none" else FRESH
    plans = [best.plan(case, "gated", ""), free.choice.plan(case, "free", "")]
    left, right = simulate([case, case], plans, seed, STAGE, fresh)
    return left.npv - right.npv
