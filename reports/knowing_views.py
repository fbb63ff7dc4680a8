"""What it is worth to know more before choosing: facts and trials with their intervals, told from the dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import BLUE, INK, MILLION, UNIT, Chart, Column, blank, inline_svg
from reports.interval_charts import wrapped
from reports.reach_words import told_fitted, told_reach
from reports.words import clean, money, percent, plain

LEAST = 5_000.0
"""Yuan below which a worth is told as nothing."""
RISES = "Each number is drawn over its range with its peak at the assumed value, all others stay as assumed."
ALL_POINTS = "all"
"""Fact of the points at which all open numbers were drawn at once."""
ROW = 0.26
"""Height of a row, inches."""


def _title(data: xr.Dataset, plan: object) -> str:
    return clean(data["plan_title"].sel(plan=str(plan)).item())


def _first(data: xr.Dataset) -> str:
    return str(data["plan"].values[0])


def _of_kind(data: xr.Dataset, *kinds: str) -> list[xr.Dataset]:
    return [data.isel(fact=i) for i, kind in enumerate(data["kind"].values) if str(kind) in kinds]


def _comparable(data: xr.Dataset, *kinds: str) -> list[xr.Dataset]:
    """Return facts that are known with all else as assumed: not all open numbers at once, told by themselves."""
    return [at for at in _of_kind(data, *kinds) if at["fact"].item() != "all_numbers"]


def _named(data: xr.Dataset, name: str) -> xr.Dataset | None:
    return data.sel(fact=name) if name in data["fact"].values else None


def _span(at: xr.Dataset, prefix: str = "") -> str:
    low, high = (money(float(at[f"{prefix}{end}"])) for end in ("low", "high"))
    return f"{low} to {high}"


def sentences(data: xr.Dataset) -> list[str]:
    """Return what is most worth knowing, whether it would change the decision, and whether a trial pays."""
    found = [*_together(data), *_groups(data), *_numbers(data), _chance(data), _trial(data)]
    return [sentence for sentence in found if sentence]


def _together(data: xr.Dataset) -> list[str]:
    """Return what becomes of the recommended plan when all guesses are open at once."""
    at = _named(data, "all_numbers")
    if at is None or int(at["count"]) == 0:
        return ["No number of the case is open: only chance could be known beforehand."]
    drawn = data["brought"].sel(plan=_first(data)).values[data["point_fact"].values == ALL_POINTS]
    se = float(drawn.std(ddof=1)) / drawn.size**0.5 if drawn.size > 1 else float("nan")
    reach = told_reach(data, float(at["first"]), se, float(data["assumed"].values[0]))
    best = str(at["best"].item())
    moved = f"With all {plain(int(at['count']))} open numbers anywhere in their ranges at once"
    lead = _lead(data, ALL_POINTS, best)
    if best == _first(data):
        stays = "stays the best" if lead else "is beaten beyond luck by none"
        told = f"{moved} “{_title(data, best)}” {stays} of {data.sizes['plan']} plans."
    elif lead:
        told = f"{moved} “{_title(data, best)}” is best."
    else:
        told = f"{moved} it is within luck which of {data.sizes['plan']} plans is best."
    return [
        reach,
        told,
        f"To know all of them before choosing would then be worth {money(float(at['worth']))} M CNY ({_span(at)}). "
        "That does not bound what follows: below, one group at a time is open and all else is as assumed.",
        *told_fitted(data),
    ]


def _lead(data: xr.Dataset, fact: str, best: str) -> bool:
    """Return whether a plan brings more than each other one beyond luck over the points of a fact."""
    brought = data["brought"].isel(point=(data["point_fact"] == fact).values)
    count = brought.sizes["point"]
    if count < 2:
        return False
    gap = brought.sel(plan=best) - brought.sel(plan=data["plan"] != best)
    return bool((gap.mean("point") > Z95 * gap.std("point", ddof=1) / count**0.5).all())


def _groups(data: xr.Dataset) -> list[str]:
    return _most_worth(data, _of_kind(data, "group"), "group of facts", "Asking about")


def _numbers(data: xr.Dataset) -> list[str]:
    return _most_worth(data, _of_kind(data, "number"), "single fact", "Knowing")


def _most_worth(data: xr.Dataset, found: Sequence[xr.Dataset], what: str, verb: str) -> list[str]:
    if not found:
        return [f"No {what} was found to move the choice beyond luck."] if what == "single fact" else []
    sure = [at for at in found if float(at["low"]) > LEAST]
    if not sure:
        most = max(found, key=lambda at: float(at["high"]))
        high = float(most["high"])
        upto = f"; the most any could be worth is {money(high)} M CNY" if high > LEAST else ""
        return [f"No {what} alone would change the decision beyond luck{upto}."]
    best = max(sure, key=lambda at: float(at["worth"]))
    plan = best["best"].item()
    sure_best = _lead(data, str(best["fact"].item()), str(plan))
    how = "the best choice" if sure_best else "ahead, but not beyond luck"
    told = [
        f"{verb} “{clean(best['fact_title'].item())}” before deciding is worth {money(float(best['worth']))} M CNY "
        f"({_span(best)}); buy the answer for that at most. While it is open “{_title(data, plan)}” is "
        f"{how}, and in {percent(float(best['turned']))} of its values another plan is better."
    ]
    others = [f"{clean(at['fact_title'].item())} {money(float(at['worth']))}" for at in sure if at is not best]
    if others:
        told.append(f"Next, in M CNY: {'; '.join(others[:4])}.")
    return told


def _chance(data: xr.Dataset) -> str:
    at = _named(data, "chance")
    if at is None:
        return ""
    parts = max(_of_kind(data, "chance"), key=lambda part: float(part["worth"]), default=None)
    most = (
        f" Of it “{clean(parts['fact_title'].item())}” is worth {money(float(parts['worth']))} M CNY ({_span(parts)})."
        if parts is not None and float(parts["worth"]) > LEAST
        else ""
    )
    return (
        f"With every number as assumed, knowing all that chance will bring is worth {money(float(at['worth']))} M CNY "
        f"({_span(at)}): no forecast can be worth more to a choice among these {data.sizes['plan']} plans.{most}"
    )


def _trial(data: xr.Dataset) -> str:
    if not data.sizes["trial"]:
        return "Nothing that a trial could measure is open in this case."
    best = data.isel(trial=int(data["net"].argmax("trial")))
    what = (
        f"a trial of {plain(int(best['users']))} users over {_months(int(best['months']))} at “"
        f"{clean(data.attrs['trial_partner'])}”, read as true for all partners,"
    )
    worth, spent = float(best["trial_worth"]), float(best["cost"]) + float(best["waiting"])
    if float(best["net"]) <= 0:
        most = float(data["trial_high"].max())
        return (
            f"No trial before the decision pays: the best of them, {what} is worth {money(worth)} M CNY and costs "
            f"{money(spent)} M CNY with the time it takes; none is worth more than {money(most)} M CNY."
        )
    sure = "" if float(best["trial_low"]) > spent else ", though not beyond luck"
    return (
        f"Before deciding, {what} is worth {money(worth)} M CNY ({_span(best, 'trial_')}) and costs {money(spent)} "
        f"M CNY with the time it takes: it pays{sure}."
    )


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"


def _sheets(data: xr.Dataset) -> list[Sheet]:
    facts = Sheet(
        f"What each fact is worth. {RISES}",
        (
            Column("fact", "text"),
            Column("worth knowing", "money"),
            Column("from", "money"),
            Column("to", "money"),
            Column("open numbers", "text"),
            Column("best plan while open", "text"),
            Column("recommended plan then", "money"),
            Column("values with another best plan", "percent"),
        ),
        tuple(_fact_row(data, at) for at in _comparable(data, "all", "chance", "group", "number")),
    )
    plans = Sheet(
        "Plans to choose among",
        (Column("plan", "text"), Column("average as assumed", "money")),
        tuple((_title(data, plan), float(data["assumed"].sel(plan=plan))) for plan in data["plan"].values),
    )
    return [facts, *([_trial_sheet(data)] if data.sizes["trial"] else []), plans]


def _fact_row(data: xr.Dataset, at: xr.Dataset) -> tuple[object, ...]:
    turned = float(at["turned"])
    return (
        clean(at["fact_title"].item()),
        *(float(at[key]) for key in ("worth", "low", "high")),
        plain(int(at["count"])) if int(at["count"]) else "chance",
        _title(data, at["best"].item()),
        float(at["first"]),
        None if np.isnan(turned) else turned,
    )


def _trial_sheet(data: xr.Dataset) -> Sheet:
    own = (int(data.attrs["own_users"]), int(data.attrs["own_months"]))
    rows = []
    for place in range(data.sizes["trial"]):
        at = data.isel(trial=place)
        users, months = int(at["users"]), int(at["months"])
        mark = " (the case's own)" if (users, months) == own else ""
        rows.append(
            (
                f"{plain(users)}{mark}",
                plain(months),
                *(float(at[key]) for key in ("trial_worth", "trial_low", "trial_high", "cost", "waiting", "net")),
            )
        )
    titles = ("worth", "from", "to", "cost", "cost of deciding later", "worth less both")
    columns = (Column("users", "text"), Column("months", "text"), *(Column(title, "money") for title in titles))
    title = f"Trial at “{clean(data.attrs['trial_partner'])}” before the decision; in this case users cost nothing"
    return Sheet(title, columns, tuple(rows))


def _charts(data: xr.Dataset) -> list[Chart]:
    charts = []
    groups = _comparable(data, "all", "group", "chance")
    for name, found, sentence in (
        ("facts", groups, (_groups(data) or _together(data))[0]),
        ("numbers", _of_kind(data, "number"), _numbers(data)[0]),
    ):
        if found:
            charts.append(_bars(name, found, sentence))
    return charts


def _bars(name: str, found: Sequence[xr.Dataset], finding: str) -> Chart:
    """Return worths as bars with their intervals, the largest first."""
    worthy = [at for at in found if float(at["high"]) > LEAST]
    ordered = sorted(worthy or found, key=lambda at: -float(at["worth"]))
    meaning = "Bars: worth of knowing before choosing; lines: 95 % interval. What is worth nothing stands in the table."
    height = 0.75 + ROW * 1.35 * len(ordered)
    figure, axes = blank(height, left=0.46, bottom=0.5 / height)
    axes.set_position((0.46, 0.5 / height, 0.51, ROW * 1.35 * len(ordered) / height))
    style: Any = {"height": 0.55, "zorder": 2}
    axes.barh(range(len(ordered)), [float(at["worth"]) / MILLION for at in ordered], color=BLUE, **style)
    for place, at in enumerate(ordered):
        axes.plot(
            [float(at["low"]) / MILLION, float(at["high"]) / MILLION], [place] * 2, color=INK, linewidth=1.2, zorder=3
        )
    axes.set_yticks(range(len(ordered)), [wrapped(clean(at["fact_title"].item())) for at in ordered], fontsize=8.0)
    axes.set_ylim(len(ordered) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"worth of knowing it, {UNIT}")
    columns = (Column("fact", "text"), Column("worth", "money"), Column("from", "money"), Column("to", "money"))
    rows = tuple(
        (clean(at["fact_title"].item()), *(float(at[key]) for key in ("worth", "low", "high"))) for at in ordered
    )
    return Chart(name, finding, meaning, inline_svg(figure, name, finding, meaning), columns, rows)


KNOWING = View("worth-knowing", "What is it worth to know before deciding?", sentences, _sheets, _charts)
