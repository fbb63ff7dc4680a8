"""The fit of a calibration: by hand calculation, what holds a parameter, where known outcomes lie, and mistakes."""

import json

import numpy as np
import pytest
from scipy.optimize import brentq

from experiments.asking.match_history import History, figure, fit, measure, percentile, width
from experiments.console.history_answers import answer
from experiments.running.door import historic
from experiments.running.futures import Futures
from model.errors import InputError
from model.ledger import revenue
from model.quantities import Quantity
from model.question_inputs import Fit, Measured

DEMAND = "lines.revenue.demand"
MONTHS = {"plan": "plan", "first_month": 1, "last_month": 12}


def told(value, unit, **more):
    return {"value": value, "unit": unit, "source": "for tests"} | more


def asked(users, tolerance=0.1, key=DEMAND, bounds=(0.5, 1.5)):
    """A fit of one number, prior 1 with sd (high − low) ÷ 4, to users of the first year."""
    prior = {"value": 1.0, "unit": "factor", "guess": list(bounds)}
    target = MONTHS | {"users": told(users, "units"), "tolerance": told(tolerance, "share")}
    return Fit.model_validate({"parameters": [{"key": key, "prior": prior}], "targets": {"users": target}})


@pytest.fixture
def case(shipped):
    """One partner that sells 12,000 units a year at an even pace times the line's demand, without chance."""
    pool = shipped("pool")
    (partner,), line = pool.partners, pool.lines["revenue"]
    number = {"demand": 1.0, "curve_middle": 0.0, "curve_width": 0.0}
    units = {"demand": "factor", "curve_middle": "month", "curve_width": "month"}
    made = {name: Quantity(value, units[name], source="t") for name, value in number.items()}
    return pool.model_copy(
        update={
            "volumes": {},
            "partners": (partner.model_copy(update={"mature_volume": Quantity(12_000.0, "units/year", source="t")}),),
            "lines": {"revenue": line.model_copy(update=made)},
        }
    )


@pytest.fixture
def history(case, plan_of):
    return lambda fit_of: History(case, fit_of, {"plan": plan_of("pool")}, Futures(case, 7, 2))


@pytest.mark.parametrize(("tolerance", "users"), [(0.1, 14_400), (0.1, 9_000), (1.0, 14_400), (0.02, 13_000)])
def test_the_fit_balances_target_and_prior_as_calculus_says(history, tolerance, users):
    """d/dd of (log(12000 d / users) ÷ tolerance)² + ((d − 1) ÷ 0.25)² is zero at the fit."""
    found = fit(history(asked(users, tolerance)))
    wanted = brentq(lambda d: np.log(12_000 * d / users) / tolerance**2 / d + (d - 1) / 0.25**2, 0.5, 1.5)
    assert found.values[0] == pytest.approx(wanted, abs=2e-3)
    assert found.reached[0] == pytest.approx(12_000 * found.values[0], rel=1e-9)
    assert found.residuals[0] == pytest.approx(np.log(found.reached[0] / users) / tolerance, abs=1e-9)


def test_what_holds_a_parameter_is_told_by_its_slope(history):
    """The slope in prior sd is 0.25 ÷ d ÷ tolerance; the targets leave 1 ÷ (1 + slope²) of the prior's variance."""
    for tolerance, most in ((0.05, 0.05), (5.0, 1.0)):
        found = fit(history(asked(12_000, tolerance)))
        slope = np.log(1.025) / tolerance / 0.1  # a step of a tenth of a prior sd
        assert found.singular[0] == pytest.approx(slope, rel=1e-3)
        assert found.prior_share[0] == pytest.approx(1 / (1 + slope**2), rel=1e-3)
        assert found.prior_share[0] <= most


def test_a_number_that_touches_no_target_stays_at_its_prior_and_is_held_by_it(history):
    found = fit(history(asked(14_400, key="lines.revenue.complaint_overload", bounds=(0.5, 1.5))))
    assert found.values == (1.0,)
    assert found.prior_share == (1.0,)
    assert found.singular == (0.0,)


def test_a_target_out_of_reach_ends_at_the_bound(history):
    found = fit(history(asked(100_000, 0.01)))
    assert found.values[0] == pytest.approx(1.5, abs=1e-3)
    assert found.at_bound == (True,)
    assert fit(history(asked(12_000))).at_bound == (False,)


