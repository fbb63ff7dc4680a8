"""Which assumptions alone take the plan below zero: order, one lever once, and what may be said of the others."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from reports.board import turning
from reports.board.drawn_answers import by_strength
from reports.cited import Shelf

MILLION = 1e6
CASE = SimpleNamespace(clock=SimpleNamespace(start="2027-01"))
DEMAND, VOLUME = "calibrations.success_story.demand", "partners.mature_volume"


def answer(asked=40, se=0.0, base=5.0, **ends):
    """An answer about numbers, named with a dash for each dot, whose two ends bring these results, M CNY."""
    names = [name.replace("__", ".") for name in ends]
    at_end = np.array(list(ends.values()), dtype=float) * MILLION
    by = ("number", "end")
    return xr.Dataset(
        {
            "number_title": ("number", [f"Title {name}" for name in "abcdefgh"[: len(names)]]),
            "end_value": (by, np.tile([0.5, 1.5], (len(names), 1))),
            "end_text": (by, np.tile(["50\u00a0%", "150\u00a0%"], (len(names), 1)).astype(object)),
            "at_end": (by, at_end),
            "at_end_se": (by, np.full(at_end.shape, se * MILLION)),
            "change": (by, at_end - base * MILLION),
            "numbers_asked": asked,
        },
        {"number": names, "end": ["low", "high"]},
    )


@pytest.fixture
def shelf():
    """shelf(answer, "demand") is a run of 5 M CNY on average whose decision turns first by demand."""

    def make(data=None, first="", mean=5.0, language="en"):
        npv = (("plan", "scenario"), np.full((1, 4), mean * MILLION))
        run = SimpleNamespace(
            path=SimpleNamespace(name="eco"),
            dataset=xr.Dataset({"npv": npv}, {"plan": ["recommended"]}),
            hash="ab12",
            case=CASE,
            info={"flip_assumption": {"name": first}},
        )
        return Shelf(run, language, {} if data is None else {"sensitivity": data}, {"sensitivity": "ef"})

    return make


def names(shelf):
    return [number for number, _ in turning.below_zero(shelf)]


def test_the_costliest_first_whatever_its_whole_swing(shelf):
    """The first swings by 19, the second by 5 only but costs more; the third loses at its upper end."""
    data = answer(wide=(-1, 18), narrow=(-4, 1), upper=(3, -2), never=(0.5, 9))
    assert turning.below_zero(shelf(data)) == [("narrow", "low"), ("upper", "high"), ("wide", "low")]


@pytest.mark.parametrize(("at", "told"), [(-1.96, []), (-1.9601, ["one"])])
def test_a_loss_within_its_error_is_none(shelf, at, told):
    """With an error of 1 the range ends 1.959964 above: −1.96 + 1.96 is below zero by less than nothing told."""
    data = answer(se=1.0000185, one=(at, 9))
    assert names(shelf(data)) == told


@pytest.mark.parametrize("first", [DEMAND, VOLUME])
def test_one_lever_is_told_once(shelf, first):
    """All demand and all partners' volume are one lever, though their upper ends differ; the turn tells it already."""
    data = answer(partners__mature_volume=(-15, 22), calibrations__success_story__demand=(-15, 17), other=(-1, 9))
    assert names(shelf(data)) == [VOLUME, "other"]
    assert names(shelf(data, first)) == ["other"]
    assert by_strength(shelf(data)) == [VOLUME, "other"]


def test_numbers_that_do_the_very_same_are_one_lever(shelf):
    """The same to the yuan at both ends is one lever; the same at one end only, as at a floor, is not."""
    assert names(shelf(answer(one=(-2, 9), twin=(-2, 9), floor=(-2, 8)))) == ["one", "floor"]
    near = answer(one=(-2, 9), near=(-2.000002, 9))
    assert names(shelf(near)) == ["near", "one"]


def said(shelf):
    return str(turning.ends(shelf)).replace("\u00a0", " ")


def test_what_is_said_of_them_and_of_the_others(shelf):
    told = said(shelf(answer(one=(-2, 9), two=(-3, 9.5))))
    assert told == (
        "Each of these alone, at the worse end of its own range, takes the average below zero, the costliest first: "
        "Title b, at 50 % (−3.0 M CNY); Title a, at 50 % (−2.0 M CNY)."
    )
    # Two of forty are stored and the one that moves less moves 4: none of the others takes 5 below zero.
    assert said(shelf(answer(one=(-2, 9), two=(3, 7)))).endswith(
        "Title a, at 50 % (−2.0 M CNY). No other of the 40 numbers that were moved alone does."
    )
    # Nor does it where all that were asked are stored.
    assert said(shelf(answer(asked=1, one=(-2, 9)))).endswith("No other of the 1 numbers that were moved alone does.")


def test_beyond_five_nothing_is_said_of_the_others(shelf):
    six = answer(asked=6, **{f"n{n}": (-n, 9 + n) for n in range(1, 7)})
    assert said(shelf(six)).endswith("Title b, at 50 % (−2.0 M CNY).")
    five = answer(asked=5, **{f"n{n}": (-n, 9 + n) for n in range(1, 6)})
    assert said(shelf(five)).endswith("No other of the 5 numbers that were moved alone does.")


def test_nobody_asked(shelf):
    assert "not known yet: nobody has moved each of them over its range" in said(shelf())
    assert said(shelf(answer(asked=1, one=(1, 9)))) == (
        "No other of the 1 numbers that were moved alone takes the average below zero within its range."
    )
