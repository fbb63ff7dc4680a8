"""A partner's account month by month: contract years, part years, early ends, trials, deductions and exit fees."""

import numpy as np
import pytest

from model.contracts import PartnerAccount
from model.payrules import ladder

READINGS = (
    "marginal",
    "marginal_base_cliff",
    "retroactive",
    "marginal_low_first_block",
    "base_plus_excess_at_top_rate",
)


NOW = np.zeros((1, 1), dtype=np.int64)


@pytest.fixture(scope="module")
def insurer(shipped, changed):
    """A case of one ladder partner; `months` is set by each test."""
    base = shipped("ladder")

    def build(months=12, **readings):
        values = {"clock.months": months} | {f"readings.{name}": value for name, value in readings.items()}
        return changed(base, values)

    return build


def settle(case, volumes, start=1, end=None, trial=0, contract="ladder", scale=1.0):
    """Monthly commission of one partner with these volumes from its start; `end` is its last month."""
    partner = case.partners[0].model_copy(update={"target_scale": scale})
    account = PartnerAccount(case, partner, case.contracts[contract], 1, 1)
    signed_at = 0 if case.readings.revenue_before_signature == "launch_contracts" else trial
    paid = []
    for month in range(1, case.clock.months + 1):
        age = month - start
        over = end is not None and month > end
        volume = 0.0 if age < 0 or over or age >= len(volumes) else volumes[age]
        pay = account.step(
            month,
            np.array([[age - signed_at]]),
            np.full((1, 1), float(volume)),
            np.full((1, 1), 0 <= age < trial),
            np.full((1, 1), month == end),
        )
        paid.append(pay.item())
    return np.array(paid), account


def due(volume, part=1.0, reading="marginal_base_cliff"):
    """Paper: the year's ladder with all edges cut to a part of the year."""
    edges = [edge * part for edge in (5000, 8000, 12000)]
    return float(ladder(np.array([float(volume)]), edges, (200, 280, 320, 350), 250, reading)[0])


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("total", [4_999, 5_000, 8_000, 12_000, 18_500])
def test_even_months_pay_the_year_in_total(insurer, reading, total):
    paid, _ = settle(insurer(tier_reading=reading), [total / 12] * 12)
    assert paid.sum() == pytest.approx(due(total, 1.0, reading), rel=1e-12)
    assert (paid >= -1e-6).all()


def test_cliff_is_paid_in_the_month_that_reaches_it(insurer):
    """1,000 a month: four months at 200, then 250 on all 5,000 of them, then 280."""
    paid, _ = settle(insurer(), [1000] * 12)
    assert paid[:6] == pytest.approx([200e3, 200e3, 200e3, 200e3, 450e3, 280e3])
    assert paid.sum() == pytest.approx(3_370_000)


# Section 1.2 of the extraction: 18,500 policies in 18 flat months, CNY by reading and reset.
@pytest.mark.parametrize(
    ("reading", "reset", "total"),
    [
        ("marginal_base_cliff", "contract_year", 5_230_000),
        ("marginal_base_cliff", "never", 5_645_000),
        ("retroactive", "never", 6_475_000),
        ("marginal_low_first_block", "never", 5_395_000),
    ],
)
def test_eighteen_months_of_the_insurer(insurer, reading, reset, total):
    case = insurer(18, tier_reading=reading, tier_reset=reset)
    paid, _ = settle(case, [18_500 / 18] * 18)
    assert paid.sum() == pytest.approx(total, abs=500)


# Same table, growing months: 3 % and 10 % a month under the shipped reading.
@pytest.mark.parametrize(("growth", "total"), [(0.03, 5_254_000), (0.06, 5_287_000), (0.10, 5_330_000)])
def test_eighteen_growing_months_stay_near_the_stated_sum(insurer, growth, total):
    weights = (1 + growth) ** np.arange(18)
    paid, _ = settle(insurer(18), list(18_500 * weights / weights.sum()))
    assert paid.sum() == pytest.approx(total, abs=600)
    assert 0.98 * 5.3e6 < paid.sum() < 1.02 * 5.3e6


