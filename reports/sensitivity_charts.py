"""Pictures of what carries a result: bars with the number's values at both ends, shares, pull, and a map of plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from model.summary import Z95
from reports.drawing import (
    BLUE,
    COLOURS,
    GREY,
    INK,
    MILLION,
    ORANGE,
    UNIT,
    Chart,
    Column,
    blank,
    inline_svg,
    short,
)
from reports.interval_charts import wrapped
from reports.words import money

TORNADO = (
    Column("number", "text"),
    Column("today", "text"),
    *(
        Column(title.format(end), form)
        for end in ("low", "high")
        for title, form in (
            ("{}", "text"),
            ("result at {}", "money"),
            ("change at {}", "money"),
            ("error at {}", "error"),
        )
    ),
)
LEFT, RIGHT = 0.44, 0.97
SHOWN = 14
"""Rows of the chart of single numbers; its table holds all."""


def tornado_chart(data: xr.Dataset, finding: str) -> Chart:
    """Return the result at both ends of each number's range, the values of the number written at the bars."""
    shown = data.isel(number=slice(SHOWN))
    rows, today = shown.sizes["number"], float(data["npv_mean"][0]) / MILLION
    height = 0.36 * rows + 0.95
    figure, axes = blank(height, LEFT, RIGHT, 0.5 / height)
    for place in range(rows):
        _bar(axes, shown.isel(number=place), place, today)
    axes.axvline(today, color=INK, linewidth=0.9, zorder=2)
    axes.axvline(0, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
    titles = [wrapped(str(title)) for title in shown["number_title"].values]
    axes.set_yticks(range(rows), titles, fontsize=7.6, linespacing=0.95)
    axes.set_ylim(rows - 0.4, -1.25)
    axes.margins(x=0.2)
    axes.grid(axis="y", visible=False)
    axes.text(
        today,
        -0.72,
        f"as it is {money(today * MILLION, True)}",
        ha="center",
        va="bottom",
        fontsize=7.5,
        backgroundcolor="white",
    )
    axes.set_xlabel(f"average result, {UNIT}")
    name = "one-at-a-time"
    meaning = (
        "Each number alone at the low (blue) and the high (orange) end of its range, all else as it is, on the same "
        "futures; its value stands at the bar. Thin lines are 95 % intervals of the change."
    )
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), TORNADO, tornado_rows(data))


def tornado_rows(data: xr.Dataset) -> tuple[tuple[object, ...], ...]:
    """Return each number with its values and the result at both ends."""
    return tuple(
        (
            str(row["number_title"].item()),
            str(row["value_text"].item()),
            *(
                cell
                for end in (0, 1)
                for cell in (
                    str(row["end_text"][end].item()),
                    *(float(row[name][end]) for name in ("at_end", "change", "change_se")),
                )
            ),
        )
        for row in (data.isel(number=place) for place in range(data.sizes["number"]))
    )


def _bar(axes: Any, row: xr.Dataset, place: int, today: float) -> None:
    """Draw both ends of one number; two ends on the same side stand above each other."""
    at = row["at_end"].values / MILLION
    same_side = (at[0] - today) * (at[1] - today) > 0
    for end, colour in ((0, BLUE), (1, ORANGE)):
        if not np.isfinite(at[end]) or at[end] == today:
            continue
        high = place + (0.2 * (2 * end - 1) if same_side else 0.0)
        axes.barh(high, at[end] - today, 0.32 if same_side else 0.6, left=today, color=colour, zorder=3)
        wide = Z95 * float(row["change_se"][end]) / MILLION
        axes.plot([at[end] - wide, at[end] + wide], [high, high], color=INK, linewidth=0.8, zorder=4)
        down = at[end] < today
        axes.annotate(
            str(row["end_text"][end].item()),
            (min(at[end], at[end] - wide) if down else at[end] + wide, high),
            (-3 if down else 3, 0),
            textcoords="offset points",
            ha="right" if down else "left",
            va="center",
            fontsize=6.8,
        )


@dataclass(frozen=True)
class Bar:
    """A value from −1 to 1 with its 95 % interval, of a series."""

    label: str
    series: str
    value: float
    low: float
    high: float


