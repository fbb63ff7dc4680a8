"""Key paths as text and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.key_paths import path_of, path_text

KEYS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6) | st.integers(0, 99), max_size=4
)


@given(st.text(min_size=1, max_size=5), KEYS)
def test_text_and_back_is_the_same_path(first, rest):
    path = (first, *rest)
    assert path_of(path_text(path)) == path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("roles", "vp", "pay"), "roles.vp.pay"),
        (("phases", 1, "budget"), "phases[2].budget"),
        (("mode_paths", 0, 2), "mode_paths[1][3]"),
        (("业务线", "保险"), "业务线.保险"),
        (("a.b", 'c"d', "e f"), '"a.b"."c\\"d"."e f"'),
        ((), ""),
    ],
)
def test_the_form(path, text):
    assert path_text(path) == text
    assert path_of(text) == path


@pytest.mark.parametrize("text", [".a", "a.", "a..b", "a b", " a", "[1]", "a[0]", "a[x]", "a]b", 'a"b"', "a[1]b", '"a'])
def test_what_is_no_path(text):
    assert path_of(text) is None
