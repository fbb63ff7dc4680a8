"""From actuals to a verdict: ways to go on, facts set in futures, marks with their past, and the choice by hand."""

from pathlib import Path

import numpy as np
import pytest

from experiments.reviewing import anew, beliefs, judging, seen
from experiments.reviewing.choices import HOLD, KEEP, STOP, joined, settled, ways
from experiments.reviewing.figures import items, told
from experiments.reviewing.futures import Facts, KnownBlock, MovedDraws, hidden_normals, simulate, standard
from experiments.reviewing.replicas import ONE_IN_20, Desk, Said, Truly, Truth, faults
from experiments.reviewing.updates import gamma_of, told_rate
from experiments.reviewing.weights import Around, Weighed, average, weigh
from model import gates
from model.draws import Draws
from model.load import load_plan
from model.plans import GateAnswer, Policies
from model.schema import ROW
from model.simulate import VERDICT, Block, plan_months

PLAN = Path(__file__).parent / "data" / "recommended.toml"
MONTHS, SEED = 12, 7


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def plan(case):
    return load_plan(PLAN, case)


@pytest.fixture(scope="module")
def wanted(case, plan):
    return items(case, plan)


@pytest.fixture(scope="module")
def desk(case, plan, wanted):
    """Keeping and stopping on few futures, for many histories."""
    return Desk(case, ways(case, plan, {}, MONTHS), wanted, MONTHS, "month_18.users", (SEED, 700, 0))


TRUTHS = [
    (Truth("on plan"), 0.8, KEEP),
    (Truth("slow", ONE_IN_20), 0.8, KEEP),
    (Truth("lost", lost={"insurer_1": 10}), 0.9, KEEP),
    (Truth("hopeless", -2.5), 0.8, STOP),
]


@pytest.mark.parametrize(("truth", "share", "best"), TRUTHS)
def test_few_futures_tell_lights_and_leave_the_choice_open(desk, truth, share, best):
    """Of 700 futures too few tell what was seen, so that none rules a way out, least of all the wrong one."""
    found = desk.reviews(truth, 20)
    assert sum(set(faults(truth, said, truly)) <= {"choice"} for said, truly in found) >= share * len(found)
    assert sum(truly.best == best for _, truly in found) >= 0.9 * len(found)
    assert {said.best for said, _ in found if said.power < 1} <= {"", best}
    assert "light" in faults(Truth("other", lost={"other_1": 9}), *found[0])


@pytest.mark.parametrize(("truth", "best"), [(truth, best) for truth, _, best in TRUTHS])
def test_enough_futures_choose_what_is_truly_best(case, plan, wanted, truth, best):
    """Drawn around what was seen until enough of them tell it; bench/review.py asks 90 % of 200 histories."""
    draws = (SEED, 700, 3000)
    found = Desk(case, ways(case, plan, {}, MONTHS), wanted, MONTHS, "month_18.users", draws).reviews(truth, 1)
    assert [(said.best, truly.best) for said, truly in found] == [(best, best)]
    assert all(said.power == 1 for said, _ in found)


def said_of(**told):
    usual = {
        "verdict": "open", "best": KEEP, "demand": (0, -1), "partners": (), "red": False, "planned": 0.5, "now": 0.3,
        "demand_moved": -0.1, "losses_moved": 0.0, "power": 1.0,
    }  # fmt: skip
    return Said(**(usual | told))


@pytest.mark.parametrize(
    ("truth", "told", "wrong"),
    [
        (Truth("on plan"), {}, []),
        (Truth("on plan"), {"red": True}, ["light"]),
        (Truth("on plan"), {"partners": ("p",)}, ["light"]),
        (Truth("on plan"), {"now": 0.9, "demand_moved": 0.2}, []),
        (Truth("slow", -1.0), {}, []),
        (Truth("slow", -1.0), {"demand": (0, 0)}, ["light"]),
        (Truth("slow", -1.0), {"demand": (1, -1)}, ["light"]),
        (Truth("slow", -1.0), {"partners": ("p",)}, ["light"]),
        (Truth("slow", -1.0), {"demand_moved": 0.0, "now": 0.5}, ["belief", "milestone"]),
        (Truth("lost", lost={"p": 3}), {"partners": ("p",), "losses_moved": 0.1}, []),
        (Truth("lost", lost={"p": 3}), {"partners": ("p", "q"), "losses_moved": 0.1}, ["light"]),
        (Truth("lost", lost={"p": 3}), {"partners": ("p",)}, ["belief"]),
    ],
)
def test_what_a_review_says_wrong(truth, told, wrong):
    keep, stop = (Truly(best, 0.2) for best in (KEEP, STOP))
    assert faults(truth, said_of(**told), keep) == wrong
    assert faults(truth, said_of(**told), stop) == [*wrong, "choice"]
    assert faults(truth, said_of(verdict="switch", best=STOP, **told), stop) == wrong
    assert faults(truth, said_of(verdict="switch", best=HOLD, **told), stop) == [*wrong, "choice"]


