"""Readings of open clauses: each has its wording, the ladder spreads as the documents say, edges are found."""

import json
from typing import get_args

import numpy as np
import pytest

from experiments.asking.cliffs import NEAR, cliffs
from experiments.asking.contract_readings import clauses, ladder, open_clauses, with_readings
from experiments.running.futures import Futures
from model.inputs import Readings
from model.reading_words import LADDER, WORDS


@pytest.mark.parametrize("clause", sorted(open_clauses()))
def test_each_reading_has_the_words_that_would_settle_it(clause):
    words = WORDS[clause]
    readings = get_args(Readings.model_fields[clause].annotation)
    assert [reading for reading in readings if not words.get(reading, "").endswith(".")] == []
    assert len(set(words.values())) == len(words)


def test_a_clause_with_one_reading_is_not_open():
    assert "overage_period" not in open_clauses()
    assert open_clauses()["salary_is"] == ("package", "base")
    assert set(LADDER) >= {"tier_reading", "tier_reset"}


@pytest.fixture(scope="module")
def insurer(shipped, plan_of):
    case = shipped("insurer")
    return case, plan_of("insurer"), Futures(case, 7, 2)


# mechanisms.md §1.2, even pace: 10,000 CNY for 18,500 policies in 18 months; a part year has its part of the edges.
REVENUE = {
    ("marginal_base_cliff", "never"): 564.5,
    ("marginal_base_cliff", "contract_year"): 523.0,
    ("marginal", "never"): 564.5,
    ("marginal", "contract_year"): 523.0,
    ("retroactive", "never"): 647.5,
    ("marginal_low_first_block", "never"): 539.5,
    ("base_plus_excess_at_top_rate", "never"): 597.5,
}


@pytest.mark.parametrize(("readings", "wan"), REVENUE.items())
def test_the_ladder_pays_what_the_documents_tables_say(insurer, readings, wan):
    rows = ladder(*insurer)
    shipped = {name: getattr(insurer[0].readings, name) for name in LADDER if name in open_clauses()}
    wanted = shipped | dict(zip(("tier_reading", "tier_reset"), readings, strict=True))
    (row,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    assert row["revenue"] / 1e4 == pytest.approx(wan, abs=0.06)


def test_the_ladders_spread_reaches_from_the_lowest_to_the_highest_reading(insurer):
    rows = ladder(*insurer)
    assert len(rows) == np.prod([len(open_clauses()[name]) for name in LADDER if name in open_clauses()])
    assert rows[-1]["revenue"] == pytest.approx(6_475_000, abs=1)
    assert rows[0]["tier_reading"] == "marginal_low_first_block"
    assert rows[0]["revenue"] <= 4_855_001


def test_without_a_ladder_its_readings_are_not_priced(shipped, plan_of):
    case = shipped("paper")
    assert ladder(case, plan_of("paper"), Futures(case, 7, 2)) == []


def test_both_readings_of_the_pay_table_differ_by_what_paper_says(shipped, plan_of):
    case = shipped("paper")
    rows = {row["clause"]: row for row in clauses(case, plan_of("paper"), Futures(case, 7, 2))}
    assert rows["salary_is"]["spread"] == pytest.approx((30.049275 + 2.539125) * 1e6, abs=1)
    package, base = rows["salary_is"]["readings"]
    assert (package["now"], package["difference"]["mean"]) == (True, 0)
    assert base["npv"]["mean"] == pytest.approx(-2_539_125, abs=1)
    assert base["full_roi"]["p50"] == pytest.approx(-0.0206, abs=1e-4)
    assert base["wording"] == WORDS["salary_is"]["base"]


def test_the_widest_spread_comes_first_and_all_are_paired(shipped, plan_of):
    case = shipped("ecosystem")
    futures = Futures(case, 7, 64)
    rows = clauses(case, plan_of("ecosystem", "lean"), futures)
    assert [row["clause"] for row in rows[:2]] == ["commission_payer", "salary_is"]
    assert [row["spread"] for row in rows] == sorted((row["spread"] for row in rows), reverse=True)
    assert {row["clause"] for row in rows} == set(open_clauses())
    plan = plan_of("ecosystem", "lean")
    other = next(r for row in rows if row["clause"] == "tier_reset" for r in row["readings"] if r["reading"] == "never")
    gap = futures.npv(with_readings(case, tier_reset="never"), plan) - futures.npv(case, plan)
    assert other["difference"]["mean"] == pytest.approx(float(gap.mean()))
    assert other["difference"]["se"] == pytest.approx(float(gap.std(ddof=1)) / 8)


def test_who_sells_just_at_an_edge_is_near_it_and_the_cliff_is_at_stake(shipped, plan_of):
    """4,999 and 5,000 policies stand at the first edge: 999,800 against 1,250,000 CNY a year."""
    case, plan = shipped("ladder"), plan_of("ladder")
    found = {(c.whose, c.edge): c for c in cliffs(case, plan, Futures(case, 7, 2), near=NEAR) if c.what == "ladder"}
    for policies in (4999, 5000, 8000, 12000):
        edge = 5000.0 if policies == 4999 else float(policies)
        assert found[f"{policies} policies a year", edge].mass.value == 1.0
    assert found["18500 policies a year", 12000.0].mass.value == 0.0
    assert found["8000 policies a year", 5000.0].mass.value == 0.0
    # Edge at 4,900: 4,900 × 250 + 99 × 280; edge at 5,100: 4,999 × 200.
    stake = 4900 * 250 + 99 * 280 - 4999 * 200
    assert found["4999 policies a year", 5000.0].stake.value == pytest.approx(stake, rel=0.1)


def test_the_map_holds_every_edge_the_plan_can_meet(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "documents")
    found = cliffs(case, plan, Futures(case, 7, 32))
    kinds = [cliff.what for cliff in found]
    assert kinds.count("ladder") == 12
    assert kinds.count("bonus band") == 3
    assert kinds.count("pool and bonus target") == 1
    assert kinds.count("complaint limit") == kinds.count("nps limit") == 4
    assert all(0 <= cliff.mass.value <= 1 and cliff.mass.se >= 0 for cliff in found)
    dear = [abs(cliff.stake.value) for cliff in found]
    assert dear == sorted(dear, reverse=True)
    assert max(cliff.mass.value for cliff in found if cliff.what == "complaint limit") > 0


def test_the_command_tells_the_ladder_and_the_words(headcast):
    done = headcast("contract-readings", "insurer")
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    assert "to 6.475 M CNY (retroactive" in text
    assert "Words that settle them" in text
    assert "calibration as_written" in text
    assert max(map(len, done.stdout.splitlines())) <= 80
    told = json.loads(headcast("contract-readings", "insurer", "--json").stdout)
    assert set(told) >= {"clauses", "ladder", "cliffs", "calibration", "salary_reading", "scenarios", "seed", "plan"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--near", "0"], "E-RANGE  --near: is no share of an edge; found 0; allowed above 0, below 1"),
        (["--near", "1"], "E-RANGE  --near"),
        (
            ["--plan", "pla"],
            "E-FILE  pla: no such plan; allowed a plan file, or plan, do_nothing; mend: did you mean plan?",
        ),
    ],
)
def test_a_wrong_question_is_named(headcast, words, said):
    done = headcast("contract-readings", "insurer", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
