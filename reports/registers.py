"""The register of a document travels in its file, and comes back with what stands there now."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape
from zipfile import BadZipFile

import docx
import pptx
from defusedxml.ElementTree import fromstring
from docx.opc.exceptions import PackageNotFoundError as NoMemo
from docx.opc.packuri import PackURI as MemoName
from docx.opc.part import Part as MemoPart
from pptx.exc import PackageNotFoundError as NoDeck
from pptx.opc.package import Part as DeckPart
from pptx.opc.packuri import PackURI as DeckName

from model.errors import Finding, InputError
from model.package_gate import CALLED, check_parts, pass_package
from reports import book_places, deck_places, memo_places, page_places
from reports.tracing import Place

SPACE = "urn:headcast:register"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
PROPERTIES_RELATION = RELATION + "Props"
XML, PROPERTIES_TYPE = "application/xml", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
Found = tuple[dict[str, Any], dict[str, Place]]


def into_deck(presentation: Any, register: Mapping[str, Any]) -> None:
    """Put a register into an open deck, as a part that programs keep when they save it."""
    package = presentation.part.package
    item, properties = _parts(register)
    part = DeckPart(package.next_partname("/customXml/item%d.xml"), XML, package, item)
    told = DeckPart(DeckName(_properties_name(part.partname)), PROPERTIES_TYPE, package, properties)
    part.relate_to(told, PROPERTIES_RELATION)
    presentation.part.relate_to(part, RELATION)


def into_memo(document: Any, register: Mapping[str, Any]) -> None:
    """Put a register into an open memo, as a part that programs keep when they save it."""
    package = document.part.package
    item, properties = _parts(register)
    part = MemoPart(package.next_partname("/customXml/item%d.xml"), XML, item, package)
    told = MemoPart(MemoName(_properties_name(part.partname)), PROPERTIES_TYPE, properties, package)
    part.relate_to(told, PROPERTIES_RELATION)
    document.part.relate_to(part, RELATION)


def _properties_name(item: str) -> str:
    return str(item).replace("/item", "/itemProps")


def _parts(register: Mapping[str, Any]) -> tuple[bytes, bytes]:
    # Plain ASCII: JSON then escapes each character that XML cannot hold.
    text = escape(json.dumps(register, separators=(",", ":")))
    item = f'{HEAD}<register xmlns="{SPACE}">{text}</register>'
    mark = str(uuid5(NAMESPACE_URL, SPACE)).upper()
    told = (
        f'{HEAD}<ds:datastoreItem ds:itemID="{{{mark}}}" xmlns:ds="{PROPERTIES}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{SPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    return item.encode(), told.encode()


def read(path: Path) -> Found:
    """Return the register that a file carries and what stands in the file now, by place.

    Raises
    ------
    InputError : no such file, of a kind that carries no register, damaged, or without register
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise _refused(path, "carries no register of numbers", path.suffix, ", ".join(READERS))
    if not path.is_file():
        raise _refused(path, "there is no such file")
    try:
        register, places = reader(_checked(path))
    except (BadZipFile, NoDeck, NoMemo, KeyError, ValueError, SyntaxError, OSError) as error:
        raise _refused(path, f"cannot be read as {path.suffix}", str(error)[:200]) from error
    if not isinstance(register.get("places"), dict):
        raise _refused(
            path,
            "holds no list of sources",
            fix="trace what headcast wrote; a copy through another program may lose it",
        )
    return register, places


def _checked(path: Path) -> bytes:
    """Return the bytes of a file; those of office programs only after the gate."""
    return pass_package(path, str(path), check_parts)[0] if path.suffix.lower() in CALLED else path.read_bytes()


def _deck(raw: bytes) -> Found:
    presentation = pptx.Presentation(BytesIO(raw))
    return _carried(presentation.part.package), deck_places.deck_places(presentation)


def _memo(raw: bytes) -> Found:
    document = docx.Document(BytesIO(raw))
    return _carried(document.part.package), memo_places.memo_places(document)


def _carried(package: Any) -> dict[str, Any]:
    """Return the register among the parts of a package, an empty one if there is none."""
    for part in package.iter_parts():
        if str(part.partname).startswith("/customXml/item") and SPACE.encode() in part.blob:
            root = fromstring(part.blob)
            if root.tag == f"{{{SPACE}}}register":
                return _table(root.text)
    return {}


def _page(raw: bytes) -> Found:
    reader = page_places.PageReader()
    reader.feed(raw.decode())
    reader.close()
    return _table(reader.register), reader.places


def _table(text: str | None) -> dict[str, Any]:
    found = json.loads(text or "{}")
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}


def _refused(path: Path, what: str, found: str = "", allowed: str = "", fix: str = "") -> InputError:
    return InputError(Finding("E-FILE", str(path), what, found, allowed, fix))


READERS: dict[str, Callable[[bytes], Found]] = {
    ".pptx": _deck,
    ".docx": _memo,
    ".xlsx": book_places.read_book,
    ".html": _page,
}
"""How each kind of file is read."""
