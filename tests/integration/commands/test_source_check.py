"""`xivo-dird source check`: what a source answers, what is wrong with it, and what to do."""

import json

import pytest
import trustme

from hostile_cards import CARDS, GROUP, JOINABLE, file_of
from plugins.backends.faulty_source import tls_of
from servers import http_faults
from servers.active_directory import ACCOUNT, DOMAIN, PASSWORD, ActiveDirectory, user
from servers.card_server import CardServer, card
from servers.commands import CommandFolder
from servers.faulty_http import FaultyHttp, HttpAnswer
from servers.ports import HOST, ReservedPort
from servers.slapd import Slapd

PEOPLE = "First name,Number,Zip\nAda,+49 30 1234567,\nGrace,0301234568,\n"
COLUMNS = {"searched_columns": ["First name"], "first_matched_columns": ["Number"]}
FORMAT = {"format_columns": {"name": "{First name}", "number": "{Number}"}}


@pytest.fixture
def commands(tmp_path):
    return CommandFolder(tmp_path)


@pytest.fixture(scope="module")
def slapd(tmp_path_factory):
    with Slapd(tmp_path_factory.mktemp("slapd"), tls=False) as server:
        yield server


def files_of(folder):
    return {path.name for path in folder.rglob("*")}


def test_a_declared_source_is_checked_before_the_daemon_ever_started(commands):
    commands.add_csv("people", PEOPLE, **COLUMNS, **FORMAT)
    printed = commands.run("source", "check", "people", "ada")
    assert (printed.status, printed.errors) == (0, "")
    assert "backend csv, tenant acme, declared in YAML" in printed.output
    assert printed.row("read")[2] == "2 entries"
    assert printed.row("search")[2] == "1 found"
    assert printed.row("Ada") == ["Ada", "+49 30 1234567"]
    assert "The source works." in printed.output
    assert "store" not in printed.output
    assert files_of(commands.folder) == {"config.yml", "people.csv"}


def test_before_the_first_start_a_source_of_stored_contacts_is_hinted(commands):
    commands.add("sources", "mine", backend="personal", searched_columns=["firstname"])
    printed = commands.call("source", "check", "mine", "ada")
    assert "- the store is not used, only what YAML declares: there is no " in printed.output


def test_a_store_that_may_not_be_opened_is_a_hint(commands):
    commands.configuration["db_uri"] = f"sqlite:///{commands.folder}/{'x' * 300}.db"
    commands.add_csv("people", PEOPLE, **COLUMNS, **FORMAT)
    printed = commands.call("source", "check", "people", "ada")
    assert (printed.status, printed.row("search")[2]) == (0, "1 found")
    assert "- the store is not used, only what YAML declares: " in printed.output


def test_a_number_is_also_looked_up_in_reverse(commands):
    commands.add_csv("people", PEOPLE, **COLUMNS, **FORMAT)
    printed = commands.call("source", "check", "people", "030 1234567")
    assert printed.row("reverse")[2].startswith("alternate (rank 1)")
    assert "Ada" in printed.output


def test_at_most_five_contacts_are_printed(commands):
    rows = "".join(f"Ada {number},{number}\n" for number in range(7))
    commands.add_csv("people", f"First name,Number\n{rows}", **COLUMNS, **FORMAT)
    printed = commands.call("source", "check", "people", "ada")
    assert printed.output.count("Ada ") == 5
    assert "… and 2 more" in printed.output


BOOKS = {"backend": "carddav", "searched_columns": ["name"], "first_matched_columns": ["numbers"]}


@pytest.fixture
def cards():
    with CardServer() as server:
        server.add_book("crew")
        yield server


def check_books(commands, cards, **changes):
    commands.add("sources", "books", **{**BOOKS, **cards.options, **changes})
    return commands.call("source", "check", "books")


