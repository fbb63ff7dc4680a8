"""What a plan chosen again must keep beside the rules of the case, and in how many decisions two plans differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from model.errors import Finding, InputError
from model.inputs import Case
from model.plans import Plan, staffed
from solvers.exact import Choice
from solvers.goals import Goal
from solvers.limits import Limit
from solvers.options import LineOption, closed, option_of, team_roles

Allowed = Callable[[LineOption], bool]


@dataclass(frozen=True)
class Change:
    """What is asked beside the case's own rules when a plan is chosen again (R155, R157).

    rows : each replaces the case's row of its name; a new name is a new row
    only : by line, which of its paths may be followed
    least : by shared role, heads by phase that take the place of its minimum
    apart, distance : plans, and the number of `changes` that the new plan must have against each
    goal : what is maximised instead of the goal before, and what no plan may fall below (R140–R142)
    """

    rows: tuple[Limit, ...] = ()
    only: Mapping[str, Allowed] = field(default_factory=dict)
    least: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    apart: tuple[Choice, ...] = ()
    distance: int = 1
    goal: Goal | None = None

    def keeps(self, choice: Choice) -> bool:
        """Return whether a plan is far enough from all that it must differ from."""
        return all(changes(choice, plan) >= self.distance for plan in self.apart)


def changes(left: Choice, right: Choice) -> int:
    """Return in how many decisions two plans differ: heads by role and phase, partners, contracts (R156).

    Examples
    --------
    >>> one = Choice(("department",), (("bd", (1, 2)),), ())
    >>> changes(one, one.with_seats("bd", (1, 4)))
    2
    """
    seats = dict(right.seats)
    lines = dict(right.lines)
    apart = sum(_apart(heads, seats[role]) for role, heads in left.seats)
    return apart + sum(path_changes(option, lines[line]) for line, option in left.lines)


def path_changes(left: LineOption, right: LineOption) -> int:
    """Return in how many decisions two paths of a line differ; months of signing are not counted."""
    teams = dict(right.team)
    team = sum(_apart(heads, teams.get(role, (0,) * len(heads))) for role, heads in left.team)
    mine, theirs = dict(left.contracts), dict(right.contracts)
    return team + sum(mine.get(name) != theirs.get(name) for name in mine.keys() | theirs.keys())


def _apart(left: Sequence[int], right: Sequence[int]) -> int:
    return sum(abs(mine - other) for mine, other in zip(left, right, strict=True))


def choice_of(case: Case, plan: Plan) -> Choice:
    """Return a plan file's plan in the optimizer's words.

    Raises
    ------
    InputError : the plan has what no priced path holds; a question would be answered about another plan
    """
    if told := [*_untold(case, plan), *_falling(plan)]:
        raise InputError(told)
    nobody = (0,) * len(case.phases)
    seats = tuple(
        (role, tuple(plan.seats.get(role, nobody))) for role, told in case.roles.items() if told.kind == "shared"
    )
    idle = dict.fromkeys(team_roles(case), nobody)
    lines = []
    for line in case.lines:
        part = plan.lines.get(line)
        whole = part.model_copy(update={"team": idle | dict(part.team)}) if part else None
        lines.append((line, option_of(whole) if whole else closed(case)))
    return Choice(tuple(plan.modes), seats, tuple(lines))


def _untold(case: Case, plan: Plan) -> list[Finding]:
    """Return what of a plan the optimizer has no words for."""
    has = {
        "people are moved": plan.moves,
        "cities are opened": plan.cities,
        "the unit is stopped": plan.policies.stop_after,
        "flexible labour differs from the case's": staffed(case, plan).roles != case.roles,
        "a line is stopped": any(part.stop_after for part in plan.lines.values()),
    }
    fix = "take it out, or compare plans by: headcast compare"
    return [
        Finding("E-PLAN", plan.name, f"{what}, which the choice does not know", fix=fix) for what in has if has[what]
    ]


def _falling(plan: Plan) -> list[Finding]:
    """Return the shared roles whose heads fall from a phase to the next: priced seats stay open (R30)."""
    fall = [(role, heads) for role, heads in plan.seats.items() if list(heads) != sorted(heads)]
    what, allowed = "the plan closes seats, which the choice does not know", "heads that stay or rise"
    return [Finding("E-PLAN", role, what, " → ".join(map(str, heads)), allowed) for role, heads in fall]
