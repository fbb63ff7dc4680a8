"""What belongs to a finding: limits broken, another turn, marks missed, order of studies; each by another road."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from experiments import facts_to_buy
from experiments.asking.first_marks import first_gate, labelled, marks_of
from experiments.asking.other_turn import OtherTurn, of_page, of_threshold
from experiments.asking.study import Study, limits_broken
from experiments.asking.study_order import study_order, trial_price
from experiments.asking.verdict import decided
from model import store
from reports.drawing import drawing_style
from reports.experiment_asides import asides
from reports.experiment_views import charts, finding, sentences
from reports.findings_page import found, parts_of, write_findings_page
from solvers.worth import Worth

M = 1e6


def said(data):
    return [sentence.replace("\u00a0", " ") for sentence in asides(data)]


@pytest.fixture
def bare():
    """Two options, the first ahead by 2 M CNY in each of three futures, and breaking two limits."""
    return decided(
        xr.Dataset(
            {
                "npv": (("plan", "scenario"), [[4 * M, 3 * M, 3.5 * M], [2 * M, M, 1.5 * M]]),
                "judged": ("plan", [1, 1]),
                "broken": ("plan", [2, 0]),
                "limits": (
                    "plan",
                    ["heads in scale (17, at most 15 heads); heads in mature (23, at most 15 heads)", ""],
                ),
            },
            {"plan": ["a", "b"], "plan_title": ("plan", ["Ant", "Bee"])},
            {"materiality": 0.5 * M},
        )
    )


# Limits


def test_an_option_that_breaks_limits_is_never_told_as_better(bare):
    assert finding(bare) == (
        "“Ant” would bring 2.0 M CNY more than “Bee” (+2.0 to +2.0), but breaks 2 limits and cannot be chosen as it is."
    )
    assert said(bare) == [
        "Of what breaks no limit “Bee” brings most, 2.0 M CNY (+2.0 to +2.0) less than “Ant”.",
        "“Ant” breaks: heads in scale (17, at most 15 heads); heads in mature (23, at most 15 heads).",
    ]
    kept = decided(bare.drop_attrs().assign(broken=("plan", [0, 3])).assign_attrs(materiality=0.5 * M))
    assert finding(kept).startswith("“Ant” is better than “Bee” (breaks 3 limits) by 2.0 M CNY")
    assert said(kept) == []


def test_every_limit_is_counted(shipped, plan_of):
    """A department takes 15 heads: the documents' plan has 10, 20 and 30, so that two phases are over, and more."""
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    assert limits_broken(case, plan_of("ecosystem", "do_nothing")) == []
    own = set(limits_broken(case, plan))
    throughout = plan.model_copy(update={"modes": ("department",) * 3})
    more = [words for words in limits_broken(case, throughout) if words not in own]
    heads = [words for words in more if "at most 15 heads" in words]
    assert [re.search(r"\((\d+),", words)[1] for words in heads] == ["20", "30"]


# Another turn


def turned(data, **attrs):
    base = {
        "form": "depends", "turn_of": "Demand", "turn_unit": "factor", "turn_at": 0.78, "turn_today": 1.0,
        "turn_first": "a", "turn_second": "b", "turn_to": 1.3,
        "other_of": "all NPS", "other_unit": "of what is assumed", "other_at": 0.954, "other_today": 1.0,
    }  # fmt: skip
    return data.assign(broken=("plan", [0, 0])).assign_attrs(base | attrs)


