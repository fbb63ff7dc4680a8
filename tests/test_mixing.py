"""Mixed plans: seats of one and timing of another by hand, groups found one by one, mixes that are no plan."""

from itertools import product

import pytest

from experiments.explaining.mixing import GROUPS, differing, heads, mix, mixed
from experiments.explaining.telling import told
from model.plans import GateAnswer, Move, PartnerPlan, plan_faults
from tests.test_line_gates import gate
from tests.test_moves import terms

SHIPPED = ("documents", "lean", "bold", "stop_after_6")


def content(plan):
    return plan.model_dump(exclude={"name", "title"})


@pytest.fixture(scope="module")
def case(shipped):
    return shipped("ecosystem")


@pytest.fixture(scope="module")
def documents(plan_of):
    return plan_of("ecosystem", "documents")


@pytest.fixture(scope="module")
def lean(plan_of):
    return plan_of("ecosystem", "lean")


@pytest.mark.parametrize(
    ("seats", "timing", "wanted"),
    [
        ((4, 4, 4), (2, 5, 7), (2, 4, 4)),  # four seats, open when the first four of the other open
        ((2, 5, 7), (4, 4, 4), (4, 5, 7)),  # four of seven from the start, the others when their own plan says
        ((1, 1, 3), (0, 2, 2), (0, 2, 3)),
        ((0, 0, 0), (1, 2, 3), (0, 0, 0)),  # no seat, no time
        ((0, 1, 2), (0, 0, 0), (0, 1, 2)),  # no time, its own
        ((3, 1, 0), (1, 2, 3), (1, 2, 3)),  # seats that close are seats
    ],
)
def test_heads_by_hand(seats, timing, wanted):
    assert heads(seats, timing) == wanted


def test_every_seat_keeps_its_own_plan_or_the_other_timing():
    paths = list(product(range(4), repeat=3))
    for seats, timing in product(paths, repeat=2):
        found = heads(seats, timing)
        assert heads(seats, seats) == seats
        assert min(found) >= 0
        assert max(found) <= max(seats)
        if max(seats) <= max(timing):
            assert found == tuple(min(max(seats), when) for when in timing)


@pytest.mark.parametrize("name", SHIPPED)
def test_all_from_one_plan_is_that_plan(case, documents, plan_of, name):
    plan = plan_of("ecosystem", name)
    assert content(mix(case, dict.fromkeys(GROUPS, plan))) == content(plan)
    both = mixed(case, plan, documents, [(group,) for group in GROUPS])
    assert (content(both[0]), content(both[-1])) == (content(documents), content(plan))


def of(first, second, *groups):
    """The second plan with some groups of the first."""
    return {name: first if name in groups else second for name in GROUPS}


def test_roles_of_one_and_timing_of_the_other(case, documents, lean):
    plan = mix(case, of(lean, documents, "roles"))
    for role, own in lean.seats.items():
        assert plan.seats[role] == heads(own, documents.seats.get(role, (0, 0, 0)))
    shared = documents.lines["insurance"].partners.keys() & lean.lines["insurance"].partners.keys()
    assert plan.lines["insurance"].partners == documents.lines["insurance"].partners
    assert {plan.lines["insurance"].partners[name].start for name in shared} == {
        documents.lines["insurance"].partners[name].start for name in shared
    }


def test_a_partner_that_both_sign_starts_when_the_timing_says(case, documents, lean):
    plan = mix(case, of(lean, documents, "timing"))
    for line, part in plan.lines.items():
        for name, entry in part.partners.items():
            other = lean.lines[line].partners if line in lean.lines else {}
            wanted = other.get(name, documents.lines[line].partners[name]).start
            assert entry.start == wanted


def test_a_line_that_only_one_plan_opens_comes_whole_from_it(case, documents):
    alone = {"insurance": documents.lines["insurance"]}
    small = documents.model_copy(update={"lines": alone})
    plan = mix(case, of(documents, small, "lines"))
    assert plan.lines == documents.lines
    assert mix(case, of(documents, small, "roles", "timing")).lines == alone


