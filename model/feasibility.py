"""What a plan must keep: the case's bounds in words and numbers, and which of them a given plan breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from model import economics, ramp
from model.bound import NEVER, TOLERANCE, Bound, Kind
from model.budgets import approved_cost, certain
from model.channels import covers
from model.demands import demands
from model.gate_limits import branch_costs, held_bounds, held_cost, unanswered
from model.gates import as_planned
from model.inputs import Case
from model.ledger import Floats
from model.organisation import Organisation, organisation
from model.partners import line_partners
from model.plans import Career, Plan, plan_careers, staffed
from model.schema import STANDING_ROWS
from model.seats import usual_start
from model.simulate import TABLE, Block, plan_months

__all__ = ["NEVER", "TOLERANCE", "Bound", "Counted", "Kind", "bounds", "broken_limits", "counted"]


@dataclass(frozen=True)
class Counted:
    """A limit with what a plan counts there and what is allowed."""

    name: str
    rule: str
    phase: str
    unit: str
    found: float
    low: float
    high: float

    @property
    def allowed(self) -> str:
        """Say the side that is broken, as "at most 30" or "at least 8"."""
        if self.found > self.high:
            return f"at most {self.high:,.0f} {self.unit}"
        return f"at least {self.low:,.0f} {self.unit}"


def bounds(case: Case, modes: Sequence[str]) -> list[Bound]:
    """Return the limits of one path of organisation modes, by phase, then by quarter (R28–R32, R116–R119, R136–R138).

    Parameters
    ----------
    modes : organisation mode by phase

    Examples
    --------
    See tests/test_feasibility.py: each limit with a plan on it and one past it.
    """
    found: list[Bound] = []
    for phase in range(len(case.phases)):
        found += [_heads(case, modes, phase), *_roles(case, phase), _span(case, phase)]
        found += [_budget(case, phase), *_work(case, phase)]
    found += [*_sign_ups(case), *_integration(case), *_months_in_mode(case, modes), *_investment(case, modes)]
    return [*found, *held_bounds(case), *demands(case)]


def _heads(case: Case, modes: Sequence[str], phase: int) -> Bound:
    """Heads lie inside the bounds of the phase and of its organisation mode (R29)."""
    part, mode = case.phases[phase], case.modes[modes[phase]]
    low = max(float(part.heads_least), float(mode.heads_least))
    high = min(float(part.heads_most), float(mode.heads_most))
    both = (f"phase {part.id}", part), (f"mode {modes[phase]}", mode)
    low_by = " and ".join(name for name, entry in both if float(entry.heads_least) == low)
    high_by = " and ".join(name for name, entry in both if float(entry.heads_most) == high)
    return Bound(f"heads in {part.id}", "R29", "heads", "heads", phase, low, high, low_by=low_by, high_by=high_by)


def _roles(case: Case, phase: int) -> Iterator[Bound]:
    """Heads of each shared role lie between its minimum and maximum (R30)."""
    for name, role in case.roles.items():
        if role.kind == "shared":
            low, high = float(role.heads_least[phase]), float(role.heads_most[phase])
            yield Bound(f"{name} in {case.phases[phase].id}", "R30", "heads", "role", phase, low, high, name)


def _span(case: Case, phase: int) -> Bound:
    """Nobody leads more people than the span of control allows (R31)."""
    return Bound(f"span of control in {case.phases[phase].id}", "R31", "heads", "span", phase, -NEVER, 0.0)


def _budget(case: Case, phase: int) -> Bound:
    """Approved cost, tools and planned bought hours stay inside the phase's budget (R28)."""
    first, end = case.phase_bounds()[phase]
    rows = case.choice.budget_rows
    standing = zip(STANDING_ROWS, economics.standing(case, None, case.clock.months), strict=True)
    fixed = sum(cost[first - 1 : end - 1].sum() for row, cost in standing if row in rows)
    name, budget = f"budget of {case.phases[phase].id}", float(case.phases[phase].budget)
    return Bound(name, "R28", "CNY", "budget", phase, -NEVER, budget, fixed=float(fixed))


