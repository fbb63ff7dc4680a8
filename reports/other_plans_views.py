"""Other plans that are about as good, and which pieces are must-have, free choice or in none of them."""

from __future__ import annotations

from collections.abc import Iterator

import xarray as xr

from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.interval_charts import Spot, interval_chart
from reports.next_hire_views import FIRST, better, refused, spot, table, title, valued
from reports.words import capital, heads_path, percent

MUST, FREE, NEVER, ASKED = "must-have", "free choice", "never", "the case asks for it"


def verdicts(data: xr.Dataset) -> dict[str, str]:
    """Return for each piece whether every good plan has it, some have, or none has.

    A piece is free when a plan with it turned is good too; that is asked for each piece by itself.
    """
    good = data["holds"].sel(plan=data["plan"][data["good"].values == 1])
    found = {}
    for piece in map(str, data["piece"].values):
        held = good.sel(piece=piece).values
        if int(data["asked"].sel(piece=piece)):
            found[piece] = ASKED
        elif int(data["turns"].sel(piece=piece)) or 0 < held.sum() < held.size:
            found[piece] = FREE
        else:
            found[piece] = MUST if held.all() else NEVER
    return found


def _different(data: xr.Dataset) -> list[str]:
    """Return the really different good plans, the one held against first, then the best first."""
    names, first = [str(plan) for plan in data["plan"].values[data["different"].values == 1]], data.attrs["against"]
    return sorted(names, key=lambda plan: (plan != first, -float(data["promised"].sel(plan=plan))))


def sentences(data: xr.Dataset) -> list[str]:
    """Return how many other plans are about as good, and what they share."""
    return [*better(data), *_plans(data), *_shared(data), *_unproved(data), *refused(data)]


def _plans(data: xr.Dataset) -> Iterator[str]:
    names, share = _different(data), percent(float(data.attrs["within"]))
    if len(names) < 2:
        yield (
            f"No other plan with {data.attrs['apart']} changes or more was found within {share} of the best result: "
            "as far as exchanges tell, the choice is clear."
        )
        return
    yield f"{len(names)} really different plans lie within {share} of the best result on the pricing draws."
    for plan in names[1:]:
        heads = heads_path(data["heads"].sel(plan=plan).values.tolist())
        yield f"{title(data, plan)} ({heads} heads): {valued(spot(data, plan, '', ''))} on the same fresh futures."


def _shared(data: xr.Dataset) -> Iterator[str]:
    found = verdicts(data)
    for verdict in (MUST, FREE, NEVER, ASKED):
        pieces = [str(data["piece_title"].sel(piece=piece).item()) for piece, own in found.items() if own == verdict]
        if pieces:
            yield f"{verdict[0].upper()}{verdict[1:]}: {'; '.join(pieces)}."


def _unproved(data: xr.Dataset) -> Iterator[str]:
    """Yield which pieces are not good turned in any plan found, but for the solver could be in a better one (R156)."""
    if "floor" not in data:
        return
    found, names = verdicts(data), []
    for piece in map(str, data["piece"].values):
        plan = str(data["flip"].sel(piece=piece).item())
        most = float(data["promised"].sel(plan=plan)) + float(data["gap"].sel(plan=plan)) if plan else float("-inf")
        if found[piece] in (MUST, NEVER) and most >= float(data["floor"]):
            names.append(str(data["piece_title"].sel(piece=piece).item()))
    if names:
        yield (
            f"{capital(MUST)} and {NEVER} speak of the best plans found; for the solver a better one with these turned "
            f"could still be good: {'; '.join(names)}."
        )


def _flips(data: xr.Dataset) -> list[Spot]:
    found = verdicts(data)
    out = []
    for piece in map(str, data["piece"].values):
        plan = str(data["flip"].sel(piece=piece).item())
        if plan:
            out.append(spot(data, plan, found[piece], title(data, plan)))
    return sorted(out, key=lambda one: -one.value)


def _charts(data: xr.Dataset) -> list[Chart]:
    charts = []
    across = "same futures, change of the result"
    others = [plan for plan in _different(data) if plan != str(data.attrs["against"])]
    if others:
        heads = {plan: heads_path(data["heads"].sel(plan=plan).values.tolist()) for plan in others}
        spots = [spot(data, plan, "other plan", f"{title(data, plan)} ({heads[plan]})") for plan in others]
        meaning = "Other plans that are about as good, on fresh futures; bars: 95 % interval."
        charts.append(interval_chart("others", next(_plans(data)), meaning, spots, across))
    if flips := _flips(data):
        meaning = "The best plan with one partner or role turned, in if it was out and out if in; bars: 95 % interval."
        shared = next(_shared(data))
        charts.append(interval_chart("pieces", shared, meaning, flips, across))
    return charts


def _sheets(data: xr.Dataset) -> list[Sheet]:
    names = _different(data)
    rest = [str(plan) for plan in data["plan"].values if str(plan) not in names]
    kept = names if FIRST in names else [FIRST, *names]
    columns = (Column("partner or role", "text"), Column("verdict", "text"), Column("in good plans", "percent"))
    good = data["holds"].sel(plan=data["plan"][data["good"].values == 1])
    rows = tuple(
        (str(data["piece_title"].sel(piece=piece).item()), verdict, float(good.sel(piece=piece).mean()))
        for piece, verdict in verdicts(data).items()
    )
    turned = table(data.sel(plan=[plan for plan in rest if plan != FIRST]), "One partner or role turned", "plan")
    return [table(data.sel(plan=kept), "Really different good plans", "plan"), Sheet("Pieces", columns, rows), turned]


OTHER_PLANS = View("other-good-plans", "Which other plans are about as good?", sentences, _sheets, _charts)
