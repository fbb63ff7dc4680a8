"""Charts of money: chance of reaching a result, likely range of cash, from revenue to result, both readings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from model import summary
from model.inputs import Words
from model.schema import ROWS, Row
from model.store import Run
from reports.drawing import (
    BLUE,
    COLOURS,
    DASHES,
    GREEN,
    GREY,
    INK,
    MILLION,
    ORANGE,
    OTHER_CALIBRATION,
    OTHER_READING,
    RECOMMENDED,
    UNIT,
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
from reports.words import calendar, clean, in_own_words, in_words, money, plain, reading_title, row_title

CURVE_CHANCES = tuple(np.round(np.linspace(0.99, 0.01, 99), 2).tolist())
TABLE_CHANCES = (0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.01)
RANGE_TITLES = ("1-in-20 bad case", "1-in-4 bad case", "middle case", "1-in-4 good case", "1-in-20 good case")

SMALL = 0.005
"""Rows below this share of the largest one are drawn together."""


def plan_title(data: xr.Dataset, plan: str) -> str:
    """Return the stored title of a plan, or its id."""
    return clean(data["plan_title"].sel(plan=plan).item()) if "plan_title" in data.coords else in_words(plan)


def same_reading_plans(data: xr.Dataset) -> list[str]:
    """Return the plans simulated under the recommended plan's reading of the pay table."""
    plans = [str(plan) for plan in data["plan"].values]
    if "salary_reading" not in data.coords or RECOMMENDED not in plans:
        return plans
    readings = data["salary_reading"]
    wanted = readings.sel(plan=RECOMMENDED).item()
    return [plan for plan in plans if readings.sel(plan=plan).item() == wanted and plan != OTHER_CALIBRATION]


def reach_chart(run: Run) -> Chart | None:
    """Chance of reaching at least x for each plan, drawn falling, as far as the number of scenarios allows."""
    data = run.dataset
    if not holds(data, "npv") or not summary.supported(0.5, data.sizes["scenario"]):
        return None
    npv = {plan: data["npv"].sel(plan=plan).values for plan in same_reading_plans(data)}
    return reach_curves([(plan_title(data, plan), npv[plan]) for plan in npv], _reach_finding(npv[RECOMMENDED]))


def reach_curves(plans: Sequence[tuple[str, Any]], finding: str) -> Chart:
    """Return the falling curve of each plan, the first one heavier.

    Parameters
    ----------
    plans : title, and results (scenario,) CNY; as many scenarios as support the middle case
    """
    meaning = "Falling curves, one per plan: the chance that the result in today's money reaches at least x."
    height = 3.7 + 0.19 * len(plans)
    figure, axes = blank(height, bottom=(0.7 + 0.19 * len(plans)) / height)
    levels = np.linspace(0.88, 0.12, len(plans))
    for index, (title, sample) in enumerate(plans):
        _reach_curve(axes, sample, index, float(levels[index]), title)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    axes.set_ylim(0, 1)
    axes.set_yticks(np.linspace(0, 1, 6), [f"{share:.0%}" for share in np.linspace(0, 1, 6)])
    axes.set(xlabel=f"result in today's money, {UNIT}", ylabel="chance of reaching at least x")
    axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.17), handlelength=3.6, borderaxespad=0)
    chances = _supported(TABLE_CHANCES, plans[0][1])
    rows = tuple((title, *(reached(sample, chance) for chance in chances)) for title, sample in plans)
    columns = (Column("plan", "text"), *(Column(f"reached in {plain(100 * c)} %", "money") for c in chances))
    return Chart("reach", finding, meaning, inline_svg(figure, "reach", finding, meaning), columns, rows)


def reached(npv: Any, chance: float) -> float:
    """Return the amount that is reached in this share of the scenarios, CNY."""
    return summary.quantile(npv, round(1 - chance, 6)).value


def _supported(chances: tuple[float, ...], npv: Any) -> list[float]:
    return [chance for chance in chances if summary.supported(round(1 - chance, 6), len(npv))]


def _reach_finding(npv: Any) -> str:
    half = f"{money(reached(npv, 0.5), True)} {UNIT} in half of"
    if not summary.supported(summary.TAIL, len(npv)):
        return f"The recommended plan brings at least {half} the futures."
    low = f"{money(reached(npv, 1 - summary.TAIL), True)} {UNIT} in 19 of 20 futures"
    return f"The recommended plan brings at least {low} and at least {half} them."


