"""The rules across the sections of a case; each broken one with its key path, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TypeAlias

from model.case_numbers import Number, numbers, partner_numbers
from model.inputs import Case
from model.question_inputs import Fit
from model.seat_rules import seat_faults

Fault: TypeAlias = tuple[str, str, object, str]
"""A broken rule: key path, what, found, allowed."""


def case_faults(case: Case) -> list[Fault]:
    """Return what is wrong across sections, each with its key path."""
    return [
        *_clock_faults(case),
        *_partner_faults(case),
        *_class_faults(case),
        *_volume_faults(case),
        *_choice_faults(case),
        *_demand_faults(case),
        *_role_faults(case),
        *_limit_faults(case),
        *_question_faults(case),
        *_lever_faults(case),
        *_scheme_faults(case),
        *_channel_faults(case),
        *_gate_faults(case),
        *seat_faults(case),
    ]


def _clock_faults(case: Case) -> Iterator[Fault]:
    firsts = [phase.first_month for phase in case.phases]
    if not firsts or firsts[0] != 1 or firsts != sorted(set(firsts)) or firsts[-1] > case.clock.months:
        yield (
            "phases",
            "phases must tile the horizon",
            firsts,
            f"rising first months from 1 within 1…{case.clock.months}",
        )
    if case.calibration not in case.calibrations:
        yield "calibration", "unknown calibration", case.calibration, ", ".join(case.calibrations)
    targets = len(case.incentives.targets)
    if targets != case.years:
        yield "incentives.targets", "targets need one value per programme year", targets, str(case.years)
    steps = [step.first_month for step in case.costs.tools]
    if steps != sorted(set(steps)):
        yield "costs.tools", "steps must rise", steps, "each first month above the one before"


def _partner_faults(case: Case) -> Iterator[Fault]:
    known = {"line": list(case.lines), "contract": list(case.contracts)}
    for partner in case.partners:
        where = f"partners[{partner.id}]"
        for field, options in known.items():
            name = getattr(partner, field)
            if name not in options:
                yield f"{where}.{field}", f"unknown {field}", name, ", ".join(options)
    ids = [partner.id for partner in case.partners]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        yield "partners", "partner id stands twice", twice, "each id once"


def _class_faults(case: Case) -> Iterator[Fault]:
    classes = sorted({partner.partner_class for partner in case.partners})
    for role, work in case.shared_work.items():
        for name in classes:
            if work.by_class and name not in work.by_class:
                yield f"shared_work.{role}.by_class", "no hours for a partner class", name, ", ".join(work.by_class)


def _volume_faults(case: Case) -> Iterator[Fault]:
    ids = [partner.id for partner in case.partners]
    for name, path in case.volumes.items():
        if name not in ids:
            yield f"volumes.{name}", "unknown partner", name, ", ".join(ids)
        if len(path) != case.clock.months:
            yield f"volumes.{name}", "months of given volume", len(path), str(case.clock.months)


def _allowed_faults(case: Case) -> Iterator[Fault]:
    ids = [partner.id for partner in case.partners]
    for name, contracts in case.choice.contract_variants.items():
        where = f"choice.contract_variants.{name}"
        if name not in ids:
            yield where, "unknown partner", name, ", ".join(ids)
        for contract in contracts:
            if contract not in case.contracts:
                yield where, "unknown contract", contract, ", ".join(case.contracts)
    able = [name for name, role in case.roles.items() if role.employment is not None]
    for role in case.choice.flexible:
        if role not in able:
            yield f"choice.flexible.{role}", "no flexible labour in this role", role, ", ".join(able) or "none"
    if case.choice.moves and case.staffing.moves is None:
        yield "choice.moves", "moves need their terms", ", ".join(case.choice.moves), "[staffing.moves]"


def _choice_faults(case: Case) -> Iterator[Fault]:
    for number, path in enumerate(case.choice.mode_paths, start=1):
        where = f"choice.mode_paths[{number}]"
        if len(path) != len(case.phases):
            yield where, "a mode path needs one mode per phase", list(path), f"{len(case.phases)} modes"
        for mode in path:
            if mode not in case.modes:
                yield where, "unknown mode", mode, ", ".join(case.modes)
    yield from _allowed_faults(case)
    if case.market is not None and len(case.market.cities) != len(case.phases):
        yield "market.cities", "open cities by phase", len(case.market.cities), f"{len(case.phases)} counts"
    for month in case.choice.start_months:
        if not 1 <= month <= case.clock.months:
            yield "choice.start_months", "outside the horizon", month, f"1…{case.clock.months}"


def _demand_faults(case: Case) -> Iterator[Fault]:
    partners = [partner.id for partner in case.partners]
    for name in case.choice.required_partners:
        if name not in partners:
            yield "choice.required_partners", "unknown partner", name, ", ".join(partners)
    for line in case.choice.closed_lines:
        if line not in case.lines:
            yield "choice.closed_lines", "unknown line", line, ", ".join(case.lines)


def _role_faults(case: Case) -> Iterator[Fault]:
    phases = len(case.phases)
    for name, role in case.roles.items():
        bounds = {"heads_least": role.heads_least, "heads_most": role.heads_most}
        wrong = {field: len(heads) for field, heads in bounds.items() if len(heads) != phases}
        for field, found in wrong.items():
            yield f"roles.{name}.{field}", "heads by phase", found, f"{phases} values"
        if wrong:
            continue
        pairs = zip(role.heads_least, role.heads_most, strict=True)
        crossed = [f"{low:g} > {high:g}" for low, high in pairs if low > high]
        if crossed:
            yield f"roles.{name}.heads_least", "fewest heads above most heads", ", ".join(crossed), "least <= most"
    shared = [name for name, role in case.roles.items() if role.kind == "shared"]
    for name in case.shared_work:
        if name not in shared:
            yield f"shared_work.{name}", "unknown shared role", name, ", ".join(shared)


def _question_faults(case: Case) -> Iterator[Fault]:
    """Name the keys that a question, a fit or a named future speaks of and the case has not (R158)."""
    weight = sum(world.weight for world in case.scenarios.values())
    if round(weight, 9) > 1:
        yield "scenarios", "weights of the named futures", f"{weight:g} in sum", "<= 1 in sum"
    if not case.break_even and not case.fit and not case.scenarios:
        return
    data = case.model_dump(mode="json")
    known = numbers(data) | partner_numbers(data)
    for name, question in case.break_even.items():
        yield from _unknown_number(f"break_even.{name}.vary", question.vary, known)
        for key in question.without:
            yield from _unknown_number(f"break_even.{name}.without", key, known)
    for name, fit in case.fit.items():
        if name not in case.calibrations:
            yield f"fit.{name}", "unknown calibration", name, ", ".join(case.calibrations)
        yield from _fit_faults(f"fit.{name}", fit, known, case.clock.months)
    for name, world in case.scenarios.items():
        for key, value in world.changes.items():
            yield from _unknown_number(f"scenarios.{name}.changes", key, known, value.unit)


def _fit_faults(where: str, fit: Fit, known: dict[str, Number], months: int) -> Iterator[Fault]:
    for free in fit.parameters:
        yield from _unknown_number(f"{where}.parameters", free.key, known, free.prior.unit)
    for title, reference in fit.references.items():
        for key, value in reference.changes.items():
            yield from _unknown_number(f"{where}.references.{title}.changes", key, known, value.unit)
    for kind, parts in (("targets", fit.targets), ("references", fit.references)):
        for title, part in parts.items():
            if part.last_month > months:
                yield f"{where}.{kind}.{title}.last_month", "outside the horizon", part.last_month, f"1…{months}"


def _unknown_number(where: str, key: str, known: dict[str, Number], unit: str = "") -> Iterator[Fault]:
    if key not in known:
        near = get_close_matches(key, known, n=5, cutoff=0.0)
        yield where, "unknown number", key, ", ".join(near)
    elif unit and known[key].unit != unit:
        yield where, f"{key} has another unit", unit, known[key].unit


def _lever_faults(case: Case) -> Iterator[Fault]:
    for way, part in case.ways.items():
        for name in part.levers:
            if name not in case.levers:
                yield f"ways.{way}.levers", "unknown lever", name, ", ".join(case.levers)
    for name, lever in case.levers.items():
        for line in lever.paid_by:
            if line not in case.lines:
                yield f"levers.{name}.paid_by.{line}", "unknown line", line, ", ".join(case.lines)
        paid = sum(lever.paid_by.values())
        if round(paid, 9) > 1:
            yield f"levers.{name}.paid_by", "lines pay more than the lever costs", f"{paid:g}", "<= 1 in sum"


def _scheme_faults(case: Case) -> Iterator[Fault]:
    for name, way in case.ways.items():
        if way.scheme and way.scheme not in case.schemes:
            yield f"ways.{name}.scheme", "unknown pay scheme", way.scheme, ", ".join(case.schemes) or "none"


def _limit_faults(case: Case) -> Iterator[Fault]:
    shared = [name for name, role in case.roles.items() if role.kind == "shared"]
    if case.sign_ups and case.sign_ups.role not in shared:
        yield "sign_ups.role", "unknown shared role", case.sign_ups.role, ", ".join(shared)
    for mode, limit in case.mode_limits.items():
        if mode not in case.modes:
            yield f"mode_limits.{mode}", "unknown mode", mode, ", ".join(case.modes)
        if limit.investment_least > limit.investment_most:
            found = f"{limit.investment_least:g} > {limit.investment_most:g}"
            yield f"mode_limits.{mode}.investment_least", "least investment above most", found, "least <= most"


def _gate_faults(case: Case) -> Iterator[Fault]:
    """Say which gates lie outside the horizon, or belong to no line or phase (R131, R133)."""
    phases = {phase.id: phase.first_month for phase in case.phases}
    for name, gate in case.gates.items():
        if gate.line and gate.line not in case.lines:
            yield f"gates.{name}.line", "unknown line", gate.line, ", ".join(case.lines)
        if gate.month >= case.clock.months:
            yield f"gates.{name}.month", "a gate comes before the last month", gate.month, f"1…{case.clock.months - 1}"
        if gate.line and gate.hold_budgets:
            yield f"gates.{name}.hold_budgets", "a line has no budget of its own", gate.line, "gates of the unit"
        later = [phase for phase, first in phases.items() if first > gate.month]
        for phase in gate.hold_budgets:
            if phase not in later:
                yield f"gates.{name}.hold_budgets.{phase}", "unknown phase after the gate", phase, ", ".join(later)


def _channel_faults(case: Case) -> Iterator[Fault]:
    """Say which lines are channels without rules, and which ways move the price beyond the authority (R102)."""
    sells = [line for line, part in case.lines.items() if part.channel]
    if case.channels is None:
        for line in sells:
            yield (
                f"lines.{line}.channel",
                "a channel needs the case's rules for channels",
                "no [channels]",
                "[channels]",
            )
        return
    most = float(case.channels.price_authority)
    for way, part in case.ways.items():
        if part.channel and abs(part.channel.price) > most:
            found, allowed = f"{float(part.channel.price):+g}", f"-{most:g}…{most:g}"
            yield f"ways.{way}.channel.price", "price change beyond the authority", found, allowed