def _work(case: Case, phase: int) -> Iterator[Bound]:
    """Planned shared work stays within what nominal heads and bought hours may carry (R32)."""
    fixed = economics.fixed_work(case, case.clock.months) @ quarter_parts(case)[:, phase]
    for hours, (role, work) in zip(fixed, case.shared_work.items(), strict=True):
        if not work.may_be_empty:
            name = f"work of {role} in {case.phases[phase].id}"
            yield Bound(name, "R32", "hours", "work", phase, -NEVER, 0.0, role, fixed=float(hours))


def _sign_ups(case: Case) -> Iterator[Bound]:
    """No more partners start in a quarter than the role's heads may bring in (R116)."""
    if case.sign_ups:
        for quarter in range(len(economics.quarter_ends(case))):
            name, role = f"sign-ups in quarter {quarter + 1}", case.sign_ups.role
            phase = _phase_of(case, quarter)
            yield Bound(name, "R116", "partners", "sign_ups", phase, -NEVER, 0.0, role, quarter=quarter)


def _integration(case: Case) -> Iterator[Bound]:
    """Cash to connect partners stays below what needs an approval of its own in each quarter (R119)."""
    if case.approval:
        most = float(case.approval.integration_most)
        for quarter in range(len(economics.quarter_ends(case))):
            name, phase = f"integration in quarter {quarter + 1}", _phase_of(case, quarter)
            yield Bound(name, "R119", "CNY", "integration", phase, -NEVER, most, quarter=quarter)


def _months_in_mode(case: Case, modes: Sequence[str]) -> Iterator[Bound]:
    """A mode lasts no longer at a stretch than it may (R117)."""
    lengths = [end - first for first, end in case.phase_bounds()]
    since = 0.0
    for phase, mode in enumerate(modes):
        since = lengths[phase] + (since if phase and modes[phase - 1] == mode else 0.0)
        if mode in case.mode_limits:
            name, most = f"months as {mode} in {case.phases[phase].id}", float(case.mode_limits[mode].months_most)
            yield Bound(name, "R117", "months", "months", phase, -NEVER, most, fixed=since)


def _investment(case: Case, modes: Sequence[str]) -> Iterator[Bound]:
    """The budgets granted up to a phase lie inside what its organisation mode is meant for (R118)."""
    granted = 0.0
    for phase, mode in enumerate(modes):
        granted += float(case.phases[phase].budget)
        if mode in case.mode_limits:
            name, limit = f"investment as {mode} in {case.phases[phase].id}", case.mode_limits[mode]
            low, high = float(limit.investment_least), float(limit.investment_most)
            yield Bound(name, "R118", "CNY", "investment", phase, low, high, fixed=granted)


def mode_paths(case: Case) -> tuple[tuple[str, ...], ...]:
    """Return the paths of organisation modes that are tried: the case's own, or all that may be (R145).

    Without a list of its own a case has every path that never goes back in its order of modes and keeps what its
    modes are meant for, fewest changes first.

    Examples
    --------
    Two modes, two phases, no limits: a → a, b → b, a → b.
    """
    if case.choice.mode_paths:
        return case.choice.mode_paths
    paths = combinations_with_replacement(case.modes, len(case.phases))
    kept = [path for path in paths if all(_holds(bound) for bound in _of_modes(case, path))]
    return tuple(sorted(kept, key=lambda path: len(set(path))))


def _of_modes(case: Case, modes: Sequence[str]) -> Iterator[Bound]:
    yield from _months_in_mode(case, modes)
    yield from _investment(case, modes)


def _holds(bound: Bound) -> bool:
    tolerance = TOLERANCE[bound.unit]
    return bound.low - tolerance <= bound.fixed <= bound.high + tolerance


def _phase_of(case: Case, quarter: int) -> int:
    """Return the phase in which a quarter begins."""
    month = quarter * economics.QUARTER + 1
    return max(index for index, phase in enumerate(case.phases) if phase.first_month <= month)


def quarter_parts(case: Case) -> Floats:
    """Return which part of each quarter's months lies in each phase, (quarter, phase); each row adds up to 1 (R32)."""
    ends = economics.quarter_ends(case) + 1
    starts = np.concatenate([[0], ends[:-1]])
    inside = [
        np.clip(np.minimum(ends, end - 1) - np.maximum(starts, first - 1), 0, None)
        for first, end in case.phase_bounds()
    ]
    out: Floats = np.stack(inside, axis=1) / (ends - starts)[:, None]
    return out


