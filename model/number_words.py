"""Numbers as people write them: what is read as a number, and what a text that is none probably meant."""

from __future__ import annotations

import re
import unicodedata
from math import isfinite

SIGNS = {"万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2, "k": 1e3, "K": 1e3, "M": 1e6}
"""What a sign after a number multiplies it with."""
UNITS_OF_MANY = {"10k ": 1e4, "M ": 1e6}
"""How units begin that count many at once."""
MONEY = re.compile(r"^(¥|CNY|RMB|人民币)\s*|\s*(元|CNY|RMB)$")
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
CONTINENTAL = re.compile(r"[+-]?\d{1,3}(\.\d{3})*,\d+")
BRACKETED = re.compile(r"\((.*)\)")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})([-/.月](\d{1,2})日?)?月?")


def plain_number(text: str) -> float | None:
    """Return the number that a text is, None where it is none: digits with a point, nothing else (1234.5, -2, 1e3).

    Examples
    --------
    >>> plain_number("1234.5"), plain_number("1,234"), plain_number("５"), plain_number("nan")
    (1234.5, None, None, None)
    """
    if not (text.isascii() and len(text) <= 400 and PLAIN.fullmatch(text)):
        return None
    value = float(text)
    return value if isfinite(value) else None


def slip(text: str, unit: str = "") -> str:
    """Return how a text that is no number is written as one, empty where nobody can say.

    Parameters
    ----------
    unit : of the number that is wanted; it tells what a percent sign means

    Examples
    --------
    >>> slip("2.4万", "CNY/year"), slip("2.4万", "10k CNY/year")
    ('write 24000 as a number: 2.4万 → 24,000', 'write 2.4 as a number: 2.4万 → 2.4 10k CNY/year')
    >>> slip("20%", "share"), slip("20 %", "%"), slip("soon")
    ('write 0.2 as a number: 20% → 0.2', 'write 20 as a number: 20 % → 20', '')
    """
    value = meant(text, unit)
    if value is None:
        return ""
    told = f"{value:,.12g}" + (f" {unit}" if _scale(text, unit) != 1 else "")
    mend = f"write {value:.12g} as a number"
    return mend if told == text.strip() else f"{mend}: {text.strip()[:40]} → {told}"


def _scale(text: str, unit: str) -> float:
    """Return what a unit of many already counts where the text counts it too: 2.4万 is 2.4 in units of 10k."""
    counted = any(sign in text for sign in SIGNS)
    return next((size for word, size in UNITS_OF_MANY.items() if counted and unit.startswith(word)), 1)


def meant(text: str, unit: str = "") -> float | None:
    """Return the number that a text probably means in a unit, None where nobody can say; `slip` tells it."""
    told = MONEY.sub("", unicodedata.normalize("NFKC", text).strip()).strip()
    sign = 1.0
    if found := BRACKETED.fullmatch(told):
        told, sign = found[1].strip(), -1.0
    if told.endswith("%"):
        told, sign = told[:-1].strip(), sign if "%" in unit else sign / 100
    while told and told[-1] in SIGNS:
        sign, told = sign * SIGNS[told[-1]], told[:-1].strip()
    if GROUPED.fullmatch(told):
        told = told.replace(",", "")
    elif CONTINENTAL.fullmatch(told):
        told = told.replace(".", "").replace(",", ".")
    value = plain_number(told.replace(" ", "").replace("\u2212", "-"))
    return None if value is None else float(f"{value * sign / _scale(text, unit):.15g}")


def month_slip(text: str) -> str:
    """Return the month YYYY-MM that a text means, empty where it means none.

    Examples
    --------
    >>> month_slip("2027年1月"), month_slip("2027/01/15"), month_slip("soon")
    ('2027-01', '2027-01', '')
    """
    found = DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{found[1]}-{int(found[2]):02d}" if found and 1 <= int(found[2]) <= 12 else ""
