"""Plans side by side on the same futures: differences, order, names, and what cannot be compared."""

import shutil

import numpy as np
import pytest

from experiments.asking import compare
from experiments.asking.answers import Asked
from experiments.running import comparison
from model import store
from model.errors import InputError
from model.simulate import VERDICT, simulate


@pytest.fixture(scope="module")
def plans(small_folder, small_run, tmp_path_factory):
    """Two plan files of the small case: the recommended one and one without its second insurer."""
    folder = tmp_path_factory.mktemp("plans")
    chosen = small_run.out / "PLAN.toml"
    shutil.copy(chosen, folder / "both.toml")
    kept = [line for line in chosen.read_text(encoding="utf-8").splitlines() if not line.startswith("insurer_2")]
    (folder / "one.toml").write_text("\n".join(kept), encoding="utf-8")
    return folder


def asked(scenarios):
    return Asked(scenarios, None, False, str)


def told(things, name, scenarios, seed):
    """Rows of what is given, doing nothing last."""
    return comparison.rows(*comparison.of_things(things, name), scenarios, seed)


def test_doing_nothing_differs_by_minus_the_npv(small_folder, plans):
    mine, idle = comparison.of_plans(str(small_folder), [plans / "both.toml"], 300, 7, with_nothing=True)
    assert (mine["plan"], idle["plan"], idle["title"]) == ("both", "do_nothing", "Do nothing")
    assert mine["difference"] is None
    assert idle["npv"]["mean"] == 0
    assert idle["difference"]["mean"] == pytest.approx(-mine["npv"]["mean"])
    assert idle["difference"]["se"] == pytest.approx(mine["npv"]["se"])


def test_an_idle_plan_needs_no_second_one(small_folder, tmp_path):
    text = f'case = "ecosystem"\nname = "x"\ntitle = "X"\nmodes = {["department"] * 3}\n[seats]\n[lines]\n'
    (tmp_path / "idle.toml").write_text(text, encoding="utf-8")
    rows = comparison.of_plans(str(small_folder), [tmp_path / "idle.toml"], 20, 7, with_nothing=True)
    assert [row["plan"] for row in rows] == ["idle"]


def test_intervals_are_of_the_paired_difference(small_folder, plans):
    files = [plans / "both.toml", plans / "one.toml"]
    rows = comparison.of_plans(str(small_folder), files, 400, 11, with_nothing=False)
    case = comparison.load_case(small_folder)
    loaded = [comparison.load_plan(file, case) for file in files]
    a, b = (outcome.npv for outcome in simulate([case, case], loaded, 11, VERDICT, 400))
    gap = rows[1]["difference"]
    assert gap["mean"] == pytest.approx((b - a).mean())
    assert gap["se"] == pytest.approx((b - a).std(ddof=1) / 20)
    assert (gap["low"], gap["high"]) == pytest.approx(
        (gap["mean"] - 1.96 * gap["se"], gap["mean"] + 1.96 * gap["se"]), rel=1e-3
    )
    assert gap["se"] < np.hypot(rows[0]["npv"]["se"], rows[1]["npv"]["se"])


def test_runs_and_files_keep_the_order_given(small_run, plans):
    things = [plans / "one.toml", small_run.out, plans / "both.toml"]
    rows = told(things, None, 50, 7)
    assert [row["plan"] for row in rows] == ["one", "small", "both", "do_nothing"]
    assert rows[0]["difference"] is None
    assert rows[1]["npv"] == rows[2]["npv"]
    assert rows[1]["title"] == "small: Recommended plan"


def test_a_run_compared_at_its_own_draws_shows_its_own_figures(small_run):
    rows = told([small_run.out], None, 2000, 7)
    assert rows[0]["npv"] == store.open_run(small_run.out).info["npv"]


def test_a_run_alone_brings_all_its_plans_under_its_own_reading(small_run):
    _, entries = comparison.of_things([small_run.out], None)
    again = {"recommended_other_reading", "recommended_other_calibration", "recommended_both_other"}
    known = [key for key in store.open_run(small_run.out).plans if key not in again]
    assert [entry[0] for entry in entries] == known
    assert known[0] == "recommended"
    assert "do_nothing" in known


def test_plans_of_one_name_are_called_by_their_path(small_folder, plans, tmp_path):
    again = shutil.copy(plans / "both.toml", tmp_path / "both.toml")
    rows = told([plans / "both.toml", tmp_path / "both.toml"], str(small_folder), 20, 7)
    assert [row["plan"] for row in rows] == [str(plans / "both.toml"), str(again), "do_nothing"]


def test_a_file_called_do_nothing_does_not_clash(small_folder, plans, tmp_path):
    shutil.copy(plans / "both.toml", tmp_path / "do_nothing.toml")
    rows = comparison.of_plans(str(small_folder), [tmp_path / "do_nothing.toml"], 20, 7, with_nothing=True)
    assert [row["plan"] for row in rows] == [str(tmp_path / "do_nothing.toml"), "do_nothing"]


def test_the_same_plan_twice_is_refused(small_folder, plans):
    with pytest.raises(InputError, match=r"E-EXISTS  compare: the same plan twice; found .*both\.toml"):
        comparison.of_things([plans / "both.toml"] * 2, str(small_folder))


def test_what_is_not_there_is_named_before_anything_else(plans):
    with pytest.raises(InputError, match=r"E-FILE  nope: no such run or plan; allowed a run's folder, a plan file"):
        comparison.of_things([plans / "both.toml", plans / "one.toml", store.Path("nope")], None)


def test_plan_files_alone_need_their_case(plans):
    with pytest.raises(
        InputError, match=r"E-MISSING  compare: plan files need their case; allowed --case CASE, or a run"
    ):
        comparison.of_things([plans / "both.toml"], None)


def test_runs_of_different_cases_are_refused(small_run):
    with pytest.raises(
        InputError, match=r"E-CASES  compare: .*found 2 versions of ecosystem, paper; allowed runs of one"
    ):
        comparison.of_things([small_run.out], "paper")


@pytest.mark.parametrize(
    ("scenarios", "seed", "said"), [(0, 7, "--scenarios"), (10_000_001, 7, "--scenarios"), (1, -1, "--seed")]
)
def test_draws_that_no_machine_can_make_are_refused(plans, small_folder, scenarios, seed, said):
    with pytest.raises(InputError, match=f"E-RANGE  {said}: outside what is possible"):
        compare.ask([plans / "both.toml"], str(small_folder), seed, compare.Terms(), asked(scenarios))
    with pytest.raises(InputError, match=f"E-RANGE  {said}: outside what is possible"):
        comparison.of_plans(str(small_folder), [plans / "both.toml"], scenarios, seed, with_nothing=True)