def test_address_books_are_checked(commands, cards):
    cards.books["/dav/books/crew/"].put("ada", card("Ada"))
    printed = check_books(commands, cards)
    assert (printed.status, printed.row("read")[2]) == (0, "1 entry")


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({}, ["empty: no entry was read"]),
        ({"password": "wrong"}, ["failed: wrong user name or password", "answered 401 Unauthorized"]),
        ({"username": None, "password": None}, ["it needs a user name and password"]),
        (
            {"books": ["Team"]},
            ["failed: no address book", "there is no address book 'Team'; there are: 'Crew' (crew)"],
        ),
    ],
)
def test_what_is_wrong_with_address_books_is_said(commands, cards, changes, texts):
    printed = check_books(commands, cards, **changes)
    assert printed.status == 1
    assert [text for text in texts if text not in printed.output] == []


def test_a_url_without_an_address_book_is_said(commands, cards):
    cards.well_known = None
    printed = check_books(commands, cards, url=f"{cards.url}/nothing")
    assert "failed: no address book" in printed.output
    assert "there is no address book at /nothing; it answered 404 to PROPFIND /nothing" in printed.output


def test_another_server_of_address_books_is_named(commands, cards):
    cards.homes = ["https://p1.example.org/books/"]
    printed = check_books(commands, cards)
    assert "another server: " in printed.output
    assert "add p1.example.org:443 to allowed_hosts" in printed.output


def test_a_certificate_of_address_books_is_said(commands, cards):
    with FaultyHttp(cards.respond, tls_of(trustme.CA(), HOST)) as server:
        printed = check_books(commands, cards, url=server.url)
    assert "failed: certificate" in printed.output
    assert "its certificate is not accepted" in printed.output


def test_columns_that_no_entry_has_are_named_with_similar_ones(commands):
    options = {
        "searched_columns": ["Firstname"],
        "first_matched_columns": ["Number"],
        "unique_column": "Zip",
        "format_columns": {"name": "{First nam}", "reverse": "{name}"},
    }
    commands.add_csv("people", PEOPLE, **options)
    printed = commands.call("source", "check", "people")
    assert printed.status == 1
    assert "'Firstname' (searched_columns) is in no entry; is it 'First name'?" in printed.output
    assert "the column 'Zip' (unique_column) is empty in every entry" in printed.output
    assert "'First nam' (format_columns.name) is in no entry; is it 'First name'?" in printed.output
    assert "'name'" not in printed.output


def test_fields_that_no_card_has_at_present_are_no_missing_columns(commands):
    (commands.folder / "team.vcf").write_text("BEGIN:VCARD\nFN:Ada\nTEL:+49301234567\nEND:VCARD\n")
    commands.configuration["backends"]["vcard"] = {"folders": [str(commands.folder)]}
    columns = {"searched_columns": ["name", "nickname", "phonetic"], "first_matched_columns": ["numbers"]}
    commands.add("sources", "team", backend="vcard", file="team.vcf", **columns)
    printed = commands.call("source", "check", "team")
    assert (printed.status, "no such column" in printed.output) == (0, False)
    commands.configuration["provisioning"]["sources"][0]["searched_columns"] = ["nicname"]
    printed = commands.call("source", "check", "team")
    assert "'nicname' (searched_columns) is in no entry; is it 'nickname'?" in printed.output


def test_hostile_cards_are_counted_with_the_reason_and_without_their_text(commands):
    (commands.folder / "team.vcf").write_bytes(file_of(JOINABLE))
    commands.configuration["backends"]["vcard"] = {"folders": [str(commands.folder)]}
    commands.add("sources", "team", backend="vcard", file="team.vcf", searched_columns=["name"])
    printed = commands.call("source", "check", "team")
    bad = sum(CARDS[name].outcome is None for name in JOINABLE)
    groups = sum(CARDS[name].outcome == GROUP for name in JOINABLE)
    read = 2 * len(JOINABLE) - bad - groups
    assert printed.row("read")[2] == f"{read} entries, {bad} left out"
    assert "team.vcf, card at line" in printed.output
    assert len(printed.output) < 3000


def test_hostile_cards_of_a_book_are_counted_too(commands, cards):
    chosen = [hostile for hostile in CARDS.values() if len(hostile.data) < 10_000]
    for number, (data, _) in enumerate(chosen):
        cards.books["/dav/books/crew/"].put(f"{number}", data)
    cards.books["/dav/books/crew/"].spoils_batches = True
    printed = check_books(commands, cards)
    outcomes = [outcome for _, outcome in chosen]
    read, bad = sum(map(bool, outcomes)), outcomes.count(None)
    assert printed.row("read")[2] == f"{read} entries, {bad} left out"


