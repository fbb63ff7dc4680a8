"""What the next head, a million of budget and a place under a cap are worth."""

from __future__ import annotations

from functools import partial

from experiments.asking import answers, one_head, steps
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import Reopened
from experiments.asking.steps import Taken
from model.errors import Finding, InputError

ONES = "next-hire"
MOST_BETTER = 2
"""Times that a better plan, met while asking, takes the place of the one asked about."""
SWEEP = 4
"""Equal steps of the budget sweep on each side."""
MOST = 0.9


def ask(name: str, budget: float, asked: Asked) -> Answer:
    """Answer what one more and one fewer is worth, or how the plan moves with all budgets (R157, R223).

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
    return _single(name, asked)


def _single(name: str, asked: Asked) -> Answer:
    """Choose again for budgets and caps, then price each single head of the plan held against (R157, R223)."""
    run, folder = steps.begin(name, ONES, asked)
    taken = steps.take(run, [*steps.budget_steps(run), *steps.cap_steps(run)], asked.say)
    again, heads = _heads(run, taken, asked)
    every = [*steps.known(run, steps.shared(run, [again[0], *taken[1:], *again[1:]])), *heads]
    data = one_head.with_heads(steps.simulate(run, every, ONES, {}, asked), run, every)
    return answers.keep(folder, data, run.case, asked.replace, steps.plans_of(run, every))


def _heads(run: Reopened, taken: list[Taken], asked: Asked) -> tuple[list[Taken], list[Taken]]:
    """Return the best plan met, posts the rest is chosen again for, and single heads of the plan held against."""
    held = steps.held(run, run, taken)
    for _ in range(MOST_BETTER):
        heads = one_head.alone(held)
        again = steps.take(held, one_head.again(held, heads), asked.say)
        better = steps.held(run, held, again)
        if better is held:
            return again, heads
        held = better
    return again[:1], one_head.alone(held)
