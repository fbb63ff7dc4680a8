"""Why a plan is as it is: binding rules and their worth, the next best plan, steps aside and their cost."""

from __future__ import annotations

from collections.abc import Iterator

import xarray as xr

from reports.answer import Sheet, View
from reports.drawing import Chart
from reports.interval_charts import Spot, interval_chart
from reports.next_hire_views import CLEAR, FIRST, better, refused, spot, steps, table, title, valued
from reports.words import heads_path, money


def _spots(data: xr.Dataset, kind: str, series: str) -> list[Spot]:
    found = [spot(data, plan, series, title(data, plan)) for plan in steps(data, (kind,))]
    return sorted(found, key=lambda one: -one.value)


def sentences(data: xr.Dataset) -> list[str]:
    """Return what holds the plan where it is, and how far the next ones are."""
    return [*better(data), *_rules(data), *_next(data), *_asides(data), *refused(data)]


def _rules(data: xr.Dataset) -> Iterator[str]:
    rules = _spots(data, "rule", "")
    worth = [one for one in rules if one.value > 0 and one.is_clear]
    if not rules:
        yield "No rule holds the plan where it is: none is used up."
        return
    for one in worth:
        yield f"{one.label} is worth {valued(one)}."
    if len(worth) < len(rules):
        rest = "; ".join(one.label for one in rules if one not in worth)
        yield f"Used up, but easing them brings nothing {CLEAR}: {rest}."


def _next(data: xr.Dataset) -> Iterator[str]:
    found = [spot(data, plan, "", _heads(data, plan)) for plan in steps(data, ("next",))]
    if found:
        best = max([*found, *_spots(data, "aside", "")], key=lambda one: one.value)
        yield f"The next best plan met ({best.label}) brings {valued(best)} against this one."


def _heads(data: xr.Dataset, plan: str) -> str:
    return f"{heads_path(data['heads'].sel(plan=plan).values.tolist())} heads"


def _asides(data: xr.Dataset) -> Iterator[str]:
    asides = _spots(data, "aside", "")
    if not asides:
        return
    easy = [one for one in asides if not one.is_clear]
    dear = [one for one in asides if one.value < 0 and one.is_clear]
    if dear:
        least = dear[-1]
        yield f"The dearest step aside is {least.label}: {valued(least)}."
    if easy:
        words = "; ".join(one.label for one in easy)
        yield f"Steps aside that cost nothing {CLEAR}: {words}."
    elif dear:
        yield f"Every step aside costs money {CLEAR}; the cheapest, {dear[0].label}, {money(dear[0].value)} M CNY."


def _charts(data: xr.Dataset) -> list[Chart]:
    charts = []
    across = "same futures, change of the result"
    if rules := _spots(data, "rule", "eased"):
        meaning = "Result when one rule is eased by one natural step and the plan is chosen again; bars: 95 % interval."
        charts.append(interval_chart("rules", next(_rules(data)), meaning, rules, across))
    if asides := _spots(data, "aside", "aside"):
        meaning = "Result of one step aside of each role and partner, all else as it is; bars: 95 % interval."
        charts.append(interval_chart("asides", next(_asides(data)), meaning, asides, across))
    return charts


def _sheets(data: xr.Dataset) -> list[Sheet]:
    names = [str(plan) for plan, kind in zip(data["plan"].values, data["kind"].values, strict=True) if kind != "aside"]
    asides = [plan for plan in (FIRST, *steps(data, ("aside",)))]
    found = [table(data.sel(plan=names), "Rules eased, the plan chosen again; and the next best plan")]
    return [*found, table(data.sel(plan=asides), "One step aside, all else as it is")] if len(asides) > 1 else found


WHY = View("why", "Why this plan?", sentences, _sheets, _charts)
