"""The questions whose answers are stored, by command."""

from __future__ import annotations

from reports.answer import View
from reports.bad_case_views import BAD_CASE
from reports.board_views import BOARD
from reports.bridge_views import BRIDGE
from reports.changes_views import CHANGES
from reports.compare_views import COMPARE
from reports.experiment_views import EXPERIMENT
from reports.explain_views import EXPLAIN
from reports.gate_views import GATE_VALUE
from reports.knowing_views import KNOWING
from reports.next_hire_views import BUDGET, NEXT_HIRE
from reports.other_plans_views import OTHER_PLANS
from reports.ranking_views import COMPARE_RANK
from reports.redesign_views import REDESIGN
from reports.review_views import REVIEW
from reports.scenario_views import SCENARIOS
from reports.sensitivity_views import SENSITIVITY
from reports.tradeoff_views import TRADEOFF
from reports.why_views import WHY

ALL: tuple[View, ...] = (
    GATE_VALUE,
    NEXT_HIRE,
    BUDGET,
    SCENARIOS,
    SENSITIVITY,
    TRADEOFF,
    WHY,
    OTHER_PLANS,
    REDESIGN,
    EXPLAIN,
    BAD_CASE,
    BRIDGE,
    CHANGES,
    COMPARE,
    COMPARE_RANK,
    KNOWING,
    REVIEW,
    EXPERIMENT,
    BOARD,
)
VIEWS: dict[str, View] = {view.question: view for view in ALL}
