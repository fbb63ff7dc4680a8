"""Choose again on tables that are already priced: with changed rows, fewer paths, or apart from plans already met."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from model.errors import Finding, InfeasibleError
from model.people_inputs import Role
from solvers.change import Allowed, Change, path_changes
from solvers.cutting import Solution, bounded
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import exchange, nearest_moves
from solvers.goal_search import solve_for_goal
from solvers.limits import Limit
from solvers.options import closed
from solvers.path_choice import GAP, MOST_POLISH, SOLVE_SECONDS, around
from solvers.program import Cut, Program
from solvers.tables import Pieces


@dataclass(frozen=True)
class Resolved:
    """A plan chosen again: its exact mean and worth to the goal on the pricing draws (CNY), how the program ended."""

    choice: Choice
    npv: float
    worth: float
    solved: Solution

    @property
    def gap(self) -> float:
        """What a better plan of the program could bring at most, CNY."""
        return self.solved.gap


def resolve(
    tables: Tables,
    exact: Exact,
    incumbent: Choice,
    change: Change | None = None,
    cuts: list[Cut] | None = None,
    gap: float = GAP,
    seconds: float = SOLVE_SECONDS,
    solves: int | None = None,
) -> Resolved:
    """Return the best plan under a change, among the paths priced already (R155).

    Parameters
    ----------
    incumbent : the plan chosen before; the search starts from it or from the nearest plan that keeps the change
    cuts : hinge cuts found before, which stay valid; new ones are added
    gap : share of turnover at which the integer solve may stop
    solves : most integer solves, as many as usual if not given; with fewer the gap told may stay wider

    Raises
    ------
    InfeasibleError : no plan keeps the changed rules, or none was found that keeps the goal's conditions
    """
    change = change or Change()
    narrowed, limited = _under(tables, change), with_rows(exact, change.rows).aiming(change.goal or exact.goal)
    start = _start(tables, narrowed, limited, incumbent, change)
    if start:
        start, _, _ = exchange(narrowed, limited, start, keeps=change.keeps)
    total = tables.total(start or incumbent)
    pool = [] if cuts is None else cuts
    programs: list[Program] = []

    def program_of(aimed: Exact) -> Program:
        program = Program(narrowed.case, incumbent.modes, narrowed, aimed, aimed.coefficient(total), pool)
        for plan in change.apart:
            keep_apart(program, plan, change.distance)
        programs.append(program)
        return program

    solved, found = solve_for_goal(limited, program_of, gap, seconds, start, solves=solves)
    pool[:] = {cut.key: cut for program in programs for cut in program.cuts.useful()}.values()
    met = dict.fromkeys([*found, *([start] if start else [])])
    best = max(met, key=lambda plan: limited.value(narrowed.total(plan)).height)
    choice, worth, _ = exchange(narrowed, limited, best, keeps=change.keeps)
    idle = _idle(narrowed, limited, incumbent.modes)
    if idle is not None and change.keeps(idle) and limited.value(narrowed.total(idle)).height > worth:
        choice, worth = idle, 0.0
    npv = limited.npv(narrowed.total(choice))
    if missed := limited.goal.shortfalls(npv):
        raise InfeasibleError(missed)
    return Resolved(choice, float(npv.mean()), worth, solved)


def exchanged(
    tables: Tables, exact: Exact, starts: Sequence[Choice], change: Change, cuts: list[Cut], gap: float = GAP
) -> Resolved:
    """Return the best plan that exchanges reach from plans known, and by the relaxation how much more one could bring.

    Neighbours are priced on the way, as in `settle`. No program is solved in whole people: where single futures count
    that takes minutes and finds what exchanges find (R144).

    Parameters
    ----------
    starts : plans that keep the rows and what else is asked, not always the goal's conditions
    cuts, gap : as for `resolve`

    Raises
    ------
    InfeasibleError : no plan was found that keeps the goal's conditions
    """
    limited = with_rows(exact, change.rows).aiming(change.goal or exact.goal)
    open_end = Solution("", 0.0, 0.0, 1.0)
    found = [settle(tables, exact, Resolved(start, 0.0, 0.0, open_end), change, start) for start in starts]
    best = max(found, key=lambda each: limited.value(tables.total(each.choice)).height)
    total = tables.total(best.choice)
    if missed := limited.goal.shortfalls(limited.npv(total)):
        raise InfeasibleError(missed)
    program = Program(tables.case, best.choice.modes, _under(tables, change), limited, limited.coefficient(total), cuts)
    for plan in change.apart:
        keep_apart(program, plan, change.distance)
    solved = bounded(program, gap, SOLVE_SECONDS, best.choice)
    cuts[:] = {cut.key: cut for cut in program.cuts.useful()}.values()
    return Resolved(best.choice, best.npv, best.worth, solved)


def narrows(exact: Exact, change: Change) -> bool:
    """Return whether a change only takes plans away, so that the best plan of before stays the best if it keeps it."""
    own = {row.name: row for row in exact.rows}
    inside = (
        row.name not in own or own[row.name].low <= row.low <= row.high <= own[row.name].high for row in change.rows
    )
    return not change.least and change.goal is None and all(inside)


def keeps_change(tables: Tables, exact: Exact, choice: Choice, change: Change) -> bool:
    """Return whether a plan of priced paths keeps the rows and everything else that a change asks for."""
    lines = dict(choice.lines)
    may = all(allowed(lines[line]) for line, allowed in change.only.items())
    return may and change.keeps(choice) and not with_rows(exact, change.rows).broken(tables.total(choice))


def settle(tables: Tables, exact: Exact, found: Resolved, change: Change, choice: Choice | None = None) -> Resolved:
    """Price the neighbours of a plan found under a change and exchange, again until none is new (R155, R157).

    Parameters
    ----------
    tables : new paths are added
    choice : a plan that keeps the change and is worth more than the one found, to go on from
    """
    limited = with_rows(exact, change.rows).aiming(change.goal or exact.goal)
    best = choice or found.choice
    for _ in range(MOST_POLISH):
        fresh = sum(tables.add(line, around(tables.case, tables, line, option)) for line, option in best.lines)
        if not fresh and best is not choice:
            break
        best, _, _ = exchange(_under(tables, change), limited, best, keeps=change.keeps)
        choice = None
    value = limited.value(tables.total(best))
    return Resolved(best, float(limited.npv(tables.total(best)).mean()), value.worth, found.solved)


def with_rows(exact: Exact, rows: Sequence[Limit]) -> Exact:
    """Return the exact arithmetic with some rows of the case replaced by name, and new ones added."""
    if not rows:
        return exact
    fresh = {row.name: row for row in rows}
    changed = copy.copy(exact)
    changed.rows = [fresh.pop(row.name, row) for row in exact.rows]
    changed.rows += fresh.values()
    return changed


def _under(tables: Tables, change: Change) -> Tables:
    """Return the tables as a change lets them be used."""
    narrowed = narrow(tables, change.only)
    if not change.least:
        return narrowed
    lower = {name: role.model_copy(update={"heads_least": change.least[name]}) for name, role in _roles(tables, change)}
    eased = copy.copy(narrowed)
    eased.case = tables.case.model_copy(update={"roles": tables.case.roles | lower})
    return eased


def _roles(tables: Tables, change: Change) -> list[tuple[str, Role]]:
    return [(name, role) for name, role in tables.case.roles.items() if name in change.least]


def narrow(tables: Tables, only: Mapping[str, Allowed]) -> Tables:
    """Return the tables with fewer paths of some lines; nothing is priced again.

    Raises
    ------
    InfeasibleError : a line has no path left
    """
    if not only:
        return tables
    few = copy.copy(tables)
    few.options, few.lines = dict(tables.options), dict(tables.lines)
    for line, may in only.items():
        kept = [option for option in tables.options[line] if may(option)]
        if not kept:
            raise InfeasibleError(Finding("E-INFEASIBLE", line, "no priced path of the line keeps what is asked"))
        places = np.array([tables.options[line][option] for option in kept])
        few.lines[line] = Pieces(*(getattr(tables.lines[line], f.name)[places] for f in fields(Pieces)))
        few.options[line] = {option: index for index, option in enumerate(kept)}
    return few


def keep_apart(program: Program, plan: Choice, distance: int) -> None:
    """Ask for a number of changes against a plan: seats open in order, so that they count heads one by one."""
    m = program.m
    heads, lines = dict(plan.seats), dict(plan.lines)
    seats = [1 - var if seat < heads[role][phase] else var for (role, seat, phase), var in m.seat.items()]
    paths = [
        path_changes(option, lines[line]) * m.path[line, index]
        for line, known in program.tables.options.items()
        for option, index in known.items()
    ]
    m.refused.add(sum(seats) + sum(paths) >= distance)


def _start(tables: Tables, narrowed: Tables, exact: Exact, incumbent: Choice, change: Change) -> Choice | None:
    """Return the incumbent, or the best plan with one or two groups changed that keeps the change; None if none does.

    A start is worth much: it lets hopeless columns be fixed before the integer solve.
    """

    def good(choice: Choice) -> bool:
        return all(option in narrowed.options[line] for line, option in choice.lines) and change.keeps(choice)

    if good(incumbent) and not exact.broken(tables.total(incumbent)):
        return incumbent
    return nearest_moves(tables, exact, incumbent, good)


def _idle(tables: Tables, exact: Exact, modes: Sequence[str]) -> Choice | None:
    """Return the plan that does nothing where rules and priced paths allow it."""
    nobody = closed(tables.case)
    seats = tuple((role, (0,) * len(tables.case.phases)) for role in tables.seats)
    choice = Choice(tuple(modes), seats, tuple((line, nobody) for line in tables.options))
    there = all(nobody in known for known in tables.options.values())
    return choice if there and not exact.broken(tables.total(choice)) else None
