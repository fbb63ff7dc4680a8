"""Which way ranges reach: the straight line by hand, against integration, and how it is told."""

import numpy as np
import pytest

from experiments.running.range_law import at_shares
from experiments.sensitivity.leaning import added_by, leaning
from model.case_numbers import Number
from reports.reach_words import most_sentence, reach_sentence


def number(name, value, low, high):
    return Number(name, (), "CNY", value, low, high, False, "guess", "", "", "")


def test_what_a_bent_effect_adds_is_its_average_over_the_law():
    """From 2 over 3 to 7: 10 a unit below, −4 a unit above; against 200,000 even chances."""
    one = number("a", 3.0, 2.0, 7.0)
    values = at_shares(one, (np.arange(200_000) + 0.5) / 200_000)
    effect = np.where(values < 3.0, 10.0 * (values - 3.0), -4.0 * (values - 3.0))
    assert added_by(one, (-10.0, -16.0)) == pytest.approx(effect.mean(), rel=1e-4)


def test_ranges_are_counted_by_the_side_that_is_longer_in_money():
    found = leaning(
        [
            (number("down", 1.0, 0.0, 2.0), (-3.0, 2.0)),
            (number("up", 1.0, 0.0, 2.0), (4.0, -2.0)),
            (number("even", 1.0, 0.0, 2.0), (2.0, -2.0)),
            (number("silent", 1.0, 0.0, 2.0), (0.0, 0.0)),
            (number("unknown", 1.0, 0.0, 2.0), (None, None)),
        ]
    )
    assert (found.moving, found.down) == (3, 1)
    assert [(one.name, value) for one, value in found.most] == [("down", pytest.approx(-1 / 6))]


def test_an_end_that_was_not_asked_lies_on_the_line_through_the_other():
    """Value 1 from 0 to 4, −9 at the far end: +3 at the near one; 0.25 × 3 − 0.75 × 9 = −6, a third of it."""
    found = leaning([(number("a", 1.0, 0.0, 4.0), (None, -9.0)), (number("b", 3.0, 0.0, 4.0), (-9.0, None))])
    assert [value for _, value in found.most] == pytest.approx([-2.0, -2.0])
    assert found.down == 2


def test_a_value_at_its_good_end_reaches_down_only():
    found = leaning([(number("a", 0.0, 0.0, 4.0), (None, -9.0)), (number("b", 0.0, 0.0, 4.0), (None, 9.0))])
    assert (found.moving, found.down) == (2, 1)
    assert [(one.name, value) for one, value in found.most] == [("a", -3.0)]


def test_five_are_named_the_worst_first():
    many = [(number(str(place), 1.0, 0.0, 2.0), (-2.0 * place, 0.0)) for place in range(8)]
    assert [one.name for one, _ in leaning(many).most] == ["7", "6", "5", "4", "3"]


def test_the_sentences():
    assert reach_sentence(220, 327, -22.1e6, 1.2e6, 8.7e6) == (
        "220 of 327 ranges reach further down than up: with everything drawn from its range the average result is "
        "−22.1 ± 1.2 M CNY instead of +8.7."
    )
    assert most_sentence(["Demand", "Raise"], [-3.2e6, -2.1e6]) == (
        "Most of that make, each alone and in M CNY: “Demand” −3.2; “Raise” −2.1."
    )
    assert most_sentence([], []) == ""
