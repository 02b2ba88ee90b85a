"""FastAGI against clients that send nothing, too much or something else, and with a lookup that hangs."""

import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest

from agi_server import counted_calls, running_agi_server
from api.conftest import SECOND_USER, TENANT, Daemon, configuration
from servers.asterisk import ACCEPTED, Channel
from servers.auth_server import AuthServer, Hang
from waiting import LONG_TIMEOUT, assert_prompt, wait_until
from xivo_dird.agi.listener import AgiServer

SOON = 2.0
"""Seconds that a call may take where one that takes longer is tested."""

ENOUGH_FOR_A_NAME = 3.0
"""Seconds within which a source that has answered before answers again on any machine."""

FOUND = {"CALLERID(name)": "Ada Stern", "XIVO_DIRD_STATUS": "FOUND"}
SCRIPT = f"default/{SECOND_USER}"


def agi_configuration(folder, **keys):
    agi = {"listen": "127.0.0.1:4573", "authorized_subnets": ["127.0.0.0/8"], "timeout": LONG_TIMEOUT, **keys}
    return configuration(folder, agi=agi)


@pytest.fixture
def start(tmp_path):
    """Return the function that starts a daemon with keys of the section `agi`, and returns it with its port."""
    with ExitStack() as opened:

        def start(idle_seconds=30.0, auth=None, **agi):
            keys = agi_configuration(tmp_path, **agi)
            daemon = opened.enter_context(Daemon(keys | ({"auth": auth} if auth else {})))
            names = daemon.controller.caller_names
            return daemon, opened.enter_context(running_agi_server(names, idle_seconds))

        yield start


@pytest.fixture
def auth_server():
    with AuthServer() as server:
        server.add_tenant(TENANT)
        server.add_user("ann", "secret", uuid=SECOND_USER, tenant_uuid=TENANT)
        yield server


def received(connection):
    """Return everything that the server sends until it closes the connection."""
    with suppress(ConnectionResetError), connection.makefile("rb") as stream:
        return stream.read()
    return b""


def call(port, number="2045"):
    channel = Channel(port, number)
    channel.agi(SCRIPT)
    return channel.variables


def call_threads():
    return [thread for thread in threading.enumerate() if re.fullmatch(r"agi-[0-9]+", thread.name)]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /0.1/status HTTP/1.1\r\nHost: pbx\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"\xff\xfe\x00garbage\n",
        b"\n",
        b"agi_network: yes\n" * 10_000,
        b"agi_" + b"x" * 1024 * 1024,
        b"agi_callerid: " + b"9" * 1024 * 1024 + b"\n\n",
    ],
    ids=["http", "tls", "no utf-8", "nothing", "many lines", "a megabyte", "a number of a megabyte"],
)
def test_what_is_no_agi_is_closed_without_an_answer(start, sent):
    daemon, port = start()
    with Channel(port).connected() as connection:
        with suppress(ConnectionError):
            connection.sendall(sent)
        assert received(connection) == b""
    wait_until(lambda: counted_calls(daemon.get("/metrics").text) == {"invalid": 1})
    assert call(port) == FOUND


def test_bytes_that_are_no_utf_8_cost_no_name(start):
    _, port = start()
    channel = Channel(port, "2045", name="Andr\udce9".encode(errors="surrogateescape").decode("latin-1"))
    assert channel.agi(SCRIPT) == "FOUND"
    with channel.connected() as connection:
        lines = "\n".join(channel.variable_lines(SCRIPT)).encode("latin-1")
        connection.sendall(lines + b"\nagi_\x00: \xff\xfe\x00\x1b\n\n")
        assert received(connection) == b""
    with channel.connected() as connection:
        connection.sendall(lines + b"\nagi_x: \xff\xfe\x00\x1b\n\n200 result=1\n200 result=1\n")
        assert b'"Ada Stern"' in received(connection)


@pytest.mark.parametrize("sent", [b"", b"agi_network: yes", b"agi_network: yes\n", b"agi_callerid: 2045\n"])
def test_a_silent_client_is_closed_at_the_deadline(start, sent):
    daemon, port = start(timeout=SOON)
    with Channel(port).connected() as connection:
        connection.sendall(sent)
        assert received(connection) == b""
    wait_until(lambda: counted_calls(daemon.get("/metrics").text) == {"timeout": 1})


def test_a_client_that_sends_slowly_gains_no_time(start):
    daemon, port = start(timeout=SOON)
    with Channel(port).connected() as connection, suppress(ConnectionError):
        while True:
            connection.sendall(b"agi_a: b\n")
            threading.Event().wait(SOON / 10)
    wait_until(lambda: counted_calls(daemon.get("/metrics").text) == {"timeout": 1})


