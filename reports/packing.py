"""Office files that are the same bytes for the same content: a zip archive without the time of writing."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
"""First moment that a zip archive can tell."""


def timeless(archive: bytes) -> bytes:
    """Return a zip archive with the same members in the same order, each dated alike."""
    out = BytesIO()
    with ZipFile(BytesIO(archive)) as given, ZipFile(out, "w") as made:
        for member in given.infolist():
            told = ZipInfo(member.filename, EPOCH)
            told.compress_type = ZIP_DEFLATED
            made.writestr(told, given.read(member.filename))
    return out.getvalue()
