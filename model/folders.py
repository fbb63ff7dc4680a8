"""Folders that are complete or absent: staged beside their place, checked, renamed in; their manifest tells damage.

One writer at a time works in a parent folder: the kernel's lock on that folder is free again when a writer dies, so
that whatever is found half made under the lock belongs to a dead writer and is swept.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from typing import Any

from model.errors import DamagedError, Finding, InputError, MachineError

if sys.platform != "win32":
    import fcntl

MANIFEST = "MANIFEST.json"
SEAL = "freeze.json"
"""A folder that holds this file is never replaced and nothing is added to it, nor to a folder inside it."""
FORMAT = 1
WAIT = 60.0
"""Seconds to wait for another writer in the same parent folder."""
SPARE = 4_000_000
"""Free bytes that must be left after writing."""
LEFTOVER = re.compile(r"\.(?P<name>.+)\.headcast-(?P<kind>new|old)-[0-9a-f]{8}")
PART = ".headcast-part"
Content = str | bytes | memoryview
Mark = dict[str, Any]


def check_target(folder: Path, replace: bool = False, need: int = 0) -> None:
    """Refuse at once, before any computing, a place that cannot be written.

    Parameters
    ----------
    folder : where the run shall be
    replace : may a run that is there be replaced?
    need : bytes that will be written, 0 if not known

    Raises
    ------
    InputError : the parent is missing, the place is a file, a link, another folder, or a run without `replace`
    MachineError : the parent cannot be written or has too little room
    """
    folder = _absolute(folder)
    _check_place(folder, replace)
    _check_room(folder, need)
    probe = _aside(folder, "new")
    with _as_machine_error(folder):
        probe.mkdir()
        probe.rmdir()


def write_folder(
    folder: Path, files: Mapping[str, Content], replace: bool = False, check: Callable[[Path], None] | None = None
) -> None:
    """Write a folder of files under its name at once: staged, checked, synced to disk, renamed.

    Parameters
    ----------
    files : relative names with / and their contents
    replace : may a folder with a manifest that is there be replaced? It stays whole until the new one is whole
    check : looks at the staged folder and raises if something is wrong

    Raises
    ------
    InputError, MachineError : as in `check_target`; nothing has changed then
    """
    folder = _absolute(folder)
    contents = {_name(name): _encoded(content) for name, content in files.items()}
    _check_place(folder, replace)
    with _as_machine_error(folder), _only_writer(folder.parent):
        _check_place(folder, replace)
        _check_room(folder, sum(len(content) for content in contents.values()))
        stage = _aside(folder, "new")
        try:
            _fill(stage, contents)
            check_folder(stage)
            if check:
                check(stage)
            _publish(stage, folder)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def add_file(folder: Path, name: str, content: Content) -> None:
    """Add or replace one file of a folder; at each moment the manifest fits what is there.

    The manifest first allows the old and the new content, then the file is renamed in, then it allows the new only.
    """
    folder, name, encoded = _absolute(folder), _name(name), _encoded(content)
    _check_seal(folder, *folder.parents[:2])
    with _as_machine_error(folder), _only_writer(folder.parent):
        _check_room(folder, len(encoded))
        for part in folder.rglob(f".*{PART}"):
            part.unlink()
        marks = check_folder(folder)
        mark = _mark_of(encoded)
        if name in marks:
            _replace_file(folder, MANIFEST, _manifest(marks | {name: [*marks[name], mark]}))
        _replace_file(folder, name, encoded)
        _replace_file(folder, MANIFEST, _manifest(marks | {name: [mark]}))


def write_file(path: Path, content: Content) -> None:
    """Write one new file whole or not at all.

    Raises
    ------
    InputError : the folder is missing or sealed, or something of that name is there
    MachineError : the folder cannot be written or has too little room
    """
    path, encoded = _absolute(path), _encoded(content)
    if not path.parent.is_dir():
        raise InputError(Finding("E-FILE", str(path.parent), "no such folder to write into", "", "", "make it first"))
    if path.exists() or path.is_symlink():
        raise InputError(Finding("E-EXISTS", str(path), "is there already", "", "a new name", "choose another name"))
    _check_seal(*path.parents[:3])
    with _as_machine_error(path):
        _check_room(path, len(encoded))
        _replace_file(path.parent, path.name, encoded)


def check_folder(folder: Path) -> dict[str, list[Mark]]:
    """Return the manifest after comparing each file with it.

    Raises
    ------
    InputError : no such folder, or one without manifest, or written by a newer version
    DamagedError : a file is missing, longer, shorter or changed; names the file and what differs
    """
    marks = _read_manifest(folder)
    findings = [fault for name, allowed in marks.items() if (fault := _fault(folder / name, allowed))]
    if findings:
        raise DamagedError(findings)
    return marks


def recover(folder: Path) -> None:
    """Put back a folder whose replacing was cut off between the two renames; else do nothing."""
    folder = _absolute(folder)
    if not folder.exists() and folder.parent.is_dir() and any(_leftovers(folder.parent, folder.name)):
        with _as_machine_error(folder), _only_writer(folder.parent):
            pass


def _absolute(folder: Path) -> Path:
    return Path(os.path.abspath(folder))


def _name(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) in ("", ".", MANIFEST) or "\\" in name or "\0" in name:
        raise InputError(Finding("E-FILE", "file of a run", "not a name for a file inside a run", name))
    return str(path)


def _encoded(content: Content) -> bytes | memoryview:
    return content.encode() if isinstance(content, str) else content


def _check_seal(*places: Path) -> None:
    for folder in places:
        if (folder / SEAL).is_file():
            what = "is a frozen version, which nothing changes"
            raise InputError(Finding("E-FROZEN", str(folder), what, "", "another place", "copy or write it elsewhere"))


def _check_place(folder: Path, replace: bool) -> None:
    if not folder.parent.is_dir():
        raise InputError(Finding("E-FILE", str(folder.parent), "no such folder to write into", "", "", "make it first"))
    if folder.is_symlink():
        raise InputError(Finding("E-FILE", str(folder), "is a link", "", "a folder, or nothing yet"))
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(Finding("E-FILE", str(folder), "is a file", "", "a folder, or nothing yet"))
    if not any(folder.iterdir()):
        return
    if not (folder / MANIFEST).is_file():
        fix = "choose another name; what is not a run is never replaced"
        raise InputError(Finding("E-FILE", str(folder), "holds other things than a run", "", "a new folder", fix))
    _check_seal(folder)
    if not replace:
        fix = "say --replace to put the new one in its place, or choose another name"
        raise InputError(Finding("E-EXISTS", str(folder), "already holds a run", "", "a new folder", fix))


def _check_room(folder: Path, need: int) -> None:
    with _as_machine_error(folder):
        free = shutil.disk_usage(folder.parent).free
    if free < need + SPARE:
        wanted = f"{(need + SPARE) / 1e6:,.1f} MB"
        fix = "make room, choose another disk or ask for fewer scenarios"
        raise MachineError(Finding("E-DISK", str(folder), "too little free disk", f"{free / 1e6:,.1f} MB", wanted, fix))


def _aside(folder: Path, kind: str) -> Path:
    return folder.with_name(f".{folder.name}.headcast-{kind}-{secrets.token_hex(4)}")


@contextmanager
def _as_machine_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = error.strerror or str(error)
        raise MachineError(
            Finding("E-DISK", str(folder), "cannot be written", said, "", "nothing was changed")
        ) from error


@contextmanager
def _only_writer(parent: Path) -> Iterator[None]:
    """Hold the lock of a parent folder and sweep what dead writers left; without locks there is no sweeping."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(parent, os.O_RDONLY)
    try:
        if _locked(handle, parent):
            _sweep(parent)
        yield
    finally:
        os.close(handle)


