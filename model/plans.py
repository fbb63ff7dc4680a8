"""A staffing plan as a person would write it: seats, partners, contracts and policies by phase."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from model.fields import Inputs, Whole
from model.inputs import Case


class PartnerPlan(Inputs):
    """When a partner starts and under which contract."""

    start: Whole = Field(ge=1, description="first month of its trial or launch contract")
    contract: str


class LinePlan(Inputs):
    """A line's own team by phase, how hard it is worked, and its partners."""

    team: dict[str, tuple[Whole, ...]] = Field(description="heads by phase for each role of the line's team")
    way: str
    partners: dict[str, PartnerPlan]


class Policies(Inputs):
    """What happens on the way."""

    stop_after: Whole | None = Field(
        default=None, ge=1, description="last month of the unit; contracts end with their fee"
    )


class Plan(Inputs):
    """A plan for one case; the optimizer's and a person's plan are the same file.

    `seats` holds the shared roles' heads by phase, `lines` the open lines only.
    """

    case: str
    name: str
    title: str
    modes: tuple[str, ...] = Field(description="organisation mode by phase")
    seats: dict[str, tuple[Whole, ...]]
    lines: dict[str, LinePlan]
    cities: tuple[Whole, ...] | None = Field(default=None, description="open cities by phase, unless as the case says")
    policies: Policies = Policies()

    @property
    def is_idle(self) -> bool:
        """True for the plan that hires nobody and opens nothing."""
        teams = [heads for part in self.lines.values() for heads in part.team.values()]
        partners = any(part.partners for part in self.lines.values())
        return not partners and not any(any(heads) for heads in [*self.seats.values(), *teams])


@dataclass(frozen=True, order=True)
class Career:
    """One numbered seat and the months in which the plan keeps it open (close is exclusive)."""

    role: str
    line: str
    seat: int
    first_month: int
    close: int

    @property
    def key(self) -> str:
        """Name of the seat's random life; it does not depend on the months."""
        return f"seat.{self.role}.{self.line}.{self.seat}"


def careers_of(case: Case, role: str, line: str, heads: tuple[int, ...], stop: int | None = None) -> list[Career]:
    """Return the careers that a head count by phase opens: seat j is open in the phases with at least j heads.

    Parameters
    ----------
    heads : heads by phase of one role (and line, "" for shared roles)
    stop : last month of the unit, or None

    Examples
    --------
    Two heads, one of them only in the second of three phases, are two careers.
    """
    bounds = case.phase_bounds()
    end = (stop or case.clock.months) + 1
    careers = []
    for seat in range(1, max(heads, default=0) + 1):
        for first, last in _runs([count >= seat for count in heads]):
            career = Career(role, line, seat, bounds[first][0], min(bounds[last][1], end))
            if career.first_month < career.close:
                careers.append(career)
    return careers


def plan_careers(case: Case, plan: Plan) -> list[Career]:
    """Return all careers of a plan: shared roles first, then each line's team."""
    stop = plan.policies.stop_after
    found = [c for role, heads in plan.seats.items() for c in careers_of(case, role, "", heads, stop)]
    for line, part in plan.lines.items():
        found += [c for role, heads in part.team.items() for c in careers_of(case, role, line, heads, stop)]
    return found


def heads_by_phase(case: Case, plan: Plan) -> list[int]:
    """Return the seats open at the start of each phase, all roles and lines; none after the unit has stopped."""
    careers = plan_careers(case, plan)
    return [sum(c.first_month <= phase.first_month < c.close for c in careers) for phase in case.phases]


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for index, flag in enumerate(flags):
        if flag and runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        elif flag:
            runs.append((index, index))
    return runs


def plan_faults(case: Case, plan: Plan) -> list[tuple[str, str, object, str]]:
    """Return what a plan names or counts that its case does not know, as (key path, what, found, allowed)."""
    phases = len(case.phases)
    faults: list[tuple[str, str, object, str]] = []
    if plan.case != case.id:
        faults.append(("case", "plan belongs to another case", plan.case, case.id))
    if len(plan.modes) != phases:
        faults.append(("modes", "one mode per phase", list(plan.modes), f"{phases} modes"))
    known = ", ".join(case.modes)
    faults += [("modes", "unknown mode", mode, known) for mode in plan.modes if mode not in case.modes]
    if plan.policies.stop_after is not None and plan.policies.stop_after >= case.clock.months:
        found, allowed = plan.policies.stop_after, f"1…{case.clock.months - 1}"
        faults.append(("policies.stop_after", "a stop comes before the last month", found, allowed))
    if plan.cities is not None and (case.market is None or len(plan.cities) != phases):
        faults.append(("cities", "open cities by phase", list(plan.cities), f"{phases} counts and a market"))
    shared = [name for name, role in case.roles.items() if role.kind == "shared"]
    faults += _heads_faults("seats", plan.seats, shared, phases)
    team = [name for name, role in case.roles.items() if role.kind != "shared"]
    for line, part in plan.lines.items():
        faults += _line_faults(case, line, part, team, phases)
    return faults


def _heads_faults(
    where: str, table: dict[str, tuple[int, ...]], roles: list[str], phases: int
) -> list[tuple[str, str, object, str]]:
    faults: list[tuple[str, str, object, str]] = []
    for role, heads in table.items():
        if role not in roles:
            faults.append((f"{where}.{role}", "unknown role here", role, ", ".join(roles)))
        if len(heads) != phases or any(count < 0 for count in heads):
            faults.append((f"{where}.{role}", "heads by phase", list(heads), f"{phases} counts >= 0"))
    return faults


def _line_faults(
    case: Case, line: str, part: LinePlan, team: list[str], phases: int
) -> list[tuple[str, str, object, str]]:
    if line not in case.lines:
        return [(f"lines.{line}", "unknown line", line, ", ".join(case.lines))]
    faults = _heads_faults(f"lines.{line}.team", part.team, team, phases)
    if part.way not in case.ways:
        faults.append((f"lines.{line}.way", "unknown way", part.way, ", ".join(case.ways)))
    own = [partner.id for partner in case.partners if partner.line == line]
    for name, entry in part.partners.items():
        where = f"lines.{line}.partners.{name}"
        if name not in own:
            faults.append((where, "no candidate partner of this line", name, ", ".join(own)))
        if entry.contract not in case.contracts:
            faults.append((f"{where}.contract", "unknown contract", entry.contract, ", ".join(case.contracts)))
        if entry.start > case.clock.months:
            faults.append((f"{where}.start", "starts after the horizon", entry.start, f"1…{case.clock.months}"))
    return faults