@pytest.mark.parametrize(
    ("attrs", "told"),
    [
        (
            {},
            "This asks about one number alone: Demand turns the choice at 0.78 (22 % from today's value). "
            "All NPS turns it sooner, at 95.4 % of what is assumed (4.6 % from today's value).",
        ),
        (
            {"other_at": 0.5},
            "This asks about one number alone: Demand turns the choice at 0.78 (22 % from today's value). "
            "All NPS turns it later, at 50 % of what is assumed (50 % from today's value).",
        ),
        (
            {"turn_at": 3.0, "turn_today": 0.0, "turn_unit": "month"},
            "This asks about one number alone: Demand turns the choice at 3 months. "
            "All NPS turns it too, at 95.4 % of what is assumed (4.6 % from today's value).",
        ),
        (
            {"form": "better", "turn_low": 0.76, "turn_high": 0.8},
            "This asks about one number alone: Demand turns the choice at 0.78 (22 % from today's value), or anywhere "
            "from 0.76 to 0.8, as far as the futures tell on which it is looked up. "
            "All NPS turns it sooner, at 95.4 % of what is assumed (4.6 % from today's value).",
        ),
    ],
)
def test_another_number_that_turns_the_choice_is_named(bare, attrs, told):
    found = turned(bare, **attrs)
    del found.attrs["within"]
    assert said(found) == [told]


def test_a_number_that_turns_nothing_names_no_other(bare):
    found = turned(bare, turn_at=np.nan)
    del found.attrs["within"]
    assert said(found) == []


def test_the_closest_turn_is_the_one_the_page_names(shipped):
    case = shipped("ecosystem")
    info = {"flip_assumption": {"name": "partners.nps", "flips_at": 0.95}}
    nps = of_page(case, info)
    assert (nps.key, nps.at, nps.today, nps.unit) == ("partners.nps", 0.95, 1.0, "of what is assumed")
    assert nps.title == "All partners: users' satisfaction (NPS) while the team keeps up with its work"
    assert of_page(case, {"flip_assumption": {"name": "partners.nps", "flips_at": None}}) is None
    assert of_page(case, {}) is None
    assert of_threshold(case, SimpleNamespace(turn=SimpleNamespace(at=None))) is None


@pytest.fixture
def study(shipped, plan_of):
    """study(flip) is a study on a run in memory, whose page names a closest turn."""

    def make(flip):
        case = shipped("ecosystem")
        plans = {"recommended": plan_of("ecosystem", "lean"), "do_nothing": plan_of("ecosystem", "do_nothing")}
        info = {"seed": 7, "table_scenarios": 2, "flip_assumption": flip}
        run = store.Run(Path("toy"), xr.Dataset(), case, plans, dict.fromkeys(plans, case), info, "", "0")
        return Study("toy", run, 8, lambda _: None)

    return make


def test_only_the_choice_of_the_page_has_the_turn_of_the_page(study):
    asked = study({"name": "partners.nps", "flips_at": 0.95})
    fund, idle = asked.option("fund", "Fund"), asked.option("nothing", "Nothing", asked.shipped("do_nothing"))
    later = asked.option("later", "Later", fund.plan.model_copy(update={"modes": ("department",) * 3}))

    def other(first, second, key="calibrations.success_story.demand"):
        return asked._other(
            [fund, idle, later], SimpleNamespace(first=first, second=second, number=SimpleNamespace(name=key))
        )

    assert isinstance(other("fund", "nothing"), OtherTurn)
    assert other("nothing", "fund").at == 0.95
    assert other("fund", "nothing", "partners.nps") is None
    assert other("fund", "later") is None
    assert other("later", "nothing") is None
    assert study(None)._other([fund, idle], SimpleNamespace(first="fund", second="nothing")) is None


# Marks of the first milestone


def test_how_often_all_marks_are_met_by_counting_futures(shipped, plan_of, months_of):
    """The other road: users and partners of month 6 counted from the months themselves; the other marks by a mean."""
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    found = marks_of(case, {"Lean": plan, "Again": plan}, 7, 64)
    marks = [name.replace("\u00a0", " ") for name in found["mark"].values]
    assert marks == ["3 cities", "3 partners", "5,000 users", "conversion 15 %", "NPS 70"]
    assert (found.attrs["marks_month"], found.attrs["marks_draws"]) == (6, 64)
    months = months_of(case, plan, 64)
    users = sum(part[:6].sum(axis=0) for part in months.volume.values())
    partners = sum(side.at_work[:, 5].sum(axis=0) for side in months.sides.values())
    own = found.sel(tried="Lean")
    assert float(own["marks_met"].sel(mark="5,000 users")) == (users >= 5000).mean()
    assert float(own["marks_met"].sel(mark="3 partners")) == (partners >= 3).mean()
    assert float(own["marks_met"].sel(mark="3 cities")) == float(case.market.cities[0] >= 3)
    assert float(own["marks_all"]) <= float(own["marks_met"].min())
    xr.testing.assert_equal(own.drop_vars("tried"), found.sel(tried="Again").drop_vars("tried"))


