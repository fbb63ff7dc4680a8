"""What a paper is held against: the version that was last approved or submitted, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import xarray as xr

from experiments.asking import answers, changes
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import FROZEN, open_finished
from experiments.asking.steps import FIRST
from model import store, versions
from model.errors import Finding, InputError
from model.store import Run
from model.versions import APPROVED, SUBMITTED, Record
from reports.status import status_of

Say = Callable[[str], None]


def standing(run: Run, found: Mapping[str, Answer], since: str, say: Say) -> dict[str, Answer]:
    """Return answers beside a run with what changed since an earlier one; without that where there is none (R196).

    Parameters
    ----------
    since : a run's folder, a case or a frozen version; "" takes the version that `earlier` finds
    """
    rest = {name: answer for name, answer in found.items() if name != changes.QUESTION}
    old = _named(run, since) if since else earlier(run, say)
    if old is None:
        return rest
    known = found.get(changes.QUESTION)
    if known is None or not _is_of(known, old, run):
        place = answers.free_place(run, changes.QUESTION)
        known = changes.ask(str(run.path), str(old.path), FIRST, Asked(0, place, False, say))
    return {**rest, changes.QUESTION: known}


def _named(run: Run, since: str) -> Run:
    old = open_finished(since)
    if old.hash == run.hash:
        what = "holds the very numbers of this run, so that nothing changed"
        raise InputError(Finding("E-VALUE", "--since", what, since, "an earlier run or a frozen version"))
    if FIRST not in old.plans:
        raise InputError(Finding("E-REF", "--since", "has no recommended plan", since, ", ".join(old.plans)))
    return old


def _is_of(known: Answer, old: Run, new: Run) -> bool:
    """Say whether an answer tells the changes since this very run, with the statuses that both have today."""
    told = [(status.word, status.date, status.name) for status in map(status_of, (old, new))]
    data = known.dataset
    if data.attrs.get("since_dataset") != old.hash or "asked" not in data or _in_one_line(data):
        return False
    columns = [data[f"status_{key}"].values.tolist() for key in ("word", "date", "name")]
    return list(zip(*columns, strict=True)) == told


def _in_one_line(data: xr.Dataset) -> bool:
    """Say whether an answer is of the time when a change of the plan was told in one line, old and new together."""
    if "change" not in data.sizes:
        return False
    return bool(((data["change_kind"] == "plan") & (data["change_old"] == "")).any())


def earlier(run: Run, say: Say) -> Run | None:
    """Return the version of the same case that was approved last, else submitted last, and made before a run (R196).

    One that was superseded counts as what it was before; a damaged one is named and left out.
    """
    found, broken = versions.versions(FROZEN)
    for finding in broken:
        say(f"left out, for it is damaged: {finding.where}")
    ranked = [(_rank(records), folder) for folder, records in found if _is_before(run, folder, records)]
    known = [(rank, folder) for rank, folder in ranked if rank is not None]
    return store.open_run(max(known, key=lambda one: one[0])[1]) if known else None


def held_against(run: Run, say: Say) -> str:
    """Return in words which earlier version a run is held against and what tells the changes, "" without one (R196)."""
    old = earlier(run, say)
    if old is None:
        return ""
    status = status_of(old)
    return f"Held against {status.name}, {status.word} {status.date}: headcast changes {status.name} {run.path.name}"


def _rank(records: list[Record]) -> tuple[bool, str] | None:
    """Return whether a version was ever approved and when it was last, or submitted; None where it was neither."""
    for status in (APPROVED, SUBMITTED):
        dates = [record.date for record in records if record.status == status]
        if dates:
            return status == APPROVED, max(dates)
    return None


def _is_before(run: Run, folder: Path, records: list[Record]) -> bool:
    if records[0].case != run.case.id or records[0].dataset_hash == run.hash:
        return False
    created = json.loads((folder / store.INFO).read_text(encoding="utf-8"))["created"]
    return str(created) <= run.created