def changed_line(plan, **values):
    part = plan.lines["insurance"].model_copy(update=values)
    return plan.model_copy(update={"lines": plan.lines | {"insurance": part}})


@pytest.mark.parametrize(
    ("group", "change"),
    [
        ("roles", lambda p: p.model_copy(update={"seats": p.seats | {"data": (2, 5, 8)}})),
        ("timing", lambda p: p.model_copy(update={"seats": p.seats | {"data": (3, 5, 7)}})),
        ("mode", lambda p: p.model_copy(update={"modes": ("unit", "unit", "unit")})),
        ("lines", lambda p: changed_line(p, way="high")),
        ("lines", lambda p: p.model_copy(update={"cities": (1, 1, 1)})),
        ("roles", lambda p: p.model_copy(update={"flexible": {"growth": 0.1}})),
        ("rules", lambda p: p.model_copy(update={"policies": p.policies.model_copy(update={"stop_after": 30})})),
        ("rules", lambda p: changed_line(p, stop_after=30)),
        (
            "timing",
            lambda p: changed_line(
                p,
                partners=p.lines["insurance"].partners | {"insurer_1": PartnerPlan(start=2, contract="insurer_ladder")},
            ),
        ),
        (
            "contracts",
            lambda p: changed_line(
                p, partners=p.lines["insurance"].partners | {"insurer_1": PartnerPlan(start=1, contract="other_200")}
            ),
        ),
    ],
)
def test_one_change_is_found_in_its_own_group(case, documents, group, change):
    assert differing(case, change(documents), documents) == [(group,)]
    assert told(case, change(documents), documents, (group,))


def test_equal_plans_differ_in_nothing(case, documents):
    assert differing(case, documents.model_copy(update={"title": "other"}), documents) == []


def test_words_name_both_sides(case, documents):
    more = documents.model_copy(update={"seats": documents.seats | {"data": (2, 5, 8)}})
    assert told(case, more, documents, ("roles",)) == "Data products 8 against 7"
    later = documents.model_copy(update={"seats": documents.seats | {"data": (1, 5, 7)}})
    assert told(case, later, documents, ("timing",)) == "Data products 1 → 5 → 7 against 2 → 5 → 7"


def test_a_mix_that_is_no_plan_takes_its_groups_together(case, documents):
    """The unit ends in month 6 in one plan; in the other a line, which only it opens, asks a gate in month 12."""
    asked = case.model_copy(update={"gates": {"car": gate(130, 12)}})
    without = {name: part for name, part in documents.lines.items() if name != "used_car"}
    policies = documents.policies.model_copy(update={"stop_after": 6})
    ended = documents.model_copy(update={"lines": without, "policies": policies})
    part = documents.lines["used_car"].model_copy(update={"gates": (GateAnswer(gate="car", answer="stop"),)})
    gated = documents.model_copy(update={"lines": documents.lines | {"used_car": part}})
    wrong = mix(asked, {name: ended if name == "rules" else gated for name in GROUPS})
    assert [fault[1] for fault in plan_faults(asked, wrong)] == ["a gate comes before the end"]
    assert differing(asked, gated, ended) == [("lines", "rules")]


def test_moves_whose_seats_the_mix_lacks_are_not_made(case, documents, changed):
    able = changed(case, {"staffing.moves": terms()})
    moves = (
        Move(role="data", line="", seat=1, to_role="growth", to_line="", month=7, kind="transfer"),
        Move(role="bd", line="", seat=1, to_role="strategy", to_line="", month=19, kind="transfer"),
    )
    moving = documents.model_copy(update={"moves": moves})
    assert not plan_faults(able, moving)
    without = documents.model_copy(update={"seats": documents.seats | {"data": (0, 5, 7)}})
    assert mix(able, of(moving, without, "rules")).moves == moves[1:]
    assert mix(able, of(moving, documents, "rules")).moves == moves
