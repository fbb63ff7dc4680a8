"""Planned promotions, transfers and rotations (R130): by hand without chance, and balances over random lives."""

import numpy as np
import pytest

from experiments.running.flip import guesses
from experiments.running.open_numbers import matters
from model import pay, ramp, seats, staffing
from model.draws import Draws
from model.errors import InputError
from model.load import plan_from_dict
from model.plan_file import plan_text
from model.plans import Career, LinePlan, Move, Plan, plan_careers, plan_faults
from model.requisitions import requisitions
from model.schema import ROW, SEAT_ROWS
from model.seat_inputs import Hiring, ManagedExit, Moves, MoveTerms, Ramp, RotationTerms

SENIOR = {"cost": 5_000.0, "kept": 0.4, "trial": 3.0}


def terms(**promotion):
    return Moves.model_construct(
        promotion=MoveTerms.model_construct(**(SENIOR | promotion)),
        transfer=MoveTerms.model_construct(cost=2_000.0, kept=0.7, trial=0.0),
        rotation=RotationTerms.model_construct(cost=1_000.0, kept=0.5, months=3.0),
    )


@pytest.fixture(scope="module")
def plain(shipped, changed):
    """Round pay, no raise, no on-cost: a partner manager has 20,000 a month, a strategist 30,000, a VP 50,000.

    Seats fill at once, nobody leaves; a fee of an eighth of a year's pay; phases begin with months 1, 7 and 19.
    """
    case = shipped("ecosystem")
    off = dict.fromkeys(("hiring", "attrition", "managed_exit", "ramp", "training", "equity", "on_cost_city"))
    off |= {"leave_first_year": 0.0, "leave_later": 0.0, "fill_sd": 0.0, "channels": {}, "skills": ()}
    off |= {"base_share": 1.0, "project_share": 0.0, "annual_raise": 0.0, "hiring_fee": 0.125}
    off |= {"on_cost_rate": 0.0, "on_cost_cap": 0.0, "transition_rate": 0.0, "moves": terms()}
    values = {"staffing": case.staffing.model_copy(update=off), "reorganisation": None}
    for role, monthly in (("bd", 20_000), ("strategy", 30_000), ("vp", 50_000)):
        values |= {f"roles.{role}.pay": 12.0 * monthly, f"roles.{role}.fill_median": 0.0, f"roles.{role}.ramp": 4.0}
    return changed(case, values)


def move(role="bd", to_role="strategy", month=7, kind="promotion", **more):
    return Move(
        **({"role": role, "line": "", "seat": 1, "to_role": to_role, "to_line": ""} | more), month=month, kind=kind
    )


def plan(*moves, lines=None, **heads):
    return Plan(case="ecosystem", name="m", title="m", modes=("unit",) * 3, seats=heads, lines=lines or {}, moves=moves)


def chance(scenarios=1, certain=True):
    return Draws(3, "verdict", 0, scenarios, certain=certain)


def told(case, which, draws=None):
    """Tenure (month, scenario) and rows by name (month, scenario) of each seat of a plan, by (role, number)."""
    draws, out = draws or chance(), {}
    for career in plan_careers(case, which):
        tenure = seats.lives(case, [career], draws)
        asked = seats.dismissals(case, [career], tenure, draws)
        rows = staffing.money(case, career.role, [career], tenure, np.zeros(case.clock.months), asked)
        out[career.role, career.line, career.seat] = tenure[:, 0], dict(zip(SEAT_ROWS, rows, strict=True))
    return out


def whole(found, row):
    """One row over all seats, (month,), first scenario."""
    return sum(rows[row][:, 0] for _, rows in found.values())


def paid_in(amounts):
    return {index + 1: float(amount) for index, amount in enumerate(amounts) if amount}


