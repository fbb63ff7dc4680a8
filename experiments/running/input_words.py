"""What an input is called and how its value is written, in a strategist's words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from model.inputs import Case
from reports.words import calendar, in_words, money, percent, plain

SECTIONS = {
    "calibrations": "Demand",
    "clock": "Time value of money",
    "staffing": "Staffing",
    "incentives": "Pay for results",
    "costs": "Costs",
    "uncertainty": "Uncertainty",
}
PER = {"year": "a year", "month": "a month", "hour": "an hour", "unit": "per unit"}
COUNTED = {"month": "months"}
LARGE, THREE = 1e6, 3
Place = Sequence[str | int]


def subject(case: Case, place: Place, alone: bool = True) -> str:
    """Return whose input it is: a line, a role, a partner, a contract, a phase, or the section in words.

    Parameters
    ----------
    place : key path of the input in the case, list entries by number
    alone : False for a whole column of partners
    """
    section, keys = str(place[0]), place[1:]
    if section == "partners":
        return case.partners[int(keys[0])].title if alone else f"All {case.called.partners}"
    if section == "phases":
        return f"Phase from {calendar(case.clock.start, case.phases[int(keys[0])].first_month)}"
    if section == "costs" and keys[0] == "tools":
        return f"Platform and tools from {calendar(case.clock.start, case.costs.tools[int(keys[1])].first_month)}"
    titled: dict[str, Any] = {
        "lines": case.lines,
        "roles": case.roles,
        "shared_work": case.roles,
        "contracts": case.contracts,
        "modes": case.modes,
        "ways": case.ways,
        "levers": case.levers,
    }
    if section in titled:
        return str(titled[section][keys[0]].title)
    return SECTIONS.get(section, in_words(section).capitalize())


def meaning(place: Place) -> str:
    """Return what an input means: its field's description, else its own name in words.

    Examples
    --------
    >>> meaning(("staffing", "hiring_fee"))
    'fee per hire as share of the yearly base pay'
    """
    kind: Any = Case
    told = ""
    for key in place:
        if isinstance(kind, UnionType):
            kind = next(part for part in get_args(kind) if part is not type(None))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields[str(key)]
            told = field.description or in_words(key)
            kind = field.annotation
        elif get_origin(kind) is dict:
            kind = get_args(kind)[1]
            told = told if _is_model(kind) else f"{told} {key}"
        elif get_origin(kind) is tuple:
            kind = get_args(kind)[0]
    return in_words(told)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def amount(value: float, unit: str, digits: int = THREE) -> str:
    """Return a value with its unit in words, as three digits or as more of them.

    Examples
    --------
    >>> amount(350_000, "CNY/year"), amount(0.0812, "share").replace("\\u00a0", " "), amount(8.04, "month")
    ('350,000 CNY a year', '8.1 %', '8.04 months')
    >>> amount(1 / 3, "share", 5).replace("\\u00a0", " "), amount(1_234_567.0, "CNY", 6)
    ('33.333 %', '1,234,570 CNY')
    """
    base, _, per = unit.partition("/")
    tail = f" {PER.get(per, f'per {per}')}" if per else ""
    if base == "share":
        return (percent(value) if digits == THREE else f"{_digits(100 * value, digits)}\u00a0%") + tail
    if base == "CNY":
        short = digits == THREE and abs(value) >= LARGE
        return (f"{money(value)} M CNY" if short else f"{_digits(value, digits)} CNY") + tail
    return _digits(value, digits) + ("" if base == "factor" else f" {COUNTED.get(base, base)}") + tail


def _digits(value: float, digits: int) -> str:
    kept = float(f"{value:.{digits}g}")
    return plain(kept) if digits == THREE else f"{Decimal(str(kept)):,f}".removesuffix(".0")


def list_of(names: Sequence[str], most: int = 6) -> str:
    """Return names as a list in a sentence; what is beyond the most is counted.

    Examples
    --------
    >>> list_of(["A", "B", "C"]), list_of(["A", "B", "C"], most=2)
    ('A, B and C', 'A, B and 1 more')
    """
    shown = [*names[:most], f"{len(names) - most} more"] if len(names) > most else list(names)
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part) if shown else ""


def month_of(case: Case, phase: int) -> str:
    """Return the calendar month in which a phase begins, as "Jul 2027"."""
    return calendar(case.clock.start, case.phases[phase].first_month)


def phase_label(case: Case, index: int) -> str:
    """Return a phase as its calendar months."""
    first, end = case.phase_bounds()[index]
    return f"{calendar(case.clock.start, first)} – {calendar(case.clock.start, end - 1)}"
