"""Words that many commands take, and how a question that is stored is asked."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

RunName = Annotated[str, typer.Argument(metavar="RUN", help="Folder of a finished run, or CASE for runs/CASE.")]
Fresh = Annotated[int, typer.Option(min=1, help="Fresh draws that value all plans.")]
AnswerFolder = Annotated[Path | None, typer.Option(help="Folder of the answer; else runs/CASE-QUESTION.")]
Replace = Annotated[bool, typer.Option(help="Replace an earlier answer of this name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


def answer(module: str, out: Path | None, replace: bool, scenarios: int, as_json: bool, *asked: Any) -> None:
    """Ask a question, store the answer and print it; heavy libraries are imported only now.

    Parameters
    ----------
    module : of `experiments.asking`; asked : what it asks with
    """
    ask = import_module(f"experiments.asking.{module}").ask
    import_module("experiments.console.commands").answer(ask, asked, scenarios, out, replace, as_json)
