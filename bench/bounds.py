"""How good the chosen plan of each shipped case is: cross-check, gap ledger, distance from the best out of sample."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from experiments.running.main_job import run
from experiments.running.run_info import Request

CASES = (
    "ecosystem",
    "channel",
    "ecommerce",
    "user_success",
    "paper",
    "mvp_team",
    "ladder",
    "insurer",
    "pool",
    "year_2",
)
CNY, LEDGER, GAP = 0.001, 0.03, 0.01


def rows() -> list[dict[str, Any]]:
    """Return four rows a case; only doing nothing leaves rows out, because there is nothing to be better than."""
    out: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        for case in CASES:
            info = run(Request(case, Path(name) / case), lambda text: None)
            out += _rows(case, info)
    return out


def _rows(case: str, info: dict[str, Any]) -> list[dict[str, Any]]:
    turnover = info["gap_ledger"]["turnover"]
    highs = {row["key"]: row["high"] / turnover for row in info["bounds"] if row["key"].startswith("gap")}
    found = [
        ("largest difference of plan and simulation", info["certificate"]["max_abs_cny"], "CNY", CNY),
        ("gap ledger", info["gap_ledger"]["total_share"], "share of turnover", LEDGER),
        ("distance from the best on fresh futures, 95 %, with bands", highs["gap"], "share of turnover", GAP),
    ]
    if "gap_without_bands" in highs:
        without = "distance from the best on fresh futures, 95 %, without bands"
        found.append((without, highs["gap_without_bands"], "share of turnover", GAP))
    return [
        {"name": f"{case}: {name}", "value": value, "unit": unit, "reach": reach, "better": "lower"}
        for name, value, unit, reach in found
    ]
