"""The page and figures of an answer, and the list of questions that can be told."""

from __future__ import annotations

import xarray as xr

from reports.answer import View
from reports.drawing import drawing_style
from reports.page import environment
from reports.status import mark_of
from reports.words import in_words

TEMPLATE = "answer_page.html.j2"
TOLD = {
    "arguments": "asked with",
    "scenarios": "fresh futures, the same for all plans",
    "pricing_draws": "futures on which plans were chosen",
    "seed": "seed",
    "run": "run asked about",
    "run_dataset": "its dataset",
    "input_hash": "inputs",
    "versions": "made with",
}
"""Attributes of an answer that its page tells under "how computed"."""


def write_answer_page(view: View, dataset: xr.Dataset) -> str:
    """Return the page of an answer as one HTML text."""
    with drawing_style():
        charts = view.charts(dataset)
    template = environment(str(dataset.attrs["start"]), lambda _, key: in_words(key)).get_template(TEMPLATE)
    how = [(title, dataset.attrs[key]) for key, title in TOLD.items() if dataset.attrs.get(key, "") != ""]
    return template.render(
        view=view,
        mark=mark_of(dataset.attrs.get("status")),
        told=dataset.attrs,
        sentences=view.sentences(dataset),
        charts=charts,
        sheets=view.sheets(dataset),
        how=how,
    )


def figures(view: View, dataset: xr.Dataset) -> dict[str, str]:
    """Return each chart as a picture file of its own, by relative name."""
    with drawing_style():
        charts = view.charts(dataset)
    head = '<svg xmlns="http://www.w3.org/2000/svg"'
    return {f"figures/{chart.name}.svg": chart.svg.replace("<svg", head, 1) + "\n" for chart in charts}
