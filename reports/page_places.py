"""What stands in a page, by place: each element with the attribute data-place, and the register in a <template>."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup

from reports.tracing import Place

PLACE, VALUES = "data-place", "data-values"
"""Attributes: the name of a place; the numbers that a chart draws there, as a JSON list."""
REGISTER = "headcast-register"
"""Id of the template element that holds the register: browsers neither show it nor run it."""
VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
"""Elements that are never closed."""


def as_template(register: Mapping[str, Any]) -> Markup:
    """Return the register as an element for the end of a page."""
    # Plain ASCII: what a name may hold that turns or steers text stays a code, and so does what HTML would read.
    text = json.dumps(register, separators=(",", ":"))
    for sign in "&<>":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<template id="{REGISTER}">{text}</template>')


class PageReader(HTMLParser):
    """Collects the register and the places of a page as it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.places: dict[str, Place] = {}
        self.register = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; one with data-values is a row of numbers."""
        named = dict(attrs)
        place = named.get(PLACE) or ""
        if tag == "template" and named.get("id") == REGISTER:
            place = REGISTER
        elif place:
            self.places[place] = _numbers(named.get(VALUES))
        if tag not in VOID:
            self.open.append((tag, place))

    def handle_endtag(self, tag: str) -> None:
        """Close an element and what was left open inside it."""
        if tag in [name for name, _ in self.open]:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Add text to each place that it stands in."""
        for place in {place for _, place in self.open if place}:
            if place == REGISTER:
                self.register += data
            elif isinstance(now := self.places[place], str):
                self.places[place] = now + data


def _numbers(text: str | None) -> Place:
    """Return the numbers of a chart; a text to be filled where there are none, or where they are none any more."""
    try:
        found = json.loads(text or "null")
        return [float(value) for value in found]
    except (ValueError, TypeError):
        return ""
