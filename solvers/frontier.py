"""Plans from the best mean to the safest result, and plans with fewer and fewer heads: each best under its bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from model.errors import InfeasibleError
from model.summary import TAIL
from model.tails import worst_mean
from solvers.change import Change
from solvers.cuts import Cut
from solvers.exact import Choice, Exact, Tables, is_idle
from solvers.exchange import LEAST_GAIN
from solvers.goals import MEAN, Goal
from solvers.limits import Limit
from solvers.path_choice import FIRST_GAP
from solvers.resolve import Resolved, exchanged, resolve, settle

SAFE_GAP = 0.01
"""Gap of the solve for the safest plan and of the bounds on points above a floor, as share of turnover."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Point:
    """A plan of a trade-off: what bound it is the best under, and what the tables say of it (CNY).

    bound : floor of the average of the worst share, CNY, or most heads; NaN for the plan without bound
    gap : what a better plan under the bound could bring at most, for the solver
    """

    choice: Choice
    bound: float
    npv: float
    tail: float
    gap: float


class Frontier:
    """Chooses again on the tables of one path of modes under one bound after the other (R144).

    Parameters
    ----------
    choice : the plan known before, where the first search starts
    """

    def __init__(self, tables: Tables, exact: Exact, choice: Choice, say: Say) -> None:
        self.tables, self.exact, self.say = tables, exact.aiming(MEAN), say
        self.cuts: list[Cut] = []
        self.best = self._point(self._chosen(choice, Change()), float("nan"))

    def _chosen(self, start: Choice, change: Change, gap: float = FIRST_GAP) -> Resolved:
        found = resolve(self.tables, self.exact, start, change, self.cuts, gap)
        return settle(self.tables, self.exact, found, change)

    def _point(self, found: Resolved, bound: float) -> Point:
        npv = self.exact.npv(self.tables.total(found.choice))
        return Point(found.choice, bound, float(npv.mean()), worst_mean(npv, TAIL), found.gap)

    def safest(self) -> Point:
        """Return the plan with the best average of the worst share, doing nothing where the rules allow it."""
        change = Change(goal=Goal(caution=1.0))
        return self._point(self._chosen(self.best.choice, change, SAFE_GAP), float("nan"))

    def by_risk(self, solves: int) -> list[Point]:
        """Return plans from the best mean to the safest one, each the best mean above a floor of its worst share.

        Each floor stands in the middle of the widest stretch still unknown; the search starts from both ends of the
        stretch, of which the safer one keeps it (R144). A stretch in whose upper half nothing new is found goes on with
        its lower.

        Parameters
        ----------
        solves : floors that are tried
        """
        points = [self.best, self.safest()]
        stretches = [(self.best, points[1], points[1].tail)]
        for number in range(solves):
            stretches = [each for each in stretches if each[2] - each[0].tail > LEAST_GAIN]
            if not stretches:
                break
            widest = max(stretches, key=lambda each: each[2] - each[0].tail)
            low, high, top = widest
            floor = (low.tail + top) / 2
            stretches.remove(widest)
            point = self._above(floor, low.choice, high.choice)
            self.say(f"{number + 1} of {solves}: average of the worst {TAIL:.0%} at least {floor / 1e6:.2f} M CNY")
            if point is None or point.choice == high.choice or point.npv <= high.npv + LEAST_GAIN:
                stretches.append((low, high, floor))
                continue
            points.append(point)
            stretches += [(low, point, floor), (point, high, top)]
        return sorted(_undominated(points), key=lambda point: -point.npv)

    def _above(self, floor: float, *starts: Choice) -> Point | None:
        change = Change(goal=Goal(floor=floor))
        try:
            return self._point(exchanged(self.tables, self.exact, starts, change, self.cuts, SAFE_GAP), floor)
        except InfeasibleError:
            return None

    def by_heads(self, solves: int) -> list[Point]:
        """Return the best plan and those with fewer and fewer heads at the end, each the best mean under its cap.

        Parameters
        ----------
        solves : caps that are tried
        """
        points = [self.best]
        most, least = self._heads(self.best.choice), self._least()
        step = max(1, round((most - least) / (solves + 1)))
        for number, cap in enumerate(range(most - step, least - 1, -step)[:solves]):
            row = Limit("heads in all", "R144", "heads", lambda p: p.heads[:, -1], 0.0, float(cap))
            self.say(f"{number + 1} of {solves}: at most {cap} heads")
            try:
                point = self._point(self._chosen(points[-1].choice, Change((row,))), float(cap))
            except InfeasibleError:
                break
            points.append(point)
            if is_idle(self.tables.total(point.choice)):
                break
        return points

    def _least(self) -> int:
        """Return the fewest heads at the end that the rules of the unit leave (R29)."""
        return ceil(max([0.0, *(row.low for row in self.exact.rows if row.kind == "heads")]))

    def _heads(self, choice: Choice) -> int:
        return round(float(self.tables.total(choice).heads[-1]))


def _undominated(points: list[Point]) -> list[Point]:
    """Return the points to which no other is better in mean and in its worst share."""
    return [
        one
        for number, one in enumerate(points)
        if not any(
            other.npv >= one.npv and other.tail >= one.tail and (other.npv, other.tail) != (one.npv, one.tail)
            for other in points
        )
        and all((one.npv, one.tail) != (other.npv, other.tail) for other in points[:number])
    ]
