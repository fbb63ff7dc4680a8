"""Who gets the money and where it goes: another calibration, after-sales, from the budget asked to the cash needed."""

from __future__ import annotations

from model.budgets import budget_accounts
from model.schema import COST_ROWS, REVENUE_ROWS
from model.summary import Z95
from reports.board.milestones import BOARD
from reports.board.phrases import listed, phrase, sentences, word
from reports.board.rivals import mode_steps
from reports.board.slide_words import ROWS_ZH
from reports.cited import Cited, Says, Shelf, joined
from reports.drawing import OTHER_CALIBRATION, OTHER_READING, RECOMMENDED
from reports.words import LEDGER_WORDS, in_own_words, in_words, is_number

SHARE = "after_sales_share"
BONUS = ("annual_bonus", "overage_pool", "bonus_on_cost")
ADDED = "money_bare_fine_size"
"""Form of amounts that a reader adds up; which way they go stands beside them."""
INSIDE = ("unit", "after_sales", "company")
"""Parties that are the company."""


def typical(shelf: Shelf) -> Says | None:
    """Return what the same plan earns under another calibration of the case, None where the run lacks it."""
    if OTHER_CALIBRATION not in shelf.run.dataset["plan"].values:
        return None
    theirs, ours = (in_words(shelf.run.cases[plan].calibration) for plan in (OTHER_CALIBRATION, RECOMMENDED))
    gain = shelf.number("npv", "mean", "money_plus", plan=OTHER_CALIBRATION)
    loss = shelf.number("npv", "chance_below 0", "percent", plan=OTHER_CALIBRATION)
    return phrase(shelf, "typical", theirs=theirs, ours=ours, gain=gain, loss=loss)


def error_only(shelf: Shelf) -> Says | None:
    """Return that a sampling error is no more than that, and where the rest is told; None where nothing is told."""
    plans = [str(plan) for plan in shelf.run.dataset["plan"].values]
    there = (
        ("other_calibrations", OTHER_CALIBRATION in plans),
        ("other_readings", OTHER_READING in plans),
        ("the_turn", bool((shelf.run.info.get("flip_assumption") or {}).get("meaning"))),
    )
    parts = [word(shelf, key) for key, is_told in there if is_told]
    return phrase(shelf, "error_only", what=listed(shelf, parts)) if parts else None


def cash(shelf: Shelf) -> Says:
    """Return the largest cash need, by when, the need in the 1-in-20 bad case, and when the lines are lowest."""
    need = shelf.number("peak_cash", "p50", "money_size", plan=RECOMMENDED)
    bad = shelf.number("peak_cash", "p05", "money_size", plan=RECOMMENDED)
    month = shelf.number("peak_month", "lower_median", "month", plan=RECOMMENDED)
    if not need.value:
        return phrase(shelf, "no_cash", bad=bad)
    return sentences(shelf, [phrase(shelf, "cash", need=need, month=month, bad=bad), _lines(shelf)])


def _lines(shelf: Shelf) -> Says | None:
    """Return the months in which the middle case and the bad case of cash are lowest."""
    if "cash_quantile" not in shelf.run.dataset:
        return None
    middle, bad = (
        shelf.number("cash_quantile", "label_of_lowest month", "month", plan=RECOMMENDED, quantile=level)
        for level in (0.5, 0.05)
    )
    return (
        phrase(shelf, "cash_line", middle=middle, bad=bad) if is_number(middle.value) and is_number(bad.value) else None
    )


def after_sales(shelf: Shelf) -> Says | None:
    """Return what the unit pays after-sales, what the company as a whole keeps, and how the unit is organised."""
    if "party_mean" not in shelf.run.dataset or not _party(shelf, "after_sales").value:
        return None
    share = shelf.assumed("/incentives/after_sales_share/value", "percent")
    months = shelf.assumed("/clock/months", "count")
    paid = phrase(shelf, "after_sales", share=share, money=_rows(shelf, (SHARE,)), months=months)
    granted = shelf.number("party_mean", form="money_size", plan=RECOMMENDED, party="company")
    less = phrase(shelf, "shares_off", shares=granted) if granted.value else ""
    tax = shelf.assumed("/costs/income_tax/value", "percent")
    whole = phrase(shelf, "whole_company", unit=_party(shelf, "unit"), all=_party(shelf, *INSIDE), less=less, tax=tax)
    return sentences(shelf, [paid, whole, modes(shelf)])


def _party(shelf: Shelf, *names: str) -> Cited:
    return shelf.number("party_mean", form="money", plan=RECOMMENDED, party=names)


def modes(shelf: Shelf) -> Says | None:
    """Return the organisation of the plan by month, None where it stays the same."""
    told = shelf.run.info["plan"].get("modes") or []
    if len(set(told)) < 2:
        return None
    return phrase(shelf, "modes", parts=mode_steps(shelf, "/plan/modes", told))


def bridge(shelf: Shelf) -> Says | None:
    """Return the way from the budget asked over all costs and revenue to the result and the largest cash need."""
    figures = bridge_figures(shelf)
    if not figures:
        return None
    said = phrase(shelf, "bridge", above=_above(shelf, "above_all", _largest(shelf)), **figures)
    return sentences(shelf, [said, bridge_cash(shelf)])


