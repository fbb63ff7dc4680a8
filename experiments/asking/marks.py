"""What a board asks of the plan as it is: marks met at milestones, trials passed at the turn, the first cash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import valued
from experiments.asking.first_marks import met_of
from experiments.asking.steps import FIRST
from experiments.comparing.pairs import MATERIALITY
from experiments.reviewing.figures import mark_value, unit_gates
from experiments.running.flip import guesses
from experiments.running.futures import changed
from model import gates, ledger, store
from model.budgets import approved_rows, budget_accounts
from model.draws import Draws
from model.errors import InputError
from model.inputs import Case
from model.ledger import Flags, Floats
from model.partner_inputs import Partner
from model.plans import Plan
from model.schema import COST_ROWS, REVENUE_ROWS, ROW, ROW_NAMES
from model.simulate import VERDICT, PlanMonths, block_sizes
from model.trials import trial_course

NOW, TURN = "now", "turn"
STOPPED = "stop"
"""What the name of a plan begins with that is ended at a gate."""
MISS = 0.1
"""Share of futures that miss a mark which nine of ten reach (R203)."""
ASKED_FOR, OTHER, EARNED, OWED = "asked_for", "other", "earned", "owed"
"""Accounts of the first phase: what its budget counts, all other costs, revenue, and what of it is not paid yet."""
TIMING = ("uncollected", "collected")
Variables = dict[str, Any]


@dataclass(frozen=True)
class Course:
    """What is kept of one block of futures of the plan as it is.

    reached, met : (mark, scenario) in the mark's unit, and whether it is enough; money : (phase, account, scenario) CNY
    outside : (row,) CNY of the first phase in all futures, costs that its budget does not count
    spent : (phase, row) CNY in all futures, costs that the budgets count
    """

    reached: Floats
    met: Floats
    money: Floats
    outside: Floats
    spent: Floats


def with_marks(data: xr.Dataset, run: store.Run, scenarios: int, courses: Sequence[Course]) -> xr.Dataset:
    """Return an answer of the board with the chances of marks and trials and the first phase's cash (R214, R215, R216).

    Parameters
    ----------
    scenarios : N, the same futures as the answer's
    courses : of the recommended plan, one for each block of these futures
    """
    case, plan, seed = run.cases[FIRST], run.plans[FIRST], int(run.info["seed"])
    data = data.assign(_money(courses)).assign_coords(account=valued.text([ASKED_FOR, OTHER, EARNED, OWED]))
    data = data.assign(_over(case, plan, courses)).assign_coords(phase=valued.text(phase.id for phase in case.phases))
    data = data.assign_attrs(first_phase_largest=_largest(case, courses))
    if unit_gates(case):
        data = _with_chances(data, case, plan, courses)
    partners = _of_plan(case, plan)
    if case.trial is not None and partners:
        data = _with_trials(data, {NOW: case} | _turned(case, run.info), partners, seed, scenarios)
    return data


def course(case: Case, plan: Plan, found: PlanMonths) -> Course:
    """Return what is kept of a plan's months in one block."""
    accounts = _accounts(case)
    reached = np.array([mark_value(found.marks, case, plan, mark) for mark in marks(case)])
    met = [flags for name in unit_gates(case) for flags in met_of(case, plan, name, found.marks)]
    by_phase = [found.ledger[:, first - 1 : end - 1].sum(axis=1) for first, end in case.phase_bounds()]
    money = [[ledger.signed(part, ROW_NAMES, names) for names in accounts.values()] for part in by_phase]
    outside = np.array([by_phase[0][ROW[name]].sum() for name in accounts[OTHER]])
    spent = np.array([[part[ROW[name]].sum() for name in accounts[ASKED_FOR]] for part in by_phase])
    return Course(reached, np.array(met), np.array(money), outside, spent)


def marks(case: Case) -> list[str]:
    """Return the marks of the unit's milestones as "GATE.CRITERION", in the case's order."""
    return [f"{name}.{mark}" for name, gate in unit_gates(case).items() for mark in gate.least.criteria]


def _accounts(case: Case) -> Mapping[str, tuple[str, ...]]:
    asked = budget_accounts(case)
    other = tuple(name for name in COST_ROWS if name not in asked)
    return {ASKED_FOR: asked, OTHER: other, EARNED: REVENUE_ROWS, OWED: TIMING}


def _money(courses: Sequence[Course]) -> Variables:
    money, by = np.concatenate([course.money for course in courses], axis=2), ("account", "scenario")
    meaning = "money of {} by account, receipts positive"
    return {
        "first_phase": (by, money[0], {"units": "CNY", "long_name": meaning.format("the first phase")}),
        "phase_money": (("phase", *by), money, {"units": "CNY", "long_name": meaning.format("each phase")}),
    }


def _over(case: Case, plan: Plan, courses: Sequence[Course]) -> Variables:
    """Return what each phase spends more than its budget asks, and the row that exceeds what was asked most (R216)."""
    rows, months = budget_accounts(case), approved_rows(case, plan)
    asked = np.array([[months[name][first - 1 : end - 1].sum() for name in rows] for first, end in case.phase_bounds()])
    spent = -np.concatenate([course.money for course in courses], axis=2)[:, 0]
    more = np.sum([course.spent for course in courses], axis=0) / spent.shape[1] - asked
    over, title = spent - asked.sum(axis=1, keepdims=True), "spent on average more than its budget asks"
    largest = valued.text(rows[int(row.argmax())] if row.max() > 0 else "" for row in more)
    return {
        "phase_over": (("phase", "scenario"), over, {"units": "CNY", "long_name": title}),
        "phase_over_row": ("phase", largest, {"long_name": "ledger row that exceeds what was asked most"}),
        "phase_over_most": ("phase", more.max(axis=1), {"units": "CNY", "long_name": "by how much it does on average"}),
    }