def _locked(handle: int, parent: Path) -> bool:
    if sys.platform == "win32":
        return False
    end = time.monotonic() + WAIT
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > end:
                found = f"still busy after {WAIT:g} s"
                raise MachineError(Finding("E-LOCK", str(parent), "another run is being written here", found)) from None
            time.sleep(0.02)
        except OSError:
            return False


def _leftovers(parent: Path, name: str = "") -> Iterator[tuple[Path, Path, str]]:
    """Yield what writers left in a parent folder: its path, the place it was meant for, and new or old."""
    for path in list(parent.iterdir()):
        found = LEFTOVER.fullmatch(path.name)
        if found and name in ("", found["name"]):
            yield path, parent / found["name"], found["kind"]


def _sweep(parent: Path) -> None:
    for path, place, kind in _leftovers(parent):
        if kind == "old" and not place.exists():
            os.rename(path, place)
        else:
            _remove(path, place)


def _remove(path: Path, place: Path) -> None:
    """Remove a folder; it is called new first, because an old one must be whole as long as it has that name."""
    gone = _aside(place, "new")
    os.rename(path, gone)
    shutil.rmtree(gone)


def _fill(stage: Path, contents: Mapping[str, bytes | memoryview]) -> None:
    stage.mkdir()
    for name, content in contents.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        _write(stage / name, content)
    _write(stage / MANIFEST, _manifest({name: [_mark_of(content)] for name, content in contents.items()}))
    for inner in {stage, *(path.parent for path in stage.rglob("*"))}:
        _sync_folder(inner)


