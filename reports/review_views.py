"""The monthly review: keep or switch, money to date, lights, milestones, beliefs, were our ranges right?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from reports.answer import Sheet, View
from reports.drawing import BLUE, GREY, INK, MILLION, UNIT, VERMILION, Chart, Column, blank, calendar_axis, inline_svg
from reports.interval_charts import Spot, interval_chart
from reports.words import calendar, error, in_words, money, percent, plain

PARTS = {
    "volume": "volume",
    "price": "price",
    "mix": "mix of lines",
    "heads": "heads",
    "pay": "pay of a head",
    "other": "other money",
}
HOW = {
    "weighed": "futures weighed by how well they tell what was seen",
    "drawn anew": "futures drawn anew around what was seen, because too few of the plan's own told it",
    "wider error": "futures weighed with a wider error than stated, because too few tell what was seen: rough chances",
}
SAID = {"expand": "goes on as planned", "hold": "stays as it is", "stop": "ends"}
NAMES = {"nps": "NPS"}
STOP = "Stop now"
MOST = 8
"""Lights told as sentences; the table holds all."""


def _date(data: xr.Dataset, month: object) -> str:
    return calendar(str(data.attrs["start"]), month)


def sentences(data: xr.Dataset) -> list[str]:
    """Return the review as sentences, what to do first."""
    return [_verdict(data), _money(data), *_lights(data), *_gates(data), _result(data), *_beliefs(data), *_record(data)]


def _ways(data: xr.Dataset) -> list[tuple[str, float, float, float]]:
    names = zip(
        data["way_title"].values, data["gain"].values, data["gain_se"].values, data["leaving"].values, strict=True
    )
    return [(str(title), float(gain), float(se), float(once)) for title, gain, se, once in names]


def _told(way: tuple[str, float, float, float]) -> str:
    title, gain, se, once = way
    paid = f"{money(once)} {UNIT} of that paid once for the change" if once > 0 else "nothing more paid once"
    return f"“{title}” is worth {money(gain, True)} {error(se)} {UNIT} against it on the same futures, {paid}"


def _verdict(data: xr.Dataset) -> str:
    """Return what to do, in a sentence."""
    _, *others = _ways(data)
    matters = f"{money(data.attrs['materiality'])} {UNIT}"
    date = _date(data, data.attrs["months"])
    if not others:
        return f"Keep the plan after {date}: nothing else can be done any more."
    best = max(others, key=lambda way: way[1])
    if data.attrs["verdict"] == "switch":
        return f"Switch after {date}: {_told(best)}; that matters ({matters} or more) and is beyond sampling error."
    if data.attrs["verdict"] == "keep":
        next_one = f"The next one, {_told(best)}.{_stop(others, best)}"
        return f"Keep the plan after {date}: no other way is better by {matters} or more. {next_one}"
    if data.attrs["power"] < 1.0:
        few = "too few of the futures tell what was seen, so that nothing is ruled out"
        return (
            f"After {date} it cannot be said whether to keep the plan: {few}; ask with more --scenarios. {_told(best)}."
        )
    return f"Keep the plan after {date}, for now: {_told(best)}, which is not shown to matter ({matters})."


def _stop(others: list[tuple[str, float, float, float]], best: tuple[str, float, float, float]) -> str:
    """Return what stopping is worth where it is not the way told anyhow."""
    found = [way for way in others if way[0] == STOP and way != best]
    return f" {_told(found[0])}." if found else ""


def _money(data: xr.Dataset) -> str:
    """Return the difference to date by its parts."""
    to = _date(data, data.attrs["months"])
    if "row" not in data.sizes:
        return f"To {to} no money is known yet."
    parts = data["difference"].sum("row")
    whole = f"{money(float(parts.sum()), True)} {UNIT}"
    named = [f"{PARTS[str(p)]} {money(float(v), True)}" for p, v in zip(data["part"].values, parts.values, strict=True)]
    return f"To {to} the rows that are known bring {whole} against the plan's average: {', '.join(named)}."


def _amount(value: object, unit: str) -> str:
    if unit == "CNY":
        return f"{money(value)} {UNIT}"
    return f"{plain(round(float(str(value)), 1))} {unit}".strip()


def _off(data: xr.Dataset) -> xr.Dataset:
    return data.isel(light=np.nonzero(data["side"].values)[0])


def _lights(data: xr.Dataset) -> Iterator[str]:
    """Yield what is off two months running."""
    if "light" not in data.sizes:
        yield "No light: no assumption is known for two months yet."
        return
    # The surest first: of many only the first are named.
    found, count = _off(data), data.sizes["light"]
    found = found.isel(light=np.argsort(-found["red"].values, kind="stable"))
    partners = [place for place, key in enumerate(found["light"].values) if str(key).startswith("partner.")]
    for place in partners:
        one = found.isel(light=place)
        yield f"Red light: {one['light_title'].item()} is not at work, for two months or more, and was to be."
    rest = [place for place in range(found.sizes["light"]) if place not in partners]
    for place in rest[:MOST]:
        one = found.isel(light=place)
        unit, side = str(one["light_unit"].item()), "below" if int(one["side"]) < 0 else "above"
        actual, low, high = (_amount(one[f"light_{name}"].item(), unit) for name in ("actual", "low", "high"))
        colour = "Red" if int(one["red"]) else "Yellow"
        yield (
            f"{colour} light: {one['light_title'].item()} lies {side} its range two months running: {actual} in "
            f"{_date(data, int(one['light_month']))}, 1-in-10 to 9-in-10 case {low} to {high}."
        )
    if len(rest) > MOST:
        yield f"{len(rest) - MOST} more assumptions are off two months running; the table names them."
    if not found.sizes["light"]:
        yield f"No light: none of {count} assumptions lies outside its 1-in-10 to 9-in-10 range two months running."
    yield _by_chance(data)


def _by_chance(data: xr.Dataset) -> str:
    """Say how often chance alone lights something in a plan that goes as planned."""
    told = data.attrs
    expected, ever, red = f"{told['lights_expected']:.1f}", percent(told["lights_ever"]), percent(told["lights_red"])
    return (
        f"Chance alone lights too: if all goes as planned, {expected} assumptions in a month on average and any so far "
        f"in {ever} of plans, a red one in {red}."
    )


def _gates(data: xr.Dataset) -> Iterator[str]:
    """Yield where each milestone stands: marks reached or missed, chances of those to come, and its verdict."""
    for title in dict.fromkeys(map(str, data["mark_gate"].values)) if "mark" in data.sizes else ():
        own = data.isel(mark=[place for place, gate in enumerate(data["mark_gate"].values) if str(gate) == title])
        month = int(own["mark_month"].values[0])
        marks = [_mark(own.isel(mark=place), month <= data.attrs["months"]) for place in range(own.sizes["mark"])]
        asked = [place for place, gate in enumerate(data["option_gate"].values) if str(gate) == title]
        said = [
            _said(data.isel(option=p), month <= data.attrs["months"]) for p in asked if int(data["option_asked"][p])
        ]
        end = f" Gate: {'; '.join(said)}." if said else " The plan asks no gate here."
        yield f"{title}, {_date(data, month)}: {'; '.join(marks)}.{end}"


def _mark(mark: xr.Dataset, past: bool) -> str:
    name = str(mark["mark_name"].item())
    name, least = NAMES.get(name, in_words(name)), float(mark["mark_least"])
    known, now, planned = (float(mark[f"mark_{key}"]) for key in ("known", "now", "planned"))
    wanted = percent(least) if name == "conversion" else plain(least)
    if not np.isnan(known):
        told = percent(known) if name == "conversion" else plain(round(known, 1))
        return f"{name} {'reached' if now > 0.5 else 'missed'} ({told} of {wanted})"
    told = f"chance of {name} ({wanted}) now {percent(now)}, {percent(planned)} as planned"
    return f"{told}, not told by the sheet" if past else told


def _said(option: xr.Dataset, past: bool) -> str:
    now = {str(n): float(v) for n, v in zip(option["verdict_name"].values, option["option_now"].values, strict=True)}
    planned = dict(zip(now, map(float, option["option_planned"].values), strict=True))
    title = f"“{option['option_title'].item()}”"
    sure = [name for name, chance in now.items() if chance > 1 - 1e-9]
    if past and sure:
        return f"{title}: the unit {SAID[sure[0]]}"
    return f"{title}: " + ", ".join(f"{percent(now[n])} it {SAID[n]} ({percent(planned[n])} as planned)" for n in now)


def _result(data: xr.Dataset) -> str:
    now, planned = (f"{money(data[f'result_{n}'].item(), True)} {UNIT}" for n in ("now", "planned"))
    loss, before = (percent(data[f"p_loss_{name}"].item()) for name in ("now", "planned"))
    se = error(data["result_now_se"].item())
    return (
        f"Kept, the plan now brings {now} {se} in today's money on average (as planned {planned}); chance of loss "
        f"{loss} (as planned {before}). {_rests(data)}"
    )


def _rests(data: xr.Dataset) -> str:
    told, count = data.attrs, plain(round(float(data.attrs["equally_good"])))
    first = plain(round(float(told["equally_good_at_first"])))
    more = "" if told["how"] == "weighed" else f"; the plan's own alone would have been worth {first}"
    return f"This rests on {HOW[str(told['how'])]}, worth {count} equally good ones of {told['scenarios']:,}{more}."


def _share(value: object, unit: str) -> str:
    return percent(value) if unit in ("share", "a year", "of plan") else f"{plain(round(float(str(value)), 2))} {unit}"


def _beliefs(data: xr.Dataset) -> Iterator[str]:
    """Yield what was believed of single assumptions, and is now."""
    for place in range(data.sizes.get("belief", 0)):
        one = data.isel(belief=place)
        unit = str(one["belief_unit"].item())
        before, after = (
            f"{_share(one[f'{when}_mean'].item(), unit)} ({_share(one[f'{when}_low'].item(), unit)} to "
            f"{_share(one[f'{when}_high'].item(), unit)})"
            for when in ("before", "after")
        )
        of = " of plan" if unit == "of plan" else ""
        yield f"{one['belief'].item()}: believed {before}{of}, now {after}; {one['belief_data'].item()}."


def _record(data: xr.Dataset) -> Iterator[str]:
    """Yield whether the plan's ranges were right."""
    count, inside = int(data["ranged"]), int(data["inside"])
    if not count:
        yield "Were our ranges right? No figure with a range is known yet."
        return
    low, high = (percent(float(data[f"inside_{end}"])) for end in ("low", "high"))
    held = float(data["inside_low"]) <= 0.8 <= float(data["inside_high"])
    fits = "as it should be" if held else "too rarely" if float(data["inside_high"]) < 0.8 else "too often"
    yield (
        f"Were our ranges right? Of {count:,} figures {inside:,} ({percent(inside / count)}) lay in their 1-in-10 to "
        f"9-in-10 range where 80 % should, {fits}: exact 95 % interval {low} to {high}, as if months were independent, "
        f"which they are not."
    )
    fifths = [int(value) for value in data["fifths"].values]
    lean = np.array(fifths) / count
    where = "evenly" if float(data["fifths_chance"]) >= 0.05 else _lean(lean)
    told = ", ".join(map(str, fifths))
    yield f"From the lowest fifth of the futures to the highest the figures fell {where}: {told}."


