"""Quotes: one number of a stored dataset by variable, selection and statistic, against numbers by hand."""

import math

import numpy as np
import pytest
import xarray as xr

from model.errors import InputError
from model.quoting import INFO, Quote, from_json, number, row, told

NPV = np.array([[-2.0, 4.0, 1.0, 5.0], [0.0, 0.0, 0.0, 0.0]])
DATA = xr.Dataset(
    {
        "npv": (("plan", "scenario"), NPV),
        "ledger": (("plan", "year", "row", "scenario"), np.arange(16.0).reshape(1, 2, 2, 4).repeat(2, axis=0)),
        "cash": (("plan", "month"), [[-1.0, -3.0, 2.0], [0.0, 0.0, 0.0]]),
    },
    {"plan": ["lean", "nothing"], "year": [1, 2], "row": ["commission", "tools"], "month": [1, 2, 3]},
)
LEAN = {"plan": "lean"}


def quote(variable, statistic="value", **rest):
    return Quote("eco", "ab12", variable, statistic, **rest)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("mean", 2.0),
        ("mean_se", math.sqrt(10.0 / 4)),  # deviations −4, 2, −1, 3: 30 ÷ 3 ÷ 4 under the root
        ("chance_below 0", 0.25),
        ("chance_below 1", 0.25),
        ("chance_at_least 1", 0.75),
        ("chance_below_se 0", math.sqrt(3 / 8 * 5 / 8 / 4)),  # (1 + 2) ÷ (4 + 4)
        ("lower_median", 1.0),
        ("share_between -2 1", 0.25),
        ("share_between 1 5", 0.5),
    ],
)
def test_statistics_of_four_futures_by_hand(statistic, expected):
    assert number(DATA, quote("npv", statistic, at=LEAN)) == pytest.approx(expected, rel=1e-15)


def test_a_quantile_that_the_draws_do_not_support_is_not_a_number():
    assert math.isnan(number(DATA, quote("npv", "p05", at=LEAN)))
    many = xr.Dataset({"npv": ("scenario", np.arange(2000.0))})
    assert number(many, quote("npv", "p05")) == pytest.approx(99.95)
    assert number(many, quote("npv", "cvar05")) == pytest.approx(49.5)


def test_a_case_without_chance_has_no_error():
    sure = xr.Dataset({"npv": ("scenario", [3.0])}, attrs={"uncertainty": "none"})
    assert [number(sure, quote("npv", s)) for s in ("mean", "mean_se", "p05", "chance_below_se 0")] == [3.0, 0, 3.0, 0]


def test_the_difference_is_taken_future_by_future():
    apart = quote("npv", "mean_se", at=LEAN, minus={"plan": "lean"})
    assert number(DATA, apart) == 0.0
    assert number(DATA, quote("npv", "mean", at=LEAN, minus={"plan": "nothing"})) == 2.0


def test_rows_are_summed_before_the_statistic_and_along_an_axis():
    # Years 1 and 2 of row tools hold 4…7 and 12…15: their sum runs 16, 18, 20, 22.
    assert number(DATA, quote("ledger", "mean", at={**LEAN, "row": "tools"}, over=("year",))) == 19.0
    both = quote("ledger", "mean", at={**LEAN, "row": ("commission", "tools")}, axis="year")
    assert row(DATA, both).tolist() == [1.5 + 5.5, 9.5 + 13.5]
    assert row(DATA, quote("cash", at=LEAN, axis="month")).tolist() == [-1.0, -3.0, 2.0]
    assert number(DATA, quote("cash", at={**LEAN, "month": 2})) == -3.0


def test_costs_are_taken_off_by_the_signs_of_their_rows():
    signed = DATA.assign_coords(row_sign=("row", [1, -1]))
    asked = {"at": {**LEAN, "row": ("commission", "tools")}, "over": ("year",), "signed": "row_sign"}
    # Commission runs 8, 10, 12, 14 over both years, tools 16, 18, 20, 22: always 8 apart.
    assert number(signed, quote("ledger", "mean", **asked)) == -8.0
    assert number(signed, quote("ledger", "mean", **asked | {"at": {**LEAN, "row": "tools"}})) == -19.0
    with pytest.raises(InputError, match=r"(?s)has no such signs.*found row_sign"):
        number(DATA, quote("ledger", "mean", **asked))
    with pytest.raises(InputError, match="signs are for selected labels"):
        number(signed, quote("ledger", "mean", at=LEAN, over=("year", "row"), signed="row_sign"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (quote("nvp", "mean", at=LEAN), "no such variable.*found nvp.*npv"),
        (quote("npv", "mean", at={"plan": "bold"}), "no such plan.*found bold.*lean, nothing"),
        (quote("npv", "mean", at={"month": 2}), "has no such coordinate.*found month.*plan, scenario"),
        (quote("npv", "p5", at=LEAN), "no such statistic of a sample.*found p5.*p05"),
        (quote("npv", "chance_below", at=LEAN), "no such statistic.*chance_below X"),
        (quote("npv", "mean"), "is a row of numbers, not one|leaves coordinates open"),
        (quote("cash", "mean", at={**LEAN, "month": 2}), "asks a statistic of what is no sample.*found mean"),
        (quote("cash", at=LEAN), "leaves coordinates open.*found month"),
    ],
)
def test_a_quote_that_leads_nowhere_is_named(wrong, says):
    with pytest.raises(InputError, match=f"(?is){says}"):
        number(DATA, wrong)


def test_a_row_is_no_number():
    with pytest.raises(InputError, match="is a row of numbers, not one"):
        number(DATA, quote("cash", at=LEAN, axis="month"))


def test_what_a_run_told_is_found_by_pointer():
    info = {"npv": {"mean": 2.0, "p05": None}, "plans": [{"title": "Lean"}], "ok": True}

    def at(pointer):
        return told(info, Quote("eco", "ab12", pointer, part=INFO))

    assert (at("/npv/mean"), at("/npv/p05"), at("/plans/0/title")) == (2.0, None, "Lean")
    with pytest.raises(InputError, match=r"(?s)there is nothing.*found median"):
        at("/npv/median")
    with pytest.raises(InputError, match="there is nothing"):
        at("/plans/3/title")
    with pytest.raises(InputError, match=r"(?s)neither a number nor a text.*found dict"):
        at("/npv")
    with pytest.raises(InputError, match=r"(?s)neither a number nor a text.*found bool"):
        at("/ok")


def test_a_quote_survives_its_way_through_a_file():
    one = quote(
        "ledger", "mean", at={"row": ("commission", "tools"), "plan": "lean"}, over=("year",), minus={"plan": "x"}
    )
    assert from_json(one.as_json()) == one
    assert quote("npv", "mean", at=LEAN).words() == "eco/dataset.nc: npv, plan=lean, mean"
