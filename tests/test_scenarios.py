"""Named futures: numbers replaced by key, mixed by weight on the same draws, faults named, told from the dataset."""

from pathlib import Path

import numpy as np
import pytest

from experiments.asking import answers, scenarios
from experiments.asking.answers import Asked
from experiments.asking.valued import values
from model.errors import InputError
from model.load import case_from_dict, case_to_dict
from model.quantities import Quantity
from model.question_inputs import World
from reports.scenario_views import sentences
from reports.views import VIEWS

ECOSYSTEM = Path(__file__).resolve().parent.parent / "data/cases/ecosystem"


def silent(text):
    """Say nothing."""


def world(weight, **changes):
    numbers = {key.replace("__", "."): value for key, value in changes.items()}
    share = Quantity(weight, unit="share", origin="guess", low=weight / 2, high=2 * weight)
    return World.model_construct(title="It rains", weight=share, changes=numbers)


@pytest.fixture(scope="module")
def case(shipped):
    """Two futures of a small case, 10 % and 30 %."""
    delay = {"calibrations__success_story__delay": Quantity(12.0, unit="month", origin="source", source="here")}
    raises = {"staffing__annual_raise": Quantity(0.15, unit="share/year", origin="source", source="here")}
    return shipped("ecosystem").model_copy(
        update={"scenarios": {"late": world(0.1, **delay), "dear": world(0.3, **raises)}}
    )


@pytest.fixture(scope="module")
def plans(plan_of):
    named = {"recommended": ("lean", "Lean and later"), "bold": ("bold", "Bold and early")}
    return {key: plan_of("ecosystem", name).model_copy(update={"title": title}) for key, (name, title) in named.items()}


@pytest.fixture(scope="module")
def told(case, plans):
    """Results by hand: the case as it is, late, dear; two plans; two futures each, M CNY."""
    npv = 1e6 * np.array([[[8, 12], [20, 22]], [[-6, -4], [-30, -30]], [[5, 7], [6, 6]]], dtype=float)
    return scenarios.dataset(case, plans, npv, answers.attributes(case, "scenarios", {}, 7, 2, 16))


def test_weights_leave_the_rest_to_the_case_as_it_is(case):
    found = scenarios.worlds(case)
    assert [weight for _, _, weight in found.values()] == pytest.approx([0.6, 0.1, 0.3])
    assert found[scenarios.AS_IT_IS][1] == case


def test_the_mixture_by_hand(told):
    # draws of the first plan: 0.6 × 8 − 0.1 × 6 + 0.3 × 5 = 5.7 and 0.6 × 12 − 0.1 × 4 + 0.3 × 7 = 8.9
    assert told["mixed"].values == pytest.approx([7.3e6, 11.4e6])
    assert told["mixed_se"].values == pytest.approx([1.6e6, 0.6e6])
    assert told["mixed_gain"].values == pytest.approx([0.0, 4.1e6])
    assert told["mixed_gain_se"].values == pytest.approx([0.0, 1.0e6])
    assert told["mixed_loss"].values == pytest.approx([0.1, 0.1])
    assert told["gain"].sel(plan="bold").values == pytest.approx([11e6, -25e6, 0.0])


def test_the_price_of_having_chosen_wrongly_by_hand(told):
    assert told["price"].values == pytest.approx([11e6, 25e6])


def test_from_the_case_as_it_is_to_the_weights_by_hand(told):
    # 10 as it is; late takes 15 at 10 %, dear 4 at 30 %: 10 − 1.5 − 1.2 = 7.3
    lean = told.sel(plan="recommended")
    assert lean["change"].values == pytest.approx([0.0, -15e6, -4e6])
    assert lean["part"].values == pytest.approx([0.0, -1.5e6, -1.2e6])
    for plan in told["plan"].values:
        one = told.sel(plan=plan)
        assert float(one["npv_mean"][0] + one["part"].sum()) == pytest.approx(float(one["mixed"]))
    assert told["weight_low"].values == pytest.approx([np.nan, 0.05, 0.15], nan_ok=True)
    assert told["weight_high"].values == pytest.approx([np.nan, 0.2, 0.6], nan_ok=True)
    assert list(told["weight_origin"].values) == ["rest", "guess", "guess"]


