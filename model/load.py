"""Load cases and plans: every fault found at once, each with its file, key path, mend and nearest name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from model.case_files import CaseFiles, read_case_files, read_toml
from model.case_rules import case_faults
from model.case_sheets import read_case_workbook, read_plan_workbook
from model.case_tables import partner_rows, volume_paths
from model.city_rates import city_funds
from model.errors import Finding, InputError, nearest
from model.fault_places import holds, place_at, place_of
from model.inputs import Case
from model.key_paths import KeyPath
from model.number_words import month_slip, slip
from model.plans import Plan, plan_faults
from model.texts import unfit_texts, visible

CODES = {
    "missing": "E-MISSING",
    "extra_forbidden": "E-KEY",
    "literal_error": "E-CHOICE",
    "rule": "E-RULE",
    "quantity_form": "E-FORM",
    "quantity_key": "E-KEY",
    "quantity_missing": "E-MISSING",
    "quantity_origin": "E-ORIGIN",
    "quantity_unit": "E-UNIT",
    "quantity_range": "E-RANGE",
    "quantity_band": "E-RANGE",
    "quantity_value": "E-VALUE",
    "quantity_care": "E-VALUE",
}
"""Type of a validation error → code of the finding; anything else is E-VALUE."""
Model = TypeVar("Model", bound=BaseModel)
UNREAD = ("E-TOML", "E-ENCODING")
CASE_WORKBOOK = "case.xlsx"
PLAN_ENDS = (".toml", ".xlsx")
LEFTOVERS = ("~$", ".")
"""How files begin that programs for tables leave beside an open one."""
CASE_ROOTS = ("data/cases", "headcast_data/cases")


def load_case(path: Path) -> Case:
    """Load the case in a folder or a workbook; raise one InputError with everything that is wrong."""
    return case_of_files(files_of_case(path))


def files_of_case(path: Path) -> CaseFiles:
    """Return what the files of a case folder, or a workbook, say before it is checked."""
    if is_workbook(path):
        return read_case_workbook(path)
    if not path.is_dir():
        raise InputError(Finding("E-FILE", str(path), "no such case folder", "", "a folder with case.toml"))
    if not (path / "case.toml").is_file():
        raise InputError(Finding("E-FILE", str(path), "the folder holds no case", "", "a folder with case.toml"))
    return read_case_files(path)


def case_of_files(files: CaseFiles) -> Case:
    """Return the case that files say; raise one InputError with everything that is wrong."""
    tables = _take_tables(files) + _take_city(files) + _unfit(files)
    case, findings = _build(Case, files.data, files)
    findings = [finding for finding in findings if not _said_already(finding, tables)]
    if any(finding.code in UNREAD for finding in files.findings):
        # What stands in a file that cannot be read is not missing.
        findings = [finding for finding in findings if finding.code != "E-MISSING"]
    findings = _unique([*files.findings, *tables, *findings, *_rule_findings(case, files)])
    if case is None or findings:
        raise InputError(findings)
    return case


def case_from_dict(data: dict[str, Any]) -> Case:
    """Rebuild a case from what `case_to_dict` returned."""
    files = CaseFiles(data=data)
    case, findings = _build(Case, data, files)
    findings += _rule_findings(case, files)
    if case is None or findings:
        raise InputError(findings)
    return case


def case_to_dict(case: Case) -> dict[str, Any]:
    """Return the case as plain JSON values in base units; sections it does not have are left out."""
    return case.model_dump(mode="json", exclude_none=True)


def load_plan(path: Path, case: Case) -> Plan:
    """Load a plan file or workbook for a case; raise one InputError with everything that is wrong."""
    return plan_of_files(files_of_plan(path), case)


def files_of_plan(path: Path) -> CaseFiles:
    """Return what a plan file says before it is checked; raise an InputError where it cannot be read."""
    if is_workbook(path):
        return read_plan_workbook(path, Plan)
    data, findings = read_toml(path, path.name)
    if findings:
        raise InputError(findings)
    return _plan_files(data, path.name)


def plan_from_dict(data: dict[str, Any], case: Case, file: str = "plan") -> Plan:
    """Build a plan for a case from plain values; `file` is what messages call it."""
    return plan_of_files(_plan_files(data, file), case)


def _plan_files(data: dict[str, Any], file: str) -> CaseFiles:
    return CaseFiles(data=data, files={(key,): file for key in data}, home=file)


def plan_of_files(files: CaseFiles, case: Case) -> Plan:
    """Return the plan that a file says; raise one InputError with everything that is wrong."""
    plan, findings = _build(Plan, files.data, files)
    findings = _unique([*files.findings, *_unfit(files), *findings])
    findings += [_fault(files, *fault) for fault in (plan_faults(case, plan) if plan is not None else [])]
    if plan is None or findings:
        raise InputError(findings)
    return plan


def is_workbook(path: Path) -> bool:
    """Tell whether a path names a workbook."""
    return path.suffix.lower() == ".xlsx"


def plan_files(case: Path, part: str = "plans") -> dict[str, Path]:
    """Return the plan files of a case by name: what lies in its folder `plans`, beside it where it is a workbook.

    Raises
    ------
    InputError : two files of the same name
    """
    folder = (case.parent if is_workbook(case) else case) / part
    found: dict[str, Path] = {}
    files = [path for path in folder.iterdir() if path.suffix.lower() in PLAN_ENDS] if folder.is_dir() else []
    for path in sorted(files):
        if path.name.startswith(LEFTOVERS):
            continue
        if path.stem in found:
            fix = "rename one of them"
            raise InputError(Finding("E-TWICE", str(path), "two plans of one name", found[path.stem].name, "one", fix))
        found[path.stem] = path
    return found


def find_case(name: str | Path) -> Path:
    """Return the folder or workbook of a case given by its path or by the id of a shipped case."""
    folder = Path(name)
    inside = [folder / file for file in ("case.toml", CASE_WORKBOOK) if (folder / file).is_file()]
    if len(inside) > 1:
        what, fix = "the folder holds a case twice", "move one of them to a folder of its own"
        raise InputError(Finding("E-TWICE", str(folder), what, "case.toml, case.xlsx", "one of them", fix))
    if inside:
        return folder if inside[0].suffix == ".toml" else inside[0]
    if is_workbook(folder) and folder.is_file():
        return folder
    shipped = {path.parent.name: path.parent for root in _roots() for path in sorted(root.glob("*/case.toml"))}
    if str(name) in shipped:
        return shipped[str(name)]
    mend = nearest(str(name), shipped)
    raise InputError(Finding("E-FILE", str(name), "no such case", "", f"a case folder or {', '.join(shipped)}", mend))


def _roots() -> list[Path]:
    home = Path(__file__).resolve().parent.parent
    return [home / root for root in CASE_ROOTS]


def _take_tables(files: CaseFiles) -> list[Finding]:
    findings: list[Finding] = []
    specs = files.data.pop("tables", {})
    place = f"{files.file_of(('tables', 'partners', 'columns'))}: tables.partners.columns"
    columns = _section(_section(specs, "partners"), "columns")
    if "partners" in files.tables:
        files.data["partners"], wrong = partner_rows(files.tables["partners"], columns, place)
        findings += wrong
    paths: dict[str, list[float]] = {}
    if "volumes" in files.tables:
        paths, wrong = volume_paths(files.tables["volumes"])
        findings += wrong
    files.data.setdefault("volumes", paths)
    return findings + [
        Finding("E-KEY", f"{files.file_of(('tables', *path))}: tables.{'.'.join(path)}", "unknown key", path[-1], only)
        for path, only in _unknown_table_keys(specs)
    ]


def _take_city(files: CaseFiles) -> list[Finding]:
    """Fill the funds of a named city where the case does not write them itself (R53)."""
    city = _section(_section(files.data, "staffing"), "on_cost_city")
    if not isinstance(city.get("city"), str) or "funds" in city:
        return []
    city["funds"], findings = city_funds(city["city"])
    place = files.file_of(("staffing", "on_cost_city", "city"))
    return [f if ":" in f.where else dataclasses.replace(f, where=f"{place}: {f.where}") for f in findings]


def _said_already(finding: Finding, tables: list[Finding]) -> bool:
    """Tell whether a finding about a partner's cell follows from one about its whole column."""
    column = finding.where.rpartition(" ")[2].rpartition(".")[2]
    missing = finding.code == "E-MISSING" and any(f.what == "missing column" and f.found == column for f in tables)
    return missing or finding.where in {f.where for f in tables}


