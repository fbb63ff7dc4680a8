"""Each constraint family of the choice on a tiny case, as a text that can be derived by hand, and none without one.

The rows stand in tests/data/golden_rows.txt: the family with its rules, then each row as `name: low <= terms <= high`,
coefficients to six digits, money in 10,000 CNY. Two heads of a partner manager in two phases of 6 and 12 months, one
VP, two lines with one open path each. How the figures come about is told by the tests below the comparison.
"""

import inspect
import re
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn

from model.errors import InfeasibleError
from model.gate_inputs import Gate
from model.people_inputs import Skill
from solvers import constraints, cuts, goal_cuts
from solvers.exact import Choice, Exact, Tables
from solvers.goals import Goal
from solvers.limits import Limit
from solvers.options import LineOption, closed
from solvers.pricing import Pricer
from solvers.program import Program

FILE = Path(__file__).parent / "data" / "golden_rows.txt"
MODES = ("department", "unit")
CAR = LineOption((("operations", (1, 2)),), "normal", (("used_car_1", 1, "used_car_deal"),))
CHARGE = LineOption((("operations", (0, 1)),), "normal", (("charging_1", 4, "charging_first"),))
PLAN = Choice(MODES, (("vp", (1, 1)), ("bd", (1, 1))), (("used_car", CAR), ("charging", CHARGE)))
BEHIND = Goal(caution=0.5, tail=0.5, floor=1e9, benchmark=(1e9,))
"""A goal that every plan misses, so that each of its families cuts."""


def text(row):
    """A row as one line: low <= terms <= high, the columns alone on the inside."""
    body = generate_standard_repn(row.body)
    terms = " ".join(f"{c:+.6g} {v.name}" for c, v in zip(body.linear_coefs, body.linear_vars, strict=True))
    low = "" if row.lower is None else f"{pyo.value(row.lower) - body.constant:.6g} <= "
    high = "" if row.upper is None else f" <= {pyo.value(row.upper) - body.constant:.6g}"
    return f"{low}{terms}{high}"


def has_columns(row):
    return bool(generate_standard_repn(row.body).linear_vars)


def rules_of(family):
    """The rule numbers that a family's own function or class gives in its docstring."""
    return re.findall(r"R\d+(?:[–-]R\d+)?", inspect.getdoc(family) or "")


@pytest.fixture(scope="module")
def full(shipped, tiny, changed):
    """The tiny case without chance and with every limit that a case can have."""
    told = {"unit": "share", "source": "for tests"}
    shares = {name: {"value": at, **told} for name, at in (("required", 1.0), ("hired", 0.6), ("trained", 0.2))}
    sql = Skill(role="bd", skill="sql", course={"value": 0, "unit": "CNY", "source": "for tests"}, **shares)
    own = shipped("ecosystem")
    most = {"months_most": 12.0, "investment_least": 0.0, "investment_most": 1e7}
    values = {"uncertainty.mode": "none", "incentives.targets": (1e6, 16e6), "staffing.skills": (sql,)}
    values |= {"roles.bd.fill_median": 11.5, "roles.bd.heads_least": (0.0, 2.0)}
    values |= {"choice.required_partners": ("charging_1",), "choice.closed_lines": ("used_car",)}
    values |= {"sign_ups": own.sign_ups.model_copy(update={"role": "bd", "per_head": 0.5})}
    values |= {"approval": own.approval.model_copy(update={"integration_most": 4e5})}
    values |= {"mode_limits": {"department": own.mode_limits["department"].model_copy(update=most)}}
    return changed(tiny, values | {"gates": {"first": gate()}})


def gate():
    """A gate that must be asked: whoever is held keeps a budget of 1 M CNY in the second phase."""
    money, users = ({"value": at, "unit": unit, "source": "for tests"} for at, unit in ((1e6, "CNY"), (1e3, "units")))
    answers = {"hold": {"title": "", "expand": 1, "hold": 0}}
    told = {"title": "", "month": 6, "least": {"users": users}, "answers": answers, "obligatory": True}
    return Gate.model_validate({**told, "hold_budgets": {"scale": money}})


