"""Runs and plans as a notebook shows them: small tables in which every name is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from model.inputs import Case
from model.plans import Plan
from model.store import Run
from reports.drawing import UNIT
from reports.first_screen import first_screen
from reports.words import calendar, clean, error, heads_path, money, percent

Row = Sequence[str]


@dataclass(frozen=True)
class Shown:
    """What a notebook shows in the place of a value."""

    html: Markup

    def _repr_html_(self) -> str:
        """Return the HTML that the notebook asks for."""
        return str(self.html)


def show_run(run: Run) -> Shown:
    """Return the six lines of a run and its plans beside each other.

    Examples
    --------
    In a notebook: ``show_run(open_run(Path("runs/ecosystem")))``
    """
    lines = [(line.label, "; ".join((line.says, *line.notes))) for line in first_screen(run)]
    head = ("Plan", "Heads by phase", f"Average result, {UNIT}", "Chance of loss", "Minus recommended")
    told = run.info.get("comparison") or ()
    rows = [
        (
            str(row["title"]),
            heads_path(row["heads"]),
            f"{money(row['npv']['mean'], True)} {error(row['npv']['se'])}",
            percent(row["p_loss"]["value"]),
            money(row["difference"]["mean"], True) if row.get("difference") else "–",
        )
        for row in told
    ]
    title = str(run.info.get("title") or run.case.title)
    return Shown(_table(title, (), lines) + (_table("Plans compared", head, rows) if rows else Markup("")))


def show_plan(case: Case, plan: Plan) -> Shown:
    """Return the heads of a plan by role and phase, and its partners with their first months."""
    start = case.clock.start
    phases = [f"from {calendar(start, first)}" for first, _ in case.phase_bounds()]
    seats = [(case.roles[role].title, heads) for role, heads in plan.seats.items()]
    for line, part in plan.lines.items():
        seats += [(f"{case.roles[role].title}, {case.lines[line].title}", heads) for role, heads in part.team.items()]
    rows = [(title, *map(str, heads)) for title, heads in seats if any(heads)]
    titles = {partner.id: partner.title for partner in case.partners}
    starts = [
        (titles[name], calendar(start, entry.start))
        for part in plan.lines.values()
        for name, entry in part.partners.items()
    ]
    return Shown(_table(plan.title, ("Role", *phases), rows) + _table("Partners", ("Partner", "Start"), starts))


def _table(title: str, head: Row, rows: Iterable[Row]) -> Markup:
    told = [Markup("<caption>{}</caption>").format(clean(title))]
    if head:
        told.append(Markup("<thead>{}</thead>").format(_cells("th", head)))
    body = Markup("").join(_cells("td", row) for row in rows)
    told.append(Markup("<tbody>{}</tbody>").format(body))
    return Markup("<table>{}</table>").format(Markup("").join(told))


def _cells(tag: str, texts: Row) -> Markup:
    cell = Markup("<{0}>{{}}</{0}>").format(Markup(tag))
    return Markup("<tr>{}</tr>").format(Markup("").join(cell.format(clean(text)) for text in texts))
