"""Rows of large files, and cells over many lines: an open quotation mark costs its row, and little memory."""

import tracemalloc
from itertools import chain, islice

import pytest

from csv_records import HEADER, people, read_records
from xivo_dird.csv_files.records import MAX_QUOTED_CHARACTERS, MAX_READ_AHEAD, CsvRecords


@pytest.mark.parametrize(
    ("position", "rows"),
    [
        (97_500, 100_000),
        (50_000, 100_000),
        (5_000, 10_000),
        (9_750, 10_000),
        (9_999, 10_000),
        (10_000, 10_000),
    ],
)
def test_a_bad_row_of_a_large_file_costs_itself(position, rows):
    text = HEADER + people(1, rows, [(position, f'{position},"Big Al,1003\n')])
    records, left_out = read_records(text)
    assert (len(records), left_out) == (rows, [position + 1])


@pytest.mark.parametrize("length", [MAX_QUOTED_CHARACTERS - 10, MAX_QUOTED_CHARACTERS + 10])
def test_a_cell_over_lines_has_a_maximum_length(length):
    cell = "x\n" * (length // 2)
    records, left_out = read_records(f'{HEADER}1,"{cell}",5\n2,Bob,6\n')
    is_accepted = length < MAX_QUOTED_CHARACTERS
    assert (["1", cell, "5"] in records) is is_accepted
    assert left_out[:1] == ([] if is_accepted else [2])
    assert records[-1] == ["2", "Bob", "6"]


def test_the_memory_for_an_open_quotation_mark_is_bounded():
    rows = (f'{number},"",1\n' for number in range(1_000_000))
    records = CsvRecords(chain([HEADER, '0,"open,1\n'], rows), ",", lambda *_: None)
    tracemalloc.start()
    try:
        assert next(islice(records, 1, None)) == ["0", "", "1"]
        assert tracemalloc.get_traced_memory()[1] < 20 * MAX_READ_AHEAD
    finally:
        tracemalloc.stop()