def manages(case: Case, career: Career) -> bool:
    """Return whether a seat leads others: a line lead, a shared role's first head, all of one without work (R31)."""
    kind = case.roles[career.role].kind
    return kind == "lead" or (kind == "shared" and (career.seat == 1 or career.role not in case.shared_work))


def led(case: Case) -> float:
    """Return how many heads, himself among them, one manager may stand for (R31)."""
    return 1.0 + float(case.staffing.span_of_control)


def carried(case: Case, role: str, org: Organisation) -> Floats:
    """Return the hours that one nominal head may be planned to carry, bought hours included, (phase,) (R32)."""
    share = 1.0 + float(case.shared_work[role].may_be_bought)
    monthly = org.coordination * ramp.nominal_hours(case, role) * share
    return np.array([monthly[first - 1 : end - 1].sum() for first, end in case.phase_bounds()])


def per_head(case: Case) -> float:
    """Return the partners that one head may bring in during a quarter (R116)."""
    return float(case.sign_ups.per_head) if case.sign_ups else 0.0


class _Counts:
    """What a hand-made plan counts under each bound, without chance."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self.case, self.plan = case, _ = staffed(case, plan), plan
        self.careers = plan_careers(case, plan)
        self.org = organisation(case, plan.modes)
        self.cost = approved_cost(case, plan)
        sure = certain(case)
        self.work = plan_months(sure, as_planned(plan), Block(sure, 0, TABLE, 0, 1)).work[:, :, 0]

    def of(self, bound: Bound) -> tuple[float, float]:
        """Return what the bound counts, its fixed part included, and the room that the plan's own people give it."""
        phase, careers = bound.phase, self.open_in(bound.phase)
        if bound.kind == "heads":
            return float(len(careers)), 0.0
        if bound.kind == "role":
            return float(sum(c.role == bound.role for c in careers)), 0.0
        if bound.kind == "span":
            return float(len(careers)), led(self.case) * sum(manages(self.case, c) for c in careers)
        if bound.kind == "budget":
            return float(self.cost[phase]), 0.0
        if bound.kind == "held":
            return float(held_cost(self.case, self.plan, bound.role)[phase]), 0.0
        if bound.kind in ("calendar", "skill"):
            return self.of_people(bound), 0.0
        return self.of_work(bound) if bound.kind == "work" else self.of_partners(bound)

    def of_work(self, bound: Bound) -> tuple[float, float]:
        """Return planned hours of a role and phase, and what its heads may carry."""
        index = list(self.case.shared_work).index(bound.role)
        asked = float(self.work[index] @ quarter_parts(self.case)[:, bound.phase])
        return asked, float((carried(self.case, bound.role, self.org) * self.heads_of(bound.role))[bound.phase])

    def of_people(self, bound: Bound) -> float:
        """Return the people of a role who are there in time, or those who lack a needed skill."""
        mine = [c for c in self.open_in(bound.phase) if c.role == bound.role]
        if bound.kind == "skill":
            return bound.share * len(mine)
        end = self.case.phase_bounds()[bound.phase][1]
        return float(sum(c.source is not None or usual_start(self.case, c.role, c.first_month) < end for c in mine))

    def of_partners(self, bound: Bound) -> tuple[float, float]:
        """Return partners that start in a quarter and how many may, or their cash; else what nothing changes."""
        if bound.kind == "sign_ups":
            heads = float(quarter_parts(self.case)[bound.quarter] @ self.heads_of(bound.role))
            return float(len(self.starting(bound.quarter))), per_head(self.case) * heads
        if bound.kind == "integration":
            cash = {p.id: float(p.integration) for p in self.case.partners}
            return sum((cash[name] for name in self.starting(bound.quarter)), 0.0), 0.0
        if bound.kind in ("required", "closed"):
            signed = [(line, name) for line, part in self.plan.lines.items() for name in part.partners]
            return float(sum(bound.role in pair for pair in signed)), 0.0
        return bound.fixed, 0.0

    def open_in(self, phase: int) -> list[Career]:
        first = self.case.phases[phase].first_month
        return [c for c in self.careers if c.first_month <= first < c.close]

    def heads_of(self, role: str) -> Floats:
        return np.array([sum(c.role == role for c in self.open_in(p)) for p in range(len(self.case.phases))], float)

    def starting(self, quarter: int) -> list[str]:
        """Return the partners that start in a quarter, if the unit still works then."""
        first, last = quarter * economics.QUARTER + 1, (quarter + 1) * economics.QUARTER
        last = min(last, self.plan.policies.stop_after or last)
        parts = [entry for part in self.plan.lines.values() for entry in part.partners.items()]
        return [name for name, entry in parts if first <= entry.start <= last]