def test_a_promotion_by_hand(plain):
    """On trial in months 7–9 at 20,000, then 30,000; one fee of 30,000; 5,000 of retraining; no severance."""
    found = told(plain, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 1)))
    assert whole(found, "base_pay").tolist() == [20_000.0] * 9 + [30_000.0] * 51
    assert paid_in(whole(found, "hiring_fee")) == {1: 30_000.0}
    assert paid_in(whole(found, "training")) == {7: 5_000.0}
    assert not whole(found, "severance").any()
    assert found["strategy", "", 1][0][6:, 0].tolist() == list(range(6, 60))


def test_the_ledger_of_a_plan_holds_its_moves(plain, months_of):
    """The same plan through the whole economics; the pay of the role is what its people were paid (R58)."""
    case = plain.model_copy(update={"incentives": plain.incentives.model_copy(update={"bonus_rate": 0.0})})
    found = months_of(case, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 1)))
    assert found.ledger[ROW["base_pay"], :, 0].tolist() == [20_000.0] * 9 + [30_000.0] * 51
    assert paid_in(found.ledger[ROW["training"], :, 0]) == {7: 5_000.0}
    assert found.paid["strategy"].tolist() == [3 * 20_000.0 + 51 * 30_000.0]
    assert (found.heads["bd"] + found.heads["strategy"]).ravel().tolist() == [1.0] * 60


@pytest.mark.parametrize(
    ("trial", "first", "second"), [(0.0, 30_000, 30_000), (1.0, 20_000, 30_000), (1.5, 20_000, 25_000)]
)
def test_a_trial_counts_its_part_of_a_month(plain, changed, trial, first, second):
    case = changed(plain, {"staffing.moves": terms(trial=trial)})
    found = told(case, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 1)))
    assert whole(found, "base_pay")[5:9].tolist() == [20_000, first, second, 30_000]


@pytest.mark.parametrize(("search", "refilled"), [(0.0, 7), (2.0, 9)])
def test_a_seat_that_stays_open_is_searched_again(plain, changed, search, refilled):
    case = changed(plain, {"roles.bd.fill_median": search})
    found = told(case, plan(move(), bd=(1, 1, 1), strategy=(0, 1, 1)))
    assert paid_in(whole(found, "hiring_fee")) == {1 + search: 30_000.0, refilled: 30_000.0}
    assert np.flatnonzero(found["bd", "", 1][0][:, 0] == 0).tolist() == [search, refilled - 1]
    assert found["strategy", "", 1][0][6, 0] == 6 - search


@pytest.mark.parametrize(("search", "comes"), [(4.0, True), (5.0, True), (6.0, False)])
def test_only_who_sat_there_the_month_before_moves(plain, changed, search, comes):
    """A search of 5 months fills the seat in month 6, the last before the move; else somebody is hired."""
    case = changed(plain, {"roles.bd.fill_median": search})
    found = told(case, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 1)))
    assert paid_in(found["strategy", "", 1][1]["hiring_fee"][:, 0]) == ({} if comes else {7: 45_000.0})
    assert paid_in(found["strategy", "", 1][1]["training"][:, 0]) == ({7: 5_000.0} if comes else {})
    assert found["strategy", "", 1][1]["base_pay"][6, 0] == (20_000.0 if comes else 30_000.0)


def test_who_leaves_at_the_end_of_the_month_before_does_not_move(plain, changed):
    case = changed(plain, {"staffing.leave_first_year": 1.0, "staffing.leave_later": 1.0})
    found = told(case, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 1)))
    assert whole(found, "hiring_fee")[6] == 45_000.0
    assert not whole(found, "training").any()
    assert not whole(found, "severance")[5]


def test_who_is_asked_to_leave_is_paid_and_does_not_move(plain, changed):
    """Six months: N + 1 = 2 months of 20,000, although a move closes the seat."""
    rule = ManagedExit.model_construct(share=1.0, months=(6,), tenure_least=0, backfilled=False)
    case = changed(plain, {"staffing.managed_exit": rule})
    found = told(case, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 1)))
    assert paid_in(whole(found, "severance")) == {6: 40_000.0}
    assert whole(found, "hiring_fee")[6] == 45_000.0