@pytest.mark.parametrize("inside", [1, 5, 11])
@pytest.mark.parametrize("reading", READINGS)
def test_the_horizon_cuts_the_last_year_by_its_months(insurer, inside, reading):
    case = insurer(12 + inside, tier_reading=reading)
    paid, _ = settle(case, [900] * (12 + inside))
    part = inside / 12
    assert paid[12:].sum() == pytest.approx(due(900 * inside, part, reading), rel=1e-9)
    assert paid[12:].sum() == pytest.approx(due(10_800, 1.0, reading) * part, rel=1e-9)


def test_contract_years_run_from_the_start_of_the_partner(insurer):
    case = insurer(24)
    paid, _ = settle(case, [1000] * 20, start=5)
    assert paid[:4].tolist() == [0.0] * 4
    assert paid[4:16].sum() == pytest.approx(3_370_000)
    assert paid[16:].sum() == pytest.approx(due(8_000, 8 / 12))


@pytest.mark.parametrize("end", [5, 6, 11, 12, 17])
def test_early_end_is_settled_by_the_months_served_and_stays_settled(insurer, end):
    case = insurer(36)
    paid, _ = settle(case, [1100] * 36, end=end)
    year, months = divmod(end, 12)
    expected = due(13_200) * year + (due(1100 * months, months / 12) if months else 0.0)
    assert paid.sum() == pytest.approx(expected, rel=1e-9)
    assert not paid[end:].any()


def test_end_without_reset_keeps_the_whole_ladder(insurer):
    case = insurer(36, tier_reset="never")
    paid, _ = settle(case, [1000] * 36, end=20)
    assert paid.sum() == pytest.approx(due(20_000))
    assert not paid[20:].any()


def test_smaller_partner_has_smaller_edges(insurer):
    paid, _ = settle(insurer(), [500 / 12 * 6] * 12, scale=0.6)
    assert paid.sum() == pytest.approx(0.6 * due(5_000))


@pytest.mark.parametrize(
    ("reading", "before", "year"),
    [
        ("launch_contracts", 600e3, due(12_000)),
        ("trial_commission", 750e3, due(12_000)),
        ("none", 0.0, due(12_000)),
    ],
)
def test_trial_pays_by_its_reading_and_the_contract_starts_at_signature(insurer, reading, before, year):
    case = insurer(15, revenue_before_signature=reading)
    paid, _ = settle(case, [1000] * 15, trial=3)
    assert paid[:3].sum() == pytest.approx(before)
    if reading == "launch_contracts":
        assert paid[:12].sum() == pytest.approx(year)
    else:
        assert paid[3:].sum() == pytest.approx(year)


def test_flat_rate_has_no_year(insurer, changed):
    case = changed(insurer(18), {"contracts.ladder.edges": (), "contracts.ladder.rates": (600.0,)})
    paid, _ = settle(case, [10] * 18, end=7)
    assert paid.tolist() == [6000.0] * 7 + [0.0] * 11


# 004 L225-227: strict signs, so no deduction exactly at the limits.
@pytest.mark.parametrize(
    ("complaint", "nps", "lost"),
    [(0.08, 65, 0), (0.0801, 65, 0.10), (0.08, 64.9, 0.15), (0.09, 60, 0.235), (0.0, 100, 0)],
)
def test_deduction_at_and_beside_the_limits(insurer, complaint, nps, lost):
    account = settle(insurer(), [0])[1]
    pay = np.array([[1000.0]])
    found = account.deduction(pay, np.array([[complaint]]), np.array([[float(nps)]]), NOW)
    assert found.item() == pytest.approx(1000 * lost)
    back = account.deduction(-pay, np.array([[complaint]]), np.array([[float(nps)]]), NOW)
    assert back.item() == pytest.approx(-1000 * lost)


def test_contract_without_deductions_loses_nothing(insurer, changed):
    case = changed(insurer(), {"contracts.ladder.complaint_deduction": 0.0, "contracts.ladder.nps_deduction": 0.0})
    account = settle(case, [0])[1]
    assert account.deduction(np.ones((1, 1)), np.ones((1, 1)), np.zeros((1, 1)), NOW).item() == 0.0


def test_exit_fee_is_a_fifth_of_the_contract_years_commission(insurer):
    """8,000 policies bring 2.09 M; leaving costs 418,000 (004 L253); a trial is left for nothing."""
    account = settle(insurer(), [8_000 / 12] * 12)[1]
    yes, no = np.array([[True]]), np.array([[False]])
    assert account.exit_fee(no, yes).item() == pytest.approx(418_000)
    assert account.exit_fee(yes, yes).item() == 0.0
    assert account.exit_fee(no, no).item() == 0.0


