"""The second side of the certificate: whole plans priced in a process that knows nothing of the optimizer."""

import json
import subprocess
import sys

import numpy as np
import pytest

from model import ledger
from model.errors import InputError
from model.load import case_to_dict
from model.replay import MODULES, NPV, REQUEST, YEARS, replay
from model.simulate import TABLE, Block, plan_months, simulate

NAMES = ("documents", "stop_after_6", "do_nothing")


@pytest.fixture(scope="module")
def plans(plan_of):
    return [plan_of("ecosystem", name) for name in NAMES]


def ask(folder, case, plans, **values):
    dumped = [plan.model_dump(mode="json") for plan in plans]
    request = {"case": case_to_dict(case), "plans": dumped, "seed": 3, "scenarios": 6} | values
    (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")


@pytest.fixture(scope="module")
def answer(shipped, plans, tmp_path_factory):
    """The folder that a fresh process has answered into."""
    folder = tmp_path_factory.mktemp("answer")
    ask(folder, shipped("ecosystem"), plans)
    command = [sys.executable, "-m", "model.replay", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def test_the_second_process_never_sees_the_optimizer(answer):
    loaded = set(json.loads((answer / MODULES).read_text(encoding="utf-8")))
    assert {"model", "numpy"} <= loaded
    assert not {"solvers", "experiments", "reports", "pyomo", "highspy"} & loaded


def test_years_are_those_of_the_whole_plan_on_the_pricing_draws(answer, shipped, plans):
    case = shipped("ecosystem")
    years = np.load(answer / YEARS)
    block = Block(case, 3, TABLE, 0, 6)
    for index, plan in enumerate(plans):
        np.testing.assert_array_equal(years[index], ledger.by_year(plan_months(case, plan, block).ledger, 1))


def test_net_present_value_is_that_of_the_main_run(answer, shipped, plans):
    case = shipped("ecosystem")
    found = simulate([case] * len(plans), plans, 3, TABLE, 6)
    np.testing.assert_allclose(np.load(answer / NPV), [each.npv for each in found], rtol=0, atol=1e-6)


def test_a_plan_that_stops_pays_in_its_first_year_only(answer):
    years = np.load(answer / YEARS)[NAMES.index("stop_after_6")]
    assert years[:, 0].any()
    assert not years[:, 1:].any()


def test_doing_nothing_has_no_money_in_it(answer):
    assert not np.load(answer / YEARS)[NAMES.index("do_nothing")].any()
    assert not np.load(answer / NPV)[NAMES.index("do_nothing")].any()


def test_a_plan_of_another_case_is_refused(shipped, plans, tmp_path):
    ask(tmp_path, shipped("ecosystem"), [plans[0].model_copy(update={"case": "mvp_team"})])
    with pytest.raises(InputError, match="plan belongs to another case"):
        replay(tmp_path)


def test_a_process_that_fails_leaves_no_answer(shipped, plans, tmp_path):
    ask(tmp_path, shipped("ecosystem"), plans, scenarios=5000)
    command = [sys.executable, "-m", "model.replay", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode
    assert sorted(path.name for path in tmp_path.iterdir()) == [REQUEST]
