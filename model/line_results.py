"""What a line brought month by month and who worked on it: all that a pay scheme may look at (scope: line)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from model.ledger import Flags, Floats, Ints, signed
from model.schema import LINE_ROWS

FIRST_SALES = ("commission", "quality_deduction", "returns")
LATER_INCOME = ("repurchase", "referral", "subscription")
"""Rows of what users bring after the first sale."""


@dataclass(frozen=True)
class LineTeam:
    """A line's own people by month under O options, all (month, option, scenario).

    heads : people present; base_pay : CNY of base pay; stays : share of them who are still there a month later
    """

    heads: Floats
    base_pay: Floats
    stays: Floats

    def parts(self) -> tuple[Floats, Floats, Floats]:
        """Return heads, base pay and stays."""
        return self.heads, self.base_pay, self.stays


def team_of(heads: Floats, base_pay: Floats, stayed: Floats) -> LineTeam:
    """Return a line's team from heads present, base pay and the heads who are still there a month later.

    Where nobody is present nobody leaves.
    """
    stays = np.divide(stayed, heads, out=np.ones(heads.shape), where=heads > 0)
    return LineTeam(heads, base_pay, stays)


@dataclass(frozen=True)
class LineResults:
    """A line's months under O options, all (month, option, scenario).

    volume : units; revenue : CNY of first sales, deductions off; repurchase, referral, subscription : CNY of what
    users bring later; nps : points and complaint : share, means over partners by volume; use : team work over hours
    """

    volume: Floats
    revenue: Floats
    repurchase: Floats
    referral: Floats
    subscription: Floats
    nps: Floats
    complaint: Floats
    use: Floats
    heads: Floats
    base_pay: Floats
    stays: Floats

    def of(self, options: Ints) -> LineResults:
        """Return the results of some options, by their numbers."""
        return LineResults(*(getattr(self, field.name)[:, options] for field in fields(self)))

    @property
    def manned(self) -> Floats:
        """1 in months with somebody on the team, else 0."""
        return (self.heads > 0).astype(float)


def mean_by_volume(figure: Floats, volume: Floats, active: Flags) -> Floats:
    """Return a quality figure's mean over partners, by volume, (option, scenario); plain while none sells (R43).

    Parameters
    ----------
    figure, volume, active : (partner, option, scenario)

    Examples
    --------
    >>> two = np.array([70.0, 80.0]).reshape(2, 1, 1)
    >>> mean_by_volume(two, np.array([30.0, 10.0]).reshape(2, 1, 1), np.ones((2, 1, 1), dtype=bool)).item()
    72.5
    """
    sells = np.add.reduce(volume, axis=0) > 0
    weight = np.where(sells[None], volume, active)
    whole = np.add.reduce(weight, axis=0)
    summed = np.add.reduce(figure * weight, axis=0)
    return np.divide(summed, whole, out=np.zeros(whole.shape), where=whole > 0)


class LineQuality:
    """NPS and complaints of a line by month, means over partners by volume, (month, option, scenario)."""

    def __init__(self, months: int, options: int, scenarios: int) -> None:
        self.nps, self.complaint = (np.zeros((months, options, scenarios)) for _ in range(2))

    def keep(self, month: int, nps: Floats, complaint: Floats, volume: Floats, active: Flags) -> None:
        """Keep the means of month 1…T; all arrays (partner, option, scenario)."""
        self.nps[month - 1] = mean_by_volume(nps, volume, active)
        self.complaint[month - 1] = mean_by_volume(complaint, volume, active)


def results_of(
    rows: Floats, volume: Floats, quality: LineQuality, team_work: Floats, capacity: Floats, team: LineTeam
) -> LineResults:
    """Return what a pay scheme may look at, from the line's own months.

    Parameters
    ----------
    rows : (row, month, option, scenario) CNY in the order of LINE_ROWS
    volume, team_work, capacity : (month, option, scenario) units, hours, hours
    """
    use = np.divide(team_work, capacity, out=np.where(team_work > 0, np.inf, 0.0), where=capacity > 0)
    later = (rows[LINE_ROWS.index(name)] for name in LATER_INCOME)
    repurchase, referral, subscription = later
    first = signed(rows, LINE_ROWS, FIRST_SALES)
    income = (volume, first, repurchase, referral, subscription)
    return LineResults(*income, quality.nps, quality.complaint, use, *team.parts())
