"""A waterfall: each bar begins where the one before ends, through zero where it must, with its error."""

from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from reports.drawing import drawing_style
from reports.waterfall_charts import Bar, _draw, waterfall

BARS = [
    Bar("Old", 2e6, 3e5),
    Bar("Worse", -5e6, 1e5),
    Bar("A name that is far too long to stand in one line of the chart", 1e6, 0.0),
    Bar("New", -2e6, 3e5),
]


def test_bars_are_chained_through_zero():
    axes = Figure().add_subplot()
    ends = _draw(axes, BARS)
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert spans == [(0.0, 2.0), (2.0, -3.0), (-3.0, -2.0), (0.0, -2.0)]
    # amounts stand beyond the bar and its 95 % interval, on the side that it leads to
    assert ends == pytest.approx([2 + 1.96 * 0.3, -3 - 1.96 * 0.1, -2.0, -2 - 1.96 * 0.3], abs=1e-3)


def test_the_chart_holds_every_number_and_word():
    with drawing_style():
        chart = waterfall("bridge", "It fell.", "What each step brings.", BARS, "result")
        again = waterfall("bridge", "It fell.", "What each step brings.", BARS, "result")
    assert chart.rows == tuple((bar.label, bar.value, bar.se) for bar in BARS)
    assert [column.form for column in chart.columns] == ["text", "money", "error"]
    assert chart.svg == again.svg
    text = "".join(ElementTree.fromstring(chart.svg).itertext())
    for word in ("Old", "New", "−5.0", "+1.0", "result, M CNY"):
        assert word in text


def test_nothing_but_zero_is_drawn_too():
    with drawing_style():
        chart = waterfall("flat", "Nothing.", "Nothing.", [Bar("Old", 0.0, 0.0), Bar("New", 0.0, 0.0)], "result")
    assert "Old" in chart.svg
