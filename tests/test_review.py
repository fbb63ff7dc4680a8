"""The review of a run from sheet to page: stored, told from its dataset alone, other actuals other sentences."""

import csv

import numpy as np
import pytest

from experiments.asking import answers, review
from experiments.asking.answers import Asked
from experiments.reviewing import judging, sheet
from experiments.reviewing.figures import items
from model.errors import InputError
from model.store import open_run
from reports.review_views import sentences
from reports.views import VIEWS


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def middle(small_run, tmp_path_factory):
    """The sheet of eight months, filled with the plan's middle case."""
    path = tmp_path_factory.mktemp("sheets") / "actuals.csv"
    assert review.template(str(small_run.out), 8, path) == path
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    return head, [[*row[:5], row[4]] for row in rows]


@pytest.fixture(scope="module")
def filled(middle, tmp_path_factory):
    """filled(change) is the sheet with each actual changed, change(month, key, value)."""
    head, rows = middle

    def write(change):
        path = tmp_path_factory.mktemp("sheets") / "actuals.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            told = [[*row[:5], change(row[0], row[1], float(row[5])) if row[5] else ""] for row in rows]
            csv.writer(file).writerows([head, *told])
        return path

    return write


def asked(out):
    return Asked(600, out, False, silent)


@pytest.fixture(scope="module")
def on_plan(small_run, filled, tmp_path_factory):
    out = tmp_path_factory.mktemp("answers") / "on_plan"
    return review.ask(str(small_run.out), filled(lambda month, key, value: value), asked(out))


@pytest.fixture(scope="module")
def lost(small_run, filled, tmp_path_factory):
    """The partner with the largest volume is away from the sixth month on, with all its line sells."""
    run = open_run(small_run.out)
    (line,) = run.plans["recommended"].lines
    first = min(run.plans["recommended"].lines[line].partners.items(), key=lambda item: item[1].start)[0]

    def change(month, key, value):
        gone = key == f"at_work.{first}" or key in (f"volume.{line}", f"revenue.{line}")
        return 0.0 if gone and month >= "2027-06" else value

    out = tmp_path_factory.mktemp("answers") / "lost"
    return first, review.ask(str(small_run.out), filled(change), asked(out))


def test_on_plan_is_kept_without_a_light(on_plan):
    data = on_plan.dataset
    text = [line.replace("\xa0", " ") for line in sentences(data)]
    assert text[0].startswith("Keep the plan after Aug 2027")
    assert not data["side"].values.any()
    assert text[2].startswith("No light: none of ")
    assert data.attrs["months"] == 8
    assert data.attrs["equally_good"] >= 200 * (1 - 1e-6)


def test_the_difference_adds_up(on_plan):
    data = on_plan.dataset
    sign = np.where([str(row).startswith("Revenue") for row in data["row"].values], 1.0, -1.0)
    change = sign * (data["actual_money"].values - data["plan_money"].values)
    assert data["difference"].sum("part").values == pytest.approx(change, abs=0.01)


def test_a_lost_partner_is_named_and_costs_money(on_plan, lost):
    partner, answer = lost
    text = [line.replace("\xa0", " ") for line in sentences(answer.dataset)]
    title = next(one.title for one in answer.case.partners if one.id == partner)
    assert f"Red light: {title} is not at work, for two months or more, and was to be." in text
    assert float(answer.dataset["result_now"]) < float(on_plan.dataset["result_now"])
    assert text != sentences(on_plan.dataset)


def test_the_page_is_made_of_the_stored_dataset_alone(on_plan):
    page = on_plan.path / "page.html"
    before = page.read_bytes()
    answers.rewrite(on_plan.path)
    assert page.read_bytes() == before
    assert b"were our ranges right" in before.lower()
    charts = VIEWS["review"].charts(on_plan.dataset)
    assert [chart.name for chart in charts] == ["course", "ways"]
    assert len(charts[0].rows) == on_plan.dataset.sizes["month"]


