"""What one head, one million or one place under a cap is worth, and how the plan moves with the budget."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import xarray as xr

from reports.answer import Sheet, View
from reports.drawing import Chart, Column
from reports.interval_charts import Held, Spot, interval_chart, path_chart
from reports.words import MINUS, error, heads_path, money, percent

HEADS, MONEY, AGAIN = ("role", "team"), ("budget", "cap"), ("again",)
FIRST, BEST = "recommended", "best"
KEPT = (FIRST, BEST)
CLEAR = "beyond sampling error"


def spot(data: xr.Dataset, plan: str, series: str, label: str) -> Spot:
    """Return a plan's difference to the first plan as a row of a chart."""
    return Spot(label, series, float(data["gain"].sel(plan=plan)), float(data["gain_se"].sel(plan=plan)))


def steps(data: xr.Dataset, kinds: tuple[str, ...]) -> list[str]:
    """Return the plans of steps of some kinds, in the order stored."""
    return [
        str(plan) for plan, kind in zip(data["plan"].values, data["kind"].values, strict=True) if str(kind) in kinds
    ]


def is_same(data: xr.Dataset, plan: str) -> bool:
    """Return whether a step leaves the first plan as it is."""
    return float(data["gain"].sel(plan=plan)) == 0 and float(data["gain_se"].sel(plan=plan)) == 0


def title(data: xr.Dataset, plan: str) -> str:
    """Return a plan's title, which for a step tells what it changes."""
    return str(data["plan_title"].sel(plan=plan).item())


def where(data: xr.Dataset, plan: str) -> str:
    """Return what a step changes and in which phase."""
    phase, what = int(data["when"].sel(plan=plan)), str(data["what"].sel(plan=plan).item())
    return what if phase < 0 else f"{what} {data['phase_title'].values[phase]}"


def valued(found: Spot) -> str:
    """Return a value with its error in words of money."""
    return f"{money(found.value, True)} {error(found.se)} M CNY"


def _heads(data: xr.Dataset) -> list[Spot]:
    return [_head(data, plan) for plan in steps(data, HEADS)]


def _head(data: xr.Dataset, plan: str) -> Spot:
    """Return a single head's row, with a range that holds together with those of all others where it is stored."""
    series = "one more" if float(data["by"].sel(plan=plan)) > 0 else "one fewer"
    own = spot(data, plan, series, where(data, plan))
    if "half" not in data:
        return own
    half = float(data["half"].sel(plan=plan))
    return Held(own.label, series, own.value, own.se, own.value - half, own.value + half)


def _money(data: xr.Dataset) -> list[Spot]:
    found = []
    for plan in steps(data, MONEY):
        by, unit = float(data["by"].sel(plan=plan)), str(data["unit"].sel(plan=plan).item())
        amount = (f"{by / 1e6:+g} M" if unit == "CNY" else f"{by:+g}").replace("-", MINUS)
        found.append(spot(data, plan, "more" if by > 0 else "less", f"{where(data, plan)}: {amount}"))
    return found


def hire_sentences(data: xr.Dataset) -> list[str]:
    """Return what the next and the last head, money and the caps are worth."""
    heads = _heads(data)
    told = [*better(data), *_next(data, heads), *_again(data), *_last(heads)]
    return [*told, *_of_money(data), *_idle(data), *refused(data)]


def better(data: xr.Dataset) -> Iterator[str]:
    """Yield that a better plan than the run's was met, where one was, and whether that matters (R157)."""
    against = str(data.attrs["against"])
    if against == FIRST:
        yield from _little_better(data)
        return
    own = spot(data, FIRST, "", "")
    heads = heads_path(data["heads"].sel(plan=against).values.tolist())
    yield (
        f"While asking, a better plan was met ({heads} heads, plans/{against}.toml): the recommended one brings "
        f"{valued(own)} against it. All differences here are against the better plan; “run --plan” publishes it."
    )


