"""A decision memo as a Word file: python-docx is used here and nowhere else but by the register's reader."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Inches, Pt, RGBColor

from reports import registers
from reports.board.memo_picture import WIDTH, cash_picture
from reports.board.memo_story import Block, Line, Picture, Table, mark, memo
from reports.board.memo_words import memo_word
from reports.cited import Cited, Register, Says, Shelf
from reports.forms import TEXT, WIDE
from reports.memo_places import mark as bookmark
from reports.packing import timeless

FONT, EAST = "Arial", "Microsoft YaHei"
SIZES = {"Title": 12.5, "Heading 1": 10.5, "Header": 9.0, "Footer": 8.0}
BODY = {"en": 9.0, "zh": 8.5}
"""Size of what is read in full; Chinese signs are as tall as capitals, and fill their lines."""
STYLES = {"title": "Title", "heading": "Heading 1", "bullet": "List Bullet"}
BLUE, VERMILION, SOFT = RGBColor(0x00, 0x72, 0xB2), RGBColor(0xD5, 0x5E, 0x00), RGBColor(0x57, 0x60, 0x6A)
MARGINS, PAPER = (1.8, 1.4), (21.0, 29.7)
"""Left and right, top and bottom; width and height, cm."""
LEAD, TABLE_SIZE = 10.5, 8.0


def write_memo(shelf: Shelf, template: Path | None = None) -> bytes:
    """Return the memo of a run as a .docx file; the same run gives the same bytes.

    Parameters
    ----------
    template : Word file whose styles, paper, header and footer are used; its text is left out
    """
    made = _Memo(shelf, template)
    for block in memo(shelf):
        made.add(block)
    return made.finished()


class _Memo:
    """A memo that is being written: its document, and the register of what stands where."""

    def __init__(self, shelf: Shelf, template: Path | None) -> None:
        self.shelf, self.register = shelf, Register(shelf, "memo")
        self.document: Any = docx.Document(str(template) if template else None)
        self.own = template is None
        self.places = 0
        self.below_table = False
        for element in list(self.document.element.body):
            if element.tag != qn("w:sectPr"):
                self.document.element.body.remove(element)
        _drop_old_styles(self.document)
        if self.own:
            _dress(self.document, BODY[shelf.language])
        self._edges()

    def add(self, block: Block) -> None:
        """Write one block at the end."""
        if isinstance(block, Line):
            self._line(block)
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._picture(block)
        self.below_table = isinstance(block, Table)

    def finished(self) -> bytes:
        """Return the file, with the register in it."""
        run, told = self.shelf.run, self.document.core_properties
        told.title, told.author, told.comments, told.last_modified_by = "Decision memo", "headcast", "", "headcast"
        told.created = told.modified = datetime.fromisoformat(run.created).replace(tzinfo=None)
        told.revision = 1
        registers.into_memo(self.document, self.register.as_json())
        out = BytesIO()
        self.document.save(out)
        return timeless(out.getvalue())

    def _line(self, line: Line) -> None:
        paragraph = self.document.add_paragraph(style=self._style(line.kind))
        self._write(paragraph, line.says, **_looks(line.kind))
        if line.kind == "soft":
            paragraph.paragraph_format.keep_with_next = True
        if self.below_table and line.kind == "text":
            paragraph.paragraph_format.space_before = Pt(4)

    def _style(self, kind: str) -> Any:
        """Return the style of a kind of paragraph; a template that lacks it gives its body text."""
        name = STYLES.get(kind, "Normal")
        return self.document.styles[name if name in self.document.styles else "Normal"]

    def _write(self, paragraph: Any, said: Says, bold: bool = False, size: float = 0.0, colour: Any = None) -> None:
        """Write a sentence into a paragraph and note where it stands; numbers in running text are heavier."""
        self.places += 1
        for piece in said.pieces:
            run = paragraph.add_run(str(piece))
            run.bold = (
                True if bold or (not size and isinstance(piece, Cited) and piece.form not in (TEXT, *WIDE)) else None
            )
            if size:
                run.font.size = Pt(size)
            if colour is not None:
                run.font.color.rgb = colour
        self.register.says(bookmark(paragraph, self.places), said)

    def _table(self, block: Table) -> None:
        table = self.document.add_table(len(block.rows), len(block.rows[0]))
        if "Table Grid" in self.document.styles and not self.own:
            table.style = self.document.styles["Table Grid"]
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = [int(self._room() * share) for share in block.shares]
        for place, (cells, row) in enumerate(zip(table.rows, block.rows, strict=True)):
            _ruled(cells, heavy=place == 0)
            for column, (cell, said) in enumerate(zip(cells.cells, row, strict=True)):
                cell.width = widths[column]
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(1)
                paragraph.paragraph_format.keep_with_next = place + 1 < len(block.rows)
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if column < block.words else WD_ALIGN_PARAGRAPH.RIGHT
                self._write(paragraph, said, bold=place < block.strong, size=TABLE_SIZE)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width

    def _picture(self, block: Picture) -> None:
        drawn = cash_picture(self.shelf)
        if drawn is None:
            return
        paragraph = self.document.add_paragraph()
        paragraph.add_run().add_picture(BytesIO(drawn), width=min(Inches(WIDTH), self._room()))
        told = next(paragraph._p.iter(qn("wp:docPr")))
        told.set("descr", str(block.caption))
        told.set("name", "cash")
        paragraph.paragraph_format.keep_with_next = True
        caption = self.document.add_paragraph()
        self._write(caption, block.caption, size=8.0, colour=SOFT)

    def _room(self) -> int:
        """Return the width between the margins, in the file's own unit."""
        section = self.document.sections[0]
        return int(section.page_width - section.left_margin - section.right_margin)

    def _edges(self) -> None:
        """Write status into the header and the page's number into the footer."""
        section = self.document.sections[0]
        text = mark(self.shelf)
        if text:
            self._write(_first(section.header), Says((text,)), bold=True, size=10.0, colour=VERMILION)
        foot = _first(section.footer)
        words = [memo_word(self.shelf, key) for key in ("page", "page_end")]
        self._write(foot, Says((self.shelf.told("/title"), " · ")), size=8.0, colour=SOFT)
        for part in (words[0], None, words[1]):
            foot._p.append(_field("PAGE") if part is None else _run_of(foot, part))


