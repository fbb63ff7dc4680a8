"""How large a text may be written so that it stays inside its box."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from reports.forms import width

LETTER = 0.54
"""Width of an average Latin letter as a share of the size of the type; a Chinese sign is about two of them."""
LINE = 1.22
"""Height of a line as a share of the size of the type."""


def lines(text: str, size: float, wide: float) -> int:
    """Return how many lines a paragraph takes.

    Parameters
    ----------
    size : of the type, points; wide : room for it, points

    Examples
    --------
    >>> lines("x" * 100, 10, 270), lines("", 10, 270)
    (2, 1)
    """
    room = max(wide / (size * LETTER), 1.0)
    return max(ceil(width(text) / room), 1)


def tall(paragraphs: Sequence[str], size: float, wide: float, apart: float = 0.0) -> float:
    """Return the height of paragraphs in points; apart : room after each, points."""
    return sum(lines(text, size, wide) * size * LINE + apart for text in paragraphs)


def fitting(paragraphs: Sequence[str], wide: float, high: float, sizes: Sequence[float], apart: float = 0.0) -> float:
    """Return the largest size at which paragraphs fit, the smallest one if none does."""
    return next((size for size in sizes if tall(paragraphs, size, wide, apart) <= high), sizes[-1])
