"""Bars beside the tables of a deck: results on either side of zero, chances, pay."""

from __future__ import annotations

from collections.abc import Sequence

from reports.board.drawn_money import BLUE, RED, scale
from reports.board.phrases import own_futures, phrase, word
from reports.board.specs import CHART, ChartSpec, Drawn, SlideSpec, Words
from reports.cited import Cited, Says, Shelf, joined, points
from reports.drawing import BOTH_OTHER, OTHER_CALIBRATION, OTHER_READING, RECOMMENDED
from reports.words import in_words

AGAIN = (RECOMMENDED, OTHER_CALIBRATION, OTHER_READING, BOTH_OTHER)
"""The recommended plan as the run has it and under other cases, in the order of a slide."""


def result_bars(shelf: Shelf, names: Sequence[Words], found: Sequence[Cited], alt: str) -> ChartSpec:
    """Return results as bars from zero, losses in another colour."""
    sides = [
        points([each if (float(each.value or 0.0) < 0) == loses else None for each in found], scale(shelf))
        for loses in (True, False)
    ]
    drawn = (Drawn(word(shelf, "losing"), sides[0], RED), Drawn(word(shelf, "earning"), sides[1], BLUE))
    up = word(shelf, "result_axis")
    return ChartSpec("bar", drawn, alt, bars=tuple(names), up=up, stacked=True, legend=False)


def plain_bars(shelf: Shelf, names: Sequence[Words], found: Sequence[Cited], axis: str, alt: str) -> ChartSpec:
    """Return amounts of money of one kind as bars."""
    drawn = Drawn(word(shelf, axis), points(found, scale(shelf)), BLUE)
    unit = word(shelf, axis)
    return ChartSpec("bar", (drawn,), alt, bars=tuple(names), up=unit, legend=False)


def chance_bars(shelf: Shelf, names: Sequence[Words], found: Sequence[Cited], alt: str) -> ChartSpec:
    """Return chances as bars from nought to one."""
    drawn = Drawn(word(shelf, "chance_axis"), points(found), BLUE)
    up = word(shelf, "chance_axis")
    return ChartSpec("bar", (drawn,), alt, bars=tuple(names), up=up, percent=True, legend=False)


def smaller_slide(shelf: Shelf) -> SlideSpec | None:
    """Return what the plan brings when the pay table is read, or demand believed, otherwise; None where none is."""
    known = {str(plan) for plan in shelf.run.dataset["plan"].values}
    plans = [plan for plan in AGAIN if plan in known]
    if len(plans) < 2:
        return None
    found = [shelf.number("npv", "mean", "money_plus", plan=plan) for plan in plans]
    losses = [shelf.number("npv", "chance_below 0", "percent", plan=plan) for plan in plans]
    names = [_called(shelf, plan) for plan in plans]
    low, high = (pick(found, key=lambda each: float(each.value or 0.0)) for pick in (min, max))
    title = phrase(shelf, "typical_title", low=low, high=high)
    body = tuple(
        phrase(shelf, "smaller_line", name=name, gain=gain, loss=loss)
        for name, gain, loss in zip(names, found, losses, strict=True)
    )
    if len(plans) == len(AGAIN) - 1 and BOTH_OTHER not in plans:
        body = (*body, phrase(shelf, "both_unpriced"))
    note = word(shelf, "note_typical")
    chart = result_bars(shelf, [joined([n, g], "  ") for n, g in zip(names, found, strict=True)], found, note)
    return SlideSpec(CHART, title, body, (note,), (chart,), futures=own_futures(shelf))


def _called(shelf: Shelf, plan: str) -> Says:
    reading = str(shelf.run.dataset["salary_reading"].sel(plan=plan).item())
    return phrase(
        shelf, "as_told", calibration=in_words(shelf.run.cases[plan].calibration), reading=word(shelf, reading)
    )
