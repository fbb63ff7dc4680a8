"""The outline of a plan: seats, teams and starts of partners, known without pricing a path of any line.

Whatever a priced plan counts under the case's rows, its outline counts no more: lines cost at least their teams and
ask for no less than no work. So where no outline keeps all rules no plan does, and that is known in a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from math import ceil

import numpy as np
import pyomo.environ as pyo

from model import economics
from model.budgets import certain
from model.channels import covers
from model.inputs import Case
from model.ledger import Floats
from model.partners import line_partners
from model.plans import careers_of
from model.simulate import VERDICT
from solvers.columns import Summing
from solvers.constraints import bought_hours
from solvers.exact import Choice, Exact, Tables
from solvers.options import Heads, LineOption, closed, normal_way, squad_of, start_months, team_roles
from solvers.pricing import Pricer, opened
from solvers.tables import Pieces, join

SPARE = 6
"""Seats of each shared role beyond its most heads, so that more of them can be the advice."""


@dataclass(frozen=True)
class _Team:
    """Squads (mostly of one) of a line's role, each opened by phase."""

    line: str
    role: str
    squads: int


class _Certain(Pricer):
    """Prices without chance, where all seats of a role but the first, which leads, are worth the same (R31)."""

    def _price_seats(self, role: str) -> Pieces:
        phases = len(self.case.phases)
        most = int(max(self.case.roles[role].heads_most))
        careers = [
            careers_of(self.case, role, "", opened(seat, phase, phases))[-1]
            for seat in range(min(most, 2))
            for phase in range(phases)
        ]
        two = self.seat_pieces(careers)
        rows = [*range(min(most, 2) * phases), *(list(range(phases, 2 * phases)) * (most - 2))]
        return Pieces(*(getattr(two, f.name)[rows] for f in fields(Pieces)))