def test_parameters_that_do_the_same_are_told_apart_by_their_priors_alone(case, plan_of):
    two = asked(14_400)
    free = two.parameters[0].model_copy(update={"key": "calibrations.as_written.demand"})
    twice = two.model_copy(update={"parameters": (*two.parameters, free)})
    found = fit(History(case, twice, {"plan": plan_of("pool")}, Futures(case, 7, 2)))
    assert found.values[0] == pytest.approx(found.values[1], abs=1e-3)
    assert (found.singular[0] > 1, found.singular[1]) == (True, 0.0)
    assert found.correlation[0, 1] < -0.5


def test_figures_of_months_are_sums_over_them(shipped, plan_of):
    eco, futures = shipped("ecosystem"), Futures(shipped("ecosystem"), 7, 16)
    months = futures.months(eco, plan_of("ecosystem", "lean"))
    book = (months.ledger, sum(months.volume.values()))
    part = {"plan": "lean", "first_month": 7, "last_month": 9}
    users = measure(book, Measured.model_validate(part | {"users": told(1, "units")}))
    assert users == pytest.approx(sum(volume[6:9].sum(axis=0) for volume in months.volume.values()))
    income = measure(book, Measured.model_validate(part | {"revenue": told(1, "CNY")}))
    assert income == pytest.approx(revenue(months.ledger)[6:9].sum(axis=0))
    roi = measure(book, Measured.model_validate(part | {"full_roi": told(0, "factor")}))
    assert (roi > -1).all()


def test_quantile_or_mean_meets_a_target():
    sample = np.array([1.0, 2.0, 6.0])
    assert (figure(sample, 0.5), figure(sample, None)) == (2.0, 3.0)
    assert width(np.array([1.0, 2.0, 3.0])) == (pytest.approx(0.6), pytest.approx(1.4))


@pytest.mark.parametrize(("value", "share"), [(0.9, 0.0), (1.0, 1 / 3), (1.1, 1 / 3), (6.0, 1.0)])
def test_a_percentile_counts_the_futures_at_or_below(value, share):
    assert percentile(np.array([1.0, 2.0, 6.0, np.nan]), value).value == pytest.approx(share)


def test_the_typical_calibration_holds_what_the_documents_ask_of_it(shipped, cases):
    """Milestones near the middle, the good case between P75 and P90, both failures between P1 and P25."""
    eco = shipped("ecosystem")
    case = eco.model_copy(update={"calibration": "typical"})
    found = answer(case, eco.fit["typical"], cases(case), Futures(case, 7, 512))["as_shipped"]
    for row in found["targets"]:
        assert abs(row["reached"] / row["target"] - 1) <= 0.1, row["name"]
        assert row["narrow_enough"]
    places = {row["name"]: row for row in found["references"]}
    assert set(places) == {"good_6", "good_12", "good_24", "used_car", "part_time"}
    assert [name for name, row in places.items() if not row["inside"]] == []


def test_the_success_story_stays_within_ten_percent_of_the_documents_revenue(shipped, cases):
    eco = shipped("ecosystem")
    futures = Futures(eco, 7, 512)
    history = History(eco, eco.fit["success_story"], cases(eco), futures)
    for (name, target), reached in zip(eco.fit["success_story"].targets.items(), history.reached(eco), strict=True):
        if name.startswith("revenue"):
            assert reached == pytest.approx(float(target.figure[1]), rel=0.1), name
            low, high = width(measure(history.book(eco, target.plan), target))
            assert low >= 0.5
            assert high <= 2.0


@pytest.fixture
def cases():
    """cases(case) are the plans that the ecosystem's fit speaks of."""
    return lambda case: historic("ecosystem", case)


def test_the_command_tells_the_fit_as_json(headcast):
    done = headcast("match-history", "ecosystem", "--calibration", "typical", "--scenarios", 64, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["key"] for row in found["parameters"]] == ["calibrations.typical.demand", "calibrations.typical.delay"]
    assert found["calibration"] == "typical"
    assert len(found["singular_values"]) == 2
    assert all(row["held_by"] in ("prior", "targets") for row in found["parameters"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["paper"], "E-MISSING  fit.as_written: the case does not say what this calibration is fitted to; found none"),
        (["ecosystem", "--calibration", "typicl"], "E-REF  --calibration: unknown calibration; found typicl"),
    ],
)
def test_a_case_without_fit_is_told(headcast, words, said):
    done = headcast("match-history", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_an_unknown_plan_of_a_target_is_named(case):
    with pytest.raises(InputError, match=r"fit.as_written: unknown plan; found plan; allowed a file of plans/"):
        answer(case, asked(12_000), {}, Futures(case, 7, 2))
