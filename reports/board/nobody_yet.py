"""Partners that a plan only assumes, for nobody has signed: how many a mark counts, and which seats hang on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.board.phrases import counted, listed, phrase
from reports.cited import Says, Shelf, joined
from reports.forms import NAME


def with_partners(shelf: Shelf, named: bool) -> Sequence[Mapping[str, Any]]:
    """Return the plan's partners that a document names, or those that it only assumes (R220)."""
    rows = shelf.run.info.get("plan", {}).get("partners") or ()
    return [row for row in rows if bool(row.get("named", True)) == named]


def counting(shelf: Shelf, month: int, wanted: float) -> Says | str:
    """Return how many of those whose trial begins by a month nobody has signed, and whether the mark needs them (R226).

    Parameters
    ----------
    wanted : partners that the mark asks for
    """
    named, assumed = (
        sum(int(row.get("start", month + 1)) <= month for row in with_partners(shelf, each)) for each in (True, False)
    )
    if not assumed:
        return ""
    needed = named < wanted <= named + assumed
    return phrase(shelf, "counting_needed" if needed else "counting", count=counted(shelf, assumed))


def seats_on_condition(shelf: Shelf) -> Says | None:
    """Return the seats of lines whose every partner is only assumed: their money waits for a signature (R226)."""
    line_of = {partner.id: partner.line for partner in shelf.run.case.partners}
    assumed, named = ({line_of.get(str(row.get("id"))) for row in with_partners(shelf, each)} for each in (False, True))
    waiting = assumed - named - {None}
    seats = [
        joined([shelf.told(f"/plan/roles/{place}/title", NAME), _steps(shelf, place, row["heads"])], ": ")
        for place, row in enumerate(shelf.run.info.get("plan", {}).get("roles") or ())
        if row["line"] in waiting and any(row["heads"])
    ]
    return phrase(shelf, "seats_on_condition", seats=joined(seats, "; ")) if seats else None


def _steps(shelf: Shelf, place: int, heads: Sequence[int]) -> Says:
    """Return the heads of one role from month to month."""
    new = [phase for phase, count in enumerate(heads) if count != (heads[phase - 1] if phase else 0)]
    return listed(
        shelf,
        [
            phrase(
                shelf,
                "heads",
                count=shelf.told(f"/plan/roles/{place}/heads/{phase}", "count"),
                month=shelf.told(f"/plan/phases/{phase}/first_month", "month"),
            )
            for phase in new
        ],
    )
