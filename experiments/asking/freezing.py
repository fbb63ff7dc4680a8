"""Runs frozen under a name: a sealed copy with who, when and why, and each later status as a record of its own."""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import xarray as xr

from experiments.asking import answers
from experiments.asking.reopen import FROZEN, open_finished, place_of
from model import folders, store, versions
from model.errors import DamagedError, Finding, InputError, nearest
from model.store import Run
from model.versions import APPROVED, Record
from reports.page import write_page

PAGE = "page.html"
ANSWERS = "answers"
"""Folder inside a version with the answers that were asked of its run."""
LARGE = 1_000_000
"""Bytes from which on a file is read while it is written, not before."""


def freeze(name: str, run: str, status: str, by: str, note: str, when: str) -> tuple[Path, Record]:
    """Freeze a run under a name, or without a new name give a frozen version its next status (R197).

    Parameters
    ----------
    name : of the new version, empty where `run` names a frozen one; when : date of the record, UTC

    Raises
    ------
    InputError : a name that is taken, a status that does not follow the last one, or nobody who answers for it
    """
    return _first(name, run, status, by, note, when) if name else _later(run, status, by, note, when)


def _first(name: str, run: str, status: str, by: str, note: str, when: str) -> tuple[Path, Record]:
    found = open_finished(run)
    if found.frozen:
        fix = f"give it its next status: headcast freeze {found.frozen.name} --status …"
        raise InputError(Finding("E-FROZEN", run, "is frozen already", found.frozen.name, "a run nobody froze", fix))
    versions.check_name(FROZEN, name)
    versions.check_next(None, status, by)
    record = Record(name, 1, status, by, when, note, found.path.as_posix(), found.case.id, found.hash)
    files = _contents(found.path, "") | _asked_of(found)
    files |= {PAGE: _page(found, record), folders.SEAL: record.text()}
    FROZEN.mkdir(parents=True, exist_ok=True)
    folders.write_folder(FROZEN / name, files, check=partial(_check_copy, run=found))
    return FROZEN / name, record


def _later(run: str, status: str, by: str, note: str, when: str) -> tuple[Path, Record]:
    place = FROZEN / run if versions.is_version(FROZEN / run) else place_of(run)
    if place is None or not versions.is_version(place):
        known = sorted(path.name for path in FROZEN.iterdir() if versions.is_version(path)) if FROZEN.is_dir() else []
        fix = nearest(run, known) or "to freeze a run, give its new version a name: --name NAME"
        raise InputError(Finding("E-REF", run, "no such frozen version", "", ", ".join(known) or "none yet", fix))
    found = store.open_run(place)
    last = versions.history(place)[-1]
    versions.check_next(last, status, by)
    before = versions.fingerprint(versions.place(place, last.number))
    record = replace(last, number=last.number + 1, status=status, by=by, note=note, date=when, before=before)
    folder = versions.place(place, record.number)
    folders.write_folder(folder, {PAGE: _page(found, record), folders.SEAL: record.text()})
    return folder, record


def _page(run: Run, record: Record) -> str:
    # Its numbers are quoted from the frozen version, not from the run that may be replaced.
    return write_page(replace(run, frozen=record, path=FROZEN / record.name))


def _contents(folder: Path, under: str) -> dict[str, folders.Content]:
    """Return the files of a folder that its manifest names, and the manifest itself where the folder goes inside."""
    names = [*folders.check_folder(folder), *([folders.MANIFEST] if under else [])]
    return {f"{under}{name}": _content(folder / name) for name in names}


def _content(path: Path) -> folders.Content:
    if path.stat().st_size < LARGE:
        return path.read_bytes()
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _asked_of(run: Run) -> dict[str, folders.Content]:
    """Return the files of the answers beside a run that were asked of it, so that they stay when it goes."""
    files: dict[str, folders.Content] = {}
    for folder in sorted(run.path.absolute().parent.iterdir()):
        if (folder / answers.ANSWER).is_file() and _run_of(folder) == run.hash:
            files |= _contents(folder, f"{ANSWERS}/{folder.name}/")
    return files


def _run_of(folder: Path) -> str:
    try:
        with xr.open_dataset(folder / store.DATASET, engine="h5netcdf", decode_times=False) as data:
            return str(data.attrs.get("run_dataset", ""))
    except OSError as error:
        raise DamagedError(Finding("E-DAMAGED", str(folder / store.DATASET), "cannot be read", str(error))) from error


def _check_copy(stage: Path, run: Run) -> None:
    """Refuse a copy of a run that was replaced while it was read."""
    told = json.loads((stage / store.INFO).read_text(encoding="utf-8"))
    if (told["created"], told["dataset_hash"]) != (run.created, run.hash):
        raise InputError(Finding("E-LOCK", str(run.path), "was replaced while it was frozen", fix="freeze it again"))
    store.check_written(stage, run.hash)


def listed() -> tuple[list[dict[str, Any]], list[Finding]]:
    """Return each frozen version with its headline as plain values, newest first, and what is damaged (R197)."""
    found, broken = versions.versions(FROZEN)
    rows = [_row(folder, records) for folder, records in found]
    return sorted(rows, key=lambda row: (row["date"], row["name"]), reverse=True), broken


def _row(folder: Path, records: list[Record]) -> dict[str, Any]:
    info = json.loads((folder / store.INFO).read_text(encoding="utf-8"))["info"]
    last = records[-1]
    return {
        **{key: getattr(last, key) for key in ("name", "status", "date", "by", "note", "run", "case", "dataset_hash")},
        "folder": str(folder),
        "page": str(versions.place(folder, last.number) / PAGE),
        "headline": _headline(info),
        "history": [{key: getattr(one, key) for key in ("status", "date", "by", "note")} for one in records],
    }


def _headline(info: Mapping[str, Any]) -> dict[str, Any]:
    gain, loss = info.get("gain_over_do_nothing") or {}, info.get("p_loss") or {}
    return {
        "heads": (info.get("plan") or {}).get("heads"),
        "gain": gain.get("mean"),
        "gain_se": gain.get("se"),
        "p_loss": loss.get("value"),
        "npv_p05": (info.get("npv") or {}).get("p05"),
    }


def approved_beside(record: Record) -> list[str]:
    """Return the names of other approved versions of a record's case, of which only one can hold."""
    if record.status != APPROVED:
        return []
    rows, _ = listed()
    return [r["name"] for r in rows if (r["status"], r["case"]) == (APPROVED, record.case) and r["name"] != record.name]
