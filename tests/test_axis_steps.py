"""Ends and steps of the axis under lying bars."""

import pytest

from reports.board.axis_steps import ticks
from reports.board.specs import ChartSpec, Drawn
from reports.cited import Points


class Row(Points):
    """Numbers drawn without a source."""

    def __init__(self, *values):
        object.__setattr__(self, "values", values)

    @property
    def drawn(self):
        return list(self.values)


def chart(*rows, stacked=False, bars=("a", "b")):
    return ChartSpec("bar", tuple(Drawn("", Row(*row), "") for row in rows), "", bars=bars, stacked=stacked)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (chart((0.33, 0.95)), (0.0, 1.0, 0.2)),
        (chart((-23.7, 1.2), (14.0, -11.8)), (-30.0, 20.0, 10.0)),
        (chart((3.0, 0.0), (4.0, 2.0), stacked=True), (0.0, 8.0, 2.0)),
        (chart((8.5, -13.5), bars=("a", "b" * 31)), (-20.0, 10.0, 10.0)),
        (chart((0.0, float("nan"))), (0.0, 1.0, 1.0)),
    ],
)
def test_the_axis_holds_all_bars_and_few_labels(spec, said):
    assert ticks(spec) == pytest.approx(said)