def _largest(case: Case, courses: Sequence[Course]) -> str:
    """Return the largest cost of the first phase that its budget does not count, "" where there is none."""
    outside = np.sum([course.outside for course in courses], axis=0)
    return _accounts(case)[OTHER][int(outside.argmax())] if outside.max(initial=0.0) > 0 else ""


def _with_chances(data: xr.Dataset, case: Case, plan: Plan, courses: Sequence[Course]) -> xr.Dataset:
    met, reached = (
        np.concatenate([getattr(course, name) for course in courses], axis=1) for name in ("met", "reached")
    )
    names = marks(case)
    by_gate = [[place for place, mark in enumerate(names) if mark.split(".")[0] == gate] for gate in unit_gates(case)]
    both = np.array([met[places].min(axis=0) for places in by_gate])
    planned = np.array([planned_most(case, plan, mark) for mark in names])
    variables: Variables = {
        "met": (("mark", "scenario"), met, {"units": "1", "long_name": "1 where the mark is met"}),
        "met_all": (("gate", "scenario"), both, {"units": "1", "long_name": "1 where all marks of it are met"}),
        "reached": (("mark", "scenario"), reached, {"units": "of the mark", "long_name": "what is reached of it"}),
        "planned": ("mark", planned, {"units": "of the mark", "long_name": "most that the plan itself allows"}),
    }
    told = data.assign(variables).assign_coords(mark=valued.text(names), gate=valued.text(unit_gates(case)))
    return told.assign(missed(told)) if "npv" in data else told


def missed(data: xr.Dataset) -> Variables:
    """Return what the plan brings in the tenth of futures that reach least of a mark: going on, and ended there (R231).

    Parameters
    ----------
    data : npv (option, scenario) CNY of the plan as it is, first, and of its ends; reached (mark, scenario)
    """
    reached, npv, by = data["reached"].values, data["npv"], data["mark"].values
    below = reached < np.quantile(reached, MISS, axis=1, keepdims=True)
    gates_of = [str(mark).split(".")[0] for mark in by]
    going = np.array([_mean(npv, str(npv["option"].values[0]), one) for one in below])
    ended = np.array([_mean(npv, f"{STOPPED}_{gate}", one) for gate, one in zip(gates_of, below, strict=True)])
    money = {"units": "CNY", "long_name": "average result where nine of ten futures reach more of the mark"}
    better = {"units": "1", "long_name": "1 where ending is better by what matters"}
    return {
        "missed_on": ("mark", going, money),
        "missed_end": ("mark", ended, money),
        "missed_ends": ("mark", (ended - going >= MATERIALITY).astype(np.float64), better),
    }


def _mean(npv: xr.DataArray, option: str, where: Flags) -> float:
    there = option in npv["option"].values and where.any()
    return float(npv.sel(option=option).values[where].mean()) if there else float("nan")


def planned_most(case: Case, plan: Plan, mark: str) -> float:
    """Return the most of a mark that a plan itself allows, NaN where chance decides alone (R214).

    Cities are those of its phase, partners those that have started by the gate's month.
    """
    name, criterion = mark.split(".")
    month = case.gates[name].month
    if criterion == "cities":
        return gates.cities_at(case, plan.cities, month)
    if criterion == "partners":
        return float(sum(entry.start <= month for part in plan.lines.values() for entry in part.partners.values()))
    return float("nan")


def _of_plan(case: Case, plan: Plan) -> list[str]:
    signed = {name for part in plan.lines.values() for name in part.partners}
    return [partner.id for partner in case.partners if partner.id in signed]


def _turned(case: Case, info: Mapping[str, Any]) -> dict[str, Case]:
    """Return the case at the value of the one assumption that turns the decision, nothing where none does."""
    told = info.get("flip_assumption") or {}
    known = {guess.name: guess for guess in guesses(case)}
    guess, value = known.get(str(told.get("name", ""))), told.get("flips_at")
    if guess is None or value is None:
        return {}
    try:
        return {TURN: changed(case, guess, float(value))}
    except InputError:
        return {}


def _with_trials(
    data: xr.Dataset, cases: Mapping[str, Case], partners: list[str], seed: int, scenarios: int
) -> xr.Dataset:
    """Return the answer with each partner's NPS and passed trials, as assumed and at the turn (R215)."""
    own = [{partner.id: partner for partner in case.partners} for case in cases.values()]
    passed = [
        [_passed(case, known[name], seed, scenarios) for case, known in zip(cases.values(), own, strict=True)]
        for name in partners
    ]
    nps = [[float(known[name].nps) for known in own] for name in partners]
    by = ("partner", "when")
    variables: Variables = {
        "trial_nps": (by, np.array(nps), {"units": "points", "long_name": "NPS without overload"}),
        "trial_passed": (
            (*by, "scenario"),
            np.array(passed, dtype=np.float64),
            {"units": "1", "long_name": "1 where the trial before the signature is passed"},
        ),
    }
    return data.assign(variables).assign_coords(partner=valued.text(partners), when=valued.text(cases))


def _passed(case: Case, partner: Partner, seed: int, scenarios: int) -> Floats:
    certain = case.uncertainty.mode == "none"
    parts = [
        trial_course(case, partner, Draws(seed, VERDICT, number, size, certain=certain))[1]
        for number, size in enumerate(block_sizes(scenarios))
    ]
    return np.concatenate(parts).astype(np.float64)
