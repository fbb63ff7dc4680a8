"""A decision memo of a finished run: opened with the answers beside it, written as a Word file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from experiments.asking import board, changes, last_time
from experiments.asking.beside import answers_beside, experiments_beside
from experiments.asking.papers import language_of, put, shelf_of
from experiments.asking.reopen import FROZEN, open_finished
from model import store, versions
from model.errors import Finding, InputError
from reports.board.gains import EXPERIMENTS
from reports.board.memo_story import QUESTIONS
from reports.forms import Language
from reports.memo import write_memo

Say = Callable[[str], None]

NAMES: dict[Language, str] = {"en": "memo.docx", "zh": "memo-zh.docx"}
"""What the memo is called in the folder of its run."""


def memo(name: str, language: str, template: Path | None, out: Path | None, say: Say, since: str = "") -> Path:
    """Write the memo of a run into its folder, or to another place, and return where it stands.

    Parameters
    ----------
    name : a run's folder, the case whose usual run is meant, or a frozen version
    since : earlier run or frozen version to hold it against, "" for the one approved or submitted last (R196)
    template : Word file whose styles are used; out : where to, None for the run's folder

    Raises
    ------
    InputError : no such run, language or template, or the place is taken
    """
    spoken = language_of(language)
    if template is not None and not (template.is_file() and template.suffix == ".docx"):
        raise InputError(Finding("E-FILE", str(template), "is no template", "", "a .docx file"))
    run = open_finished(name)
    found = last_time.standing(run, answers_beside(run, QUESTIONS), since, say)
    found |= experiments_beside(run, EXPERIMENTS)
    if changes.QUESTION not in found:
        say(_no_version(run))
    found = board.standing(run, found, say)
    written = write_memo(shelf_of(run, spoken, found), template)
    return put(run, NAMES[spoken], written, out)


def _no_version(run: store.Run) -> str:
    """Return that a memo is held against no earlier version, and which ones `--since` could name."""
    known, _ = versions.versions(FROZEN)
    names = [records[-1].name for _, records in known if records[0].case == run.case.id]
    there = f"; --since takes one of: {', '.join(names)}" if names else ""
    return f"no earlier version was approved or submitted before this run{there}"
