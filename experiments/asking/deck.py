"""A board deck of a finished run: opened with the answers beside it, written as a PowerPoint file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from experiments.asking import board, last_time
from experiments.asking.beside import answers_beside
from experiments.asking.papers import language_of, put, shelf_of
from experiments.asking.reopen import open_finished
from experiments.running.input_words import meaning, subject
from model import store
from model.load import case_to_dict
from reports.board.book_slides import guesses
from reports.board.deck import QUESTIONS, write_deck
from reports.forms import Language

Say = Callable[[str], None]

NAMES: dict[Language, str] = {"en": "deck.pptx", "zh": "deck-zh.pptx"}
"""What the deck is called in the folder of its run."""


def deck(name: str, language: str, template: Path | None, out: Path | None, say: Say, since: str = "") -> Path:
    """Write the deck of a run into its folder, or to another place, and return where it stands (R217, R219).

    Parameters
    ----------
    name : a run's folder, the case whose usual run is meant, or a frozen version
    since : earlier run or frozen version to hold it against, "" for the one approved or submitted last (R196)
    template : a company's .pptx, None for our own; out : where to, None for the run's folder

    Raises
    ------
    InputError : no such run, language or template, or the place is taken
    """
    spoken = language_of(language)
    run = open_finished(name)
    found = last_time.standing(run, answers_beside(run, QUESTIONS), since, say)
    found = board.standing(run, found, say)
    written, register = write_deck(shelf_of(run, spoken, found), template, plain_names(run))
    say(f"{register.count:,} numbers with their source")
    return put(run, NAMES[spoken], written, out)


def plain_names(run: store.Run) -> dict[str, str]:
    """Return what each guess of a run's case is called, by its pointer into case.json (R218)."""
    data = case_to_dict(run.case)
    places = {each.pointer: each.pointer.strip("/").split("/") for each in guesses(data)}
    return {pointer: f"{subject(run.case, place)}: {meaning(place)}" for pointer, place in places.items()}
