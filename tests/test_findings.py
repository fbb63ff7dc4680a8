"""The sentences of a board paper: what they say in both languages, from figures worked on paper."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from model.plans import Policies
from reports.board import findings
from reports.board.phrases import PHRASES, listed
from reports.board.told_words import TOLD_WORDS
from reports.cited import Cited, Shelf
from reports.tracing import DIGITS

LABELS = re.compile(r"1-in-20|worst 5 %|20次中最[差好]1次|最差5%")
BANNED = ("P5", "CVaR", "ECDF", "EVPI", "EVSI", "Shapley", "PIT", "CRPS", "VSS", "regret", "gap ledger", "certificate")
MILLION = 1e6


def sample(first, last):
    """Twenty thousand even steps, so that quantiles and averages are known on paper."""
    return np.linspace(first, last, 20_001) * MILLION


NPV = {"recommended": sample(-5, 15), "lean": sample(-6, 12), "do_nothing": sample(0, 0)}
OTHER = "recommended_other_reading"
INFO = {
    "plan": {
        "heads": [8, 8, 16],
        "phases": [{"first_month": 1}, {"first_month": 7}, {"first_month": 19}],
        "partners": [{"title": "First insurer"}, {"title": "=1+1"}],
        "declined": [{"title": "Service bundle"}],
    },
    "budget": [{"used": 4e6}, {"used": 7e6}, {"used": 20e6}],
    "budget_total": 31e6,
    "flip_assumption": {"meaning": "Demand", "base": 1.0, "unit": "factor", "flips_at": 0.62, "distance": -0.38},
    "comparison": [
        {"plan": "recommended", "title": "Recommended plan"},
        {"plan": "do_nothing", "title": "Do nothing"},
        {
            "plan": "lean",
            "title": "Lean",
            "broken": [{"limit": "work of data", "found": "4 hours", "allowed": "at most 3 hours"}],
            "overrun": [{"cny": 2e6, "begins": 13}],
        },
    ],
}


def data(npv, readings=("package", "package", "package")):
    cash = {plan: np.full(20_001, -3e6 if plan != "do_nothing" else 0.0) for plan in npv}
    month = {plan: np.full(20_001, 13) for plan in npv}
    roi = {plan: row / 50e6 for plan, row in npv.items()}
    variables = {"npv": npv, "peak_cash": cash, "peak_month": month, "full_roi": roi, "labour_roi": roi}
    told = {name: (("plan", "scenario"), np.array(list(rows.values()))) for name, rows in variables.items()}
    plans = {"plan": list(npv), "salary_reading": ("plan", list(readings))}
    return xr.Dataset(told, plans, {"calibration": "success_story"})


@pytest.fixture
def shelf(shipped):
    """shelf("zh", npv=…, info=…) is a shelf of a run worked on paper."""

    def make(language="en", dataset=None, idle=False, **info):
        run = SimpleNamespace(
            path=SimpleNamespace(name="eco"),
            dataset=data(NPV) if dataset is None else dataset,
            hash="ab12",
            info=INFO | info,
            case=shipped("ecosystem"),
            plans={"recommended": SimpleNamespace(is_idle=idle, policies=Policies())},
            created="2026-11-22T10:00:00+00:00",
            frozen=None,
        )
        return Shelf(run, language)

    return make


def told(shelf):
    return {name: str(found) for name, found in findings.story(shelf).items()}


def test_the_story_in_english(shelf):
    found = told(shelf())
    assert (
        found["decision"] == "We ask to build a team of 8 from Jan 2027 and 16 from Jul 2028, on a budget of 31.0 M CNY"
    )
    assert found["partners"] == (
        "Three partners were considered. Try two, signed only if the trial is passed: First insurer and =1+1. "
        "Decline one: Service bundle."
    )
    assert found["money"] == (
        "Asked for: 4.0 M CNY from Jan 2027, 7.0 M CNY from Jul 2027 and 20.0 M CNY from Jul 2028; 31.0 M CNY in all."
    )
    # An even spread from −5 to 15: mean 5, sd 20/√12 = 5.77, over √20,001 0.041; a quarter below 0; 5 % below −4.
    assert found["gain"].startswith("It earns 5.0 M CNY more than doing nothing on average (± 0.04 M CNY sampling")
    assert found["loss"] == (
        "It loses money in 25 % of futures: the 1-in-20 bad case is −4.0 M CNY, the average of the worst 5 % −4.5 M CNY"
    ).replace("25 %", "25\u00a0%")
    assert found["cash"] == (
        "It needs 3.0 M CNY of cash in the middle case, each future taken at its own deepest month (half of them by "
        "Jan 2028); 3.0 M CNY in the 1-in-20 bad case."
    )
    assert found["flip"].replace("\u00a0", " ") == (
        "The decision turns if one assumption moves by 38 %: Demand, at 62.0 % of what is assumed"
    )
    # Means 5 and 3; the difference runs evenly from 1 to 3, sd 0.577, over √20,001 0.004.
    assert found["runner_up"].replace("\u00a0", " ") == (
        "Of the other plans compared, each as it was proposed, only doing nothing keeps every limit. "
        "The best of the plans that break some, “Lean”, earns 2.0 M CNY less on the same futures (± <0.01 M CNY "
        "sampling error). "
        "With it we would need 3.0 M CNY of cash instead of 3.0 M CNY and lose money in 33 % of futures instead of "
        "25 %. "
        "It breaks a limit: work of data (4 hours; at most 3 hours). It is over budget by 2.0 M CNY from Jan 2028."
    )
    assert found["gates"].replace("\u00a0", " ") == (
        "The plan waits for no milestone; the case names these: by the end of Jun 2027: 3 cities, "
        "3 partners on trial or signed, "
        "5,000 users, conversion 15 % and NPS 70; "
        "by the end of Jun 2028: 10 cities, 10 partners on trial or signed, 50,000 users and 6.0 M CNY of revenue"
    )
    assert (
        found["roi"].replace("\u00a0", " ").startswith("Full ROI over 60 months: +10 % on average, −8.0 % in the 1-in")
    )
    assert "calibration: success story" in found["roi"]
    assert found["status"] == "Draft: nobody has approved this run. The board decides."
    assert "readings" not in found


def test_nobody_signs_where_no_document_names_a_partner(shelf):
    rows = {
        "partners": [{"title": "First insurer", "named": True}, {"title": "Services", "named": False}],
        "declined": [{"title": "Old services", "named": False}, {"title": "Second insurer"}],
    }
    found = told(shelf(plan=INFO["plan"] | rows))
    assert found["partners"] == (
        "Four partners were considered. Try one, signed only if the trial is passed: First insurer. Assume one "
        "that nobody has signed: Services. Decline one: Second insurer. Do without one: Old services."
    )
    assert told(shelf("zh", plan=INFO["plan"] | rows))["partners"] == (
        "共考察四家伙伴。先试点、通过后方签约的一家：First insurer。另计入尚无人签约的一家：Services。"
        "不签一家：Second insurer。不计入一家：Old services。"
    )


def test_the_story_in_chinese(shelf):
    found = told(shelf("zh"))
    assert found["decision"] == "提请批准：组建团队，2027年1月起8人、2028年7月起16人，预算共3,100万元"
    assert found["gain"] == "与不做相比，折现净收益平均多500万元（抽样误差±4.1万元）"
    assert found["loss"] == "亏损概率25%：20次中最差1次为−400万元，最差5%的平均为−450万元"
    assert (
        found["cash"]
        == "最多需垫付300万元（中位情形，各未来取其自身最紧的月份，半数不晚于2028年1月）；20次中最差1次需300万元。"
    )
    assert found["flip"] == "以下假设变动38%，决定即反转：Demand，变为假设值的62.0%"
    assert (
        "2027年6月底前：3个城市、3家伙伴（含试运行）、5,000名用户、转化率15%、NPS 70；2028年6月底前" in found["gates"]
    )


@pytest.mark.parametrize(("second", "key"), [(sample(-15, 5), "One word decides the sign"), (sample(0, 1), "Read as")])
def test_both_readings_of_the_pay_table(shelf, second, key):
    found = told(shelf(dataset=data(NPV | {OTHER: second}, ("package", "package", "package", "base"))))
    assert found["readings"].startswith(key)
    assert "base pay with bonuses on top" in found["readings"]


def test_both_other_readings_at_once_stand_beside_them(shelf):
    """−20 to +4 in even steps: −8.0 on average, a loss in 20 of 24."""
    both = NPV | {OTHER: sample(-15, 5), "recommended_both_other": sample(-20, 4)}
    one = shelf(dataset=data(both, ("package", "package", "package", "base", "base")))
    one.run.cases = {"recommended_both_other": SimpleNamespace(calibration="typical")}
    said = told(one)["readings"].replace("\u00a0", " ")
    assert said.endswith(", and −8.0 M CNY with a loss in 83 % of futures if these are “typical” as well")


def test_a_better_plan_is_not_called_the_next_best(shelf):
    found = told(shelf(dataset=data(NPV | {"lean": sample(0, 20)})))
    assert "limit. Another plan, “Lean”, earns 5.0 M CNY more on the same futures" in found["runner_up"]


def test_a_plan_that_loses_says_so(shelf):
    found = told(shelf(dataset=data(NPV | {"recommended": sample(-15, 5)})))
    assert found["gain"].startswith("It earns 5.0 M CNY less than doing nothing")


def test_doing_nothing_has_no_money_to_ask_for(shelf):
    found = told(shelf(idle=True))
    assert found["decision"] == "We ask to do nothing: no plan that was tried earns more on average"
    assert not set(found) & set(findings.OF_A_PLAN)


@pytest.mark.parametrize(
    ("flip", "says"),
    [
        (
            {"meaning": "Raise", "base": 0.04, "unit": "share", "flips_at": 0.06, "distance": 0.5},
            "at 6.0 % instead of 4.0 %",
        ),
        (
            {"meaning": "Pay", "base": 10.0, "unit": "CNY", "flips_at": 12.5, "distance": 0.25},
            "at 12.5 CNY instead of 10 CNY",
        ),
        ({"meaning": "Demand", "npv_at_limit": 1e6, "flips_at": None}, "the worst one, Demand, leaves +1.0 M CNY"),
    ],
)
def test_what_turns_the_decision(shelf, flip, says):
    assert says in told(shelf(flip_assumption=flip))["flip"].replace("\u00a0", " ")


def test_a_run_without_such_an_assumption_says_nothing_of_it(shelf):
    assert "flip" not in told(shelf(flip_assumption=None))


def test_a_budget_that_is_exceeded(shelf):
    rows = [*INFO["comparison"][:2], INFO["comparison"][2] | {"broken": []}]
    assert told(shelf(comparison=rows))["runner_up"].endswith("It is over budget by 2.0 M CNY from Jan 2028.")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_has_a_source(shelf, language):
    full = shelf(language, data(NPV | {OTHER: sample(-15, 5)}, ("package", "package", "package", "base")))
    for name, found in findings.story(full).items():
        words = LABELS.sub("", "".join(piece for piece in found.pieces if not isinstance(piece, Cited)))
        assert not DIGITS.search(words), (name, words)


def test_no_term_of_art_in_a_phrase():
    said = " ".join(text for pair in (PHRASES | TOLD_WORDS).values() for text in pair)
    assert [term for term in BANNED if re.search(rf"(?<!\w){re.escape(term)}(?!\w)", said)] == []


def test_both_languages_tell_the_same_numbers():
    slots = re.compile(r"{(\w+)}")
    assert [
        key
        for key, (en, zh) in (PHRASES | TOLD_WORDS).items()
        if sorted(slots.findall(en)) != sorted(slots.findall(zh))
    ] == []


def test_lists_in_sentences(shelf):
    assert [str(listed(shelf(), parts)) for parts in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]
    assert str(listed(shelf("zh"), ["a", "b"])) == "a、b"
