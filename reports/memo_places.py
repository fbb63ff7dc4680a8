"""What stands in a memo, by place: a paragraph carries a hidden bookmark by which it is found again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from reports.tracing import Place

MARK = "_hc"
"""Bookmarks that begin with _ are hidden in Word, and stay with their paragraph when others come before it."""


def mark(paragraph: Paragraph, number: int) -> str:
    """Put a bookmark around a paragraph of the body or of a table's cell and return its name, the paragraph's place.

    Parameters
    ----------
    number : another one for each paragraph of the memo
    """
    name = f"{MARK}{number:04d}"
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(end)
    return name


def memo_places(document: Any) -> dict[str, Place]:
    """Return what stands in an open memo, by bookmark; a paragraph without one by its number, counted from 1."""
    found: dict[str, Place] = {}
    for number, element in enumerate(_paragraphs(document), 1):
        text = Paragraph(element, document).text
        for name in _marks(element) or [f"paragraph {number}"]:
            found[name] = f"{found[name]}\n{text}" if name in found else text
    return {place: text for place, text in found.items() if text or place.startswith(MARK)}


def _paragraphs(document: Any) -> Iterator[Any]:
    yield from document.element.body.iter(qn("w:p"))
    for section in document.sections:
        for part in (section.header, section.footer):
            if not part.is_linked_to_previous:
                yield from part._element.iter(qn("w:p"))


def _marks(element: Any) -> list[str]:
    names = [start.get(qn("w:name")) or "" for start in element.iter(qn("w:bookmarkStart"))]
    return [name for name in names if name.startswith(MARK)]
