"""What a decision memo says, in its order: headings, sentences, one table and one picture, each number cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from model.versions import APPROVED, SUPERSEDED
from reports.board import findings
from reports.board.findings import is_idle
from reports.board.gains import facts, without_heads
from reports.board.memo_words import memo_says, memo_word
from reports.board.milestones import BOARD, known, milestone_told, missed, unit_gates, waits
from reports.board.money_sides import bridge_cash, bridge_figures, by_phase, first_phase
from reports.board.moved import BRIDGE, CHANGES, moved
from reports.board.partnering import partners, terms, trial
from reports.board.phrases import calibrated, sentences, word
from reports.board.rivals import NEXT_HEAD, NOTHING, plan_name, rivals
from reports.board.since_slide import since
from reports.board.turning import SENSITIVITY, ends
from reports.board.weighed import SCENARIOS
from reports.cited import Cited, Says, Shelf, joined
from reports.drawing import RECOMMENDED
from reports.status import status_of

QUESTIONS = (BOARD, SENSITIVITY, NEXT_HEAD, SCENARIOS, CHANGES, BRIDGE)
"""Questions whose stored answers a memo quotes."""
MOST_RIVALS, MOST_GATES = 4, 4
"""Other plans and milestones that a memo of two pages has room for."""
EARNED = (("gain", "typical"), ("unsigned",), ("loss", "weighed"), ("readings",), ("cash",), ("after_sales",))
BESIDE = (("runner_up",), ("second_path", "unfound"), ("next_head",))
PARTNER_SHARES = (0.27, 0.45, 0.14, 0.14)
"""Widths of the columns that tell of partners."""
Kind = Literal["title", "soft", "heading", "lead", "text", "bullet", "small"]
Row = tuple[Says, ...]


@dataclass(frozen=True)
class Line:
    """A paragraph and what it is."""

    kind: Kind
    says: Says


@dataclass(frozen=True)
class Table:
    """Plans beside each other, or amounts that add up; the first row holds the titles of the columns.

    shares : widths of the columns; strong, words : first rows that stand out, first columns that hold words
    """

    rows: tuple[Row, ...]
    shares: tuple[float, ...] = (0.32, 0.14, 0.12, 0.1, 0.09, 0.11, 0.12)
    strong: int = 2
    words: int = 1


@dataclass(frozen=True)
class Picture:
    """Where the picture of the plan's cash stands, and what it shows."""

    caption: Says


Block = Line | Table | Picture


def memo(shelf: Shelf) -> list[Block]:
    """Return the blocks of a memo in their order; what a run does not know is left out."""
    return [*_asked(shelf), *_earned(shelf), *_turns(shelf), *_gates(shelf), *_decides(shelf)]


def mark(shelf: Shelf) -> str:
    """Return what stands above every page: that nobody approved the run, or that it is superseded."""
    found = status_of(shelf.run)
    if found.word == APPROVED:
        return ""
    return memo_word(shelf, "replaced" if found.word == SUPERSEDED else "not_approved")


def _line(kind: Kind, said: Says | Cited | str) -> Line:
    return Line(kind, said if isinstance(said, Says) else Says((said,)))


def _asked(shelf: Shelf) -> Iterator[Block]:
    run = shelf.run
    yield _line("title", memo_says(shelf, "title", title=shelf.told("/title")))
    reading = word(shelf, str(run.dataset.attrs["salary_reading"]))
    date = status_of(run).date
    yield _line("soft", memo_says(shelf, "basis", date=date, calibration=calibrated(shelf), reading=reading))
    told = findings.story(shelf)
    yield _line("heading", memo_word(shelf, "asks"))
    yield _line("lead", sentences(shelf, [told["decision"]]))
    if is_idle(shelf):
        return
    rows = terms(shelf)
    yield from _lines(shelf, "text", told["money"], partners(shelf, bool(rows)))
    if rows:
        yield Table(rows, PARTNER_SHARES[: len(rows[0])], 1, 2)
        yield from _lines(shelf, "soft", trial(shelf))
    parts = [part for part in (since(shelf), moved(shelf)) if part is not None]
    yield from [_line("text", sentences(shelf, parts))] if parts else []


def _lines(shelf: Shelf, kind: Kind, *said: Says | None) -> Iterator[Line]:
    """Yield a line for each finding that is known."""
    yield from (_line(kind, sentences(shelf, [each])) for each in said if each is not None)


