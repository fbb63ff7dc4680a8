"""Histories with a planted truth, reviewed one by one: is the verdict of a review right?"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from experiments.comparing.pairs import MATERIALITY
from experiments.reviewing import beliefs, judging, seen
from experiments.reviewing.anew import Asked, same_now, telling
from experiments.reviewing.beliefs import Changed
from experiments.reviewing.choices import KEEP
from experiments.reviewing.figures import Item
from experiments.reviewing.futures import Facts, Hidden, Sample, hidden_normals, simulate
from experiments.reviewing.judging import Choice
from experiments.reviewing.lights import assumptions, lights
from experiments.reviewing.looks import Looks, looks
from experiments.reviewing.weights import Around, Weighed
from model.inputs import Case
from model.ledger import Floats
from model.plans import Plan
from model.simulate import VERDICT

LOG = logging.getLogger(__name__)
STAGE, TRUTH = "history", "truth"
DRAWS, TOGETHER = 4096, 32
"""Draws that tell what is truly best under planted levels; so many histories with levels of their own share them."""
FIXED = 1e-9
"""Sd of a normal that is planted: a law has a root, so it is never quite 0."""
SHOWN = 2.0
"""Sampling errors from which on a true chance is shown to lie beside the plan's."""
ONE_IN_20 = -1.6448536269514722


@dataclass(frozen=True)
class Truth:
    """A planted truth: how many sd all demand levels together lie from their middle, and which partners are lost when.

    Market, its steps, lines and partners share the shift in the direction that reaches it with the least surprise;
    without a shift each history has levels of its own, by the case's laws. Monthly noise, vacancies, complaints and all
    else stay as chance deals them. Partners that are not lost stay.
    """

    name: str
    shift: float | None = None
    lost: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What one review said: verdict and the way it means, lights on demand and partners, whether any light is red.

    best : way to switch to, `KEEP` where none is to be, "" where too few futures leave it open
    planned, now : chance of a mark
    demand_moved, losses_moved : belief after less before: mean log level of demand, partners lost in a year
    power : of the likelihood, below 1 where futures were too few
    """

    verdict: str
    best: str
    demand: tuple[int, ...]
    partners: tuple[str, ...]
    red: bool
    planned: float
    now: float
    demand_moved: float
    losses_moved: float
    power: float


@dataclass(frozen=True)
class Truly:
    """What is so under what was planted: the best way, the chance of the mark, and the sampling error of that chance.

    best : a way that gains less than what matters is no reason to leave the plan
    """

    best: str
    chance: float
    error: float = 0.0

    def side(self, planned: float) -> int:
        """Return on which side of the plan's chance the true one lies, 0 where that is not shown."""
        away = self.chance - planned
        return 0 if abs(away) <= SHOWN * self.error else int(np.sign(away))


def faults(truth: Truth, said: Said, truly: Truly) -> list[str]:
    """Return what a review said wrong, as it was set down beforehand (R179): light, belief, milestone, choice.

    On plan: no red light at all. Slow: a light on demand below its range, none above, none on a partner; the belief on
    demand fell. Lost: lights on exactly the partners that are lost, the belief on losses rose. Both: the milestone's
    chance moved to the side on which it truly is. All: switched to what is truly best, and kept where keeping is.
    """
    below = -1 in said.demand and 1 not in said.demand
    if truth.lost:
        told = {"light": set(said.partners) == set(truth.lost), "belief": said.losses_moved > 0}
    elif truth.shift is not None:
        told = {"light": below and not said.partners, "belief": said.demand_moved < 0}
    else:
        told = {"light": not said.red and not said.partners}
    if truth.lost or truth.shift is not None:
        told["milestone"] = truly.side(said.planned) in (0, int(np.sign(said.now - said.planned)))
    told["choice"] = said.best == truly.best
    return [name for name, fine in told.items() if not fine]


