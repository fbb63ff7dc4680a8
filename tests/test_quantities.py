"""Numbers with unit and origin: conversion, edges of the band, forms, round trip."""

from __future__ import annotations

import pickle
from copy import deepcopy
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from model.quantities import UNITS, Many, Quantity, Unit

PAY: TypeAdapter[Any] = TypeAdapter(Annotated[Quantity, Unit("CNY/year", 50_000, 20_000_000)])
RATES: TypeAdapter[Any] = TypeAdapter(Annotated[Many, Unit("CNY/unit", 0, 1000, many=True)])


@pytest.mark.parametrize(
    ("value", "base", "unit", "expected"),
    [
        (35, "CNY/year", "10k CNY/year", 350_000),
        (1.2, "CNY/year", "M CNY/year", 1_200_000),
        (10_000, "CNY/year", "CNY/month", 120_000),
        (600_000, "CNY/month", "CNY/year", 50_000),
        (2.4, "CNY/month", "M CNY/year", 200_000),
        (3.5, "CNY/month", "10k CNY/month", 35_000),
        (500, "CNY", "10k CNY", 5_000_000),
        (5, "CNY", "M CNY", 5_000_000),
        (15, "share", "%", 0.15),
        (29, "share", "%", 0.29),
        (4, "share/year", "%/year", 0.04),
        (1.25, "share/month", "%/month", 0.0125),
        (2, "month", "year", 24),
        (100, "units/year", "units/month", 1200),
    ],
)
def test_units_are_converted_at_the_door(value: float, base: str, unit: str, expected: float) -> None:
    read = Unit(base).read({"value": value, "unit": unit, "source": "000 L1"})
    assert isinstance(read, Quantity)
    assert read == expected
    assert read.unit == base


@pytest.mark.parametrize("base", sorted(UNITS))
def test_each_base_unit_is_its_own_unit(base: str) -> None:
    assert UNITS[base][base] == (1, 1)
    assert Unit(base).read({"value": 7, "unit": base, "source": "x"}) == 7


def test_arithmetic_gives_plain_floats() -> None:
    pay = Quantity(350_000.0, unit="CNY/year", source="000 L379")
    assert type(pay / 12) is float
    assert type(pay + pay) is float
    assert type(-pay) is float


def test_a_guess_is_converted_with_its_number() -> None:
    read = PAY.validate_python({"value": 35, "unit": "10k CNY/year", "guess": [30, 50], "note": "inside the band"})
    assert (read.origin, read.low, read.high, read.source) == ("guess", 300_000, 500_000, "inside the band")


def test_a_source_keeps_its_range_and_note() -> None:
    read = PAY.validate_python({"value": 8, "unit": "10k CNY/year", "source": "a", "range": [5, 10], "note": "b"})
    assert (read.origin, read.low, read.high, read.source) == ("source", 50_000, 100_000, "a; b")


@pytest.mark.parametrize("value", [50_000, 50_001, 19_999_999, 20_000_000])
def test_the_band_holds_its_edges(value: float) -> None:
    assert PAY.validate_python({"value": value, "unit": "CNY/year", "source": "x"}) == value


@pytest.mark.parametrize("value", [49_999, 20_000_001, -1])
def test_outside_the_band_is_refused(value: float) -> None:
    with pytest.raises(ValidationError, match="outside the plausible band"):
        PAY.validate_python({"value": value, "unit": "CNY/year", "source": "x"})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, True, "35", None, [35], {}])
def test_only_a_finite_number_is_a_number(value: object) -> None:
    with pytest.raises(ValidationError, match="must be a finite number"):
        PAY.validate_python({"value": value, "unit": "CNY/year", "source": "x"})


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (35, "a number needs its unit and origin"),
        ("35 CNY", "a number needs its unit and origin"),
        ({"value": 60_000, "source": "x"}, "unit is missing"),
        ({"unit": "CNY/year", "source": "x"}, "value is missing"),
        ({"value": 60_000, "unit": "CNY/year"}, "needs exactly one origin"),
        ({"value": 60_000, "unit": "CNY/year", "source": "x", "evidence": "y"}, "needs exactly one origin"),
        ({"value": 60_000, "unit": "CNY/year", "source": ""}, "the origin is not told"),
        ({"value": 60_000, "unit": "CNY/year", "source": 5}, "the origin is not told"),
        ({"value": 60_000, "unit": "CNY/year", "source": "x", "note": 5}, "the origin is not told"),
        ({"value": 60_000, "unit": "CNY", "source": "x"}, "wrong unit CNY"),
        ({"value": 60_000, "unit": ["CNY"], "source": "x"}, "wrong unit"),
        ({"value": 60_000, "unit": "CNY/year", "sorce": "x"}, "unknown key sorce"),
        ({"value": 60_000, "unit": "CNY/year", "guess": 3}, "a guess needs its range"),
        ({"value": 60_000, "unit": "CNY/year", "guess": [1]}, "a guess needs its range"),
        ({"value": 60_000, "unit": "CNY/year", "guess": [2, 1]}, "a guess needs its range"),
        ({"value": 60_000, "unit": "CNY/year", "guess": [True, 90_000]}, "a guess needs its range"),
        ({"value": 60_000, "unit": "CNY/year", "guess": [60_001, 90_000]}, "lies outside its own range"),
        ({"value": 60_000, "unit": "CNY/year", "guess": [50_000, 59_999]}, "lies outside its own range"),
    ],
)
def test_a_wrong_form_is_refused(raw: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PAY.validate_python(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"value": 35, "unit": "10k CNY/year", "source": "000 L379", "note": "c"},
        {"value": 35, "unit": "10k CNY/year", "evidence": "survey", "range": [30, 40]},
        {"value": 35, "unit": "10k CNY/year", "guess": [30, 40]},
    ],
)
def test_a_number_survives_writing(raw: dict[str, Any]) -> None:
    read = PAY.validate_python(raw)
    written = PAY.dump_python(read)
    again = PAY.validate_python(written)
    assert vars(again) == vars(read)
    assert again == read
    assert PAY.dump_python(again) == written


@pytest.mark.parametrize("values", [[200, 280.5], []])
def test_a_list_survives_writing(values: list[float]) -> None:
    read = RATES.validate_python({"value": values, "unit": "CNY/unit", "guess": [0.5, 1.5], "note": "factors"})
    again = RATES.validate_python(RATES.dump_python(read))
    assert list(again) == values
    assert [vars(v) for v in again] == [vars(v) for v in read]


@pytest.mark.parametrize("guess", [[1.1, 1.5], [0.5, 0.9]])
def test_the_range_of_a_list_is_factors_around_one(guess: list[float]) -> None:
    with pytest.raises(ValidationError, match="lies outside its own range"):
        RATES.validate_python({"value": [200], "unit": "CNY/unit", "guess": guess})


def test_a_list_is_needed_where_many_are_read() -> None:
    with pytest.raises(ValidationError, match="needs a list of numbers"):
        RATES.validate_python({"value": 200, "unit": "CNY/unit", "source": "x"})


@pytest.mark.parametrize("again", [deepcopy, lambda q: pickle.loads(pickle.dumps(q))], ids=["copy", "pickle"])
def test_a_copy_keeps_unit_and_origin(again: Any) -> None:
    pay = Quantity(1.0, unit="CNY", origin="guess", source="x", low=0.5, high=2.0)
    assert vars(again(pay)) == vars(pay)
