"""Texts that a phone can show, on one line."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from xivo_dird.phones.texts import cut, dialplan_name, one_line


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


@pytest.mark.parametrize(
    ("value", "max_characters", "name"),
    [
        (None, 80, ""),
        ("Ann Lee", 80, "Ann Lee"),
        ("Lee, Ann", 80, "Lee Ann"),
        ("Élodie O'Neil (Müller & Co.)", 80, "Élodie O'Neil (Müller & Co.)"),
        ('Eve" , ; "', 80, "Eve"),
        ("${SHELL(id)}", 80, "SHELL(id)"),
        ("a\\nb", 80, "anb"),
        ("<sip:1@x>;tag=1", 80, "sip:1@xtag=1"),
        ("a\r\nSET VARIABLE X 1", 80, "a SET VARIABLE X 1"),
        ("a\u2028b\x00\x85c\u202ed", 80, "a b cd"),
        (",;", 80, ""),
        ("Ann Lee", 4, "Ann"),
        ("👩👩👩", 2, "👩👩"),
    ],
)
def test_a_name_for_a_dialplan_is_one_harmless_value(value, max_characters, name):
    assert dialplan_name(value, max_characters) == name


@given(st.text(st.characters(exclude_categories=[])), st.integers(1, 300))
def test_no_name_ends_or_changes_a_value_of_a_dialplan(text, max_characters):
    name = dialplan_name(text, max_characters)
    assert not set(name) & set('"\\${}<>,;\r\n\0')
    assert len(name) <= max_characters
    assert name == name.strip() == dialplan_name(name, max_characters)
    name.encode()