def _unknown_table_keys(specs: Any) -> list[tuple[tuple[str, ...], str]]:
    outer: list[tuple[tuple[str, ...], str]] = [((key,), "partners") for key in _names(specs) if key != "partners"]
    inner = [(("partners", key), "columns") for key in _names(_section(specs, "partners")) if key != "columns"]
    return outer + inner


def _names(section: Any) -> list[str]:
    return list(section) if isinstance(section, dict) else []


def _section(data: Any, key: str) -> dict[str, Any]:
    part = data.get(key, {}) if isinstance(data, dict) else {}
    return part if isinstance(part, dict) else {}


def _is_told(path: KeyPath, files: CaseFiles) -> bool:
    return any(path[:length] in files.told for length in range(1, len(path) + 1))


def _unfit(files: CaseFiles) -> list[Finding]:
    fix = "delete the sign, or shorten the text; nothing is cut"
    return [
        Finding("E-TEXT", place_at(path, files, "text"), f"a text {fault}", visible(text[:60]), "", fix)
        for path, text, fault in unfit_texts(files.data)
    ]


def _build(kind: type[Model], data: dict[str, Any], files: CaseFiles) -> tuple[Model | None, list[Finding]]:
    try:
        return kind.model_validate(data), []
    except ValidationError as error:
        found = [details for details in error.errors(include_url=False) if not _is_told(details["loc"], files)]
        return None, _unique(_finding(kind, details, files) for details in found)


