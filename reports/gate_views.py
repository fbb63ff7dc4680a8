"""What a milestone with a stop or a hold is worth to a plan."""

from __future__ import annotations

from collections.abc import Iterator

import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.interval_charts import Spot, interval_chart
from reports.words import clean, error, money, percent

WORDS = {"expand": "go on as planned", "hold": "stay as they are", "stop": "end"}


def _title(data: xr.Dataset, plan: str) -> str:
    return clean(data["plan_title"].sel(plan=plan).item())


def _plans(data: xr.Dataset) -> list[str]:
    return [str(plan) for plan in data["plan"].values]


def _options(data: xr.Dataset) -> list[str]:
    return [str(option) for option in data["option"].values]


def _gates(data: xr.Dataset) -> list[str]:
    return list(dict.fromkeys(map(str, data["gate"].values)))


def _answer(data: xr.Dataset, option: str) -> str:
    return clean(data["answer_title"].sel(option=option).item())


def _best(data: xr.Dataset, plan: str, gate: str) -> str:
    own = [option for option in _options(data) if str(data["gate"].sel(option=option).item()) == gate]
    return max(own, key=lambda option: float(data["gain"].sel(plan=plan, option=option)))


def sentences(data: xr.Dataset) -> list[str]:
    """Return what each gate is worth to each plan, what the stop itself is worth, and which mark decides."""
    gates = [(plan, gate) for plan in _plans(data) for gate in _gates(data)]
    return [line for plan, gate in gates for line in _told(data, plan, gate)]


def _told(data: xr.Dataset, plan: str, gate: str) -> Iterator[str]:
    best = _best(data, plan, gate)
    month = int(data["gate_month"].sel(option=best))
    yield f"Month {month}, “{_title(data, plan)}”: {_worth(data, plan, best)}."
    for option in _ending(data, gate, best):
        yield f"Month {month}, “{_title(data, plan)}”, the answer that ends most: {_worth(data, plan, option)}."
    yield f"Month {month}, “{_title(data, plan)}”: {_deciding(data, plan, gate)}."


def _ending(data: xr.Dataset, gate: str, best: str) -> Iterator[str]:
    """Yield the answer of a gate that ends most futures, where it is not the best one."""
    own = [option for option in _options(data) if str(data["gate"].sel(option=option).item()) == gate]
    most = max(own, key=lambda option: float(data["chance"].sel(option=option, verdict="stop").mean()))
    if most != best and float(data["chance"].sel(option=most, verdict="stop").max()) > 0:
        yield most


def _worth(data: xr.Dataset, plan: str, option: str) -> str:
    gain, se = (float(data[name].sel(plan=plan, option=option)) for name in ("gain", "gain_se"))
    chance = {verdict: float(data["chance"].sel(plan=plan, option=option, verdict=verdict)) for verdict in WORDS}
    shares = ", ".join(f"{percent(chance[verdict])} {words}" for verdict, words in WORDS.items() if chance[verdict])
    told = f"“{_answer(data, option)}” is worth {money(gain, True)} {error(se)} M CNY against no gate"
    if not chance["hold"] and not chance["stop"]:
        return f"“{_answer(data, option)}” changes nothing, all futures go on as planned"
    sure = "it pays" if gain > Z95 * se else "it costs" if gain < -Z95 * se else "within sampling error"
    return f"{told}, {sure}; of the futures {shares}"


def _deciding(data: xr.Dataset, plan: str, gate: str) -> str:
    own = [mark for mark in map(str, data["mark"].values) if mark.startswith(f"{gate}:")]
    rare = min(own, key=lambda mark: float(data["met"].sel(plan=plan, mark=mark)))
    name = clean(data["mark_name"].sel(mark=rare).item())
    return f"the mark reached most rarely is “{name}”, in {percent(float(data['met'].sel(plan=plan, mark=rare)))}"


def _sheets(data: xr.Dataset) -> list[Sheet]:
    columns = (
        Column("plan", "text"),
        Column("milestone", "text"),
        Column("answer", "text"),
        Column("worth", "money"),
        Column("error", "error"),
        Column("go on", "percent"),
        Column("stay", "percent"),
        Column("end", "percent"),
        Column("loss", "percent"),
    )
    rows = tuple(
        (
            _title(data, plan),
            f"month {int(data['gate_month'].sel(option=option))}",
            _answer(data, option),
            *(float(data[name].sel(plan=plan, option=option)) for name in ("gain", "gain_se")),
            *(float(data["chance"].sel(plan=plan, option=option, verdict=verdict)) for verdict in WORDS),
            float(data["p_loss"].sel(plan=plan, option=option)),
        )
        for plan in _plans(data)
        for option in _options(data)
    )
    free = tuple(
        (_title(data, plan), *(float(data[name].sel(plan=plan)) for name in ("free_mean", "free_se", "free_loss")))
        for plan in _plans(data)
    )
    alone = (Column("plan", "text"), Column("average result", "money"), Column("error", "error"))
    marks = tuple(
        (
            clean(data["mark_gate"].sel(mark=mark).item()),
            clean(data["mark_name"].sel(mark=mark).item()),
            *(float(data["met"].sel(plan=plan, mark=mark)) for plan in _plans(data)),
        )
        for mark in map(str, data["mark"].values)
    )
    by_plan = tuple(Column(_title(data, plan), "percent") for plan in _plans(data))
    return [
        Sheet("With a gate against without", columns, rows),
        Sheet("Without a gate", (*alone, Column("loss", "percent")), free),
        Sheet("Chance of reaching each mark", (Column("milestone", "text"), Column("mark", "text"), *by_plan), marks),
    ]


def _charts(data: xr.Dataset) -> list[Chart]:
    spots = [
        Spot(
            f"Month {int(data['gate_month'].sel(option=option))}: {_answer(data, option)}",
            _title(data, plan),
            *(float(data[name].sel(plan=plan, option=option)) for name in ("gain", "gain_se")),
        )
        for plan in _plans(data)
        for option in _options(data)
    ]
    meaning = "What each gate and answer brings a plan on the same futures; bars: 95 % interval."
    return [interval_chart("gates", sentences(data)[0], meaning, spots, "with the gate minus without")]


GATE_VALUE = View("gate-value", "What is a milestone with a stop worth?", sentences, _sheets, _charts)
