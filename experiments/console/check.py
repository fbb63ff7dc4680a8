"""Read a case and its plans and say what stands in them, without any numeric library."""

from __future__ import annotations

import json

import typer

from model.errors import Finding, InputError
from model.inputs import Case
from model.load import find_case, load_case, load_plan
from model.plans import heads_by_phase


def check(name: str, as_json: bool) -> None:
    """Print what a case and its plans hold; raise one InputError with all findings.

    Parameters
    ----------
    name : case folder or id of a shipped case
    """
    folder = find_case(name)
    case = load_case(folder)
    plans, findings = {}, []
    for path in sorted((folder / "plans").glob("*.toml")):
        try:
            plans[path.stem] = heads_by_phase(case, load_plan(path, case))
        except InputError as error:
            findings += list[Finding](error.findings)
    if findings:
        raise InputError(findings)
    told = {"case": case.id, "title": case.title, **_counts(case), "plans": plans}
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _text(told))


def _counts(case: Case) -> dict[str, object]:
    return {
        "months": case.clock.months,
        "phases": [phase.id for phase in case.phases],
        "roles": len(case.roles),
        "lines": list(case.lines),
        "partners": len(case.partners),
        "calibration": case.calibration,
        "readings": case.readings.model_dump(),
    }


def _text(told: dict[str, object]) -> str:
    lines = [f"{key}: {_plain(value)}" for key, value in told.items()]
    return "\n".join([*lines, "nothing is wrong"])


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "".join(f"\n  {key}: {_plain(item)}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
