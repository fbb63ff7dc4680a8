"""Plain words for terms of art, and how amounts, shares and months are written."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from model.inputs import PLAIN_WORDS, Words

MINUS = "−"
MILLION, UNIT = 1e6, "M CNY"
SOURCE = re.compile(r"\b(\d{3}) L(\d+)(?:[-–](\d+))?\b")
"""A place in the source documents as a case file writes it."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Term:
    """What we say, in English and Chinese, and the term of art that stays in the hover."""

    say: str
    chinese: str
    art: str

    @property
    def hover(self) -> str:
        """Text of the hover."""
        return f"{self.art} · {self.chinese}"


TERMS: dict[str, Term] = {
    "npv": Term("result in today's money", "折现净收益", "NPV, discounted result over the horizon"),
    "mean": Term("average", "平均", "expected value over all scenarios"),
    "p05": Term("1-in-20 bad case", "20次中最差1次", "P5"),
    "p50": Term("middle case", "中位数", "P50, median"),
    "p95": Term("1-in-20 good case", "20次中最好1次", "P95"),
    "cvar05": Term("average of the worst 5 %", "最差5%的平均", "CVaR 5 %"),
    "p_loss": Term("chance of loss", "亏损概率", "P(NPV < 0)"),
    "reach": Term("chance of reaching at least x", "达到x的概率", "ECDF, drawn as 1 − F(x)"),
    "range": Term("likely range", "可能区间", "fan: 5–95 % and 25–75 % quantiles by month"),
    "difference": Term(
        "same futures, this plan minus recommended", "同一未来之差", "paired difference on common draws"
    ),
    "se": Term("± sampling error", "抽样误差", "one standard error of the mean over scenarios"),
    "full_roi": Term("full ROI", "全成本投资回报率", "(revenue − all costs) / all costs over the horizon"),
    "peak_cash": Term("largest cash need", "最大资金需求", "deepest cumulative cash, undiscounted"),
    "gain": Term(
        "expected gain against doing nothing", "相对不做的预期收益", "paired difference of NPV on common draws"
    ),
    "flip": Term("what would change the decision", "会改变决定的假设", "break-even of the closest assumption"),
    "certificate": Term(
        "cross-check: plan and simulation show the same money", "核对：方案与模拟金额一致", "certificate, term by term"
    ),
    "gap_ledger": Term(
        "what the method may still leave on the table", "方法可能遗漏的收益", "gap ledger, bounds on each approximation"
    ),
}

READINGS = {
    "package": "pay table read as the whole package",
    "base": "pay table read as base pay, bonuses on top",
}

LEDGER_WORDS = {
    "on_cost": "on-cost on pay",
    "after_sales_share": "after-sales share",
    "overage_pool": "pool above target",
    "bonus_on_cost": "on-cost on bonus",
    "acquisition": "winning users",
    "line_pay": "line teams' pay by results",
    "line_pay_on_cost": "on-cost on line teams' pay",
    "clawback": "line pay taken back",
    "integration": "connecting partners",
    "trial_cost": "trials",
    "agency": "bought-in work",
    "tools": "tools and platform",
}


