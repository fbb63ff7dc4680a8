"""Chinese names of numbers: none that no case has, all that move a plan most, units by hand."""

import re

import pytest

from experiments.running.break_even_words import what
from experiments.running.open_numbers import ranged
from reports.board.input_names import MEANINGS, SUBJECTS, called, united


@pytest.fixture(scope="module")
def titles(shipped):
    case = shipped("ecosystem")
    return [what(case, number) for number in ranged(case)]


def test_every_name_belongs_to_a_number_of_the_case(titles):
    parts = [title.partition(": ") for title in titles]
    assert set(MEANINGS) <= {meaning for _, _, meaning in parts}
    assert set(SUBJECTS) <= {whose for whose, _, _ in parts}


def test_what_is_about_all_partners_has_a_name(titles):
    left = {title for title in titles if title.startswith("All ") and re.search(r"[a-z]{3}", called("zh", title))}
    assert left == {"All partners: factor on the contract's edges and base target"}


@pytest.mark.parametrize(
    ("told", "said"),
    [("15 % a year", "15 %/年"), ("20,000 CNY a month", "20,000元/月"), ("3 months", "3个月"), ("80 %", "80 %")],
)
def test_units_by_hand(told, said):
    assert united("zh", told) == said
    assert united("en", told) == told