def test_sentences_follow_the_verdict(on_plan):
    data = on_plan.dataset.copy(deep=True)
    data["gain"].values[1:] = -1e6
    data["gain"].values[1], data["gain_se"].values[1], data["leaving"].values[1] = 3e6, 0.2e6, 0.4e6
    data.attrs["verdict"] = "switch"
    assert sentences(data)[0] == (
        "Switch after Aug 2027: “Stay as it is” is worth +3.0 ± 0.20 M CNY against it on the same futures, 0.40 M CNY "
        "of that paid once for the change; that matters (0.50 M CNY or more) and is beyond sampling error."
    )
    data.attrs["verdict"] = "open"
    assert "for now: “Stay as it is” is worth +3.0" in sentences(data)[0]
    assert "which is not shown to matter (0.50 M CNY)." in sentences(data)[0]


@pytest.mark.parametrize(
    ("fifths", "inside", "words"),
    [
        ((20, 20, 20, 20, 20), 80, "evenly: 20, 20, 20, 20, 20."),
        ((60, 20, 10, 5, 5), 60, "low: we expected too much: 60"),
        ((5, 5, 10, 20, 60), 60, "high: we expected too little: 5"),
        ((40, 8, 4, 8, 40), 40, "too often outside: our ranges were too narrow: 40"),
        ((2, 16, 64, 16, 2), 100, "too often in the middle: too wide: 2"),
    ],
)
def test_the_record_in_plain_words(on_plan, fifths, inside, words):
    data = on_plan.dataset.copy(deep=True)
    data["fifths"].values[:] = fifths
    data["ranged"], data["inside"] = 100, inside
    data["fifths_chance"] = 1.0 if len(set(fifths)) == 1 else 0.0
    data["inside_low"], data["inside_high"] = inside / 100 - 0.05, min(inside / 100 + 0.05, 1.0)
    *_, shares, fell = sentences(data)
    assert f"the figures fell {words}" in fell
    told = {80: "as it should be", 100: "too often"}.get(inside, "too rarely")
    assert f"where 80 % should, {told}:" in shares.replace("\xa0", " ")


def test_a_gate_that_has_spoken_is_told(shipped, plan_of):
    """By hand: all marks of month 6 told, users missed."""
    case = shipped("ecosystem")
    plan = plan_of("ecosystem", "documents")
    wanted = items(case, plan)
    figures = {f"gates.month_6.{k}": v for k, v in (("cities", 3), ("partners", 3), ("users", 10), ("nps", 75))}
    actual = np.full((len(wanted), 6), np.nan)
    for index, item in enumerate(wanted):
        actual[index, 5] = figures.get(item.key, np.nan)
    found = judging.look(case, plan, {"keep": plan}, wanted, actual, (7, 64), silent)
    attrs = answers.attributes(case, "review", {}, 7, 64, 16)
    data = review.dataset(case, plan, {"keep": plan}, wanted, actual, found, attrs)
    text = [line.replace("\xa0", " ") for line in sentences(data)]
    assert text[0] == "Keep the plan after Jun 2027: nothing else can be done any more."
    gate = next(line for line in text if line.startswith("First milestone"))
    assert "users missed (10 of 5,000)" in gate
    assert "cities reached (3 of 3)" in gate
    assert "not told by the sheet" in gate  # conversion
    assert "Were our ranges right? No figure with a range is known yet." in text


def test_the_template_refuses_months_outside(small_run, tmp_path):
    with pytest.raises(InputError, match=r"E-RANGE  --month: outside the case's months; found 61; allowed 1 to 60"):
        review.template(str(small_run.out), 61, tmp_path / "a.csv")
    with pytest.raises(InputError, match="no such run"):
        review.template("nowhere", 1, tmp_path / "a.csv")


def test_the_command_writes_the_sheet_and_names_a_wrong_one(small_run, headcast, tmp_path):
    done = headcast("actuals-template", small_run.out, "--month", 2, "--out", tmp_path / "a.xlsx")
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "a.xlsx"))
    with pytest.raises(InputError, match=f"column {sheet.ACTUAL}: no actual is filled in"):
        review.ask(str(small_run.out), tmp_path / "a.xlsx", asked(tmp_path / "answer"))
