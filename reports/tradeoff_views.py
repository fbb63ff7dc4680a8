"""What more safety and fewer heads cost: two curves with sampling errors, today's plans and doing nothing beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import BLUE, GREY, INK, MILLION, UNIT, VERMILION, Chart, Column, blank, inline_svg, short, spread
from reports.words import error, heads_path, money, percent

AGAINST, NOTHING, RECOMMENDED = "against", "nothing", "recommended"
WORST = "average of the worst 5 %"
KEY = -0.2
"""Where the key begins below the axes, in shares of their height."""
MARKS: dict[str, tuple[str, str]] = {"own": ("s", VERMILION), "nothing": ("X", INK), "recommended": ("D", BLUE)}


def plans_of(data: xr.Dataset, kind: str) -> list[str]:
    """Return the plans of one kind, in the order stored."""
    return [str(plan) for plan, each in zip(data["plan"].values, data["kind"].values, strict=True) if str(each) == kind]


def _number(data: xr.Dataset, name: str, plan: str) -> float:
    return float(data[name].sel(plan=plan))


def _heads(data: xr.Dataset, plan: str) -> str:
    return heads_path(data["heads"].sel(plan=plan).values.tolist())


def _title(data: xr.Dataset, plan: str) -> str:
    return str(data["plan_title"].sel(plan=plan).item())


def _amount(data: xr.Dataset, name: str, plan: str, sign: float = 1.0, plus: bool = False) -> str:
    spread = "npv_se" if name == "npv_mean" else f"{name}_se"
    return f"{money(sign * _number(data, name, plan), plus)} {error(_number(data, spread, plan))} M CNY"


def sentences(data: xr.Dataset) -> list[str]:
    """Return what a million less of bad futures costs, what fewer heads cost, and where today's plans stand."""
    best = str(data.attrs[AGAINST])
    start = (
        f"Best average: {_heads(data, best)} heads, {_amount(data, 'npv_mean', best)} on average, "
        f"{WORST} {_amount(data, 'worst', best)}, chance of loss {percent(_number(data, 'p_loss', best))}."
    )
    return [start, *_safety(data), *_missed(data), *_left_open(data), *_fewer(data), *_behind(data)]


def _bounded(data: xr.Dataset) -> list[str]:
    return [plan for plan in plans_of(data, "risk") if _number(data, "bound", plan) > float("-inf")]


def _left_open(data: xr.Dataset) -> Iterator[str]:
    """Yield how much better a plan above a floor could be than the one found, by the largest gap of them."""
    if bounded := _bounded(data):
        most = max(_number(data, "gap", plan) for plan in bounded)
        yield (
            f"Plans above a floor are the best that exchanges find: for the solver a better plan above one of them "
            f"could bring at most {money(most)} M CNY more."
        )


def _missed(data: xr.Dataset) -> Iterator[str]:
    """Yield how many floors, kept on the pricing draws, are missed on fresh ones beyond sampling error."""
    bounded = _bounded(data)
    missed = [
        plan
        for plan in bounded
        if _number(data, "worst", plan) + Z95 * _number(data, "worst_se", plan) < _number(data, "bound", plan)
    ]
    if missed:
        yield (
            f"{len(missed)} of {len(bounded)} floors of the {WORST} are missed on fresh futures: they were set on "
            f"{int(data.attrs['pricing_draws'])} pricing draws; the figures here are those of the fresh ones."
        )


def _safety(data: xr.Dataset) -> Iterator[str]:
    best = str(data.attrs[AGAINST])
    for plan in plans_of(data, "risk"):
        safer, cost = _number(data, "safer", plan), -_number(data, "gain", plan)
        if plan == best or safer <= Z95 * _number(data, "safer_se", plan):
            continue
        who = "Doing nothing" if not data["heads"].sel(plan=plan).any() else f"{_heads(data, plan)} heads"
        price = f", {cost / safer:.2f} for each yuan" if cost > 0 else ""
        yield (
            f"{who}: the {WORST} is {_amount(data, 'safer', plan)} better than that of the best average "
            f"and costs {_amount(data, 'gain', plan, -1.0)} of the average{price}."
        )
    if len(plans_of(data, "risk")) == 1:
        yield f"No plan was found with a better {WORST}: the best average is the safest too."


def _fewer(data: xr.Dataset) -> Iterator[str]:
    for plan in plans_of(data, "heads")[1:]:
        cost = -_number(data, "gain", plan)
        word = "costs" if cost >= 0 else "brings"
        yield (
            f"{_title(data, plan)}: {_heads(data, plan)}, which {word} "
            f"{_amount(data, 'gain', plan, -1.0 if cost >= 0 else 1.0)} of the average result."
        )


def _behind(data: xr.Dataset) -> Iterator[str]:
    for plan in plans_of(data, "own"):
        better = [
            each
            for each in [*plans_of(data, "risk"), *plans_of(data, "heads")]
            if _number(data, "worst", each) >= _number(data, "worst", plan)
            and _number(data, "npv_mean", each) > _number(data, "npv_mean", plan)
        ]
        if better:
            most = max(better, key=lambda each: _number(data, "npv_mean", each))
            more = _number(data, "npv_mean", most) - _number(data, "npv_mean", plan)
            yield (
                f"{_title(data, plan)} lies behind the curve: {_heads(data, most)} heads have no worse {WORST} "
                f"and bring {money(more, True)} M CNY more on average."
            )