@pytest.mark.parametrize(
    ("now", "chance", "error", "wrong"),
    [
        (0.3, 0.2, 0.0, []),
        (0.7, 0.2, 0.0, ["milestone"]),
        (0.5, 0.2, 0.0, ["milestone"]),
        (0.7, 0.8, 0.0, []),  # demand that happens to be high outweighs a lost partner
        (0.3, 0.8, 0.0, ["milestone"]),
        (0.7, 0.4, 0.05, []),  # two sampling errors away: not shown on which side
        (0.7, 0.4, 0.049, ["milestone"]),
    ],
)
def test_a_chance_moves_to_where_it_truly_is(now, chance, error, wrong):
    told = said_of(partners=("p",), losses_moved=0.1, planned=0.5, now=now)
    assert faults(Truth("lost", lost={"p": 3}), told, Truly(KEEP, chance, error)) == wrong


def test_what_is_truly_best_is_simulated(desk):
    """Far above plan nothing else is worth it, far below it ending is; a gain that does not matter is none."""
    truths = [Truth("made", shift) for shift in (1.0, -4.0)]
    levels = [desk.levels(truth) for truth in truths]
    (high,), (low,) = found = [desk.truly(truth, one) for truth, one in zip(truths, levels, strict=True)]
    assert [one.best for (one,) in found] == [KEEP, STOP]
    assert [one.best for one in desk.truly(truths[0], np.hstack(levels[::-1]))] == [STOP, KEEP]
    assert (high.side(desk.planned), low.side(desk.planned)) == (1, -1)
    assert desk.levels(Truth("free")) is None


# What is known of the past


def test_pay_by_role_and_partners_at_work_are_the_ledgers_own(case, plan):
    block = Block(case, SEED, VERDICT, 0, 8)
    found = plan_months(case, plan, block)
    monthly = sum(found.monthly_pay.values())
    assert monthly == pytest.approx(found.ledger[ROW["base_pay"]] + found.ledger[ROW["project_bonus"]])
    for role, pay in found.monthly_pay.items():
        assert pay.sum(axis=0) == pytest.approx(found.paid[role])
    counted = sum(sides.at_work[:, 17].sum(axis=0) for sides in found.sides.values())
    assert counted == pytest.approx(found.marks[1, gates.PARTNERS])


def test_a_lost_partner_ends_when_it_did_and_moves_no_other_draw(case, plan, wanted):
    free = plan_months(case, plan, KnownBlock(case, SEED, VERDICT, 0, 64, Facts({}, {})))
    lost = plan_months(case, plan, KnownBlock(case, SEED, VERDICT, 0, 64, Facts({"insurer_1": 10}, {"other_1": 12})))
    place = lost.sides["insurance"].partners.index("insurer_1")
    works = lost.sides["insurance"].at_work[place]
    assert works[8].mean() > 0.95  # a slump may end it before
    assert not works[9:14].any()
    assert lost.sides["other"].at_work[0, 5:12].mean() > 0.95
    assert np.array_equal(free.volume["charging"], lost.volume["charging"])
    both = works[8] & free.sides["insurance"].at_work[place, 8]
    assert both.sum() > 50
    assert np.array_equal(free.volume["insurance"][:9, both], lost.volume["insurance"][:9, both])


def test_draws_under_the_same_law_are_the_same(case, plan):
    hidden = hidden_normals(case, plan, 3)
    names = [one.name for one in hidden]
    assert names.count("market.noise") == 3
    assert "partner.insurer_2.level" not in names  # it starts in month 4
    law = Around(np.zeros(len(hidden)), np.eye(len(hidden)))
    moved, usual = MovedDraws(SEED, VERDICT, 0, 16, hidden, law), Draws(SEED, VERDICT, 0, 16)
    assert np.array_equal(standard(moved, hidden), standard(usual, hidden))
    shifted = MovedDraws(SEED, VERDICT, 0, 16, hidden, Around(np.ones(len(hidden)), np.eye(len(hidden))))
    assert standard(shifted, hidden) == pytest.approx(standard(usual, hidden) + 1)
    whole = (Draws(SEED, VERDICT, 0, 16).normal("market.noise", 60), shifted.normal("market.noise", 60))
    assert np.array_equal(whole[0][3:], whole[1][3:])


