"""Which way the ranges of numbers reach: further down than up, and what that makes of the average."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from experiments.running.range_law import ends
from model.case_numbers import Number

TOLD = 5
"""Numbers that are named."""
At = tuple[float | None, float | None]
"""Change of the average result at the low and the high end of a range, CNY; None where it is not known."""


@dataclass(frozen=True)
class Leaning:
    """Which way ranges reach, and the numbers whose ranges move the average most.

    moving : numbers that move the result alone; down : of them those whose range reaches further down than up
    most : numbers with what being anywhere in their range alone adds to the average, CNY, the worst first
    """

    moving: int
    down: int
    most: tuple[tuple[Number, float], ...]


def leaning(found: Iterable[tuple[Number, At]]) -> Leaning:
    """Return which way the ranges reach in the result (R189).

    An end that is not known is taken from the other one by a straight line through the assumed value.
    """
    told = [(number, _both(number, change)) for number, change in found]
    moving = [(number, change) for number, change in told if any(change)]
    down = sum(-min(0.0, *change) > max(0.0, *change) for _, change in moving)
    added = sorted(((number, added_by(number, change)) for number, change in moving), key=lambda each: each[1])
    return Leaning(len(moving), down, tuple(each for each in added[:TOLD] if each[1] < 0))


def added_by(number: Number, change: tuple[float, float]) -> float:
    """Return what a number anywhere in its range adds to the average where its effect is straight on either side.

    Below its peak a triangle lies on average a third of the way to the end, with the share of the range that is below.

    Examples
    --------
    >>> n = Number("n", (), "CNY", 1.0, 0.0, 4.0, False, "guess", "", "", "")
    >>> added_by(n, (4.0, -12.0))
    -2.6666666666666665
    """
    low, high = ends(number)
    below = (number.value - low) / (high - low)
    return (below * change[0] + (1.0 - below) * change[1]) / 3.0


def _both(number: Number, change: At) -> tuple[float, float]:
    below, above = (abs(end - number.value) for end in ends(number))
    low, high = change
    if low is None and high is not None and above:
        low = -high * below / above
    if high is None and low is not None and below:
        high = -low * above / below
    return low or 0.0, high or 0.0
