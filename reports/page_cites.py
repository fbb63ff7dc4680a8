"""Numbers of a page with their source: each stands in an element of its own, and in the register at the page's end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from model.errors import InputError
from model.store import Run
from reports.cited import Cited, Register, Says, Shelf
from reports.drawing import RECOMMENDED
from reports.first_screen import Line
from reports.forms import TEXT
from reports.page_places import PLACE, as_template
from reports.words import is_number

NOTHING = "do_nothing"
SAMPLES = {"npv": "npv", "full_roi": "full_roi", "roi": "full_roi", "peak_cash": "peak_cash", "difference": "npv"}
"""Variable of the dataset behind a table of figures in run.json."""
CHANCES = {"value": "chance_below 0", "se": "chance_below_se 0"}
PARTS = re.compile(r"/comparison/(?P<row>\d+)/(?P<what>\w+?)(?:/|_(?=p\d))(?P<key>\w+)|/(?P<own>\w+)/(?P<own_key>\w+)")
Wanted = tuple[str, str]
"""A pointer into run.json, and the form in which its value is written."""


class Citing:
    """Writes numbers of a run's page and notes where each comes from."""

    def __init__(self, run: Run) -> None:
        self.shelf = Shelf(run)
        self.register = Register(self.shelf, "page")

    def number(self, pointer: str, form: str) -> Markup | str:
        """Return what run.json holds at a pointer as an element with its source, "" where there is no number."""
        found = self._cited((pointer, form))
        return self._element(pointer.strip("/"), Says((found,))) if found is not None else ""

    def line(self, line: Line) -> list[Markup]:
        """Return what a line of the first screen says, and each of its notes, with the sources of its numbers."""
        texts, wanted = (line.says, *line.notes), list(line.quotes)
        out = []
        for number, text in enumerate(texts):
            said = self._woven(text, wanted)
            out.append(self._element(f"line {line.key}" + (f"/note {number}" if number else ""), said))
        return out

    def sentence(self, place: str, text: str, wanted: Sequence[Wanted]) -> Markup | str:
        """Return a sentence with the sources of its numbers, told in their order."""
        return self._element(place, self._woven(text, list(wanted))) if text else ""

    def at_end(self) -> Markup:
        """Return the register as the element that closes the page."""
        return as_template(self.register.as_json())

    def _element(self, place: str, said: Says) -> Markup:
        names = self.register.places
        count = 1 + sum(1 for name in names if name == place or name.startswith(f"{place} #"))
        name = place if count == 1 else f"{place} #{count}"
        text = self.register.says(name, said)
        return Markup(f'<span {PLACE}="{{}}">{{}}</span>').format(name, text)

    def _woven(self, text: str, wanted: list[Wanted]) -> Says:
        """Return a text in which the numbers that are wanted next carry their source; those found are taken off."""
        pieces: list[str | Cited] = []
        while wanted:
            found = self._cited(wanted[0])
            at = None if found is None else re.search(rf"(?<![\d.,]){re.escape(found.text)}(?![.,]?\d)", text)
            if found is not None and at is None:
                break
            wanted.pop(0)
            if found is not None and at is not None:
                pieces += [text[: at.start()], found] if at.start() else [found]
                text = text[at.end() :]
        return Says((*pieces, text) if text or not pieces else tuple(pieces))

    def _cited(self, wanted: Wanted) -> Cited | None:
        """Return what stands at a pointer, quoted from the dataset where that gives the very same."""
        pointer, form = wanted
        value = _at(self.shelf.run.info, pointer)
        if not (is_number(value) or (form == TEXT and isinstance(value, str) and value)):
            return None
        told = self.shelf.told(pointer, form)
        stored = self._stored(pointer, form)
        return stored if stored is not None and stored.text == told.text else told

    def _stored(self, pointer: str, form: str) -> Cited | None:
        parts = PARTS.fullmatch(pointer)
        if parts is None:
            return None
        plan = _at(self.shelf.run.info, f"/comparison/{parts['row']}/plan") if parts["row"] else RECOMMENDED
        what, key = parts["what"] or parts["own"], parts["key"] or parts["own_key"]
        try:
            return self._quoted(what, key, form, str(plan))
        except InputError:
            return None

    def _quoted(self, what: str, key: str, form: str, plan: str) -> Cited | None:
        if what == "p_loss":
            return self.shelf.number("npv", CHANCES[key], form, plan=plan) if key in CHANCES else None
        if (what, key) == ("peak_cash", "month_p50"):
            return self.shelf.number("peak_month", "lower_median", form, plan=plan)
        statistic = "mean_se" if key == "se" else key
        if what == "gain_over_do_nothing":
            return self.shelf.number("npv", statistic, form, plan=plan, minus={"plan": NOTHING})
        if what not in SAMPLES:
            return None
        minus = {"plan": RECOMMENDED} if what == "difference" else None
        return self.shelf.number(SAMPLES[what], statistic, form, plan=plan, minus=minus)


def _at(info: Mapping[str, Any], pointer: str) -> Any:
    """Return what stands at a pointer into run.json, None where there is nothing."""
    node: Any = info
    for step in pointer.split("/")[1:]:
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, (list, tuple)) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node
