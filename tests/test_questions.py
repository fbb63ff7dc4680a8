"""Questions and fits in a case, owners and review dates of numbers: what is read, what is refused, what is listed."""

import pytest
from pydantic import TypeAdapter, ValidationError

from model.case_numbers import numbers, partner_numbers
from model.fields import Share
from model.load import case_to_dict, load_case
from model.quantities import FreeUnit, Unit
from model.question_inputs import FreeParameter, Measured, Target

ASKED = """
[break_even.pool]
title = "The 8 % pool"
vary = "calibrations.success_story.demand"
vary_for = "plan"
plan = "documents"
against = "documents"
without = ["incentives.pool_rate"]

[fit.typical]
parameters = [{ key = "calibrations.typical.demand", prior = { value = 0.7, unit = "factor", guess = [0.3, 1.2] } }]

[fit.typical.targets.users_6]
plan = "documents"
first_month = 1
last_month = 6
users = { value = 5000, unit = "units", source = "000 L386" }
quantile = { value = 50, unit = "%", source = "reading: the middle" }
tolerance = { value = 10, unit = "%", guess = [5, 20] }

[fit.typical.references.used_car]
title = "failed used-car case"
plan = "documents"
first_month = 1
last_month = 24
full_roi = { value = -0.885, unit = "factor", source = "004 L33" }
changes = { "partners.used_car_1.failure" = { value = 0, unit = "share", source = "004 L15: no trial" } }
between = [{ value = 1, unit = "%", source = "reading" }, { value = 25, unit = "%", source = "reading" }]
"""


@pytest.fixture
def asked(case_folder):
    """asked() writes the questions into the copy of the ecosystem case, a text replaced where wanted."""

    def write(old="", new=""):
        assert old in ASKED
        for name in ("break_even", "fit", "scenarios"):
            (case_folder / f"{name}.toml").unlink(missing_ok=True)  # its own questions give way to these
        (case_folder / "questions.toml").write_text(ASKED.replace(old, new, 1) if old else ASKED, encoding="utf-8")
        return case_folder

    return write


def test_questions_and_fits_are_read(asked):
    case = load_case(asked())
    pool, fit = case.break_even["pool"], case.fit["typical"]
    assert (pool.vary_for, pool.without) == ("plan", ("incentives.pool_rate",))
    assert fit.parameters[0].prior.unit == "factor"
    assert (fit.parameters[0].prior.low, fit.parameters[0].prior.high) == (0.3, 1.2)
    assert fit.targets["users_6"].figure == ("users", 5000)
    assert fit.references["used_car"].figure == ("full_roi", -0.885)
    assert fit.references["used_car"].changes["partners.used_car_1.failure"].unit == "share"


