"""Tracing a document: confirmed, edited, moved, gone, from elsewhere, and where the datasets are found."""

import json
import shutil
from types import SimpleNamespace

import docx
import openpyxl
import pytest

from experiments.asking import freezing, trace
from experiments.asking.workbook import ask as write_book
from experiments.console import document_answers
from model import results, store
from model.errors import DamagedError, InputError
from model.simulate import VERDICT, simulate
from reports import memo_places, page, registers
from reports.cited import Register, Shelf, says

JUNE = "2027-06-01T00:00:00+00:00"
INFO = {
    "plan": {"heads": [10], "phases": [{"first_month": 1}]},
    "budget": [],
    "budget_total": 0.0,
    "comparison": [{"plan": "recommended", "title": "Plan"}],
    "seed": 7,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory, shipped, plan_of):
    return stored(tmp_path_factory.mktemp("runs") / "paper", shipped("paper"), plan_of("paper"))


def stored(folder, case, plan):
    entries = [("recommended", plan.title, case, plan)]
    dataset = results.build(case, entries, simulate([case], [plan], 7, VERDICT, 1), seed=7, scenarios=1, stage=VERDICT)
    store.write_run(folder, dataset, store.run_files(case, entries, dataset, INFO), replace=True)
    return folder


@pytest.fixture
def place(tmp_path, monkeypatch, run):
    """An empty place with the run runs/paper, and a memo and a workbook of it in another folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(run, tmp_path / "runs" / "paper")
    (tmp_path / "sent").mkdir()
    memo = tmp_path / "sent" / "memo.docx"
    write_memo(store.open_run(tmp_path / "runs" / "paper"), memo)
    return SimpleNamespace(run=tmp_path / "runs" / "paper", memo=memo, home=tmp_path)


def write_memo(run, path):
    shelf = Shelf(run)
    made, register = docx.Document(), Register(shelf, "memo")
    gain = shelf.number("result", "mean", "money_plus", plan="recommended")
    told = (says("It earns {gain}.", gain=gain), shelf.assumed("/clock/start"), "Page 7")
    for number, text in enumerate(told, 1):
        paragraph = made.add_paragraph()
        paragraph.add_run(register.says(memo_places.mark(paragraph, number), text))
    registers.into_memo(made, register.as_json())
    made.save(path)


def edited(path, old, new):
    made = docx.Document(path)
    for paragraph in made.paragraphs:
        for each in paragraph.runs:
            each.text = each.text.replace(old, new)
    made.save(path)


def told(found):
    return [
        (one.place, one.state, one.shows, one.wrote, one.stored) for one in found.numbers if one.state != "confirmed"
    ]


def test_a_memo_far_from_its_run_is_confirmed(place):
    """Five years on paper: 30,049,275 CNY."""
    found = trace.ask(place.memo, None)
    assert (found.confirmed, len(found.numbers), found.unsourced, found.moved) == (True, 2, [], [])
    assert [one.shows for one in found.numbers] == ["+30.0 M CNY", "2027-01"]
    assert list(found.datasets.values()) == [str(place.run)]


def test_an_edited_digit_is_named(place):
    edited(place.memo, "+30.0", "+33.0")
    found = trace.ask(place.memo, None)
    assert told(found) == [("_hc0001", "edited", "+33.0 M CNY", "+30.0 M CNY", "+30.0 M CNY")]
    assert not found.confirmed


def test_a_run_made_anew_is_told_by_its_name(place, shipped, plan_of, changed):
    case = changed(shipped("paper"), {"clock.start": "2028-01"})
    more = changed(plan_of("paper"), {"seats": {}})
    stored(place.run, case, more)
    found = trace.ask(place.memo, None)
    assert [(one[1], one[3]) for one in told(found)] == [("drifted", "+30.0 M CNY"), ("drifted", "2027-01")]
    assert found.moved == [str(place.run)]


def test_a_dataset_of_another_fingerprint_never_confirms(place):
    """The same numbers, but of a dataset that is not the one quoted."""
    register, _ = registers.read(place.memo)
    old = register["dataset"]
    made = store.open_run(place.run)
    write_memo(SimpleNamespace(**{**vars(made), "hash": "0" * 64}), place.memo)
    found = trace.ask(place.memo, None)
    assert told(found) == []
    assert (found.moved, found.confirmed) == ([str(place.run)], False)
    assert old == made.hash


def test_without_its_run_nothing_is_confirmed(place):
    shutil.rmtree(place.run)
    found = trace.ask(place.memo, None)
    assert [one[1] for one in told(found)] == ["not found", "not found"]
    assert not found.confirmed


def test_a_run_elsewhere_is_found_when_it_is_named(place):
    other = place.home / "archive" / "2027" / "paper"
    shutil.copytree(place.run, other)
    shutil.rmtree(place.run)
    assert not trace.ask(place.memo, None).confirmed
    assert trace.ask(place.memo, other.parent).confirmed
    assert trace.ask(place.memo, other).confirmed


def test_a_frozen_version_stands_for_its_run(place, monkeypatch):
    monkeypatch.setattr(page, "charts", lambda run: [])
    freezing.freeze("june", "paper", "draft", "Li", "", JUNE)
    shutil.rmtree(place.run)
    found = trace.ask(place.memo, None)
    assert found.confirmed
    assert list(found.datasets.values()) == [str(place.home / freezing.FROZEN / "june")]


def test_a_damaged_dataset_is_not_believed(place):
    path = place.run / "dataset.nc"
    good = path.read_bytes()
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(DamagedError, match=r"dataset\.nc"):
        trace.ask(place.memo, None)
    copy = place.home / "sent" / "paper"
    shutil.copytree(place.run, copy)
    (copy / "dataset.nc").write_bytes(good)
    assert trace.ask(place.memo, None).confirmed


def test_a_document_edited_in_the_folder_of_its_run_is_named_too(place):
    memo = place.run / "memo.docx"
    store.add_file(store.open_run(place.run), "memo.docx", place.memo.read_bytes())
    assert trace.ask(memo, None).confirmed
    edited(memo, "+30.0", "+33.0")
    with pytest.raises(DamagedError, match=r"memo\.docx"):
        store.open_run(place.run)
    assert [one[:2] for one in told(trace.ask(memo, None))] == [("_hc0001", "edited")]


def written_page(place):
    path = place.home / "sent" / "page.html"
    path.write_text(page.write_page(store.open_run(place.run)), encoding="utf-8")
    return path


def test_every_number_of_a_page_is_held_against_the_page_made_again(place):
    found = trace.ask(written_page(place), None)
    assert found.confirmed
    assert {k: v for k, v in found.counts.items() if v == 0} == {"edited": 0, "drifted": 0, "gone": 0, "not found": 0}
    heads = [one.shows for one in found.numbers if one.place == "plan, chart-heads, row Jan 2027, column 1"]
    assert heads == ["2027"]


def test_a_digit_of_a_pages_table_is_named(place):
    path = written_page(place)
    text = path.read_text(encoding="utf-8")
    row = text.index("<td", text.index("Jan 2027</td>", text.index('id="chart-heads"')))
    end = text.index("</td>", row)
    path.write_text(f"{text[:end]}7{text[end:]}", encoding="utf-8")
    shown = text[text.index(">", row) + 1 : end]
    assert told(trace.ask(path, None)) == [
        ("plan, chart-heads, row Jan 2027, column 2", "edited", f"{shown}7", shown, shown)
    ]


def test_a_page_whose_run_is_gone_confirms_nothing(place):
    path = written_page(place)
    shutil.rmtree(place.run)
    assert not trace.ask(path, None).confirmed


def test_the_page_of_a_run_that_was_frozen_since_is_its_own(place, monkeypatch):
    path = written_page(place)
    freezing.freeze("june", "paper", "approved", "Li", "", JUNE)
    shutil.rmtree(place.run)
    assert trace.ask(path, None).confirmed


def test_a_cell_of_a_workbook_is_named(place):
    path = write_book("paper", "en", place.home / "sent" / "book.xlsx", None).path
    assert trace.ask(path, None).confirmed
    book = openpyxl.load_workbook(path, data_only=True)
    budget = book["Budget"]
    first = next(row for row in range(1, 40) if budget.cell(row, 1).value == "Jan 2027")
    budget.cell(first, 2).value += 1.0
    budget["A3"] = "17 % more"
    book["Summary"]["B6"] = str(book["Summary"]["B6"].value).replace("30.0", "31.0")
    book.save(path)
    found = trace.ask(path, None)
    assert {one[:2] for one in told(found)} == {(f"Budget!B{first}", "edited"), ("Summary!B6", "edited")}
    assert found.unsourced == ["Budget!A3"]


def test_a_workbook_of_a_frozen_version_draws_its_books_again(place, monkeypatch):
    monkeypatch.setattr(page, "charts", lambda run: [])
    freezing.freeze("june", "paper", "draft", "Li", "", JUNE)
    made = write_book("june", "en", place.home / "sent" / "book.xlsx", None)
    assert not (freezing.FROZEN / "june" / "books.nc").exists()
    found = trace.ask(made.path, None)
    assert (found.confirmed, len(found.numbers)) == (True, made.numbers)


def test_the_command_tells_and_ends_with_six(place, headcast):
    good = headcast("trace", place.memo, cwd=place.home)
    assert (good.returncode, good.stdout.splitlines()[-1]) == (0, "2 of 2 numbers confirmed")
    edited(place.memo, "+30.0", "+33.0")
    edited(place.memo, "Page 7", "Page 8 of 9")
    wrong = headcast("trace", place.memo, cwd=place.home)
    assert wrong.returncode == 6
    assert "1 of 2 numbers confirmed\n1 edited in the document\n" in wrong.stdout
    assert "_hc0001" in wrong.stdout
    assert max(map(len, wrong.stdout.splitlines())) <= 80 + len(str(place.run))
    data = headcast("trace", place.memo, "--json", cwd=place.home)
    answer = json.loads(data.stdout)
    assert (data.returncode, answer["confirmed"], answer["counts"]["edited"]) == (6, False, 1)
    assert answer["differ"][0]["shows"] == "+33.0 M CNY"


def test_what_is_no_document_is_refused(place, headcast):
    none = headcast("trace", "gone.pptx", cwd=place.home)
    assert (none.returncode, none.stdout) == (2, "")
    assert "gone.pptx: there is no such file" in none.stderr
    with pytest.raises(InputError, match=r"carries no register of numbers; found \.nc"):
        trace.ask(place.run / "dataset.nc", None)


def test_a_place_cannot_steer_the_terminal():
    assert document_answers._short("\x1b[31mred\nline" + "x" * 50) == "\\u001b[31mred line" + "x" * 15 + "…"
