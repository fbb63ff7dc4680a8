"""The results workbook of a finished run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from experiments.asking.papers import language_of, put
from experiments.asking.reopen import open_finished
from experiments.running.books import books, fingerprint
from model.quoting import BOOKS
from reports.book.workbook import write_workbook
from reports.forms import Language

NAMES: dict[Language, str] = {"en": "workbook.xlsx", "zh": "workbook-zh.xlsx"}
"""What the workbook is called in the folder of its run."""


@dataclass(frozen=True)
class Written:
    """A document that was written: where it stands, its bytes and the numbers it cites."""

    path: Path
    bytes: int
    numbers: int


def ask(name: str, language: str, out: Path | None, mapping: Path | None) -> Written:
    """Write the workbook of a run, into its folder unless another place is named (R210).

    Parameters
    ----------
    name : a run's folder, the case whose usual run is meant, or a frozen version
    out : a new file; mapping : table of accounts, None for the shipped one

    Raises
    ------
    InputError : no such run, the place is taken, or the table of accounts has faults
    """
    spoken = language_of(language)
    run = open_finished(name)
    found = books(run)
    content, numbers = write_workbook(run, found, {BOOKS: fingerprint(found)}, spoken, mapping)
    return Written(put(run, NAMES[spoken], content, out), len(content), numbers)