def _reach_curve(axes: Axes, npv: Any, index: int, level: float, title: str) -> None:
    letter, colour = chr(ord("A") + index), COLOURS[index % len(COLOURS)]
    chances = _supported(CURVE_CHANCES, npv)
    values = [reached(npv, chance) / MILLION for chance in chances]
    style: Any = {"color": colour, "linestyle": DASHES[index % len(DASHES)], "zorder": 4 - index * 0.1}
    axes.plot(values, chances, label=f"{letter}  {short(title, 70)}", linewidth=1.6 if index else 2.4, **style)
    nearest = min(chances, key=lambda chance: abs(chance - level))
    box: Any = {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": colour}
    text: Any = {"ha": "center", "va": "center", "fontsize": 8, "fontweight": "bold", "zorder": 6}
    axes.text(reached(npv, nearest) / MILLION, nearest, letter, bbox=box, **text)


def cash_chart(run: Run) -> Chart | None:
    """Likely range of cumulative cash of the recommended plan by calendar month; withheld quantiles are left out."""
    data = run.dataset
    if not holds(data, "cash_quantile"):
        return None
    cash = data["cash_quantile"].sel(plan=RECOMMENDED, quantile=list(summary.LEVELS)).transpose("quantile", "month")
    if np.isnan(cash.sel(quantile=0.5).values).any():
        return None
    values, months, start = cash.values / MILLION, data["month"].values, run.case.clock.start
    finding = _cash_finding([float(value) for value in cash.values[:, -1]], calendar(start, months[-1]))
    meaning = _cash_meaning(run)
    figure, axes = blank(3.6, left=0.14, right=0.77)
    axes.fill_between(months, values[0], values[4], color=BLUE, alpha=0.18, linewidth=0)
    axes.fill_between(months, values[1], values[3], color=BLUE, alpha=0.35, linewidth=0)
    axes.plot(months, values[2], color=BLUE, linewidth=2)
    axes.axhline(0, color=INK, linewidth=0.8)
    calendar_axis(axes, start, int(months[-1]))
    axes.set_ylabel(f"cumulative cash, {UNIT}")
    kept = [index for index in range(len(values)) if np.isfinite(values[index]).all()]
    heights = spread([float(values[index, -1]) for index in kept], float(np.ptp(axes.get_ylim())) * 0.055)
    for index, height in zip(kept, heights, strict=True):
        axes.text(months[-1] + 0.8, height, RANGE_TITLES[index], va="center", fontsize=8, clip_on=False)
    rows = tuple((calendar(start, m), *(float(v) for v in cash.sel(month=m).values[kept])) for m in months)
    columns = (Column("month", "text"), *(Column(RANGE_TITLES[index], "money") for index in kept))
    return Chart("cash", finding, meaning, inline_svg(figure, "cash", finding, meaning), columns, rows)


def _cash_meaning(run: Run) -> str:
    """Return how to read the bands: why they step at the end, and why their low point is not the largest cash need."""
    said = "Bands of cumulative cash at the end of each month: 18 of 20 futures, half of the futures, the middle case."
    if run.case.costs.collection:
        said += " What is still to be collected at the end is booked in the last month, hence the step there."
    deepest = "Each future is deepest in a month of its own, so the largest cash need is at least"
    return f"{said} {deepest} the middle line's lowest point."


def _cash_finding(ends: list[float], month: str) -> str:
    low, _, middle, _, high = ends
    if np.isnan(low):
        return f"By {month} cumulative cash reaches {money(middle, True)} {UNIT} in the middle case."
    within = f"between {money(low, True)} and {money(high, True)} {UNIT} in 18 of 20 futures"
    return f"By {month} cumulative cash lies {within}; {money(middle, True)} {UNIT} in the middle case."


def waterfall_chart(run: Run) -> Chart | None:
    """From commission over every cost to the result: mean over scenarios, summed over the years."""
    data = run.dataset
    if not (holds(data, "ledger") and holds(data, "result")):
        return None
    book = data["ledger"].sel(plan=RECOMMENDED).sum("year").mean("scenario")
    called = run.case.called
    amounts = [(row, row.sign * float(book.sel(row=row.name))) for row in ROWS]
    amounts = [(row, amount) for row, amount in amounts if amount != 0.0 and row.kind != "timing"]
    result = float(data["result"].sel(plan=RECOMMENDED).mean("scenario"))
    finding = _waterfall_finding(amounts, result, called)
    meaning = (
        "Bars from commission over each cost to the result: mean over all futures, all years added, not discounted."
    )
    bars = _bars(amounts, called)
    figure, axes = blank(0.9 + 0.26 * (len(bars) + 1), left=0.34, right=0.96, bottom=0.13)
    _waterfall(axes, bars, result)
    rows = (
        *((row_title(row.name, called), amount, in_own_words(row.meaning, called)) for row, amount in amounts),
        ("Result", result, "undiscounted result over the horizon"),
    )
    columns = (Column("ledger row", "text"), Column("mean, all years", "money"), Column("meaning", "text"))
    return Chart("waterfall", finding, meaning, inline_svg(figure, "waterfall", finding, meaning), columns, rows)


def _bars(amounts: list[tuple[Row, float]], called: Words) -> list[tuple[str, float]]:
    """Return the bars to draw: rows too small to see stand together as the last one; the data table keeps them all."""
    least = SMALL * max((abs(amount) for _, amount in amounts), default=0.0)
    large = [(row_title(row.name, called), amount) for row, amount in amounts if abs(amount) >= least]
    small = [amount for _, amount in amounts if abs(amount) < least]
    return [*large, (f"{len(small)} smaller rows", sum(small))] if len(small) > 1 else large


def _waterfall_finding(amounts: list[tuple[Row, float]], result: float, called: Words) -> str:
    finding = f"On average the plan ends with {money(result, True)} {UNIT} before discounting"
    costs = [pair for pair in amounts if pair[1] < 0]
    if not costs:
        return f"{finding}."
    row, largest = min(costs, key=lambda pair: pair[1])
    name = row_title(row.name, called).lower()
    return f"{finding}; the largest cost is {name}, {money(-largest)} {UNIT}."


def _waterfall(axes: Axes, amounts: list[tuple[str, float]], result: float) -> None:
    left, marks = 0.0, []
    for place, (_, amount) in enumerate(amounts):
        axes.barh(place, amount / MILLION, left=left / MILLION, height=0.68, color=GREEN if amount > 0 else VERMILION)
        axes.plot([(left + amount) / MILLION] * 2, [place - 0.34, place + 1.34], color=GREY, linewidth=0.7)
        marks.append((max(left, left + amount) / MILLION, amount))
        left += amount
    axes.barh(len(amounts), result / MILLION, height=0.68, color=BLUE)
    marks.append((max(result, 0.0) / MILLION, result))
    for place, (where, amount) in enumerate(marks):
        axes.annotate(
            money(amount, True), (where, place), (3, 0), textcoords="offset points", va="center", fontsize=8.5
        )
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(marks)), [*(short(name, 26) for name, _ in amounts), "Result"])
    axes.invert_yaxis()
    _widen(axes, [where for where, _ in marks], 0.14)
    axes.margins(y=0.02)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"{UNIT}, sum over the horizon, mean of all futures")


