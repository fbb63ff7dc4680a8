"""Tables for 80 columns: nothing cut, nothing wider, sums that add up."""

import numpy as np
import pytest
import xarray as xr

from experiments.console.layout import MONTHS, months, side_by_side


def row(**more):
    told = {
        "title": "Lean and later: 8, 12 and 16 heads, six partners and a very long name that goes on",
        "heads": [8, 12, 16],
        "npv": {"mean": 12.34e6, "se": 0.23e6, "p05": -17.7e6, "p50": 10.1e6, "p95": 127.3e6},
        "full_roi": {"p50": 0.231, "calibration": "success_story"},
        "p_loss": {"value": 0.171},
        "peak_cash_p50": -7.9e6,
        "difference": {"mean": -110.04e6, "low": -110.5e6, "high": -109.6e6},
        "overrun": [
            {
                "phase": "scale",
                "cny": 12_000.0,
                "begins": 9,
                "calendar": "Sep 2027",
                "by_month": [{"month": month, "cny": 400_000.0} for month in (9, 10, 11)],
            }
        ],
        "broken": [{"limit": "heads in mvp", "rule": "R29", "found": "16 heads", "allowed": "at most 15 heads"}],
    }
    return told | more


def test_a_comparison_tells_each_figure_once_and_cuts_nothing():
    lines = list(side_by_side([row(difference=None), row(title="Do nothing", overrun=[], broken=[])]))
    text = "\n".join(lines).replace("\u00a0", " ")
    assert row()["title"] in text
    for said in ("12.3 ± 0.23", "−17.7", "10.1", "127.3", "17 %", "−110.0 (−110.5 … −109.6)", "full ROI +23 %"):
        assert said in text
    assert text.count("over the budget of phase scale by 0.01") == 1
    assert "used up in Sep 2027, month 9; month 9 +0.40, month 10 +0.40 … month 11" in text
    assert text.count("breaks heads in mvp: 16 heads, at most 15 heads (R29)") == 1
    assert max(len(line) for line in lines if "Lean" not in line) <= 80


def test_heads_stand_over_their_figures():
    lines = list(side_by_side([row()]))
    head, figures = lines[3], lines[6]
    for word, value in (("average ± error", "12.3 ± 0.23"), ("bad case", "−17.7"), ("good case", "127.3")):
        assert head.index(word) + len(word) == figures.index(value) + len(value)


def test_figures_that_the_draws_do_not_support_are_dashes_with_a_reason():
    empty = {"mean": 1e6, "se": None, "p05": None, "p50": None, "p95": None}
    lines = list(side_by_side([row(npv=empty, full_roi={"p50": None, "calibration": "x"}, peak_cash_p50=None)]))
    assert lines[6].split()[:4] == ["1.0", "–", "–", "–"]
    assert "at least 2,000" in lines[-1]
    assert not any("middle case:" in line for line in lines)


@pytest.fixture
def book():
    """Three rows over seven months: revenue, a cost, and a row without money."""
    values = np.zeros((3, 7))
    values[0], values[1, 2:] = 1_234_567.4, 2_000_000.0
    coordinates = {
        "row": ["commission", "base_pay", "exit_fee"],
        "row_sign": ("row", [1, -1, -1]),
        "month_label": ("month", [f"2027-{month:02d}" for month in range(1, 8)]),
    }
    return xr.DataArray(values, coordinates, ("row", "month"))


def test_a_ledger_is_split_by_months_and_adds_up(book):
    lines = list(months(book))
    assert max(map(len, lines)) <= 80
    assert [line.split() for line in lines if line.startswith(" ")] == [
        [f"2027-{month:02d}" for month in range(1, MONTHS + 1)],
        ["2027-06", "2027-07"],
    ]
    assert lines[2].split() == ["Commission", *["1,234,567"] * 5]
    assert lines[3].split() == ["Base", "pay", "0", "0", *["-2,000,000"] * 3]
    assert lines[4].split() == ["Result", *["1,234,567"] * 2, *["-765,433"] * 3]
    assert not any("Exit" in line for line in lines)
