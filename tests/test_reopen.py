"""A run opened again: the same plan, worth the same on the same draws; what is missing or changed is named."""

import pytest

from experiments.asking import reopen as again
from experiments.running.run_info import RECOMMENDED
from model import store
from model.errors import DamagedError, InputError


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def opened(small_run):
    return again.reopen(str(small_run.out), silent)


def test_the_stored_plan_is_worth_what_the_run_told(opened):
    told = next(path["npv"] for path in opened.run.info["mode_paths"] if path["chosen"])
    assert opened.npv == pytest.approx(told, abs=0.001)
    assert not opened.exact.broken(opened.tables.total(opened.choice))
    assert opened.choice.plan(opened.case, opened.plan.name, opened.plan.title) == opened.plan


def test_neighbours_of_the_plan_are_priced(opened):
    for line, option in opened.choice.lines:
        assert option in opened.tables.options[line]
        assert len(opened.tables.options[line]) > 2


def test_a_case_name_means_its_run(small_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").symlink_to(small_run.out.parent)
    assert again.open_finished(small_run.out.name).hash == store.open_run(small_run.out).hash


def test_a_run_that_is_missing_says_how_to_make_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"no such run[\s\S]*headcast run ecosystem"):
        again.open_finished("ecosystem")
    with pytest.raises(InputError, match=r"no such run[\s\S]*headcast run CASE"):
        again.open_finished("nowhere")


def test_a_run_told_otherwise_is_refused(small_run, monkeypatch):
    run = store.open_run(small_run.out)
    for path in run.info["mode_paths"]:
        path["npv"] += 1.0
    monkeypatch.setattr(store, "open_run", lambda folder: run)
    with pytest.raises(DamagedError, match="priced again, the plan is not worth what the run told"):
        again.reopen(str(small_run.out), silent)


def test_the_recommended_plan_is_asked_about(opened):
    assert opened.plan == opened.run.plans[RECOMMENDED]
    assert (opened.seed, opened.draws) == (7, 16)


def test_a_plan_with_gates_or_ends_is_asked_about_without_them(opened):
    plan, choice = opened.plan, opened.choice
    assert again.bare(opened.case, plan, choice) is plan
    stops = plan.model_copy(update={"policies": plan.policies.model_copy(update={"stop_after": 6})})
    found = again.bare(opened.case, stops, choice)
    assert found.policies == plan.policies
    assert found.title == "Recommended plan, without its gates, ends and moves"
