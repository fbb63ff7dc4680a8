"""The gate before any file of an office program is opened: size, expansion and foreign XML refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from model.errors import Finding, InputError

MOST_BYTES = 20_000_000
MOST_EXPANDED = 200_000_000
MOST_RATIO = 200
FREE_BYTES = 100_000
"""Parts up to this size are not asked for their ratio: small repeated text may shrink much."""
MOST_PARTS = 2_000
MOST_ELEMENTS = 5_000_000
"""XML elements of one part: each takes memory, however short it is."""
OLD_FILE = b"\xd0\xcf\x11\xe0"
Read = TypeVar("Read")
CALLED = {".xlsx": "a workbook", ".pptx": "a deck", ".docx": "a document"}
"""What a file is called by its ending."""


def pass_package(path: Path, file: str, read: Callable[[dict[str, bytes]], Read]) -> tuple[bytes, Read]:
    """Return the bytes of a file that is safe to open, and what was read from its XML parts.

    Parameters
    ----------
    file : what the file is called to the reader
    read : receives the XML parts by name; what it cannot make sense of is told as a damaged file

    Raises
    ------
    InputError : no such file, none that is read, or larger than what is taken
    """
    raw, ending = _bytes(path, file), _ending(path)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as parts:
            _check_sizes(parts, file)
            texts = _expanded(parts, file)
        return raw, read(texts)
    except (zipfile.BadZipFile, ParseError, NotImplementedError, RuntimeError, KeyError, ValueError, EOFError) as error:
        if isinstance(error, DefusedXmlException):
            what, fix = "declares entities or a document type, which no office program writes", "do not open it"
            raise InputError(Finding("E-WORKBOOK", file, what, type(error).__name__, "plain XML", fix)) from error
        what, fix = (
            f"cannot be read as {CALLED[ending]}",
            f"open it in your office program and save it as {ending}",
        )
        raise InputError(Finding("E-WORKBOOK", file, what, type(error).__name__, ending, fix)) from error


def _ending(path: Path) -> str:
    """Return what a file should end in; whatever else is taken for a workbook."""
    return path.suffix.lower() if path.suffix.lower() in CALLED else ".xlsx"


def check_parts(texts: dict[str, bytes]) -> None:
    """Parse each XML part once, guarded; refuse what declares entities or holds too many elements."""
    for part, content in texts.items():
        for element in elements(content, part):
            element.clear()


def _bytes(path: Path, file: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise too_much(file, "is too large", f"{size / 1e6:,.1f} MB", f"{MOST_BYTES / 1e6:g} MB")
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(Finding("E-FILE", file, "no such file", str(path))) from error
    except OSError as error:
        raise InputError(Finding("E-FILE", file, "cannot be read", error.strerror or str(error))) from error
    if raw[:4] == OLD_FILE:
        ending = _ending(path)
        fix = f"open it in your office program and save it as {ending} without a password"
        what = f"is {CALLED[ending]} of the old kind or with a password"
        raise InputError(Finding("E-WORKBOOK", file, what, "", ending, fix))
    return raw


def too_much(file: str, what: str, found: str, allowed: str) -> InputError:
    """Return the refusal of a file that is larger than what is taken."""
    fix = "keep only the sheets of headcast, and no empty rows or pictures"
    return InputError(Finding("E-WORKBOOK", file, what, found, allowed, fix))


def _check_sizes(parts: zipfile.ZipFile, file: str) -> None:
    """Refuse by the directory of the archive alone, before anything is expanded."""
    found = parts.infolist()
    if len(found) > MOST_PARTS or len({part.filename for part in found}) < len(found):
        raise too_much(file, "holds too many parts, or one twice", f"{len(found):,}", f"{MOST_PARTS:,}, each once")
    total = sum(part.file_size for part in found)
    if total > MOST_EXPANDED:
        raise too_much(file, "expands to too much", f"{total / 1e6:,.0f} MB", f"{MOST_EXPANDED / 1e6:g} MB")
    for part in found:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > FREE_BYTES and ratio > MOST_RATIO:
            raise too_much(file, f"the part {part.filename} expands too much", f"{ratio:,.0f} times", f"{MOST_RATIO}")


def _expanded(parts: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    """Return all parts that are XML; reading each to its end also proves that its told size is true."""
    texts = {}
    for part in parts.infolist():
        content = parts.read(part)
        if part.filename.endswith((".xml", ".rels")):
            texts[part.filename] = content
    return texts


def elements(content: bytes, part: str = "a part") -> Iterator[Any]:
    """Return the elements of an XML part, guarded against entities and against too many of them."""
    for count, (_, element) in enumerate(iterparse(BytesIO(content), forbid_dtd=True)):
        count_elements(count, part)
        yield element


def count_elements(elements: int, where: str) -> None:
    """Refuse a part with more elements than what is taken."""
    if elements > MOST_ELEMENTS:
        raise too_much(where, "holds too many elements", f"over {MOST_ELEMENTS:,}", f"{MOST_ELEMENTS:,}")
