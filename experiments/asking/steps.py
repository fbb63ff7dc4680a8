"""Rules of a case changed one at a time by one natural step, and the plan chosen again under each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import Reopened, open_finished, reopen
from experiments.comparing.pairs import MATERIALITY
from experiments.running.main_job import check_draws, draws_of
from model.errors import InfeasibleError
from model.plans import Plan
from reports.words import MINUS, calendar
from solvers.change import Change
from solvers.cuts import Cut
from solvers.exact import Choice
from solvers.exchange import LEAST_GAIN
from solvers.path_choice import FIRST_GAP
from solvers.resolve import Resolved, keeps_change, narrows, resolve, settle

MONEY_STEP = 1e6
"""The natural step of a budget, CNY."""
FIRST, BEST = "recommended", "best"
"""The run's plan, and the best one that was met while its rules were asked about."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One rule changed: its kind (role, team, budget, …), what it is called, its phase (−1: all), by how much."""

    id: str
    kind: str
    title: str
    phase: int
    by: float
    unit: str
    change: Change = field(default_factory=Change)


@dataclass(frozen=True)
class Taken:
    """A step with the plan chosen under it, or why there is none."""

    step: Step
    found: Resolved | None
    why: str = ""


def take(
    run: Reopened, steps: Sequence[Step], say: Say, cuts: list[Cut] | None = None, solves: int | None = None
) -> list[Taken]:
    """Choose again without a change and under each step, on the same tables and with the cuts found on the way (R155).

    The first of what is returned has no change: the best plan known, which the others are held against.

    Parameters
    ----------
    cuts : found before, which stay valid; new ones are added
    solves : most integer solves of a step, as many as usual if not given
    """
    cuts = [] if cuts is None else cuts
    steps = [Step(BEST, "", "Best plan known", -1, 0.0, ""), *steps]
    out: list[Taken] = []
    for number, step in enumerate(steps, start=1):
        try:
            out.append(Taken(step, _kept(run, out, step) or _chosen(run, step, cuts, solves)))
        except InfeasibleError as error:
            out.append(Taken(step, None, f"{error.findings[0].where}: {error.findings[0].what}"))
        say(f"{number} of {len(steps)}: {title(run, step)}")
    return shared(run, out)


def _chosen(run: Reopened, step: Step, cuts: list[Cut], solves: int | None) -> Resolved:
    found = resolve(run.tables, run.exact, run.choice, step.change, cuts, FIRST_GAP, solves=solves)
    return settle(run.tables, run.exact, found, step.change)


def _kept(run: Reopened, taken: Sequence[Taken], step: Step) -> Resolved | None:
    """Return the plan chosen without a change where a narrower rule leaves it alone: it stays the best (R157)."""
    best = taken[0].found if taken else None
    alone = best and narrows(run.exact, step.change) and keeps_change(run.tables, run.exact, best.choice, step.change)
    return best if alone else None


def shared(run: Reopened, taken: list[Taken]) -> list[Taken]:
    """Give each step the best plan met under any step that keeps its change, so that a looser rule is never worse."""
    met = {each.found.choice: each.found.npv for each in taken if each.found} | {run.choice: run.npv}
    order = sorted(met, key=lambda choice: -met[choice])
    out: list[Taken] = []
    for each in taken:
        change, found = each.step.change, each.found
        worth = found.npv if found else -np.inf
        better = (choice for choice in order if met[choice] > worth + LEAST_GAIN)
        best = next((choice for choice in better if keeps_change(run.tables, run.exact, choice, change)), None)
        again = settle(run.tables, run.exact, found, change, best) if best and found else found
        out.append(Taken(each.step, again, each.why))
    return out


def answer(
    name: str, question: str, arguments: dict[str, Any], make: Callable[[Reopened], Sequence[Step]], asked: Asked
) -> Answer:
    """Reopen a run, choose again under the steps that are made for it, and store what they bring.

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    """
    run, folder = begin(name, question, asked)
    taken = known(run, take(run, make(run), asked.say))
    data = simulate(run, taken, question, arguments, asked)
    return answers.keep(folder, data, run.case, asked.replace, plans_of(run, taken))


def begin(name: str, question: str, asked: Asked) -> tuple[Reopened, Path]:
    """Reopen a run, and refuse at once a place that cannot take the answer."""
    case = open_finished(name).cases[FIRST]
    check_draws(asked.scenarios, 0)
    folder = answers.place(case, question, asked.out, asked.replace)
    return reopen(name, asked.say), folder


def simulate(
    run: Reopened, taken: Sequence[Taken], question: str, arguments: dict[str, Any], asked: Asked
) -> xr.Dataset:
    """Return the plans of some steps on the same fresh futures, with all that the answer says about itself."""
    scenarios = draws_of(run.case, asked.scenarios)
    asked.say(f"simulating {len(taken) + 1} plans on {scenarios} fresh draws")
    told = answers.attributes(run.case, question, arguments, run.seed, scenarios, run.draws)
    return dataset(run, taken, scenarios, told | answers.of_run(run.run))


def budget_steps(run: Reopened, by: float = MONEY_STEP) -> Iterator[Step]:
    """Yield a step up and a step down of each phase's budget (R28)."""
    for phase, part in enumerate(run.case.phases):
        row = next(row for row in run.exact.rows if row.name == f"budget of {part.id}")
        for step in (by, -by):
            change = Change((replace(row, high=row.high + step),))
            yield step_of(run, "budget", "budget", "Budget", phase, step, change, "CNY")


def cap_steps(run: Reopened) -> Iterator[Step]:
    """Yield one head more and one less under each phase's cap on heads (R29)."""
    for phase, part in enumerate(run.case.phases):
        row = next(row for row in run.exact.rows if row.name == f"heads in {part.id}")
        for by in (1, -1) if np.isfinite(row.high) else ():
            yield step_of(run, "heads", "cap", "Cap on heads", phase, by, Change((replace(row, high=row.high + by),)))


