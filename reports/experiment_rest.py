"""What an experiment's one finding leaves of its question, told from its dataset (R207)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import xarray as xr

from model.summary import Z95
from reports.drawing import UNIT
from reports.experiment_words import LEAST, amount, unit_words
from reports.words import clean, error, money, percent

GOOD, BAD, OPEN = "alive", "not alive", "alive or not cannot be said"


def rest_of(data: xr.Dataset) -> list[str]:
    """Return the sentences that a script asked for by name, none where it asked for none."""
    told = TELLS.get(str(data.attrs.get("tells", "")))
    return list(told(data)) if told else []


def _title(data: xr.Dataset, plan: str) -> str:
    return f"“{clean(data['plan_title'].sel(plan=plan).item())}”"


def _against(data: xr.Dataset, plan: str, other: str) -> tuple[float, float]:
    """Return what a plan brings more than another on the same futures, and its standard error, CNY."""
    own, theirs = (data["npv"].sel(plan=name).values for name in (plan, other))
    if not theirs.any():
        # Doing nothing is 0 in every future: what a plan brings more is its average, measured from the published one.
        return float(data["npv_mean"].sel(plan=plan)), float(data["npv_se"].sel(plan=plan))
    more = own - theirs
    return float(more.mean()), float(more.std(ddof=1)) / float(more.size) ** 0.5 if more.size > 1 else 0.0


def _worth(found: tuple[float, float]) -> str:
    return f"{money(found[0], True)} {error(found[1])} {UNIT}"


def _alive(data: xr.Dataset) -> Iterator[str]:
    """Say of each blow whether the unit is still worth more than doing nothing, and what cash it takes."""
    calm, idle = str(data.attrs["calm"]), str(data.attrs["idle"])
    yield "Alive means worth more than doing nothing, beyond luck; the plan goes on as it is in spite of the blow."
    own = money(-float(data["need"].sel(plan=calm)))
    for plan in map(str, data["plan"].values):
        if plan in (calm, idle):
            continue
        value, se = _against(data, plan, idle)
        verdict = GOOD if value > Z95 * se else BAD if value < -Z95 * se else OPEN
        loss, need = percent(float(data["p_loss"].sel(plan=plan))), money(-float(data["need"].sel(plan=plan)))
        yield (
            f"{_title(data, plan)}: {verdict}, {_worth((value, se))} against doing nothing; loss in {loss} of futures; "
            f"largest cash need {need} {UNIT} in the middle case ({own} without a blow)."
        )
    yield from _leader(data)


def _leader(data: xr.Dataset) -> Iterator[str]:
    """Say why a phase without a leader hardly shows: what is spared, and what nobody has measured."""
    told = data.attrs
    if "unled" in told and float(told["spared"]) > 0:
        name = _title(data, str(told["unled"]))
        spares, takes = (money(float(told[key])) for key in ("spared", "missing"))
        yield (
            f"{name} is told too kindly: it spares {spares} {UNIT} of costs and takes {takes} of revenue, because "
            "nobody has measured what a leader is worth to demand or to partners; people only meet as badly as the "
            "range of that number allows."
        )


def _good_year(data: xr.Dataset) -> Iterator[str]:
    """Say what results cost in a good year under targets of today and under the best, and what each target brings."""
    first = str(data["plan"].values[0])
    best = str(data["plan"].values[int(data["npv_mean"].values.argmax())])
    for plan in dict.fromkeys((first, best)):
        rows = [clean(name) for name in data["line"].values]
        figures = data["detail"].sel(column=data["plan_title"].sel(plan=plan).item()).values
        *parts, whole, revenue = zip(rows, map(float, figures), strict=True)
        each = ", ".join(f"{name} {money(value)}" for name, value in parts)
        share = percent(whole[1] / revenue[1]) if revenue[1] else "no share"
        yield (
            f"In a good year {_title(data, plan)} cost: {each}; together {money(whole[1])} of {money(revenue[1])} "
            f"{UNIT} revenue ({share})."
        )
    others = [plan for plan in map(str, data["plan"].values) if plan != first]
    each = "; ".join(f"{_title(data, plan)} {_worth(_against(data, plan, first))}" for plan in others)
    most = f"Of those tried {_title(data, best)} bring most"
    yield f"If demand stays as it is, against {_title(data, first)}: {each}. {most}."


def _words(data: xr.Dataset) -> Iterator[str]:
    """Say what each word is worth, in order, and what the renewal is worth."""
    first, idle = str(data["plan"].values[0]), str(data.attrs["idle"])
    found = {plan: _against(data, plan, first) for plan in map(str, data["plan"].values) if plan not in (first, idle)}
    order = sorted(found, key=lambda plan: -found[plan][0])
    clear = [plan for plan in order if found[plan][0] > max(Z95 * found[plan][1], LEAST)]
    each = "; ".join(f"{n}. {_title(data, plan)} {_worth(found[plan])}" for n, plan in enumerate(clear, start=1))
    yield f"In order of worth against {_title(data, first)}: {each or 'no word is worth anything beyond luck'}."
    rest = [plan for plan in order if plan not in clear]
    if rest:
        yield f"Worth nothing beyond luck: {', '.join(_title(data, plan) for plan in rest)}."
    yield from _renewal(data, found)


def _renewal(data: xr.Dataset, found: dict[str, tuple[float, float]]) -> Iterator[str]:
    told = data.attrs
    about = [plan for plan in str(told["renewal"]).split(",") if plan in found]
    if not about:
        return
    months = str(told["renewed_in"])
    when = f"Renewal, at the earliest in month {clean(months)}" if months else "Renewal"
    each = "; ".join(f"{_title(data, plan)} is worth {_worth(found[plan])}" for plan in about)
    worst = ""
    if str(told.get("turn_of", "")) and str(told["turn_second"]) == str(told["idle"]):
        unit, low, today = str(told["turn_unit"]), told["turn_from"], told["turn_today"]
        left = (float(told["turn_gap_from"]), float(told["turn_gap_from_se"]))
        at = f"{amount(unit, low)}{unit_words(unit)} instead of {amount(unit, today)}"
        worst = f"; with a chance of {at} the plan is still worth {_worth(left)}"
    yield f"{when}: {each}{worst}."


def _forms(data: xr.Dataset) -> Iterator[str]:
    """Say how the same people in another form differ from a plan chosen again for each path."""
    names = [clean(name) for name in str(data.attrs["paths"]).split("\n") if name]
    if not names:
        return
    worth = map(float, str(data.attrs["paths_cny"]).split("\n"))
    each = "; ".join(f"{name}: {money(cny, True)} {UNIT}" for name, cny in zip(names, worth, strict=True))
    yield (
        "Here the same people work in another form, limits or not; the run's page chooses heads and partners again "
        f"inside the limits of each form, and its plans bring on the draws that choose – {each}."
    )


def _trial(data: xr.Dataset) -> Iterator[str]:
    """Say which trial the run's plan assumes, and that another one's gain is not in the result asked on."""
    told = data.attrs
    own, leader = str(told["like"]), str(told["leader"])
    assumes = f"The run's plan assumes today's trial, {clean(told['trial'])}"
    signs = f", and signs {clean(told['signs'])}" if told["signs"] else ""
    if leader == own:
        yield f"{assumes}{signs}."
        return
    gain = _worth(_against(data, leader, own))
    yield (
        f"{assumes}{signs}: the {gain} that {_title(data, leader)} brings against {_title(data, own)}, each alone in "
        "its line, is in neither its result nor the money asked for."
    )


def _caps(data: xr.Dataset) -> Iterator[str]:
    """Say of each cap on mature heads whether it binds."""
    for plan, cap in zip(map(str, data["plan"].values), str(data.attrs["caps"]).split(","), strict=True):
        used = int(data["heads"].sel(plan=plan).values[-1])
        if used < float(cap):
            left = int(float(cap)) - used
            yield (
                f"Why not {cap}: {used} of at most {cap} heads are used; the cap does not bind, the best plan found "
                f"leaves {left} more post{'s' * (left > 1)} open though the cap allows them."
            )
        else:
            yield f"{used} of at most {cap} heads are used: this cap binds."


TELLS: dict[str, Callable[[xr.Dataset], Iterator[str]]] = {
    "alive": _alive,
    "good_year": _good_year,
    "words": _words,
    "forms": _forms,
    "trial": _trial,
    "caps": _caps,
}
"""What a script may answer beside its finding, by the name that it gives."""
