"""The slides that a board decides by: decision, cash, chance, money, heads, comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.board import findings, milestones, money_sides
from reports.board.drawn_bars import smaller_slide
from reports.board.drawn_money import (
    BLUE,
    GREEN,
    ORANGE,
    RED,
    SKY,
    cash_chart,
    histogram,
    money_title,
    reach_chart,
    waterfall,
)
from reports.board.partnering import partner_slide, partners
from reports.board.phrases import counted, listed, own_futures, phrase, word
from reports.board.rivals import NOTHING, lead, next_head, plan_name, rivals, row_of, runner_up, unfound
from reports.board.specs import CHART, CHARTS, TABLE, TEXT, ChartSpec, Drawn, SlideSpec, TableSpec, Words
from reports.cited import Cited, Says, Shelf, joined, says
from reports.drawing import RECOMMENDED
from reports.forms import LIMIT, NAME
from reports.words import clean, is_number

ROLE_COLOURS = (BLUE, ORANGE, GREEN, RED, SKY, "CC79A7", "F0E442", "6B7280")
"""Okabe and Ito's eight, told apart by everybody."""
FEW_ROLES = 8
NBSP = "\u00a0"


def main_slides(shelf: Shelf) -> Iterator[SlideSpec]:
    """Yield the slides of the meeting itself, one finding each."""
    yield decision_slide(shelf)
    if findings.is_idle(shelf):
        yield compare_slide(shelf)
        return
    smaller = smaller_slide(shelf)
    yield cash_slide(shelf)
    yield chance_slide(shelf)
    if smaller is not None:
        yield smaller
    for make in (money_slide, heads_slide, partner_slide, compare_slide):
        made = make(shelf)
        if made is not None:
            yield made


def decision_slide(shelf: Shelf) -> SlideSpec:
    """Return the first slide: what is asked for, the key figures, and what the decision hangs on (R217)."""
    said = findings.story(shelf)
    order = ("readings", "typical", "unsigned", "flip", "status")
    names = ("gain", "loss", "cash", "partners", "money", "gates", "roi", "calibration")
    notes: list[Words] = [said[name] for name in names if name in said]
    body = tuple(said[name] for name in order if name in said)
    title = shelf.assumed("/title", NAME) if shelf.case.get("title") else clean(shelf.run.case.id)
    figures = () if findings.is_idle(shelf) else key_figures(shelf)
    return SlideSpec(
        TEXT,
        title,
        body,
        (*notes, drawn(shelf), flip_note(shelf)),
        lead=said["decision"],
        tiles=figures,
        futures=own_futures(shelf),
    )


def key_figures(shelf: Shelf) -> tuple[tuple[Words, Words], ...]:
    """Return the four figures of the first slide, each with what it is."""

    def figure(name: str, statistic: str, form: str) -> Cited:
        return shelf.number(name, statistic, form, plan=RECOMMENDED)

    return (
        (figure("npv", "mean", "money_plus"), word(shelf, "tile_gain")),
        (figure("npv", "chance_below 0", "percent"), word(shelf, "tile_loss")),
        (figure("npv", "p05", "money"), word(shelf, "tile_bad")),
        (figure("peak_cash", "p50", "money_size"), word(shelf, "tile_cash")),
    )


def drawn(shelf: Shelf) -> Says:
    """Return how the figures were made: the number of futures."""
    return phrase(shelf, "note_draws", futures=shelf.told("/scenarios", "count"))


def flip_note(shelf: Shelf) -> str:
    """Return how the assumption that turns the decision was found."""
    return word(shelf, "note_flip")


def cash_slide(shelf: Shelf) -> SlideSpec:
    """Return the likely range of cash."""
    need, bad = (shelf.number("peak_cash", name, "money_size", plan=RECOMMENDED) for name in ("p50", "p05"))
    month = shelf.number("peak_month", "lower_median", "month", plan=RECOMMENDED)
    title = phrase(shelf, "cash_title", need=need, bad=bad, month=month) if need.value else money_sides.cash(shelf)
    body = (findings.money_asked(shelf), findings.gain(shelf))
    return SlideSpec(
        CHART, title, body, (word(shelf, "note_cash"), drawn(shelf)), (cash_chart(shelf),), futures=own_futures(shelf)
    )


