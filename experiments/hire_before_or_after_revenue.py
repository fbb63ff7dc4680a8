# Question: Do we hire before the revenue comes, or after?
# Decision: The months in which requisitions are opened.
# Who decides: The head of strategy with HR; line heads are heard.
"""Hire before or after revenue: the recommended heads a phase earlier, as planned, a phase later."""

from __future__ import annotations

from collections.abc import Callable

from experiments.asking.first_marks import marks_of
from experiments.asking.study import Study, Told
from experiments.console.experiment_command import main
from model.gates import as_planned
from model.plans import Plan

Heads = tuple[int, ...]


# %% Options: every team takes its next, or its last, phase's heads; partners start when they were to start
def earlier(heads: Heads) -> Heads:
    """Return heads by phase, each phase with the next one's (R187)."""
    return (*heads[1:], heads[-1])


def later(heads: Heads) -> Heads:
    """Return heads by phase, each phase with the last one's, but never nobody where somebody was planned (R187)."""
    before = (heads[0], *heads[:-1])
    return tuple(max(old, min(own, 1)) for old, own in zip(before, heads, strict=True))


def shifted(plan: Plan, shift: Callable[[Heads], Heads]) -> Plan:
    """Return the plan with all its heads shifted."""
    lines = {
        line: part.model_copy(update={"team": {role: shift(heads) for role, heads in part.team.items()}})
        for line, part in plan.lines.items()
    }
    seats = {role: shift(heads) for role, heads in plan.seats.items()}
    return plan.model_copy(update={"seats": seats, "lines": lines})


def ask(study: Study) -> Told:
    """Value the three on the same futures; later demand is what could make waiting worth it."""
    now = study.option("planned", "As planned")
    wait = study.option("later", "A phase later, after revenue", shifted(study.plan, later))
    options = [now, study.option("earlier", "A phase earlier, before revenue", shifted(study.plan, earlier)), wait]
    # %% Values, and by how many months demand may come later before waiting pays
    delay = f"calibrations.{study.case.calibration}.delay"
    turn = study.threshold(delay, now, wait, "the delay of demand")
    tried = {option.title: as_planned(option.plan) for option in options[:2]}
    marks = marks_of(study.case, tried, study.seed, study.scenarios)
    return study.told(options, study.see(options), turn, marks)


# %% Answer
if __name__ == "__main__":
    main(__file__)
