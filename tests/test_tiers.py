"""Pay ladders inside a mixed-integer program (multiple choice) against options that the simulator priced."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from model.simulate import TABLE, Block, plan_months
from solvers.cutting import solve_with_cuts
from solvers.exact import Choice, Exact, Tables
from solvers.highs import OPTIMAL
from solvers.options import closed, start_options
from solvers.pricing import Pricer
from solvers.program import Program

MODES = ("department", "unit")
SCENARIOS = 3
CNY = 1e4
PATHS = [(1, 1), (1, 2), (2, 2)]
"""Heads of partner management by phase that the case allows."""
NEVER = 99.0


def ladder_case(tiny, changed, reading, number):
    """The tiny case with a drawn ladder for each contract and nothing that pays by revenue but the ladder."""
    rng = np.random.default_rng([number, reading == "retroactive"])
    values = {"readings.tier_reading": reading, "readings.tier_reset": "contract_year", "trial": None}
    values |= {
        "readings.part_periods": "pro_rated",
        "readings.later_year_thresholds": "same",
        "clock.discount": 0.0,
        "costs.recharges": (),
    }
    values |= dict.fromkeys(
        ("shocks", "contract_life", "crisis", "scorecard")
    )  # a contract ended early settles its year
    values |= {"incentives.pool_rate": 0.0, "incentives.bonus_rate": 0.0, "incentives.after_sales_share": 0.0}
    values |= {
        "shared_work.bd.agency_factor": 0.0,
        "shared_work.bd.may_be_empty": True,
        "choice.budget_rows": ("tools",),
    }
    values |= {f"phases.{name}.budget": float(rng.uniform(1.9e6, 4.2e6)) for name in ("mvp", "scale")}
    case = changed(tiny, values)
    for line, name in (("used_car", "used_car_deal"), ("charging", "charging_first")):
        reach = sorted(float(v.sum(axis=0).max()) for v in volumes(case, line, number).values())[-1]
        edges = np.sort(rng.uniform(0.1, 0.9, int(rng.integers(1, 4)))) * reach
        rates = np.sort(rng.uniform(20, 600, len(edges) + 1))
        base = float(rng.uniform(rates[0], rates[1]))
        terms = {"edges": tuple(map(float, edges)), "rates": tuple(map(float, rates)), "base_rate": base}
        terms |= {"exit_fee": 0.0, "grace": NEVER, "complaint_deduction": 0.0, "nps_deduction": 0.0, "base_target": 0.0}
        case = changed(case, {f"contracts.{name}": case.contracts[name].model_copy(update=terms)})
    return case


def options(case, line):
    """The closed path and some open ones, with both sign-up months among them."""
    every = start_options(case, line, 2)
    return [closed(case), *[option for option in every if not option.is_closed][::2]]


def alone(case, line, option):
    """A plan of this path and nobody else."""
    lines = tuple((name, option if name == line else closed(case)) for name in case.lines)
    return Choice(MODES, (("vp", (1, 1)), ("bd", (1, 1))), lines).plan(case, "alone", "")


def volumes(case, line, seed):
    """Units by month and future of each path, (month, scenario), from the simulator; pay does not move them."""
    block = Block(case, seed, TABLE, 0, SCENARIOS)
    signed = options(case, line)[1:]
    return {option: plan_months(case, alone(case, line, option), block).volume[line] for option in signed}


def contract_years(option, months):
    """Months of each contract year of the path's partner, and which part of a year lies inside the horizon (R17)."""
    ((_, start, _),) = option.partners
    return [
        (range(first, min(first + 12, months + 1)), min(12, months + 1 - first) / 12)
        for first in range(start, months + 1, 12)
    ]


def segments(contract, reading):
    """Each step of the ladder as (from, to, paid at its foot, rate): R17 told for multiple choice."""
    edges = [0.0, *(float(edge) for edge in contract.edges)]
    rates = [float(rate) for rate in contract.rates]
    if reading == "retroactive":
        feet = [rate * edge for rate, edge in zip(rates, edges, strict=True)]
    else:
        rates[0], feet = float(contract.base_rate), [0.0]
        for rate, low, high in zip(rates, edges, edges[1:], strict=False):
            feet.append(feet[-1] + rate * (high - low))
    return list(zip(edges, [*edges[1:], np.inf], feet, rates, strict=True))


