"""Tables on a narrow terminal: no word of a title is cut."""

import pytest

from experiments.console.questions import show

PLANS = [("future", False), ("Recommended plan", True), ("The documents' plan", True), ("Outsourced altogether", True)]
ROWS = [["The first insurer never brings a policy", "+8.4", "−0.26", "0"]]


@pytest.fixture
def told(monkeypatch, capsys):
    def at(columns, table=PLANS):
        monkeypatch.setenv("COLUMNS", str(columns))
        show("Average result, M CNY", table, [row[: len(table)] for row in ROWS])
        return capsys.readouterr().out

    return at


def test_titles_stand_above_their_numbers_where_they_fit(told):
    out = told(80)
    assert out.splitlines()[0].strip() == "Average result, M CNY"
    assert "Recommended" in out
    assert "A  " not in out


def test_letters_stand_for_titles_that_do_not_fit(told):
    out = told(40)
    # future/insurer 7, Recommended 11, documents' 10, Outsourced 10 and two blanks each: 46 at least.
    assert [line.strip() for line in out.splitlines()[:4]] == [
        "Average result, M CNY",
        "A  Recommended plan",
        "B  The documents' plan",
        "C  Outsourced altogether",
    ]
    assert out.split("\n")[5].split() == ["future", "A", "B", "C"]


@pytest.mark.parametrize(("width", "letters"), [(46, False), (45, True)])
def test_letters_begin_where_a_word_would_be_cut(told, width, letters):
    assert ("A  Recommended plan" in told(width)) is letters
