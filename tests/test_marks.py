"""Marks of milestones, trials at the turn and the first phase's cash, each by a second road."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from experiments.asking import board, marks
from model import staffing
from model.budgets import APPROVED_ROWS, approved_cost, approved_rows, budget_accounts
from model.ledger import result
from model.plans import plan_careers
from model.schema import COST_ROWS, ROW, SEAT_ROWS
from model.simulate import VERDICT, Block, plan_months

SEED, SMALL = 7, 200
TURN = {"name": "partners.nps", "flips_at": 0.95}


def asked(case, plan, scenarios=SMALL, flip=None):
    run = SimpleNamespace(
        cases={"recommended": case}, plans={"recommended": plan}, info={"seed": SEED, "flip_assumption": flip}
    )
    months = plan_months(case, plan, Block(case, SEED, VERDICT, 0, scenarios))
    data = xr.Dataset(coords={"scenario": np.arange(scenarios)})
    return marks.with_marks(data, run, scenarios, [marks.course(case, plan, months)])


@pytest.fixture(scope="module")
def lean(shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    return case, plan, asked(case, plan, flip=TURN), plan_months(case, plan, Block(case, SEED, VERDICT, 0, SMALL))


def test_marks_by_the_months_themselves(lean):
    _, _, data, months = lean
    for gate, last, users, money in (("month_6", 6, 5000, None), ("month_18", 18, 50_000, 6e6)):
        sold = sum(volume[:last].sum(axis=0) for volume in months.volume.values())
        assert data["reached"].sel(mark=f"{gate}.users").values == pytest.approx(sold)
        assert (data["met"].sel(mark=f"{gate}.users").values == (sold >= users)).all()
        if money:
            revenue = sum(line[:last].sum(axis=0) for line in months.line_revenue.values())
            assert (data["met"].sel(mark=f"{gate}.revenue").values == (revenue >= money)).all()
        working = sum(side.at_work[:, last - 1].sum(axis=0) for side in months.sides.values())
        assert (data["reached"].sel(mark=f"{gate}.partners").values == working).all()


def test_all_marks_are_met_where_each_is(lean):
    _, _, data, _ = lean
    for gate in ("month_6", "month_18"):
        own = [mark for mark in data["mark"].values if mark.startswith(f"{gate}.")]
        assert (data["met_all"].sel(gate=gate).values == data["met"].sel(mark=own).values.all(axis=0)).all()


@pytest.mark.parametrize(("ended", "ends"), [(-3e6, 1.0), (-3.5e6, 1.0), (-3.6e6, 0.0)])
def test_what_a_miss_leaves_by_hand(ended, ends):
    """Ten futures reach 1 … 10 users, nine of ten 1.9: the first alone misses it, bringing −4 M CNY if it goes on."""
    npv = np.vstack([np.arange(-4.0, 6.0) * 1e6, np.full(10, ended), np.full(10, -9e6)])
    reached = np.vstack([np.arange(1.0, 11.0), np.ones(10)])
    data = xr.Dataset(
        {"npv": (("option", "scenario"), npv), "reached": (("mark", "scenario"), reached)},
        {"option": ["as_it_is", "stop_early", "stop_late"], "mark": ["early.users", "none.users"]},
    )
    told = data.assign(marks.missed(data))
    first, none = told.isel(mark=0), told.isel(mark=1)
    assert (float(first["missed_on"]), float(first["missed_end"])) == (-4e6, ended)
    assert float(first["missed_ends"]) == ends
    assert np.isnan([float(none["missed_on"]), float(none["missed_end"])]).all()


def test_what_the_plan_itself_allows(lean):
    """Of lean's partners those of months 1, 6 and 6 have started by month 6, by month 18 those of 8, 12 and 15 too."""
    _, _, data, _ = lean
    told = {str(mark): float(data["planned"].sel(mark=mark)) for mark in data["mark"].values}
    assert (told["month_6.partners"], told["month_18.partners"]) == (3, 6)
    assert (told["month_6.cities"], told["month_18.cities"]) == (3, 10)
    assert math.isnan(told["month_6.users"])


def test_the_first_phases_accounts_are_its_cash(lean):
    case, _, data, months = lean
    cash = result(months.ledger)[:6].sum(axis=0)
    assert data["first_phase"].sum("account").values == pytest.approx(cash)
    spent = sum(months.ledger[ROW[row]][:6].sum(axis=0) for row in budget_accounts(case))
    assert data["first_phase"].sel(account="asked_for").values == pytest.approx(-spent)
    assert (data["first_phase"].sel(account="owed").values <= 0).all()
    outside = {row: months.ledger[ROW[row]][:6].sum() for row in COST_ROWS if row not in budget_accounts(case)}
    assert outside[data.attrs["first_phase_largest"]] == max(outside.values()) > 0