def test_drawn_anew_tells_what_weights_tell(case, plan, wanted):
    """The same past seen twice: by weights on many futures, and by fewer drawn around it."""
    rounds = list[str]()
    history = simulate(case, {KEEP: plan}, wanted, MONTHS, (3, "history", 1)).figures[:, :, 0]
    open_ways = {KEEP: plan, STOP: gates.as_planned(gates.stopped(case, plan, MONTHS))}
    facts = seen.facts(case, plan, wanted, history)
    many = simulate(case, open_ways, wanted, MONTHS, (SEED, VERDICT, 6000), facts)
    asked = anew.Asked(case, open_ways, wanted, judging.stated(many.figures)[1])
    by_weight = weigh(seen.likelihood(wanted, many, history, asked.middle)[0], None, 0.0)
    few = many.of(np.arange(500))
    told = anew.telling(asked, few, facts, history, (SEED, 2000), rounds.append)
    assert (told.how, told.weighed.power, told.first < 60) == (anew.ANEW, 1.0, True)
    assert told.weighed.ess / (500 + 2000 * len(rounds)) > 1.5 * by_weight.ess / 6000
    assert rounds[0].startswith("worth only")
    for way in range(2):
        first, error = average(many.npv[way], by_weight.weights)
        second, other = average(told.sample.npv[way], told.weighed.weights)
        assert abs(first - second) < 4 * np.hypot(error, other)


def test_scenarios_that_are_chosen_are_the_same_futures(case, plan, wanted):
    """Some of 5,000 futures over two blocks, drawn around a law, one by one as in all of them."""
    hidden = hidden_normals(case, plan, MONTHS)
    law, draws = Around(np.full(len(hidden), 0.3), np.eye(len(hidden))), (SEED, "review.0", 5000)
    whole = simulate(case, {KEEP: plan}, wanted, MONTHS, draws, Facts({}, {}), law)
    columns = np.array([0, 17, 4095, 4096, 4999])
    some = simulate(case, {KEEP: plan}, wanted, MONTHS, draws, Facts({}, {}), law, columns)
    assert some.scenarios == 5
    assert np.array_equal(some.npv, whole.npv[:, columns])
    assert np.array_equal(some.figures, whole.of(columns).figures, equal_nan=True)
    last = simulate(case, {KEEP: plan}, wanted, MONTHS, draws, Facts({}, {}), law, columns[3:])
    assert np.array_equal(last.hidden, whole.hidden[:, columns[3:]])


# Ways to go on


def test_ways_keep_the_past_and_drop_what_changes_nothing(case, plan, plan_of):
    found = ways(case, plan, {"lean": plan_of("ecosystem", "lean"), "same": plan}, MONTHS)
    assert list(found) == [KEEP, HOLD, STOP, "lean"]
    lean, other = found["lean"], plan_of("ecosystem", "lean")
    assert {role: heads[:2] for role, heads in lean.seats.items()} == {r: h[:2] for r, h in plan.seats.items()}
    assert lean.seats["data"][2] == other.seats["data"][2] != plan.seats["data"][2]
    assert lean.lines["insurance"].way == plan.lines["insurance"].way
    block = Block(case, SEED, VERDICT, 0, 4)
    kept = [plan_months(case, one, block).ledger[ROW["commission"], :MONTHS] for one in (plan, lean, found[STOP])]
    assert np.array_equal(kept[0], kept[1])
    assert np.array_equal(kept[0][:-1], kept[2][:-1])  # an end settles the running contract year in its last month


def test_a_line_that_the_other_plan_has_not_is_closed(case, plan):
    without = plan.model_copy(update={"lines": {k: v for k, v in plan.lines.items() if k != "other"}})
    assert joined(case, plan, without, MONTHS).lines["other"].stop_after == 18
    assert "other" not in joined(case, plan, without, 3).lines
    added = joined(case, without, plan, MONTHS)
    assert "other" not in added.lines  # its partner would have started in month 6
    assert "other" in joined(case, without, plan, 3).lines


def test_gates_that_have_spoken_are_settled(case, plan):
    asked = plan.model_copy(update={"policies": Policies(gates=(GateAnswer(gate="month_6", answer="three"),))})
    assert settled(case, asked, {}) == asked
    assert settled(case, asked, {"month_6": gates.EXPAND}) == plan
    assert settled(case, asked, {"month_6": gates.HOLD}) == gates.held(case, plan, 6)
    assert settled(case, asked, {"month_6": gates.STOP}).policies.stop_after == 6


