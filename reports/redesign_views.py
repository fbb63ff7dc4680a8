"""Variants of a partner's contract: our result against the partner's bad case, and which one both sides prefer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import BLUE, GREY, INK, MILLION, UNIT, VERMILION, Chart, Column, blank, inline_svg, short
from reports.words import error, money, plain

SHOWN = 3
"""Variants that both sides prefer, told one by one."""


def _names(data: xr.Dataset) -> list[str]:
    return [str(name) for name in data["variant"].values]


def _title(data: xr.Dataset, name: str) -> str:
    return str(data["variant_title"].sel(variant=name).item())


def _of(data: xr.Dataset, key: str, name: str) -> float:
    return float(data[key].sel(variant=name))


def preferred(data: xr.Dataset) -> list[str]:
    """Return the compatible variants that are better for both sides beyond sampling error, the best for us first."""
    found = [
        name
        for name in _names(data)
        if _of(data, "compatible", name)
        and all(_of(data, key, name) > Z95 * _of(data, f"{key}_se", name) for key in ("gain", "partner_gain"))
    ]
    return sorted(found, key=lambda name: -_of(data, "gain", name))


def sentences(data: xr.Dataset) -> list[str]:
    """Return what today's contract asks of the partner, what both sides prefer, and what a concession costs."""
    return [*_today(data), *_both(data), *_front(data), *_concession(data)]


def _today(data: xr.Dataset) -> Iterator[str]:
    today, partner = _names(data)[0], str(data.attrs["partner_title"])
    low = money(_of(data, "partner_p10", today), True)
    yield f"{partner}, today's contract: its 1-in-10 bad case is {low} M CNY over the horizon."
    if not _of(data, "compatible", today):
        dearest, at = _of(data, "dearest_unit", today), _of(data, "dearest_at", today)
        dearest_told, earns = plain(round(dearest)), plain(float(data.attrs["partner_margin"]))
        yield (
            f"Today's ladder works against itself: unit {plain(at)} of a year costs the partner {dearest_told} CNY, "
            f"and it earns {earns} CNY on a unit, so that it stops just below."
        )
        near = _nearest(data)
        if near:
            yield f"The compatible contract nearest to today's is “{_title(data, near)}”: {_sides(data, near)}."


def _nearest(data: xr.Dataset) -> str:
    """Return the compatible variant that moves both sides least, nothing where none is compatible."""
    moved = {n: abs(_of(data, "gain", n)) + abs(_of(data, "partner_gain", n)) for n in _names(data)}
    fits = [name for name in moved if _of(data, "compatible", name)]
    return min(fits, key=lambda name: moved[name], default="")


def _sides(data: xr.Dataset, name: str) -> str:
    own = f"{money(_of(data, 'gain', name), True)} {error(_of(data, 'gain_se', name))}"
    other = f"{money(_of(data, 'partner_gain', name), True)} {error(_of(data, 'partner_gain_se', name))}".strip()
    return f"{own} M CNY for us, {other} M CNY in the partner's bad case"


def _both(data: xr.Dataset) -> Iterator[str]:
    found = preferred(data)
    if not found:
        yield "No compatible variant is better for both sides beyond sampling error: what one gains the other pays."
    for name in found[:SHOWN]:
        yield f"Both sides prefer “{_title(data, name)}” to today's contract: {_sides(data, name)}."


def _front(data: xr.Dataset) -> Iterator[str]:
    front = [name for name in _names(data) if _of(data, "front", name)]
    count = int(data["compatible"].sum())
    yield f"Of {count} compatible contracts {len(front)} are on the frontier: no side gains but at the other's cost."


def _concession(data: xr.Dataset) -> Iterator[str]:
    given = {
        name: _of(data, "partner_gain", name) / -_of(data, "gain", name)
        for name in _names(data)
        if _of(data, "compatible", name) and _of(data, "partner_gain", name) > 0 > _of(data, "gain", name)
    }
    if given:
        best = max(given, key=lambda name: given[name])
        yield f"The concession that gives most for each yuan is “{_title(data, best)}”: {_sides(data, best)}."


KINDS = (
    ("compatible", BLUE, "o", 1, 0),
    ("on the frontier", VERMILION, "D", 1, 1),
    ("not compatible", GREY, "x", 0, 0),
)


def _charts(data: xr.Dataset) -> list[Chart]:
    finding = next(_both(data))
    meaning = "Change against today's contract on the same futures: our result across, the partner's bad case upward."
    figure, axes = blank(3.8, bottom=0.13)
    for label, colour, mark, fits, front in KINDS:
        picked = (data["compatible"].values == fits) & (data["front"].values == front)
        ours, theirs = (data[key].values[picked] / MILLION for key in ("gain", "partner_gain"))
        bars = [np.nan_to_num(data[f"{key}_se"].values[picked]) * Z95 / MILLION for key in ("gain", "partner_gain")]
        style: Any = {"color": colour, "markersize": 4, "linewidth": 0.8, "label": label}
        axes.errorbar(ours, theirs, xerr=bars[0], yerr=bars[1], fmt=mark, **style)
    for name in [_names(data)[0], *preferred(data)[:SHOWN]]:
        spot = (_of(data, "gain", name) / MILLION, _of(data, "partner_gain", name) / MILLION)
        # Today's contract lies at the crossing of the axes: its name stands on the other side of its mark.
        place: Any = {"xytext": (-6, -11), "ha": "right"} if name == _names(data)[0] else {"xytext": (6, 4)}
        axes.annotate(short(_title(data, name), 48), spot, textcoords="offset points", fontsize=7.5, **place)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    axes.axhline(0, color=INK, linewidth=0.8, zorder=1)
    axes.set(xlabel=f"our result, {UNIT}", ylabel=f"partner's 1-in-10 bad case, {UNIT}")
    axes.legend(loc="best")
    sheet, svg = _sheets(data)[0], inline_svg(figure, "contracts", finding, meaning)
    return [Chart("contracts", finding, meaning, svg, sheet.columns, sheet.rows)]


def _sheets(data: xr.Dataset) -> list[Sheet]:
    columns = (
        Column("contract", "text"),
        Column("ours", "money"),
        Column("change", "money"),
        Column("error", "error"),
        Column("theirs", "money"),
        Column("change of it", "money"),
        Column("its error", "error"),
        Column("fits", "text"),
    )
    keys = ("npv_mean", "gain", "gain_se", "partner_p10", "partner_gain", "partner_gain_se")
    rows = tuple(
        (_title(data, name), *(_of(data, key, name) for key in keys), "yes" if _of(data, "compatible", name) else "no")
        for name in _names(data)
    )
    title = "Our average result and the partner's 1-in-10 bad case, the plan's people held; fits: compatible"
    return [Sheet(title, columns, rows)]


REDESIGN = View("redesign-contract", "Which contract would both sides prefer?", sentences, _sheets, _charts)
