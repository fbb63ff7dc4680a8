"""Which numbers carry a result and where the recommendation turns, told from the stored dataset."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.reach_words import told_fitted, told_reach
from reports.sensitivity_charts import TORNADO, Bar, bar_chart, map_chart, tornado_chart, tornado_rows
from reports.words import capital, clean, error, money, percent, plain

TOLD = 3
"""Causes named in a sentence."""
TOGETHER = "with what it does together with others"
INDEPENDENT = (
    "Numbers are moved independently of each other, but for those that were linked; a column of partners moves as one. "
    "Shares are told of groups that do not hang together, so that they are shares of one whole."
)
DRAWN = (
    "All draws are independent of each other; what lines and partners have in common is the market's share. Thin lines "
    "are 95 % intervals."
)


def sentences(data: xr.Dataset) -> list[str]:
    """Return what carries the result, what takes the lead, and where the recommendation changes."""
    return [*_alone(data), *_anywhere(data), *_causes(data), *_pulls(data), *_named(data), *_turns(data), *_map(data)]


def _number(data: xr.Dataset, name: str) -> float:
    return float(data[name])


def _ends(row: xr.Dataset) -> str:
    """Return "−15.0 M CNY at 50 %, +22.7 at 150 %"."""
    parts = [
        f"{money(float(row['at_end'][end]), True)} at {row['end_text'][end].item()}"
        for end in np.argsort(row["end_value"].values)
        if np.isfinite(row["at_end"][end])
    ]
    return ", ".join(parts)


def _alone(data: xr.Dataset) -> Iterator[str]:
    rows = [data.isel(number=place) for place in range(min(TOLD, data.sizes["number"]))]
    told = "; ".join(
        f"“{clean(row['number_title'].item())}” ({_ends(row)}; today {row['value_text'].item()})" for row in rows
    )
    today = f"{money(float(data['npv_mean'][0]), True)} {error(float(data['npv_se'][0]))} M CNY"
    yield f"As it is the plan brings {today}. Alone, these numbers move it most, in M CNY: {told}."
    turned = [
        clean(title)
        for title, ends, errors in zip(
            data["number_title"].values, data["at_end"].values, data["at_end_se"].values, strict=True
        )
        if (ends + Z95 * errors < 0).any()
    ]
    asked = int(_number(data, "numbers_asked"))
    if not turned:
        yield f"None of {asked} numbers with a range takes the result below 0 alone."
    else:
        more = f" and {len(turned) - 2 * TOLD} more" if len(turned) > 2 * TOLD else ""
        listed = "; ".join(turned[: 2 * TOLD])
        yield f"{len(turned)} of {asked} numbers with a range take the result below 0 alone: {listed}{more}."


def _anywhere(data: xr.Dataset) -> Iterator[str]:
    yield told_reach(data, _number(data, "anywhere"), _number(data, "anywhere_se"), float(data["npv_mean"][0]))
    yield (
        f"With all {int(_number(data, 'numbers_moved'))} numbers anywhere in their ranges at once the plan brings less "
        f"than nothing on average at {percent(_number(data, 'anywhere_loses'))} of the points."
    )
    share = _number(data, "numbers_share")
    yield (
        f"Of the spread of the result (as a rule {money(_number(data, 'sd'))} M CNY from its average) "
        f"{percent(share)} comes from these numbers, {percent(1 - share)} from chance."
    )
    yield from told_fitted(data)


def _causes(data: xr.Dataset) -> Iterator[str]:
    yield f"Of what the numbers make, {_largest(data, 'cause')}."
    alone = float(data["cause_alone"].sum())
    if alone < 0.95:
        yield f"{percent(1 - max(alone, 0.0))} of it no cause makes alone: it comes from what they do together."
    if "source" in data:
        yield f"Of what chance makes, {_largest(data, 'source')}."


def _largest(data: xr.Dataset, dim: str) -> str:
    order = np.argsort(-data[f"{dim}_whole"].values, kind="stable")[:TOLD]
    parts = [
        f"“{clean(data[dim].values[place])}” makes {percent(float(data[f'{dim}_whole'][place]))} "
        f"({percent(float(data[f'{dim}_whole_low'][place]))} to {percent(float(data[f'{dim}_whole_high'][place]))})"
        for place in order
    ]
    return f"{parts[0]} {TOGETHER}" + "".join(f", {part}" for part in parts[1:])


def _pulls(data: xr.Dataset) -> Iterator[str]:
    for kind, what in (("numbers", "all numbers moving at once"), ("chance", "all numbers as they are")):
        rows = [row for row in _pulled(data) if row.series == kind and row.low * row.high > 0]
        if rows:
            told = "; ".join(f"“{row.label}” {_strict(row.value)}" for row in rows[:TOLD])
            rest = f", which with the others told explains {percent(_number(data, f'{kind}_told'))} of its order"
            yield f"With {what} the result follows most strictly (−1 to 1): {told}{rest}."


def _strict(value: float) -> str:
    return plain(round(value, 2), True)


def _pulled(data: xr.Dataset) -> list[Bar]:
    return [
        Bar(clean(row["pulled_title"].item()), str(row["pulled_kind"].item()), *_three(row, "pull"))
        for row in (data.isel(pulled=place) for place in range(data.sizes["pulled"]))
    ]


def _three(row: xr.Dataset, name: str) -> tuple[float, float, float]:
    return float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"])


def _named(data: xr.Dataset) -> Iterator[str]:
    if "move" not in data:
        return
    titles = [clean(title) for title in data["move_title"].values]
    alone, joined = data["move_alone"].values, data["move_joined"].values
    rival = clean(data["rival_title"].values[-1])
    yield f"The most harmful of {len(titles)} named moves: {titles[0]}, {money(float(alone[0]), True)} M CNY."
    for what, values in (
        ("take the result below 0", joined),
        (f"take the lead over “{rival}”", data["move_joined_lead"].values),
    ):
        gone = np.flatnonzero(values < 0)
        if not gone.size:
            yield f"Even all {len(titles)} together do not {what}: {money(float(values[-1]), True)} M CNY."
        elif gone[0] == 0:
            yield f"Alone it is enough to {what}."
        else:
            first = int(gone[0])
            told = f"{money(float(values[first]), True)} M CNY"
            yield f"Together with the next {first} ({'; '.join(titles[1 : first + 1])}) it is enough to {what}: {told}."


def _turns(data: xr.Dataset) -> Iterator[str]:
    if "rival" not in data:
        return
    for place, rival in enumerate(map(str, data["rival"].values)):
        row, title = data.isel(rival=place), clean(data["rival_title"].values[place])
        if not np.isfinite(row["distance"]):
            yield f"No joint move found inside the ranges makes the plan worse than “{title}”."
            continue
        if float(row["distance"]) == 0:
            yield f"“{title}” is no worse than the plan already as it is."
            continue
        steps = [data.isel(step=k) for k in range(data.sizes["step"]) if str(data["step_rival"].values[k]) == rival]
        listed = "; ".join(
            f"{clean(s['step_title'].item())} {s['step_value'].item()} → {s['step_to'].item()}" for s in steps
        )
        again = f"{money(float(row['lead_fresh']), True)} {error(float(row['lead_fresh_se']))} M CNY"
        yield (
            f"The smallest joint move found after which the plan is no better than “{title}” is "
            f"{float(row['distance']):.3f} ± {float(row['distance_se']):.3f} of a range: {listed}. "
            f"On fresh futures the lead there is {again}."
        )


def _map(data: xr.Dataset) -> Iterator[str]:
    if "map_best" not in data:
        return
    best, equal = data["map_best"].values, data["map_equal"].values.astype(bool)
    points = int((best >= 0).sum())
    titles = [clean(title) for title in data["plan_title"].values]
    numbers = f"“{clean(data['first_title'].item())}” and “{clean(data['second_title'].item())}”"
    counts = [(int((best == place).sum()), title) for place, title in enumerate(titles)]
    told = "; ".join(f"“{title}” at {count}" for count, title in sorted(counts, key=lambda each: -each[0]) if count)
    fine = int((equal[0] & (best >= 0)).sum())
    yield (
        f"On the map of {numbers} the best of {len(titles)} plans is: {told} of {points} points. “{titles[0]}” is best "
        f"or no worse by more than {money(float(data.attrs['materiality']))} M CNY and chance at {fine} of them."
    )


def _sheets(data: xr.Dataset) -> list[Sheet]:
    sheets = [Sheet("One number at a time", TORNADO, tornado_rows(data))]
    return [*sheets, *_named_sheet(data), *_steps_sheet(data)]


def _named_sheet(data: xr.Dataset) -> Iterator[Sheet]:
    if "move" not in data:
        return
    columns = (
        Column("named move, most harmful first", "text"),
        Column("alone", "money"),
        Column("with all before it", "money"),
        Column("error", "error"),
        Column(f"then “{clean(data['rival_title'].values[-1])}”", "money"),
        Column("lead then", "money"),
        Column("error of the lead", "error"),
    )
    names = ("alone", "joined", "joined_se", "joined_rival", "joined_lead", "joined_lead_se")
    rows = tuple(
        (clean(data["move_title"].values[k]), *(float(data[f"move_{name}"][k]) for name in names))
        for k in range(data.sizes["move"])
    )
    yield Sheet("Named bad moves, alone and together", columns, rows)


def _steps_sheet(data: xr.Dataset) -> Iterator[Sheet]:
    if not data.sizes.get("step", 0):
        return
    columns = (
        Column("against", "text"),
        Column("number", "text"),
        Column("today", "text"),
        Column("at the turn", "text"),
        Column("share of its range", "percent"),
    )
    titles = dict(zip(map(str, data["rival"].values), map(clean, data["rival_title"].values), strict=True))
    rows = tuple(
        (
            titles[str(data["step_rival"].values[k])],
            *(clean(data[name].values[k]) for name in ("step_title", "step_value", "step_to")),
            float(data["step_share"][k]),
        )
        for k in range(data.sizes["step"])
    )
    yield Sheet("Smallest joint move", columns, rows)


def _charts(data: xr.Dataset) -> list[Chart]:
    charts = [tornado_chart(data, next(_alone(data))), _share_chart(data, "cause", "numbers", INDEPENDENT)]
    if "source" in data:
        charts.append(_share_chart(data, "source", "chance", DRAWN))
    for kind, title in (("numbers", "numbers"), ("chance", "draws")):
        bars = [bar for bar in _pulled(data) if bar.series == kind]
        if bars:
            finding = next((told for told in _pulls(data) if (kind == "numbers") == ("moving" in told)), capital(title))
            meaning = (
                "How the order of the result follows the order of each, the others held; 1 is "
                "strictly with it, −1 strictly against it. Thin lines are 95 % intervals."
            )
            charts.append(bar_chart(f"pull-of-{title}", finding, meaning, bars, "how strictly, −1 to 1", "heads"))
    if "map_best" in data:
        charts.append(map_chart(data, next(_map(data))))
    return charts


def _share_chart(data: xr.Dataset, dim: str, what: str, meaning: str) -> Chart:
    order = np.argsort(-data[f"{dim}_whole"].values, kind="stable")
    bars = [
        Bar(clean(data[dim].values[place]), series, *_three(data.isel({dim: int(place)}), f"{dim}_{name}"))
        for place in order
        for name, series in (("alone", "alone"), ("whole", TOGETHER))
    ]
    finding = f"Of what {'the numbers make' if dim == 'cause' else 'chance makes'}, {_largest(data, dim)}."
    across = f"share of the spread that {what} make, %" if dim == "cause" else "share of the spread of chance, %"
    return bar_chart(f"shares-of-{what}", finding, meaning, bars, across, "percent")


SENSITIVITY = View(
    "sensitivity",
    "Which numbers carry the result, and where does the recommendation turn?",
    sentences,
    _sheets,
    _charts,
)
