"""A conflict of rules in the words of the case: who asks for what, what gives way, and where to change it."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from model.demands import lacking
from model.errors import Finding
from model.inputs import Case
from model.seat_inputs import Skill
from model.seats import lead_time, order_month, usual_start
from solvers.elastic import Conflict, Mend, Side

BEYOND = {"work": " beyond what its heads may carry", "span": " beyond what managers may lead"}
"""What is counted where a row stands at zero for people who do no more than they can."""


def finding(case: Case, conflict: Conflict) -> Finding:
    """Return a conflict as a finding: the rule whose mend is cheapest, what it stands against, each mend (R139)."""
    first = conflict.mends[0].side if conflict.mends else conflict.sides[-1]
    against = "; ".join(asked(side) for side in conflict.sides if side is not first)
    what = f"no plan keeps this rule ({_rule(first)})" + (f" together with {against}" if against else "")
    needed = f"{_counted(first, first.moved(conflict.mends[0].amount))} needed" if conflict.mends else ""
    say = FOUND.get(first.row.kind)
    found, allowed = say(case, first) if say else (needed, _allowed(first))
    fixes = dict.fromkeys(mended(case, mend) for mend in conflict.mends)
    fix = "; or ".join(fixes) + " (checked: then a plan keeps all other rules)" if fixes else ""
    return Finding("E-INFEASIBLE", first.row.name, what, found, allowed, fix)


def asked(side: Side) -> str:
    """Say one side of a rule, as "heads in mvp at most 8 heads (R29, mode virtual_group)"."""
    return f"{side.row.name} {_allowed(side)} ({_rule(side)})"


def _rule(side: Side) -> str:
    return f"{side.row.rule}, {side.by}" if side.by else side.row.rule


def mended(case: Case, mend: Mend) -> str:
    """Say what a person would change in the case so that one side of a rule gives way by an amount."""
    say = MENDED.get(mend.side.row.kind)
    return say(case, mend) if say else _moved(mend)


def _moved(mend: Mend) -> str:
    side = mend.side
    verb = "lower the least" if side.is_low else "raise the most"
    by = f" ({side.by})" if side.by else ""
    return f"{verb} of {side.row.name}{by} by {mend.amount:,.0f} to {_counted(side, side.moved(mend.amount))}"


def _budget(case: Case, mend: Mend) -> str:
    return f"raise {mend.side.row.name} by {mend.amount:,.0f} to {mend.side.moved(mend.amount):,.0f} CNY"


def _asked(case: Case, mend: Mend) -> str:
    if mend.side.row.unit == "CNY" and not mend.side.is_low:
        return _budget(case, mend)
    return _moved(mend)


def _span(case: Case, mend: Mend) -> str:
    pairs = zip(mend.total.heads, mend.total.managers, strict=True)
    needed = max((float(heads / managers) - 1 for heads, managers in pairs if managers), default=0.0)
    return f"raise the span of control from {float(case.staffing.span_of_control):g} to {ceil(round(needed, 6))}"


def _work(case: Case, mend: Mend) -> str:
    role, phase = mend.side.row.at
    return f"take {mend.amount:,.0f} hours of work off {role} in {phase}, or let so many more be bought"


def _calendar(case: Case, mend: Mend) -> str:
    role, phase = mend.side.row.at
    hiring, first = case.staffing.hiring, case.phases[_phase(case, mend.side)].first_month
    room = _last_month(case, mend.side) - order_month(first, hiring.order_ahead if hiring else 0)
    fewer = f"lower the fewest {role} in {phase} to {mend.side.moved(mend.amount):,.0f}"
    return f"{fewer}, or shorten its lead time from {lead_time(case, role)} to {room} months"


def _too_late(case: Case, side: Side) -> tuple[str, str]:
    start = usual_start(case, side.row.at[0], case.phases[_phase(case, side)].first_month)
    return f"usual start in month {start}", f"month {_last_month(case, side)} at the latest"


def _skill(case: Case, mend: Mend) -> str:
    skill = _skill_of(case, mend.side)
    short = f"hire or train {100 * lacking(skill):.4g} % more of {skill.role} with {skill.skill}"
    return f"{short}, or ask for {_have(skill):.4g} %"


def _lacks(case: Case, side: Side) -> tuple[str, str]:
    skill = _skill_of(case, side)
    return f"{_have(skill):.4g} % of {skill.role} with {skill.skill}", f"at least {100 * float(skill.required):.4g} %"


def _skill_of(case: Case, side: Side) -> Skill:
    return next(s for s in case.staffing.skills if side.row.name.startswith(f"{s.skill} of {s.role} in "))


def _have(skill: Skill) -> float:
    return 100 * (float(skill.required) - lacking(skill))


def _last_month(case: Case, side: Side) -> int:
    return case.phase_bounds()[_phase(case, side)][1] - 1


def _required(case: Case, mend: Mend) -> str:
    return f"do not require {mend.side.row.at[0]}"


def _closed(case: Case, mend: Mend) -> str:
    return f"let line {mend.side.row.at[0]} open"


def _sign_ups(case: Case, mend: Mend) -> str:
    return f"let {mend.amount:,.0f} more partners start ({mend.side.row.name})"


MENDED: dict[str, Callable[[Case, Mend], str]] = {
    "budget": _budget,
    "asked": _asked,
    "held": _budget,
    "span": _span,
    "work": _work,
    "calendar": _calendar,
    "skill": _skill,
    "required": _required,
    "closed": _closed,
    "sign_ups": _sign_ups,
}


def _unsigned(case: Case, side: Side) -> tuple[str, str]:
    return "no plan that signs it", "signed by every plan"


FOUND: dict[str, Callable[[Case, Side], tuple[str, str]]] = {
    "calendar": _too_late,
    "skill": _lacks,
    "required": _unsigned,
}
"""What is found and allowed, where the count of the row itself says little."""


def _phase(case: Case, side: Side) -> int:
    return [phase.id for phase in case.phases].index(side.row.at[-1])


def _counted(side: Side, value: float) -> str:
    unit = side.row.unit.removesuffix("s") if value == 1 else side.row.unit
    return f"{value:,.0f} {unit}{BEYOND.get(side.row.kind, '')}"


def _allowed(side: Side) -> str:
    return f"{'at least' if side.is_low else 'at most'} {_counted(side, side.bound)}"