class LadderProgram:
    """Most Σ worth · x + ladders of Σ volume · x: columns as they are asked for, then one call of HiGHS by SciPy."""

    def __init__(self):
        self.cost, self.whole, self.rows = [], [], []

    def column(self, cost, whole):
        self.cost.append(cost)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, entries, low, high):
        self.rows.append((entries, low, high))

    def ladder(self, entries, steps, part, share):
        """Add the pay of one contract year in one future, on the volume Σ entries, its edges cut to a part of a year.

        Multiple choice: just one step is taken, and the volume lies in it.
        """
        taken, inside = [], []
        for low, high, foot, rate in steps:
            z, u = self.column(-foot * part * share, True), self.column(-rate * share, False)
            self.cost[z] += rate * low * part * share
            self.row([(u, 1.0), (z, -low * part)], 0.0, np.inf)
            self.row([(u, 1.0), (z, -(min(high, 1e6)) * part)], -np.inf, 0.0)
            taken.append((z, 1.0))
            inside.append((u, 1.0))
        self.row(taken, 1.0, 1.0)
        self.row([*inside, *((column, -units) for column, units in entries)], 0.0, 0.0)

    def best(self):
        matrix = np.zeros((len(self.rows), len(self.cost)))
        for index, (entries, _, _) in enumerate(self.rows):
            for column, value in entries:
                matrix[index, column] += value
        top = np.where(self.whole, 1.0, np.inf)
        low, high = ([row[place] for row in self.rows] for place in (1, 2))
        found = milp(
            np.array(self.cost),
            integrality=np.array(self.whole, int),
            bounds=Bounds(0, top),
            constraints=LinearConstraint(matrix, low, high),
            options={"mip_rel_gap": 0.0},
        )
        assert found.success, found.message
        return -found.fun


def with_ladders_inside(case, reading, seed):
    """The best money with the ladders inside the program: pieces priced at no rate, volumes from the simulator."""
    free = {
        name: c.model_copy(update={"edges": (), "rates": (0.0,), "base_rate": 0.0})
        for name, c in case.contracts.items()
    }
    bare = case.model_copy(update={"contracts": free})
    tables = tables_of(bare, seed)
    out, pieces = LadderProgram(), []
    known = {line: volumes(case, line, seed) for line in case.lines}
    for line in case.lines:
        paths = [(out.column(-tables.line(line, o).linear.mean() / CNY, True), o) for o in options(case, line)]
        out.row([(column, 1.0) for column, _ in paths], 1, 1)
        pieces += [(column, tables.line(line, option)) for column, option in paths]
        contract = next(case.contracts[p.contract] for p in case.partners if p.line == line)
        for start in case.choice.start_months:
            signed = [(column, o) for column, o in paths if o.partners and o.partners[0][1] == start]
            for months, part in contract_years(signed[0][1], case.clock.months):
                for s in range(SCENARIOS):
                    units = [(c, known[line][o][months[0] - 1 : months[-1], s].sum()) for c, o in signed]
                    scale = max(1.0, max(v for _, v in units))
                    steps = [
                        (low / scale, high / scale, foot, rate * scale)
                        for low, high, foot, rate in segments(contract, reading)
                    ]
                    out.ladder([(c, v / scale) for c, v in units], steps, part, 1 / SCENARIOS / CNY)
    for role, paths in (("vp", [(1, 1)]), ("bd", PATHS)):
        some = [(out.column(-tables.role(role, heads).linear.mean() / CNY, True), heads) for heads in paths]
        out.row([(column, 1.0) for column, _ in some], 1, 1)
        pieces += [(column, tables.role(role, heads)) for column, heads in some]
    for p, (phase, (first, end)) in enumerate(zip(case.phases, case.phase_bounds(), strict=True)):
        tools = sum(tool_cost(case, month) for month in range(first, end))
        out.row([(c, t.heads[p]) for c, t in pieces], float(phase.heads_least), float(phase.heads_most))
        out.row([(c, t.heads[p] - 8 * t.managers[p]) for c, t in pieces], -np.inf, 0)
        out.row([(c, t.cost[p] / CNY) for c, t in pieces], -np.inf, (float(phase.budget) - tools) / CNY)
    return out.best() - sum(tool_cost(case, month) for month in range(1, case.clock.months + 1)) / CNY


def tool_cost(case, month):
    return float([step.cost for step in case.costs.tools if step.first_month <= month][-1])


def tables_of(case, seed):
    tables = Tables(case, Pricer(case, MODES, seed, SCENARIOS))
    for line in case.lines:
        tables.add(line, options(case, line))
    return tables


@pytest.mark.parametrize("reading", ["marginal", "retroactive"])
@pytest.mark.parametrize("number", range(12))
def test_ladders_inside_the_program_find_the_same_optimum(tiny, changed, reading, number):
    case = ladder_case(tiny, changed, reading, number)
    tables = tables_of(case, number)
    program = Program(case, MODES, tables, Exact(case, MODES), np.zeros(case.years), [])
    assert solve_with_cuts(program, 0.0, 20.0, None).status == OPTIMAL
    inside = with_ladders_inside(case, reading, number)
    assert program.value_of(program.choice()) == pytest.approx(inside, rel=1e-9, abs=1e-6)