def chance_slide(shelf: Shelf) -> SlideSpec:
    """Return the chance of at least x, and the futures by result."""
    chance = shelf.number("npv", "chance_below 0", "percent", plan=RECOMMENDED)
    worst = shelf.number("npv", "cvar05", "money", plan=RECOMMENDED)
    title = phrase(shelf, "loss_title", chance=chance, worst=worst)
    said = findings.readings(shelf)
    body = (said,) if said is not None else ()
    charts = (reach_chart(shelf), histogram(shelf))
    return SlideSpec(CHARTS, title, body, (word(shelf, "note_reach"), drawn(shelf)), charts, futures=own_futures(shelf))


def money_slide(shelf: Shelf) -> SlideSpec:
    """Return the way from revenue to the result."""
    body = (findings.roi(shelf), findings.caveat(shelf))
    kept = tuple(part for part in body if part is not None)
    return SlideSpec(
        CHART,
        money_title(shelf),
        kept,
        (word(shelf, "note_money"), drawn(shelf)),
        (waterfall(shelf),),
        futures=own_futures(shelf),
    )


def heads_slide(shelf: Shelf) -> SlideSpec:
    """Return approved heads by role and month."""
    title = phrase(shelf, "heads_title", heads=listed(shelf, findings.steps(shelf)))
    told = None if partner_slide(shelf) else partners(shelf)
    parts = (told, milestones.gates(shelf), next_head(shelf))
    body = tuple(part for part in parts if part is not None)
    return SlideSpec(CHART, title, body, (word(shelf, "note_heads"),), (heads_chart(shelf),))


def heads_chart(shelf: Shelf) -> ChartSpec:
    """Return approved heads by role on top of each other; the smallest roles together beyond what colours tell."""
    data = shelf.run.dataset
    planned = data["heads_planned"].sel(plan=RECOMMENDED).sum("month")
    roles = [str(role) for role in data["role"].values if float(planned.sel(role=role))]
    titles = {str(role): str(data["role_title"].sel(role=role).item()) for role in data["role"].values}
    large = sorted(roles, key=lambda role: -float(planned.sel(role=role)))[: FEW_ROLES - (len(roles) > FEW_ROLES)]
    groups: list[tuple[str, tuple[str, ...]]] = [(titles[role], (role,)) for role in roles if role in large]
    rest = tuple(role for role in roles if role not in large)
    groups += [(word(shelf, "smaller"), rest)] if rest else []
    areas = tuple(
        Drawn(name, shelf.series("heads_planned", "month", plan=RECOMMENDED, role=role), colour)
        for (name, role), colour in zip(groups, ROLE_COLOURS, strict=False)
    )
    return ChartSpec(
        "column", areas, word(shelf, "note_heads"), months=shelf.start, up=word(shelf, "heads_axis"), stacked=True
    )


def compare_slide(shelf: Shelf) -> SlideSpec:
    """Return all plans beside each other, doing nothing among them."""
    plans = [RECOMMENDED, *rivals(shelf)]
    plans += [NOTHING] if NOTHING in shelf.run.dataset["plan"].values else []
    columns = ("plan", "heads_head", "average_se", "loss_head", "bad", "need", "less", "limits")
    table = TableSpec(
        tuple(head(shelf, name) for name in columns),
        tuple(_plan_row(shelf, plan) for plan in plans),
        (2.9, 1.5, 1.4, 0.95, 1.1, 1.1, 1.45, 1.75),
        (0,),
    )
    gain = shelf.number("npv", "mean", "money_plus", plan=RECOMMENDED)
    rival = rivals(shelf)
    worse = bool(rival) and lead(shelf, rival[0]) < 0
    futures = shelf.told("/scenarios", "count")
    title = phrase(shelf, "compare_worse" if worse else "compare_title", gain=gain, futures=futures)
    if findings.is_idle(shelf):
        title = findings.decision(shelf)
    notes: list[Words] = [found for found in (runner_up(shelf), unfound(shelf)) if found is not None]
    return SlideSpec(
        TABLE, title, (), (*notes, word(shelf, "note_compare"), drawn(shelf)), table=table, futures=own_futures(shelf)
    )


