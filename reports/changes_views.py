"""What changed since an earlier run, as sentences: status, decision, figures, plan, assumptions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.words import capital, clean, error, money, percent, percent_error

NOTHING = "Nothing changed: case, plan, futures and stored numbers are the same."
FIGURES = {"mean": "average result in today's money", "bad": "1-in-20 bad case", "p_loss": "chance of loss"}
KINDS = {
    "decision": "decision",
    "heads": "plan",
    "role": "plan",
    "partner": "partner",
    "line": "line",
    "plan": "plan",
    "assumption": "assumption",
    "contract": "contract clause",
    "futures": "futures",
    "version": "version",
}
NONE = "none"


def _changes(data: xr.Dataset) -> list[tuple[str, str, str, str]]:
    """Return kind, what, old and new of each change."""
    if "change" not in data.sizes:
        return []
    columns = [[clean(v) for v in data[f"change_{word}"].values] for word in ("kind", "what", "old", "new")]
    return [(kind, what, old, new) for kind, what, old, new in zip(*columns, strict=True)]


def _figure(data: xr.Dataset, name: str) -> tuple[str, str, str, bool]:
    """Return old, new, difference in words, and whether it is within sampling error."""
    old, new = (float(v) for v in data["headline"].sel(figure=name).values)
    gap, se = (float(v) for v in data["difference"].sel(figure=name).values)
    if name == "p_loss":
        words = f"{percent(gap, True)} {percent_error(se) if se else ''}".replace("\u00a0%", "").strip() + " points"
        return percent(old), percent(new), words, abs(gap) <= Z95 * se
    return (
        money(old, True),
        money(new, True),
        f"{money(gap, True)} {error(se) if se else ''}".strip(),
        abs(gap) <= Z95 * se,
    )


def _known(data: xr.Dataset) -> list[str]:
    return [name for name in FIGURES if bool(np.isfinite(data["headline"].sel(figure=name)).all())]


def _is_same(data: xr.Dataset) -> bool:
    gaps = data["difference"].sel(part="value", figure=_known(data))
    return "change" not in data.sizes and bool((gaps == 0).all())


def sentences(data: xr.Dataset) -> list[str]:
    """Return each change as one sentence, the figures first, and where to ask what each is worth (R198)."""
    own = [_sentence(*change) for change in _changes(data)]
    first = [NOTHING] if _is_same(data) else [*_headlines(data), *own]
    return [*first, _status(data), *_texts(data), *_bridge(data)]


def _headlines(data: xr.Dataset) -> Iterator[str]:
    for name in _known(data):
        old, new, gap, inside = _figure(data, name)
        unit = "" if name == "p_loss" else " M CNY"
        sure = ", within sampling error" if inside and float(data["difference"].sel(figure=name)[0]) else ""
        yield f"{capital(FIGURES[name])}: {old} → {new}{unit}, a difference of {gap}{unit}{sure}."


def _sentence(kind: str, what: str, old: str, new: str) -> str:
    if kind == "decision":
        return f"Decision now: {new or 'none told'} Before: {old or 'none told'}"
    if kind in ("heads", "role") or (kind == "plan" and old):
        return f"{what}: {new}, before {old}."
    if kind in ("partner", "line"):
        return _in_or_out(kind, what, old, new)
    if kind == "plan":
        now, _, before = what.partition(" against ")
        return f"The plan: now {now}, before {before}."
    if not old:
        return f"{capital(what)}: {new}."
    small = ", by less than is shown" if old == new else ""
    return f"{capital(what)}: {old} → {new}{small}."


def _in_or_out(kind: str, what: str, old: str, new: str) -> str:
    words = {"partner": ("Signed now", "No longer signed"), "line": ("Line opened", "Line closed")}[kind]
    if old == NONE:
        return f"{words[0]}: {what}, {new}."
    if new == NONE:
        return f"{words[1]}: {what}, until now {old}."
    return f"{what}: now {new}, before {old}."


def _status(data: xr.Dataset) -> str:
    now, before = (_status_words(data.sel(run_side=side)) for side in ("new", "old"))
    return f"Status: now {now}; before {before}."


def _status_words(side: xr.Dataset) -> str:
    word, by, date, name = (clean(side[f"status_{key}"].item()) for key in ("word", "by", "date", "name"))
    return f"{name}, {word} by {by} on {date}" if name else f"{word}, made {date}"


def _texts(data: xr.Dataset) -> Iterator[str]:
    count = int(data.attrs["texts"])
    if count:
        yield f"Texts, sources or ranges differ at {count} place{'s' if count > 1 else ''}; they move no money."


def _bridge(data: xr.Dataset) -> Iterator[str]:
    if not _is_same(data):
        yield f"What each change is worth: headcast bridge {clean(data.attrs['bridge'])}"


def _sheets(data: xr.Dataset) -> list[Sheet]:
    figures = [(capital(FIGURES[name]), *_figure(data, name)[:3]) for name in _known(data)]
    head = tuple(Column(title, "text") for title in ("figure", "before", "now", "difference"))
    sheets = [Sheet("Headline figures, money in M CNY", head, tuple(figures))]
    rows = [(what, old, new, KINDS[kind]) for kind, what, old, new in _changes(data) if kind != "decision"]
    if rows:
        columns = tuple(Column(title, "text") for title in ("what", "before", "now", "kind"))
        sheets.append(Sheet("What changed", columns, tuple(rows)))
    return sheets


def _charts(data: xr.Dataset) -> list[Chart]:
    return []


CHANGES = View("changes", "What changed since last time?", sentences, _sheets, _charts)
