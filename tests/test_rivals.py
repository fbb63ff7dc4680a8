"""The other plans beside the recommended one: limits first, all that is broken told, one head more."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from reports.board import rivals
from reports.cited import Shelf

MILLION, SEEN = 1e6, 201
WORK = {"limit": "work of data", "found": "4,100 hours", "allowed": "at most 4,000 hours"}
HEADS = {"limit": "heads", "found": "30 heads", "allowed": "at most 20 heads"}
VAGUE = {"limit": "rule", "found": "no", "allowed": "yes"}
OVER = [{"cny": 2e6, "begins": 13}, {"cny": 3e6, "begins": 19}]
MEANS = {"recommended": 5, "lean": 3, "bold": 4, "do_nothing": 0}


@pytest.fixture
def shelf(shipped):
    """shelf(bold={…}, lean={…}) is a run whose plans break what is told; means are told in M CNY."""

    def make(language="en", means=MEANS, answers=None, info=None, **told):
        npv = np.array([np.linspace(mean - 1, mean + 1, SEEN) for mean in means.values()]) * MILLION
        cash = np.full(npv.shape, -3e6)
        axes = ("plan", "scenario")
        data = xr.Dataset({"npv": (axes, npv), "peak_cash": (axes, cash)}, {"plan": list(means)})
        rows = [{"plan": plan, "title": plan.title()} | told.get(plan, {}) for plan in means]
        phases = {"phases": [{"first_month": month} for month in (1, 7, 19)]}
        run = SimpleNamespace(
            path=SimpleNamespace(name="eco"),
            dataset=data,
            hash="ab12",
            info={"comparison": rows, "plan": phases, "table_scenarios": 200} | (info or {}),
            case=shipped("ecosystem"),
        )
        return Shelf(run, language, answers or {}, dict.fromkeys(answers or {}, "ef"))

    return make


def said(shelf):
    return str(rivals.runner_up(shelf)).replace("\u00a0", " ")


def test_a_plan_that_keeps_all_limits_comes_first(shelf):
    """Bold earns more than lean, but breaks a limit and is still behind the recommended plan: it is not told."""
    found = said(shelf(bold={"broken": [WORK]}))
    assert found.startswith("The best of the other plans compared that keep every limit, “Lean”, earns 2.0 M CNY less")
    assert "Bold" not in found


def test_a_better_plan_that_breaks_limits_is_told_too(shelf):
    found = said(shelf(means=MEANS | {"bold": 6}, bold={"broken": [WORK]}))
    assert "keep every limit, “Lean”" in found
    assert "Another plan, “Bold”, earns 1.0 M CNY more" in found
    assert found.endswith("It breaks a limit: work of data (4,100 hours; at most 4,000 hours).")


def test_where_only_doing_nothing_keeps_them(shelf):
    """30 heads of 20 are half too many, 4,100 hours of 4,000 a fortieth."""
    both = {"broken": [WORK, VAGUE, HEADS], "overrun": OVER}
    found = said(shelf(bold=both, lean={"overrun": OVER[:1]}))
    assert found.startswith(
        "Of the other plans compared, each as it was proposed, only doing nothing keeps every limit. The best of the "
        "plans that break some, “Bold”, earns 1.0 M CNY less"
    )
    assert found.endswith(
        "It breaks three limits, worst heads (30 heads; at most 20 heads). It is over budget in two phases, most by "
        "3.0 M CNY from Jul 2028."
    )
    alone = {plan: mean for plan, mean in MEANS.items() if plan != "do_nothing"}
    assert said(shelf(means=alone, bold=both, lean=both)).startswith("None of the other plans compared keeps every")


def test_small_numbers_as_words(shelf):
    told = [said(shelf("zh", bold={"broken": [WORK] * n}, lean={"overrun": OVER})) for n in (2, 11)]
    assert "它突破两项限制" in told[0]
    assert "它突破十余项限制" in told[1]


def test_without_another_plan_nothing_is_said(shelf):
    assert rivals.runner_up(shelf(means={"recommended": 5, "do_nothing": 0})) is None


def path(npv, chosen, *modes):
    return {"path": list(modes), "npv": npv, "chosen": chosen}


def test_the_best_plan_of_another_organisation(shelf):
    paths = [path(5.04e6, True, "A", "B", "B"), path(4e6, False, "A", "A", "A"), path(4.98e6, False, "A", "A", "B")]
    found = rivals.second_path(shelf(info={"mode_paths": paths}))
    assert str(found) == (
        "The best plan within all limits of another organisation tried – “A” from Jan 2027 and “B” from Jul 2028 – "
        "brings 4.98 M CNY against 5.04 M CNY, both on the 200 futures that chose the plan and so not to be held "
        "against the result above"
    )


@pytest.mark.parametrize(("most", "told"), [(5.041e6, True), (5.04e6, False), (None, False)])
def test_another_organisation_that_could_still_be_better_is_told(shelf, most, told):
    """Its bound is above our 5.04 M CNY or not; without a bound nothing is said."""
    paths = [path(5.04e6, True, "A", "B"), path(4e6, False, "A", "A") | {"at_most": most}]
    open_words = (
        "; neither is proven best of its organisation, and a plan of the other could bring at most 5.04 M CNY there"
    )
    assert str(rivals.second_path(shelf(info={"mode_paths": paths}))).endswith(open_words) == told


def bound(key, title="", **told):
    return {"key": key, "title": title, **told}


def test_how_much_better_a_plan_that_was_not_found_may_be(shelf):
    rows = [bound("search", cny=1e6, high=None), bound("gap", cny=1e6, high=2.04e6)]
    assert str(rivals.unfound(shelf(info={"bounds": rows}))) == (
        "Nor is our plan proven best of all: one that was not found could be better by at most 2.0 M CNY, sampling "
        "error included"
    )
    assert "至多可好204万元" in str(rivals.unfound(shelf("zh", info={"bounds": rows})))


@pytest.mark.parametrize("rows", [[], [bound("search", high=2e6)], [bound("gap", high=None)], [bound("gap", high=0.0)]])
def test_a_plan_that_is_proven_best_or_was_not_bounded_says_nothing(shelf, rows):
    assert rivals.unfound(shelf(info={"bounds": rows})) is None


def test_the_heads_of_the_best_that_breaks_limits_chosen_anew_inside_them(shelf):
    """They are lean's heads, so that nothing is said beside bold."""
    rows = [bound("same_heads", "This plan less: the best inside all limits with the 8 heads of Lean", cny=3.9e6)]
    one, two = {"broken": [WORK]}, {"overrun": OVER[:1]}
    words = "Chosen anew inside all limits, the best plan with its heads earns 3.9 M CNY less than ours."
    low = MEANS | {"bold": 2}
    assert said(shelf(means=low, bold=one, lean=two, info={"bounds": rows})).endswith(words)
    assert words not in said(shelf(bold=one, lean=two, info={"bounds": rows}))
    assert words not in said(shelf(means=low, bold=one, lean=two))


