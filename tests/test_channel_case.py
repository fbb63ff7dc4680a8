"""The case of document 003: its numbers, the conditions under which it pays, and that its plan is proved."""

import numpy as np
import pytest

from model import ledger
from model.schema import ROW
from solvers.certificate import certify
from solvers.exact import Choice, Exact, Tables
from solvers.options import closed, option_of
from solvers.pricing import Pricer

SCENARIOS = 128


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("channel")


@pytest.mark.parametrize(
    ("question", "low", "high", "better_when_more"),
    [
        ("coordination", 0.5, 0.77, True),
        ("adoption", 0.5, 0.95, True),
        ("crm", 200_000.0, 2_800_000.0, False),
    ],
)
def test_each_question_turns_inside_its_range(case, changed, plan_of, months_of, question, low, high, better_when_more):
    asked = case.break_even[question]

    def gap(value):
        moved = changed(case, {asked.vary: value})
        new, old = (
            ledger.result(months_of(moved, plan_of("channel", plan), SCENARIOS).ledger).sum()
            for plan in (asked.plan, asked.against)
        )
        return new - old

    worse, better = (low, high) if better_when_more else (high, low)
    assert gap(worse) < 0 < gap(better)


def test_redesign_pays_over_the_whole_transition_loss_of_the_document(case, changed, plan_of, months_of):
    """003 §12: 15–30 % of monthly labour for 1–3 months; the gain falls with it and stays above nothing."""
    today = ledger.result(months_of(case, plan_of("channel", "today"), SCENARIOS).ledger).sum()
    gains = []
    for rate, months in ((0.15, 1.0), (0.3, 3.0)):
        moved = changed(case, {"staffing.transition_rate": rate, "staffing.transition_months": months})
        gains.append(ledger.result(months_of(moved, plan_of("channel", "redesign"), SCENARIOS).ledger).sum() - today)
    assert gains[0] > gains[1] > 0


def test_labour_of_today_is_the_documents_8_million(case, plan_of, months_of):
    """003 §12 reckons with 800 (10,000 CNY) of labour a year; the roles of the case are guessed to give it."""
    book = months_of(case, plan_of("channel", "today"), SCENARIOS).ledger[:, :12].sum(axis=1).mean(axis=1)
    labour = sum(book[ROW[name]] for name in ("base_pay", "on_cost", "flexible_pay"))
    assert labour == pytest.approx(8e6, rel=0.1)


def test_rates_of_the_document_stand_in_the_case(case):
    """003 §1, §2, §7, §10, §13."""
    rules = case.channels
    shares = (rules.cost_cap, rules.drop, rules.incubate_above, rules.move_drop, rules.price_authority, rules.missed)
    assert np.allclose([float(share) for share in shares], [0.15, 0.15, 0.3, 0.15, 0.05, 0.63])
    assert (rules.roi_floor, rules.support_months, rules.approval_levels) == (3, 6, 5)
    assert float(case.levers["reports"].effects["capacity"]) == pytest.approx(1.5 / 8)
    assert float(case.levers["tickets"].effects["shared_hours"]) == pytest.approx(-0.7)
    assert -0.25 <= float(case.levers["crm"].effects["acquisition"]) <= -0.1
    assert all(float(lever.unused) == 0.15 for lever in case.levers.values())
    assert float(case.modes["as_is"].coordination) == pytest.approx(1 - 0.4)
    assert float(case.modes["redesigned"].coordination) < 0.6 / 0.78


def test_levers_and_channels_of_a_plan_are_proved(case, plan_of):
    """Tables and simulator agree to a tenth of a fen on a plan with levers, spend, a lower price and support."""
    plans = [plan_of("channel", name) for name in ("today", "redesign_automation")]
    modes = plans[1].modes
    tables = Tables(case, Pricer(case, modes, 7, 8))
    for line in case.lines:
        parts = [plan.lines[line] for plan in plans]
        parts.append(parts[0].model_copy(update={"way": "automation_push"}))
        tables.add(line, [closed(case), *(option_of(part) for part in parts)])
    heads = tuple((role, plans[1].seats[role]) for role in ("director", "data", "support"))
    lines = tuple((line, option_of(plans[1].lines[line])) for line in case.lines)
    found = certify(tables, Exact(case, modes), Choice(modes, heads, lines), 7, 4)
    assert found.holds
    assert max(found.max_abs_cny, found.npv_max_abs_cny) <= 0.001
    assert {"levers", "channel_spend", "channel_support", "price_discount", "double_staffing"} <= set(found.by_term)
