"""Lines that are decoded one by one."""

import io

import pytest

from xivo_dird.csv_files.lines import read_lines
from xivo_dird.exceptions import SourceUnavailable


def lines(content, encoding="utf-8", max_characters=100):
    invalid: list[int] = []
    return list(
        read_lines(io.BytesIO(content), "people.csv", encoding, max_characters, invalid.append)
    ), invalid


def test_every_line_end_is_one():
    assert lines(b"a\nb\r\nc\rd") == (["a\n", "b\r\n", "c\r", "d"], [])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"O\x92Neil \xc3\xa9", "O\u2019Neil é"),
        (b"\x8aimek \x8e", "Šimek Ž"),
        (b"C\x9cur \x96 \x80", "Cœur \u2013 €"),
        (b"\x81", "\ufffd"),
    ],
)
def test_bytes_that_are_not_utf_8_are_read_as_windows_1252(content, text):
    assert lines(b"\xc3\xa9\n" + content) == (["é\n", text], [2])


@pytest.mark.parametrize(
    ("encoding", "content"), [("ascii", b"a\xff"), ("big5", b"a\xff"), ("utf-16-le", b"a\0\x41")]
)
def test_bytes_outside_of_another_encoding_are_replaced_and_counted(encoding, content):
    assert lines(content, encoding) == (["a\ufffd"], [1])


def test_a_line_that_is_too_long_is_an_error_with_its_number():
    with pytest.raises(SourceUnavailable, match=r"people.csv, line 2: longer than max_row_size \(6\)"):
        lines(b"12345\n123456\n", max_characters=6)


def test_the_file_may_be_closed_before_its_last_line_is_read():
    file = io.BytesIO(b"a\nb\n")
    unread = read_lines(file, "people.csv", "utf-8", 100, print)
    assert next(unread) == "a\n"
    file.close()
    del unread  # an error would be a warning, which fails the test
    assert file.closed
