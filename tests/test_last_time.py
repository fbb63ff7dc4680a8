"""The version that a paper is held against, and the slide of what changed since it."""

import re
import shutil
from dataclasses import replace

import pytest

from experiments.asking import freezing, last_time, memo
from experiments.asking.beside import answers_beside
from experiments.asking.last_time import held_against
from experiments.asking.reopen import open_finished
from experiments.running.door import nothing
from model import quoting, store
from model.errors import InputError
from model.quoting import WORDS, Quote
from reports import page
from reports.board import backup_slides
from reports.board.backup_slides import index_slide
from reports.board.since_slide import MOST, since, since_slide
from reports.cited import Shelf
from reports.first_screen import first_screen

DAYS = [f"2026-06-0{day}T08:00:00+00:00" for day in range(1, 8)]


@pytest.fixture(scope="module")
def made(tmp_path_factory, kept, shipped, plan_of):
    """Two runs of one case, the earlier one with a plan that does nothing."""
    base = tmp_path_factory.mktemp("runs")
    case = shipped("paper")
    kept(base / "old", case, {"recommended": nothing(case)}, scenarios=1)
    kept(base / "new", case, {"recommended": plan_of("paper")}, scenarios=1)
    return base


@pytest.fixture
def runs(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(page, "charts", lambda run: [])
    shutil.copytree(made, tmp_path / "runs")
    return tmp_path / "runs"


def freeze(name, run="old", status="submitted", day=0):
    return freezing.freeze(name, run, status, "Li", "", DAYS[day])


def later(name, status, day):
    return freezing.freeze("", name, status, "Li", "", DAYS[day])


def found(say=print):
    old = last_time.earlier(open_finished("new"), say)
    return old and old.path.name


def test_nothing_is_earlier_where_nobody_submitted(runs):
    assert found() is None
    freeze("drafted", status="draft")
    freeze("mine", "new", "approved")
    assert found() is None


def test_the_last_approved_comes_before_any_submitted(runs):
    freeze("one", status="approved", day=0)
    freeze("two", status="submitted", day=3)
    assert found() == "one"
    later("two", "approved", 4)
    assert found() == "two"


def test_the_last_submitted_where_none_is_approved(runs):
    freeze("two", day=2)
    freeze("one", day=1)
    assert found() == "two"


def test_one_that_was_superseded_counts_as_what_it_was(runs):
    freeze("one", status="approved", day=0)
    later("one", "superseded", 2)
    freeze("two", status="submitted", day=1)
    assert found() == "one"


def test_a_version_of_a_later_run_is_none_earlier(runs):
    freeze("one")
    run = open_finished("new")
    assert last_time.earlier(replace(run, created="2000-01-01T00:00:00+00:00"), print) is None
    assert last_time.earlier(replace(run, created=open_finished("one").created), print).path.name == "one"


def test_a_damaged_version_is_named_and_left_out(runs):
    freeze("one")
    (runs / "frozen" / "one" / store.INFO).write_text("{}")
    said = []
    assert found(said.append) is None
    assert [line for line in said if line.startswith("left out, for it is damaged: ") and "run.json" in line]


def standing(since="", run="new"):
    run = open_finished(run)
    return last_time.standing(run, answers_beside(run, ["changes"]), since, print)


def test_the_answer_is_stored_once_and_again_when_a_status_changes(runs):
    freeze("one")
    first, second = (standing()["changes"] for _ in range(2))
    assert first.path.resolve() == second.path.resolve()
    assert first.dataset.attrs["since_dataset"] == open_finished("old").hash
    later("one", "approved", 3)
    third = standing()["changes"]
    assert third.path.name != first.path.name
    assert third.dataset["status_word"].sel(run_side="old") == "approved"


def test_an_answer_since_another_run_is_not_taken(runs):
    assert standing("old")["changes"].dataset.attrs["since_dataset"] == open_finished("old").hash
    assert standing() == {}


def test_the_very_run_is_refused(runs):
    freeze("mine", "new")
    with pytest.raises(InputError, match=r"(?s)--since.*holds the very numbers of this run.*found mine"):
        standing("mine")
    with pytest.raises(InputError, match="no such run"):
        standing("nobody")


def words(rows):
    return [[str(cell) for cell in row] for row in rows]


def shelf_of(answer, language="en"):
    return Shelf(open_finished("new"), language, {"changes": answer.dataset}, {"changes": answer.hash})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_slide_tells_figures_and_changes_before_and_now(runs, language):
    """From a plan that does nothing: the average was nought, and the heads were nought in each phase."""
    freeze("one")
    shelf = shelf_of(standing()["changes"], language)
    spec = since_slide(shelf)
    new = shelf.number("npv", "mean", "money_plus", plan="recommended")
    title = str(spec.title)
    assert all(part in title for part in ("one", DAYS[0][:10], str(new)))
    assert title.startswith("Since one (submitted on " if language == "en" else "自one（提交于")
    rows = words(spec.table.rows)
    assert rows[0][2] == str(new)
    heads = next(row for row in rows if row[0] == "Planned heads by phase")
    assert set(heads[1]) <= set("0 →\u00a0")
    assert rows.index(heads) == 3


def test_one_sentence_tells_result_and_ask_before_and_now(runs):
    """A plan that does nothing earned nothing, lost in no future and asked for 1 M CNY by what its run told."""
    freeze("one")
    answer = standing()["changes"]
    data = answer.dataset.copy()
    data["asked"][:] = [1e6, 2.5e6]
    shelf = Shelf(open_finished("new"), "en", {"changes": data}, {"changes": answer.hash})
    heads = " → ".join("0" * len(shelf.case["phases"]))
    said = str(since(shelf)).replace("\u00a0", " ")
    assert said.startswith(f"Since one, submitted on {DAYS[0][:10]}: average result 0 M CNY → ")
    assert "chance of loss 0 % → " in said
    assert f"money asked 1.0 M CNY → 2.5 M CNY; heads {heads} before, " in said
    same = data.drop_dims("change")
    assert "heads" not in str(since(Shelf(open_finished("new"), "zh", {"changes": same}, {"changes": "ab"})))
    assert since(Shelf(open_finished("new"))) is None


def test_an_answer_without_the_money_asked_is_asked_again(runs, monkeypatch):
    freeze("one")
    first = standing()["changes"]
    assert first.dataset["asked"].isnull().all()
    run = open_finished("new")
    old = replace(first, dataset=first.dataset.drop_vars("asked"))
    again = last_time.standing(run, {"changes": old}, "", print)["changes"]
    assert "asked" in again.dataset


def test_an_answer_that_told_a_change_of_the_plan_in_one_line_is_asked_again(runs):
    freeze("one")
    first = standing()["changes"]
    run, data = open_finished("new"), first.dataset
    one_line = data.assign(change_kind=("change", ["plan"] * data.sizes["change"]))
    olds = data["change_old"].values.tolist()
    for known, again in ((olds, False), (["", *olds[1:]], True)):
        told = replace(first, dataset=one_line.assign(change_old=("change", known)))
        found = last_time.standing(run, {"changes": told}, "", print)["changes"]
        assert (found is not told) == again


def test_a_memo_names_the_versions_it_could_be_held_against(runs):
    first = "no earlier version was approved or submitted before this run"
    assert memo._no_version(open_finished("new")) == first
    freeze("drafted", status="draft")
    freeze("other", status="draft")
    assert memo._no_version(open_finished("new")) == f"{first}; --since takes one of: drafted, other"


def test_many_changes_are_cut_and_counted(runs):
    freeze("one")
    answer = standing()["changes"]
    kinds = answer.dataset["change_kind"].values
    many = answer.dataset.isel(change=[0] * (MOST + 3)).assign_coords(change=range(MOST + 3))
    many = many.assign(change_count=MOST + 3)
    shelf = Shelf(open_finished("new"), "en", {"changes": many}, {"changes": answer.hash})
    spec = since_slide(shelf)
    assert kinds[0] == "heads"
    assert len(spec.table.rows) == 3 + MOST
    assert str(spec.body[0]).startswith("Changes in all: 11; above stand")
    few = Shelf(open_finished("new"), "en", {"changes": answer.dataset}, {"changes": answer.hash})
    assert len(since_slide(few).table.rows) == 3 + sum(kind != "decision" for kind in kinds)


def test_nothing_changed_but_the_draws_is_told_so(runs):
    freeze("one")
    data = standing()["changes"].dataset
    bare = data.drop_dims("change").assign(change_count=0)
    spec = since_slide(Shelf(open_finished("new"), "en", {"changes": bare}, {"changes": "ab"}))
    assert str(spec.body[0]) == "Plan, assumptions and contracts are the same."
    assert len(spec.table.rows) == 3


def test_a_page_says_which_version_it_is_held_against(runs):
    new = open_finished("new")
    assert held_against(new, print) == ""
    freeze("one")
    said = held_against(new, print)
    assert re.fullmatch(r"Held against one, submitted \d{4}-\d\d-\d\d: headcast changes one new", said)
    status = next(line for line in first_screen(new, said) if line.key == "status")
    assert status.notes[-1] == said


def test_the_index_says_that_it_is_the_first_version_only_where_it_is(runs, monkeypatch):
    monkeypatch.setattr(backup_slides, "drawn", lambda shelf: "")
    first = "This is the first version: nothing earlier was submitted or approved"
    assert first in [str(line) for line in index_slide(Shelf(open_finished("new")), []).body]
    freeze("one")
    said = [str(line) for line in index_slide(shelf_of(standing()["changes"]), []).body]
    assert first not in said
    assert "How much each change moved the result" in said[-1]


def test_words_are_quoted_like_numbers(runs):
    freeze("one")
    data = standing()["changes"].dataset
    assert quoting.quoted(data, Quote("", "", "run_name", WORDS, {"run_side": "old"})) == "one"
    with pytest.raises(InputError, match="leaves coordinates open"):
        quoting.quoted(data, Quote("", "", "run_name", WORDS))
    with pytest.raises(InputError, match="no such variable"):
        quoting.quoted(data, Quote("", "", "run_nam", WORDS, {"run_side": "old"}))
