"""What deck, memo and workbook of a run share: their language, the datasets they quote, and where they are put."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from experiments.asking.answers import Answer
from model import folders, store
from model.errors import Finding, InputError
from reports.cited import Shelf
from reports.forms import LANGUAGES, Language


def language_of(told: str) -> Language:
    """Return the language of a paper; raise InputError where there is no such one."""
    known = [each for each in LANGUAGES if each == told]
    if not known:
        raise InputError(Finding("E-VALUE", "--lang", "no such language", told, ", ".join(LANGUAGES)))
    return known[0]


def shelf_of(run: store.Run, language: Language, found: Mapping[str, Answer]) -> Shelf:
    """Return what a paper quotes: the run, and answers to questions about it by name."""
    datasets = {key: answer.dataset for key, answer in found.items()}
    return Shelf(run, language, datasets, {key: answer.hash for key, answer in found.items()})


def put(run: store.Run, name: str, content: bytes, out: Path | None) -> Path:
    """Put a paper into the folder of its run, or to another place, and return where it stands.

    Raises
    ------
    InputError : the other place is taken
    """
    if out is not None:
        folders.write_file(out, content)
        return out
    store.add_file(run, name, content)
    return run.path / name