def _little_better(data: xr.Dataset) -> Iterator[str]:
    if BEST not in data["plan"].values:
        return
    found, least = spot(data, BEST, "", ""), f"{money(float(data.attrs['materiality']))} M CNY"
    heads = heads_path(data["heads"].sel(plan=BEST).values.tolist())
    promised = f"{money(float(data['promised'].sel(plan=BEST)), True)} M CNY on the draws that choose"
    where = f" ({promised})" if found.value >= float(data.attrs["materiality"]) else ""
    yield (
        f"While asking, a plan was met ({heads} heads, plans/{BEST}.toml) that brings {valued(found)} against the "
        f"recommended one, below what matters ({least}){where}. All differences here are against the recommended plan; "
        "where a plan is chosen again, so much of its difference comes without any change."
    )


def _next(data: xr.Dataset, heads: list[Spot]) -> Iterator[str]:
    more = [one for one in heads if one.series == "one more"]
    best = max(more, key=lambda one: one.value, default=None)
    if best is None:
        yield "No post can be added: every role stands at its maximum or no plan with one more keeps the rules."
        return
    asks = _asks(data, next(plan for plan in steps(data, HEADS) if _head(data, plan) == best))
    needs = f"; it asks for {asks}" if asks else ""
    if best.value > 0 and best.is_clear:
        yield f"The next post worth hiring is {best.label}: {valued(best)} on the same futures{needs}."
    elif best.is_clear:
        yield f"No further post pays for itself; the least costly one more is {best.label}: {valued(best)}{needs}."
    else:
        yield f"No further post pays for itself {CLEAR}; the nearest is {best.label}: {valued(best)}{needs}."


def _asks(data: xr.Dataset, plan: str) -> str:
    """Return which rules must be eased for a step, nothing where it keeps them all or none are stored."""
    return str(data["asks"].sel(plan=plan).item()) if "asks" in data.coords else ""


def _again(data: xr.Dataset) -> Iterator[str]:
    """Yield what a post more brings where no rule is eased and the rest of the plan makes room for it."""
    for plan in steps(data, AGAIN):
        found = spot(data, plan, "", where(data, plan).removeprefix("Rest chosen again: "))
        yield f"Inside today’s rules, the rest chosen again, one more {found.label} brings {valued(found)}."


def _last(heads: list[Spot]) -> Iterator[str]:
    fewer = [one for one in heads if one.series == "one fewer"]
    worst = min(fewer, key=lambda one: one.value, default=None)
    if worst is None:
        return
    if worst.value < 0 and worst.is_clear:
        yield f"The post that would be missed most is the last {worst.label}: one fewer brings {valued(worst)}."
    else:
        yield f"No single post is missed {CLEAR}: the most is {worst.label}, one fewer brings {valued(worst)}."
    idle = [one.label for one in fewer if one.value > 0 and one.is_clear]
    if idle:
        yield f"Better without, {CLEAR}: {'; '.join(idle)}."


def _of_money(data: xr.Dataset) -> Iterator[str]:
    found = _money(data)
    clear = [one for one in found if one.is_clear]
    for one in clear:
        yield f"{one.label} brings {valued(one)}."
    if found and not clear:
        yield f"Neither a million more or less of any budget nor a head under a cap changes the result {CLEAR}."


def _idle(data: xr.Dataset) -> Iterator[str]:
    same = [str(data["plan_title"].sel(plan=plan).item()) for plan in steps(data, MONEY) if is_same(data, plan)]
    if same:
        yield f"The plan stays as it is under: {'; '.join(same)}."


def refused(data: xr.Dataset) -> Iterator[str]:
    """Yield under which steps there is no plan, and why."""
    lines = [line for line in str(data.attrs["refused"]).split("\n") if line]
    if lines:
        yield f"No plan at all under: {'; '.join(lines)}."


def table(data: xr.Dataset, title: str, what: str = "step") -> Sheet:
    """Return all plans of an answer with their difference to the first one."""
    names = [str(plan) for plan in data["plan"].values if not is_same(data, str(plan)) or plan in KEPT]
    columns = (
        Column(what, "text"),
        Column("heads", "text"),
        Column("result", "money"),
        Column("change", "money"),
        Column("error", "error"),
        Column("loss", "percent"),
    )
    rows = tuple(
        (
            str(data["plan_title"].sel(plan=plan).item()),
            heads_path(data["heads"].sel(plan=plan).values.tolist()),
            float(data["npv_mean"].sel(plan=plan)),
            float(data["gain"].sel(plan=plan)),
            float(data["gain_se"].sel(plan=plan)),
            float(data["p_loss"].sel(plan=plan)),
        )
        for plan in names
    )
    return Sheet(title, columns, rows)


