"""What named futures make of the plan at their weights, told beside the weight of no blow and the worst one's turn."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from reports.board.weighed import weighed
from reports.cited import Shelf

MILLION = 1e6


def scenarios(mixed=0.97, turn=0.19, origin="guess", **left):
    """Two blows; the second is the worst, weighs 15 % now and turns the plan where told."""
    by = "plan"
    told = {
        "weight": ("world", [0.6, 0.25, 0.15]),
        "mixed": (by, [mixed * MILLION]),
        "mixed_loss": (by, [0.44]),
        "worst": (by, [2]),
        "worst_weight": (by, [turn]),
        "weight_origin": ("world", ["rest", origin, "source"]),
        "world_title": ("world", ["As it is", "Dear", "Late"]),
    }
    axes = {"world": ["as_it_is", "dear", "late"], "plan": ["recommended"]}
    return xr.Dataset({name: value for name, value in told.items() if name not in left.get("without", ())}, axes)


def said(data, language="en"):
    run = SimpleNamespace(path=SimpleNamespace(name="eco"), dataset=xr.Dataset(), hash="ab", info={}, case=CASE)
    return str(weighed(Shelf(run, language, {"scenarios": data}, {"scenarios": "ef"}))).replace("\u00a0", " ")


CASE = SimpleNamespace(clock=SimpleNamespace(start="2027-01"))
BEFORE = (
    "None of the case’s 2 named blows is in these figures; with them, at weights that are guesses (no blow at all: "
)


def test_the_weight_of_no_blow_and_the_turn_of_the_worst():
    assert said(scenarios()) == (
        f"{BEFORE}60 %), the plan brings +0.97 M CNY on average and loses money in 44 % of futures; it earns nothing "
        "any more once “Late” weighs 19 % instead of 15 %"
    )
    assert "按估计的权重（无冲击占60%）计入后" in said(scenarios(), "zh")
    assert said(scenarios(), "zh").endswith("；若“Late”的权重由15%升至19%，则不再盈利")


@pytest.mark.parametrize("told", [{"turn": np.nan}, {"mixed": -0.1}, {"without": ("worst_weight",)}])
def test_no_turn_is_told_where_there_is_none_or_the_plan_loses_already(told):
    assert said(scenarios(**told)).endswith("loses money in 44 % of futures")


def test_weights_with_a_source_are_no_guesses():
    assert "with them at their weights (no blow at all: 60 %) the plan brings" in said(scenarios(origin="source"))
