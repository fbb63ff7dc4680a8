"""Cross-check: the plan's promise from the tables and the simulator's verdict are the same money, term by term."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from model import economics, incentives
from model.draws import stream
from model.errors import Finding, ProofError
from model.inputs import Case
from model.ledger import Floats, fold
from model.load import case_to_dict
from model.plans import Plan
from model.replay import MODULES, NPV, REQUEST, YEARS, replay
from model.schema import ROW, ROW_NAMES
from solvers.exact import Choice, Exact, Tables
from solvers.highs import Solver
from solvers.options import Heads
from solvers.program import MONEY, Program
from solvers.tables import PIECE_ROWS, Pieces

MOST_CNY = 0.001
"""A tenth of a fen: the largest difference allowed in any scenario, year and term."""
YEAR_QUARTERS = 4
SECONDS = 60.0


@dataclass(frozen=True)
class Certificate:
    """What the cross-check found; differences in CNY over all plans, scenarios, years and terms."""

    max_abs_cny: float
    npv_max_abs_cny: float
    plans: int
    scenarios: int
    worst: str
    by_term: dict[str, float]
    program_gap: float

    @property
    def holds(self) -> bool:
        """True when no difference exceeds a tenth of a fen and the program agrees with the tables."""
        return max(self.max_abs_cny, self.npv_max_abs_cny) <= MOST_CNY and self.program_gap <= 1e-6


def promised_years(tables: Tables, exact: Exact, choice: Choice) -> Floats:
    """Return side A: the sum of the tables' terms, hinges and steps recomputed, (row, year, scenario) CNY.

    Parameters
    ----------
    choice : a whole plan of priced pieces
    """
    case = tables.case
    total = tables.total(choice, skip=())
    out = np.zeros((len(ROW_NAMES), case.years, total.linear.shape[0]))
    for index, row in enumerate(PIECE_ROWS):
        out[ROW[row]] = total.terms[index]
    tools = fold(economics.tools(case, case.clock.months + 1), 12, 0)
    out[ROW["tools"]] = tools[:, None]
    out[ROW["after_sales_share"]] = incentives.after_sales_share(case, total.revenue)
    out[ROW["agency"]] = _agency_years(case, total, exact)
    out[ROW["overage_pool"]] = incentives.overage_pool(case, total.revenue)
    bonus = incentives.annual_bonus(case, total.revenue, total.base_pay)
    out[ROW["annual_bonus"]], out[ROW["bonus_on_cost"]] = bonus, bonus * incentives.bonus_on_cost_rate(case)
    return out


def _agency_years(case: Case, total: Pieces, exact: Exact) -> Floats:
    bought = economics.agency(case, total.hours + exact.fixed[:, :, None], np.zeros(total.hours.shape))
    return fold(np.add.reduce(bought, axis=0), YEAR_QUARTERS, 0)


def random_choices(tables: Tables, modes: Sequence[str], count: int, seed: int) -> list[Choice]:
    """Return random plans of priced pieces: any path of each line, any heads inside each role's bounds (R30)."""
    generator = stream(seed, "certificate", "plans", 0)
    case = tables.case
    found = []
    for _ in range(count):
        seats = tuple((role, _random_heads(case, role, generator)) for role in tables.seats)
        lines = []
        for line, known in tables.options.items():
            options = list(known)
            lines.append((line, options[int(generator.integers(len(options)))]))
        found.append(Choice(tuple(modes), seats, tuple(lines)))
    return found


def _random_heads(case: Case, role: str, generator: np.random.Generator) -> Heads:
    limits, heads, least = case.roles[role], [], 0
    for low, high in zip(limits.heads_least, limits.heads_most, strict=True):
        least = int(generator.integers(max(least, int(low)), max(least, int(high)) + 1))
        heads.append(least)
    return tuple(heads)


def simulated_years(case: Case, plans: Sequence[Plan], seed: int, scenarios: int) -> tuple[Floats, Floats]:
    """Return side B from a fresh process that never imports the optimizer: years (plan, row, year, scenario), npv."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        request = {
            "case": case_to_dict(case),
            "plans": [plan.model_dump(mode="json") for plan in plans],
            "seed": seed,
            "scenarios": scenarios,
        }
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", replay.__module__, name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ProofError(
                Finding("E-REPLAY", "certificate", "the second process failed", done.stderr.strip()[-400:])
            )
        if "solvers" in json.loads((folder / MODULES).read_text(encoding="utf-8")):
            raise ProofError(Finding("E-REPLAY", "certificate", "the second process imported the optimizer"))
        return np.load(folder / YEARS), np.load(folder / NPV)


def compare(names: Sequence[str], promised: Floats, simulated: Floats) -> tuple[float, str, dict[str, float]]:
    """Return the largest difference, where it stands, and the largest by term.

    Parameters
    ----------
    promised, simulated : (plan, row, year, scenario) CNY
    """
    gap = np.abs(promised - simulated)
    if not np.isfinite(gap).all():
        raise ProofError(Finding("E-NOT-FINITE", "certificate", "a term is not a finite number"))
    plan, row, year, scenario = (int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
    where = f"{ROW_NAMES[row]} of {names[plan]}, year {year + 1}, scenario {scenario}"
    return float(gap.max()), where, {name: float(gap[:, index].max()) for index, name in enumerate(ROW_NAMES)}


def program_gap(tables: Tables, exact: Exact, choice: Choice) -> float:
    """Return |objective of the Pyomo program at a plan − mean of the tables| as share of turnover, hinges cut exactly.

    The program is built afresh, its binaries are held at the plan, and its rows must allow it.
    """
    total = tables.total(choice)
    program = Program(tables.case, choice.modes, tables, exact, exact.coefficient(total), [])
    point = program.column_values(choice)
    for var, value in zip(program.binaries, point, strict=True):
        var.fix(value)
    solver = Solver(SECONDS)
    solved = solver.solve(program.m, 0.0)
    while program.add_cuts(program.values(), 1e-9):
        solved = solver.solve(program.m, 0.0)
    turnover = max(float(total.revenue.mean(axis=1).sum()), 1e6)
    return abs(solved.objective - program.value_of(choice)) * MONEY / turnover


def certify(tables: Tables, exact: Exact, choice: Choice, seed: int, others: int) -> Certificate:
    """Return the certificate of a chosen plan and of random plans on the same tables.

    Parameters
    ----------
    others : number of random plans besides the chosen one
    """
    choices = [choice, *random_choices(tables, choice.modes, others, seed)]
    names = ["the chosen plan", *(f"random plan {number + 1}" for number in range(others))]
    plans = [
        item.plan(tables.case, f"plan_{index}", name)
        for index, (item, name) in enumerate(zip(choices, names, strict=True))
    ]
    promised = np.stack([promised_years(tables, exact, item) for item in choices])
    promised_npv = np.stack([exact.npv(tables.total(item)) for item in choices])
    scenarios = tables.pricer.block.scenarios
    simulated, npv = simulated_years(tables.case, plans, seed, scenarios)
    # A plan without seats and lines costs nothing in the simulator; the tables always carry the unit's fixed rows.
    idle = np.array([plan.is_idle for plan in plans])
    promised[idle], promised_npv[idle] = 0.0, 0.0
    worst, where, by_term = compare(names, promised, simulated)
    return Certificate(
        worst,
        float(np.abs(promised_npv - npv).max()),
        len(plans),
        scenarios,
        where,
        by_term,
        program_gap(tables, exact, choice),
    )
