"""The slide from the money asked to the cash needed: amounts that add up, and why the first phase needs more."""

from __future__ import annotations

from reports.board.drawn_bars import plain_bars
from reports.board.main_slides import drawn, head
from reports.board.memo_words import memo_says, memo_word
from reports.board.money_sides import ADDED, bridge_cash, bridge_figures, by_phase, first_phase
from reports.board.phrases import own_futures, phrase, sentences, word
from reports.board.specs import BESIDE, SlideSpec, TableSpec, Words
from reports.cited import Shelf
from reports.drawing import RECOMMENDED

SUMS = ("costs", "result")
"""Amounts that those above them add up to."""


def asked_money_slide(shelf: Shelf) -> SlideSpec | None:
    """Return the amounts from the budget asked over costs and revenue to the largest cash need; None where unknown."""
    figures = bridge_figures(shelf)
    if not figures:
        return None
    names: list[Words] = [memo_word(shelf, f"bridge_{name}") for name in figures]
    rows: list[tuple[Words, ...]] = list(zip(names, figures.values(), strict=True))
    need = shelf.number("peak_cash", "p50", ADDED, plan=RECOMMENDED)
    rows += [(word(shelf, "need_row"), need)] if need.value else []
    strong = tuple(place for place, name in enumerate(figures) if name in SUMS)
    table = TableSpec((word(shelf, "amount"), head(shelf, "all_years")), tuple(rows), (4.0, 2.2), strong)
    key = "asked_title" if need.value else "asked_no_cash"
    shown = {name: figures[name] for name in ("asked", "costs", "revenue")}
    title = phrase(shelf, key, need=need, **shown)
    told = [part for part in (bridge_cash(shelf), first_phase(shelf), by_phase(shelf)) if part is not None]
    months = shelf.assumed("/clock/months", "count")
    notes = (memo_says(shelf, "bridge_units", months=months), drawn(shelf))
    bars = plain_bars(shelf, names[1:], list(figures.values())[1:], "sum_axis", word(shelf, "note_asked_money"))
    return SlideSpec(
        BESIDE, title, (sentences(shelf, told),) if told else (), notes, (bars,), table, futures=own_futures(shelf)
    )
