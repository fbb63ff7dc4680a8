"""The books of a run: months that are the money of its years, quantiles of sums, and the hiring plan."""

import numpy as np
import pytest

from experiments.running import books as made
from experiments.running.hires import hire_list
from model import ledger, store
from model.errors import ProofError
from model.quantities import Quantity
from model.quoting import BOOKS
from model.schema import ROW, ROW_NAMES, SIGNS


@pytest.fixture(scope="module")
def run(tmp_path_factory, kept, shipped, plan_of):
    """A thousand futures of the ecosystem's lean plan."""
    folder = tmp_path_factory.mktemp("runs") / "eco"
    return store.open_run(kept(folder, shipped("ecosystem"), {"recommended": plan_of("ecosystem", "lean")}, 7, 1000))


@pytest.fixture(scope="module")
def books(run):
    return made.books(run)


@pytest.fixture(scope="module")
def every(run):
    """Receipts less payments of each future, (scenario, row, month) CNY."""
    return store.scenario_ledger(run, "recommended", list(range(1000))).to_numpy() * np.array(SIGNS)[:, None]


def part(every, *names):
    return every[:, [ROW[name] for name in names]].sum(axis=1)


def test_months_are_averages_of_all_futures(books, every):
    assert books["month_mean"].values == pytest.approx(every.mean(axis=0), abs=1e-6)


def test_months_add_up_to_the_stored_years(run, books):
    years = run.dataset["result"].sel(plan="recommended").mean().item()
    assert books["month_mean"].sum().item() == pytest.approx(years, abs=0.005)
    assert books["horizon_mean"].sel(part="cash").item() == pytest.approx(years, abs=0.005)


def test_averages_of_parts_add_up(books):
    whole = books["quarter_mean"].sel(part=["revenue", "team_pay", "other_costs"]).sum("part")
    assert whole.values == pytest.approx(books["quarter_mean"].sel(part="result").values, abs=1e-4)
    whole = books["year_mean"].sel(part=["result", "timing"]).sum("part")
    assert whole.values == pytest.approx(books["year_mean"].sel(part="cash").values, abs=1e-4)


def test_a_quantile_of_a_quarter_is_that_of_its_sums_over_the_futures(books, every):
    pay = part(every, "base_pay", "project_bonus", "line_pay", "clawback", "overage_pool", "annual_bonus")
    for quarter in (1, 4, 20):
        sums = pay[:, 3 * quarter - 3 : 3 * quarter].sum(axis=1)
        found = books["quarter_quantile"].sel(part="team_pay", quarter=quarter)
        assert found.values == pytest.approx(np.quantile(sums, (0.1, 0.5, 0.9)), abs=1e-6)
    assert books["year_quantile"].sel(part="team_pay", year=2, level=0.9).item() == pytest.approx(
        np.quantile(pay[:, 12:24].sum(axis=1), 0.9), abs=1e-6
    )


def test_bad_cases_of_parts_do_not_add_up(books):
    bad = books["year_quantile"].sel(level=0.1)
    apart = bad.sel(part=["revenue", "team_pay", "other_costs"]).sum("part") - bad.sel(part="result")
    assert np.abs(apart.values).min() > 1e4


def test_books_are_drawn_once_and_kept(run, books, monkeypatch):
    monkeypatch.setattr(made, "drawn", None)
    again = made.books(run)
    assert (run.path / BOOKS).is_file()
    assert made.fingerprint(again) == made.fingerprint(books)
    assert store.open_run(run.path).hash == run.hash


def test_books_of_another_dataset_are_drawn_again(run, books):
    store.add_file(run, BOOKS, store.packed_dataset(books.assign_attrs(run_dataset="another")))
    assert made.kept(run) is None
    assert made.fingerprint(made.books(run)) == made.fingerprint(books)


def test_too_few_futures_have_no_tenth(tmp_path, kept, shipped, plan_of):
    folder = kept(tmp_path / "eco", shipped("ecosystem"), {"recommended": plan_of("ecosystem", "lean")}, 7, 999)
    found = made.books(store.open_run(folder))["year_quantile"].sel(part="result", year=1)
    assert np.isnan(found.values).tolist() == [True, False, True]


