"""A board deck of a finished run: opened with the answers beside it, written as a PowerPoint file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from experiments.asking import board
from experiments.asking.answers import RUNS, Asked
from experiments.asking.beside import answers_beside
from experiments.asking.papers import language_of, put, shelf_of
from experiments.asking.reopen import open_finished
from experiments.asking.steps import FIRST
from model import store
from reports.board.deck import QUESTIONS, write_deck
from reports.forms import Language

NAMES: dict[Language, str] = {"en": "deck.pptx", "zh": "deck-zh.pptx"}
"""What the deck is called in the folder of its run."""

FRESH = 2000
"""Futures for what a board asks beside the plan, told on the slides."""


def deck(name: str, language: str, template: Path | None, out: Path | None, say: Callable[[str], None]) -> Path:
    """Write the deck of a run into its folder, or to another place, and return where it stands.

    Parameters
    ----------
    name : a run's folder, the case whose usual run is meant, or a frozen version
    template : a company's .pptx, None for our own; out : where to, None for the run's folder

    Raises
    ------
    InputError : no such run, language or template, or the place is taken
    """
    spoken = language_of(language)
    run = open_finished(name)
    found = answers_beside(run, QUESTIONS)
    if board.QUESTION not in found and not run.plans[FIRST].is_idle:
        found[board.QUESTION] = board.ask(str(run.path), Asked(FRESH, _room(run), False, say))
    written, register = write_deck(shelf_of(run, spoken, found), template)
    say(f"{sum(map(_numbers, register.places.values())):,} numbers with their source")
    return put(run, NAMES[spoken], written, out)


def _room(run: store.Run) -> Path | None:
    """Return where the board's questions are answered: the usual place, or one of the run's own if that is taken."""
    usual = RUNS / f"{run.case.id}-{board.QUESTION}"
    return usual.with_name(f"{usual.name}-{run.hash[:8]}") if usual.exists() else None


def _numbers(entry: dict[str, object]) -> int:
    pieces = entry.get("pieces", entry.get("values", ()))
    return sum(not isinstance(piece, str) for piece in pieces) if isinstance(pieces, (list, tuple)) else 0
