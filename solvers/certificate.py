"""Cross-check: the plan's promise from the tables and the simulator's verdict are the same money, term by term."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import numpy as np

from model import economics, incentives, on_cost
from model.draws import stream
from model.errors import Finding, ProofError
from model.inputs import Case
from model.ledger import Floats, fold
from model.load import case_to_dict
from model.plans import Plan
from model.replay import MODULES, NPV, REQUEST, YEARS, replay
from model.schema import LINE_ROWS, ROW, ROW_NAMES, STANDING_ROWS
from model.summary import TAIL
from model.tails import worst_mean
from solvers.exact import Choice, Exact, Tables, is_idle
from solvers.highs import Solver
from solvers.options import Heads
from solvers.program import MONEY, Program
from solvers.tables import PIECE_ROWS, Pieces

MOST_CNY = 0.001
"""A tenth of a fen: the largest difference allowed in any scenario, year and term."""
MOST_PROGRAM = 1e-6
"""The largest difference allowed between the program's objective and the tables, as share of turnover."""
MOST_BYTES = 100e6
"""Memory for one side of the comparison; more plans are compared in turn."""
YEAR_QUARTERS = 4
Named: TypeAlias = tuple[Choice, str]
"""A plan and what the report calls it."""
SECONDS = 60.0


@dataclass(frozen=True)
class Certificate:
    """What the cross-check found; differences in CNY over all plans, scenarios, years and terms.

    max_abs_cny : the difference at `worst`; by_term : the largest by ledger row, in any plan, year and scenario
    tail_max_abs_cny : the largest of the average of the worst share of a plan (R140)
    program_gap : |objective of the program at the chosen plan − its worth on the tables|, share of turnover
    """

    max_abs_cny: float
    npv_max_abs_cny: float
    tail_max_abs_cny: float
    plans: int
    scenarios: int
    worst: str
    by_term: dict[str, float]
    program_gap: float

    @property
    def holds(self) -> bool:
        """True when no difference exceeds a tenth of a fen and the program agrees with the tables."""
        agrees = max(self.max_abs_cny, self.npv_max_abs_cny, self.tail_max_abs_cny) <= MOST_CNY
        return agrees and self.program_gap <= MOST_PROGRAM


@dataclass(frozen=True)
class Side:
    """What one side says about P plans: years (plan, row, year, scenario) and npv (plan, scenario), CNY."""

    years: Floats
    npv: Floats


@dataclass(frozen=True)
class Gap:
    """The largest difference between two sides, in CNY, where it stands, and the largest by term and of the NPV.

    tail : the largest of a plan's average of the worst share
    """

    cny: float
    where: str
    by_term: dict[str, float]
    npv: float
    tail: float


def promised_years(tables: Tables, exact: Exact, choice: Choice) -> Floats:
    """Return side A of one plan, (row, year, scenario) CNY; see `promises`."""
    out: Floats = promises(tables, exact, [choice])[0]
    return out


def promises(tables: Tables, exact: Exact, choices: Sequence[Choice]) -> Floats:
    """Return side A: the terms of P plans' pieces, hinges and steps recomputed, (plan, row, year, scenario) CNY.

    The tables keep the mean of each term only. The plans' pieces are priced anew by scenario and moved to that mean,
    so that a false cell of a table shows in its term. A plan that does nothing costs nothing, though the rows of the
    unit itself stand in no table.

    Parameters
    ----------
    choices : whole plans of priced pieces
    """
    out = np.zeros((len(choices), len(ROW_NAMES), tables.case.years, tables.pricer.block.scenarios))
    places = [ROW[row] for row in PIECE_ROWS]
    moved = [tables.moved(choice) for choice in choices]
    for index, choice in enumerate(choices):
        for role, heads in choice.seats:
            careers = moved[index].get((role, ""))
            years = tables.pricer.seat_years(role, heads) if careers is None else tables.pricer.career_years(careers)
            out[index, places[len(LINE_ROWS) :]] += years
        for (_, line), careers in moved[index].items():
            if line:
                out[index, places] += tables.pricer.years_of(line, dict(choice.lines)[line], careers)
    for line in tables.options:
        chosen = {i: dict(choice.lines)[line] for i, choice in enumerate(choices) if ("", line) not in moved[i]}
        for option, years in tables.pricer.line_years(line, list(dict.fromkeys(chosen.values()))):
            for index in (place for place, mine in chosen.items() if mine == option):
                out[index, places] += years
    for plan, choice in zip(out, choices, strict=True):
        add_unit(tables.case, exact, tables.total(choice), plan)
    return out


