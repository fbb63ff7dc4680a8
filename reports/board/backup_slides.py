"""The slides behind: what a stop costs, what blows leave, how far a high ROI is, pay, what changed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reports.board import findings, milestones, money_sides
from reports.board.asked_money import asked_money_slide
from reports.board.drawn_answers import tornado_slide, tradeoff_slide
from reports.board.drawn_bars import chance_bars, plain_bars, result_bars
from reports.board.main_slides import drawn, head
from reports.board.milestones import marks, unit_gates
from reports.board.moved import BRIDGE, CHANGES
from reports.board.phrases import answer_futures, calibrated, listed, own_futures, phrase, word
from reports.board.since_slide import since_slide
from reports.board.specs import BESIDE, TABLE, SlideSpec, TableSpec, Words
from reports.cited import Says, Shelf, joined, says
from reports.drawing import RECOMMENDED
from reports.forms import NAME

BOARD = "board"
COMMANDS = {"sensitivity": "sensitivity RUN", "tradeoff": "tradeoff RUN", BRIDGE: "bridge OLD NEW"}
"""Command that asks each question whose answer a deck shows."""
TARGET = "1.5"
STEPS = 12


def asked_slides(shelf: Shelf) -> Iterator[SlideSpec]:
    """Yield the slides that answers to questions add to the meeting itself."""
    if "sensitivity" in shelf.answers:
        yield tornado_slide(shelf)
    if "tradeoff" in shelf.answers:
        yield tradeoff_slide(shelf)


def backup_slides(shelf: Shelf) -> Iterator[SlideSpec]:
    """Yield the slides behind the meeting, in the order in which a board asks."""
    asked_for = None if findings.is_idle(shelf) else asked_money_slide(shelf)
    if asked_for is not None:
        yield asked_for
    if BOARD in shelf.answers and not findings.is_idle(shelf):
        yield stops_slide(shelf)
        yield blows_slide(shelf)
    if not findings.is_idle(shelf):
        yield roi_slide(shelf)
        yield pay_slide(shelf)
    if CHANGES in shelf.answers:
        yield since_slide(shelf)
    if BRIDGE in shelf.answers:
        yield changed_slide(shelf)


def index_slide(shelf: Shelf, behind: Sequence[SlideSpec], before: int = 0) -> SlideSpec:
    """Return the slide before the back-up: the headline of each slide behind it, and what nobody asked (R219).

    Parameters
    ----------
    before : slides before this one
    """
    left = {question: command for question, command in COMMANDS.items() if question not in shelf.answers}
    is_first = CHANGES not in shelf.answers and BRIDGE not in shelf.answers
    if is_first:
        left.pop(BRIDGE)
    names = [word(shelf, f"miss_{question}") for question in left]
    lines = [phrase(shelf, "missing", what=listed(shelf, names))] if left else []
    lines += [phrase(shelf, "first_version")] if is_first else []
    notes = [phrase(shelf, "missing_note", what=each, command=left[key]) for key, each in zip(left, names, strict=True)]
    table = TableSpec(
        tuple(word(shelf, name) for name in ("slide_number", "shows", "rests_on")),
        tuple(_listed_slides(behind, before + 2)),
        (1.0, 8.6, 2.4),
    )
    return SlideSpec(TABLE, word(shelf, "index"), tuple(lines), (drawn(shelf), *notes), table=table)


def _listed_slides(behind: Sequence[SlideSpec], first: int) -> Iterator[tuple[Words, ...]]:
    """Yield number, headline and futures of each slide; those with one headline stand together."""
    numbered = enumerate(behind, first)
    for _, same in groupby(numbered, key=lambda one: str(one[1].title)):
        found = list(same)
        ends = dict.fromkeys((str(found[0][0]), str(found[-1][0])))
        yield " – ".join(ends), found[0][1].title, found[0][1].futures or "–"


def _options(shelf: Shelf, *kinds: str) -> list[str]:
    data = shelf.answers[BOARD]
    pairs = [(str(o), str(k)) for o, k in zip(data["option"].values, data["option_kind"].values, strict=True)]
    return [option for wanted in kinds for option, kind in pairs if kind == wanted]


def stops_slide(shelf: Shelf) -> SlideSpec:
    """Return what the smallest commitment is: the plan ended at each month where it may be."""
    stops = _options(shelf, "stop")
    rows = tuple(_stop_row(shelf, option) for option in stops)
    columns = ("ended", "marks", "average", "need", "to_end")
    table = TableSpec(tuple(head(shelf, name) for name in columns), rows, (1.2, 2.2, 1.2, 1.1, 1.4))
    loses = float(shelf.answers[BOARD]["npv"].sel(option=stops[0]).mean()) < 0
    left = shelf.number("npv", "mean", "money_size" if loses else "money_plus", of=BOARD, option=stops[0])
    title = phrase(shelf, "stops_title" if loses else "stops_earn", loss=left)
    shown = ["as_it_is", *stops]
    found = [shelf.number("npv", "mean", "money_plus", of=BOARD, option=option) for option in shown]
    whens = [shelf.number("month", form="month", of=BOARD, option=option) for option in stops]
    names: list[Words] = [word(shelf, "as_it_is"), *(phrase(shelf, "stop_bar", month=when) for when in whens)]
    chart = result_bars(shelf, names, found, word(shelf, "note_stops"))
    notes = (milestones.gates(shelf), word(shelf, "note_stops"), asked(shelf))
    said = milestones.milestones(shelf)
    return SlideSpec(BESIDE, title, (said,) if said else (), notes, (chart,), table, futures=board_futures(shelf))


def board_futures(shelf: Shelf) -> Says:
    """Return on how many futures an answer to the board's questions rests."""
    return phrase(shelf, "futures", count=shelf.number("futures", form="count", of=BOARD))


