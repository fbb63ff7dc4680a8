"""Seats: their random lives against a plain loop and against their laws; what they cost against paper."""

import numpy as np
import pytest
from scipy.stats import binom, norm

from model import on_cost, pay, ramp, seats, severance, staffing
from model.draws import Draws
from model.plans import Career
from model.schema import SEAT_ROWS

N = 4096


@pytest.fixture(scope="module")
def eco(shipped):
    """The ecosystem without the optional mechanisms of seats: tests/test_seats.py adds them one by one."""
    off = dict.fromkeys(("hiring", "attrition", "managed_exit", "ramp", "training", "on_cost_city", "equity"))
    more = {"channels": {}, "skills": (), "on_cost_rate": 0.38, "on_cost_cap": 35_283.0}
    case = shipped("ecosystem")
    return case.model_copy(update={"staffing": case.staffing.model_copy(update=off | more)})


@pytest.fixture(scope="module")
def steady(eco, changed):
    """Seats filled at once and never left."""
    return changed(eco, {"roles.bd.fill_median": 0.0, "staffing.leave_first_year": 0.0, "staffing.leave_later": 0.0})


def posts(count, first=1, close=61, role="bd"):
    return [Career(role, "", index, first, close) for index in range(1, count + 1)]


def draws(scenarios=N, seed=5, certain=False):
    return Draws(seed, "verdict", 0, scenarios, certain=certain)


def life_by_hand(case, career, chance, scenario):
    """One seat's tenure month by month, told as a story."""
    months = case.clock.months
    leave = chance.uniform(f"{career.key}.leave", months)[:, scenario]
    normal = chance.normal(f"{career.key}.fill", months)[:, scenario]
    median, sd = float(case.roles[career.role].fill_median), float(case.staffing.fill_sd)
    wait = [round(median * np.exp(sd * z)) for z in normal]
    told, starts, since = [-1] * months, career.first_month + wait[career.first_month - 1], None
    for month in range(career.first_month, career.close):
        if since is None and month >= starts:
            since = month
        if since is None:
            continue
        told[month - 1] = month - since
        early = told[month - 1] < 12
        hazard = float(case.staffing.leave_first_year if early else case.staffing.leave_later)
        if leave[month - 1] < hazard:
            since, starts = None, month + 1 + wait[month - 1]
    return told


@pytest.mark.parametrize(("first", "close"), [(1, 61), (7, 19), (19, 61), (60, 61)])
def test_lives_equal_the_story_told_month_by_month(eco, changed, first, close):
    case = changed(eco, {"staffing.leave_first_year": 0.08, "staffing.leave_later": 0.04})
    careers, chance = posts(3, first, close), draws(40)
    tenure = seats.lives(case, careers, chance)
    for index, career in enumerate(careers):
        for scenario in range(40):
            assert tenure[:, index, scenario].tolist() == life_by_hand(case, career, chance, scenario)


def test_nobody_sits_outside_the_open_months(eco):
    tenure = seats.lives(eco, posts(2, 7, 19), draws(200))
    assert (tenure[:6] == -1).all()
    assert (tenure[18:] == -1).all()
    assert (tenure[12] >= 0).any()


def test_no_seat_gives_empty_arrays(eco):
    assert seats.lives(eco, [], draws(3)).shape == (60, 0, 3)
    assert not staffing.money(eco, "bd", [], seats.lives(eco, [], draws(3)), np.zeros(60)).any()


def test_one_more_head_leaves_the_others_alone(eco):
    assert np.array_equal(seats.lives(eco, posts(3), draws(99)), seats.lives(eco, posts(4), draws(99))[:, :3])


@pytest.mark.parametrize(("wait", "start"), [(0.0, 1), (1.0, 2), (2.0, 3), (59.0, 60)])
def test_certain_seat_starts_after_its_wait_and_stays(eco, changed, wait, start):
    case = changed(eco, {"roles.bd.fill_median": wait})
    tenure = seats.lives(case, posts(1), draws(1, certain=True))[:, 0, 0]
    assert tenure.tolist() == [-1] * (start - 1) + list(range(61 - start))


