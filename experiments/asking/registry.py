"""The team's experiments in the order in which they are asked, each told by the first three lines of its script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import experiments
from model.errors import Finding, InputError, nearest

SCRIPTS = (
    "fund_stop_or_outsource",
    "mature_heads",
    "hire_before_or_after_revenue",
    "month_6_marks",
    "typical_or_success",
    "which_insurer_and_trial",
    "cost_of_results",
    "contract_words",
    "four_blows",
    "facts_to_buy",
    "organisation_mode",
    "ltv_share_or_commission",
    "squads_and_rocket",
    "channel_redesign",
    "flexible_and_automation",
)
HEADS = ("# Question: ", "# Decision: ", "# Who decides: ")
"""How the first three lines of a script begin."""
USUAL = "ecosystem"


@dataclass(frozen=True)
class Script:
    """One experiment: its module under `experiments`, what it asks, what is decided with it, and by whom."""

    name: str
    question: str
    decision: str
    decides: str

    def run(self) -> str:
        """Return the case whose usual run it asks."""
        return str(getattr(self._module(), "RUN", USUAL))

    def ask(self) -> Callable[..., Any]:
        """Return the function that makes its dataset from a study."""
        found: Callable[..., Any] = self._module().ask
        return found

    def _module(self) -> Any:
        return import_module(f"experiments.{self.name}")


def folder() -> Path:
    """Return where the scripts lie."""
    return Path(str(experiments.__file__)).parent


def script(name: str) -> Script:
    """Return an experiment by name; raise InputError with the nearest one where there is none."""
    if name not in SCRIPTS:
        mend = nearest(name, SCRIPTS)
        raise InputError(Finding("E-REF", "experiment", "no such experiment", name, ", ".join(SCRIPTS), mend))
    lines = (folder() / f"{name}.py").read_text(encoding="utf-8").splitlines()
    return Script(name, *(line.removeprefix(head) for line, head in zip(lines, HEADS, strict=False)))


def scripts() -> list[Script]:
    """Return all experiments in the order in which they are asked."""
    return [script(name) for name in SCRIPTS]
