"""Answers beside a run: those asked of this very run, the newest first, none of another run."""

import json
from types import SimpleNamespace

import pytest

from experiments.asking import beside
from experiments.asking.library import Library


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """folders(name, question, run hash, time) puts a stored answer beside the run that is returned last."""
    stored = {}

    def put(name, question, asked_of, created):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "answer.json").write_text(json.dumps({"question": question}))
        data = SimpleNamespace(attrs={"run_dataset": asked_of} if asked_of else {})
        stored[folder] = SimpleNamespace(path=folder, dataset=data, created=created)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(beside, "open_answer", stored.__getitem__)
    return put


def found(tmp_path, *questions):
    run = SimpleNamespace(path=tmp_path / "eco", hash="ab12", case=SimpleNamespace(id="eco"))
    return {key: answer.path.name for key, answer in beside.answers_beside(run, questions).items()}


def test_the_newest_answer_to_this_run_is_taken(folders, tmp_path):
    folders("eco-sensitivity", "sensitivity", "ab12", "2026-01-01")
    folders("eco-sensitivity-2", "sensitivity", "ab12", "2026-01-02")
    folders("eco-sensitivity-3", "sensitivity", "cd34", "2026-01-03")
    folders("eco-assumptions", "assumptions", "", "2026-01-04")
    folders("eco-tradeoff", "tradeoff", "ab12", "2026-01-05")
    folders("other-sensitivity", "sensitivity", "ab12", "2026-01-06")
    assert found(tmp_path, "sensitivity", "assumptions") == {"sensitivity": "eco-sensitivity-2"}
    assert found(tmp_path) == {}


def test_a_frozen_version_holds_its_own_answers(folders, tmp_path):
    folders("eco/answers/eco-sensitivity", "sensitivity", "ab12", "2026-01-02")
    folders("eco/answers/eco-old", "sensitivity", "ab12", "2026-01-01")
    folders("eco/answers/eco-tradeoff", "tradeoff", "cd34", "2026-01-03")
    assert found(tmp_path, "sensitivity", "tradeoff") == {"sensitivity": "eco-sensitivity"}


def test_no_answer_is_no_error(tmp_path):
    assert found(tmp_path / "nowhere", "sensitivity") == {}


def experiments(tmp_path, *names):
    run = SimpleNamespace(path=tmp_path / "place" / "eco", hash="ab12", case=SimpleNamespace(id="eco"))
    return {name: answer.path.parent.parent.name for name, answer in beside.experiments_beside(run, names).items()}


def test_experiments_of_this_very_run_from_their_usual_folder_or_beside_it(folders, tmp_path):
    folders("runs/eco-experiments/words", "experiment", "ab12", "2026-01-02")
    folders("runs/eco-experiments/trial", "experiment", "cd34", "2026-01-02")
    folders("place/eco-experiments/facts", "experiment", "ab12", "2026-01-02")
    folders("runs/other-experiments/more", "experiment", "ab12", "2026-01-02")
    assert experiments(tmp_path, "words", "trial", "facts", "more") == {"words": "runs", "facts": "place"}
    assert experiments(tmp_path) == {}


def test_a_document_finds_the_experiments_it_quotes(tmp_path):
    """The library looks into the folders of experiments in each place, one level deeper, and into no other folder."""
    for name in ("runs/eco-experiments/words", "runs/eco/deeper"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "dataset.nc").write_text("")
    known = Library("ab12", tmp_path / "nowhere", tmp_path / "runs")._folders()
    assert [folder.relative_to(tmp_path).as_posix() for folder in known] == ["runs/eco-experiments/words"]
