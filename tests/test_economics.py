"""Where the rooms meet: modes, tools, shared work, agency, and the whole economics told again in plain loops."""

import numpy as np
import pytest

from model import economics
from model.economics import Options, options_of
from model.organisation import organisation
from model.schema import ROW
from model.simulate import VERDICT, Block, plan_months


@pytest.fixture(scope="module")
def eco(shipped):
    return shipped("ecosystem")


def modes(case, *names):
    return organisation(case, names)


def test_coordination_follows_the_mode_of_each_phase(eco):
    org = modes(eco, "department", "department", "unit")
    assert org.coordination.tolist() == [0.97] * 18 + [0.96] * 42


@pytest.mark.parametrize(
    ("path", "reading", "months", "lost"),
    [
        (("unit", "unit", "unit"), "per_month", 2.0, []),
        (("department", "unit", "unit"), "per_month", 2.0, [7, 8]),
        (("department", "unit", "unit"), "once", 2.0, [7]),
        (("department", "unit", "department"), "per_month", 3.0, [7, 8, 9, 19, 20, 21]),
        (("department", "unit", "unit"), "per_month", 0.0, []),
    ],
)
def test_only_a_change_of_mode_costs(eco, changed, path, reading, months, lost):
    case = changed(eco, {"readings.transition_loss": reading, "staffing.transition_months": months})
    loss = modes(case, *path).transition
    assert [month for month, share in enumerate(loss, start=1) if share] == lost
    assert set(loss.tolist()) <= {0.0, 0.2}


def test_part_of_a_month_of_loss_counts_as_a_part(eco, changed):
    case = changed(eco, {"staffing.transition_months": 1.5})
    assert modes(case, "department", "unit", "unit").transition[5:9] == pytest.approx([0, 0.2, 0.1, 0])


def test_loss_does_not_reach_past_the_horizon(eco, changed):
    phases = tuple(p.model_copy(update={"first_month": m}) for p, m in zip(eco.phases, (1, 7, 60), strict=True))
    case = changed(eco, {"phases": phases, "staffing.transition_months": 3.0})
    assert modes(case, "unit", "unit", "department").transition[58:].tolist() == [0.0, 0.2]


def test_tools_step_by_month_until_the_stop(eco):
    assert economics.standing(eco, None, 61)[0].tolist() == [200e3] * 6 + [60e3] * 6 + [45e3] * 48
    assert economics.standing(eco, None, 8)[0].tolist() == [200e3] * 6 + [60e3] * 2 + [0.0] * 52


@pytest.mark.parametrize(("months", "ends"), [(1, [0]), (3, [2]), (4, [2, 3]), (6, [2, 5]), (7, [2, 5, 6])])
def test_quarter_ends(eco, changed, months, ends):
    assert economics.quarter_ends(changed(eco, {"clock.months": months})).tolist() == ends


@pytest.mark.parametrize(("months", "ends"), [(11, [10]), (12, [11]), (13, [11, 12]), (25, [11, 23, 24])])
def test_year_ends(eco, changed, months, ends):
    assert economics.year_ends(changed(eco, {"clock.months": months})).tolist() == ends


@pytest.mark.parametrize(("stop", "hours"), [(61, [270, 270, 270]), (3, [270, 0, 0]), (4, [270, 90, 0])])
def test_fixed_work_lasts_as_long_as_the_unit(eco, stop, hours):
    assert economics.fixed_work(eco, stop)[0, :3].tolist() == hours


def test_agency_hour_costs_loaded_table_pay_and_rises(eco):
    """45 万 ÷ 12 ÷ 130 × 2.025 for a partner manager."""
    rate = economics.agency_rate(eco)[list(eco.shared_work).index("bd")]
    assert rate[[0, 3]] == pytest.approx([450e3 / 12 / 130 * 2.025] * 2)
    assert rate[[4, 19]] == pytest.approx([450e3 / 12 / 130 * 2.025 * 1.04, 450e3 / 12 / 130 * 2.025 * 1.04**4])