def add_unit(case: Case, exact: Exact, total: Pieces, out: Floats) -> None:
    """Move a plan's terms to the mean of its pieces and add the unit's own rows.

    Parameters
    ----------
    total : the plan as the sum of its pieces
    out : (row, year, scenario) CNY, changed in place
    """
    if is_idle(total):
        out[:] = 0.0
        return
    for row, mean in zip(PIECE_ROWS, total.terms, strict=True):
        out[ROW[row]] += (mean - out[ROW[row]].mean(axis=1))[:, None]
    for name, cost in zip(STANDING_ROWS, exact.standing_rows, strict=True):
        out[ROW[name]] = fold(cost, 12, 0)[:, None]
    out[ROW["after_sales_share"]] = incentives.after_sales_share(case, out, ROW_NAMES)
    out[ROW["agency"]] = _agency_years(case, total, exact)
    out[ROW["overage_pool"]] = incentives.overage_pool(case, total.revenue)
    bonus = incentives.annual_bonus(case, total.revenue, total.base_pay)
    out[ROW["annual_bonus"]], out[ROW["bonus_on_cost"]] = bonus, bonus * on_cost.bonus_rate(case)


def _agency_years(case: Case, total: Pieces, exact: Exact) -> Floats:
    bought = economics.agency(case, total.hours + exact.fixed_hours, np.zeros(total.hours.shape))
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
        least = max(least, ceil(low))
        least = int(generator.integers(least, max(least, floor(high)) + 1))
        heads.append(least)
    return tuple(heads)


