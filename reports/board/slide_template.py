"""The own template of a deck, made here from nothing but the library's blank one: sizes, fonts, colours, layouts."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

import pptx
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.util import Inches

from reports.board.specs import BESIDE, CHART, CHARTS, SECTION, TABLE, TEXT

NAMES: dict[str, tuple[str, ...]] = {
    TEXT: ("Title and text", "Title and Content", "标题和内容"),
    CHART: ("Title and chart", "Content with Caption", "Title and Content", "内容与标题", "标题和内容"),
    CHARTS: ("Two charts", "Two Content", "两栏内容"),
    TABLE: ("Title and table", "Title and Content", "标题和内容"),
    SECTION: ("Section", "Section Header", "节标题"),
    BESIDE: ("Table and chart", "Two Content", "两栏内容"),
}
"""Names of layouts by kind of slide, ours first; a company's template has some of the others."""
WIDE, HIGH = 13.333, 7.5
LATIN, EAST_ASIAN = "Arial", "Microsoft YaHei"
COLOURS = ("0072B2", "E69F00", "009E73", "D55E00", "56B4E9", "CC79A7")
"""Okabe and Ito's colours, told apart by everybody, as accents 1 to 6."""
INK, SOFT = "1F2937", "6B7280"
SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
Box = tuple[float, float, float, float]
TITLE: Box = (0.6, 0.42, 12.13, 0.9)
FOOTER: Box = (0.6, 6.98, 10.8, 0.32)
NUMBER: Box = (11.73, 6.98, 1.0, 0.32)
BOXES: dict[str, tuple[tuple[str, int, Box], ...]] = {
    TEXT: (("body", 1, (0.6, 1.55, 12.13, 5.2)),),
    CHART: (("chart", 10, (0.6, 1.5, 8.7, 5.3)), ("body", 1, (9.5, 1.6, 3.23, 5.1))),
    CHARTS: (
        ("chart", 10, (0.6, 1.5, 5.97, 4.35)),
        ("chart", 11, (6.77, 1.5, 5.97, 4.35)),
        ("body", 1, (0.6, 5.9, 12.13, 0.95)),
    ),
    TABLE: (("tbl", 12, (0.6, 1.55, 12.13, 4.5)), ("body", 1, (0.6, 6.1, 12.13, 0.75))),
    SECTION: (("body", 1, (0.6, 1.6, 12.13, 5.1)),),
    BESIDE: (
        ("tbl", 12, (0.6, 1.6, 7.1, 3.75)),
        ("chart", 10, (7.85, 1.55, 4.88, 3.8)),
        ("body", 1, (0.6, 5.5, 12.13, 1.35)),
    ),
}
"""Placeholders beside title, footer and number: type, index and box in inches."""
PROMPTS = {"title": "Title", "body": "Text", "chart": "Chart", "tbl": "Table", "ftr": "", "sldNum": "‹#›"}

SIDES = {"ftr": "l", "sldNum": "r"}
NUMBER_ID = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
"""Any fixed name of the field that the program fills with the slide's number."""