def program_of(case, goal=None, row=None):
    """The program of the tiny case's two open paths, with what a question asks and every cut of one plan."""
    tables = Tables(case, Pricer(case, MODES, 1, 1))
    for line, path in (("used_car", CAR), ("charging", CHARGE)):
        tables.add(line, [closed(case), path])
    exact = Exact(case, MODES, goal) if goal else Exact(case, MODES)
    exact.rows = [*exact.rows, *([row] if row else [])]
    levels = np.ones((case.years, 1)) if goal else np.ones(case.years)
    program = Program(case, MODES, tables, exact, levels, [])
    program.refuse(PLAN)
    program.add_cuts(program.column_values(PLAN), 1e-9)
    return program


@pytest.fixture(scope="module")
def programs(full):
    few = Limit("heads of both phases", "R155", "heads", lambda p: p.heads.sum(axis=1), 0.0, 9.0)
    return program_of(full, row=few), program_of(full, BEHIND)


def kind_of(name):
    """A family's name without the figures of one goal in it."""
    return name.split()[0]


def texts(program):
    """Every family of a program with its rows as texts; cuts are told by the kind of their family."""
    out = {}
    for component in program.m.component_objects(pyo.Constraint):
        if component.local_name != "cuts":
            out[component.local_name] = {row.name: text(row) for row in component.values() if has_columns(row)}
    for kind in program.cuts.families:
        out[f"{kind_of(kind)} cuts"] = {}
    for cut, _, _, row in program.cuts.installed:
        rows = out[f"{kind_of(cut.kind)} cuts"]
        rows[f"{kind_of(cut.kind)} cut {len(rows) + 1}"] = text(row)
    return out


def stored():
    """The golden texts by family, and the rules said there."""
    rows, rules, family = {}, {}, ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            family, _, said = line[1:].partition("] ")
            rows[family], rules[family] = {}, said.split(", ")
        elif line and not line.startswith("#"):
            name, _, row = line.partition(": ")
            rows[family][name] = row
    return rows, rules


def untold(found, golden):
    """The families of a program that have no golden text."""
    return sorted(name for name in found if name not in golden)


def test_every_row_reads_as_its_golden_text(programs):
    golden, _ = stored()
    found = texts(programs[1]) | texts(programs[0])
    assert {name: rows for name, rows in found.items() if rows != golden.get(name)} == {}


def test_no_family_without_a_golden_text(programs):
    golden, _ = stored()
    for program in programs:
        assert untold(texts(program), golden) == []
    assert set(golden) == set(texts(programs[0])) | set(texts(programs[1]))
    assert [name for name, rows in golden.items() if not rows] == ["months_in_mode", "investment_in_mode"]


def test_a_family_without_a_golden_text_is_found(full):
    program = program_of(full)
    program.m.lunch = pyo.Constraint(expr=program.m.heads["bd", 0] <= 1)
    assert untold(texts(program), stored()[0]) == ["lunch"]


def test_each_family_says_its_rules(programs):
    """The rules in the file are those in the docstring of the function or class that makes the family."""
    _, rules = stored()
    made = {f.__name__: f for f in (*constraints.STRUCTURE, *constraints.LIMITS, constraints.bought_hours)}
    made |= {"refused": constraints.refusal, "floor": goal_cuts.floor, "agency cuts": cuts.AgencyCuts}
    made |= {"pool cuts": cuts.PoolCuts, "worst cuts": goal_cuts.WorstCuts, "behind cuts": goal_cuts.BehindCuts}
    assert rules == {name: rules_of(family) for name, family in made.items()}


