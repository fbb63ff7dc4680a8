"""One static HTML page of a run: no script, nothing from outside, the first screen in six lines."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from pathlib import Path

from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markupsafe import Markup, escape

from model.store import Run
from reports.drawing import RECOMMENDED, UNIT
from reports.figures import charts
from reports.first_screen import ROI_QUOTES, cash_need, first_screen, part_of, roi_sentence
from reports.page_cites import Citing
from reports.status import status_of
from reports.words import (
    TERMS,
    calendar,
    clean,
    error,
    heads_path,
    in_words,
    is_number,
    money,
    percent,
    percent_error,
    plain,
    plain_sources,
    reading_title,
    row_title,
)

TEMPLATE = "page.html.j2"


def write_page(run: Run, since: str = "") -> str:
    """Return the page of a run as one HTML text; what the run does not hold is left out.

    Parameters
    ----------
    since : which earlier version the run is held against, in words; "" where nobody looked
    """
    template = environment(run.case.clock.start, _names(run)).get_template(TEMPLATE)
    pictures, citing = charts(run), Citing(run)
    return template.render(
        info=run.info,
        case=run.case,
        mark=status_of(run).mark,
        lines=[(line, citing.line(line)) for line in first_screen(run, since)],
        roi=citing.sentence("roi", roi_sentence(run.info), ROI_QUOTES),
        cite=citing.number,
        sources=citing.at_end,
        ambers=[light for light in run.info.get("sanity") or () if light.get("light") != "green"],
        money_charts=[chart for chart in pictures if chart.name not in ("heads", "calendar")],
        plan_charts=[chart for chart in pictures if chart.name in ("heads", "calendar")],
        incentive_rows=list(dict.fromkeys(key for year in run.info.get("incentives") or () for key in year["parts"])),
        hashes=_hashes(run),
    )


def _hashes(run: Run) -> list[tuple[str, str]]:
    named = (("dataset", run.info.get("dataset_sha256") or run.hash), ("inputs", run.info.get("input_hash")))
    return [(title, clean(value)) for title, value in named if value]


def environment(start: str, name: Callable[[str, object], str]) -> Environment:
    """Return the templates with our filters.

    Parameters
    ----------
    start : first calendar month, YYYY-MM
    name : gives the title of a kind of thing (role, line, …) and its id
    """
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
        "need": lambda cny: money(cash_need(cny)),
        "month": lambda month: calendar(start, month),
        "cell": cell,
        "row": row_title,
        "unbroken": _unbroken,
    }
    made.globals |= {"terms": TERMS, "unit": UNIT, "name": name, "recommended": RECOMMENDED}
    return made


def _final(value: object) -> object:
    return plain_sources(clean(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def _unbroken(text: str) -> Markup:
    """Keep "1-in-20" and "5 %" on one line."""
    made = escape(text)
    for part in ("1-in-20", "5 %"):
        made = made.replace(part, Markup('<span class="nb">{}</span>').format(part))
    return made


def cell(value: object, form: str) -> str:
    """Return a cell of a chart's data table in the form of its column; a dash for a figure that is not known."""
    if isinstance(value, float) and isnan(value):
        return "–"
    if form == "money":
        return money(value, True)
    if form == "error":
        return error(value)
    if form == "percent":
        return percent(value)
    return plain(round(value, 2)) if form == "heads" and is_number(value) else clean(value)


def _names(run: Run) -> Callable[[str, object], str]:
    """Return the lookup from an id of the case to its title; an unknown id is written as words."""
    phases = part_of(run.info, "plan").get("phases") or ()
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
