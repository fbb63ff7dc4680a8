"""A stored answer on the terminal: sentences and tables, or everything as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typer

from experiments.asking.answers import PAGE, Answer
from experiments.console.questions import console, show
from experiments.running.run_info import finite
from model import store
from reports.answer import Sheet
from reports.drawing import UNIT
from reports.page import cell


def tell(answer: Answer, as_json: bool, beside: Mapping[str, Any] | None = None) -> None:
    """Print an answer: sentences and tables, or everything as JSON.

    Parameters
    ----------
    beside : what the JSON tells besides
    """
    sentences, sheets = answer.view.sentences(answer.dataset), answer.view.sheets(answer.dataset)
    if as_json:
        told = _as_data(answer, sentences, sheets) | dict(beside or {})
        typer.echo(json.dumps(finite(told), ensure_ascii=False, indent=1))
        return
    own = answer.dataset.attrs
    basis = f"{own['title']} · calibration {own['calibration']} · salary is {own['salary_reading']}"
    console().print(f"{basis} · {own['scenarios']} shared futures\n", markup=False)
    for sentence in sentences:
        console().print(f"• {sentence}", markup=False)
    for sheet in sheets:
        typer.echo("")
        columns = [(column.title, column.form != "text") for column in sheet.columns]
        rows = [[cell(value, c.form) for value, c in zip(row, sheet.columns, strict=True)] for row in sheet.rows]
        money = any(column.form in ("money", "error") for column in sheet.columns)
        show(f"{sheet.title}, {UNIT}" if money else sheet.title, columns, rows)
    typer.echo(f"stored   {answer.path}")


def _as_data(answer: Answer, sentences: list[str], sheets: list[Sheet]) -> dict[str, Any]:
    tables = [
        {
            "title": sheet.title,
            "rows": [dict(zip([c.title for c in sheet.columns], row, strict=True)) for row in sheet.rows],
        }
        for sheet in sheets
    ]
    where = {"folder": str(answer.path), "dataset": str(answer.path / store.DATASET), "page": str(answer.path / PAGE)}
    plain = {key: value.item() if hasattr(value, "item") else value for key, value in answer.dataset.attrs.items()}
    return {
        "question": answer.dataset.attrs["question"],
        "sentences": sentences,
        "tables": tables,
        "attributes": plain,
        "created": answer.created,
        "dataset_sha256": answer.hash,
        **where,
    }
