"""`xivo-dird lookup` and `xivo-dird reverse`: why there is a name, or none, beside a daemon and without one."""

import json

import pytest

from servers.commands import TENANT, CommandFolder
from servers.daemon import TOKEN, DaemonProcess
from servers.ports import ReservedPort
from waiting import TIMEOUT, wait_until
from xivo_dird.authenticator import hash_token
from xivo_dird.caller import Caller
from xivo_dird.config.files import Arguments, load
from xivo_dird.directory.fan_out import ask_all
from xivo_dird.directory.question import Fetch
from xivo_dird.process.diagnosis.inspection import inspect
from xivo_dird.threads.deadline import Deadline

USER = "33333333-3333-4333-8333-333333333333"
COLUMNS = {"searched_columns": ["name"], "first_matched_columns": ["number"]}
FORMAT = {"format_columns": {"reverse": "{name}"}}
COLUMNS_OF_DISPLAY = [{"title": "Who", "field": "name"}, {"title": "Mail", "field": "mail"}]


def declare_profile(commands, *sources, **options):
    services = {service: {"sources": list(sources), **options} for service in ("lookup", "reverse")}
    commands.add("profiles", "default", display="desk", services=services)


@pytest.fixture
def commands(tmp_path):
    commands = CommandFolder(tmp_path)
    commands.add("displays", "desk", columns=COLUMNS_OF_DISPLAY)
    commands.add_csv("people", "name,number\nAda,+49 30 1234567\n", **COLUMNS, **FORMAT)
    commands.add_csv("others", "name,number\nAda B,030/1234567\nGrace,0301234568\n", **COLUMNS, **FORMAT)
    return commands


@pytest.fixture
def closed_port():
    port = ReservedPort()
    yield port.number
    port.release()


def test_a_lookup_shows_what_each_source_answers_without_a_daemon(commands, closed_port):
    commands.add_csv("gone", None, **COLUMNS)
    commands.add_csv("unused", "name\nAda\n", **COLUMNS)
    uri = f"ldap://127.0.0.1:{closed_port}"
    commands.add("sources", "staff", backend="ldap", ldap_uri=uri, ldap_base_dn="dc=x", **COLUMNS)
    declare_profile(commands, "people", "gone", "staff", "others")
    printed = commands.run("lookup", "default", "grace")
    assert (printed.status, printed.errors) == (1, "")
    assert "Profile 'default', tenant acme: lookup of 'grace', timeout 10 s" in printed.output
    assert printed.row("people")[2::2] == ["nothing", "not in name"]
    assert printed.row("gone")[2::2] == ["nothing", "no such file"]
    assert printed.row("staff")[2::2] == ["error", "refused"]
    assert printed.row("others")[2] == "found 1"
    assert "others  Grace" in printed.output
    assert f"- staff: {uri}: can't connect" in printed.output
    assert "the column 'Mail' of the display is empty: no contact has 'mail'" in printed.output
    assert "not asked, since the profile does not name them for lookup: unused" in printed.output
    assert not (commands.folder / "dird.db").exists()


def test_the_table_shows_the_defaults_of_the_display_as_clients_do(commands):
    columns = [
        {"title": "Who", "field": "name"},
        {"title": "Mail", "field": "mail", "default": "no mail"},
        {"title": "Kind", "default": "person"},
        {"title": "Mark", "type": "favorite"},
    ]
    commands.configuration["provisioning"]["displays"][0]["columns"] = columns
    declare_profile(commands, "others")
    printed = commands.call("lookup", "default", "grace")
    assert "\nsource  Who    Mail     Kind\n" in printed.output
    assert "\nothers  Grace  no mail  person\n" in printed.output
    assert "the column 'Mail' of the display shows only its default: no source has 'mail'" in printed.output
    assert "'Kind'" not in printed.output


