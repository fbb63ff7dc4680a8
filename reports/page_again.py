"""A page held against the page that its run makes today: every number outside the marked places, pictures too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import zip_longest
from typing import NamedTuple

from reports.page_places import PLACE, VOID
from reports.tracing import State, Traced

NUMBER = re.compile(r"[+−-]?\d[\d.,]*\d|[+−-]?\d")
"""A number as a page writes it, with its sign."""
FROM = "the page that the run makes today"
HIDDEN = ("template", "style")
"""Elements that show nothing: the register, which is read elsewhere, and the looks."""
PICTURE = "picture"
LONGEST = 80
"""Letters of a sentence that is told where its words differ."""


class Spot(NamedTuple):
    """Where something stands – section, row, column – and what stands there; drawn : the looks of a line or bar."""

    place: str
    text: str
    drawn: bool = False


class Spots(HTMLParser):
    """Collects what stands where in a page, outside the places that are traced one by one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str, bool]] = []
        self.cells: list[str] = []
        self.found: list[Spot] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element: a row starts anew, a cell counts on, what is drawn stands there by its attributes."""
        named = dict(attrs)
        if tag == "tr":
            self.cells = []
        if tag in ("td", "th"):
            self.cells.append("")
        if self._in(PICTURE) or tag == "svg":
            self._add(" ".join(f"{name}={value}" for name, value in attrs), drawn=True)
        if tag not in VOID:
            name = PICTURE if tag == "svg" else named.get("id") or ""
            self.open.append((tag, name, PLACE in named or tag in HIDDEN))

    def handle_endtag(self, tag: str) -> None:
        """Close an element and what was left open inside it."""
        if tag in [name for name, _, _ in self.open]:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Take a text where it stands."""
        if self.cells and any(tag in ("td", "th") for tag, _, _ in self.open):
            self.cells[-1] += data
        if data.strip():
            self._add(" ".join(data.split()))

    def _add(self, text: str, drawn: bool = False) -> None:
        if not any(apart for _, _, apart in self.open):
            self.found.append(Spot(self._where(), text, drawn))

    def _in(self, name: str) -> bool:
        return any(each == name for _, each, _ in self.open)

    def _where(self) -> str:
        names = [name for tag, name, _ in self.open if name and (tag != "g" or name == PICTURE)]
        if not any(tag in ("td", "th") for tag, _, _ in self.open):
            return ", ".join(names[-2:])
        return f"{', '.join(names[-2:])}, row {self.cells[0].strip()}, column {len(self.cells)}"


def spots(page: str) -> list[Spot]:
    """Return what stands where in a page, in its order, without the places that carry a source of their own.

    Examples
    --------
    >>> found = spots('<section id="money"><table><tr><td>Pay</td><td>3.1</td></tr></table></section>')
    >>> [(spot.place, spot.text) for spot in found]
    [('money, row Pay, column 1', 'Pay'), ('money, row Pay, column 2', '3.1')]
    """
    reader = Spots()
    reader.feed(page)
    reader.close()
    return reader.found


def against(page: str, again: str) -> list[Traced]:
    """Return each number of a page, confirmed where the page made again has the very same words there.

    What is drawn counts as no number; where it differs, the picture is named.

    Parameters
    ----------
    again : the page that the run makes today
    """
    return [one for here, there in _paired(spots(page), spots(again)) for one in _held(here, there)]


def _paired(here: list[Spot], there: list[Spot]) -> Iterator[tuple[Spot, Spot]]:
    """Yield what stands at each place in one page and in the other, "" where one has nothing."""
    ours, theirs = _by_place(here), _by_place(there)
    for place, drawn in dict.fromkeys([*ours, *theirs]):
        nothing = Spot(place, "", drawn)
        yield from zip_longest(ours.get((place, drawn), []), theirs.get((place, drawn), []), fillvalue=nothing)


def _by_place(found: list[Spot]) -> dict[tuple[str, bool], list[Spot]]:
    out: dict[tuple[str, bool], list[Spot]] = {}
    for spot in found:
        out.setdefault((spot.place, spot.drawn), []).append(spot)
    return out


def _held(here: Spot, there: Spot) -> Iterator[Traced]:
    mine, other = NUMBER.findall(here.text), NUMBER.findall(there.text)
    if here.drawn:
        if here.text != there.text:
            yield Traced(here.place, "edited", "drawn otherwise", "", "", FROM)
    elif NUMBER.sub("#", here.text) == NUMBER.sub("#", there.text):
        for shows, stored in zip(mine, other, strict=True):
            yield Traced(here.place, "confirmed" if shows == stored else "edited", shows, stored, stored, FROM)
    elif mine or other:
        state: State = "drifted" if here.text else "gone"
        yield Traced(here.place, state, here.text[:LONGEST], there.text[:LONGEST], there.text[:LONGEST], FROM)
