"""Named blows in a memo: what their weights make of the plan, and when nothing is said of them."""

from types import SimpleNamespace

import pytest
import xarray as xr

from reports.board.weighed import weighed
from reports.cited import Shelf


def answer(worlds=7, origin="guess"):
    names = ["as_it_is", *(f"blow_{number}" for number in range(1, worlds))]
    found = {
        "mixed": ("plan", [0.97e6, 5e6]),
        "mixed_loss": ("plan", [0.4412, 0.1]),
        "weight_origin": ("world", ["", *[origin] * (worlds - 1)]),
    }
    return xr.Dataset(found, {"plan": ["recommended", "lean"], "world": names})


@pytest.fixture
def said(shipped):
    def say(found, language="en"):
        run = SimpleNamespace(path=SimpleNamespace(name="eco"), hash="ab12", info={}, case=shipped("ecosystem"))
        answers = {"scenarios": found} if found is not None else {}
        told = weighed(Shelf(run, language, answers, dict.fromkeys(answers, "ef")))
        return told and str(told).replace("\u00a0", " ")

    return say


def test_the_weights_are_called_guesses_where_they_are(said):
    assert said(answer()) == (
        "None of the case’s 6 named blows is in these figures; with them, at weights that are guesses, the plan brings "
        "+0.97 M CNY on average and loses money in 44 % of futures"
    )
    assert said(answer(), "zh") == "以上数字不含本案例列明的6种冲击；按估计的权重计入后，平均+97万元，亏损概率44%"


def test_weights_with_a_source_are_not(said):
    assert "with them at their weights the plan brings" in said(answer(3, "source"))
    assert "2 named blows" in said(answer(3, "source"))


def test_nothing_is_said_where_nobody_asked_or_the_case_names_none(said):
    assert said(None) is None
    assert said(answer(1)) is None