def own_template() -> Any:
    """Return an open deck without slides that has the layouts of all kinds of slides."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    _drop_printer(deck)
    kept = list(deck.slide_layouts)[: len(BOXES)]
    for layout in list(deck.slide_layouts)[len(BOXES) :]:
        deck.slide_layouts.remove(layout)
    master = deck.slide_master
    _theme(master)
    _master(master)
    for layout, (kind, boxes) in zip(kept, BOXES.items(), strict=True):
        layout.element.attrib.pop("type", None)
        layout.element.cSld.set("name", NAMES[kind][0])
        _fill(layout, (("title", 0, TITLE), *boxes, ("ftr", 20, FOOTER), ("sldNum", 21, NUMBER)))
    return deck


def _drop_printer(deck: Any) -> None:
    for key, relation in list(deck.part.rels.items()):
        if relation.reltype == RT.PRINTER_SETTINGS:
            deck.part.rels.pop(key)


def _theme(master: Any) -> None:
    """Set fonts of both scripts and the colours in the theme, once for all slides and charts."""
    part = master.part.part_related_by(RT.THEME)
    root = parse_xml(part.blob)
    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    for font in ("majorFont", "minorFont"):
        for tag, name in (("latin", LATIN), ("ea", EAST_ASIAN)):
            root.find(f".//a:{font}/a:{tag}", space).set("typeface", name)
        for script in root.findall(f".//a:{font}/a:font[@script='Hans']", space):
            script.set("typeface", EAST_ASIAN)
    scheme = root.find(".//a:clrScheme", space)
    named = {f"accent{place}": colour for place, colour in enumerate(COLOURS, 1)} | {"dk2": INK}
    for name, colour in named.items():
        node = scheme.find(f"a:{name}", space)
        for child in list(node):
            node.remove(child)
        node.append(parse_xml(f'<a:srgbClr {SPACES} val="{colour}"/>'))
    part._blob = serialize_part_xml(root)


def _master(master: Any) -> None:
    _fill(master, (("title", 0, TITLE), ("body", 1, BOXES[TEXT][0][2]), ("ftr", 3, FOOTER), ("sldNum", 4, NUMBER)))
    line = _sp(9, "Line", "", (0.6, 1.36, 12.13, 0.03), "")
    master.shapes._spTree.append(parse_xml(line))
    styles = master.element.find(".//{*}txStyles")
    title = styles.find(".//{*}titleStyle/{*}lvl1pPr")
    title.set("algn", "l")
    title.find("{*}defRPr").set("sz", "2400")
    title.find("{*}defRPr").set("b", "1")
    sizes = ("1600", "1400", "1200", "1200", "1200")
    for level, size in enumerate(sizes, 1):
        styles.find(f".//{{*}}bodyStyle/{{*}}lvl{level}pPr/{{*}}defRPr").set("sz", size)
    first = styles.find(".//{*}bodyStyle/{*}lvl1pPr")
    first.set("marL", "228600")
    first.set("indent", "-228600")


def _fill(target: Any, placeholders: tuple[tuple[str, int, Box], ...]) -> None:
    """Replace all shapes of a master or a layout by placeholders."""
    tree = target.shapes._spTree
    for shape in list(tree.iterchildren("{*}sp")):
        tree.remove(shape)
    for number, (kind, index, box) in enumerate(placeholders, 2):
        tree.append(parse_xml(_sp(number, f"{PROMPTS[kind] or kind} {index}", kind, box, _ph(kind, index))))


def _ph(kind: str, index: int) -> str:
    place = f' idx="{index}"' if index else ""
    return f'<p:ph type="{kind}"{place}/>'


def _sp(number: int, name: str, kind: str, box: Box, ph: str) -> str:
    x, y, wide, high = (round(914400 * value) for value in box)
    locks = '<a:spLocks noGrp="1"/>' if kind else ""
    fill = "" if kind else f'<a:solidFill><a:srgbClr val="{COLOURS[0]}"/></a:solidFill><a:ln><a:noFill/></a:ln>'
    return (
        f'<p:sp {SPACES}><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(name)}/>'
        f"<p:cNvSpPr>{locks}</p:cNvSpPr><p:nvPr>{ph}</p:nvPr></p:nvSpPr>"
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}</p:spPr>{_body(kind)}</p:sp>'
    )


def _body(kind: str) -> str:
    anchor = "t" if kind in ("body", "chart", "tbl") else "ctr"
    return (
        f'<p:txBody><a:bodyPr lIns="0" rIns="0" anchor="{anchor}"><a:normAutofit/></a:bodyPr>{_style(kind)}'
        f"<a:p>{_prompt(kind)}</a:p></p:txBody>"
    )


def _style(kind: str) -> str:
    """Return the small grey type of footer and number; the others have the master's."""
    if kind not in SIDES:
        return "<a:lstStyle/>"
    colour = f'<a:solidFill><a:srgbClr val="{SOFT}"/></a:solidFill>'
    level = f'<a:lvl1pPr algn="{SIDES[kind]}"><a:defRPr sz="1000">{colour}</a:defRPr></a:lvl1pPr>'
    return f"<a:lstStyle>{level}</a:lstStyle>"


def _prompt(kind: str) -> str:
    plain = '<a:rPr lang="en-US"/>'
    if kind == "sldNum":
        return f'<a:fld id="{NUMBER_ID}" type="slidenum">{plain}<a:t>‹#›</a:t></a:fld>'
    if kind in ("", "ftr"):
        return '<a:endParaRPr lang="en-US"/>'
    return f"<a:r>{plain}<a:t>{PROMPTS[kind]}</a:t></a:r>"
