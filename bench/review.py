"""Is the verdict of a monthly review right? Histories with a planted truth: on plan, slow, a partner lost, hopeless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.reviewing.choices import ways
from experiments.reviewing.figures import items
from experiments.reviewing.looks import FALSE
from experiments.reviewing.replicas import ONE_IN_20, Desk, Said, Truly, Truth, faults
from model.load import load_case, load_plan

ROOT = Path(__file__).resolve().parent.parent
CASE, MONTHS, MARK = "ecosystem", 12, "month_18.users"
FAR = -2.5
SEED, DRAWS, AGAIN, REPLICAS, ASKED = 7, 4_000, 4_000, 200, 0.9
TRUTHS = (
    Truth("on plan, levels by the case's own laws"),
    Truth("slow start, demand at its 1-in-20 level", ONE_IN_20),
    Truth("first insurer lost in month 10", lost={"insurer_1": 10}),
    Truth("demand 2.5 sd down, so that ending is better", FAR),
)


def desk(draws: int = DRAWS) -> Desk:
    """Return the ecosystem's recommended plan a year after its start, with the shipped plans to switch to."""
    folder = ROOT / "data" / "cases" / CASE
    case = load_case(folder)
    plan = load_plan(ROOT / "tests" / "data" / "recommended.toml", case)
    others = {name: load_plan(folder / "plans" / f"{name}.toml", case) for name in ("documents", "lean", "bold")}
    return Desk(case, ways(case, plan, others, MONTHS), items(case, plan), MONTHS, MARK, (SEED, draws, AGAIN))


def rows() -> list[dict[str, Any]]:
    """Return the share of reviews without fault for each truth, and of false red lights on plan."""
    asked = desk()
    out = []
    for truth in TRUTHS:
        found = asked.reviews(truth, REPLICAS)
        wrong = [faults(truth, said, truly) for said, truly in found]
        print(f"  {truth.name}: {_told(found, wrong)}", flush=True)
        name = f"review, {REPLICAS} histories, {truth.name}: nothing wrong"
        share = sum(not each for each in wrong) / REPLICAS
        out.append({"name": name, "value": share, "unit": "share", "reach": ASKED, "better": "higher"})
        if truth == TRUTHS[0]:
            name = f"review, {REPLICAS} histories, {truth.name}: any red light in month {MONTHS}"
            red = sum(said.red for said, _ in found) / REPLICAS
            out.append({"name": name, "value": red, "unit": "share", "reach": FALSE, "better": "lower"})
    return out


def _told(found: Sequence[tuple[Said, Truly]], wrong: Sequence[Sequence[str]]) -> str:
    said, count = [one for one, _ in found], len(found)
    shares = {
        "demand lights": sum(any(one.demand) for one in said),
        "red lights": sum(one.red for one in said),
        "partner lights": sum(bool(one.partners) for one in said),
        "too few futures": sum(one.power < 1 for one in said),
    }
    lit = ", ".join(f"{name} in {value / count:.1%}" for name, value in shares.items())
    verdicts = dict(Counter(f"{one.verdict} {one.best}" for one in said))
    best, faulty = dict(Counter(one.best for _, one in found)), dict(Counter(name for each in wrong for name in each))
    now = sum(one.now for one in said) / count
    told = f"{lit}; verdicts {verdicts}, truly best {best}, faults {faulty}"
    return f"{told}, chance of {MARK} {said[0].planned:.2f} → {now:.2f}"
