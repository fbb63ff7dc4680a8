"""What a board asks beside the plan: stops, blows, outsourcing, and the demand that a high ROI needs."""

from __future__ import annotations

import xarray as xr

from model import summary
from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.interval_charts import Spot, interval_chart
from reports.words import clean, error, money, percent, plain

FIRST = "as_it_is"


def _options(data: xr.Dataset) -> list[str]:
    return [str(option) for option in data["option"].values]


def _title(data: xr.Dataset, option: str) -> str:
    return clean(data["option_title"].sel(option=option).item())


def _gap(data: xr.Dataset, option: str) -> tuple[float, float]:
    """Return what an option brings more than the plan as it is, and its error, CNY."""
    apart = (data["npv"].sel(option=option) - data["npv"].sel(option=FIRST)).to_numpy()
    if apart.size < 2:
        return float(apart[0]), 0.0
    found = summary.mean(apart)
    return found.value, found.se


def sentences(data: xr.Dataset) -> list[str]:
    """Return what each option leaves, and what a high ROI needs."""
    told = [_told(data, option) for option in _options(data)]
    return [*told, *(_needed(data, str(kind)) for kind in data["roi"].values)]


def _told(data: xr.Dataset, option: str) -> str:
    npv = data["npv"].sel(option=option)
    text = f"{_title(data, option)}: {money(float(npv.mean()), True)} M CNY on average"
    if option == FIRST:
        return f"{text}, chance of loss {percent(float((npv < 0).mean()))}."
    gap, se = _gap(data, option)
    sure = "" if abs(gap) > Z95 * se else ", within sampling error"
    return f"{text}, {money(gap, True)} {error(se)} M CNY against the plan as it is{sure}."


def _needed(data: xr.Dataset, kind: str) -> str:
    times, target = float(data["demand_needed"].sel(roi=kind)), percent(float(data["target"]))
    if times != times:
        return f"No demand up to {plain(float(data['most']))} times today's brings a {kind} ROI of {target}."
    return f"A {kind} ROI of {target} in the middle case needs {plain(times)} times today's demand with the same team."


def _sheets(data: xr.Dataset) -> list[Sheet]:
    columns = (
        Column("what", "text"),
        Column("average result", "money"),
        Column("against the plan", "money"),
        Column("error", "error"),
        Column("loss", "percent"),
        Column("ending contracts", "money"),
    )
    rows = tuple(
        (
            _title(data, option),
            float(data["npv"].sel(option=option).mean()),
            *_gap(data, option),
            float((data["npv"].sel(option=option) < 0).mean()),
            float(data["settled"].sel(option=option).mean()),
        )
        for option in _options(data)
    )
    return [Sheet("Stops, blows and outsourcing on the same futures", columns, rows)]


def _charts(data: xr.Dataset) -> list[Chart]:
    rows = [option for option in _options(data) if option != FIRST]
    spots = [Spot(_title(data, option), "against the plan as it is", *_gap(data, option)) for option in rows]
    meaning = "What each leaves less than the plan as it is, on the same futures; bars: 95 % interval."
    return [interval_chart("board", sentences(data)[0], meaning, spots, "minus the plan as it is")]


BOARD = View("board", "What may a board ask beside the plan?", sentences, _sheets, _charts)