class Outline(Summing):
    """Columns and structure of the outlines of one mode path, as Pyomo variables (R139).

    Parameters
    ----------
    case, modes : as for the program
    """

    def __init__(self, case: Case, modes: Sequence[str]) -> None:
        self.case, self.modes = case, tuple(modes)
        self.phases = range(len(case.phases))
        self.lines = [x for x in case.lines if line_partners(case, x) and case.choice.start_months]
        wide = _widened(case)
        self.pricer = _Certain(certain(wide), modes, 0, 1, VERDICT)
        self.tables = Tables(wide, self.pricer)
        self.seats = self.tables.seats
        self.teams = [_Team(x, role, _squads(case, role)) for x in self.lines for role in team_roles(case)]
        self.starts = [(p.id, month) for x in self.lines for p in line_partners(case, x) for month in _months(case)]
        self.m = m = pyo.ConcreteModel(name=f"outline of {case.id}")
        m.seat = pyo.Var(range(sum(len(pieces) for pieces in self.seats.values())), domain=pyo.Binary)
        m.squad = pyo.Var(range(sum(team.squads for team in self.teams) * len(self.phases)), domain=pyo.Binary)
        m.start = pyo.Var(range(len(self.starts)), domain=pyo.Binary)
        m.open = pyo.Var(self.lines, domain=pyo.Binary)
        self.binaries = [*m.seat.values(), *m.squad.values(), *m.start.values()]
        self.ladders = [*m.seat.values(), *m.squad.values()]
        columns = iter(self.ladders)
        self.by_role = [list(islice(columns, len(pieces))) for pieces in self.seats.values()]
        self.by_team = [list(islice(columns, team.squads * len(self.phases))) for team in self.teams]
        self._pieces = self._all_pieces()
        m.structure = pyo.ConstraintList()
        for row in self._structure():
            m.structure.add(row)

    def of(self, measure: Callable[[Pieces], Floats]) -> Floats:
        """Return a measure as coefficients of the columns, (column, …); what opens by phase becomes differences."""
        values = measure(self._pieces)
        count, phases = len(self.ladders), len(self.phases)
        by_phase = values[:count].reshape(count // phases, phases, *values.shape[1:])
        later = np.concatenate([by_phase[:, 1:], np.zeros_like(by_phase[:, :1])], axis=1)
        return np.concatenate([(by_phase - later).reshape(values[:count].shape), values[count:]])

    def buy(self, exact: Exact) -> None:
        """Add the planned bought hours, which the budget counts (R28, R32)."""
        self.m.bought_hours = bought_hours(self, exact)

    def _all_pieces(self) -> Pieces:
        careers, sizes = [], []
        for team in self.teams:
            size = squad_of(self.case, team.role)
            for number in range(team.squads):
                for phase in self.phases:
                    heads = opened((number + 1) * size - 1, phase, len(self.phases))
                    mine = careers_of(self.case, team.role, team.line, heads)[-size:]
                    careers += mine
                    sizes.append(len(mine))
        people = _by_squad(self.pricer.people(careers), sizes)
        return join([*self.seats.values(), people, self.pricer.starts(self.starts)])

    def _structure(self) -> Iterator[object]:
        """Yield what makes a point an outline: seats open in order for good, teams and partners of open lines only."""
        phases = len(self.phases)
        for ladder in [*self.by_role, *self.by_team]:
            for place, var in enumerate(ladder):
                if place % phases < phases - 1:
                    yield var <= ladder[place + 1]
                if place >= phases:
                    yield var <= ladder[place - phases]
        for team, ladder in zip(self.teams, self.by_team, strict=True):
            yield from self._team_rows(team, ladder)
        for line in self.lines:
            yield from self._line_rows(line)

    def _team_rows(self, team: _Team, ladder: list[pyo.Var]) -> Iterator[object]:
        """A closed line has nobody; an open one keeps its roles' bounds (R30, R88)."""
        entry, size = self.case.roles[team.role], squad_of(self.case, team.role)
        for place, var in enumerate(ladder):
            number, phase = divmod(place, len(self.phases))
            if (number + 1) * size > entry.heads_most[phase]:
                var.fix(0)
            elif number < ceil(entry.heads_least[phase] / size):
                yield var == self.m.open[team.line]
            else:
                yield var <= self.m.open[team.line]

    def _line_rows(self, line: str) -> Iterator[object]:
        """An open line signs the partners that it needs, each once, and has a team unless it needs none (R13, R103)."""
        is_open, ids = self.m.open[line], [p.id for p in line_partners(self.case, line)]
        columns = list(zip(self.starts, self.m.start.values(), strict=True))
        signed = [sum(var for (name, _), var in columns if name == partner) for partner in ids]
        for once in signed:
            yield once <= is_open
        channel = self.case.lines[line].channel
        enough = [n for n in range(1, len(ids) + 1) if channel is None or covers(channel, n, len(ids))]
        yield sum(signed) >= (enough[0] if enough else len(ids) + 1) * is_open
        if float(self.case.lines[line].service_slope):
            first = len(self.phases) - 1
            teams = [
                ladder[first]
                for team, ladder in zip(self.teams, self.by_team, strict=True)
                if team.line == line and ladder
            ]
            yield sum(teams) >= is_open

    def total(self, choice: Choice) -> Pieces:
        """Return a plan as the sum of its priced pieces: what the outline leaves out is told here."""
        for line, option in choice.lines:
            self.tables.add(line, [option])
        return self.tables.total(choice)

    def choice(self, values: Floats) -> Choice:
        """Return an integer point as a plan.

        Parameters
        ----------
        values : (column,)
        """
        phases, parts = len(self.phases), iter(np.rint(values))
        seats = tuple((role, _heads(islice(parts, len(p)), phases, 1)) for role, p in self.seats.items())
        teams: dict[str, dict[str, Heads]] = {line: {} for line in self.lines}
        for team in self.teams:
            heads = _heads(islice(parts, team.squads * phases), phases, squad_of(self.case, team.role))
            teams[team.line][team.role] = heads
        chosen = dict(start for start, value in zip(self.starts, parts, strict=True) if value)
        return Choice(self.modes, seats, tuple((x, self._option(x, teams, chosen)) for x in self.case.lines))

    def _option(self, line: str, teams: dict[str, dict[str, Heads]], chosen: dict[str, int]) -> LineOption:
        mine = [p for p in line_partners(self.case, line) if p.id in chosen]
        if not mine:
            return closed(self.case)
        partners = tuple(sorted((p.id, chosen[p.id], p.contract) for p in mine))
        return LineOption(tuple(sorted(teams[line].items())), normal_way(self.case), partners)


def _by_squad(people: Pieces, sizes: Sequence[int]) -> Pieces:
    """Return the sums of consecutive pieces, so many at a time."""
    ends = np.cumsum([0, *sizes])[:-1]
    return Pieces(
        *(
            np.add.reduceat(getattr(people, f.name), ends, axis=0) if sizes else getattr(people, f.name)
            for f in fields(Pieces)
        )
    )


def _widened(case: Case) -> Case:
    """Return the case with spare seats of each shared role."""
    roles = {
        name: role.model_copy(update={"heads_most": tuple(most + SPARE for most in role.heads_most)})
        if role.kind == "shared"
        else role
        for name, role in case.roles.items()
    }
    return case.model_copy(update={"roles": roles})


def _squads(case: Case, role: str) -> int:
    return int(max(case.roles[role].heads_most) // squad_of(case, role))


def _months(case: Case) -> list[int]:
    """Return the first month of each quarter at which a partner may start."""
    first: dict[int, int] = {}
    for month in start_months(case):
        first.setdefault((month - 1) // economics.QUARTER, month)
    return list(first.values())


def _heads(is_open: Iterator[float], phases: int, size: int) -> Heads:
    return tuple(int(count) * size for count in np.reshape(list(is_open), (-1, phases)).sum(axis=0))