def test_a_closed_seat_is_paid_off_unless_its_person_moves_and_service_counts_on(plain):
    """18 months of service at 30,000: N = 2 and one month more, 90,000 when the second seat closes."""
    stays = told(plain, plan(bd=(1, 0, 0), strategy=(0, 1, 1)))
    assert paid_in(whole(stays, "severance")) == {6: 40_000.0}
    closes = told(plain, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 0)))
    assert paid_in(whole(closes, "severance")) == {18: 90_000.0}


def test_two_promotions_of_one_person(plain):
    """Partner manager, strategist, VP: hired once, retrained twice, and each trial is paid as the seat before."""
    found = told(plain, plan(move(), move("strategy", "vp", 19), bd=(1, 0, 0), strategy=(0, 1, 0), vp=(0, 0, 1)))
    expected = [20_000] * 9 + [30_000] * 12 + [50_000] * 39
    assert whole(found, "base_pay").tolist() == expected
    assert paid_in(whole(found, "hiring_fee")) == {1: 30_000.0}
    assert paid_in(whole(found, "training")) == {7: 5_000.0, 19: 5_000.0}
    assert found["vp", "", 1][0][18, 0] == 18


def test_the_ramp_starts_anew_from_the_share_kept(plain):
    """Ramp of four months: 12.5, 37.5, 62.5, 87.5 % of the 60 % that are not kept."""
    career = plan_careers(plain, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 1)))[1]
    hours = ramp.hours(plain, "strategy", seats.lives(plain, [career], chance()), [career])[:, 0, 0]
    assert hours[5:12] / float(plain.staffing.productive_hours) == pytest.approx([0, 0.475, 0.625, 0.775, 0.925, 1, 1])


def test_experience_counts_the_whole_service(plain, changed):
    """The second tier begins with tenure 7, the second month after the move; 47.5 and 62.5 % of full speed (above)."""
    tiers = Ramp.model_construct(shape="linear", tier_from=(0.0, 7.0), tier_speed=(0.5, 1.1))
    case = changed(plain, {"staffing.ramp": tiers})
    career = plan_careers(case, plan(move(), bd=(1, 0, 0), strategy=(0, 1, 1)))[1]
    hours = ramp.hours(case, "strategy", seats.lives(case, [career], chance()), [career])[:, 0, 0]
    assert hours[6:8] / float(case.staffing.productive_hours) == pytest.approx([0.475 * 0.5, 0.625 * 1.1])


def test_a_rotation_works_elsewhere_and_comes_back(plain, changed, months_of):
    """Months 7–9 for strategy at 56, 69, 81 % of full speed; pay and seat stay; 1,000 of retraining."""
    case = changed(plain, {"modes.unit.coordination": 1.0, "modes.unit.friction": None})
    stay, away = (plan(*moves, bd=(1, 1, 1), strategy=(1, 1, 1)) for moves in ((), (move(kind="rotation"),)))
    usual, found = months_of(case, stay), months_of(case, away)
    full, roles = float(case.staffing.productive_hours), list(case.shared_work)
    more = (found.supply - usual.supply)[:, :, 0] / full
    assert more[roles.index("bd")] == pytest.approx([0, 0, -3.0] + [0] * 17)
    assert more[roles.index("strategy")] == pytest.approx([0, 0, 0.5625 + 0.6875 + 0.8125] + [0] * 17)
    assert paid_in(found.ledger[ROW["training"], :, 0]) == {7: 1_000.0}
    assert np.array_equal(found.ledger[ROW["base_pay"]], usual.ledger[ROW["base_pay"]])


def test_nobody_rotates_from_a_seat_that_was_empty_the_month_before(plain, changed, months_of):
    for search, rotates in ((5.0, True), (6.0, False)):
        case = changed(plain, {"roles.bd.fill_median": search})
        found = months_of(case, plan(move(kind="rotation"), bd=(1, 1, 1), strategy=(1, 1, 1)))
        assert bool(found.ledger[ROW["training"]].any()) == rotates


