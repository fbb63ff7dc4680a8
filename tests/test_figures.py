"""Charts: the numbers under each picture are those of the dataset, and the pictures are whole, own and repeatable."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from model import results, store
from model.inputs import Words
from model.schema import ROWS
from model.simulate import VERDICT, simulate
from reports import money_charts
from reports.drawing import short, spread
from reports.figures import charts
from reports.money_charts import TABLE_CHANCES

NAMES = ["reach", "cash", "waterfall", "readings", "heads", "calendar"]
HOSTILE = "<script>alert(1)</script> =1+1 $x^2$ \x07\x1b&\"'"


@pytest.fixture(scope="module")
def small_run(shipped, plan_of, changed, tmp_path_factory):
    """small_run(N, plan) stores and opens a run of N scenarios whose recommended plan is the named one."""

    def make(scenarios, recommended="lean"):
        case = shipped("ecosystem")
        base = changed(case, {"readings.salary_is": "base"})
        wanted = [("recommended", recommended, case), ("documents", "documents", case)]
        wanted += [("do_nothing", "do_nothing", case), ("recommended_other_reading", recommended, base)]
        plans = [(i, plan_of("ecosystem", name).title, used, plan_of("ecosystem", name)) for i, name, used in wanted]
        outcomes = simulate([plan[2] for plan in plans], [plan[3] for plan in plans], 7, VERDICT, scenarios)
        dataset = results.build(case, plans, outcomes, seed=7, scenarios=scenarios, stage=VERDICT)
        folder = tmp_path_factory.mktemp("runs") / "run"
        store.write_run(folder, dataset, store.run_files(case, plans, dataset, {}))
        return store.open_run(folder)

    return make


@pytest.fixture(scope="module")
def run(small_run):
    return small_run(2000)


@pytest.fixture(scope="module")
def drawn(run):
    return {chart.name: chart for chart in charts(run)}


def column(chart, number):
    return [row[number] for row in chart.rows]


def test_every_chart_is_drawn(drawn):
    assert list(drawn) == NAMES


def test_same_bytes_twice(run, drawn):
    assert [chart.svg for chart in charts(run)] == [chart.svg for chart in drawn.values()]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_named_and_needs_nothing_from_outside(drawn, name):
    chart = drawn[name]
    root = ET.fromstring(chart.svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [root[0].get("id"), root[1].get("id")]
    assert (root[0].tag, root[0].text) == ("title", chart.finding)
    assert (root[1].tag, root[1].text) == ("desc", chart.meaning)
    assert "http" not in chart.svg
    assert not re.findall(r"url\((?!#)|href=\"(?!#)|@import|<style|<image", chart.svg)
    ids = {element.get("id") for element in root.iter()}
    assert set(re.findall(r"url\(#([^)]+)\)", chart.svg)) | set(re.findall(r'href="#([^"]+)"', chart.svg)) <= ids


def test_pictures_of_one_page_share_no_id(drawn):
    ids = [found for chart in drawn.values() for found in re.findall(r'\bid="([^"]+)"', chart.svg)]
    assert len(ids) == len(set(ids))


def test_chances_are_quantiles_of_the_stored_results(run, drawn):
    chances = [chance for chance in TABLE_CHANCES if 0.05 <= chance <= 0.95]
    for plan, row in zip(("recommended", "documents", "do_nothing"), drawn["reach"].rows, strict=True):
        stored = run.dataset["npv"].sel(plan=plan).values
        assert row[0] == run.dataset["plan_title"].sel(plan=plan).item()
        np.testing.assert_allclose(row[1:], [np.quantile(stored, 1 - chance) for chance in chances], rtol=1e-12)


def test_the_step_of_the_last_month_is_explained_only_where_money_comes_late(run, drawn, changed):
    step = "What is still to be collected at the end is booked in the last month"
    assert step in drawn["cash"].meaning  # the ecosystem's partners pay two months later
    at_once = replace(run, case=changed(run.case, {"costs.collection": 0.0}))
    (cash,) = [chart for chart in charts(at_once) if chart.name == "cash"]
    assert step not in cash.meaning
    middle = min(column(drawn["cash"], 3))
    assert float(np.median(run.dataset["peak_cash"].sel(plan="recommended"))) <= middle
    assert "the largest cash need is at least the middle line's lowest point" in cash.meaning


def test_cash_is_the_stored_quantiles(run, drawn):
    stored = run.dataset["cash_quantile"].sel(plan="recommended").transpose("month", "quantile").values
    assert np.array_equal([row[1:] for row in drawn["cash"].rows], stored)
    assert column(drawn["cash"], 0)[:2] == ["Jan 2027", "Feb 2027"]
    assert len(drawn["cash"].rows) == run.case.clock.months


def test_waterfall_is_the_stored_ledger_and_ends_at_the_stored_result(run, drawn):
    book = run.dataset["ledger"].sel(plan="recommended").mean("scenario").sum("year")
    wanted = [row.sign * float(book.sel(row=row.name)) for row in ROWS if row.kind != "timing"]
    amounts = column(drawn["waterfall"], 1)
    np.testing.assert_allclose(amounts[:-1], [amount for amount in wanted if amount], rtol=1e-9)
    assert amounts[-1] == float(run.dataset["result"].sel(plan="recommended").mean("scenario"))
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1], rel=1e-9)


def test_both_readings_are_the_stored_ones(run, drawn):
    for plan, row in zip(("recommended", "recommended_other_reading"), drawn["readings"].rows, strict=True):
        stored = run.dataset["npv"].sel(plan=plan).values
        np.testing.assert_allclose(row[1:6], np.quantile(stored, [0.05, 0.25, 0.5, 0.75, 0.95]), rtol=1e-12)
        assert row[6] == pytest.approx(stored.mean(), rel=1e-12)


def test_heads_are_the_stored_ones(run, drawn):
    planned = run.dataset["heads_planned"].sel(plan="recommended")
    kept = [role for role in planned["role"].values if planned.sel(role=role).values.any()]
    table = np.array([row[1:] for row in drawn["heads"].rows])
    assert np.array_equal(table[:, :-2].T, planned.sel(role=kept).values)
    assert np.array_equal(table[:, -2], planned.sum("role").values)
    assert np.array_equal(table[:, -1], run.dataset["heads_mean"].sel(plan="recommended").sum("role").values)


def test_the_calendar_is_the_stored_plan(run, drawn):
    plan = run.plans["recommended"]
    seats = [tuple(heads) for heads in plan.seats.values() if any(heads)]
    seats += [tuple(heads) for part in plan.lines.values() for heads in part.team.values() if any(heads)]
    assert [row[1:4] for row in drawn["calendar"].rows[: len(seats)]] == seats
    partners = sum(len(part.partners) for part in plan.lines.values())
    assert len(drawn["calendar"].rows) == len(seats) + partners
    planned = run.dataset["heads_planned"].sel(plan="recommended").sum("role").values
    assert [sum(heads[phase] for heads in seats) for phase in range(3)] == [planned[0], planned[6], planned[18]]


def test_what_few_scenarios_do_not_support_is_left_out(small_run):
    drawn = {chart.name: chart for chart in charts(small_run(400))}
    assert "readings" not in drawn
    assert [column.title for column in drawn["cash"].columns][1:] == [
        "1-in-4 bad case",
        "middle case",
        "1-in-4 good case",
    ]
    assert "19 of 20" not in drawn["reach"].finding
    assert {chart.name for chart in charts(small_run(20))} == {"waterfall", "heads", "calendar"}


def test_a_plan_that_does_nothing_can_be_drawn(small_run):
    drawn = {chart.name: chart for chart in charts(small_run(2000, "do_nothing"))}
    assert set(drawn) == set(NAMES) - {"calendar"}
    assert drawn["waterfall"].rows[-1][:2] == ("Result", 0.0)


def test_hostile_and_chinese_names_stay_text(run):
    roles = {key: role.model_copy(update={"title": HOSTILE}) for key, role in run.case.roles.items()}
    lines = {key: line.model_copy(update={"title": "保险业务线"}) for key, line in run.case.lines.items()}
    drawn = charts(replace(run, case=run.case.model_copy(update={"roles": roles, "lines": lines})))
    for chart in drawn:
        assert "script" not in {element.tag for element in ET.fromstring(chart.svg).iter()}
        assert not re.search(r"[\x00-\x08\x0b-\x1f]", chart.svg)
    texts = "".join(ET.fromstring(drawn[-1].svg).itertext())
    assert "<script>alert(1)</script> =1+1 …" in texts
    assert any(row[0].endswith(", 保险业务线") for row in drawn[-1].rows)
    reach = run.dataset.assign_coords(plan_title=("plan", ["保险 $x^2$ =1+1\x07", "b", "c", "d"]))
    drawn = charts(replace(run, dataset=reach))
    assert "A  保险 $x^2$ =1+1<" in drawn[0].svg
    assert drawn[0].rows[0][0] == "保险 $x^2$ =1+1"


def test_labels_are_kept_apart():
    heights = spread([3.0, 1.0, 1.2, 1.1], 0.5)
    assert heights == pytest.approx([3.0, 0.6, 1.6, 1.1])
    assert spread([], 1.0) == []


def test_long_labels_are_cut_at_a_word():
    assert short("Partner business development", 20) == "Partner business …"
    assert short("x" * 50, 10) == "x" * 9 + "…"
    assert short("保险业务\n线", 10) == "保险业务 线"


def test_rows_too_small_to_see_are_drawn_together():
    rows = {row.name: row for row in ROWS}
    amounts = [(rows["commission"], 1000.0), (rows["base_pay"], -5.0), (rows["tools"], -4.9), (rows["agency"], -2.1)]
    drawn_bars = money_charts._bars(amounts, Words(line="line", partner="partner", partners="partners", unit="unit"))
    assert [amount for _, amount in drawn_bars] == [1000.0, -5.0, -7.0]
    assert drawn_bars[-1][0] == "2 smaller rows"
