"""Key paths as text, in the form of TOML: roles.vp.pay, phases[2].budget, channels."a.b".share; rows count from 1."""

from __future__ import annotations

import re
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
BARE = re.compile(r'[^\s."\'\[\]\\]+')
PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s."\'\[\]\\]+)|\[(\d{1,6})\]')


def path_text(path: KeyPath) -> str:
    """Return a key path as text.

    Examples
    --------
    >>> path_text(("phases", 1, "budget")), path_text(("a.b", "c"))
    ('phases[2].budget', '"a.b".c')
    """
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key + 1}]"
        else:
            text += ("." if text else "") + (key if BARE.fullmatch(key) else _quoted(key))
    return text


def path_of(text: str) -> KeyPath | None:
    """Return the key path that a text means, None where it is none.

    Examples
    --------
    >>> path_of("phases[2].budget"), path_of("a..b"), path_of("")
    (('phases', 1, 'budget'), None, ())
    """
    path: list[str | int] = []
    place = 0
    while place < len(text):
        dot = text[place] == "." and place > 0
        found = PART.match(text, place + dot)
        if not found or (place and dot == (found[3] is not None)):
            return None
        if found[3] is not None and (not path or int(found[3]) < 1):
            return None
        path.append(int(found[3]) - 1 if found[3] else found[2] or _unquoted(found[1]))
        place = found.end()
    return tuple(path)


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
