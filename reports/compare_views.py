"""Plans held against each other: how much better, how sure, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import xarray as xr

from model import summary
from reports.answer import Sheet, View
from reports.drawing import UNIT, Chart, Column
from reports.interval_charts import Held, interval_chart
from reports.money_charts import plan_title, reach_curves
from reports.pair_words import (
    ALIKE,
    BETTER,
    TURNED,
    all_pairs,
    brief,
    called,
    gap_of,
    listed,
    pair_of,
    plans_of,
    ranged,
)
from reports.words import heads_path, is_number, money, percent, plain

TITLES = {"mean": "average", "p05": "1-in-20 bad case", "p50": "middle case", "worst": "average of the worst 5 %"}
WHOM = {
    "every case": "in every case",
    "every cautious board": "for every cautious board",
    "neither": "depends on caution",
    "cannot be said": "cannot be said",
}


def _best(data: xr.Dataset, figure: str) -> str:
    return str(data["plan"].values[int(data["value"].sel(figure=figure).argmax("plan"))])


def _sentence(data: xr.Dataset, plan: str, other: str, figure: str = "mean") -> str:
    """Return what may be said of a pair, in one of three forms."""
    value, low, high, verdict = gap_of(data, plan, other, figure)
    a, b = called(data, plan), called(data, other)
    if verdict in TURNED:
        a, b, ends = (a, b, (value, low, high)) if verdict == BETTER else (b, a, (-value, -high, -low))
        return f"{a} is better than {b} by {ranged(*ends, plus=False)} {UNIT}."
    told = f"{ranged(value, low, high)} {UNIT}"
    if verdict == ALIKE:
        return f"Between {a} and {b} there is no difference that matters: {told}."
    return f"Whether {a} or {b} is better cannot be said with {_futures(data)}: {told}."


def _futures(data: xr.Dataset) -> str:
    return f"{plain(int(data.attrs['scenarios']))} futures"


def sentences(data: xr.Dataset) -> list[str]:
    """Return the best plan, what may be said of it against each other one, and for whom it is the best."""
    best = _best(data, "mean")
    others = [plan for plan in plans_of(data) if plan != best]
    sure, matter = percent(float(data.attrs["confidence"])), money(float(data.attrs["materiality"]))
    return [
        _head(data, best),
        *(_sentence(data, best, plan) for plan in others),
        f"All ranges of a figure hold together with {sure} confidence; less than {matter} {UNIT} does not matter.",
        *_bad_cases(data, best),
        _hurdle(data, best),
        *_whom(data, best, others),
        _price(data, best),
    ]


def _head(data: xr.Dataset, best: str) -> str:
    worth = money(float(data["npv_mean"].sel(plan=best)), True)
    return f"{called(data, best)} has the best average result of {data.sizes['plan']} plans, {worth} {UNIT}."


def _bad_cases(data: xr.Dataset, best: str) -> Iterator[str]:
    if not is_number(float(data["value"].sel(figure="worst", plan=best))):
        return
    safest = _best(data, "worst")
    worth = money(float(data["value"].sel(figure="worst", plan=safest)), True)
    head = f"By the average of the worst 5 % {called(data, safest)} is best, {worth} {UNIT}"
    yield f"{head}." if safest == best else f"{head}. By that figure: {_sentence(data, safest, best, 'worst')}"


def _hurdle(data: xr.Dataset, best: str) -> str:
    reach, amount = data["reach"], money(float(data.attrs["hurdle"]), True)
    most = [plan for plan in plans_of(data) if float(reach.sel(plan=plan)) == float(reach.max())]
    told = f"The chance of reaching {amount} {UNIT} is highest for {listed([called(data, p) for p in most])}"
    own = "" if best in most else f"; {called(data, best)} {percent(float(reach.sel(plan=best)))}"
    return f"{told}, {percent(float(reach.max()))}{own}."


def _whom(data: xr.Dataset, best: str, others: Sequence[str]) -> Iterator[str]:
    for order in ("every case", "every cautious board"):
        for side, start in ((1, f"{called(data, best)} is better {WHOM[order]} than"), (-1, "")):
            found = [called(data, plan) for plan in others if _ordered(data, best, plan) == (order, side)]
            if found and side == 1:
                yield f"{start} {listed(found)}."
            elif found:
                yield f"{listed(found)}: better {WHOM[order]} than {called(data, best)}."
    split = [called(data, plan) for plan in others if _ordered(data, best, plan)[0] == "neither"]
    if split:
        them = split[0] if len(split) == 1 else f"each of {listed(split)}"
        yield f"How cautious the board is decides between {called(data, best)} and {them}."


def _ordered(data: xr.Dataset, plan: str, other: str) -> tuple[str, int]:
    found, turned = pair_of(data, plan, other)
    side = int(found["whom_side"])
    return str(found["whom"].item()), -side if turned else side


def _price(data: xr.Dataset, best: str) -> str:
    mean, bad = (float(data[name].sel(plan=best)) for name in ("price", "price_bad"))
    told = f"The price of having chosen {called(data, best)} wrongly is {money(mean)} {UNIT} on average"
    return f"{told}, {money(bad)} in the 1-in-20 bad case." if is_number(bad) else f"{told}."


def _charts(data: xr.Dataset) -> list[Chart]:
    best = _best(data, "mean")
    others = [plan for plan in plans_of(data) if plan != best]
    spots = []
    for plan in others:
        for figure in ("mean", "worst"):
            value, low, high, _ = gap_of(data, best, plan, figure)
            if is_number(value):
                se = float(pair_of(data, best, plan)[0]["difference_se"].sel(figure=figure))
                spots.append(Held(f"minus {plan_title(data, plan)}", TITLES[figure], value, se, low, high))
    matter = float(data.attrs["materiality"])
    meaning = (
        f"Same futures: {plan_title(data, best)} minus each other plan; bars: ranges that hold for all pairs together; "
        "shaded: what does not matter."
    )
    finding = _head(data, best)
    charts = [interval_chart("differences", finding, meaning, spots, "same futures, difference", within=matter)]
    if summary.supported(0.5, data.sizes["scenario"]):
        curves = [(plan_title(data, plan), data["npv"].sel(plan=plan).values) for plan in [best, *others]]
        charts.append(reach_curves(curves, _hurdle(data, best)))
    return charts


def _sheets(data: xr.Dataset) -> list[Sheet]:
    columns = (
        Column("plan", "text"),
        Column("heads", "text"),
        *(Column(title, "money") for title in TITLES.values()),
        Column(f"reaches {money(float(data.attrs['hurdle']), True)} {UNIT}", "percent"),
        Column("price of having chosen wrongly", "money"),
    )
    rows = tuple(
        (
            plan_title(data, plan),
            heads_path(data["heads"].sel(plan=plan).values.tolist()),
            *(float(data["value"].sel(figure=figure, plan=plan)) for figure in TITLES),
            float(data["reach"].sel(plan=plan)),
            float(data["price"].sel(plan=plan)),
        )
        for plan in plans_of(data)
    )
    return [Sheet("Each plan", columns, rows), _pair_sheet(data), _chance_sheet(data)]


def _pair_sheet(data: xr.Dataset) -> Sheet:
    columns = (
        Column("plan", "text"),
        Column("minus", "text"),
        *(Column(f"{title} (range), {UNIT}", "text") for title in TITLES.values()),
        Column("so, on average", "text"),
    )
    rows = tuple(
        (
            brief(data, a),
            brief(data, b),
            *(ranged(*gap_of(data, a, b, figure)[:3]) for figure in TITLES),
            gap_of(data, a, b, "mean")[3],
        )
        for a, b in all_pairs(data)
    )
    return Sheet("Same futures, each pair", columns, rows)


def _chance_sheet(data: xr.Dataset) -> Sheet:
    columns = (
        Column("plan", "text"),
        Column("against", "text"),
        Column("chance to be better (range)", "text"),
        Column("hurdle reached more often by (range)", "text"),
        Column("better for", "text"),
    )
    rows = []
    for a, b in all_pairs(data):
        found = pair_of(data, a, b)[0]
        beats, reach = (
            f"{percent(float(found[name]), plus)} ({percent(float(found[f'{kind}_low']), plus)} to "
            f"{percent(float(found[f'{kind}_high']), plus)})"
            for name, kind, plus in (("beats", "beats", False), ("reach_difference", "reach", True))
        )
        order, side = _ordered(data, a, b)
        who = f"{brief(data, a if side > 0 else b)} {WHOM[order]}" if side else WHOM[order]
        rows.append((brief(data, a), brief(data, b), beats, reach, who))
    return Sheet("Chances of each pair, and for whom one is better", columns, tuple(rows))


COMPARE = View("compare", "Which plan is better, and how sure is that?", sentences, _sheets, _charts)