def test_a_seat_that_nobody_comes_to_is_ordered_in_the_month_of_the_move(plain, changed):
    """Search of two months, ordered three months ahead: filled in month 7 by plan, in month 9 after a missed move."""
    rule = Hiring.model_construct(notice=0.0, offer_slip=0.0, order_ahead=3, backfill="yes", backfill_after=0)
    case = changed(plain, {"staffing.hiring": rule, "roles.strategy.fill_median": 2.0, "roles.bd.fill_median": 30.0})
    for moves, start in (((), 7), ((move(),), 9)):
        tenure = told(case, plan(*moves, bd=(1, 0, 0), strategy=(0, 1, 1)))["strategy", "", 1][0][:, 0]
        assert np.flatnonzero(tenure == 0).tolist() == [start - 1]


def test_approved_cost_counts_retraining_trial_and_the_search_after_a_move(plain):
    left, taken = plan_careers(plain, plan(move(), bd=(1, 1, 1), strategy=(0, 1, 1)))
    first, second = (dict(zip(SEAT_ROWS, staffing.approved(plain, c), strict=True)) for c in (left, taken))
    assert paid_in(first["hiring_fee"]) == {1: 30_000.0, 7: 30_000.0}
    assert not second["hiring_fee"].any()
    assert paid_in(second["training"]) == {7: 5_000.0}
    assert second["base_pay"][5:11].tolist() == [0, 20_000, 20_000, 20_000, 30_000, 30_000]
    closing = plan_careers(plain, plan(move(kind="rotation"), move(month=19), bd=(1, 1, 0), strategy=(1, 1, 2)))[0]
    rows = dict(zip(SEAT_ROWS, staffing.approved(plain, closing), strict=True))
    assert paid_in(rows["hiring_fee"]) == {1: 30_000.0}
    assert paid_in(rows["training"]) == {7: 1_000.0}


def test_a_seat_that_a_move_opens_is_no_requisition(plain):
    listed = requisitions(plain, plan(move(), bd=(1, 0, 0), strategy=(0, 2, 2)))
    assert [(r.role, r.seat) for r in listed] == [("bd", 1), ("strategy", 2)]


@pytest.fixture(scope="module")
def lively(plain, changed):
    """Random searches and chances to leave; some on the staff are asked to leave after a year and a half."""
    rule = ManagedExit.model_construct(share=0.2, months=(6, 18), tenure_least=0, backfilled=True)
    values = {f"roles.{role}.fill_median": 2.0 for role in ("bd", "strategy", "vp")}
    values |= {"staffing.fill_sd": 0.5, "staffing.leave_first_year": 0.05, "staffing.leave_later": 0.03}
    return changed(plain, values | {"staffing.managed_exit": rule})


CROWD = {"bd": (3, 2, 2), "strategy": (0, 2, 2), "vp": (0, 0, 1)}
MOVES = (move(seat=3), move(seat=1, kind="transfer"), move("strategy", "vp", 19, seat=1))


def test_headcount_balances_in_every_month_and_scenario(lively):
    """Opening + starts + in − out − leavers − asked − released = closing, each flow counted for itself."""
    draws, which = chance(300, certain=False), plan(*MOVES, **CROWD)
    careers, flows = plan_careers(lively, which), {}
    months = lively.clock.months
    heads, moved_in, moved_out = (np.zeros((months + 1, 300)) for _ in range(3))
    gone, starts = np.zeros((months + 1, 300)), np.zeros((months + 1, 300))
    for career in careers:
        tenure = seats.lives(lively, [career], draws)
        sits, asked = tenure[:, 0] >= 0, seats.dismissals(lively, [career], tenure, draws)[:, 0]
        chance_left = np.where(tenure[:, 0] < 12, 0.05, 0.03)
        quits = sits & ~asked & (draws.uniform(f"{career.key}.leave", months) < chance_left)
        goes = np.zeros(sits.shape, dtype=bool)
        for month in career.sends:
            goes[month - 2] = (sits & ~quits & ~asked)[month - 2]
        released = np.zeros(sits.shape, dtype=bool)
        if career.close <= months:
            released[career.close - 2] = (sits & ~quits & ~asked & ~goes)[career.close - 2]
        heads[1:] += sits
        starts[1:] += tenure[:, 0] == 0
        gone[1:] += quits.astype(float) + asked + released
        moved_out[1:] += goes
        if career.source:
            moved_in[career.first_month] += tenure[career.first_month - 1, 0] > 0
        flows[career.key] = goes.any()
    assert np.array_equal(heads[:-1] + starts[1:] + moved_in[1:] - moved_out[:-1] - gone[:-1], heads[1:])
    assert np.array_equal(moved_in[1:], moved_out[:-1])
    assert {key for key, any_ in flows.items() if any_} == {"seat.bd..1", "seat.bd..3", "seat.strategy..1"}
    assert 0 < moved_in.sum() < 3 * 300


