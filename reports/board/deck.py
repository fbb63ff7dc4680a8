"""A board deck from a run and the answers to questions about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reports.board.backup_slides import asked_slides, backup_slides, index_slide
from reports.board.book_slides import book_slides
from reports.board.main_slides import main_slides
from reports.board.phrases import word
from reports.board.slides import Deck
from reports.cited import Register, Shelf
from reports.status import status_of
from reports.words import clean

QUESTIONS = ("board", "sensitivity", "tradeoff", "bridge", "next-hire", "changes")
"""Questions whose stored answers a deck quotes."""


def write_deck(
    shelf: Shelf, template: Path | None = None, names: Mapping[str, str] | None = None
) -> tuple[bytes, Register]:
    """Return a deck and the register that travels in it.

    Parameters
    ----------
    template : a company's .pptx; None takes our own
    names : plain name of each guess of the case, by its pointer into case.json
    """
    register = Register(shelf, "deck")
    mark = status_of(shelf.run).mark
    deck = Deck(register, footer(shelf), word(shelf, f"mark_{mark}") if mark else "", template)
    behind = [*backup_slides(shelf), *book_slides(shelf, names)]
    before = [*main_slides(shelf), *asked_slides(shelf)]
    for slide in (*before, index_slide(shelf, behind, len(before)), *behind):
        deck.add(slide)
    return deck.content(), register


def footer(shelf: Shelf) -> str:
    """Return what stands at the foot of each slide: run, status and date, and whose figures they are."""
    found = status_of(shelf.run)
    run = shelf.run
    return f"{clean(run.path.name)} · {word(shelf, f'word_{found.word}')} · {found.date} · {run.hash[:10]}"
