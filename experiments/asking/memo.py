"""A decision memo of a finished run: opened with the answers beside it, written as a Word file."""

from __future__ import annotations

from pathlib import Path

from experiments.asking.beside import answers_beside
from experiments.asking.reopen import open_finished
from model import folders, store
from model.errors import Finding, InputError
from reports.board.memo_story import SENSITIVITY
from reports.cited import Shelf
from reports.forms import LANGUAGES, Language
from reports.memo import write_memo

NAMES: dict[Language, str] = {"en": "memo.docx", "zh": "memo-zh.docx"}
"""What the memo is called in the folder of its run."""


def memo(name: str, language: str, template: Path | None, out: Path | None) -> Path:
    """Write the memo of a run into its folder, or to another place, and return where it stands.

    Parameters
    ----------
    name : a run's folder, the case whose usual run is meant, or a frozen version
    template : Word file whose styles are used; out : where to, None for the run's folder

    Raises
    ------
    InputError : no such run, language or template, or the place is taken
    """
    known = [each for each in LANGUAGES if each == language]
    if not known:
        raise InputError(Finding("E-VALUE", "--lang", "no such language", language, ", ".join(LANGUAGES)))
    if template is not None and not (template.is_file() and template.suffix == ".docx"):
        raise InputError(Finding("E-FILE", str(template), "is no template", "", "a .docx file"))
    run = open_finished(name)
    found = answers_beside(run, [SENSITIVITY])
    datasets = {key: answer.dataset for key, answer in found.items()}
    shelf = Shelf(run, known[0], datasets, {key: answer.hash for key, answer in found.items()})
    written = write_memo(shelf, template)
    if out is not None:
        folders.write_file(out, written)
        return out
    store.add_file(run, NAMES[known[0]], written)
    return run.path / NAMES[known[0]]