def test_a_wait_beyond_any_horizon_is_never_a_start(eco, changed):
    case = changed(eco, {"roles.bd.fill_median": 600.0, "staffing.fill_sd": 3.0})
    tenure = seats.lives(case, posts(20), draws(400))
    longer = norm.cdf(np.log(600 / 59.5) / 3)
    share = (tenure.max(axis=0) < 0).mean()
    assert share == pytest.approx(longer, abs=0.03)


def test_who_leaves_is_replaced_after_the_wait(eco, changed):
    """Hazard 1: a person stays one month, then the seat waits two whole months, again and again."""
    case = changed(eco, {"roles.bd.fill_median": 2.0, "staffing.fill_sd": 0.0, "staffing.leave_first_year": 1.0})
    tenure = seats.lives(case, posts(1), draws(1))[:, 0, 0]
    assert [month for month, value in enumerate(tenure, start=1) if value == 0] == list(range(3, 61, 3))
    assert tenure.max() == 0


def test_time_to_fill_follows_the_rounded_lognormal(eco, changed):
    case = changed(eco, {"roles.bd.fill_median": 2.0})
    first = (seats.lives(case, posts(5), draws()) >= 0).argmax(axis=0).ravel()
    for wait in (0, 1, 2, 3, 4):
        low = norm.cdf(np.log(max(wait - 0.5, 1e-12) / 2) / 0.35)
        chance = norm.cdf(np.log((wait + 0.5) / 2) / 0.35) - low
        assert (first == wait).mean() == pytest.approx(chance, abs=0.012)


def test_tenure_is_geometric_with_two_hazards(eco, changed):
    """Whoever started in month 1 is still there in month 25 with chance (1 − a)^12 (1 − b)^12."""
    case = changed(eco, {"roles.bd.fill_median": 0.0, "staffing.leave_first_year": 0.04, "staffing.leave_later": 0.02})
    tenure = seats.lives(case, posts(6), draws())
    for month, chance in ((2, 0.96), (13, 0.96**12), (14, 0.96**12 * 0.98), (25, 0.96**12 * 0.98**12)):
        assert (tenure[month - 1] == month - 1).mean() == pytest.approx(chance, abs=0.013)


def test_ten_people_keep_everybody_one_year_in_five(eco, changed):
    """15 % a year: 0.85^10 = 0.197; the number of leavers is binomial (economics, room 1)."""
    hazard = 1 - 0.85 ** (1 / 12)
    case = changed(eco, {"roles.bd.fill_median": 0.0, "staffing.leave_first_year": hazard})
    tenure = seats.lives(case, posts(10), draws())
    left = (tenure[12] != 12).sum(axis=0)
    for count in range(5):
        assert (left == count).mean() == pytest.approx(binom.pmf(count, 10, 0.15), abs=0.03)
    assert (left == 0).mean() == pytest.approx(0.19687, abs=0.025)


def test_starts_follow_the_hazard(eco, changed):
    """Refilled at once, a seat sees 1 + 59 h starts in sixty months."""
    case = changed(eco, {"roles.bd.fill_median": 0.0, "staffing.leave_first_year": 0.03, "staffing.leave_later": 0.03})
    starts = (seats.lives(case, posts(5), draws()) == 0).sum(axis=0)
    assert starts.mean() == pytest.approx(1 + 59 * 0.03, abs=0.04)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, [0, 1, 1, 1, 1, 1]),
        (0.5, [0, 0.75, 1, 1, 1, 1]),
        (1, [0, 0.5, 1, 1, 1, 1]),
        (1.5, [0, 1 / 3, 11 / 12, 1, 1, 1]),
        (4, [0, 0.125, 0.375, 0.625, 0.875, 1]),
    ],
)
def test_speed_rises_in_a_line_to_one(eco, changed, length, expected):
    """The mean of a straight line over each month: a new person is half a ramp behind for good."""
    case = changed(eco, {"roles.bd.ramp": float(length)})
    tenure = np.array([-1, 0, 1, 2, 3, 4], dtype=np.int16)[:, None, None]
    assert ramp.speed(case, "bd", tenure)[:, 0, 0] == pytest.approx(expected, abs=1e-12)
    assert ramp.hours(case, "bd", tenure)[:, 0, 0] == pytest.approx([130 * share for share in expected])
    whole = ramp.speed(case, "bd", np.arange(60, dtype=np.int16)[:, None, None])
    assert whole.sum() == pytest.approx(60 - length / 2)