@pytest.mark.parametrize(
    ("replies", "last_command", "outcome"),
    [
        (b"", b'SET VARIABLE CALLERID(name) "Ada Stern"\n', "timeout"),
        (ACCEPTED, b'SET VARIABLE XIVO_DIRD_STATUS "FOUND"\n', "found"),
    ],
)
def test_a_client_that_never_replies_is_closed_at_the_deadline(start, replies, last_command, outcome):
    daemon, port = start(timeout=ENOUGH_FOR_A_NAME)
    known = daemon.get(f"/directories/reverse/default/{SECOND_USER}", exten="2045")
    assert known.json["display"] == "Ada Stern"
    channel = Channel(port, "2045")
    with channel.connected() as connection:
        channel.send_variables(connection, SCRIPT)
        connection.sendall(replies)
        commands = received(connection).splitlines(keepends=True)
        assert (len(commands), commands[-1]) == (1 + replies.count(b"\n"), last_command)
    wait_until(lambda: counted_calls(daemon.get("/metrics").text) == {outcome: 1})


def test_clients_that_vanish_leave_one_idle_thread(start):
    daemon, port = start(idle_seconds=0.01)
    for sent in (
        b"",
        b"agi_network: yes\n",
        "\n".join(Channel(port).variable_lines(SCRIPT)).encode() + b"\n\n",
    ):
        with Channel(port).connected() as connection:
            connection.sendall(sent)
            linger = (1).to_bytes(4, "little") + bytes(4)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)  # close with a reset
    wait_until(lambda: counted_calls(daemon.get("/metrics").text).total() == 3)
    wait_until(lambda: len(call_threads()) == 1)
    assert call(port) == FOUND


def test_more_connections_than_allowed_are_closed_at_once(start):
    daemon, port = start(max_connections=3)
    with ExitStack() as opened:
        silent = [opened.enter_context(Channel(port).connected()) for _ in range(3)]
        assert call(port) == {}
        assert counted_calls(daemon.get("/metrics").text) == {"busy": 1}
        silent[0].close()
        wait_until(lambda: call(port) == FOUND)


def test_a_stop_ends_silent_connections(tmp_path):
    with Daemon(agi_configuration(tmp_path)) as daemon, ExitStack() as opened:
        with assert_prompt(), running_agi_server(daemon.controller.caller_names) as port:
            silent = [opened.enter_context(Channel(port).connected()) for _ in range(3)]
            assert call(port) == FOUND
        assert [received(connection) for connection in silent] == [b""] * 3
        wait_until(lambda: not call_threads())
        with pytest.raises(ConnectionRefusedError):
            Channel(port).connected()


def test_a_hung_authentication_server_costs_the_name_and_no_time(start, auth_server):
    auth = {"method": "wazo_auth", "timeout": LONG_TIMEOUT, **auth_server.settings()}
    _, port = start(timeout=SOON, auth=auth)
    wait_until(lambda: call(port) == FOUND)
    auth_server.fault = Hang()
    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(call, [port] * 20)) == [{"XIVO_DIRD_STATUS": "TIMEOUT"}] * 20
    auth_server.fault = None
    wait_until(lambda: call(port) == FOUND)


def test_lookups_that_hang_occupy_a_thread_each_until_they_end(start, auth_server):
    auth = {"method": "wazo_auth", "timeout": LONG_TIMEOUT, **auth_server.settings()}
    _, port = start(timeout=SOON, auth=auth, max_connections=3, idle_seconds=0.01)
    wait_until(lambda: call(port) == FOUND)
    auth_server.fault = Hang()
    for _ in range(3):
        assert call(port) == {"XIVO_DIRD_STATUS": "TIMEOUT"}
    for _ in range(10):
        assert call(port) == {}
    assert len(call_threads()) == 4
    auth_server.fault = None
    auth_server.restart()
    wait_until(lambda: call(port) == FOUND)
    wait_until(lambda: len(call_threads()) == 1)


def test_a_mapped_address_is_logged_as_it_has_to_be_configured(start, caplog):
    daemon, _ = start(authorized_subnets=["192.0.2.1"])
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listening:
        server = AgiServer(daemon.controller.caller_names, listening)
        server.start()
        try:
            assert call(listening.getsockname()[1]) == {}
        finally:
            server.stop()
    assert "closed: 127.0.0.1 is in no network of agi.authorized_subnets" in caplog.text
