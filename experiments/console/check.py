"""Read a case and its plans, or a plan, and say what stands in them, without any numeric library."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from model.case_files import CaseFiles
from model.errors import Finding, InputError
from model.inputs import Case
from model.load import (
    case_of_files,
    files_of_case,
    files_of_plan,
    find_case,
    is_workbook,
    load_case,
    load_plan,
    plan_files,
    plan_of_files,
)
from model.plans import heads_by_phase

PLAN_ONLY = {"case", "seats"}
"""Sections of a plan that no case has."""


def check(name: str, as_json: bool, case: str = "") -> None:
    """Print what a case and its plans hold, or a plan file; raise one InputError with all findings.

    Parameters
    ----------
    name : case folder or workbook, id of a shipped case, or a plan file; case : of a plan file, else the one it names
    """
    path = Path(name)
    told = _plan(path, case) if path.is_file() and _is_plan(path) else _case(find_case(name))
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _text(told))


def _is_plan(path: Path) -> bool:
    """Tell whether a file is a plan: a text file is no case, a workbook is asked for what it holds."""
    return path.suffix == ".toml" or (is_workbook(path) and set(files_of_plan(path).data) >= PLAN_ONLY)


def _plan(path: Path, name: str) -> dict[str, object]:
    files = files_of_plan(path)
    named = files.data.get("case")
    try:
        case = load_case(find_case(name or str(named)))
    except InputError as error:
        if name or not isinstance(named, str):
            raise
        mend = [
            Finding(f.code, f"{path.name}: case", f.what, named, f.allowed, "say --case CASE") for f in error.findings
        ]
        raise InputError(mend) from error
    plan = plan_of_files(files, case)
    told: dict[str, object] = {"plan": plan.name, "title": plan.title, "case": case.id, "modes": list(plan.modes)}
    return told | {"heads": heads_by_phase(case, plan), "lines": list(plan.lines)} | _passed_over(files)


def _case(folder: Path) -> dict[str, object]:
    files = files_of_case(folder)
    case = case_of_files(files)
    plans, findings = {}, []
    for name, path in plan_files(folder).items():
        try:
            plans[name] = heads_by_phase(case, load_plan(path, case))
        except InputError as error:
            findings += list[Finding](error.findings)
    if findings:
        raise InputError(findings)
    return {"case": case.id, "title": case.title, **_counts(case), "plans": plans, **_passed_over(files)}


def _passed_over(files: CaseFiles) -> dict[str, object]:
    return {"sheets passed over": files.unread} if files.unread else {}


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
