"""One static HTML page of a run: no script, nothing from outside, the first screen in six lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markupsafe import Markup

from reports.drawing import RECOMMENDED, UNIT
from reports.figures import charts
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

if TYPE_CHECKING:
    from model.store import Run

TEMPLATE = "page.html.j2"


@dataclass(frozen=True)
class Line:
    """One of the six lines of the first screen: what it is about, what it says, and what belongs beside it."""

    key: str
    label: str
    hover: str
    says: str
    notes: tuple[str, ...]


def write_page(run: Run) -> str:
    """Return the page of a run as one HTML text; what the run does not hold is left out."""
    template = _environment(run).get_template(TEMPLATE)
    pictures = charts(run)
    return template.render(
        info=run.info,
        case=run.case,
        lines=first_screen(run),
        roi=roi_sentence(run.info),
        ambers=[light for light in run.info.get("sanity") or () if light.get("light") != "green"],
        money_charts=[chart for chart in pictures if chart.name not in ("heads", "calendar")],
        plan_charts=[chart for chart in pictures if chart.name in ("heads", "calendar")],
        hashes=_hashes(run),
    )


def first_screen(run: Run) -> list[Line]:
    """Return the six lines that every output starts with; a line without its figure is left out."""
    makers: tuple[Callable[[Run], Line | None], ...] = (
        _decision_line,
        _gain_line,
        _loss_line,
        _cash_line,
        _flip_line,
        _status_line,
    )
    return [line for maker in makers if (line := maker(run)) is not None]


def roi_sentence(info: Mapping[str, Any]) -> str:
    """Return the ROI with its kind, calibration and reading of the pay table, without which it says nothing."""
    roi = _part(info, "roi")
    if not is_number(roi.get("mean")):
        return ""
    said = [f"{percent(roi['mean'], True)} on average {percent_error(roi.get('se'))}".strip()]
    for key in ("p05", "p50", "p95"):
        said += [f"{percent(roi[key], True)} in the {TERMS[key].say}"] if is_number(roi.get(key)) else []
    kind = capital(clean(roi.get("kind", "full")))
    return f"ROI ({kind}): {', '.join(said)}."


def _part(info: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = info.get(key)
    return part if isinstance(part, Mapping) else {}


def _line(key: str, term: str, label: str, says: str, *notes: str) -> Line | None:
    return Line(key, label, TERMS[term].hover if term else "", says, tuple(n for n in notes if n)) if says else None


def _decision_line(run: Run) -> Line | None:
    heads = heads_path(_part(run.info, "plan").get("heads"))
    note = f"{heads} approved heads by phase" if heads else ""
    return _line("decision", "", "Decision recommended", clean(run.info.get("decision") or ""), note)


def _gain_line(run: Run) -> Line | None:
    gain, npv = _part(run.info, "gain_over_do_nothing"), _part(run.info, "npv")
    says = _with_unit(gain.get("mean"), plus=True)
    interval = f"{error(gain.get('se'))} sampling error" if is_number(gain.get("se")) else ""
    if is_number(gain.get("low")) and is_number(gain.get("high")):
        ends = f"{money(gain['low'], True)} to {money(gain['high'], True)}"
        interval = f"{interval}, 95 % interval {ends}".removeprefix(", ")
    cases = [f"{TERMS[key].say} {money(npv[key], True)}" for key in ("p05", "p50", "p95") if is_number(npv.get(key))]
    return _line("npv", "gain", "Expected gain against doing nothing", says, interval, capital(", ".join(cases)))


def _loss_line(run: Run) -> Line | None:
    loss, worst = _part(run.info, "p_loss"), _with_unit(_part(run.info, "npv").get("cvar05"), plus=True)
    note = f"{percent_error(loss.get('se'))} sampling error" if is_number(loss.get("se")) else ""
    tail = f"Average of the worst 5 %: {worst}" if worst else ""
    return _line("p_loss", "p_loss", "Chance of loss", percent(loss.get("value")), note, tail)


def _cash_line(run: Run) -> Line | None:
    cash = _part(run.info, "peak_cash")
    says, bad = (_with_unit(_need(cash.get(key))) for key in ("p50", "p05"))
    month = calendar(run.case.clock.start, cash.get("month_p50"))
    says = f"{says} in {month}" if says and month else says
    notes = ("Middle case", f"{capital(TERMS['p05'].say)}: {bad}" if bad else "")
    return _line("peak_cash", "peak_cash", "Largest cash need", says, *notes)


def _flip_line(run: Run) -> Line | None:
    flip = _part(run.info, "flip_assumption")
    unit = clean(flip.get("unit") or "")
    values = [
        f"{word} {plain(flip[key])} {unit}".strip()
        for word, key in (("now", "base"), ("flips at", "flips_at"))
        if plain(flip.get(key))
    ]
    away = flip.get("distance")
    values += [f"{percent(away, True) if is_number(away) else clean(away)} away"] if away not in (None, "") else []
    says = clean(flip.get("sentence") or flip.get("meaning") or in_words(flip.get("name") or ""))
    return _line("flip_assumption", "flip", "What would change the decision", says, capital(", ".join(values)))


def _status_line(run: Run) -> Line | None:
    status = capital(clean(run.info.get("status") or ""))
    note = "Not yet approved by anybody" if status == "Draft" else ""
    return _line("status", "", "Draft or approved", status, note)


def _need(cny: object) -> float | None:
    return abs(float(cny)) if is_number(cny) else None


def _with_unit(cny: object, plus: bool = False) -> str:
    text = money(cny, plus)
    return f"{text} {UNIT}" if text else ""


def _hashes(run: Run) -> list[tuple[str, str]]:
    named = (("dataset", "dataset_sha256"), ("inputs", "input_hash"))
    return [(title, clean(run.info[key])) for title, key in named if run.info.get(key)]


def _environment(run: Run) -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=ChainableUndefined,
        finalize=_final,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "money": money,
        "error": error,
        "percent": percent,
        "percent_error": percent_error,
        "plain": plain,
        "words": in_words,
        "reading": reading_title,
        "heads": heads_path,
        "need": lambda cny: money(_need(cny)),
        "month": lambda month: calendar(run.case.clock.start, month),
        "cell": cell,
    }
    made.globals |= {"terms": TERMS, "unit": UNIT, "name": _names(run), "recommended": RECOMMENDED}
    return made


def _final(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def cell(value: object, form: str) -> str:
    """Return a cell of a chart's data table in the form of its column."""
    if form == "money":
        return money(value, True)
    if form == "percent":
        return percent(value)
    return plain(round(value, 2)) if form == "heads" and is_number(value) else clean(value)


def _names(run: Run) -> Callable[[str, object], str]:
    """Return the lookup from an id of the case to its title; an unknown id is written as words."""
    phases = _part(run.info, "plan").get("phases") or ()
    known: dict[str, dict[str, str]] = {
        "role": {key: role.title for key, role in run.case.roles.items()},
        "line": {key: line.title for key, line in run.case.lines.items()},
        "mode": {key: mode.title for key, mode in run.case.modes.items()},
        "contract": {key: contract.title for key, contract in run.case.contracts.items()},
        "phase": {str(phase.get("id")): str(phase.get("label") or phase.get("id")) for phase in phases},
    }

    def name(kind: str, key: object) -> str:
        return known[kind].get(str(key)) or in_words(key if key is not None else "")

    return name
