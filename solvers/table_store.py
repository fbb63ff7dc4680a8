"""Priced pieces kept on disk: what priced them is hashed into their place, and each piece carries its own checksum.

A piece that is read is bit for bit the one that was priced; what is damaged is forgotten and priced anew.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path

import numpy as np
import scipy

import model
from model.inputs import Case
from model.ledger import Floats

SWITCH = "HEADCAST_CACHE"
"""Environment variable: "off" keeps nothing, anything else names the folder to keep tables in."""
MOST_BYTES = 4e9
"""Room for all tables together; those not used for longest go first."""
PRICED_BY = ("pricing.py", "career_prices.py", "options.py", "tables.py", "branch.py", "line_gates.py")
"""Files of this room that make a price; all of the economics makes it too."""
NUMBER = "<f8"
"""The files hold nothing but rows of numbers, so that every byte is under a checksum."""


@dataclass(frozen=True)
class _Shard:
    """Pieces that were priced together: one row each, with name and checksum."""

    path: Path
    names: tuple[str, ...]
    digests: tuple[str, ...]


class TableStore:
    """The pieces of one pricing (case, modes, seed, draws, kernel), by group and name.

    Parameters
    ----------
    folder : place of this pricing; its siblings are other pricings
    most_bytes : room for all of them; each may fill half of it
    """

    def __init__(self, folder: Path, most_bytes: float = MOST_BYTES) -> None:
        self.folder, self.most, self.damaged = folder, most_bytes / 2, 0
        self._places: dict[tuple[str, str], tuple[_Shard, int]] = {}
        self._open: dict[Path, Floats] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)
            _sweep(folder, self.most)
            self._read_index()
        except OSError:
            self.most = 0.0

    def read(self, group: str, names: Sequence[str], width: int) -> dict[str, Floats]:
        """Return the rows, (width,), of those names that are there and whole.

        Parameters
        ----------
        width : numbers in a row
        """
        found = {}
        for name in names:
            row = self._row(group, name, width)
            if row is not None:
                found[name] = row
        return found

    def keep(self, group: str, names: Sequence[str], rows: Floats) -> None:
        """Keep rows (name, width) for later, if there is room; a full or closed disk is no reason to stop.

        Both files are written aside and renamed in, the one with the checksums last.
        """
        if not len(names) or _size(self.folder) + rows.nbytes > self.most:
            return
        digests = [_digest(group, name, row) for name, row in zip(names, rows, strict=True)]
        path = self.folder / f"{sha256(repr((group, tuple(names))).encode()).hexdigest()[:24]}.rows"
        told = {"group": group, "names": list(names), "digests": digests}
        try:
            _write(path, rows)
            _write(path.with_suffix(".json"), json.dumps(told))
        except OSError:
            self.most = 0.0

    def _read_index(self) -> None:
        for path in sorted(self.folder.glob("*.json")):
            try:
                told = json.loads(path.read_text(encoding="utf-8"))
                shard = _Shard(path.with_suffix(".rows"), tuple(told["names"]), tuple(told["digests"]))
                for index, (name, _) in enumerate(zip(shard.names, shard.digests, strict=True)):
                    self._places[str(told["group"]), str(name)] = shard, index
            except (ValueError, KeyError, TypeError):
                self._forget(path.with_suffix(".rows"))

    def _row(self, group: str, name: str, width: int) -> Floats | None:
        place = self._places.get((group, name))
        if place is None:
            return None
        shard, index = place
        try:
            if shard.path not in self._open:
                self._open[shard.path] = np.memmap(shard.path, dtype=NUMBER, mode="r", shape=(len(shard.names), width))
            row: Floats = np.array(self._open[shard.path][index])
            whole = row.shape == (width,) and _digest(group, name, row) == shard.digests[index]
        except (OSError, ValueError):
            whole = False
        if whole:
            return row
        self._forget(shard.path)
        return None

    def _forget(self, path: Path) -> None:
        """Take out what was damaged, so that it is priced and kept anew."""
        self.damaged += 1
        self._open.pop(path, None)
        self._places = {key: place for key, place in self._places.items() if place[0].path != path}
        for part in (path, path.with_suffix(".json")):
            try:
                part.unlink(missing_ok=True)
            except OSError:
                self.most = 0.0


def usual_store(case: Case, modes: Sequence[str], seed: int, scenarios: int) -> TableStore | None:
    """Return the store of one pricing in the user's cache folder, or None when the switch says "off"."""
    asked = os.environ.get(SWITCH, "")
    if asked.lower() in ("off", "0", "no"):
        return None
    home = Path(asked) if asked else cache_folder(sys.platform, os.environ, Path.home())
    return TableStore(home / "tables" / pricing_key(case, modes, seed, scenarios))


def cache_folder(system: str, environment: Mapping[str, str], home: Path) -> Path:
    """Return where a system keeps what programs may lose.

    Parameters
    ----------
    system : as `sys.platform`; environment : as `os.environ`; home : the user's folder

    Examples
    --------
    >>> str(cache_folder("linux", {"XDG_CACHE_HOME": "/var/cache/me"}, Path("/home/me")))
    '/var/cache/me/headcast'
    """
    if environment.get("XDG_CACHE_HOME"):
        return Path(environment["XDG_CACHE_HOME"]) / "headcast"
    if system == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "headcast" / "Cache"
    return home / ("Library/Caches" if system == "darwin" else ".cache") / "headcast"


def pricing_key(case: Case, modes: Sequence[str], seed: int, scenarios: int) -> str:
    """Return the hash of everything that a price depends on: case, modes, seed, draws, kernel and its libraries."""
    told = [case.model_dump_json(), list(modes), seed, scenarios, kernel()]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:40]


@cache
def kernel() -> str:
    """Return the hash of the code that prices, of its number format and of what computes it."""
    economics = sorted(Path(str(model.__file__)).parent.glob("*.py"))
    digest = sha256()
    for path in [*economics, *(Path(__file__).with_name(name) for name in PRICED_BY)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    machine = (platform.node(), platform.machine(), platform.system(), platform.python_version())
    digest.update(repr((np.__version__, scipy.__version__, np.dtype(float).str, machine)).encode())
    return digest.hexdigest()


def _digest(group: str, name: str, row: Floats) -> str:
    return blake2b(np.ascontiguousarray(row).data, key=_key(group, name), digest_size=16).hexdigest()


def _key(group: str, name: str) -> bytes:
    return blake2b(f"{group}\0{name}".encode(), digest_size=32).digest()


def _write(path: Path, content: Floats | str) -> None:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if isinstance(content, str):
            aside.write_text(content, encoding="utf-8")
        else:
            aside.write_bytes(content.astype(NUMBER, copy=False).data)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _sweep(folder: Path, most: float) -> None:
    """Take away the pricings not used for longest until the rest leaves room for this one."""
    others = sorted((path for path in folder.parent.iterdir() if path != folder), key=lambda path: path.stat().st_mtime)
    sizes = {path: _size(path) for path in others}
    for path in others:
        if sum(sizes.values()) <= most:
            return
        shutil.rmtree(path, ignore_errors=True)
        del sizes[path]


def _size(folder: Path) -> int:
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            yield path.stat().st_size
        except OSError:
            continue
