"""With whom a plan works: how many were considered, who is tried before a contract, who is assumed, who is declined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.board.milestones import BOARD
from reports.board.nobody_yet import seats_on_condition
from reports.board.phrases import begun, counted, listed, phrase, sentences, word
from reports.board.specs import TABLE, SlideSpec, TableSpec, Words
from reports.cited import Cited, Says, Shelf
from reports.forms import NAME, PASSAGE
from reports.words import is_number

PARTS = ("partners", "declined")
"""Parts of a plan that hold those it works with and those it does not."""
COLUMNS = ("partner", "contract", "trial_from", "trial_passed")
TOLD = ("start", "contract")
"""What a run tells of a partner since its start and contract are told."""
STAFFED, BARE = "unsigned_staffed", "unsigned_bare"
"""Options of the question board: nobody comes of those who are only assumed, with the line's own team and without."""
Row = tuple[Says, ...]


def partners(shelf: Shelf, below: bool = False) -> Says | None:
    """Return how many were considered, whom the plan tries or signs, whom it assumes and whom it declines (R200).

    Parameters
    ----------
    below : whether a table below names those whom it tries or signs
    """
    told = [(part, place, row) for part in PARTS for place, row in enumerate(_rows(shelf, part))]
    if not told:
        return None
    kinds = ("try" if _is_tried(shelf) else "sign", "assume", "decline", "do_without")
    groups: dict[str, list[Words]] = {kind: [] for kind in kinds}
    for part, place, row in told:
        named = bool(row.get("named", True))
        kind = (kinds[0] if named else "assume") if part == PARTS[0] else "decline" if named else "do_without"
        groups[kind].append(shelf.told(f"/plan/{part}/{place}/title", NAME))
    said = [
        begun(_done(shelf, f"{kind}_below" if below and kind == kinds[0] else kind, names))
        for kind, names in groups.items()
        if names
    ]
    considered = phrase(shelf, "considered_one" if len(told) == 1 else "considered", count=counted(shelf, len(told)))
    return sentences(shelf, [begun(considered), *said, seats_on_condition(shelf)])


def _done(shelf: Shelf, kind: str, names: Sequence[Words]) -> Says:
    """Return what is done with whom."""
    count = counted(shelf, len(names))
    return phrase(shelf, kind, count=count, **({} if kind.endswith("_below") else {"names": listed(shelf, names)}))


def _rows(shelf: Shelf, part: str) -> Sequence[Mapping[str, Any]]:
    return shelf.run.info["plan"].get(part) or ()


def _is_tried(shelf: Shelf) -> bool:
    """Whether a partner signs only after a trial."""
    return bool(shelf.case.get("trial"))


def terms(shelf: Shelf) -> tuple[Row, ...]:
    """Return a table of the plan's named partners: contract, first month, chance to pass; nothing where none is told.

    The first month is the trial's: the contract follows when it is passed (R200). Who is only assumed has no row:
    nobody is there to try (R226).
    """
    rows = {place: row for place, row in enumerate(_rows(shelf, PARTS[0])) if row.get("named", True)}
    if not rows or not all(name in row for row in rows.values() for name in TOLD):
        return ()
    columns = COLUMNS if _known(shelf) else COLUMNS[:-1]
    return (
        tuple(Says((_head(shelf, name),)) for name in columns),
        *(tuple(_cell(shelf, place, name) for name in columns) for place in rows),
    )


def _head(shelf: Shelf, column: str) -> str:
    return word(shelf, "terms_from" if column == "trial_from" and not _is_tried(shelf) else f"terms_{column}")


def _known(shelf: Shelf) -> bool:
    """Whether an answer tells the chance of each of the plan's named partners to pass its trial."""
    data = shelf.answers.get(BOARD)
    told = {str(row.get("id", "")) for row in _rows(shelf, PARTS[0]) if row.get("named", True)}
    return data is not None and "trial_passed" in data and told <= set(map(str, data["partner"].values))


def _cell(shelf: Shelf, place: int, column: str) -> Says:
    pointer = f"/plan/{PARTS[0]}/{place}"
    if column == "trial_from":
        return Says((shelf.told(f"{pointer}/start", "month"),))
    if column == "trial_passed":
        partner = str(_rows(shelf, PARTS[0])[place]["id"])
        return Says((shelf.number("trial_passed", "mean", "percent_fine", of=BOARD, partner=partner, when="now"),))
    if column == "contract":
        return Says((shelf.told(f"{pointer}/{column}", PASSAGE),))
    return Says((shelf.told(f"{pointer}/title", NAME),))


def trial(shelf: Shelf) -> Says | None:
    """Return the trial that the plan assumes, and from when the contract counts (R17); None without trials."""
    months = shelf.case.get("costs", {}).get("trial_months")
    if not _is_tried(shelf) or not is_number(months):
        return None
    users, again = shelf.assumed("/trial/users/value", "count"), shelf.case["trial"]["retries"]
    repeated = phrase(shelf, "trial_again", again=shelf.assumed("/trial/retries", "count")) if again else ""
    launch = shelf.case["readings"]["revenue_before_signature"] == "launch_contracts"
    term = word(shelf, "term_from_trial" if launch else "term_from_signature")
    months_told = shelf.assumed("/costs/trial_months", "count")
    return phrase(shelf, "trial", users=users, months=months_told, repeated=repeated, term=term)


def unsigned(shelf: Shelf) -> Says | None:
    """Return what is left of the plan if nobody comes of those it only assumes, None where nobody asked (R230)."""
    data = shelf.answers.get(BOARD)
    names = [
        shelf.told(f"/plan/{PARTS[0]}/{place}/title", NAME)
        for place, row in enumerate(_rows(shelf, PARTS[0]))
        if not row.get("named", True)
    ]
    if data is None or not names or "option" not in data.coords or STAFFED not in data["option"].values:
        return None
    bare = phrase(shelf, BARE, **_left(shelf, BARE)) if BARE in data["option"].values else ""
    own = shelf.number("npv", "mean", "money_plus", of=BOARD, option="as_it_is")
    futures = shelf.number("futures", form="count", of=BOARD)
    listed_names = listed(shelf, names)
    return phrase(shelf, "unsigned", names=listed_names, bare=bare, own=own, futures=futures, **_left(shelf, STAFFED))


def _left(shelf: Shelf, option: str) -> dict[str, Cited]:
    return {
        "mean": shelf.number("npv", "mean", "money_plus", of=BOARD, option=option),
        "loss": shelf.number("npv", "chance_below 0", "percent", of=BOARD, option=option),
    }


def partner_slide(shelf: Shelf) -> SlideSpec | None:
    """Return the slide of the plan's partners: contract, first month, chance to pass; None where none is told."""
    rows = terms(shelf)
    if not rows:
        return None
    table = TableSpec(rows[0], rows[1:], (3.2, 5.0, 1.4, 1.6)[: len(rows[0])])
    title = phrase(shelf, "partner_title" if _is_tried(shelf) else "partner_signed")
    body = tuple(part for part in (partners(shelf, below=True), trial(shelf)) if part is not None)
    return SlideSpec(TABLE, title, body, (), table=table)
