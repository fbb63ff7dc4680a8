"""How a number is written in a sentence or a cell, by form and language, so that it can be written again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from unicodedata import east_asian_width

from model.quoting import Value
from reports import words
from reports.chinese_limits import chinese_limit
from reports.words import MINUS, UNIT, is_number

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
WAN, YI = 1e4, 1e8
"""万 and 亿, the units in which Chinese readers count money."""
UNKNOWN = "–"
"""Stands where the draws support no figure."""


def wan(cny: float, plus: bool = False) -> str:
    """Return an amount in 万元, from 1e8 on in 亿元.

    Examples
    --------
    >>> wan(8_700_000.0, plus=True), wan(-123_456_789.0), wan(3_200.0)
    ('+870万元', '−1.23亿元', '0.32万元')
    """
    size = abs(cny)
    unit, name = (YI, "亿元") if size >= YI else (WAN, "万元")
    decimals = 2 if size >= YI else 0 if size >= 9.95e4 or not cny else 1 if size >= 9.95e3 else 2
    text = f"{size / unit:,.{decimals}f}"
    zero = not text.strip("0.,")
    return ("" if zero else MINUS if cny < 0 else "+" if plus else "") + text + name


def wan_bare(cny: float, plus: bool = False) -> str:
    """Return an amount as a number of 万元, for cells whose header has the unit.

    Examples
    --------
    >>> wan_bare(-123_456_789.0), wan_bare(81_234.0, plus=True)
    ('−12,346', '+8.1')
    """
    size = abs(cny) / WAN
    text = f"{size:,.{0 if size >= 9.95 or not cny else 1}f}"
    return ("" if not text.strip("0.,") else MINUS if cny < 0 else "+" if plus else "") + text


def _million(cny: float, plus: bool = False) -> str:
    return f"{words.money(cny, plus)} {UNIT}"


def _signed(value: float, decimals: int) -> str:
    """Return a number with so many decimals, never a zero with a sign."""
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS if value < 0 and text.strip('0.,') else ''}{text}"


def _fine_bare(cny: float) -> str:
    return _signed(cny / words.MILLION, 2)


def _fine(cny: float) -> str:
    return f"{_fine_bare(cny)} {UNIT}"


def _wan_whole(cny: float) -> str:
    return _signed(cny / WAN, 0)


def _percent_fine(share: float) -> str:
    return f"{_signed(share * 100, 1)}\u00a0%"


def _error(cny: float) -> str:
    return f"± <0.01 {UNIT}" if 0 < abs(cny) < 5_000 else f"± {words.money(cny)} {UNIT}"


def _wan_error(cny: float) -> str:
    return "±<1万元" if 0 < abs(cny) < 5_000 else f"±{wan(cny)}"


def _count(value: float) -> str:
    return f"{MINUS if value < 0 and round(value) else ''}{abs(round(value)):,}"


def _tight(text: str) -> str:
    return text.replace("\u00a0%", "%").replace("± ", "±")


def _size(write: Writer) -> Writer:
    """Return the form that leaves the sign to the words around it."""
    return lambda value: write(abs(value))


Writer = Callable[[float], str]
ENGLISH: dict[str, Writer] = {
    "money": _million,
    "money_plus": lambda value: _million(value, plus=True),
    "money_size": _size(_million),
    "money_fine": _fine,
    "money_bare_fine": _fine_bare,
    "money_bare_fine_size": _size(_fine_bare),
    "money_bare": words.money,
    "money_bare_plus": lambda value: words.money(value, plus=True),
    "money_bare_size": _size(words.money),
    "error": _error,
    "error_bare": words.error,
    "percent": words.percent,
    "percent_plus": lambda value: words.percent(value, plus=True),
    "percent_size": _size(words.percent),
    "percent_error": words.percent_error,
    "percent_fine": _percent_fine,
    "count": _count,
    "decimal": words.plain,
    "exact": lambda value: f"{value:.12g}",
    "times": lambda value: words.plain(round(value, 2)),
    "decimal_plus": lambda value: words.plain(value, plus=True),
}
CHINESE: dict[str, Writer] = {
    **ENGLISH,
    "money": wan,
    "money_plus": lambda value: wan(value, plus=True),
    "money_size": _size(wan),
    "money_fine": wan,
    "money_bare_fine": _wan_whole,
    "money_bare_fine_size": _size(_wan_whole),
    "money_bare": wan_bare,
    "money_bare_plus": lambda value: wan_bare(value, plus=True),
    "money_bare_size": _size(wan_bare),
    "error": _wan_error,
    "error_bare": lambda value: f"±{wan_bare(value)}",
    "percent": lambda value: _tight(words.percent(value)),
    "percent_plus": lambda value: _tight(words.percent(value, plus=True)),
    "percent_size": _size(lambda value: _tight(words.percent(value))),
    "percent_error": lambda value: _tight(words.percent_error(value)),
    "percent_fine": lambda value: _tight(_percent_fine(value)),
}
MONTH, TEXT, NAME, PASSAGE, LIMIT = "month", "text", "name", "passage", "limit"
"""A programme month written as calendar month; words as they stand; a name on one line and a few lines, if too long cut
with a sign that they were; the words of a limit, which are ours."""
WIDE = {NAME: 64, PASSAGE: 400, LIMIT: 100}
"""Letters of a name and of a passage; a Chinese sign counts as two."""
FORMS = (*ENGLISH, MONTH, TEXT, *WIDE)


def written(value: Value, form: str, language: Language, start: str) -> str:
    """Return a value in a form, a dash where there is none.

    Parameters
    ----------
    form : one of `FORMS`
    start : first calendar month of the case, YYYY-MM

    Examples
    --------
    >>> written(8.7e6, "money_plus", "en", ""), written(8.7e6, "money_plus", "zh", "")
    ('+8.7 M CNY', '+870万元')
    >>> written(14, "month", "en", "2027-01"), written(14, "month", "zh", "2027-01"), written(None, "count", "en", "")
    ('Feb 2028', '2028年2月', '–')
    """
    if form in (TEXT, *WIDE):
        text = words.clean(value) if value is not None else UNKNOWN
        if form not in WIDE:
            return text
        text = words.plain_sources(" ".join(text.split()))
        return cut(chinese_limit(text) if form == LIMIT and language == "zh" else text, WIDE[form])
    if not is_number(value):
        return UNKNOWN
    if form == MONTH:
        return (words.calendar(start, value) if language == "en" else chinese_month(start, value)) or UNKNOWN
    return (ENGLISH if language == "en" else CHINESE)[form](value)


def width(text: str) -> int:
    """Return how many letters wide a text is; Chinese signs and the like count as two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def cut(text: str, most: int) -> str:
    """Return a text of at most so many letters, an ellipsis where it was cut.

    Examples
    --------
    >>> cut("First insurer", 8), cut("保险一", 5), cut("Lean", 4)
    ('First i…', '保险…', 'Lean')
    """
    if width(text) <= most:
        return text
    while width(text) >= most:
        text = text[:-1]
    return text.rstrip() + "…"


def chinese_month(start: str, month: float) -> str:
    """Return the calendar month of programme month 1…T in Chinese, "" for month 0."""
    if month < 1:
        return ""
    year, first = (int(part) for part in start.split("-"))
    count = first - 1 + round(month) - 1
    return f"{year + count // 12}年{count % 12 + 1}月"
