"""Texts that a phone can show, on one line."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from xivo_dird.phones.texts import cut, one_line


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (12, "12"),
        ("Ann  Lee", "Ann Lee"),
        (" a\r\n\tb ", "a b"),
        ("a\x00\x07\x1b[2Jb", "a[2Jb"),
        ("a\x7f\x80\x9fb", "ab"),
        ("\ufffe\uffff\ufdd0\ud800", ""),
        ("Ada \u202e5551\u202c", "Ada 5551"),
        ("\u2066x\u2069", "x"),
        ("محمد علي", "محمد علي"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("]]> & <b>", "]]> & <b>"),
        ("\u00a0\u3000", ""),
    ],
)
def test_a_text_is_reduced_to_one_line_of_legal_characters(value, text):
    assert one_line(value) == text


@given(st.text(st.characters(exclude_categories=[])))
def test_every_text_can_be_parsed_after_escaping(text):
    line = one_line(text)
    assert ET.fromstring(f"<a b='{escape(line)}'/>").get("b") == line
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("text", "max_characters", "beginning"),
    [
        ("Ann Lee", 7, "Ann Lee"),
        ("Ann Lee", 6, "Ann L…"),
        ("Ann Lee", 5, "Ann…"),
        ("", 3, ""),
        ("👩👩👩", 2, "👩…"),
    ],
)
def test_a_long_text_is_cut_with_an_ellipsis(text, max_characters, beginning):
    assert cut(text, max_characters) == beginning