def bar_chart(name: str, finding: str, meaning: str, bars: Sequence[Bar], across: str, form: str) -> Chart:
    """Return bars with their intervals, a row for each label and a colour for each series.

    Parameters
    ----------
    across : what the values are; form : how the table writes them
    """
    labels = list(dict.fromkeys(bar.label for bar in bars))
    series = list(dict.fromkeys(bar.series for bar in bars))
    height = 0.34 * len(labels) + (0.85 if len(series) > 1 else 0.6)
    figure, axes = blank(height, LEFT, RIGHT, 0.48 / height)
    axes.set_position((LEFT, 0.48 / height, RIGHT - LEFT, 0.34 * len(labels) / height))
    thick = 0.72 / len(series)
    scale = 100 if form == "percent" else 1
    for bar in bars:
        order = series.index(bar.series)
        place = labels.index(bar.label) + (order - (len(series) - 1) / 2) * thick
        axes.barh(place, scale * bar.value, thick * 0.9, color=(BLUE, ORANGE)[order % 2], zorder=3)
        axes.plot([scale * bar.low, scale * bar.high], [place, place], color=INK, linewidth=1.0, zorder=4)
    if len(series) > 1:
        handles = [Patch(color=(BLUE, ORANGE)[order % 2], label=told) for order, told in enumerate(series)]
        axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.8, 1.0), ncols=2, borderaxespad=0)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=2)
    axes.set_yticks(range(len(labels)), [wrapped(label) for label in labels], fontsize=7.8, linespacing=0.95)
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(across)
    kinds = (Column("what", "text"), Column("which", "text"))
    columns = (*kinds, *(Column(title, form) for title in ("value", "at least", "at most")))
    rows = tuple((bar.label, bar.series, bar.value, bar.low, bar.high) for bar in bars)
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), columns, rows)


def map_chart(data: xr.Dataset, finding: str) -> Chart:
    """Return the plan with the highest average at each pair of values of two numbers; near ties are hatched."""
    figure, axes = blank(3.9, 0.19, RIGHT, 0.34)
    best, equal = data["map_best"].values, data["map_equal"].values
    used = sorted({int(place) for place in best.ravel() if place >= 0})
    colours = [COLOURS[place % len(COLOURS)] for place in range(data.sizes["plan"])]
    first, second = data["first"].values, data["second"].values
    shown = np.ma.masked_less(best.T, 0)
    axes.pcolormesh(
        _edges(first), _edges(second), shown, cmap=ListedColormap(colours), vmin=0, vmax=len(colours), alpha=0.75
    )
    tied = equal.sum(axis=0).T > 1
    for row, column in zip(*np.nonzero(tied), strict=True):
        axes.plot([first[column]], [second[row]], "_", color=INK, markersize=9, markeredgewidth=1.2)
    axes.plot([float(data["first_now"])], [float(data["second_now"])], "*", color="white", markeredgecolor=INK, ms=12)
    axes.set_xticks(first, [str(value) for value in data["first_text"].values], fontsize=7.5)
    axes.set_yticks(second, [str(value) for value in data["second_text"].values], fontsize=7.5)
    axes.grid(visible=False)
    axes.set_xlabel(short(data["first_title"].item(), 70), fontsize=8.5)
    axes.set_ylabel(short(data["second_title"].item(), 44), fontsize=8.5)
    handles: list[Any] = [
        Patch(color=colours[place], alpha=0.75, label=short(data["plan_title"].values[place], 34)) for place in used
    ]
    star = Line2D([], [], marker="*", linestyle="", color="white", markeredgecolor=INK, markersize=10, label="today")
    handles.append(star)
    if tied.any():
        handles.append(Line2D([], [], marker="_", linestyle="", color=INK, label="no difference that matters"))
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(-0.15, -0.2), ncols=2, fontsize=7.8)
    name = "map"
    meaning = (
        "The plan with the highest average result at each pair of values, all else as it is, same futures; a dash: "
        "another plan is no worse by more than what matters, or than chance allows to say."
    )
    columns = (
        Column(short(data["first_title"].item(), 60), "text"),
        Column(short(data["second_title"].item(), 60), "text"),
        Column("best plan", "text"),
        *(Column(short(title, 40), "money") for title in data["plan_title"].values),
    )
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), columns, _map_rows(data))


def _map_rows(data: xr.Dataset) -> tuple[tuple[object, ...], ...]:
    out = []
    for row, first in enumerate(data["first_text"].values):
        for column, second in enumerate(data["second_text"].values):
            place = int(data["map_best"][row, column])
            title = str(data["plan_title"].values[place]) if place >= 0 else "not possible"
            out.append((str(first), str(second), title, *data["map_npv"].values[:, row, column].tolist()))
    return tuple(out)


def _edges(values: Any) -> Any:
    middle = (values[1:] + values[:-1]) / 2
    return np.concatenate([[2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]])
