"""Shares of flexible labour that a plan may choose: the case with one role's share changed (R149)."""

from __future__ import annotations

from collections.abc import Iterator

from model.inputs import Case
from model.plans import with_flexible

Shares = tuple[tuple[str, float], ...]
"""Role and share of its posts."""


def shares_of(case: Case) -> Shares:
    """Return the shares of flexible labour in force in the roles that have a choice."""
    roles = {name: case.roles[name].employment for name in case.choice.flexible}
    return tuple((name, float(terms.flexible)) for name, terms in roles.items() if terms is not None)


def versions(case: Case) -> Iterator[Case]:
    """Yield the case with another of the shares that one role may have, role by role (R149)."""
    now = dict(shares_of(case))
    for role in now:
        for share in case.choice.flexible[role]:
            if share != now[role]:
                yield with_flexible(case, {role: share})
