"""Entries of CSV texts as spreadsheets and address books write them."""

import pytest

from waiting import assert_prompt
from xivo_dird.backend import ReadReport, SourceOptions, SourceUnavailable
from xivo_dird_backends._csv_entries import CsvEntries


def entries_of(text, unique_column="id", has_guards=True, **options):
    columns = {"searched_columns": ["name"], "first_matched_columns": ["number"], **options}
    entries = CsvEntries("people.csv", SourceOptions(name="people", **columns), unique_column)
    return list(entries.read(text.splitlines(keepends=True), ",", has_guards)), entries.report()


def read(text, **options):
    return entries_of(text, **options)[0]


def warnings(caplog):
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


ADA = {"id": "1", "name": "Ada", "number": "11"}


@pytest.mark.parametrize(
    "text",
    [
        "id,name,number\n1,Ada,11\n",
        "\ufeffid,name,number\n1,Ada,11\n",
        '\ufeff"id","name","number"\n"1","Ada","11"\n',
        " id , name , number \n1,Ada,11\n",
        "id,\u00a0name\u00a0,number\u200b\n1,Ada,11\n",
        "\n\nid,name,number\n1,Ada,11\n",
        ",,\nid,name,number\n1,Ada,11\n",
        "id,name,number,,\n1,Ada,11,,\n",
        "id,name,number,,\n1,Ada,11\n",
        "id,name,number\n1,Ada,11,,,\n",
        "id,name,number, \n1,Ada,11, \n",
        "id,name,,number\n1,Ada,,11\n",
        "id,name,,number\n1,Ada,?,11\n",
        "id,name,number\n,,\n1,Ada,11\n,,\n,,\n",
        "id,name,number\n , ,\u00a0\n1,Ada,11\n",
        "sep=;\nid;name;number\n1;Ada;11\n",
        "id\tname\tnumber\n1\tAda\t11\n",
        "id,name,number\n1, Ada ,11\n",
        "id,name,number\n1,\u00a0Ada\u3000,11\n",
        'id,name,number\n1,"=""Ada""",11\n',
        'id,name,number\n1,="Ada",11\n',
        'id,"name\n",number\n1,Ada,11\n',
    ],
    ids=ascii,
)
def test_what_programs_leave_around_cells_is_ignored(text, caplog):
    assert read(text) == [ADA]
    assert warnings(caplog) == []


@pytest.mark.parametrize("cell", [" 11", "11 ", "\u00a011", "'+49 30 23125015", '="0221 4710125"'])
def test_numbers_and_ids_are_kept_as_they_are(cell):
    assert read(f"id,name,number\n{cell},{cell},{cell}\n") == [
        {
            "id": cell,
            "name": cell.strip().removeprefix("'").removeprefix('="').removesuffix('"'),
            "number": cell,
        }
    ]


def test_a_name_that_an_option_has_exactly_so_is_kept():
    text = "id, name ,num\u00a0ber\n1,Ada,11\n"
    options = {"searched_columns": [" name "], "format_columns": {"x": "{num\u00a0ber}"}}
    assert read(text, **options) == [{"id": "1", " name ": "Ada", "num\u00a0ber": "11"}]


def test_columns_that_become_one_are_reported(caplog):
    assert read("id,name,number,name \n1,Ada,11,Stern\n") == [{"id": "1", "name": "Stern", "number": "11"}]
    assert warnings(caplog) == ["people.csv: the header has 'name' more than once; the last one is used"]


def test_a_file_without_a_header_is_reported_without_its_first_contact(caplog):
    read("Ada,Ada,2045,01 44 55\nZoë,Stern,2046,\n")
    assert warnings(caplog) == ["people.csv: no column 'id', 'name', 'number', the header has 4 columns"]


def test_a_template_with_an_unknown_column_is_reported_once(caplog):
    templates = {"a": "{name} {Tel. private}", "b": "{a} {number[0]} {Tel. privat}", "c": "{broken"}
    text = "id,name,number,Tel. privat\n1,Ada,11,12\n2,Bob,13,14\n"
    assert len(read(text, format_columns=templates)) == 2
    assert warnings(caplog) == [
        "people.csv: no column 'Tel. private', the header has 4 columns, one of them is 'Tel. privat'"
    ]


def test_rows_without_text_are_not_counted():
    assert entries_of("id,name,number\n1,Ada,11\n,,\n\n2,Bob,12\n")[1] == ReadReport(2)


def test_a_row_with_an_open_quotation_mark_is_counted():
    entries, report = entries_of('id,name,number\n1,"Ada,11\n2,Bob,12\n')
    assert [entry["id"] for entry in entries] == ["2"]
    assert report == ReadReport(2, 1, "a quotation mark is not closed in line 2")


def test_a_text_that_is_not_csv_is_an_error_with_its_line():
    with pytest.raises(SourceUnavailable, match=r"people.csv, line 1: the header has a quotation mark"):
        read('id,"name,number\n1,Ada,11\n')


def test_a_cell_is_one_of_its_row_even_if_it_looks_like_a_separator_line():
    assert read("id,name,number\n1,sep=;,11\n") == [{"id": "1", "name": "sep=;", "number": "11"}]


OUTLOOK = "Vorname,Nachname,Firma,Tel. privat,Phone: work,Name (Firma),E-mail 1 - Value\n"


def test_the_columns_of_outlook_and_google_have_their_names():
    (entry,) = read(
        OUTLOOK + "Ada,Stern,Acme,030 1,030 2,Acme GmbH,a@example.org\n", searched_columns=["Nachname"]
    )
    assert list(entry) == [
        "Vorname",
        "Nachname",
        "Firma",
        "Tel. privat",
        "Phone: work",
        "Name (Firma)",
        "E-mail 1 - Value",
    ]


def test_a_header_that_repeats_a_name_is_read_in_linear_time(caplog):
    with assert_prompt():
        assert entries_of(",".join(["name"] * 100_000) + "\nAda\n")[0] == [{"name": "Ada"}]
    assert "more than once" in warnings(caplog)[0]


def test_a_long_header_is_not_compared_with_all_missing_columns():
    header = ",".join(f"column {number}" for number in range(100_000))
    with assert_prompt():
        entries_of(f"{header}\n1\n", searched_columns=[f"columns {number}" for number in range(1000)])
