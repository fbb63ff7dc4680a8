"""In which decisions two plans differ, in words, group by group."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from experiments.explaining.mixing import Group
from model.inputs import Case
from model.plan_file import calendar_month
from model.plans import Plan
from reports.words import heads_path, percent

AGAINST = "against"


def told(case: Case, new: Plan, old: Plan, group: Group) -> str:
    """Return in what two plans differ in some groups, the new plan's side first (R171).

    Parameters
    ----------
    group : names of `mixing.GROUPS`
    """
    return "; ".join(words for name in group for words in TOLD[name](case, new, old))


def teams(case: Case, new: Plan, old: Plan) -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Yield title and heads by phase of each role in either plan, shared or in a line that both open (R171)."""
    places = [("", new.seats, old.seats)]
    places += [(f", {case.lines[line].title}", new.lines[line].team, old.lines[line].team) for line in _both(new, old)]
    none = (0,) * len(case.phases)
    for where, left, right in places:
        for role in dict.fromkeys([*left, *right]):
            yield f"{case.roles[role].title}{where}", left.get(role, none), right.get(role, none)


def _both(new: Plan, old: Plan) -> list[str]:
    return [line for line in new.lines if line in old.lines]


def _roles(case: Case, new: Plan, old: Plan) -> Iterator[str]:
    for title, left, right in teams(case, new, old):
        if max(left) != max(right):
            yield f"{title} {max(left)} {AGAINST} {max(right)}"
    for role in dict.fromkeys([*new.flexible, *old.flexible]):
        shares = [percent(plan.flexible[role]) if role in plan.flexible else "its own" for plan in (new, old)]
        if shares[0] != shares[1]:
            yield f"{case.roles[role].title}: flexible share {f' {AGAINST} '.join(shares)}"


def _timing(case: Case, new: Plan, old: Plan) -> Iterator[str]:
    for title, left, right in teams(case, new, old):
        both = min(max(left), max(right))
        ways = [tuple(min(count, both) for count in path) for path in (left, right)]
        if ways[0] != ways[1]:
            yield f"{title} {heads_path(left)} {AGAINST} {heads_path(right)}"
    for title, line, name in _signed(case, new, old):
        months = [plan.lines[line].partners[name].start for plan in (new, old)]
        if months[0] != months[1]:
            yield f"{title} {f' {AGAINST} '.join(calendar_month(case.clock.start, month) for month in months)}"


def _signed(case: Case, new: Plan, old: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield title, line and id of each partner that both plans sign."""
    titles = {partner.id: partner.title for partner in case.partners}
    for line in _both(new, old):
        for name in new.lines[line].partners:
            if name in old.lines[line].partners:
                yield titles[name], line, name


def _mode(case: Case, new: Plan, old: Plan) -> Iterator[str]:
    for phase, left, right in zip(case.phases, new.modes, old.modes, strict=True):
        if left != right:
            when = calendar_month(case.clock.start, phase.first_month)
            yield f"from {when} {case.modes[left].title} {AGAINST} {case.modes[right].title}"


def _lines(case: Case, new: Plan, old: Plan) -> Iterator[str]:
    titles = {partner.id: partner.title for partner in case.partners}
    for which, plan, other in (("first", new, old), ("second", old, new)):
        opened = [case.lines[line].title for line in plan.lines if line not in other.lines]
        own = [
            titles[name]
            for line in _both(plan, other)
            for name in plan.lines[line].partners
            if name not in other.lines[line].partners
        ]
        if opened or own:
            yield f"only in the {which}: {', '.join([*opened, *own])}"
    for line in _both(new, old):
        left, right = (case.ways[plan.lines[line].way].title for plan in (new, old))
        if left != right:
            yield f"{case.lines[line].title}: {left} {AGAINST} {right}"
    if new.cities != old.cities:
        left, right = (heads_path(plan.cities) or "as the case says" for plan in (new, old))
        yield f"cities {left} {AGAINST} {right}"


def _contracts(case: Case, new: Plan, old: Plan) -> Iterator[str]:
    for title, line, name in _signed(case, new, old):
        left, right = (plan.lines[line].partners[name].contract for plan in (new, old))
        if left != right:
            yield f"{title}: {case.contracts[left].title} {AGAINST} {case.contracts[right].title}"


def _rules(case: Case, new: Plan, old: Plan) -> Iterator[str]:
    left, right = (ends(case, plan) for plan in (new, old))
    if left != right:
        yield f"{left} {AGAINST} {right}"
    if new.moves != old.moves:
        yield f"{len(new.moves)} moves of people {AGAINST} {len(old.moves)}"


def ends(case: Case, plan: Plan) -> str:
    """Return a plan's milestones and ends as a list, "none" where it has neither."""
    parts = [("", plan.policies.stop_after, plan.policies.gates)]
    parts += [(f"{case.lines[name].title} ", part.stop_after, part.gates) for name, part in plan.lines.items()]
    told = [f"{what}ends after {calendar_month(case.clock.start, stop)}" for what, stop, _ in parts if stop is not None]
    told += [f"{what}milestone “{case.gates[asked.gate].title}”" for what, _, gates in parts for asked in gates]
    return ", ".join(told) or "none"


TOLD: dict[str, Callable[[Case, Plan, Plan], Iterator[str]]] = {
    "roles": _roles,
    "timing": _timing,
    "mode": _mode,
    "lines": _lines,
    "contracts": _contracts,
    "rules": _rules,
}