MONEY_HEADS = (
    "average",
    "average_se",
    "bad",
    "worst",
    "need",
    "less",
    "change",
    "to_end",
    "pay",
    "bad_pay",
    "moves_by",
    "all_years",
)


def head(shelf: Shelf, name: str) -> str:
    """Return the head of a column, with the unit of its money."""
    text = word(shelf, name)
    if name not in MONEY_HEADS:
        return text
    unit = word(shelf, "unit")
    return f"{text}, {unit.replace(' ', NBSP)}" if shelf.language == "en" else f"{text}（{unit}）"


def _plan_row(shelf: Shelf, plan: str) -> tuple[Words, ...]:
    def money(name: str, statistic: str, form: str = "money_bare_plus") -> Cited:
        return shelf.number(name, statistic, form, plan=plan)

    row = row_of(shelf, plan)
    heads = [shelf.told(f"/comparison/{row}/heads/{n}", "count") for n in range(len(_heads(shelf, row)))]
    mean, error = money("npv", "mean"), money("npv", "mean_se", "error_bare")
    less = shelf.number("npv", "mean", "money_bare_plus", plan=plan, minus={"plan": RECOMMENDED})
    return (
        plan_name(shelf, plan),
        joined(heads, " → "),
        says("{mean} {error}", mean=mean, error=error),
        money("npv", "chance_below 0", "percent"),
        money("npv", "p05"),
        money("peak_cash", "p50", "money_bare_size"),
        "–" if plan == RECOMMENDED else less,
        limits_broken(shelf, row),
    )


def limits_broken(shelf: Shelf, row: int) -> Words:
    """Return how many limits and budgets a compared plan breaks (R228)."""
    told = shelf.run.info["comparison"][row]
    counts = {"limits_over": len(told.get("broken") or ()), "budgets_over": len(told.get("overrun") or ())}
    said = [
        phrase(shelf, key if count > 1 else f"{key}_one", count=counted(shelf, count))
        for key, count in counts.items()
        if count
    ]
    return listed(shelf, said) if said else word(shelf, "kept")


def limit_notes(shelf: Shelf, plans: Sequence[str]) -> list[Words]:
    """Return for the notes what each compared plan breaks, by how much (R218)."""
    rows = [(plan, row_of(shelf, plan)) for plan in plans]
    kept = word(shelf, "kept")
    said = [(plan, every_limit(shelf, row)) for plan, row in rows]
    return [joined([plan_name(shelf, plan), told], ": ") for plan, told in said if str(told) != kept]


def every_limit(shelf: Shelf, row: int) -> Words:
    """Return each limit and budget that a compared plan breaks, by how much (R218)."""
    told, place = shelf.run.info["comparison"][row], f"/comparison/{row}"
    said = [
        phrase(shelf, "limit_cell", **{part: shelf.told(f"{place}/broken/{n}/{part}", LIMIT) for part in _LIMIT})
        for n in range(len(told.get("broken") or ()))
    ]
    said += [
        phrase(
            shelf,
            "budget_cell",
            month=shelf.told(f"{place}/overrun/{n}/begins", "month"),
            money=shelf.told(f"{place}/overrun/{n}/cny", "money_plus"),
        )
        for n in range(len(told.get("overrun") or ()))
    ]
    return joined(said, "; " if shelf.language == "en" else "；") if said else word(shelf, "kept")


_LIMIT = ("limit", "found", "allowed")


def _heads(shelf: Shelf, row: int) -> list[float]:
    return [count for count in shelf.run.info["comparison"][row]["heads"] if is_number(count)]
