"""The partner's scorecard: the documents' card, curves beyond their ends, grades at their edges."""

import numpy as np
import pytest

from model.partner_cards import Cards, points, total

# 004 L321-326: level, target in the card's unit and the points that the documents give.
CARD = {
    "volume": (580 / 500, 116),
    "conversion": (0.192, 107),
    "nps": (74, 106),
    "complaint": (0.032, 110),
    "quote": (16, 115),
    "failure": (0.003, 120),
}


@pytest.fixture(scope="module")
def eco(shipped):
    return shipped("ecosystem")


@pytest.mark.parametrize("metric", CARD)
def test_points_of_the_documents(eco, metric):
    level, expected = CARD[metric]
    assert points(eco.scorecard.metrics[metric], level) == expected


def test_the_card_of_the_documents(eco):
    grade = total(eco.scorecard, {name: level for name, (level, _) in CARD.items()})
    assert float(grade) == pytest.approx(112.33, abs=0.005)
    assert eco.scorecard.keep_from <= grade < eco.scorecard.raise_from


def test_weights_draw_the_total(eco, changed):
    heavy = changed(eco, {"scorecard.metrics.volume.weight": 5.0}).scorecard
    assert float(total(heavy, {name: level for name, (level, _) in CARD.items()})) == pytest.approx(
        (5 * 116 + 107 + 106 + 110 + 115 + 120) / 10
    )


@pytest.mark.parametrize(
    ("metric", "level", "expected"),
    [
        ("volume", 3.0, 120),
        ("volume", 0.0, 0),
        ("nps", 70, 100),
        ("complaint", 0.05, 100),
        ("complaint", 0.0, 120),
        ("complaint", 0.075, 50),
        ("complaint", 0.2, 0),
        ("failure", 0.001, 120),
        ("quote", 24, 100),
        ("quote", 48, 0),
    ],
)
def test_points_beyond_the_curve_are_flat(eco, metric, level, expected):
    assert points(eco.scorecard.metrics[metric], level) == expected


def graded(case, partner, contract, volume, nps, complaint=0.05, months=12):
    """The cards of one partner after `months` equal months."""
    cards = Cards(case, case.scorecard, [partner], [contract], (1, 1, 1))
    for clock in range(months):
        cell = np.ones((1, 1, 1))
        cards.month(cell * volume, cell * nps, cell * complaint, np.full((1, 1, 1), clock), cell > 0)
    return cards


@pytest.mark.parametrize(
    ("grade", "raises", "watched", "poor"),
    [
        (79, False, False, True),
        (80, False, True, False),
        (99, False, True, False),
        (100, False, False, False),
        (119, False, False, False),
        (120, True, False, False),
    ],
)
def test_grades_at_their_edges(eco, changed, grade, raises, watched, poor):
    """A card of one metric: 5,000 policies a year on target are 100 points."""
    metric = {"volume": eco.scorecard.metrics["volume"]}
    case = changed(eco, {"scorecard.metrics": metric})
    cards = graded(case, eco.partners[0], eco.contracts["insurer_ladder"], 5000 / 12 * grade / 100, 70)
    found = [bool(flag.item()) for flag in (cards.raises, cards.watched, cards.poor)]
    assert found == [raises, watched, poor]


def test_a_year_is_graded_in_its_last_month_and_once(eco):
    contract = eco.contracts["insurer_ladder"]
    young = graded(eco, eco.partners[0], contract, 0.0, 0.0, 0.2, months=11)
    assert not young.poor.any()
    assert graded(eco, eco.partners[0], contract, 0.0, 0.0, 0.2, months=12).poor.all()
    assert not graded(eco, eco.partners[0], contract, 0.0, 0.0, 0.2, months=13).poor.any()


def test_without_target_the_volume_is_on_target(eco):
    """No base target, NPS 70, complaints 5 %, conversion 18 %, failure 0.4 %, quote 18 h: nobody is poor."""
    case = graded(eco, eco.partners[4], eco.contracts["used_car_deal"], 0.0, 70.0)
    assert not case.poor.any()
    assert not case.watched.any()
