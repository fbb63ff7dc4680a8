"""The four forms of a finding, decided by rule from made-up datasets, and the sentence of each."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from experiments.asking.valued import compared, held
from experiments.asking.verdict import Gap, closest, decided, draws_needed, form_of, gaps, turns_inside
from experiments.running.desk import Known
from reports.experiment_views import charts, finding, sentences

M = 1e6
SLIGHT = "“Bee” would be ahead, but by at most 0.20 M CNY, which does not matter."


def made(rows, materiality=0.5e6, broken=(0, 0, 0), **told):
    """A dataset of options with these results by scenario, M CNY."""
    npv = np.array(rows, dtype=float) * M
    names = [f"p{place}" for place in range(len(rows))]
    error = npv.std(axis=1, ddof=1) / npv.shape[1] ** 0.5 if npv.shape[1] > 1 else np.zeros(len(rows))
    return decided(
        xr.Dataset(
            {
                "npv": (("plan", "scenario"), npv),
                "judged": ("plan", [1] * len(rows)),
                "broken": ("plan", list(broken[: len(rows)])),
                "npv_mean": ("plan", npv.mean(axis=1)),
                "npv_se": ("plan", error),
                "gain": ("plan", (npv - npv[0]).mean(axis=1)),
                "gain_se": ("plan", error),
            },
            {
                "plan": names,
                "plan_title": ("plan", ["Ant", "Bee", "Cow"][: len(rows)]),
                "world": ("plan", [""] * len(rows)),
            },
            {"materiality": materiality, "experiment": "toy", "decision": "This.", "decides": "We."} | told,
        )
    )


def turned(at, gaps, today=1.0, over=(0.5, 1.5), unit="factor", errors=(0.0, 0.0)):
    """Attributes of a threshold between the first two options."""
    return {
        "turn_of": "demand", "turn_unit": unit, "turn_today": today, "turn_at": at, "turn_low": at - 0.05,
        "turn_high": at + 0.05, "turn_from": over[0], "turn_to": over[1], "turn_gap_from": gaps[0] * M,
        "turn_gap_to": gaps[1] * M, "turn_gap_from_se": errors[0] * M, "turn_gap_to_se": errors[1] * M,
        "turn_first": "p0", "turn_second": "p1",
    }  # fmt: skip


def test_better_by_hand():
    # differences 3, 1, 2: mean 2, sd 1, ± 4.302653 × 1 ÷ √3 = 2.484 by the t table with 2 degrees of freedom
    found = made([[4, 3, 3], [1, 2, 1]], materiality=2 * M)
    assert found.attrs["difference"] == 2 * M
    assert found.attrs["difference_high"] - 2 * M == pytest.approx(4.302653 / 3**0.5 * M, rel=1e-6)
    assert found.attrs["form"] == "unsaid"
    sure = made([[4, 3.01, 2.99], [2, 1, 1]])
    assert sure.attrs["form"] == "better"
    assert finding(sure) == "“Ant” is better than “Bee” by 2.0 M CNY (+2.0 to +2.0)."


def test_the_other_way_round_names_the_other():
    assert finding(made([[2, 1, 1], [4, 3.01, 2.99]])).startswith("“Bee” is better than “Ant”")


@pytest.mark.parametrize(
    ("difference", "form"),
    [(0.0, "none"), (0.499999, "none"), (0.5, "none"), (0.500001, "better"), (3.0, "better")],
)
def test_without_chance_the_edge_is_what_matters(difference, form):
    assert made([[difference], [0.0]]).attrs["form"] == form


@pytest.mark.parametrize(
    ("gap", "form"),
    [
        (Gap(0, 1, 0.01, 0.005, 0.015), "none"),  # sure, but nothing that matters
        (Gap(0, 1, 0.3, 0.1, 0.5), "none"),  # the end on the edge
        (Gap(0, 1, 0.3, 0.1, 0.50001), "unsaid"),  # one step beyond it
        (Gap(0, 1, 0.5, 0.0, 1.0), "unsaid"),  # an end at nothing is not above it
        (Gap(0, 1, 0.5, 0.00001, 1.0), "better"),
        (Gap(0, 1, 0.49999, 0.4, 0.58), "unsaid"),  # sure to be above nothing, not sure to matter
        (Gap(0, 1, 0.1, -0.50001, 0.4), "unsaid"),
        (Gap(0, 1, 2.0, -1.0, 5.0), "unsaid"),
    ],
)
def test_the_form_at_each_edge(gap, form):
    assert form_of(gap, 0.5, False) == form
    assert form_of(gap, 0.5, True) == "depends"


def test_nothing_that_matters_is_said_with_what_would():
    found = made([[1.1, 1.0, 1.2], [1.0, 1.0, 1.1]])
    assert found.attrs["form"] == "none"
    assert finding(found) == (
        "No difference that matters between “Ant” and “Bee”: 0.07 M CNY (−0.08 to +0.21), "
        "where 0.50 M CNY would matter."
    )


@pytest.mark.parametrize(
    ("at", "gaps", "inside"),
    [
        (0.8, (-3.0, 4.0), True),
        (0.8, (4.0, -3.0), True),
        (0.5, (-0.5, 4.0), True),  # on the end of the range, and just what matters
        (1.5, (-0.5, 4.0), True),
        (0.49999, (-3.0, 4.0), False),
        (1.50001, (-3.0, 4.0), False),
        (0.8, (-0.49999, 4.0), False),  # the other is ahead there by what does not matter
        (0.8, (3.0, 4.0), False),  # it turned and turned back
        (np.nan, (3.0, 4.0), False),
    ],
)
def test_a_threshold_counts_inside_its_range_only(at, gaps, inside):
    assert turns_inside(turned(at, gaps), 0.5 * M, "p0") is inside
    assert made([[9.0], [1.0]], **turned(at, gaps)).attrs["form"] == ("depends" if inside else "better")


def test_no_threshold_turns_nothing():
    assert turns_inside({}, 0.5 * M, "p0") is False


@pytest.mark.parametrize(
    ("errors", "inside"),
    [((0.0, 2.0), True), ((0.5, 0.0), True), ((0.52, 0.0), False), ((0.0, 2.05), False), ((9.0, 9.0), False)],
)
def test_a_lead_at_an_end_must_be_beyond_luck(errors, inside):
    # ends −1 and +4: 1.96 × 0.5 = 0.98 and 1.96 × 2 = 3.92 leave them on their sides, 1.02 and 4.02 do not
    told = turned(0.8, (-1.0, 4.0), errors=errors)
    assert turns_inside(told, 0.5 * M, "p0") is inside
    assert turns_inside(turned(0.8, (4.0, -1.0), errors=errors[::-1]), 0.5 * M, "p0") is inside
    if not inside:
        assert sentences(made([[9.0], [1.0]], **told))[1] == (
            "Demand may turn it near 0.8, but at an end of its range the lead is not beyond luck."
        )


def test_a_threshold_between_two_others_does_not_turn_the_leader():
    data = made([[4.0], [1.0], [9.0]], **turned(0.8, (-3.0, 4.0)))
    assert finding(data) == "“Cow” is better than “Ant” by 5.0 M CNY (+5.0 to +5.0)."
    assert sentences(data)[1] == "Between “Ant” and “Bee” demand turns near 0.8."


def test_it_depends_is_said_with_the_value_of_today():
    rising = made([[9.0], [1.0]], **turned(0.8, (-3.0, 4.0)))
    assert finding(rising) == (
        "It depends on demand: “Ant” above 0.8 (0.75 to 0.85), below it “Bee”; today's value is 1."
    )
    falling = made([[9.0], [1.0]], **turned(0.8, (4.0, -3.0), unit="of what is assumed"))
    assert finding(falling).replace("\u00a0", " ") == (
        "It depends on demand: “Bee” above 80 % of what is assumed (75 % to 85 %), below it “Ant”; "
        "today's value is 100 % of what is assumed."
    )
    assert sentences(rising)[1].startswith("As things are assumed today “Ant” is ahead of “Bee” by 8.0 M CNY")


@pytest.mark.parametrize(
    ("at", "gaps", "says"),
    [
        (np.nan, (3.0, 4.0), "“Ant” stays ahead of “Bee” for all of demand from 0.5 to 1.5."),
        (np.nan, (-3.0, -4.0), "“Bee” stays ahead of “Ant” for all of demand from 0.5 to 1.5."),
        (0.8, (-0.2, 4.0), f"With demand below 0.8 {SLIGHT}"),
        (0.8, (4.0, -0.2), f"With demand above 0.8 {SLIGHT}"),
        (np.nan, (0.0, 0.0), "Demand from 0.5 to 1.5 makes no difference between “Ant” and “Bee”."),
        (0.8, (3.0, 4.0), "Demand turns it near 0.8, but back again between 0.5 and 1.5."),
    ],
)
def test_a_number_that_turns_nothing_is_said_too(at, gaps, says):
    assert sentences(made([[9.0], [1.0]], **turned(at, gaps)))[1] == says


def test_an_option_that_breaks_limits_is_told_with_them_and_with_the_best_that_breaks_none():
    data = made([[1.0], [4.0], [2.0]], broken=(0, 2, 0))
    assert finding(data) == (
        "“Bee” would bring 2.0 M CNY more than “Cow” (+2.0 to +2.0), but breaks 2 limits and cannot be chosen as it is."
    )
    assert sentences(data)[1] == "Of what breaks no limit “Cow” brings most, 2.0 M CNY (+2.0 to +2.0) less than “Bee”."
    other = made([[1.0], [4.0], [2.0]], broken=(0, 0, 1))
    assert finding(other) == "“Bee” is better than “Cow” (breaks 1 limit) by 2.0 M CNY (+2.0 to +2.0)."
    assert "limit" not in " ".join(sentences(other)[1:])


def test_an_endless_error_of_a_threshold_is_not_said():
    told = turned(0.8, (-3.0, 4.0)) | {"turn_low": -np.inf, "turn_high": np.inf}
    assert finding(made([[9.0], [1.0]], **told)) == (
        "It depends on demand: “Ant” above 0.8, below it “Bee”; today's value is 1."
    )


def test_options_of_different_cases_are_told_with_their_case():
    data = made([[9.0], [1.0]], **turned(0.8, (-3.0, 4.0))).assign_coords(world=("plan", ["no blow", "after the blow"]))
    assert sentences(data)[1] == (
        "Case against case, “Ant” (no blow) is ahead of “Bee” (after the blow) by 8.0 M CNY (+8.0 to +8.0)."
    )


def test_what_cannot_be_said_tells_how_many_futures_would():
    found = made([[5, -3, 1.2], [0, 0, 0]])
    assert found.attrs["form"] == "unsaid"
    assert "cannot be said with these data" in finding(found)
    # sd √16.0133, ± 4.302653 × 4.0017 ÷ √3 = 9.941; 3 × (9.941 ÷ 1.0667)² = 260.6, told with two digits, rounded up
    assert found.attrs["draws_needed"] == pytest.approx(260.55, abs=0.01)
    assert finding(found).endswith("about 270 futures would tell.")


def test_futures_needed_by_hand():
    assert draws_needed(Gap(0, 1, 2.0, -2.0, 6.0), 0.5, 100) == 400.0  # ± 4 must become ± 2: 4 times as many
    assert draws_needed(Gap(0, 1, 0.25, -0.75, 1.25), 0.5, 100) == 1600.0  # ± 1 must become ± 0.25
    assert draws_needed(Gap(0, 1, 0.5, -0.5, 1.5), 0.5, 100) == 400.0  # matters if above nothing: ± 1 to ± 0.5


def test_the_least_sure_rival_is_named():
    # Bee is nearer on average but always 1 less; Cow is further away and once ahead.
    npv = np.array([[5.0, 5.0, 5.0, 5.0], [4.0, 4.0, 4.0, 4.0], [0.0, 6.0, 2.0, 6.0]])
    (found,) = closest(gaps(npv), 0.5)
    assert (found.leader, found.rival, found.mean) == (0, 2, 1.5)


def test_a_rival_that_ties_stands_before_one_with_a_lower_end():
    far, near, tie = Gap(0, 1, 2.0, 0.1, 3.9), Gap(0, 2, 0.3, 0.2, 0.4), Gap(0, 3, 0.1, -0.4, 0.6)
    assert closest([far, near], 0.5) == [near]  # better than the first, no difference from the second
    assert closest([far, near, tie], 0.5) == [tie, near]  # what cannot be said is said first
    assert closest([far, Gap(0, 2, 3.0, 2.0, 4.0)], 0.5) == [far]


def test_all_that_tie_are_named():
    data = made([[4.0], [3.9], [3.8]])
    assert finding(data).startswith("No difference that matters between “Ant” and “Bee”")
    assert sentences(data)[1] == "Nor is “Ant” surely better than “Cow”."
    assert sentences(made([[4.0], [3.9], [1.0]]))[1].startswith("What is decided with it")


def test_three_options_share_the_error():
    # of three options three pairs: each end at 1 − 0.05 ÷ 6, t with 2 degrees of freedom 7.6488
    found = gaps(np.array([[4.0, 3.0, 3.0], [1.0, 2.0, 1.0], [-90.0, -90.0, -90.0]]))[0]
    assert found.high - found.mean == pytest.approx(7.6488 / 3**0.5, rel=1e-4)


def test_options_that_two_were_picked_from_share_the_error_too():
    # two judged out of three on the same futures: three pairs all the same
    data = made([[4.0, 3.0, 3.0], [1.0, 2.0, 1.0], [-90.0, -90.0, -90.0]])
    data["judged"] = ("plan", [1, 1, 0])
    found = decided(data).attrs
    assert found["difference_high"] - found["difference"] == pytest.approx(7.6488 / 3**0.5 * M, rel=1e-4)


def test_only_the_judged_are_judged():
    data = made([[1.0], [0.0], [9.0]])
    data["judged"] = ("plan", [1, 1, 0])
    assert finding(decided(data)).startswith("“Ant” is better than “Bee”")


def test_a_changed_dataset_changes_the_sentence():
    data = made([[4.0], [1.0]])
    other = decided(data.assign(npv=data["npv"] * [[0.1], [1.0]]))
    assert finding(other) == "“Bee” is better than “Ant” by 0.60 M CNY (+0.60 to +0.60)."


def test_the_chart_tells_how_far_ahead_the_leader_is():
    data = made([[4.0, 3.0], [1.0, 1.0]])
    (chart,) = charts(data)
    assert chart.name == "toy"
    assert chart.finding.startswith("As things are assumed today “Ant” is ahead of “Bee” by 2.5 M CNY")
    assert chart.columns[2].title == "minus “Ant”"
    assert chart.rows == (("Bee", "", -2.5 * M, 0.0),)


def test_several_cases_are_drawn_by_case():
    data = made([[4.0, 3.0], [1.0, 1.0]]).assign_coords(world=("plan", ["typical", "success"]))
    (chart,) = charts(data)
    assert chart.rows == (("Ant", "typical", 3.5 * M, pytest.approx(0.5 * M)), ("Bee", "success", 1.0 * M, 0.0))


def test_luck_of_few_futures_is_taken_off_a_difference_to_doing_nothing():
    """One that is 1.0 above one published at 5.0 ± 0.1, where that brings 5.5: 6.0 ± 2.2010 (t, 11 degrees) × 0.1."""
    here = np.arange(12.0)
    data = made([here + 1.0, np.zeros(12)])
    known = Known(here[None] * M, np.array([5.0 * M]), np.array([[(0.1 * M) ** 2]]))
    found = decided(data.merge(held(known), combine_attrs="no_conflicts")).attrs
    assert found["difference"] == pytest.approx(6.0 * M)
    assert found["difference_high"] - found["difference"] == pytest.approx(2.2010 * 0.1 * M, rel=1e-4)
    assert decided(data.merge(held(None))).attrs["difference"] == pytest.approx(6.5 * M)
    same = compared_means([here * M + M, here * M], known)
    assert same["npv_mean"] == pytest.approx([6.0 * M, 5.0 * M])
    assert same["npv_se"] == pytest.approx([0.1 * M, 0.1 * M])
    assert same["gain"] == pytest.approx([0.0, -1.0 * M])


def compared_means(npv, known):
    """What a table tells of a plan above the one that was published, and of that one."""
    case, plan = SimpleNamespace(phases=[SimpleNamespace(id="one")]), None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.asking.valued.heads_by_phase", lambda case, plan: [0])
        told = compared(case, {"above": plan, "published": plan}, np.array(npv), known=known)
    return {name: told[name][1] for name in ("npv_mean", "npv_se", "gain")}
