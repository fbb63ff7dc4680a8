"""Explaining a difference: shares add up in every future, ends are direct simulations, sentences follow the dataset."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.asking import answers, explain
from experiments.asking.answers import Asked
from experiments.console import cli
from experiments.explaining.mixing import GROUPS, mix
from model.errors import InputError
from model.load import load_case
from model.plan_file import plan_text
from model.plans import LinePlan, PartnerPlan, Plan
from model.simulate import VERDICT, simulate
from reports.explain_views import group_title, sentences
from reports.views import VIEWS

COUNT = 400


def silent(text):
    """Say nothing."""


def plan_with(starts, title="Plan", way="normal", **seats):
    partners = {name: PartnerPlan(start=start, contract="insurer_ladder") for name, start in starts.items()}
    lines = {"insurance": LinePlan(team={"operations": (1, 2, 2)}, way=way, partners=partners)}
    heads = {"vp": (1, 1, 1), "bd": (1, 1, 2), "data": (1, 2, 2)} | seats
    modes = ("department", "department", "unit")
    return Plan(case="ecosystem", name="plan", title=title, modes=modes, seats=heads, lines=lines)


@pytest.fixture(scope="module")
def case(small_folder):
    return load_case(small_folder)


@pytest.fixture(scope="module")
def plans():
    lean = plan_with({"insurer_1": 4}, "Lean", data=(0, 1, 1))
    return {"recommended": lean, "large": plan_with({"insurer_1": 1, "insurer_2": 3}, "Large", way="high")}


@pytest.fixture(scope="module")
def pair(case, plans):
    return explain.Pair(case, plans["recommended"], plans["large"], 7, ())


@pytest.fixture(scope="module")
def told(pair):
    data = explain.dataset(pair, [("roles",), ("timing",), ("lines",)], COUNT)
    return data.assign_attrs(answers.attributes(pair.case, "explain", {}, 7, COUNT, 0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, kept, case, plans):
    return kept(tmp_path_factory.mktemp("runs") / "small", case, plans, scenarios=COUNT)


def test_shares_add_up_in_every_future(told):
    npv = told["npv"]
    gap = npv.sel(side="first") - npv.sel(side="second")
    assert told["parts"].sum("group").values == pytest.approx(gap.values, abs=1e-4)
    assert told["parts"].mean("scenario").values == pytest.approx(told["share"].sel(figure="mean").values)
    assert float(told["total"].sel(figure="mean")) == pytest.approx(float(gap.mean()))


def test_errors_are_those_of_the_shares_in_each_future(told):
    wanted = told["parts"].std("scenario", ddof=1).values / np.sqrt(COUNT)
    assert told["share_se"].sel(figure="mean").values == pytest.approx(wanted)


def test_ends_are_simulations_of_one_exchange(told, pair):
    def npv(*groups):
        of = {name: pair.first if name in groups else pair.second for name in GROUPS}
        return simulate([pair.case], [mix(pair.case, of)], 7, VERDICT, COUNT)[0].npv.mean()

    own = told.sel(figure="mean", group="timing")
    rest = [name for name in GROUPS if name != "timing"]
    assert float(own["alone"]) == pytest.approx(npv("timing") - npv())
    assert float(own["at_last"]) == pytest.approx(npv(*GROUPS) - npv(*rest))


def test_ledger_rows_add_up_to_the_undiscounted_difference(told, pair):
    books = simulate([pair.case] * 2, [pair.first, pair.second], 7, VERDICT, COUNT)
    results = [explain.fold(book.years.sum(axis=1)).sum(axis=0).mean() for book in books]
    assert float(told["row_share"].sum()) == pytest.approx(results[0] - results[1], abs=0.01)


def test_few_draws_tell_no_bad_case(told):
    assert np.isnan(told["share"].sel(figure="bad")).all()
    assert not any("1-in-20" in line for line in sentences(told))
    assert len(VIEWS["explain"].charts(told)) == 1


def by_hand(told, shares, total_se=0.1):
    """The dataset with given shares, M CNY, and enough draws for the bad case."""
    data = told.copy(deep=True)
    data["share"].values[:] = 1e6 * np.array(shares)
    data["share_se"].values[:] = 0.1e6
    data["total"].values[:] = data["share"].values.sum(axis=1)
    data["total_se"].values[:] = total_se * 1e6
    data["side_figure"].values[:] = 1e6 * np.array([[8.0, 1.0], [-11.0, -19.0]])
    data["alone"].values[:] = data["at_last"].values[:] = data["share"].values
    return data


def test_sentences_by_hand(told):
    text = sentences(by_hand(told, [[5.0, -0.15, 2.15], [6.0, 0.0, 2.0]]))
    first = "“Lean” brings +7.0 ± 0.10 M CNY against “Large” on the same 400 futures (+8.0 against +1.0, average result"
    assert text[0].startswith(first)
    assert text[1].startswith(
        "Roles and heads: +5.0 ± 0.10 M CNY, 71\u00a0% of the difference – Data products 1 against 2"
    )
    assert text[2].startswith(
        "Lines and partners: +2.1 ± 0.10 M CNY, 31\u00a0% of the difference – only in the second: "
    )
    assert "Timing: −0.15 ± 0.10 M CNY, −2.1\u00a0% of the difference, within sampling error – " in text[3]
    assert text[4].startswith(
        "In the 1-in-20 bad case the difference is +8.0 ± 0.10 M CNY: roles and heads +6.0 ± 0.10"
    )
    assert len(text) == 5


def test_sentences_follow_the_dataset(told):
    data = by_hand(told, [[0.05, 0.0, -0.1], [1.0, 0.0, 0.0]])
    data["alone"].loc[{"group": "timing"}] = -2e6
    text = sentences(data)
    assert text[0].endswith("within sampling error.")
    assert "of the difference" not in text[1]
    assert "most for timing: −2.0 M CNY if nothing else is exchanged, 0 if all else already is" in text[-1]


def test_groups_taken_together_have_one_name():
    assert group_title("lines+rules") == "Lines and partners with milestones, ends and moves"


def test_asking_stores_shares_and_both_plans(folder, tmp_path):
    answer = explain.ask(str(folder), "large", "", None, Asked(50, tmp_path / "a", False, silent))
    assert [str(group) for group in answer.dataset["group"].values] == ["roles", "timing", "lines"]
    assert (tmp_path / "a" / "plans" / "first.toml").is_file()
    assert answers.told_files(answer.dataset) == answers.told_files(answer.dataset)
    assert answer.dataset.attrs["seed"] == 7
    assert "Shapley" not in (tmp_path / "a" / "page.html").read_text(encoding="utf-8")


def test_plan_files_need_a_case_and_doing_nothing_is_known(case, plans, small_folder, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(plan_text(case, plans["large"]), encoding="utf-8")
    with pytest.raises(InputError, match=r"E-MISSING  explain: plan files need their case.*--case CASE, or a run"):
        explain.pair_of(str(file), str(file), "")
    with pytest.raises(InputError, match=r"E-FILE  nowhere: no such run"):
        explain.pair_of(str(file), "nowhere", "")
    pair = explain.pair_of(str(file), "do_nothing", str(small_folder))
    assert (pair.first.title, pair.second.title, pair.seed) == ("Large", "Do nothing", 7)
    with pytest.raises(InputError, match=r"E-FILE  do_nothin: no such run or plan.*do_nothing"):
        explain.pair_of(str(file), "do_nothin", str(small_folder))


def test_equal_plans_and_other_cases_are_refused(folder, case, plans, kept, tmp_path):
    with pytest.raises(InputError, match=r"E-EXISTS  explain: the two plans are the same in all but their names"):
        explain.ask(str(folder), "recommended", "", None, Asked(50, tmp_path / "a", False, silent))
    other = kept(tmp_path / "other", case.model_copy(update={"title": "Other"}), plans, scenarios=2)
    with pytest.raises(InputError, match=r"E-CASES.*more than their plans differs[\s\S]*headcast bridge"):
        explain.pair_of(str(folder), str(other), "")


def test_two_runs_of_one_case_are_told_apart_by_their_folders(folder, case, plans, kept, tmp_path):
    same = {"recommended": plans["large"].model_copy(update={"title": "Lean"})}
    other = kept(tmp_path / "other", case, same, scenarios=2)
    pair = explain.pair_of(str(folder), str(other), "", 3)
    assert (pair.first.title, pair.second.title, pair.seed) == ("Lean (small)", "Lean (other)", 3)


def test_the_command_explains_and_speaks_json(folder, tmp_path):
    words = ["explain", str(folder), "large", "--scenarios", "20", "--out", str(tmp_path / "b"), "--json"]
    said = CliRunner().invoke(cli.app, words, catch_exceptions=False)
    assert said.exit_code == 0
    assert json.loads(said.stdout)["question"] == "explain"
