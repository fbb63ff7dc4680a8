"""Text files whatever program saved them: the encoding is known by its mark or by strict decoding, never assumed."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from model.errors import Finding

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHINESE = "gb18030"
"""Holds all of GBK and GB 2312."""
MOST_BYTES = 20_000_000
RARE = "\0"
SWALLOWED = re.compile(f"[A-Za-z]{RARE}|{RARE}[A-Za-z]")
"""A rare sign beside a letter: western text, whose accented letter has swallowed the next one."""


def decoded(path: Path, file: str) -> tuple[str, list[Finding]]:
    """Return the text of a file; a fault comes back as a finding.

    A mark at the beginning decides. Without one UTF-8 is tried, then GB18030, both strictly, and the person is asked
    where the bytes may as well be the other.
    """
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            found, allowed = f"{size / 1e6:,.1f} MB", f"{MOST_BYTES / 1e6:g} MB"
            return "", [Finding("E-FILE", file, "is too large", found, allowed)]
        raw = path.read_bytes()
    except FileNotFoundError:
        return "", [Finding("E-FILE", file, "no such file", str(path))]
    except OSError as error:
        return "", [Finding("E-FILE", file, "cannot be read", error.strerror or str(error))]
    return decode(raw, file)


def decode(raw: bytes, file: str) -> tuple[str, list[Finding]]:
    """Return the text that bytes are; a fault comes back as a finding."""
    marked = next((encoding for mark, encoding in MARKS if raw.startswith(mark)), "")
    text, chinese = (_as(raw, encoding) for encoding in (marked or "utf-8", CHINESE))
    if text is not None and (marked or chinese is None or not _is_chance(text, chinese)):
        return text, []
    if text is None and chinese is not None and not marked and not SWALLOWED.search(_rare(chinese)):
        return chinese, []
    if chinese is None or marked:
        return "", [Finding("E-ENCODING", file, "not UTF-8, UTF-16 or GBK text", "", "UTF-8", "save it as UTF-8")]
    found = f"{_sample(text)} or {_sample(chinese)}" if text else _sample(chinese)
    fix = "save it as UTF-8 with a mark (BOM), in Excel: CSV UTF-8"
    return "", [Finding("E-ENCODING", file, "its encoding cannot be told for sure", found, "one reading", fix)]


def _as(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_chance(text: str, chinese: str) -> bool:
    """Tell whether Chinese in GBK may have passed as UTF-8 by chance: that makes two-byte signs only."""
    return all(sign < "\u0800" for sign in text) and not text.isascii() and all(map(_is_han, _beyond_ascii(chinese)))


def _rare(chinese: str) -> str:
    """Return the text with a mark in place of each sign that is not among the 7,000 of GB 2312."""
    return "".join(sign if sign.isascii() or _is_common(sign) else RARE for sign in chinese)


def _is_common(sign: str) -> bool:
    try:
        return bool(sign.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _is_han(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff"


def _beyond_ascii(text: str) -> str:
    return "".join(sign for sign in text if not sign.isascii())


def _sample(text: str) -> str:
    """Return the first words of a text that are not plain ASCII, as they would read."""
    return next((word[:20] for word in text.replace(",", " ").split() if not word.isascii()), "")
