"""Assumptions against hand calculation on the paper case: turning points, shares of the spread, origin and owner."""

import json

import pytest

from experiments.asking.assumptions import assumptions
from experiments.console.assumption_answers import answer
from experiments.running.door import nothing
from experiments.running.futures import Futures
from experiments.running.input_words import amount
from model.quantities import Quantity

PACKAGE, REVENUE = 30.049275e6, 120.8e6
"""Paper P&L over five years, CNY, pay table read as package."""


@pytest.fixture
def case(shipped, changed):
    """The paper case with a guessed share 0…50 %, an upkeep of 0…2 M from evidence, a pool rate from a document."""
    share = Quantity(0.15, "share", "guess", "", 0.0, 0.5, "finance", "2027-03-31")
    upkeep = Quantity(1e6, "CNY/year", "evidence", "a survey", 0.0, 2e6)
    return changed(shipped("paper"), {"incentives.after_sales_share": share, "costs.upkeep": upkeep})


@pytest.fixture
def found(case, plan_of):
    told = assumptions(case, plan_of("paper"), nothing(case), Futures(case, 7, 2))
    return told, {row.number.name: row for row in told.rows}


def test_a_number_turns_the_recommendation_where_hand_calculation_says(found):
    """Five years of upkeep cost 5 M; the share turns at 15 % + lead ÷ revenue, upkeep not inside its range."""
    told, rows = found
    lead = PACKAGE - 5e6
    assert told.gap.value == pytest.approx(lead, abs=1)
    share = rows["incentives.after_sales_share"]
    assert share.turns_at == pytest.approx(0.15 + lead / REVENUE, abs=1e-6)
    assert share.distance == pytest.approx(lead / REVENUE / 0.15, rel=1e-6)
    assert (rows["costs.upkeep"].turns_at, rows["costs.upkeep"].distance) == (None, None)
    assert rows["costs.upkeep"].gap_high == pytest.approx(lead - 5e6, abs=1)


def test_the_spread_is_shared_by_the_squares_of_what_the_ranges_do(found):
    """Triangles 0, 0.15, 0.5 of revenue and 0, 5, 10 M of upkeep, no chance: (a² + b² + c² − ab − ac − bc) ÷ 18."""
    told, rows = found
    share, upkeep = (0.2725 - 0.075) / 18 * REVENUE**2, (125 - 50) * 1e12 / 18
    assert rows["incentives.after_sales_share"].share == pytest.approx(share / (share + upkeep), rel=1e-6)
    assert told.by_origin["guess"] == pytest.approx(share / (share + upkeep), rel=1e-6)
    assert told.by_origin["evidence"] == pytest.approx(upkeep / (share + upkeep), rel=1e-6)
    assert (told.chance, told.by_origin["source"]) == (0, 0)
    assert told.sd == pytest.approx((share + upkeep) ** 0.5, rel=1e-6)


def test_with_all_open_the_average_is_that_of_the_triangles(found):
    """Average share 0.65 ÷ 3 of revenue, average upkeep as assumed; the share alone reaches further down than up."""
    told, _ = found
    truth = PACKAGE - 5e6 - (0.65 / 3 - 0.15) * REVENUE
    assert told.assumed == pytest.approx(PACKAGE - 5e6, abs=1)
    assert told.average.value == pytest.approx(truth, abs=3 * told.average.se)
    assert told.average.se < 2e6
    assert (told.reach.moving, told.reach.down) == (2, 1)
    assert [number.name for number, _ in told.reach.most] == ["incentives.after_sales_share"]
    assert told.reach.most[0][1] == pytest.approx(-(0.65 / 3 - 0.15) * REVENUE, rel=1e-6)


def test_every_number_is_listed_with_its_origin_owner_and_review_date(case, found):
    rows = {row["key"]: row for row in answer(case, found[0])["assumptions"]}
    share = rows["incentives.after_sales_share"]
    assert (share["owner"], share["review"], share["origin"]) == ("finance", "2027-03-31", "guess")
    assert (share["unit"], share["range"], share["value"]) == ("share", [0.0, 0.5], 0.15)
    assert rows["costs.upkeep"]["source"] == "a survey"
    fixed = rows["incentives.bonus_rate"]
    assert (fixed["range"], fixed["turns_at"], fixed["share_of_spread"], fixed["owner"]) == (None, None, 0, None)
    assert "after-sales" in share["meaning"]


@pytest.fixture
def risky(shipped, changed):
    """One partner that sells about 30,000 units a year at 300 CNY, the market's level by chance, a share guessed."""
    pool = shipped("pool")
    (partner,) = pool.partners
    volume = Quantity(30_000.0, "units/year", source="t")
    values = {"curve_middle": Quantity(0.0, "month", source="t"), "curve_width": Quantity(0.0, "month", source="t")}
    line = pool.lines["revenue"].model_copy(update=values | {"demand": Quantity(1.0, "factor", source="t")})
    case = pool.model_copy(
        update={
            "volumes": {},
            "lines": {"revenue": line},
            "partners": (partner.model_copy(update={"mature_volume": volume}),),
        }
    )
    share = Quantity(0.15, "share", "guess", "", 0.0, 0.5)
    level = Quantity(0.2, "factor", "source", "t")
    return changed(
        case,
        {"incentives.after_sales_share": share, "uncertainty.mode": "random", "uncertainty.level": level},
    )


def test_with_chance_all_shares_add_up_to_one(risky, plan_of):
    futures = Futures(risky, 7, 64)
    told = assumptions(risky, plan_of("pool"), nothing(risky), futures)
    assert told.chance + sum(told.by_origin.values()) == pytest.approx(1)
    assert sum(row.share for row in told.rows) == pytest.approx(1 - told.chance)
    assert 0 < told.chance < 1
    by_chance = float(futures.npv(risky, plan_of("pool")).var(ddof=1))
    assert told.chance == pytest.approx(by_chance / told.sd**2)


def test_what_the_plans_do_not_use_is_not_moved_and_a_plan_never_loses_against_itself(risky, plan_of):
    plan = plan_of("pool")
    told = assumptions(risky, plan, plan, Futures(risky, 7, 2))
    assert all(row.turns_at is None for row in told.rows)
    idle = assumptions(risky, nothing(risky), nothing(risky), Futures(risky, 7, 2))
    assert (idle.sd, idle.chance, idle.gap.value) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("unit", "text"), [("CNY/year", "5 CNY a year"), ("hours/owner", "5 hours per owner")])
def test_a_unit_that_has_no_word_of_its_own_is_written_with_per(unit, text):
    assert amount(5.0, unit) == text


def test_the_command_lists_all_and_says_how(headcast):
    done = headcast("assumptions", "paper", "--scenarios", 2, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (told["plan"], told["runner_up"], told["calibration"]) == ("plan", "do_nothing", "as_written")
    assert told["lead"]["mean"] == pytest.approx(PACKAGE, abs=1)
    assert "What numbers do together is not seen" in told["method"]
    shown = headcast("assumptions", "paper", "--scenarios", 2)
    assert shown.returncode == 0, shown.stderr
    assert "comes from numbers nobody has measured" in " ".join(shown.stdout.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--plan", "pln"], "E-FILE  pln: no such plan; allowed a plan file, or plan, do_nothing"),
        (["--scenarios", "5000"], "E-RANGE  --scenarios: outside what is possible; found 5000; allowed 2 to 4096"),
    ],
)
def test_a_wrong_question_is_named(headcast, words, said):
    done = headcast("assumptions", "paper", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
