"""The six lines that every output of a run starts with, each from the stored numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from model.store import Run
from reports.drawing import UNIT
from reports.status import status_of
from reports.words import (
    TERMS,
    calendar,
    capital,
    clean,
    error,
    heads_path,
    in_words,
    is_number,
    money,
    percent,
    percent_error,
    plain,
    reading_title,
)

QUOTES: dict[str, tuple[tuple[str, str], ...]] = {
    "decision": (("/decision", "text"), *((f"/plan/heads/{phase}", "decimal") for phase in range(12))),
    "npv": (
        ("/gain_over_do_nothing/mean", "money_plus"),
        ("/gain_over_do_nothing/se", "error_bare"),
        *((f"/gain_over_do_nothing/{end}", "money_bare_plus") for end in ("low", "high")),
        *((f"/npv/{key}", "money_bare_plus") for key in ("p05", "p50", "p95")),
    ),
    "p_loss": (("/p_loss/value", "percent"), ("/p_loss/se", "percent_error"), ("/npv/cvar05", "money_plus")),
    "peak_cash": (
        ("/peak_cash/p50", "money_size"),
        ("/peak_cash/month_p50", "month"),
        ("/peak_cash/p05", "money_size"),
    ),
    "flip_assumption": (
        ("/flip_assumption/sentence", "text"),
        *((f"/flip_assumption/{key}", "decimal") for key in ("base", "flips_at")),
        ("/flip_assumption/distance", "percent_size"),
        ("/flip_assumption/distance_error", "percent_error"),
    ),
}
"""Numbers of each line in the order of its texts: where they stand in run.json, and their form."""
ROI_QUOTES = (
    ("/roi/mean", "percent_plus"),
    ("/roi/se", "percent_error"),
    *((f"/roi/{key}", "percent_plus") for key in ("p05", "p50", "p95", "of_means")),
)


OTHERS = {"calibrations": "calibration", "readings": "salary_reading"}
"""Parts of run.json that hold the recommended plan under other cases, and the key that names its own one."""
BOTH = "both_other"
"""Part of run.json that holds it under the other calibration and the other reading at once (R191)."""


@dataclass(frozen=True)
class Line:
    """One of the six lines of the first screen: what it is about, what it says, and what belongs beside it.

    quotes : where its numbers stand in run.json and how they are written, in the order of its texts
    """

    key: str
    label: str
    hover: str
    says: str
    notes: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...] = ()


def first_screen(run: Run, since: str = "") -> list[Line]:
    """Return the six lines that every output starts with; a line without its figure is left out.

    Parameters
    ----------
    since : which earlier version the run is held against, in words; "" where nobody looked
    """
    makers: tuple[Callable[[Run], Line | None], ...] = (
        _decision_line,
        _gain_line,
        _loss_line,
        _cash_line,
        _flip_line,
        partial(_status_line, since=since),
    )
    return [line for maker in makers if (line := maker(run)) is not None]


def roi_sentence(info: Mapping[str, Any]) -> str:
    """Return the ROI with its kind, calibration and reading of the pay table, without which it says nothing."""
    roi = part_of(info, "roi")
    if not is_number(roi.get("mean")):
        return ""
    said = [f"{percent(roi['mean'], True)} on average {percent_error(roi.get('se'))}".strip()]
    for key in ("p05", "p50", "p95"):
        said += [f"{percent(roi[key], True)} in the {TERMS[key].say}"] if is_number(roi.get(key)) else []
    kind = clean(roi.get("kind", "full"))
    told = f"ROI ({kind}): {', '.join(said)}."
    if not is_number(roi.get("of_means")):
        return told
    both = f"its average result over its average costs is {percent(roi['of_means'], True)}"
    return f"{told} The average is that of each future’s own ROI; {both}."


def part_of(info: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a part of run.json that is a table; an empty one if it is missing."""
    part = info.get(key)
    return part if isinstance(part, Mapping) else {}


def _line(key: str, term: str, label: str, says: str, *notes: str) -> Line | None:
    if not says:
        return None
    return Line(key, label, TERMS[term].hover if term else "", says, tuple(n for n in notes if n), QUOTES.get(key, ()))


def _with_others(line: Line | None, run: Run, key: str, form: str) -> Line | None:
    """Return a line that ends in, and quotes, the figure under the other calibration and the other reading."""
    if line is None:
        return None
    others = [(part, name) for part, own in OTHERS.items() for name in _other(run, part, own, key)]
    notes = [_under(part, name, key, part_of(run.info, part)[name][key]) for part, name in others]
    quotes = [(f"/{part}/{name}/{key}", form) for part, name in others]
    both = part_of(run.info, BOTH).get(key)
    if is_number(both):
        notes.append(f"With both at once: {_told(key, both)}")
        quotes.append((f"/{BOTH}/{key}", form))
    elif len(others) == len(OTHERS):
        notes.append("With both at once: not priced in this run")
    return replace(line, notes=(*line.notes, *notes), quotes=(*line.quotes, *quotes))