def test_speed_at_the_oldest_tenure(eco):
    assert ramp.speed(eco, "bd", np.full((1, 1, 1), 59, dtype=np.int16)).item() == 1.0


def test_wage_is_raised_each_programme_year(eco, changed):
    base = changed(eco, {"readings.salary_is": "base"})
    found = pay.wage(base, "bd")
    assert found[[0, 11, 12, 23, 24, 59]] == pytest.approx(
        [37_500, 37_500, 39_000, 39_000, 40_560, 37_500 * 1.04**4], rel=1e-14
    )
    assert pay.wage(eco, "bd")[0] == pytest.approx(22_500)


def test_project_bonus_is_a_tenth_of_the_package_or_nothing(eco, changed):
    assert pay.project_pay(eco, "bd")[[0, 12]] == pytest.approx([3_750, 3_900])
    assert not pay.project_pay(changed(eco, {"readings.salary_is": "base"}), "bd").any()
    no_base = changed(eco, {"staffing.base_share": 0.0})
    assert pay.project_pay(no_base, "bd")[0] == pytest.approx(3_750)


# Field notes, on-cost as share of base: Beijing, employer part 38.7 % to a cap of 35,283 a month.
@pytest.mark.parametrize(
    ("yearly", "share"), [(350e3, 0.387), (450e3, 0.364), (650e3, 0.252), (1.0e6, 0.164), (1.5e6, 0.109)]
)
def test_on_cost_is_concave_in_pay(eco, changed, yearly, share):
    case = changed(eco, {"roles.bd.pay": yearly, "readings.salary_is": "base", "staffing.on_cost_rate": 0.387})
    assert 12 * on_cost.on_cost(case, "bd")[0] / yearly == pytest.approx(share, abs=0.0006)


@pytest.mark.parametrize(("monthly", "paid_on"), [(35_282, 35_282), (35_283, 35_283), (35_284, 35_283)])
def test_on_cost_around_its_cap(eco, changed, monthly, paid_on):
    case = changed(eco, {"roles.bd.pay": monthly * 12.0, "readings.salary_is": "base"})
    assert on_cost.on_cost(case, "bd")[0] == pytest.approx(0.38 * paid_on)


def test_on_cost_may_fall_on_the_project_bonus(eco, changed):
    case = changed(eco, {"staffing.on_cost_on_bonus": True})
    assert on_cost.on_cost(case, "data")[0] == pytest.approx(0.38 * (17_500 + 35e4 / 120))
    assert on_cost.on_cost(eco, "data")[0] == pytest.approx(0.38 * 17_500)


def test_hiring_fee_is_a_share_of_yearly_base_pay(eco):
    assert pay.fee(eco, "bd")[[0, 12]] == pytest.approx([0.2 * 270_000, 0.2 * 270_000 * 1.04])


# Labor Contract Law 47: half a month below six months, a whole one from six months on.
@pytest.mark.parametrize(
    ("served", "months"),
    [(1, 0.5), (5, 0.5), (6, 1), (7, 1), (11, 1), (12, 1), (13, 1.5), (17, 1.5), (18, 2), (23, 2), (24, 2), (36, 3)],
)
def test_severance_months_at_each_step(served, months):
    at = np.array([served])
    assert severance.severance_months(at, "n").tolist() == [months]
    assert severance.severance_months(at, "n_plus_1").tolist() == [months + 1]
    assert severance.severance_months(at, "none").tolist() == [0]


# Field notes: N + 1 in months of own pay under the Beijing cap; the notice month is not capped.
@pytest.mark.parametrize(
    ("yearly", "expected"), [(1.0e6, (1.4, 1.9, 2.3)), (450e3, (1.9, 2.9, 3.8)), (350e3, (2.0, 3.0, 4.0))]
)
def test_severance_in_months_of_own_pay(steady, changed, yearly, expected):
    case = changed(steady, {"roles.bd.pay": yearly, "readings.salary_is": "base", "staffing.annual_raise": 0.0})
    found = []
    for served in (12, 18, 36):
        rows = cost(case, posts(1, 1, served + 1), draws(1))
        assert np.flatnonzero(rows["severance"]).tolist() == [served - 1]
        found.append(rows["severance"][served - 1] / (yearly / 12))
    assert found == pytest.approx(expected, abs=0.06)