def _lean(share: Any) -> str:
    low, high, ends = share[:2].sum(), share[3:].sum(), share[0] + share[4]
    if low > 0.5 or high > 0.5:
        return "low: we expected too much" if low > high else "high: we expected too little"
    return "too often outside: our ranges were too narrow" if ends > 0.4 else "too often in the middle: too wide"


def _sheets(data: xr.Dataset) -> list[Sheet]:
    makers = {"row": _ledger, "way": _choices, "light": _assumptions, "mark": _milestones}
    return [make(data) for axis, make in makers.items() if axis in data.sizes]


def _ledger(data: xr.Dataset) -> Sheet:
    money_columns = ("plan", "actual", "difference", *(PARTS[str(part)] for part in data["part"].values))
    columns = (Column("row", "text"), *(Column(name, "money") for name in money_columns))
    rows = [
        (str(name), float(plan), float(actual), float(parts.sum()), *map(float, parts))
        for name, plan, actual, parts in zip(
            data["row"].values,
            data["plan_money"].values,
            data["actual_money"].values,
            data["difference"].values,
            strict=True,
        )
    ]
    parts = data["difference"].values.sum(axis=0)
    whole = ("Result of these rows", None, None, float(parts.sum()), *map(float, parts))
    title = f"Plan and actual to {_date(data, data.attrs['months'])}, and what the difference does to the result"
    return Sheet(title, columns, (*rows, whole))


