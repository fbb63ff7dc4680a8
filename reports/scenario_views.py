"""The plans of a run in named futures and in their weighted mixture."""

from __future__ import annotations

from collections.abc import Iterator

import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.interval_charts import Spot, interval_chart
from reports.words import clean, error, heads_path, money, percent

FIRST = "recommended"


def _title(data: xr.Dataset, plan: str) -> str:
    return clean(data["plan_title"].sel(plan=plan).item())


def _best(data: xr.Dataset, means: xr.DataArray) -> str:
    return str(data["plan"].values[int(means.argmax("plan"))])


def _names(data: xr.Dataset) -> list[str]:
    return [str(plan) for plan in data["plan"].values]


def sentences(data: xr.Dataset) -> list[str]:
    """Return which plan is best by weight, how sure that is, and in which futures another one is better."""
    return [_mixture(data), *_turned(data), *_losing(data), _regret(data)]


def _mixture(data: xr.Dataset) -> str:
    best = _best(data, data["mixed"])
    worth = f"{money(float(data['mixed'].sel(plan=best)), True)} {error(float(data['mixed_se'].sel(plan=best)))} M CNY"
    loss = percent(float(data["mixed_loss"].sel(plan=best)))
    best_of = f"“{_title(data, best)}” is the best of {data.sizes['plan']} plans"
    told = f"By the case’s own weights, {best_of}: {worth}, chance of loss {loss}"
    if best == FIRST:
        return f"{told}."
    gain, se = (float(data[name].sel(plan=best)) for name in ("mixed_gain", "mixed_gain_se"))
    sure = "beyond sampling error" if gain > Z95 * se else "within sampling error"
    return f"{told}; {money(gain, True)} {error(se)} M CNY against “{_title(data, FIRST)}”, {sure}."


def _turned(data: xr.Dataset) -> Iterator[str]:
    for world in map(str, data["world"].values):
        best = _best(data, data["npv_mean"].sel(world=world))
        gain, se = (float(data[name].sel(world=world, plan=best)) for name in ("gain", "gain_se"))
        if best != FIRST and gain > Z95 * se:
            what = clean(data["world_title"].sel(world=world).item())
            yield f"{what}: then “{_title(data, best)}” is better by {money(gain, True)} {error(se)} M CNY."


def _losing(data: xr.Dataset) -> Iterator[str]:
    own = data["npv_mean"].sel(plan=FIRST)
    losing = [clean(w) for w, value in zip(data["world_title"].values, own.values, strict=True) if value < 0]
    if losing:
        yield f"“{_title(data, FIRST)}” loses money on average where: {'; '.join(losing)}."
    else:
        yield f"“{_title(data, FIRST)}” earns money on average in every named future."


def _regret(data: xr.Dataset) -> str:
    least = str(data["plan"].values[int(data["price"].argmin("plan"))])
    own = money(float(data["price"].sel(plan=FIRST)))
    told = f"The price of having chosen wrongly is at most {own} M CNY for “{_title(data, FIRST)}”"
    if least == FIRST:
        return f"{told}, the least of all plans."
    return f"{told}; the least, {money(float(data['price'].sel(plan=least)))} M CNY, has “{_title(data, least)}”."


def _sheets(data: xr.Dataset) -> list[Sheet]:
    columns = (
        Column("plan", "text"),
        Column("heads", "text"),
        Column("by weight", "money"),
        Column("change", "money"),
        Column("error", "error"),
        Column("loss", "percent"),
    )
    rows = tuple(
        (
            _title(data, plan),
            heads_path(data["heads"].sel(plan=plan).values.tolist()),
            *(float(data[name].sel(plan=plan)) for name in ("mixed", "mixed_gain", "mixed_gain_se", "mixed_loss")),
        )
        for plan in _names(data)
    )
    by_world = (
        Column("future", "text"),
        Column("weight", "percent"),
        *(Column(_title(data, p), "money") for p in _names(data)),
    )
    cells = tuple(
        (
            clean(data["world_title"].sel(world=world).item()),
            float(data["weight"].sel(world=world)),
            *(float(data["npv_mean"].sel(world=world, plan=plan)) for plan in _names(data)),
        )
        for world in map(str, data["world"].values)
    )
    return [Sheet("By weight", columns, rows), Sheet("Average result in each future", by_world, cells)]


def _charts(data: xr.Dataset) -> list[Chart]:
    spots = [
        Spot(
            clean(data["world_title"].sel(world=world).item()),
            _title(data, plan),
            float(data["npv_mean"].sel(world=world, plan=plan)),
            float(data["npv_se"].sel(world=world, plan=plan)),
        )
        for world in map(str, data["world"].values)
        for plan in _names(data)
    ]
    mixed = [
        Spot("All by weight", _title(data, p), float(data["mixed"].sel(plan=p)), float(data["mixed_se"].sel(plan=p)))
        for p in _names(data)
    ]
    meaning = "Average result of each plan in each named future and in all of them by weight; bars: 95 % interval."
    return [interval_chart("worlds", _mixture(data), meaning, [*mixed, *spots], "average result")]


SCENARIOS = View("scenarios", "How do the plans fare in named futures?", sentences, _sheets, _charts)
