"""Mixed plans: each group of decisions taken from one of two plans, so that their difference can be shared out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from experiments.explaining.shares import every_mix
from model.inputs import Case
from model.plans import LinePlan, Move, PartnerPlan, Plan, plan_faults

GROUPS = ("roles", "timing", "mode", "lines", "contracts", "rules")
"""Roles: seats that a role ever has, flexible labour. Timing: when seats open and partners start. Mode: organisation by
phase. Lines: which are open, their partners, ways of working and cities. Contracts: of partners that both plans sign.
Rules: milestones, ends and moves."""
Group = tuple[str, ...]
"""Groups of GROUPS that are exchanged together, usually one."""


def heads(seats: tuple[int, ...], timing: tuple[int, ...]) -> tuple[int, ...]:
    """Return heads by phase with the seats of one plan and the timing of another (R171).

    A seat that both have is open when the timing says; one that only the first has is open when that one says.

    Parameters
    ----------
    seats, timing : heads by phase of one role

    Examples
    --------
    >>> heads((1, 1, 3), (0, 2, 2))
    (0, 2, 3)
    >>> heads((0, 0, 1), (1, 2, 2))
    (1, 1, 1)
    """
    most, both = max(seats, default=0), max(timing, default=0)
    return tuple(min(most, when) + max(own - both, 0) for own, when in zip(seats, timing, strict=True))


def mix(case: Case, of: Mapping[str, Plan]) -> Plan:
    """Return the plan that takes each group of decisions from the plan named for it (R171).

    What only one plan has (a line, a partner) comes whole from the one that opens it.

    Parameters
    ----------
    of : plan by group of GROUPS
    """
    plan = of["mode"].model_copy(
        update={
            "name": "mix",
            "title": "Mixed plan",
            "seats": _teams(of["roles"].seats, of["timing"].seats),
            "lines": {line: _line(of, line) for line in of["lines"].lines},
            "cities": of["lines"].cities,
            "flexible": of["roles"].flexible,
            "policies": of["rules"].policies,
            "moves": (),
        }
    )
    return _moving(case, plan, of["rules"].moves) if of["rules"].moves else plan


def _teams(roles: Mapping[str, tuple[int, ...]], timing: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {role: heads(own, timing.get(role, (0,) * len(own))) for role, own in roles.items()}


def _line(of: Mapping[str, Plan], line: str) -> LinePlan:
    opened = of["lines"].lines[line]
    part = {group: plan.lines.get(line, opened) for group, plan in of.items()}
    partners = {
        name: PartnerPlan(
            start=part["timing"].partners.get(name, entry).start,
            contract=part["contracts"].partners.get(name, entry).contract,
        )
        for name, entry in opened.partners.items()
    }
    rules = {"gates": part["rules"].gates, "stop_after": part["rules"].stop_after}
    team = _teams(part["roles"].team, part["timing"].team)
    return opened.model_copy(update={"team": team, "partners": partners, **rules})


def _moving(case: Case, plan: Plan, moves: tuple[Move, ...]) -> Plan:
    """Return the plan with those moves whose seats it has; the others are not made."""
    while True:
        told = plan.model_copy(update={"moves": moves})
        places = [path for path, *_ in plan_faults(case, told) if path.startswith("moves[")]
        if not places or not moves:
            return told
        wrong = int(places[0].removeprefix("moves[").partition("]")[0]) - 1
        moves = moves[:wrong] + moves[wrong + 1 :]


def mixed(case: Case, new: Plan, old: Plan, groups: list[Group]) -> list[Plan]:
    """Return the plans of all mixes of groups, in the order of `shares.every_mix`; groups not named are the new one's.

    Parameters
    ----------
    groups : exchanged groups; where one is not, the old plan's decisions stay
    """
    plans = []
    for state in every_mix(len(groups)).states:
        stay = {name for number, group in enumerate(groups) if number not in state for name in group}
        plans.append(mix(case, {name: old if name in stay else new for name in GROUPS}))
    return plans


def differing(case: Case, new: Plan, old: Plan) -> list[Group]:
    """Return the groups in which two plans differ; those whose mix is no plan of the case are taken together (R171).

    Groups of no influence in any mix are left out. Breaking a limit is no reason to take groups together.
    """
    single: list[Group] = [(name,) for name in GROUPS]
    plans = [_content(plan) for plan in mixed(case, new, old, single)]
    without = [
        any(plans[number] != plans[number | 1 << place] for number in range(len(plans))) for place in range(len(single))
    ]
    groups = [group for group, matters in zip(single, without, strict=True) if matters]
    return next(way for way in _ways(groups) if not any(plan_faults(case, p) for p in mixed(case, new, old, way)))


def _ways(groups: list[Group]) -> Iterator[list[Group]]:
    """Yield the groups as they are, then with two of them together, then with three, …, then all together."""
    yield groups
    for size in range(2, len(groups) + 1):
        for together in combinations(groups, size):
            one = tuple(name for group in together for name in group)
            first = groups.index(together[0])
            rest = [group for group in groups if group not in together]
            yield [*rest[:first], one, *rest[first:]]


def _content(plan: Plan) -> dict[str, object]:
    return plan.model_dump(exclude={"name", "title"})
