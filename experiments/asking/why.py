"""Why this plan: the rules it stops at and what easing each is worth, the next best plan, the cost of steps aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from experiments.asking import answers, steps
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import Reopened
from experiments.asking.steps import Step, Taken
from experiments.running.perimeter import cheapest_head
from reports.words import capital
from solvers.change import Change
from solvers.cutting import Solution
from solvers.exact import Choice
from solvers.limits import Limit
from solvers.options import LineOption, closed, neighbours, role_steps
from solvers.resolve import Resolved

EASED = {"CNY": steps.MONEY_STEP, "heads": 1.0, "hours": 130.0, "partners": 1.0}
"""The natural step by which a rule is eased, by its unit; 130 hours are a month of one head."""
SETTLED = ("months", "investment")
"""Rules that the path of organisation modes settles, whatever the plan."""
WORDS = {"heads": "Cap on heads", "budget": "Budget", "span": "Span of control", "sign_ups": "Sign-ups in a quarter"}
LEAST = {"heads": "Minimum of heads", "role": "Minimum of"}
MOST_BETTER = 3
"""Times that a better plan, met while asking, takes the place of the one asked about."""
HELD = "one step aside, nothing else changed"


def ask(name: str, asked: Asked) -> Answer:
    """Tell which rules hold a plan where it is, which plan comes next, and what each step aside costs (R157).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    """
    run, folder = steps.begin(name, "why", asked)
    held, found = run, []
    for _ in range(MOST_BETTER):
        found = steps.take(held, [*easings(held), next_best(held)], asked.say)
        better = steps.held(run, held, found)
        if better is held:
            break
        held = better
    asides, taken = aside(held), steps.known(run, found)
    data = steps.simulate(run, [*taken, *asides], "why", {}, asked)
    return answers.keep(folder, data, run.case, asked.replace, steps.plans_of(run, [*taken, *asides]))


def easings(run: Reopened) -> Iterator[Step]:
    """Yield each rule that the plan stops at, eased by one natural step."""
    for row, used in run.exact.uses(run.tables.total(run.choice)):
        step = EASED.get(row.unit)
        if step is None or row.kind in SETTLED:
            continue
        # A role's seats are priced up to its maximum only, so that a higher one cannot be asked.
        if row.kind != "role" and row.high - used < _room(run, row, step):
            yield _eased(run, row, step, Change((replace(row, high=row.high + step),)))
        if used - row.low < 1e-6 and row.low > 0:
            yield _eased(run, row, -step, _lowered(run, row, row.low - step))


def _room(run: Reopened, row: Limit, step: float) -> float:
    """Return the room below which a rule holds the plan: that of one head in money, a step in hours, none in heads."""
    if row.kind == "budget":
        return cheapest_head(run.case, _phase(run, row))
    return step if row.unit == "hours" else 1e-6


def _phase(run: Reopened, row: Limit) -> int:
    """Return the phase that a row's name ends with, −1 for none."""
    return next((i for i, part in enumerate(run.case.phases) if row.name.endswith(f" {part.id}")), -1)


def _lowered(run: Reopened, row: Limit, low: float) -> Change:
    """Return a rule's minimum lowered; a role's own minimum bounds its seats too (R30)."""
    rows = (replace(row, low=low),)
    if row.kind != "role":
        return Change(rows)
    role = row.name.split(" ")[0]
    least = [float(count) for count in run.case.roles[role].heads_least]
    least[_phase(run, row)] = low
    return Change(rows, least={role: tuple(least)})


def _eased(run: Reopened, row: Limit, by: float, change: Change) -> Step:
    key = f"ease_{row.name.replace(' ', '_')}_{'more' if by > 0 else 'less'}"
    words = (LEAST if by < 0 else WORDS).get(row.kind, capital(row.name))
    role = row.name.split(" ")[0] if row.kind == "role" else ""
    what = f"{words} {run.case.roles[role].title}" if role else words
    return Step(key, "rule", f"{what} ({row.rule})", _phase(run, row), by, row.unit, change)


def next_best(run: Reopened) -> Step:
    """Return the step to the best plan that is not this one."""
    return Step("next_best", "next", "Next best plan", -1, 0.0, "", Change(apart=(run.choice,)))


def aside(run: Reopened) -> list[Taken]:
    """Return the least costly step aside of each role and partner in each phase, all else as it is (exact, R155)."""
    best: dict[str, tuple[float, Step, Choice]] = {}
    for step, choice in _asides(run):
        total = run.tables.total(choice)
        if run.exact.broken(total):
            continue
        worth = float(run.exact.npv(total).mean())
        if step.id not in best or worth > best[step.id][0]:
            best[step.id] = (worth, step, choice)
    return [
        Taken(step, Resolved(choice, worth, worth, Solution(HELD, worth, worth, 1.0)))
        for worth, step, choice in best.values()
    ]


def _asides(run: Reopened) -> Iterator[tuple[Step, Choice]]:
    case = run.case
    for role, heads in run.choice.seats:
        for moved in sorted(role_steps(case, role, heads)):
            phase, by = _first_change(heads, moved)
            yield _aside(role, case.roles[role].title, phase, by), run.choice.with_seats(role, moved)
    for line, option in run.choice.lines:
        for other in _others(run, line, option):
            step = _line_step(run, line, option, other)
            yield step, run.choice.with_line(line, other)


def _others(run: Reopened, line: str, option: LineOption) -> list[LineOption]:
    """Return the priced paths one step from a line's path."""
    near = neighbours(run.case, line, option) | {closed(run.case)} if not option.is_closed else run.tables.options[line]
    return sorted(path for path in near if path != option and path in run.tables.options[line])


def _first_change(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, int]:
    """Return the first phase in which heads differ, and by how many."""
    return next((p, b - a) for p, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)


def _line_step(run: Reopened, line: str, before: LineOption, after: LineOption) -> Step:
    """Return what differs between two paths of a line."""
    title = run.case.lines[line].title
    if before.is_closed or after.is_closed:
        return Step(f"aside_{line}", "aside", f"{title}: {'close' if after.is_closed else 'open'} it", -1, 0.0, "")
    for role, heads in before.team:
        if after.heads(role) != heads:
            phase, by = _first_change(heads, after.heads(role))
            return _aside(f"{line}_{role}", f"{run.case.roles[role].title}, {title}", phase, by)
    own = {name: (start, contract) for name, start, contract in before.partners}
    other = {name: (start, contract) for name, start, contract in after.partners}
    names = {partner.id: partner.title for partner in run.case.partners}
    for name in sorted(own.keys() | other.keys()):
        if own.get(name) != other.get(name):
            verb = "leave out" if name not in other else "sign" if name not in own else "sign in another month"
            return Step(f"aside_{name}_{verb.replace(' ', '_')}", "aside", f"{names[name]}: {verb}", -1, 0.0, "")
    return Step(f"aside_{line}_way", "aside", f"{title}: another way of working", -1, 0.0, "")


def _aside(key: str, words: str, phase: int, by: int) -> Step:
    sign = "more" if by > 0 else "fewer"
    return Step(f"aside_{key}_{phase}_{sign}", "aside", words, phase, float(by), "heads")