def _other(run: Run, part: str, own: str, key: str) -> list[str]:
    """Return the first reading or calibration besides the run's own for which a figure was priced."""
    there = part_of(run.info, part)
    return [name for name in there if name != run.info.get(own) and is_number(part_of(there, name).get(key))][:1]


def _under(part: str, name: str, key: str, value: float) -> str:
    where = reading_title(name) if part == "readings" else f"calibration {in_words(name)}"
    return f"With the {where}: {_told(key, value)}"


def _told(key: str, value: float) -> str:
    return percent(value) if key == "p_loss" else _with_unit(value, plus=True)


def _decision_line(run: Run) -> Line | None:
    heads = heads_path(part_of(run.info, "plan").get("heads"))
    note = f"{heads} planned heads by phase" if heads else ""
    return _line("decision", "", "Decision recommended", clean(run.info.get("decision") or ""), note)


def _gain_line(run: Run) -> Line | None:
    gain, npv = part_of(run.info, "gain_over_do_nothing"), part_of(run.info, "npv")
    says = _with_unit(gain.get("mean"), plus=True)
    interval = f"{error(gain.get('se'))} one sampling error" if is_number(gain.get("se")) else ""
    if is_number(gain.get("low")) and is_number(gain.get("high")):
        ends = f"{money(gain['low'], True)} to {money(gain['high'], True)}"
        interval = f"{interval}; range, 95 %: {ends}".removeprefix("; ")
    cases = [f"{TERMS[key].say} {money(npv[key], True)}" for key in ("p05", "p50", "p95") if is_number(npv.get(key))]
    notes = (interval, capital(", ".join(cases)))
    line = _line("npv", "gain", "Expected gain against doing nothing", says, *notes)
    return _with_others(line, run, "npv_mean", "money_plus")


def _loss_line(run: Run) -> Line | None:
    loss, worst = part_of(run.info, "p_loss"), _with_unit(part_of(run.info, "npv").get("cvar05"), plus=True)
    note = f"{percent_error(loss.get('se'))} one sampling error" if is_number(loss.get("se")) else ""
    tail = f"Average of the worst 5 %: {worst}" if worst else ""
    notes = (note, tail)
    line = _line("p_loss", "p_loss", "Chance of loss", percent(loss.get("value")), *notes)
    return _with_others(line, run, "p_loss", "percent")


def _cash_line(run: Run) -> Line | None:
    cash = part_of(run.info, "peak_cash")
    says, bad = (_with_unit(cash_need(cash.get(key))) for key in ("p50", "p05"))
    month = calendar(run.case.clock.start, cash.get("month_p50"))
    says = f"{says} in {month}" if says and month else says
    notes = ("Middle case", f"{capital(TERMS['p05'].say)}: {bad}" if bad else "")
    return _line("peak_cash", "peak_cash", "Largest cash need", says, *notes)


def _flip_line(run: Run) -> Line | None:
    flip = part_of(run.info, "flip_assumption")
    unit = clean(flip.get("unit") or "")
    unit = "" if unit in ("factor", "share", "1") else unit
    values = [
        f"{word} {plain(flip[key])} {unit}".strip()
        for word, key in (("now", "base"), ("flips at", "flips_at"))
        if plain(flip.get(key))
    ]
    away = flip.get("distance")
    sure = percent_error(flip.get("distance_error"))
    told = f"{percent(abs(away)) if is_number(away) else clean(away)} away {sure}".strip()
    values += [told] if away not in (None, "") else []
    says = clean(flip.get("sentence") or flip.get("meaning") or in_words(flip.get("name") or ""))
    return _line("flip_assumption", "flip", "What would change the decision", says, capital(", ".join(values)))


def _status_line(run: Run, since: str) -> Line | None:
    status = status_of(run)
    frozen = f"{status.name}, by {status.by} on {status.date}"
    made = (f"Made {status.date}", "Not yet approved by anybody", clean(since))
    notes = (clean(frozen), clean(status.note)) if status.name else made
    return _line("status", "", "Draft or approved", capital(status.word), *notes)


def cash_need(cny: object) -> float | None:
    """Return the cash needed where cumulative cash is deepest, CNY, as a positive amount."""
    return abs(float(cny)) if is_number(cny) else None


def _with_unit(cny: object, plus: bool = False) -> str:
    text = money(cny, plus)
    return f"{text} {UNIT}" if text else ""
