"""Office files without the time of writing."""

from io import BytesIO
from zipfile import ZipFile, ZipInfo

from reports.packing import EPOCH, timeless


def archive(*moments):
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for place, moment in enumerate(moments):
            made.writestr(ZipInfo(f"part{place}.xml", moment), f"<part>{place}</part>")
    return out.getvalue()


def test_the_time_of_writing_is_left_out_and_nothing_else():
    one, other = (timeless(archive((2026, 1, day, 0, 0, 0), (2026, 2, day, 0, 0, 0))) for day in (1, 2))
    assert one == other
    with ZipFile(BytesIO(one)) as found:
        assert [(member.filename, member.date_time) for member in found.infolist()] == [
            ("part0.xml", EPOCH),
            ("part1.xml", EPOCH),
        ]
        assert found.read("part1.xml") == b"<part>1</part>"
