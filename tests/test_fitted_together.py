"""Numbers that were fitted together are named where they are drawn apart."""

import xarray as xr

from experiments.asking.fitted_together import fitted_together
from reports.reach_words import told_fitted


def test_the_free_parameters_of_the_calibration_are_named(shipped):
    case = shipped("ecosystem")
    names = fitted_together(case)["fitted"].split("; ")
    assert [name.partition(": ")[0] for name in names] == ["Insurance", "Used cars", "Other services", "Insurance"]
    assert fitted_together(case)["fitted_count"] == "4"
    typical = fitted_together(case.model_copy(update={"calibration": "typical"}))
    assert typical["fitted_count"] == "2"
    assert all(name.startswith("Demand: ") for name in typical["fitted"].split("; "))


def test_fewer_than_two_are_free_of_each_other(shipped):
    assert fitted_together(shipped("paper")) == {}
    case = shipped("ecosystem")
    one = case.fit["success_story"].model_copy(update={"parameters": case.fit["success_story"].parameters[:1]})
    assert fitted_together(case.model_copy(update={"fit": {"success_story": one}})) == {}


def test_the_answer_says_that_they_move_apart():
    (said,) = told_fitted(xr.Dataset(attrs={"fitted": "Insurance: demand; Used cars: demand", "fitted_count": "2"}))
    assert said.startswith("2 numbers were fitted together to one known path")
    assert "(Insurance: demand; Used cars: demand)" in said
    assert said.endswith("rather too wide than too narrow.")
    assert told_fitted(xr.Dataset()) == []
