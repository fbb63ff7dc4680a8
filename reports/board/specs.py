"""What a deck holds, before any file format: slides, charts and tables whose words and numbers carry their source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.cited import Cited, Points, Says, Series
from reports.forms import cut
from reports.words import clean

TEXT, CHART, CHARTS, TABLE, SECTION, BESIDE = "text", "chart", "charts", "table", "section", "beside"
"""Kinds of slides."""
Words = Says | Cited | str
LEGEND = 44
"""Letters of a name in a legend."""


@dataclass(frozen=True)
class Drawn:
    """One series of a chart.

    colour : RRGGBB, "" for one that only lifts the others; alpha : percent of the colour that is seen
    across : places on the horizontal axis where it has numbers; dash : of a line; marks : points instead of a line
    told : does the legend name it?
    """

    name: str
    numbers: Series | Points
    colour: str
    alpha: int = 100
    across: tuple[float, ...] = ()
    dash: str = ""
    marks: bool = False
    told: bool = True

    @property
    def label(self) -> str:
        """The name as the legend has it: on one line, without signs that no file can hold."""
        return cut(" ".join(clean(self.name).split()), LEGEND)


@dataclass(frozen=True)
class ChartSpec:
    """A chart that the reader can edit.

    kind : areas on top of each other over months, bars lying, columns standing, or lines over numbers
    line : series drawn as a line over the areas; bars : words at the bars; months : first calendar month, YYYY-MM
    up, along : titles of the axes; percent : is the axis of numbers in percent?; alt : for who cannot see the chart
    stacked : do bars start where the last one ended?
    """

    kind: Literal["area", "bar", "column", "lines"]
    drawn: tuple[Drawn, ...]
    alt: Words
    line: Drawn | None = None
    bars: tuple[Words, ...] = ()
    months: str = ""
    up: str = ""
    along: str = ""
    percent: bool = False
    stacked: bool = False
    legend: bool = True


@dataclass(frozen=True)
class TableSpec:
    """A table; widths : of its columns, relative; strong : numbers of rows, from 0, that stand out."""

    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    widths: tuple[float, ...]
    strong: tuple[int, ...] = ()


@dataclass(frozen=True)
class SlideSpec:
    """A slide.

    title : its finding; body : paragraphs beside or under what is drawn; notes : method and caveats
    lead : sentence in a band on top; tiles : key figures in large type, each with what it is
    futures : how many its figures rest on, for the foot; "" where no chance is in them
    """

    kind: str
    title: Words
    body: tuple[Words, ...] = ()
    notes: tuple[Words, ...] = ()
    charts: tuple[ChartSpec, ...] = ()
    table: TableSpec | None = None
    lead: Words = ""
    tiles: tuple[tuple[Words, Words], ...] = ()
    futures: Words = ""
