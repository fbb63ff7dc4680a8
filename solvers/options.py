"""What may be chosen: whole paths of a line (team, partners, way), and how to step from one to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, combinations_with_replacement
from math import ceil

from model.channels import covers
from model.inputs import Case
from model.partners import line_partners
from model.plans import GateAnswer, LinePlan, PartnerPlan

Heads = tuple[int, ...]


@dataclass(frozen=True, order=True)
class LineOption:
    """A whole-horizon path of one line; the closed line has no team and no partner.

    team : (role, heads by phase) pairs; partners : (id, first month, contract) triples
    gates : (gate, answer) pairs on the line's own milestones
    """

    team: tuple[tuple[str, Heads], ...]
    way: str
    partners: tuple[tuple[str, int, str], ...]
    gates: tuple[tuple[str, str], ...] = ()

    @property
    def answers(self) -> tuple[GateAnswer, ...]:
        """The gates on its own milestones as a plan file says them."""
        return tuple(GateAnswer(gate=gate, answer=answer) for gate, answer in self.gates)

    @property
    def is_closed(self) -> bool:
        """True for the path that never opens the line."""
        return not self.partners

    @property
    def contracts(self) -> tuple[tuple[str, str], ...]:
        """Contract by signed partner; options are priced together where these agree."""
        return tuple((name, contract) for name, _, contract in self.partners)

    def heads(self, role: str) -> Heads:
        """Return heads by phase of one of the line's roles."""
        return dict(self.team)[role]

    def plan(self) -> LinePlan:
        """Return the option as a plan file says it."""
        partners = {name: PartnerPlan(start=start, contract=contract) for name, start, contract in self.partners}
        return LinePlan(team=dict(self.team), way=self.way, partners=partners, gates=self.answers)


def option_of(part: LinePlan) -> LineOption:
    """Return a line plan as an option."""
    partners = tuple(sorted((name, entry.start, entry.contract) for name, entry in part.partners.items()))
    gates = tuple((each.gate, each.answer) for each in part.gates)
    return LineOption(tuple(sorted(part.team.items())), part.way, partners, gates)


def closed(case: Case) -> LineOption:
    """Return the option that never opens the line."""
    nobody = (0,) * len(case.phases)
    return LineOption(tuple(sorted((role, nobody) for role in team_roles(case))), normal_way(case), ())


def team_roles(case: Case) -> list[str]:
    """Return the roles that a line's own team may have."""
    return [name for name, role in case.roles.items() if role.kind != "shared"]


def normal_way(case: Case) -> str:
    """Return the way of working nearest to today's demand."""
    return min(case.ways, key=lambda name: abs(float(case.ways[name].demand) - 1.0))


def start_options(case: Case, line: str, levels: int) -> list[LineOption]:
    """Return the first options of a line: monotone team paths with two sets of partners, and sign-up variants (R138).

    Parameters
    ----------
    levels : highest number of team heads on the first grid
    """
    phases = len(case.phases)
    paths = list(combinations_with_replacement(range(levels + 1), phases))
    partners = [p.id for p in line_partners(case, line)]
    found = {closed(case)}
    if partners and case.choice.start_months and line not in case.choice.closed_lines:
        counts = {len(partners), max(1, len(partners) - 1)}
        usual = [schedule(case, line, partners[:count], 1, 4) for count in sorted(counts)]
        found |= {_option(case, path, signed) for path in paths for signed in usual}
        some = [path for path in paths if path in _representative(levels, phases)]
        found |= {_option(case, path, signed) for path in some for signed in _schedules(case, line, partners)}
    return sorted(option for option in found if allowed(case, option))