def _earned(shelf: Shelf) -> Iterator[Block]:
    told = findings.story(shelf)
    if not is_idle(shelf):
        yield _line("heading", memo_word(shelf, "earns"))
        yield from _bullets(shelf, told, EARNED)
        yield from (_line("soft", sentences(shelf, [told["error"]])) for _ in range("error" in told))
        yield Picture(memo_says(shelf, "cash"))
        yield from _bridge(shelf)
    yield _line("heading", memo_word(shelf, "rivals"))
    yield from _bullets(shelf, told, BESIDE)
    yield from _lines(shelf, "bullet", without_heads(shelf))
    yield _line("soft", memo_word(shelf, "units"))
    yield Table((_titles(shelf), *(_row(shelf, plan) for plan in _plans(shelf))))


def _bullets(shelf: Shelf, told: Mapping[str, Says], groups: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Yield a bullet for each group of findings of which something is known."""
    for keys in groups:
        parts = [told[key] for key in keys if key in told]
        yield from [_line("bullet", sentences(shelf, parts))] if parts else []


def _bridge(shelf: Shelf) -> Iterator[Block]:
    """Yield the amounts that lead from the budget asked to the result, and why so little cash is needed for them."""
    figures = bridge_figures(shelf)
    if not figures:
        return
    yield _line("heading", memo_word(shelf, "bridge"))
    months = shelf.assumed("/clock/months", "count")
    yield _line("soft", memo_says(shelf, "bridge_units", months=months))
    titles = tuple(Says((memo_word(shelf, f"bridge_{name}"),)) for name in figures)
    yield Table((titles, tuple(Says((figure,)) for figure in figures.values())), (1 / len(figures),) * len(figures))
    parts = [part for part in (bridge_cash(shelf), first_phase(shelf), by_phase(shelf)) if part is not None]
    yield from [_line("text", sentences(shelf, parts))] if parts else []


def _plans(shelf: Shelf) -> list[str]:
    last = [NOTHING] if NOTHING in shelf.run.dataset["plan"].values and not is_idle(shelf) else []
    return [RECOMMENDED, *rivals(shelf)[:MOST_RIVALS], *last]


def _titles(shelf: Shelf) -> Row:
    keys = ("plan", "heads", "average", "bad", "loss", "need", "less")
    return tuple(Says((memo_word(shelf, key),)) for key in keys)


def _row(shelf: Shelf, plan: str) -> Row:
    place = next(place for place, row in enumerate(shelf.run.info["comparison"]) if row["plan"] == plan)
    count = len(shelf.run.info["comparison"][place]["heads"])
    heads = [shelf.told(f"/comparison/{place}/heads/{phase}", "count") for phase in range(count)]
    mean, error = (shelf.number("npv", key, form, plan=plan) for key, form in _AVERAGE)
    bad = shelf.number("npv", "p05", "money_bare_plus", plan=plan)
    loss = shelf.number("npv", "chance_below 0", "percent", plan=plan)
    need = shelf.number("peak_cash", "p50", "money_bare_size", plan=plan)
    less: Cited | str = "–"
    if plan != RECOMMENDED:
        less = shelf.number("npv", "mean", "money_bare_plus", plan=plan, minus={"plan": RECOMMENDED})
    named, path, average = plan_name(shelf, plan), joined(heads, "\u00a0→ "), joined([mean, error], "\u00a0")
    return (Says((named,)), path, average, *(Says((cell,)) for cell in (bad, loss, need, less)))


_AVERAGE = (("mean", "money_bare_plus"), ("mean_se", "error_bare"))


def _turns(shelf: Shelf) -> Iterator[Block]:
    yield _line("heading", memo_word(shelf, "turns"))
    first = findings.flip(shelf)
    said = [sentences(shelf, [first, findings.turn(shelf)])] if first is not None else []
    yield from (_line("bullet", reason) for reason in (*said, ends(shelf)))
    yield from _lines(shelf, "bullet", facts(shelf))


def _gates(shelf: Shelf) -> Iterator[Block]:
    names = list(unit_gates(shelf))[:MOST_GATES]
    if names:
        yield _line("heading", memo_word(shelf, "gates" if waits(shelf) else "gates_free"))
        yield from (_line("bullet", sentences(shelf, milestone_told(shelf, name))) for name in names)
        if known(shelf):
            yield _line("text", sentences(shelf, [missed(shelf)]))


def _decides(shelf: Shelf) -> Iterator[Block]:
    told, run = findings.story(shelf), shelf.run
    yield _line("heading", memo_word(shelf, "decides"))
    parts = [told.get(key) for key in ("status", "roi", "calibration")]
    yield from (_line("bullet", sentences(shelf, [part])) for part in parts if part is not None)
    yield _line("heading", memo_word(shelf, "sources"))
    futures = shelf.told("/scenarios", "count")
    yield _line("small", memo_says(shelf, "from", run=run.path.name, mark=run.hash[:12], futures=futures))
