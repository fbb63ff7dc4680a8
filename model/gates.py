"""Gates: what was reached by a month decides in each future whether a plan goes on, stays as it is, or ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

from model.gate_inputs import Answer, Gate
from model.inputs import Case
from model.ledger import Flags, Floats, Ints
from model.payrules import rounded
from model.plans import GateAnswer, LinePlan, Move, Plan

EXPAND, HOLD, STOP = 0, 1, 2
"""Verdicts of a gate, in the order of `VERDICTS`."""
VERDICTS = ("expand", "hold", "stop")
NOT_ASKED = -1
"""Verdict where the unit, or the line, had ended before the gate."""
PARTNERS, USERS, REVENUE, CONVERSION, NPS = range(5)
MARKS = 5
"""What lines add up to a milestone: partners, units, CNY, units × conversion, units × NPS."""
Found = TypeVar("Found")
Planned = TypeVar("Planned")


def verdict(gate: Gate, answer: Answer, marks: Floats, cities: float) -> Ints:
    """Return the verdict of each scenario, (scenario,), from what was reached up to the gate (R131).

    Parameters
    ----------
    marks : (mark, scenario) sums over the lines looked at, see `MARKS`
    cities : cities open in the gate's month

    Examples
    --------
    Two criteria, both needed to expand and one to hold: 5,000 and 3 reached of 5,000 and 3 expand, 4,999 and 3 hold.
    """
    met = met_criteria(gate, marks, cities)
    out: Ints = np.where(met >= answer.expand, EXPAND, np.where(met >= answer.hold, HOLD, STOP)).astype(np.int64)
    return out


def met_criteria(gate: Gate, marks: Floats, cities: float) -> Ints:
    """Return how many criteria each scenario meets, (scenario,) (R131)."""
    out: Ints = np.add.reduce(list(reached(gate, marks, cities).values()), dtype=np.int64)
    return out


def reached(gate: Gate, marks: Floats, cities: float) -> dict[str, Flags]:
    """Return which scenarios meet each criterion, (scenario,); where nothing is sold no mean is reached (R131)."""
    sold = marks[USERS] > 0
    units = np.where(sold, marks[USERS], 1.0)
    values = {
        "cities": np.full(sold.shape, cities),
        "partners": marks[PARTNERS],
        "users": marks[USERS],
        "revenue": marks[REVENUE],
        "conversion": np.where(sold, marks[CONVERSION] / units, -np.inf),
        "nps": np.where(sold, marks[NPS] / units, -np.inf),
    }
    # Rounded, so that the order in which lines are added never decides a verdict.
    return {name: rounded(values[name]) >= least for name, least in gate.least.criteria.items()}


class Tally:
    """What one line reaches up to each gate of the case, (gate, mark, option, scenario) (R131)."""

    def __init__(self, case: Case, conversion: Sequence[float], count: int, size: int) -> None:
        self.months = [gate.month for gate in case.gates.values()]
        self.conversion = np.array(conversion)[:, None, None]
        self.marks = np.zeros((len(self.months), MARKS, count, size))

    def book(self, month: int, volume: Floats, nps: Floats, active: Flags) -> None:
        """Add a month of the line's partners, all (partner, option, scenario)."""
        for index, last in enumerate(self.months):
            if month <= last:
                mark = self.marks[index]
                mark[USERS] += np.add.reduce(volume, axis=0)
                mark[CONVERSION] += np.add.reduce(volume * self.conversion, axis=0)
                mark[NPS] += np.add.reduce(volume * nps, axis=0)
            if month == last:
                self.marks[index, PARTNERS] = np.add.reduce(active, axis=0)

    def close(self, income: Floats) -> Floats:
        """Return the marks with the line's revenue, income : (month, option, scenario) CNY."""
        for index, last in enumerate(self.months):
            self.marks[index, REVENUE] = np.add.reduce(income[:last], axis=0)
        return self.marks


@dataclass(frozen=True)
class Asked:
    """A gate of the case that a plan asks, with the answer it chose."""

    name: str
    gate: Gate
    answer: Answer

    def verdict(self, case: Case, marks: Floats, cities: Sequence[int] | None) -> Ints:
        """Return the verdict of each scenario, (scenario,) (R131).

        Parameters
        ----------
        marks : (gate, mark, scenario) sums over the lines looked at
        cities : cities by phase of the plan, None as the case says
        """
        own = marks[list(case.gates).index(self.name)]
        return verdict(self.gate, self.answer, own, cities_at(case, cities, self.gate.month))


def in_turn(case: Case, answers: Sequence[GateAnswer]) -> list[Asked]:
    """Return gates with the answers chosen, earliest first."""
    found = [Asked(a.gate, case.gates[a.gate], case.gates[a.gate].answers[a.answer]) for a in answers]
    return sorted(found, key=lambda asked: asked.gate.month)


def cities_at(case: Case, chosen: Sequence[int] | None, month: int) -> float:
    """Return the cities open in a month, 0 without a market.

    Parameters
    ----------
    chosen : cities by phase, None as the case says
    """
    if case.market is None:
        return 0.0
    return float((chosen or case.market.cities)[phase_at(case, month)])


def phase_at(case: Case, month: int) -> int:
    """Return the number of the phase in which a month lies."""
    return max(index for index, phase in enumerate(case.phases) if phase.first_month <= month)


