"""What the next head, a million of budget and a place under a cap are worth, the rest of the plan chosen again."""

from __future__ import annotations

from functools import partial

from experiments.asking import steps
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import Reopened
from experiments.asking.steps import Step
from model.errors import Finding, InputError

SWEEP = 4
"""Equal steps of the budget sweep on each side."""
MOST = 0.9


def ask(name: str, budget: float, asked: Asked) -> Answer:
    """Answer what one more and one fewer is worth, or how the plan moves with all budgets (R157).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    budget : 0, or the largest change of all budgets together as share
    """
    if not 0 <= budget <= MOST:
        raise InputError(Finding("E-RANGE", "--budget", "outside what is possible", f"{budget:g}", f"0 to {MOST}"))
    if budget:
        sweep = partial(steps.sweep_steps, most=budget, steps=SWEEP)
        return steps.answer(name, "next-hire-budget", {"--budget": budget}, sweep, asked)
    return steps.answer(name, "next-hire", {}, _ones, asked)


def _ones(run: Reopened) -> list[Step]:
    return [*steps.role_steps(run), *steps.team_steps(run), *steps.budget_steps(run), *steps.cap_steps(run)]
