"""Requisition, offers, backfill, tenure bands, unrest and managed exits: laws and plain loops (R48–R51)."""

import re

import numpy as np
import pytest
from scipy.stats import geom

from model import seats, staffing
from model.draws import Draws
from model.plans import Career
from model.schema import SEAT_ROWS
from model.seat_inputs import Attrition, Hiring, ManagedExit
from model.seats import Unrest

N = 4096


@pytest.fixture(scope="module")
def steady(shipped):
    """The ecosystem with seats that fill at once and that nobody leaves, all optional mechanisms off."""
    case = shipped("ecosystem")
    off = dict.fromkeys(("hiring", "attrition", "managed_exit", "ramp", "training", "equity"))
    off |= {"leave_first_year": 0.0, "leave_later": 0.0, "fill_sd": 0.0, "channels": {}, "skills": ()}
    roles = case.roles | {"bd": case.roles["bd"].model_copy(update={"fill_median": 0.0})}
    return case.model_copy(update={"staffing": case.staffing.model_copy(update=off), "roles": roles})


def hiring(**terms):
    usual = {"notice": 0.0, "offer_slip": 0.0, "order_ahead": 0, "backfill": "yes", "backfill_after": 0}
    return Hiring.model_construct(**(usual | terms))


def attrition(**terms):
    usual = {"tenure_from": (0.0,), "tenure_factor": (1.0,), "change_added": 0.0, "change_months": 0.0}
    return Attrition.model_construct(**(usual | {"care": 1.0, "care_cost": 0.0, "by_mode": {}} | terms))


def leave(**terms):
    usual = {"share": 0.1, "months": (24,), "tenure_least": 0, "backfilled": True}
    return ManagedExit.model_construct(**(usual | terms))


def posts(count, first=1, close=61):
    return [Career("bd", "", index, first, close) for index in range(1, count + 1)]


def draws(scenarios=N, certain=False):
    return Draws(11, "verdict", 0, scenarios, certain=certain)


def starts(tenure):
    """Months with a start of the first seat in the first scenario."""
    return (np.flatnonzero(tenure[:, 0, 0] == 0) + 1).tolist()


# R48: median 2 months to an accepted offer, then the notice; whole months, halves to even.
@pytest.mark.parametrize(("notice", "month"), [(0.0, 3), (0.4, 3), (0.6, 4), (1.0, 4), (1.5, 5)])
def test_notice_comes_after_the_search(steady, changed, notice, month):
    case = changed(steady, {"roles.bd.fill_median": 2.0, "staffing.hiring": hiring(notice=notice)})
    assert starts(seats.lives(case, posts(1), draws(1))) == [month]


def test_each_offer_slips_with_its_chance_and_the_search_starts_again(steady, changed):
    """Two months a search, p = 0.3: the start comes 2 k months after the order with geometric k."""
    case = changed(steady, {"roles.bd.fill_median": 2.0, "staffing.hiring": hiring(offer_slip=0.3)})
    waited = (seats.lives(case, posts(4), draws()) >= 0).argmax(axis=0).ravel()
    assert set(np.unique(waited)) <= set(range(0, 60, 2))
    for k in (1, 2, 3, 4):
        assert (waited == 2 * k).mean() == pytest.approx(geom.pmf(k, 0.7), abs=0.01)


def test_a_search_of_no_months_that_slips_costs_one(steady, changed):
    case = changed(steady, {"staffing.hiring": hiring(offer_slip=0.5)})
    waited = (seats.lives(case, posts(4), draws()) >= 0).argmax(axis=0).ravel()
    for k in (0, 1, 2):
        assert (waited == k).mean() == pytest.approx(0.5 ** (k + 1), abs=0.012)


@pytest.mark.parametrize(("slip", "ever"), [(1.0, False), (0.0, True)])
def test_an_offer_that_always_slips_never_starts(steady, changed, slip, ever):
    case = changed(steady, {"staffing.hiring": hiring(offer_slip=slip)})
    assert (seats.lives(case, posts(2), draws(50)) >= 0).any() == ever
    assert (seats.lives(case, posts(2), draws(1, certain=True)) >= 0).any() == ever


def test_slips_leave_the_other_draws_alone(steady, changed):
    """The slip has its own stream: a chance of nothing gives bit for bit the lives without the rule."""
    case = changed(steady, {"roles.bd.fill_median": 2.0, "staffing.fill_sd": 0.35, "staffing.leave_first_year": 0.05})
    same = changed(case, {"staffing.hiring": hiring()})
    assert np.array_equal(seats.lives(case, posts(3), draws(200)), seats.lives(same, posts(3), draws(200)))


@pytest.mark.parametrize(("ahead", "first", "month"), [(0, 7, 10), (1, 7, 9), (3, 7, 7), (9, 7, 7), (9, 2, 4)])
def test_ordering_ahead_saves_its_months_but_nobody_starts_before_the_seat_opens(steady, changed, ahead, first, month):
    """Three months of search; the first order is possible in month 1."""
    case = changed(steady, {"roles.bd.fill_median": 3.0, "staffing.hiring": hiring(order_ahead=ahead)})
    assert starts(seats.lives(case, posts(1, first), draws(1))) == [month]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, list(range(3, 61, 3))),
        ({"backfill_after": 1}, list(range(3, 61, 4))),
        ({"backfill_after": 4}, list(range(3, 61, 7))),
        ({"backfill_after": 600}, [3]),
        ({"backfill": "none"}, [3]),
    ],
)
def test_a_seat_left_is_ordered_again_by_the_policy(steady, changed, rule, expected):
    """R49; everybody stays one month and a search takes two."""
    case = changed(steady, {"roles.bd.fill_median": 2.0, "staffing.leave_first_year": 1.0})
    case = changed(case, {"staffing.hiring": hiring(**rule)})
    assert starts(seats.lives(case, posts(1), draws(1))) == expected


