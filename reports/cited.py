"""Numbers with their source: what a document says, and where each number in it stands in the stored datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from string import Formatter
from typing import Any

import xarray as xr

from model import quoting
from model.ledger import Floats
from model.load import case_to_dict
from model.quoting import CASE, INFO, VALUE, WORDS, Chosen, Quote, Value
from model.store import Run
from reports.forms import TEXT, Language, written
from reports.tracing import LONG, fingerprint

OF_A_RUN = ".nc"
"""Ends the name of a further dataset that stands in the run's own folder; any other name is the folder of an answer."""


@dataclass(frozen=True)
class Cited:
    """A number as it is written in a document, and where it comes from."""

    text: str
    value: Value
    form: str
    quote: Quote

    def __str__(self) -> str:
        """Return the number as it is written."""
        return self.text


@dataclass(frozen=True)
class Says:
    """A sentence, or what stands in a cell: words and cited numbers in their order."""

    pieces: tuple[str | Cited, ...]

    def __str__(self) -> str:
        """Return the sentence as it is read."""
        return "".join(map(str, self.pieces))

    @property
    def cited(self) -> tuple[Cited, ...]:
        """The numbers of the sentence."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Cited))


@dataclass(frozen=True)
class Series:
    """A row of numbers for a chart or a table: values ÷ scale as they are drawn, and where they come from."""

    values: Floats
    scale: float
    quote: Quote

    @property
    def drawn(self) -> list[float]:
        """The values as they stand in the document."""
        return [float(value) for value in self.values / self.scale]


@dataclass(frozen=True)
class Points:
    """Numbers drawn as one series of a chart, each with its own source, divided by its own scale; None draws zero."""

    numbers: tuple[Cited | None, ...]
    scales: tuple[float, ...]

    @property
    def drawn(self) -> list[float]:
        """The values as they stand in the document."""
        pairs = zip(self.numbers, self.scales, strict=True)
        return [0.0 if number is None else _float(number.value) / scale for number, scale in pairs]


def points(numbers: Sequence[Cited | None], scale: float = 1.0) -> Points:
    """Return numbers as one series that is drawn at one scale."""
    return Points(tuple(numbers), (scale,) * len(numbers))


def _float(value: Value) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


def says(template: str, **pieces: Cited | Says | str) -> Says:
    """Return a sentence: the template's words, and numbers or parts of sentences in its {slots}.

    Examples
    --------
    >>> str(says("{who} earns {much}", who="Lean", much=Says(("3 M",))))
    'Lean earns 3 M'
    """
    out: list[str | Cited] = []
    for words, slot, _, _ in Formatter().parse(template):
        out += [words] if words else []
        if slot is not None:
            part = pieces[slot]
            out += part.pieces if isinstance(part, Says) else [part]
    return Says(tuple(out))


def joined(parts: Sequence[Says | Cited | str], between: str = " ") -> Says:
    """Return several parts as one sentence, with something between them."""
    out: list[str | Cited] = []
    for place, part in enumerate(parts):
        out += [between] if place else []
        out += part.pieces if isinstance(part, Says) else [part]
    return Says(tuple(out))


class Shelf:
    """The stored datasets that a document quotes: a run, and answers to questions about it.

    Parameters
    ----------
    answers : datasets of answers by the name of their folder
    hashes : their fingerprints by the same names
    """

    def __init__(
        self,
        run: Run,
        language: Language = "en",
        answers: Mapping[str, xr.Dataset] | None = None,
        hashes: Mapping[str, str] | None = None,
    ) -> None:
        self.run, self.language = run, language
        self.answers, self.hashes = dict(answers or {}), dict(hashes or {})

    @property
    def start(self) -> str:
        """First calendar month of the case, YYYY-MM."""
        return self.run.case.clock.start

    def number(
        self,
        variable: str,
        statistic: str = VALUE,
        form: str = "money",
        *,
        of: str = "",
        over: Sequence[str] = (),
        minus: Mapping[str, Chosen] | None = None,
        signed: str = "",
        **at: Chosen,
    ) -> Cited:
        """Return a statistic of a stored variable as a cited number.

        Parameters
        ----------
        form : of `forms.FORMS`; of : folder of an answer, the run itself if empty
        over, minus, signed, at : as in `quoting.Quote`
        """
        quote = replace(self._quote(variable, statistic, of, over, minus, at), signed=signed)
        return self._cited(quoting.number(self._dataset(of), quote), form, quote)

    def text(self, variable: str, form: str = TEXT, *, of: str = "", **at: Chosen) -> Cited:
        """Return what a stored variable says in words, such as the name that an answer gives to a change."""
        quote = self._quote(variable, WORDS, of, (), None, at)
        return self._cited(quoting.quoted(self._dataset(of), quote), form, quote)

    def series(
        self,
        variable: str,
        axis: str,
        statistic: str = VALUE,
        scale: float = 1.0,
        *,
        of: str = "",
        over: Sequence[str] = (),
        minus: Mapping[str, Chosen] | None = None,
        **at: Chosen,
    ) -> Series:
        """Return a row of numbers along a coordinate, for a chart or a table."""
        quote = self._quote(variable, statistic, of, over, minus, at, axis)
        return Series(quoting.row(self._dataset(of), quote), scale, quote)

    def told(self, pointer: str, form: str = TEXT) -> Cited:
        """Return what the run told about itself, at a pointer into the `info` of run.json such as "/npv/mean"."""
        quote = Quote(self.run.path.name, self.run.hash, pointer, part=INFO)
        return self._cited(quoting.told(self.run.info, quote), form, quote)

    def assumed(self, pointer: str, form: str = TEXT) -> Cited:
        """Return a number or a text of the case, at a pointer into case.json such as "/gates/first/month"."""
        quote = Quote(self.run.path.name, self.run.hash, pointer, part=CASE)
        return self._cited(quoting.told(self.case, quote), form, quote)

    @cached_property
    def case(self) -> dict[str, Any]:
        """The case as plain values, as it stands in case.json."""
        return case_to_dict(self.run.case)

    def _cited(self, value: Value, form: str, quote: Quote) -> Cited:
        return Cited(written(value, form, self.language, self.start), value, form, quote)

    def _dataset(self, of: str) -> xr.Dataset:
        return self.answers[of] if of else self.run.dataset

    def _quote(
        self,
        variable: str,
        statistic: str,
        of: str,
        over: Sequence[str],
        minus: Mapping[str, Chosen] | None,
        at: Mapping[str, Chosen],
        axis: str = "",
    ) -> Quote:
        part = of if of.endswith(OF_A_RUN) else ""
        name = of if of and not part else self.run.path.name
        mark = self.hashes[of] if of else self.run.hash
        return Quote(name, mark, variable, statistic, dict(at), tuple(over), dict(minus or {}), axis, part)


class Register:
    """What stands where in a document, as it is written: the list that travels in the file and that `trace` reads."""

    def __init__(self, shelf: Shelf, kind: str) -> None:
        self.shelf, self.kind = shelf, kind
        self.places: dict[str, dict[str, Any]] = {}

    def says(self, place: str, text: Says | Cited | str) -> str:
        """Note what a place says, and return it as it is read."""
        pieces = text.pieces if isinstance(text, Says) else (text,)
        self.places[place] = {"pieces": [_piece(piece) for piece in pieces]}
        return "".join(map(str, pieces))

    def draws(self, place: str, series: Series | Points) -> list[float]:
        """Note the numbers of a place – a series of a chart, a range of cells – and return them as they are drawn."""
        drawn = series.drawn
        if isinstance(series, Points):
            quotes = [number and number.quote.as_json() for number in series.numbers]
            self.places[place] = {"values": drawn, "scales": list(series.scales), "quotes": quotes}
            return drawn
        kept = {"values": drawn} if len(drawn) < LONG else {"sha256": fingerprint(drawn)}
        self.places[place] = {**kept, "size": len(drawn), "scale": series.scale, "quote": series.quote.as_json()}
        return drawn

    @property
    def count(self) -> int:
        """How many numbers the document cites."""
        entries = self.places.values()
        return sum(map(_cited_in, entries))

    def as_json(self) -> dict[str, Any]:
        """Return the list with what is needed to follow it, as plain JSON values."""
        run = self.shelf.run
        return {
            "headcast": self.kind,
            "run": run.path.name,
            "dataset": run.hash,
            "language": self.shelf.language,
            "start": self.shelf.start,
            "places": self.places,
        }


def _cited_in(entry: Mapping[str, Any]) -> int:
    if "quote" in entry:
        return int(entry["size"])
    if "quotes" in entry:
        return sum(quote is not None for quote in entry["quotes"])
    return sum(not isinstance(piece, str) for piece in entry["pieces"])


def _piece(piece: str | Cited) -> Any:
    if isinstance(piece, str):
        return piece
    return {"text": piece.text, "value": piece.value, "form": piece.form, "quote": piece.quote.as_json()}