def test_the_weight_at_which_nothing_is_earned_by_weighing_again(told):
    """The other road: with the worst future that heavy, at the cost of the case as it is, the average is nothing."""
    assert told["worst_weight"].values == pytest.approx([0.1 + 7.3 / 15, 0.1 + 11.4 / 51])
    assert told["worst_alone"].values == pytest.approx([10 / 15, 21 / 51])
    for plan in told["plan"].values:
        one = told.sel(plan=plan)
        worst, at = int(one["worst"]), float(one["worst_weight"])
        weight = told["weight"].values.copy()
        weight[0] -= at - weight[worst]
        weight[worst] = at
        assert weight.sum() == pytest.approx(1.0)
        assert weight @ one["npv_mean"].values == pytest.approx(0.0, abs=1e-6)
        alone = float(one["worst_alone"])
        left = (1 - alone) * one["npv_mean"].values[0] + alone * one["npv_mean"].values[worst]
        assert left == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("as_it_is", "late", "at", "says"),
    [
        (10, -14, 0.4, "no longer earns money"),  # 0.9 × 10 − 0.1 × 14 = 7.6; 0.1 + 7.6 ÷ 24 = 0.4167
        (10, 1, np.nan, "No weight of the worst future, “It rains”, decides"),
        (-1, -9, np.nan, "No weight"),  # not even without it
        (1, -19, 0.05, "would earn money"),  # 0.9 − 1.9 = −1; 0.1 − 1 ÷ 20 = 0.05
    ],
)
def test_what_a_heavier_future_does(shipped, plans, as_it_is, late, at, says):
    delay = {"calibrations__success_story__delay": Quantity(12.0, unit="month", origin="source", source="here")}
    case = shipped("ecosystem").model_copy(update={"scenarios": {"late": world(0.1, **delay)}})
    npv = 1e6 * np.array([[[as_it_is] * 2] * 2, [[late] * 2] * 2], dtype=float)
    data = scenarios.dataset(case, plans, npv, answers.attributes(case, "scenarios", {}, 7, 2, 16))
    assert data["worst_weight"].values == pytest.approx([at, at], abs=0.02, nan_ok=True)
    assert any(says in sentence for sentence in sentences(data))


def test_the_sentences_list_weights_and_parts(told):
    text = [sentence.replace("\u00a0", " ") for sentence in sentences(told)]
    assert text[1] == (
        "No document gives a chance for any of them; guessed are: It rains 10 % (5.0 % to 20 %); It rains 30 % "
        "(15 % to 60 %); the case as it is has the other 60 %."
    )
    assert text[2] == (
        "From +10.0 to +7.3 M CNY for “Lean and later”, weight × change in M CNY: It rains: 10 % × −15.0 = −1.5; "
        "It rains: 30 % × −4.0 = −1.2."
    )
    assert text[3] == (
        "The worst is “It rains”: from a weight of 59 % (now 10 %) “Lean and later” no longer earns money; were it "
        "the only blow, from 67 % on."
    )


def test_the_table_adds_up(told):
    sheet = VIEWS["scenarios"].sheets(told)[1]
    last = [row[-1] for row in sheet.rows]
    assert last[0] + sum(last[1:-1]) == pytest.approx(last[-1])


def test_an_answer_stored_before_weights_were_told_is_still_read(told):
    old = told.drop_vars(["part", "change", "loss", "weight_origin", "weight_low", "weight_high", "worst_weight"])
    assert sentences(old)[0].startswith("By the case’s own weights, “Bold and early” is the best of 2 plans")
    assert len(VIEWS["scenarios"].sheets(old)) == 2