def test_marks_of_a_known_month(monkeypatch, shipped, plan_of):
    """Four futures: users 4,999, 5,000, 9,000, 9,000; partners 3, 3, 2, 3: both only in the second and the last."""
    marks = np.zeros((2, 5, 4))
    marks[0] = [[3, 3, 2, 3], [4999, 5000, 9000, 9000], [0] * 4, [1e4] * 4, [1e6] * 4]
    monkeypatch.setattr("experiments.asking.first_marks.plan_months", lambda *given: SimpleNamespace(marks=marks))
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    found = marks_of(case, {"Lean": plan}, 7, 4).sel(tried="Lean")
    assert found["marks_met"].values[1:3].tolist() == [0.75, 0.75]
    assert float(found["marks_all"]) == (0.5 if case.market.cities[0] >= 3 else 0.0)


def test_the_chance_of_the_marks_is_told(bare):
    kept = decided(bare.assign(broken=("plan", [0, 0])))
    del kept.attrs["within"]
    marks = xr.Dataset(
        {"marks_all": ("tried", [0.0, 0.0125]), "marks_met": (("tried", "mark"), [[1.0, 0.0], [1.0, 0.5]])},
        {"tried": ["Ant", "Bee"], "mark": ["3 cities", "5,000 users"]},
        {"marks_month": 6, "marks_draws": 2000},
    )
    assert said(kept.merge(marks, combine_attrs="no_conflicts")) == [
        "With today's numbers “Ant” meets all 2 marks of month 6 in 0 % of 2,000 futures, practically never "
        "(3 cities: 100 %, 5,000 users: 0 %).",
        "With today's numbers “Bee” meets all 2 marks of month 6 in 1.2 % of 2,000 futures (3 cities: 100 %, "
        "5,000 users: 50 %).",
    ]


def test_a_case_without_milestones_has_no_marks(shipped, plan_of, changed):
    case = changed(shipped("ecosystem"), {"gates": {}})
    assert first_gate(case) == ""
    assert marks_of(case, {"Lean": plan_of("ecosystem", "lean")}, 7, 8).sizes == {}


def test_the_first_milestone_is_the_earliest_of_the_unit(shipped):
    case = shipped("ecosystem")
    later = case.model_copy(update={"gates": dict(reversed(case.gates.items()))})
    assert first_gate(case) == first_gate(later) == "month_6"
    assert labelled("revenue", 6e6) == "6.0 M CNY of revenue"


# Order of studies


def ordered(bare, worths, prices):
    found = bare.assign(broken=("plan", [0, 0])).merge(study_order(worths, prices))
    found.attrs.pop("within", None)
    return said(found)


def test_the_order_of_studies_with_price_and_worth(bare):
    worths = {
        "Test": Worth(0.86 * M, 0.82 * M, 0.89 * M), "Sizes": Worth(0.66 * M, 0.64 * M, 0.68 * M),
        "Dear": Worth(0.05 * M, 0.04 * M, 0.06 * M), "Audit": Worth(0.0, 0.0, 100.0),
    }  # fmt: skip
    assert ordered(bare, worths, {"Test": 0.09 * M, "Dear": 0.05 * M}) == [
        "Order of studies, each as if it told its number exactly, against not studying: "
        "1. Test, worth 0.86 M CNY (0.82 to 0.89), price 0.09 M CNY; "
        "2. Sizes, worth 0.66 M CNY (0.64 to 0.68), no price known, pay at most 0.64 M CNY.",
        "Not to be bought for this choice, worth less than their price or nothing: Dear; Audit.",
    ]


