"""What named futures make of the plan at their weights, where somebody asked the run for it."""

from __future__ import annotations

from reports.board.phrases import phrase
from reports.cited import Says, Shelf
from reports.drawing import RECOMMENDED

SCENARIOS = "scenarios"
GUESS = "guess"


def weighed(shelf: Shelf) -> Says | None:
    """Return the plan's result and chance of loss over the case's named futures, None where nobody asked for them."""
    if SCENARIOS not in shelf.answers or shelf.answers[SCENARIOS].sizes["world"] < 2:
        return None
    data = shelf.answers[SCENARIOS]
    mean = shelf.number("mixed", form="money_plus", of=SCENARIOS, plan=RECOMMENDED)
    loss = shelf.number("mixed_loss", form="percent", of=SCENARIOS, plan=RECOMMENDED)
    guessed = "weight_origin" in data and GUESS in data["weight_origin"].values
    count = str(data.sizes["world"] - 1)
    return phrase(shelf, "weighed_guess" if guessed else "weighed", count=count, mean=mean, loss=loss)
