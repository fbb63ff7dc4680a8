"""The order of plans, found with as few futures as make it certain, and the pairs that stay tied."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import xarray as xr

from reports.answer import Sheet, View
from reports.drawing import UNIT, Chart, Column
from reports.interval_charts import Held, interval_chart
from reports.money_charts import plan_title
from reports.pair_words import ALIKE, BETTER, all_pairs, brief, called, gap_of, listed, pair_of, plans_of, ranged
from reports.words import is_number, money, percent, plain


def _in_order(data: xr.Dataset) -> list[str]:
    return sorted(plans_of(data), key=lambda plan: int(data["place"].sel(plan=plan)))


def sentences(data: xr.Dataset) -> list[str]:
    """Return the order, how sure it is, which pairs stay tied and what would settle them, and what it took."""
    tied = bool(data["tied"].values.any())
    sure = percent(float(data.attrs["confidence"]))
    best = data.attrs["wanted"] == "best"
    what = "Which plan is best" if best else "The order of the plans"
    head = f"{what} is certain with {sure} confidence" if not tied else f"{what} is not certain at {sure} confidence"
    return [f"{head}: {_placed(data, best)}.", *_ties(data), _taken(data)]


def _placed(data: xr.Dataset, best: bool) -> str:
    names = _in_order(data)
    if not best:
        return "; ".join(f"{place}. {called(data, plan)}" for place, plan in enumerate(names, 1))
    alike = [plan for plan in names[1:] if gap_of(data, names[0], plan)[3] != BETTER]
    return called(data, names[0]) + (
        f", with {listed([called(data, plan) for plan in alike])} beside it" if alike else ""
    )


def _ties(data: xr.Dataset) -> Iterator[str]:
    matter = money(float(data.attrs["materiality"]))
    for (a, b), is_tied in zip(all_pairs(data), data["tied"].values, strict=True):
        value, low, high, verdict = gap_of(data, a, b)
        found = pair_of(data, a, b)[0]
        told = f"{called(data, a)} and {called(data, b)}"
        seen = plain(int(found["seen"]))
        if is_tied:
            more = float(found["more"])
            needed = f"about {plain(float(f'{more:.2g}'))} more" if is_number(more) else "no number"
            shown = f"no difference shown on {seen} futures, {ranged(value, low, high)} {UNIT}"
            yield f"{told} stay tied: {shown}; {needed} would settle it."
        elif verdict == ALIKE:
            yield (
                f"{told}: no difference shown that matters, {ranged(value, low, high)} {UNIT} on {seen} futures "
                f"(less than {matter} does not matter)."
            )


def _taken(data: xr.Dataset) -> str:
    draws = [int(count) for count in data["draws"].values]
    least, most = plain(min(draws)), plain(max(draws))
    step, limit = plain(int(data.attrs["step"])), plain(int(data.attrs["limit"]))
    each = f"{least} a plan" if least == most else f"{least} to {most} a plan"
    told = f"It took {plain(sum(draws))} futures over all plans, {each}, in steps of {step}"
    return f"{told}; at most {limit} a plan were allowed."


def _charts(data: xr.Dataset) -> list[Chart]:
    names = _in_order(data)
    spots = []
    for better, worse in pairwise(names):
        value, low, high, _ = gap_of(data, better, worse)
        se = float(pair_of(data, better, worse)[0]["difference_se"])
        place = int(data["place"].sel(plan=worse))
        spots.append(Held(f"{place}. {plan_title(data, worse)}", "", value, se, low, high))
    meaning = (
        "How far each plan lies behind the one before it, same futures; bars: ranges that hold for all pairs and at "
        "every number of futures; shaded: what does not matter."
    )
    matter = float(data.attrs["materiality"])
    first = sentences(data)[0]
    return [interval_chart("order", first, meaning, spots, "behind the plan before it", within=matter)]


def _sheets(data: xr.Dataset) -> list[Sheet]:
    names = _in_order(data)
    columns = (
        Column("place", "heads"),
        Column("plan", "text"),
        Column("average", "money"),
        Column("error", "error"),
        Column("futures", "heads"),
    )
    rows = tuple(
        (
            int(data["place"].sel(plan=plan)),
            plan_title(data, plan),
            float(data["npv_mean"].sel(plan=plan)),
            float(data["npv_se"].sel(plan=plan)),
            int(data["draws"].sel(plan=plan)),
        )
        for plan in names
    )
    by_pair = (
        Column("plan", "text"),
        Column("minus", "text"),
        Column(f"difference (range), {UNIT}", "text"),
        Column("futures", "heads"),
        Column("so", "text"),
    )
    cells = tuple(
        (
            brief(data, a),
            brief(data, b),
            ranged(*gap_of(data, a, b)[:3]),
            int(pair_of(data, a, b)[0]["seen"]),
            gap_of(data, a, b)[3],
        )
        for a, b in all_pairs(data)
    )
    return [Sheet("The order", columns, rows), Sheet("Same futures, each pair", by_pair, cells)]


COMPARE_RANK = View("compare-rank", "In which order are the plans?", sentences, _sheets, _charts)
