"""Other good plans: pieces turned and plans kept apart are the best of all told one by one; verdicts by hand."""

import numpy as np
import pytest

from experiments.asking import answers, other_plans, steps
from experiments.asking.answers import Asked
from model.errors import InputError
from reports.other_plans_views import FREE, MUST, NEVER, sentences, verdicts
from reports.views import VIEWS
from solvers.change import changes

WIDE = 20.0
"""The best plan of the tiny case brings 0.06 M CNY; good is what loses less than 1.2 M CNY."""


def silent(text):
    """Say nothing."""


@pytest.fixture(scope="module", autouse=True)
def _near():
    """On so small a case two decisions make another plan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(other_plans, "APART", 2)
        yield


@pytest.fixture(scope="module")
def found(tiny_asked):
    return other_plans.search(tiny_asked.run, WIDE, silent)


@pytest.fixture(scope="module")
def told(tiny_asked, found):
    taken, pieces = found
    attributes = answers.attributes(tiny_asked.run.case, other_plans.QUESTION, {"--within": WIDE}, 1, 40, 16)
    data = steps.dataset(tiny_asked.run, taken, 40, attributes)
    return other_plans.with_pieces(data, tiny_asked.run, taken, pieces, WIDE)


def floor(run):
    return run.npv - WIDE * abs(run.npv)


def test_partners_can_be_turned_and_roles_the_case_asks_for_cannot(tiny_asked):
    pieces = {piece.id: piece for piece in other_plans.pieces(tiny_asked.run)}
    assert set(pieces) == {"used_car_1", "charging_1", "vp", "bd"}
    assert [pieces[role].flip for role in ("vp", "bd")] == [None, None]
    for name in ("used_car_1", "charging_1"):
        has = pieces[name].of(tiny_asked.run.choice)
        assert pieces[name].flip.title.startswith("Without" if has else "With ")


def test_each_piece_turned_is_the_best_plan_with_it_turned(tiny_asked, found, told):
    run = tiny_asked.run
    taken = {each.step.id: each for each in found[0]}
    for piece in found[1]:
        if piece.flip:
            _, value = tiny_asked.best_of(run.exact, lambda plan, p=piece: p.of(plan) != p.of(run.choice))
            assert taken[piece.flip.id].found.npv == pytest.approx(value, abs=0.01)
            assert int(told["turns"].sel(piece=piece.id)) == (value >= floor(run))


def test_plans_apart_are_the_best_so_far_from_all_before(tiny_asked, found):
    run = tiny_asked.run
    before = [run.choice]
    different = [each.found for each in found[0] if each.step.kind == "different"]
    assert 1 <= len(different) <= other_plans.MOST
    for each in different:
        _, value = tiny_asked.best_of(
            run.exact, lambda plan: min(changes(plan, other) for other in before) >= other_plans.APART
        )
        assert each.npv == pytest.approx(value, abs=0.01)
        before.append(each.choice)
    if len(different) < other_plans.MOST:
        _, value = tiny_asked.best_of(
            run.exact, lambda plan: min(changes(plan, other) for other in before) >= other_plans.APART
        )
        assert value < floor(run)


def test_a_narrow_share_finds_nothing_else(tiny_asked):
    taken, _ = other_plans.search(tiny_asked.run, 1e-6, silent)
    assert [each for each in taken if each.step.kind == "different"] == []


def test_good_and_different_plans_are_so(tiny_asked, found, told):
    run = tiny_asked.run
    choices = dict(
        zip(map(str, told["plan"].values), [run.choice, *(e.found.choice for e in found[0] if e.found)], strict=True)
    )
    worth = {name: float(run.exact.npv(run.tables.total(choice)).mean()) for name, choice in choices.items()}
    names = list(choices)
    assert [bool(flag) for flag in told["good"].values] == [worth[name] >= floor(run) for name in names]
    kept = [name for name, flag in zip(names, told["different"].values, strict=True) if flag]
    assert "recommended" in kept
    assert all(changes(choices[a], choices[b]) >= other_plans.APART for a in kept for b in kept if a < b)
    left = [n for n in names if worth[n] >= floor(run) and n not in kept]
    assert all(min(changes(choices[n], choices[k]) for k in kept) < other_plans.APART for n in left)


def by_hand(told, holds, turns, good):
    """The dataset with one piece's column and the good plans set by hand."""
    made = told.copy(deep=True)
    made["good"].values[:] = 0
    made["good"].values[: len(good)] = good
    made["holds"].values[: len(holds), 0] = holds
    made["turns"].values[0] = turns
    return verdicts(made)[str(told["piece"].values[0])]


