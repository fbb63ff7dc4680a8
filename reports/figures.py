"""The six charts of a run: every number is read from the stored dataset, the case's calendar and the stored plan."""

from __future__ import annotations

from collections.abc import Callable

from model.store import Run
from reports.drawing import Chart, drawing_style
from reports.money_charts import cash_chart, reach_chart, readings_chart, waterfall_chart
from reports.people_charts import calendar_chart, heads_chart

__all__ = ["Chart", "charts"]


def charts(run: Run) -> list[Chart]:
    """Return the charts that the run has the data for, in the order of the page."""
    makers: tuple[Callable[[Run], Chart | None], ...] = (
        reach_chart,
        cash_chart,
        waterfall_chart,
        readings_chart,
        heads_chart,
        calendar_chart,
    )
    with drawing_style():
        return [chart for maker in makers if (chart := maker(run)) is not None]
