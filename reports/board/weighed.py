"""What named futures make of the plan at their weights, where somebody asked the run for it."""

from __future__ import annotations

import xarray as xr

from reports.board.phrases import phrase
from reports.cited import Says, Shelf
from reports.drawing import RECOMMENDED
from reports.forms import NAME
from reports.words import is_number

SCENARIOS = "scenarios"
GUESS = "guess"


def weighed(shelf: Shelf) -> Says | None:
    """Return the plan's result and chance of loss over the case's named futures, None where nobody asked for them.

    Beside it stand the weight of the case as it is, and from which weight of the worst future nothing is earned (R221).
    """
    if SCENARIOS not in shelf.answers or shelf.answers[SCENARIOS].sizes["world"] < 2:
        return None
    data = shelf.answers[SCENARIOS]
    mean = shelf.number("mixed", form="money_plus", of=SCENARIOS, plan=RECOMMENDED)
    loss = shelf.number("mixed_loss", form="percent", of=SCENARIOS, plan=RECOMMENDED)
    guessed = "weight_origin" in data and GUESS in data["weight_origin"].values
    count = str(data.sizes["world"] - 1)
    own = shelf.number("weight", form="percent", of=SCENARIOS, world=str(data["world"].values[0]))
    key = "weighed_guess" if guessed else "weighed"
    return phrase(shelf, key, count=count, mean=mean, loss=loss, own=own, worst=_worst(shelf, data))


def _worst(shelf: Shelf, data: xr.Dataset) -> Says | str:
    """Return from which weight of the worst future the plan earns nothing, nothing where none is told or it loses."""
    if "worst_weight" not in data:
        return ""
    told = data.sel(plan=RECOMMENDED)
    at = shelf.number("worst_weight", form="percent", of=SCENARIOS, plan=RECOMMENDED)
    if not is_number(at.value) or float(told["mixed"]) <= 0:
        return ""
    world = str(data["world"].values[int(told["worst"])])
    name = shelf.text("world_title", NAME, of=SCENARIOS, world=world)
    now = shelf.number("weight", form="percent", of=SCENARIOS, world=world)
    return phrase(shelf, "weighed_worst", name=name, at=at, now=now)
