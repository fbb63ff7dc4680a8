"""Names and values of inputs as a strategist says them."""

import pytest

from experiments.running.flip import guesses
from experiments.running.input_words import amount, list_of, meaning, month_of, phase_label, subject


@pytest.mark.parametrize(
    ("place", "whose", "what"),
    [
        (("calibrations", "success_story", "demand"), "Demand", "factor on all demand"),
        (("lines", "used_car", "demand"), "Used cars", "factor on the mature volume of its partners"),
        (("roles", "data", "pay"), "Data products", "table pay per head"),
        (("shared_work", "bd", "by_class", "S"), "Partner business development", "hours a month per partner by"),
        (("contracts", "charging_first", "grace"), "Charging, one rate a user", "months after the start in which"),
        (("modes", "unit", "coordination"), "Independent business unit", "share of working time left"),
        (("partners", 0, "nps"), "First insurer", "users' satisfaction (NPS) while the team keeps up with its work"),
        (("phases", 1, "budget"), "Phase from Jul 2027", "limit on the budget rows of this phase"),
        (("costs", "tools", 0, "cost"), "Platform and tools from Jan 2027", "cost"),
        (("ways", "high", "work"), "Hard push", "factor on the growth work"),
        (("incentives", "targets"), "Pay for results", "revenue target by programme year"),
        (("uncertainty", "drift"), "Uncertainty", "yearly step of the market's random walk"),
        (("volumes", "x"), "Volumes", "given monthly volume by partner, instead of demand x"),
    ],
)  # fmt: skip
def test_an_input_is_called_by_its_owner_and_its_meaning(shipped, place, whose, what):
    assert subject(shipped("ecosystem"), place) == whose
    assert meaning(place).startswith(what)


def test_a_column_of_partners_is_called_all_partners(shipped):
    assert subject(shipped("ecosystem"), ("partners", 0, "nps"), alone=False) == "All partners"


def test_no_guess_is_called_by_a_name_of_the_program(shipped):
    case = shipped("ecosystem")
    for guess in guesses(case):
        said = f"{subject(case, guess.places[0])} – {meaning(guess.places[0])}"
        assert "_" not in said
        assert said[0].isupper()


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.1, "share", "10 %"),
        (0.085, "share/year", "8.5 % a year"),
        (0.02, "share/month", "2.0 % a month"),
        (850_000.0, "CNY", "850,000 CNY"),
        (1_250_000.0, "CNY", "1.2 M CNY"),
        (219_900.0, "CNY/month", "220,000 CNY a month"),
        (220.4, "CNY/unit", "220 CNY per unit"),
        (3.0, "month", "3 months"),
        (130.0, "hours/month", "130 hours a month"),
        (0.03123, "hours/unit", "0.0312 hours per unit"),
        (12.0, "heads", "12 heads"),
        (4000.0, "units/year", "4,000 units a year"),
        (1.6, "factor", "1.6"),
        (-3.0, "points", "−3 points"),
        (0.0, "month", "0 months"),
    ],
)
def test_amounts_carry_their_unit_in_words(value, unit, said):
    assert amount(value, unit).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "a"), (2, "a and b"), (3, "a, b and c"), (4, "a, b, c and 1 more")]
)
def test_names_are_listed_as_in_a_sentence(count, said):
    assert list_of(list("abcd")[:count], most=3) == said


def test_phases_are_calendar_months(shipped):
    case = shipped("ecosystem")
    assert [month_of(case, phase) for phase in range(3)] == ["Jan 2027", "Jul 2027", "Jul 2028"]
    assert phase_label(case, 2) == "Jul 2028 – Dec 2031"
