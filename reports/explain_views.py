"""Where the difference of two plans comes from: shares, waterfall, and the ledger rows behind them."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

import numpy as np
import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.waterfall_charts import Bar, waterfall
from reports.words import capital, clean, error, money, percent, row_title

TITLES = {
    "roles": "Roles and heads",
    "timing": "Timing",
    "mode": "Organisation mode",
    "lines": "Lines and partners",
    "contracts": "Contract terms",
    "rules": "Milestones, ends and moves",
}
FIGURES = {"mean": "average result in today's money", "bad": "1-in-20 bad case"}
NAMED = 3
"""Differences named in a sentence; the table names all."""
SMALL = 0.02
"""Ledger rows below this share of the largest amount stand together."""


def group_title(group: object) -> str:
    """Return what a group of decisions is called.

    Examples
    --------
    >>> group_title("roles+timing")
    'Roles and heads with timing'
    """
    first, *others = str(group).split("+")
    return " with ".join([TITLES[first], *(TITLES[other].lower() for other in others)])


def told(value: float, se: float) -> str:
    """Return an amount with its sampling error, M CNY."""
    return f"{money(value, True)} {error(se)} M CNY" if se else f"{money(value, True)} M CNY"


def known_figures(data: xr.Dataset, of: str) -> list[str]:
    """Return the figures that the draws support, by a variable that holds them all."""
    return [name for name in FIGURES if bool(np.isfinite(data[of].sel(figure=name)).all())]


def _side(data: xr.Dataset, side: str) -> str:
    return clean(data["side_title"].sel(side=side).item())


def _largest_first(data: xr.Dataset, figure: str) -> list[str]:
    own = data["share"].sel(figure=figure)
    return sorted(map(str, data["group"].values), key=lambda group: -abs(float(own.sel(group=group))))


def sentences(data: xr.Dataset) -> list[str]:
    """Return the difference, each group's share of it, largest first, and the same for the bad case."""
    total, se = (float(data[name].sel(figure="mean")) for name in ("total", "total_se"))
    ends = [money(float(data["side_figure"].sel(figure="mean", side=side)), True) for side in ("first", "second")]
    sure = "" if abs(total) > Z95 * se else ", within sampling error"
    return [
        f"“{_side(data, 'first')}” brings {told(total, se)} against “{_side(data, 'second')}” on the same "
        f"{data.sizes['scenario']:,} futures ({ends[0]} against {ends[1]}, average result in today's money){sure}.",
        *(_share(data, group, total, se) for group in _largest_first(data, "mean")),
        *_bad(data),
        *_together(data),
    ]


def _share(data: xr.Dataset, group: str, total: float, se: float) -> str:
    own, own_se = _worth(data, "mean", group)
    part = f", {percent(own / total)} of the difference" if abs(total) > Z95 * se else ""
    sure = "" if abs(own) > Z95 * own_se else ", within sampling error"
    what = _differences(data, group)
    more = f" and {len(what) - NAMED} more" if len(what) > NAMED else ""
    return f"{group_title(group)}: {told(own, own_se)}{part}{sure} – {'; '.join(what[:NAMED])}{more}."


def _differences(data: xr.Dataset, group: str) -> list[str]:
    return clean(data["group_what"].sel(group=group).item()).split("; ")


def _worth(data: xr.Dataset, figure: str, group: str) -> tuple[float, float]:
    share, se = (float(data[name].sel(figure=figure, group=group)) for name in ("share", "share_se"))
    return share, se


def _bad(data: xr.Dataset) -> Iterator[str]:
    if "bad" not in known_figures(data, "share"):
        return
    total, se = (float(data[name].sel(figure="bad")) for name in ("total", "total_se"))
    groups = _largest_first(data, "bad")
    parts = [f"{group_title(group).lower()} {told(*_worth(data, 'bad', group))}" for group in groups]
    yield f"In the 1-in-20 bad case the difference is {told(total, se)}: {', '.join(parts)}."


