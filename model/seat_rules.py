"""What the optional mechanisms of seats name elsewhere in a case: roles, modes, months, rates in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from model.inputs import Case
from model.seat_inputs import uncovered

Fault: TypeAlias = tuple[str, str, object, str]
"""A broken rule: key path, what, found, allowed."""


def seat_faults(case: Case) -> list[Fault]:
    """Return what is wrong with optional mechanisms of seats, with key paths (R50, R51, R53, R55, R57, R59, R137)."""
    return [*_role_faults(case), *_mode_faults(case), *_month_faults(case)]


def _role_faults(case: Case) -> Iterator[Fault]:
    """Roles of skills and equity grants exist (R55, R57)."""
    rules, known = case.staffing, ", ".join(case.roles)
    for number, skill in enumerate(rules.skills, start=1):
        where, have = f"staffing.skills[{number}]", float(skill.hired) + float(skill.trained)
        if skill.role not in case.roles:
            yield f"{where}.role", "unknown role", skill.role, known
        elif case.roles[skill.role].kind != "shared" and have < skill.required - 1e-9:
            yield where, f"too few people of {skill.role} have {skill.skill}", f"{have:g}", f">= {skill.required:g}"
    for name in rules.equity.grant if rules.equity else ():
        if name not in case.roles:
            yield f"staffing.equity.grant.{name}", "unknown role", name, known


def _mode_faults(case: Case) -> Iterator[Fault]:
    """Modes of the dilution exist; friction has one share for each phase (R50, R59)."""
    for name in case.staffing.attrition.by_mode if case.staffing.attrition else ():
        if name not in case.modes:
            yield f"staffing.attrition.by_mode.{name}", "unknown mode", name, ", ".join(case.modes)
    phases = len(case.phases)
    for name, mode in case.modes.items():
        if mode.friction is not None and len(mode.friction.by_phase) != phases:
            where, found = f"modes.{name}.friction.by_phase", len(mode.friction.by_phase)
            yield where, "share of working time by phase", found, f"{phases} values"


def _month_faults(case: Case) -> Iterator[Fault]:
    """Months of managed exits lie inside the horizon; rates are in force, or said to be extended (R51, R53)."""
    months, rules = case.clock.months, case.staffing
    for month in rules.managed_exit.months if rules.managed_exit else ():
        if not 1 <= month <= months:
            yield "staffing.managed_exit.months", "outside the horizon", month, f"1…{months}"
    if rules.on_cost_city is not None and not rules.on_cost_city.extended:
        bare = uncovered(rules.on_cost_city, case.clock.start, months)
        if bare:
            found, allowed = f"{bare[0]} … {bare[-1]}", "rates for each month, or extended = true"
            yield "staffing.on_cost_city.extended", "months without rates in force", found, allowed