def _largest(shelf: Shelf) -> str:
    """Return the largest cost of those told together, "" where there is none."""
    rows = _rest(shelf)
    paid = shelf.run.dataset["ledger"].sel(plan=RECOMMENDED, row=list(rows)).sum(["scenario", "year"]).to_numpy()
    return rows[int(paid.argmax())] if paid.max(initial=0.0) > 0 else ""


def _rest(shelf: Shelf) -> tuple[str, ...]:
    """Return the ledger rows that neither a budget counts nor after-sales or bonuses are."""
    return tuple(row for row in COST_ROWS if row not in (*budget_accounts(shelf.run.case), *BONUS, SHARE))


def _above(shelf: Shelf, key: str, row: str) -> Says | str:
    """Return which ledger row stands above all others, as part of a sentence; nothing where none does."""
    if not row:
        return ""
    return phrase(shelf, key, name=_called(shelf, row))


def _called(shelf: Shelf, row: str) -> str:
    """Return the name of a ledger row in the document's language."""
    called = in_own_words(LEDGER_WORDS.get(row, in_words(row)), shelf.run.case.called)
    return ROWS_ZH.get(row, called) if shelf.language == "zh" else called


def bridge_figures(shelf: Shelf) -> dict[str, Cited]:
    """Return what adds up from the budget asked to the result, averages before discounting; nothing where unknown.

    spent, share, bonus and rest are the costs; revenue less costs is the result.
    """
    if "ledger" not in shelf.run.dataset:
        return {}
    asked = budget_accounts(shelf.run.case)
    rows = {
        "spent": asked,
        "share": (SHARE,),
        "bonus": BONUS,
        "rest": _rest(shelf),
        "costs": COST_ROWS,
        "revenue": REVENUE_ROWS,
    }
    told = {name: _rows(shelf, each, ADDED) for name, each in rows.items()}
    result = shelf.number("result", "mean", "money_bare_fine", plan=RECOMMENDED)
    return {"asked": shelf.told("/budget_total", ADDED), **told, "result": result}


def bridge_cash(shelf: Shelf) -> Says | None:
    """Return why the largest cash need is below all costs, None where revenue does not pay for them."""
    need = shelf.number("peak_cash", "p50", "money_size", plan=RECOMMENDED)
    result = shelf.number("result", "mean", plan=RECOMMENDED)
    earns = is_number(result.value) and result.value > 0
    return phrase(shelf, "bridge_cash", need=need) if need.value and earns else None


def _rows(shelf: Shelf, rows: tuple[str, ...], form: str = "money_size") -> Cited:
    """Return the average of ledger rows over all years, whichever way they go."""
    return shelf.number("ledger", "mean", form, plan=RECOMMENDED, row=rows, over=("year",), signed="row_sign")


def first_phase(shelf: Shelf) -> Says | None:
    """Return why the first phase needs another amount of cash than it asks, None where nobody asked for it."""
    if BOARD not in shelf.answers or "first_phase" not in shelf.answers[BOARD]:
        return None

    def account(name: str) -> Cited:
        return shelf.number("first_phase", "mean", ADDED, of=BOARD, account=name)

    cash_out = shelf.number("first_phase", "mean", ADDED, of=BOARD, over=("account",))
    if not is_number(cash_out.value) or cash_out.value >= 0:
        return None
    return phrase(
        shelf,
        "first_phase",
        asked=shelf.told("/budget/0/used", ADDED),
        cash=cash_out,
        spent=account("asked_for"),
        other=account("other"),
        revenue=account("earned"),
        owed=account("owed"),
        above=_above(shelf, "above_all_end", str(shelf.answers[BOARD].attrs.get("first_phase_largest", ""))),
    )


def by_phase(shelf: Shelf) -> Says | None:
    """Return what each phase asks, spends of it and moves in cash, and why one spends more; None where unknown (R216).

    A phase that spends no more than it asks beyond 1.96 standard errors is not named.
    """
    data = shelf.answers.get(BOARD)
    if data is None or "phase_money" not in data or data.sizes["phase"] != len(shelf.run.info["budget"]):
        return None
    phases = list(enumerate(map(str, data["phase"].values)))
    asked = [shelf.told(f"/budget/{place}/used", ADDED) for place, _ in phases]
    spent = [
        shelf.number("phase_money", "mean", ADDED, of=BOARD, phase=name, account="asked_for") for _, name in phases
    ]
    moved = [
        shelf.number("phase_money", "mean", "money_bare_fine", of=BOARD, phase=name, over=("account",))
        for _, name in phases
    ]
    parts = {name: joined(row, " / ") for name, row in (("asked", asked), ("spent", spent), ("cash", moved))}
    over = [found for place, name in phases if (found := _over(shelf, place, name)) is not None]
    return phrase(shelf, "by_phase", over=joined(over, ""), **parts)


def _over(shelf: Shelf, place: int, phase: str) -> Says | None:
    """Return by how much a phase spends more than it asks, and above all on what; None where it does not."""
    more, error = (shelf.number("phase_over", name, ADDED, of=BOARD, phase=phase) for name in ("mean", "mean_se"))
    known = is_number(more.value) and is_number(error.value)
    if not known or float(more.value or 0.0) <= Z95 * float(error.value or 0.0):
        return None
    row = str(shelf.answers[BOARD]["phase_over_row"].sel(phase=phase).item())
    month = shelf.assumed(f"/phases/{place}/first_month", "month")
    most = shelf.number("phase_over_most", form=ADDED, of=BOARD, phase=phase)
    return phrase(shelf, "by_phase_over", month=month, more=more, row=_called(shelf, row), most=most)
