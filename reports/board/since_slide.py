"""The slide of what changed since an earlier version: figures, plan, assumptions and clauses, before and now."""

from __future__ import annotations

from collections.abc import Iterator

import xarray as xr

from reports.board.moved import CHANGES, SIDES, moved
from reports.board.phrases import answer_futures, phrase, word
from reports.board.specs import TABLE, SlideSpec, TableSpec, Words
from reports.cited import Cited, Says, Shelf, joined
from reports.forms import NAME, PASSAGE

MOST = 8
"""Changes that a slide has room for."""
FIRST = ("heads", "partner", "line", "plan", "contract", "assumption", "version", "futures", "role")
"""Kinds of changes in the order in which a board asks; the decision is told by the heads."""
HEADLINES = {"mean": "money_plus", "p_loss": "percent"}
"""Figures that one sentence tells, and their forms."""
WIDTHS = (4.4, 3.8, 3.8)


def since_slide(shelf: Shelf) -> SlideSpec:
    """Return what changed since an earlier version, at most so many changes, and how many there are (R196)."""
    data = shelf.answers[CHANGES]
    old, new = (_average(shelf, side) for side in SIDES)
    title = phrase(shelf, "since_title", name=_text(shelf, "run_name"), status=_status(shelf), old=old, new=new)
    order = _order(data)
    rows = (*_figures(shelf), *(_row(shelf, place) for place in order[:MOST]))
    head = (word(shelf, "step"), word(shelf, "before"), word(shelf, "now"))
    count = shelf.number("change_count", form="count", of=CHANGES)
    said = phrase(shelf, "since_more" if len(order) > MOST else "since_all" if order else "since_none", count=count)
    return SlideSpec(
        TABLE,
        title,
        tuple(part for part in (said, moved(shelf)) if part is not None),
        (word(shelf, "note_since"),),
        table=TableSpec(head, rows, WIDTHS, (0,)),
        futures=answer_futures(shelf, CHANGES),
    )


def since(shelf: Shelf) -> Says | None:
    """Return in a sentence what changed of result and ask since an earlier version, None without one (R196)."""
    data = shelf.answers.get(CHANGES)
    if data is None or "asked" not in data:
        return None
    figures = {name: [_figure(shelf, name, form, side) for side in SIDES] for name, form in HEADLINES.items()}
    figures["asked"] = [shelf.number("asked", form="money", of=CHANGES, run_side=side) for side in SIDES]
    slots: dict[str, Cited | Says | str] = {
        f"{name}_{side}": words for name, both in figures.items() for side, words in zip(SIDES, both, strict=True)
    }
    slots |= {"name": _text(shelf, "run_name"), "status": _status(shelf), "heads": _heads(shelf, data)}
    return phrase(shelf, "since", **slots)


def _heads(shelf: Shelf, data: xr.Dataset) -> Says | str:
    """Return the heads by phase before and now, nothing where they stayed."""
    kinds = [str(kind) for kind in data["change_kind"].values] if "change" in data.sizes else []
    if "heads" not in kinds:
        return ""
    place = kinds.index("heads")
    old, new = (shelf.text(f"change_{side}", NAME, of=CHANGES, change=place) for side in SIDES)
    return phrase(shelf, "since_heads", old=old, new=new)


def _figure(shelf: Shelf, name: str, form: str, side: str) -> Cited:
    return shelf.number("headline", form=form, of=CHANGES, figure=name, run_side=side)


def _order(data: xr.Dataset) -> list[int]:
    kinds = [str(kind) for kind in data["change_kind"].values] if "change" in data.sizes else []
    told = [place for place, kind in enumerate(kinds) if kind in FIRST]
    return sorted(told, key=lambda place: FIRST.index(kinds[place]))


def _text(shelf: Shelf, name: str) -> Cited:
    return shelf.text(name, NAME, of=CHANGES, run_side="old")


def _status(shelf: Shelf) -> Says:
    status = str(shelf.answers[CHANGES]["status_word"].sel(run_side="old").item())
    return joined([word(shelf, f"is_{status}"), _text(shelf, "status_date")])


def _average(shelf: Shelf, side: str) -> Words:
    return shelf.number("headline", form="money_plus", of=CHANGES, figure="mean", run_side=side)


def _figures(shelf: Shelf) -> Iterator[tuple[Words, ...]]:
    rows = (("mean", "tile_gain", "money_plus"), ("bad", "tile_bad", "money"), ("p_loss", "tile_loss", "percent"))
    for figure, name, form in rows:
        sides = [shelf.number("headline", form=form, of=CHANGES, figure=figure, run_side=s) for s in SIDES]
        yield word(shelf, name), *sides


def _row(shelf: Shelf, place: int) -> tuple[Words, ...]:
    row = shelf.answers[CHANGES].isel(change=place)
    what = shelf.text("change_what", PASSAGE, of=CHANGES, change=place)
    told = (str(row[f"change_{name}"].item()) for name in SIDES)
    cells = [
        shelf.text(f"change_{name}", NAME, of=CHANGES, change=place) if text else "–"
        for name, text in zip(SIDES, told, strict=True)
    ]
    return what, *cells
