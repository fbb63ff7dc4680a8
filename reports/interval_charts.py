"""Charts of differences with their likely range, and of a path of values: what most questions are answered by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.summary import Z95
from reports.drawing import (
    BLUE,
    COLOURS,
    GREEN,
    GREY,
    INK,
    MILLION,
    UNIT,
    VERMILION,
    Chart,
    Column,
    blank,
    inline_svg,
    short,
)

ROW = 0.235
"""Height of a row, inches."""
LABEL = 46
SIGNS = tuple(
    zip("osD^vP*X", (BLUE, VERMILION, COLOURS[1], GREEN, COLOURS[4], COLOURS[5], GREY, COLOURS[7]), strict=True)
)
BESIDE = 2
"""Series named side by side over a chart."""


@dataclass(frozen=True)
class Spot:
    """One row: what it is, to which series it belongs, its value and sampling error, CNY; NaN is told as nothing."""

    label: str
    series: str
    value: float
    se: float

    @property
    def is_clear(self) -> bool:
        """Whether the 95 % interval excludes 0."""
        return abs(self.value) > Z95 * self.se

    @property
    def ends(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.value - Z95 * self.se, self.value + Z95 * self.se


def interval_chart(name: str, finding: str, meaning: str, spots: Sequence[Spot], across: str) -> Chart:
    """Return a chart of values with their 95 % intervals, a row for each label and a mark for each series.

    Parameters
    ----------
    across : what the values are, without unit
    """
    labels = list(dict.fromkeys(spot.label for spot in spots))
    series = list(dict.fromkeys(spot.series for spot in spots))
    named = -(-len(series) // BESIDE) if len(series) > 1 else 0
    row = ROW * max(1.0, 0.42 * len(series))
    height = 0.75 + row * len(labels) + 0.19 * named
    figure, axes = blank(height, left=0.46, bottom=0.5 / height)
    axes.set_position((0.46, 0.5 / height, 0.51, row * len(labels) / height))
    for spot in spots:
        place, sign = labels.index(spot.label), SIGNS[series.index(spot.series) % len(SIGNS)]
        shift = 0.0 if len(series) < 2 else 0.3 * (2 * series.index(spot.series) / (len(series) - 1) - 1)
        style: Any = {"color": sign[1], "zorder": 3}
        ends = [end / MILLION for end in spot.ends]
        axes.plot(ends, [place + shift] * 2, linewidth=1.3, **style)
        axes.plot([spot.value / MILLION], [place + shift], sign[0], markersize=4.2, **style)
    for place, words in enumerate(series if len(series) > 1 else ()):
        sign = SIGNS[place % len(SIGNS)]
        axes.plot([], [], sign[0], color=sign[1], markersize=4.2, label=short(words, 40))
    if len(series) > 1:
        axes.legend(loc="lower left", bbox_to_anchor=(-0.8, 1.0), ncols=BESIDE, borderaxespad=0, handlelength=1)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    axes.set_yticks(range(len(labels)), [short(label, LABEL) for label in labels], fontsize=8.2)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlabel(f"{across}, {UNIT}")
    columns = (Column("what", "text"), Column("which", "text"), Column(across, "money"), Column("error", "error"))
    rows = tuple((spot.label, spot.series, spot.value, spot.se) for spot in spots)
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), columns, rows)


def path_chart(
    name: str, finding: str, meaning: str, axis: tuple[str, Sequence[float], Sequence[str]], spots: Sequence[Spot]
) -> Chart:
    """Return a chart of values along a number that is varied, with their 95 % intervals.

    Parameters
    ----------
    axis : what is varied, its values, and their labels
    spots : one for each value; its label is written at the point
    """
    across, places, ticks = axis
    figure, axes = blank(3.0, bottom=0.18)
    values = [spot.value / MILLION for spot in spots]
    axes.plot(places, values, color=BLUE, linewidth=1.8, marker="o", markersize=4, zorder=3)
    for place, spot in zip(places, spots, strict=True):
        axes.plot([place] * 2, [end / MILLION for end in spot.ends], color=GREY, linewidth=1.2, zorder=2)
        axes.annotate(
            spot.label, (place, spot.value / MILLION), (0, 9), textcoords="offset points", fontsize=7, ha="center"
        )
    axes.set_xticks(places, ticks)
    axes.margins(y=0.2)
    axes.set(xlabel=across, ylabel=f"result in today's money, {UNIT}")
    columns = (
        Column(across, "text"),
        Column("plan", "text"),
        Column("average result", "money"),
        Column("error", "error"),
    )
    rows = tuple((tick, spot.label, spot.value, spot.se) for tick, spot in zip(ticks, spots, strict=True))
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), columns, rows)