def test_rows_that_are_left_out_are_counted_with_the_reason(commands):
    commands.add_csv("people", 'First name,Number\nAda,1\n"Grace,2\n', **COLUMNS)
    printed = commands.call("source", "check", "people")
    assert printed.row("read")[2] == "1 entry, 1 left out"
    assert "a quotation mark is not closed in line 3" in printed.output


@pytest.mark.parametrize(("text", "cause"), [(None, "No such file"), ("First name,Number\n", "empty: ")])
def test_a_missing_and_an_empty_file_are_problems(commands, text, cause):
    commands.add_csv("people", text, **COLUMNS)
    printed = commands.call("source", "check", "people", "ada")
    assert printed.status == 1
    assert cause in printed.output.partition("\nProblems:\n- ")[2]


def test_a_file_outside_the_allowed_folders_is_misconfigured(commands):
    commands.add("sources", "people", backend="csv", file="/etc/passwd", **COLUMNS)
    printed = commands.call("source", "check", "people")
    assert printed.status == 2
    assert "not allowed: file: /etc/passwd is outside the allowed folders" in printed.output


def test_a_missing_database_file_is_a_problem(commands):
    uri = f"sqlite:///{commands.folder}/none.db"
    commands.configuration["backends"]["sql"] = {"folders": [str(commands.folder)]}
    commands.add("sources", "crm", backend="sql", uri=uri, table="people", searched_columns=["name"])
    printed = commands.call("source", "check", "crm", "ada")
    assert printed.status == 1
    assert printed.row("read")[2] == "failed: no such file"


def test_an_unknown_name_is_an_error_that_proposes_another(commands):
    commands.add_csv("people", PEOPLE, **COLUMNS)
    printed = commands.call("source", "check", "poeple")
    assert (printed.status, printed.output) == (2, "")
    assert "there is no source 'poeple'; is it 'people'?" in printed.errors


def test_a_source_of_several_tenants_needs_the_tenant(commands):
    commands.add_csv("people", PEOPLE, **COLUMNS)
    commands.add_csv("people", PEOPLE, tenant="other", **COLUMNS)
    printed = commands.call("source", "check", "people")
    assert printed.status == 2
    assert "of the tenants acme, other: choose one with --tenant" in printed.errors
    assert "tenant other" in commands.call("source", "check", "people", "--tenant", "other").output
    unknown = commands.call("source", "check", "people", "--tenant", "nobody")
    assert unknown.status == 2
    assert "--tenant: there is no tenant 'nobody'" in unknown.errors


def test_the_result_can_be_printed_as_json(commands):
    commands.add_csv("people", PEOPLE, **COLUMNS, **FORMAT)
    body = json.loads(commands.call("source", "check", "people", "ada", "--json").output)
    assert body["snapshot"]["entries"] == 2
    assert [contact["name"] for contact in body["contacts"]] == ["Ada"]
    assert body["problems"] == []


def test_contacts_cannot_control_the_terminal(commands):
    commands.add_csv("people", "First name,Number\nAda\x1b[2J,1\n", **COLUMNS)
    assert "\x1b" not in commands.call("source", "check", "people", "ada").output


def ldap(uri, **options):
    return {
        "backend": "ldap",
        "ldap_uri": uri,
        "ldap_base_dn": Slapd.base_dn,
        "searched_columns": ["cn"],
        "first_matched_columns": ["telephoneNumber"],
        "format_columns": {"name": "{cn}", "number": "{telephoneNumber}"},
        **options,
    }


def test_a_directory_server_is_asked_a_harmless_question(commands, slapd):
    commands.add("sources", "staff", **ldap(slapd.uri))
    printed = commands.call("source", "check", "staff")
    assert printed.status == 0
    assert printed.row("connect")[2] == "ok"


