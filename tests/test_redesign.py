"""Contract variants: ladders by hand, both sides against today's on the same futures, the frontier by hand."""

import numpy as np
import pytest

from experiments.asking import answers, redesign
from experiments.asking.answers import Asked
from experiments.asking.redesign import Variant
from model.errors import InputError
from model.quantities import Quantity
from reports.redesign_views import preferred, sentences
from reports.views import VIEWS


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def plan(plan_of):
    return plan_of("ecosystem", "lean").model_copy(update={"title": "Lean"})


@pytest.fixture(scope="module")
def insurer(case):
    return next(partner for partner in case.partners if partner.id == "insurer_1")


@pytest.fixture(scope="module")
def today(case):
    return case.contracts["insurer_ladder"]


def ladder(today, edges, rates, base):
    numbers = {
        "edges": [Quantity(e, unit="units") for e in edges],
        "rates": [Quantity(r, unit="CNY/unit") for r in rates],
    }
    base_rate = Quantity(base, unit="CNY/unit")
    return today.model_copy(update={key: tuple(value) for key, value in numbers.items()} | {"base_rate": base_rate})


def test_the_cliff_of_todays_ladder_by_hand(case, insurer, today):
    # at 5,000 the first block of 200 turns to 250: 5,000 × 250 − 4,999 × 200 = 250,200
    found = redesign.unit_steps(case, insurer, today)
    assert (found.least, found.most, found.at) == pytest.approx((200.0, 250_200.0, 5000.0))
    assert not redesign.is_compatible(case, insurer, Variant("t", "", today), 500.0)


@pytest.mark.parametrize(
    ("edges", "rates", "base", "fits"),
    [
        ([5000, 8000], [200, 280, 320], 200, True),
        ([5000, 8000], [200, 280, 501], 200, False),  # beyond 8,000 a unit costs more than it earns
        ([5000, 8000], [200, 180, 320], 200, False),  # a rate falls
        ([5000, 8000], [200, 280, 320], 201, False),  # 5,000 × 1 more at the edge
        ([5000, 8000], [200, 280, 320], 199, False),  # 5,000 × 1 less at the edge: one unit more pays us less
        ([], [500], 500, True),
        ([], [501], 501, False),
    ],
)
def test_compatible_ladders_by_hand(case, insurer, today, edges, rates, base, fits):
    assert redesign.is_compatible(case, insurer, Variant("v", "", ladder(today, edges, rates, base)), 500.0) == fits


def test_who_is_paid_by_us_only_needs_rising_pay(case, changed, insurer, today):
    ours = changed(case, {"readings.commission_payer": "cost"})
    assert redesign.is_compatible(ours, insurer, Variant("t", "", today), 500.0)


def test_variants_change_what_they_say(case, plan, today):
    found = {variant.id: variant for variant in redesign.variants(case, redesign.signed(plan, "insurer_1"))}
    assert found[redesign.TODAY].contract == today
    dearer = found["rates_1.1_edges_0.75"].contract
    assert [float(rate) for rate in dearer.rates] == pytest.approx([220, 308, 352, 385])
    assert [float(edge) for edge in dearer.edges] == pytest.approx([3750, 6000, 9000])
    assert float(dearer.base_rate) == pytest.approx(275)
    assert float(found["rates_1_edges_1_no_cliff"].contract.base_rate) == pytest.approx(200)
    assert float(found["exit_fee_2"].contract.exit_fee) == pytest.approx(0.4)
    assert len(found) == 1 + (5 * 3 * 2 - 1) + 2 + 1
    assert found["rates_1.1_edges_0.75"].title == "rates × 1.1, edges × 0.75"


def test_one_rate_has_rate_variants_only(case, plan):
    found = [variant.id for variant in redesign.variants(case, redesign.signed(plan, "other_1"))]
    assert [name for name in found if "edges_1" not in name and name != redesign.TODAY and "fee" not in name] == []


def test_todays_contract_under_another_name_changes_nothing_and_dearer_ones_move_money(case, plan, insurer, today):
    found = [
        Variant("today", "", today),
        *(v for v in redesign.variants(case, redesign.signed(plan, "insurer_1")) if v.id == "rates_1.2_edges_1"),
    ]
    offered, plans = redesign.offers(case, plan, insurer, found)
    ours, theirs = redesign.both_sides(offered, plans, "insurer_1", 7, 30)
    before = redesign.both_sides(case, {"p": plan}, "insurer_1", 7, 30)
    assert (ours[0] == before[0][0]).all()
    assert (theirs[0] == before[1][0]).all()
    assert (ours[1] >= ours[0]).all()
    assert (theirs[1] <= theirs[0]).all()
    assert ours[1].mean() > ours[0].mean()


