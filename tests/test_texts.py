"""Which texts are fit: control signs, turned text, halves of characters and too long ones are not."""

import pytest

from model.errors import Finding
from model.texts import MOST_NAME, MOST_TEXT, name_fault, text_fault, unfit_texts, visible

UNFIT = [
    ("bell\a", "holds the control character U+0007"),
    ("nul\0", "holds the control character U+0000"),
    ("red\x1b[31m", "holds the control character U+001B"),
    ("c1\x85", "holds the control character U+0085"),
    ("\ud800", "holds the half of a character U+D800"),
    ("abc\u202etxt", "holds the sign that turns the direction of text U+202E"),
    ("\u2066a", "holds the sign that turns the direction of text U+2066"),
    ("a\u200bb", "holds the sign that nobody sees U+200B"),
    ("\ufeffa", "holds the sign that nobody sees U+FEFF"),
    ("\ufffe", "holds the code that is no character U+FFFE"),
    ("\ufdd0", "holds the code that is no character U+FDD0"),
]


@pytest.mark.parametrize(("text", "said"), UNFIT)
def test_an_unfit_sign_is_named(text, said):
    assert text_fault(text) == name_fault(text) == said
    assert visible(text).isprintable()


@pytest.mark.parametrize("text", ["", "=1+1", "保险一 – 万元", "two\nlines\tand a tab", "👩‍🔧", "é", "\u00a0"])
def test_other_texts_are_fit_and_stay_as_they_are(text):
    assert text_fault(text) == ""
    assert visible(text) == text


def test_a_cell_holds_so_many_characters_and_not_one_more():
    assert text_fault("x" * MOST_TEXT) == ""
    assert text_fault("x" * (MOST_TEXT + 1)) == "is 32,768 characters long, of 32,767 that a cell holds"
    # A sign outside the first plane counts twice in a workbook.
    assert text_fault("😀" * 16_383) == ""
    assert text_fault("😀" * 16_384) == "is 32,768 characters long, of 32,767 that a cell holds"


def test_a_name_has_so_many_bytes_and_one_line():
    assert name_fault("保" * (MOST_NAME // 3)) == ""
    assert name_fault("保" * 100) == "is a name of 300 bytes, of 120 that it may have"
    assert name_fault("a\nb") == "is a name with a line break or tab"


def test_a_tree_is_searched_with_its_keys():
    tree = {"roles": {"vp": {"title": "a\tb\a"}, "a\nb": {}}, "phases": [{"id": "x\ty", "n": 1}], "months": ["\a"]}
    assert list(unfit_texts(tree)) == [
        (("roles", "vp", "title"), "a\tb\a", "holds the control character U+0007"),
        (("roles",), "a\nb", "is a name with a line break or tab"),
        (("phases", 0, "id"), "x\ty", "is a name with a line break or tab"),
        (("months", 0), "\a", "holds the control character U+0007"),
    ]


def test_no_message_steers_a_terminal():
    assert str(Finding("E-X", "case.toml", "odd", "\x1b[2J")) == "E-X  case.toml: odd; found \\u001b[2J"
