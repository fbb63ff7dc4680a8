"""Cross-check of plans with gates: verdicts and branches from the tables against the simulator's, term by term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from model.draws import stream
from model.gates import HOLD, STOP, mixed
from model.ledger import Floats
from model.schema import LINE_ROWS, ROW, ROW_NAMES
from solvers.branches import BranchPrice, GatedChoice, Package, gated
from solvers.certificate import Certificate, Gap, Side, add_unit, compare, promises, random_choices, simulated_years
from solvers.exact import Exact, Tables
from solvers.tables import PIECE_ROWS


def branch_years(branch: BranchPrice) -> Floats:
    """Return what the pieces of a branch promise, (row, year, scenario) CNY."""
    case, pricer = branch.exact.case, branch.pricer
    out = np.zeros((len(ROW_NAMES), case.years, pricer.block.scenarios))
    places = [ROW[row] for row in PIECE_ROWS]
    for role, heads in branch.choice.seats:
        out[places[len(LINE_ROWS) :]] += pricer.seat_years(role, heads)
    for line, option in branch.choice.lines:
        for _, years in pricer.line_years(line, [option]):
            out[places] += years
    add_unit(case, branch.exact, branch.total, out)
    return out


def gated_years(tables: Tables, exact: Exact, plan: GatedChoice) -> Floats:
    """Return what the tables promise of a plan with a gate, (row, year, scenario) CNY (R134)."""
    held = branch_years(plan.package.held) if (plan.said == HOLD).any() else None
    stopped = branch_years(plan.package.stopped) if (plan.said == STOP).any() else None
    out: Floats = mixed(plan.said, [promises(tables, exact, [plan.choice])[0], held, stopped])
    return out


def random_gated(tables: Tables, exact: Exact, count: int, seed: int) -> list[GatedChoice]:
    """Return random plans of priced pieces under random gates of the unit and random answers."""
    gates = [name for name, gate in tables.case.gates.items() if not gate.line]
    if not gates:
        return []
    generator = stream(seed, "certificate", "gates", 0)
    found = []
    for choice in random_choices(tables, tables.pricer.modes, count, seed):
        name = gates[int(generator.integers(len(gates)))]
        answers = list(tables.case.gates[name].answers)
        answer = answers[int(generator.integers(len(answers)))]
        found.append(gated(tables, exact, choice, Package(tables, choice, name), answer))
    return found


def gated_gap(tables: Tables, exact: Exact, plans: Sequence[GatedChoice], seed: int) -> Gap:
    """Return the largest difference between tables and simulator over plans with gates; the replay judges anew (R134).

    Parameters
    ----------
    seed : with which the tables were priced
    """
    names = [f"gated plan {number + 1}" for number in range(len(plans))]
    promised = Side(
        np.stack([gated_years(tables, exact, plan) for plan in plans]), np.stack([plan.npv for plan in plans])
    )
    files = [plan.plan(tables.case, f"plan_{number}", "") for number, plan in enumerate(plans)]
    simulated = simulated_years(tables.case, files, seed, tables.pricer.block.scenarios)
    return compare(names, promised, simulated)


def with_gates(proof: Certificate, gap: Gap, plans: int) -> Certificate:
    """Return a certificate that covers plans with gates too."""
    further = gap.cny > proof.max_abs_cny
    return replace(
        proof,
        max_abs_cny=max(gap.cny, proof.max_abs_cny),
        npv_max_abs_cny=max(gap.npv, proof.npv_max_abs_cny),
        plans=proof.plans + plans,
        worst=gap.where if further else proof.worst,
        by_term={name: max(value, gap.by_term[name]) for name, value in proof.by_term.items()},
    )
