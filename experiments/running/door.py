"""What a command is given by name: a case under a calibration, and plans by name or path; no numeric library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model.errors import Finding, InputError, nearest
from model.inputs import Case
from model.load import find_case, load_case, load_plan, plan_files
from model.plans import Plan

NOTHING = "do_nothing"


@dataclass(frozen=True)
class Asked:
    """A case and its plans by name: those given first, then the files in its plans/ folder, doing nothing last."""

    case: Case
    plans: dict[str, Plan]


def case_of(name: str, calibration: str = "") -> Case:
    """Return a case given by folder or id, under its own calibration or another one of its own.

    Raises
    ------
    InputError : no such case or calibration, or anything wrong in its files
    """
    case = load_case(find_case(name))
    if not calibration:
        return case
    if calibration not in case.calibrations:
        known = ", ".join(case.calibrations)
        mend = nearest(calibration, case.calibrations)
        raise InputError(Finding("E-REF", "--calibration", "unknown calibration", calibration, known, mend))
    return case.model_copy(update={"calibration": calibration})


def look(name: str, calibration: str = "", files: Sequence[Path | None] = ()) -> None:
    """Raise at once what is wrong with a case and plan files, before anything slow is imported."""
    case = case_of(name, calibration)
    for path in files:
        if path is not None:
            load_plan(path, case)


def asked(name: str, calibration: str = "", given: Sequence[str] = ()) -> Asked:
    """Return a case with the plans that a question may speak of.

    Parameters
    ----------
    given : plans by the name of a file in plans/, by path, or do_nothing; all of plans/ follow them
    """
    case = case_of(name, calibration)
    shipped = plan_files(find_case(name))
    plans = {_label(text, shipped): _plan(text, shipped, case) for text in given}
    plans |= {label: load_plan(path, case) for label, path in shipped.items() if label not in plans}
    if not any(plan.is_idle for plan in plans.values()):
        plans[NOTHING] = nothing(case)
    return Asked(case, plans)


def historic(name: str, case: Case) -> dict[str, Plan]:
    """Return the plans of a case's plans/ and history/ folders by name; what history/ holds is no choice."""
    folder = find_case(name)
    files = plan_files(folder) | plan_files(folder, "history")
    return {label: load_plan(path, case) for label, path in files.items()}


def nothing(case: Case) -> Plan:
    """Return the plan that hires nobody and opens nothing."""
    modes = (*case.choice.mode_paths, (next(iter(case.modes)),) * len(case.phases))[0]
    return Plan(case=case.id, name=NOTHING, title="Do nothing", modes=modes, seats={}, lines={})


def _label(text: str, shipped: dict[str, Path]) -> str:
    stem = Path(text).stem
    return text if text in shipped or stem in shipped else stem


def _plan(text: str, shipped: dict[str, Path], case: Case) -> Plan:
    if text in shipped:
        return load_plan(shipped[text], case)
    if Path(text).is_file():
        return load_plan(Path(text), case)
    if text == NOTHING:
        return nothing(case)
    names = [*shipped, NOTHING]
    allowed = f"a plan file, or {', '.join(names)}"
    raise InputError(Finding("E-FILE", text, "no such plan", "", allowed, nearest(text, names)))
