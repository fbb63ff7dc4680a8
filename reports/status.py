"""Draft, submitted, approved or superseded: what every output says about a run, and what stands across its pages."""

from __future__ import annotations

from dataclasses import dataclass

from model.store import Run
from model.versions import APPROVED, DRAFT, SUPERSEDED

MARKS = {APPROVED: "", SUPERSEDED: "SUPERSEDED"}
"""What stands across a page, by status; any other has DRAFT."""


@dataclass(frozen=True)
class Status:
    """How far a run is approved (R197).

    word : draft, submitted, approved or superseded; by, note, name : empty where nobody froze it
    date : YYYY-MM-DD of the status; of a run that nobody froze, the day it was made
    """

    word: str
    by: str
    date: str
    note: str
    name: str

    @property
    def is_approved(self) -> bool:
        """Whether somebody approved this run and no later record took that back."""
        return self.word == APPROVED

    @property
    def mark(self) -> str:
        """What stands across every page: DRAFT, SUPERSEDED, or nothing on an approved one."""
        return mark_of(self.word)


def mark_of(word: object) -> str:
    """Return what stands across pages of a status: DRAFT for any that is not known to be approved.

    Examples
    --------
    >>> mark_of("submitted"), mark_of("approved"), mark_of(None)
    ('DRAFT', '', 'DRAFT')
    """
    return MARKS.get(str(word), "DRAFT")


def status_of(run: Run) -> Status:
    """Return the status of a run: that of its frozen version, and draft where nobody froze it (R197)."""
    last = run.frozen
    if last is None:
        return Status(DRAFT, "", run.created[:10], "", "")
    return Status(last.status, last.by, last.date[:10], last.note, last.name)