def test_moves_leave_everybody_else_alone(lively):
    """To the bit, pay and life; of the seats that are named all months before the first move."""
    still, moving = (told(lively, plan(*moves, **CROWD), chance(200, certain=False)) for moves in ((), MOVES))
    named = {("bd", "", 1), ("bd", "", 3), ("strategy", "", 1), ("strategy", "", 2), ("vp", "", 1)}
    for seat in still:
        months = slice(0, 5 if seat in named else None)
        assert np.array_equal(still[seat][0][months], moving[seat][0][months])
        for row in SEAT_ROWS:
            assert np.array_equal(still[seat][1][row][months], moving[seat][1][row][months]), (seat, row)
    assert set(still) - named == {("bd", "", 2)}
    assert not np.array_equal(still["strategy", "", 1][0], moving["strategy", "", 1][0])


@pytest.mark.parametrize(("to_line", "stayed"), [("insurance", 1.0), ("charging", 0.0)])
def test_who_moves_within_a_line_has_not_left_it(plain, changed, to_line, stayed):
    """R39: a trail is lost by who leaves the line."""
    case = changed(plain, {"roles.operations.fill_median": 0.0})
    lines = {
        "insurance": LinePlan(team={"operations": (1, 0, 0), "lead": (0, 1, 1)}, way="normal", partners={}),
        "charging": LinePlan(team={"lead": (0, 1, 1)}, way="normal", partners={}),
    }
    moves = move("operations", "lead", line="insurance", to_line=to_line)
    found = np.zeros(60)
    for career in (c for c in plan_careers(case, plan(moves, lines=lines)) if c.line == "insurance"):
        found += seats.stayers(seats.lives(case, [career], chance()), [career])[:, 0]
    assert found[4] == 1.0
    assert found[5] == stayed


def test_terms_are_those_of_the_kind(plain):
    assert [float(pay.move_terms(plain, kind).cost) for kind in ("promotion", "transfer", "rotation")] == [
        5_000,
        2_000,
        1_000,
    ]


def test_seats_are_taken_in_the_order_of_the_plan(plain):
    found = plan_careers(plain, plan(move(seat=2), move(seat=1), bd=(2, 0, 0), strategy=(0, 2, 2)))
    assert [(c.seat, c.source.seat) for c in found if c.source] == [(1, 2), (2, 1)]
    assert Career("bd", "", 1, 1, 61).source is None


BASE = {"bd": (2, 1, 1), "strategy": (1, 2, 2)}


