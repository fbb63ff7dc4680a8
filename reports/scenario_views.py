"""The plans of a run in named futures and in their weighted mixture."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.interval_charts import Spot, interval_chart
from reports.words import clean, error, heads_path, money, percent, plain

FIRST, GUESS = "recommended", "guess"


def _title(data: xr.Dataset, plan: str) -> str:
    return clean(data["plan_title"].sel(plan=plan).item())


def _best(data: xr.Dataset, means: xr.DataArray) -> str:
    return str(data["plan"].values[int(means.argmax("plan"))])


def _names(data: xr.Dataset) -> list[str]:
    return [str(plan) for plan in data["plan"].values]


def sentences(data: xr.Dataset) -> list[str]:
    """Return what the run assumes, what the case's weights make of it, and in which futures another plan is better."""
    return [_mixture(data), *_weights(data), *_turned(data), *_losing(data), _regret(data)]


def _mixture(data: xr.Dataset) -> str:
    best = _best(data, data["mixed"])
    worth = f"{money(float(data['mixed'].sel(plan=best)), True)} {error(float(data['mixed_se'].sel(plan=best)))} M CNY"
    loss = percent(float(data["mixed_loss"].sel(plan=best)))
    best_of = f"“{_title(data, best)}” is the best of {data.sizes['plan']} plans"
    guessed = "weights, which are guesses" if _guessed(data) else "weights"
    told = f"By the case’s own {guessed}, {best_of}: {worth}, chance of loss {loss}{_assumed(data, best)}"
    if best == FIRST:
        return f"{told}."
    gain, se = (float(data[name].sel(plan=best)) for name in ("mixed_gain", "mixed_gain_se"))
    sure = "beyond sampling error" if gain > Z95 * se else "within sampling error"
    return f"{told}; {money(gain, True)} {error(se)} M CNY against “{_title(data, FIRST)}”, {sure}."


def _guessed(data: xr.Dataset) -> bool:
    return "weight_origin" in data and GUESS in data["weight_origin"].values


def _assumed(data: xr.Dataset, plan: str) -> str:
    """Say what the run itself has, in which none of the named futures comes."""
    if "loss" not in data:
        return ""
    own = data.sel(plan=plan).isel(world=0)
    worth = f"{money(float(own['npv_mean']), True)} {error(float(own['npv_se']))} M CNY"
    told, here = data.attrs, plain(data.sizes["scenario"])
    known = plan == FIRST and "run_mean" in told and int(told["run_draws"]) != data.sizes["scenario"]
    run = f" ({money(told['run_mean'], True)} on the run’s own {plain(int(told['run_draws']))})" if known else ""
    with_none = f"with none of these futures, as the run assumes, it is {worth} and {percent(float(own['loss']))}"
    return f" – where {with_none} on the same {here} draws{run}"


def _weights(data: xr.Dataset) -> Iterator[str]:
    """Say how heavy each future is, what it takes, and from which weight of the worst one nothing is earned."""
    if "part" not in data:
        return
    first = data.sel(plan=FIRST).isel(world=slice(1, None))
    names = [clean(title) for title in first["world_title"].values]
    weights = [f"{name} {_weight(first.isel(world=place))}" for place, name in enumerate(names)]
    rest = percent(float(data["weight"][0]))
    guessed = "No document gives a chance for any of them; guessed are" if _guessed(data) else "The weights are"
    yield f"{guessed}: {'; '.join(weights)}; the case as it is has the other {rest}."
    parts = [
        f"{percent(float(one['weight']))} × {money(float(one['change']), True)} = {money(float(one['part']), True)}"
        for one in (first.isel(world=place) for place in range(len(names)))
    ]
    start, end = (money(float(value), True) for value in (data["npv_mean"].sel(plan=FIRST)[0], data["mixed"][0]))
    listed = "; ".join(f"{name}: {part}" for name, part in zip(names, parts, strict=True))
    yield f"From {start} to {end} M CNY for “{_title(data, FIRST)}”, weight × change in M CNY: {listed}."
    yield _heavier(data)


