"""What a limit is called where people read it: phases by their months, roles, lines and the like by their titles."""

from __future__ import annotations

import re

from experiments.running.input_words import phase_label
from model.inputs import Case

BETWEEN = re.compile(
    r"( of closed line | of | in | as | to | at | if held at | there by the end of | signed$| closed$)"
)
"""Words between the parts of a limit's name."""
OWN = ("heads", "work", "budget", "months", "investment", "coverage", "cost", "answer")
"""Parts that are our own words, whatever a case calls its roles."""


def limit_title(case: Case, name: str) -> str:
    """Return the name of a limit with each id of the case written as what it is called.

    Examples
    --------
    "work of bd in mvp" is "work of Partner business development in Jan 2027 – Jun 2027".
    """
    called = _called(case)
    return "".join(called.get(part, part) for part in BETWEEN.split(name))


def phase_title(case: Case, phase: str) -> str:
    """Return a phase, by its id, as its calendar months."""
    return _called(case).get(phase, phase)


def _called(case: Case) -> dict[str, str]:
    called = {name: gate.title for name, gate in case.gates.items()}
    called |= {partner.id: partner.title for partner in case.partners}
    called |= {name: mode.title for name, mode in case.modes.items()}
    called |= {name: line.title for name, line in case.lines.items()}
    called |= {name: role.title for name, role in case.roles.items()}
    called = {key: title for key, title in called.items() if key not in OWN}
    return called | {phase.id: phase_label(case, index) for index, phase in enumerate(case.phases)}
