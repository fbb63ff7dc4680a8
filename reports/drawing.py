"""How charts look and become inline SVG: colours, dashes, calendar axes, and the same bytes for the same numbers."""

from __future__ import annotations

import io
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import xarray as xr
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.words import UNIT as UNIT
from reports.words import calendar, clean

BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#F0E442",
    "#8A8A8A",
)
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY, YELLOW)
DASHES: tuple[Any, ...] = (
    "solid",
    (0, (6, 2)),
    (0, (1, 1.3)),
    (0, (6, 2, 1, 2)),
    (0, (3, 1.5)),
    (0, (9, 2, 1, 2, 1, 2)),
    (0, (2, 4)),
    (0, (8, 4)),
)
INK, FAINT = "#1f2328", "#d8dee4"
WIDTH = 5.3
RECOMMENDED, OTHER_READING, MILLION = "recommended", "recommended_other_reading", 1e6
OTHER_CALIBRATION = "recommended_other_calibration"
BOTH_OTHER = "recommended_both_other"
CJK_FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei")
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "headcast",
    "axes.unicode_minus": True,
    "text.parse_math": False,
    "text.color": INK,
    "font.size": 9.5,
    "axes.labelsize": 9.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "hatch.linewidth": 0.6,
}
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"


@dataclass(frozen=True)
class Column:
    """A column of a chart's data table; `form` is how its cells are written: text, money, percent, heads or month."""

    title: str
    form: str


@dataclass(frozen=True)
class Chart:
    """A finding as a sentence, its picture, and the numbers that the picture was drawn from."""

    name: str
    finding: str
    meaning: str
    svg: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]


def _fonts() -> list[str]:
    installed = set(font_manager.get_font_names())
    return ["DejaVu Sans", *[font for font in CJK_FONTS if font in installed]]


@contextmanager
def drawing_style() -> Iterator[None]:
    """Set our style; a glyph that no font here holds is no fault, since text SVG is drawn with the reader's fonts."""
    style: Any = {**STYLE, "font.family": _fonts()}
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def blank(height: float, left: float = 0.13, right: float = 0.97, bottom: float = 0.14) -> tuple[Figure, Axes]:
    """Return an empty figure of the common width and its axes; sizes in inches, margins as shares."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((left, bottom, right - left, 1 - bottom - 0.12 / height))
    axes.grid(color=FAINT, linewidth=0.6)
    return figure, axes


def inline_svg(figure: Figure, name: str, title: str, meaning: str) -> str:
    """Return the figure as an SVG element for HTML: text kept as text, no reference to the outside, own ids."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ET.fromstring(buffer.getvalue())
    for element in list(root):
        if element.tag.endswith("metadata"):
            root.remove(element)
    for defs in root.iter(f"{SVG}defs"):
        for style in defs.findall(f"{SVG}style"):
            defs.remove(style)
    for element in root.iter():
        _localise(element, name)
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title {name}-desc", "stroke-linejoin": "round"}
    for place, (tag, text) in enumerate((("title", title), ("desc", meaning))):
        child = ET.Element(tag, {"id": f"{name}-{tag}"})
        child.text = clean(text)
        root.insert(place, child)
    return ET.tostring(root, encoding="unicode")


def _localise(element: ET.Element, name: str) -> None:
    """Drop namespaces, which HTML does not need, and give ids a prefix, since several pictures share one page."""
    element.tag = element.tag.removeprefix(SVG)
    for key, value in list(element.attrib.items()):
        del element.attrib[key]
        if key == "id":
            value = f"{name}-{value}"
        elif key.removeprefix(XLINK) == "href":
            value = value.replace("#", f"#{name}-", 1)
        else:
            value = value.replace("url(#", f"url(#{name}-")
        element.attrib[key.removeprefix(XLINK)] = value


def calendar_axis(axes: Axes, start: str, months: int) -> None:
    """Write calendar months under an axis on which month m reaches from m − 1 to m."""
    first = int(start.split("-")[1])
    step = 12 if months > 30 else 6 if months > 14 else 3
    ticks = [month for month in range(1, months + 2) if (first + month - 2) % step == 0]
    axes.set_xlim(0, months)
    axes.set_xticks([month - 1 for month in ticks], [calendar(start, month).replace(" ", "\n") for month in ticks])
    axes.tick_params(axis="x", labelsize=8.5)


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Return label heights near the wanted places, in the same order and at least `gap` apart.

    Examples
    --------
    >>> spread([1.0, 1.1, 5.0], 1.0)
    [0.55, 1.55, 5.0]
    """
    groups: list[tuple[float, int]] = []
    for place in sorted(places):
        groups.append((place, 1))
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < gap * (groups[-1][1] + groups[-2][1]) / 2 - 1e-12:
            (upper, above), (lower, below) = groups.pop(), groups.pop()
            groups.append(((upper * above + lower * below) / (above + below), above + below))
    heights = [round(mid + gap * (k - (n - 1) / 2), 9) for mid, n in groups for k in range(n)]
    order = sorted(range(len(places)), key=lambda index: places[index])
    return [heights[order.index(index)] for index in range(len(places))]


def holds(data: xr.Dataset, variable: str, plan: str = RECOMMENDED) -> bool:
    """True when the dataset stores the variable and the plan."""
    return variable in data and plan in data["plan"].values


def short(text: object, length: int) -> str:
    """Return a text that fits a label, cut at a space if there is one late enough; the data table holds it whole."""
    whole = " ".join(clean(text).split())
    if len(whole) <= length:
        return whole
    cut = whole[: length - 1]
    head, space, _ = cut.rpartition(" ")
    return f"{head} …" if space and len(head) > length // 2 else f"{cut}…"
