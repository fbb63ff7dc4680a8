"""The limits of a case as rows over pieces: the program and the check of a choice both read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from model import economics
from model.bound import Bound, Kind
from model.feasibility import bounds, led, per_head, quarter_parts
from model.gate_limits import running_cost
from model.gates import phase_at
from model.inputs import Case
from model.ledger import Floats
from solvers.tables import Pieces

Measure = Callable[[Pieces], Floats]


@dataclass(frozen=True)
class Limit:
    """low <= fixed + Σ measure(piece) + bought <= high, in the words of the case.

    measure : takes O pieces, gives (piece,); bought : quarters whose planned bought hours count into this row
    kind : which of the case's limits, or one that a question asks for; at : where a limit of the case holds
    low_by, high_by : who asks for the bound, or why it is what it is, in words
    """

    name: str
    rule: str
    unit: str
    measure: Measure
    low: float
    high: float
    bought: tuple[int, ...] = ()
    fixed: float = 0.0
    kind: Kind | Literal["asked"] = "asked"
    at: tuple[str, ...] = ()
    low_by: str = ""
    high_by: str = ""


def limits(case: Case, modes: Sequence[str]) -> list[Limit]:
    """Return all rows of the plan for one path of organisation modes (R28–R32, R116–R119, R136–R138)."""
    return [_limit(case, bound) for bound in bounds(case, modes) if _may_matter(case, bound)]


def _may_matter(case: Case, bound: Bound) -> bool:
    """Return whether a row can bind: no partner starts in a quarter without a month to start in."""
    first = bound.quarter * economics.QUARTER
    return bound.quarter < 0 or any(first < month <= first + economics.QUARTER for month in case.choice.start_months)


def _limit(case: Case, bound: Bound) -> Limit:
    buys = bound.kind == "budget" and "agency" in case.choice.budget_rows
    bought = quarters_of(case, bound.phase) if buys else ()
    return Limit(
        bound.name,
        bound.rule,
        bound.unit,
        _measure(case, bound),
        bound.low,
        bound.high,
        bought,
        bound.fixed,
        bound.kind,
        _at(case, bound),
        bound.low_by,
        bound.high_by,
    )


def _at(case: Case, bound: Bound) -> tuple[str, ...]:
    """Return where a bound holds: role and phase, or quarter."""
    when = case.phases[bound.phase].id if bound.quarter < 0 else f"quarter {bound.quarter + 1}"
    return (bound.role, when) if bound.role else (when,)


def _measure(case: Case, bound: Bound) -> Measure:
    """Return what a piece adds to a bound's left side."""
    phase, quarter, span = bound.phase, bound.quarter, led(case)
    shared = [name for name, role in case.roles.items() if role.kind == "shared"]
    seat = shared.index(bound.role) if bound.role in shared else 0
    works = list(case.shared_work)
    work = works.index(bound.role) if bound.role in works else 0
    asks = per_head(case) * quarter_parts(case)[quarter]
    measures: dict[str, Measure] = {
        "heads": lambda p: p.heads[:, phase],
        "role": lambda p: p.seats[:, seat, phase],
        "span": lambda p: p.heads[:, phase] - span * p.managers[:, phase],
        "budget": lambda p: p.cost[:, phase],
        "work": lambda p: p.load[:, work, phase],
        "sign_ups": lambda p: p.starting[:, quarter] - p.seats[:, seat] @ asks,
        "integration": lambda p: p.connecting[:, quarter],
        "calendar": lambda p: _opened(p.seats[:, seat])[:, list(bound.opens)].sum(axis=1),
        "skill": lambda p: bound.share * p.seats[:, seat, phase],
        "held": _held_at_least(case, bound) if bound.kind == "held" else lambda p: np.zeros(len(p)),
        "required": lambda p: p.signed[:, [partner.id == bound.role for partner in case.partners]].sum(axis=1),
        "closed": lambda p: p.signed[:, [partner.line == bound.role for partner in case.partners]].sum(axis=1),
    }
    return measures.get(bound.kind, lambda p: np.zeros(len(p)))


def _held_at_least(case: Case, bound: Bound) -> Measure:
    """Return what the seats open at a gate cost at least in a later phase if the unit is held there (R133)."""
    last = phase_at(case, case.gates[bound.role].month)
    cost = {name: running_cost(case, name)[bound.phase] for name in case.roles}
    shared = np.array([cost[name] for name, role in case.roles.items() if role.kind == "shared"])
    team = min((cost[name] for name, role in case.roles.items() if role.kind != "shared"), default=0.0)

    def measure(pieces: Pieces) -> Floats:
        seats: Floats = pieces.seats[:, :, last]
        out: Floats = seats @ shared + (pieces.heads[:, last] - seats.sum(axis=1)) * team
        return out

    return measure


def _opened(heads: Floats) -> Floats:
    """Return the seats that open with each phase, (…, phase), of heads that never fall."""
    return np.diff(heads, axis=-1, prepend=0.0)


def quarters_of(case: Case, phase: int) -> tuple[int, ...]:
    """Return the quarters (0-based) that end inside a phase: bought hours are paid in a quarter's last month (R21)."""
    first, end = case.phase_bounds()[phase]
    ends = economics.quarter_ends(case) + 1
    return tuple(int(q) for q in np.flatnonzero((ends >= first) & (ends < end)))


def bought_cost(case: Case, planned: Floats) -> Floats:
    """Return the cost of planned bought hours, (quarter, …) CNY (R28, R32).

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
