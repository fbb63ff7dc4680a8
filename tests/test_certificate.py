"""The certificate: tables and simulator agree to a tenth of a fen, and every planted fault is named."""

import re
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from model import pay, seats
from model.errors import ProofError
from model.plans import Career
from model.schema import ROW_NAMES
from solvers import certificate
from solvers.certificate import Side, certify, compare, promised_years, random_choices, simulated_years
from solvers.cut_rows import CutRows
from solvers.exact import Choice, Exact, Tables
from solvers.goals import Goal
from solvers.options import closed, option_of
from solvers.pricing import Pricer
from solvers.program import Program
from solvers.tables import PIECE_ROWS

SEED, K = 7, 32
HAND_MADE = ("documents", "bold", "lean")
ROOMY = {"phases.mvp.budget": 20e6, "phases.scale.budget": 30e6, "phases.mature.budget": 50e6}
TENTH_OF_A_FEN = 0.001
ABSENT = {
    "commission_paid",
    "vat",
    "leak_claims",
    "leak_damages",
    "partner_plans",
    "renewal",
    "repurchase",
    "referral",
    "subscription",
    "returns",
    "wrong_orders",
    "levers",
    "line_pay",
    "line_pay_on_cost",
    "clawback",
    "double_staffing",
    "channel_spend",
    "channel_support",
    "price_premium",
    "price_discount",
    "channel_turnover",
}
"""Rows of sections and readings that the ecosystem case does not have, and of events too rare for so few draws."""
WORST = r"(\w+) of (the chosen plan|random plan \d+), year ([1-5]), scenario (\d+)"


def part_of(case, plan, line):
    return option_of(plan.lines[line]) if line in plan.lines else closed(case)


def lean_choice(case, plan):
    """The lean plan with a head more in data and in strategy, so that it keeps the rows of shared work."""
    seats = {"growth": (0, 1, 2), **plan.seats, "data": (2, 3, 3), "strategy": (2, 2, 3)}
    shared = [name for name, role in case.roles.items() if role.kind == "shared"]
    heads = tuple((role, seats.get(role, (0, 0, 0))) for role in shared)
    return Choice(plan.modes, heads, tuple((line, part_of(case, plan, line)) for line in case.lines))


def idle_choice(case, modes):
    shared = [name for name, role in case.roles.items() if role.kind == "shared"]
    return Choice(
        modes, tuple((role, (0, 0, 0)) for role in shared), tuple((line, closed(case)) for line in case.lines)
    )


@pytest.fixture(scope="module")
def priced(plan_of):
    """priced(case) is the small table of hand-made paths, the exact values and a plan that keeps all rows."""

    def price(case, scenarios=K):
        plans = [plan_of("ecosystem", name) for name in HAND_MADE]
        choice = lean_choice(case, plans[-1])
        tables = Tables(case, Pricer(case, choice.modes, SEED, scenarios))
        for line in case.lines:
            tables.add(line, [closed(case), *(part_of(case, plan, line) for plan in plans)])
        return tables, Exact(case, choice.modes), choice

    return price


@pytest.fixture(scope="module")
def good(priced, shipped):
    return priced(shipped("ecosystem"))


@pytest.fixture(scope="module")
def told():
    """Answers of the second process by request, so that faults on the table side need not ask twice."""
    return {}


@pytest.fixture
def remembered(told, monkeypatch):
    def ask(case, plans, seed, scenarios):
        key = (case.model_dump_json(), tuple(plan.model_dump_json() for plan in plans), seed, scenarios)
        if key not in told:
            told[key] = simulated_years(case, plans, seed, scenarios)
        return told[key]

    monkeypatch.setattr(certificate, "simulated_years", ask)


def named(found):
    """The terms that the certificate finds different."""
    return {name for name, gap in found.by_term.items() if gap > TENTH_OF_A_FEN}