# Milestones and the choice


def known(wanted, months, **rows):
    out = np.full((len(wanted), months), np.nan)
    for key, value in rows.items():
        out[seen.places(wanted)[key.replace("__", ".")]] = value
    return out


def test_marks_are_known_as_told_or_from_the_months(wanted):
    volumes = {f"volume__{line}": 100.0 for line in ("insurance", "used_car", "charging", "other")}
    actual = known(wanted, 6, **volumes)
    assert judging.reached_so_far(wanted, actual, "month_6", "users", 6) == 2400
    assert np.isnan(judging.reached_so_far(wanted, actual, "month_6", "partners", 6))
    assert np.isnan(judging.reached_so_far(wanted, actual, "month_18", "users", 18))
    actual[seen.places(wanted)["gates.month_6.users"], 5] = 2401
    assert judging.reached_so_far(wanted, actual, "month_6", "users", 6) == 2401


def test_a_gate_speaks_when_all_its_marks_are_known(case, plan, wanted):
    asked = plan.model_copy(update={"policies": Policies(gates=(GateAnswer(gate="month_6", answer="three"),))})
    names = ("cities", "partners", "users", "conversion", "nps")
    for values, verdict in (((3, 3, 5000, 0.15, 70), 0), ((3, 3, 4999, 0.15, 69), 1), ((3, 2, 4999, 0.15, 69), 2)):
        actual = known(wanted, 6)
        for name, value in zip(names, values, strict=True):
            actual[seen.places(wanted)[f"gates.month_6.{name}"], 5] = value
        assert judging.verdicts_known(wanted, actual, case, asked) == {"month_6": verdict}
    actual[seen.places(wanted)["gates.month_6.nps"], 5] = np.nan
    assert judging.verdicts_known(wanted, actual, case, asked) == {}


def test_a_milestone_to_come_starts_from_what_was_reached(case, plan, wanted, desk):
    """Twice the units of each future so far: the mark is theirs plus those."""
    sample = desk.prior
    rows = [index for index, item in enumerate(wanted) if item.kind == "volume"]
    future = 5
    actual = known(wanted, MONTHS)
    actual[rows] = 2 * sample.figures[rows][:, :, future]
    met = judging.meets(case, plan, wanted, sample, actual)["month_18.users"]
    mark = sample.marks[1, gates.USERS] - sample.figures[rows].sum(axis=(0, 1)) + actual[rows].sum()
    assert met.tolist() == (mark >= 50_000 - 1e-6).tolist()


def test_the_choice_by_hand():
    """Ways at +1 M and −1 M against keeping in all futures; then +1 M in half of them only, −0.6 M else."""
    npv = 1e6 * np.array([[5, 7, 5, 7], [6, 8, 6, 8], [4, 6, 4, 6]], dtype=float)
    leaving, weights = (
        1e6 * np.array([[0, 0, 0, 0], [1, 1, 2, 2], [0, 0, 0, 0]], dtype=float),
        Weighed(np.full(4, 0.25), 1.0),
    )
    found = judging.choose(npv, leaving, weights)
    assert (found.verdict, found.best) == ("switch", 1)
    assert found.gain == pytest.approx([0, 1e6, -1e6])
    assert found.leaving[1] == pytest.approx(1.5e6)
    assert judging.choose(npv[[0, 2]], leaving[[0, 2]], weights).verdict == "keep"
    npv[1] = npv[0] + 1e6 * np.array([2.0, -0.6, 2.0, -0.6])
    # gain 0.7 M, error √(4 × 0.0625 × 1.3²) = 0.65 M, times 2.24: not beyond sampling error
    again = judging.choose(npv, leaving, weights)
    assert again.verdict == "open"
    assert again.error[1] == pytest.approx(0.65e6)
    assert again.reach == pytest.approx(2.2414, abs=1e-4)
    assert judging.choose(npv[:1], leaving[:1], weights).verdict == "keep"


def test_futures_that_hardly_tell_what_was_seen_rule_no_way_out():
    """A way at −1 M in all is told as open; one at +1 M is shown all the same; with no way left it is kept."""
    npv, few = 1e6 * np.array([[5, 7], [4, 6]], dtype=float), Weighed(np.full(2, 0.5), 0.4)
    none = np.zeros((2, 2))
    assert judging.choose(npv, none, few).verdict == "open"
    assert judging.choose(npv[::-1], none, few).verdict == "switch"
    assert judging.choose(npv[:1], none[:1], few).verdict == "keep"


