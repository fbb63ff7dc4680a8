"""The warning that every output of a case carries, and the inputs that keep an illustrative one alive."""

from __future__ import annotations

from model.case_numbers import numbers
from model.inputs import Case

MARK = "illustrative"


def illustrative(case: Case) -> list[str]:
    """Return the keys of the guesses whose note begins with the word: nobody has replaced them yet."""
    found = numbers(case.model_dump(mode="json", exclude_none=True))
    return [
        name for name, number in found.items() if number.origin == "guess" and number.source.lower().startswith(MARK)
    ]


def banner(case: Case) -> str:
    """Return the case's warning; one that calls the case illustrative goes when its last such input is replaced.

    Examples
    --------
    See tests/test_banners.py: the shipped case of document 002 loses its banner with its last illustrative guess.
    """
    if not case.banner.lower().startswith(MARK):
        return case.banner
    left = illustrative(case)
    if not left:
        return ""
    others = f" and {len(left) - 1} more" if len(left) > 1 else ""
    return f"{case.banner} Still so: {left[0]}{others}."
