"""Draft or approved: what every page says about a run, and what stands across it."""

from dataclasses import replace

import pytest

from model import store
from model.versions import Record
from reports.first_screen import first_screen
from reports.page import write_page
from reports.status import Status, status_of

MARK = '<div class="mark" aria-hidden="true">{}</div>'


@pytest.fixture(scope="module")
def run(kept, shipped, plan_of, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    return store.open_run(kept(folder, shipped("paper"), {"recommended": plan_of("paper")}, scenarios=1))


def frozen(run, word):
    date = "2026-06-02T08:00:00+00:00"
    record = Record("june", 1, word, "Li", date, "for the board", "runs/paper", "paper", run.hash)
    return replace(run, frozen=record)


def test_a_run_that_nobody_froze_is_a_draft_of_the_day_it_was_made(run):
    run = replace(run, created="2026-05-31T10:00:00+00:00")
    assert status_of(run) == Status("draft", "", "2026-05-31", "", "")
    line = first_screen(run)[-1]
    assert (line.key, line.says, line.notes[:2]) == (
        "status",
        "Draft",
        ("Made 2026-05-31", "Not yet approved by anybody"),
    )


def test_no_word_in_the_run_itself_approves_it(run):
    said = replace(run, info=run.info | {"status": "approved"})
    assert status_of(said).word == "draft"
    assert MARK.format("DRAFT") in write_page(said)


def test_a_frozen_run_says_who_and_when(run):
    status = status_of(frozen(run, "approved"))
    assert status == Status("approved", "Li", "2026-06-02", "for the board", "june")
    line = first_screen(frozen(run, "approved"))[-1]
    assert (line.says, line.notes) == ("Approved", ("june, by Li on 2026-06-02", "for the board"))


@pytest.mark.parametrize(
    ("word", "mark"), [("draft", "DRAFT"), ("submitted", "DRAFT"), ("approved", ""), ("superseded", "SUPERSEDED")]
)
def test_what_stands_across_a_page(run, word, mark):
    page = write_page(frozen(run, word))
    assert (status_of(frozen(run, word)).mark, status_of(frozen(run, word)).is_approved) == (mark, word == "approved")
    assert ('class="mark"' in page) == bool(mark)
    assert not mark or MARK.format(mark) in page
