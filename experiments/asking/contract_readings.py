"""What each admissible reading of an open clause is worth to a plan, and which words would settle it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, get_args, get_origin

from experiments.running.break_even import estimate
from experiments.running.futures import Futures
from experiments.running.story import spread_keys
from model.inputs import Case, Readings
from model.ledger import Floats, by_year, present_value, result, revenue
from model.plans import Plan
from model.reading_words import LADDER, WORDS
from model.summary import Estimate, full_roi, horizon, spread


@dataclass(frozen=True)
class Priced:
    """A plan under some readings: NPV, (scenario,) CNY, and what the page says of revenue and full ROI."""

    npv: Floats
    revenue: Estimate
    roi: dict[str, float | None]


def open_clauses() -> dict[str, tuple[str, ...]]:
    """Return the clauses with more than one admissible reading, each with all of its readings."""
    found = {name: get_args(field.annotation) for name, field in Readings.model_fields.items() if _is_choice(field)}
    return {name: readings for name, readings in found.items() if len(readings) > 1}


def _is_choice(field: Any) -> bool:
    return get_origin(field.annotation) is Literal


def with_readings(case: Case, **readings: str) -> Case:
    """Return the case with some clauses read otherwise."""
    return case.model_copy(update={"readings": case.readings.model_copy(update=readings)})


def price(case: Case, plan: Plan, futures: Futures) -> Priced:
    """Price a plan under the readings of a case."""
    book = futures.months(case, plan).ledger
    roi = spread(full_roi(horizon(by_year(book, 1))), certain=case.uncertainty.mode == "none")
    npv = present_value(result(book), float(case.clock.discount))
    return Priced(npv, estimate(revenue(book).sum(axis=0)), spread_keys(roi))


def clauses(case: Case, plan: Plan, futures: Futures) -> list[dict[str, Any]]:
    """Return each open clause with what its readings are worth, the widest spread first.

    Every reading is priced with all other clauses as the case reads them, on the same futures.
    """
    own = price(case, plan, futures)
    rows = []
    for name, readings in open_clauses().items():
        now = getattr(case.readings, name)
        priced = {
            reading: own if reading == now else price(with_readings(case, **{name: reading}), plan, futures)
            for reading in readings
        }
        told = [_told(name, reading, reading == now, found, own) for reading, found in priced.items()]
        means = [row["npv"]["mean"] for row in told]
        question = Readings.model_fields[name].description
        rows.append({"clause": name, "question": question, "spread": max(means) - min(means), "readings": told})
    return sorted(rows, key=lambda row: -row["spread"])


def _told(name: str, reading: str, now: bool, found: Priced, own: Priced) -> dict[str, Any]:
    npv, gap = estimate(found.npv), estimate(found.npv - own.npv)
    return {
        "reading": reading,
        "now": now,
        "wording": WORDS[name][reading],
        "npv": {"mean": npv.value, "se": npv.se},
        "difference": {"mean": gap.value, "se": gap.se, "low": gap.low, "high": gap.high},
        "revenue": {"mean": found.revenue.value, "se": found.revenue.se},
        "full_roi": found.roi,
    }


def ladder(case: Case, plan: Plan, futures: Futures) -> list[dict[str, Any]]:
    """Return the revenue under all readings of the ladder's clauses together, the lowest first; none without ladder."""
    if not any(_has_ladder(case, plan)):
        return []
    names = [name for name in LADDER if name in open_clauses()]
    rows = []
    for readings in product(*(open_clauses()[name] for name in names)):
        told = dict(zip(names, readings, strict=True))
        found = price(with_readings(case, **told), plan, futures)
        rows.append(told | {"revenue": found.revenue.value, "se": found.revenue.se})
    return sorted(rows, key=lambda row: row["revenue"])


def _has_ladder(case: Case, plan: Plan) -> Iterator[bool]:
    for part in plan.lines.values():
        for entry in part.partners.values():
            yield len(case.contracts[entry.contract].edges) > 0
