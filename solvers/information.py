"""What knowing the future beforehand, and planning for its uncertainty, are worth."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.budgets import certain
from model.ledger import Floats
from model.summary import Estimate, mean
from solvers.columns import MONEY
from solvers.exact import Choice, Exact, Tables
from solvers.exchange import exchange, shake
from solvers.pricing import Pricer
from solvers.tables import Pieces
from solvers.upper import Upper

WORK, FEWEST, MOST = 30_000, 16, 64
"""Columns × draws that a look into the future may take, and the draws it takes at least and at most."""


@dataclass(frozen=True)
class Foreknown:
    """What a plan made for one future alone is worth in it: at least, at most, and the chosen plan; (scenario,) CNY.

    at_least : of the best plan one exchange away; at_most : of the relaxation with exact bands
    """

    at_least: Floats
    at_most: Floats
    chosen: Floats


def gain(left: Floats, right: Floats) -> Estimate:
    """Return left − right on the same futures with its standard error; a single future is all there is (R152, R153).

    Parameters
    ----------
    left, right : (scenario,) CNY

    Examples
    --------
    >>> gain(np.array([3.0, 5.0]), np.array([1.0, 1.0]))
    Estimate(value=3.0, se=1.0)
    """
    difference = left - right
    return mean(difference) if difference.size > 1 else Estimate(float(difference[0]), 0.0)


def draws_looked_at(tables: Tables) -> int:
    """Return on how many draws of the tables a plan is made for each alone: fewer where there is more to choose."""
    columns = sum(map(len, tables.options.values())) + sum(map(len, tables.seats.values()))
    wanted = min(max(WORK // columns, FEWEST), MOST)
    return min(wanted, tables.pricer.block.scenarios)


def foreknown(tables: Tables, exact: Exact, choice: Choice, near: Sequence[Choice], draws: int) -> Foreknown:
    """Return what plans made for each of the first draws alone are worth, between two bounds (R152).

    Parameters
    ----------
    choice : the chosen plan, on all draws; near : other plans that keep all rules, of which a future takes its best
    """
    own = exact.npv(tables.total(choice))[:draws]
    known = [own, *(exact.npv(tables.total(other))[:draws] for other in near)]
    if not exact.broken(tables.total(idle_choice(tables, choice))):
        known.append(np.zeros(draws))
    low: Floats = np.max(known, axis=0)
    upper = Upper(tables, exact, choice.modes)
    high = np.zeros(draws)
    for draw in range(draws):
        few, one = on_draw(tables, exact, draw)
        found = Upper(few, one, choice.modes, relaxed=upper.relaxed)
        high[draw] = (-found.settle().objective - found.money.standing) * MONEY
    return Foreknown(low, np.maximum(high, low), own)


def idle_choice(tables: Tables, like: Choice) -> Choice:
    """Return the plan that hires nobody and opens nothing, in the modes of another."""
    nobody = tuple((role, (0,) * len(tables.case.phases)) for role in tables.seats)
    lines = tuple((line, next(o for o in known if o.is_closed)) for line, known in tables.options.items())
    return Choice(like.modes, nobody, lines)


def on_draw(tables: Tables, exact: Exact, draw: int) -> tuple[Tables, Exact]:
    """Return tables and arithmetic of one pricing draw alone."""
    few, one = copy.copy(tables), copy.copy(exact)
    few.lines = {line: _single(pieces, draw) for line, pieces in tables.lines.items()}
    few.seats = {role: _single(pieces, draw) for role, pieces in tables.seats.items()}
    few._paths = {}
    one.fixed_hours = _at(exact.fixed_hours, draw)
    one.standing = _at(exact.standing, draw)
    return few, one


def _single(pieces: Pieces, draw: int) -> Pieces:
    names = ("linear", "revenue", "base_pay", "hours")
    return replace(pieces, **{name: _at(getattr(pieces, name), draw) for name in names})


def _at(values: Floats, draw: int) -> Floats:
    return values if values.shape[-1] == 1 else values[..., draw : draw + 1]


def as_if_certain(tables: Tables, choice: Choice, seed: int) -> tuple[Choice, float]:
    """Return the best plan met when nothing is uncertain, and what it promises then, CNY (R153).

    The priced paths are priced again at zero uncertainty; exchange and shake start from the chosen plan.
    """
    sure = certain(tables.case)
    again = Tables(sure, Pricer(sure, choice.modes, seed, 1))
    for line, known in tables.options.items():
        again.add(line, list(known))
    exact = Exact(sure, choice.modes)
    found, _, _ = exchange(again, exact, choice)
    found, worth, _ = shake(again, exact, found)
    nobody = idle_choice(again, choice)
    if worth < 0 and not exact.broken(again.total(nobody)):
        return nobody, 0.0
    return found, worth
