"""FastAGI of a daemon process: many calls at once beside a source that hangs, the stop, and several workers."""

import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from agi_server import counted_calls
from servers.asterisk import Channel
from servers.daemon import DaemonProcess
from servers.foreground import TENANT, Foreground
from servers.freezing import freeze
from servers.ports import HOST, ReservedPort
from servers.program import run_program
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until

CALLS = 200
PATIENT, HURRIED = 20.0, 6.0
"""The timeouts of a call in seconds: one that no answer reaches, and one that each call reaches whom nobody knows."""


@pytest.fixture
def hanging_server():
    """Run a server that accepts connections and never answers."""
    with socket.create_server((HOST, 0), backlog=1024) as server:
        server.settimeout(TIMEOUT)
        yield server


@pytest.fixture
def agi_port():
    reserved = ReservedPort()
    yield reserved.number
    reserved.release()


def configuration(folder, agi_port, hanging_port, timeout):
    """Return the configuration of a daemon whose profile has a source that hangs, then one of `CALLS` people."""
    people = folder / "people.csv"
    people.write_text("id,name,number\n" + "".join(f"{n},Ada {n},{1000 + n}\n" for n in range(CALLS)))
    hung = {
        "name": "hung",
        "backend": "ldap",
        "ldap_uri": f"ldap://{HOST}:{hanging_port}",
        "ldap_base_dn": "dc=example",
        "ldap_network_timeout": LONG_TIMEOUT,
        "ldap_timeout": LONG_TIMEOUT,
        "searched_columns": ["cn"],
    }
    known = {"name": "people", "backend": "csv", "file": str(people), "unique_column": "id"}
    shown = {"format_columns": {"reverse": "{name}"}, "first_matched_columns": ["telephoneNumber", "number"]}
    services = {"reverse": {"sources": ["hung", "people"], "options": {"timeout": LONG_TIMEOUT}}}
    return {
        "agi": {
            "listen": f"{HOST}:{agi_port}",
            "authorized_subnets": [{"subnet": f"{HOST}/32", "tenant_uuid": TENANT}],
            "timeout": timeout,
        },
        "lookup": {"breaker_failures": 1_000_000},
        "backends": {"csv": {"folders": [str(folder)]}},
        "provisioning": {
            "tenants": [{"uuid": TENANT}],
            "sources": [{"tenant": TENANT, **source, **shown} for source in (hung, known)],
            "displays": [{"tenant": TENANT, "name": "desk", "columns": [{"field": "name"}]}],
            "profiles": [{"tenant": TENANT, "name": "default", "display": "desk", "services": services}],
        },
    }


@pytest.fixture
def start(tmp_path, agi_port, hanging_server):
    """Return the function that starts a daemon, whose people are read when it returns."""
    daemons = []

    def start(timeout):
        hanging_port = hanging_server.getsockname()[1]
        daemon = DaemonProcess(tmp_path, configuration(tmp_path, agi_port, hanging_port, timeout))
        daemons.append(daemon)
        daemon.start()
        wait_until(lambda: f"{CALLS} entries" in daemon.log_file.read_text())
        return daemon

    yield start
    for daemon in daemons:
        daemon.close()


def calls_at_once(port, numbers):
    """Execute the script for all numbers at once; return what is set for each, in their order."""
    connected = Barrier(len(numbers))

    def call(number):
        channel = Channel(port, str(number))
        with channel.connected() as connection:
            connected.wait(TIMEOUT)
            channel.send_variables(connection)
            channel.carry_out(connection)
        return channel.variables

    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(call, numbers))


def found(position):
    return {"CALLERID(name)": f"Ada {position}", "XIVO_DIRD_STATUS": "FOUND"}


def test_200_calls_at_once_get_their_names_although_a_source_hangs(start, agi_port):
    start(PATIENT)
    for _ in range(2):
        expected = [found(position) for position in range(CALLS)]
        assert calls_at_once(agi_port, range(1000, 1000 + CALLS)) == expected


def test_200_calls_of_unknown_numbers_end_although_a_source_hangs(start, agi_port):
    start(HURRIED)
    with assert_prompt():
        statuses = [call["XIVO_DIRD_STATUS"] for call in calls_at_once(agi_port, range(5000, 5000 + CALLS))]
    assert set(statuses) <= {"TIMEOUT", "ERROR"}
    assert "TIMEOUT" in statuses


def test_a_stop_ends_calls_that_wait_for_a_source(start, agi_port, hanging_server):
    daemon = start(LONG_TIMEOUT)
    with ThreadPoolExecutor(1) as pool:
        calls = pool.submit(calls_at_once, agi_port, [5000])
        with hanging_server.accept()[0], assert_prompt():  # the source is asked
            assert daemon.stop() == 0
        assert calls.result(TIMEOUT) == [{"XIVO_DIRD_STATUS": "ERROR"}]
    with pytest.raises(ConnectionRefusedError):
        Channel(agi_port).connected()


def test_every_worker_answers_calls_and_counts_them_for_all(tmp_path, agi_port, hanging_server):
    keys = configuration(tmp_path, agi_port, hanging_server.getsockname()[1], LONG_TIMEOUT)
    with Foreground(tmp_path, **keys, rest_api={"workers": 2, "port": 0}) as daemon:
        wait_until(lambda: daemon.log().count(f"{CALLS} entries") == 2)
        wait_until(lambda: daemon.log().count("Answers FastAGI calls") == 2)
        for paused in daemon.children():
            freeze(paused)
            try:
                assert calls_at_once(agi_port, [1000, 1001, 1002]) == [found(0), found(1), found(2)]
            finally:
                os.kill(paused, signal.SIGCONT)
        assert counted_calls(daemon.get("/metrics")[1].decode()) == {"found": 6}
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0


def test_a_port_in_use_is_one_clear_line(tmp_path):
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        daemon = DaemonProcess(tmp_path, configuration(tmp_path, port, 1, PATIENT))
        status, output, errors = run_program(["-c", str(daemon.config_file)])
        daemon.close()
    assert (status, output) == (1, "")
    assert errors == f"xivo-dird: Can't listen on agi.listen {HOST}:{port}: Address already in use\n"


def test_check_config_names_an_address_that_is_none(tmp_path):
    keys = configuration(tmp_path, 4573, 1, PATIENT)
    keys["agi"]["listen"] = "no.such.host.invalid:4573"
    daemon = DaemonProcess(tmp_path, keys)
    status, _, errors = run_program(["-c", str(daemon.config_file), "--check-config"])
    daemon.close()
    assert status == 2
    assert re.search(r"agi\.listen: 'no\.such\.host\.invalid' is not an address of this machine", errors)
