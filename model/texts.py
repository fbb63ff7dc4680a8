"""What a text may hold, one rule for every door: TOML, CSV, workbooks in and out. Unfit text is refused, never cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

MOST_TEXT = 32_767
"""UTF-16 units that a cell of a workbook holds."""
MOST_NAME = 120
"""Bytes of a name in UTF-8: names become names of files, and a file system takes 255 with what stands around them."""
NAMES = ("id", "name")
LINES = "\n\t"
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = frozenset("\u2028\u2029\u200b\ufeff")


def text_fault(text: str) -> str:
    """Return what makes a text unfit, empty where it is fit.

    Examples
    --------
    >>> text_fault("First insurer 保险一")
    ''
    >>> text_fault("First" + chr(7))
    'holds the control character U+0007'
    """
    for sign in text:
        if not (sign.isprintable() or sign in LINES) and (what := _unfit(sign)):
            return f"holds the {what} U+{ord(sign):04X}"
    if len(text) > MOST_TEXT // 2 and (units := len(text.encode("utf-16-le")) // 2) > MOST_TEXT:
        return f"is {units:,} characters long, of {MOST_TEXT:,} that a cell holds"
    return ""


def name_fault(name: str) -> str:
    """Return what makes a name unfit: what makes a text unfit, line breaks, or more than 120 bytes."""
    if not name.isprintable() and any(sign in LINES for sign in name):
        return "is a name with a line break or tab"
    if (size := len(name.encode("utf-8", "surrogatepass"))) > MOST_NAME:
        return f"is a name of {size:,} bytes, of {MOST_NAME} that it may have"
    return text_fault(name)


def unfit_texts(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield each unfit text of a tree as key path, text and what is wrong; keys, ids and names are names."""
    if isinstance(data, dict):
        for key, part in data.items():
            if fault := name_fault(str(key)):
                yield path, str(key), fault
            yield from unfit_texts(part, (*path, key))
    elif isinstance(data, list):
        for index, part in enumerate(data):
            yield from unfit_texts(part, (*path, index))
    elif isinstance(data, str) and (fault := (name_fault if path[-1:] in _NAME_ENDS else text_fault)(data)):
        yield path, data, fault


_NAME_ENDS = {(name,) for name in NAMES}


def visible(text: str) -> str:
    """Return a text with each unfit sign written as its code, so that no message can steer a terminal.

    Examples
    --------
    >>> visible("red" + chr(27) + "[31m")
    'red\\\\u001b[31m'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in LINES or not _unfit(sign) else f"\\u{ord(sign):04x}" for sign in text
    )


def _unfit(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cc":
        return "control character"
    if kind == "Cs":
        return "half of a character"
    if sign in TURNING:
        return "sign that turns the direction of text"
    if sign in UNSEEN:
        return "sign that nobody sees"
    return "code that is no character" if ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF else ""
