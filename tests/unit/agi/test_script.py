"""The script that a dialplan names."""

import pytest

from xivo_dird.agi.script import InvalidScript, parse_script

USER = "44444444-4444-4444-8444-444444444444"


@pytest.mark.parametrize(
    ("text", "profile", "user"),
    [
        ("", "", ""),
        ("/", "", ""),
        ("default", "default", ""),
        ("default/", "default", ""),
        (f"default/{USER}", "default", USER),
        (f"/{USER}", "", USER),
        (f"default/{USER.upper()}", "default", USER),
        ("sales%20team/lobby%2F1", "sales team", "lobby/1"),
        ("%C3%A9quipe/x", "équipe", "x"),
    ],
)
def test_a_script_is_a_profile_and_a_user(text: str, profile: str, user: str) -> None:
    assert parse_script(text) == (profile, user)


@pytest.mark.parametrize(
    "text", ["a/b/c", f"a/{USER}?user=b", "?profile=a", "a/%ff", "a%00", "a/b%0Ac", "/a/b"]
)
def test_another_script_is_an_error(text: str) -> None:
    with pytest.raises(InvalidScript):
        parse_script(text)
