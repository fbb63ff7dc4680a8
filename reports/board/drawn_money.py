"""Charts of money over time and over futures: likely range of cash, chance of at least x, histogram, waterfall."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from model.schema import ROWS, Row
from reports.board.axis_steps import nice
from reports.board.phrases import phrase, word
from reports.board.rivals import plan_name, rivals
from reports.board.slide_words import ROWS_ZH
from reports.board.specs import ChartSpec, Drawn
from reports.cited import Cited, Points, Says, Series, Shelf, joined, points
from reports.drawing import RECOMMENDED
from reports.words import row_title

BLUE, ORANGE, GREEN, RED, SKY, GREY = "0072B2", "E69F00", "009E73", "D55E00", "56B4E9", "9CA3AF"
SCALES = {"en": 1e6, "zh": 1e4}
STEPS, BINS, CURVES = 41, 24, 3
SMALL = 0.02
"""Share of the largest amount below which rows of the ledger stand together."""
AWAY = (0.002, 0.998)
"""Share of the futures that the axis of results leaves out at either end."""


def scale(shelf: Shelf) -> float:
    """Return the yuan in the unit of the document's charts."""
    return SCALES[shelf.language]


def cash_chart(shelf: Shelf) -> ChartSpec:
    """Return the likely range of cumulative cash by month, the middle case as a line."""
    levels = [float(level) for level in shelf.run.dataset["quantile"].values]
    low, inner_low, middle, inner_high, high = levels
    unit = scale(shelf)

    def band(upper: float, lower: float) -> Series:
        return shelf.series(
            "cash_quantile", "month", scale=unit, plan=RECOMMENDED, quantile=upper, minus={"quantile": lower}
        )

    base = shelf.series("cash_quantile", "month", scale=unit, plan=RECOMMENDED, quantile=low)
    line = shelf.series("cash_quantile", "month", scale=unit, plan=RECOMMENDED, quantile=middle)
    drawn = (
        Drawn(word(shelf, "floor"), base, "", told=False),
        Drawn(word(shelf, "outer"), band(inner_low, low), SKY, alpha=45),
        Drawn(word(shelf, "inner"), band(inner_high, inner_low), BLUE, alpha=60),
        Drawn(word(shelf, "outer"), band(high, inner_high), SKY, alpha=45, told=False),
    )
    return ChartSpec(
        "area",
        drawn,
        word(shelf, "note_cash"),
        line=Drawn(word(shelf, "middle"), line, BLUE),
        months=shelf.start,
        up=word(shelf, "cash_axis"),
        stacked=True,
    )


def compared(shelf: Shelf) -> list[str]:
    """Return the recommended plan and the best others, as many as a chart can tell apart."""
    return [RECOMMENDED, *rivals(shelf)[: CURVES - 1]]


def reach_chart(shelf: Shelf) -> ChartSpec:
    """Return the chance of at least x for the recommended plan and the best others: curves that fall."""
    plans = compared(shelf)
    unit, places = scale(shelf), limits(shelf, plans, STEPS)
    styles = ((BLUE, ""), (ORANGE, "dash"), (GREEN, "dot"))
    drawn = tuple(
        Drawn(
            short_name(shelf, plan),
            points([shelf.number("npv", f"chance_at_least {x:.0f}", "percent", plan=plan) for x in places]),
            colour,
            across=tuple(x / unit for x in places),
            dash=dash,
        )
        for plan, (colour, dash) in zip(plans, styles, strict=False)
    )
    along, up = word(shelf, "result_axis"), word(shelf, "reach_axis")
    return ChartSpec("lines", drawn, word(shelf, "note_reach"), along=along, up=up, percent=True)


def short_name(shelf: Shelf, plan: str) -> str:
    """Return the part of a plan's name that stands before its explanation, for a legend."""
    whole = str(plan_name(shelf, plan))
    return re.split(r"[:：]", whole, maxsplit=1)[0].strip() or whole


def limits(shelf: Shelf, plans: Sequence[str], count: int) -> list[float]:
    """Return results at even steps over nearly all futures of some plans, zero among them, CNY."""
    data = shelf.run.dataset["npv"].sel(plan=list(plans)).to_numpy()
    low, high = (float(value) for value in np.quantile(data, AWAY))
    step = nice((max(high, 0.0) - min(low, 0.0)) / (count - 1) or 1.0)
    return [float(step * place) for place in range(int(np.floor(low / step)), int(np.ceil(high / step)) + 1)]


def histogram(shelf: Shelf) -> ChartSpec:
    """Return the share of futures by result, those that lose in another colour."""
    unit, edges = scale(shelf), limits(shelf, [RECOMMENDED], BINS)
    edges = [*edges, edges[-1] + (edges[1] - edges[0])]
    pairs = list(pairwise(edges))
    shares = [shelf.number("npv", f"share_between {a:.0f} {b:.0f}", "percent", plan=RECOMMENDED) for a, b in pairs]
    sides = [
        points([share if (b <= 0) == loses else None for share, (_, b) in zip(shares, pairs, strict=True)])
        for loses in (True, False)
    ]
    drawn = (Drawn(word(shelf, "losing"), sides[0], RED), Drawn(word(shelf, "earning"), sides[1], BLUE))
    bars = tuple(f"{a / unit:,.0f}".replace("-", "−") for a, _ in pairs)
    along, up = word(shelf, "result_axis"), word(shelf, "share_axis")
    return ChartSpec("column", drawn, word(shelf, "note_reach"), bars=bars, along=along, up=up, percent=True)


