"""Measure what is asked to be fast and write bench/results.json: rows of name, value, unit, reach and better.

A benchmark is never a timed test: it says what this machine gives, beside what is asked for.
"""

from __future__ import annotations

import json
from pathlib import Path

import bounds
import certificates
import choice
import conflicts
import ladder
import risk
import tabulation

HERE = Path(__file__).resolve().parent
ROWS = (ladder.rows, tabulation.rows, certificates.rows, bounds.rows, risk.rows, conflicts.rows, choice.rows)


def main() -> None:
    """Run every benchmark, show its rows and write them."""
    found = [row for rows in ROWS for row in rows()]
    for row in found:
        sign = "≤" if row["better"] == "lower" else "≥"
        print(f"{row['name']}: {row['value']:.3g} {row['unit']} (asked {sign} {row['reach']:g})")
    (HERE / "results.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