def test_misspelled_columns_are_named_with_similar_ones(commands):
    commands.configuration["provisioning"]["displays"][0]["columns"][1] = {"title": "Call", "field": "nubmer"}
    columns = {"searched_columns": ["nmae"], "first_matched_columns": ["Number"]}
    commands.add_csv("crew", "name,number\nAda,1\n", **columns, format_columns={"reverse": "{name}"})
    declare_profile(commands, "crew", "people")
    printed = commands.call("lookup", "default", "grace")
    assert printed.status == 0
    assert "- crew: no such column: 'nmae' (searched_columns) is in no entry; is it 'name'?" in printed.output
    assert "the column 'Call' of the display is empty: no source has 'nubmer'" in printed.output
    assert "(format_columns); is it 'number'?" in printed.output
    printed = commands.call("reverse", "default", "1")
    assert "- crew: no such column: 'Number' (first_matched_columns) is in no entry" in printed.output
    assert "nmae" not in printed.output


def test_a_reverse_lookup_explains_which_source_wins(commands):
    declare_profile(commands, "people", "others")
    printed = commands.run("reverse", "default", "030/1234567")
    assert printed.status == 0
    assert printed.row("people")[2] == "found"
    assert printed.row("people")[4].startswith("alternate (rank 1)")
    assert printed.row("others")[2] == "wins"
    assert printed.row("others")[4] == "exact (rank 0): exactly this text; the best match"
    assert "Name: Ada B" in printed.output
    assert "in the country DE, the number is read as +49301234567" in printed.output


def test_of_equal_matches_the_first_source_wins(commands):
    declare_profile(commands, "others", "people")
    printed = commands.call("reverse", "default", "0049301234567")
    assert printed.row("others")[2] == "wins"
    assert "the first of equal matches in the profile" in printed.row("others")[4]
    assert printed.row("people")[2] == "found"


def test_a_source_after_an_exact_match_is_not_needed(commands):
    declare_profile(commands, "others", "people")
    printed = commands.call("reverse", "default", "0301234568")
    assert printed.row("people")[2] == "not needed"


def test_a_contact_without_a_reverse_column_is_explained(commands):
    commands.add_csv("bare", "name,number\nIvo,0301234569\n", **COLUMNS)
    declare_profile(commands, "bare")
    printed = commands.call("reverse", "default", "0301234569")
    assert "Name: (none)" in printed.output
    assert "phones show no name: the contact of 'bare' has no 'reverse'" in printed.output


def test_a_contact_whose_reverse_column_is_blank_is_explained(commands):
    options = {**COLUMNS, "format_columns": {"reverse": "{first} {last}"}}
    commands.add_csv("bare", "first,last,number,company\n,,0301234569,Nordwind\n", **options)
    declare_profile(commands, "bare")
    printed = commands.call("reverse", "default", "0301234569")
    assert "Name: (none)" in printed.output
    assert "let reverse also insert a column that is filled" in printed.output


def test_a_tenant_without_a_country_is_explained(commands):
    del commands.configuration["provisioning"]["tenants"][0]["country"]
    declare_profile(commands, "people")
    printed = commands.call("reverse", "default", "030 1234567")
    assert "No name." in printed.output
    assert "the tenant has no country" in printed.output


def test_a_withheld_number_is_explained(commands):
    declare_profile(commands, "people")
    printed = commands.call("reverse", "default", '"Anonymous" <sip:anonymous@anonymous.invalid>')
    assert "No name." in printed.output
    assert "Hints:\n- a withheld, unknown or missing number: no source is asked\n" in printed.output


def test_the_number_in_the_address_of_a_caller_is_explained(commands):
    declare_profile(commands, "people")
    printed = commands.call("reverse", "default", '"030 7654321" <sip:0301234567@192.0.2.1>')
    assert "the number is read as +49301234567" in printed.output


def test_a_profile_without_sources_is_explained(commands):
    commands.add("profiles", "empty", services={})
    printed = commands.call("lookup", "empty", "ada")
    assert "the profile has no sources for lookup: add them to services.lookup.sources" in printed.output


