"""The scripts of the experiments: their form, their place in registry and docs, and what is refused."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from experiments.asking import experiment, registry
from experiments.asking.answers import Asked
from experiments.asking.study import Study
from model.errors import InputError

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", registry.SCRIPTS)
def test_a_script_is_short_and_says_what_it_is_for(name):
    text = (registry.folder() / f"{name}.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    assert [line[: len(head)] for line, head in zip(text.splitlines(), registry.HEADS, strict=False)] == list(
        registry.HEADS
    )
    assert text.count("# %%") >= 2
    assert text.endswith('if __name__ == "__main__":\n    main(__file__)\n')


def test_every_script_is_in_the_registry():
    assert {path.stem for path in registry.folder().glob("*.py")} - {"__init__"} == set(registry.SCRIPTS)


def test_an_unknown_experiment_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"no such experiment; found mature_head; .*mature_heads"):
        registry.script("mature_head")


def test_the_list_in_the_docs_is_the_registry():
    rows = re.findall(r"^\| (.*?) \| (.*?) \| (.*?) \| \[`headcast experiment (\w+)`\]\((.*?)\) \|$", doc(), flags=re.M)
    assert [row[:4] for row in rows] == [(s.question, s.decision, s.decides, s.name) for s in registry.scripts()]
    for *_, name, link in rows:
        assert (ROOT / "docs" / link).resolve() == registry.folder() / f"{name}.py"


def doc():
    return (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")


def test_what_cannot_be_asked_of_a_case_is_told_and_the_others_are_run(monkeypatch, tmp_path):
    asked = Asked(8, tmp_path, False, lambda _: None)
    (refused,) = experiment.ask_all("", asked, 5e5, print, ["no_such_script"])
    assert "no such experiment" in str(refused)


def test_a_case_without_what_is_asked_about_is_refused():
    study = Study("mature_heads", SimpleNamespace(), 8, print)
    with pytest.raises(InputError, match="the case has nothing that experiment mature_heads could ask about"):
        study.asks_for({}, "gates", "add a gate")


def test_a_missing_run_says_how_to_make_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"no such run.*make it with: headcast run ecosystem"):
        experiment.ask("mature_heads", "ecosystem", Asked(8, tmp_path, False, lambda _: None))


def test_what_does_not_matter_must_be_money(tmp_path):
    with pytest.raises(InputError, match="must be money above 0"):
        experiment.ask("mature_heads", "", Asked(8, tmp_path, False, lambda _: None), 0.0)
