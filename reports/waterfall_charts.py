"""A waterfall from one figure to another, through zero where it must, with the sampling error of each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from model.summary import Z95
from reports.drawing import BLUE, GREEN, GREY, INK, MILLION, UNIT, VERMILION, Chart, Column, blank, inline_svg
from reports.interval_charts import wrapped
from reports.words import money

ROW = 0.3
"""Height of a row, inches."""
LEFT, RIGHT = 0.44, 0.97
ROOM = 0.22
"""Share of the width kept free for amounts, on either side that needs it."""


@dataclass(frozen=True)
class Bar:
    """A bar: what it is, its amount and its sampling error, CNY."""

    label: str
    value: float
    se: float


def waterfall(name: str, finding: str, meaning: str, bars: Sequence[Bar], across: str) -> Chart:
    """Return a waterfall whose first bar and steps add up to its last bar.

    Parameters
    ----------
    bars : a figure, the steps from it, and the figure they lead to
    across : what the figures are, without unit
    """
    height = 0.62 + ROW * len(bars)
    figure, axes = blank(height)
    axes.set_position((LEFT, 0.5 / height, RIGHT - LEFT, ROW * len(bars) / height))
    ends = _draw(axes, bars)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    axes.set_yticks(range(len(bars)), [wrapped(bar.label) for bar in bars], fontsize=8.0, linespacing=0.95)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = ROOM * max(high - low, 1e-9)
    axes.set_xlim(low - (room if low < 0 else 0.02 * room), high + (room if high > 0 else 0.3 * room))
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"{across}, {UNIT}")
    columns = (Column("what", "text"), Column(across, "money"), Column("error", "error"))
    rows = tuple((bar.label, bar.value, bar.se) for bar in bars)
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), columns, rows)


def _draw(axes: Axes, bars: Sequence[Bar]) -> list[float]:
    """Draw the bars and return how far each reaches with its error, M CNY."""
    reached, ends = 0.0, []
    for place, bar in enumerate(bars):
        whole = place in (0, len(bars) - 1)
        start = 0.0 if whole else reached
        reached = start + bar.value
        colour = BLUE if whole else GREEN if bar.value > 0 else VERMILION
        axes.barh(place, bar.value / MILLION, left=start / MILLION, height=0.62, color=colour, zorder=2)
        error = [reached - Z95 * bar.se, reached + Z95 * bar.se]
        if bar.se > 0:
            axes.plot([end / MILLION for end in error], [place] * 2, color=INK, linewidth=1.1, zorder=4)
        if place < len(bars) - 1:
            axes.plot([reached / MILLION] * 2, [place - 0.31, place + 1.31], color=GREY, linewidth=0.7, zorder=3)
        ends += [_written(axes, place, bar.value, [start, reached, *error])]
    return ends


def _written(axes: Axes, place: int, value: float, reach: Sequence[float]) -> float:
    """Write the amount beyond the bar, on the side it leads to; return that place, M CNY."""
    right = value >= 0
    end = (max(reach) if right else min(reach)) / MILLION
    style: Any = {"va": "center", "ha": "left" if right else "right", "fontsize": 8.5, "textcoords": "offset points"}
    axes.annotate(money(value, True), (end, place), (4 if right else -4, 0), **style)
    return end
