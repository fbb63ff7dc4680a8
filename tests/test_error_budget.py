"""How far each published figure may be off: parts by hand, verdicts at their edges, variables that can be traced."""

import io
import json

import numpy as np
import pytest
import xarray as xr

from experiments.running.error_budget import error_budget
from reports.words import money

DRAWS = 4000


def run_of(npv, uncertainty="random"):
    plans = ["recommended", *[name for name in npv if name != "recommended"]]
    values = np.array([npv[name] for name in plans], dtype=float)
    coordinates = {"plan": plans, "plan_title": ("plan", [f"The {name} plan" for name in plans])}
    return xr.Dataset({"npv": (("plan", "scenario"), values)}, coordinates, {"uncertainty": uncertainty})


def bounds_of(gap, luck):
    figures = {"cny": [luck, gap / 2], "low": [luck - 1, 0.0], "high": [luck + 1, gap]}
    variables = {key: ("measure", values) for key, values in figures.items()}
    return xr.Dataset(variables, {"measure": ["luck", "gap"]})


INFO = {
    "certificate": {"npv_max_abs_cny": 3.0},
    "gap_ledger": {"rows": [{"cny": 700.0}, {"cny": -200.0}, {"cny": 5.0}]},
}


@pytest.fixture(scope="module")
def found():
    """Half of the futures bring 5 M, half −1 M: mean 2 M, sd 3 M; the other plan brings 1 M less in half of them."""
    own = np.tile([5e6, -1e6], DRAWS // 2)
    npv = {"recommended": own, "other": own - np.tile([0.0, 1e6], DRAWS // 2), "nothing": np.zeros(DRAWS)}
    return error_budget(run_of(npv), INFO, bounds_of(4e5, 9e4))


def row(found, key, part="figures"):
    return next(each for each in found[part] if each["key"] == key)


def test_sampling_and_arithmetic_by_hand(found):
    mean = row(found, "mean")
    half = 1.959963984540054 * 3e6 / np.sqrt(DRAWS - 1)
    parts = {part["key"]: part for part in mean["parts"]}
    assert parts["sampling"]["high"] == pytest.approx(half)
    assert parts["arithmetic"]["high"] == 3.0
    assert (mean["value"], mean["low"], mean["high"]) == pytest.approx((2e6, 2e6 - half - 3, 2e6 + half + 3))
    loss = row(found, "p_loss")
    assert loss["value"] == 0.5
    assert loss["high"] - loss["value"] == pytest.approx(1.96 * np.sqrt(0.25 / DRAWS), rel=1e-3)


def test_what_is_left_on_the_table_stands_beside_the_mean_only(found):
    mean = row(found, "mean")
    parts = {part["key"]: part["high"] for part in mean["parts"]}
    assert mean["left"] == 4e5
    assert (parts["left"], parts["solver"], parts["bonus"], parts["choice"]) == (4e5, 700.0, 200.0, 0.0)
    assert [figure["left"] for figure in found["figures"][1:]] == [None, None, None]


def test_the_decision_survives_against_nothing_and_a_known_plan(found):
    nothing, runner, unknown = found["verdicts"]
    assert nothing["survives"]
    assert runner["survives"]
    # 0.5 M ahead with sd 0.5 M: 0.5 ± 1.96 × 0.5 ÷ √3999 less 3 CNY.
    assert runner["low"] == pytest.approx(5e5 - 1.959963984540054 * 5e5 / np.sqrt(DRAWS - 1) - 3)
    assert runner["against"] == "“The other plan”"
    assert not unknown["survives"]
    assert unknown["says"].endswith(
        f"by at most {money(4e5)} M CNY: it would replace this plan, not the decision to act."
    )
    assert found["luck"].endswith("the draws that chose it promised 0.09 M CNY more.")


@pytest.mark.parametrize(
    ("lead", "survives", "says"),
    [
        (3.0, False, "Not settled"),
        (3.01, True, "Better than"),
        (-3.01, False, "Worse than"),
        (0.0, False, "Not settled"),
    ],
)
def test_a_lead_must_pass_the_arithmetic_too(lead, survives, says):
    """All futures alike: no sampling error, so that 3 CNY of the cross-check decide."""
    npv = {"recommended": np.full(100, lead), "nothing": np.zeros(100)}
    verdict = error_budget(run_of(npv), INFO, None)["verdicts"][0]
    assert verdict["survives"] is survives
    assert verdict["says"].startswith(says)


def test_a_future_so_near_to_a_loss_may_be_turned_by_the_arithmetic():
    npv = np.array([2.0, 4.0, -1.0, 50.0] * 50)
    loss = row(error_budget(run_of({"recommended": npv}), INFO, None), "p_loss")
    assert loss["parts"][1]["high"] == 0.5


def test_doing_nothing_is_not_proved_best_while_something_is_left():
    npv = {"recommended": np.zeros(50), "nothing": np.zeros(50)}
    verdicts = error_budget(run_of(npv), {}, bounds_of(4e5, 0.0))["verdicts"]
    assert verdicts[0]["says"] == "The same as doing nothing."
    assert verdicts[-1]["says"].endswith("doing nothing is not proved to be the best.")
    sure = error_budget(run_of(npv), {}, bounds_of(0.0, 0.0))
    assert sure["verdicts"][-1]["survives"]
    assert sure["luck"].endswith("adds nothing.")


def test_without_chance_nothing_is_sampled():
    found = error_budget(run_of({"recommended": [4e6], "nothing": [0.0]}, "none"), {}, None)
    assert [figure["key"] for figure in found["figures"]] == ["mean", "p_loss"]
    assert (found["figures"][0]["low"], found["figures"][0]["high"]) == (4e6, 4e6)
    assert found["verdicts"][0]["survives"]
    assert found["luck"] == ""


def test_few_draws_support_no_bad_case_and_one_says_nothing():
    keys = [f["key"] for f in error_budget(run_of({"recommended": np.arange(100.0)}), {}, None)["figures"]]
    assert keys == ["mean", "p_loss"]
    alone = error_budget(run_of({"recommended": [4e6], "nothing": [0.0]}), {}, None)
    assert alone["figures"] == []
    assert alone["verdicts"] == []


def test_a_runs_budget_is_told_on_its_page_and_traced_to_its_files(small_run):
    info = json.loads((small_run.out / "run.json").read_text(encoding="utf-8"))["info"]
    mean = row(info["error_budget"], "mean")
    assert mean["value"] == pytest.approx(info["npv"]["mean"])
    with xr.open_dataset(io.BytesIO((small_run.out / "bounds.nc").read_bytes()), engine="h5netcdf") as bounds:
        assert mean["left"] == pytest.approx(float(bounds["high"].sel(measure="gap")))
    parts = {part["key"]: part for part in mean["parts"]}
    assert parts["arithmetic"]["high"] == info["certificate"]["npv_max_abs_cny"]
    page = (small_run.out / "page.html").read_text(encoding="utf-8")
    assert "How far may the figures be off?" in page
    for verdict in info["error_budget"]["verdicts"]:
        assert verdict["says"] in page


def test_a_choice_without_bound_says_that_nobody_knows_what_is_left():
    open_end = {"gap_ledger": {"rows": [{"cny": None}, {"cny": -200.0}]}}
    found = error_budget(run_of({"recommended": np.tile([5e6, -1e6], 10), "nothing": np.zeros(20)}), open_end, None)
    parts = {part["key"]: part["high"] for part in row(found, "mean")["parts"]}
    assert (parts["solver"], parts["bonus"]) == (None, 200.0)