def test_a_case_asks_nothing_unless_it_says_so(shipped):
    case = shipped("paper")
    assert (case.break_even, case.fit) == ({}, {})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            '"calibrations.success_story.demand"',
            '"calibrations.success_story.demnd"',
            "E-REF  questions.toml: break_even.pool.vary: unknown number; found calibrations.success_story.demnd; "
            "allowed calibrations.success_story.demand,",
        ),
        ('["incentives.pool_rate"]', '["incentives.pool"]', "break_even.pool.without: unknown number"),
        (
            'key = "calibrations.typical.demand", prior = { value = 0.7, unit = "factor"',
            'key = "calibrations.typical.demand", prior = { value = 0.7, unit = "month"',
            "fit.typical.parameters: calibrations.typical.demand has another unit; found month; allowed factor",
        ),
        ("last_month = 6", "last_month = 61", "fit.typical.targets.users_6.last_month: outside the horizon; found 61"),
        ("first_month = 1", "first_month = 7", "months run backwards; found 7 to 6; allowed first <= last"),
        ("users = { value = 5000", "users = { value = 0", "a target needs a positive figure; found users 0"),
        (
            "partners.used_car_1.failure",
            "partners.used_car_9.failure",
            "fit.typical.references.used_car.changes: unknown number",
        ),
        ('vary_for = "plan"', 'vary_for = "all"', "break_even.pool.vary_for: not one of the choices; found all"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(asked, said, old, new, told):
    assert any(told in line for line in said(asked(old, new)))


def test_a_fit_belongs_to_a_calibration(asked, said):
    folder = asked()
    text = (folder / "questions.toml").read_text(encoding="utf-8").replace("[fit.typical", "[fit.typicl")
    (folder / "questions.toml").write_text(text, encoding="utf-8")
    assert any(
        "fit.typicl: unknown calibration; found typicl; allowed success_story, typical" in s for s in said(folder)
    )


MONTHS = {"plan": "p", "first_month": 1, "last_month": 6}
USERS = {"value": 5000, "unit": "units", "source": "x"}


@pytest.mark.parametrize("figures", [{}, {"users": USERS, "revenue": {"value": 1, "unit": "CNY", "source": "x"}}])
def test_a_measured_outcome_has_one_figure(figures):
    with pytest.raises(ValidationError, match="needs exactly one figure"):
        Measured.model_validate(MONTHS | figures)


def test_a_return_is_no_target():
    roi = {"full_roi": {"value": 0.3, "unit": "factor", "source": "x"}}
    tolerance = {"tolerance": {"value": 0.1, "unit": "share", "source": "x"}}
    with pytest.raises(ValidationError, match="a target needs a positive figure"):
        Target.model_validate(MONTHS | roi | tolerance)


@pytest.mark.parametrize("origin", [{"source": "x"}, {"guess": [1.0, 1.0]}])
def test_a_free_parameter_needs_bounds(origin):
    with pytest.raises(ValidationError, match="a free parameter needs bounds"):
        FreeParameter.model_validate({"key": "k", "prior": {"value": 1.0, "unit": "factor"} | origin})


def test_a_free_number_keeps_its_unit_and_comes_back_as_it_was():
    unit = FreeUnit()
    read = unit.read({"value": 3, "unit": "month", "guess": [0, 6]})
    assert (read, read.unit, read.low, read.high) == (3, "month", 0, 6)
    assert unit.read(unit.write(read)) == read
    assert unit.write(read)["unit"] == "month"


def test_a_free_number_needs_a_unit_that_exists():
    with pytest.raises(ValidationError, match="wrong unit years"):
        TypeAdapter(FreeParameter).validate_python(
            {"key": "k", "prior": {"value": 3, "unit": "years", "guess": [0, 6]}}
        )


def test_owner_and_review_date_stay_with_a_number():
    unit = Unit("share")
    read = unit.read({"value": 15, "unit": "%", "source": "000 L600", "owner": "finance", "review": "2027-03-31"})
    assert (read.owner, read.review) == ("finance", "2027-03-31")
    again = unit.read(unit.write(read))
    assert (again.owner, again.review, again.source) == ("finance", "2027-03-31", "000 L600")
    assert not {"owner", "review"} & set(unit.write(unit.read({"value": 15, "unit": "%", "source": "x"})))


@pytest.mark.parametrize(
    ("care", "message"),
    [
        ({"owner": " "}, "owner names nobody"),
        ({"owner": 3}, "owner names nobody"),
        ({"review": "spring"}, "review is no date"),
        ({"review": "2027-3-31"}, "review is no date"),
        ({"review": "2027-02-29"}, "review is no date"),
        ({"review": 20270331}, "review is no date"),
    ],
)
def test_an_owner_or_date_that_is_none_is_refused(care, message):
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(Share).validate_python({"value": 15, "unit": "%", "source": "x"} | care)


def test_the_date_may_stand_without_quotes(edit, case_folder):
    edit("incentives.toml", 'source = "000 L600"', 'source = "000 L600", owner = "finance", review = 2027-03-31')
    edit("lines.toml", 'mature_volume = { unit = "units/year"', 'mature_volume = { owner = "BD", unit = "units/year"')
    case = load_case(case_folder)
    found = numbers(case_to_dict(case))
    share = found["incentives.after_sales_share"]
    assert (share.owner, share.review, share.origin, share.source) == ("finance", "2027-03-31", "source", "000 L600")
    assert found["partners.mature_volume"].owner == "BD"


def test_numbers_are_listed_once_with_value_range_and_origin(shipped):
    case = shipped("ecosystem")
    data = case_to_dict(case)
    found = numbers(data)
    demand = found["lines.insurance.demand"]
    assert (demand.value, demand.low, demand.high, demand.origin, demand.scaled) == (1.13, 0.68, 1.58, "guess", False)
    volume = found["partners.mature_volume"]
    assert (volume.value, volume.low, volume.high, volume.unit, len(volume.places)) == (1, 0.5, 1.5, "factor", 10)
    pool = found["incentives.pool_rate"]
    assert (pool.value, pool.low, pool.high, pool.origin) == (0.08, 0.05, 0.1, "source")
    assert found["phases.mvp.budget"].value == 5e6
    assert found["incentives.bonus_rate"].low is None
    single = partner_numbers(data)["partners.insurer_2.nps"]
    assert (single.value, single.unit, single.places) == (case.partners[1].nps, "points", (("partners", 1, "nps"),))
