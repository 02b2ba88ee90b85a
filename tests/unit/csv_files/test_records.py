"""Records over several lines, and rows with an open quotation mark (RFC 4180)."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csv_records import HEADER, people, read_records
from waiting import assert_prompt
from xivo_dird.csv_files.records import CsvRecords, MalformedCsv


def ids(records):
    return [int(record[0]) for record in records[1:]]


@pytest.mark.parametrize(
    "bad",
    [
        {3: '3,"Big Al,1003\n'},
        {3: '3,"Big Al,1003\n', 20: '20,"Big Bo,1020\n'},
        {3: '3,"Big Al,1003\n', 4: '4,"Big Bo,1004\n'},
        {3: '3,Al,"1003\n'},
        {3: '"3,Al,1003\n'},
        {3: '3,"Big ""Al"",1003\n'},
        {3: '3,"Big Al"",1003\n'},
        {40: '40,"Big Al,1040\n'},
        {40: '40,"Big Al,1040'},
        {1: '1,"Big Al,1001\n'},
        {3: '3,"Big Al,1003\n', 9: '9,"Carl, Jr",1009\n'},
        {3: '3,"Big Al,1003\n', 9: '9,"",1009\n'},
        {3: '3,"Big Al,1003\n', 9: '9,"line one\nline two",1009\n'},
        {3: '3,"Big Al,1003\n', 20: '20,Monitor 24",1020\n'},
        {3: '3,"Big Al,1003\n', 20: '20,Person 20,Monitor 24"\n'},
    ],
    ids=str,
)
def test_a_row_with_an_open_quotation_mark_is_left_out_alone(bad):
    text = HEADER + people(1, 40, bad.items())
    opening = [number for number, row in bad.items() if row.count('"') % 2 and "Monitor" not in row]
    records, left_out = read_records(text)
    assert ids(records) == [number for number in range(1, 41) if number not in opening]
    assert left_out == [number + 1 for number in opening]
    assert all(len(record) == 3 for record in records)


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('1,"line one\nline two",5\n', ["1", "line one\nline two", "5"]),
        ('1,"line one\r\nline two",5\r\n', ["1", "line one\r\nline two", "5"]),
        ('"a\nb","c\nd","e\nf"\n', ["a\nb", "c\nd", "e\nf"]),
        ('1,"a ""quoted""\nword",5\n', ["1", 'a "quoted"\nword', "5"]),
        ('1,"\n\n",5\n', ["1", "\n\n", "5"]),
        ('1,"Acme, Inc.\nMain St, 5\nBerlin",5\n', ["1", "Acme, Inc.\nMain St, 5\nBerlin", "5"]),
        ('1,"' + "one line\n" * 10_000 + '",5\n', ["1", "one line\n" * 10_000, "5"]),
        ('1,5,"last\ncell"', ["1", "5", "last\ncell"]),
        ('"short\nrow"\n', ["short\nrow"]),
        ('1,"too\nmany",3,4,5\n', ["1", "too\nmany", "3", "4", "5"]),
        ('1,Big "Al",5\n', ["1", 'Big "Al"', "5"]),
        ('1,Monitor 24",5\n', ["1", 'Monitor 24"', "5"]),
        ('1,"Al" Capone,5\n', ["1", "Al Capone", "5"]),
        ('1,"Al ""Scarface"" Capone",5\n', ["1", 'Al "Scarface" Capone', "5"]),
        ('1,"",""\n', ["1", "", ""]),
        ('1,"""",5\n', ["1", '"', "5"]),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_legal_and_tolerated_quotation_marks_are_kept(row, cells):
    end = "" if row.endswith('"') else "2,Bob,6\n"
    records, left_out = read_records(HEADER + row + end)
    assert records[1] == cells
    assert left_out == []
    assert len(records) == (3 if end else 2)


def test_a_header_may_have_line_breaks_in_names():
    assert read_records('id,"Tel.\nprivat"\n1,2\n') == ([["id", "Tel.\nprivat"], ["1", "2"]], [])