def _weight(one: xr.Dataset) -> str:
    low, high = float(one["weight_low"]), float(one["weight_high"])
    ends = f" ({percent(low)} to {percent(high)})" if isfinite(low) and isfinite(high) else ""
    return f"{percent(float(one['weight']))}{ends}"


def _heavier(data: xr.Dataset) -> str:
    """Say at which weight of the worst future the first plan earns nothing (R221)."""
    one = data.sel(plan=FIRST)
    worst = data.isel(world=int(one["worst"])).sel(plan=FIRST)
    name = clean(worst["world_title"].item())
    at, alone = float(one["worst_weight"]), float(one["worst_alone"])
    if not isfinite(at):
        return f"No weight of the worst future, “{name}”, decides whether “{_title(data, FIRST)}” earns money."
    earns = "no longer earns" if float(one["mixed"]) > 0 else "would earn"
    side = "from" if float(one["mixed"]) > 0 else "below"
    inside = float(worst["weight_low"]) <= at <= float(worst["weight_high"])
    where = ", inside that guess’s range" if inside else ""
    only = f"; were it the only blow, from {percent(alone)} on" if isfinite(alone) and alone > 0 else ""
    told = f"The worst is “{name}”: {side} a weight of {percent(at)}{where} (now {percent(float(worst['weight']))})"
    return f"{told} “{_title(data, FIRST)}” {earns} money{only}."


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
    told = f"{_falls_behind(data, FIRST)} less than the best plan there"
    if least == FIRST:
        return f"{told}, the least of all plans. How likely a future is counts for nothing here."
    return f"{told}; {_falls_behind(data, least)} less. How likely a future is counts for nothing here."


def _falls_behind(data: xr.Dataset, plan: str) -> str:
    """Say in which future a plan falls furthest behind the best one, and by how much."""
    gaps = data["npv_mean"].max("plan") - data["npv_mean"].sel(plan=plan)
    where = clean(data["world_title"].isel(world=int(gaps.argmax("world"))).item())
    return f"“{_title(data, plan)}” at its furthest behind, where “{where}”, brings {money(float(gaps.max()))} M CNY"


def _sheets(data: xr.Dataset) -> list[Sheet]:
    columns = (
        Column("plan", "text"),
        Column("heads", "text"),
        Column("average by the weights", "money"),
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
    return [
        Sheet("All futures by the case’s weights", columns, rows),
        *_ways(data),
        Sheet("Average result in each future", by_world, cells),
    ]


def _ways(data: xr.Dataset) -> Iterator[Sheet]:
    """Yield how the case as it is becomes the average by the weights, future by future; the last column adds up."""
    if "part" not in data:
        return
    columns = (
        Column("future", "text"),
        Column("weight", "percent"),
        Column("from", "percent"),
        Column("to", "percent"),
        Column("change", "money"),
        Column("weight × change", "money"),
    )
    first = data.sel(plan=FIRST)
    rows = tuple(
        (
            clean(one["world_title"].item()),
            *(float(one[name]) for name in ("weight", "weight_low", "weight_high", "change", "part")),
        )
        for one in (first.isel(world=place) for place in range(1, data.sizes["world"]))
    )
    nothing = float("nan")
    start = ("The case as it is, before any blow", nothing, nothing, nothing, nothing, float(first["npv_mean"][0]))
    end = ("All by the weights", nothing, nothing, nothing, nothing, float(first["mixed"]))
    yield Sheet(f"How the weights change “{_title(data, FIRST)}”", columns, (start, *rows, end))


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
        Spot(
            "All by their weights",
            _title(data, p),
            float(data["mixed"].sel(plan=p)),
            float(data["mixed_se"].sel(plan=p)),
        )
        for p in _names(data)
    ]
    meaning = "Average result of each plan in each named future and in all by the case’s weights; bars: 95 % interval."
    return [interval_chart("worlds", _mixture(data), meaning, [*mixed, *spots], "average result")]


SCENARIOS = View("scenarios", "How do the plans fare in named futures?", sentences, _sheets, _charts)