def _choices(data: xr.Dataset) -> Sheet:
    columns = (
        Column("what can be done now", "text"),
        Column("against keeping the plan", "money"),
        Column("error", "error"),
        Column("paid once for the change", "money"),
    )
    return Sheet("Keep or switch, same futures", columns, tuple(_ways(data)))


def _assumptions(data: xr.Dataset) -> Sheet:
    columns = (
        Column("assumption", "text"),
        Column("unit", "text"),
        Column("last known month", "text"),
        Column("actual", "heads"),
        Column("1-in-10 case", "heads"),
        Column("9-in-10 case", "heads"),
        Column("light", "text"),
    )
    names = ("light_title", "light_unit", "light_label", "light_actual", "light_low", "light_high", "side", "red")
    rows = [tuple(data[name].values[place] for name in names) for place in range(data.sizes["light"])]
    kept = [row for row in rows if row[6] or any(row[3:6])]
    told = [(*map(str, row[:3]), *map(float, row[3:6]), _colour(int(row[6]), int(row[7]))) for row in kept]
    return Sheet("Assumptions against their ranges", columns, tuple(told))


def _colour(side: int, red: int) -> str:
    return f"{'red' if red else 'yellow'}, {'below' if side < 0 else 'above'}" if side else ""


def _milestones(data: xr.Dataset) -> Sheet:
    columns = (
        Column("milestone", "text"),
        Column("month", "text"),
        Column("mark", "text"),
        Column("least", "heads"),
        Column("reached so far", "heads"),
        Column("chance as planned", "percent"),
        Column("chance now", "percent"),
    )
    rows = [
        (
            str(one["mark_gate"].item()),
            _date(data, int(one["mark_month"])),
            in_words(one["mark_name"].item()),
            float(one["mark_least"]),
            float(one["mark_known"]),
            float(one["mark_planned"]),
            float(one["mark_now"]),
        )
        for one in (data.isel(mark=place) for place in range(data.sizes["mark"]))
    ]
    return Sheet("Milestones", columns, tuple(rows))


