"""Partners under contract: paused, on a plan, under notice, cut, renewed, leaking, merging, replaced; their care."""

import numpy as np
import pytest

from model.draws import Draws
from model.partner_care import interface_shares
from model.partner_events import monthly, partner_events
from model.partners import LinePaths, line_chance
from model.plans import LinePlan, PartnerPlan
from model.schema import ROW

CARE = ("sourcing", "crisis", "scorecard", "contract_life", "shocks", "interface", "workshops")


@pytest.fixture(scope="module")
def eco(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def only(eco, changed):
    """only("crisis") is the case without chance that knows of all care just this section."""

    def keep(*names, **values):
        case = changed(eco, {"uncertainty.mode": "none", "trial": None} | {n: None for n in CARE if n not in names})
        return changed(case, {key.replace("__", "."): value for key, value in values.items()})

    return keep


def given(changed, case, volumes):
    """The first insurer brings these volumes from month 1; what follows the list is its last value."""
    months = case.clock.months
    return changed(case, {"volumes": {"insurer_1": tuple((list(volumes) + [volumes[-1]] * months)[:months])}})


def run(case, months=60, complaint=None, contract="insurer_ladder"):
    """The first insurer alone from month 1; `complaint` replaces its complaint rate by month."""
    chance = line_chance(case, "insurance", Draws(1, "verdict", 0, 1, certain=case.uncertainty.mode == "none"))
    if complaint:
        for month, rate in complaint.items():
            chance.complaint[month - 1, 0] = rate - float(case.partners[0].complaint)
    paths = LinePaths(
        case, "insurance", np.array([[1], [0], [0], [0]]), [contract] * 4, np.ones(1), chance, case.clock.months + 1
    )
    full = np.full((1, 1), 1e9)
    return [paths.step(month, full, np.zeros((1, 1))) for month in range(1, months + 1)]


@pytest.mark.parametrize(("rate", "stops"), [(0.0999, False), (0.1, False), (0.1001, True)])
def test_complaints_pause_new_users(only, changed, rate, stops):
    """004 L373: above 10 % in month 3 no new users in month 4; in month 5 they are back."""
    months = run(given(changed, only("crisis"), [100.0]), 6, {3: rate})
    assert [month.volume[0].item() for month in months] == [100, 100, 100, 0 if stops else 100, 100, 100]
    assert months[2].state.called.sum() == (100 if stops else 0)


def test_a_pause_lasts_as_long_as_the_complaints(only, changed):
    months = run(given(changed, only("crisis"), [100.0]), 8, {3: 0.2, 4: 0.15, 5: 0.11})
    assert [month.volume[0].item() for month in months] == [100, 100, 100, 0, 0, 0, 100, 100]


def plans_of(months):
    return [m for m, month in enumerate(months, start=1) if month.state.planning[0].item()]


@pytest.mark.parametrize(("volume", "planned"), [(249.99, True), (250.0, False), (250.01, False)])
def test_slump_at_its_edge(only, changed, volume, planned):
    """60 % of 5,000 ÷ 12 = 250 a month; the grace is 12 months, so months 13 and 14 start a plan in month 15."""
    found = plans_of(run(given(changed, only("crisis"), [500.0] * 12 + [volume] * 2 + [500.0]), 40))
    assert found == ([15] if planned else [])


def test_missed_by_is_the_other_reading(only, changed):
    case = only("crisis", readings__performance_60pct="missed_by")
    low, fine = ([500.0] * 12 + [volume] * 2 + [500.0] for volume in (166.6, 166.7))
    assert plans_of(run(given(changed, case, low), 40)) == [15]
    assert plans_of(run(given(changed, case, fine), 40)) == []


def test_two_months_of_slump_start_a_plan_and_end_in_notice(only, changed):
    """Slump from month 13 on: plan in month 15, notice after it, end after six more months, in month 21."""
    case = only("crisis", crisis__replaces=False, contracts__insurer_ladder__weak_quarter=0.0)
    months = run(given(changed, case, [500.0] * 12 + [200.0]), 40)
    assert plans_of(months)[0] == 15
    assert [m for m, month in enumerate(months, start=1) if month.ending[0].item()] == [21]
    at_once = changed(case, {"crisis.notice_months": 0})
    ended = run(given(changed, at_once, [500.0] * 12 + [200.0]), 40)
    assert [m for m, month in enumerate(ended, start=1) if month.ending[0].item()] == [15]


def test_a_good_month_in_the_plan_saves_the_partner(only, changed):
    months = run(given(changed, only("crisis"), [500.0] * 12 + [200.0] * 2 + [500.0]), 40)
    assert not any(month.ending[0].item() for month in months)


def test_an_ended_partner_is_replaced_after_the_lag(only, changed):
    """Weak from the start: ended in month 18, the next one starts in month 25 with age 0."""
    case = given(changed, only("crisis", crisis__slump=0.0), [100.0])
    months = run(case, 30)
    active = [month.active[0].item() for month in months]
    assert active == [True] * 18 + [False] * 6 + [True] * 6
    assert months[24].age[0].item() == 0
    assert months[17].state.destroyed[0].item()
    alone = run(changed(case, {"crisis.replaces": False}), 30)
    assert not any(month.active[0].item() for month in alone[18:])


def test_a_cut_halves_the_rate_from_the_next_month_on(only, changed):
    case = changed(only("contract_life"), {"contract_life.cut": 1.0, "uncertainty.mode": "random"})
    rates = [month.rate[0].item() for month in run(given(changed, case, [100.0]), 6)]
    assert rates == [1, 1, 1, 1, 0.5, 0.25]  # the trial's three months are not signed, month 4 is cut


@pytest.mark.parametrize(("chance", "lasts"), [(0.0, 36), (1.0, 60)])
def test_a_contract_ends_with_its_term_or_is_renewed_at_another_rate(only, changed, chance, lasts):
    case = changed(only("contract_life"), {"contract_life.renewal": chance})
    months = run(given(changed, case, [500.0]), 60)
    assert sum(month.active[0].item() for month in months) == lasts
    assert months[35].rate[0].item() == 1.0
    if lasts == 60:
        assert months[36].rate[0].item() == pytest.approx(0.97)


def test_the_rate_is_adjusted_each_contract_year(only, changed):
    case = changed(only("contract_life"), {"contract_life.adjustment": -0.05, "contract_life.renewal": 1.0})
    months = run(given(changed, case, [500.0]), 26)
    assert [months[m].rate[0].item() for m in (11, 12, 24)] == pytest.approx([1, 0.95, 0.9025])


@pytest.mark.parametrize("yearly", [0.0, 0.002, 0.3, 1.0])
def test_monthly_chances_make_the_yearly_one(yearly):
    assert 1 - (1 - monthly(yearly)) ** 12 == pytest.approx(yearly)


def test_damages_are_log_uniform_and_paid_by_who_leaks(eco, changed):
    """5 to 50 M CNY: half of them below √(5 × 50) = 15.8 M, mean 45 ÷ ln 10 = 19.54 M; 30 % are ours."""
    events = partner_events(eco, list(eco.partners), Draws(3, "verdict"))
    assert np.median(events.damages) == pytest.approx(15.811e6, rel=0.03)
    assert events.damages.mean() == pytest.approx(45e6 / np.log(10), rel=0.02)
    assert events.damages.min() >= 5e6
    assert events.damages.max() <= 50e6
    assert events.ours.mean() == pytest.approx(0.3, abs=0.01)
    never = partner_events(changed(eco, {"shocks.leak": 0.0}), list(eco.partners), Draws(3, "verdict"))
    assert not never.leak.any()


def test_a_merger_ends_who_leaves_over_it(only, changed):
    case = changed(only("shocks"), {"shocks.merger": 1.0, "shocks.leak": 0.0, "shocks.merger_ends": 1.0})
    assert [month.active[0].item() for month in run(case, 3)] == [True, False, False]
    stays = changed(case, {"shocks.merger_ends": 0.0})
    assert all(month.active[0].item() for month in run(stays, 3))


def test_no_event_moves_another(eco, changed):
    many = changed(eco, {"shocks.leak": 0.9, "shocks.merger": 0.9})
    base, other = (partner_events(case, list(eco.partners), Draws(3, "verdict")) for case in (eco, many))
    assert np.array_equal(base.cut, other.cut)
    assert np.array_equal(base.damages, other.damages)
    assert (other.leak >= base.leak).all()


def test_the_next_partner_of_a_line_connects_cheaper(only):
    case = only("interface", interface__saving=0.2, interface__least=0.5)
    starts = np.array([[3, 1], [1, 0], [3, 2], [9, 2], [12, 3]])
    assert interface_shares(case, starts)[:, 0].tolist() == pytest.approx([0.8, 1, 0.64, 0.512, 0.5])
    assert interface_shares(case, starts)[[0, 2, 3, 4], 1].tolist() == pytest.approx([1, 0.8, 0.64, 0.512])
    assert (interface_shares(only(), starts) == 1).all()


@pytest.fixture
def alone(plan_of, changed, rows_of):
    """alone(case) is the ledger of the first insurer alone from month 1, nobody hired; `stop` ends the unit."""

    def rows(case, stop=None):
        entry = {"insurer_1": PartnerPlan(start=1, contract="insurer_ladder")}
        part = LinePlan(team={}, way="normal", partners=entry)
        values = {"lines": {"insurance": part}, "policies.stop_after": stop}
        return rows_of(case, changed(plan_of("ecosystem", "lean"), values))

    return rows


def test_search_and_review_of_one_partner(only, changed, alone):
    rows = alone(given(changed, only("sourcing"), [100.0]))
    assert rows["sourcing"].tolist() == [5 * 2000 + 3 * 8000] + [0] * 59
    assert rows["trial_cost"][:5].tolist() == [30_000] * 3 + [pytest.approx(3_000), 0]


def test_workshops_and_what_comes_of_them(only, changed, alone):
    """Signed from month 4: workshops in 4, 10, 16 …; a sure product of 3 M a year sells from month 28 on."""
    sure = {
        f"workshops__products__{name}__chance": chance
        for name, chance in (("battery_cover", 1.0), ("second_cover", 0.0))
    }
    rows = alone(given(changed, only("workshops", **sure), [500.0]))
    assert np.flatnonzero(rows["workshops"]).tolist() == list(range(3, 60, 6))
    assert rows["workshops"].max() == 15_000
    assert np.flatnonzero(rows["new_products"])[0] == 27
    assert rows["new_products"][27:].tolist() == [250_000] * 33


def test_a_partner_earns_its_margin_beside_our_money(only, changed, alone):
    rows = alone(given(changed, only(), [1000.0]))
    assert rows["partner_margin"].tolist() == pytest.approx([500_000] * 60)
    assert rows["commission"][0] == pytest.approx(200_000)
    none = alone(changed(given(changed, only(), [1000.0]), {"partner_margin": {}}))
    assert all(np.array_equal(none[name], rows[name]) for name in ROW if name != "partner_margin")


def test_the_commission_may_be_ours_to_pay(only, changed, alone):
    case = given(changed, only(), [1000.0])
    ours, theirs = alone(case), alone(changed(case, {"readings.commission_payer": "cost"}))
    assert not theirs["commission"].any()
    assert not theirs["quality_deduction"].any()
    assert theirs["commission_paid"] == pytest.approx(ours["commission"] - ours["quality_deduction"])


def test_the_exit_fee_is_ours_in_both_directions(only, changed, alone):
    """R62: 6,000 policies in half a year are worth half of 3.37 M; a fifth of it is due, whoever paid."""
    case = given(changed, only(), [1000.0])
    for payer in ("income", "cost"):
        fee = alone(changed(case, {"readings.commission_payer": payer}), stop=6)["exit_fee"]
        assert fee.nonzero()[0].tolist() == [5]
        assert fee[5] == pytest.approx(0.2 * 0.5 * 3_370_000)