def test_each_phase_in_cash_and_against_what_it_asks(lean):
    """Cash by months; what is spent less what the budget counts of it; the row that exceeds its own part most."""
    case, plan, data, months = lean
    asked_for = approved_cost(case, plan)
    for phase, (first, end), used in zip(data["phase"].values, case.phase_bounds(), asked_for, strict=True):
        inside = slice(first - 1, end - 1)
        cash = result(months.ledger)[inside].sum(axis=0)
        assert data["phase_money"].sel(phase=phase).sum("account").values == pytest.approx(cash)
        spent = {row: months.ledger[ROW[row]][inside].sum(axis=0) for row in budget_accounts(case)}
        over = data["phase_over"].sel(phase=phase).values
        assert over == pytest.approx(sum(spent.values()) - used, abs=1e-3)
        # Each row's own part of what is asked is tested by its sum; here only that the named row exceeds its own most.
        parts = approved_rows(case, plan)
        more = {row: spent[row].mean() - parts[row][inside].sum() for row in spent}
        named = str(data["phase_over_row"].sel(phase=phase).item())
        assert named == max(more, key=more.get)
        assert float(data["phase_over_most"].sel(phase=phase)) == pytest.approx(more[named])


@pytest.mark.parametrize(("name", "own"), [("ecosystem", "documents"), ("channel", "redesign"), ("year_2", "plan")])
def test_a_budget_counts_no_other_pay(shipped, name, own, plan_of):
    case, plan = shipped(name), plan_of(name, own)
    paid = np.sum([staffing.approved(case, career).sum(axis=1) for career in plan_careers(case, plan)], axis=0)
    assert {row for row, cost in zip(SEAT_ROWS, paid, strict=True) if cost} <= {*APPROVED_ROWS, "hiring_fee"}


@pytest.mark.parametrize(("nps", "factor"), [(73.0, 0.95), (70.0, 1.0)])
def test_a_trial_on_nps_alone(shipped, plan_of, changed, nps, factor):
    """One trial of 300 users, spread 60: passed with chance Φ((NPS − 70) ÷ (60 ÷ √300))."""
    case = shipped("ecosystem")
    only = changed(
        case,
        {
            "trial.conversion_least": 0.0,
            "trial.complaint_most": 1.0,
            "trial.failure_most": 1.0,
            "trial.retries": 0,
            "partners.insurer_2.nps": nps,
        },
    )
    data = asked(only, plan_of("ecosystem", "lean"), 2000, TURN | {"flips_at": factor})
    for when, level in (("now", nps), ("turn", nps * factor)):
        found = data["trial_passed"].sel(partner="insurer_2", when=when).values
        chance = 0.5 * math.erfc(-(level - 70) / (60 / math.sqrt(300)) / math.sqrt(2))
        assert float(data["trial_nps"].sel(partner="insurer_2", when=when)) == pytest.approx(level)
        assert found.mean() == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 2000))


def test_without_turn_milestones_or_trial_nothing_is_told_of_them(shipped, plan_of, changed):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    assert asked(case, plan, 8)["when"].values.tolist() == ["now"]
    assert asked(case, plan, 8, {"name": "no_such", "flips_at": 1.0})["when"].values.tolist() == ["now"]
    bare = changed(case, {"gates": {}, "trial": None})
    phases = {"phase_money", "phase_over", "phase_over_row", "phase_over_most"}
    assert set(asked(bare, plan, 8).data_vars) == {"first_phase"} | phases


def test_an_answer_that_stands_is_not_asked_again(monkeypatch, tmp_path, shipped, plan_of):
    told = {"phase_money": ("account", [1.0])}
    options = ["as_it_is", "unsigned_staffed", "unsigned_bare"]
    from_disk = SimpleNamespace(dataset=xr.Dataset(told, {"option": options}))
    shorter = SimpleNamespace(dataset=xr.Dataset(told, {"option": options[:1]}))
    old = SimpleNamespace(dataset=xr.Dataset())
    unasked = SimpleNamespace(dataset=from_disk.dataset.assign(met=("mark", [1.0])))
    full = SimpleNamespace(dataset=unasked.dataset.assign(missed_on=("mark", [1.0])))
    case = shipped("ecosystem")
    plans = {"recommended": plan_of("ecosystem", "lean")}
    drawn = xr.Dataset(coords={"scenario": np.arange(2000)})
    run = SimpleNamespace(
        plans=plans, cases={"recommended": case}, case=case, path=tmp_path, hash="ab12cd34ef", dataset=drawn
    )
    monkeypatch.setattr(board, "ask", lambda name, wanted: (name, wanted.scenarios, wanted.out))
    monkeypatch.setattr(board.answers, "RUNS", tmp_path)
    assert board.standing(run, {"board": from_disk, "x": old}, print) == {"board": from_disk, "x": old}
    assert board.standing(run, {"board": full}, print) == {"board": full}
    for before in (old, shorter, unasked):
        assert board.standing(run, {"board": before}, print)["board"] == (str(tmp_path), 2000, None)
    for taken, free in (
        ("ecosystem-board", "ecosystem-board-ab12cd34"),
        ("ecosystem-board-ab12cd34", "ecosystem-board-ab12cd34-2"),
    ):
        (tmp_path / taken).mkdir()
        assert board.standing(run, {}, print)["board"] == (str(tmp_path), 2000, tmp_path / free)
    run.plans = {"recommended": plan_of("ecosystem", "do_nothing")}
    assert board.standing(run, {"x": old}, print) == {"x": old}
