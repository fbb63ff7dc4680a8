"""The page of all experiments that were run: question, finding, runtime, picture, and the way to each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xarray as xr

from reports.drawing import drawing_style
from reports.experiment_views import charts, finding
from reports.page import environment
from reports.words import in_words

TEMPLATE = "findings_page.html.j2"


@dataclass(frozen=True)
class Found:
    """One experiment on the page: its name, runtime, dataset's attributes, finding, and picture with its caption."""

    name: str
    seconds: str
    told: dict[str, Any]
    finding: str
    svg: str
    caption: str


def found(name: str, seconds: float, data: xr.Dataset) -> Found:
    """Return what the page tells of one stored experiment.

    Parameters
    ----------
    seconds : that the experiment took
    data : its dataset
    """
    with drawing_style():
        pictures = charts(data)
    turns = data.attrs["form"] == "depends"
    picture = pictures[-1 if turns else 0]
    caption = f"{picture.finding}. {picture.meaning}" if turns else picture.meaning
    return Found(name, f"{seconds:.0f}", dict(data.attrs), finding(data), picture.svg, caption)


def write_findings_page(experiments: Sequence[Found], asked: int) -> str:
    """Return the page as one HTML text.

    Parameters
    ----------
    experiments : in the order of the page; each lies in a folder of its name beside it
    asked : how many experiments there are
    """
    start = str(experiments[0].told["start"]) if experiments else "2000-01"
    template = environment(start, lambda _, key: in_words(key)).get_template(TEMPLATE)
    return template.render(found=experiments, asked=asked)
