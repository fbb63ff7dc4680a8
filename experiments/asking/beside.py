"""Answers that were stored beside a run: a paper quotes those that were asked of this very run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.asking.answers import ANSWER, EXPERIMENTS, RUNS, Answer, open_answer
from experiments.asking.freezing import ANSWERS
from model.store import Run


def answers_beside(run: Run, questions: Sequence[str]) -> dict[str, Answer]:
    """Return the stored answers to these questions that were asked of a run, the newest where there are several.

    They are looked for in folders beside the run, in `runs`, and inside a frozen version, which holds its own; those
    asked of another run are left out.

    Raises
    ------
    DamagedError : a file of such an answer is missing or was changed
    """
    found: dict[str, Answer] = {}
    for folder in _folders(run):
        question = _question(folder)
        if question not in questions:
            continue
        answer = open_answer(folder)
        if answer.dataset.attrs.get("run_dataset") != run.hash:
            continue
        if question not in found or answer.created > found[question].created:
            found[question] = answer
    return found


def experiments_beside(run: Run, names: Sequence[str]) -> dict[str, Answer]:
    """Return the stored experiments of these names that were asked of a run, from runs/CASE-experiments or beside it.

    Raises
    ------
    DamagedError : a file of such an answer is missing or was changed
    """
    found: dict[str, Answer] = {}
    for place in sorted({run.path.absolute().parent, RUNS.absolute()}):
        for name in names:
            folder = place / f"{run.case.id}{EXPERIMENTS}" / name
            if not (folder / ANSWER).is_file():
                continue
            answer = open_answer(folder)
            if answer.dataset.attrs.get("run_dataset") == run.hash:
                found[name] = answer
    return found


def _folders(run: Run) -> Iterator[Path]:
    yield from sorted(path.parent for path in (run.path.absolute() / ANSWERS).glob(f"*/{ANSWER}"))
    places = {run.path.absolute().parent, RUNS.absolute()}
    for place in sorted(places):
        if place.is_dir():
            yield from sorted(path.parent for path in place.glob(f"{run.case.id}-*/{ANSWER}"))


def _question(folder: Path) -> str:
    return str(json.loads((folder / ANSWER).read_text(encoding="utf-8")).get("question", ""))
