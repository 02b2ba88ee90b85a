"""FastAGI: the name of a caller in a channel of Asterisk, and for whom it is found."""

import csv

import pytest

from agi_server import counted_calls, running_agi_server
from api.conftest import OTHER, OTHER_TENANT_USER, SECOND_USER, TENANT, Daemon, configuration, csv_source
from servers.asterisk import ACCEPTED, DEAD_CHANNEL, HANGUP, UNKNOWN_COMMAND, USAGE, Channel
from waiting import TIMEOUT, wait_until
from xivo_dird.agi.service import MAX_LOGGED_PROBLEMS

OUTSIDE, ANY_TENANT, OF_TENANT, OF_OTHER = "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"
SUBNETS = [
    ANY_TENANT,
    {"subnet": OF_TENANT, "tenant_uuid": TENANT},
    {"subnet": OF_OTHER, "tenant_uuid": OTHER},
]
UNKNOWN_USER = "88888888-8888-4888-8888-888888888888"
MAX_NAME = 20
HOSTILE = [
    ('"Eve"; ${SHELL(id)}, <1@x>\\', "Eve SHELLid 1@x"),
    ('A"\r\nSET VARIABLE X "b', "A SET VARIABLE X b"),
    ("x" * 300, "x" * MAX_NAME),
    ("Élodie O'Neil", "Élodie O\u2019Neil"),
]
FIELDS = ("id", "firstname", "lastname", "number", "mobile")


def write_people(file, rows):
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([FIELDS, *rows])


def agi_configuration(folder):
    hostile, other = (
        csv_source("hostile.csv", name="hostile"),
        csv_source("other.csv", name="other", tenant="other"),
    )
    agi = {
        "listen": "127.0.0.1:4573",
        "authorized_subnets": SUBNETS,
        "timeout": TIMEOUT,
        "max_name_characters": MAX_NAME,
    }
    keys = configuration(folder, [hostile, other], ("crew", "hostile"), agi=agi)
    services = {"reverse": {"sources": ["other"]}}
    keys["provisioning"]["profiles"] += [
        {"tenant": "other", "name": "default", "services": services},
        {"tenant": "other", "name": "secret", "services": services},
    ]
    names = enumerate([name for name, _ in HOSTILE], 9000)
    write_people(folder / "csv" / "hostile.csv", [(number, name, "", number, "") for number, name in names])
    write_people(
        folder / "csv" / "other.csv", [(1, "Olga", "Other", 2045, ""), (2, "Otto", "Other", 3000, "")]
    )
    return keys


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(agi_configuration(tmp_path_factory.mktemp("agi"))) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def port(daemon):
    with running_agi_server(daemon.controller.caller_names) as port:
        yield port


@pytest.fixture
def call(port):
    """Return the function that executes a script in a channel, by default in the network of a tenant."""

    def call(number, script="default", address=OF_TENANT, **arguments):
        channel = Channel(port, number, "trunk", address)
        channel.agi(script, **arguments)
        return channel

    return call


def asked(daemon):
    """Return how many questions the sources have been asked."""
    sources = daemon.get("/status").json["sources"].values()
    return sum(sum(source["counts"].values()) for source in sources)


def assert_counted(daemon, before, outcome):
    wait_until(lambda: counted_calls(daemon.get("/metrics").text) - before == {outcome: 1})


@pytest.mark.parametrize(
    ("script", "address"),
    [
        (f"default/{SECOND_USER}", ANY_TENANT),
        (f"default/{SECOND_USER}", OF_TENANT),
        (f"/{SECOND_USER}", OF_TENANT),
        (f"/{SECOND_USER.upper()}", ANY_TENANT),
        ("default/lobby", OF_TENANT),
        ("default", OF_TENANT),
        ("", OF_TENANT),
    ],
)
def test_a_caller_gets_the_name_of_the_contact(call, script, address):
    channel = call("2045", script, address)
    assert channel.variables == {"CALLERID(name)": "Ada Stern", "XIVO_DIRD_STATUS": "FOUND"}
    assert len(channel.commands) == 2