def test_an_unknown_profile_is_misconfigured(commands):
    declare_profile(commands, "people")
    printed = commands.call("lookup", "defualt", "ada")
    assert (printed.status, printed.output) == (2, "")
    assert "there is no profile 'defualt'; is it 'default'?" in printed.errors


def test_the_timeout_can_be_chosen(commands):
    declare_profile(commands, "people", options={"timeout": 3})
    assert "timeout 3 s" in commands.call("lookup", "default", "ada").output
    assert "timeout 0.5 s" in commands.call("lookup", "default", "ada", "--timeout", "0.5").output


def test_the_answers_can_be_printed_as_json(commands):
    declare_profile(commands, "people", "others")
    body = json.loads(commands.call("reverse", "default", "0301234568", "--json").output)
    assert [source["result"] for source in body["sources"]] == ["nothing", "wins"]
    assert body["contacts"][0]["fields"]["reverse"] == "Grace"


@pytest.fixture
def daemon(commands):
    """Yield a running daemon with the resources of the commands, which use its configuration."""
    declare_profile(commands, "people", "mine")
    commands.add("sources", "mine", backend="personal", searched_columns=["name"])
    auth = {"tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT}]}
    commands.configuration |= {"auth": auth}
    with DaemonProcess(commands.folder, commands.configuration) as daemon:
        wait_until(lambda: all(source["built_at"] for source in indexes_of(daemon)))
        yield daemon


def indexes_of(daemon):
    """Return the state of the index of each source that has one."""
    sources = daemon.get("/status")[1]["sources"].values()
    return [source["snapshot"] for source in sources if source["snapshot"]]


def test_beside_a_daemon_its_indexes_are_read_and_not_changed(commands, daemon):
    def files():
        folder = commands.folder / "state" / "sources"
        return {path: path.lstat().st_mtime_ns for path in folder.rglob("index-*")}

    before = files()
    assert before
    (commands.folder / "mine.csv").write_text("name,number\nAda Mine,1\n", encoding="utf-8")
    imported = commands.call(
        "import-personal", str(commands.folder / "mine.csv"), "--tenant", TENANT, "--user", USER
    )
    assert imported.status == 0
    printed = commands.run("lookup", "default", "ada", "--user", USER)
    assert printed.status == 0
    assert printed.row("people")[2] == "found 1"
    assert printed.row("mine")[2] == "found 1"
    assert "the store is not used" not in printed.output
    assert files() == before
    assert daemon.get("/directories/lookup/default", term="ada")[0] == 200


def test_an_index_of_the_daemon_is_used_instead_of_building_another_one(commands, daemon):
    _, status = daemon.get("/status")
    (built_at,) = [
        report["snapshot"]["built_at"] for report in status["sources"].values() if report["name"] == "people"
    ]
    with inspect(load(Arguments(commands.write())).config) as inspection:
        source = inspection.find_source("people", None)
        inspection.link_indexes([source], None)
        opened = inspection.parts.registry.get(source)
        ask_all([opened], Fetch(()), Caller("", TENANT), Deadline.after(TIMEOUT))
        snapshot = opened.report().snapshot
    assert snapshot is not None
    assert snapshot.built_at == built_at


def test_without_a_user_personal_contacts_are_left_out(commands, daemon):
    printed = commands.call("lookup", "default", "ada")
    assert printed.row("mine")[2] == "nothing"
    assert "name a user with --user UUID" in printed.output


def test_a_stored_source_is_known_beside_declared_ones(commands, daemon):
    people = commands.configuration["provisioning"]["sources"].pop(0)
    commands.configuration["provisioning"]["profiles"].clear()
    printed = commands.call("source", "check", people["name"])
    assert printed.status == 0
    assert commands.call("lookup", "default", "ada").row("people")[2] == "found 1"