@dataclass(frozen=True)
class Amount:
    """Rows of the ledger that make one bar, and what they bring, CNY."""

    name: str
    rows: tuple[str, ...]
    cny: float


def amounts(shelf: Shelf) -> list[Amount]:
    """Return what makes the result, in the order of the ledger; rows too small to see stand together at the end."""
    data = shelf.run.dataset
    book = data["ledger"].sel(plan=RECOMMENDED).sum("year").mean("scenario")
    known = {str(name) for name in data["row"].values}
    found = [
        Amount(_row_name(shelf, row), (row.name,), row.sign * float(book.sel(row=row.name)))
        for row in ROWS
        if row.name in known and row.kind != "timing"
    ]
    found = [each for each in found if each.cny != 0.0]
    least = SMALL * max((abs(each.cny) for each in found), default=0.0)
    small = [each for each in found if abs(each.cny) < least]
    if len(small) < 2:
        return found
    rest = Amount(word(shelf, "smaller"), tuple(each.rows[0] for each in small), sum(each.cny for each in small))
    return [*(each for each in found if abs(each.cny) >= least), rest]


def _row_name(shelf: Shelf, row: Row) -> str:
    title = row_title(row.name, shelf.run.case.called)
    return ROWS_ZH.get(row.name, title) if shelf.language == "zh" else title


def summed(shelf: Shelf, rows: Sequence[str], form: str = "money_bare_plus") -> Cited:
    """Return what rows of the ledger bring together, all years, average of all futures."""
    return shelf.number("ledger", "mean", form, over=("year",), signed="row_sign", plan=RECOMMENDED, row=tuple(rows))


def waterfall(shelf: Shelf) -> ChartSpec:
    """Return the way from revenue over each cost to the result; bars may cross zero."""
    found = amounts(shelf)
    parts = [summed(shelf, each.rows) for each in found]
    ends = [summed(shelf, [row for each in found[: n + 1] for row in each.rows]) for n in range(len(found))]
    result = shelf.number("result", "mean", "money_bare_plus", plan=RECOMMENDED)
    steps = [_step(before, part, end) for before, part, end in zip([None, *ends[:-1]], parts, ends, strict=True)]
    steps.append({"whole": [(result, 1.0)]})
    unit = scale(shelf)
    kinds = (("lift", ""), ("up", GREEN), ("down", RED), ("whole", BLUE))
    names = {"lift": "floor", "up": "gives", "down": "takes", "whole": "stays"}
    drawn = [
        Drawn(word(shelf, names[kind]), _layer(steps, kind, layer, unit), colour, told=bool(colour) and not layer)
        for kind, colour in kinds
        for layer in range(2 if kind in ("up", "down") else 1)
    ]
    names_of = [*(each.name for each in found), word(shelf, "result")]
    bars = tuple(joined([name, number], "  ") for name, number in zip(names_of, [*parts, result], strict=True))
    up = word(shelf, "sum_axis")
    return ChartSpec("bar", tuple(drawn), word(shelf, "note_money"), bars=bars, up=up, stacked=True, legend=False)


Piece = tuple[Cited, float]


def _step(before: Cited | None, part: Cited, end: Cited) -> dict[str, list[Piece]]:
    """Return the pieces of one bar: the lift under it, and what is seen on either side of zero.

    A piece is a number and the sign that it is drawn with.
    """
    start, stop = 0.0 if before is None else _cny(before), _cny(end)
    way = "up" if stop >= start else "down"
    if before is None or start == 0.0:
        return {way: [(end, 1.0)]}
    if start * stop < 0:
        return {way: [(before, 1.0), (end, 1.0)]}
    side = 1.0 if start + stop > 0 else -1.0
    near = before if abs(start) < abs(stop) else end
    # Seen on its side of zero: a cost above zero is drawn upwards from where it ends.
    return {"lift": [(near, 1.0)], way: [(part, side * (1.0 if _cny(part) > 0 else -1.0))]}


def _cny(number: Cited) -> float:
    return float(number.value or 0.0)


def _layer(steps: Sequence[dict[str, list[Piece]]], kind: str, layer: int, unit: float) -> Points:
    pieces = [step.get(kind, [])[layer : layer + 1] for step in steps]
    numbers = tuple(piece[0][0] if piece else None for piece in pieces)
    return Points(numbers, tuple(piece[0][1] * unit if piece else 1.0 for piece in pieces))


def money_title(shelf: Shelf) -> Says:
    """Return the headline of the waterfall: what remains, and the largest cost."""
    result = shelf.number("result", "mean", "money_plus", plan=RECOMMENDED)
    costs = [each for each in amounts(shelf) if each.cny < 0]
    if not costs:
        return Says((word(shelf, "result"), " ", result))
    most = min(costs, key=lambda each: each.cny)
    cost = summed(shelf, most.rows, "money_size")
    name = most.name[:1].lower() + most.name[1:]
    return phrase(shelf, "money_title", result=result, name=name, cost=cost)
