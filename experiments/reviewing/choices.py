"""What can be done now: keep the plan, stay as it is, stop, or go on as another plan from the next phase on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from model import gates
from model.inputs import Case
from model.plans import LinePlan, PartnerPlan, Plan

KEEP, HOLD, STOP = "keep", "hold", "stop"
Part = TypeVar("Part")


def settled(case: Case, plan: Plan, verdicts: Mapping[str, int]) -> Plan:
    """Return the plan as it goes on after the gates that have spoken (R132, R179).

    Parameters
    ----------
    verdicts : by gate of the unit that the plan asks and whose marks are all known
    """
    for asked in gates.in_turn(case, plan.policies.gates):
        if asked.name not in verdicts:
            continue
        left = tuple(answer for answer in plan.policies.gates if answer.gate != asked.name)
        plan = plan.model_copy(update={"policies": plan.policies.model_copy(update={"gates": left})})
        if verdicts[asked.name] == gates.HOLD:
            plan = gates.held(case, plan, asked.gate.month)
        elif verdicts[asked.name] == gates.STOP:
            return gates.as_planned(gates.stopped(case, plan, asked.gate.month))
    return plan


def ways(case: Case, keep: Plan, others: Mapping[str, Plan], month: int) -> dict[str, Plan]:
    """Return what can be done after a month, `KEEP` first; what changes nothing is left out (R179).

    Parameters
    ----------
    others : plans that may be switched to, by name
    """
    found = {KEEP: keep}
    named = {HOLD: ("Stay as it is", gates.held(case, keep, month))}
    named[STOP] = ("Stop now", gates.as_planned(gates.stopped(case, keep, month)))
    for name, other in others.items():
        if not other.is_idle and other.policies.stop_after is None:
            named[name] = (f"Go on as “{other.title}”", joined(case, keep, other, month))
    for name, (title, plan) in named.items():
        if all(_what(plan) != _what(known) for known in found.values()):
            found[name] = plan.model_copy(update={"name": name, "title": title})
    return found


def _what(plan: Plan) -> str:
    return plan.model_dump_json(exclude={"name", "title"})


def joined(case: Case, keep: Plan, other: Plan, month: int) -> Plan:
    """Return the plan that is kept to a month and another one from the next phase on (R179).

    Ways of working and contracts that run go on; partners of the other plan sign if they start after the month.
    """
    bounds = case.phase_bounds()
    since = next((index for index, (first, _) in enumerate(bounds) if first > month), len(bounds))
    none = (0,) * len(bounds)
    roles = [role for role in case.roles if role in keep.seats or role in other.seats]
    seats = {role: _mix(keep.seats.get(role, none), other.seats.get(role, none), since) for role in roles}
    end = bounds[since][0] - 1 if since < len(bounds) else None
    lines = {}
    for name in [line for line in case.lines if line in keep.lines or line in other.lines]:
        part = _line(keep.lines.get(name), other.lines.get(name), since, month, end)
        if part is not None:
            lines[name] = part
    changes: dict[str, object] = {
        "seats": {role: heads for role, heads in seats.items() if any(heads)},
        "lines": lines,
        "modes": _mix(keep.modes, other.modes, since),
        "moves": tuple(move for move in keep.moves if move.month <= month),
        "policies": other.policies,
    }
    if keep.cities is not None and other.cities is not None:
        changes["cities"] = _mix(keep.cities, other.cities, since)
    return keep.model_copy(update=changes)


def _mix(before: Sequence[Part], after: Sequence[Part], since: int) -> tuple[Part, ...]:
    return (*before[:since], *after[since:])


def _line(keep: LinePlan | None, other: LinePlan | None, since: int, month: int, end: int | None) -> LinePlan | None:
    """Return a line that is kept to a month, then as in the other plan; closed at `end` where that has none."""
    if keep is None:
        assert other is not None
        empty = {role: (0,) * len(heads) for role, heads in other.team.items()}
        keep = other.model_copy(update={"team": empty, "partners": {}})
    begun = {name: entry for name, entry in keep.partners.items() if entry.start <= month}
    if other is None:
        return keep.model_copy(update={"partners": begun, "stop_after": end or month}) if begun else None
    before, after = keep.team, other.team
    none = (0,) * len(next(iter({**before, **after}.values()), ()))
    team = {role: _mix(before.get(role, none), after.get(role, none), since) for role in {**before, **after}}
    later: dict[str, PartnerPlan] = {
        name: entry for name, entry in other.partners.items() if entry.start > month and name not in begun
    }
    if not begun and not later:
        return None
    return keep.model_copy(update={"team": team, "partners": begun | later})
