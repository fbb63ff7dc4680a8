"""Histories with a planted truth, reviewed one by one: is the verdict of a review right?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from experiments.reviewing import judging, seen
from experiments.reviewing.choices import KEEP
from experiments.reviewing.figures import Item
from experiments.reviewing.futures import Facts, Hidden, Sample, hidden_normals, simulate
from experiments.reviewing.lights import lights
from experiments.reviewing.weights import Around, weigh
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.simulate import VERDICT

STAGE = "history"
FIXED = 1e-9
"""Sd of a normal that is planted: a law has a root, so it is never quite 0."""
ONE_IN_20 = -1.6448536269514722


@dataclass(frozen=True)
class Truth:
    """A planted truth: how many sd all demand levels together lie from their middle, and which partners are lost when.

    Market, its steps, lines and partners share the shift in the direction that reaches it with the least surprise.
    Monthly noise, vacancies, complaints and all else stay as chance deals them. Partners that are not lost stay.
    """

    name: str
    shift: float = 0.0
    lost: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What one review said: its verdict, the demand lights and partners off, a mark's chance as planned and now.

    power : of the likelihood, below 1 where futures were too few
    """

    verdict: str
    demand: tuple[int, ...]
    partners: tuple[str, ...]
    planned: float
    now: float
    power: float


def right(truth: Truth, said: Said) -> bool:
    """Tell whether a review said what was planted, as it was set down beforehand (R179).

    On plan: the plan is kept, no light on demand or a partner. Slow: a light on demand below its range, no partner, and
    the milestone's chance fell. Lost: a light on exactly the partners that are lost, and the chance fell.
    """
    fell = said.now < said.planned
    if truth.lost:
        return set(said.partners) == set(truth.lost) and fell
    if truth.shift < 0:
        return -1 in said.demand and 1 not in said.demand and not said.partners and fell
    return said.verdict != "switch" and not any(said.demand) and not said.partners


class Desk:
    """A plan under review: its futures and its ways to go on, drawn once for many histories.

    Parameters
    ----------
    mark : "GATE.CRITERION" whose chance is followed
    scenarios : N futures; too few for a history are weighed with a wider error instead of being drawn anew
    """

    def __init__(
        self, case: Case, ways: Mapping[str, Plan], items: list[Item], months: int, mark: str, seed: int, scenarios: int
    ) -> None:
        self.case, self.ways, self.items, self.months, self.mark = case, ways, items, months, mark
        self.seed, self.scenarios = seed, scenarios
        self.plan = ways[KEEP]
        self.prior = self.futures(Facts({}, {}))
        _, self.middle, _ = judging.stated(self.prior.figures)
        marks = judging.meets(case, self.plan, items, self.prior, None)
        self.planned = float(marks[mark].mean())

    def futures(self, facts: Facts) -> Sample:
        """Return futures of all ways with what is known of partners set."""
        draws = (self.seed, VERDICT, self.scenarios)
        return simulate(self.case, self.ways, self.items, self.months, draws, facts)

    def histories(self, truth: Truth, wanted: int) -> Floats:
        """Return histories of a planted truth, (item, month, history), on draws that no review sees."""
        hidden = hidden_normals(self.case, self.plan, self.months)
        spread = np.array([0.0 if one.name.endswith(".noise") else FIXED for one in hidden])
        law = Around(planted(self.case, hidden, truth.shift), np.diag(np.where(spread > 0, spread, 1.0)))
        starts = {name: one.start for part in self.plan.lines.values() for name, one in part.partners.items()}
        stays = [name for name, start in starts.items() if start <= self.months and name not in truth.lost]
        facts = Facts(truth.lost, dict.fromkeys(stays, self.months))
        draws = (self.seed, STAGE, wanted)
        found = simulate(self.case, {KEEP: self.plan}, self.items, self.months, draws, facts, law)
        return found.figures

    def review(self, base: Sample, actual: Floats) -> Said:
        """Return what a review says of a history, actual : (item, month); marks are left to be known from months."""
        own = actual.copy()
        own[[index for index, item in enumerate(self.items) if item.kind == "gates"]] = np.nan
        logs, _ = seen.likelihood(self.items, base, own, self.middle)
        weighed = weigh(logs)
        chosen = judging.choose(base.npv, base.leaving, weighed.weights)
        found = lights(self.items, base.figures, own)
        return Said(
            chosen.verdict,
            tuple(light.side for light in found if light.key.startswith("demand")),
            tuple(light.key.split(".")[1] for light in found if light.key.startswith("partner.") and light.side),
            self.planned,
            float(judging.meets(self.case, self.plan, self.items, base, own)[self.mark] @ weighed.weights),
            weighed.power,
        )

    def reviews(self, truth: Truth, wanted: int) -> list[Said]:
        """Return what reviews say of so many histories of a planted truth."""
        histories = self.histories(truth, wanted)
        base = self.futures(Facts(truth.lost, {})) if truth.lost else self.prior
        return [self.review(base, histories[:, :, number]) for number in range(wanted)]


def planted(case: Case, hidden: list[Hidden], shift: float) -> Floats:
    """Return the hidden normals that shift a partner's demand by so many of its own sd, (normal,), noise at 0."""
    laws = case.uncertainty
    kinds = {"market.level": laws.level, "market.drift": laws.drift}
    sizes = []
    for one in hidden:
        own = laws.line if one.name.startswith("line.") else laws.partner
        sizes.append(0.0 if one.name.endswith(".noise") else float(kinds.get(one.name, own)))
    whole = np.sqrt(sum(float(size) ** 2 for size in (*kinds.values(), laws.line, laws.partner)))
    return shift * np.array(sizes) / (whole if whole > 0 else 1.0)
