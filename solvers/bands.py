"""A bound on the annual bonus: for each year and scenario the highest planes below base pay × team coefficient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyomo.environ as pyo

from model.incentives import bonus_scale, targets
from model.inputs import Case
from model.ledger import Floats
from solvers.columns import MONEY, Columns, finite
from solvers.cuts import Cut
from solvers.exact import Exact

EDGE_CNY, EDGE_SHARE = 0.01, 1e-11
"""Revenue and attainment are rounded before a band: each edge stands so much higher here, and the bound holds."""


@dataclass(frozen=True)
class Box:
    """What the unit's revenue and base pay lie between for the plans looked at, each (year, scenario) CNY."""

    revenue_low: Floats
    revenue_high: Floats
    pay_low: Floats
    pay_high: Floats

    def within(self, other: Box) -> Box:
        """Return what both boxes allow."""
        low, high = (np.maximum(self.revenue_low, other.revenue_low), np.minimum(self.revenue_high, other.revenue_high))
        least, most = (np.maximum(self.pay_low, other.pay_low), np.minimum(self.pay_high, other.pay_high))
        return Box(low, high, least, most)


@dataclass(frozen=True)
class Planes:
    """constant + revenue × unit's revenue + pay × unit's base pay, each (year, scenario)."""

    revenue: Floats
    pay: Floats
    constant: Floats


def planes(case: Case, box: Box, revenue: Floats, pay: Floats) -> Planes:
    """Return the plane below base pay × coefficient over the box that is highest at a point (R150).

    Pay × coefficient is linear in pay and steps up with revenue, so its convex hull is spanned by the steps' ends at
    least and at most pay. A plane with slope b in revenue may start, at either pay, where pay × coefficient − b ×
    revenue is least over these ends; the best b is a slope between two of them. Each plane holds for every plan in
    the box, whatever the point.

    Parameters
    ----------
    revenue, pay : (year, scenario) CNY, the point
    """
    ends, level = _ends(case, box)
    low, high = level * box.pay_low, level * box.pay_high
    slopes = np.concatenate([_slopes(ends, low), _slopes(ends, high)])
    start, end = _lowest(ends, low, slopes), _lowest(ends, high, slopes)
    wide = box.pay_high - box.pay_low
    rise = np.where(wide > 0, (end - start) / np.where(wide > 0, wide, 1.0), 0.0)
    height = slopes * revenue + start + rise * (pay - box.pay_low)
    best = np.argmax(height, axis=0)[None]
    slope, start, rise = (np.take_along_axis(part, best, 0)[0] for part in (slopes, start, rise))
    return Planes(slope, rise, start - rise * box.pay_low)


def _ends(case: Case, box: Box) -> tuple[Floats, Floats]:
    """Return revenue at the ends of all steps inside the box and the lower coefficient there, (end, year, scenario)."""
    rules, target = case.incentives, targets(case)[:, None]
    steps = np.array(rules.band_coefficients, dtype=float)
    safe = np.where(np.diff(steps) >= 0, 1, -1)
    edges = [e * target * (1 + s * EDGE_SHARE) + s * EDGE_CNY for e, s in zip(rules.band_edges, safe, strict=True)]
    inner = [np.clip(edge, box.revenue_low, box.revenue_high) for edge in edges]
    ends = np.array([box.revenue_low, *inner, box.revenue_high])
    none = np.zeros(ends.shape, dtype=int)
    below = sum(((ends > edge).astype(int) for edge in edges), none)
    reached = sum(((ends >= edge).astype(int) for edge in edges), none)
    return ends, np.minimum(steps[below], steps[reached])


def _slopes(ends: Floats, height: Floats) -> Floats:
    """Return the slopes between all pairs of ends, 0 where two coincide, (pair, year, scenario)."""
    found = []
    for left, right in combinations(range(len(ends)), 2):
        run = ends[right] - ends[left]
        found.append(np.where(run > 0, (height[right] - height[left]) / np.where(run > 0, run, 1.0), 0.0))
    return np.array(found)


def _lowest(ends: Floats, height: Floats, slopes: Floats) -> Floats:
    """Return the highest start of a line with each slope below all ends, (slope, year, scenario)."""
    out: Floats = np.full(slopes.shape, np.inf)
    for end, top in zip(ends, height, strict=True):
        out = np.minimum(out, top - slopes * end)
    return out


class BandCuts:
    """The bonus of each year from below: scale × mean over scenarios of the planes below pay × coefficient (R150).

    A family of cuts as solvers/cuts.py has them, for a bound only: the choice itself prices the bonus linearly.

    box : what revenue and base pay lie between for the plans looked at; narrowing it lifts the cuts
    """

    kind = "bonus"
    composite = False

    def __init__(self, columns: Columns, exact: Exact, box: Box) -> None:
        self.case, self.box = columns.case, box
        self.revenue = finite(columns.of(lambda p: p.revenue))
        self.pay = finite(columns.of(lambda p: p.base_pay))
        self.scale = exact.year_end * (exact.bonus_cost * bonus_scale(self.case)) / MONEY
        columns.m.bonus = pyo.Var(range(self.case.years), domain=pyo.NonNegativeReals)
        self.m = columns.m

    def variables(self) -> dict[tuple[int, int], pyo.Var]:
        """Return the cost variables by (0, year)."""
        return {(0, year): var for year, var in self.m.bonus.items()}

    def supports(self, values: Floats) -> Iterator[Cut]:
        """Yield for each year the planes that are highest at a point, one for each scenario (R150)."""
        revenue, pay = np.tensordot(values, self.revenue, axes=1), np.tensordot(values, self.pay, axes=1)
        below = planes(self.case, self.box, revenue, pay)
        share = self.scale[:, None] / revenue.shape[1]
        for _, year in self.variables():
            parts = (below.revenue[year], below.pay[year], below.constant[year])
            yield Cut(self.kind, 0, year, np.stack(parts) * share[year])

    def line(self, cut: Cut) -> tuple[Floats, float]:
        """Return slopes (column,) and constant of a cut (R150)."""
        slopes = self.revenue[:, cut.year] @ cut.weight[0] + self.pay[:, cut.year] @ cut.weight[1]
        return slopes, float(cut.weight[2].sum())