def test_exit_fee_counts_the_running_contract_year_only(insurer):
    account = settle(insurer(15), [1000] * 15)[1]
    assert account.exit_fee(np.array([[False]]), np.array([[True]])).item() == pytest.approx(0.2 * due(3000, 0.25))


@pytest.mark.parametrize("reset", ["contract_year", "calendar_year", "quarter", "month"])
def test_even_months_pay_alike_whatever_the_period(insurer, reset):
    """18,500 in 18 flat months from January: each period has its part of the edges, 5.23 M in all."""
    paid, _ = settle(insurer(18, tier_reset=reset), [18_500 / 18] * 18)
    assert paid.sum() == pytest.approx(5_230_000, abs=500)


# Section 1.2 of the extraction: monthly settlement with a twelfth of the thresholds, growing months.
@pytest.mark.parametrize(
    ("growth", "total"), [(0.0, 5_230_000), (0.03, 5_259_000), (0.06, 5_298_000), (0.10, 5_351_000)]
)
def test_monthly_settlement_of_growing_months(insurer, growth, total):
    weights = (1 + growth) ** np.arange(18)
    paid, _ = settle(insurer(18, tier_reset="month"), list(18_500 * weights / weights.sum()))
    assert paid.sum() == pytest.approx(total, abs=600)


# Same table: full thresholds for a half year, and for 5 + 12 + 1 months of calendar years from August.
@pytest.mark.parametrize(
    ("reset", "start", "total"), [("contract_year", 1, 5_063_000), ("calendar_year", 8, 4_981_000)]
)
def test_full_thresholds_of_a_part_period(insurer, reset, start, total):
    case = insurer(17 + start, tier_reset=reset, part_periods="full")
    paid, _ = settle(case, [18_500 / 18] * 18, start=start)
    assert paid.sum() == pytest.approx(total, abs=600)


def test_later_years_have_the_edges_of_their_target(insurer):
    """Year 2 at × 2.4: 12,000 reach the first edge exactly, 11,999 do not (004 L433)."""
    case = insurer(24, later_year_thresholds="scaled")
    paid, _ = settle(case, [5000 / 12] * 12 + [1000] * 12)
    assert paid[:12].sum() == pytest.approx(1_250_000)
    assert paid[12:].sum() == pytest.approx(3_000_000)
    short, _ = settle(case, [5000 / 12] * 12 + [11_999 / 12] * 12)
    assert short[12:].sum() == pytest.approx(11_999 * 200)
    same, _ = settle(insurer(24), [5000 / 12] * 12 + [1000] * 12)
    assert same[12:].sum() == pytest.approx(3_370_000)


@pytest.mark.parametrize(
    ("window", "lost"), [("month", [0, 100, 0, 0]), ("quarter", [0, 0, 0, 0]), ("year", [0, 0, 0, 0])]
)
def test_quality_is_averaged_over_its_window(insurer, window, lost):
    """Complaints 6, 9.9, 6 and 6 %: only the month by itself lies above 8 %."""
    account = settle(insurer(quality_window=window), [0])[1]
    found = []
    for clock, rate in enumerate([0.06, 0.099, 0.06, 0.06]):
        cell = np.ones((1, 1))
        found.append(account.deduction(1000 * cell, rate * cell, 100 * cell, np.full((1, 1), clock)).item())
    assert found == pytest.approx(lost)


def test_a_window_begins_anew(insurer):
    """9 % in months 1 to 3 of a quarter is forgotten in the next one."""
    account = settle(insurer(quality_window="quarter"), [0])[1]
    cell, found = np.ones((1, 1)), []
    for clock, rate in enumerate([0.09, 0.09, 0.09, 0.05]):
        found.append(account.deduction(1000 * cell, rate * cell, 100 * cell, np.full((1, 1), clock)).item())
    assert found == pytest.approx([100, 100, 100, 0])


def test_exit_fee_of_the_last_year(insurer):
    """1,000 a month for 15 months: the year before brought 3.37 M, a fifth is 674,000."""
    account = settle(insurer(15, exit_fee_of="last_year"), [1000] * 15)[1]
    assert account.exit_fee(np.array([[False]]), np.array([[True]])).item() == pytest.approx(674_000)