def _write(path: Path, content: bytes | memoryview) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _publish(stage: Path, folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        os.rename(stage, folder)
        _sync_folder(folder.parent)
        return
    old = _aside(folder, "old")
    os.rename(folder, old)
    try:
        os.rename(stage, folder)
    except OSError:
        os.rename(old, folder)
        raise
    _sync_folder(folder.parent)
    _remove(old, folder)


def _replace_file(folder: Path, name: str, content: bytes | memoryview) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}{PART}")
    _write(fresh, content)
    os.replace(fresh, place)
    _sync_folder(place.parent)


def _mark_of(content: bytes | memoryview) -> Mark:
    return {"size": len(content), "sha256": sha256(content).hexdigest()}


def _manifest(marks: Mapping[str, list[Mark]]) -> bytes:
    """Return the manifest's only form: a change of any of its bytes shows when it is written again."""
    told = {"format": FORMAT, "files": {name: marks[name] for name in sorted(marks)}}
    digest = sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
    return (json.dumps(told | {"sha256": digest}, ensure_ascii=False, indent=1) + "\n").encode()


def _read_manifest(folder: Path) -> dict[str, list[Mark]]:
    path = folder / MANIFEST
    if not path.is_file():
        what = "the folder holds no run" if folder.is_dir() else "no such run"
        raise InputError(Finding("E-FILE", str(folder), what, "", f"a folder with {MANIFEST}"))
    raw = path.read_bytes()
    try:
        told = json.loads(raw)
        newer = told["format"] > FORMAT
        whole = newer or _manifest(told["files"]) == raw
    except (ValueError, KeyError, TypeError):
        newer = whole = False
    if newer:
        found, allowed = f"format {told['format']}", f"format {FORMAT} or older"
        raise InputError(
            Finding("E-FORMAT", str(path), "written by a newer headcast", found, allowed, "update headcast")
        )
    if not whole:
        raise DamagedError(Finding("E-DAMAGED", str(path), "the manifest was changed after it was written"))
    files: dict[str, list[Mark]] = told["files"]
    return files


def _fault(path: Path, allowed: list[Mark]) -> Finding | None:
    if not path.is_file():
        return Finding("E-DAMAGED", str(path), "is missing")
    size = path.stat().st_size
    sizes = [mark["size"] for mark in allowed]
    if size not in sizes:
        return Finding("E-DAMAGED", str(path), "has another size", f"{size} bytes", f"{sizes[-1]} bytes")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    if digest not in [mark["sha256"] for mark in allowed]:
        return Finding(
            "E-DAMAGED", str(path), "was changed", f"sha256 {digest[:12]}…", f"{allowed[-1]['sha256'][:12]}…"
        )
    return None