@pytest.mark.parametrize(("short", "bought"), [(-1, 0), (0, 0), (1, 1), (100, 100)])
def test_agency_buys_only_what_is_missing(eco, short, bought):
    supply = np.full((len(eco.shared_work), 20, 1), 500.0)
    found = economics.agency(eco, supply + short, supply)
    assert found == pytest.approx(economics.agency_rate(eco)[:, :, None] * bought)


def test_one_roles_spare_hours_do_not_help_another(eco):
    work = np.zeros((len(eco.shared_work), 20, 1))
    supply = np.zeros_like(work)
    work[0], supply[1] = 10.0, 1000.0
    assert economics.agency(eco, work, supply)[0].min() > 0


def test_lead_is_present_by_ramped_hours(eco, changed):
    org = modes(eco, "department", "unit", "unit")
    hours = np.full((60, 2), 65.0) * org.coordination[:, None]
    assert economics.lead_presence(eco, hours, org) == pytest.approx(np.full((60, 2), 0.5))
    idle = modes(changed(eco, {"modes.unit.coordination": 0.0}), "unit", "unit", "unit")
    assert not economics.lead_presence(eco, np.zeros((60, 2)), idle).any()


def test_options_of_line_plans(eco, plan_of):
    plans = [plan_of("ecosystem", name).lines["insurance"] for name in ("documents", "lean")]
    found = options_of(eco, "insurance", plans)
    assert isinstance(found, Options)
    assert found.starts.tolist() == [[1, 1], [3, 6], [5, 12], [10, 0]]
    assert found.ways == ("normal", "normal")
    assert found.contracts == ("insurer_ladder",) * 4


def test_options_together_equal_options_alone(eco, plan_of):
    """A line priced for many options at once pays each what it pays alone."""
    block = Block(eco, 3, VERDICT, 0, 16)
    plans = [plan_of("ecosystem", name).lines["insurance"] for name in ("documents", "bold", "lean")]
    rng = np.random.default_rng(1)
    capacity, lead = rng.uniform(0, 900, (60, 3, 16)), rng.uniform(0, 1, (60, 3, 16))
    chance = block.chance("insurance")
    options = options_of(eco, "insurance", plans)
    together = economics.line_terms(eco, "insurance", options, chance, capacity, lead, 61, None)
    for index, plan in enumerate(plans):
        part = slice(index, index + 1)
        alone = economics.line_terms(
            eco, "insurance", options_of(eco, "insurance", [plan]), chance, capacity[:, part], lead[:, part], 61, None
        )
        assert np.array_equal(together.rows[:, :, part], alone.rows)
        assert np.array_equal(together.work[:, :, part], alone.work)


def test_after_the_stop_everything_is_zero(eco, changed, plan_of):
    """Stopped inside a quarter and a year: what is still owed is paid in the last month."""
    for stop in (4, 6, 13, 59):
        plan = changed(plan_of("ecosystem", "documents"), {"policies.stop_after": stop})
        found = plan_months(eco, plan, Block(eco, 3, VERDICT, 0, 50))
        after = found.ledger[:, stop:].any(axis=(1, 2))
        assert {name for name, index in ROW.items() if after[index]} <= {"collected"}
        assert found.ledger[ROW["collected"]].sum() == pytest.approx(found.ledger[ROW["uncollected"]].sum())
        assert found.ledger[ROW["exit_fee"], stop - 1].any() == (stop > 3)
        assert found.ledger[ROW["severance"], stop - 1].any()
        assert found.ledger[ROW["annual_bonus"], stop - 1].all()
        assert not any(heads[stop:].any() for heads in found.heads.values())


def test_stop_changes_nothing_before_its_month(eco, changed, plan_of):
    plan = plan_of("ecosystem", "documents")
    block = Block(eco, 3, VERDICT, 0, 50)
    full = plan_months(eco, plan, block).ledger
    cut = plan_months(eco, changed(plan, {"policies.stop_after": 24}), block).ledger
    for name, index in ROW.items():
        assert np.array_equal(full[index, :23], cut[index, :23]), name