@contextmanager
def spoiled(target, name, value):
    """Spoil pricing only: the simulator's process and the rest of the certificate see the true one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(target, name, value)
        yield


def spoil_cell(monkeypatch, tables, choice, name, at, amount):
    """Change one cell of the chosen path of insurance in the field `name` of its table."""
    pieces = tables.lines["insurance"]
    cells = getattr(pieces, name).copy()
    cells[(tables.options["insurance"][dict(choice.lines)["insurance"]], *at)] += amount
    monkeypatch.setitem(tables.lines, "insurance", replace(pieces, **{name: cells}))


@pytest.mark.slow
def test_two_hundred_random_plans_and_the_chosen_one_agree_to_a_tenth_of_a_fen(good):
    found = certify(*good, SEED, 200)
    assert (found.plans, found.scenarios) == (201, K)
    assert set(found.by_term) == set(ROW_NAMES)
    assert max(found.by_term.values()) == found.max_abs_cny <= TENTH_OF_A_FEN
    assert found.npv_max_abs_cny <= TENTH_OF_A_FEN
    assert found.program_gap <= 1e-6
    assert found.holds


@pytest.mark.parametrize(
    "values",
    [
        {"readings.salary_is": "base"},
        {"calibration": "typical"},
        {"readings.transition_loss": "once"},
        {"readings.vat_in_rates": "gross"},
        {"uncertainty.mode": "none"},
        {"staffing.on_cost_on_bonus": True},
        {"clock.months": 50},
    ],
    ids=lambda values: next(iter(values)),
)
def test_plans_agree_under_other_readings_and_horizons(priced, shipped, changed, values):
    found = certify(*priced(changed(shipped("ecosystem"), ROOMY | values), 8), SEED, 5)
    assert max(found.max_abs_cny, found.npv_max_abs_cny) <= TENTH_OF_A_FEN
    assert found.program_gap <= 1e-6
    assert found.holds


def test_every_term_of_the_plan_is_put_to_the_test(good):
    """No term is equal because it is nothing on both sides; exit fees need a stop, charged equity its switch."""
    tables, exact, choice = good
    used = {name for name, row in zip(ROW_NAMES, promised_years(tables, exact, choice), strict=True) if row.any()}
    assert set(ROW_NAMES) - used - ABSENT == {"exit_fee", "bonus_on_cost", "equity_charge"}


def test_a_plan_with_a_closed_line_agrees(good):
    tables, exact, choice = good
    without = choice.with_line("other", closed(tables.case))
    assert "other" not in without.plan(tables.case, "without", "").lines
    promised = promised_years(tables, exact, without)
    simulated = simulated_years(tables.case, [without.plan(tables.case, "without", "")], SEED, K).years[0]
    assert np.abs(promised - simulated).max() <= TENTH_OF_A_FEN


def test_doing_nothing_costs_nothing_and_is_certified(good):
    tables, exact, choice = good
    found = certify(tables, exact, idle_choice(tables.case, choice.modes), SEED, 0)
    assert (found.max_abs_cny, found.npv_max_abs_cny, found.program_gap) == (0.0, 0.0, 0.0)
    assert found.holds


def test_random_plans_keep_the_bounds_of_each_role_and_differ(good):
    tables, _, choice = good
    plans = random_choices(tables, choice.modes, 50, SEED)
    assert plans == random_choices(tables, choice.modes, 50, SEED)
    assert len(set(plans)) > 45
    for plan in plans:
        for role, heads in plan.seats:
            limits = tables.case.roles[role]
            assert list(heads) == sorted(heads)
            assert all(limits.heads_least[p] <= count <= limits.heads_most[p] for p, count in enumerate(heads))


def test_comparing_in_parts_changes_nothing(good, monkeypatch):
    whole = certify(*good, SEED, 3)
    monkeypatch.setattr(certificate, "MOST_BYTES", 2.5 * 8 * len(ROW_NAMES) * 5 * K)
    assert certify(*good, SEED, 3) == whole


def test_the_report_names_term_plan_year_and_scenario(good, remembered):
    found = certify(*good, SEED, 2)
    said = re.fullmatch(WORST, found.worst)
    assert said
    assert said[1] in ROW_NAMES
    assert found.by_term[said[1]] == found.max_abs_cny


def test_one_fen_in_a_table_cell_is_named(good, remembered, monkeypatch):
    tables, _, choice = good
    spoil_cell(monkeypatch, tables, choice, "terms", (PIECE_ROWS.index("commission"), 2), 0.01)
    found = certify(*good, SEED, 0)
    assert not found.holds
    assert re.fullmatch(r"commission of the chosen plan, year 3, scenario \d+", found.worst)
    assert found.max_abs_cny == pytest.approx(0.01, abs=1e-6)
    assert found.by_term["after_sales_share"] == pytest.approx(0.0015, abs=1e-6)
    quiet = {name: gap for name, gap in found.by_term.items() if name not in ("commission", "after_sales_share")}
    assert max(quiet.values()) <= TENTH_OF_A_FEN


def test_one_fen_in_the_discounted_money_is_named(good, remembered, monkeypatch):
    """The program chooses by the discounted money; a fault there stands in no term."""
    tables, _, choice = good
    spoil_cell(monkeypatch, tables, choice, "linear", (17,), 0.01)
    found = certify(*good, SEED, 0)
    assert not found.holds
    assert found.worst == "net present value of the chosen plan, scenario 17"
    assert found.max_abs_cny == found.npv_max_abs_cny == pytest.approx(0.01, abs=1e-6)


def test_one_hour_in_the_shared_work_is_named(good, remembered, monkeypatch):
    tables, _, choice = good
    spoil_cell(monkeypatch, tables, choice, "hours", (1, 0, 3), 1.0)
    found = certify(*good, SEED, 0)
    assert not found.holds
    assert found.worst == "agency of the chosen plan, year 1, scenario 3"
    assert found.max_abs_cny == pytest.approx(450_000 / 12 / 130 * 2.025)


def test_streams_keyed_by_position_are_named(priced, shipped, remembered):
    """Each seat priced alone stands first in its list and would live the life of seat 1."""
    true = seats.lives

    def by_position(case, careers, draws, unrest=None):
        return true(case, [replace(career, seat=place + 1) for place, career in enumerate(careers)], draws, unrest)

    with spoiled(seats, "lives", by_position):
        spoiled_tables = priced(shipped("ecosystem"))
    found = certify(*spoiled_tables, SEED, 0)
    assert not found.holds
    assert re.fullmatch(WORST, found.worst)
    assert named(found) >= {"base_pay", "project_bonus", "on_cost", "hiring_fee", "transition_loss"}


def test_a_raise_one_month_late_is_named(priced, shipped, remembered):
    with spoiled(pay, "year_of", lambda months: np.maximum(np.arange(months) - 1, 0) // 12):
        late = priced(shipped("ecosystem"))
    found = certify(*late, SEED, 0)
    assert not found.holds
    assert re.fullmatch(r"base_pay of the chosen plan, year [2-5], scenario \d+", found.worst)
    assert found.by_term["commission"] <= TENTH_OF_A_FEN


def test_two_swapped_seats_are_named(priced, shipped, remembered):
    """The plan opens growth's seats in different phases; priced with each other's lives they cost something else."""
    other = {1: 2, 2: 1}

    def key(career):
        seat = other.get(career.seat, career.seat) if career.role == "growth" else career.seat
        return f"seat.{career.role}.{career.line}.{seat}"

    with spoiled(Career, "key", property(key)):
        swapped = priced(shipped("ecosystem"))
    choice = swapped[2].with_seats("growth", (0, 1, 2))
    found = certify(swapped[0], swapped[1], choice, SEED, 0)
    assert not found.holds
    assert re.fullmatch(WORST, found.worst)
    assert named(found) >= {"base_pay", "on_cost", "agency"}
    assert not named(found) & {"commission", "quality_deduction", "integration", "tools"}


def test_tables_priced_with_another_seed_are_refused(good):
    assert not certify(*good, SEED + 1, 0).holds


def test_a_fraction_of_an_option_is_refused(good, remembered, monkeypatch):
    true = Program.values

    def half(program):
        values = true(program)
        return np.where(np.arange(len(values)) == int(np.argmax(values)), 0.5, values)

    monkeypatch.setattr(Program, "values", half)
    with pytest.raises(ProofError, match=r"E-FRACTION .*path\[insurance,\d\] = 0\.5"):
        certify(*good, SEED, 0)


@pytest.mark.parametrize("family", [("agency", 1), ("pool", 0)], ids=["agency", "pool"])
def test_a_dropped_family_of_hinge_cuts_opens_the_program_gap(good, remembered, monkeypatch, family):
    true = CutRows._add

    def skip(rows, cut, *rest):
        if (cut.kind, cut.role) != family:
            true(rows, cut, *rest)

    monkeypatch.setattr(CutRows, "_add", skip)
    found = certify(*good, SEED, 0)
    assert found.max_abs_cny <= TENTH_OF_A_FEN
    assert found.program_gap > 1e-6
    assert not found.holds


def test_a_program_that_reads_another_plan_is_refused(good, remembered, monkeypatch):
    other = good[2].with_seats("bd", (2, 2, 3))
    monkeypatch.setattr(Program, "choice", lambda program: other)
    with pytest.raises(ProofError, match="E-OTHER-PLAN "):
        certify(*good, SEED, 0)


def test_a_plan_that_breaks_its_budget_is_refused_by_name(good, remembered, plan_of):
    tables, exact, _ = good
    plan = plan_of("ecosystem", "documents")
    lines = tuple((line, option_of(part)) for line, part in plan.lines.items())
    choice = Choice(plan.modes, tuple((role, plan.seats[role]) for role in tables.seats), lines)
    with pytest.raises(ProofError, match=r"E-RULE  budget of mvp: the chosen plan breaks R28; found 6\d{6}\.\d\d CNY"):
        certify(tables, exact, choice, SEED, 0)


@pytest.mark.parametrize(
    ("name", "at", "where"),
    [
        ("terms", (0, 2), "commission of the chosen plan, year 3, scenario 0"),
        ("linear", (17,), "net present value of the chosen plan, scenario 17"),
    ],
)
def test_a_cell_that_is_not_a_number_is_refused_by_name(good, remembered, monkeypatch, name, at, where):
    tables, _, choice = good
    spoil_cell(monkeypatch, tables, choice, name, at, np.nan)
    with pytest.raises(ProofError, match=f"E-NOT-FINITE .*{where}"):
        certify(*good, SEED, 0)


def stand_in(monkeypatch, folder, text):
    """Let another module answer as the second process."""
    (folder / "stand_in.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(certificate, "replay", SimpleNamespace(__module__="stand_in"))


def test_a_second_process_that_fails_is_told(good, monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, "raise SystemExit('out of paper')")
    with pytest.raises(ProofError, match=r"E-REPLAY .*the second process failed; found out of paper"):
        certify(*good, SEED, 0)


def test_a_second_process_that_knows_the_optimizer_is_no_witness(good, monkeypatch, tmp_path):
    peek = "import sys, pathlib, solvers, model.replay as r\nr.replay(pathlib.Path(sys.argv[1]))\n"
    stand_in(monkeypatch, tmp_path, peek)
    with pytest.raises(ProofError, match=r"E-REPLAY .*the second process imported the optimizer"):
        certify(*good, SEED, 0)


def test_a_room_of_the_same_name_where_the_user_works_does_not_answer(good, monkeypatch, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "__init__.py").write_text("raise SystemExit('wrong house')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert certify(*good, SEED, 0).holds


@pytest.mark.parametrize("name", ["weight", "floor", "today"])
def test_the_worst_futures_are_cross_checked_too(good, remembered, name):
    """Both sides average the same worst futures, and the program of the goal is worth what the tables say."""
    tables, exact, choice = good
    npv = exact.npv(tables.total(choice))
    goals = {
        "weight": Goal(caution=0.4, tail=0.3),
        "floor": Goal(tail=0.3, floor=float(npv.min())),
        "today": Goal(benchmark=tuple(npv - 1.0)),
    }
    found = certify(tables, exact.aiming(goals[name]), choice, SEED, 2)
    assert 0 <= found.tail_max_abs_cny <= TENTH_OF_A_FEN
    assert found.program_gap <= 1e-6
    assert found.holds


def test_a_difference_in_the_worst_futures_breaks_the_proof(good, remembered):
    """A yuan off in the worst of K futures moves their average by one yuan ÷ their number."""
    tables, exact, choice = good
    found = certify(tables, exact.aiming(Goal(caution=0.4, tail=2 / K)), choice, SEED, 1)
    assert found.holds
    assert not replace(found, tail_max_abs_cny=0.0011).holds
    years = np.zeros((1, len(ROW_NAMES), 1, 4))
    here, there = Side(years, np.array([[5.0, -3.0, 1.0, 2.0]])), Side(years, np.array([[5.0, -2.0, 1.0, 2.0]]))
    assert compare(["a"], here, there, 0.5).tail == pytest.approx(0.5)
    assert compare(["a"], here, there, 0.25).tail == pytest.approx(1.0)