@pytest.mark.parametrize("paths", [[], [path(5e6, True, "A")], [path(5e6, True, "A"), path(None, False, "B")]])
def test_one_organisation_has_no_other(shelf, paths):
    assert rivals.second_path(shelf(info={"mode_paths": paths})) is None


def hires(against="recommended", asks=None, **gains):
    """An answer of next-hire: what each step, named … more or … less, brings beside the recommended plan, M CNY."""
    base = np.linspace(-1, 1, SEEN) * MILLION
    rows = np.array([base, *(base + gain * MILLION for gain in gains.values())])
    plans = ["recommended", *gains]
    own = rows[plans.index(against)].mean()
    axes = {
        "plan": plans,
        "by": ("plan", [0.0, *({"more": 1.0, "less": -1.0}.get(name.split("_")[-1], 0.0) for name in gains)]),
        "kind": ("plan", ["", *({"cap": "cap", "best": ""}.get(name.split("_")[0], "role") for name in gains)]),
        "what": ("plan", ["", *(name.split("_")[0] for name in gains)]),
        "when": ("plan", [-1, *([1] * len(gains))]),
    }
    if asks is not None:
        axes["asks"] = ("plan", ["", *(asks.get(name, "") for name in gains)])
    told = {
        "npv": (("plan", "scenario"), rows),
        "gain": ("plan", rows.mean(axis=1) - own),
        "gain_se": ("plan", np.full(len(plans), 2e4)),
    }
    return xr.Dataset(told, axes, {"against": against})