def readings_chart(run: Run) -> Chart | None:
    """The recommended plan under both readings of the pay table, side by side."""
    data, other = run.dataset, OTHER_READING
    known = holds(data, "npv") and holds(data, "npv", other) and "salary_reading" in data.coords
    if not known or not summary.supported(summary.TAIL, data.sizes["scenario"]):
        return None
    names = [str(data["salary_reading"].sel(plan=plan).item()) for plan in (RECOMMENDED, other)]
    values = [data["npv"].sel(plan=plan).values for plan in (RECOMMENDED, other)]
    quantiles = [[summary.quantile(value, level).value for level in summary.LEVELS] for value in values]
    finding = (
        f"One word decides: {money(quantiles[0][2], True)} {UNIT} in the middle case with the "
        f"{reading_title(names[0])}; {money(quantiles[1][2], True)} {UNIT} with the {reading_title(names[1])}."
    )
    meaning = (
        "For each reading of the pay table: the range of 18 of 20 futures, half of the futures, and the middle case."
    )
    figure, axes = blank(2.4, left=0.22, right=0.95, bottom=0.24)
    for place, (row, colour) in enumerate(zip(quantiles, (BLUE, ORANGE), strict=True)):
        _range_bar(axes, place, [value / MILLION for value in row], colour)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(
        range(2), [f"pay table is\n{name}" for name in ("package" if n == "package" else "base pay" for n in names)]
    )
    axes.set_ylim(1.6, -0.6)
    _widen(axes, [value / MILLION for row in quantiles for value in row], 0.09)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"result in today's money, {UNIT}")
    rows = tuple(
        (reading_title(name), *row, float(value.mean()))
        for name, row, value in zip(names, quantiles, values, strict=True)
    )
    columns = (Column("reading", "text"), *(Column(t, "money") for t in RANGE_TITLES), Column("average", "money"))
    return Chart("readings", finding, meaning, inline_svg(figure, "readings", finding, meaning), columns, rows)


def _widen(axes: Axes, values: list[float], share: float) -> None:
    low, high = min(0.0, *values), max(0.0, *values)
    room = max(high - low, 0.1) * share
    axes.set_xlim(low - room if low < 0 else low, high + room)


def _range_bar(axes: Axes, place: int, row: list[float], colour: str) -> None:
    axes.barh(place, row[4] - row[0], left=row[0], height=0.16, color=colour, alpha=0.45)
    axes.barh(place, row[3] - row[1], left=row[1], height=0.36, color=colour, alpha=0.8)
    axes.plot([row[2]], [place], marker="D", color="white", markeredgecolor=INK, markersize=7)
    for index in (0, 2, 4):
        text = money(row[index] * MILLION, True)
        axes.annotate(
            text, (row[index], place), (0, -15), textcoords="offset points", ha="center", va="center", fontsize=8.5
        )