def test_arguments_of_the_script_do_not_matter(call):
    assert call("2045", arguments=[f"argument {number}: x" for number in range(128)]).name == "Ada Stern"


def test_a_number_that_nobody_has_changes_no_name(call):
    assert call("2999").variables == {"XIVO_DIRD_STATUS": "NOTFOUND"}


@pytest.mark.parametrize("number", ["unknown", "anonymous", "Restricted", ""])
def test_no_source_is_asked_for_a_withheld_number(daemon, call, number):
    before = asked(daemon)
    assert call(number).variables == {"XIVO_DIRD_STATUS": "NOTFOUND"}
    assert asked(daemon) == before
    call("2999")
    assert asked(daemon) > before


def test_no_source_is_asked_for_a_number_longer_than_any(daemon, call):
    before = asked(daemon)
    assert call("9" * 257).variables == {"XIVO_DIRD_STATUS": "ERROR"}
    assert asked(daemon) == before
    assert call("9" * 256).variables == {"XIVO_DIRD_STATUS": "NOTFOUND"}


@pytest.mark.parametrize(
    ("presentation", "status"),
    [
        *((shown, "FOUND") for shown in ("0", "1", "2", "3", "", "x", "9" * 5000)),
        *((withheld, "NOTFOUND") for withheld in ("32", "33", "34", "35", "64", "67")),
    ],
)
def test_a_number_that_may_not_be_shown_gets_no_name(port, presentation, status):
    channel = Channel(port, "2045", address=OF_TENANT, presentation=presentation)
    assert channel.agi("default") == status


@pytest.mark.parametrize(
    ("script", "address", "name"),
    [
        (f"default/{SECOND_USER}", ANY_TENANT, "Ada Stern"),
        (f"default/{OTHER_TENANT_USER}", ANY_TENANT, "Olga Other"),
        (f"default/{OTHER_TENANT_USER}", OF_OTHER, "Olga Other"),
        ("default", OF_OTHER, "Olga Other"),
        (f"default/{UNKNOWN_USER}", OF_OTHER, "Olga Other"),
    ],
)
def test_the_tenant_is_that_of_the_user_or_of_the_network(call, script, address, name):
    assert call("2045", script, address).name == name


@pytest.mark.parametrize(
    ("script", "address"),
    [
        (f"default/{OTHER_TENANT_USER}", OF_TENANT),
        (f"default/{SECOND_USER}", OF_OTHER),
        (f"default/{UNKNOWN_USER}", ANY_TENANT),
        ("default/lobby", ANY_TENANT),
        ("default", ANY_TENANT),
        ("", ANY_TENANT),
        ("secret", OF_TENANT),
        (f"secret/{SECOND_USER}", ANY_TENANT),
        ("none", OF_TENANT),
        ("default/../secret", OF_TENANT),
        (f"default?user={SECOND_USER}", OF_TENANT),
        ("default%00", OF_TENANT),
    ],
)
def test_nobody_else_is_found_in_another_tenant(call, script, address):
    for number in ("2045", "3000"):
        assert call(number, script, address).variables == {"XIVO_DIRD_STATUS": "ERROR"}


@pytest.mark.parametrize(
    ("script", "address", "status"),
    [("none", OF_OTHER, "FOUND"), (f"/{OTHER_TENANT_USER}", ANY_TENANT, "ERROR")],
)
def test_a_number_with_line_ends_names_no_script(call, script, address, status):
    assert call(f"3000\nagi_network_script: {script}", "", address).status == status


