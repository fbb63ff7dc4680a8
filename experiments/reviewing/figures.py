"""The figures a month is reviewed by: what finance can know of it, and what every future of the plan says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.gate_inputs import Gate
from model.gates import CONVERSION, NPS, PARTNERS, REVENUE, USERS, cities_at
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.schema import ROW, ROWS
from model.simulate import PlanMonths
from reports.words import row_title

OTHER_COST = "cost.other"
SPLIT_ROWS = ("base_pay", "project_bonus")
"""Rows told by role instead."""
MARKS = {"partners": PARTNERS, "users": USERS, "revenue": REVENUE, "conversion": CONVERSION, "nps": NPS}
MARK_UNITS = {"revenue": "CNY", "conversion": "share", "nps": "points", "partners": "partners", "cities": "cities"}
MARK_WORDS = {"nps": "NPS"}


@dataclass(frozen=True)
class Item:
    """A figure of a month: its key in the sheet, what it is, its unit, and the months it is asked for (none: all)."""

    key: str
    title: str
    unit: str
    months: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """First word of the key."""
        return self.key.split(".")[0]

    @property
    def name(self) -> str:
        """What follows the first word of the key."""
        return self.key.split(".", 1)[1]


def items(case: Case, plan: Plan) -> list[Item]:
    """Return the figures asked for, in the order of the sheet (R175).

    Revenue and volume by line, heads and pay by role, other costs by ledger row, partners at work, what partners sold
    of how many owners asked, and the marks of the unit's gates in their months.
    """
    lines = [name for name in case.lines if name in plan.lines]
    signed = [p for p in case.partners if p.line in plan.lines and p.id in plan.lines[p.line].partners]
    out = [Item(f"revenue.{name}", f"Revenue, {case.lines[name].title}", "CNY") for name in lines]
    out += [Item(f"volume.{name}", f"Volume, {case.lines[name].title}", "units") for name in lines]
    staff = _roles(case, plan)
    out += [Item(f"heads.{role}", f"Heads, {case.roles[role].title}", "heads") for role in staff]
    out += [Item(f"pay.{role}", f"Pay, {case.roles[role].title}", "CNY") for role in staff]
    out += [Item(f"cost.{name}", f"Cost, {row_title(name, case.called)}", "CNY") for name in cost_rows()]
    out.append(Item(OTHER_COST, "Cost, all that no row above names", "CNY"))
    out += [Item(f"at_work.{p.id}", f"At work (1) or not (0), {p.title}", "partners") for p in signed]
    for partner in signed:
        out.append(Item(f"asked.{partner.id}", f"Owners approached, {partner.title}", "units"))
        out.append(Item(f"bought.{partner.id}", f"Owners of these who bought, {partner.title}", "units"))
    for name, gate in unit_gates(case).items():
        for mark in gate.least.criteria:
            title = f"Reached up to this month, {MARK_WORDS.get(mark, mark)} ({gate.title})"
            out.append(Item(f"gates.{name}.{mark}", title, MARK_UNITS.get(mark, "units"), (gate.month,)))
    return out


def unit_gates(case: Case) -> dict[str, Gate]:
    """Return the gates of the unit by name."""
    return {name: gate for name, gate in case.gates.items() if not gate.line}


def cost_rows() -> list[str]:
    """Return the ledger rows of pay and cost that are told one by one."""
    return [row.name for row in ROWS if row.kind in ("team_pay", "cost") and row.name not in SPLIT_ROWS]


def _roles(case: Case, plan: Plan) -> list[str]:
    teams = [part.team for part in plan.lines.values()]
    return [role for role in case.roles if role in plan.seats or any(role in team for team in teams)]


def told(found: PlanMonths, case: Case, plan: Plan, wanted: Sequence[Item], months: int) -> Floats:
    """Return what the futures of a block say of each figure, (item, month, scenario); NaN where they say nothing.

    Parameters
    ----------
    months : M first months that are reviewed
    """
    size = found.ledger.shape[2]
    out = np.full((len(wanted), months, size), np.nan)
    for index, item in enumerate(wanted):
        value = _value(found, case, plan, item)
        if value is not None and not item.months:
            out[index] = value[:months]
        elif value is not None and item.months[0] <= months:
            out[index, item.months[0] - 1] = value
    return out


def _value(found: PlanMonths, case: Case, plan: Plan, item: Item) -> Floats | None:
    """Return (month, scenario) of a figure, (scenario,) of a mark, None where the simulator knows none."""
    nothing = np.zeros(found.ledger.shape[1:])
    if item.kind == "cost":
        booked: Floats = found.ledger[ROW[item.name]] if item.key != OTHER_COST else nothing
        return booked
    if item.kind == "at_work":
        for sides in found.sides.values():
            if item.name in sides.partners:
                works: Floats = sides.at_work[sides.partners.index(item.name)].astype(np.float64)
                return works
        return nothing
    if item.kind == "gates":
        return mark_value(found.marks, case, plan, item.name)
    tables = {
        "revenue": found.line_revenue,
        "volume": found.volume,
        "heads": found.heads,
        "pay": found.monthly_pay,
    }
    return tables[item.kind].get(item.name, nothing) if item.kind in tables else None


def mark_value(marks: Floats, case: Case, plan: Plan, name: str) -> Floats:
    """Return what is reached of "GATE.CRITERION", (scenario,), a mean being 0 where nothing is sold (R131).

    Parameters
    ----------
    marks : (gate, mark, scenario)
    """
    gate, mark = name.split(".")
    own = marks[list(case.gates).index(gate)]
    if mark == "cities":
        return np.full(marks.shape[2], cities_at(case, plan.cities, case.gates[gate].month))
    value: Floats = own[MARKS[mark]]
    if mark in ("conversion", "nps"):
        value = np.divide(value, own[USERS], out=np.zeros(value.shape), where=own[USERS] > 0)
    return value
