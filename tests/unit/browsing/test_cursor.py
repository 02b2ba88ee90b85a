"""Cursors: whatever a client sends is a position or an error that names the parameter."""

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.bounds import MAX_INTEGER
from xivo_dird.browsing.cursor import Cursor, start_of
from xivo_dird.directory.sort_order import SortOrder
from xivo_dird.exceptions import InvalidArgument

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda parts: st.lists(parts, max_size=4),
)


def encoded(content):
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_cursor_of_any_contact_is_read_again(name, town):
    key = SortOrder(("town", "name")).key({"name": name, "town": town})
    cursor = Cursor(key, "2c34c282-433e-4bb8-8d56-fec14ff7e1e9", 3)
    assert start_of("", cursor.encode()) == cursor


def test_the_longest_key_fits_into_a_cursor():
    key = SortOrder(("town", "name")).key({"name": "\U0001f600" * 999, "town": '"' * 999})
    assert start_of("", Cursor(key, "u" * 36, MAX_INTEGER).encode()).key == key


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "=",
        "äöü",
        "\x00",
        "\ud800",
        "WyIwYSIsIiIsMF0 ",
        "WyIwYSIsIiIsMF0=+",
        "A" * 5000,
        encoded(b"\xff\xfe"),
        encoded(b"null"),
        encoded(b"{}"),
        encoded(b'["0a","",0'),
        encoded(b'["0a",""]'),
        encoded(b'["0a","",0,0]'),
        encoded(b'["0a","",-1]'),
        encoded(b'["0a","",true]'),
        encoded(b'["0a","",1.0]'),
        encoded(b'["0a","","1"]'),
        encoded(b'["0a","",9223372036854775808]'),
        encoded(b'["0a","",1e400]'),
        encoded(b'["0a","",NaN]'),
        encoded(b'["0a",null,0]'),
        encoded(b'[0,"",0]'),
        encoded(rb'["\ud800","",0]'),
        encoded(b'["' + b"a" * 600 + b'","",0]'),
        encoded(b'["0a","' + b"a" * 65 + b'",0]'),
        encoded(b"[" * 2900),
    ],
)
def test_what_is_no_cursor_is_an_error_that_names_it(after):
    with pytest.raises(InvalidArgument) as caught:
        start_of("", after)
    assert list(caught.value.details) == ["after"]


@given(JSON)
def test_json_is_a_cursor_or_an_error(value):
    try:
        cursor = start_of("", encoded(json.dumps(value).encode()))
    except InvalidArgument:
        return
    assert [*cursor] == value


def test_a_cursor_and_a_text_together_are_an_error():
    with pytest.raises(InvalidArgument) as caught:
        start_of("m", Cursor().encode())
    assert list(caught.value.details) == ["after"]


def test_a_blank_text_is_the_begin_of_the_list():
    assert start_of("", "") == start_of(" \t", "") == Cursor()
    assert start_of("É", "") == start_of("e", "")


def test_equal_contacts_of_the_sources_before_come_no_more():
    assert Cursor("0m", "b", 2).starts(["a", "b", "c"]) == [("0m\0", 0), ("0m", 2), ("0m", 0)]
    assert Cursor("0m", "gone", 2).starts(["a", "b"]) == [("0m", 0), ("0m", 0)]
    assert Cursor("0m", "gone", 2).starts([]) == []
