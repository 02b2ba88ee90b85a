"""Reading and writing CSV files of contacts."""

import io
import tracemalloc

import pytest

from xivo_dird.contacts.csv_reader import CsvTable, CsvUpload
from xivo_dird.contacts.csv_writer import csv_text
from xivo_dird.exceptions import BadEncoding, InvalidCsv


def table(text, charset="utf-8"):
    return CsvTable(CsvUpload(io.BytesIO(text if isinstance(text, bytes) else text.encode(charset)), charset))


def rows(text, charset="utf-8"):
    return [(row.index, row.line, list(row.values)) for row in table(text, charset).rows()]


def test_line_numbers_include_the_header_and_blank_lines():
    text = 'a,b\n\n1,2\r\n"x\ny",z\n\n3,4'
    assert table(text).header == ["a", "b"]
    assert rows(text) == [(0, 3, ["1", "2"]), (1, 5, ["xy", "z"]), (2, 7, ["3", "4"])]


def test_an_empty_file_has_neither_header_nor_rows():
    for text in ("", "\n", "\r\n\r\n"):
        assert not table(text).header
        assert rows(text) == []


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"]
)
def test_a_file_is_read_in_its_charset(charset):
    text = "né,b\nÉric,2\n"
    assert table(text, charset).header == ["né", "b"]
    assert rows(text, charset) == [(0, 2, ["Éric", "2"])]


def test_a_byte_order_mark_is_not_part_of_the_first_column_name():
    assert table('\ufeff"a",b\n').header == ["a", "b"]


@pytest.mark.parametrize("charset", ["klingon", "base64", "rot13", "a\0", "undefined", ""])
def test_an_unknown_charset_is_an_error_with_its_name(charset):
    with pytest.raises(BadEncoding) as caught:
        CsvTable(CsvUpload(io.BytesIO(b"a\n1\n"), charset))
    assert caught.value.details["charset"] == charset


def test_invalid_bytes_are_an_error_only_when_they_are_read():
    remaining = table(b"a\n1\n" + b"1234567890\n" * 5000 + b"\xff\n").rows()
    assert next(remaining).values == ["1"]
    with pytest.raises(BadEncoding):
        list(remaining)


@pytest.mark.parametrize("text", ["a,b\n1\r2,3\n", "a\n" + "x" * 200_000])
def test_invalid_csv_is_an_error_with_its_line_number(text):
    with pytest.raises(InvalidCsv, match="line 2"):
        rows(text)


def test_an_upload_can_be_read_several_times():
    upload = CsvUpload(io.BytesIO("é\n1\n2\n".encode("utf-16")), "utf-16")
    for _ in range(2):
        assert [row.values for row in CsvTable(upload).rows()] == [["1"], ["2"]]


def test_a_large_file_is_never_in_memory_completely(tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("a,b\n" + f"{'some text' * 30},some more text\n" * 3000)
    tracemalloc.start()
    try:
        with path.open("rb") as stream, CsvUpload(stream) as upload:
            assert sum(1 for _ in CsvTable(upload).rows()) == 3000
        assert tracemalloc.get_traced_memory()[1] < 200_000
    finally:
        tracemalloc.stop()


def test_contacts_are_written_with_all_their_keys_sorted():
    contacts: list[dict[str, str | None]] = [
        {"id": "1", "b": 'x,"y"', "é": "a\r\nb"},
        {"a": "+49 30", "id": "2", "b": None},
    ]
    assert csv_text(contacts) == ('a,b,id,é\r\n,"x,""y""",1,"a\r\nb"\r\n+49 30,,2,\r\n')


def test_written_contacts_are_read_back_unchanged():
    contacts = [{"a": "+49 30", "b": "=1+1"}, {"a": "\t@", "b": "'x'"}]
    assert [row.values for row in table(csv_text(contacts)).rows()] == [["+49 30", "=1+1"], ["\t@", "'x'"]]