def test_a_seat_that_opens_anew_is_ordered_anew(steady, changed):
    case = changed(steady, {"staffing.leave_first_year": 1.0, "staffing.hiring": hiring(backfill="none")})
    later = [Career("bd", "", 1, 1, 7), Career("bd", "", 1, 19, 61)]
    tenure = seats.lives(case, later, draws(1))
    assert starts(tenure[:, :1]) == [1]
    assert starts(tenure[:, 1:]) == [19]


def test_tenure_bands_scale_the_chance_to_leave(steady, changed):
    """R50; survival to month 25 is (1 − .02)^3 (1 − .04)^9 (1 − .03)^6 (1 − .015)^6 by the four bands."""
    rule = attrition(tenure_from=(0.0, 3.0, 18.0), tenure_factor=(0.5, 1.0, 0.5))
    case = changed(steady, {"staffing.leave_first_year": 0.04, "staffing.leave_later": 0.03})
    tenure = seats.lives(changed(case, {"staffing.attrition": rule}), posts(6), draws())
    for month, chance in ((4, 0.98**3), (13, 0.98**3 * 0.96**9), (25, 0.98**3 * 0.96**9 * 0.97**6 * 0.985**6)):
        assert (tenure[month - 1] == month - 1).mean() == pytest.approx(chance, abs=0.013)


def test_care_and_unrest_move_the_chance_to_leave(steady, changed):
    """0.04 × 0.5 by care, × 2 by the mode in the first half year, + 0.1 in month 8."""
    case = changed(steady, {"staffing.leave_first_year": 0.04, "staffing.attrition": attrition(care=0.5)})
    months = np.arange(1, 61)
    unrest = Unrest(np.where(months <= 6, 2.0, 1.0), np.where(months == 8, 0.1, 0.0))
    tenure = seats.lives(case, posts(6), draws(), unrest)
    for month, chance in ((7, 0.96**6), (8, 0.96**6 * 0.98), (9, 0.96**6 * 0.98 * 0.88)):
        assert (tenure[month - 1] == month - 1).mean() == pytest.approx(chance, abs=0.013)


@pytest.mark.parametrize(("least", "judged"), [(23, True), (24, True), (25, False)])
def test_low_performers_are_judged_from_their_least_service(steady, changed, least, judged):
    """R51; in month 24 who started in month 1 has served 24 months."""
    case = changed(steady, {"staffing.managed_exit": leave(tenure_least=least)})
    tenure = seats.lives(case, posts(8), draws())
    stayed = (tenure[24] == 24).mean()
    assert stayed == (pytest.approx(0.9, abs=0.01) if judged else 1.0)


def test_an_exit_that_is_not_backfilled_closes_the_seat(steady, changed):
    case = changed(steady, {"staffing.managed_exit": leave(share=1.0, months=(24,), backfilled=False)})
    tenure = seats.lives(case, posts(1), draws(1))[:, 0, 0]
    assert (tenure[:24] >= 0).all()
    assert (tenure[24:] < 0).all()
    filled = changed(case, {"staffing.managed_exit": leave(share=1.0)})
    assert starts(seats.lives(filled, posts(1), draws(1))) == [1, 25]


def test_an_exit_is_paid_once_by_the_severance_rule(steady, changed):
    """Two years: N + 1 = 3 months of 23,400; a seat that closes in that month is not paid twice."""
    case = changed(steady, {"staffing.managed_exit": leave(share=1.0)})
    for close in (25, 61):
        careers, chance = posts(2, 1, close), draws(1)
        tenure = seats.lives(case, careers, chance)
        out = seats.dismissals(case, careers, tenure, chance)
        rows = staffing.money(case, "bd", careers, tenure, np.zeros(60), out)
        paid = rows[SEAT_ROWS.index("severance"), :, 0]
        assert np.flatnonzero(paid).tolist() == [23]
        assert paid[23] == pytest.approx(2 * 3 * 23_400)


def test_without_chance_nobody_is_asked_to_leave_unless_all_are(steady, changed):
    for share, out in ((0.999, False), (1.0, True)):
        case = changed(steady, {"staffing.managed_exit": leave(share=share)})
        careers, sure = posts(1), draws(1, certain=True)
        tenure = seats.lives(case, careers, sure)
        found = seats.dismissals(case, careers, tenure, sure)
        assert bool(found.any()) == out


def test_the_shipped_case_knows_all_its_mechanisms(shipped):
    """Each section of the ecosystem moves at least one life or one row; a dead input would be none."""
    case, chance = shipped("ecosystem"), draws(400)
    usual = seats.lives(case, posts(3), chance)
    for section in ("hiring", "attrition", "managed_exit"):
        bare = case.model_copy(update={"staffing": case.staffing.model_copy(update={section: None})})
        assert not np.array_equal(seats.lives(bare, posts(3), chance), usual), section


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("tenure_from = { value = [0, 24]", "tenure_from = { value = [1, 24]", r"tenure bands must rise from 0"),
        ("tier_from = { value = [0, 6, 24]", "tier_from = { value = [0, 6]", r"tiers must rise from 0"),
        ("months = [24]", "months = [61]", r"staffing\.managed_exit\.months: outside the horizon; found 61"),
        ("[staffing.attrition.by_mode]\nunit", "[staffing.attrition.by_mode]\nunitt", r"unknown mode; found unitt"),
        ("share = { value = 20, unit", "share = { value = 21, unit", r"hiring channels do not add up; found 1\.01"),
    ],
)
def test_what_is_wrong_with_a_seat_is_said(case_folder, edit, said, old, new, told):
    edit("staffing.toml", old, new)
    assert any(re.search(told, line) for line in said(case_folder))
