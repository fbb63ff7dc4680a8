"""Where the axis of a bar chart begins and ends, and how far its labels stand apart: few enough not to run together."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

import numpy as np

from reports.board.specs import ChartSpec

MOST, FEW = 5, 4
"""Steps of an axis that labels have room for, and beside long names."""
LONG = 30
"""Letters from which on a name is long."""


def nice(step: float) -> float:
    """Return the next round step: 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> nice(0.7), nice(130_000.0)
    (1.0, 200000.0)
    """
    size = 10.0 ** np.floor(np.log10(step))
    return float(next(each * size for each in (1, 2, 5, 10) if each * size >= step * (1 - 1e-9)))


def ticks(spec: ChartSpec) -> tuple[float, float, float]:
    """Return both ends of a bar chart's axis and the step between its labels, zero among them."""
    low, high = _ends([each.numbers.drawn for each in spec.drawn], spec.stacked)
    step = nice((high - low) / (FEW if max(len(str(name)) for name in spec.bars) > LONG else MOST) or 1.0)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return step * first, step * max(last, first + 1), step


def _ends(drawn: Sequence[Sequence[float]], stacked: bool) -> tuple[float, float]:
    rows = np.nan_to_num(np.array(drawn, float))
    if stacked:
        rows = np.stack([np.minimum(rows, 0.0).sum(axis=0), np.maximum(rows, 0.0).sum(axis=0)])
    return min(0.0, float(rows.min())), max(0.0, float(rows.max()))
