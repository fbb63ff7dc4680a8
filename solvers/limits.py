"""The rules a plan must keep, written once as rows over pieces: the program and the check of a plan both read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from model import economics
from model.inputs import Case
from model.ledger import Floats
from model.schema import STANDING_ROWS
from solvers.tables import Pieces


@dataclass(frozen=True)
class Limit:
    """low <= fixed + Σ measure(piece) + bought <= high, in the words of the case.

    measure : takes O pieces, gives (piece,); bought : quarters whose planned bought hours count into this row
    """

    name: str
    rule: str
    unit: str
    measure: Callable[[Pieces], Floats]
    low: float
    high: float
    bought: tuple[int, ...] = ()
    fixed: float = 0.0


def limits(case: Case, modes: Sequence[str]) -> list[Limit]:
    """Return all rows of the plan for one path of organisation modes (R28–R32)."""
    rows: list[Limit] = []
    for phase in range(len(case.phases)):
        rows += [_heads(case, modes, phase), *_roles(case, phase), _span(case, phase)]
        rows += [_budget(case, phase), *_loads(case, phase)]
    return rows


def _heads(case: Case, modes: Sequence[str], phase: int) -> Limit:
    """Heads lie inside the bounds of the phase and of its organisation mode (R29)."""
    part, mode = case.phases[phase], case.modes[modes[phase]]
    low = max(float(part.heads_least), float(mode.heads_least))
    high = min(float(part.heads_most), float(mode.heads_most))
    return Limit(f"heads in {part.id}", "R29", "heads", lambda p: p.heads[:, phase], low, high)


def _roles(case: Case, phase: int) -> list[Limit]:
    """Heads of each shared role lie between its minimum and maximum; line roles keep theirs inside the paths (R30)."""
    rows = []
    for index, (name, role) in enumerate((n, r) for n, r in case.roles.items() if r.kind == "shared"):
        low, high = float(role.heads_least[phase]), float(role.heads_most[phase])
        rows.append(Limit(f"{name} in {case.phases[phase].id}", "R30", "heads", _seats_of(index, phase), low, high))
    return rows


def _seats_of(role: int, phase: int) -> Callable[[Pieces], Floats]:
    return lambda pieces: pieces.seats[:, role, phase]


def _span(case: Case, phase: int) -> Limit:
    """Nobody leads more people than the span of control allows (R31)."""
    span = float(case.staffing.span_of_control)
    name = f"span of control in {case.phases[phase].id}"
    return Limit(name, "R31", "heads", lambda p: p.heads[:, phase] - (1 + span) * p.managers[:, phase], -np.inf, 0.0)


def _budget(case: Case, phase: int) -> Limit:
    """Approved cost, tools and planned bought hours stay inside the phase's budget (R28)."""
    first, end = case.phase_bounds()[phase]
    rows = case.choice.budget_rows
    standing = zip(STANDING_ROWS, economics.standing(case, None, case.clock.months), strict=True)
    fixed = sum(cost[first - 1 : end - 1].sum() for row, cost in standing if row in rows)
    bought = quarters_of(case, phase) if "agency" in rows else ()
    name, budget = f"budget of {case.phases[phase].id}", float(case.phases[phase].budget)
    return Limit(name, "R28", "CNY", lambda p: p.cost[:, phase], -np.inf, budget, bought, float(fixed))


def _loads(case: Case, phase: int) -> list[Limit]:
    """Planned shared work stays within what nominal heads and bought hours may carry (R32)."""
    fixed = economics.fixed_work(case, case.clock.months) @ quarter_parts(case)[:, phase]
    rows = []
    for index, (role, work) in enumerate(case.shared_work.items()):
        if not work.may_be_empty:
            name = f"work of {role} in {case.phases[phase].id}"
            rows.append(Limit(name, "R32", "hours", _load_of(index, phase), -np.inf, 0.0, (), float(fixed[index])))
    return rows


def _load_of(role: int, phase: int) -> Callable[[Pieces], Floats]:
    return lambda pieces: pieces.load[:, role, phase]


def quarters_of(case: Case, phase: int) -> tuple[int, ...]:
    """Return the quarters (0-based) that end inside a phase: bought hours are paid in a quarter's last month (R21)."""
    first, end = case.phase_bounds()[phase]
    ends = economics.quarter_ends(case) + 1
    return tuple(int(q) for q in np.flatnonzero((ends >= first) & (ends < end)))


def quarter_parts(case: Case) -> Floats:
    """Return which part of each quarter's months lies in each phase, (quarter, phase); each row adds up to 1 (R32)."""
    ends = economics.quarter_ends(case) + 1
    starts = np.concatenate([[0], ends[:-1]])
    bounds = [(first - 1, end - 1) for first, end in case.phase_bounds()]
    inside = [np.clip(np.minimum(ends, end) - np.maximum(starts, first), 0, None) for first, end in bounds]
    out: Floats = np.stack(inside, axis=1) / (ends - starts)[:, None]
    return out


def bought_cost(case: Case, planned: Floats) -> Floats:
    """Return the cost of planned bought hours, (quarter, …) CNY (R28).

    Parameters
    ----------
    planned : (role, quarter, …) hours at zero uncertainty, work less own hours, fixed work included
    """
    rate = economics.agency_rate(case).reshape(*planned.shape[:2], *[1] * (planned.ndim - 2))
    out: Floats = np.add.reduce(rate * np.maximum(planned, 0.0), axis=0)
    return out


def use(case: Case, limit: Limit, total: Pieces, fixed: Floats) -> float:
    """Return the left side of a row for a whole plan.

    Parameters
    ----------
    total : the plan as one piece (leading axis 1)
    fixed : (role, quarter) hours of fixed work
    """
    value = limit.fixed + float(limit.measure(total)[0])
    if limit.bought:
        value += float(bought_cost(case, total.planned[0] + fixed)[list(limit.bought)].sum())
    return value
