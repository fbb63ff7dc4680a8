"""Lights on assumptions: demand and price by line, heads and pay by role, costs, partners at work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.reviewing import ranges
from experiments.reviewing.figures import Item
from experiments.reviewing.seen import away, lost, places
from model.ledger import Flags, Floats

LEAST = 50
"""Futures with the same partners at work below which all futures are asked."""
ALL = "all lines, last three months"
QUARTER = 3
"""Months whose demand of all lines is held against the futures together: noise of single months hides a level."""
FOLLOWS = (
    "acquisition",
    "referral_commission",
    "commission_paid",
    "line_pay",
    "line_pay_on_cost",
    "after_sales_share",
    "overage_pool",
    "annual_bonus",
    "bonus_on_cost",
)
"""Costs that follow what is sold: they tell nothing that demand and price do not."""


@dataclass(frozen=True)
class Light:
    """An assumption in its last known month: actual, 1-in-10 and 9-in-10 case, and side it is off on (0: it is not).

    depth : share of futures as far out as it has been in its last two known months; 0 for a partner, which is a fact
    """

    key: str
    title: str
    unit: str
    month: int
    actual: float
    low: float
    high: float
    side: int
    depth: float


@dataclass(frozen=True)
class Row:
    """An assumption: what futures say of it, (month, scenario), what was seen, (month,), and the futures to ask.

    same : (month, scenario) futures with the same partners at work, None for all
    """

    key: str
    title: str
    unit: str
    told: Floats
    seen: Floats
    same: Flags | None


def assumptions(items: Sequence[Item], figures: Floats, actual: Floats) -> list[Row]:
    """Return the assumptions that chance moves: demand and price by line, heads and pay by role, costs (R176).

    Volume and price of a line are held against the futures in which the same partners are at work, so that a lost
    partner lights itself and not the demand too.

    Parameters
    ----------
    figures : (item, month, scenario) of futures with what is known of partners set
    actual : (item, month)
    """
    rows = [*_lines(items, figures, actual), *_roles(items, figures, actual)]
    for index, item in enumerate(items):
        if item.kind == "cost" and item.name not in FOLLOWS:
            rows.append(Row(item.key, item.title, item.unit, figures[index], actual[index], None))
    return rows


def lights(items: Sequence[Item], figures: Floats, actual: Floats) -> list[Light]:
    """Return a light for every assumption of which two months are known, and for every partner (R176).

    Parameters
    ----------
    figures, actual : as for `assumptions`
    """
    found = [_light(row) for row in assumptions(items, figures, actual)]
    gone = lost(items, actual)
    off = away(items, actual, gone, ranges.RUNNING)
    for index, item in enumerate(items):
        if item.kind == "at_work":
            light = _light(Row(f"partner.{item.name}", _after(item.title), "", figures[index], actual[index], None))
            sides = (-1 if item.name in off else 0, -1 if light and light.side < 0 and item.name not in gone else 0)
            found.append(None if light is None else replace(light, side=min(sides), depth=0.0))
    return [light for light in found if light is not None]


def _after(title: str) -> str:
    return title.split(", ", 1)[1] if ", " in title else title


def _lines(items: Sequence[Item], figures: Floats, actual: Floats) -> Iterator[Row]:
    """Yield demand and price of each line, and the demand of all together over three months."""
    at = places(items)
    named = {item.name: _after(item.title) for item in items if item.kind == "volume"}
    same = same_partners(items, figures, actual)
    rows = [at[f"volume.{line}"] for line in named]
    for line, title in named.items():
        units, money = at[f"volume.{line}"], at[f"revenue.{line}"]
        yield Row(f"demand.{line}", f"Demand, {title}", "units", figures[units], actual[units], same)
        price = [_per(part[money], part[units]) for part in (figures, actual)]
        yield Row(f"price.{line}", f"Price, {title}", "CNY/unit", price[0], price[1], same)
    if len(rows) > 1:
        told, seen = (_quarters(np.add.reduce(part[rows])) for part in (figures, actual))
        yield Row("demand", f"Demand, {ALL}", "units", told, seen, _throughout(same))


def _quarters(months: Floats) -> Floats:
    """Return each month with the two before it, as far as there are any, (month, …)."""
    out = months.copy()
    for back in range(1, QUARTER):
        out[back:] += months[:-back]
    return out


def _throughout(same: Flags) -> Flags:
    """Return in which futures partners did the same in all these months, (month, scenario)."""
    out = same.copy()
    for back in range(1, QUARTER):
        out[back:] &= same[:-back]
    return out


def _roles(items: Sequence[Item], figures: Floats, actual: Floats) -> Iterator[Row]:
    at = places(items)
    for item in items:
        if item.kind == "heads":
            heads, pay, title = at[item.key], at[f"pay.{item.name}"], _after(item.title)
            yield Row(item.key, f"Heads, {title}", "heads", figures[heads], actual[heads], None)
            rates = [_per(part[pay], part[heads]) for part in (figures, actual)]
            yield Row(f"pay.{item.name}", f"Pay of a head, {title}", "CNY", rates[0], rates[1], None)


def same_partners(items: Sequence[Item], figures: Floats, actual: Floats) -> Flags:
    """Return in which futures of each month the known partners do what they did, (month, scenario)."""
    out = np.ones(figures.shape[1:], dtype=np.bool_)
    for index, item in enumerate(items):
        if item.kind == "at_work":
            known = ~np.isnan(actual[index])
            out[known] &= figures[index][known] == actual[index][known][:, None]
    return out


def _light(row: Row) -> Light | None:
    """Return the light of an assumption from its last two known months, None where they say nothing."""
    told, seen = row.told, row.seen
    known = np.nonzero(~np.isnan(seen))[0][-ranges.RUNNING :]
    if len(known) < ranges.RUNNING or np.isnan(told[known]).all():
        return None
    asked = [_asked(told[month], None if row.same is None else row.same[month]) for month in known]
    low, middle, high = np.array([_stated(values) for values in asked]).T
    side = int(ranges.lights(ranges.off(seen[known][None], low[None], middle[None], high[None]))[0])
    depth = max(_depth(values, float(seen[month]), side) for values, month in zip(asked, known, strict=True))
    last = int(known[-1])
    return Light(
        row.key, row.title, row.unit, last + 1, float(seen[last]), float(low[-1]), float(high[-1]), side, depth
    )


def _asked(told: Floats, same: Flags | None) -> Floats:
    asked = told if same is None or same.sum() < LEAST else told[same]
    out: Floats = asked[~np.isnan(asked)]
    return out


def _stated(asked: Floats) -> Floats:
    levels = (ranges.LOW, ranges.MIDDLE, ranges.HIGH)
    out: Floats = np.quantile(asked, levels) if asked.size else np.full(3, np.nan)
    return out


def _depth(asked: Floats, seen: float, side: int) -> float:
    """Return which share lies as far out as what was seen, itself counted; 1 where it is within its range."""
    if not side:
        return 1.0
    beyond = np.count_nonzero(asked <= seen if side < 0 else asked >= seen)
    return (beyond + 1) / (asked.size + 1)


def _per(money: Floats, count: Floats) -> Floats:
    """Return money by unit, NaN where there is none or nothing is known."""
    out: Floats = np.divide(money, count, out=np.full(money.shape, np.nan), where=count > 0)
    return out
