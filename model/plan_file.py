"""Write a plan as a TOML file a person can read and change; `load.load_plan` reads an equal plan back."""

from __future__ import annotations

from pathlib import Path

import tomlkit
from tomlkit.items import Item, Table

from model.inputs import Case
from model.plans import LinePlan, Move, Plan, Policies, heads_by_phase


def calendar_month(start: str, month: int) -> str:
    """Return the calendar month of month 1…T of a case that starts in `start`.

    Examples
    --------
    >>> calendar_month("2027-01", 14)
    '2028-02'
    """
    year, first = (int(part) for part in start.split("-"))
    years, rest = divmod(first - 1 + month - 1, 12)
    return f"{year + years:04d}-{rest + 1:02d}"


def plan_text(case: Case, plan: Plan) -> str:
    """Return the plan as TOML with the calendar months and titles of what it names as comments."""
    document = tomlkit.document()
    for line in _heading(case, plan):
        document.add(tomlkit.comment(_plain(line)))
    for key in ("case", "name", "title"):
        document.add(key, tomlkit.item(getattr(plan, key)))
    document.add(
        "modes", _said(list(plan.modes), ", then ".join(dict.fromkeys(case.modes[mode].title for mode in plan.modes)))
    )
    seats = tomlkit.table()
    for role, heads in plan.seats.items():
        seats.add(role, _said(list(heads), case.roles[role].title))
    document.add("seats", seats)
    lines = tomlkit.table(is_super_table=bool(plan.lines))
    for name, part in plan.lines.items():
        lines.add(name, _line(case, name, part))
    document.add("lines", lines)
    if plan.cities is not None:
        document.add("cities", _said(list(plan.cities), "open cities by phase"))
    _add_people(case, plan, document)
    if plan.policies != Policies():
        policies = tomlkit.table()
        _add_end(case, plan.policies, policies)
        document.add("policies", policies)
    return tomlkit.dumps(document)


def _add_people(case: Case, plan: Plan, document: tomlkit.TOMLDocument) -> None:
    """Add what a plan says of flexible labour and of people who move."""
    if plan.flexible:
        flexible = tomlkit.table()
        for role, share in plan.flexible.items():
            flexible.add(role, _said(share, f"flexible part of {case.roles[role].title}"))
        document.add("flexible", flexible)
    if plan.moves:
        moves = tomlkit.aot()
        for move in plan.moves:
            moves.append(_move(case, move))
        document.add("moves", moves)


def save_plan(path: Path, case: Case, plan: Plan) -> None:
    """Write the plan to a file."""
    path.write_text(plan_text(case, plan), encoding="utf-8", newline="\n")


def _heading(case: Case, plan: Plan) -> list[str]:
    heads = heads_by_phase(case, plan)
    spans = [
        (calendar_month(case.clock.start, first), calendar_month(case.clock.start, end - 1))
        for first, end in case.phase_bounds()
    ]
    rows = zip(case.phases, spans, heads, strict=True)
    return ["Heads by phase, all roles and lines together:"] + [
        f"  {phase.id}, {first} to {last}: {count}" for phase, (first, last), count in rows
    ]


def _line(case: Case, name: str, part: LinePlan) -> Table:
    table = tomlkit.table()
    table.comment(_plain(case.lines[name].title))
    table.add("way", tomlkit.item(part.way))
    _add_end(case, part, table)
    team = tomlkit.table()
    for role, heads in part.team.items():
        team.add(role, _said(list(heads), case.roles[role].title))
    table.add("team", team)
    titles = {partner.id: partner.title for partner in case.partners}
    partners = tomlkit.table()
    for partner, entry in part.partners.items():
        form = tomlkit.inline_table()
        form.update({"start": entry.start, "contract": entry.contract})
        form.comment(_plain(f"{calendar_month(case.clock.start, entry.start)}, {titles[partner]}"))
        partners.add(partner, form)
    table.add("partners", partners)
    return table


def _add_end(case: Case, part: LinePlan | Policies, table: Table) -> None:
    """Add the last month and the gates of the unit or of a line, where there are any."""
    if part.stop_after is not None:
        table.add("stop_after", _said(part.stop_after, calendar_month(case.clock.start, part.stop_after)))
    if part.gates:
        rows = tomlkit.array()
        for each in part.gates:
            form = tomlkit.inline_table()
            form.update({"gate": each.gate, "answer": each.answer})
            rows.append(form)
        asked = (case.gates[each.gate] for each in part.gates)
        rows.comment(
            _plain(", ".join(f"{calendar_month(case.clock.start, gate.month)} {gate.title}" for gate in asked))
        )
        table.add("gates", rows)


def _move(case: Case, move: Move) -> Table:
    table = tomlkit.table()
    for key, value in move.model_dump(mode="json").items():
        table.add(key, tomlkit.item(value))
    month = calendar_month(case.clock.start, move.month)
    table.comment(_plain(f"{month}, {case.roles[move.role].title} to {case.roles[move.to_role].title}"))
    return table


def _said(value: object, comment: str) -> Item:
    item = tomlkit.item(value)
    item.comment(_plain(comment))
    return item


def _plain(comment: str) -> str:
    """Return a title as one line: a line break in it would end the comment."""
    return "".join(sign if sign.isprintable() else " " for sign in comment)
