"""What differs between two runs, an entry for each thing: heads, partners, contracts, the plan's rules, assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from experiments.explaining.changes import changes
from experiments.explaining.telling import ends, teams
from model.inputs import Case
from model.plans import PartnerPlan, Plan, heads_by_phase
from reports.words import calendar, heads_path, percent, plain

Side = tuple[Case, Plan]
NONE = "none"


@dataclass(frozen=True)
class Item:
    """One thing that differs; kind : heads, role, partner, line, plan, assumption or contract; old, new : in words."""

    kind: str
    what: str
    old: str
    new: str


def items(old: Side, new: Side) -> tuple[list[Item], int]:
    """Return what differs, plan first, and at how many places texts or ranges differ without money (R198)."""
    found, texts = changes(old[0], new[0])
    case = named(old[0], new[0])
    own = [
        *_heads(old, new),
        *_partners(case, old[1], new[1]),
        *_lines(case, old[1], new[1]),
        *_roles(case, old[1], new[1]),
        *_others(case, old, new),
    ]
    return [*own, *(Item(change.kind, change.what, change.old, change.new) for change in found)], texts


def named(old: Case, new: Case) -> Case:
    """Return the new case with what only the old one has, so that either plan's parts have a title."""
    both = {key: getattr(old, key) | getattr(new, key) for key in ("roles", "lines", "modes", "ways", "contracts")}
    known = {partner.id for partner in new.partners}
    partners = (*new.partners, *(partner for partner in old.partners if partner.id not in known))
    return new.model_copy(update={**both, "gates": old.gates | new.gates, "partners": partners})


def _heads(old: Side, new: Side) -> Iterator[Item]:
    paths = [heads_by_phase(*side) for side in (old, new)]
    if paths[0] != paths[1]:
        yield Item("heads", "Planned heads by phase", *map(heads_path, paths))


def _signed(plan: Plan) -> dict[str, PartnerPlan]:
    return {name: part for line in plan.lines.values() for name, part in line.partners.items()}


def _partners(case: Case, old: Plan, new: Plan) -> Iterator[Item]:
    """Yield each partner in, out, moved to another month or put under another contract, in the order of the case."""
    before, after = _signed(old), _signed(new)
    for partner in case.partners:
        sides = [signed.get(partner.id) for signed in (before, after)]
        if sides[0] != sides[1]:
            yield Item("partner", partner.title, *(_terms(case, side) for side in sides))


def _terms(case: Case, signed: PartnerPlan | None) -> str:
    if signed is None:
        return NONE
    return f"from {calendar(case.clock.start, signed.start)} under {case.contracts[signed.contract].title}"


def _lines(case: Case, old: Plan, new: Plan) -> Iterator[Item]:
    for name, line in case.lines.items():
        sides = [case.ways[plan.lines[name].way].title if name in plan.lines else NONE for plan in (old, new)]
        if sides[0] != sides[1]:
            yield Item("line", line.title, *sides)


def _roles(case: Case, old: Plan, new: Plan) -> Iterator[Item]:
    for title, after, before in teams(case, new, old):
        if after != before:
            yield Item("role", title, heads_path(before), heads_path(after))


def _others(case: Case, old: Side, new: Side) -> Iterator[Item]:
    """Yield what else the plans differ in: flexible shares, cities, milestones, moves, the organisation by phase."""
    plans = (old[1], new[1])
    pairs = [
        (f"{case.roles[role].title}: flexible share", [_flexible(plan, role) for plan in plans]) for role in case.roles
    ]
    pairs.append(("Cities by phase", [heads_path(plan.cities) or "as the case says" for plan in plans]))
    pairs.append(("Milestones waited for, and the plan's end", [ends(case, plan) for plan in plans]))
    pairs.append(("Moves of people", [plain(len(plan.moves)) for plan in plans]))
    if len(old[0].phases) == len(new[0].phases):
        pairs += _organisation(case, plans)
    yield from (Item("plan", what, *sides) for what, sides in pairs if sides[0] != sides[1])


def _flexible(plan: Plan, role: str) -> str:
    return percent(plan.flexible[role]) if role in plan.flexible else "its own"


def _organisation(case: Case, plans: tuple[Plan, Plan]) -> Iterator[tuple[str, list[str]]]:
    for place, phase in enumerate(case.phases):
        when = calendar(case.clock.start, phase.first_month)
        yield f"Organisation from {when}", [case.modes[plan.modes[place]].title for plan in plans]