def told_draws(shelf: Shelf) -> tuple[Says, ...]:
    """Return on how many futures the rows rest, and why the plan's own average differs from the run's."""
    here = shelf.number("npv", "mean", "money_plus", of=BOARD, option="as_it_is")
    there = shelf.number("npv", "mean", "money_plus", plan=RECOMMENDED)
    counts = shelf.number("futures", form="count", of=BOARD), shelf.told("/scenarios", "count")
    if counts[0].value == counts[1].value:
        return ()
    return (phrase(shelf, "told_draws", futures=counts[0], here=here, all=counts[1], there=there),)


def _stop_row(shelf: Shelf, option: str) -> tuple[Words, ...]:
    name = option.removeprefix("stop_")
    asked_for: Words = marks(shelf, name) if name in unit_gates(shelf) else "–"
    return (
        shelf.number("month", form="month", of=BOARD, option=option),
        asked_for,
        shelf.number("npv", "mean", "money_bare_plus", of=BOARD, option=option),
        shelf.number("need", "p50", "money_bare_size", of=BOARD, option=option),
        shelf.number("settled", "mean", "money_bare", of=BOARD, option=option),
    )


def asked(shelf: Shelf) -> Says:
    """Return how many futures an answer to the board's questions is made of."""
    return phrase(shelf, "note_asked", futures=shelf.number("futures", form="count", of=BOARD))


def blows_slide(shelf: Shelf) -> SlideSpec:
    """Return what blows leave of the plan, and what it brings when the shared work is bought."""
    blows = _options(shelf, "blow")
    rows = tuple(_blow_row(shelf, option) for option in _options(shelf, "as_it_is", "blow", "outside"))
    columns = ("blow", "average_se", "change", "loss_head", "bad", "need")
    table = TableSpec(tuple(head(shelf, name) for name in columns), rows, (2.6, 1.4, 1.2, 0.9, 1.0, 1.0), (0,))
    data = shelf.answers[BOARD]["npv"]
    worst = min(blows, key=lambda option: float(data.sel(option=option).mean()))
    left = shelf.number("npv", "mean", "money_plus", of=BOARD, option=worst)
    title = phrase(shelf, "blows_title", left=left, name=_blow(shelf, worst))
    shown = _options(shelf, "as_it_is", "blow", "outside")
    found = [shelf.number("npv", "mean", "money_plus", of=BOARD, option=option) for option in shown]
    chart = result_bars(shelf, [_blow(shelf, option) for option in shown], found, word(shelf, "note_compare"))
    notes = (asked(shelf), word(shelf, "note_compare"))
    return SlideSpec(BESIDE, title, told_draws(shelf), notes, (chart,), table, futures=board_futures(shelf))


def _blow(shelf: Shelf, option: str) -> Says:
    if option == "biggest_gone":
        ids = [partner["id"] for partner in shelf.case["partners"]]
        place = ids.index(str(shelf.answers[BOARD].attrs["biggest"]))
        return phrase(shelf, option, name=shelf.assumed(f"/partners/{place}/title", NAME))
    slots = {"demand_less": ("less", "percent"), "late": ("months", "count"), "raises": ("share", "percent")}
    if option not in slots:
        return phrase(shelf, option)
    slot, form = slots[option]
    return phrase(shelf, option, **{slot: shelf.number("size", form=form, of=BOARD, option=option)})


def _blow_row(shelf: Shelf, option: str) -> tuple[Words, ...]:
    mean = shelf.number("npv", "mean", "money_bare_plus", of=BOARD, option=option)
    error = shelf.number("npv", "mean_se", "error_bare", of=BOARD, option=option)
    change = shelf.number("npv", "mean", "money_bare_plus", of=BOARD, option=option, minus={"option": "as_it_is"})
    return (
        _blow(shelf, option),
        says("{mean} {error}", mean=mean, error=error),
        "–" if option == "as_it_is" else change,
        shelf.number("npv", "chance_below 0", "percent", of=BOARD, option=option),
        shelf.number("npv", "p05", "money_bare_plus", of=BOARD, option=option),
        shelf.number("need", "p50", "money_bare_size", of=BOARD, option=option),
    )