def _together(data: xr.Dataset) -> Iterator[str]:
    """Yield where a share depends most on what else is exchanged."""
    own = data.sel(figure="mean")
    spread = abs(own["at_last"] - own["alone"])
    group = str(data["group"].values[int(spread.argmax("group"))])
    if float(spread.max()) > Z95 * float(own["share_se"].sel(group=group)):
        alone, last = (money(float(own[name].sel(group=group)), True) for name in ("alone", "at_last"))
        yield (
            f"What a group brings depends on the others, most for {group_title(group).lower()}: {alone} M CNY if "
            f"nothing else is exchanged, {last} if all else already is; its share is the average over all orders."
        )


def _charts(data: xr.Dataset) -> list[Chart]:
    charts = []
    for figure in known_figures(data, "share"):
        own = data.sel(figure=figure)
        ends = [
            Bar(_side(data, side), *(float(own[name].sel(side=side)) for name in ("side_figure", "side_se")))
            for side in ("second", "first")
        ]
        steps = [Bar(group_title(group), *_worth(data, figure, group)) for group in map(str, data["group"].values)]
        largest = group_title(_largest_first(data, figure)[0]).lower()
        gap = told(float(own["total"]), float(own["total_se"]))
        finding = f"{capital(FIGURES[figure])}: of {gap} the largest share comes from {largest}."
        where = " in every future" if figure == "mean" else ""
        meaning = f"Shares of the difference add up to it{where}; lines at the ends: 95 % interval."
        name = f"shares_{figure}"
        charts.append(waterfall(name, finding, meaning, [ends[0], *steps, ends[1]], FIGURES[figure]))
    return charts


def _sheets(data: xr.Dataset) -> list[Sheet]:
    return [_shares(data), _rows(data), _what(data)]


def _shares(data: xr.Dataset) -> Sheet:
    figures = known_figures(data, "share")
    columns = [Column("group", "text")]
    for figure in figures:
        columns += [
            Column(f"share, {'average' if figure == 'mean' else FIGURES[figure]}", "money"),
            Column("error", "error"),
        ]
    columns += [Column("exchanged alone", "money"), Column("exchanged last", "money")]
    rows = []
    for group in map(str, data["group"].values):
        own = data.sel(group=group)
        amounts = [float(own[name].sel(figure=figure)) for figure in figures for name in ("share", "share_se")]
        ends = [float(own[name].sel(figure="mean")) for name in ("alone", "at_last")]
        rows.append((group_title(group), *amounts, *ends))
    whole = [float(data[name].sel(figure=figure)) for figure in figures for name in ("total", "total_se")]
    rows.append(("First plan minus second", *whole, nan, nan))
    return Sheet("Shares of the difference", tuple(columns), tuple(rows))


def _what(data: xr.Dataset) -> Sheet:
    groups = map(str, data["group"].values)
    rows = tuple((group_title(group), what) for group in groups for what in _differences(data, group))
    return Sheet("What differs, first plan against second", (Column("group", "text"), Column("what", "text")), rows)


def _rows(data: xr.Dataset) -> Sheet:
    """Return the shares by ledger row, largest difference first; small rows are one line."""
    groups = list(map(str, data["group"].values))
    amounts = {str(row): data["row_share"].sel(row=row).values for row in data["row"].values}
    least = SMALL * max(float(np.abs(own).max()) for own in amounts.values())
    large = {row: own for row, own in amounts.items() if np.abs(own).max() >= least > 0}
    rest = sum((own for row, own in amounts.items() if row not in large), np.zeros(len(groups)))
    ordered = sorted(large.items(), key=lambda item: -abs(float(item[1].sum())))
    rows = [(row_title(row), float(own.sum()), *map(float, own)) for row, own in ordered]
    rows.append(("Other rows", float(rest.sum()), *map(float, rest)))
    columns = (Column("ledger row", "text"), Column("difference", "money"))
    shares = tuple(Column(group_title(group), "money") for group in groups)
    return Sheet("The same by ledger row, all years, not discounted", (*columns, *shares), tuple(rows))


EXPLAIN = View("explain", "Where does the difference come from?", sentences, _sheets, _charts)
