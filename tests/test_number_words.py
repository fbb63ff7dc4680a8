"""The grammar of numbers: what is one, and what a text that is none probably means."""

import pytest

from model.number_words import meant, month_slip, plain_number, slip


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-2", -2), ("+3.5", 3.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1.5E-3", 0.0015), ("007", 7)],
)
def test_digits_with_a_point_are_a_number(text, value):
    assert plain_number(text) == value


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1,234", "1_000", "５", "nan", "inf", "1e999", "0x10", "1e", "--1", "NA", "٣", "9" * 500]
)
def test_nothing_else_is(text):
    assert plain_number(text) is None


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2.4万", "CNY/year", 24_000),
        ("2.4万", "10k CNY/year", 2.4),
        ("1.2亿", "M CNY", 120),
        ("300万", "CNY", 3_000_000),
        ("５０", "", 50),
        ("1,234", "", 1234),
        ("1，234", "", 1234),
        ("1.234,5", "", 1234.5),
        ("(500)", "CNY", -500),
        ("20%", "share", 0.2),
        ("20%", "%", 20),
        ("20 %", "%/year", 20),
        ("20％", "share/year", 0.2),
        (" 12 ", "", 12),
        ("¥1,000", "CNY", 1000),
        ("1000元", "CNY", 1000),
        ("35k", "CNY", 35_000),
        ("−3", "points", -3),
        ("1 234", "", 1234),
    ],
)
def test_a_slip_is_understood(text, unit, value):
    assert meant(text, unit) == value
    assert slip(text, unit).startswith(f"write {value:.12g} as a number")


@pytest.mark.parametrize("text", ["", "soon", "3-4", "10 to 20", "1.2.3", "万", "NA", "N/A", "1,2,3"])
def test_what_nobody_can_say_gets_no_hint(text):
    assert slip(text) == ""


def test_the_hint_shows_both_forms():
    assert slip("2.4万", "CNY/year") == "write 24000 as a number: 2.4万 → 24,000"
    assert slip("12") == "write 12 as a number"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2027年1月", "2027-01"),
        ("2027-1", "2027-01"),
        ("2027/12/31", "2027-12"),
        ("2027.03", "2027-03"),
        ("2027-13", ""),
        ("Jan", ""),
    ],
)
def test_months_in_other_forms(text, month):
    assert month_slip(text) == month
