"""`xivo-dird source preview`: guesses what the columns of an export are, and prints a source that works."""

from textwrap import indent

import pytest
import yaml

from csv_exports import EXPORTS
from hostile_cards import CARDS
from outlook_export import ENGLISH, GERMAN, outlook_export
from servers.commands import TENANT, CommandFolder
from servers.daemon import TOKEN, DaemonProcess
from servers.program import run_on_terminal, run_program
from xivo_dird.authenticator import hash_token


@pytest.fixture(scope="module")
def printed_sources(tmp_path_factory):
    """Return the folder of the exports and what the command prints for each of them."""
    folder = tmp_path_factory.mktemp("exports")
    commands, printed = CommandFolder(folder), {}
    for name, export in EXPORTS.items():
        file = folder / f"{name}.csv"
        file.write_bytes(export.text.encode(export.encoding))
        result = commands.call("source", "preview", str(file), "--tenant", "acme", "--country", "de")
        assert (result.status, result.errors) == (0, "")
        printed[name] = result.output
    return folder, printed


def source_text(printed):
    return printed.partition("to be pasted below provisioning.sources:\n\n")[2].partition("\nThe file must")[
        0
    ]


def source_of(printed):
    (source,) = yaml.safe_load(source_text(printed))
    return source


@pytest.mark.parametrize("name", EXPORTS)
def test_the_number_columns_of_an_export_are_found(printed_sources, name):
    source = source_of(printed_sources[1][name])
    assert set(source["first_matched_columns"]) == EXPORTS[name].numbers
    assert source.get("unique_column") == EXPORTS[name].unique


def test_each_printed_source_works_when_it_is_pasted(printed_sources, tmp_path):
    folder, printed = printed_sources
    profiles = [
        {
            "tenant": "acme",
            "name": name,
            "display": "desk",
            "services": {"lookup": {"sources": [name]}, "reverse": {"sources": [name]}},
        }
        for name in printed
    ]
    columns = [{"title": column, "field": column} for column in ("name", "number")]
    configuration = {
        "backends": {"csv": {"folders": [str(folder)]}},
        "auth": {"tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT}]},
    }
    pasted = yaml.safe_dump(
        {
            "provisioning": {
                "tenants": [{"uuid": TENANT, "name": "acme", "country": "DE"}],
                "displays": [{"tenant": "acme", "name": "desk", "columns": columns}],
                "profiles": profiles,
            }
        }
    )
    pasted += "  sources:\n" + "".join(indent(source_text(text), "  ") for text in printed.values())
    with DaemonProcess(tmp_path, configuration | yaml.safe_load(pasted)) as daemon:
        for name in printed:
            _, body = daemon.get(f"/directories/lookup/{name}", term="lovelace")
            ((who, _),) = [result["column_values"] for result in body["results"]]
            assert who == "Ada Lovelace", name
            _, body = daemon.get(f"/directories/reverse/{name}/user", exten="+49301234567")
            assert body["display"] == "Ada Lovelace", name


@pytest.fixture
def preview(tmp_path):
    """Return a function that writes a file and runs the command on it."""
    commands = CommandFolder(tmp_path)

    def run(content, *options):
        file = tmp_path / "people.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return commands.call("source", "preview", str(file), "--country", "DE", *options)

    return run


def test_form_and_first_rows_are_shown_as_a_table(preview):
    printed = preview("Vorname;Nachname;Telefon\nAda;Lovelace;030 1234567\n")
    assert printed.row("Encoding")[1] == "utf-8"
    assert printed.row("Separator")[1] == "semicolon"
    assert printed.row("Ada") == ["Ada", "Lovelace", "030 1234567"]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("name,phone\nAda,4.93012E+11\nIvo,030 1234567\n", "'phone' has numbers like 4.93E+11 in line 2"),
        ('name,phone\n"Ada,1\nIvo,030 1234567\n', "a quotation mark is not closed in line 2"),
        ("name,phone,phone\nAda,1,030 1234567\n", "the header has phone more than once"),
        ("name,,phone\nAda,x,030 1234567\n", "1 rows have cells in a column without a name"),
        ("name,phone\nAda,030 1234567,x\n", "1 rows have more cells than the header"),
        ("name,phone\nAda,030 1234567\nname,phone\n", "the header is repeated in line 3"),
        (
            "name,phone,note\nAda,030 1234567,\n,,x\n,,y\n",
            "2 rows have no name and no number, the first in line 3",
        ),
        ("name,phone\nAda,030 1234567\n,0301234568\n", "1 rows have a number and no name"),
    ],
)
def test_what_is_doubtful_is_a_warning(preview, text, warning):
    printed = preview(text)
    assert printed.status == 0
    assert f"- {warning}" in printed.output
    assert source_of(printed.output)["first_matched_columns"] == ["phone"]


