"""Cross-check of every shipped case: 200 random plans told by the tables and by the simulator in a second process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from model.inputs import Case
from model.load import load_case
from solvers.certificate import Side, compare, promises, random_choices, simulated_years
from solvers.exact import Exact, Tables
from solvers.options import closed, start_options
from solvers.pricing import Pricer

CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
PLANS, SCENARIOS, SEED = 200, 16, 7
LEVELS, PATHS = 4, 40
"""Team heads of the first grid, and paths of a line that are drawn from it."""
REACH = 0.001


def some_tables(case: Case, modes: tuple[str, ...]) -> Tables:
    """Return tables of some paths of each line, drawn from its first options."""
    tables = Tables(case, Pricer(case, modes, SEED, SCENARIOS))
    generator = np.random.default_rng(SEED)
    for line in case.lines:
        options = start_options(case, line, LEVELS)
        drawn = generator.permutation(len(options))[:PATHS]
        tables.add(line, [closed(case), *(options[index] for index in drawn)])
    return tables


def worst(case: Case, modes: tuple[str, ...]) -> float:
    """Return the largest difference between both tellings of the random plans, in any row, year and scenario, CNY."""
    tables, exact = some_tables(case, modes), Exact(case, modes)
    choices = random_choices(tables, modes, PLANS, SEED)
    names = [f"random plan {index + 1}" for index in range(PLANS)]
    npv = np.stack([exact.npv(tables.total(choice)) for choice in choices])
    plans = [choice.plan(case, f"plan_{index}", names[index]) for index, choice in enumerate(choices)]
    gap = compare(names, Side(promises(tables, exact, choices), npv), simulated_years(case, plans, SEED, SCENARIOS))
    return max(gap.cny, gap.npv)


def rows() -> list[dict[str, Any]]:
    """Return one row for each shipped case."""
    out: list[dict[str, Any]] = []
    for folder in sorted(path.parent for path in CASES.glob("*/case.toml")):
        case = load_case(folder)
        name = f"cross-check of {PLANS} random plans of {case.id} on {SCENARIOS} futures, largest difference"
        value = max(worst(case, tuple(modes)) for modes in case.choice.mode_paths[:1])
        out.append({"name": name, "value": value, "unit": "CNY", "reach": REACH, "better": "lower"})
    return out
