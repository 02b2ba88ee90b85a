"""Passwords: what is hashed, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.passwords import (
    MAX_PASSWORD_BYTES,
    NO_PASSWORD_HASH,
    PASSWORD_HASH,
    UnusablePassword,
    has_hash,
    hash_password,
    prepare_password,
)


def test_a_password_has_its_hash_and_no_other_has() -> None:
    password_hash = hash_password("pässwörd: 1")
    assert PASSWORD_HASH.fullmatch(password_hash)
    assert has_hash(prepare_password("pässwörd: 1"), password_hash)
    for other in ("passwörd: 1", "Pässwörd: 1", "pässwörd: 1 ", " pässwörd: 1"):
        assert not has_hash(prepare_password(other), password_hash)


def test_two_hashes_of_a_password_differ() -> None:
    assert hash_password("s3cret") != hash_password("s3cret")


def test_the_hash_of_unknown_users_can_be_checked_like_all_others() -> None:
    assert PASSWORD_HASH.fullmatch(NO_PASSWORD_HASH)
    assert not has_hash(b"s3cret", NO_PASSWORD_HASH)


@pytest.mark.parametrize(
    ("typed", "same"),
    [("u\u0308ber", "über"), ("a\u00a0b\u3000c", "a b c"), ("\u212b", "Å"), ("\uac00", "\u1100\u1161")],
)
def test_other_spaces_and_decomposed_characters_make_no_difference(typed: str, same: str) -> None:
    assert prepare_password(typed) == prepare_password(same)


@pytest.mark.parametrize(("typed", "other"), [("\uff41", "a"), ("A", "a"), ("\ufb01", "fi"), ("a  b", "a b")])
def test_width_case_ligatures_and_repeated_spaces_are_kept(typed: str, other: str) -> None:
    assert prepare_password(typed) != prepare_password(other)


@pytest.mark.parametrize("text", ["", "a\tb", "a\n", "\0", "\x7f", "\x85", "\ud800", "a" * 1_000_000])
def test_a_text_that_is_no_password_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(UnusablePassword) as caught:
        prepare_password(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 50


@pytest.mark.parametrize(("character", "count"), [("a", MAX_PASSWORD_BYTES), ("ü", MAX_PASSWORD_BYTES // 2)])
def test_the_maximum_length_counts_bytes(character: str, count: int) -> None:
    assert len(prepare_password(character * count)) == MAX_PASSWORD_BYTES
    with pytest.raises(UnusablePassword, match="longer than 1000 bytes"):
        prepare_password(character * (count + 1))


@given(st.text())
def test_preparing_a_password_twice_changes_nothing(text: str) -> None:
    try:
        prepared = prepare_password(text)
    except UnusablePassword:
        return
    assert prepare_password(prepared.decode()) == prepared
