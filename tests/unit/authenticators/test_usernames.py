"""The syntax of user names."""

import pytest

from xivo_dird_authenticators._usernames import canonical_username


@pytest.mark.parametrize("name", ["ada", "Ada Lovelace", "ada@example.org", "jürgen", "名前", "a" * 128])
def test_any_text_without_colon_and_control_character_is_a_user_name(name: str) -> None:
    assert canonical_username(name) == name


def test_both_spellings_of_a_composed_character_are_one_name() -> None:
    assert canonical_username("ju\u0308rgen") == canonical_username("jürgen")


@pytest.mark.parametrize("text", ["", "a:b", "a\0", "a\n", "\x7f", "\x9f", "\ud800", "a" * 129])
def test_any_other_text_is_no_user_name(text: str) -> None:
    assert canonical_username(text) is None
