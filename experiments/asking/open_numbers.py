"""The numbers of a case that nobody is sure of, drawn over their ranges, and the groups they are told in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import qmc, triang

from experiments.running.flip import matters
from experiments.running.futures import admits, changed_together
from model.case_numbers import Number, numbers
from model.draws import stream
from model.errors import InputError
from model.inputs import Case
from model.ledger import Floats
from model.load import case_to_dict
from model.plans import Plan

STAGE = "knowing"
"""Stage of all draws of this question: neither those that chose the plan nor those that are published."""
TRIED = 20
"""Times that a point is drawn anew, closer to the assumed values each time, until it is a case."""
TRIAL_NUMBERS = ("partners.conversion", "partners.nps", "partners.complaint", "partners.failure")
TRIAL, REST = "What partner trials measure", "Other numbers"
GROUPS = (
    (r"partners\.(conversion|nps|complaint|failure)$", TRIAL),
    (r"partners\.unit_hours|shared_work\.|.*\bhours\b|ways\..*\.work|staffing\.productive_hours", "Work hours"),
    (r"lines\..*\.(service_slope|partner_hours|lead_lift|.*overload.*)$", "How teams work"),
    (r"lines\..*\.(life|joint)\.", "Users after the first sale"),
    (r"calibrations\.|market\.|partners\.mature_volume|lines\..*|ways\..*\.demand", "Demand and its speed"),
    (
        r"contracts\.|trial\.|contract_life\.|partner_margin\.|partners\.target_scale|scorecard\.",
        "Contracts and renewals",
    ),
    (r"incentives\.|schemes\.", "Targets and bonuses"),
    (r"roles\.|staffing\.|modes\.|clock\.", "People: pay, hiring, leaving"),
    (r"costs\.|partners\.integration|workshops\.|sourcing\.|interface\.|crisis\.|shocks\.", "Costs and mishaps"),
    (r"uncertainty\.", "How wide chance itself is"),
)
"""What one study could tell together: the first pattern that a key begins with names its group."""


def group_of(key: str) -> str:
    """Return the group that a number is told in (R182).

    Examples
    --------
    >>> group_of("shared_work.data.unit"), group_of("partners.nps"), group_of("odd_things.one")
    ('Work hours', 'What partner trials measure', 'Other numbers')
    """
    return next((title for pattern, title in GROUPS if re.match(pattern, key)), REST)


def open_numbers(case: Case, plans: Mapping[str, Plan]) -> tuple[list[Number], list[str]]:
    """Return the numbers with a range that touch a plan, and the keys of those that cannot move alone (R182).

    A number that is tied to others – shares that add up to 1 – leaves no case at the ends of its range and stays.
    """
    known = [
        number
        for number in numbers(case_to_dict(case)).values()
        if number.low is not None and number.high is not None and number.low < number.high
    ]
    touching = [number for number in known if any(matters(case, plan, number) for plan in plans.values())]
    free = [number for number in touching if _moves_alone(case, number)]
    return free, [number.name for number in touching if number not in free]


def _moves_alone(case: Case, number: Number) -> bool:
    return all(admits(case, [(number, end)]) for end in ends(number))


def ends(number: Number) -> tuple[float, float]:
    """Return the range of a number that has one, widened to its value."""
    low, high = number.value if number.low is None else number.low, number.value if number.high is None else number.high
    return min(low, number.value), max(high, number.value)


def drawn(known: Sequence[Number], points: int, seed: int, name: str) -> Floats:
    """Return values of numbers at points spread evenly over their ranges, (number, point) (R182).

    Each number has a triangular law over its range with its peak at the assumed value, each on its own.

    Parameters
    ----------
    name : of the draws, so that groups do not share them
    """
    if not known:
        return np.zeros((0, points))
    shares = qmc.LatinHypercube(len(known), rng=stream(seed, STAGE, name, 0)).random(points)
    return np.array([_at(number, shares[:, place]) for place, number in enumerate(known)])


def even(number: Number, points: int) -> Floats:
    """Return the middles of equally likely parts of a number's range, (point,) (R182).

    Examples
    --------
    >>> n = Number("n", (), "CNY", 1.0, 0.0, 2.0, False, "guess", "", "", "")
    >>> even(n, 2).tolist()
    [0.7071067811865476, 1.2928932188134525]
    """
    return _at(number, (np.arange(points) + 0.5) / points)


def _at(number: Number, shares: Floats) -> Floats:
    low, high = ends(number)
    out: Floats = triang.ppf(shares, (number.value - low) / (high - low), low, high - low)
    return out


def cases_at(case: Case, known: Sequence[Number], values: Floats) -> tuple[list[Case], Floats]:
    """Return the case at each point and the values it got: a point that is no case is drawn in towards the assumed one.

    Parameters
    ----------
    values : (number, point)
    """
    assumed = np.array([number.value for number in known])
    cases, kept = [], values.copy()
    for point in range(values.shape[1]):
        for part in np.linspace(1.0, 0.0, TRIED + 1):
            kept[:, point] = assumed + part * (values[:, point] - assumed)
            try:
                cases.append(changed_together(case, zip(known, kept[:, point].tolist(), strict=True)))
                break
            except InputError:
                continue
    return cases, kept