def _hire_charts(data: xr.Dataset) -> list[Chart]:
    charts = []
    across = "same futures, change of the result"
    if heads := _heads(data):
        meaning = (
            "Result with one head more or fewer in one role and phase and nothing else changed, whatever budget or cap "
            "it asks for; bars: ranges that hold for all rows together with 95 %."
        )
        charts.append(interval_chart("next-head", next(_next(data, heads)), meaning, heads, across))
    if caps := _money(data):
        meaning = (
            "Result with a million or a head more or less in one phase, the plan chosen again; bars: 95 % interval."
        )
        first = next(_of_money(data))
        charts.append(interval_chart("next-million", first, meaning, caps, across))
    return charts


def _hire_sheets(data: xr.Dataset) -> list[Sheet]:
    heads = set(steps(data, HEADS))
    rest = [str(plan) for plan in data["plan"].values if str(plan) not in heads]
    chosen = table(data.sel(plan=rest), "Each step, all else chosen again")
    return [_heads_sheet(data), chosen] if heads else [chosen]


def _heads_sheet(data: xr.Dataset) -> Sheet:
    """Return each single head with its range and what it asks for, most valuable first."""
    columns = (
        Column("one head, nothing else changed", "text"),
        Column("result", "money"),
        Column("change", "money"),
        Column("error", "error"),
        Column("asks for", "text"),
    )
    order = sorted(steps(data, HEADS), key=lambda plan: -float(data["gain"].sel(plan=plan)))
    numbers = ("npv_mean", "gain", "gain_se")
    rows = tuple(
        (title(data, plan), *(float(data[name].sel(plan=plan)) for name in numbers), _asks(data, plan) or "nothing")
        for plan in order
    )
    return Sheet("One head more or fewer", columns, rows)


def _sweep(data: xr.Dataset) -> list[str]:
    """Return the plans by budget, the one held against at its place."""
    share = {str(plan): float(by) for plan, by in zip(data["plan"].values, data["by"].values, strict=True)}
    if data.attrs["against"] != FIRST:
        del share[FIRST]
    return sorted(share, key=lambda plan: share[plan])


def _chosen(data: xr.Dataset, plan: str) -> str:
    return heads_path(data["heads"].sel(plan=plan).values.tolist())


def sweep_sentences(data: xr.Dataset) -> list[str]:
    """Return what less and more budget are worth, and where the plan changes."""
    names = _sweep(data)
    by = data["by"]
    ends = [names[0], names[-1]]
    told = [
        f"All budgets {percent(float(by.sel(plan=plan)), True)}: the best plan has {_chosen(data, plan)} heads and "
        f"brings {valued(spot(data, plan, '', ''))} against today's budgets."
        for plan in ends
        if float(by.sel(plan=plan))
    ]
    return [*better(data), *told, _turns(data), *refused(data)]


def _turns(data: xr.Dataset) -> str:
    found = [
        percent(float(data["by"].sel(plan=after)), True)
        for before, after in pairwise(_sweep(data))
        if _chosen(data, before) != _chosen(data, after)
    ]
    return f"Heads by phase change at {', '.join(found)}." if found else "Heads by phase never change."


def _sweep_charts(data: xr.Dataset) -> list[Chart]:
    names = _sweep(data)
    shares = [float(data["by"].sel(plan=plan)) for plan in names]
    spots = [
        Spot(_chosen(data, plan), "", float(data["npv_mean"].sel(plan=plan)), float(data["npv_se"].sel(plan=plan)))
        for plan in names
    ]
    meaning = "Average result of the best plan under each budget, its heads by phase at the point; bars: 95 % interval."
    ticks = [percent(share, True) for share in shares]
    return [path_chart("budget", _turns(data), meaning, ("change of all budgets", shares, ticks), spots)]


def _sweep_sheets(data: xr.Dataset) -> list[Sheet]:
    return [table(data.sel(plan=_sweep(data)), "The best plan under each budget", "budget")]


NEXT_HIRE = View("next-hire", "What is the next head worth?", hire_sentences, _hire_sheets, _hire_charts)
BUDGET = View("next-hire-budget", "What is more or less budget worth?", sweep_sentences, _sweep_sheets, _sweep_charts)