HOUR = 450e3 / 12 / 130 * 2.025 / 1e4
"""One bought hour of a partner manager: yearly pay, months, hours a month, premium (R21); 10,000 CNY."""
QUARTERS = [1.1 ** (-quarter / 4) for quarter in range(1, 7)]
"""Discount at the end of each quarter, 10 % a year."""
HEAD = 6 * (50_000 + 100_000 / 12 + 0.387 * 35_283 + 250 + 200)
"""Six months of a VP: base, project bonus, on-cost on the capped base, training, care (R28)."""
FEE = 0.2 * 600_000 * (0.7 * 1.2 + 0.2 * 0.3) + 0.2 * 5_000 + 0.1 * 15_000
"""A VP is found by agency, referral or campus: 70 / 20 / 10 % (R28)."""
DERIVED = {
    "bought_hours[bd,1]": {"<=": -60 * HOUR, "bought[0,0]": -1},  # 20 fixed hours a month
    "bought_hours[bd,3]": {"path[used_car,1]": 3 * 50 * HOUR, "path[charging,1]": 3 * 30 * HOUR},  # classes A and B
    "bought_hours[bd,6]": {"<=": -60 * HOUR * 1.04, "path[used_car,1]": 150 * HOUR * 1.04},  # a raise after a year
    "heads_in_phase[scale]": {"path[used_car,1]": 2, "path[charging,1]": 1, "<=": 7},
    "span_of_control[mvp]": {"seat[vp,0,0]": 1 - 8, "seat[bd,0,0]": 1 - 8, "seat[bd,1,0]": 1, "<=": 0},  # span 7
    "budget[mvp]": {"<=": (2.6e6 - 6 * 200_000) / 1e4, "seat[vp,0,0]": (HEAD + FEE) / 1e4},
    "budget[scale]": {"<=": (3.3e6 - 6 * 60_000 - 6 * 45_000) / 1e4, "seat[vp,0,0]": -FEE / 1e4},
    "held_budget[first,scale]": {"<=": (1e6 - 6 * 60_000 - 6 * 45_000) / 1e4},
    "shared_work[bd,mvp]": {"<=": -6 * 20, "seat[bd,0,0]": -6 * 130 * 1.3 * 0.97},
    "shared_work[bd,scale]": {"path[used_car,1]": 12 * 50, "path[charging,1]": 12 * 30, "<=": -12 * 20},
    "sign_ups[bd,quarter 2]": {"path[charging,1]": 1, "seat[bd,1,0]": -0.5},  # starts in month 4
    "integration_cash[quarter 1]": {"path[used_car,1]": 35, "<=": 40},  # 350,000 CNY of at most 400,000
    "skill_cover[bd,mvp]": {"seat[bd,0,0]": 1.0 - 0.6 - 0.2},  # wanted of all, hired in 60 %, trained in 20 %
    "asked[heads of both phases]": {"path[used_car,1]": 1 + 2, "seat[vp,0,0]": 1, "<=": 9},
    "refused[1]": {"path[used_car,1]": -1, "path[used_car,0]": 1, "seat[bd,1,1]": 1},  # 6 kept: at most 5 of them
    "agency cut 1": {
        "<=": -60 * HOUR * sum(QUARTERS[:4]),
        "path[charging,1]": HOUR * (237 * QUARTERS[1] + 90 * (QUARTERS[2] + QUARTERS[3])),
    },
    "agency cut 2": {"<=": -60 * HOUR * 1.04 * QUARTERS[4], "path[used_car,1]": 150 * HOUR * 1.04 * QUARTERS[4]},
    "pool cut 1": {"<=": 0.08 * 1e6 / 1.1 / 1e4, "pool[0]": -1},  # 8 % of what lies above a target of 1 M
}


def parts_of(row):
    """Coefficients by column, and the highest value, if there is one, under "<="."""
    terms = re.findall(r"([+-][\d.e]+) (\S+)", row)
    high = re.findall(r"<= (-?[\d.e+]+)$", row)
    return {name: float(value) for value, name in [*terms, *((value, "<=") for value in high)]}


@pytest.mark.parametrize("name", DERIVED)
def test_golden_figures_follow_from_paper(name):
    golden, _ = stored()
    row = next(rows[name] for rows in golden.values() if name in rows)
    found = parts_of(row)
    assert {part: found.get(part) for part in DERIVED[name]} == pytest.approx(DERIVED[name], rel=1e-5)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"mode_limits.department.months_most": 5.0},
            r"months as department in mvp: no plan .* row \(R117\)",
        ),
        ({"mode_limits.department.investment_most": 1e6}, r"investment as department in mvp: no plan .* row \(R118\)"),
    ],
)
def test_limits_without_columns_are_settled_before(full, changed, values, words):
    """Six months as a department and a budget of 2.6 M are data of the path of modes, not of the plan."""
    with pytest.raises(InfeasibleError, match=words):
        program_of(changed(full, values))
