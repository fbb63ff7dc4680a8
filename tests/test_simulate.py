"""Running plans: blocks, threads and common draws never change a scenario."""

import numpy as np
import pytest

from model import ledger
from model.draws import BLOCK
from model.errors import InputError
from model.simulate import TABLE, VERDICT, Block, block_sizes, plan_months, scenario_months, simulate

FIELDS = ("years", "cash", "revenue", "npv", "heads", "line_revenue", "volume", "work", "supply", "use")


@pytest.fixture(scope="module")
def eco(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def lean(plan_of):
    return plan_of("ecosystem", "lean")


@pytest.fixture(scope="module")
def across(eco, lean):
    """A run whose last scenarios lie in a second block."""
    return simulate([eco], [lean], 3, VERDICT, BLOCK + 5)[0]


@pytest.mark.parametrize(
    ("scenarios", "sizes"),
    [(0, []), (1, [1]), (4095, [4095]), (4096, [4096]), (4097, [4096, 1]), (8192, [4096, 4096])],
)
def test_block_sizes_at_their_edges(scenarios, sizes):
    assert block_sizes(scenarios) == sizes


def test_workers_change_nothing(eco, lean, across):
    alone = simulate([eco], [lean], 3, VERDICT, BLOCK + 5, threads=1)[0]
    for name in FIELDS:
        assert np.array_equal(getattr(alone, name), getattr(across, name)), name


def test_first_scenarios_stay_when_more_are_asked(eco, lean, across):
    few = simulate([eco], [lean], 3, VERDICT, 64)[0]
    for name in ("years", "cash", "revenue", "npv"):
        assert np.array_equal(getattr(few, name), getattr(across, name)[..., :64]), name


@pytest.mark.parametrize("wanted", [0, 63, BLOCK - 1, BLOCK, BLOCK + 4])
def test_one_scenario_again_bit_for_bit(eco, lean, across, wanted):
    book = scenario_months(eco, lean, 3, VERDICT, BLOCK + 5, wanted)
    assert np.array_equal(ledger.by_year(book, 1), across.years[:, :, wanted])
    assert np.array_equal(ledger.revenue(book), across.revenue[:, wanted])


def test_what_is_kept_agrees_with_itself(eco, across):
    """Cash, revenue, programme years and NPV are four views of one ledger."""
    net = np.diff(across.cash, axis=0, prepend=0.0)
    assert ledger.by_year(net, 0) == pytest.approx(ledger.result(across.years), abs=1e-5)
    assert ledger.by_year(across.revenue, 0) == pytest.approx(ledger.revenue(across.years), abs=1e-5)
    worth = sum(net[m] / 1.1 ** ((m + 1) / 12) for m in range(60))
    assert across.npv == pytest.approx(worth, abs=1e-3)
    assert across.line_revenue.sum(axis=0) == pytest.approx(ledger.by_year(across.revenue, 0).mean(axis=1), rel=1e-12)


def test_plans_share_their_draws(eco, lean, plan_of):
    """Running another plan beside it changes nothing, and the same plan twice gives the same numbers."""
    alone = simulate([eco], [lean], 3, VERDICT, 32)[0]
    three = simulate([eco] * 3, [plan_of("ecosystem", "bold"), lean, lean], 3, VERDICT, 32)
    assert np.array_equal(alone.npv, three[1].npv)
    assert np.array_equal(three[1].npv, three[2].npv)
    assert np.corrcoef(three[0].npv, three[1].npv)[0, 1] > 0.5


def test_readings_are_compared_on_the_same_draws(eco, lean, changed):
    base = changed(eco, {"readings.salary_is": "base"})
    pair = simulate([eco, base], [lean, lean], 3, VERDICT, 32)
    assert np.array_equal(pair[0].revenue, pair[1].revenue)
    assert (pair[1].npv < pair[0].npv).all()


@pytest.mark.parametrize(
    ("path", "value"),
    [("uncertainty.level", 0.9), ("costs.trial_months", 4), ("partners.insurer_1.conversion", 0.5)],
)
def test_cases_with_other_chances_are_refused(eco, lean, changed, path, value):
    with pytest.raises(InputError, match="must share their draws"):
        simulate([eco, changed(eco, {path: value})], [lean, lean], 3, VERDICT, 4)


def test_each_case_needs_its_plan(eco, lean):
    with pytest.raises(ValueError, match="zip"):
        simulate([eco, eco], [lean], 3, VERDICT, 4)


def test_seed_and_stage_give_other_futures(eco, lean, across):
    assert not np.array_equal(simulate([eco], [lean], 4, VERDICT, 8)[0].npv, across.npv[:8])
    assert not np.array_equal(simulate([eco], [lean], 3, TABLE, 8)[0].npv, across.npv[:8])


def test_idle_plan_is_zero_in_every_scenario(eco, plan_of):
    outcome = simulate([eco], [plan_of("ecosystem", "do_nothing")], 3, VERDICT, 8)[0]
    for name in FIELDS:
        assert not getattr(outcome, name).any(), name


def test_progress_counts_every_scenario(eco, plan_of):
    done = []
    simulate([eco], [plan_of("ecosystem", "do_nothing")], 3, VERDICT, BLOCK + 7, progress=done.append)
    assert sorted(done) == [7, BLOCK]


def test_certain_case_has_one_future(eco, lean, changed):
    quiet = changed(eco, {"uncertainty.mode": "none"})
    outcome = simulate([quiet], [lean], 3, VERDICT, 5)[0]
    assert (outcome.npv == outcome.npv[0]).all()
    assert np.array_equal(outcome.npv, simulate([quiet], [lean], 99, TABLE, 5)[0].npv)


def test_chances_of_a_block_are_made_once(eco):
    block = Block(eco, 3, VERDICT, 0, 4)
    assert block.chance("other") is block.chance("other")


def test_rows_of_lines_add_up_to_the_ledger(eco, plan_of):
    found = plan_months(eco, plan_of("ecosystem", "documents"), Block(eco, 3, VERDICT, 0, 8))
    assert sum(found.line_revenue.values()) == pytest.approx(ledger.revenue(found.ledger), abs=1e-6)
    assert (found.ledger >= -1e-3).all()
