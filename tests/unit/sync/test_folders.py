"""The folders of users: one for each, whatever their names are."""

import re
from pathlib import Path

from xivo_dird.sync import user_folder


def test_tenant_and_user_are_not_confused():
    pairs = [
        ("a", "bc"),
        ("ab", "c"),
        ("", "abc"),
        ("abc", ""),
        ("1", "1:1"),
        ("1:1", "1"),
        ("\ud800", "x"),
        ("x", "\ud800"),
    ]
    folders = {user_folder(Path("source"), *pair) for pair in pairs}
    assert len(folders) == len(pairs)
    assert all(re.fullmatch("source/users/[0-9a-f]{32}", str(folder)) for folder in folders)
