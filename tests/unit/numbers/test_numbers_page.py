"""Every row of the tables of docs/numbers.md."""

import pytest

from number_tables import number_rows, order_rows
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.numbers.written import digit_keys

SECTIONS = sorted({row.section for row in number_rows()})


@pytest.mark.parametrize("section", SECTIONS)
def test_each_text_of_a_table_is_found_or_not(section):
    rows = [row for row in number_rows() if row.section == section]
    wrong = [
        row
        for row in rows
        if (RequestedNumber(row.asked, row.plan).rank(row.book) is not None) != row.is_found
    ]
    assert wrong == []
    assert len(rows) >= 10


@pytest.mark.parametrize("section", SECTIONS)
def test_the_found_texts_of_a_table_share_a_key_with_the_number(section):
    for row in number_rows():
        if row.section == section and row.is_found:
            number = RequestedNumber(row.asked, row.plan)
            assert {*number.keys, *number.stem_keys} & set(digit_keys(row.book)), row


@pytest.mark.parametrize("row", order_rows(), ids=lambda row: str(row.rank))
def test_the_rank_of_a_match_decides_which_contact_is_shown(row):
    number = RequestedNumber(row.asked, row.plan)
    first, then = number.rank(row.first), number.rank(row.then)
    assert first is not None
    assert then is not None
    assert row.rank == min(first, 4)
    assert first < then


def test_the_order_has_an_example_of_every_rank():
    assert [row.rank for row in order_rows()] == [0, 1, 2, 3, 4]