def sweep_steps(run: Reopened, most: float, steps: int) -> list[Step]:
    """Return all budgets changed together by equal shares from −most to +most, without the case's own."""
    rows = [row for row in run.exact.rows if row.rule == "R28"]
    shares = [share for share in np.linspace(-most, most, 2 * steps + 1) if abs(share) > 1e-12]
    return [
        Step(
            f"budget_{share:+.4g}",
            "sweep",
            "All budgets",
            -1,
            float(share),
            "share",
            Change(tuple(replace(row, high=row.high * (1 + share)) for row in rows)),
        )
        for share in shares
    ]


def step_of(
    run: Reopened, key: str, kind: str, title: str, phase: int, by: float, change: Change, unit: str = "heads"
) -> Step:
    """Return a step of one phase, named by what it changes, when, and whether up or down."""
    name = f"{key}_{run.case.phases[phase].id}_{'more' if by > 0 else 'less'}"
    return Step(name, kind, title, phase, float(by), unit, change)


def known(run: Reopened, taken: list[Taken]) -> list[Taken]:
    """Leave the best plan known out where it is the run's own, or worth no more.

    Where it is better by less than matters, steps that do not change it leave the run's plan as it is (R157).
    """
    found = taken[0].found
    if found is None or found.npv <= run.npv + LEAST_GAIN:
        return taken[1:]
    if matters(run, found.npv):
        return taken
    return [taken[0], *(_as_it_is(run, each, found.choice) for each in taken[1:])]


def _as_it_is(run: Reopened, each: Taken, best: Choice) -> Taken:
    """Return a step with the run's plan where it found no other than the best one and the run's keeps its change."""
    same = each.found and each.found.choice == best
    if not each.found or not same or not keeps_change(run.tables, run.exact, run.choice, each.step.change):
        return each
    return replace(each, found=replace(each.found, choice=run.choice, npv=run.npv, worth=run.npv))


def matters(run: Reopened, worth: float) -> bool:
    """Return whether a plan met is so much better than the run's that all is held against it instead (R157).

    Parameters
    ----------
    worth : of the plan met, mean on the pricing draws, CNY
    """
    return worth - run.npv >= MATERIALITY


def held(run: Reopened, before: Reopened, taken: Sequence[Taken]) -> Reopened:
    """Return the run with the best plan met in place of the one before, where that is better and matters (R157).

    Parameters
    ----------
    run : with the run's own plan; before : with the plan held against so far
    """
    best = known(before, list(taken[:1]))
    if not best or not best[0].found or not matters(run, best[0].found.npv):
        return before
    return replace(before, choice=best[0].found.choice, npv=best[0].found.npv)


def plans_of(run: Reopened, taken: Sequence[Taken]) -> dict[str, Plan]:
    """Return the run's plan and each step's plan, by step."""
    plans = {FIRST: run.plan}
    for each in taken:
        if each.found:
            plans[each.step.id] = each.found.choice.plan(run.case, each.step.id, title(run, each.step))
    return plans


def title(run: Reopened, step: Step) -> str:
    """Return what a step changes, from when on and by how much."""
    start, phases = run.case.clock.start, run.case.phases
    when = "" if step.phase < 0 else f" from {calendar(start, phases[step.phase].first_month)}"
    if not step.by:
        return step.title
    units = {"heads": f"{step.by:+g}", "CNY": f"{step.by / 1e6:+g} M CNY", "share": f"{step.by:+.0%}"}
    amount = units.get(step.unit, f"{step.by:+g} {step.unit}").replace("-", MINUS)
    return f"{step.title}{when}: {amount}"


def dataset(run: Reopened, taken: Sequence[Taken], scenarios: int, told: dict[str, Any]) -> xr.Dataset:
    """Return the plans of some steps on the same fresh futures, the run's own plan first.

    All are held against the run's own plan, or against the best one met where that is better by what matters (R157).

    Parameters
    ----------
    scenarios : N fresh draws
    told : attributes of the answer
    """
    plans = plans_of(run, taken)
    found = [each for each in taken if each.found]
    steps = [Step(FIRST, "", run.plan.title, -1, 0.0, ""), *(each.step for each in found)]
    npv = valued.values(run.case, plans, run.seed, scenarios)
    on_tables = [run.npv, *(each.found.npv for each in found if each.found)]
    gaps = [0.0, *(each.found.gap for each in found if each.found)]
    coordinates = valued.labels(run.case, plans, npv.shape[1]) | {
        "kind": ("plan", valued.text(step.kind for step in steps)),
        "what": ("plan", valued.text(step.title for step in steps)),
        "when": ("plan", np.array([step.phase for step in steps], dtype=np.int64)),
        "by": ("plan", np.array([step.by for step in steps])),
        "unit": ("plan", valued.text(step.unit for step in steps)),
    }
    best = list(plans).index(BEST) if BEST in plans else 0
    first, worth = best if matters(run, on_tables[best]) else 0, np.array(on_tables)
    variables = valued.compared(run.case, plans, npv, first) | {
        "promised": ("plan", worth - worth[first], _money("on the pricing draws, minus the plan held against")),
        "gap": ("plan", np.array(gaps), _money("what a better plan could bring at most, for the solver")),
    }
    refused = [f"{title(run, each.step)} – {each.why}" for each in taken if not each.found]
    told = told | {"refused": "\n".join(refused), "against": list(plans)[first], "materiality": MATERIALITY}
    return xr.Dataset(variables, coordinates, told)


def _money(meaning: str) -> dict[str, str]:
    return {"units": "CNY", "long_name": meaning}