def held(case: Case, plan: Plan, month: int) -> Plan:
    """Return the plan that stays as it is after a month: heads, modes and cities stay, no partner starts later (R132).

    Parameters
    ----------
    month : the gate's month; what the plan does up to it is left as it is
    """
    phase = phase_at(case, month)
    changes: dict[str, object] = {
        "modes": frozen(plan.modes, phase),
        "seats": {role: frozen(heads, phase) for role, heads in plan.seats.items()},
        "lines": {line: held_line(case, part, month) for line, part in plan.lines.items()},
        "moves": tuple(move for move in plan.moves if _stays(move, month)),
    }
    if case.market is not None:
        changes["cities"] = held_cities(case, plan.cities, month)
    return plan.model_copy(update=changes)


def held_line(case: Case, part: LinePlan, month: int) -> LinePlan:
    """Return a line that stays as it is after a month: its team stays, no partner starts later (R132)."""
    phase = phase_at(case, month)
    team = {role: frozen(heads, phase) for role, heads in part.team.items()}
    partners = {name: entry for name, entry in part.partners.items() if entry.start <= month}
    return part.model_copy(update={"team": team, "partners": partners})


def held_cities(case: Case, chosen: Sequence[int] | None, month: int) -> tuple[int, ...] | None:
    """Return the cities by phase of a unit that is held at a month, None without a market (R132).

    Parameters
    ----------
    chosen : cities by phase, None as the case says
    """
    if case.market is None:
        return None
    by_phase = tuple(round(count) for count in case.market.cities) if chosen is None else tuple(chosen)
    return frozen(by_phase, phase_at(case, month))


def stopped(case: Case, plan: Plan, month: int) -> Plan:
    """Return the plan that ends after a month, as `policies.stop_after` says it (R26, R132)."""
    policies = plan.policies.model_copy(update={"stop_after": month})
    moves = tuple(move for move in plan.moves if _stays(move, month))
    return plan.model_copy(update={"policies": policies, "moves": moves})


def as_planned(plan: Plan) -> Plan:
    """Return the plan as it goes on when every gate lets it: what is approved, and what heads are counted of (R133)."""
    lines = {line: part.model_copy(update={"gates": ()}) for line, part in plan.lines.items()}
    return plan.model_copy(update={"lines": lines, "policies": plan.policies.model_copy(update={"gates": ()})})


def stopped_line(part: LinePlan, month: int) -> LinePlan:
    """Return the line that ends after a month: its people leave, its contracts end with their fee (R132)."""
    return part.model_copy(update={"stop_after": month})


def frozen(by_phase: Sequence[Planned], phase: int) -> tuple[Planned, ...]:
    """Return what holds by phase with the value of one phase in all later ones.

    Examples
    --------
    >>> frozen((10, 20, 30), 1)
    (10, 20, 20)
    """
    return tuple(value if index <= phase else by_phase[phase] for index, value in enumerate(by_phase))


def _stays(move: Move, month: int) -> bool:
    return move.month <= month


def settle(
    found: Found,
    plan: Planned,
    asked: Sequence[Asked],
    judge: Callable[[Found, Planned, Asked], Ints],
    run: Callable[[Planned], Found],
    branches: Callable[[Planned, int], tuple[Planned, Planned]],
    choose: Callable[[str, Ints, Sequence[Found | None]], Found],
) -> Found:
    """Return what a plan with gates brings: each future follows its own verdict, later gates ask who is left (R132).

    Parameters
    ----------
    found : what the plan brings without the gates that are still to be asked
    asked : gates to come, earliest first
    run, branches : what a plan brings; the held and the stopped plan of a month
    choose : puts futures together from the branches that any future takes
    """
    if not asked:
        return found
    first, later = asked[0], asked[1:]
    said = judge(found, plan, first)
    hold, stop = branches(plan, first.gate.month)
    passed = settle(found, plan, later, judge, run, branches, choose)
    stays = settle(run(hold), hold, later, judge, run, branches, choose) if (said == HOLD).any() else None
    ends = run(stop) if (said == STOP).any() else None
    return choose(first.name, said, [passed, stays, ends])


def mixed(said: Ints, parts: Sequence[Any]) -> Any:
    """Return arrays put together by verdict, last axis scenario; parts are arrays, tables of them or dataclasses.

    Parameters
    ----------
    said : (scenario,) verdict of each scenario
    parts : by verdict; None where no scenario has it
    """
    first = next(part for part in parts if part is not None)
    if isinstance(first, dict):
        return {name: mixed(said, [None if part is None else part[name] for part in parts]) for name in first}
    if is_dataclass(first) and not isinstance(first, type):
        changes = {
            part.name: mixed(said, [None if each is None else getattr(each, part.name) for each in parts])
            for part in fields(first)
        }
        return replace(first, **changes)
    out = np.array(first)
    for number, part in enumerate(parts):
        if part is not None and part is not first:
            np.copyto(out, part, where=said == number)
    return out


def noted(name: str, said: Ints, parts: Sequence[dict[str, Ints] | None]) -> dict[str, Ints]:
    """Return all verdicts, by gate, of futures put together; a gate that an ended unit never meets is not asked."""
    names = dict.fromkeys(gate for part in parts if part is not None for gate in part)
    nobody = np.full(said.shape, NOT_ASKED, dtype=np.int64)
    later = {gate: mixed(said, [(part or {}).get(gate, nobody) for part in parts]) for gate in names}
    return {name: said, **later}
