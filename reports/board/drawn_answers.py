"""Slides drawn from answers to questions: which numbers carry the result, and return against risk."""

from __future__ import annotations

import re

from reports.board import findings
from reports.board.drawn_money import BLUE, GREY, ORANGE, RED, scale
from reports.board.input_names import called, united
from reports.board.phrases import answer_futures, phrase, word
from reports.board.specs import CHART, ChartSpec, Drawn, SlideSpec
from reports.board.turning import once
from reports.cited import Says, Shelf, joined, points
from reports.words import clean

SENSITIVITY, TRADEOFF = "sensitivity", "tradeoff"
LONGEST = 10
"""Bars of the chart of what carries the result."""
WHOLE = 110
"""Letters of a number's name: longer ones are cut."""


def tornado_slide(shelf: Shelf) -> SlideSpec:
    """Return what each number alone does to the result at both ends of its range, the strongest first."""
    keys = by_strength(shelf)[:LONGEST]
    low, high = (
        [shelf.number("change", form="money_plus", of=SENSITIVITY, number=key, end=end) for key in keys]
        for end in ("low", "high")
    )
    unit = scale(shelf)
    bars = (
        Drawn(word(shelf, "low_end"), points(low, unit), ORANGE),
        Drawn(word(shelf, "high_end"), points(high, unit), BLUE),
    )
    names = tuple(_bar(shelf, key) for key in keys)
    up = word(shelf, "change_axis")
    chart = ChartSpec("bar", bars, word(shelf, "note_tornado"), bars=names, up=up)
    title = phrase(shelf, "tornado_title", name=title_of(shelf, keys[0]), low=low[0], high=high[0])
    body = tuple(part for part in (findings.flip(shelf),) if part is not None)
    body = (*body, phrase(shelf, "moved_on"))
    return SlideSpec(
        CHART, title, body, (word(shelf, "note_tornado"),), (chart,), futures=answer_futures(shelf, SENSITIVITY)
    )


def title_of(shelf: Shelf, key: str) -> str:
    """Return what a number is called in the answer."""
    title = shelf.answers[SENSITIVITY]["number_title"].sel(number=key).item()
    return findings.short(called(shelf.language, title), WHOLE)


def _bar(shelf: Shelf, key: str) -> Says:
    """Return the words at a bar: what is moved, from where to where."""
    return joined([title_of(shelf, key), ends_of(shelf, key)], ": ")


def by_strength(shelf: Shelf) -> list[str]:
    """Return the numbers of the answer, the one that moves the result most first, of one lever only one (R201)."""
    data = shelf.answers[SENSITIVITY]
    change = abs(data["change"]).max("end").fillna(0.0)
    return once(data, sorted(map(str, data["number"].values), key=lambda key: -float(change.sel(number=key))))


def ends_of(shelf: Shelf, key: str) -> Says:
    """Return both ends of a number's range."""
    return joined([_end(shelf, key, end) for end in ("low", "high")], " → ")


def _end(shelf: Shelf, key: str, end: str) -> Says:
    text = clean(shelf.answers[SENSITIVITY]["end_text"].sel(number=key, end=end).item())
    unit = re.sub(r"^[−+\-\d.,\s]+", "", text)
    form = "percent" if unit.startswith("%") else "decimal"
    value = shelf.number("end_value", form=form, of=SENSITIVITY, number=key, end=end)
    return Says((value,) if form == "percent" or not unit else (value, united(shelf.language, f" {unit}")))


def tradeoff_slide(shelf: Shelf) -> SlideSpec:
    """Return the best plans above each floor for the worst futures, and the other plans beside them."""
    data = shelf.answers[TRADEOFF]
    kinds = {str(plan): str(kind) for plan, kind in zip(data["plan"].values, data["kind"].values, strict=True)}
    curve = [plan for plan, kind in kinds.items() if kind == "risk"]
    curve.sort(key=lambda plan: float(data["worst"].sel(plan=plan)))
    groups = (
        ("curve", curve, GREY, False),
        ("recommended", [plan for plan, kind in kinds.items() if kind == "recommended"], BLUE, True),
        ("do_nothing", [plan for plan, kind in kinds.items() if kind == "nothing"], RED, True),
        ("others", [plan for plan, kind in kinds.items() if kind == "own"], ORANGE, True),
    )
    unit = scale(shelf)
    series = tuple(
        Drawn(
            word(shelf, name),
            points([shelf.number("npv_mean", form="money", of=TRADEOFF, plan=plan) for plan in plans], unit),
            colour,
            across=tuple(float(data["worst"].sel(plan=plan)) / unit for plan in plans),
            marks=marks,
        )
        for name, plans, colour, marks in groups
        if plans
    )
    up, along = word(shelf, "mean_axis"), word(shelf, "worst_axis")
    chart = ChartSpec("lines", series, word(shelf, "note_tradeoff"), up=up, along=along)
    safest = max(curve, key=lambda plan: float(data["worst"].sel(plan=plan)))
    title = phrase(
        shelf,
        "tradeoff_title",
        worst=shelf.number("worst", form="money", of=TRADEOFF, plan=safest),
        own=shelf.number("worst", form="money", of=TRADEOFF, plan="recommended"),
        mean=shelf.number("npv_mean", form="money", of=TRADEOFF, plan=safest),
    )
    return SlideSpec(
        CHART,
        title,
        (findings.loss(shelf),),
        (word(shelf, "note_tradeoff"),),
        (chart,),
        futures=answer_futures(shelf, TRADEOFF),
    )
