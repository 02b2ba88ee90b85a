"""Sort keys: letters before Han before the rest before nothing, compared alike by SQLite and Python."""

import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.text.folding import SEPARATOR, storable
from xivo_dird.text.sort_key import (
    EMPTY,
    HAN,
    LETTERS,
    MAX_TEXT_CHARACTERS,
    OTHERS,
    first_value_key,
    next_key,
    sort_key,
    sort_text,
    value_key,
)

ODD_TEXTS = st.text(
    alphabet="aAéßİﬁ東\U00020000\U0001f600א1 \t\0\x01\x1e\x1f\x7f\x85\u200b\ud800\uffff", max_size=8
)
TEXTS = st.text(max_size=8) | ODD_TEXTS


@pytest.mark.parametrize(
    "texts",
    [
        ["Abel", "ábel", "ABELS", "Zoë", "Émile"],
        ["strasse", "Straße", "STRASSEN"],
        ["fin", "ﬁn"],
        ["İpek", "ipek"],
        ["\uff21nna", "anna"],
    ],
)
def test_case_accents_and_forms_of_letters_do_not_matter(texts):
    keys = {value_key(text) for text in texts}
    assert keys == {value_key(unicodedata.normalize("NFD", text).swapcase()) for text in texts}


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("Zoë", LETTERS + "zoe"),
        ("ß", LETTERS + "ss"),
        ("Дмитрий", LETTERS + "дмитрии"),
        ("\u200f\u05d0\u05d1", LETTERS + "\u05d0\u05d1"),
        ("محمد", LETTERS + "محمد"),
        ("東京", HAN + "東京"),
        ("\U00020000", HAN + "\U00020000"),
        ("\uf900", HAN + "\u8c48"),
        ("42 Main Street", OTHERS + "42 main street"),
        ("٤٢", OTHERS + "42"),
        ("\U0001f600 Bob", OTHERS + "\U0001f600 bob"),
        ("(Acme)", OTHERS + "(acme)"),
        (17, OTHERS + "17"),
        (False, LETTERS + "false"),
        ("", EMPTY),
        (" \t\xa0\u3000", EMPTY),
        ("\u200b", EMPTY),
        ("\0\x01", EMPTY),
        (None, EMPTY),
        ([], EMPTY),
        ({}, EMPTY),
        (["", " ", None, "Bob", "Ada"], LETTERS + "bob"),
        ({"first": {"deep": ["Ada"]}}, LETTERS + "ada"),
    ],
)
def test_the_first_character_decides_on_the_kind_of_a_text(value, key):
    assert value_key(value) == key


def test_letters_come_before_han_others_and_nothing():
    texts = ["", "\U0001f600", "7", "\U00020000", "東", "Я", "z", "é", "A"]
    assert sorted(texts, key=value_key) == ["A", "é", "z", "Я", "東", "\U00020000", "7", "\U0001f600", ""]


@pytest.mark.parametrize("text", ["x" * 10_000, "ﷺ" * 10_000, " " * 10_000 + "e\u0301" * 10_000])
def test_a_long_text_is_cut(text):
    assert len(sort_text(text)) == MAX_TEXT_CHARACTERS
    assert 1 < len(value_key(text)) <= 1 + MAX_TEXT_CHARACTERS


def test_the_text_of_a_value_keeps_case_and_accents():
    assert sort_text(["", "  Zoë\tMüller\n"]) == "Zoë Müller"
    assert sort_text(None) == ""


@pytest.mark.parametrize("separator", [SEPARATOR, "\0", "\x01", "\x1e"])
def test_a_separator_in_a_value_does_not_shift_the_next_one(separator):
    texts = [[f"a{separator}b", "z"], ["a", "z"], ["a", "c"], ["a b", "a"]]
    keys = [sort_key(map(sort_text, values)) for values in texts]
    assert sorted(range(4), key=keys.__getitem__) == [2, 1, 3, 0]
    assert [first_value_key(key) for key in keys] == [value_key(first) for first, _ in texts]
    assert value_key(f"a{separator}b") == value_key("a b")


@given(st.lists(TEXTS, max_size=12))
def test_sqlite_and_python_compare_keys_alike(texts):
    keys = [sort_key([sort_text(text), sort_text(text[::-1])]) for text in texts]
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE ordered (key TEXT)")
    connection.executemany("INSERT INTO ordered VALUES (?)", zip(keys, strict=True))
    assert [key for (key,) in connection.execute("SELECT key FROM ordered ORDER BY key")] == sorted(keys)
    connection.close()


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_the_first_value_decides_and_then_the_next_one(first, second, third, fourth):
    left, right = (first, second), (third, fourth)
    left_key, right_key = (sort_key(map(sort_text, values)) for values in (left, right))
    left_keys, right_keys = (tuple(map(value_key, values)) for values in (left, right))
    assert (left_key < right_key) == (left_keys < right_keys)
    assert left_keys[0] <= left_key
    assert (right_key < next_key(left_key)) == (right_key <= left_key)


@given(TEXTS)
def test_every_text_can_be_stored(text):
    found = sort_text(text)
    assert found == storable(found) == sort_text(found)
    value_key(text).encode()
