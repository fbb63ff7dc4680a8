"""The biggest partner: by what it brings, among those that have a name, the same for every question."""

from types import SimpleNamespace

import numpy as np
import pytest

from experiments import four_blows
from experiments.asking import biggest_partner as asked
from experiments.asking.biggest_partner import biggest_partner


@pytest.fixture
def brings(monkeypatch, shipped):
    """brings(insurer_1=[1, 5]) is the case in which partners bring so much in each of two years, in one future."""

    def make(**years):
        case = shipped("ecosystem")
        found = {line: [partner.id for partner in case.partners if partner.line == line] for line in case.lines}
        sides = {
            line: SimpleNamespace(
                partners=names, revenue=np.array([[[each] for each in years.get(name, [0, 0])] for name in names])
            )
            for line, names in found.items()
        }
        fake = SimpleNamespace(months=lambda case, plan: SimpleNamespace(sides=sides))
        monkeypatch.setattr(asked, "Futures", lambda *given: fake)
        return case

    return make


def test_who_brings_most_over_all_years(brings):
    case = brings(insurer_1=[4.0, 4.0], used_car_1=[0.0, 9.0], insurer_2=[7.0, 0.0])
    assert biggest_partner(case, None, 7) == "used_car_1"


def test_what_no_contract_explains_is_nobody(brings):
    assert biggest_partner(brings(other_1=[90.0, 90.0], charging_1=[1.0, 0.0]), None, 7) == "charging_1"
    assert biggest_partner(brings(other_1=[90.0, 90.0]), None, 7) == ""


def test_of_equals_the_first_of_the_case(brings):
    assert biggest_partner(brings(used_car_1=[3.0, 3.0], insurer_2=[6.0, 0.0]), None, 7) == "insurer_2"


def test_on_real_futures_it_is_the_one_whose_loss_costs_most_revenue(shipped, plan_of, months_of):
    """The other road: each named partner's volume is 0 in turn; without the biggest one least revenue is left."""
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    signed = [name for part in plan.lines.values() for name in part.partners if name != "other_1"]
    left = {}
    for name in signed:
        gone = tuple(
            one.model_copy(update={"mature_volume": one.mature_volume * 0}) if one.id == name else one
            for one in case.partners
        )
        found = months_of(case.model_copy(update={"partners": gone}), plan, 32)
        left[name] = sum(part.sum() for part in found.line_revenue.values())
    assert biggest_partner(case, plan, 7, 32) == min(left, key=left.get)


def test_only_a_line_without_named_contracts_has_nobody_to_sign(shipped):
    case = shipped("ecosystem")
    assert [one.id for one in case.partners if not case.is_named(one.id)] == ["other_1"]


def test_the_blow_of_the_experiment_takes_the_same_partner(monkeypatch, shipped, plan_of):
    case, plan = shipped("ecosystem"), plan_of("ecosystem", "lean")
    monkeypatch.setattr(four_blows, "biggest_partner", lambda *given: "used_car_2")
    study = SimpleNamespace(case=case, plan=plan, seed=7, scenarios=2, asks_for=lambda *given: None)
    blow = four_blows.blows(study)[0]
    assert blow.changes == {"partners.used_car_2.mature_volume": 0.0}
    assert blow.title == "Second used-car platform brings nothing"
