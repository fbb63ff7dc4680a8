"""How the answer to a question is told: sentences, tables and charts, each made from its stored dataset alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr

from reports.drawing import Chart, Column


@dataclass(frozen=True)
class Sheet:
    """A table of an answer; the form of a column says how its cells are written."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class View:
    """How one question is told.

    question : its command; asks : what the reader asked, as the page's title
    """

    question: str
    asks: str
    sentences: Callable[[xr.Dataset], list[str]]
    sheets: Callable[[xr.Dataset], list[Sheet]]
    charts: Callable[[xr.Dataset], list[Chart]]
