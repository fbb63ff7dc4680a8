"""Pay rules as types named by how they pay: ladders in five readings, bands, hinges, stacked deductions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.ledger import Flags, Floats
from model.paycurves import blocks

VOLUME_STEPS = 1e6
"""Volumes are rounded to a millionth of a unit before an edge is looked at: sums may arrive in any order."""


def rounded(volume: Floats) -> Floats:
    """Round to a millionth of a unit, so that the order of a sum never decides an edge (R17)."""
    out: Floats = np.rint(volume * VOLUME_STEPS) / VOLUME_STEPS
    return out


def ladder(volume: Floats, edges: Sequence[float], rates: Sequence[float], base_rate: float, reading: str) -> Floats:
    """Return what a ladder pays for the volume of one full period (R17); the upper rate owns its edge.

    Parameters
    ----------
    volume : (…) units of the period
    edges : volumes at which a new rate starts, rising
    rates : CNY per unit: below the first edge, then one per edge
    base_rate : CNY per unit on the first block once the first edge is reached
    reading : marginal | marginal_base_cliff | retroactive | marginal_low_first_block | base_plus_excess_at_top_rate

    Source: 004 L214-223; the readings are section 1.2 of the extraction.

    Examples
    --------
    >>> edges, rates = (5000, 8000, 12000), (200, 280, 320, 350)
    >>> ladder(np.array([4999.0, 5000.0]), edges, rates, 250, "marginal_base_cliff").tolist()
    [999800.0, 1250000.0]
    """
    return blocks(edges, rates, base_rate, reading).pay(volume)


def bands(value: Floats, edges: Sequence[float], upper_owns: Sequence[bool], steps: Sequence[float]) -> Floats:
    """Return the step that each value falls into (R23).

    Parameters
    ----------
    value : (…) for example attainment, rounded by the caller
    edges : rising edges between the steps
    upper_owns : per edge, whether a value exactly on it belongs to the step above
    steps : one value more than edges

    Examples
    --------
    >>> bands(np.array([0.8, 1.2, 1.21]), (0.8, 1.0, 1.2), (True, True, False), (0.5, 1.0, 1.5, 2.0)).tolist()
    [1.0, 1.5, 2.0]
    """
    out = np.full(value.shape, float(steps[0]))
    for edge, owns, step in zip(edges, upper_owns, steps[1:], strict=True):
        out[value >= edge if owns else value > edge] = step
    return out


def hinge(value: Floats, rate: float) -> Floats:
    """Return rate × max(0, value), for example a pool above target (R24)."""
    out: Floats = rate * np.maximum(value, 0.0)
    return out


def kept_share(breaches: Sequence[tuple[Flags, float]], stacking: str) -> Floats:
    """Return the share of pay kept after deductions that may meet (R18).

    Parameters
    ----------
    breaches : pairs (flag (…), share deducted where the flag is set)
    stacking : multiply (0.9 × 0.85 = 0.765) | add (0.75) | worst (0.85)
    """
    shares = [np.where(flag, share, 0.0) for flag, share in breaches]
    if stacking == "add":
        return np.maximum(1.0 - sum(shares[1:], shares[0]), 0.0)
    if stacking == "worst":
        out: Floats = 1.0 - np.maximum.reduce(shares)
        return out
    kept = 1.0 - shares[0]
    for share in shares[1:]:
        kept = kept * (1.0 - share)
    return kept


def shares_earned(met: Sequence[Flags], shares: Sequence[float], reading: str) -> Floats:
    """Return the share of a milestone or stage award that is earned, (…) (R40, R41).

    Parameters
    ----------
    met : per test, (…) whether it is passed, in the order of the tests
    shares : per test
    reading : independent: each test pays its share | nested: a test pays only when all before it are passed too

    Examples
    --------
    >>> yes, no = np.array([True]), np.array([False])
    >>> [shares_earned([no, yes, yes], (0.3, 0.5, 0.2), name).item() for name in ("independent", "nested")]
    [0.7, 0.0]
    """
    earned = np.zeros(met[0].shape)
    for flag, share in zip(stages_open(met, reading), shares, strict=True):
        earned = earned + np.where(flag, share, 0.0)
    return earned


def stages_open(met: Sequence[Flags], reading: str) -> list[Flags]:
    """Return per stage whether it pays, (…): by its own test, or with all stages before it when nested (R41)."""
    if reading == "independent":
        return list(met)
    if reading != "nested":
        raise ValueError(f"unknown reading of stages {reading!r}; independent or nested")
    return [np.logical_and.reduce(met[: stage + 1]) for stage in range(len(met))]
