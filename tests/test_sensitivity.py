"""The question sensitivity: asked of a run, stored, told in sentences that follow the dataset; faults named."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from experiments.asking import answers, sensitivity, sensitivity_data
from experiments.asking.answers import Asked
from experiments.asking.valued import values
from experiments.running.door import nothing
from experiments.sensitivity.smallest_move import Turn
from experiments.sensitivity.stress import Reverse
from model import store
from model.errors import InputError
from model.load import case_from_dict, case_to_dict
from model.summary import Estimate
from reports.sensitivity_views import sentences
from reports.views import VIEWS

UPKEEP, ACQUISITION = "costs.upkeep", "costs.acquisition"
KEPT = {"calibrations.good_case.demand", "clock.discount", UPKEEP, ACQUISITION}


def silent(text):
    """Say nothing."""


def measured(node, name=""):
    """The case as plain values with all numbers but the kept ones without a range."""
    if isinstance(node, list):
        return [measured(part, name) for part in node]
    if not isinstance(node, dict):
        return node
    if not {"value", "unit"} <= set(node) or name in KEPT:
        return {key: measured(part, f"{name}.{key}".strip(".")) for key, part in node.items()}
    bare = {key: value for key, value in node.items() if key not in ("guess", "range", "note")}
    return bare if {"source", "evidence"} & set(bare) else bare | {"source": "for tests"}


@pytest.fixture(scope="module")
def run(shipped, plan_of):
    """A finished run of the e-commerce case, four of whose numbers are guesses, with two named futures."""
    data = measured(case_to_dict(shipped("ecommerce")))
    data["scenarios"] = {
        name: {
            "title": title,
            "weight": {"value": 0.1, "unit": "share", "guess": [0.0, 0.5]},
            "changes": {UPKEEP: {"value": value, "unit": "CNY/year", "source": "for tests"}},
        }
        for name, title, value in (("dear", "Upkeep doubles", 240_000), ("ruin", "Upkeep explodes", 3e6))
    }
    case = case_from_dict(data)
    titles = {"recommended": ("milestone", "Recommended plan"), "rocket": ("rocket", "Rocket pay")}
    plans = {
        key: plan_of("ecommerce", name).model_copy(update={"title": title}) for key, (name, title) in titles.items()
    } | {"do_nothing": nothing(case)}
    dataset = xr.Dataset({"npv": (("plan", "scenario"), values(case, plans, 7, 200))}, {"plan": list(plans)})
    info = {"seed": 7, "table_scenarios": 16}
    return store.Run(Path("made"), dataset, case, plans, dict.fromkeys(plans, case), info, "", "none")


@pytest.fixture(scope="module")
def asked(run, tmp_path_factory):
    """The answer with everything asked, on few futures and points."""
    out = tmp_path_factory.mktemp("answers") / "a"
    few = {"POINTS": 8, "CHANCE": 64, "STEPS": 3, "FRESH": 64, "OWN": 1, "MOVED": 2}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensitivity, "open_finished", lambda name: run)
        for name, value in few.items():
            patch.setattr(sensitivity, name, value)
        how = Asked(40, out, False, silent)
        pair = f"{UPKEEP}, {ACQUISITION}"
        return sensitivity.ask("small", pair, True, [f"{UPKEEP},{ACQUISITION},0.5"], (), 0.5e6, how)


def test_everything_asked_is_stored(asked):
    data = asked.dataset
    assert set(data["number"].values) == KEPT
    assert data.attrs["arguments"].startswith("--map costs.upkeep, costs.acquisition, --linked costs.upkeep,costs")
    linked = [
        int(n) for title, n in zip(data["cause"].values, data["members"].values, strict=True) if "linked" in title
    ]
    assert linked == [2]
    assert int(data["members"].sum()) == int(data["numbers_moved"])
    assert data["map_best"].shape == (3, 3)
    assert float(data["first_now"]) == 120_000.0
    assert list(data["move"].values) == ["ruin", "dear"]
    assert set(data["rival"].values) == {"do_nothing", "rocket"}
    assert (answers.open_answer(asked.path).path / "figures" / "map.svg").is_file()


def test_the_plan_is_worth_what_the_run_published(asked, run):
    published = run.dataset["npv"].sel(plan="recommended").values
    assert float(asked.dataset["npv_mean"][0]) == pytest.approx(published.mean())


def test_the_same_question_gives_the_same_bytes(asked):
    told = answers.told_files(asked.dataset)
    assert told == answers.told_files(asked.dataset)
    assert set(told) == {
        "page.html",
        "answer.txt",
        *(f"figures/{n}.svg" for n in ("one-at-a-time", "shares-of-numbers", "shares-of-chance", "map")),
        *(f"figures/pull-of-{n}.svg" for n in ("numbers", "draws")),
    }


def test_sentences_follow_the_dataset(asked):
    data = asked.dataset.copy(deep=True)
    first = str(data["number_title"].values[0])
    data["at_end"].values[:] = 9e6
    data["at_end"].values[0] = [-3e6, 8e6]
    data["at_end_se"].values[:] = 0.1e6
    text = sentences(data)
    assert f"“{first}” (" in text[0]
    assert "1 of" in text[1]
    assert text[1].endswith(f"take the result below 0 alone: {first}.")
    data["at_end"].values[0] = [3e6, 8e6]
    assert sentences(data)[1].startswith("None of ")
    data["reach_down"], data["reach_moving"], data["anywhere"] = ((), 3), ((), 4), ((), -2e6)
    data["npv_mean"].values[0] = 5e6
    told = next(text for text in sentences(data) if "reach further" in text)
    assert told.startswith("3 of 4 ranges reach further down than up: with everything drawn from its range the average")
    assert "is −2.0 ±" in told
    assert "M CNY instead of +5.0." in told
    data["numbers_share"] = ((), 0.25)
    assert "25\u00a0% comes from these numbers, 75\u00a0% from chance" in " ".join(sentences(data))


def test_the_distance_is_told_with_its_error_or_that_there_is_none(asked):
    data = asked.dataset.copy(deep=True)
    data["distance"].values[:] = 0.4
    data["distance_se"].values[:] = 0.03
    told = next(text for text in sentences(data) if text.startswith("The smallest joint move"))
    assert "no better than “Do nothing” is 0.400 ± 0.030 of a range" in told
    data["distance"].values[:] = np.nan
    assert "No joint move found inside the ranges makes the plan worse than “Do nothing”." in sentences(data)
    data["distance"].values[:] = 0.0
    assert "“Do nothing” is no worse than the plan already as it is." in sentences(data)


def test_the_error_of_a_distance_is_that_of_the_lead_over_its_slope():
    lead = Reverse("b", (), Turn(np.array([0.3, 0.4]), -20e6), Estimate(0.0, 0.5e6))
    assert sensitivity_data._distance(lead) == pytest.approx((0.5, 0.025))
    assert np.isnan(sensitivity_data._distance(Reverse("b", (), None, Estimate(1.0, 0.0)))).all()
    assert sensitivity_data._distance(Reverse("b", (), Turn(np.zeros(2), 0.0), Estimate(-1.0, 0.1)))[1] == np.inf


def test_the_turn_is_looked_at_on_futures_that_have_not_been_seen(run, monkeypatch):
    monkeypatch.setattr(sensitivity, "FRESH", 200)
    worth = SimpleNamespace(case=run.cases["recommended"], plans=run.plans, futures=SimpleNamespace(seed=7))
    here = Reverse("rocket", (), Turn(np.zeros(0), -1.0), Estimate(0.0, 0.0))
    lead, se = sensitivity._again(worth, "rocket", here)
    npv = run.dataset["npv"]
    published = float((npv.sel(plan="recommended") - npv.sel(plan="rocket")).mean())
    assert lead != pytest.approx(published, abs=1.0)
    assert lead == pytest.approx(published, abs=8 * se)


def test_named_moves_say_how_many_are_enough(asked):
    data = asked.dataset.copy(deep=True)
    count = data.sizes["move"]
    for lost, words in ((0, "Alone it is enough to take the result below 0"), (1, "Together with the next 1 (")):
        data["move_joined"].values[:] = np.where(np.arange(count) < lost, 1e6, -1e6)
        assert any(text.startswith(words) for text in sentences(data))
    data["move_joined"].values[:] = 1e6
    assert f"Even all {count} together do not take the result below 0: +1.0 M CNY." in sentences(data)


def test_the_map_counts_its_points(asked):
    data = asked.dataset.copy(deep=True)
    data["map_best"].values[:] = 2
    data["map_best"].values[0, 0] = 0
    data["map_equal"].values[:] = 0
    data["map_equal"].values[0, 0, :2] = 1
    told = sentences(data)[-1]
    assert "“Do nothing” at 8; “Recommended plan” at 1 of 9 points" in told
    assert told.endswith("by more than 0.50 M CNY and chance at 2 of them.")


def test_pictures_hold_values_at_both_ends(asked):
    charts = {chart.name: chart for chart in VIEWS["sensitivity"].charts(asked.dataset)}
    assert "CNY" in charts["one-at-a-time"].svg
    row = next(row for row in charts["one-at-a-time"].rows if row[1] == "120,000 CNY a year")
    assert (row[2], row[6]) == ("50,000 CNY a year", "300,000 CNY a year")
    assert row[3] > row[7]
    assert len(charts["map"].rows) == 9


def test_what_was_not_asked_is_not_told(asked):
    bare = asked.dataset.drop_dims(["first", "second", "move", "rival", "step"])
    text = " ".join(sentences(bare))
    assert "map" not in text
    assert "joint move" not in text
    assert [chart.name for chart in VIEWS["sensitivity"].charts(bare)][-1] == "pull-of-draws"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"across": "costs.upkeep"}, r"--map: needs two different numbers; found costs\.upkeep; allowed KEY,KEY"),
        ({"across": "costs.upkeep,costs.upkep"}, r"costs\.upkep: no such number in the case"),
        ({"linked": ["costs.upkeep,clock.discount"]}, r"--linked: is no pair of numbers that move together"),
        ({"linked": ["costs.upkeep,clock.discount,1"]}, r"--linked: is no pair of numbers that move together"),
        ({"linked": ["costs.upkeep,nothing,0.5"]}, r"nothing: no such number in the case"),
        ({"materiality": -1.0}, r"--materiality: is no amount"),
        ({"scenarios": 5000}, r"--scenarios: more than one block; found 5000"),
    ],
)
def test_wrong_questions_are_named(run, monkeypatch, tmp_path, change, message):
    monkeypatch.setattr(sensitivity, "open_finished", lambda name: run)
    told = {"across": "", "linked": [], "materiality": 0.5e6, "scenarios": 40} | change
    how = Asked(told["scenarios"], tmp_path / "a", False, silent)
    with pytest.raises(InputError, match=message):
        sensitivity.ask("small", told["across"], False, told["linked"], (), told["materiality"], how)


def test_a_run_that_does_nothing_has_nothing_to_ask(run, monkeypatch, tmp_path):
    idle = type(run)(**run.__dict__ | {"plans": {"recommended": run.plans["do_nothing"]}})
    monkeypatch.setattr(sensitivity, "open_finished", lambda name: idle)
    with pytest.raises(InputError, match=r"recommends doing nothing[\s\S]*run the case with --plan"):
        sensitivity.ask("small", "", False, (), (), 0.5e6, Asked(40, tmp_path / "a", False, silent))


def test_a_link_to_what_the_plan_does_not_use_is_named():
    with pytest.raises(InputError, match=r"--linked: cannot be moved over its whole range.*found b"):
        sensitivity._place(["a"], "b")
