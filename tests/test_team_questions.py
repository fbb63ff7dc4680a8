"""What the scripts on blows, facts, forms, pay, squads, redesign and flexible labour work with, by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
import xarray as xr

from experiments import (
    channel_redesign,
    facts_to_buy,
    flexible_and_automation,
    four_blows,
    ltv_share_or_commission,
    organisation_mode,
    squads_and_rocket,
)
from experiments.asking.study import Study
from model import store
from model.errors import InputError


@pytest.fixture
def study_of(shipped, plan_of):
    """study_of("ecommerce", "rocket") is a study on a run in memory as if that plan had been chosen."""

    def study(name, *plans):
        found = {plan: plan_of(name, plan) for plan in plans}
        found = {"recommended": found[plans[0]]} | found
        run = store.Run(
            Path(name), xr.Dataset(), shipped(name), found, dict.fromkeys(found, shipped(name)), {"seed": 7}, "", "0"
        )
        return Study("toy", run, 2, lambda _: None)

    return study


def test_only_facts_with_a_range_are_bought(study_of):
    asked = facts_to_buy.facts(study_of("ecosystem", "lean"))
    assert asked["Chance of a leak: a security audit"].high == pytest.approx(0.01)
    assert all(number.low < number.high for number in asked.values())


def test_the_four_blows_by_hand(study_of):
    leaves, halved, leak, leader = four_blows.blows(study_of("ecosystem", "lean"))
    assert leaves.changes == {"partners.insurer_1.mature_volume": 0.0}
    assert halved.changes["contracts.insurer_ladder.base_rate"] == 125.0
    # Six partners over five years: one leak in 30 years of a partner.
    assert leak.changes == {"shocks.leak": pytest.approx(1 / 30), "shocks.leak_ours": 1.0}
    assert leader.plan.seats["vp"] == (1, 0, 1)
    assert leader.plan.modes == ("department", "leaderless", "unit")
    assert leader.changes == {"modes.leaderless.coordination": 0.85}


def test_a_form_says_when_it_begins_and_what_it_does_not_allow(study_of):
    study = study_of("ecosystem", "lean")
    own, later, never = organisation_mode.paths(study)
    assert own.plan.modes == ("department", "unit", "unit")
    assert own.title == "Independent business unit from Jul 2027"
    assert later.title == "Independent business unit from Jul 2028"
    # 16 heads where a department has 15 at most.
    assert never.title == "Department inside after-sales throughout, 1 head too many"


@pytest.mark.parametrize(("more", "heads"), [(-9, (3, 3)), (-1, (6, 6)), (0, (9, 9)), (1, (12, 12)), (9, (12, 15))])
def test_squads_stay_between_one_and_the_most(study_of, more, heads):
    study = study_of("ecommerce", "rocket")
    changed = squads_and_rocket.squads(study, study.plan, more)
    assert {part.team["squad"] for part in changed.lines.values()} == {heads}


def test_the_heaviest_change_is_thirty_per_cent_for_three_months(shipped):
    case = channel_redesign.lost(shipped("channel"), 1)
    assert (case.staffing.transition_rate, case.staffing.transition_months) == (0.3, 3.0)


def test_flexible_shares_are_none_and_the_ends_of_the_range(study_of):
    assert flexible_and_automation.shares(study_of("channel", "redesign")) == [0.0, 0.15, 0.3]


def test_half_way_is_the_middle_of_the_range(shipped):
    case = ltv_share_or_commission.half_way(shipped("user_success"), ltv_share_or_commission.CARE)
    assert case.ways["ltv_share"].response.care == 4.5


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        (four_blows, r"toy could ask about.*name rates_halved, shocks"),
        (organisation_mode, "name a second path of organisation modes"),
        (ltv_share_or_commission, "add a way that pays by what users bring"),
        (channel_redesign, "add a mode for the team after its redesign"),
        (flexible_and_automation, "tell the terms of flexible labour"),
    ],
)
def test_a_case_without_what_is_asked_about_says_what_it_needs(study_of, script, asked):
    with pytest.raises(InputError, match=asked):
        script.ask(study_of("ecommerce", "rocket"))


def test_a_case_without_squads_or_measurable_numbers_says_so(study_of, shipped):
    with pytest.raises(InputError, match="add a role that works in squads"):
        squads_and_rocket.ask(study_of("channel", "redesign"))
    study = study_of("channel", "redesign")
    bare = replace(study.run, cases={"recommended": shipped("mature")})
    with pytest.raises(InputError, match="give ranges to the numbers that can be measured"):
        facts_to_buy.facts(replace(study, run=bare))
