"""Frozen versions: the records behind a name, in which order they came, and what may follow which.

A version stands in a sealed folder NAME with its first record; each later record is a sealed folder NAME.2, NAME.3 …
beside it and holds the fingerprint of the record before it, so that none can be altered or taken out unseen.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from model import folders
from model.errors import DamagedError, Finding, InputError

DRAFT, SUBMITTED, APPROVED, SUPERSEDED = "draft", "submitted", "approved", "superseded"
STATUSES = (DRAFT, SUBMITTED, APPROVED, SUPERSEDED)
NEXT: dict[str, tuple[str, ...]] = {
    "": (DRAFT, SUBMITTED, APPROVED),
    DRAFT: (SUBMITTED, APPROVED, SUPERSEDED),
    SUBMITTED: (DRAFT, APPROVED, SUPERSEDED),
    APPROVED: (SUPERSEDED,),
    SUPERSEDED: (),
}
"""Which status may follow which; "" is a run that nobody froze."""
NAME = re.compile(r"[^\W_][\w-]{0,59}")
NUMBERED = re.compile(r"(?P<name>[^\W_][\w-]{0,59})\.(?P<number>[0-9]{1,6})")


@dataclass(frozen=True)
class Record:
    """One status of a frozen version.

    number : 1, 2 …; date : of the record, UTC; run : what was frozen, as it was called
    dataset_hash : of the frozen dataset; before : fingerprint of the record before this one, empty for the first
    """

    name: str
    number: int
    status: str
    by: str
    date: str
    note: str
    run: str
    case: str
    dataset_hash: str
    before: str = ""

    def text(self) -> str:
        """Return the record as its file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def is_version(folder: Path) -> bool:
    """Return whether a folder holds a frozen version."""
    return (folder / folders.SEAL).is_file() and NUMBERED.fullmatch(folder.name) is None


def refuse_record(folder: Path) -> None:
    """Refuse the folder of a later record: it holds a status and a page, the run stands in the version's own folder.

    Raises
    ------
    InputError : the folder is the record of a later status
    """
    if (folder / folders.SEAL).is_file() and not is_version(folder):
        version = folder.with_name(folder.name.rpartition(".")[0])
        what, fix = "is a later status of a frozen version, with no run of its own", f"name the version: {version}"
        raise InputError(Finding("E-FROZEN", str(folder), what, folder.name, version.name, fix))


def place(version: Path, number: int) -> Path:
    """Return the folder of a record of a version."""
    return version if number == 1 else version.with_name(f"{version.name}.{number}")


def fingerprint(folder: Path) -> str:
    """Return the sha256 of a folder's manifest, and so of every byte it holds."""
    return sha256((folder / folders.MANIFEST).read_bytes()).hexdigest()


def history(version: Path) -> list[Record]:
    """Return the records of a version, oldest first; its own folder is compared with its manifest by the caller (R197).

    Raises
    ------
    DamagedError : a record is missing, was changed, or does not follow the one before it
    """
    version = version.resolve()
    found = [_read(version)]
    if found[0].name != version.name:
        what = f"is a copy of the frozen version {found[0].name}, without the records that came later"
        raise DamagedError(Finding("E-DAMAGED", str(version), what, version.name, found[0].name))
    for number in range(2, max([1, *_numbers(version)]) + 1):
        folder = place(version, number)
        if not folder.is_dir():
            raise DamagedError(
                Finding("E-DAMAGED", str(folder), "is missing", "", f"record {number} of {version.name}")
            )
        folders.check_folder(folder)
        record, before = _read(folder), fingerprint(place(version, number - 1))
        if (record.name, record.number, record.before) != (version.name, number, before):
            what = "does not follow the record before it: one of them was changed"
            seen, allowed = (
                f"{record.name} {record.number}, after {record.before[:12]}…",
                f"{number}, after {before[:12]}…",
            )
            raise DamagedError(Finding("E-DAMAGED", str(folder / folders.SEAL), what, seen, allowed))
        found.append(record)
    return found


def _numbers(version: Path) -> list[int]:
    found = [NUMBERED.fullmatch(path.name) for path in version.parent.iterdir()]
    return [int(match["number"]) for match in found if match and match["name"] == version.name]


def _read(folder: Path) -> Record:
    return Record(**json.loads((folder / folders.SEAL).read_text(encoding="utf-8")))


def check_name(parent: Path, name: str) -> None:
    """Refuse a name that is none, or that a version already has; a name belongs to one version for ever (R197)."""
    if not NAME.fullmatch(name):
        allowed = "1 to 60 letters, digits, - and _, the first a letter or digit"
        raise InputError(Finding("E-VALUE", "--name", "is not a name for a version", name, allowed))
    for other in sorted(parent.iterdir()) if parent.is_dir() else ():
        taken = NUMBERED.fullmatch(other.name)
        if (taken["name"] if taken else other.name).casefold() == name.casefold():
            last = history(other)[-1] if is_version(other) else None
            said = f"{last.status}, by {last.by} on {last.date[:10]}" if last else "a folder of this name"
            fix = f"choose another name, or say what became of it: headcast freeze {name} --status …"
            raise InputError(Finding("E-EXISTS", "--name", f"{name} is frozen already", said, "a new name", fix))


def check_next(last: Record | None, status: str, by: str) -> None:
    """Refuse a status that does not follow the last one, and a record that nobody answers for (R197)."""
    findings = []
    before = last.status if last else ""
    if status not in NEXT[before]:
        said = f"{before} by {last.by} on {last.date[:10]}" if last else "not frozen yet"
        what = f"{status} does not follow {before}" if last else f"a new version cannot be {status}"
        findings.append(Finding("E-VALUE", "--status", what, said, ", ".join(NEXT[before]) or "nothing any more"))
    if not by.strip():
        findings.append(Finding("E-MISSING", "--by", "says who answers for this status", "", "a name"))
    if findings:
        raise InputError(findings)


def versions(parent: Path) -> tuple[list[tuple[Path, list[Record]]], list[Finding]]:
    """Return each whole version of a folder with its records, and what is damaged (R197)."""
    found, broken = [], []
    for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
        numbered = NUMBERED.fullmatch(folder.name)
        if numbered and not (parent / numbered["name"]).is_dir():
            broken.append(Finding("E-DAMAGED", str(parent / numbered["name"]), "is missing", "", f"as {folder.name}"))
        if NAME.fullmatch(folder.name) and folder.is_dir():
            try:
                folders.check_folder(folder)
                found.append((folder, history(folder)))
            except (DamagedError, InputError) as error:
                broken += error.findings
    return found, broken
