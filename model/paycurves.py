"""Pay as a function of one number: knots, slopes and jumps, compiled once and evaluated on whole arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from model.ledger import Floats


@dataclass(frozen=True)
class Knot:
    """Where a pay curve bends or jumps.

    at : value of the driver; slope : CNY per unit of the driver from here on; jump : CNY added here at once
    upper_owns : whether a driver exactly on the knot is already paid by the part above
    """

    at: float
    slope: float
    jump: float = 0.0
    upper_owns: bool = True


class PayCurve:
    """A compiled piecewise-linear, possibly jumping function of one driver (R34).

    Parameters
    ----------
    start : CNY paid at driver 0, seen from the first part
    slope : CNY per unit below the first knot
    knots : rising; knots without a jump do not care who owns them

    Source: 004 L214-223, 000 L527-530, L555-564; the reinsurance layers of the design's known answers.

    Examples
    --------
    >>> PayCurve(0.0, 200.0, (Knot(5000.0, 280.0, jump=250_000.0),)).pay(np.array([4999.0, 5000.0, 5001.0])).tolist()
    [999800.0, 1250000.0, 1250280.0]
    """

    def __init__(self, start: float, slope: float, knots: Sequence[Knot] = ()) -> None:
        places = [knot.at for knot in knots]
        if any(later <= earlier for earlier, later in pairwise(places)):
            raise ValueError(f"knots of a pay curve must rise, found {places}; sort them and merge equal ones")
        self.start, self.slope, self.knots = float(start), float(slope), tuple(knots)
        slopes = [self.slope, *(float(knot.slope) for knot in knots)]
        self._bends = [(k.at, after - before) for k, (before, after) in zip(knots, pairwise(slopes), strict=True)]
        # A knot that belongs to the part below is met just above it, so that one comparison serves both sides.
        met = [float(k.at if k.upper_owns else np.nextafter(k.at, np.inf)) for k in knots]
        self._jumps = [(at, float(k.jump)) for at, k in zip(met, knots, strict=True) if k.jump]

    def pay(self, driver: Floats) -> Floats:
        """Return what each driver pays, (…) CNY: a loop over the few knots, one more step for each jump."""
        driver = np.asarray(driver, dtype=float)
        out: Floats = driver * self.slope
        if self.start:
            out = out + self.start
        room = np.empty_like(out)
        for at, bend in self._bends:
            np.subtract(driver, at, out=room)
            np.maximum(room, 0.0, out=room)
            room *= bend
            out += room
        for at, jump in self._jumps:
            out += jump * (driver >= at)
        return out

    def scaled(self, factor: float) -> PayCurve:
        """Return the curve with thresholds and jumps for a part of the period: pay(V) = factor × old(V ÷ factor)."""
        knots = [Knot(k.at * factor, k.slope, k.jump * factor, k.upper_owns) for k in self.knots]
        return PayCurve(self.start * factor, self.slope, knots)


def blocks(edges: Sequence[float], rates: Sequence[float], base_rate: float, reading: str) -> PayCurve:
    """Return a ladder as a curve (R17, R34); parameters as in `payrules.ladder`, the upper rate owns its edge.

    Examples
    --------
    >>> blocks((200.0, 400.0), (0.04, 0.06, 0.08), 0.04, "marginal").pay(np.array([500.0])).tolist()
    [28.0]
    """
    edges, rates = [float(edge) for edge in edges], [float(rate) for rate in rates]
    if not edges:
        return PayCurve(0.0, rates[0])
    return _READINGS[reading](edges, rates, float(base_rate))


def _rising(first: float, edges: list[float], rates: list[float], jump: float = 0.0) -> PayCurve:
    knots = [Knot(edge, rate) for edge, rate in zip(edges, rates[1:], strict=True)]
    return PayCurve(0.0, first, [Knot(knots[0].at, knots[0].slope, jump), *knots[1:]])


def _marginal(edges: list[float], rates: list[float], base_rate: float) -> PayCurve:
    return _rising(base_rate, edges, rates)


def _marginal_base_cliff(edges: list[float], rates: list[float], base_rate: float) -> PayCurve:
    return _rising(rates[0], edges, rates, edges[0] * (base_rate - rates[0]))


def _marginal_low_first_block(edges: list[float], rates: list[float], base_rate: float) -> PayCurve:
    return _rising(rates[0], edges, rates)


def _retroactive(edges: list[float], rates: list[float], base_rate: float) -> PayCurve:
    steps = zip(edges, rates[:-1], rates[1:], strict=True)
    return PayCurve(0.0, rates[0], [Knot(edge, high, (high - low) * edge) for edge, low, high in steps])


def _base_plus_excess_at_top_rate(edges: list[float], rates: list[float], base_rate: float) -> PayCurve:
    first = Knot(edges[0], rates[1], edges[0] * (base_rate - rates[0]))
    steps = zip(edges[1:], rates[1:-1], rates[2:], strict=True)
    above = [Knot(edge, high, (high - low) * (edge - edges[0])) for edge, low, high in steps]
    return PayCurve(0.0, rates[0], [first, *above])


_READINGS = {
    "marginal": _marginal,
    "marginal_base_cliff": _marginal_base_cliff,
    "retroactive": _retroactive,
    "marginal_low_first_block": _marginal_low_first_block,
    "base_plus_excess_at_top_rate": _base_plus_excess_at_top_rate,
}


def gate(at: float, amount: float, upper_owns: bool = True) -> PayCurve:
    """Return a lump sum once the driver reaches `at` (or passes it, when the part below owns the edge).

    Examples
    --------
    >>> gate(0.3, 9.0, upper_owns=False).pay(np.array([0.3, 0.31])).tolist()
    [0.0, 9.0]
    """
    return PayCurve(0.0, 0.0, [Knot(at, 0.0, amount, upper_owns)])


def corridor(low: float, high: float, rate: float) -> PayCurve:
    """Return rate × the part of the driver between low and high: a hinge, a cap, a layer, an aggregate deductible.

    Examples
    --------
    >>> corridor(350.0, 700.0, 0.5).pay(np.array([349.0, 350.0, 351.0, 900.0])).tolist()
    [0.0, 0.0, 0.5, 175.0]
    """
    ends = [] if high == np.inf else [Knot(high, 0.0)]
    return PayCurve(0.0, 0.0, [Knot(low, rate), *ends])


def collar(rate: float, floor: float, cap: float) -> PayCurve:
    """Return rate × driver, never below floor nor above cap, CNY; rate > 0.

    Examples
    --------
    >>> collar(2.0, 10.0, 30.0).pay(np.array([4.0, 5.0, 6.0, 15.0, 16.0])).tolist()
    [10.0, 10.0, 12.0, 30.0, 30.0]
    """
    ends = [] if cap == np.inf else [Knot(cap / rate, 0.0)]
    return PayCurve(floor, 0.0, [Knot(floor / rate, rate), *ends])


def through(points: Sequence[tuple[float, float]]) -> PayCurve:
    """Return straight lines through given points, level before the first and after the last: a sliding scale.

    Examples
    --------
    >>> through([(60.0, 0.0), (70.0, 1.0), (80.0, 1.5)]).pay(np.array([59.0, 65.0, 70.0, 75.0, 90.0])).tolist()
    [0.0, 0.5, 1.0, 1.25, 1.5]
    """
    rises = [Knot(x, (to_y - y) / (to_x - x)) for (x, y), (to_x, to_y) in pairwise(points)]
    return PayCurve(points[0][1], 0.0, [*rises, Knot(points[-1][0], 0.0)])


def both_ways(target: float, share: float, cut: float) -> PayCurve:
    """Return a wager: share × what lies above the target, less cut × what is missing below it (R46, 003 §02).

    Examples
    --------
    >>> both_ways(100.0, 0.2, 0.1).pay(np.array([90.0, 100.0, 110.0])).tolist()
    [-1.0, 0.0, 2.0]
    """
    return PayCurve(-cut * target, cut, [Knot(target, share)])
