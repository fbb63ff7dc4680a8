"""The page of all experiments that were run: question, finding, runtime, picture, and the way to each answer.

Questions that a board decides come first; other businesses, which only show what the tool can be asked, last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import xarray as xr

from reports.drawing import drawing_style
from reports.experiment_asides import asides, order_told
from reports.experiment_views import charts, finding
from reports.page import environment
from reports.words import clean, in_words, plain

TEMPLATE = "findings_page.html.j2"
BOARD, OTHERS, ELSEWHERE = "What the board decides", "What others decide in the unit", "Other businesses"
MEANINGS = {
    BOARD: "",
    OTHERS: "",
    ELSEWHERE: "Not about this unit: illustrative cases whose volumes are to be replaced; they show what can be asked.",
}


@dataclass(frozen=True)
class Found:
    """One experiment on the page: its name, runtime, dataset's attributes, what it says – an order where one is asked
    for, then its finding –, what belongs to it, and picture with its caption; made : the day it was run."""

    name: str
    seconds: str
    told: dict[str, Any]
    says: tuple[str, ...]
    asides: tuple[str, ...]
    made: str
    svg: str
    caption: str


@dataclass(frozen=True)
class Part:
    """A heading of the page with its experiments, each with its number on the page, and a sentence on what they are."""

    heading: str
    meaning: str
    entries: tuple[tuple[int, Found], ...]


def found(name: str, seconds: float, made: str, data: xr.Dataset) -> Found:
    """Return what the page tells of one stored experiment.

    Parameters
    ----------
    seconds : that the experiment took; made : when, YYYY-MM-DD and more
    data : its dataset
    """
    with drawing_style():
        pictures = charts(data)
    turns = data.attrs["form"] == "depends"
    picture = pictures[-1 if turns else 0]
    caption = f"{picture.finding}. {picture.meaning}" if turns else picture.meaning
    says = (*list(order_told(data))[:1], finding(data))
    beside = tuple(sentence for sentence in asides(data) if sentence not in says)
    return Found(name, f"{seconds:.0f}", dict(data.attrs), says, beside, made[:10], picture.svg, caption)


def parts_of(experiments: Sequence[Found], own: str) -> list[Part]:
    """Return the experiments under their headings: what the board decides, what others decide, other businesses.

    Parameters
    ----------
    own : id of the case that the page is about
    """
    kinds: dict[str, list[Found]] = {BOARD: [], OTHERS: [], ELSEWHERE: []}
    for one in experiments:
        mine = BOARD if str(one.told["decides"]).startswith("The board") else OTHERS
        kinds[mine if str(one.told["case"]) == own else ELSEWHERE].append(one)
    numbers = count(1)
    return [
        Part(heading, MEANINGS[heading], tuple((next(numbers), one) for one in entries))
        for heading, entries in kinds.items()
        if entries
    ]


def runs_of(experiments: Sequence[Found]) -> list[str]:
    """Return each run that was asked, once: its day, status and seed."""
    told = [
        f"run {clean(one.told['run'])} of {one.told.get('run_made') or 'an unknown day'}, "
        f"{one.told.get('run_status') or 'draft'}, seed {int(one.told['seed'])}"
        for one in experiments
    ]
    return list(dict.fromkeys(told))


def write_findings_page(experiments: Sequence[Found], asked: int) -> str:
    """Return the page as one HTML text.

    Parameters
    ----------
    experiments : in the order of the page; each lies in a folder of its name beside it
    asked : how many experiments there are
    """
    start = str(experiments[0].told["start"]) if experiments else "2000-01"
    own = str(experiments[0].told["case"]) if experiments else ""
    futures = sorted({int(one.told["scenarios"]) for one in experiments if one.told["uncertainty"] == "random"})
    template = environment(start, lambda _, key: in_words(key)).get_template(TEMPLATE)
    return template.render(
        parts=parts_of(experiments, own),
        shown=len(experiments),
        asked=asked,
        runs=runs_of([one for one in experiments if str(one.told["case"]) == own]),
        days=sorted({one.made for one in experiments}),
        futures=[plain(number) for number in futures],
    )
