"""Charts of people and partners: planned heads by role, and the hiring calendar."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from model.inputs import Case
from model.plans import Plan
from model.store import Run
from reports.drawing import (
    COLOURS,
    GREY,
    INK,
    RECOMMENDED,
    VERMILION,
    Chart,
    Column,
    blank,
    calendar_axis,
    holds,
    inline_svg,
    short,
    spread,
)
from reports.words import calendar, capital, clean, heads_path, plain

PRESENT: Any = (0, (4, 2))


class SeatRow(NamedTuple):
    """A row of the hiring calendar: heads by phase of one role, in one line if it serves only that."""

    title: str
    heads: tuple[int, ...]
    colour: str


def heads_chart(run: Run) -> Chart | None:
    """Planned heads by role in steps, with the mean number of people present as a line."""
    data = run.dataset
    if not (holds(data, "heads_planned") and holds(data, "heads_mean")):
        return None
    planned = data["heads_planned"].sel(plan=RECOMMENDED).transpose("role", "month")
    present = data["heads_mean"].sel(plan=RECOMMENDED).sum("role").values
    kept = [str(role) for role in planned["role"].values if planned.sel(role=role).values.any()]
    months, start = data["month"].values, run.case.clock.start
    total = planned.sum("role").values
    path = heads_path([int(total[first - 1]) for first, _ in run.case.phase_bounds()])
    finding = (
        f"Planned heads: {path} by phase; at the end {plain(round(float(present[-1]), 1))} "
        f"of {plain(float(total[-1]))} seats are filled on average."
    )
    meaning = "Stacked steps of planned heads by role and month; the dashed line is the mean number of people present."
    figure, axes = blank(3.9, left=0.1, right=0.6)
    titles = [_role_title(run, role) for role in kept]
    _stack(axes, months, [planned.sel(role=role).values for role in kept], titles, float(present[-1]))
    axes.plot(months - 0.5, present, color=INK, linestyle=PRESENT, linewidth=1.6)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    calendar_axis(axes, start, int(months[-1]))
    axes.set(ylabel="heads", ylim=(0, max(1.0, float(total.max())) * 1.08))
    rows = tuple(
        (
            calendar(start, m),
            *(float(v) for v in planned.sel(month=m, role=kept).values),
            float(total[i]),
            float(present[i]),
        )
        for i, m in enumerate(months)
    )
    columns = tuple(Column(text, "heads") for text in [*titles, "approved in all", "present on average"])
    svg = inline_svg(figure, "heads", finding, meaning)
    return Chart("heads", finding, meaning, svg, (Column("month", "text"), *columns), rows)


def _stack(axes: Axes, months: Any, layers: list[Any], titles: list[str], present: float) -> None:
    edges = np.concatenate([[0], months])
    below, middles = np.zeros(len(edges)), []
    for index, layer in enumerate(layers):
        above = below + np.append(layer, layer[-1])
        style: Any = {"facecolor": _colour(index), "edgecolor": "white", "linewidth": 0.5}
        axes.fill_between(edges, below, above, step="post", hatch="////" if index >= len(COLOURS) else None, **style)
        middles.append(float(below[-1] + above[-1]) / 2)
        below = above
    gap = max(float(below.max()) * 0.065, 1e-9)
    labels = [*titles, "present on average"]
    for index, (middle, height) in enumerate(zip([*middles, present], spread([*middles, present], gap), strict=True)):
        own = index < len(titles)
        colour, dash, end = _colour(index) if own else INK, "solid" if own else PRESENT, float(months[-1])
        xs, ys = [end, end * 1.03, end * 1.06], [middle, height, height]
        axes.plot(xs, ys, color=colour, linestyle=dash, linewidth=2.2 if own else 1.4, clip_on=False)
        axes.text(end * 1.07, height, short(labels[index], 29), va="center", fontsize=8, clip_on=False)


def _colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]


def _role_title(run: Run, role: str) -> str:
    return clean(run.case.roles[role].title) if role in run.case.roles else capital(role)


def calendar_chart(run: Run) -> Chart | None:
    """Hiring calendar: seats by role and line, and the partners' starts."""
    if RECOMMENDED not in run.plans:
        return None
    case, plan = run.case, run.plans[RECOMMENDED]
    start, last = case.clock.start, plan.policies.stop_after or case.clock.months
    seats, starts = _seat_rows(run, plan), _partner_starts(run, plan)
    if not seats and not starts:
        return None
    bounds = [(first, min(after, last + 1)) for first, after in case.phase_bounds() if first <= last]
    finding = _calendar_finding(case, [sum(row.heads[i] for row in seats) for i in range(len(bounds))], starts)
    bars = "Bars: seats that the plan asks for, by role and line, their number in the bar"
    meaning = f"{bars}; diamonds: first months of {case.called.partners}."
    height = 0.85 + 0.24 * (len(seats) + len(starts))
    figure, axes = blank(height, left=0.44, right=0.93, bottom=0.5 / height)
    for place, row in enumerate(seats):
        _seat_bars(axes, place, row, bounds)
    for place, (month, _) in enumerate(starts, len(seats)):
        axes.plot([month - 1], [place], marker="D", color=VERMILION, markersize=6, clip_on=False)
        note: Any = {"textcoords": "offset points", "va": "center", "fontsize": 8}
        axes.annotate(calendar(start, month), (month - 1, place), (8, 0), **note)
    names = [row.title for row in seats] + [f"{title} starts" for _, title in starts]
    axes.set_yticks(range(len(names)), [short(name, 34) for name in names], fontsize=8)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.axhline(len(seats) - 0.5, color=GREY, linewidth=0.8)
    axes.grid(visible=False, axis="y")
    calendar_axis(axes, start, case.clock.months)
    spans = [Column(f"{calendar(start, first)} – {calendar(start, after - 1)}", "heads") for first, after in bounds]
    rows = (
        *((row.title, *row.heads[: len(bounds)], "") for row in seats),
        *((title, *("" for _ in bounds), calendar(start, month)) for month, title in starts),
    )
    columns = (
        Column(f"seats or {case.called.partner}", "text"),
        *spans,
        Column(f"{case.called.partner} starts", "text"),
    )
    return Chart("calendar", finding, meaning, inline_svg(figure, "calendar", finding, meaning), columns, rows)


