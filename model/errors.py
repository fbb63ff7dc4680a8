"""What can go wrong, as a drawn tree: every error says what, where, found, allowed and how to mend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from model.texts import visible

MOST_FINDINGS = 50


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, with its place and its mend.

    Examples
    --------
    >>> print(Finding("E-UNIT", "case.toml: clock.discount", "wrong unit", "CNY", "share/year", "give a yearly rate"))
    E-UNIT  case.toml: clock.discount: wrong unit; found CNY; allowed share/year; mend: give a yearly rate
    """

    code: str
    where: str
    what: str
    found: str = ""
    allowed: str = ""
    fix: str = ""

    def __str__(self) -> str:
        parts = [f"{self.code}  {self.where}: {self.what}"]
        parts += [
            f"{word} {text}"
            for word, text in (("found", self.found), ("allowed", self.allowed), ("mend:", self.fix))
            if text
        ]
        return visible("; ".join(parts))


class HeadcastError(Exception):
    """An error a person can act on; `exit_code` is what the command line ends with."""

    exit_code = 1

    def __init__(self, findings: Finding | Sequence[Finding]) -> None:
        self.findings = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__(self.text())

    def text(self) -> str:
        """Return all findings, one a line, at most 50 of them."""
        lines = [str(f) for f in self.findings[:MOST_FINDINGS]]
        if len(self.findings) > MOST_FINDINGS:
            lines.append(f"… and {len(self.findings) - MOST_FINDINGS} more")
        return "\n".join(lines)


class InputError(HeadcastError):
    """Something in a case, plan or argument is not allowed (exit 2)."""

    exit_code = 2


class ProofError(HeadcastError):
    """A result was found but its proof does not hold: no certificate or no optimum (exit 3)."""

    exit_code = 3


class InfeasibleError(HeadcastError):
    """No plan keeps all the rules of the case (exit 4)."""

    exit_code = 4


class MachineError(HeadcastError):
    """The machine refuses: disk, memory, lock, missing software (exit 5)."""

    exit_code = 5


class DamagedError(HeadcastError):
    """A stored run is incomplete or was changed after it was written (exit 6)."""

    exit_code = 6


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return a question with the nearest allowed name, or nothing.

    Examples
    --------
    >>> nearest("sverance", ["severance", "ramp"])
    'did you mean severance?'
    """
    near = get_close_matches(name, list(allowed), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""
