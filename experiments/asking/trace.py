"""Every number of a document recomputed from the stored datasets it was written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.asking.library import Library
from model import store
from reports import registers
from reports.page import write_page
from reports.page_again import against
from reports.tracing import STATES, Sources, Traced, trace, unsourced


@dataclass(frozen=True)
class Found:
    """What tracing a document tells.

    numbers : each number that headcast wrote; unsourced : places with a number that headcast did not write
    datasets : folder of each dataset that was found, by its fingerprint
    moved : folders that stand under a quoted name and hold another dataset than the one that was quoted
    """

    path: Path
    kind: str
    run: str
    dataset: str
    numbers: list[Traced]
    unsourced: list[str]
    datasets: dict[str, str]
    moved: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """How many numbers are in each state."""
        return {state: sum(one.state == state for one in self.numbers) for state in STATES}

    @property
    def confirmed(self) -> bool:
        """Whether each number is as written and as its own dataset says, and none came from elsewhere."""
        whole = self.counts["confirmed"] == len(self.numbers) > 0
        return whole and not self.unsourced and not self.moved


def ask(path: Path, runs: Path | None) -> Found:
    """Trace a document (R212).

    Parameters
    ----------
    runs : folder of runs to look into besides the usual ones

    Raises
    ------
    InputError : the file carries no register
    DamagedError : the dataset that it quotes was changed after it was stored
    """
    register, places = registers.read(path)
    library = Library(str(register["dataset"]), path.resolve().parent, runs)
    # The rest first: it opens the run, which the numbers are then looked up in.
    rest = _rest(path, register, library)
    numbers = trace(register, places, Sources(library.number, library.row)) + rest
    return Found(
        path,
        str(register["headcast"]),
        str(register["run"]),
        str(register["dataset"]),
        numbers,
        unsourced(register, places),
        {mark: str(folder) for mark, folder in library.opened.items()},
        [str(folder) for folder in library.moved],
    )


def _rest(path: Path, register: Mapping[str, Any], library: Library) -> list[Traced]:
    """Return the numbers of a run's page that carry no source of their own, held against the page made again."""
    folder = library.folder(str(register["run"]), str(register["dataset"])) if register["headcast"] == "page" else None
    if folder is None:
        return []
    run = store.open_run(folder)
    library.lend(str(register["run"]), str(register["dataset"]), run)
    if run.frozen is not None and run.frozen.name != register["run"]:
        # The page is the plain run's, which was frozen since.
        run = replace(run, frozen=None)
    return against(path.read_text(encoding="utf-8"), write_page(replace(run, path=Path(str(register["run"])))))