@pytest.fixture(scope="module")
def told(case, insurer, today):
    """Four contracts by hand, M CNY: today with its cliff, two that fit, one that fits and is beaten by the first."""
    smooth = ladder(today, [5000], [200, 280], 200)
    found = [Variant(redesign.TODAY, "Today's contract", today)]
    found += [Variant(name, name.capitalize(), smooth) for name in ("even", "ours", "worse")]
    steps = np.linspace(-1.0, 1.0, 1000)
    ours = 1e6 * (10.0 + steps[None] + np.array([0.0, 1.0, 3.0, 0.5])[:, None])
    theirs = 1e6 * (20.0 + steps[None] + np.array([0.0, 2.0, -4.0, 1.0])[:, None])
    told = answers.attributes(case, redesign.QUESTION, {"--partner": "insurer_1"}, 7, 1000, 16)
    return redesign.dataset(case, insurer, found, 500.0, (ours, theirs), told | {"partner_title": "First insurer"})


def test_both_sides_and_the_frontier_by_hand(told):
    assert told["gain"].values == pytest.approx([0.0, 1e6, 3e6, 0.5e6])
    assert told["partner_gain"].values == pytest.approx([0.0, 2e6, -4e6, 1e6])
    assert told["gain_se"].values == pytest.approx(np.zeros(4), abs=1e-6)
    assert told["partner_p10"].values[0] == pytest.approx(19.2e6, rel=1e-3)
    assert told["compatible"].values.tolist() == [0, 1, 1, 1]
    assert told["front"].values.tolist() == [0, 1, 1, 0]
    assert preferred(told) == ["even", "worse"]


def test_sentences_say_what_both_prefer_and_follow_the_dataset(told):
    text = " ".join(sentences(told))
    assert "unit 5,000 of a year costs the partner 250,200 CNY, and it earns 500 CNY on a unit" in text
    assert "The compatible contract nearest to today's is “Worse”" in text
    assert "Both sides prefer “Even” to today's contract: +1.0 ± 0 M CNY for us, +2.0" in text
    assert "Of 3 compatible contracts 2 are on the frontier" in text
    none = told.copy(deep=True)
    none["gain"].values[:] = [0.0, -1e6, 3e6, -0.5e6]
    text = " ".join(sentences(none))
    assert "No compatible variant is better for both sides" in text
    assert "The concession that gives most for each yuan is “Even”" in text


def test_the_picture_holds_every_contract(told):
    chart = VIEWS["redesign-contract"].charts(told)[0]
    assert [row[0] for row in chart.rows] == ["Today's contract", "Even", "Ours", "Worse"]
    assert "Even" in chart.svg


def test_the_largest_partner_is_asked_about_unless_another_is(case, plan):
    assert redesign.partner_of(case, plan, "").id == "insurer_1"  # other services are larger, but nobody's
    assert redesign.partner_of(case, plan, "other_1").id == "other_1"
    assert redesign.partner_of(case, plan, "insurer_1").id == "insurer_1"


def test_wrong_partners_are_named(case, plan, changed):
    with pytest.raises(InputError, match="no such partner in the plan; found insurer_9"):
        redesign.partner_of(case, plan, "insurer_9")
    nobody = plan.model_copy(update={"lines": {}})
    with pytest.raises(InputError, match="the plan signs no partner"):
        redesign.partner_of(case, nobody, "")
    bare = case.model_copy(update={"partner_margin": {}})
    with pytest.raises(
        InputError, match=r"nobody tells what the partner earns[\s\S]*add insurer_ladder to \[partner_margin\]"
    ):
        redesign.partner_of(bare, plan, "insurer_1")


def test_asking_stores_the_answer(small_run, tmp_path, monkeypatch):
    monkeypatch.setattr(redesign, "RATES", (1.0, 1.1))
    monkeypatch.setattr(redesign, "EDGES", (1.0,))
    answer = redesign.ask(str(small_run.out), "insurer_2", Asked(60, tmp_path / "a", False, silent))
    assert answer.dataset.attrs["partner_title"] == "Second insurer"
    assert str(answer.dataset["variant"].values[0]) == redesign.TODAY
    assert float(answer.dataset["gain"][0]) == 0.0