def test_a_column_that_a_server_does_not_have_is_named(commands, slapd):
    options = {"format_columns": {"name": "{cn}", "number": "{telephonNumber}"}}
    commands.add("sources", "staff", **ldap(slapd.uri, **options))
    printed = commands.call("source", "check", "staff", "a")
    hint = "'telephonNumber' (format_columns.number) is in no found entry; is it 'telephoneNumber'?"
    assert hint in printed.output
    assert "'cn'" not in printed.output


@pytest.mark.parametrize("mode", ["snapshot", "query"])
def test_an_attribute_of_a_preset_that_nobody_has_is_no_problem(commands, mode):
    preset = {"preset": "active_directory", "mode": mode, "ldap_base_dn": DOMAIN}
    account = {"ldap_username": ACCOUNT, "ldap_password": PASSWORD}
    with ActiveDirectory([user("Ada Stern", telephoneNumber=["+49 30 1234567"])]) as domain:
        commands.add("sources", "staff", backend="ldap", ldap_uri=domain.uri, **preset, **account)
        services = {"lookup": {"sources": ["staff"]}}
        commands.add("profiles", "default", services=services)
        printed = commands.call("source", "check", "staff", "ada")
        asked = commands.call("lookup", "default", "ada")
    assert (printed.status, printed.row("search")[2]) == (0, "1 found")
    assert (asked.status, asked.row("staff")[2]) == (0, "found 1")
    assert "no such column" not in printed.output + asked.output


def test_a_uri_that_is_none_is_a_wrong_option(commands):
    commands.add("sources", "staff", **ldap("directory.example.org"))
    printed = commands.call("source", "check", "staff")
    assert printed.status == 2
    assert "is no LDAP URI" in printed.output
    assert "What to do: correct the option" in printed.output


def test_a_wrong_password_is_named_and_never_printed(commands, slapd):
    options = {"ldap_username": Slapd.bind_dn, "ldap_password": "not-the-s3cret"}
    commands.add("sources", "staff", **ldap(slapd.uri, **options))
    for arguments in ((), ("--json",)):
        printed = commands.run("source", "check", "staff", "ada", *arguments)
        assert printed.status == 1
        assert "wrong user name or password" in printed.output
        assert "not-the-s3cret" not in printed.output + printed.errors


@pytest.mark.parametrize(
    ("host", "cause"), [("127.0.0.1", "refused"), ("no-such-host.invalid", "unknown host")]
)
def test_a_server_that_is_not_there_is_named(commands, host, cause):
    port = ReservedPort()
    commands.add("sources", "staff", **ldap(f"ldap://{host}:{port.number}"))
    printed = commands.call("source", "check", "staff")
    port.release()
    assert printed.status == 1
    assert printed.row("connect")[2] == f"failed: {cause}"
    assert f"ldap://{host}:{port.number}: can't connect" in printed.output


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (http_faults.status(401), "wrong user name or password"),
        (http_faults.status(403), "no permission"),
        (http_faults.status(404), "not found"),
        (http_faults.status(503), "overloaded"),
        (http_faults.status(500), "the server failed"),
        (http_faults.no_http, "another protocol"),
        (http_faults.html, "another protocol"),
        (http_faults.truncated_body, "broken connection"),
        (http_faults.hang, "timeout"),
    ],
)
def test_a_fault_of_a_web_server_is_named(commands, fault, cause):
    with FaultyHttp(lambda _request: HttpAnswer()) as server:
        server.fault = fault
        options = {"lookup_url": f"{server.url}/people", "searched_columns": ["name"]}
        commands.add("sources", "web", backend="csv_ws", **options)
        printed = commands.call("source", "check", "web", "--timeout", "1")
    assert printed.status == 1
    assert printed.row("connect")[2] == f"failed: {cause}"


def test_a_web_server_that_refuses_the_login_is_named_by_the_command(commands):
    with FaultyHttp(lambda _request: HttpAnswer(401)) as server:
        commands.add("sources", "web", backend="csv_ws", lookup_url=server.url, searched_columns=["name"])
        printed = commands.run("source", "check", "web")
    assert printed.status == 1
    assert "wrong user name or password: " in printed.output
