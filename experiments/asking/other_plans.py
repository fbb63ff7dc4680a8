"""Other plans that are about as good: which pieces all of them share, which are free, and which none of them has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from experiments.asking import answers, steps, valued
from experiments.asking.answers import Answer, Asked
from experiments.asking.reopen import Reopened
from experiments.asking.steps import Say, Step, Taken
from model.errors import Finding, InfeasibleError, InputError
from model.ledger import Flags
from solvers.change import Change, changes
from solvers.cuts import Cut
from solvers.exact import Choice
from solvers.exchange import nearest_moves
from solvers.options import LineOption, squad_of
from solvers.path_choice import FIRST_GAP
from solvers.resolve import Resolved, exchanged, keeps_change, resolve, settle

APART = 4
"""Decisions in which really different plans differ at least."""
MOST = 5
"""Really different plans looked for beside the best."""
STARTS = 2
"""Best plans met that keep a change, from which exchanges start."""
SOLVES = 1
"""Integer solves for a plan: a second one takes minutes and rarely finds a plan that exchanges do not."""
QUESTION = "other-good-plans"


@dataclass(frozen=True)
class Piece:
    """A partner or a role of a plan; flip : the step that turns it, None where the case asks for it."""

    id: str
    kind: str
    title: str
    flip: Step | None

    def of(self, choice: Choice) -> bool:
        """Return whether a plan has the piece."""
        if self.kind == "partner":
            return any(name == self.id for _, option in choice.lines for name, _, _ in option.partners)
        return any(dict(choice.seats)[self.id])


def ask(name: str, within: float, asked: Asked) -> Answer:
    """Find really different plans whose result is within a share of the best one's (R156).

    Parameters
    ----------
    name : a run's folder, or the case whose usual run is meant
    within : share of the best plan's result that may be lost
    """
    if not 0 < within <= 1:
        raise InputError(
            Finding("E-RANGE", "--within", "outside what is possible", f"{within:g}", "above 0, at most 1")
        )
    run, folder = steps.begin(name, QUESTION, asked)
    taken, found = search(run, within, asked.say)
    data = steps.simulate(run, taken, QUESTION, {"--within": within}, asked)
    data = with_pieces(data, run, taken, found, within)
    return answers.keep(folder, data, run.case, asked.replace, steps.plans_of(run, taken))


def search(run: Reopened, within: float, say: Say) -> tuple[list[Taken], list[Piece]]:
    """Turn each piece, then look for plans ever further from those found; return all plans and the pieces."""
    found = pieces(run)
    cuts: list[Cut] = []
    taken = steps.take(run, [piece.flip for piece in found if piece.flip], say, cuts, SOLVES)
    best = max([run.npv, *(each.found.npv for each in taken if each.found)])
    different = _different(run, taken, best - within * abs(best), cuts, say)
    return steps.known(run, [*taken, *different]), found


def pieces(run: Reopened) -> list[Piece]:
    """Return each partner and shared role with the step that turns it: in if it is out, out if it is in."""
    made = []
    signed = {name for _, option in run.choice.lines for name, _, _ in option.partners}
    for partner in run.case.partners:
        flip = _step(partner.id, partner.title, partner.id in signed)
        change = Change(only={partner.line: partial(_signs, partner.id, partner.id not in signed)})
        made.append(Piece(partner.id, "partner", partner.title, replace(flip, change=change)))
    for role, heads in run.choice.seats:
        told = run.case.roles[role]
        flip = replace(_step(role, told.title, any(heads)), change=_turned(run, role, heads))
        made.append(Piece(role, "role", told.title, None if any(told.heads_least) else flip))
    return made


def _step(key: str, title: str, has: bool) -> Step:
    return Step(f"{'without' if has else 'with'}_{key}", "flip", f"{'Without' if has else 'With'} {title}", -1, 0.0, "")


def _signs(partner: str, wanted: bool, option: LineOption) -> bool:
    return any(name == partner for name, _, _ in option.partners) == wanted


def _turned(run: Reopened, role: str, heads: Sequence[int]) -> Change:
    """Return nobody in any phase for a role that has heads, somebody in the last one for a role that has none."""
    rows = {row.name: row for row in run.exact.rows}
    own = [rows[f"{role} in {part.id}"] for part in run.case.phases]
    if any(heads):
        return Change(tuple(replace(row, high=0.0) for row in own))
    return Change((replace(own[-1], low=max(own[-1].low, squad_of(run.case, role))),))


def _different(run: Reopened, taken: Sequence[Taken], floor: float, cuts: list[Cut], say: Say) -> list[Taken]:
    """Return plans found by asking for enough changes against the best and each other, as long as they are good."""
    met = [run.choice, *(each.found.choice for each in taken if each.found)]
    held, best = steps.held(run, run, taken), taken[0].found
    apart = [held.choice, *([best.choice] if best and changes(best.choice, held.choice) >= APART else [])]
    out: list[Taken] = []
    for number in range(1, MOST + 1):
        change = Change(apart=tuple(apart), distance=APART)
        try:
            known = [*met, *(each.found.choice for each in out if each.found)]
            found = _apart_from(run, known, change, cuts) if out else _solved(run, change, cuts)
        except InfeasibleError:
            break
        if found is None or found.npv < floor:
            break
        step = Step(f"different_{number}", "different", f"Different plan {number}", -1, 0.0, "", change)
        say(f"{step.title}: {found.npv / 1e6:.2f} M CNY")
        out.append(Taken(step, found))
        apart.append(found.choice)
    return out


def _solved(run: Reopened, change: Change, cuts: list[Cut]) -> Resolved:
    solved = resolve(run.tables, run.exact, change.apart[0], change, cuts, FIRST_GAP, solves=SOLVES)
    return settle(run.tables, run.exact, solved, change)


def _apart_from(run: Reopened, met: Sequence[Choice], change: Change, cuts: list[Cut]) -> Resolved | None:
    """Return the best plan that exchanges reach from plans met and the nearest one, None where none keeps the change.

    Only the first plan apart is solved in whole people: that takes half a minute, and its gap is wider than what a good
    plan may lose; the relaxation tells how much better one could be.
    """
    keep = [choice for choice in dict.fromkeys(met) if keeps_change(run.tables, run.exact, choice, change)]
    worth = {choice: float(run.exact.npv(run.tables.total(choice)).mean()) for choice in keep}
    nearest = nearest_moves(run.tables, run.exact, change.apart[0], change.keeps)
    starts = [*sorted(keep, key=lambda choice: -worth[choice])[:STARTS], *([nearest] if nearest else [])]
    if not starts:
        return None
    return exchanged(run.tables, run.exact, list(dict.fromkeys(starts)), change, cuts, FIRST_GAP)


def with_pieces(
    data: xr.Dataset, run: Reopened, taken: Sequence[Taken], found: Sequence[Piece], within: float
) -> xr.Dataset:
    """Return the plans with what they hold, which of them are good, and which good ones are really different.

    Parameters
    ----------
    data : of `steps.dataset`, in the order of the run's plan and `taken`
    """
    choices = [run.choice, *(each.found.choice for each in taken if each.found)]
    worth = np.array([run.npv, *(each.found.npv for each in taken if each.found)])
    floor = worth.max() - within * abs(worth.max())
    good = worth >= floor
    first = list(map(str, data["plan"].values)).index(str(data.attrs["against"]))
    order = sorted(range(len(choices)), key=lambda place: (place != first, -worth[place]))
    flips = {each.step.id: each for each in taken}
    held = np.array([[piece.of(choice) for piece in found] for choice in choices], dtype=np.int8)
    turned = [flips[piece.flip.id].found if piece.flip else None for piece in found]
    turns = [each is not None and each.npv >= floor for each in turned]
    least = {"units": "CNY", "long_name": "what a good plan promises at least, minus the plan held against"}
    flags: dict[str, Any] = {
        "floor": ((), floor - worth[first], least),
        "good": ("plan", good.astype(np.int8), _flag("is its result within the share of the best one's?")),
        "different": (
            "plan",
            _apart(choices, order, good),
            _flag("is it good and really different from better ones?"),
        ),
        "holds": (("plan", "piece"), held, _flag("has the plan the partner or role?")),
        "turns": ("piece", np.array(turns, dtype=np.int8), _flag("is a plan good with the piece turned?")),
    }
    names = {
        "piece": valued.text(piece.id for piece in found),
        "piece_title": ("piece", valued.text(piece.title for piece in found)),
        "piece_kind": ("piece", valued.text(piece.kind for piece in found)),
        "flip": ("piece", valued.text(_flips(found, turned))),
        "asked": ("piece", np.array([piece.flip is None for piece in found], dtype=np.int8)),
    }
    return data.assign(flags).assign_coords(names).assign_attrs(within=within, apart=APART)


def _flips(found: Sequence[Piece], turned: Sequence[Resolved | None]) -> Iterator[str]:
    """Yield the plan of each piece turned, nothing where there is none."""
    for piece, plan in zip(found, turned, strict=True):
        yield piece.flip.id if piece.flip and plan else ""


def _apart(choices: Sequence[Choice], order: Sequence[int], good: Flags) -> Any:
    """Return which good plans differ enough from all told before: the one held against first, then by worth."""
    told: list[int] = []
    for place in order:
        if good[place] and all(changes(choices[place], choices[other]) >= APART for other in told):
            told.append(place)
    out = np.zeros(len(choices), dtype=np.int8)
    out[told] = 1
    return out


def _flag(meaning: str) -> dict[str, str]:
    return {"units": "1", "long_name": meaning}
