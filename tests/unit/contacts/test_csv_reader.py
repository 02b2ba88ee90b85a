"""Reading and writing CSV files of contacts."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.contacts.csv_reader import MAX_CELL_CHARACTERS, CsvTable, CsvUpload
from xivo_dird.contacts.csv_writer import csv_text
from xivo_dird.contacts.limits import (
    MAX_CONTACT_CHARACTERS,
    MAX_EXPORTED_CELLS,
    MAX_EXPORTED_COLUMNS,
    MAX_FIELD_NAME_CHARACTERS,
    MAX_FIELDS,
    MAX_LISTED_ERRORS,
    size_error,
)
from xivo_dird.exceptions import BadEncoding, InvalidCsv, InvalidQuery


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


def test_an_unknown_charset_is_an_error_with_its_name():
    not_text = "is not a text encoding; use codecs.open() to handle arbitrary codecs"
    for charset, reason in (
        ("klingon", "unknown encoding: klingon"),
        ("base64", f"'base64' {not_text}"),
        ("rot13", f"'rot13' {not_text}"),
        ("a\0", "embedded null character"),
        ("undefined", "undefined encoding"),
        ("", "unknown encoding: "),
    ):
        with pytest.raises(BadEncoding) as caught:
            CsvTable(CsvUpload(io.BytesIO(b"a\n1\n"), charset))
        assert caught.value.details == {"charset": charset, "error": reason}


def test_invalid_bytes_are_an_error_only_when_they_are_read():
    remaining = table(b"a\n1\n" + b"1234567890\n" * 5000 + b"\xff\n").rows()
    assert next(remaining).values == ["1"]
    with pytest.raises(BadEncoding):
        list(remaining)


def test_invalid_csv_is_an_error_with_its_line_number():
    unquoted = "new-line character seen in unquoted field"
    for text, reason in (
        ("a,b\n1\r2,3\n", f"{unquoted} - do you need to open the file in universal-newline mode?"),
        ("a\n" + "x" * 200_000, "a cell has more than 131072 characters"),
    ):
        with pytest.raises(InvalidCsv) as caught:
            rows(text)
        assert caught.value.message == f"The file is no valid CSV at line 2: {reason}"


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


FIELD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
UNUSUAL = st.text(alphabet="'=+-@\"\t\r\n,;| a\ufeff", max_size=8)


@given(st.data(), st.lists((FIELD | UNUSUAL).filter(bool), max_size=4, unique=True))
def test_an_import_has_what_was_exported(data, names):
    header = sorted({"id", *names})
    values = st.fixed_dictionaries(dict.fromkeys(header, FIELD | UNUSUAL))
    contacts = data.draw(st.lists(values, min_size=1, max_size=5))
    imported = table(csv_text(contacts))
    assert imported.header == header
    expected = [
        [contact[name] for name in header] for contact in contacts if len(header) > 1 or any(contact.values())
    ]
    assert [row.values for row in imported.rows() if any(row.values) or len(header) > 1] == expected


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_in_cells_are_kept_if_rows_end_with_crlf(line_break):
    text = f'a,b\r\n"x{line_break}y",z\r\n'
    assert [row.values for row in table(text).rows()] == [[f"x{line_break}y", "z"]]


def test_the_end_of_the_header_tells_whether_line_breaks_are_kept():
    crlf_header = '"a\n1","b",c\r\n"x\ny",z,"1\n2"\n'
    assert [row.values for row in table(crlf_header).rows()] == [["x\ny", "z", "1\n2"]]
    lf_header = '"a","b"\n"x\ny",z\r\n'
    assert [row.values for row in table(lf_header).rows()] == [["xy", "z"]]


def test_a_header_has_line_breaks_in_at_most_twenty_lines():
    def values(lines):
        name = "\n".join(["x"] * lines)
        return [row.values for row in table(f'"{name}",b\r\n"1\n2",z\r\n').rows()]

    assert (values(20), values(21)) == ([["1\n2", "z"]], [["12", "z"]])


def test_the_row_that_opens_a_quotation_mark_has_an_error():
    text = 'a,b\n1,"x\n2,y\n\n3,"z\n4,"w\nv"\n5,"u'
    assert [(row.index, row.line, row.values, row.error is not None) for row in table(text).rows()] == [
        (0, 2, ["1", "x"], True),
        (1, 3, ["2", "y"], False),
        (2, 5, ["3", "z"], True),
        (3, 7, ["4", "wv"], False),
        (4, 8, ["5", "u"], True),
    ]


def test_the_cells_after_an_open_quotation_mark_are_split():
    for line, values in (('1;"x;y', ["1", "x", "y"]), ('"', [])):
        assert [list(row.values) for row in table(f"a;b;c\n{line}\n").rows()] == [values]


def test_formula_guards_are_undone():
    assert rows("a,b\n'+49 30,=\"0221 47\"\n'=1,'t Hooft\n") == [
        (0, 2, ["+49 30", "0221 47"]),
        (1, 3, ["=1", "'t Hooft"]),
    ]


@pytest.mark.parametrize("first_line", ["sep=;\n", '"sep=;"\r\n', "\ufeffsep=;\n", "", "\n;;\n"])
def test_the_separator_is_found(first_line):
    text = f"{first_line}a;b\r\n1;2,3\r\n"
    assert (table(text).header, [row.values for row in table(text).rows()]) == (["a", "b"], [["1", "2,3"]])


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
def test_without_a_charset_the_byte_order_mark_names_it(charset):
    upload = CsvUpload(io.BytesIO("é\n1\n".encode(charset)))
    assert (CsvTable(upload).header, upload.charset) == (["é"], charset)


def test_without_charset_and_mark_only_utf_8_is_read():
    with pytest.raises(BadEncoding):
        CsvTable(CsvUpload(io.BytesIO("é\n1\n".encode("latin-1"))))


def test_a_table_has_at_most_so_many_columns():
    names = [f"c{number}" for number in range(MAX_FIELDS)]
    assert table(",".join(names)).header == names
    with pytest.raises(
        InvalidCsv, match=r"^The file is no valid CSV at line 1: it has more than 1000 columns$"
    ):
        table(",".join([*names, "more"]))


@pytest.fixture
def long_cells():
    """Allow longer cells in the reader of Python, as a CSV source with long rows does."""
    limit = csv.field_size_limit(2 * MAX_CELL_CHARACTERS)
    yield
    csv.field_size_limit(limit)


def test_a_cell_has_at_most_so_many_characters(long_cells):
    longest = "x" * MAX_CELL_CHARACTERS
    assert rows(f"a,b\n1,{longest}\n") == [(0, 2, ["1", longest])]
    reason = f"a cell has more than {128 * 1024} characters"
    with pytest.raises(InvalidCsv, match=rf"^The file is no valid CSV at line 2: {reason}$"):
        rows(f"a,b\n1,{longest}x\n")


def test_lines_and_bytes_are_counted():
    reading = table("a,b\n1,2\n3,é\n")
    assert reading.byte_count == 13
    assert reading.line_count == 1
    list(reading.rows())
    assert reading.line_count == 3


def test_an_upload_leaves_its_stream_open():
    stream = io.BytesIO(b"a\n1\n")
    with CsvUpload(stream) as upload:
        assert upload.byte_count == 4
    assert stream.read() == b""


def test_the_error_names_the_charset_and_the_reason():
    with pytest.raises(BadEncoding) as caught:
        CsvTable(CsvUpload(io.BytesIO(b"a\n\xff\n"), "utf-8"))
    assert caught.value.details["charset"] == "utf-8"
    assert "invalid start byte" in str(caught.value.details)


def test_an_open_quotation_mark_says_what_to_do():
    (row,) = table('a,b\n1,"x\n').rows()
    assert row.error == (
        "The row has a quotation mark that is not closed. Close it, or double it if it is text."
    )


@pytest.mark.parametrize(("contacts", "columns"), [(1, MAX_EXPORTED_COLUMNS + 1), (11, 100)])
def test_a_table_that_is_too_large_is_not_exported(contacts, columns):
    contact: dict[str, str | None] = dict.fromkeys(map(str, range(columns)))
    with pytest.raises(InvalidQuery) as raised:
        csv_text([contact] * contacts, max_cells=1000)
    reason = f"{contacts} contacts with {columns} different fields are too many for CSV"
    assert raised.value.message == f"{reason}; export them as JSON"
    assert raised.value.details == {"format": [reason]}


def test_the_largest_table_is_exported():
    contact: dict[str, str | None] = dict.fromkeys(map(str, range(MAX_EXPORTED_COLUMNS)))
    assert csv_text([contact]).count(",") == 2 * (MAX_EXPORTED_COLUMNS - 1)
    assert csv_text([{"a": "1", "b": "2"}] * 5, max_cells=10).count("\r\n") == 6


def test_the_limits_are_those_of_the_manual():
    assert (MAX_FIELDS, MAX_FIELD_NAME_CHARACTERS, MAX_CONTACT_CHARACTERS) == (1000, 1000, 1024 * 1024)
    assert (MAX_CELL_CHARACTERS, MAX_LISTED_ERRORS) == (128 * 1024, 1000)
    assert (MAX_EXPORTED_COLUMNS, MAX_EXPORTED_CELLS) == (10_000, 50_000_000)


def test_a_contact_may_have_so_many_fields_and_characters():
    names = [str(number) for number in range(MAX_FIELDS)]
    assert size_error(names, [None] * MAX_FIELDS) is None
    assert size_error([*names, "more"], ["x"]) == f"A contact has at most {MAX_FIELDS} fields."
    longest = "n" * MAX_FIELD_NAME_CHARACTERS
    assert size_error([longest], [""]) is None
    assert size_error(["a", longest + "n"], ["", ""]) == (
        f"The name of a field has at most {MAX_FIELD_NAME_CHARACTERS} characters."
    )
    half = "x" * (MAX_CONTACT_CHARACTERS // 2 - 1)
    assert size_error(["a", "b"], [half, half]) is None
    assert size_error(["a", "b"], [half, half + "x"]) == (
        f"A contact has at most {MAX_CONTACT_CHARACTERS} characters."
    )
    assert size_error([], []) is None