def _sheet(data: xr.Dataset) -> list[Sheet]:
    columns = (
        Column("plan", "text"),
        Column("heads", "text"),
        Column("average result", "money"),
        Column("error", "error"),
        Column(WORST, "money"),
        Column("its error", "error"),
        Column("loss", "percent"),
    )
    names = ("npv_mean", "npv_se", "worst", "worst_se", "p_loss")
    rows = tuple(
        (_title(data, plan), _heads(data, plan), *(_number(data, name, plan) for name in names))
        for plan in map(str, data["plan"].values)
        if plan not in plans_of(data, "heads")[:1]
    )
    return [Sheet("Return, risk and heads on the same futures", columns, rows)]


def _charts(data: xr.Dataset) -> list[Chart]:
    risk = "Each point is the best plan above a floor for its worst futures; bars: 95 % intervals."
    heads = "Each point is the best plan under a cap on heads at the end; bars: 95 % intervals."
    charts = [_chart(data, "return-and-risk", "risk", ("worst", f"{WORST}, {UNIT}", MILLION), risk)]
    if len(plans_of(data, "heads")) > 1:
        charts.append(_chart(data, "return-and-heads", "heads", ("heads", "heads at the end", 1.0), heads))
    return charts


def _chart(data: xr.Dataset, name: str, kind: str, across: tuple[str, str, float], meaning: str) -> Chart:
    """Return a curve of plans with their errors, and the plans beside it, each with its own mark."""
    key = 0.165 * data.sizes["plan"]
    figure, axes = blank(3.4 + key, bottom=(0.6 + key) / (3.4 + key))
    variable, label, unit = across
    curve = plans_of(data, kind)
    at = {str(plan): _place(data, variable, str(plan)) / unit for plan in data["plan"].values}
    high = {plan: _number(data, "npv_mean", plan) / MILLION for plan in at}
    drawn = sorted(curve, key=lambda plan: at[plan])
    axes.plot([at[p] for p in drawn], [high[p] for p in drawn], color=GREY, linewidth=1.4, zorder=2)
    for plan in [*curve, *(p for each in MARKS for p in plans_of(data, each))]:
        sign, colour = MARKS.get(str(data["kind"].sel(plan=plan).item()), ("o", BLUE))
        style: Any = {"color": colour, "zorder": 3, "linewidth": 1.0, "markersize": 4.5}
        across_error = Z95 * _number(data, "worst_se", plan) / MILLION if variable == "worst" else 0.0
        up = Z95 * _number(data, "npv_se", plan) / MILLION
        axes.errorbar(at[plan], high[plan], up, across_error or None, fmt=sign, **style)
    shown = [*curve, *(p for each in MARKS for p in plans_of(data, each))]
    words = {plan: _heads(data, plan) if plan in curve else _title(data, plan) for plan in shown}
    _lettered(axes, {plan: (at[plan], high[plan]) for plan in shown}, words)
    axes.set(xlabel=label, ylabel=f"average result in today's money, {UNIT}")
    finding = next(iter(_safety(data) if kind == "risk" else _fewer(data)), meaning)
    columns = (
        Column("plan", "text"),
        Column(variable if variable == "heads" else WORST, "heads" if variable == "heads" else "money"),
        Column("average result", "money"),
        Column("error", "error"),
    )
    rows = tuple((_title(data, p), at[p] * unit, _number(data, "npv_mean", p), _number(data, "npv_se", p)) for p in at)
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), columns, rows)


def _lettered(axes: Axes, points: dict[str, tuple[float, float]], words: dict[str, str]) -> None:
    """Write a letter at each point and what it stands for below the chart; plans at one point share its letter."""
    here: dict[tuple[float, float], list[str]] = {}
    for plan, (across, up) in points.items():
        here.setdefault((round(across, 6), round(up, 6)), []).append(words[plan])
    spots = sorted(here, key=lambda spot: (-spot[1], spot[0]))
    letters = {spot: chr(ord("A") + number) for number, spot in enumerate(spots)}
    axes.margins(x=0.08, y=0.12)
    for side, part in ((1, spots[::2]), (-1, spots[1::2])):
        _beside(axes, {spot: letters[spot] for spot in part}, side)
    told = "\n".join(f"{letters[spot]}  {short(' · '.join(dict.fromkeys(here[spot])), 80)}" for spot in spots)
    axes.text(0, KEY, told, transform=axes.transAxes, va="top", fontsize=7.5, linespacing=1.45)


def _beside(axes: Axes, letters: dict[tuple[float, float], str], side: int) -> None:
    """Write letters to the right (1) or left (-1) of their points, moved apart where points are close."""
    reach = side * 0.035 * float(np.ptp(axes.get_xlim()))
    heights = spread([spot[1] for spot in letters], 0.05 * float(np.ptp(axes.get_ylim())))
    ground = {"boxstyle": "circle,pad=0.1", "facecolor": "white", "edgecolor": "none"}
    bold: Any = {"fontsize": 8, "fontweight": "bold", "ha": "center", "va": "center", "bbox": ground, "zorder": 5}
    for (spot, letter), height in zip(letters.items(), heights, strict=True):
        line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 3}
        axes.annotate(letter, spot, (spot[0] + reach, height), arrowprops=line, **bold)


def _place(data: xr.Dataset, variable: str, plan: str) -> float:
    value = data[variable].sel(plan=plan)
    return float(value[-1] if value.ndim else value)


TRADEOFF = View("tradeoff", "What do safety and fewer heads cost?", sentences, _sheet, _charts)
