"""A staffing plan as a person would write it: seats, partners, contracts and policies by phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from model.fields import Inputs, Whole
from model.inputs import Case
from model.quantities import Quantity

Fault: TypeAlias = tuple[str, str, object, str]
"""A broken rule: key path, what, found, allowed."""


class GateAnswer(Inputs):
    """A gate that a plan asks, and how it answers it (R131)."""

    gate: str
    answer: str


class PartnerPlan(Inputs):
    """When a partner starts and under which contract."""

    start: Whole = Field(ge=1, description="first month of its trial or launch contract")
    contract: str


class LinePlan(Inputs):
    """A line's own team by phase, how hard it is worked, and its partners."""

    team: dict[str, tuple[Whole, ...]] = Field(description="heads by phase for each role of the line's team")
    way: str
    partners: dict[str, PartnerPlan]
    gates: tuple[GateAnswer, ...] = Field(default=(), description="gates on the line's own milestones")
    stop_after: Whole | None = Field(default=None, ge=1, description="last month of the line; its people leave")


class Move(Inputs):
    """A person who changes seats within the unit, or works elsewhere for a while and comes back (R130)."""

    role: str
    line: str = Field(description="line of the seat left, empty for a shared role")
    seat: Whole = Field(ge=1, description="number of the seat left")
    to_role: str
    to_line: str = Field(description="line of the seat taken, empty for a shared role")
    month: Whole = Field(ge=1, description="first month on the other seat")
    kind: Literal["promotion", "transfer", "rotation"]


class Policies(Inputs):
    """What happens on the way."""

    stop_after: Whole | None = Field(
        default=None, ge=1, description="last month of the unit; contracts end with their fee"
    )
    gates: tuple[GateAnswer, ...] = Field(default=(), description="gates on the unit's milestones")


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
    moves: tuple[Move, ...] = Field(default=(), description="planned promotions, transfers and rotations")
    flexible: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(
        default={}, description="share of a role's posts that is flexible labour, unless as the case says"
    )
    policies: Policies = Policies()

    @property
    def is_idle(self) -> bool:
        """True for the plan that hires nobody and opens nothing."""
        teams = [heads for part in self.lines.values() for heads in part.team.values()]
        partners = any(part.partners for part in self.lines.values())
        return not partners and not any(any(heads) for heads in [*self.seats.values(), *teams])


@dataclass(frozen=True, order=True)
class Career:
    """One numbered seat and the months in which the plan keeps it open (close is exclusive).

    `source` is the seat whose person opens this one by a move of `kind`, `sends` the months in which the person of
    this seat moves away, `trips` the rotations of this seat (R130).
    """

    role: str
    line: str
    seat: int
    first_month: int
    close: int
    source: Career | None = None
    kind: str = ""
    sends: tuple[int, ...] = ()
    trips: tuple[Trip, ...] = ()

    @property
    def key(self) -> str:
        """Name of the seat's random life; it does not depend on the months."""
        return f"seat.{self.role}.{self.line}.{self.seat}"

    def is_open(self, month: int) -> bool:
        """Tell whether the plan keeps the seat open in a month."""
        return self.first_month <= month < self.close

    def serves(self, role: str, line: str) -> bool:
        """Tell whether the seat belongs to a role and line ("" for shared roles)."""
        return (self.role, self.line) == (role, line)


@dataclass(frozen=True, order=True)
class Trip:
    """A rotation: its first month and where the person works for a while (R130)."""

    month: int
    role: str
    line: str


def careers_of(case: Case, role: str, line: str, heads: tuple[int, ...], stop: int | None = None) -> list[Career]:
    """Return the careers that heads by phase open: seat j is open in the phases with at least j heads (R8).

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


def staffed(case: Case, plan: Plan) -> Case:
    """Return the case with the flexible labour that a plan chooses; the case itself where it chooses none (R149)."""
    return with_flexible(case, plan.flexible) if plan.flexible else case


def with_flexible(case: Case, shares: Mapping[str, float]) -> Case:
    """Return the case with other shares of flexible labour in some roles (R56, R149).

    Parameters
    ----------
    shares : share of a post by role, 0…1
    """
    roles = dict(case.roles)
    for role, share in shares.items():
        if (terms := roles[role].employment) is not None:
            level = Quantity(share, unit="share", source="chosen by the plan")
            roles[role] = roles[role].model_copy(update={"employment": terms.model_copy(update={"flexible": level})})
    return case.model_copy(update={"roles": roles})


def plan_careers(case: Case, plan: Plan) -> list[Career]:
    """Return all careers of a plan: shared roles first, then each line's team (R8, R130)."""
    stop = plan.policies.stop_after
    found = [c for role, heads in plan.seats.items() for c in careers_of(case, role, "", heads, stop)]
    for line, part in plan.lines.items():
        end = line_stop(plan, line)
        found += [c for role, heads in part.team.items() for c in careers_of(case, role, line, heads, end)]
    return _moved(found, plan.moves) if plan.moves else found