def clean(text: object) -> str:
    """Return text without control characters, which neither HTML nor SVG can hold."""
    return "".join(c for c in str(text) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn"))


def plain_sources(text: str) -> str:
    """Return a text with places in the source documents in words.

    Examples
    --------
    >>> plain_sources("fitted to the path of 000 L689-728 (004 L27)")
    'fitted to the path of document 000, lines 689–728 (document 004, line 27)'
    """
    return SOURCE.sub(_place, text)


def _place(found: re.Match[str]) -> str:
    document, first, last = found.groups()
    return f"document {document}, lines {first}–{last}" if last else f"document {document}, line {first}"


def is_number(value: object) -> TypeGuard[float]:
    """True for a finite number; None, NaN and texts are no numbers."""
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and math.isfinite(float(value))


def _write(value: float, decimals: int, plus: bool) -> str:
    text = f"{abs(value):,.{decimals}f}"
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+" if plus else "") + text


def money(cny: object, plus: bool = False) -> str:
    """Return an amount in M CNY, two decimals below one million; "" for what is no number.

    Examples
    --------
    >>> money(-21_345_678.0), money(123_456.0), money(5e6, plus=True)
    ('−21.3', '0.12', '+5.0')
    """
    if not is_number(cny):
        return ""
    if cny == 0:
        return "0"
    millions = cny / MILLION
    return _write(millions, 1 if abs(millions) >= 0.995 else 2, plus)


def error(cny: object) -> str:
    """Return a standard error in M CNY as "± 0.12", never as a bare zero."""
    if not is_number(cny):
        return ""
    return "± <0.01" if 0 < abs(cny) < 5_000 else f"± {money(cny)}"


def percent(share: object, plus: bool = False) -> str:
    """Return a share in percent with a no-break space; one decimal below ten percent, two below one.

    Examples
    --------
    >>> [percent(share, plus=True).replace("\\u00a0", " ") for share in (0.0312, -0.374, 1.2)]
    ['+3.1 %', '−37 %', '+120 %']
    """
    if not is_number(share):
        return ""
    value = share * 100
    decimals = 0 if value == 0 or abs(value) >= 9.95 else 1 if abs(value) >= 0.995 else 2
    return f"{_write(value, decimals, plus)}\u00a0%"


def percent_error(share: object) -> str:
    """Return the standard error of a share, "± 0.4 %"."""
    if not is_number(share):
        return ""
    return "± <0.01\u00a0%" if 0 < abs(share) < 0.00005 else f"± {percent(share)}"


def plain(value: object, plus: bool = False) -> str:
    """Return a number with at most four significant digits and separators, or any other value as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return "" if value is None else clean(value)
    if not is_number(value):
        return ""
    if float(value).is_integer():
        return _write(value, 0, plus)
    if abs(value) < 1e-4:
        return f"{value:.1e}"
    decimals = max(0, 3 - math.floor(math.log10(abs(value))))
    text = _write(value, decimals, plus)
    return text.rstrip("0").rstrip(".") if "." in text else text


def calendar(start: str, month: object) -> str:
    """Return the calendar month of month 1…T of a case.

    Parameters
    ----------
    start : first calendar month, YYYY-MM
    month : 1…T; anything else gives ""

    Examples
    --------
    >>> calendar("2027-01", 14)
    'Feb 2028'
    """
    if not is_number(month) or month < 1:
        return ""
    year, first = (int(part) for part in start.split("-"))
    count = first - 1 + round(month) - 1
    return f"{MONTHS[count % 12]} {year + count // 12}"


def heads_path(heads: object) -> str:
    """Return heads by phase as "9 → 16 → 21"."""
    return " → ".join(plain(count) for count in heads) if isinstance(heads, (list, tuple)) else ""


def in_words(name: object) -> str:
    """Return an identifier as words: "success_story" is "success story"."""
    return clean(name).replace("_", " ")


def in_own_words(text: str, called: Words) -> str:
    """Return a text that speaks of partners in the words of the case.

    Examples
    --------
    >>> called = Words(line="region", partner="store", partners="stores", unit="car")
    >>> in_own_words("upkeep of connected partners", called)
    'upkeep of connected stores'
    """
    return text.replace("partners", called.partners).replace("partner", called.partner)


def row_title(name: str, called: Words = PLAIN_WORDS) -> str:
    """Return what a ledger row is called on a page."""
    text = in_own_words(LEDGER_WORDS.get(name, in_words(name)), called)
    return text[:1].upper() + text[1:]


def reading_title(name: object) -> str:
    """Return what a reading of the pay table means."""
    return READINGS.get(str(name), in_words(name))


def capital(text: str) -> str:
    """Return the text with its first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