def _charts(data: xr.Dataset) -> list[Chart]:
    _, *others = _ways(data)
    spots = [Spot(title, "", gain, se) for title, gain, se, _ in others]
    charts = [_course(data)]
    if spots:
        meaning = "Each other way to go on minus keeping the plan, on the same futures; bars: 95 % interval."
        charts.append(interval_chart("ways", _verdict(data), meaning, spots, "against keeping the plan"))
    return charts


def _course(data: xr.Dataset) -> Chart:
    """Return monthly revenue: range as planned, actual, and range now for the months to come."""
    months, done = data["month"].values, int(data.attrs["months"])
    stated, now, actual = (data[f"revenue_{name}"].values / MILLION for name in ("stated", "now", "actual"))
    figure, axes = blank(3.2, bottom=0.24)
    middle = months - 0.5
    axes.fill_between(middle, stated[0], stated[2], color=GREY, alpha=0.25, linewidth=0, label="range as planned")
    axes.plot(middle, stated[1], color=GREY, linewidth=1.2, linestyle="dashed", label="middle case as planned")
    axes.fill_between(
        middle[done:], now[0, done:], now[2, done:], color=BLUE, alpha=0.3, linewidth=0, label="range now"
    )
    axes.plot(middle[done:], now[1, done:], color=BLUE, linewidth=1.6, label="middle case now")
    axes.plot(middle, actual, color=VERMILION, linewidth=1.8, marker="o", markersize=3, label="actual")
    axes.axvline(done, color=INK, linewidth=0.8)
    calendar_axis(axes, str(data.attrs["start"]), len(months))
    axes.set_ylim(bottom=0)
    axes.set_ylabel(f"revenue a month, {UNIT}")
    axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.16), ncols=3, borderaxespad=0, handlelength=1.6)
    names = [str(level) for level in ("1-in-10 case", "middle case", "9-in-10 case")]
    both = [f"{name}, {when}" for when in ("as planned", "now") for name in names]
    columns = (Column("month", "text"), *(Column(name, "money") for name in ("actual", *both)))
    rows = tuple(
        (
            _date(data, int(month)),
            float(data["revenue_actual"].values[place]),
            *map(float, data["revenue_stated"].values[:, place]),
            *map(float, data["revenue_now"].values[:, place]),
        )
        for place, month in enumerate(months)
    )
    meaning = "Revenue by month: likely range (1-in-10 to 9-in-10 case) as planned, actuals, and likely range now."
    finding = _expected(data)
    return Chart("course", finding, meaning, inline_svg(figure, "course", finding, meaning), columns, rows)


def _expected(data: xr.Dataset) -> str:
    done = int(data.attrs["months"])
    later = [float(data[f"revenue_{name}"].values[1, done:].sum()) for name in ("now", "stated")]
    if not later[0] and not later[1]:
        return "Revenue as it came, against its range as planned."
    change = percent(later[0] / later[1] - 1.0, plus=True) if later[1] else money(later[0], True)
    return f"In the middle case the revenue of the months to come is now {change} against the plan."


REVIEW = View("review", "Where do we stand, and do we keep the plan?", sentences, _sheets, _charts)