def roi_slide(shelf: Shelf) -> SlideSpec:
    """Return how far the documents' ROI is: the chance of each kind, and the demand that it needs."""
    chances = {
        kind: shelf.number(f"{kind}_roi", f"chance_at_least {TARGET}", "percent", plan=RECOMMENDED)
        for kind in ("full", "labour")
    }
    goal = says("{goal}", goal=target(shelf))
    columns = ["kind", "mean_roi", "bad", "reached", *(["demand_needed"] if BOARD in shelf.answers else [])]
    names = tuple(phrase(shelf, name, target=goal) for name in columns)
    rows = tuple(
        (
            word(shelf, kind),
            shelf.number(f"{kind}_roi", "mean", "percent_plus", plan=RECOMMENDED),
            shelf.number(f"{kind}_roi", "p05", "percent_plus", plan=RECOMMENDED),
            chances[kind],
            *([_needed(shelf, kind)] if BOARD in shelf.answers else []),
        )
        for kind in ("full", "labour")
    )
    table = TableSpec(names, rows, (2.0, 1.1, 1.1, 1.3, 1.7)[: len(columns)])
    key = "roi_title" if float(chances["full"].value or 0) < 0.5 else "roi_reached"
    title = phrase(shelf, key, target=goal, chance=chances["full"], labour=chances["labour"])
    body = findings.caveat(shelf) or calibrated(shelf)
    names_of = [word(shelf, f"{kind}_short") for kind in chances]
    chart = chance_bars(shelf, names_of, list(chances.values()), word(shelf, "note_roi"))
    return SlideSpec(
        BESIDE,
        title,
        (body,),
        (findings.roi(shelf), word(shelf, "note_roi"), drawn(shelf)),
        (chart,),
        table,
        futures=own_futures(shelf),
    )


def target(shelf: Shelf) -> Words:
    """Return the documents' ROI: cited where the board's questions were asked, else as the word that it is."""
    if BOARD in shelf.answers:
        return shelf.number("target", form="percent", of=BOARD)
    return "150 %" if shelf.language == "en" else "150%"


def _needed(shelf: Shelf, kind: str) -> Words:
    found = shelf.number("demand_needed", form="times", of=BOARD, roi=kind)
    if found.value is None or found.value != found.value:
        return phrase(shelf, "unreached", most=shelf.number("most", form="decimal", of=BOARD))
    return phrase(shelf, "times", times=found)


def pay_slide(shelf: Shelf) -> SlideSpec:
    """Return what people of each role earn, and what after-sales receives."""
    data = shelf.run.dataset
    heads = data["heads_planned"].sel(plan=RECOMMENDED).sum("month")
    roles = [str(role) for role in data["role"].values if float(heads.sel(role=role))]
    rows = tuple(
        (
            findings.short(str(data["role_title"].sel(role=role).item())),
            shelf.number("take_home", form="money_bare", plan=RECOMMENDED, role=role),
            shelf.number("take_home_p10", form="money_bare", plan=RECOMMENDED, role=role),
        )
        for role in roles
    )
    found = [shelf.number("take_home", form="money", plan=RECOMMENDED, role=role) for role in roles]
    low, high = (pick(found, key=lambda each: float(each.value or 0.0)) for pick in (min, max))
    names = tuple(head(shelf, name) for name in ("role", "pay", "bad_pay"))
    table = TableSpec(names, rows, (3.2, 1.8, 1.8))
    title = phrase(shelf, "pay_title", low=low, high=high)
    said = money_sides.after_sales(shelf)
    chart = plain_bars(shelf, [row[0] for row in rows], found, "pay_axis", word(shelf, "note_pay"))
    notes = (word(shelf, "note_pay"), drawn(shelf))
    body = (said,) if said else ()
    return SlideSpec(BESIDE, title, body, notes, (chart,), table, futures=own_futures(shelf))


def changed_slide(shelf: Shelf) -> SlideSpec:
    """Return what changed since an earlier run, the largest steps first."""
    data = shelf.answers[BRIDGE]
    shares = data["share"].sel(figure="mean")
    steps = sorted(map(str, data["step"].values), key=lambda step: -abs(float(shares.sel(step=step))))
    rows = tuple(
        (
            findings.short(str(data["step_what"].sel(step=step).item())),
            joined(
                [
                    shelf.number("share", form="money_bare_plus", of=BRIDGE, figure="mean", step=step),
                    shelf.number("share_se", form="error_bare", of=BRIDGE, figure="mean", step=step),
                ]
            ),
        )
        for step in steps[:STEPS]
    )
    move = shelf.number(
        "headline",
        form="money_plus",
        of=BRIDGE,
        figure="mean",
        run_side="new",
        minus={"run_side": "old"},
    )
    table = TableSpec((head(shelf, "step"), head(shelf, "moves_by")), rows, (8.0, 3.0))
    return SlideSpec(
        TABLE,
        phrase(shelf, "changed_title", move=move),
        (),
        (word(shelf, "note_changed"),),
        table=table,
        futures=answer_futures(shelf, BRIDGE),
    )
