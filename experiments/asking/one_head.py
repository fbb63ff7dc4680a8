"""One head more or fewer in one role and phase and nothing else changed, and the best of them with the rest again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import xarray as xr

from experiments.asking.reopen import Reopened
from experiments.asking.steps import Step, Taken, step_of
from reports.words import MINUS, calendar
from solvers.change import Change
from solvers.cutting import Solution
from solvers.exact import Choice
from solvers.fresh import together
from solvers.limits import Limit
from solvers.options import Heads, LineOption, allowed, keeps_bounds, squad_of
from solvers.resolve import Resolved

KINDS = ("role", "team")
AGAIN = "again"
FEW = 2
"""Posts more, the most valuable ones that ask a rule to be eased, for which the rest is chosen again."""
ALONE = "one head, nothing else changed"
WORDS = {"heads": "cap on heads", "budget": "budget", "span": "span of control", "work": "work to be done"}


def alone(run: Reopened) -> list[Taken]:
    """Return the plan with one head (or squad) more and one fewer of each role in each phase, priced (R223).

    Rules of the unit may break, the role's own bounds may not (R30).
    """
    out = []
    for step, choice in [*_shared_roles(run), *_teams(run)]:
        for line, option in choice.lines:
            run.tables.add(line, [option])
        worth = float(run.exact.npv(run.tables.total(choice)).mean())
        out.append(Taken(step, Resolved(choice, worth, worth, Solution(ALONE, worth, worth, 1.0))))
    return out


def _shared_roles(run: Reopened) -> Iterator[tuple[Step, Choice]]:
    rows = {row.name: row for row in run.exact.rows}
    for role, heads in run.choice.seats:
        words = run.case.roles[role].title
        for phase, by, moved in _moved(run, role, heads):
            row = rows[f"{role} in {run.case.phases[phase].id}"]
            change = Change((_held(row, moved[phase], by),))
            yield step_of(run, role, "role", words, phase, by, change), run.choice.with_seats(role, moved)


def _held(row: Limit, count: int, by: int) -> Limit:
    return replace(row, low=count) if by > 0 else replace(row, high=count)


def _teams(run: Reopened) -> Iterator[tuple[Step, Choice]]:
    for line, option in run.choice.lines:
        for role, heads in [] if option.is_closed else option.team:
            words = f"{run.case.roles[role].title}, {run.case.lines[line].title}"
            for phase, by, moved in _moved(run, role, heads):
                team = tuple((name, moved if name == role else own) for name, own in option.team)
                other = replace(option, team=team)
                if allowed(run.case, other):
                    change = Change(only={line: partial(_counts, role, phase, moved[phase], by > 0)})
                    step = step_of(run, f"{line}_{role}", "team", words, phase, by, change)
                    yield step, run.choice.with_line(line, other)


def _counts(role: str, phase: int, count: int, more: bool, option: LineOption) -> bool:
    heads = option.heads(role)[phase]
    return heads >= count if more else heads <= count


def _moved(run: Reopened, role: str, heads: Heads) -> Iterator[tuple[int, int, Heads]]:
    """Yield each phase, the change, and the heads after it: later phases keep a new seat, earlier ones lack a lost."""
    size = squad_of(run.case, role)
    for phase in range(len(heads)):
        for by in (size, -size):
            moved = one_step(heads, phase, by)
            if keeps_bounds(run.case, role, moved):
                yield phase, by, moved


def one_step(heads: Heads, phase: int, by: int) -> Heads:
    """Return heads by phase that never fall, with some more from a phase on or some fewer up to and in it (R223).

    Examples
    --------
    >>> one_step((2, 2, 4), 1, 1), one_step((2, 2, 4), 1, -1)
    ((2, 3, 4), (1, 1, 4))
    """
    count = heads[phase] + by
    if by > 0:
        return (*heads[:phase], *(max(own, count) for own in heads[phase:]))
    return (*(min(own, count) for own in heads[: phase + 1]), *heads[phase + 1 :])


def again(run: Reopened, heads: Sequence[Taken]) -> list[Step]:
    """Return the steps that ask the rest to be chosen again with a post more: the best ones that break a rule."""
    found = [(each.found.npv, each.step) for each in heads if each.found and each.step.by > 0]
    breaks = {each.step.id for each in heads if each.found and asks(run, each.found.choice)}
    best = sorted(found, key=lambda one: -one[0])[:FEW]
    return [
        replace(step, id=f"{step.id}_again", kind=AGAIN, title=f"Rest chosen again: {step.title}")
        for _, step in best
        if step.id in breaks
    ]


def asks(run: Reopened, choice: Choice) -> str:
    """Return which rules must be eased for a plan, and by how much; nothing where it keeps them all."""
    return "; ".join(_eased(run, row, value) for row, value in run.exact.broken(run.tables.total(choice)))


def _eased(run: Reopened, row: Limit, value: float) -> str:
    more = value > row.high
    by = value - row.high if more else row.low - value
    amount = {"CNY": f"{by / 1e6:.2f} M CNY", "hours": f"{by:,.0f} hours"}.get(row.unit, f"{by:g}")
    part = next((part for part in run.case.phases if row.name.endswith(f" {part.id}")), None)
    when = f" from {calendar(run.case.clock.start, part.first_month)}" if part and row.kind in WORDS else ""
    return f"{WORDS.get(row.kind, row.name)}{when} {'+' if more else MINUS}{amount}"


def with_heads(data: xr.Dataset, run: Reopened, taken: Sequence[Taken]) -> xr.Dataset:
    """Return the plans with ranges that hold for all single heads together, and what each plan asks to be eased.

    Parameters
    ----------
    data : of `steps.dataset`, in the order of the run's plan and `taken`
    """
    npv, kinds = data["npv"].values, [str(kind) for kind in data["kind"].values]
    first = list(map(str, data["plan"].values)).index(str(data.attrs["against"]))
    rows = [place for place, kind in enumerate(kinds) if kind in KINDS]
    half = np.full(len(kinds), np.nan)
    if rows:
        half[rows] = together(npv[rows] - npv[first])[2]
    words = ["", *(asks(run, each.found.choice) for each in taken if each.found)]
    meaning = {"units": "CNY", "long_name": "half the range of the difference, all single heads together with 95 %"}
    return data.assign(half=("plan", half, meaning)).assign_coords(asks=("plan", np.array(words, dtype=object)))
