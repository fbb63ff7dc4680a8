"""The commands of frozen versions: freeze a run under a name, and list what is frozen."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from experiments.console.options import AnswerFolder, AsJson, Replace, RunName, answer

app = typer.Typer()


class Word(StrEnum):
    """The four statuses of a version."""

    draft = "draft"
    submitted = "submitted"
    approved = "approved"
    superseded = "superseded"


@app.command()
def freeze(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Run to freeze, or the name of a frozen version.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who answers for this status.")],
    name: Annotated[str, typer.Option(help="Name of the new version; none gives a frozen one its next status.")] = "",
    status: Annotated[Word, typer.Option(help="Status from now on.")] = Word.draft,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, in a sentence.")] = "",
    as_json: AsJson = False,
) -> None:
    """Seal a copy of a run under a name, or give a sealed one its next status; nothing sealed is ever changed."""
    import_module("experiments.console.version_answers").freeze(name, run, status.value, by, note, as_json)


@app.command()
def versions(as_json: AsJson = False) -> None:
    """List the frozen versions with status, date, who and headline, after looking for damage."""
    import_module("experiments.console.version_answers").versions(as_json)


@app.command()
def changes(
    run: RunName,
    since: Annotated[str, typer.Option(metavar="NAME|RUN", help="Frozen version or run to hold it against.")],
    plan: Annotated[str, typer.Option(help="Plan id, in both runs.")] = "recommended",
    out: AnswerFolder = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Tell what changed since an earlier run: figures, plan, partners, contracts, assumptions, status."""
    answer("changes", out, replace, 1, as_json, run, since, plan)
