"""The one picture of a memo: the likely range of the plan's cash, as PNG, in the memo's language."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model import summary
from model.ledger import Floats
from reports.board.memo_words import memo_word
from reports.cited import Shelf
from reports.drawing import BLUE, FAINT, INK, RECOMMENDED, drawing_style, spread
from reports.forms import WAN, chinese_month
from reports.words import MILLION, MINUS, calendar

WIDTH, HEIGHT, DOTS = 6.69, 1.45, 200
"""Inches, as it stands in the memo, and dots per inch."""
LABELS = {0.05: "bad_case", 0.5: "middle", 0.95: "good_case"}


def cash_picture(shelf: Shelf) -> bytes | None:
    """Return the picture; None where the run stores no middle case."""
    quantiles = [float(level) for level in summary.LEVELS]
    drawn = {q: shelf.series("cash_quantile", "month", plan=RECOMMENDED, quantile=q).values for q in quantiles}
    if np.isnan(drawn[0.5]).any():
        return None
    with drawing_style():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        axes = figure.add_axes((0.085, 0.16, 0.735, 0.81))
        unit = MILLION if shelf.language == "en" else WAN
        _draw(axes, {q: values / unit for q, values in drawn.items() if np.isfinite(values).all()}, shelf)
        out = BytesIO()
        figure.savefig(out, format="png", dpi=DOTS, metadata={"Software": None})
    return out.getvalue()


def _draw(axes: Axes, drawn: dict[float, Floats], shelf: Shelf) -> None:
    months = np.arange(1, len(drawn[0.5]) + 1)
    for low, high, alpha in ((0.05, 0.95, 0.18), (0.25, 0.75, 0.35)):
        if low in drawn:
            axes.fill_between(months, drawn[low], drawn[high], color=BLUE, alpha=alpha, linewidth=0)
    axes.plot(months, drawn[0.5], color=BLUE, linewidth=1.8)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.grid(color=FAINT, linewidth=0.6)
    axes.set_xlim(1, months[-1])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", MINUS))
    ticks = [month for month in months if (int(shelf.start[5:]) + month - 2) % 12 == 0]
    named = calendar if shelf.language == "en" else chinese_month
    axes.set_xticks(ticks, [named(shelf.start, int(month)) for month in ticks])
    axes.tick_params(labelsize=8)
    axes.set_ylabel(memo_word(shelf, "cash_axis"), fontsize=7)
    kept = [level for level in LABELS if level in drawn]
    ends = spread([float(drawn[level][-1]) for level in kept], float(np.ptp(axes.get_ylim())) * 0.16)
    for level, height in zip(kept, ends, strict=True):
        label = memo_word(shelf, LABELS[level])
        axes.text(months[-1] + 0.7, height, label, va="center", fontsize=8, clip_on=False)