def test_verdicts_by_hand(told):
    assert by_hand(told, [1, 1], 0, [1, 1]) == MUST
    assert by_hand(told, [1, 0], 0, [1, 0]) == MUST
    assert by_hand(told, [1, 0], 0, [1, 1]) == FREE
    assert by_hand(told, [1, 1], 1, [1, 1]) == FREE
    assert by_hand(told, [0, 0], 0, [1, 1]) == NEVER


def test_sentences_follow_the_dataset(told):
    count = int(told["different"].sum())
    assert any(sentence.startswith(f"{count} really different plans lie within") for sentence in sentences(told))
    alone = told.copy(deep=True)
    alone["different"].values[1:] = 0
    assert "the choice is clear" in " ".join(sentences(alone))


def test_what_the_solver_leaves_open_is_told(tiny_asked, told):
    """A piece that no good plan turns: its flip is a yuan short of good for the solver, good at the edge, or free."""
    assert float(told["floor"]) == pytest.approx(floor(tiny_asked.run) - tiny_asked.run.npv)
    made = told.copy(deep=True)
    names = list(map(str, made["plan"].values))
    piece = next(str(p) for p in made["piece"].values if str(made["flip"].sel(piece=p).item()))
    plan, title = str(made["flip"].sel(piece=piece).item()), str(made["piece_title"].sel(piece=piece).item())
    made["good"].values[:] = [name == "recommended" for name in names]
    made["turns"].values[:] = 0
    made["gap"].values[:], made["floor"].values[...] = 0.0, 0.0
    made["promised"].values[:] = -5.0
    assert "speak of the best plans found" not in " ".join(sentences(made))
    for gap, open_end in ((4.0, False), (5.0, True)):
        made["gap"].loc[{"plan": plan}] = gap
        last = [one for one in sentences(made) if "speak of the best plans found" in one]
        assert [one.endswith(f"could still be good: {title}.") for one in last] == [True] * open_end
    made["turns"].loc[{"piece": piece}] = 1
    assert "speak of the best plans found" not in " ".join(sentences(made))


def test_the_pictures_hold_plans_and_pieces(told):
    charts = {chart.name: chart for chart in VIEWS["other-good-plans"].charts(told)}
    assert len(charts["others"].rows) == int(told["different"].sum()) - 1
    assert len(charts["pieces"].rows) == sum(1 for flip in told["flip"].values if flip)
    assert all(np.isfinite(row[2]) for row in charts["pieces"].rows)


def test_a_share_has_ends():
    with pytest.raises(InputError, match=r"--within: outside what is possible"):
        other_plans.ask("nowhere", 0.0, Asked(10, None, False, silent))


def test_asking_stores_the_answer(small_run, tmp_path, monkeypatch):
    """On two pieces and one plan apart only, from the run's folder to the stored answer."""
    some = other_plans.pieces
    monkeypatch.setattr(other_plans, "pieces", lambda run: some(run)[:2])
    monkeypatch.setattr(other_plans, "MOST", 1)
    answer = other_plans.ask(str(small_run.out), 0.02, Asked(60, tmp_path / "a", False, silent))
    assert "First insurer" in list(map(str, answer.dataset["piece_title"].values))
    assert int(answer.dataset["different"].sel(plan="recommended")) + int(answer.dataset["different"].sum()) >= 1
