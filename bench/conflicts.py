"""Ten cases without a plan and a pair of conflicts: how long it takes until every conflict is named."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from model.errors import InfeasibleError
from model.inputs import Case
from model.load import find_case, load_case
from solvers.choose import choose

ROOT = Path(__file__).resolve().parent.parent
REACH = 5.0
DRAWS = 200
CHANGES: dict[str, dict[str, tuple[str, str]]] = {
    "two role minima over a head bound": {
        "staffing.toml": ("heads_least = { value = [2, 2, 2], unit", "heads_least = { value = [6, 6, 6], unit"),
    },
    "budget below role minima": {
        "staffing.toml": ('budget = { value = 5, unit = "M CNY"', 'budget = { value = 3, unit = "M CNY"'),
    },
    "required partner on a closed line": {
        "choice.toml": (
            "mode_paths = [",
            'required_partners = ["charging_1"]\nclosed_lines = ["charging"]\nmode_paths = [',
        ),
    },
    "lead time beyond the end of the phase": {
        "staffing.toml": (
            'value = 2.5, unit = "month", guess = [1.5, 4.5]',
            'value = 9, unit = "month", guess = [1.5, 12]',
        ),
    },
    "skill coverage": {
        "staffing.toml": ("trained = { value = 20, unit", "trained = { value = 10, unit"),
    },
}
"""Texts of the ecosystem case that are replaced everywhere in a file, so that no plan keeps all rules."""


def rows() -> list[dict[str, Any]]:
    """Return the seconds from the command, and from `choose`, until the conflicts of each case are named."""
    found = []
    for name, files in CHANGES.items():
        with tempfile.TemporaryDirectory() as folder:
            case = Path(shutil.copytree(find_case("ecosystem"), Path(folder) / "ecosystem"))
            for file, (old, new) in files.items():
                text = (case / file).read_text(encoding="utf-8")
                assert old in text, (name, old)
                (case / file).write_text(text.replace(old, new), encoding="utf-8")
            found.append(_row(f"conflict named, from the command: {name}", _command(case, Path(folder))))
            found.append(_row(f"conflict named, from choose: {name}", _choice(load_case(case))))
    return found


def _row(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": "s", "reach": REACH, "better": "lower"}


def _command(case: Path, folder: Path) -> float:
    began = time.perf_counter()
    words = [sys.executable, "-m", "experiments.console.cli", "run", str(case), "--out", str(folder / "run")]
    ended = subprocess.run(
        words, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert ended.returncode == InfeasibleError.exit_code, ended.stderr
    return time.perf_counter() - began


def _choice(case: Case) -> float:
    began = time.perf_counter()
    with contextlib.suppress(InfeasibleError):
        choose(case, 7, DRAWS, lambda text: None)
        raise AssertionError(case.id)
    return time.perf_counter() - began
