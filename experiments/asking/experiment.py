"""Experiments run, stored and put on one page of findings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from experiments.asking import answers, registry
from experiments.asking.answers import Answer, Asked
from experiments.asking.study import Told, open_study
from experiments.comparing.pairs import MATERIALITY
from model import folders
from model.errors import InputError
from reports.findings_page import found, write_findings_page

FINDINGS, RUNTIME = "findings.html", "runtime.json"


def ask(name: str, run: str, asked: Asked, materiality: float = MATERIALITY) -> Answer:
    """Run one experiment on a finished run, store its answer and write the page of findings anew.

    Parameters
    ----------
    run : a run's folder, or the case whose usual run is meant; empty for the run that the experiment is made for
    asked : `out` is the folder of all experiments, runs/CASE-experiments if none is given
    materiality : money below which a difference does not matter, CNY

    Raises
    ------
    InputError : no such experiment or run, or its case has nothing that the experiment asks about
    """
    script = registry.script(name)
    study = open_study(name, run or script.run(), asked.scenarios, asked.say, materiality)
    shelf = asked.out or answers.RUNS / f"{study.case.id}{answers.EXPERIMENTS}"
    shelf.mkdir(parents=True, exist_ok=True)
    folders.check_target(shelf / name, asked.replace)
    began = perf_counter()
    told: Told = script.ask()(study)
    seconds = perf_counter() - began
    data = told.data.assign_attrs(asks=script.question, decision=script.decision, decides=script.decides)
    answer = answers.keep(shelf / name, data, study.case, asked.replace, told.plans)
    folders.add_file(shelf / name, RUNTIME, json.dumps({"seconds": round(seconds, 1)}) + "\n")
    write_findings(shelf)
    return answer


def ask_all(
    run: str, asked: Asked, materiality: float, tell: Callable[[Answer], None], names: Sequence[str] = registry.SCRIPTS
) -> list[InputError]:
    """Run all experiments in their order; return why some could not be asked of their case.

    Parameters
    ----------
    tell : is given each answer when it is there
    """
    refused = []
    for name in names:
        try:
            tell(ask(name, run, asked, materiality))
        except InputError as error:
            refused.append(error)
    return refused


def write_findings(shelf: Path) -> Path:
    """Write the page of all experiments stored in a folder, in their order; return where it stands."""
    stored = [answers.open_answer(shelf / name) for name in registry.SCRIPTS if (shelf / name).is_dir()]
    told = [found(one.path.name, _seconds(one.path), one.created, one.dataset) for one in stored]
    page = shelf / FINDINGS
    page.write_text(write_findings_page(told, len(registry.SCRIPTS)), encoding="utf-8")
    return page


def _seconds(folder: Path) -> float:
    return float(json.loads((folder / RUNTIME).read_text(encoding="utf-8"))["seconds"])
