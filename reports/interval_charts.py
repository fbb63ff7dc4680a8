"""Charts of differences with their likely range, and of a path of values: what most questions are answered by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from model.summary import Z95
from reports.drawing import (
    BLUE,
    COLOURS,
    FAINT,
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
from reports.words import clean, money

ROW = 0.235
"""Height of a row, inches."""
LABEL, LINES = 36, 2
"""Letters in a line of a label, and lines."""
SIGNS = tuple(
    zip("osD^vP*X", (BLUE, VERMILION, COLOURS[1], GREEN, COLOURS[4], COLOURS[5], GREY, COLOURS[7]), strict=True)
)
BESIDE, NAME, WHOLE = 2, 30, 66
"""Series named side by side over a chart where all are short, the letters of a short name, and of any."""


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


@dataclass(frozen=True)
class Held(Spot):
    """A row whose range holds together with others', so that its ends are told and not made from its error."""

    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the range excludes 0."""
        return self.low > 0 or self.high < 0

    @property
    def ends(self) -> tuple[float, float]:
        """The range."""
        return self.low, self.high


def _shift(spot: Spot, beside: Sequence[str]) -> float:
    """Return how far from its row's middle a mark stands, in rows: beside others of the row only."""
    return 0.3 * (2 * beside.index(spot.series) / (len(beside) - 1) - 1) if len(beside) > 1 else 0.0


def interval_chart(
    name: str,
    finding: str,
    meaning: str,
    spots: Sequence[Spot],
    across: str,
    *,
    within: float = 0.0,
    printed: bool = False,
) -> Chart:
    """Return a chart of values with their 95 % intervals, a row for each label and a mark for each series.

    Parameters
    ----------
    across : what the values are, without unit; within : values that do not matter, CNY, shaded on both sides of 0
    printed : is each value written beside its mark?
    """
    labels = list(dict.fromkeys(spot.label for spot in spots))
    series = list(dict.fromkeys(spot.series for spot in spots))
    marks = {(spot.label, spot.series) for spot in spots}
    beside_names = BESIDE if all(len(clean(words)) <= NAME for words in series) else 1
    named = -(-len(series) // beside_names) if len(series) > 1 else 0
    written = [wrapped(label) for label in labels]
    beside = {label: [name for name in series if (label, name) in marks] for label in labels}
    row = ROW * max(
        1.0, 0.42 * max(map(len, beside.values()), default=1), 1.35 if any("\n" in words for words in written) else 1.0
    )
    height = 0.75 + row * len(labels) + 0.19 * named
    figure, axes = blank(height, left=0.46, bottom=0.5 / height)
    axes.set_position((0.46, 0.5 / height, 0.51, row * len(labels) / height))
    for spot in spots:
        place, sign = labels.index(spot.label), SIGNS[series.index(spot.series) % len(SIGNS)]
        shift = _shift(spot, beside[spot.label])
        style: Any = {"color": sign[1], "zorder": 3}
        ends = [end / MILLION for end in spot.ends]
        axes.plot(ends, [place + shift] * 2, linewidth=1.3, **style)
        axes.plot([spot.value / MILLION], [place + shift], sign[0], markersize=4.2, **style)
        if printed:
            _print(axes, spot, place + shift)
    for place, words in enumerate(series if len(series) > 1 else ()):
        sign = SIGNS[place % len(SIGNS)]
        axes.plot([], [], sign[0], color=sign[1], markersize=4.2, label=short(words, WHOLE))
    if len(series) > 1:
        axes.legend(loc="lower left", bbox_to_anchor=(-0.8, 1.0), ncols=beside_names, borderaxespad=0, handlelength=1)
    if printed:
        axes.margins(x=0.2)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    if within:
        axes.axvspan(-within / MILLION, within / MILLION, color=FAINT, linewidth=0, zorder=0)
    axes.set_yticks(range(len(labels)), written, fontsize=8.0, linespacing=0.95)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlabel(f"{across}, {UNIT}")
    columns = (Column("what", "text"), Column("which", "text"), Column(across, "money"), Column("error", "error"))
    rows = tuple((spot.label, spot.series, spot.value, spot.se) for spot in spots)
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), columns, rows)


def _print(axes: Any, spot: Spot, place: float) -> None:
    """Write a value right of its interval, never over it."""
    at, words = (spot.ends[1] / MILLION, place), money(spot.value, True)
    axes.annotate(words, at, (4, 0), textcoords="offset points", fontsize=7, va="center", color=INK)


def wrapped(label: str) -> str:
    """Return a label in at most two lines; the data table holds it whole.

    Examples
    --------
    >>> wrapped("Minimum of Partner business development (R30) from Jan 2027")
    'Minimum of Partner business\\ndevelopment (R30) from Jan 2027'
    """
    return fill(short(label, LABEL * LINES - 6), LABEL, max_lines=LINES, placeholder=" …")


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
    for number, (place, spot) in enumerate(zip(places, spots, strict=True)):
        axes.plot([place] * 2, [end / MILLION for end in spot.ends], color=GREY, linewidth=1.2, zorder=2)
        away = 10 if number % 2 else -16
        at = (place, spot.value / MILLION)
        axes.annotate(spot.label, at, (0, away), textcoords="offset points", fontsize=7, ha="center")
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
