"""Formula guards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.csv_files.guards import protect_guard, undo_guard


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("'+49 30 23125015", "+49 30 23125015"),
        ("'=1+1", "=1+1"),
        ("'-1", "-1"),
        ("'@home", "@home"),
        ("'\tx", "\tx"),
        ("'\rx", "\rx"),
        ('="0221 4710125"', "0221 4710125"),
        ('="Müller"', "Müller"),
        ('="Al ""Scarface"" Capone"', 'Al "Scarface" Capone'),
        ('=""', ""),
        ("''+49", "'+49"),
    ],
)
def test_a_guard_is_undone(text, plain):
    assert undo_guard(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "'t Hooft",
        "'s-Hertogenbosch",
        "'",
        "''",
        "'x'",
        "O'Neil",
        "+49 30",
        "=1+1",
        '="a"&"b"',
        '="a"b"',
        '="',
        "",
        "-",
    ],
)
def test_a_text_without_a_guard_is_not_changed(text):
    assert undo_guard(text) == protect_guard(text) == text


@given(st.text(alphabet="'=+-@\"\t\r\nax", max_size=8))
def test_a_protected_text_is_the_same_after_undoing(text):
    assert undo_guard(protect_guard(text)) == text
