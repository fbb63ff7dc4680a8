"""The bridge from a run to its review: futures, then actuals; the steps add up to the review's own figure."""

import csv

import numpy as np
import pytest

from experiments.asking import bridge, review
from experiments.asking.answers import Asked
from model.errors import InputError
from model.store import open_run
from reports.bridge_views import sentences


def asked(out):
    return Asked(600, out, False, lambda text: None)


@pytest.fixture(scope="module")
def told(small_run, tmp_path_factory):
    """A review of eight months in which every line earned half of what was planned."""
    folder = tmp_path_factory.mktemp("reviewed")
    review.template(str(small_run.out), 8, folder / "empty.csv")
    with (folder / "empty.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    half = [[*row[:5], float(row[4]) / 2 if row[1].startswith(("volume", "revenue")) else row[4]] for row in rows]
    with (folder / "half.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *half])
    return review.ask(str(small_run.out), folder / "half.csv", asked(folder / "review"))


@pytest.fixture(scope="module")
def found(small_run, told, tmp_path_factory):
    return bridge.ask(str(small_run.out), str(told.path), "recommended", asked(tmp_path_factory.mktemp("b") / "bridge"))


def test_the_steps_add_up_from_the_runs_figure_to_the_reviews(small_run, told, found):
    run = open_run(small_run.out)
    old = np.asarray(run.dataset["npv"].sel(plan="recommended")).mean()
    data = found.dataset.sel(figure="mean")
    assert float(data["headline"].sel(run_side="old")) == pytest.approx(old, rel=1e-12)
    assert float(data["headline"].sel(run_side="new")) == float(told.dataset["result_now"])
    assert float(data["share"].sum()) == pytest.approx(float(told.dataset["result_now"]) - old, abs=1e-6)
    assert float(data["share"].sel(step="actuals")) < 0


def test_the_step_is_told_and_no_bad_case(found):
    said = sentences(found.dataset)
    assert any(line.startswith("What 8 months brought, and what they say of the others: −") for line in said)
    assert not any("1-in-20" in line or "version" in line for line in said)


def test_a_review_of_another_run_is_refused(small_run, told, tmp_path, headcast, small_folder):
    made = headcast(
        "run", small_folder, "--out", tmp_path / "b", "--scenarios", 64, "--table-scenarios", 16, "--seed", 8
    )
    assert made.returncode == 0, made.stderr
    with pytest.raises(InputError, match=r"(?s)reviews another run.*found a review of small.*bridge from the old run"):
        bridge.ask(str(tmp_path / "b"), str(told.path), "recommended", asked(tmp_path / "bridge"))


def test_only_the_recommended_plan_is_reviewed(small_run, told, tmp_path):
    with pytest.raises(InputError, match=r"(?s)was not reviewed.*found do_nothing.*recommended"):
        bridge.ask(str(small_run.out), str(told.path), "do_nothing", asked(tmp_path / "bridge"))