def counted(case: Case, plan: Plan) -> list[Counted]:
    """Return each limit of a plan's phases and quarters with what the plan counts there, up to its stop.

    Parameters
    ----------
    plan : any plan of the case, its modes by phase
    """
    counts = _Counts(case, plan)
    last = plan.policies.stop_after or case.clock.months
    out = []
    for bound in bounds(case, plan.modes):
        found, room = counts.of(bound)
        if _begins(case, bound) <= last:
            phase = case.phases[bound.phase].id
            out.append(Counted(bound.name, bound.rule, phase, bound.unit, found, bound.low, bound.high + room))
    return out


def broken_limits(case: Case, plan: Plan) -> list[Counted]:
    """Return the limits that a hand-made plan breaks; it is priced all the same (R28–R32, R103, R116–R119, R133–R138).

    Phases after a stop have no limits left, and a plan that does nothing keeps head counts only (R29).

    Parameters
    ----------
    plan : any plan of the case; falling heads are allowed here, the search alone forgoes them
    """
    last = plan.policies.stop_after or case.clock.months
    rows = [b for b in counted(case, plan) if b.unit == "heads" or not plan.is_idle]
    broken = [b for b in rows if b.found > b.high + TOLERANCE[b.unit] or b.found < b.low - TOLERANCE[b.unit]]
    return broken + _broken_teams(case, plan, last) + _broken_coverage(case, plan) + _broken_branches(case, plan)


def _broken_branches(case: Case, plan: Plan) -> list[Counted]:
    """Return the branches of gates that cost more than they may, and the gates that must be asked (R133)."""
    if plan.is_idle:
        return []
    told = {bound.name for bound in held_bounds(case)}
    costs = [
        Counted(c.name, "R133", c.phase, "CNY", c.found, 0.0, c.most)
        for c in branch_costs(case, plan)
        if c.name not in told
    ]
    first = case.phases[0].id
    asked = [Counted(f"answer to {name}", "R133", first, "gates", 0.0, 1.0, NEVER) for name in unanswered(case, plan)]
    return [cost for cost in costs if cost.found > cost.high + TOLERANCE["CNY"]] + asked


def _begins(case: Case, bound: Bound) -> int:
    return case.phases[bound.phase].first_month if bound.quarter < 0 else bound.quarter * economics.QUARTER + 1


def _broken_teams(case: Case, plan: Plan, last: int) -> list[Counted]:
    """Return where the roles of open lines leave their bounds or are no whole squads (R30, R88)."""
    return [
        Counted(f"{role} of {line} in {case.phases[phase].id}", "R30", case.phases[phase].id, "heads", count, low, high)
        for line, part in plan.lines.items()
        for role in (name for name, entry in case.roles.items() if entry.kind != "shared" and part.partners)
        for phase, count in enumerate(part.team.get(role, (0,) * len(case.phases)))
        for low, high in [_team_bounds(case, role, phase, count)]
        if case.phases[phase].first_month <= last and not low <= count <= high
    ]


def _broken_coverage(case: Case, plan: Plan) -> list[Counted]:
    """Return the open channels that work with too few of their candidate partners (R103)."""
    out = []
    for line, part in plan.lines.items():
        channel, candidates = case.lines[line].channel, len(line_partners(case, line))
        if channel and part.partners and not covers(channel, len(part.partners), candidates):
            count, low = float(len(part.partners)), float(channel.coverage) * candidates
            name, phase = f"coverage of {line}", case.phases[0].id
            out.append(Counted(name, "R103", phase, "partners", count, low, float(candidates)))
    return out


def _team_bounds(case: Case, role: str, phase: int, count: int) -> tuple[float, float]:
    """Return the fewest and most heads of a line role; a broken squad has to be filled up first (R30, R88)."""
    low, high = (float(heads[phase]) for heads in (case.roles[role].heads_least, case.roles[role].heads_most))
    squad = case.roles[role].squad or 1
    return (low, high) if count % squad == 0 else (max(low, -(-count // squad) * squad), high)