def test_rows_of_one_column_may_have_line_breaks():
    assert read_records('note\n"a\nb\nc"\nd\n') == ([["note"], ["a\nb\nc"], ["d"]], [])


def test_a_text_with_separators_at_random_is_no_list_of_rows():
    text = "Dear, Al\nwe, you, they\nhello\n1,2\n"
    assert read_records(f'{HEADER}1,"{text}",5\n') == ([["id", "name", "number"], ["1", text, "5"]], [])


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_cell_that_swallows_rows_is_no_cell(line_end):
    text = HEADER + '1,"Big Al,1001\n' + people(2, 5) + '6,Monitor 24",1006\n'
    records, left_out = read_records(text.replace("\n", line_end))
    assert (ids(records), left_out) == ([2, 3, 4, 5, 6], [2])


def test_lines_that_end_as_excel_ends_lines_in_a_cell_are_text():
    note = "a,b,c\n" * 20
    assert read_records(f'id,name,note\r\n1,Al,"{note}"\r\n') == (
        [["id", "name", "note"], ["1", "Al", note]],
        [],
    )


def test_a_swallowed_line_with_a_bare_carriage_return_is_no_row():
    note = "1,a\rb,2\n" * 9
    assert read_records(f'{HEADER}1,"{note}",5\n')[0][1] == ["1", note, "5"]


def test_an_open_quotation_mark_in_the_header_is_an_error():
    with pytest.raises(MalformedCsv, match="line 1: the header has a quotation mark that is not closed"):
        read_records('id,"name,number\n' + people(1, 9))


def test_a_bare_carriage_return_is_an_error_of_its_line():
    with pytest.raises(MalformedCsv) as caught:
        list(CsvRecords(iter(["a,b\n", "1,2\n", "3\r4,5\n"]), ",", lambda *_: None))
    assert caught.value.line == 3


def test_an_open_quotation_mark_before_long_lines_costs_its_row_too():
    long = "x" * 10_000
    text = HEADER + '1,"Big Al,1001\n' + "".join(f"{n},{long},{n}\n" for n in range(2, 100))
    records, left_out = read_records(text)
    assert (ids(records), left_out) == (list(range(2, 100)), [2])


def test_records_over_the_end_of_a_chunk_are_read():
    cell = "a\n" * 100
    rows = "".join(f'{n},"{cell}",{n}\n' for n in range(1, 300))
    records, left_out = read_records(HEADER + rows)
    assert (ids(records), left_out) == (list(range(1, 300)), [])


def test_lines_are_counted_over_records_of_several_lines():
    records = CsvRecords(iter(["a,b\n", '1,"x\n', 'y"\n', "\n", '2,"z\n', "3,4\n"]), ",", lambda *_: None)
    assert [(records.line, cells) for cells in records] == [
        (1, ["a", "b"]),
        (3, ["1", "x\ny"]),
        (4, []),
        (6, ["3", "4"]),
    ]


def test_another_separator_closes_a_cell_too():
    assert read_records('a;b\n"x\ny";2\n3;"open\n4;5\n', ";") == (
        [["a", "b"], ["x\ny", "2"], ["4", "5"]],
        [4],
    )


CELL = st.text(alphabet='ab",;\n ', max_size=12)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=90), st.sampled_from([0, 1]))
def test_legal_csv_is_read_as_python_reads_it(rows, quoting):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting).writerows([["id", "name", "number"], *rows])
    expected = list(csv.reader(io.StringIO(text.getvalue(), newline="")))
    assert read_records(text.getvalue()) == (expected, [])


def test_open_quotation_marks_in_every_line_take_linear_time():
    with assert_prompt(), pytest.raises(MalformedCsv, match="too many quotation marks"):
        list(CsvRecords(iter(["name,number\n", *['x","\n'] * 200_000]), ",", lambda *_: None))
