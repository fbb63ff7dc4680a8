"""What moved the result since an earlier version: inputs by name and value, steps that add up, worked on paper."""

from types import SimpleNamespace

import pytest
import xarray as xr

from reports.board import moved
from reports.cited import Shelf

MILLION = 1e6
RAISE = ("assumption", "Raise of pay", "5.0 % a year", "4.0 % a year")
VOLUME = ("assumption", "Volume", "18,000", "20,000")
HEADS = ("heads", "Planned heads by phase", "10 → 15", "12 → 17")
GATE = ("plan", "Milestones waited for, and the plan's end", "milestone “Two”", "none")
COLUMN = ("contract", "All partners: rate", "", "3 values changed")


def changed(*rows, means=(6.2, 8.5)):
    words = list(zip(*rows, strict=True))
    names = [f"change_{name}" for name in ("kind", "what", "old", "new")]
    told = {name: ("change", list(column)) for name, column in zip(names, words, strict=True)} if rows else {}
    axes = {"figure": ["mean"], "run_side": ["old", "new"], "run_name": ("run_side", ["october", "eco"])}
    headline = (("figure", "run_side"), [[mean * MILLION for mean in means]])
    return xr.Dataset({"headline": headline}, axes | ({"change": range(len(rows))} | told if rows else {}))


def split(*steps, old="october", means=(6.2, 8.5)):
    """Steps as (kind, what, old, new, worth in M CNY)."""
    *words, worth = zip(*steps, strict=True)
    told = {
        f"step_{name}": ("step", list(column))
        for name, column in zip(("kind", "what", "old", "new"), words, strict=True)
    }
    axes = {"figure": ["mean"], "run_side": ["old", "new"], "step": [f"s{n}" for n in range(len(steps))]}
    headline = (("run_side", "figure"), [[mean * MILLION] for mean in means])
    share = (("figure", "step"), [[one * MILLION for one in worth]])
    return xr.Dataset({"headline": headline, "share": share}, axes | told, {"old_run": old})


VERSION = ("version", "Another version", "", "")
OWN = (
    (*VERSION, 0.0),
    (*RAISE, 0.8),
    (*VOLUME, 1.1),
    ("plan", "The plan", "10", "12", 0.4),
)


def said(language="en", **answers):
    case = SimpleNamespace(clock=SimpleNamespace(start="2027-01"))
    run = SimpleNamespace(path=SimpleNamespace(name="eco"), dataset=xr.Dataset(), hash="ab", info={}, case=case)
    found = moved.moved(Shelf(run, language, answers, dict.fromkeys(answers, "ef")))
    return None if found is None else str(found).replace("\u00a0", " ")


def test_each_step_of_a_bridge_by_name_and_value_largest_first():
    """0.8 + 1.1 + 0.4 = 2.3; a version that brings nothing is no step."""
    assert said(changes=changed(HEADS, RAISE, VOLUME), bridge=split(*OWN)) == (
        "The average moved by 2.30 M CNY in all: Volume, 18,000 → 20,000 (1.10 M CNY); Raise of pay, 5.0 % a year → "
        "4.0 % a year (0.80 M CNY); the plan chosen anew (0.40 M CNY)."
    )
    assert said("zh", changes=changed(HEADS, RAISE, VOLUME), bridge=split(*OWN)).startswith(
        "平均结果共变动230万元：Volume，18,000 → 20,000（110万元）；"
    )


@pytest.mark.parametrize(("count", "rest"), [(5, False), (6, True)])
def test_small_steps_are_added_up_but_never_one_alone(count, rest):
    """Steps of 6, 5, 4, … M CNY: of six the last two, 2 + 1 = 3, stand together."""
    steps = [("assumption", f"Input {n}", "1", "2", float(n)) for n in range(count, 0, -1)]
    found = said(changes=changed(RAISE), bridge=split(*steps))
    assert (found.endswith("; all smaller ones 3.00 M CNY.")) == rest
    assert ("Input 2" in found) != rest


@pytest.mark.parametrize("other", [{"old": "june"}, {"means": (6.1, 8.5)}, {"means": (6.2, 8.6)}])
def test_a_bridge_of_other_runs_is_not_taken(other):
    assert said(changes=changed(RAISE, VOLUME, COLUMN), bridge=split(*OWN, **other)) == (
        "Changed inputs: Raise of pay, 5.0 % a year → 4.0 % a year; Volume, 18,000 → 20,000; All partners: rate: "
        "3 values changed; nobody has asked yet what each is worth."
    )


def test_further_inputs_are_counted():
    found = said(changes=changed(*[("assumption", f"Input {n}", "1", "2") for n in range(6)]))
    assert "Input 3, 1 → 2; two more; nobody" in found
    assert "Input 4" not in found


def test_what_the_plan_no_longer_waits_for_is_told():
    assert said(changes=changed(HEADS, GATE)) == (
        "The plan now: Milestones waited for, and the plan's end, milestone “Two” → none."
    )


def test_where_nothing_changed_or_nobody_asked_nothing_is_said():
    assert said() is None
    assert said(changes=changed()) is None
    assert said(changes=changed(HEADS)) is None
    still = split((*VERSION, 0.0))
    assert said(changes=changed(HEADS), bridge=still) is None
