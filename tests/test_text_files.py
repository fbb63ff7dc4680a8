"""Encodings of text files: by their mark, else by strict decoding; where two fit the person is asked."""

import pytest

from model.text_files import MOST_BYTES, decode, decoded

TEXT = "编号,名称\np1,第一保险公司\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gbk", "gb18030", "gb2312"])
def test_chinese_in_each_encoding_reads_the_same(encoding):
    raw = TEXT.encode(encoding)
    raw = b"\xfe\xff" + raw if encoding == "utf-16-be" else raw
    assert decode(raw, "p.csv") == (TEXT, [])


@pytest.mark.parametrize("text", ["plain", "dash – and ×万", "naïve – 保险", ""])
def test_utf8_stays_utf8(text):
    assert decode(text.encode(), "p.csv") == (text, [])


def test_rare_signs_of_gbk_are_read():
    assert decode("名称,朱镕基 凃".encode("gb18030"), "p.csv") == ("名称,朱镕基 凃", [])


@pytest.mark.parametrize("text", ["café", "Müller", "naïve,x"])
def test_where_two_fit_the_person_is_asked(text):
    # é in UTF-8 is the byte pair of one Chinese sign in GBK: nobody can tell.
    (finding,) = decode(text.encode(), "p.csv")[1]
    assert (finding.code, finding.what) == ("E-ENCODING", "its encoding cannot be told for sure")
    assert " or " in finding.found
    assert "BOM" in finding.fix
    assert decode(text.encode("utf-8-sig"), "p.csv") == (text, [])


@pytest.mark.parametrize("text", ["Détail", "café,x", "Fräulein"])
def test_western_bytes_are_never_taken_for_another_text(text):
    told, (finding,) = decode(text.encode("latin-1"), "p.csv")
    assert (told, finding.code) == ("", "E-ENCODING")


@pytest.mark.parametrize("raw", [b"\xff\xfea", b"\xef\xbb\xbf\xff", b"a\xff", b"\x81"])
def test_bytes_that_are_no_text_are_refused(raw):
    (finding,) = decode(raw, "p.csv")[1]
    assert finding.what == "not UTF-8, UTF-16 or GBK text"


def test_files_that_are_missing_a_folder_or_too_large_are_told(tmp_path):
    assert decoded(tmp_path / "no.csv", "no.csv")[1][0].what == "no such file"
    assert decoded(tmp_path, "folder")[1][0].what == "cannot be read"
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert decoded(large, "large.csv")[1][0].what == "is too large"
    with large.open("wb") as file:
        file.write(b"a")
    assert decoded(large, "large.csv") == ("a", [])