def line_stop(plan: Plan, line: str) -> int | None:
    """Return the last month of a line, None while it works to the end: its own or the unit's stop (R26, R132)."""
    return min((m for m in (plan.policies.stop_after, plan.lines[line].stop_after) if m is not None), default=None)


def _moved(careers: list[Career], moves: tuple[Move, ...]) -> list[Career]:
    """Return the careers with each move told to the seat it leaves and to the seat it opens (R130).

    The seats that a team opens in a month take those who move there in the order of the plan.
    """
    found = list(careers)
    for move in sorted(moves, key=lambda each: each.month):
        left = _seat_left(found, move)
        if left is None:
            continue
        if move.kind == "rotation":
            trip = Trip(move.month, move.to_role, move.to_line)
            found[left] = replace(found[left], trips=(*found[left].trips, trip))
        elif (taken := _seat_taken(found, move)) is not None:
            found[left] = replace(found[left], sends=(*found[left].sends, move.month))
            found[taken] = replace(found[taken], source=found[left], kind=move.kind)
    return found


def _seat_left(careers: list[Career], move: Move) -> int | None:
    """Return the place of the seat that a move leaves, open in the month before."""
    fits = (c.serves(move.role, move.line) and c.seat == move.seat and c.is_open(move.month - 1) for c in careers)
    return next((index for index, found in enumerate(fits) if found), None)


def _seat_taken(careers: list[Career], move: Move) -> int | None:
    """Return the place of the first free seat of the other team that opens in the month of the move."""
    fits = (c.serves(move.to_role, move.to_line) and c.first_month == move.month and c.source is None for c in careers)
    return next((index for index, found in enumerate(fits) if found), None)


def visits(careers: list[Career], role: str, line: str) -> list[tuple[Career, Trip]]:
    """Return who works for a team for a while, with the rotations that lead there (R130)."""
    return [(c, trip) for c in careers for trip in c.trips if (trip.role, trip.line) == (role, line)]


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


def plan_faults(case: Case, plan: Plan) -> list[Fault]:
    """Return what a plan names or counts that its case does not know, as (key path, what, found, allowed)."""
    phases = len(case.phases)
    faults: list[Fault] = []
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
    able = [name for name, role in case.roles.items() if role.employment is not None]
    faults += [
        (f"flexible.{role}", "no flexible labour in this role", share, ", ".join(able) or "none")
        for role, share in plan.flexible.items()
        if role not in able
    ]
    team = [name for name, role in case.roles.items() if role.kind != "shared"]
    for line, part in plan.lines.items():
        faults += _line_faults(case, line, part, team, phases)
    faults += _gate_faults(case, plan)
    return faults + _move_faults(case, plan) if plan.moves and not faults else faults


def _gate_faults(case: Case, plan: Plan) -> list[Fault]:
    """Return what is wrong with the gates of the unit and of its lines, and with the ends of lines (R131, R132)."""
    end = plan.policies.stop_after or case.clock.months
    faults = list(_asked_faults(case, "policies", plan.policies.gates, "", end))
    for line, part in plan.lines.items():
        where, last = f"lines.{line}", case.clock.months - 1
        if part.stop_after is not None and part.stop_after > last:
            faults.append((f"{where}.stop_after", "a stop comes before the last month", part.stop_after, f"1…{last}"))
        faults += _asked_faults(case, where, part.gates, line, part.stop_after or end)
        if plan.moves and (part.gates or part.stop_after is not None):
            faults.append((f"{where}.gates", "a line that may end cannot exchange people", line, "no moves"))
    return faults


def _asked_faults(case: Case, where: str, answers: tuple[GateAnswer, ...], line: str, end: int) -> Iterator[Fault]:
    """Gates and answers are the case's, of this line or of the unit, each asked once and before the end."""
    own = [name for name, gate in case.gates.items() if gate.line == line]
    for number, each in enumerate(answers):
        place = f"{where}.gates[{number + 1}]"
        if each.gate not in own:
            yield f"{place}.gate", "unknown gate here", each.gate, ", ".join(own) or "no gate"
            continue
        gate = case.gates[each.gate]
        if each.answer not in gate.answers:
            yield f"{place}.answer", "unknown answer", each.answer, ", ".join(gate.answers)
        if each.gate in [other.gate for other in answers[:number]]:
            yield f"{place}.gate", "the same gate is asked twice", each.gate, "each gate once"
        if gate.month >= end:
            yield f"{place}.gate", "a gate comes before the end", gate.month, f"a month before {end}"


