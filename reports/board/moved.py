"""What moved the result since an earlier version: each changed input by name and value, and what it is worth."""

from __future__ import annotations

import xarray as xr

from reports.board.phrases import begun, counted, phrase, sentences, word
from reports.cited import Says, Shelf, joined
from reports.forms import NAME, PASSAGE

CHANGES = "changes"
"""Question whose answer tells what changed since an earlier run."""
SIDES = ("old", "new")
BRIDGE = "bridge"
"""Question whose answer splits the difference of two runs into steps that add up."""
PLAN = "plan"
INPUTS = ("assumption", "contract")
MOST = 4
"""Inputs or steps that are named; the others are added up or counted."""
SAME_CNY = 0.5
"""Two answers tell of the same two runs where their headlines differ by less than this."""


def moved(shelf: Shelf) -> Says | None:
    """Return what moved the average since an earlier version, None where nothing did or nobody asked (R225)."""
    data = shelf.answers.get(CHANGES)
    if data is None or "change" not in data.sizes:
        return None
    parts = [_split(shelf) if _is_split(shelf, data) else _inputs(shelf, data), _plan(shelf, data)]
    told = [part for part in parts if part is not None]
    return sentences(shelf, told) if told else None


def _is_split(shelf: Shelf, data: xr.Dataset) -> bool:
    """Whether a stored bridge leads from the very run that these changes start from."""
    split = shelf.answers.get(BRIDGE)
    if split is None or str(split.attrs.get("old_run")) != str(data["run_name"].sel(run_side="old").item()):
        return False
    both = [[float(each["headline"].sel(figure="mean", run_side=side)) for side in SIDES] for each in (data, split)]
    return all(abs(one - other) < SAME_CNY for one, other in zip(*both, strict=True))


def _split(shelf: Shelf) -> Says | None:
    """Return the steps of a bridge, the largest first; what is left adds up to the whole."""
    shares = shelf.answers[BRIDGE]["share"].sel(figure="mean")
    own = {str(step): float(shares.sel(step=step)) for step in shares["step"].values}
    steps = sorted((step for step, value in own.items() if value), key=lambda step: -abs(own[step]))
    if not steps:
        return None
    # One that is left alone is named as well: a rest of one would hide its name.
    cut = MOST if len(steps) > MOST + 1 else len(steps)
    rest = phrase(shelf, "moved_rest", worth=_worth(shelf, *steps[cut:])) if steps[cut:] else ""
    said = joined([_step(shelf, step) for step in steps[:cut]], "; " if shelf.language == "en" else "；")
    return phrase(shelf, "moved_by", all=_worth(shelf, *steps), steps=said, rest=rest)


def _worth(shelf: Shelf, *steps: str) -> Says:
    return Says((shelf.number("share", form="money_fine", of=BRIDGE, figure="mean", step=steps),))


def _step(shelf: Shelf, step: str) -> Says:
    row = shelf.answers[BRIDGE].sel(step=step)
    worth = _worth(shelf, step)
    if str(row["step_kind"].item()) == PLAN:
        return phrase(shelf, "moved_bare", what=word(shelf, "plan_anew"), worth=worth)
    what = shelf.text("step_what", PASSAGE, of=BRIDGE, step=step)
    if not str(row["step_old"].item()):
        return phrase(shelf, "moved_bare", what=what, worth=worth)
    old, new = (shelf.text(f"step_{side}", NAME, of=BRIDGE, step=step) for side in SIDES)
    return phrase(shelf, "moved_step", what=what, old=old, new=new, worth=worth)


def _inputs(shelf: Shelf, data: xr.Dataset) -> Says | None:
    """Return the changed inputs by name and value, without what each is worth."""
    places = [place for place, kind in enumerate(map(str, data["change_kind"].values)) if kind in INPUTS]
    if not places:
        return None
    said = joined([_change(shelf, data, place) for place in places[:MOST]], "; " if shelf.language == "en" else "；")
    left = len(places) - MOST
    more = phrase(shelf, "inputs_more", count=counted(shelf, left)) if left > 0 else ""
    return phrase(shelf, "inputs", steps=said, more=more)


def _change(shelf: Shelf, data: xr.Dataset, place: int) -> Says:
    what = shelf.text("change_what", PASSAGE, of=CHANGES, change=place)
    new = shelf.text("change_new", PASSAGE, of=CHANGES, change=place)
    if not str(data["change_old"].isel(change=place).item()):
        return joined([what, new], ": ")
    return phrase(shelf, "input", what=what, old=shelf.text("change_old", PASSAGE, of=CHANGES, change=place), new=new)


def _plan(shelf: Shelf, data: xr.Dataset) -> Says | None:
    """Return what the plan's rules changed beside heads and partners: milestones, organisation, cities."""
    kinds, olds = (map(str, data[name].values) for name in ("change_kind", "change_old"))
    places = [place for place, (kind, old) in enumerate(zip(kinds, olds, strict=True)) if kind == PLAN and old]
    if not places:
        return None
    said = joined([_change(shelf, data, place) for place in places[:MOST]], "; " if shelf.language == "en" else "；")
    return begun(phrase(shelf, "plan_changes", steps=said))
