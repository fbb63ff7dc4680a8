"""How long 1,200 options of the ecosystem case take to price on one path of organisation modes, all seats included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from model.inputs import Case
from model.load import load_case
from solvers.options import LineOption, neighbours, start_options
from solvers.pricing import Pricer
from solvers.table_store import SWITCH

CASE = Path(__file__).resolve().parent.parent / "data" / "cases" / "ecosystem"
OPTIONS, LEVELS, SEED = 1200, 5, 7
REACHES = {200: 20.0, 1000: 45.0}
"""Draws, and the seconds asked."""


def options_of(case: Case) -> dict[str, list[LineOption]]:
    """Return the first options of every line and then neighbours of them, 1,200 together, lines by turns."""
    found = {line: start_options(case, line, LEVELS) for line in case.lines}
    known = {line: set(options) for line, options in found.items()}
    for line, option in islice(_around(case, found, known), OPTIONS - sum(map(len, found.values()))):
        found[line].append(option)
    return found


def _around(
    case: Case, found: dict[str, list[LineOption]], known: dict[str, set[LineOption]]
) -> Iterator[tuple[str, LineOption]]:
    """Yield what lies around the first options and is not among them."""
    for place in range(max(map(len, found.values()))):
        for line, options in {line: list(options) for line, options in found.items()}.items():
            for option in sorted(neighbours(case, line, options[place])) if place < len(options) else ():
                if option not in known[line]:
                    known[line].add(option)
                    yield line, option


def seconds(case: Case, scenarios: int) -> float:
    """Return how long all seats and the options take to price, no cache."""
    options = options_of(case)
    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = "off"
    began = perf_counter()
    pricer = Pricer(case, case.choice.mode_paths[0], SEED, scenarios)
    for role in pricer.shared:
        pricer.seats(role)
    for line, paths in options.items():
        pricer.line(line, paths)
    took = perf_counter() - began
    os.environ.pop(SWITCH) if before is None else os.environ.update({SWITCH: before})
    return took


def rows() -> list[dict[str, Any]]:
    """Return one row for each number of draws."""
    case = load_case(CASE)
    return [
        {
            "name": f"tabulating {OPTIONS:,} options of the ecosystem case, one path of modes, {scenarios} draws",
            "value": round(seconds(case, scenarios), 1),
            "unit": "s",
            "reach": reach,
            "better": "lower",
        }
        for scenarios, reach in REACHES.items()
    ]