def test_rows_with_a_name_or_a_company_are_no_warning(preview):
    printed = preview("name,company,phone\nAda,,030 1234567\n,Acme,030 1234568\nIvo,,\n,,\n")
    assert "Warnings" not in printed.output


def test_a_guessed_encoding_is_a_warning_and_is_written(preview):
    printed = preview("name,phone\nZoë,030 1234567\nJürgen,030 1234568\n".encode("latin-1"))
    assert "the encoding windows-1252 is a guess" in printed.output
    assert source_of(printed.output)["encoding"] == "windows-1252"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer\n"
            "1;01.02.24 10:11;Ada;0301234567;Telefon;1234;0:01\n",
            "this is the list of calls of a FRITZ!Box",
        ),
        ("Ada Lovelace,0301234567\nGrace Hopper,0301234568\n", "there is no header"),
        ("town,street\nLondon,Main\n", "no column is known to have names or phone numbers"),
        ("name,phone\n", "the file has no rows"),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n", "this is a file of vCards"),
        ("", "the file has no rows"),
    ],
)
def test_a_file_that_can_be_no_source_is_refused_with_the_reason(preview, text, problem):
    printed = preview(text)
    assert printed.status == 1
    assert f"- {problem}" in printed.output
    assert source_text(printed.output) == ""


HOSTILE = ("unclosed: only BEGIN", "undeclared: UTF-16", "undeclared: UTF-8 with a byte order mark")


@pytest.mark.parametrize("name", [*HOSTILE, "nested: lower case", "nested: blanks", "strange: CR only"])
def test_a_hostile_file_of_vcards_is_named_as_what_it_is(preview, name):
    printed = preview(CARDS[name].data)
    assert printed.status == 1
    assert "- this is a file of vCards" in printed.output
    assert source_text(printed.output) == ""


def test_a_file_without_numbers_is_a_problem_with_a_source(preview):
    printed = preview("name,town\nAda,London\n")
    assert printed.status == 1
    assert "no column has phone numbers" in printed.output
    assert source_of(printed.output)["searched_columns"] == ["name"]


def test_a_tenant_that_is_not_declared_is_an_error_that_names_the_others(tmp_path):
    commands = CommandFolder(tmp_path)
    (tmp_path / "people.csv").write_text("name,phone\nAda,030 1234567\n")
    printed = commands.call("source", "preview", str(tmp_path / "people.csv"), "--tenant", "acne")
    assert (printed.status, printed.output) == (2, "")
    assert printed.errors.endswith("--tenant: 'acne' is no uuid and no tenant. Known: acme, other\n")
    unknown = "77777777-7777-4777-8777-777777777777"
    printed = commands.call("source", "preview", str(tmp_path / "people.csv"), "--tenant", unknown)
    assert f"\nDeclare the tenant {unknown} below provisioning.tenants.\n" in printed.output


def test_the_command_that_is_printed_has_the_configuration_file(tmp_path):
    commands = CommandFolder(tmp_path)
    (tmp_path / "people.csv").write_text("name,phone\nAda,030 1234567\n")
    printed = commands.call("source", "preview", str(tmp_path / "people.csv"), "--tenant", "acme")
    assert printed.output.endswith(f"\nThen: xivo-dird -c {tmp_path}/config.yml source check people\n")


