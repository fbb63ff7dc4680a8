"""What a finding leaves of its question: blows survived, targets, words in order, forms, trials, caps; by hand."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from experiments.asking.renewals import renewals
from experiments.asking.study import Seen, Study, spared, tells
from experiments.asking.study_order import nearest_turn, study_order
from experiments.asking.verdict import decided
from experiments.running.futures import changed, number_of
from model import store
from model.schema import ROW, ROW_NAMES
from model.simulate import VERDICT, Block, plan_months, simulate
from reports.experiment_asides import asides
from reports.experiment_rest import rest_of
from solvers.worth import Worth

M = 1e6


def said(data):
    return [sentence.replace("\u00a0", " ") for sentence in rest_of(data)]


def options(told, **rows):
    """Options with four futures each, in M CNY; titles are the ids with a capital."""
    npv = np.array(list(rows.values())) * M
    made = xr.Dataset(
        {
            "npv": (("plan", "scenario"), npv),
            "npv_mean": ("plan", npv.mean(axis=1)),
            "npv_se": ("plan", npv.std(axis=1, ddof=1) / npv.shape[1] ** 0.5),
        },
        {"plan": list(rows), "plan_title": ("plan", [name.capitalize() for name in rows])},
    )
    return made.merge(told, combine_attrs="no_conflicts")


def test_what_a_blow_spares_and_takes():
    """Two years and two futures: commission 10 → 7 a year, base pay 4 → 1, of which on average 6 and 6 are gone."""
    calm, hit = np.zeros((2, len(ROW_NAMES), 2, 2))
    calm[ROW["commission"]], hit[ROW["commission"]] = 10.0, [[6.0, 8.0], [7.0, 7.0]]
    calm[ROW["base_pay"]], hit[ROW["base_pay"]] = 4.0, 1.0
    seen = [Seen(np.zeros(2), np.zeros(2), years) for years in (calm, hit)]
    assert spared(*seen) == {"spared": pytest.approx(6.0), "missing": pytest.approx(6.0)}


def test_a_script_that_asks_for_nothing_gets_nothing():
    assert rest_of(xr.Dataset()) == rest_of(xr.Dataset(attrs={"tells": "no_such"})) == []


def test_a_blow_is_survived_where_the_plan_is_worth_more_than_nothing_beyond_luck():
    """Means 3, −3 and 0.5; deviations 1, 1 and 1 around them over four futures: error 1.15 ÷ 2 = 0.58."""
    around = np.array([1.0, -1.0, 1.0, -1.0])
    data = options(
        tells("alive", calm="plan", idle="nothing"),
        plan=[5.0] * 4, light=3 + around, heavy=-3 + around, even=0.5 + around, nothing=[0.0] * 4,
    )  # fmt: skip
    data = data.assign(
        need=("plan", np.array([-2, -3, -4, -5, 0]) * M),
        p_loss=("plan", (data["npv"] < 0).mean("scenario").values),
    )
    _, light, heavy, even = said(data)
    assert light == (
        "“Light”: alive, +3.0 ± 0.58 M CNY against doing nothing; loss in 0 % of futures; largest cash need 3.0 M CNY "
        "in the middle case (2.0 without a blow)."
    )
    assert heavy.startswith("“Heavy”: not alive, −3.0 ± 0.58 M CNY against doing nothing; loss in 100 %")
    assert even.startswith("“Even”: alive or not cannot be said, +0.50 ± 0.58 M CNY")
    assert "loss in 50 % of futures; largest cash need 5.0" in even
    heads = data.assign_attrs(leader="nothing", unled="light", spared=2.5 * M, missing=1.25 * M)
    assert said(heads)[-1].startswith(
        "“Light” is told too kindly: it spares 2.5 M CNY of costs and takes 1.2 of revenue, because nobody has measured"
    )
    assert len(said(heads)) == len(said(data.assign_attrs(unled="light", spared=-0.1 * M, missing=0.0))) + 1
    lucky = data.assign(npv_mean=data["npv_mean"] + 0.2 * M, npv_se=data["npv_se"] * 0.5)
    assert "“Light”: alive, +3.2 ± 0.29 M CNY against doing nothing" in said(lucky)[1]


def test_what_results_cost_and_what_targets_bring():
    data = options(tells("good_year"), today=[1.0, 2.0, 3.0, 4.0], low=[0.0, 1.0, 2.0, 3.0], high=[2.0, 3.0, 4.0, 5.0])
    rows = ["Bonus", "Pool", "Together", "Revenue"]
    figures = np.array([[3.0, 4.0, 2.0], [1.0, 1.0, 0.5], [4.0, 5.0, 2.5], [16.0, 16.0, 16.0]]) * M
    data = data.assign_coords(line=rows, column=["Today", "Low", "High"]).assign(detail=(("line", "column"), figures))
    assert said(data) == [
        "In a good year “Today” cost: Bonus 3.0, Pool 1.0; together 4.0 of 16.0 M CNY revenue (25 %).",
        "In a good year “High” cost: Bonus 2.0, Pool 0.50; together 2.5 of 16.0 M CNY revenue (16 %).",
        "If demand stays as it is, against “Today”: “Low” −1.0 ± 0 M CNY; “High” +1.0 ± 0 M CNY. Of those tried “High” "
        "bring most.",
    ]


def worded(**attrs):
    told = tells("words", idle="nothing", renewal="certain,kept", renewed_in="37 (Ant), 40 (Bee)")
    return options(
        told, today=[1.0] * 4, certain=[2.0] * 4, kept=[3.0] * 4, fee=[1.001] * 4, nothing=[0.0] * 4
    ).assign_attrs(attrs)  # fmt: skip


def test_words_stand_in_order_of_worth_and_the_renewal_is_told():
    turn = {
        "turn_of": "the chance of renewal", "turn_second": "nothing", "turn_unit": "share", "turn_from": 0.6,
        "turn_today": 0.9, "turn_gap_from": 0.4 * M, "turn_gap_from_se": 0.1 * M,
    }  # fmt: skip
    order, rest, renewal = said(worded(**turn))
    assert order == "In order of worth against “Today”: 1. “Kept” +2.0 ± 0 M CNY; 2. “Certain” +1.0 ± 0 M CNY."
    assert rest == "Worth nothing beyond luck: “Fee”."
    assert renewal == (
        "Renewal, at the earliest in month 37 (Ant), 40 (Bee): “Certain” is worth +1.0 ± 0 M CNY; “Kept” is worth "
        "+2.0 ± 0 M CNY; with a chance of 60 % instead of 90 % the plan is still worth +0.40 ± 0.10 M CNY."
    )
    assert said(worded())[-1].endswith("“Kept” is worth +2.0 ± 0 M CNY.")
    assert said(worded(renewal="", renewed_in=""))[-1] == rest


def test_contracts_are_renewed_when_the_simulator_says_so(shipped, plan_of):
    """The other road: with no renewal at all, the first months in which a partner is missing that would be there."""
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    never = changed(case, number_of(case, "contract_life.renewal"), 0.0)
    with_it, without = (plan_months(one, plan, Block(one, 7, VERDICT, 0, 400)).sides for one in (case, never))
    titles, first = {partner.id: partner.title for partner in case.partners}, []
    for line, sides in with_it.items():
        for place, name in enumerate(sides.partners):
            missing = (sides.at_work[place] & ~without[line].at_work[place]).any(axis=1)
            if missing.any():
                first.append((int(missing.argmax()) + 1, titles[name]))
    told = renewals(case, plan)
    assert told == ", ".join(f"{month} ({title})" for month, title in sorted(first))
    assert renewals(case.model_copy(update={"contract_life": None}), plan) == ""


def test_the_forms_of_the_page_are_told_with_their_own_plans():
    told = tells("forms", paths="A → A\nA → B", paths_cny="5271968.1\n8346849.0")
    (sentence,) = said(options(told, a=[1.0] * 4))
    assert sentence.endswith("bring on the draws that choose – A → A: +5.3 M CNY; A → B: +8.3 M CNY.")
    assert said(options(tells("forms", paths="", paths_cny=""), a=[1.0] * 4)) == []


def test_the_trial_that_the_plan_assumes_is_told_and_what_is_not_asked_on():
    told = tells("trial", trial="300 users, 3 months", like="own", signs="Ant and Bee")
    data = options(told, own=[1.0, 2.0, 3.0, 4.0], large=[3.0, 4.0, 5.0, 6.0])
    assert said(data.assign_attrs(leader="large")) == [
        "The run's plan assumes today's trial, 300 users, 3 months, and signs Ant and Bee: the +2.0 ± 0 M CNY that "
        "“Large” brings against “Own”, each alone in its line, is in neither its result nor the money asked for."
    ]
    assert said(data.assign_attrs(leader="own", signs="")) == [
        "The run's plan assumes today's trial, 300 users, 3 months."
    ]


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (23, "Why not 30: 23 of at most 30 heads are used; the cap does not bind, the best plan found leaves 7 more "),
        (29, "Why not 30: 29 of at most 30 heads are used; the cap does not bind, the best plan found leaves 1 more "),
        (30, "30 of at most 30 heads are used: this cap binds."),
    ],
)
def test_whether_a_cap_binds(used, words):
    data = options(tells("caps", caps="30"), a=[1.0] * 4).assign(heads=(("plan", "phase"), [[10, used]]))
    assert said(data)[0].startswith(words)
    assert ("posts open" in said(data)[0]) == (used == 23)


# The nearest turn


@pytest.fixture
def study(shipped, plan_of):
    """study(flip) is a study on a run in memory, whose page names a closest turn."""

    def make(flip):
        case = shipped("ecosystem")
        plans = {"recommended": plan_of("ecosystem", "lean")}
        info = {"seed": 7, "table_scenarios": 2, "flip_assumption": flip}
        published = simulate([case], [plans["recommended"]], 7, VERDICT, 256)[0].npv[None]
        data = xr.Dataset({"npv": (("plan", "scenario"), published)}, {"plan": ["recommended"]})
        run = store.Run(Path("toy"), data, case, plans, {"recommended": case}, info, "", "0")
        return Study("toy", run, 64, lambda _: None)

    return make


@pytest.mark.parametrize(("at", "chance", "end"), [(0.96, 0.5 * 0.2**2, 0.95), (1.02, 0.5 * 0.6**2, 1.05)])
def test_how_much_of_a_range_turns_the_choice(study, plan_of, at, chance, end):
    """A triangle of 95 to 105 % with its peak at 100 %: each half holds 1 ÷ 2, a tail its square."""
    asked = study({"name": "partners.nps", "flips_at": at})
    number = number_of(asked.case, "partners.nps")
    assert (number.low, number.high) == (pytest.approx(0.95), pytest.approx(1.05))
    told = nearest_turn(asked, {"Survey": number}).attrs
    assert (told["nearest_study"], told["nearest_at"]) == ("Survey", at)
    assert told["nearest_chance"] == pytest.approx(chance)
    assert told["nearest_end"] == pytest.approx(end)
    moved = changed(asked.case, number, told["nearest_end"])
    lost = -simulate([moved], [plan_of("ecosystem", "lean")], 7, VERDICT, 64)[0].npv
    published = asked.published[0]
    slope, height = np.polyfit(published[:64], lost, 1)  # what luck of 64 futures makes of it is taken off
    assert told["nearest_loss"] == pytest.approx(height + slope * published.mean())
    rest = lost - height - slope * published[:64]
    error = np.hypot((rest @ rest / 62 / 64) ** 0.5, slope * published.std(ddof=1) / 16)
    assert told["nearest_loss_se"] == pytest.approx(error)
    assert error < 0.8 * lost.std(ddof=1) / 8
    assert nearest_turn(asked, {"Other": number_of(asked.case, "staffing.annual_raise")}).attrs == {}
    assert nearest_turn(study(None), {"Survey": number}).attrs == {}


def near(worth, loss, **attrs):
    """Two studies, the second at the nearest turn."""
    told = {
        "nearest_study": "Survey", "nearest_at": 0.954, "nearest_end": 0.95, "nearest_unit": "of what is assumed",
        "nearest_chance": 0.0027, "nearest_loss": loss * M, "nearest_loss_se": 0.25 * M,
    }  # fmt: skip
    made = decided(
        xr.Dataset(
            {
                "npv": (("plan", "scenario"), [[4 * M, 3 * M], [0.0, 0.0]]),
                "judged": ("plan", [1, 1]),
                "broken": ("plan", [0, 0]),
            },
            {"plan": ["a", "b"], "plan_title": ("plan", ["Ant", "Bee"])},
            {"materiality": 0.5 * M},
        )
    )
    worths = {"Test": Worth(0.86 * M, 0.82 * M, 0.89 * M), "Survey": Worth(*worth)}
    return made.merge(study_order(worths, {})).assign_attrs(told | attrs)


def nearest_told(data):
    return [one.replace("\u00a0", " ") for one in asides(data) if one.startswith("Survey")]


def test_a_study_of_the_nearest_turn_that_is_not_bought_is_explained():
    """1.3 + 1.96 × 0.25 = 1.79 M CNY lost at the end, times 0.27 %: 4,833 CNY, rounded up to two digits."""
    assert nearest_told(near((0.0, 0.0, 0.0), 1.3)) == [
        "Survey is not bought although its number turns the choice soonest: the choice turns at 95.4 % of what is "
        "assumed and the range ends at 95 %. Within the range values beyond the turn have a chance of 0.27 % together; "
        "at its end doing nothing is ahead by 1.3 M CNY on average (at most 1.8), so that knowing it is worth at most "
        "4,900 CNY. The range is a guess: with a wider one it is worth more."
    ]
    (never,) = nearest_told(near((0.0,) * 3, -9.0))
    assert "ahead by 0 M CNY on average (at most 0), so that knowing it is worth at most 0 CNY." in never
    assert nearest_told(near((0.5 * M, 0.4 * M, 0.6 * M), 1.3)) == []
    assert nearest_told(near((0.0, 0.0, 0.0), 1.3, nearest_study="Else")) == []
