"""What the scripts change: plans, contract words and good years, by hand; and the scripts on the command line."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.asking import registry
from experiments.asking.study import Option, Seen, Study, seen, with_case
from experiments.console import experiment_command
from experiments.contract_words import terms
from experiments.cost_of_results import good_year, left
from experiments.fund_stop_or_outsource import outsourced
from experiments.running.futures import changed, number_of
from experiments.squads_and_rocket import offers
from experiments.which_insurer_and_trial import alone
from model.errors import InputError
from model.schema import ROW, ROW_NAMES

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def study(shipped, plan_of):
    return SimpleNamespace(case=shipped("ecosystem"), plan=plan_of("ecosystem", "lean"))


def test_outside_does_all_but_what_one_person_must(study):
    plan = outsourced(study)
    assert plan.seats == {"vp": (1, 1, 1)}
    assert plan.lines == study.plan.lines


def test_squads_that_cannot_be_more_are_no_further_option(shipped, plan_of):
    """Two product groups with three squads of three each, and no room for more: four or six squads on each scheme."""
    case = shipped("ecommerce")
    squads = case.roles["squad"].model_copy(update={"heads_most": (9, 9)})
    capped = case.model_copy(update={"roles": case.roles | {"squad": squads}})
    plans = {name: plan_of("ecommerce", name) for name in ("commission", "milestone", "rocket")}
    run = SimpleNamespace(cases={"recommended": capped}, plans=plans)
    options = offers(Study("squads_and_rocket", run, 8, print))
    assert [one.id for one in options] == [
        f"{scheme}_{count}" for scheme in ("commission", "milestone", "rocket") for count in (4, 6)
    ]
    assert options[-1].plan.lines == plans["rocket"].lines


def test_one_insurer_has_its_line_alone(study):
    third = next(partner for partner in study.case.partners if partner.id == "insurer_3")
    plan = alone(study.plan, third)
    assert {name: entry.start for name, entry in plan.lines["insurance"].partners.items()} == {"insurer_3": 1}
    assert plan.lines["used_car"] == study.plan.lines["used_car"]
    assert plan.lines["insurance"].team == study.plan.lines["insurance"].team


def test_a_word_changes_every_contract_in_which_it_says_something_else(study):
    found = terms(study)
    # used cars and bundles already deduct nothing and have no base target
    assert found["No deduction for complaints"] == {"contracts.insurer_ladder.complaint_deduction": 0.0}
    assert found["Half the base target"] == {"contracts.insurer_ladder.base_target": 2500.0}
    assert set(found["No fee for ending"]) == {
        "contracts.insurer_ladder.exit_fee", "contracts.other_200.exit_fee", "contracts.used_car_deal.exit_fee"
    }  # fmt: skip
    assert found["Renewal is certain"] == {"contract_life.renewal": 1.0}


def test_a_good_year_is_the_best_tenth_of_the_largest():
    years = np.zeros((len(ROW_NAMES), 2, 20))
    years[ROW["commission"], 0] = np.arange(20)  # mean 9.5
    years[ROW["commission"], 1] = np.arange(20) * 10.0  # mean 95: the largest year; its best tenth 180 and 190
    years[ROW["overage_pool"], 1, 19] = 8.0
    found = good_year(Seen(np.zeros(20), np.zeros(20), years))
    assert (found[ROW["commission"]], found[ROW["overage_pool"]]) == (185.0, 4.0)


def test_the_demand_left_is_a_share_of_what_is_assumed(study):
    key = f"calibrations.{study.case.calibration}.demand"
    case = changed(study.case, number_of(study.case, key), 0.5)
    assert left(SimpleNamespace(case=case, demand=key)) == (0.4, 0.5)


def test_result_and_cash_need_by_hand(shipped):
    book = np.zeros((len(ROW_NAMES), 12, 1))
    book[ROW["commission"], :, 0] = [0, 0, 9] + [0] * 9
    book[ROW["base_pay"], :, 0] = [2, 3] + [0] * 10
    case = shipped("mvp_team")
    found = seen(case, SimpleNamespace(ledger=book))
    year = 1 + float(case.clock.discount)
    assert found.need.tolist() == [-5.0]  # −2, −5, then +4
    assert found.npv[0] == pytest.approx(-2 * year ** (-1 / 12) - 3 * year ** (-2 / 12) + 9 * year ** (-3 / 12))
    assert found.years[ROW["base_pay"]].tolist() == [[5.0]]


def test_options_of_another_case_keep_apart(study):
    one = Option("fund", "Fund", study.plan, study.case)
    (other,) = with_case([one], study.case, "as written", False)
    assert (other.id, other.world, other.judged, other.plan) == ("fund_as_written", "as written", False, one.plan)
    (same,) = with_case([one], study.case, "", True)
    assert same.id == "fund"


def test_the_list_is_in_the_order_in_which_they_are_asked(capsys):
    experiment_command.listed()
    words = capsys.readouterr().out.split()
    assert [word for word in words if word in registry.SCRIPTS] == list(registry.SCRIPTS)


def test_all_of_a_run_that_is_missing_is_one_mistake(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no such run"):
        experiment_command.run_all("ecosystem", 8, 0.5, tmp_path / "out", False)


def test_a_script_by_itself_says_how_to_make_the_run_that_is_missing(tmp_path):
    file = registry.folder() / f"{registry.SCRIPTS[0]}.py"
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    said = subprocess.run(
        [sys.executable, str(file), "--scenarios", "8"],
        cwd=tmp_path, env=surroundings, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert said.returncode == 2
    assert "make it with: headcast run ecosystem" in said.stderr
    assert list(tmp_path.iterdir()) == []
