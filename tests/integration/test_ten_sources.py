"""One profile with thirteen sources of thirteen kinds: three may be ill, and ten answer all the same."""

import contextlib

import pytest

from servers import http_faults
from servers.daemon import DaemonProcess
from servers.thirteen_kinds import COPIED, KINDS, NAMES, NUMBERS, USER, ThirteenKinds, store_contacts
from servers.web_server import WebAnswer
from waiting import assert_prompt, wait_until

LOOKUP_SECONDS = 2.0
"""The timeout of the profile: what a source that hangs costs a lookup."""

SETTINGS = {"breaker_pause": 0.1, "breaker_longest_pause": 0.2, "reverse_grace": 0.01}

EVERYBODY = {kind: (NAMES[kind], NUMBERS[kind]) for kind in KINDS}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    with ThirteenKinds(tmp_path_factory.mktemp("kinds")) as kinds:
        yield kinds


@pytest.fixture(scope="module")
def started_daemon(kinds, tmp_path_factory):
    with DaemonProcess(tmp_path_factory.mktemp("daemon"), kinds.configuration(**SETTINGS)) as daemon:
        store_contacts(daemon, LOOKUP_SECONDS)
        yield daemon


@pytest.fixture
def daemon(started_daemon):
    """Return the daemon when all its sources are well."""
    wait_until(lambda: everybody_is_found(started_daemon))
    return started_daemon


def lookup(daemon):
    """Return the contact of each source that found one, and the status of each source."""
    status, body = daemon.get("/directories/lookup/default", term="stern", sources="true")
    assert status == 200
    found = {result["source"]: tuple(result["column_values"]) for result in body["results"]}
    assert len(found) == len(body["results"])
    return found, {source["name"]: source["status"] for source in body["sources"]}


def everybody_is_found(daemon):
    return lookup(daemon) == (EVERYBODY, dict.fromkeys(KINDS, "ok"))


def reversed_name(daemon, kind):
    status, body = daemon.get(f"/directories/reverse/default/{USER}", exten=NUMBERS[kind])
    assert status == 200
    return body["display"]


def snapshots(daemon):
    return {kind: reports(daemon)[kind]["snapshot"] for kind in COPIED}


def reports(daemon):
    return {report["name"]: report for report in daemon.get("/status")[1]["sources"].values()}


@contextlib.contextmanager
def three_faults(kinds):
    """Suspend the server of `ldap`, stop that of `csv_ws`, and make that of `json_ws` send garbage."""
    kinds.slapd.pause()
    kinds.csv_service.http.stop()
    kinds.json_services.http.fault = http_faults.no_http
    try:
        yield
    finally:
        kinds.json_services.http.fault = None
        kinds.csv_service.http.start()
        kinds.slapd.resume()


@contextlib.contextmanager
def three_faults_of_copied_sources(kinds):
    """Stop the server of `carddav`, make that of `entra` send garbage, and overwrite the database of `sql`."""
    content = kinds.sqlite_file.read_bytes()
    kinds.radicale.stop()
    kinds.entra.failures = [WebAnswer(200, b"<html>garbage</html>")] * 1000
    kinds.sqlite_file.write_bytes(b"garbage" * 1000)
    try:
        yield
    finally:
        kinds.sqlite_file.write_bytes(content)
        kinds.entra.failures = []
        kinds.radicale.start()


def test_ten_kinds_answer_while_one_hangs_one_refuses_one_sends_garbage(daemon, kinds):
    ill = {"ldap": "late", "csv_ws": "failed", "json_ws": "failed"}
    with three_faults(kinds):
        with assert_prompt():
            found, statuses = lookup(daemon)
        assert found == {kind: EVERYBODY[kind] for kind in KINDS if kind not in ill}
        assert statuses == {**dict.fromkeys(KINDS, "ok"), **ill}
        sources = reports(daemon)
        errors = {name: source["error"] for name, source in sources.items() if "error" in source}
        assert errors == {
            "ldap": "no answer within 2 s",
            "csv_ws": f"can't connect to 127.0.0.1:{kinds.csv_service.http.port}: Connection refused",
            "json_ws": f"{kinds.json_services.url}: it answered no valid HTTP, or closed the connection",
        }
        assert {name: sources[name]["status"] for name in KINDS} == statuses
    wait_until(lambda: everybody_is_found(daemon))


def test_a_number_is_found_in_each_kind_whatever_the_others_do(daemon, kinds):
    assert {kind: reversed_name(daemon, kind) for kind in KINDS} == NAMES
    with three_faults(kinds), assert_prompt():
        well = [kind for kind in KINDS if kind not in {"ldap", "csv_ws", "json_ws"}]
        assert {kind: reversed_name(daemon, kind) for kind in well} == {kind: NAMES[kind] for kind in well}
        assert reversed_name(daemon, "csv_ws") is None


def test_sources_that_are_copied_answer_from_their_last_copy(daemon, kinds):
    ill = {
        "carddav": f"can't connect to 127.0.0.1:{kinds.radicale.port}: Connection refused",
        "entra": f"{kinds.entra.url}: answered no JSON (Content-Type 'application/json'): "
        "unexpected character, expected a JSON value",
        "sql": f"{kinds.sqlite_file}: table: the file is no SQLite database",
    }
    with three_faults_of_copied_sources(kinds):
        wait_until(lambda: all(snapshots(daemon)[kind]["stale"] for kind in ill))
        assert {kind: snapshots(daemon)[kind]["error"] for kind in ill} == ill
        assert everybody_is_found(daemon)
        assert reversed_name(daemon, "carddav") == NAMES["carddav"]
    wait_until(lambda: not any(snapshot["stale"] for snapshot in snapshots(daemon).values()))
