"""The stored datasets that a document quotes, found by their fingerprints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking.answers import ANSWER, EXPERIMENTS
from experiments.asking.freezing import ANSWERS
from experiments.asking.reopen import FROZEN, RUNS
from experiments.running import books
from model import folders, quoting, store
from model.errors import DamagedError, Finding, InputError
from model.ledger import Floats
from model.quoting import BOOKS, CASE, INFO, Quote, Value

DATA = (*store.OWN, ANSWER, BOOKS, folders.MANIFEST)
"""Files of a folder that numbers are computed from."""


@dataclass(frozen=True)
class _Stored:
    """A folder of a run or of an answer, read piece by piece when asked for; lent : its dataset, open already."""

    folder: Path
    lent: xr.Dataset | None = None

    @cached_property
    def main(self) -> xr.Dataset:
        return self.lent if self.lent is not None else store.read_dataset(self.folder)

    @cached_property
    def books(self) -> xr.Dataset:
        if (self.folder / BOOKS).is_file():
            found = store.read_dataset(self.folder, BOOKS)
            if found.attrs["run_dataset"] == mark_of(self.folder):
                return found
        return books.drawn(store.open_run(self.folder))

    @cached_property
    def trees(self) -> dict[str, Any]:
        told = json.loads((self.folder / INFO).read_text(encoding="utf-8"))
        return {INFO: told["info"], CASE: json.loads((self.folder / CASE).read_text(encoding="utf-8"))}


class Library:
    """Folders of runs and answers near a document and in the usual places.

    Parameters
    ----------
    run : fingerprint of the dataset of the document's run
    beside : folder of the document; runs : another folder to look into, None for the usual ones only
    """

    def __init__(self, run: str, beside: Path, runs: Path | None) -> None:
        self.run = run
        self.places = [beside, *([runs] if runs else []), beside.parent, RUNS, FROZEN]
        self.opened: dict[str, Path] = {}
        self.moved: list[Path] = []
        self.found: dict[tuple[str, str], _Stored] = {}

    def number(self, quote: Quote) -> Value:
        """Return what a quote says today; raises InputError where there is no such dataset or number."""
        stored = self._stored(quote)
        if quote.part in (INFO, CASE):
            return quoting.told(stored.trees[quote.part], quote)
        return quoting.quoted(stored.books if quote.part == BOOKS else stored.main, quote)

    def row(self, quote: Quote) -> Floats:
        """Return the numbers that a quote says today; raises InputError as `number` does."""
        if quote.part in (INFO, CASE):
            value = self.number(quote)
            return np.array([np.nan if value is None or isinstance(value, str) else float(value)])
        stored = self._stored(quote)
        return quoting.row(stored.books if quote.part == BOOKS else stored.main, quote)

    def folder(self, name: str, mark: str) -> Path | None:
        """Return the folder of the very dataset that has a fingerprint, None where there is none."""
        try:
            found = self._find(name, mark)
        except InputError:
            return None
        return found if mark_of(found) == mark else None

    def lend(self, name: str, mark: str, run: store.Run) -> None:
        """Let a run that is open already be read, under the name and fingerprint by which a document quotes it."""
        self.found[name, mark] = _Stored(run.path, run.dataset)

    def _stored(self, quote: Quote) -> _Stored:
        # The books have a fingerprint of their own and stand in the run's folder.
        mark = self.run if quote.part == BOOKS else quote.dataset
        if (quote.run, mark) not in self.found:
            self.found[quote.run, mark] = _Stored(self._find(quote.run, mark))
        return self.found[quote.run, mark]

    def _find(self, name: str, mark: str) -> Path:
        """Return the folder whose dataset has the fingerprint, else the one of the name: it was made anew since."""
        known = list(self._folders())
        damage: DamagedError | None = None
        for folder in [each for each in known if mark_of(each) == mark]:
            damage = _damage(folder)
            if damage is None:
                self.opened[mark] = folder
                return folder
        if damage is not None:
            raise damage
        for folder in [each for each in known if each.name == name and _damage(each) is None]:
            self.moved.append(folder)
            return folder
        raise InputError(Finding("E-REF", name, "no dataset of this fingerprint", mark[:12]))

    def _folders(self) -> Iterator[Path]:
        """Yield each folder of a dataset once: a place, what is in it, answers of frozen versions, experiments."""
        seen: set[Path] = set()
        for place in self.places:
            inside = sorted(place.iterdir()) if place.is_dir() else []
            holding = [version / ANSWERS for version in inside]
            holding += [folder for folder in inside if folder.name.endswith(EXPERIMENTS)]
            deeper = [each for folder in holding for each in _listed(folder)]
            for folder in (place, *inside, *_listed(place / ANSWERS), *deeper):
                if (folder / store.DATASET).is_file() and (real := folder.resolve()) not in seen:
                    seen.add(real)
                    yield real


def _damage(folder: Path) -> DamagedError | None:
    """Return what is wrong with the stored data of a folder; a document in it may have been edited: that is asked."""
    try:
        folders.check_folder(folder)
    except DamagedError as error:
        found = [each for each in error.findings if Path(each.where).name in DATA]
        return DamagedError(found) if found else None
    return None


def _listed(place: Path) -> list[Path]:
    return sorted(place.iterdir()) if place.is_dir() else []


def mark_of(folder: Path) -> str:
    """Return the fingerprint that a folder tells of its dataset, empty where it tells none."""
    for name in (INFO, ANSWER):
        if (folder / name).is_file():
            try:
                return str(json.loads((folder / name).read_text(encoding="utf-8")).get("dataset_hash", ""))
            except (ValueError, AttributeError):
                return ""
    return ""
