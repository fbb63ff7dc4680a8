"""A plan as a workbook to change by hand: heads by phase, lines with their partners, and what happens on the way."""

from __future__ import annotations

from typing import Any

from model.inputs import Case
from model.key_paths import KeyPath
from model.plan_file import calendar_month
from model.plans import Plan, heads_by_phase
from model.row_sheets import LOOK, Book, titles, write_readme, write_rows
from model.tree_rows import rows_of
from model.workbook_file import safe_workbook

SHEETS = {
    "Plan": (
        "What it is called, modes by phase, and when all ends",
        ("case", "name", "title", "modes", "cities", "flexible", "policies"),
    ),
    "Shared roles": ("Heads by phase of the roles that serve all lines", ("seats",)),
    "Lines": ("Open lines only: how each is worked, its team by phase, its partners and their first month", ("lines",)),
    "Moves": ("People who change seats", ("moves",)),
}
README = (
    "A plan of the case {case}. Change the yellow cells and save it as .xlsx.",
    "",
    "headcast check THIS_FILE.xlsx --case CASE           names everything that is wrong, with sheet, cell and mend",
    "headcast price CASE --plan THIS_FILE.xlsx           prices it, over budget or not",
    "headcast compare runs/CASE THIS_FILE.xlsx           which is better, how sure, for whom",
    "",
    "Values side by side belong to the phases above them. Months count from 1, which is {start}.",
    "To close a line, delete its rows. To sign a partner, copy the two rows of another one and name it in Part.",
    "",
    "Heads by phase, all roles and lines together:",
)


def plan_workbook(case: Case, plan: Plan) -> bytes:
    """Return a plan as the bytes of a workbook; `load.load_plan` reads an equal plan back."""
    data = plan.model_dump(mode="json", exclude_defaults=True)
    with safe_workbook(plan.title, **LOOK) as (writer, made):
        book = Book(writer, Plan, _ids(case))
        _readme(book, case, plan)
        named = titles(data) | _names(case, plan)
        for name, (about, keys) in SHEETS.items():
            part = {key: data[key] for key in keys if key in data}
            if part:
                write_rows(book, name, about, list(rows_of(Plan, part)), named, _phases(case))
        book.write_lists()
    return made.getvalue()


def _ids(case: Case) -> dict[str, list[str]]:
    kinds = ("lines", "roles", "contracts", "ways", "modes", "gates")
    return {kind: list(getattr(case, kind)) for kind in kinds}


def _phases(case: Case) -> list[str]:
    firsts = [calendar_month(case.clock.start, first) for first, _ in case.phase_bounds()]
    return [f"{phase.id} {month}" for phase, month in zip(case.phases, firsts, strict=True)]


def _names(case: Case, plan: Plan) -> dict[KeyPath, str]:
    """Return the titles of the lines and partners of a plan, for the bands."""
    partners = {partner.id: partner.title for partner in case.partners}
    found: dict[KeyPath, str] = {(): "the plan", ("seats",): "shared roles"}
    for line, part in plan.lines.items():
        title = case.lines[line].title
        found |= {("lines", line): title, ("lines", line, "team"): f"{title}: team"}
        for partner in part.partners:
            found[("lines", line, "partners", partner)] = f"{title}: {partners[partner]}"
    return found


def _readme(book: Book, case: Case, plan: Plan) -> None:
    sheet: Any = book.sheet("Read me", plan.title, 0, 0)
    sheet.set_portrait()
    line = write_readme(sheet, [text.format(case=case.id, start=case.clock.start) for text in README])
    for phase, heads in zip(_phases(case), heads_by_phase(case, plan), strict=True):
        sheet.write_string(line, 0, f"    {phase}: {heads}")
        line += 1