def _representative(levels: int, phases: int) -> set[Heads]:
    """Return a few team paths around which sign-up variants are tried."""
    middle = max(1, levels // 3)
    rising = tuple(min(levels, middle + phase) for phase in range(phases))
    late = (0, *rising[:-1])
    return {rising, late, (middle,) * phases, (1,) * phases}


def _schedules(case: Case, line: str, partners: list[str]) -> Iterator[tuple[tuple[str, int, str], ...]]:
    for count in range(1, len(partners) + 1):
        for first in (1, 7):
            for gap in (1, 4, 6):
                yield schedule(case, line, partners[:count], first, gap)


def schedule(case: Case, line: str, partners: list[str], first: int, gap: int) -> tuple[tuple[str, int, str], ...]:
    """Return sign-up months `gap` apart from month `first`, moved to the nearest months on the case's list."""
    months = start_months(case)
    contracts = {p.id: p.contract for p in line_partners(case, line)}
    wanted = [first + gap * index for index in range(len(partners))]
    starts = [min(months, key=lambda month, aim=aim: (abs(month - aim), month)) for aim in wanted]  # type: ignore[misc]
    return tuple(sorted((name, start, contracts[name]) for name, start in zip(partners, starts, strict=True)))


def start_months(case: Case) -> tuple[int, ...]:
    """Return the months at which a partner may start, rising."""
    return tuple(sorted(set(case.choice.start_months)))


def _option(case: Case, path: Heads, partners: tuple[tuple[str, int, str], ...]) -> LineOption:
    """Return a path with the wanted team, raised to the role's minimum; other roles of the line have theirs."""
    team = {}
    line = next(partner.line for partner in case.partners if partner.id == partners[0][0])
    for role in team_roles(case):
        least = _least(case, role)
        wanted = tuple(count * squad_of(case, role) for count in path) if case.roles[role].kind == "team" else least
        team[role] = tuple(max(pair) for pair in zip(wanted, least, strict=True))
    return LineOption(tuple(sorted(team.items())), normal_way(case), partners, _obligatory(case, line))


def _least(case: Case, role: str) -> Heads:
    """Return the smallest path of a role that keeps its minimum and never falls."""
    return tuple(accumulate((ceil(least) for least in case.roles[role].heads_least), max))


def allowed(case: Case, option: LineOption) -> bool:
    """Return whether a path keeps the line's own head bounds and never opens a seat only to close it (R30, R103).

    A closed line has nobody, whatever the bounds; an open one has a team, unless it serves all demand without (R13).
    """
    hires = any(any(heads) for _, heads in option.team)
    if option.is_closed:
        return not hires
    if not _covers(case, option) or not _asks(case, option):
        return False
    return (hires or _serves_alone(case, option)) and all(keeps_bounds(case, role, path) for role, path in option.team)


def _asks(case: Case, option: LineOption) -> bool:
    """Return whether an open line asks every gate that it must (R133)."""
    asked = dict(option.gates)
    return all(name in asked for name, _ in _obligatory(case, _line_of(case, option)))


def _line_of(case: Case, option: LineOption) -> str:
    return next(partner.line for partner in case.partners if partner.id == option.partners[0][0])


def _covers(case: Case, option: LineOption) -> bool:
    """Return whether an open channel has the partners that its coverage asks for (R103)."""
    line = _line_of(case, option)
    channel = case.lines[line].channel
    return channel is None or covers(channel, len(option.partners), len(line_partners(case, line)))


def _serves_alone(case: Case, option: LineOption) -> bool:
    return float(case.lines[_line_of(case, option)].service_slope) == 0


def keeps_bounds(case: Case, role: str, heads: Heads) -> bool:
    """Return whether heads by phase lie between a role's bounds, never fall and are whole squads (R30, R88)."""
    limits = case.roles[role]
    bounds = zip(limits.heads_least, limits.heads_most, strict=True)
    inside = all(low <= count <= high for count, (low, high) in zip(heads, bounds, strict=True))
    whole = all(count % squad_of(case, role) == 0 for count in heads)
    return inside and whole and list(heads) == sorted(heads)


def squad_of(case: Case, role: str) -> int:
    """Return how many people of a role come together: 1, or the size of its squads (R88)."""
    return case.roles[role].squad or 1


def neighbours(case: Case, line: str, option: LineOption) -> set[LineOption]:
    """Return the paths one step away: a head more or less, another sign-up month, partner or way."""
    found = {replace(option, team=team) for team in _team_steps(case, option)}
    found |= {replace(option, gates=gates) for gates in _gate_steps(case, line, option)}
    found |= {replace(option, way=way) for way in case.ways if way != option.way}
    found |= {replace(option, partners=partners) for partners in _partner_steps(case, line, option)}
    return {step for step in found if not step.is_closed and allowed(case, step)}


def _gate_steps(case: Case, line: str, option: LineOption) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the gates of a path with one asked, answered otherwise or no longer asked; two at most come one by one."""
    asked = dict(option.gates)
    for name, gate in case.gates.items():
        if gate.line != line:
            continue
        rest = {key: answer for key, answer in asked.items() if key != name}
        yield tuple(rest.items())
        yield from (tuple((rest | {name: answer}).items()) for answer in gate.answers)


def _obligatory(case: Case, line: str) -> tuple[tuple[str, str], ...]:
    """Return the gates that every open path of a line asks, with their first answer (R133)."""
    must = ((name, gate) for name, gate in case.gates.items() if gate.obligatory and gate.line == line)
    return tuple((name, next(iter(gate.answers))) for name, gate in must)


def _team_steps(case: Case, option: LineOption) -> Iterator[tuple[tuple[str, Heads], ...]]:
    for index, (role, heads) in enumerate(option.team):
        for changed in _head_steps(heads, squad_of(case, role)):
            yield (*option.team[:index], (role, changed), *option.team[index + 1 :])


def _head_steps(heads: Heads, size: int) -> Iterator[Heads]:
    """Yield every ± 1 squad (of one, mostly) on one phase, on a phase and all later ones, or on all."""
    for phase in range(len(heads)):
        for step in (-size, size):
            yield (*heads[:phase], heads[phase] + step, *heads[phase + 1 :])
            yield (*heads[:phase], *(count + step for count in heads[phase:]))


def _partner_steps(case: Case, line: str, option: LineOption) -> Iterator[tuple[tuple[str, int, str], ...]]:
    months = start_months(case)
    signed = {name: (start, contract) for name, start, contract in option.partners}
    for name, (start, contract) in signed.items():
        rest = {key: value for key, value in signed.items() if key != name}
        yield _sorted(rest.items())
        for month in _near(months, start):
            yield _sorted((rest | {name: (month, contract)}).items())
        for other in contracts_of(case, name):
            if other != contract:
                yield _sorted((rest | {name: (start, other)}).items())
    for partner in line_partners(case, line):
        if partner.id not in signed:
            for month in months[:: max(1, len(months) // 5)]:
                yield _sorted((signed | {partner.id: (month, partner.contract)}).items())


def contracts_of(case: Case, partner: str) -> tuple[str, ...]:
    """Return the contracts that a partner may be signed under: its own, then those the case allows besides (R147)."""
    own = next(entry.contract for entry in case.partners if entry.id == partner)
    return tuple(dict.fromkeys((own, *case.choice.contract_variants.get(partner, ()))))


def _near(months: tuple[int, ...], start: int) -> list[int]:
    earlier = [month for month in months if month < start][-2:]
    return earlier + [month for month in months if month > start][:2]


def _sorted(entries: Iterable[tuple[str, tuple[int, str]]]) -> tuple[tuple[str, int, str], ...]:
    return tuple(sorted((name, start, contract) for name, (start, contract) in entries))


def role_steps(case: Case, role: str, heads: Heads) -> set[Heads]:
    """Return the head paths of a shared role one step away that keep its bounds and never fall."""
    return {step for step in _head_steps(heads, squad_of(case, role)) if keeps_bounds(case, role, step)}
