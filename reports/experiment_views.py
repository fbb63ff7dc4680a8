"""What an experiment found: one sentence in one of four forms, its options, and where the answer turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isfinite

import xarray as xr

from reports.answer import Sheet, View
from reports.drawing import BLUE, FAINT, GREEN, GREY, INK, MILLION, UNIT, Chart, Column, blank, inline_svg, short
from reports.experiment_asides import asides
from reports.experiment_words import amount, broken, ends, limits, option, title, unit_words
from reports.interval_charts import Spot, interval_chart
from reports.words import capital, clean, heads_path, money, plain

MOST_DRAWS = 1e6
"""More futures than anybody draws."""


def finding(data: xr.Dataset) -> str:
    """Return the finding in the one of four forms that was decided for the dataset (R185)."""
    forms: dict[str, Callable[[xr.Dataset], str]] = {
        "better": _better,
        "none": _none,
        "depends": _depends,
        "unsaid": _unsaid,
    }
    return forms[str(data.attrs["form"])](data)


def _better(data: xr.Dataset) -> str:
    """Say which option is better; one that breaks limits is told with them and never as better (R185)."""
    by, count = money(data.attrs["difference"]), broken(data, "leader")
    if count:
        more = f"{title(data, 'leader')} would bring {by} {UNIT} more than {option(data, 'rival')} ({ends(data)})"
        return f"{more}, but breaks {limits(count)} and cannot be chosen as it is."
    return f"{option(data, 'leader')} is better than {option(data, 'rival')} by {by} {UNIT} ({ends(data)})."


def _none(data: xr.Dataset) -> str:
    told, least = data.attrs, money(data.attrs["materiality"])
    between = f"{option(data, 'leader')} and {option(data, 'rival')}"
    by = f"{money(told['difference'])} {UNIT} ({ends(data)})"
    return f"No difference that matters between {between}: {by}, where {least} {UNIT} would matter."


def _depends(data: xr.Dataset) -> str:
    told = data.attrs
    at, low, high, today = (_amount(data, told[f"turn_{key}"]) for key in ("at", "low", "high", "today"))
    known = isfinite(told["turn_low"]) and isfinite(told["turn_high"]) and told["turn_high"] > told["turn_low"]
    sure = f" ({low} to {high})" if known else ""
    unit = unit_words(str(told["turn_unit"]))
    above, below = option(data, "turn_above"), option(data, "turn_below")
    what = clean(told["turn_of"])
    return f"It depends on {what}: {above} above {at}{unit}{sure}, below it {below}; today's value is {today}{unit}."


def _unsaid(data: xr.Dataset) -> str:
    by = f"{money(data.attrs['difference'], True)} {UNIT} ({ends(data)})"
    more = float(data.attrs["draws_needed"])
    about = f"about {plain(_rounded(more))} futures would tell" if more <= MOST_DRAWS else "more futures would not tell"
    told = f"{option(data, 'leader')} minus {option(data, 'rival')} is {by}"
    return f"It cannot be said with these data: {told}; {about}."


def _rounded(draws: float) -> float:
    """Return a number of futures, rounded up to two digits."""
    step = 10.0 ** max(len(str(int(draws))) - 2, 0)
    return -(-draws // step) * step


def _amount(data: xr.Dataset, value: object) -> str:
    return amount(str(data.attrs["turn_unit"]), value, float(data.attrs["turn_to"]))


def sentences(data: xr.Dataset) -> list[str]:
    """Return the finding, what stands beside it, and what is decided with it by whom."""
    told = data.attrs
    decided = f"What is decided with it: {clean(told['decision'])} Who decides: {clean(told['decides'])}"
    return [finding(data), *asides(data), *_beside(data), decided]


def _beside(data: xr.Dataset) -> Iterator[str]:
    told = data.attrs
    others = [clean(name) for name in data["plan_title"].values[data["tied"].values > 0]]
    if others and told["form"] != "better":
        yield f"Nor is {title(data, 'leader')} surely better than {_listed(others)}."
    if told["form"] == "depends":
        yield _today(data)
    elif "turn_of" in told:
        yield _unturned(data)


def _listed(titles: Sequence[str]) -> str:
    return " or ".join(f"“{title}”" for title in titles)


def _today(data: xr.Dataset) -> str:
    by = f"{money(data.attrs['difference'])} {UNIT} ({ends(data)})"
    leader, rival = (title(data, key) for key in ("leader", "rival"))
    worlds = [clean(data["world"].sel(plan=str(data.attrs[key])).item()) for key in ("leader", "rival")]
    if worlds[0] != worlds[1]:
        first, second = (f" ({world})" if world else "" for world in worlds)
        return f"Case against case, {leader}{first} is ahead of {rival}{second} by {by}."
    where = f"In the case “{worlds[0]}”" if worlds[0] else "As things are assumed today"
    return f"{where} {leader} is ahead of {rival} by {by}."


def _unturned(data: xr.Dataset) -> str:
    """Say what the number that was varied does, where it does not turn the answer by what matters."""
    told = data.attrs
    low, high = (_amount(data, told[f"turn_{end}"]) for end in ("from", "to"))
    what, unit = clean(told["turn_of"]), unit_words(str(told["turn_unit"]))
    gaps = {"from": float(told["turn_gap_from"]), "to": float(told["turn_gap_to"])}
    if not isfinite(told["turn_at"]) and not any(gaps.values()):
        names = f"{title(data, 'turn_first')} and {title(data, 'turn_second')}"
        return f"{capital(what)} from {low} to {high}{unit} makes no difference between {names}."
    if not isfinite(told["turn_at"]):
        ahead, behind = ("turn_first", "turn_second") if sum(gaps.values()) > 0 else ("turn_second", "turn_first")
        names = f"{title(data, ahead)} stays ahead of {title(data, behind)}"
        return f"{names} for all of {what} from {low} to {high}{unit}."
    at = f"{_amount(data, told['turn_at'])}{unit}"
    if gaps["from"] * gaps["to"] > 0:
        return f"{capital(what)} turns it near {at}, but back again between {low} and {high}{unit}."
    if told["leader"] not in (told["turn_first"], told["turn_second"]):
        return f"Between {title(data, 'turn_first')} and {title(data, 'turn_second')} {what} turns near {at}."
    weak = min(gaps, key=lambda end: abs(gaps[end]))
    if abs(gaps[weak]) >= float(told["materiality"]):
        return f"{capital(what)} may turn it near {at}, but at an end of its range the lead is not beyond luck."
    side, ahead = ("below", "turn_below") if weak == "from" else ("above", "turn_above")
    least = f"at most {money(abs(gaps[weak]))} {UNIT}, which does not matter"
    return f"With {what} {side} {at} {title(data, ahead)} would be ahead, but by {least}."


def _sheets(data: xr.Dataset) -> list[Sheet]:
    worlds = _is_in_worlds(data)
    columns = (
        Column("option", "text"),
        *((Column("where", "text"),) if worlds else ()),
        Column("heads", "text"),
        Column("average", "money"),
        Column("error", "error"),
        Column("less first", "money"),
        Column("its error", "error"),
        Column("loss", "percent"),
        Column("1-in-20 bad", "money"),
        Column("worst 5 %", "money"),
        Column("cash need", "money"),
        Column("limits broken", "heads"),
    )
    figures = ("npv_mean", "npv_se", "gain", "gain_se", "p_loss", "bad", "worst", "need", "broken")
    rows = tuple(
        (
            clean(one["plan_title"].item()),
            *((clean(one["world"].item()),) if worlds else ()),
            heads_path(one["heads"].values.tolist()).replace(" ", "\u00a0"),
            *(float(one[name]) for name in figures),
        )
        for one in (data.isel(plan=place) for place in range(data.sizes["plan"]))
    )
    return [Sheet("Options on the same futures", columns, rows), *_details(data)]


def _details(data: xr.Dataset) -> Iterator[Sheet]:
    if "detail" not in data:
        return
    table = data["detail"]
    forms = str(table.attrs["forms"]).split(",")
    columns = [Column(clean(title), form) for title, form in zip(table["column"].values, forms, strict=True)]
    rows = tuple(
        (clean(title), *map(float, values)) for title, values in zip(table["line"].values, table.values, strict=True)
    )
    yield Sheet(str(table.attrs["long_name"]), (Column("what", "text"), *columns), rows)


def charts(data: xr.Dataset) -> list[Chart]:
    """Return the options with their intervals, and where a threshold was looked up the way to it."""
    name = str(data.attrs["experiment"])
    found = [_worlds_chart(data, name) if _is_in_worlds(data) else _options_chart(data, name)]
    return [*found, _turn_chart(data, f"{name}_turn")] if "turn_gap" in data else found


def _is_in_worlds(data: xr.Dataset) -> bool:
    return len({str(world) for world in data["world"].values}) > 1


def _worlds_chart(data: xr.Dataset, name: str) -> Chart:
    meaning = "Average result of each option in today's money in each case; bars: 95 % interval."
    return interval_chart(
        name, _today(data), meaning, _spots(data, "npv_mean", "npv_se"), "average result", printed=True
    )


def _options_chart(data: xr.Dataset, name: str) -> Chart:
    first = clean(data["plan_title"].values[0])
    spots = _spots(data.isel(plan=slice(1, None)), "gain", "gain_se")
    meaning = f"Result of each option minus that of “{first}” on the same futures; bars: 95 % interval."
    return interval_chart(name, _today(data), meaning, spots, f"minus “{short(first, 26)}”", printed=True)


def _spots(data: xr.Dataset, mean: str, error: str) -> list[Spot]:
    judged = data.isel(plan=data["judged"].values > 0) if mean == "gain" else data
    names = ("plan_title", "world", mean, error)
    rows = zip(*(judged[name].values for name in names), strict=True)
    return [Spot(clean(title), clean(world), float(value), float(se)) for title, world, value, se in rows]


def _turn_chart(data: xr.Dataset, name: str) -> Chart:
    told = data.attrs
    scale = 100.0 if _amount(data, 1.0).endswith("%") else 1.0
    values, gap = data["turn_value"].values * scale, data["turn_gap"].values / MILLION
    half = 1.96 * data["turn_gap_se"].values / MILLION
    figure, axes = blank(2.9, bottom=0.2)
    axes.fill_between(values, gap - half, gap + half, color=FAINT, zorder=1)
    axes.plot(values, gap, color=BLUE, linewidth=1.8, zorder=3)
    axes.axhline(0, color=INK, linewidth=0.8, zorder=2)
    axes.axvline(
        told["turn_today"] * scale, color=GREEN, linewidth=1.4, linestyle=(0, (4, 2)), label=_mark(data, "today")
    )
    if isfinite(told["turn_at"]):
        axes.axvline(
            told["turn_at"] * scale, color=GREY, linewidth=1.4, linestyle=(0, (1, 1.3)), label=_mark(data, "at")
        )
    axes.legend(loc="best")
    unit = _axis_unit(str(told["turn_unit"]), scale > 1)
    what = clean(told["turn_of"])
    first, second = title(data, "turn_first"), title(data, "turn_second")
    axes.set(xlabel=f"{capital(what)}{unit}", ylabel=f"{short(first, 18)}\nless {short(second, 18)}, {UNIT}")
    heading = f"{first} less {second} along {what}"
    meaning = "Above 0 the first is ahead. Same futures; grey: 95 % interval; the other assumptions as they are."
    columns = (Column(what, "text"), Column("first less second", "money"), Column("error", "error"))
    rows = tuple(
        (_amount(data, float(value)), float(mean), float(se))
        for value, mean, se in zip(
            data["turn_value"].values, data["turn_gap"].values, data["turn_gap_se"].values, strict=True
        )
    )
    return Chart(name, heading, meaning, inline_svg(figure, name, heading, meaning), columns, rows)


def _mark(data: xr.Dataset, key: str) -> str:
    """Return what an upright line of the picture is, with its value."""
    words = {"today": "today", "at": "turns at"}
    return f"{words[key]} {_amount(data, float(data.attrs[f'turn_{key}']))}{unit_words(str(data.attrs['turn_unit']))}"


def _axis_unit(unit: str, shares: bool) -> str:
    """Return a unit as it stands behind an axis's name."""
    if unit == "factor":
        return ", factor"
    return f", %{unit_words(unit)}" if shares else unit_words(unit).replace(" ", ", ", 1)


EXPERIMENT = View("experiment", "Experiment", sentences, _sheets, charts)
