"""What a case asks of every plan beside head counts and budgets: people in time, skills, partners, closed lines."""

from __future__ import annotations

from collections.abc import Iterator

from model.bound import NEVER, Bound
from model.inputs import Case
from model.seat_inputs import Skill
from model.seats import usual_start


def demands(case: Case) -> list[Bound]:
    """Return what the case asks of every plan (R136–R138); most cases ask for nothing of it.

    Examples
    --------
    See tests/test_demands.py: each demand with a plan that keeps it and one that does not.
    """
    return [*_calendar(case), *_skills(case), *_required(case), *_closed(case)]


def _calendar(case: Case) -> Iterator[Bound]:
    """Role minima are met by people who usually start before the phase ends (R136)."""
    for role, entry in case.roles.items():
        for phase, low in enumerate(entry.heads_least):
            opens, last = in_time(case, role, phase), case.phase_bounds()[phase][1] - 1
            if entry.kind == "shared" and low > 0 and len(opens) <= phase:
                start = usual_start(case, role, case.phases[phase].first_month)
                why = f"ordered as early as may be, the usual start is month {start}; the phase ends with month {last}"
                name = f"{role} there by the end of {case.phases[phase].id}"
                yield Bound(name, "R136", "heads", "calendar", phase, float(low), NEVER, role, opens=opens, low_by=why)


def in_time(case: Case, role: str, phase: int) -> tuple[int, ...]:
    """Return the phases in which a seat of a role may open to be filled before a phase ends (R136)."""
    end = case.phase_bounds()[phase][1]
    firsts = [part.first_month for part in case.phases[: phase + 1]]
    return tuple(index for index, first in enumerate(firsts) if usual_start(case, role, first) < end)


def _skills(case: Case) -> Iterator[Bound]:
    """A shared role whose starters lack a needed skill has no heads (R137)."""
    for skill in case.staffing.skills:
        short = lacking(skill)
        if short > 0 and case.roles[skill.role].kind == "shared":
            have, asked = 100 * (float(skill.hired) + float(skill.trained)), 100 * float(skill.required)
            why = f"{have:.4g} % of the people have it, {asked:.4g} % are asked"
            for phase, part in enumerate(case.phases):
                name = f"{skill.skill} of {skill.role} in {part.id}"
                yield Bound(name, "R137", "heads", "skill", phase, -NEVER, 0.0, skill.role, high_by=why, share=short)


def lacking(skill: Skill) -> float:
    """Return the share of a role's people who should have a skill and do not; 0 where it is covered (R137)."""
    short = float(skill.required) - float(skill.hired) - float(skill.trained)
    return short if short > 1e-9 else 0.0


def _required(case: Case) -> Iterator[Bound]:
    """A required partner is signed by every plan (R138)."""
    for name in case.choice.required_partners:
        yield Bound(f"{name} signed", "R138", "partners", "required", 0, 1.0, NEVER, name)


def _closed(case: Case) -> Iterator[Bound]:
    """No plan signs a partner of a closed line (R138)."""
    for line in case.choice.closed_lines:
        yield Bound(f"partners of closed line {line}", "R138", "partners", "closed", 0, -NEVER, 0.0, line)