@pytest.mark.parametrize(
    ("moves", "fault"),
    [
        ([move("vp")], ("moves[1].seat", "a move from a seat that is not open", 1, "no seat")),
        ([move(seat=3)], ("moves[1].seat", "a move from a seat that is not open", 3, "1, 2")),
        ([move(to_role="chef")], ("moves[1].to_role", "unknown role", "chef", "")),
        ([move("cook")], ("moves[1].role", "unknown role", "cook", "")),
        ([move(to_line="charging")], ("moves[1].to_line", "a shared role has no line", "charging", "empty")),
        ([move("operations", line="other")], ("moves[1].line", "no open line", "other", "no line")),
        ([move(to_role="bd")], ("moves[1].to_role", "a move leads to another team", "bd", "another role or line")),
        ([move(month=1)], ("moves[1].month", "month of a move outside the plan", 1, "2…60")),
        ([move(month=61)], ("moves[1].month", "month of a move outside the plan", 61, "2…60")),
        ([move(month=8)], ("moves[1].month", "no free seat opens there in this month", 8, "7")),
        ([move(), move(seat=2)], ("moves[2].month", "no free seat opens there in this month", 7, "7")),
        (
            [move("strategy", "vp", kind="rotation")],
            ("moves[1].to_role", "a rotation to a team without a seat", "vp", ""),
        ),
        ([move(kind="rotation", month=5), move()], ("moves[2].seat", "the same seat moves twice", 1, "one move")),
        ([move(), move(kind="rotation")], ("moves[2].seat", "the same seat moves twice", 1, "one move")),
        ([move(kind="rotation", seat=2)], ("moves[1].seat", "a move from a seat that is not open", 2, "1")),
    ],
)
def test_what_is_wrong_with_a_move_is_said(plain, moves, fault):
    found = plan_faults(plain, plan(*moves, **BASE))
    assert [each[:3] for each in found] == [fault[:3]]
    assert found[0][3]
    assert found[0][3].startswith(fault[3])


@pytest.mark.parametrize("month", [2, 60])
def test_a_rotation_may_begin_in_any_month_but_the_first(plain, month):
    assert plan_faults(plain, plan(move(kind="rotation", month=month), **BASE)) == []


def test_a_move_when_a_rotation_is_over_is_allowed(plain):
    assert plan_faults(plain, plan(move(kind="rotation", month=4), move(), **BASE)) == []


def test_moves_end_with_the_unit_and_need_their_terms(plain, changed):
    short = changed(plan(move(month=19), **BASE), {"policies.stop_after": 18})
    assert [each[1:] for each in plan_faults(plain, short)] == [("month of a move outside the plan", 19, "2…18")]
    bare = changed(plain, {"staffing.moves": None})
    assert [each[1] for each in plan_faults(bare, plan(move(), **BASE))] == ["the case has no terms of moves"]


def test_a_wrong_move_is_refused_with_its_place(plain, plan_of, shipped):
    data = plan_of("ecommerce", "careers").model_dump(mode="json")
    data["moves"][1]["month"] = 14
    told_as = r"^E-REF  plan: moves\[2\]\.month: no free seat opens there in this month; found 14; allowed 13"
    with pytest.raises(InputError, match=told_as):
        plan_from_dict(data, shipped("ecommerce"))


@pytest.mark.parametrize("kind", ["promotion", "transfer", "rotation"])
def test_the_shipped_plan_uses_each_kind(shipped, plan_of, months_of, changed, kind):
    case, which = shipped("ecommerce"), plan_of("ecommerce", "careers")
    dearer = changed(case, {f"staffing.moves.{kind}.cost": 1e6})
    usual, found = (months_of(each, which, 100).ledger[ROW["training"]] for each in (case, dearer))
    assert found.sum() > usual.sum() > 0


def test_terms_of_moves_matter_to_plans_that_move_people(shipped, plan_of, changed):
    case = shipped("ecommerce")
    priced = [each for each in guesses(case) if list(each.places[0][:2]) == ["staffing", "moves"]]
    with_moves, without = plan_of("ecommerce", "careers"), plan_of("ecommerce", "commission")
    rotates = changed(with_moves, {"moves": with_moves.moves[:1]})
    counts = [sum(matters(case, which, each) for each in priced) for which in (with_moves, rotates, without)]
    assert counts == [len(priced), 2, 0]


def test_a_plan_file_tells_its_moves(plain):
    text = plan_text(plain, plan(move(), **BASE))
    assert "[[moves]] # 2027-07, Partner business development to" in text
    assert 'kind = "promotion"' in text