def _rule_findings(case: Case | None, files: CaseFiles) -> list[Finding]:
    faults = case_faults(case) if case is not None else []
    return [_fault(files, *fault) for fault in faults]


def _finding(kind: type[BaseModel], details: Any, files: CaseFiles) -> Finding:
    path: KeyPath = details["loc"]
    context = details.get("ctx", {})
    code = CODES.get(details["type"], "E-VALUE")
    where = place_at(path, files, details["type"])
    if details["type"] == "extra_forbidden":
        known = _fields_at(kind, path[:-1])
        return Finding(code, where, "unknown key", str(path[-1]), ", ".join(known), nearest(str(path[-1]), known))
    if details["type"] == "missing":
        return Finding(code, where, "is missing", "", _meaning(kind, path), _misspelt(kind, path, files.data))
    found = str(context.get("found", context.get("key", context.get("unit", _shown(details["input"])))))
    allowed = str(context.get("allowed", context.get("expected", "")))
    what = details["msg"][:1].lower() + details["msg"][1:]
    if details["type"] == "literal_error":
        return Finding(code, where, "not one of the choices", found, allowed, nearest(found, _words(allowed)))
    if details["type"] == "string_pattern_mismatch":
        month, what = month_slip(found), "not in the form that is asked for"
        return Finding(code, where, what, found, _meaning(kind, path), f"write {month}" if month else "")
    mend = nearest(found, _words(allowed)) if code in ("E-UNIT", "E-KEY") else ""
    return Finding(code, where, what, found, allowed, mend or _slip(details["input"]))


def _slip(raw: Any) -> str:
    """Return how a number is written that came as a text."""
    value, unit = (raw.get("value"), str(raw.get("unit", ""))) if isinstance(raw, dict) else (raw, "")
    return slip(value, unit) if isinstance(value, str) else ""


def _fault(files: CaseFiles, path: str, what: str, found: object, allowed: str) -> Finding:
    names = what.startswith(("unknown", "no "))
    mend = nearest(str(found), _words(allowed)) if names else ""
    return Finding("E-REF" if names else "E-RULE", place_of(path, files), what, str(found), allowed, mend)


def _model_at(kind: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    """Return the model that a key path leads to, through dictionaries, tuples and optional sections."""
    found: Any = kind
    for key in path:
        if isinstance(found, type) and issubclass(found, BaseModel):
            field = found.model_fields.get(str(key))
            found = _present(field.annotation) if field else None
        elif get_origin(found) in (dict, tuple):
            found = get_args(found)[1 if get_origin(found) is dict else 0]
        else:
            return None
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _present(kind: Any) -> Any:
    """Return what an optional section is when it is there."""
    parts = [part for part in get_args(kind) if part is not type(None)] if isinstance(kind, UnionType) else []
    return parts[0] if len(parts) == 1 else kind


def _fields_at(kind: type[BaseModel], path: KeyPath) -> list[str]:
    model = _model_at(kind, path)
    return list(model.model_fields) if model else []


def _meaning(kind: type[BaseModel], path: KeyPath) -> str:
    model = _model_at(kind, path[:-1])
    field = model.model_fields.get(str(path[-1])) if model else None
    return (field.description or "") if field else ""


def _misspelt(kind: type[BaseModel], path: KeyPath, data: Any) -> str:
    """Say which unknown key beside a missing one is probably meant."""
    for key in path[:-1]:
        data = data[key] if holds(data, key) else None
    known = _fields_at(kind, path[:-1])
    mend = nearest(str(path[-1]), [key for key in _names(data) if key not in known])
    return mend.replace("did you mean", "is it").replace("?", " that you wrote?") if mend else ""


def _words(allowed: str) -> list[str]:
    return [word.strip(" '") for word in allowed.replace(" or ", ", ").split(",")]


def _shown(value: Any) -> str:
    text = str(value["value"] if isinstance(value, dict) and "value" in value else value)
    return text if len(text) <= 60 else text[:57] + "…"


def _unique(findings: Iterable[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))