HEAD = "Why not one head more: the best further head, sales from Jul 2027, changes the average by "


def test_the_best_further_head(shelf):
    """A head fewer and a place under a cap are no further head, however much they bring."""
    answer = hires(data_more=-0.3, sales_more=-0.2, brand_less=0.5, cap_more=0.4)
    assert str(rivals.next_head(shelf(answers={"next-hire": answer}))) == (
        f"{HEAD}−0.20 M CNY (± 0.02 M CNY), the rest chosen anew."
    )


def test_a_head_that_the_limits_do_not_allow_and_a_better_plan(shelf):
    """The best plan known is 0.1 ahead; one head more on it is 0.3 ahead, so the head brings 0.2."""
    gains = {"best": 0.1, "sales_more": 0.3, "data_more": 0.0}
    answer = hires("best", {"sales_more": "budget +0.4 M CNY"}, **gains)
    assert str(rivals.next_head(shelf(answers={"next-hire": answer}))) == (
        f"{HEAD}+0.20 M CNY (± 0.02 M CNY), the rest as it is, but asks more than the limits allow: budget +0.4 M CNY. "
        "The search met a plan 0.10 M CNY (± <0.01 M CNY) better than the recommended one; the further heads above are "
        "counted from that plan."
    )
    free = str(rivals.next_head(shelf(answers={"next-hire": hires(asks={}, sales_more=0.3)})))
    assert free.endswith(", the rest as it is.")


@pytest.mark.parametrize(("line", "said"), [(0.1001e6, "too little to matter"), (0.0999e6, "enough to matter")])
@pytest.mark.parametrize(
    ("against", "added"), [("best", "; the further heads above are counted from that plan."), ("recommended", ".")]
)
def test_whether_a_better_plan_matters_is_said_where_it_is_known(shelf, line, said, against, added):
    """The better plan is 0.1 M CNY ahead, which matters or not."""
    answer = hires(against, {}, best=0.1, sales_more=0.3).assign_attrs(materiality=line)
    answer["npv"].loc[{"plan": "best"}] = answer["npv"].sel(plan="recommended") + 0.1e6
    found = str(rivals.next_head(shelf(answers={"next-hire": answer})))
    assert "The search met a plan 0.10 M CNY (" in found
    assert found.endswith(f") better than the recommended one, {said}{added}")


def test_a_plan_met_that_turned_out_worse_is_not_told(shelf):
    answer = hires("recommended", {}, best=-0.1, sales_more=0.3).assign_attrs(materiality=0.5e6)
    assert "The search met" not in str(rivals.next_head(shelf(answers={"next-hire": answer})))


LAST = " Why 23 heads from Jul 2028 and not the 30 allowed: the best further head then, "


@pytest.mark.parametrize(("count", "told"), [(23, True), (29, True), (30, False)])
def test_why_the_last_phase_has_no_more_heads(shelf, count, told):
    """Thirty are allowed in the last phase; of two further heads the better one is told."""
    answer = hires(asks={}, sales_more=0.3, data_more=-0.4, brand_more=-0.1)
    answer = answer.assign_coords(when=("plan", [-1, 1, 2, 2]))
    phases = {"phases": [{"first_month": month} for month in (1, 7, 19)], "heads": [8, 8, count]}
    said = str(rivals.next_head(shelf(answers={"next-hire": answer}, info={"plan": phases})))
    assert said.startswith(f"{HEAD}+0.30 M CNY")
    assert (f"{LAST.replace('23', str(count))}brand, changes it by −0.10 M CNY (± 0.02 M CNY)." in said) == told
    assert ("Why" in said[20:]) == told


def test_nobody_asked_for_a_further_head(shelf):
    assert rivals.next_head(shelf()) is None
    assert rivals.next_head(shelf(answers={"next-hire": hires(data_less=-1.0)})) is None