def _move_faults(case: Case, plan: Plan) -> list[Fault]:
    """Return what is wrong with the moves of a plan that has no other fault (R130)."""
    if case.staffing.moves is None:
        return [("moves", "the case has no terms of moves", len(plan.moves), "a case with staffing.moves")]
    bare = plan_careers(case, plan.model_copy(update={"moves": ()}))
    faults: list[Fault] = []
    for number, move in enumerate(plan.moves):
        earlier = plan.moves[:number]
        faults += list(_place_faults(case, plan, move, f"moves[{number + 1}]"))[:1] or list(
            _seat_faults(case, bare, move, earlier, f"moves[{number + 1}]")
        )
    return faults


def _place_faults(case: Case, plan: Plan, move: Move, where: str) -> Iterator[Fault]:
    """Roles and lines exist, the month lies inside the plan, and a move leads elsewhere."""
    for role_key, line_key in (("role", "line"), ("to_role", "to_line")):
        role, line = getattr(move, role_key), getattr(move, line_key)
        if role not in case.roles:
            yield f"{where}.{role_key}", "unknown role", role, ", ".join(case.roles)
        elif case.roles[role].kind == "shared" and line:
            yield f"{where}.{line_key}", "a shared role has no line", line, "empty"
        elif case.roles[role].kind != "shared" and line not in plan.lines:
            yield f"{where}.{line_key}", "no open line", line, ", ".join(plan.lines) or "no line"
    if (move.role, move.line) == (move.to_role, move.to_line):
        yield f"{where}.to_role", "a move leads to another team", move.to_role, "another role or line"
    last = plan.policies.stop_after or case.clock.months
    if not 2 <= move.month <= last:
        yield f"{where}.month", "month of a move outside the plan", move.month, f"2…{last}"


def _seat_faults(
    case: Case, careers: list[Career], move: Move, earlier: tuple[Move, ...], where: str
) -> Iterator[Fault]:
    """The seat left is open, nobody moves twice at once, and there is a seat to take or a team to visit."""
    left, here = _seat_left(careers, move), [c for c in careers if c.serves(move.role, move.line)]
    needed = [move.month - 1, move.month] if move.kind == "rotation" else [move.month - 1]
    if left is None or not all(careers[left].is_open(month) for month in needed):
        open_seats = [str(c.seat) for c in here if all(c.is_open(month) for month in needed)]
        yield f"{where}.seat", "a move from a seat that is not open", move.seat, ", ".join(open_seats) or "no seat"
    if any(_clash(case, move, other) for other in earlier):
        yield f"{where}.seat", "the same seat moves twice", move.seat, "one move at a time"
    there = [c for c in careers if c.serves(move.to_role, move.to_line)]
    if move.kind == "rotation":
        if not any(c.is_open(move.month) for c in there):
            yield f"{where}.to_role", "a rotation to a team without a seat", move.to_role, "a team with an open seat"
        return
    opened = sum(c.first_month == move.month for c in there)
    target = (move.to_role, move.to_line, move.month)
    taken = sum((m.to_role, m.to_line, m.month) == target for m in earlier if m.kind != "rotation")
    if taken >= opened:
        months = ", ".join(str(month) for month in sorted({c.first_month for c in there} - {1})) or "no month"
        yield f"{where}.month", "no free seat opens there in this month", move.month, months


def _clash(case: Case, one: Move, other: Move) -> bool:
    """Tell whether two moves want the same person at once: on one day, or while a rotation lasts."""
    if (one.role, one.line, one.seat) != (other.role, other.line, other.seat):
        return False
    first, later = sorted((one, other), key=lambda move: move.month)
    away = float(case.staffing.moves.rotation.months) if case.staffing.moves and first.kind == "rotation" else 1.0
    return later.month < first.month + away


def _heads_faults(where: str, table: dict[str, tuple[int, ...]], roles: list[str], phases: int) -> list[Fault]:
    faults: list[Fault] = []
    for role, heads in table.items():
        if role not in roles:
            faults.append((f"{where}.{role}", "unknown role here", role, ", ".join(roles)))
        if len(heads) != phases or any(count < 0 for count in heads):
            faults.append((f"{where}.{role}", "heads by phase", list(heads), f"{phases} counts >= 0"))
    return faults


def _line_faults(case: Case, line: str, part: LinePlan, team: list[str], phases: int) -> list[Fault]:
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
