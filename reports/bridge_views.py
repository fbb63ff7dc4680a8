"""Why the number changed between two runs: a waterfall of steps that add up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from model.summary import Z95
from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.explain_views import FIGURES, known_figures, told
from reports.waterfall_charts import Bar, waterfall
from reports.words import capital, clean, money

ACTUALS = "actuals"
"""The step of a review: what the months that have come make of the result."""
OWN = ("version", "futures")
"""Steps that are there in every bridge, and told only where they bring something."""
MOST = 10
"""Steps with a sentence of their own."""
SHOWN = 14
"""Steps with a bar of their own."""
NOTHING = "Nothing changed: case, plan, futures and stored numbers are the same in both runs."


def _steps(data: xr.Dataset, figure: str) -> list[str]:
    """Return the steps that bring something, largest first."""
    own = {str(step): float(data["share"].sel(figure=figure, step=step)) for step in data["step"].values}
    return sorted((step for step, value in own.items() if value != 0), key=lambda step: -abs(own[step]))


def _title(data: xr.Dataset, step: str, places: bool = True) -> str:
    what, old, new = (clean(data[f"step_{part}"].sel(step=step).item()) for part in ("what", "old", "new"))
    if not places or not (old or new):
        return what
    return f"{what} ({old} → {new})" if old else f"{what} ({new})"


def _worth(data: xr.Dataset, figure: str, step: str) -> tuple[float, float]:
    share, se = (float(data[name].sel(figure=figure, step=step)) for name in ("share", "share_se"))
    return share, se


def _moved(data: xr.Dataset, figure: str) -> str:
    old, new = (float(data["headline"].sel(figure=figure, run_side=side)) for side in ("old", "new"))
    gap = new - old
    return f"by {money(gap, True)} M CNY, from {money(old, True)} to {money(new, True)}"


def _figures(data: xr.Dataset) -> list[str]:
    known = known_figures(data, "share")
    return [figure for figure in known if bool(np.isfinite(data["headline"].sel(figure=figure)).all())]


def sentences(data: xr.Dataset) -> list[str]:
    """Return how the headline moved and what each step brought, largest first."""
    changed = [step for step in map(str, data["step"].values) if step not in OWN]
    if not changed and not any(_steps(data, figure) for figure in _figures(data)):
        return [NOTHING, *_texts(data)]
    steps = _steps(data, "mean")
    told_steps = [_sentence(data, step) for step in steps[:MOST]]
    return [
        f"The average result in today's money moved {_moved(data, 'mean')}.",
        *told_steps,
        *_more(data, steps[MOST:]),
        *_bad(data),
        *_silent(data, changed),
        *_texts(data),
        *_version(data),
        *_how(data, changed),
    ]


def _sentence(data: xr.Dataset, step: str) -> str:
    share, se = _worth(data, "mean", step)
    sure = "" if abs(share) > Z95 * se else ", within sampling error"
    return f"{capital(_title(data, step))}: {told(share, se)}{sure}."


def _more(data: xr.Dataset, steps: list[str]) -> Iterator[str]:
    if steps:
        rest = sum(_worth(data, "mean", step)[0] for step in steps)
        yield f"{len(steps)} smaller steps together: {money(rest, True)} M CNY."


def _bad(data: xr.Dataset) -> Iterator[str]:
    if "bad" in _figures(data):
        steps = _steps(data, "bad")[:3]
        parts = [f"{_title(data, step, False)} {told(*_worth(data, 'bad', step))}" for step in steps]
        largest = f"; largest: {'; '.join(parts)}" if parts else ""
        yield f"The 1-in-20 bad case moved {_moved(data, 'bad')}{largest}."


def _silent(data: xr.Dataset, changed: list[str]) -> Iterator[str]:
    none = [step for step in changed if all(_worth(data, figure, step)[0] == 0 for figure in _figures(data))]
    if none:
        yield f"Changed, but without effect on the result: {'; '.join(_title(data, step) for step in none)}."


def _texts(data: xr.Dataset) -> Iterator[str]:
    count = int(data.attrs["texts"])
    if count:
        yield f"Texts, sources or ranges differ at {count} place{'s' if count > 1 else ''}; they move no money."


def _version(data: xr.Dataset) -> Iterator[str]:
    if "version" not in data["step"]:
        return
    own = data["share"].sel(step="version")
    if bool((own.sel(figure=_figures(data)) == 0).all()):
        yield "Computed again now, both runs give their stored numbers: headcast itself moved nothing."
    else:
        yield (
            "The step of another version is what the stored numbers differ from the same inputs computed now; it "
            f"cannot be split. The old run was made with {data.attrs['old_versions']}."
        )


def _how(data: xr.Dataset, changed: list[str]) -> Iterator[str]:
    if len(changed) > 1:
        orders = (
            "all orders in which the changes can be made"
            if data.attrs["orders"] == "all"
            else "the order of the table and its reverse"
        )
        yield f"The steps add up; each is the average over {orders}, on the new run's futures."


def _charts(data: xr.Dataset) -> list[Chart]:
    return [_chart(data, figure) for figure in _figures(data) if _steps(data, figure)]


def _chart(data: xr.Dataset, figure: str) -> Chart:
    ends = [
        Bar(title, *(float(data[name].sel(figure=figure, run_side=side)) for name in ("headline", "headline_se")))
        for title, side in (("Old run", "old"), ("New run", "new"))
    ]
    steps = _steps(data, figure)
    bars = [Bar(capital(_title(data, step, False)), *_worth(data, figure, step)) for step in steps[:SHOWN]]
    if len(steps) > SHOWN:
        rest = sum(_worth(data, figure, step)[0] for step in steps[SHOWN:])
        bars.append(Bar(f"{len(steps) - SHOWN} smaller steps", rest, 0.0))
    finding = f"{capital(FIGURES[figure])} moved {_moved(data, figure)}; largest step: {_title(data, steps[0])}."
    meaning = "What each step brings, largest first; the steps add up; lines at the ends: 95 % interval."
    return waterfall(f"bridge_{figure}", finding, meaning, [ends[0], *bars, ends[1]], FIGURES[figure])


def _sheets(data: xr.Dataset) -> list[Sheet]:
    figures = _figures(data)
    columns = [Column("step", "text"), Column("old", "text"), Column("new", "text"), Column("kind", "text")]
    for figure in figures:
        columns += [Column("average" if figure == "mean" else FIGURES[figure], "money"), Column("error", "error")]
    rows: list[tuple[object, ...]] = [_end(data, "Old run", "old", figures)]
    for step in map(str, data["step"].values):
        words = [clean(data[f"step_{part}"].sel(step=step).item()) for part in ("what", "old", "new", "kind")]
        rows.append((*words, *(value for figure in figures for value in _worth(data, figure, step))))
    rows.append(_end(data, "New run", "new", figures))
    return [Sheet("Step by step, in the order of the case", tuple(columns), tuple(rows))]


def _end(data: xr.Dataset, title: str, side: str, figures: list[str]) -> tuple[object, ...]:
    made = str(data.attrs[f"{side}_made"])
    amounts = [float(data[n].sel(figure=f, run_side=side)) for f in figures for n in ("headline", "headline_se")]
    return (title, "", "", f"made {made[:10]}", *amounts)


BRIDGE = View("bridge", "Why did the number change?", sentences, _sheets, _charts)
