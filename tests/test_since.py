"""What changed since an earlier run: each planted change is one sentence with the right numbers."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from experiments.asking import answers
from experiments.asking import changes as question
from experiments.asking.answers import Asked
from experiments.explaining.changes import _told_apart
from experiments.explaining.since import Item, items
from model import store
from model.errors import InputError
from model.load import load_case
from model.plans import LinePlan, PartnerPlan, Plan, Policies
from model.quantities import Quantity
from model.versions import Record
from reports.changes_views import NOTHING, _changes, _sentence, sentences

MODES = ("department", "department", "unit")
RAISE = "staffing.annual_raise"
HEADLINES = 2
"""Of 400 draws the 1-in-20 bad case is not told."""


@pytest.fixture(scope="module")
def case(small_folder):
    return load_case(small_folder)


def a_plan(*partners, vp=(1, 1, 1), operations=(1, 1, 1)):
    signed = {name: PartnerPlan(start=start, contract=contract) for name, start, contract in partners}
    lines = {"insurance": LinePlan(team={"operations": operations}, way="normal", partners=signed)}
    return Plan(case="ecosystem", name="plan", title="Plan", modes=MODES, seats={"vp": vp}, lines=lines)


FIRST = ("insurer_1", 1, "insurer_ladder")
PLAN = a_plan(FIRST)


@pytest.fixture(scope="module")
def run(kept, case, tmp_path_factory):
    return store.open_run(kept(tmp_path_factory.mktemp("runs") / "old", case, {"recommended": PLAN}, scenarios=400))


@pytest.fixture
def other(kept, case, changed, tmp_path):
    """other(plan, seed, **changes of the case) is a later run."""

    def make(plan=PLAN, values=None, seed=7, scenarios=400):
        return store.open_run(
            kept(tmp_path / "new", changed(case, values or {}), {"recommended": plan}, seed=seed, scenarios=scenarios)
        )

    return make


def told(old, new):
    return sentences(question.dataset(old, new, "recommended").assign_attrs(bridge="old new"))


def test_nothing_changed_says_so_and_points_nowhere(run):
    made = run.created[:10]
    assert told(run, run) == [NOTHING, f"Status: now draft, made {made}; before draft, made {made}."]


def planted(case):
    """Plans and cases with one thing changed, and the one sentence that tells it."""
    insurers = {partner.id: partner.title for partner in case.partners}
    one, two = insurers["insurer_1"], insurers["insurer_2"]
    ladder = case.contracts["insurer_ladder"].title
    raised, hair = (
        Quantity(value, unit="share/year", origin="source", source="for tests") for value in (0.06, 0.04001)
    )
    raises = "Staffing: raise at the start of each programme year"
    return {
        "in": (
            a_plan(FIRST, ("insurer_2", 6, "insurer_ladder")),
            {},
            f"Signed now: {two}, from Jun 2027 under {ladder}.",
        ),
        "later": (
            a_plan(("insurer_1", 6, "insurer_ladder")),
            {},
            f"{one}: now from Jun 2027 under {ladder}, before from Jan 2027 under {ladder}.",
        ),
        "assumption": (PLAN, {RAISE: raised}, f"{raises}: 4.0 % a year → 6.0 % a year."),
        "hair": (PLAN, {RAISE: hair}, f"{raises}: 4 % a year → 4.001 % a year."),
    }


@pytest.mark.parametrize("name", ["in", "later", "assumption", "hair"])
def test_each_planted_change_is_one_sentence(run, other, case, name):
    plan, values, wanted = planted(case)[name]
    said = told(run, other(plan, values))
    own = said[HEADLINES:-2]
    assert len(own) == 1, said
    assert own[0].replace("\u00a0", " ") == wanted
    assert said[-1] == "What each change is worth: headcast bridge old new"


def test_a_partner_that_goes_is_told(case):
    wider = a_plan(FIRST, ("insurer_2", 6, "insurer_ladder"))
    title = next(partner.title for partner in case.partners if partner.id == "insurer_2")
    ladder = case.contracts["insurer_ladder"].title
    assert items((case, wider), (case, PLAN))[0] == [Item("partner", title, f"from Jun 2027 under {ladder}", "none")]


def test_ends_and_organisation_stand_before_and_now(case):
    """The end after a year is dropped, and the first phase is run as its own unit."""
    ends = PLAN.model_copy(update={"policies": Policies(stop_after=12)})
    new = PLAN.model_copy(update={"modes": ("unit", *MODES[1:])})
    found = items((case, ends), (case, new))[0]
    assert [item for item in found if item.kind == "plan"] == [
        Item("plan", "Milestones waited for, and the plan's end", "ends after 2027-12", "none"),
        Item("plan", "Organisation from Jan 2027", case.modes["department"].title, case.modes["unit"].title),
    ]


def test_a_change_of_the_plan_is_one_sentence():
    data = xr.Dataset(coords={"change_kind": ("change", ["plan", "plan"])})
    told = {"what": ["Cities by phase", "none against milestone"], "old": ["1 → 2", ""], "new": ["2 → 2", ""]}
    data = data.assign({f"change_{name}": ("change", words) for name, words in told.items()})
    assert [_sentence(*change) for change in _changes(data)] == [
        "Cities by phase: 2 → 2, before 1 → 2.",
        "The plan: now none, before milestone.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (1 / 3, 0.33333, ("33.3333 %", "33.333 %")),
        ([0.5, 1 / 3], [0.5, 0.3], ("50 %, 33 %", "50 %, 30 %")),
        (0.04, 0.0400000001, ("4 %", "4.00000001 %")),
    ],
)
def test_two_values_are_told_with_the_digits_they_need_to_differ(old, new, said):
    sides = ({"value": value, "unit": "share"} for value in (old, new))
    assert tuple(text.replace("\u00a0", " ") for text in _told_apart(*sides)) == said


def test_heads_are_told_in_all_and_by_role(case):
    more = a_plan(FIRST, vp=(1, 1, 1), operations=(1, 2, 3))
    found, texts = items((case, PLAN), (case, more))
    assert texts == 0
    team = f"{case.roles['operations'].title}, {case.lines['insurance'].title}"
    assert found == [
        Item("heads", "Planned heads by phase", "2 → 2 → 2", "2 → 3 → 4"),
        Item("role", team, "1 → 1 → 1", "1 → 2 → 3"),
    ]


def test_a_partner_that_only_one_case_has_is_named(case):
    fewer = case.model_copy(update={"partners": case.partners[:1]})
    wider = a_plan(FIRST, ("insurer_2", 6, "insurer_ladder"))
    for sides in (((case, wider), (fewer, PLAN)), ((fewer, PLAN), (case, wider))):
        kinds = [(item.kind, item.what) for item in items(*sides)[0]]
        assert ("partner", case.partners[1].title) in kinds
        assert ("assumption", case.partners[1].title) in kinds


def test_differences_on_the_same_futures_are_paired_and_on_others_add_in_squares():
    draws = np.random.default_rng(1)
    old = draws.normal(1e6, 2e6, 4000)
    values, errors, gaps = question.headlines(old, old + 5e5, True)
    assert gaps[0] == pytest.approx([5e5, 0.0], abs=1e-3)
    assert values[2] == pytest.approx([(old < 0).mean(), (old < -5e5).mean()])
    new = draws.normal(1e6, 2e6, 4000)
    _, errors, gaps = question.headlines(old, new, False)
    assert gaps[:, 1] == pytest.approx(np.hypot(errors[:, 0], errors[:, 1]))
    assert errors[0] == pytest.approx([old.std(ddof=1) / 4000**0.5, new.std(ddof=1) / 4000**0.5])
    moved = ((new < 0) * 1.0) - (old < 0)
    _, _, gaps = question.headlines(old, new, True)
    assert gaps[2] == pytest.approx([moved.mean(), moved.std(ddof=1) / 4000**0.5])


def test_other_futures_are_a_change(run, other):
    said = told(run, other(seed=8))
    assert "Futures drawn: seed 7, 400 draws → seed 8, 400 draws." in said
    assert said[0].endswith("within sampling error.")


def test_decision_and_status_are_told(run):
    record = Record("june", 1, "approved", "Wang", "2026-06-02T08:00", "go", "runs/x", "ecosystem", run.hash)
    old = replace(run, frozen=record, info=run.info | {"decision": "Hire 3."})
    new = replace(run, created="2026-07-01T08:00", info=run.info | {"decision": "Hire 4."})
    said = told(old, new)
    assert "Decision now: Hire 4. Before: Hire 3." in said
    assert "Status: now draft, made 2026-07-01; before june, approved by Wang on 2026-06-02." in said
    assert NOTHING not in said


def test_the_answer_is_stored_and_a_plan_that_is_not_there_is_named(run, tmp_path):
    asked = Asked(1, tmp_path / "told", False, print)
    answer = question.ask(str(run.path), str(run.path), "recommended", asked)
    assert answers.open_answer(answer.path).view.sentences(answer.dataset)[0] == NOTHING
    assert NOTHING in (answer.path / "page.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match=r"E-REF  --plan: no such plan in the run .*; found lean; allowed recommended"):
        question.ask(str(run.path), str(run.path), "lean", asked)
