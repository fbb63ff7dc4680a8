"""Stored answers: complete or absent, told from their dataset alone, the same bytes each time, damage named."""

import json
import re

import numpy as np
import pytest
import xarray as xr

from experiments.asking import answers
from experiments.asking.valued import compared, labels, values
from experiments.console import answer_lines
from model.errors import DamagedError, InputError
from reports.answer import Sheet, View
from reports.drawing import Chart, Column, blank, inline_svg
from reports.views import VIEWS
from reports.words import money

DRAWS = 24


def sentences(data):
    return [
        f"Plan {name} brings {money(float(mean))} M CNY."
        for name, mean in zip(data.plan.values, data.npv_mean, strict=True)
    ]


def sheets(data):
    columns = (Column("Plan", "text"), Column("average", "money"), Column("error", "error"))
    rows = tuple(zip(map(str, data.plan.values), data.npv_mean.values, data.npv_se.values, strict=True))
    return [Sheet("Plans", columns, rows)]


def charts(data):
    figure, axes = blank(2.0)
    axes.bar(range(data.sizes["plan"]), data.npv_mean.values / 1e6)
    svg = inline_svg(figure, "plans", "Plans", "Average result by plan.")
    return [Chart("plans", "Plans", "Average result by plan.", svg, sheets(data)[0].columns, sheets(data)[0].rows)]


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    monkeypatch.setitem(VIEWS, "toy", View("toy", "Which plan?", sentences, sheets, charts))


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("mvp_team")


@pytest.fixture(scope="module")
def plans(case, plan_of):
    plan = plan_of("mvp_team")
    return {"plan": plan, "again": plan.model_copy(update={"title": "The same again"})}


@pytest.fixture(scope="module")
def dataset(case, plans):
    npv = values(case, plans, 7, DRAWS)
    told = answers.attributes(case, "toy", {"--within": 0.02}, 7, DRAWS, 16)
    return xr.Dataset(compared(case, plans, npv), labels(case, plans, DRAWS), told)


@pytest.fixture
def kept(tmp_path, dataset, case, plans):
    return answers.keep(tmp_path / "toy", dataset, case, plans=plans)


def test_an_answer_comes_back_as_it_was_stored(kept, dataset, case):
    assert kept.case == case
    xr.testing.assert_identical(kept.dataset.drop_attrs(), dataset.drop_attrs())
    assert {key: kept.dataset.attrs[key] for key in dataset.attrs} == dataset.attrs
    assert sorted(path.name for path in kept.path.iterdir()) == [
        "MANIFEST.json", "answer.json", "answer.txt", "case.json", "dataset.nc", "figures", "page.html", "plans"
    ]  # fmt: skip


def test_the_same_dataset_gives_the_same_bytes(kept):
    before = {path: path.read_bytes() for path in kept.path.rglob("*") if path.is_file()}
    answers.rewrite(kept.path)
    assert {path: path.read_bytes() for path in before} == before


def test_what_is_told_follows_the_dataset(kept, dataset):
    richer = dataset.assign(npv_mean=dataset["npv_mean"] + 5e6)
    assert answers.told_files(richer)["answer.txt"] != answers.told_files(dataset)["answer.txt"]
    assert answers.told_files(richer)["page.html"] != answers.told_files(dataset)["page.html"]
    shown = answers.told_files(richer)["page.html"]
    assert f"Plan plan brings {money(float(dataset['npv_mean'][0]) + 5e6)} M CNY." in shown


@pytest.mark.parametrize(
    ("status", "mark", "says"),
    [
        ("approved", "", "Approved: asked of the run eco, approved of 2026-11-20"),
        ("submitted", "DRAFT", "Submitted: asked of the run eco, submitted of 2026-11-20"),
        ("superseded", "SUPERSEDED", "Superseded: asked of the run eco, superseded of 2026-11-20"),
        ("", "DRAFT", "Draft: asked of the case, of no run"),
    ],
)
def test_a_page_says_how_far_its_run_was_approved(dataset, status, mark, says):
    attributes = {"run": "eco", "status": status, "status_date": "2026-11-20"} if status else {}
    bare = {key: value for key, value in dataset.attrs.items() if key not in ("run", "status", "status_date")}
    shown = answers.told_files(dataset.drop_attrs(deep=False).assign_attrs(bare | attributes))["page.html"]
    assert says in shown
    assert re.findall(r'<div class="mark" aria-hidden="true">(\w+)</div>', shown) == ([mark] if mark else [])


def test_equal_plans_differ_by_nothing(dataset):
    assert dataset["gain"].values.tolist() == [0.0, 0.0]
    assert dataset["gain_se"].values.tolist() == [0.0, 0.0]


def test_means_errors_and_losses_by_hand(case, plans):
    npv = np.array([[1.0, 3.0], [2.0, -6.0]])
    found = compared(case, plans, npv)
    assert found["npv_mean"][1].tolist() == [2.0, -2.0]
    assert found["npv_se"][1].tolist() == pytest.approx([1.0, 4.0])  # sd √2 and √32 over √2
    assert found["gain"][1].tolist() == [0.0, -4.0]
    assert found["gain_se"][1].tolist() == pytest.approx([0.0, 5.0])  # differences 1 and −9: sd √50 over √2
    assert found["p_loss"][1].tolist() == [0.0, 0.5]


def test_json_and_words_tell_the_same(kept, capsys):
    answer_lines.tell(kept, as_json=True)
    told = json.loads(capsys.readouterr().out)
    answer_lines.tell(kept, as_json=False)
    words = capsys.readouterr().out
    assert told["sentences"] == sentences(kept.dataset)
    assert told["tables"][0]["rows"][0]["average"] == float(kept.dataset["npv_mean"][0])
    assert "".join(told["sentences"][0].split()) in "".join(words.split())
    assert (told["attributes"]["seed"], told["attributes"]["pricing_draws"]) == (7, 16)


def test_a_changed_file_is_named(kept):
    (kept.path / "answer.txt").write_text("Plan plan brings 99 M CNY.\n", encoding="utf-8")
    with pytest.raises(DamagedError, match=r"answer\.txt"):
        answers.open_answer(kept.path)


def test_an_answer_is_not_replaced_unasked(kept, dataset, case):
    with pytest.raises(InputError, match="already holds a run"):
        answers.place(case, "toy", kept.path, False)
    assert answers.place(case, "toy", kept.path, True) == kept.path
    assert answers.keep(kept.path, dataset, case, replace=True).hash == kept.hash


def test_a_run_is_no_answer(tmp_path, kept):
    (kept.path / "answer.json").unlink()
    other = answers.folders.write_folder(tmp_path / "other", {"x.txt": "x"})
    assert other is None
    with pytest.raises(InputError, match="holds no answer to a question"):
        answers.open_answer(tmp_path / "other")


def test_the_usual_place_is_named_after_case_and_question(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(answers.place(case, "toy", None, False)) == "runs/mvp_team-toy"


def test_nothing_runs_on_the_page_of_an_answer(dataset, browsed):
    ran = "document.documentElement.dataset.ran=1"
    bad = f"<script>{ran}</script><img src=x onerror={ran}>"
    hostile = dataset.assign_attrs(title=bad, banner=bad, versions=bad).assign_coords(plan=[bad, bad[::-1]])
    made = answers.told_files(hostile)["page.html"]
    without = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", made)
    assert len(without) < len(made)
    assert "data-ran" not in browsed(without)