def _looks(kind: str) -> dict[str, Any]:
    if kind == "lead":
        return {"bold": True, "size": LEAD}
    return {"size": 8.0, "colour": SOFT} if kind in ("soft", "small") else {}


def _first(part: Any) -> Any:
    part.is_linked_to_previous = False
    return part.paragraphs[0] if part.paragraphs else part.add_paragraph()


def _run_of(paragraph: Any, text: str) -> Any:
    """Return a run of soft small text, without its paragraph."""
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8.0), SOFT
    return run._r


def _field(name: str) -> Any:
    """Return a field that the program fills in, such as the number of the page."""
    field, run, looks, text = (OxmlElement(tag) for tag in ("w:fldSimple", "w:r", "w:rPr", "w:t"))
    field.set(qn("w:instr"), name)
    text.text = "1"
    for size in (OxmlElement("w:color"), OxmlElement("w:sz")):
        looks.append(size)
    looks[0].set(qn("w:val"), str(SOFT))
    looks[1].set(qn("w:val"), "16")
    run.extend([looks, text])
    field.append(run)
    return field


def _dress(document: Any, body: float) -> None:
    """Set paper, margins and the fonts of both scripts: a font for Chinese is named in each style."""
    section = document.sections[0]
    section.page_width, section.page_height = (Cm(size) for size in PAPER)
    section.left_margin, section.right_margin = Cm(MARGINS[0]), Cm(MARGINS[0])
    section.top_margin, section.bottom_margin = Cm(MARGINS[1]), Cm(MARGINS[1])
    section.header_distance = section.footer_distance = Cm(0.8)
    for name, size in (SIZES | {"Normal": body, "List Bullet": body}).items():
        style = document.styles[name]
        style.font.size = Pt(size)
        _fonts(style)
        shape = style.paragraph_format
        shape.space_before, shape.space_after = Pt(0), Pt(2)
        shape.line_spacing = 1.0
        if name in ("Title", "Heading 1"):
            style.font.color.rgb, style.font.bold = BLUE, True
            shape.space_before, shape.keep_with_next = Pt(6), True
    title = document.styles["Title"]
    for line in list(title.element.pPr.iter(qn("w:pBdr"))):
        title.element.pPr.remove(line)
    _speak(document)


def _fonts(style: Any) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script, font in (("ascii", FONT), ("hAnsi", FONT), ("cs", FONT), ("eastAsia", EAST)):
        fonts.set(qn(f"w:{script}"), font)


def _drop_old_styles(document: Any) -> None:
    """Leave out the copy of the styles for Word 2007, which would contradict the styles that are set here."""
    part = document.part
    for name, relation in list(part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            part.rels.pop(name)


def _speak(document: Any) -> None:
    """Name the languages of both scripts, so that neither is broken inside its words."""
    for told in document.styles.element.iter(qn("w:lang")):
        told.set(qn("w:val"), "en-GB")
        told.set(qn("w:eastAsia"), "zh-CN")


def _ruled(row: Any, heavy: bool) -> None:
    """Draw a line below a row of a table and nothing else, and keep the row on one page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    size, colour = ("8", "57606A") if heavy else ("4", "D0D7DE")
    for cell in row.cells:
        edges, below = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", size), ("color", colour)):
            below.set(qn(f"w:{name}"), value)
        edges.append(below)
        cell._tc.get_or_add_tcPr().append(edges)
