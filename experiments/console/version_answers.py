"""What freezing and listing print."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import typer

from experiments.asking import freezing
from experiments.console.questions import console
from experiments.running.run_info import finite
from model import store
from model.errors import DamagedError
from reports.words import capital, error, heads_path, is_number, money, percent


def freeze(name: str, run: str, status: str, by: str, note: str, as_json: bool) -> None:
    """Freeze a run or record the next status of a version, and print where it stands."""
    folder, record = freezing.freeze(name, run, status, by, note, store.now())
    others = freezing.approved_beside(record)
    if as_json:
        told = asdict(record) | {"folder": str(folder), "page": str(folder / freezing.PAGE), "also_approved": others}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    _say(f"{record.name} is {record.status}, by {record.by} on {record.date[:10]}")
    _say(f"sealed   {folder}")
    _say(f"page     {folder / freezing.PAGE}")
    for other in others:
        _say(f"{other} is approved too: if {record.name} replaces it, headcast freeze {other} --status superseded")


def versions(as_json: bool) -> None:
    """Print every frozen version; what is damaged is named at the end, with exit code 6."""
    rows, broken = freezing.listed()
    if as_json:
        told = {"versions": rows, "damaged": [asdict(finding) for finding in broken]}
        typer.echo(json.dumps(finite(told), ensure_ascii=False, indent=1))
    elif not rows and not broken:
        _say("nothing is frozen yet; headcast freeze RUN --name NAME --by WHO")
    else:
        for row in rows:
            for line in _lines(row):
                _say(line)
    if broken:
        error = DamagedError(broken)
        typer.echo(error.text(), err=True)
        raise typer.Exit(error.exit_code)


def _lines(row: dict[str, Any]) -> list[str]:
    """Return a version as lines: status, headline, what was frozen, note, and the statuses before."""
    lines = [f"{row['name']}: {_status(row)}", f"    {_headline(row['headline'])}"]
    lines += [f"    frozen from {row['run']}, dataset {row['dataset_hash'][:12]}", f"    page {row['page']}"]
    lines += [f"    before: {_status(earlier)}" for earlier in reversed(row["history"][:-1])]
    return [line for line in lines if line.strip()]


def _status(row: dict[str, Any]) -> str:
    note = f" – {row['note']}" if row["note"] else ""
    return f"{row['status']} {row['date'][:10]} by {row['by']}{note}"


def _headline(told: dict[str, Any]) -> str:
    heads, parts = heads_path(told["heads"]), []
    parts += [f"{heads} heads"] if heads else []
    if is_number(told["gain"]):
        parts.append(f"gain {money(told['gain'], True)} {error(told['gain_se'])} M CNY".replace("  ", " "))
    parts += [f"1-in-20 bad case {money(told['npv_p05'], True)}"] if is_number(told["npv_p05"]) else []
    parts += [f"chance of loss {percent(told['p_loss'])}"] if is_number(told["p_loss"]) else []
    return capital(", ".join(parts))


def _say(text: str) -> None:
    console().print(text, markup=False, soft_wrap=True)
