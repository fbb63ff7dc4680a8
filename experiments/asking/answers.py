"""Answers on disk: a dataset, and sentences, tables, figures and a page made from that dataset alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from model import folders, results, store
from model.errors import Finding, InputError
from model.inputs import Case
from model.load import case_from_dict, case_to_dict
from model.plan_file import plan_text
from model.plans import Plan
from model.simulate import VERDICT
from reports.answer import View
from reports.answer_page import figures, write_answer_page
from reports.status import status_of
from reports.views import VIEWS

ANSWER, PAGE, TEXT = "answer.json", "page.html", "answer.txt"
RUNS = Path("runs")
EXPERIMENTS = "-experiments"
"""Ends the name of the folder that holds the experiments of a case."""


@dataclass(frozen=True)
class Asked:
    """How a question is asked of a run, whatever it asks.

    scenarios : N fresh draws that value the plans; out : folder of the answer, None for the usual one
    """

    scenarios: int
    out: Path | None
    replace: bool
    say: Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """An answer as it was stored; hash : of its dataset."""

    path: Path
    dataset: xr.Dataset
    case: Case
    created: str
    hash: str

    @property
    def view(self) -> View:
        """How the question is told."""
        return VIEWS[str(self.dataset.attrs["question"])]


def attributes(
    case: Case, question: str, arguments: Mapping[str, Any], seed: int, scenarios: int, draws: int
) -> dict[str, Any]:
    """Return what an answer's dataset says about itself.

    Parameters
    ----------
    arguments : what the question was asked with; scenarios : N fresh draws; draws : K draws that priced the options
    """
    asked = ", ".join(f"{name} {value}" for name, value in arguments.items())
    own = {"question": question, "arguments": asked, "pricing_draws": draws, "start": case.clock.start}
    return results.attributes(case, seed, scenarios, VERDICT) | own


def of_run(run: store.Run) -> dict[str, str]:
    """Return the attributes that tie an answer to the run it was asked of, with the run's status on that day."""
    status = status_of(run)
    return {"run": run.path.name, "run_dataset": run.hash, "status": status.word, "status_date": status.date}


def place(case: Case, question: str, out: Path | None, replace: bool) -> Path:
    """Return the folder of an answer, runs/CASE-QUESTION if none is given, refused at once if it cannot be written."""
    if out is None:
        RUNS.mkdir(exist_ok=True)
    folder = out or RUNS / f"{case.id}-{question}"
    folders.check_target(folder, replace)
    return folder


def free_place(run: store.Run, question: str) -> Path | None:
    """Return where a paper's own question is answered: None for the usual place, or the first free one beside it."""
    usual = RUNS / f"{run.case.id}-{question}"
    if not usual.exists():
        return None
    own = [usual.with_name(f"{usual.name}-{run.hash[:8]}{again}") for again in ("", *(f"-{n}" for n in range(2, 100)))]
    return next(place for place in own if not place.exists())


def keep(
    folder: Path, dataset: xr.Dataset, case: Case, replace: bool = False, plans: Mapping[str, Plan] | None = None
) -> Answer:
    """Store an answer, complete or not at all, and return it as it was stored.

    Parameters
    ----------
    dataset : its attribute `question` says how it is told
    plans : plans of the answer by name; each becomes a plan file to compare and price
    """
    told = {
        "question": dataset.attrs["question"],
        "created": store.now(),
        "dataset_hash": results.dataset_hash(dataset),
    }
    files = told_files(dataset)
    files |= {f"plans/{name}.toml": plan_text(case, plan) for name, plan in (plans or {}).items()}
    files[store.CASE] = _json(case_to_dict(case))
    files[ANSWER] = _json(told)
    store.write_dataset(folder, dataset, files, replace)
    return open_answer(folder)


def told_files(dataset: xr.Dataset) -> dict[str, str | bytes]:
    """Return page, figures and text of an answer; the same dataset always gives the same bytes."""
    view = VIEWS[str(dataset.attrs["question"])]
    text = "".join(f"{sentence}\n" for sentence in view.sentences(dataset))
    return {PAGE: write_answer_page(view, dataset), TEXT: text, **figures(view, dataset)}


def open_answer(folder: Path) -> Answer:
    """Open an answer after comparing every file with the manifest.

    Raises
    ------
    InputError : there is no answer in the folder
    DamagedError : a file is missing or was changed
    """
    folders.recover(folder)
    folders.check_folder(folder)
    if not (folder / ANSWER).is_file():
        raise InputError(Finding("E-FILE", str(folder), "holds no answer to a question", "", f"a folder with {ANSWER}"))
    told = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    case = case_from_dict(json.loads((folder / store.CASE).read_text(encoding="utf-8")))
    return Answer(folder, store.read_dataset(folder), case, told["created"], told["dataset_hash"])


def page_of(folder: Path) -> str:
    """Return the page of an answer anew from its dataset."""
    answer = open_answer(folder)
    return write_answer_page(answer.view, answer.dataset)


def rewrite(folder: Path) -> Path:
    """Write page, figures and text of an answer anew from its dataset; return where the page stands."""
    answer = open_answer(folder)
    for name, content in told_files(answer.dataset).items():
        folders.add_file(folder, name, content)
    return folder / PAGE


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
