"""What stands over the text of a slide: the tag that says it is a draft, a sentence in a band, key figures in tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from reports import deck_places
from reports.board.fitting import fitting
from reports.board.native_charts import rgb
from reports.board.slide_template import COLOURS, INK
from reports.board.specs import Words
from reports.cited import Register

Box = tuple[int, int, int, int]
"""Left, top, width and height, EMU."""
RED, PALE, WHITE = "C00000", "EAF2F8", "FFFFFF"
TAGS = {"DRAFT": "DRAFT – not approved", "草案": "草案 – 尚未批准"}
GAP = Inches(0.2)


def tag(slide: Any, register: Register, mark: str, wide: int) -> None:
    """Say in the bar of the title that a slide is no approved one; wide : of the slide, EMU."""
    if not mark:
        return
    size = Inches(2.6)
    place = (wide - size - Inches(0.6), Inches(0.1), size, Inches(0.3))
    _box(slide, register, "Tag", place, RED, ((TAGS.get(mark, mark), 12.0, WHITE),))


def band(slide: Any, register: Register, words: Words, box: Box) -> Box:
    """Put a sentence on a band of colour at the top of a place, and return what is left below it."""
    left, top, wide, high = box
    tall = Emu(round(high * 0.19))
    size = fitting([str(words)], Emu(wide).pt - 40, tall.pt - 10, (24, 22, 20, 18, 16, 14, 12, 10))
    _box(slide, register, "Decision", (left, top, wide, tall), COLOURS[0], ((words, size, WHITE),))
    return left, top + tall + GAP, wide, high - tall - GAP


def tiles(slide: Any, register: Register, told: Sequence[tuple[Words, Words]], box: Box) -> Box:
    """Put key figures side by side at the top of a place, and return what is left below them."""
    left, top, wide, high = box
    each, tall = (wide - GAP * (len(told) - 1)) // len(told), round(high * 0.3)
    room = Emu(each).pt - 24
    large = min(fitting([str(value)], room, 44, (32, 28, 26, 24, 22, 20, 18, 16)) for value, _ in told)
    small = min(
        fitting([str(label)], room, Emu(tall).pt - large * 1.6 - 12, (14, 13, 12, 11, 10, 9)) for _, label in told
    )
    for number, (value, label) in enumerate(told):
        place = (left + number * (each + GAP), top, each, tall)
        _box(slide, register, f"Figure {number + 1}", place, PALE, ((value, large, COLOURS[0]), (label, small, INK)))
    return left, top + tall + GAP, wide, high - tall - GAP


def _box(
    slide: Any, register: Register, name: str, place: Box, fill: str, said: Sequence[tuple[Words, float, str]]
) -> None:
    """Put a filled box with centred paragraphs; said : words, size in points and colour of each, the first one bold."""
    box = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Emu(each) for each in place))
    box.name, box.shadow.inherit = name, False
    box.fill.solid()
    box.fill.fore_color.rgb = rgb(fill)
    box.line.fill.background()
    frame = box.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    frame.margin_top = frame.margin_bottom = Pt(2)
    for number, (words, size, colour) in enumerate(said, 1):
        paragraph = frame.paragraphs[0] if number == 1 else frame.add_paragraph()
        paragraph.text = register.says(deck_places.paragraph(slide, box, number), words)
        paragraph.alignment = PP_ALIGN.CENTER
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), number == 1
            run.font.color.rgb = rgb(colour)