def test_where_no_study_pays_the_order_is_told_all_the_same(bare):
    worths = {"Test": Worth(0.08 * M, 0.07 * M, 0.09 * M), "Audit": Worth(100.0, 0.0, 200.0)}
    assert ordered(bare, worths, {"Test": 0.09 * M}) == [
        "No study pays beyond luck against not studying; by worth the order is: Test; Audit."
    ]


@pytest.mark.parametrize(
    ("low", "price", "pays"), [(5000, None, False), (5001, None, True), (9, 9, False), (9, 8, True)]
)
def test_a_study_pays_above_its_price_only(bare, low, price, pays):
    prices = {} if price is None else {"Test": float(price)}
    (told, *_) = ordered(bare, {"Test": Worth(low + 1.0, float(low), low + 2.0)}, prices)
    assert told.startswith("Order of studies") == pays


def test_the_price_of_a_test_in_one_city_is_that_of_a_trial(shipped):
    case = shipped("ecosystem")
    assert trial_price(case) == 3 * 30_000
    assert np.isnan(trial_price(case.model_copy(update={"trial": None})))
    assert facts_to_buy.TEST in facts_to_buy.BOUGHT


def test_what_belongs_to_a_finding_follows_it(bare):
    told = sentences(bare.assign_attrs(decision="This.", decides="We."))
    assert told[1:3] == asides(bare)


def test_the_page_groups_other_businesses_and_says_the_order_first(bare):
    worths = {"Test": Worth(0.86 * M, 0.82 * M, 0.89 * M)}
    kept = decided(bare.drop_attrs().assign(broken=("plan", [0, 0])).assign_attrs(materiality=0.5 * M))
    told = {
        "experiment": "x", "case": "eco", "run": "eco", "run_made": "2026-11-20", "run_status": "approved", "seed": 7,
        "start": "2027-01", "title": "Ecosystem", "calibration": "typical", "scenarios": 2000, "uncertainty": "random",
        "asks": "Which facts?", "decision": "Studies.", "decides": "The head of strategy.",
    }  # fmt: skip
    gains = {"gain": ("plan", [0.0, -2 * M]), "gain_se": ("plan", [0.0, 0.0]), "world": ("plan", ["", ""])}
    facts = kept.assign(gains).merge(study_order(worths, {"Test": 0.09 * M})).assign_attrs(told)
    board = facts.drop_dims("study").assign_attrs(asks="Fund?", decides="The board, on figures.")
    other = board.assign_attrs(asks="Squads?", case="shop", run="shop", title="Shop")
    given = [found(name, 1.0, "2026-11-22T10:00", data) for name, data in (("f", facts), ("b", board), ("s", other))]
    parts = parts_of(given, "eco")
    assert [(part.heading, [(number, one.name) for number, one in part.entries]) for part in parts] == [
        ("What the board decides", [(1, "b")]),
        ("What others decide in the unit", [(2, "f")]),
        ("Other businesses", [(3, "s")]),
    ]
    assert [says[:15] for says in given[0].says] == ["Order of studie", "“Ant” is better"]
    assert given[0].asides == ()
    page = write_findings_page(given, 15)
    top = (
        "3 of 15 experiments · each on 2,000 fresh futures · asked 2026-11-22 · run eco of 2026-11-20, approved, seed 7"
    )
    assert top in page
    assert page.index("Fund?") < page.index("Which facts?") < page.index("Not about this unit") < page.index("Squads?")
    assert "−2.0" in given[1].svg


def test_a_turn_is_printed_with_its_value(bare):
    found_turn = turned(bare, experiment="x", turn_at=0.78, turn_from=0.5, turn_key="k")
    path = {"turn_gap": ("turn_value", [-M, M]), "turn_gap_se": ("turn_value", [0.0, 0.0])}
    gains = {"gain": ("plan", [0.0, -2 * M]), "gain_se": ("plan", [0.0, 0.0]), "world": ("plan", ["", ""])}
    data = found_turn.assign(path | gains).assign_coords(turn_value=[0.5, 1.3])
    with drawing_style():
        svg = charts(data.assign_attrs(difference=2 * M))[-1].svg
    for words in ("turns at 0.78", "today 1", "Demand, factor"):
        assert words in svg
