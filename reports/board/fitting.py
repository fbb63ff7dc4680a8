"""How large a text may be written so that it stays inside its box."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

from reports.forms import width

LETTER = 0.54
"""Width of an average Latin letter as a share of the size of the type; a Chinese sign is about two of them."""
LINE = 1.22
"""Height of a line as a share of the size of the type."""
HIGH_LINE = 1.5
"""Height of a line with Chinese signs, whose fonts stand further apart."""
APART = 0.46
"""Letters of room that a program leaves between a Latin and a Chinese sign."""
MEETS = re.compile(r"(?<=[!-~])(?=[\u2e80-\u9fff])|(?<=[\u2e80-\u9fff])(?=[!-~])")
FULL = 0.92
"""Share of a line of Latin words that is filled: words do not break."""


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


def cell_high(text: str, size: float, wide: float) -> float:
    """Return the height of a cell's text in points.

    A line of Chinese holds whole signs and one letter less than fit, since it may not begin with a closing mark.

    Parameters
    ----------
    size : of the type, points; wide : room for it, points

    Examples
    --------
    >>> cell_high("保" * 8, 10, 54), cell_high("x" * 9, 10, 54)
    (30.0, 12.2)
    """
    if width(text) == len(text):
        return lines(text, size, FULL * wide) * size * LINE
    room = max(2 * int(wide / (2 * size * LETTER)) - 1, 2)
    return ceil((width(text) + APART * len(MEETS.findall(text))) / room) * size * HIGH_LINE
