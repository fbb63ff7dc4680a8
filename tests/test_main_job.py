"""The main job on small cases: keys, repeatability, doing nothing, given plans, and that nothing is half written."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.running import main_job
from experiments.running.run_info import Request, finite
from model import store
from model.errors import InputError, ProofError
from model.summary import full_roi, horizon
from reports.page import write_page

FIRST_SCREEN = (
    "decision npv p_loss peak_cash flip_assumption sanity calibration salary_reading roi status gain_over_do_nothing"
)
OTHERS = (
    "plan comparison budget readings certificate gap_ledger solver in_the_money dataset dataset_sha256 page "
    "plan_file seconds seed"
)
PAPER = Path(__file__).resolve().parent.parent / "data/cases/paper/plans/plan.toml"


@pytest.fixture(scope="module")
def stored(small_run):
    return store.open_run(small_run.out)


@pytest.fixture
def job(tmp_path):
    """job(case, …) runs the main job quietly; job.out is its folder, job.said what it told on the way."""

    def work(case, **more):
        request = Request(str(case), work.out, **({"scenarios": 40, "table_scenarios": 4, "certified": 2} | more))
        return main_job.run(request, work.said.append)

    work.out, work.said = tmp_path / "run", []
    return work


@pytest.fixture
def given(small_run):
    """Words for a run of the small case with a given plan, which chooses nothing and takes a moment."""
    return {"plan": small_run.out / "PLAN.toml"}


def test_a_run_tells_the_first_screen_and_how_it_was_computed(stored):
    info = stored.info
    assert set((FIRST_SCREEN + " " + OTHERS).split()) <= set(info)
    assert set(info["roi"]) >= {"kind", "mean", "p05", "p50", "p95", "cvar05"}
    assert set(info["readings"]) == {"package", "base"}
    assert set(info["npv"]) >= {"mean", "se", "p05", "p50", "p95"}
    assert (info["status"], info["calibration"], info["salary_reading"]) == ("draft", "success_story", "package")
    assert (info["seed"], info["scenarios"], info["table_scenarios"]) == (7, 2000, 16)
    assert info["seconds"] > 0


def test_the_chosen_plan_is_proved(stored):
    info = stored.info
    assert info["certificate"]["max_abs_cny"] < 0.001
    assert info["certificate"]["plans"] > 200
    assert info["solver"]["status"] == "optimal"
    assert 0 <= info["solver"]["gap"] < 0.01
    ledger = info["gap_ledger"]
    assert ledger["total_share"] == pytest.approx(sum(abs(row["cny"]) for row in ledger["rows"]) / ledger["turnover"])
    assert [row["chosen"] for row in info["mode_paths"]] == [True]
    assert info["binding"]
    assert not any("(R" in rule for rule in info["binding"]), "rules are told in words"


def test_the_draws_left_out_by_the_promise_are_told(stored):
    drawn = stored.info["gap_ledger"]["rows"][-1]
    promise = stored.info["mode_paths"][0]["npv"]
    assert drawn["cny"] == pytest.approx(promise - stored.info["npv"]["mean"])


def test_files_are_where_the_run_says(stored):
    for key in ("dataset", "page", "plan_file"):
        assert Path(stored.info[key]).is_file()
    assert stored.info["dataset_sha256"] == stored.hash
    assert (stored.path / "plans" / "do_nothing.toml").is_file()


def test_the_page_written_with_the_run_is_the_one_that_report_writes(stored):
    assert (stored.path / "page.html").read_text(encoding="utf-8") == write_page(stored)


def test_the_same_seed_chooses_and_draws_the_same(small_folder, stored, job):
    again = job(small_folder, scenarios=2000, table_scenarios=16)
    assert again["dataset_sha256"] == stored.hash
    assert again["decision"] == stored.info["decision"]
    assert again["flip_assumption"] == stored.info["flip_assumption"]


def test_another_seed_draws_others(small_folder, job, given, tmp_path):
    hashes = []
    for seed in (7, 7, 8):
        job.out = tmp_path / f"run{len(hashes)}"
        hashes.append(job(small_folder, seed=seed, **given)["dataset_sha256"])
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_given_plan_is_priced_without_choosing(small_folder, job, given, monkeypatch):
    monkeypatch.setattr(main_job, "choose", lambda *words: pytest.fail("nothing was to be chosen"))
    info = job(small_folder, **given)
    assert not {"solver", "certificate", "gap_ledger"} & set(info)
    assert info["plan"]["heads"] == store.open_run(job.out).info["plan"]["heads"]


def test_the_paper_case_gives_its_paper_figures(job):
    info = job("paper", plan=PAPER, scenarios=20_000)
    assert info["scenarios"] == 1  # without chance one scenario says all
    assert info["gain_over_do_nothing"]["mean"] == pytest.approx(30.049275e6, abs=1)
    assert info["readings"]["package"]["npv_mean"] == pytest.approx(30.049275e6, abs=1)
    assert info["readings"]["base"]["npv_mean"] == pytest.approx(-2.539125e6, abs=1)
    assert info["roi"]["p50"] == pytest.approx(0.33, abs=0.005)
    assert info["p_loss"] == {"value": 0.0, "se": 0.0}
    assert info["plan"]["heads"] == [10, 20, 30]
    assert "expected gain +30.0 M CNY, without chance" in info["decision"]
    assert "−2.5 instead of +30.0 M CNY: that word alone turns" in info["flip_assumption"]["sentence"]


def test_one_scenario_of_a_case_with_chance_is_told_as_far_as_it_goes(small_folder, job, given):
    info = job(small_folder, scenarios=1, **given)
    assert (info["npv"]["mean"], info["npv"]["p05"]) == (None, None)
    assert info["gain_over_do_nothing"]["mean"] is not None


def test_doing_nothing_is_recommended_when_every_plan_loses(small_folder, job, tmp_path):
    poor = Path(shutil.copytree(small_folder, tmp_path / "poor"))
    text = (poor / "case.toml").read_text(encoding="utf-8")
    less = text.replace("demand = { value = 1,", "demand = { value = 0.1,").replace(
        "guess = [0.5, 1.3]", "guess = [0.05, 0.2]"
    )
    (poor / "case.toml").write_text(less, encoding="utf-8")
    info = job(poor)
    assert info["decision"].startswith("Do nothing:")
    assert info["plan"]["heads"] == [0, 0, 0]
    assert info["gain_over_do_nothing"]["mean"] == 0
    assert info["flip_assumption"]["sentence"].startswith("Doing nothing earns zero")
    assert [light["light"] for light in info["sanity"]] == ["green"]
    assert info["binding"] == []
    assert info["gap_ledger"]["rows"][-1]["cny"] == 0
    assert (job.out / "page.html").is_file()


@pytest.mark.parametrize(
    "name",
    [
        "recommended",
        "recommended_other_reading",
        "recommended_other_calibration",
        "recommended_both_other",
        "do_nothing",
    ],
)
def test_names_that_the_run_uses_itself_are_refused_before_computing(small_folder, small_run, job, tmp_path, name):
    folder = Path(shutil.copytree(small_folder, tmp_path / "named"))
    (folder / "plans").mkdir(exist_ok=True)
    shutil.copy(small_run.out / "PLAN.toml", folder / "plans" / f"{name}.toml")
    with pytest.raises(InputError, match=rf"E-EXISTS  plans/{name}\.toml: the run calls a plan of its own so"):
        job(folder)
    assert not job.said
    assert not job.out.exists()


def test_the_cases_own_plans_stand_in_the_comparison(small_folder, small_run, job, tmp_path):
    folder = Path(shutil.copytree(small_folder, tmp_path / "named"))
    (folder / "plans").mkdir(exist_ok=True)
    text = (small_run.out / "PLAN.toml").read_text(encoding="utf-8")
    (folder / "plans" / "mine.toml").write_text(text.replace("Recommended plan", "Mine"), encoding="utf-8")
    info = job(folder, plan=small_run.out / "PLAN.toml")
    assert [row["plan"] for row in info["comparison"]] == [
        "recommended",
        "mine",
        "do_nothing",
        "recommended_other_calibration",
        "recommended_other_reading",
        "recommended_both_other",
    ]


def test_a_question_about_a_plan_that_is_the_recommended_one_is_answered(small_folder, small_run, job, tmp_path):
    folder = Path(shutil.copytree(small_folder, tmp_path / "named"))
    (folder / "plans").mkdir(exist_ok=True)
    shutil.copy(small_run.out / "PLAN.toml", folder / "plans" / "mine.toml")
    asked = '\n[break_even.raises]\ntitle = "Raises"\nvary = "staffing.annual_raise"\nvary_for = "both"\n'
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write(asked + 'plan = "mine"\nagainst = "do_nothing"\n')
    info = job(folder, plan=small_run.out / "PLAN.toml")
    assert "mine" not in [row["plan"] for row in info["comparison"]]
    assert [row["title"] for row in info["break_even"] if row["title"] == "Raises"] == ["Raises"]


@pytest.mark.parametrize(
    ("what", "value"),
    [("scenarios", 0), ("scenarios", 10_000_001), ("table_scenarios", 4097), ("seed", -1), ("seed", 2**63 + 1)],
)
def test_numbers_that_are_not_possible_are_refused_at_once(job, what, value):
    with pytest.raises(
        InputError, match=f"E-RANGE  --{what.replace('_', '-')}: outside what is possible; found {value};"
    ):
        job("ecosystem", **{what: value})
    assert not job.said


def test_a_proof_that_fails_ends_the_run_and_writes_nothing(small_folder, job, monkeypatch):
    real = main_job.certify
    monkeypatch.setattr(main_job, "certify", lambda *words: replace(real(*words), max_abs_cny=0.5))
    with pytest.raises(ProofError, match=r"E-CERTIFICATE  cross-check: plan and simulation differ"):
        job(small_folder)
    assert not job.out.exists()


def test_a_place_that_is_taken_is_refused_before_computing(small_folder, small_run, job):
    job.out = small_run.out
    with pytest.raises(InputError, match=r"E-EXISTS  .*already holds a run"):
        job(small_folder)
    assert not job.said


def test_a_run_may_replace_another(small_folder, job, given):
    first = job(small_folder, **given)["dataset_sha256"]
    second = job(small_folder, seed=9, replace=True, **given)["dataset_sha256"]
    assert first != second == store.open_run(job.out).hash


def test_a_page_that_cannot_be_drawn_leaves_no_run(small_folder, job, given, monkeypatch):
    def fail(run):
        raise ValueError("no chart")

    monkeypatch.setattr(main_job, "write_page", fail)
    with pytest.raises(ValueError, match="no chart"):
        job(small_folder, **given)
    assert not job.out.exists()


def test_progress_never_passes_the_end(small_folder, given, tmp_path, monkeypatch):
    seen = []
    real = main_job.outcomes_in_turn
    monkeypatch.setattr(main_job, "outcomes_in_turn", lambda *words, **more: real(*words, most_bytes=1.0, **more))
    request = Request(str(small_folder), tmp_path / "run", scenarios=30, **given)
    main_job.run(request, lambda text: None, lambda done, wanted: seen.append((done, wanted)))
    assert seen == [(30, 30)] * 5  # five plans, one after the other


def test_the_distribution_is_that_of_the_dataset(stored):
    years = stored.dataset["ledger"].sel(plan="recommended").transpose("row", "year", "scenario").to_numpy()
    assert stored.info["roi"]["mean"] == pytest.approx(float(full_roi(horizon(years)).mean()))


def test_what_is_not_finite_is_null_in_json():
    assert finite({"a": float("nan"), 1: [float("inf"), (2.5, "x")]}) == {"a": None, "1": [None, [2.5, "x"]]}
