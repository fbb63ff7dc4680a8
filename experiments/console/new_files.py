"""Write a case or a plan to begin with: text files with comments, or workbooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from model.case_toml import case_files_text
from model.case_workbook import case_workbook
from model.errors import Finding, InputError, MachineError, nearest
from model.inputs import Case
from model.json_schema import case_schema, plan_schema
from model.load import CASE_WORKBOOK, files_of_case, find_case, is_workbook, load_case, load_plan, plan_files
from model.plan_file import plan_text
from model.plan_workbook import plan_workbook
from model.plans import Plan

PARTS = ("plans", "history")
USUAL_RUN = "ecosystem"
SCHEMAS = {"case.schema.json": case_schema, "plan.schema.json": plan_schema}


def case(target: Path, source: str, excel: bool) -> Path:
    """Write a case like another one, whole or not at all, and return where it stands.

    Parameters
    ----------
    target : folder to make, or a workbook; source : case folder or workbook, or id of a shipped case

    Raises
    ------
    InputError : no such case, or something is there already
    """
    origin = find_case(source)
    known = load_case(origin)
    is_file = is_workbook(target)
    book = target if is_file else target / CASE_WORKBOOK
    home = target.parent if is_file else target
    plans = {part: plan_files(origin, part) for part in PARTS}
    _check_free([target] if not is_file else [target, *(home / part for part in PARTS if plans[part])])
    made: dict[Path, bytes] = {}
    if excel or is_file:
        made[book] = case_workbook(files_of_case(origin), known.title)
    else:
        texts = case_files_text(files_of_case(origin), known.title)
        texts |= {name: json.dumps(schema(), ensure_ascii=False, indent=1) + "\n" for name, schema in SCHEMAS.items()}
        made |= {home / name: text.encode() for name, text in texts.items()}
    for part, files in plans.items():
        for name, path in files.items():
            content = _plan_bytes(known, load_plan(path, known), excel or is_file, "../plan.schema.json")
            made[home / part / f"{name}{'.xlsx' if excel or is_file else '.toml'}"] = content
    _write(made)
    return book if excel or is_file else target


def plan(target: Path | None, source: str, run: str, case: str, excel: bool) -> Path:
    """Write a plan like another one and return its file.

    Parameters
    ----------
    source : name of a plan of the run or case, or a plan file; run : finished run; case : instead of a run

    Raises
    ------
    InputError : no such run, case or plan, or the file is there already
    """
    target = target or Path("my_plan.xlsx" if excel else "my_plan.toml")
    if target.suffix.lower() not in (".toml", ".xlsx"):
        raise InputError(Finding("E-FILE", str(target), "no kind of plan file", target.suffix, ".toml or .xlsx"))
    known, plans = _known(source, run, case)
    if source not in plans:
        allowed = ", ".join(plans)
        raise InputError(Finding("E-FILE", source, "no such plan", "", allowed, nearest(source, plans)))
    _check_free([target])
    _write({target: _plan_bytes(known, plans[source], excel or is_workbook(target), "")})
    return target


def _known(source: str, run: str, name: str) -> tuple[Case, dict[str, Plan]]:
    """Return the case and the plans that a name may mean."""
    if name:
        known = load_case(find_case(name))
        plans = {label: load_plan(path, known) for label, path in plan_files(find_case(name)).items()}
    else:
        # Runs need the numeric libraries, which a case does not.
        opened = import_module("experiments.asking.reopen").open_finished(run or USUAL_RUN)
        known, plans = opened.case, dict(opened.plans)
    if source not in plans and Path(source).is_file():
        plans[source] = load_plan(Path(source), known)
    return known, plans


def _plan_bytes(case: Case, plan: Plan, as_workbook: bool, schema: str) -> bytes:
    if as_workbook:
        return plan_workbook(case, plan)
    return ((f"#:schema {schema}\n" if schema else "") + plan_text(case, plan)).encode()


def _check_free(paths: list[Path]) -> None:
    fix = "choose another name; what is there is never replaced"
    findings = [
        Finding("E-EXISTS", str(path), "is there already", fix=fix)
        for path in paths
        if path.exists() and not (path.is_dir() and not any(path.iterdir()))
    ]
    findings += [
        Finding("E-FILE", str(path.parent), "no such folder to write into", "", "", "make it first")
        for path in paths
        if not path.parent.is_dir()
    ]
    if findings:
        raise InputError(list(dict.fromkeys(findings)))


def _write(files: Mapping[Path, bytes]) -> None:
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        said = error.strerror or str(error)
        raise MachineError(Finding("E-DISK", str(error.filename), "cannot be written", said)) from error
