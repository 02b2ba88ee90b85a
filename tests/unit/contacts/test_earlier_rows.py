"""The rows of a file are remembered, in memory first and then in a temporary file."""

import sqlite3

import pytest

from xivo_dird.contacts.earlier_rows import EarlierRows
from xivo_dird.exceptions import TemporaryFilesUnavailable


def digest(number):
    return number.to_bytes(16, "big")


def test_a_digest_is_new_once():
    with EarlierRows() as earlier:
        assert earlier.add(map(digest, (1, 2, 1))) == {digest(1), digest(2)}
        assert earlier.add(map(digest, (1, 3, 2))) == {digest(3)}
        assert len(earlier.add(map(digest, range(3, 2000)))) == 1996


def test_two_files_have_nothing_in_common():
    with EarlierRows() as one, EarlierRows() as other:
        assert one.add([b"x"])
        one.claim("7", b"x")
        assert other.add([b"x"])
        assert other.claimed_by("7") is None


def test_the_digest_of_the_row_that_claims_an_id_is_found():
    with EarlierRows() as earlier:
        earlier.claim("7", b"x")
        earlier.claim("é\U0001f600", b"y")
        assert [earlier.claimed_by(one) for one in ("7", "é\U0001f600", "8", "07")] == [
            b"x",
            b"y",
            None,
            None,
        ]


def test_a_temporary_file_without_room_is_reported(monkeypatch):
    limited = sqlite3.connect("", isolation_level=None)
    limited.execute("PRAGMA max_page_count = 10")
    monkeypatch.setattr(sqlite3, "connect", lambda *_arguments, **_options: limited)
    with EarlierRows() as earlier, pytest.raises(TemporaryFilesUnavailable, match="full"):
        earlier.add(map(digest, range(10_000)))
