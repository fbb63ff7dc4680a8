"""Points all over the ranges of open numbers, and the groups that they are told in."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from scipy.stats import qmc

from experiments.running.range_law import at_shares
from model.case_numbers import Number
from model.draws import stream
from model.ledger import Floats

STAGE = "knowing"
"""Stage of all draws of this question: neither those that chose the plan nor those that are published."""
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


def drawn(known: Sequence[Number], points: int, seed: int, name: str) -> Floats:
    """Return values of numbers at points spread evenly over their ranges, each on its own, (number, point) (R189).

    Parameters
    ----------
    name : of the draws, so that groups do not share them
    """
    if not known:
        return np.zeros((0, points))
    shares = qmc.LatinHypercube(len(known), rng=stream(seed, STAGE, name, 0)).random(points)
    return np.array([at_shares(number, shares[:, place]) for place, number in enumerate(known)])


def even(number: Number, points: int) -> Floats:
    """Return the middles of equally likely parts of a number's range, (point,) (R182).

    Examples
    --------
    >>> n = Number("n", (), "CNY", 1.0, 0.0, 2.0, False, "guess", "", "", "")
    >>> even(n, 2).tolist()
    [0.7071067811865476, 1.2928932188134525]
    """
    return at_shares(number, (np.arange(points) + 0.5) / points)
