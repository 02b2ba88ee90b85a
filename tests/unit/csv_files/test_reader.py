"""What stands before the header, and the separator that is found."""

import pytest

from xivo_dird.csv_files.reader import CsvReader
from xivo_dird.csv_files.separator import declared_separator


def read(text, separator=","):
    reader = CsvReader(text.splitlines(keepends=True), separator, lambda *_: None)
    return [reader.header, *filter(None, reader.rows())]


PEOPLE = [["id", "name", "number"], ["1", "Stern, Ada", "11"], ["2", "Bob|Bo", "12"]]


def text_of(separator, first_lines="", quote=""):
    rows = [separator.join(f"{quote}{cell}{quote}" for cell in row) for row in PEOPLE]
    return first_lines + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("line", "separator"),
    [
        ("sep=;", ";"),
        ("SEP=;", ";"),
        ("Sep=,\r\n", ","),
        ('"sep=;"\r\n', ";"),
        ("sep=\\t\n", "\t"),
        ("sep=\t\n", "\t"),
        ("sep=|", "|"),
        ("sep=;;;;\n", ";"),
        ('"sep=;",,,\n', ";"),
        ("sep=^\n", "^"),
        ("sep=", None),
        ("sep=a", None),
        ("separator=;", None),
        ("name;sep=;", None),
    ],
)
def test_a_line_may_declare_the_separator(line, separator):
    assert declared_separator(line) == separator


@pytest.mark.parametrize(
    "declaration", ["sep=;\n", "\ufeffsep=;\r\n", '"sep=;"\n', "sep=;\n\n", "sep=;\n;;\n"]
)
@pytest.mark.parametrize("configured", [",", ";", "\t"])
def test_the_declared_separator_is_used(declaration, configured):
    assert read(text_of(";", declaration), configured) == PEOPLE


def test_a_declaration_that_does_not_fit_is_ignored():
    assert read(text_of("\t", "sep=;\n"), "\t") == PEOPLE
    assert read(text_of("|", "sep=;\n", quote='"'), ",") == PEOPLE


@pytest.mark.parametrize(
    ("separator", "quote"),
    [(";", ""), ("\t", ""), ("|", '"'), (",", '"'), (";", '"')],
)
@pytest.mark.parametrize("configured", [",", ";", "\t", "|", "^"])
def test_a_separator_that_fits_replaces_one_that_does_not(separator, quote, configured):
    assert read(text_of(separator, quote=quote), configured) == PEOPLE


def test_a_separator_that_splits_the_header_is_never_overruled():
    assert read("a,b;c;d\n1,2;3;4\n") == [["a", "b;c;d"], ["1", "2;3;4"]]
    assert read("a;b,c,d\n1;2,3,4\n", ";") == [["a", "b,c,d"], ["1", "2,3,4"]]


@pytest.mark.parametrize(
    "text",
    ["name\nAda;Stern\nBob\nEve\n", "first;last\nAda\nBob\nEve\n", "name\n", "full name\nAda Stern\n"],
)
def test_a_text_of_one_column_stays_one(text):
    assert all(len(row) == 1 for row in read(text))


@pytest.mark.parametrize(
    "first_lines",
    [
        "",
        "\n\n",
        "\r\n",
        ";;;;\n",
        ",,\n",
        '"","",""\n',
        '" ";;\n',
        "\t\t\n",
        " \n",
        "\ufeff",
        "\ufeff\n",
        "\u00a0;\n",
        ";;\n;;\n;;\n",
    ],
    ids=ascii,
)
def test_lines_without_text_before_the_header_are_skipped(first_lines):
    assert read(text_of(";", first_lines), ";") == PEOPLE


def test_lines_are_numbered_from_the_first_of_the_text():
    reader = CsvReader(["sep=;\n", ";;\n", "id;name\n", "1;Ada\n", '2;"a\n', 'b"\n'], ",", lambda *_: None)
    assert reader.line == 3
    assert [reader.line for _ in reader.rows()] == [4, 6]


@pytest.mark.parametrize(("lines", "count"), [([], 0), (["\n", "\n"], 2), (["sep=;\n"], 1)])
def test_a_text_without_header_has_no_rows(lines, count):
    reader = CsvReader(lines, ",", lambda *_: None)
    assert (list(reader.header), list(reader.rows()), reader.line) == ([], [], count)


def test_a_header_of_several_lines_is_found():
    assert read('"Tel.\nprivat";name\n1;2\n') == [["Tel.\nprivat", "name"], ["1", "2"]]