def test_sentences_say_who_is_best_and_where_it_turns(told):
    text = sentences(told)
    assert (
        text[0]
        .replace("\u00a0", " ")
        .startswith(
            "By the case’s own weights, which are guesses, “Bold and early” is the best of 2 plans: "
            "+11.4 ± 0.60 M CNY, chance of loss 10 % – where with none of these futures, as the run assumes, "
            "it is +21.0 ± 1.0 M CNY and 0 % on the same 2 draws; "
        )
    )
    assert "+4.1 ± 1.0 M CNY against “Lean and later”, beyond sampling error" in text[0]
    assert "The case as it is: then “Bold and early” is better by +11.0 ± 1.0 M CNY." in text
    assert "“Lean and later” loses money on average where: It rains." in text
    assert (
        text[-1]
        == "“Lean and later” at its furthest behind, where “The case as it is”, brings 11.0 M CNY less than the best "
        "plan there, the least of all plans. How likely a future is counts for nothing here."
    )


def test_sentences_follow_the_dataset(told):
    turned = told.copy(deep=True)
    turned["mixed"].values[:] = [12e6, 11e6]
    said = sentences(turned)[0]
    assert "“Lean and later” is the best of 2 plans: +12.0" in said
    assert "it is +10.0 ± 2.0 M CNY" in said
    published = sentences(turned.assign_attrs(run_mean=8.7e6, run_draws=20_000))[0]
    assert "on the same 2 draws (+8.7 on the run’s own 20,000)" in published


def test_the_picture_holds_every_future_and_the_mixture(told):
    chart = VIEWS["scenarios"].charts(told)[0]
    assert len(chart.rows) == 2 * (3 + 1)
    assert chart.rows[0][2] == pytest.approx(7.3e6)


def test_a_future_replaces_its_numbers_and_no_others(case):
    late = scenarios.there(case, case.scenarios["late"])
    assert late.calibrations["success_story"].delay == 12.0
    before, after = case_to_dict(case), case_to_dict(late)
    assert [key for key in before if before[key] != after[key]] == ["calibrations"]


def test_a_later_start_earns_less_on_the_same_draws(case, plans):
    late = scenarios.there(case, case.scenarios["late"])
    assert (values(late, plans, 7, 40) < values(case, plans, 7, 40)).all()


def test_the_biggest_partner_brings_nothing_when_it_leaves(shipped, plan_of, months_of):
    eco = shipped("ecosystem")
    gone = scenarios.there(eco, eco.scenarios["biggest_partner_leaves"])
    plan = plan_of("ecosystem", "documents")
    before, after = (sum(part.sum() for part in months_of(c, plan, 4).volume.values()) for c in (eco, gone))
    assert before > after > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": {"value": 90, "unit": "%", "source": "x"}}, r"weights of the named futures.*<= 1 in sum"),
        ({"changes": {"lines.insurance.demnd": {"value": 1, "unit": "factor", "source": "x"}}}, r"unknown number"),
        ({"changes": {"lines.insurance.demand": {"value": 1, "unit": "CNY", "source": "x"}}}, r"has another unit"),
        ({"changes": {}}, r"a named future needs a change"),
    ],
)
def test_a_wrong_future_is_named(shipped, change, message):
    data = case_to_dict(shipped("ecosystem"))
    data["scenarios"]["a_year_late"] |= change
    with pytest.raises(InputError, match=message):
        case_from_dict(data)


def test_a_case_without_named_futures_says_how_to_add_them(small_run, monkeypatch):
    run = scenarios.open_finished(str(small_run.out))
    bare = run.cases["recommended"].model_copy(update={"scenarios": {}})
    monkeypatch.setattr(
        scenarios, "open_finished", lambda name: type(run)(**run.__dict__ | {"cases": {"recommended": bare}})
    )
    with pytest.raises(InputError, match=r"the case names no future[\s\S]*add \[scenarios"):
        scenarios.ask("small", Asked(10, None, False, silent))


def test_asking_stores_all_plans_in_all_futures(small_run, tmp_path):
    answer = scenarios.ask(str(small_run.out), Asked(50, tmp_path / "a", False, silent))
    assert answer.dataset.sizes["world"] == 1 + len(answer.case.scenarios)
    assert list(answer.dataset["plan"].values) == ["recommended", "do_nothing"]
    assert float(answer.dataset["mixed"].sel(plan="do_nothing")) == 0.0
    assert float(answer.dataset["weight"].sum()) == pytest.approx(1.0)
