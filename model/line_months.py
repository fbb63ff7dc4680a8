"""One line of a plan month by month: its team, its partners, and the gates on its own milestones (scope: line)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from model import economics, gates
from model.draws import Draws
from model.inputs import Case
from model.ledger import Floats, Ints
from model.organisation import Organisation
from model.partner_sides import PartnerSides
from model.partners import LineChance
from model.plans import Career, LinePlan, Plan, line_stop, plan_careers, visits


@dataclass(frozen=True)
class LineMonths:
    """What one line's team and partners bring: seats by role, the line's terms under one option, its partners' sides.

    verdicts : by gate of the line, (scenario,)
    """

    people: dict[str, economics.SeatTerms]
    terms: economics.LineTerms
    sides: PartnerSides
    verdicts: dict[str, Ints]


class LineRun:
    """Runs one line of a plan in one block of scenarios, its own gates followed (R131, R132).

    Parameters
    ----------
    draws, chance : the block's draws, and the line's chances among them
    reach : (month,) owners within reach, None without a market
    """

    def __init__(
        self,
        case: Case,
        plan: Plan,
        line: str,
        draws: Draws,
        chance: LineChance,
        org: Organisation,
        reach: Floats | None,
    ) -> None:
        self.case, self.plan, self.line, self.org, self.reach = case, plan, line, org, reach
        self.draws, self.chance = draws, chance

    def months(self, careers: list[Career]) -> LineMonths:
        """Return the line's months.

        Parameters
        ----------
        careers : all of the plan
        """
        part = self.plan.lines[self.line]
        end = line_stop(self.plan, self.line) or self.case.clock.months + 1
        asked = [each for each in gates.in_turn(self.case, part.gates) if each.gate.month < end]
        found = self._run(part, careers)
        return gates.settle(found, part, asked, self._judge, self._branch, self._branches, _chosen)

    def _branch(self, part: LinePlan) -> LineMonths:
        other = self.plan.model_copy(update={"lines": self.plan.lines | {self.line: part}})
        return self._run(part, plan_careers(self.case, other), line_stop(other, self.line))

    def _branches(self, part: LinePlan, month: int) -> tuple[LinePlan, LinePlan]:
        return gates.held_line(self.case, part, month), gates.stopped_line(part, month)

    def _judge(self, found: LineMonths, part: LinePlan, asked: gates.Asked) -> Ints:
        return asked.verdict(self.case, found.terms.marks[:, :, 0], self.plan.cities)

    def _run(self, part: LinePlan, careers: list[Career], stop: int | None = None) -> LineMonths:
        """Return the line's months as if it asked no gate."""
        case, size = self.case, self.draws.scenarios
        stop = stop or line_stop(self.plan, self.line) or case.clock.months + 1
        shape = (case.clock.months, size)
        capacity, lead = np.zeros(shape), np.zeros(shape)
        people: dict[str, economics.SeatTerms] = {}
        for role in [name for name in case.roles if name in part.team]:
            terms = team_terms(case, careers, role, self.line, self.draws, self.org)
            if case.roles[role].kind == "lead":
                lead += economics.lead_presence(case, terms.hours, self.org)
            capacity += terms.hours
            people[role] = terms
        options = economics.options_of(case, self.line, [part])
        leads = np.minimum(lead, 1.0)[:, None]
        team = economics.line_team(case.clock.months, list(people.values()), size) if case.schemes else None
        sides = PartnerSides(case, self.line, size)
        found = economics.line_terms(
            case,
            self.line,
            options,
            self.chance,
            capacity[:, None],
            leads,
            stop,
            self.reach,
            team,
            self.org.lost,
            sides,
        )
        return LineMonths(people, found, sides, {})


def team_terms(
    case: Case, careers: list[Career], role: str, line: str, draws: Draws, org: Organisation
) -> economics.SeatTerms:
    """Return what the seats of one role and line ("" for shared roles) among all of a plan cost and give."""
    team = [career for career in careers if career.serves(role, line)]
    return economics.seat_terms(case, role, team, draws, org, visits(careers, role, line))


def _chosen(name: str, said: Ints, parts: Sequence[LineMonths | None]) -> LineMonths:
    """Return a line's months put together by verdict (R132)."""
    kept = [part for part in parts if part is not None]
    people = gates.mixed(said, [None if part is None else part.people for part in parts])
    terms = gates.mixed(said, [None if part is None else part.terms for part in parts])
    sides = PartnerSides.mixed(said, [None if part is None else part.sides for part in parts])
    verdicts = gates.noted(name, said, [None if part is None else part.verdicts for part in parts])
    return replace(kept[0], people=people, terms=terms, sides=sides, verdicts=verdicts)
