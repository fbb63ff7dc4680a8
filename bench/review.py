"""Is the verdict of a monthly review right? Histories with a planted truth: on plan, slow start, a partner lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.reviewing.choices import ways
from experiments.reviewing.figures import items
from experiments.reviewing.replicas import ONE_IN_20, Desk, Said, Truth, right
from model.load import load_case, load_plan

ROOT = Path(__file__).resolve().parent.parent
CASE, MONTHS, MARK = "ecosystem", 12, "month_18.users"
SEED, DRAWS, REPLICAS, ASKED = 7, 20_000, 200, 0.9
TRUTHS = (
    Truth("on plan"),
    Truth("slow start, demand at its 1-in-20 level", ONE_IN_20),
    Truth("first insurer lost in month 10", lost={"insurer_1": 10}),
)


def desk(draws: int = DRAWS) -> Desk:
    """Return the ecosystem's recommended plan a year after its start, with the shipped plans to switch to."""
    folder = ROOT / "data" / "cases" / CASE
    case = load_case(folder)
    plan = load_plan(ROOT / "tests" / "data" / "recommended.toml", case)
    others = {name: load_plan(folder / "plans" / f"{name}.toml", case) for name in ("documents", "lean", "bold")}
    return Desk(case, ways(case, plan, others, MONTHS), items(case, plan), MONTHS, MARK, SEED, draws)


def rows() -> list[dict[str, Any]]:
    """Return the share of right verdicts for each truth."""
    asked = desk()
    out = []
    for truth in TRUTHS:
        said = asked.reviews(truth, REPLICAS)
        share = sum(right(truth, one) for one in said) / REPLICAS
        print(f"  {truth.name}: {_told(said)}", flush=True)
        name = f"review, {REPLICAS} histories, {truth.name}: verdict right"
        out.append({"name": name, "value": share, "unit": "share", "reach": ASKED, "better": "higher"})
    return out


def _told(said: Sequence[Said]) -> str:
    count = len(said)
    off = sum(any(one.demand) for one in said) / count
    lost = sum(bool(one.partners) for one in said) / count
    verdicts = {word: sum(one.verdict == word for one in said) for word in ("keep", "open", "switch")}
    now = sum(one.now for one in said) / count
    power = sum(one.power for one in said) / count
    told = f"demand lights in {off:.1%}, partner lights in {lost:.1%}, verdicts {verdicts}"
    return f"{told}, chance of {MARK} {said[0].planned:.2f} → {now:.2f}, power {power:.2f}"