def simulated_years(case: Case, plans: Sequence[Plan], seed: int, scenarios: int) -> Side:
    """Return side B from a fresh process that never imports the optimizer.

    Parameters
    ----------
    seed, scenarios : as the tables were priced
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        request = {
            "case": case_to_dict(case),
            "plans": [plan.model_dump(mode="json") for plan in plans],
            "seed": seed,
            "scenarios": scenarios,
        }
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        _run_replay(folder)
        return Side(np.load(folder / YEARS), np.load(folder / NPV))


def _run_replay(folder: Path) -> None:
    # From the folder our own rooms stand in: a room of the same name where the user works must not answer.
    home = Path(economics.__file__).resolve().parents[1]
    command = [sys.executable, "-m", replay.__module__, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)
    if done.returncode:
        raise ProofError(Finding("E-REPLAY", "certificate", "the second process failed", done.stderr.strip()[-400:]))
    if "solvers" in json.loads((folder / MODULES).read_text(encoding="utf-8")):
        raise ProofError(Finding("E-REPLAY", "certificate", "the second process imported the optimizer"))


def compare(names: Sequence[str], promised: Side, simulated: Side, share: float = TAIL) -> Gap:
    """Return the largest difference: a term's, or the NPV's where all terms agree.

    Parameters
    ----------
    names : P plans as the report calls them
    share : of the worst scenarios whose average is compared too (R140)
    """
    gap = np.abs(promised.years - simulated.years)
    plan, row, year, scenario = _worst(gap, lambda at: f"{ROW_NAMES[at[1]]} of {names[at[0]]}, year {at[2] + 1}")
    where = f"{ROW_NAMES[row]} of {names[plan]}, year {year + 1}, scenario {scenario}"
    by_term = {name: float(gap[:, index].max()) for index, name in enumerate(ROW_NAMES)}
    npv_gap = np.abs(promised.npv - simulated.npv)
    plan, scenario = _worst(npv_gap, lambda at: f"net present value of {names[at[0]]}")
    npv = float(npv_gap.max())
    tail = max(
        abs(worst_mean(a, share) - worst_mean(b, share)) for a, b in zip(promised.npv, simulated.npv, strict=True)
    )
    if gap.max() <= MOST_CNY < npv:
        return Gap(npv, f"net present value of {names[plan]}, scenario {scenario}", by_term, npv, tail)
    return Gap(float(gap.max()), where, by_term, npv, tail)


def _worst(gap: Floats, say: Callable[[tuple[int, ...]], str]) -> tuple[int, ...]:
    """Return the place of the largest difference; raise and say where when one is not a number."""
    wrong = np.argwhere(~np.isfinite(gap))
    if len(wrong):
        at = tuple(int(i) for i in wrong[0])
        where = f"{say(at)}, scenario {at[-1]}"
        raise ProofError(Finding("E-NOT-FINITE", "certificate", "a term is not a finite number", where))
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))


def program_gap(tables: Tables, exact: Exact, choice: Choice) -> float:
    """Return |objective of the program at a plan − its worth on the tables| as share of turnover, cut exactly.

    The program is built afresh with the bonus priced at this plan, so that the linear bonus is the exact one; its
    binaries are held at the plan, its rows must allow it, and it must read the same plan back. Doing nothing is
    valued beside the program.
    """
    total = tables.total(choice)
    if is_idle(total):
        return 0.0
    for row, value in exact.broken(total):
        found, allowed = f"{value:.2f} {row.unit}", f"{row.low:.2f}…{row.high:.2f}"
        raise ProofError(Finding("E-RULE", row.name, f"the chosen plan breaks {row.rule}", found, allowed))
    program = Program(tables.case, choice.modes, tables, exact, exact.coefficient(total), [])
    for var, value in zip(program.binaries, program.column_values(choice), strict=True):
        var.fix(value)
    program.add_cuts(program.column_values(choice), 0.0)  # one point is held, where one cut of each family is the hinge
    solved = Solver(SECONDS).solve(program.m, 0.0)
    if program.choice().plan(tables.case, "", "") != choice.plan(tables.case, "", ""):
        raise ProofError(Finding("E-OTHER-PLAN", "certificate", "the program reads its solution as another plan"))
    turnover = max(float(total.revenue.mean(axis=1).sum()), 1e6)
    return abs(solved.objective * MONEY - exact.value(total).worth) / turnover


def certify(tables: Tables, exact: Exact, choice: Choice, seed: int, others: int) -> Certificate:
    """Return the certificate of a chosen plan and of random plans on the same tables.

    Parameters
    ----------
    seed : the run's seed, with which the tables must have been priced
    others : number of random plans besides the chosen one
    """
    choices = [choice, *random_choices(tables, choice.modes, others, seed)]
    named = list(zip(choices, ["the chosen plan", *(f"random plan {n + 1}" for n in range(others))], strict=True))
    gaps = [_gap(tables, exact, part, seed) for part in _parts(named, tables)]
    worst = max(gaps, key=lambda gap: gap.cny)
    return Certificate(
        max_abs_cny=worst.cny,
        npv_max_abs_cny=max(gap.npv for gap in gaps),
        tail_max_abs_cny=max(gap.tail for gap in gaps),
        plans=len(choices),
        scenarios=tables.pricer.block.scenarios,
        worst=worst.where,
        by_term={name: max(gap.by_term[name] for gap in gaps) for name in ROW_NAMES},
        program_gap=program_gap(tables, exact, choice.without_moves()),
    )


def _parts(named: list[Named], tables: Tables) -> Iterator[list[Named]]:
    """Yield as many plans as one side may hold in memory."""
    bytes_each = 8 * len(ROW_NAMES) * tables.case.years * tables.pricer.block.scenarios
    size = max(1, int(MOST_BYTES // bytes_each))
    for start in range(0, len(named), size):
        yield named[start : start + size]


def _gap(tables: Tables, exact: Exact, named: list[Named], seed: int) -> Gap:
    case = tables.case
    years = promises(tables, exact, [choice for choice, _ in named])
    promised = Side(years, np.stack([exact.npv(tables.total(choice)) for choice, _ in named]))
    plans = [choice.plan(case, f"plan_{index}", name) for index, (choice, name) in enumerate(named)]
    simulated = simulated_years(case, plans, seed, tables.pricer.block.scenarios)
    return compare([name for _, name in named], promised, simulated, exact.goal.tail)
