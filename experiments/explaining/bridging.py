"""From the headline of one run to that of another: version, futures, each change, the plan; the steps add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np

from experiments.explaining.changes import Change, applied, changes
from experiments.explaining.shares import FIGURES, attributed, error, figure, mixes
from model.errors import InputError
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan, heads_by_phase, plan_faults
from model.simulate import VERDICT, simulate
from reports.words import heads_path

PLAN, VERSION, FUTURES, SEVERAL = "plan", "version", "futures", "several"
MOST_STEPS = 4
"""Changes whose every mix is drawn in full; of more, two orders are."""
Worth = tuple[float, float]
"""A difference and its sampling error, CNY."""


@dataclass(frozen=True)
class Side:
    """One run as far as its headline goes: npv : (scenario,) CNY as it was stored; seed : of its draws."""

    case: Case
    plan: Plan
    npv: Floats
    seed: int


@dataclass(frozen=True)
class Step:
    """One step; kind : version, futures, assumption, contract, plan or several; what, old, new : in words."""

    key: str
    kind: str
    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Exchange:
    """What is exchanged in one step: changes of the case, and whether the plan."""

    step: Step
    made: tuple[Change, ...]
    plan: bool = False


@dataclass(frozen=True)
class Bridge:
    """The steps from old to new; shares, errors : (figure, step) CNY.

    texts : places changed that move no money; is_every : each step is the average over all orders, else over two
    """

    steps: tuple[Step, ...]
    shares: Floats
    errors: Floats
    texts: int
    is_every: bool


def bridge(old: Side, new: Side, say: Callable[[str], None]) -> Bridge:
    """Return what each step from one stored run to another brings to the average and the 1-in-20 bad case (R173).

    First what only another version of headcast explains (stored less computed now, at both ends), then other futures;
    then, on the new futures, all changes of case and plan by `shares.attributed`.
    """
    parts, texts = divided(old, new)
    ways = mixes(len(parts), MOST_STEPS)
    # A case without chance is stored as one draw, which any number of draws repeats.
    count = new.npv.size if new.npv.size > 1 else old.npv.size
    moved = (old.seed, old.npv.size) != (new.seed, count)
    say(f"{len(parts)} changes: {len(ways.states)} mixes of old and new on {count} draws")
    again = _npv(old.case, old.plan, old.seed, old.npv.size)
    samples = []
    for state in ways.states:
        if state or moved:
            case, plan = mixed(old, new, [parts[number] for number in sorted(state)], len(parts))
            samples.append(_npv(case, plan, new.seed, count))
        else:
            samples.append(again)
    own, errors = attributed(ways.weights, samples) if parts else (np.zeros((len(FIGURES), 0)),) * 2
    both = [(_gap(name, old.npv, again), _gap(name, samples[-1], new.npv)) for name in FIGURES]
    version = [(left[0] + right[0], hypot(left[1], right[1])) for left, right in both]
    futures = [_apart(name, again, samples[0], old.seed == new.seed) if moved else (0.0, 0.0) for name in FIGURES]
    first = np.array([version, futures]).transpose(2, 1, 0)
    steps = (
        Step(VERSION, VERSION, "Another version of headcast", "", ""),
        Step(FUTURES, FUTURES, "Other futures drawn", _drawn(old), _drawn(new)),
    )
    told = (*steps, *(part.step for part in parts))
    return Bridge(told, np.hstack([first[0], own]), np.hstack([first[1], errors]), texts, ways.is_every)


def divided(old: Side, new: Side) -> tuple[list[Exchange], int]:
    """Return what is exchanged step by step, and how many changed places move no money (R173).

    Where a mix would be no case or no plan of it, more is exchanged together: first all changes that are no numbers,
    then the plan with them, then everything.
    """
    found, texts = changes(old.case, new.case)
    single = [Exchange(Step(c.key, c.kind, c.what, c.old, c.new), (c,)) for c in found]
    if old.plan.model_dump(exclude={"name", "title"}) != new.plan.model_dump(exclude={"name", "title"}):
        heads = [heads_path(heads_by_phase(side.case, side.plan)) for side in (old, new)]
        single.append(Exchange(Step(PLAN, PLAN, "The plan", *(f"{path} heads" for path in heads)), (), True))
    return next(way for way in _ways(single) if _possible(old, new, way)), texts


def _ways(single: list[Exchange]) -> Iterator[list[Exchange]]:
    yield single
    numbers = [part for part in single if part.made and all(change.is_number for change in part.made)]
    for apart in (lambda part: part in numbers or part.plan, lambda part: part in numbers):
        together = [part for part in single if not apart(part)]
        if together:
            yield [*(part for part in single if apart(part)), _together(together)]
    yield [_together(single)]


def _together(parts: list[Exchange]) -> Exchange:
    what = "; ".join(part.step.what for part in parts)
    step = Step(SEVERAL, SEVERAL, f"Together, since one does not go without the others: {what}", "", "")
    return Exchange(step, tuple(c for part in parts for c in part.made), any(part.plan for part in parts))


def _possible(old: Side, new: Side, parts: list[Exchange]) -> bool:
    """Tell whether every mix is a case with a plan of it."""
    try:
        made = [
            mixed(old, new, [parts[number] for number in sorted(state)], len(parts))
            for state in mixes(len(parts), MOST_STEPS).states
        ]
    except InputError:
        return False
    return not any(plan_faults(case, plan) for case, plan in made)


def mixed(old: Side, new: Side, taken: list[Exchange], parts: int) -> tuple[Case, Plan]:
    """Return case and plan with some parts taken from the new run (R173).

    Parameters
    ----------
    taken : what is new; parts : how many parts there are, of which all give the new run itself
    """
    if len(taken) == parts:
        return new.case, new.plan
    plan = new.plan if any(part.plan for part in taken) else old.plan
    made = [change for part in taken for change in part.made]
    return (applied(old.case, new.case, made) if made else old.case), plan


def _npv(case: Case, plan: Plan, seed: int, count: int) -> Floats:
    return simulate([case], [plan], seed, VERDICT, count)[0].npv


def _gap(name: str, before: Floats, after: Floats) -> Worth:
    """Return a figure after less before, with its error on the same futures."""
    (left, pull_left), (right, pull_right) = figure(name, before), figure(name, after)
    return right - left, error(pull_right - pull_left) if before.size == after.size else 0.0


def _apart(name: str, before: Floats, after: Floats, same_seed: bool) -> Worth:
    """Return a figure after less before on other draws; with one seed the fewer draws are the first of the more."""
    (left, pull_left), (right, pull_right) = figure(name, before), figure(name, after)
    one, other = error(pull_left), error(pull_right)
    return right - left, sqrt(abs(one**2 - other**2)) if same_seed else hypot(one, other)


def _drawn(side: Side) -> str:
    return f"seed {side.seed}, {side.npv.size:,} draws"