def test_known_money_takes_the_place_of_the_futures_own(case, wanted, desk):
    """1 M CNY more revenue and 0.3 M more pay than a future says, in month 12: worth 0.7 M at 10 % a year."""
    actual = known(wanted, MONTHS)
    revenue, pay = (seen.places(wanted)[key] for key in ("revenue.other", "pay.vp"))
    actual[revenue, 11] = desk.prior.figures[revenue, 11, 3] + 1e6
    actual[pay, 11] = desk.prior.figures[pay, 11, 3] + 0.3e6
    assert judging.known_money(case, wanted, desk.prior, actual)[3] == pytest.approx(0.7e6 / 1.1)


# Beliefs


def test_a_statistic_reads_a_level_by_regression():
    rng = np.random.default_rng(4)
    level = 0.3 * rng.standard_normal(50_000)
    told = 2.0 + 0.5 * level + 0.1 * rng.standard_normal(50_000)
    seen_level, noise = beliefs.read_level(level, told, 2.1)
    assert seen_level == pytest.approx(0.2, abs=0.01)
    assert noise == pytest.approx(np.hypot(0.1, 0.1) / 0.5, rel=0.01)
    assert beliefs.read_level(level, rng.standard_normal(50_000), 0.0) is None


def test_a_year_of_demand_a_third_below_plan_lowers_what_is_believed(case, plan, wanted, desk):
    sample = desk.prior
    actual = known(wanted, MONTHS)
    for index, item in enumerate(wanted):
        if item.kind in ("volume", "revenue"):
            actual[index] = desk.asked.middle[index] * 2 / 3
    levels = seen.levels(wanted, sample.figures, actual, desk.asked.middle)
    works = [index for index, item in enumerate(wanted) if item.kind == "at_work"]
    same = (sample.figures[works, -1] == 1).all(axis=0)
    found = beliefs.demand(case, sample, hidden_normals(case, plan, MONTHS), levels, same)
    assert len(found) == 4
    assert all(one.after.mean < 0.95 and one.after.high < one.before.high for one in found)


def test_conversions_and_losses_by_hand(case, wanted):
    first = next(partner for partner in case.partners if partner.id == "insurer_1")
    actual = known(wanted, 12, asked__insurer_1=25.0, bought__insurer_1=4.0, at_work__insurer_1=1.0)
    actual[seen.places(wanted)["at_work.insurer_1"], 9:] = 0
    (found,) = beliefs.conversions(case, wanted, actual)
    value, low, high = float(first.conversion), first.conversion.low, first.conversion.high
    variance = (low**2 + value**2 + high**2 - low * value - low * high - value * high) / 18  # of the triangle
    size = 0.21 * 0.79 / variance - 1
    assert found.before.mean == pytest.approx(0.21)
    assert found.after.mean == pytest.approx((0.21 * size + 48) / (size + 300), rel=1e-4)
    (lost,) = beliefs.losses(case, wanted, actual)
    assert lost.before.mean == pytest.approx(0.002 + 0.02 * 0.5)
    assert lost.data == "1 lost in 0.2 years after trials"  # nine months less six of trial
    assert lost.after.mean > lost.before.mean
    law = np.random.default_rng(7).triangular
    leak, merger, ends = (law(*one, 400_000) for one in ((0.0, 0.002, 0.01), (0.005, 0.02, 0.05), (0.2, 0.5, 0.8)))
    spread = gamma_of(0.012, float((leak + merger * ends).std()))
    assert (lost.before.low, lost.before.high) == pytest.approx(
        (told_rate(*spread).low, told_rate(*spread).high), rel=0.01
    )
    assert beliefs.conversions(case, wanted, known(wanted, 12)) == []


def test_figures_are_the_simulators_own(case, plan, wanted):
    found = plan_months(case, plan, Block(case, SEED, VERDICT, 0, 4))
    out = told(found, case, plan, wanted, 18)
    at = seen.places(wanted)
    assert np.array_equal(out[at["volume.other"]], found.volume["other"][:18])
    assert np.array_equal(out[at["cost.tools"]], found.ledger[ROW["tools"], :18])
    assert np.array_equal(out[at["gates.month_18.users"], 17], found.marks[1, gates.USERS])
    assert np.isnan(out[at["gates.month_18.users"], :17]).all()
    assert np.isnan(out[at["asked.other_1"]]).all()
    assert np.array_equal(out[at["gates.month_18.cities"], 17], np.full(4, gates.cities_at(case, plan.cities, 18)))