def test_the_log_says_why_calls_get_no_name_but_not_of_each(tmp_path, caplog):
    with (
        Daemon(agi_configuration(tmp_path)) as daemon,
        running_agi_server(daemon.controller.caller_names) as port,
    ):
        for _ in range(2 * MAX_LOGGED_PROBLEMS):
            Channel(port, "2045", address=OUTSIDE).agi("default")
        Channel(port, "2045", address=OF_TENANT).agi("default", reply=lambda _: UNKNOWN_COMMAND)
        for number in range(100):
            Channel(port, "2045", address=OF_TENANT).agi(f"no%20{number}")
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("xivo_dird.agi")]
    assert f"A FastAGI connection is closed: {OUTSIDE} is in no network of agi.authorized_subnets" in logged
    assert "Asterisk refuses to set a variable: 510 Invalid or unknown command" in logged
    assert "A call gets no name: No such profile: no 0" in logged
    assert len(logged) <= 2 * MAX_LOGGED_PROBLEMS + 1
    assert "2045" not in caplog.text


def test_an_address_outside_of_the_networks_learns_nothing(daemon, call):
    before = counted_calls(daemon.get("/metrics").text)
    channel = call("2045", address=OUTSIDE)
    assert channel.commands == []
    assert_counted(daemon, before, "denied")


@pytest.mark.parametrize(("position", "name"), [*enumerate(name for _, name in HOSTILE)])
def test_a_hostile_name_is_one_harmless_value(call, position, name):
    channel = call(str(9000 + position))
    assert channel.name == name
    assert [command.split(" ")[2] for command in channel.commands] == ["CALLERID(name)", "XIVO_DIRD_STATUS"]
    assert channel.status == "FOUND"


def test_names_are_in_ascii_for_pbxs_without_unicode(tmp_path):
    keys = agi_configuration(tmp_path)
    keys["agi"] |= {"ascii_names": True}
    with Daemon(keys) as daemon, running_agi_server(daemon.controller.caller_names) as port:
        channel = Channel(port, "9003", address=OF_TENANT)
        channel.agi("default")
    assert channel.name == "Elodie ONeil"


@pytest.mark.parametrize(
    ("number", "script", "outcome"),
    [("2045", "default", "found"), ("2999", "default", "notfound"), ("2045", "none", "error")],
)
def test_each_call_is_counted_by_its_outcome(daemon, call, number, script, outcome):
    before = counted_calls(daemon.get("/metrics").text)
    assert call(number, script).status == outcome.upper()
    assert_counted(daemon, before, outcome)


@pytest.mark.parametrize(
    ("reply", "outcome", "commands"),
    [
        (DEAD_CHANNEL, "hangup", 1),
        (HANGUP + DEAD_CHANNEL, "hangup", 1),
        (UNKNOWN_COMMAND, "error", 1),
        (USAGE, "error", 1),
        (b"garbage\n", "invalid", 1),
        (b"x" * 100_000, "invalid", 1),
        (HANGUP + ACCEPTED, "found", 2),
    ],
)
def test_each_reply_ends_the_connection_or_goes_on(daemon, call, reply, outcome, commands):
    before = counted_calls(daemon.get("/metrics").text)
    assert len(call("2045", reply=lambda _: reply).commands) == commands
    assert_counted(daemon, before, outcome)


def test_a_channel_that_ends_before_the_reply_is_a_hangup(daemon, port):
    before = counted_calls(daemon.get("/metrics").text)
    channel = Channel(port, "2045", address=OF_TENANT)
    with channel.connected() as connection, connection.makefile("rb") as stream:
        channel.send_variables(connection, "default")
        assert stream.readline() == b'SET VARIABLE CALLERID(name) "Ada Stern"\n'
    assert_counted(daemon, before, "hangup")


def test_a_client_that_closes_its_side_gets_its_name(port):
    channel = Channel(port, "2045", address=OF_TENANT)
    with channel.connected() as connection:
        channel.send_variables(connection, "default")
        connection.sendall(ACCEPTED * 2)
        connection.shutdown(1)
        with connection.makefile("rb") as stream:
            assert stream.read().decode().splitlines() == [
                'SET VARIABLE CALLERID(name) "Ada Stern"',
                'SET VARIABLE XIVO_DIRD_STATUS "FOUND"',
            ]
