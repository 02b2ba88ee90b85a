"""Names of columns."""

import pytest

from xivo_dird.csv_files.header import clean_name


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("name", "name"),
        (" name ", "name"),
        ("Tel. privat", "Tel. privat"),
        ("Tel.\u00a0privat", "Tel. privat"),
        ("Tel.\r\nprivat", "Tel. privat"),
        ("Tel.  privat", "Tel. privat"),
        ("\ufeffname", "name"),
        ("\u200bname\u200b", "name"),
        ("\u200ename\u200f", "name"),
        ("\u202fname\u3000", "name"),
        ("\ttab\t", "tab"),
        (' "name" ', "name"),
        ('\ufeff"name"', "name"),
        ('"', '"'),
        ("می\u200cشود", "می\u200cشود"),
        ("\u00a0", ""),
        ("", ""),
    ],
    ids=ascii,
)
def test_a_name_is_used_without_what_is_around_it(name, cleaned):
    assert clean_name(name) == cleaned
