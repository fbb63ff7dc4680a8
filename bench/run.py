"""Measure what is asked to be fast and write bench/results.json: rows of name, value, unit, reach and better.

A benchmark is never a timed test: it says what this machine gives, beside what is asked for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bounds
import certificates
import choice
import conflicts
import ladder
import ranking
import review
import risk
import tabulation

HERE = Path(__file__).resolve().parent
PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    part.__name__: part.rows
    for part in (ladder, tabulation, conflicts, choice, ranking, review, risk, certificates, bounds)
}
"""The quick ones first: what was measured is written after each part, so that an end in between loses one part only."""


def main(wanted: Sequence[str]) -> None:
    """Run every benchmark, or those named, show its rows and write them."""
    found: list[dict[str, Any]] = []
    for name in wanted or PARTS:
        for row in PARTS[name]():
            sign = "≤" if row["better"] == "lower" else "≥"
            print(f"{row['name']}: {row['value']:.3g} {row['unit']} (asked {sign} {row['reach']:g})", flush=True)
            found.append(row)
        (HERE / "results.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