def _seat_rows(run: Run, plan: Plan) -> list[SeatRow]:
    rows = [SeatRow(_role_title(run, role), heads, COLOURS[0]) for role, heads in plan.seats.items()]
    for index, (line, part) in enumerate(plan.lines.items()):
        colour, place = COLOURS[1 + index % (len(COLOURS) - 1)], clean(run.case.lines[line].title)
        rows += [SeatRow(f"{_role_title(run, role)}, {place}", heads, colour) for role, heads in part.team.items()]
    return [row for row in rows if any(row.heads)]


def _partner_starts(run: Run, plan: Plan) -> list[tuple[int, str]]:
    titles = {partner.id: clean(partner.title) for partner in run.case.partners}
    return sorted((entry.start, titles[name]) for part in plan.lines.values() for name, entry in part.partners.items())


def _calendar_finding(case: Case, totals: list[int], starts: list[tuple[int, str]]) -> str:
    start = case.clock.start
    finding = f"{heads_path(totals)} seats by phase, the first from {calendar(start, 1)}"
    if starts:
        first, last = (calendar(start, month) for month in (starts[0][0], starts[-1][0]))
        finding += f"; {len(starts)} {case.called.partners} start between {first} and {last}"
    return f"{finding}."


def _seat_bars(axes: Axes, place: int, row: SeatRow, bounds: list[tuple[int, int]]) -> None:
    for count, (first, after) in zip(row.heads, bounds, strict=False):
        if count:
            axes.barh(place, after - first, left=first - 1, height=0.7, color=row.colour, alpha=0.45, edgecolor="white")
            axes.text((first + after) / 2 - 1, place, str(count), ha="center", va="center", fontsize=8)
