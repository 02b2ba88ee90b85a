"""CSV files of people, as sources and as imports, over the REST API."""

from contextlib import ExitStack

import pytest

from api.conftest import Daemon, configuration, csv_source
from api.personal import create, listed, personal
from api.phonebooks import import_csv
from api.phonebooks import listed as phonebook_contacts
from api.rest import check_error
from api.source_bodies import create_source

HEADER = "id,firstname,lastname,number,mobile\n"


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.fixture
def start(tmp_path):
    """Yield a function that starts a daemon with this content in the file of its source."""

    def start(content, **options):
        config = configuration(tmp_path)
        config["provisioning"]["sources"] = [csv_source(**options)]
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "csv" / "crew.csv").write_bytes(data)
        return stack.enter_context(Daemon(config))

    with ExitStack() as stack:
        yield start


def names(daemon, term):
    response = daemon.get("/directories/lookup/default", term=term)
    assert response.status_code == 200, response.text
    return [result["column_values"][0] for result in response.json["results"]]


def snapshot(daemon):
    (report,) = daemon.get("/status").json["sources"].values()
    return report["snapshot"]


def people(count, separator=","):
    rows = (f"{n},Person,Number {n},{1000 + n},".replace(",", separator) for n in range(1, count + 1))
    return [HEADER.strip().replace(",", separator), *rows]


@pytest.mark.parametrize(
    ("count", "bad"), [(40, [3]), (40, [3, 20]), (40, [40]), (10_000, [9750]), (10_000, [5000])]
)
def test_an_open_quotation_mark_costs_its_row_and_is_in_the_status(start, count, bad):
    lines = people(count)
    for number in bad:
        lines[number] = f'{number},"Big Al,{number},1,'
    daemon = start("\n".join(lines) + "\n")
    assert len(names(daemon, "person")) == count - len(bad)
    numbers = ", ".join(str(number + 1) for number in bad)
    report = snapshot(daemon)
    assert (report["entries"], report["rows"], report["skipped"]) == (count - len(bad), count, len(bad))
    assert (
        report["skip_reason"] == f"a quotation mark is not closed in line{'s' if bad[1:] else ''} {numbers}"
    )


def test_the_skipped_rows_are_in_the_status_after_a_restart(tmp_path):
    config = configuration(tmp_path)
    (tmp_path / "csv" / "crew.csv").write_text(HEADER + '1,"Big Al,x,1001,\n2,Bo,Derek,1002,\n')
    for _ in range(2):
        with Daemon(config) as daemon:
            assert names(daemon, "bo") == ["Bo Derek"]
            report = snapshot(daemon)
        assert (report["rows"], report["skipped"]) == (2, 1)
        assert report["skip_reason"] == "a quotation mark is not closed in line 2"


@pytest.mark.parametrize("name", ["O\u2019Neil", "Šimek Ž", "Cœur", "a \u2013 b", "€uro"])
def test_windows_1252_is_read(start, name):
    daemon = start((HEADER + f"1,Sean,{name},1001,\n").encode("cp1252"))
    assert names(daemon, name) == [f"Sean {name}"]


@pytest.mark.parametrize(
    ("encoding", "name"), [("big5", "王小明"), ("windows-1251", "Петров"), ("windows-1250", "Żak")]
)
def test_the_encoding_of_a_source_can_be_set(start, encoding, name):
    daemon = start((HEADER + f"1,x,{name},1001,\n").encode(encoding), encoding=encoding)
    assert names(daemon, name) == [f"x {name}"]


def test_a_separator_line_is_read_and_another_separator_is_found(start):
    for first in ("sep=;\n", ""):
        assert names(start(first + "\n".join(people(3, ";"))), "number 2") == ["Person Number 2"]


def test_columns_with_operators_in_their_names_are_shown(start):
    content = "id,firstname,lastname,number,mobile,Tel. privat,Phone: work\n1,Ada,Stern,1,2,030 1,030 2\n"
    templates = {"name": "{firstname} {Tel. privat} {Phone: work}"}
    assert names(start(content, format_columns=templates), "ada") == ["Ada 030 1 030 2"]


def test_an_encoding_is_shown_only_if_it_is_set(daemon):
    assert "encoding" not in create_source(daemon, "csv")
    assert create_source(daemon, "csv", encoding="big5")["encoding"] == "big5"


@pytest.mark.parametrize(
    "values",
    [
        {"note": "first line\nsecond line"},
        {"note": "first line\r\nsecond line", "number": "+49 30 1"},
        {"a": "=1+1", "b": "-1", "c": "@x", "d": "\tx"},
        {"a": "'+49", "b": '="x"', "c": "'t Hooft", "d": '"quoted", text'},
        {"two\nlines": "x", "sep=;": ";"},
        {" blanks ": " x "},
    ],
    ids=str,
)
def test_an_import_of_an_export_has_the_same_contacts(daemon, values):
    contact = create(daemon, values)
    export = personal(daemon, "GET", query_string={"format": "text/csv"}, buffered=True)
    personal(daemon, "DELETE")
    response = personal(
        daemon, "POST", "/import", data=export.data, headers={"Content-Type": "text/csv; charset=utf-8"}
    )
    assert (response.status_code, response.json) == (201, {"created": [contact], "failed": []})
    assert listed(daemon) == [contact]


def test_a_phonebook_keeps_the_line_breaks_of_an_export(daemon, contacts):
    create(daemon, {"note": "first line\nsecond line"})
    export = personal(daemon, "GET", query_string={"format": "text/csv"})
    assert import_csv(daemon, contacts, export.data).status_code == 201
    assert phonebook_contacts(daemon, contacts) == [{"note": "first line\nsecond line"}]


FILES = [
    "sep=;\nname;number\nAda;1\nBob;2\n",
    '"sep=;"\r\nname;number\r\nAda;1\r\nBob;2\r\n',
    "\ufeffname;number\nAda;1\nBob;2\n",
    "name\tnumber\nAda\t1\nBob\t2\n",
    'name,number\nAda,="1"\nBob,2\n',
    "\n,,\nname,number\nAda,1\nBob,2\n",
]


@pytest.mark.parametrize("text", FILES)
def test_the_same_files_can_be_imported(daemon, contacts, text):
    people = [{"name": "Ada", "number": "1"}, {"name": "Bob", "number": "2"}]
    response = personal(daemon, "POST", "/import", data=text.encode())
    assert response.status_code == 201, response.text
    assert [{k: v for k, v in row.items() if k != "id"} for row in response.json["created"]] == people
    assert import_csv(daemon, contacts, text).status_code == 201
    assert phonebook_contacts(daemon, contacts) == people


OPEN_QUOTE = 'name,number\nAda,1\n"Big Al,2\nBob,3\n'


def test_a_personal_import_reports_the_row_with_an_open_quotation_mark(daemon):
    response = personal(daemon, "POST", "/import", data=OPEN_QUOTE.encode())
    assert response.status_code == 201
    assert [contact["name"] for contact in response.json["created"]] == ["Ada", "Bob"]
    (failed,) = response.json["failed"]
    assert failed["line"] == 3
    assert "quotation mark" in failed["errors"][0]


def test_a_phonebook_import_with_an_open_quotation_mark_stores_nothing(daemon, contacts):
    response = import_csv(daemon, contacts, OPEN_QUOTE)
    details = check_error(response, 400, "phonebook-contact-import-bad-contacts", "contacts")
    (error,) = details["errors"]
    assert (error["index"], error["contact"]) == (1, {"name": "Big Al", "number": "2"})
    assert "Line 3" in error["message"]
    assert phonebook_contacts(daemon, contacts) == []
