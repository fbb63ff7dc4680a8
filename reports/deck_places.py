"""What stands in a deck, by place: slide, shape, and paragraph, cell or series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pptx.slide import Slide

from reports.tracing import Place

FIELDS = "{http://schemas.openxmlformats.org/drawingml/2006/main}fld"
"""Text that the program fills in, such as the number of the slide: nobody wrote it."""


def paragraph(slide: Slide, shape: Any, number: int) -> str:
    """Return the place of a shape's paragraph, counted from 1."""
    return f"slide {slide.slide_id}/shape {shape.shape_id}/paragraph {number}"


def cell(slide: Slide, shape: Any, row: int, column: int) -> str:
    """Return the place of a table's cell, counted from 1."""
    return f"slide {slide.slide_id}/shape {shape.shape_id}/cell {row},{column}"


def series(slide: Slide, shape: Any, number: int) -> str:
    """Return the place of a chart's series, counted from 1 over all its plots."""
    return f"slide {slide.slide_id}/shape {shape.shape_id}/series {number}"


def category(slide: Slide, shape: Any, number: int) -> str:
    """Return the place of the words at a chart's bar, counted from 1."""
    return f"slide {slide.slide_id}/shape {shape.shape_id}/category {number}"


def note(slide: Slide, number: int) -> str:
    """Return the place of a paragraph of a slide's notes, counted from 1."""
    return f"slide {slide.slide_id}/notes/paragraph {number}"


def deck_places(presentation: Any) -> dict[str, Place]:
    """Return what stands in an open deck, by place; empty paragraphs and cells are left out."""
    found: dict[str, Place] = {}
    for slide in presentation.slides:
        for shape in _shapes(slide.shapes):
            found |= _in_shape(slide, shape)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            for number, each in enumerate(slide.notes_slide.notes_text_frame.paragraphs, 1):
                found |= {note(slide, number): _text(each)}
    return {place: there for place, there in found.items() if there != ""}


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)


def _in_shape(slide: Slide, shape: Any) -> dict[str, Place]:
    found: dict[str, Place] = {}
    if shape.has_text_frame:
        for number, each in enumerate(shape.text_frame.paragraphs, 1):
            found[paragraph(slide, shape, number)] = _text(each)
    if getattr(shape, "has_table", False):
        for row, line in enumerate(shape.table.rows, 1):
            for column, one in enumerate(line.cells, 1):
                found[cell(slide, shape, row, column)] = "\n".join(_text(p) for p in one.text_frame.paragraphs)
    if getattr(shape, "has_chart", False):
        drawn = [each for plot in shape.chart.plots for each in plot.series]
        for number, each in enumerate(drawn, 1):
            found[series(slide, shape, number)] = [float("nan") if v is None else float(v) for v in each.values]
        found |= _bars(slide, shape)
    return found


def _bars(slide: Slide, shape: Any) -> dict[str, Place]:
    """Return the words at the bars of a chart; points in time are the axis, not words."""
    if shape.chart._chartSpace.xpath(".//c:dateAx"):
        return {}
    plot = shape.chart.plots[0]
    return {category(slide, shape, number): str(words) for number, words in enumerate(plot.categories, 1)}


def _text(paragraph: Any) -> str:
    filled = "".join(run.text or "" for run in paragraph._p.iter(FIELDS) if run.text)
    text = str(paragraph.text)
    return text.replace(filled, "", 1) if filled else text