def cost(case, careers, chance, transition=None):
    tenure = seats.lives(case, careers, chance)
    loss = np.zeros(case.clock.months) if transition is None else transition
    rows = staffing.money(case, careers[0].role, careers, tenure, loss)
    return {name: rows[index, :, 0] for index, name in enumerate(SEAT_ROWS)}


def test_severance_falls_due_only_when_a_seat_closes_within_the_horizon(steady, changed):
    assert not cost(steady, posts(1), draws(1))["severance"].any()
    none = changed(steady, {"staffing.severance": "none"})
    assert not cost(none, posts(1, 1, 7), draws(1))["severance"].any()
    vacant = changed(steady, {"roles.bd.fill_median": 20.0, "staffing.fill_sd": 0.0})
    assert not cost(vacant, posts(1, 1, 7), draws(1))["severance"].any()


def test_money_of_two_seats_by_hand(steady):
    """Two seats at 22,500 base and 3,750 project a month for months 7–18, the raise falls inside."""
    loss = np.zeros(60)
    loss[6] = 0.2
    rows = cost(steady, posts(2, 7, 19), draws(1), loss)
    base = np.where(np.arange(60) < 12, 22_500.0, 23_400.0)
    inside = (np.arange(60) >= 6) & (np.arange(60) < 18)
    assert rows["base_pay"] == pytest.approx(2 * base * inside)
    assert rows["project_bonus"] == pytest.approx(2 * base / 6 * inside)
    assert rows["on_cost"] == pytest.approx(2 * 0.38 * base * inside)
    assert rows["hiring_fee"][6] == pytest.approx(2 * 0.2 * 270_000)
    assert rows["hiring_fee"].sum() == rows["hiring_fee"][6]
    assert rows["transition_loss"][6] == pytest.approx(0.2 * 2 * 22_500 * (1 + 1 / 6 + 0.38))
    assert rows["transition_loss"].sum() == rows["transition_loss"][6]
    assert rows["severance"][17] == pytest.approx(2 * 2 * 23_400)


def test_costs_add_up_over_seats(eco):
    whole = cost(eco, posts(3, 1, 40), draws(1))
    parts = [cost(eco, [career], draws(1)) for career in posts(3, 1, 40)]
    for name in SEAT_ROWS:
        assert whole[name] == pytest.approx(sum(part[name] for part in parts), abs=1e-9)


def test_approved_cost_knows_no_vacancy(eco):
    """R28: the budget sees an open seat as filled from its first month, with one fee."""
    rows = dict(zip(SEAT_ROWS, staffing.approved(eco, Career("bd", "", 1, 7, 19)), strict=True))
    assert rows["base_pay"].sum() == pytest.approx(6 * 22_500 + 6 * 23_400)
    assert rows["project_bonus"].sum() == pytest.approx((6 * 22_500 + 6 * 23_400) / 6)
    assert rows["on_cost"].sum() == pytest.approx(0.38 * (6 * 22_500 + 6 * 23_400))
    assert rows["hiring_fee"].tolist() == pytest.approx([0.0] * 6 + [54_000.0] + [0.0] * 53)
    assert not rows["severance"].any()
    assert not rows["transition_loss"].any()


def test_ten_approved_heads_give_a_third_of_half_a_year(shipped):
    """Economics, room 1: vacancy and ramp leave 22–40 % of six months' full capacity."""
    eco = shipped("ecosystem")
    team = {"vp": 1, "strategy": 2, "bd": 2, "data": 2, "operations": 3}
    hours = np.zeros(N)
    for role, count in team.items():
        tenure = seats.lives(eco, posts(count, role=role), draws())
        hours += ramp.hours(eco, role, tenure)[:6].sum(axis=(0, 1))
    share = hours / (10 * 6 * 130)
    assert 0.22 < share.mean() < 0.40