class Desk:
    """A plan under review: its futures and its ways to go on, drawn once for many histories.

    Parameters
    ----------
    mark : "GATE.CRITERION" whose chance is followed; draws : seed, scenarios and again
    scenarios : N futures; again : futures drawn anew around a history that too few of them tell, 0 for a wider error
    """

    def __init__(
        self,
        case: Case,
        ways: Mapping[str, Plan],
        items: list[Item],
        months: int,
        mark: str,
        draws: tuple[int, int, int],
    ) -> None:
        self.seed, self.scenarios, self.again = draws
        self.case, self.ways, self.items, self.months, self.mark = case, ways, items, months, mark
        self.plan = ways[KEEP]
        self.hidden = hidden_normals(case, self.plan, months)
        self._futures: dict[tuple[object, ...], Sample] = {}
        self.prior = self.futures(Facts({}, {}))
        self.asked = Asked(case, ways, items, judging.stated(self.prior.figures)[1])
        marks = judging.meets(case, self.plan, items, self.prior, None)
        self.planned = float(marks[mark].mean())

    def futures(self, facts: Facts) -> Sample:
        """Return futures of all ways with what is known of partners set."""
        key = (*sorted(facts.lost.items()), None, *sorted(facts.proven.items()))
        if key not in self._futures:
            draws = (self.seed, VERDICT, self.scenarios)
            self._futures[key] = simulate(self.case, self.ways, self.items, self.months, draws, facts)
        return self._futures[key]

    def happens(self, truth: Truth) -> Facts:
        """Return what a truth says of partners: who is lost, and that all others stay."""
        starts = {name: one.start for part in self.plan.lines.values() for name, one in part.partners.items()}
        stays = [name for name, start in starts.items() if start <= self.months and name not in truth.lost]
        return Facts(truth.lost, dict.fromkeys(stays, self.months))

    def around(self, levels: Floats) -> Around:
        """Return the law with these levels, (normal, 1) or (normal, scenario), and noise as chance deals it."""
        noise = np.array([1.0 if one.name.endswith(".noise") else FIXED for one in self.hidden])
        return Around(np.where(noise[:, None] < 1.0, levels, 0.0), np.diag(noise))

    def levels(self, truth: Truth) -> Floats | None:
        """Return the levels that a truth plants, (normal, 1), None where they come by the case's own laws."""
        return None if truth.shift is None else planted(self.case, self.hidden, truth.shift)[:, None]

    def histories(self, truth: Truth, wanted: int) -> Sample:
        """Return histories of a planted truth, on draws that no review sees."""
        draws, facts, levels = (self.seed, STAGE, wanted), self.happens(truth), self.levels(truth)
        law = None if levels is None else self.around(levels)
        return simulate(self.case, {KEEP: self.plan}, self.items, self.months, draws, facts, law)

    def truly(self, truth: Truth, levels: Floats) -> list[Truly]:
        """Return what is so under planted levels, (normal, history), by simulating all ways under them (R179)."""
        names, facts, out = list(self.ways), self.happens(truth), list[Truly]()
        each = DRAWS if levels.shape[1] == 1 else DRAWS // TOGETHER
        for start in range(0, levels.shape[1], TOGETHER):
            some = np.repeat(levels[:, start : start + TOGETHER], each, axis=1)
            draws, law = (self.seed, TRUTH, some.shape[1]), self.around(some)
            found = simulate(self.case, self.ways, self.items, self.months, draws, facts, law)
            gain = (found.npv - found.npv[0]).reshape(len(names), -1, each).mean(axis=2)
            best = [names[column.argmax()] if column.max() >= MATERIALITY else KEEP for column in gain.T]
            met = judging.meets(self.case, self.plan, self.items, found, None)[self.mark].reshape(-1, each)
            errors = met.std(axis=1) / np.sqrt(each)
            out += map(Truly, best, met.mean(axis=1).tolist(), errors.tolist())
        return out

    def reviews(self, truth: Truth, wanted: int) -> list[tuple[Said, Truly]]:
        """Return what reviews say of so many histories of a planted truth, and what is truly so in each."""
        found, levels = self.histories(truth, wanted), self.levels(truth)
        actual = found.figures.copy()
        actual[[index for index, item in enumerate(self.items) if item.kind == "gates"]] = np.nan
        chance = self.chance(self.futures(Facts(truth.lost, {})), actual[:, :, 0])
        truly = self.truly(truth, found.hidden) if levels is None else self.truly(truth, levels) * wanted
        return [(self.review(chance, actual[:, :, at]), truly[at]) for at in range(wanted)]

    def chance(self, base: Sample, actual: Floats) -> Looks:
        """Return what chance does to the lights of histories with these partners at work."""
        rows = assumptions(self.items, base.figures, actual)
        return looks(rows, same_now(self.items, base, actual))

    def review(self, chance: Looks, actual: Floats) -> Said:
        """Return what a review says of a history, actual : (item, month); marks are left to be known from months."""
        known = seen.facts(self.case, self.plan, self.items, actual)
        base = self.futures(known)
        told = telling(self.asked, base, known, actual, (self.seed, self.again), LOG.debug)
        used, weighed = told.sample, told.weighed
        chosen = judging.choose(used.npv, used.leaving, weighed)
        found = lights(self.items, base.figures, actual)
        now = judging.meets(self.case, self.plan, self.items, used, actual)[self.mark] @ weighed.weights
        levels = seen.levels(self.items, base.figures, actual, self.asked.middle)
        same = same_now(self.items, base, actual)
        return Said(
            chosen.verdict,
            self.meant(chosen, weighed),
            tuple(light.side for light in found if light.key.startswith("demand")),
            tuple(light.key.split(".")[1] for light in found if light.key.startswith("partner.") and light.side),
            any(chance.is_red(light) for light in found),
            self.planned,
            float(now),
            moved(beliefs.demand(self.case, base, self.hidden, levels, same)),
            moved(beliefs.losses(self.case, self.items, actual)),
            weighed.power,
        )

    def meant(self, chosen: Choice, weighed: Weighed) -> str:
        """Return the way that a verdict means, "" where it leaves everything open."""
        if chosen.verdict == "switch":
            return list(self.ways)[chosen.best]
        return KEEP if chosen.verdict == "keep" or weighed.power == 1.0 else ""


def moved(told: list[Changed]) -> float:
    """Return by how much beliefs moved on average, as log of after over before; 0 where none was updated."""
    return float(np.mean([np.log(one.after.mean / one.before.mean) for one in told])) if told else 0.0


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
