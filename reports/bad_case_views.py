"""Why a bad case is what it is: from the middle futures to those around it, by ledger row, year and what chance did."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.explain_views import told
from reports.waterfall_charts import Bar, waterfall
from reports.words import calendar, capital, clean, money, percent, percent_error, plain, row_title

SMALL = 0.02
"""Ledger rows below this share of the whole distance stand together."""
MOST = 4
"""Rows and signs named in a sentence."""
NUMBERS = 3
"""Futures named to look at."""
WITHIN = "trial."
"""Signs that another one holds too: who fails its trial brings nothing later."""


def case_name(level: float) -> str:
    """Return what the futures around a share are called.

    Examples
    --------
    >>> case_name(0.05), case_name(0.9)
    ('1-in-20 bad case', '1-in-10 good case')
    """
    rest = min(level, 1 - level)
    return f"1-in-{plain(round(1 / rest, 1))} {'bad' if level < 0.5 else 'good'} case"


def _called(data: xr.Dataset) -> str:
    return case_name(float(data.attrs["level"]))


def _large(data: xr.Dataset) -> list[str]:
    """Return the ledger rows worth naming, those that lead to the case first."""
    whole = float(data["whole_gap"])
    gap = {str(row): float(data["row_gap"].sel(row=row)) for row in data["row"].values}
    large = [row for row, value in gap.items() if abs(value) >= SMALL * abs(whole) > 0]
    return sorted(large, key=lambda row: gap[row] if whole < 0 else -gap[row])


def _rest(data: xr.Dataset) -> float:
    return float(data["whole_gap"]) - sum(float(data["row_gap"].sel(row=row)) for row in _large(data))


def _standing_out(data: xr.Dataset) -> list[int]:
    """Return the places of the signs that differ beyond what chance does among so many."""
    beyond = np.abs(data["sign_gap"].values) > float(data.attrs["limit"]) * data["sign_gap_se"].values
    return [int(place) for place in np.flatnonzero(beyond)]


def sentences(data: xr.Dataset) -> list[str]:
    """Return how far the case lies from the middle, which rows and which turns of chance make the distance."""
    gap, se = float(data["whole_gap"]), float(data["whole_gap_se"])
    side = "below" if gap < 0 else "above"
    return [
        f"Around the {_called(data)} ({data.sizes['scenario']} of {int(data.attrs['scenarios']):,} futures) “"
        f"{clean(data.attrs['plan_title'])}” brings {told(float(data['whole_bad']), 0.0)} in today's money, "
        f"{told(abs(gap), se).removeprefix('+')} {side} the middle fifth of all futures.",
        _rows(data),
        *_signs(data),
        _look(data),
    ]


def _rows(data: xr.Dataset) -> str:
    rows = _large(data)
    if not rows:
        return "No ledger row makes the distance alone."
    parts = [f"{row_title(row).lower()} {money(float(data['row_gap'].sel(row=row)), True)}" for row in rows]
    years = data["gap"].sel(row=rows[0])
    worst = int(data["year"].values[int(abs(years).argmax("year"))])
    first, last = (calendar(str(data.attrs["start"]), 12 * (worst - 1) + month) for month in (1, 12))
    most = money(float(years.sel(year=worst)), True)
    return (
        f"By ledger row, M CNY: {', '.join(parts)}, all other rows {money(_rest(data), True)}; most of "
        f"{row_title(rows[0]).lower()} in {first} – {last} ({most})."
    )


def _signs(data: xr.Dataset) -> Iterator[str]:
    out = _standing_out(data)
    named = [place for place in out if not str(data["sign"].values[place]).startswith(WITHIN)]
    if not named:
        yield "No single turn of chance stands out: these futures are bad for many small reasons."
        return
    yield f"What stands out, strongest first: {'; '.join(_sign(data, place) for place in named[:MOST])}."
    if len(out) > MOST:
        yield f"{len(out)} of {data.sizes['sign']} turns of chance differ from the middle beyond sampling error."


def _sign(data: xr.Dataset, place: int) -> str:
    bad, usual = (percent(float(data[name].values[place])) for name in ("sign_bad", "sign_usual"))
    title = clean(data["sign_title"].values[place])
    if str(data["sign_form"].values[place]) == "event":
        return f"{title} in {bad} ({usual} in the middle)"
    return f"{title} at {bad} ({usual} in the middle)"


def _look(data: xr.Dataset) -> str:
    """Name the futures nearest to the case itself."""
    whole = data["scenario"].values
    first = max(len(whole) // 2 - NUMBERS // 2, 0)
    numbers = ",".join(str(int(number)) for number in whole[first : first + NUMBERS])
    return f"Single futures to look at: headcast ledger RUN --plan {data.attrs['plan']} --scenarios {numbers}."


def _charts(data: xr.Dataset) -> list[Chart]:
    steps = [Bar(row_title(row), *_worth(data.sel(row=row), "row_gap")) for row in _large(data)]
    ends = [
        Bar("Middle fifth of the futures", float(data["whole_usual"]), 0.0),
        Bar(f"Around the {_called(data)}", float(data["whole_bad"]), 0.0),
    ]
    bars = [ends[0], *steps, Bar("All other rows", _rest(data), 0.0), ends[1]]
    meaning = "Average ledger rows of the futures around the case less those of the middle; lines: 95 % interval."
    finding = f"{capital(_called(data))}: {_largest(data)}"
    return [waterfall("rows", finding, meaning, bars, "result in today's money")]


def _largest(data: xr.Dataset) -> str:
    gap = money(float(data["whole_gap"]), True)
    rows = _large(data)
    if not rows:
        return f"{gap} M CNY against the middle, of which no ledger row makes much."
    first = money(float(data["row_gap"].sel(row=rows[0])), True)
    return f"{gap} M CNY against the middle, most of it {row_title(rows[0]).lower()} ({first})."


def _worth(data: xr.Dataset, name: str) -> tuple[float, float]:
    return float(data[name]), float(data[f"{name}_se"])


def _sheets(data: xr.Dataset) -> list[Sheet]:
    return [_row_sheet(data), _sign_sheet(data)]


def _row_sheet(data: xr.Dataset) -> Sheet:
    start = str(data.attrs["start"])
    years = [f"from {calendar(start, 12 * (int(year) - 1) + 1)}" for year in data["year"].values]
    names = ("around the case", "in the middle", "difference")
    columns = (Column("ledger row", "text"), *(Column(name, "money") for name in names), Column("error", "error"))
    rows = [
        (
            row_title(row),
            *(float(data[f"row_{name}"].sel(row=row)) for name in ("bad", "usual", "gap", "gap_se")),
            *map(float, data["gap"].sel(row=row).values),
        )
        for row in _large(data)
    ]
    other = [row for row in map(str, data["row"].values) if row not in _large(data)]
    rest = data.sel(row=other)
    sums = [float(rest[f"row_{name}"].sum()) for name in ("bad", "usual", "gap")]
    rows.append(("All other rows", *sums, float("nan"), *map(float, rest["gap"].sum("row").values)))
    whole = [float(data[f"whole_{name}"]) for name in ("bad", "usual", "gap", "gap_se")]
    rows.append(("Result in today's money", *whole, *map(float, data["gap"].sum("row").values)))
    title = "Money in today's value, and its difference by programme year"
    return Sheet(title, (*columns, *(Column(year, "money") for year in years)), tuple(rows))


def _sign_sheet(data: xr.Dataset) -> Sheet:
    columns = (
        Column("turn of chance", "text"),
        Column("around the case", "percent"),
        Column("in the middle", "percent"),
        Column("error", "text"),
        Column("distance in usual deviations", "heads"),
        Column("stands out", "text"),
    )
    out = _standing_out(data)
    rows = tuple(
        (
            clean(data["sign_title"].values[place]),
            *(float(data[name].values[place]) for name in ("sign_bad", "sign_usual")),
            percent_error(float(data["sign_gap_se"].values[place])),
            float(data["sign_strength"].values[place]),
            "yes" if place in out else "",
        )
        for place in range(data.sizes["sign"])
    )
    return Sheet("What chance did", columns, rows)


BAD_CASE = View("bad-case", "Why is the bad case what it is?", sentences, _sheets, _charts)