def test_all_columns_with_numbers_are_shown_and_formatted(preview):
    columns = ["Mobile", "Business Phone", "Home Phone", "Other Phone", "Car Phone", "Business Fax", "Pager"]
    numbers = ",".join(f"030 123456{index}" for index in range(len(columns)))
    printed = preview(
        f"First Name,Last Name,Company,{','.join(columns)},E-mail\nAda,Stern,Acme,{numbers},a@b\n"
    )
    table = printed.output.partition("First rows:\n")[2].partition("\n\n")[0]
    assert all(column in table for column in ("First Name", "Last Name", *columns))
    formatted = source_of(printed.output)["format_columns"]
    called = {"{Mobile}", "{Business Phone}", "{Home Phone}", "{Other Phone}", "{Car Phone}"}
    assert {text for name, text in formatted.items() if name.startswith(("number", "mobile"))} == called
    assert (formatted["mobile"], formatted["number"]) == ("{Mobile}", "{Business Phone}")


@pytest.mark.parametrize(
    ("header", "formatted"),
    [
        ("Telefon geschäftlich;Mobiltelefon;Firma", {"number": 0, "mobile": 1, "company": 2}),
        ("Mobile2;Mobile;Business", {"mobile": 0, "mobile_2": 1, "number": 2}),
        ("Handy;Ort", {"number": 0, "mobile": 0}),
        ("Telefono cellulare;Telefono", {"mobile": 0, "number": 1}),
    ],
)
def test_fields_have_the_names_that_other_kinds_of_sources_have(preview, header, formatted):
    cells = ["0171 1234567", "0171 1234568", "0171 1234569"][: header.count(";") + 1]
    columns = header.split(";")
    if columns[-1] in {"Firma", "Ort"}:
        cells[-1] = "Acme"
    printed = preview(f"Name;{header}\nAda;{';'.join(cells)}\n")
    named = {field: f"{{{columns[position]}}}" for field, position in formatted.items()}
    assert source_of(printed.output)["format_columns"] == {"name": "{Name}", "reverse": "{name}", **named}


@pytest.mark.parametrize("header", [GERMAN, ENGLISH], ids=["German", "English"])
def test_all_columns_of_an_outlook_export_are_understood(preview, header):
    business, private, mobile, email = (
        "Telefon geschäftlich",
        "Telefon privat",
        "Mobiltelefon",
        "E-Mail-Adresse",
    )
    first, last = "Vorname", "Nachname"
    if header is ENGLISH:
        business, private, mobile, email = ("Business Phone", "Home Phone", "Mobile Phone", "E-mail Address")
        first, last = "First Name", "Last Name"
    contacts = [
        {first: "Zoë", last: "Großmann", business: "030/1234567", email: "zoe@example.org"},
        {first: "Ada", last: "Stern", private: "(0221) 555-0107", mobile: "+49 (171) 5550123"},
    ]
    source = source_of(preview(outlook_export(header, contacts)).output)
    assert (source["separator"], source["encoding"]) == (",", "windows-1252")
    assert source["first_matched_columns"] == [business, private, mobile]
    assert source["searched_columns"] == [first, last, email, business, private, mobile]
    assert "unique_column" not in source


def test_no_configuration_is_needed(tmp_path, monkeypatch):
    (tmp_path / "people.csv").write_text("name,phone\nAda,030 1234567\n")
    monkeypatch.chdir(tmp_path)
    status, output, errors = run_program(["source", "preview", "people.csv"])
    assert (status, errors) == (0, "")
    assert source_of(output)["file"] == str(tmp_path / "people.csv")


def test_a_missing_file_is_an_error_of_one_line(tmp_path):
    printed = CommandFolder(tmp_path).call("source", "preview", str(tmp_path / "none.csv"))
    assert (printed.status, printed.output) == (1, "")
    assert printed.errors == f"xivo-dird: {tmp_path / 'none.csv'}: No such file or directory\n"


def test_what_has_no_end_is_not_read(tmp_path):
    printed = CommandFolder(tmp_path).call("source", "preview", "/dev/zero")
    assert printed.status == 1
    assert printed.errors == "xivo-dird: /dev/zero: it is no regular file\n"


def test_progress_is_shown_on_a_terminal(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("name,phone\n" + "".join(f"Name {number},{number}\n" for number in range(2000)))
    status, _, printed = run_on_terminal(["source", "preview", str(file)])
    assert status == 0
    assert "people.csv" in printed
