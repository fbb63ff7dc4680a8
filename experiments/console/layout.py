"""Tables for a terminal of 80 columns: nothing is cut, long names stand on lines of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import xarray as xr

from reports.words import error, in_words, money, percent, row_title

CELLS = (16, 10, 9, 11, 9, 24)
WIDE = 80
"""Letters of a line that a terminal shows."""
LABEL, MONTHS = 20, 5
MOST_MONTHS = 2


def side_by_side(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of a comparison: per plan its name and heads, its result, and what must be known beside it.

    Parameters
    ----------
    rows : of `story.comparison`
    """
    yield "Result in today's money, M CNY, on the same futures for all plans"
    yield ""
    yield _line("", "1-in-20", "", "1-in-20", "chance", "minus the first plan")
    yield _line("average ± error", "bad case", "middle", "good case", "of loss", "95 % interval")
    for row in rows:
        yield ""
        yield f"{row['title']} ({' → '.join(map(str, row['heads']))} heads)"
        npv = row["npv"]
        average = f"{_money(npv['mean'])} {error(npv['se'])}".strip()
        loss = percent(row["p_loss"]["value"])
        yield _line(average, *(_money(npv[key]) for key in ("p05", "p50", "p95")), loss, _gap(row))
        yield from _beside(row)
    if any(row["npv"]["p05"] is None for row in rows):
        yield ""
        yield "–: too few scenarios to say; ask for at least 2,000 with --scenarios"


def _line(*cells: str) -> str:
    return "".join(cell.rjust(width) for cell, width in zip(cells, CELLS, strict=True)).rstrip()


def _money(value: float | None) -> str:
    return money(value) or "–"


def _gap(row: dict[str, Any]) -> str:
    gap = row["difference"]
    if gap is None:
        return ""
    if gap["low"] is None:
        return money(gap["mean"], True)
    return f"{money(gap['mean'], True)} ({money(gap['low'], True)} … {money(gap['high'], True)})"


def _beside(row: dict[str, Any]) -> Iterator[str]:
    roi, cash = row["full_roi"]["p50"], row["peak_cash_p50"]
    believed = in_words(row["full_roi"]["calibration"])
    parts = [f"middle case: full ROI {percent(roi, True)} ({believed})"] if roi is not None else []
    parts += [f"largest cash need {money(abs(cash))}"] if cash else []
    if parts:
        yield f"    {', '.join(parts)}"
    for item in row["overrun"]:
        yield f"    over the budget of phase {item['phase']} by {money(item['cny'])}"
        yield f"        used up in {item['calendar']}, month {item['begins']}; {_each_month(item['by_month'])}"
    for item in row["broken"]:
        said = f"breaks {item['limit']}: {item['found']}, {item['allowed']} ({item['rule']})"
        yield from wrap(said, WIDE, initial_indent="    ", subsequent_indent="        ")


def _each_month(past: Sequence[dict[str, Any]]) -> str:
    """Say what each month costs past a budget, as far as a line has room, and how long that goes on."""
    said = ", ".join(f"month {row['month']} {money(row['cny'], True)}" for row in past[:MOST_MONTHS])
    return said if len(past) <= MOST_MONTHS else f"{said} … month {past[-1]['month']}"


def months(book: xr.DataArray) -> Iterator[str]:
    """Yield the lines of one scenario's ledger, five months beside each other: costs with a minus, empty rows left out.

    Parameters
    ----------
    book : (row, month) CNY, positive amounts, with coordinates row, row_sign, month_label
    """
    names, labels = book["row"].to_numpy(), book["month_label"].to_numpy()
    # Adding zero turns the zero of a cost, which its sign made −0, into plain 0.
    values = book["row_sign"].to_numpy()[:, None] * book.transpose("row", "month").to_numpy() + 0.0
    used = np.abs(values).max(axis=1) > 0
    net = values.sum(axis=0)
    for first in range(0, len(labels), MONTHS):
        part = slice(first, first + MONTHS)
        yield ""
        yield "".ljust(LABEL) + "".join(f"{label:>12}" for label in labels[part])
        for name, sums in zip(names[used], values[used], strict=True):
            yield row_title(str(name)).ljust(LABEL) + _sums(sums[part])
        yield "Result".ljust(LABEL) + _sums(net[part])


def _sums(values: Any) -> str:
    return "".join(f"{value:12,.0f}" for value in values)