def test_a_case_without_chance_has_the_same_money_in_each_case(tmp_path, kept, shipped, plan_of):
    """Paper P&L of the documents, package reading: −4,844,725 in year 1, 30,049,275 in five years."""
    run = store.open_run(kept(tmp_path / "paper", shipped("paper"), {"recommended": plan_of("paper")}, 7, 1))
    found = made.books(run)
    assert found["year_mean"].sel(part="cash").values == pytest.approx(
        [-4_844_725, 6_790_000, 9_368_000, 9_368_000, 9_368_000]
    )
    assert found["horizon_quantile"].sel(part="cash").values.ravel() == pytest.approx([30_049_275] * 3)


def test_money_that_does_not_add_up_is_refused(run, books):
    wrong = books.copy(deep=True)
    wrong["month_mean"][ROW["base_pay"], 13] += 0.01
    with pytest.raises(ProofError, match=r"base_pay, year 2: months do not add up to the year; found 0.01 CNY off"):
        made._check(run, wrong)


def test_rounding_is_no_money():
    assert made._settled(np.array([1e-9, -1e-9, 0.01])).tolist() == [0.0, 0.0, 0.01]
    assert list(ROW_NAMES) == list(ROW)
    assert ledger.fold(np.ones(5), 3, 0).tolist() == [3.0, 2.0]


def plain(value, unit):
    return Quantity(value, unit=unit, origin="source", source="for tests")


@pytest.fixture
def simple(shipped, changed):
    """No fee, no channels, no training, no courses, no care, no on-cost; severance of N months, no cap that matters."""
    return changed(
        shipped("ecosystem"),
        {
            "staffing.hiring_fee": plain(0.0, "share"),
            "staffing.on_cost_city": None,
            "staffing.on_cost_rate": plain(0.0, "share"),
            "staffing.on_cost_cap": plain(1e9, "CNY/month"),
            "staffing.training": None,
            "staffing.skills": (),
            "staffing.channels": {},
            "staffing.attrition": None,
            "staffing.severance": "n",
            "staffing.severance_cap": plain(1e9, "CNY/month"),
        },
    )


def test_a_seat_costs_up_to_the_next_milestone(simple, plan_of):
    """VP, package of 1 M a year, 70 % of it fixed: six months; starts in month 4, so half a month of base is due."""
    found = next(hire for hire in hire_list(simple, plan_of("ecosystem", "lean")) if hire.role == "vp")
    assert (found.opens, found.order_by, found.late, found.usual_start) == (1, 1, 3, 4)
    assert (found.before, found.after) == ("", "month_6")
    assert found.to_next == pytest.approx(1e6 * 0.7 / 12 * 6)
    assert found.if_stopped - found.to_next == pytest.approx(0.5 * 1e6 * 0.6 / 12)


def test_seats_of_one_month_stand_in_one_row(simple, plan_of, changed):
    plan = changed(plan_of("ecosystem", "lean"), {"seats.data": (2, 2, 5)})
    found = [(hire.opens, hire.seats) for hire in hire_list(simple, plan) if hire.role == "data"]
    assert found == [(1, 2), (19, 3)]


def test_a_seat_after_the_last_milestone_has_no_next_one(simple, plan_of, changed):
    plan = changed(plan_of("ecosystem", "lean"), {"seats.data": (2, 2, 5)})
    found = next(hire for hire in hire_list(simple, plan) if hire.opens == 19)
    assert (found.before, found.after) == ("month_18", "")
    assert np.isnan([found.to_next, found.if_stopped]).all()


def test_a_milestone_of_another_line_is_not_a_seats_own(simple, plan_of, changed):
    plan = changed(plan_of("ecosystem", "lean"), {"seats.data": (2, 2, 5)})
    gates = {name: gate.model_copy(update={"line": "charging"}) for name, gate in simple.gates.items()}
    found = hire_list(simple.model_copy(update={"gates": gates}), plan)
    told = {hire.line: (hire.before, hire.after) for hire in found if hire.opens == 1}
    assert told[""] == ("", "")
