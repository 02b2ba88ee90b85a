"""The log at level debug: whatever fails, no line contains a secret, a search term or a raw dictionary."""

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.foreground import TENANT, Foreground
from servers.ports import ReservedPort
from waiting import TIMEOUT

SECRET, TERM = "s3cret-of-the-tests", "term-of-the-tests"
RAW_DICTIONARY = re.compile(r"\{['\"]|Dict\(|\bHeaders\(")


@pytest.fixture
def closed_port() -> Iterator[int]:
    port = ReservedPort()
    yield port.number
    port.release()


def assert_discreet(daemon: Foreground) -> None:
    wrong = [
        line
        for line in daemon.log().splitlines()
        if SECRET in line or TERM in line or RAW_DICTIONARY.search(line)
    ]
    assert wrong == []


def test_servers_that_do_not_answer(tmp_path: Path, closed_port: int) -> None:
    account = {"host": "127.0.0.1", "port": closed_port, "username": "me", "password": SECRET}
    auth = {"method": "wazo_auth", **account}
    with Foreground(tmp_path, "-d", auth=auth, bus={"enabled": True, **account}) as daemon:
        daemon.wait_for_log("No service token")
        daemon.wait_for_log("Events wait")
        assert "Authentication server unreachable: 127.0.0.1" in daemon.log()
        assert_discreet(daemon)


def send(daemon: Foreground, method: str, path: str, body: object = None) -> int:
    """Send a request as a page of another site does, and return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)
    headers = {"X-Auth-Token": daemon.token(), "Origin": "https://example.org"}
    try:
        connection.request(method, f"/0.1{path}", json.dumps(body), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_requests_and_sources_that_fail(tmp_path: Path, closed_port: int) -> None:
    source = {
        "name": "staff",
        "backend": "ldap",
        "ldap_uri": f"ldap://127.0.0.1:{closed_port}",
        "ldap_base_dn": "dc=example",
        "ldap_username": "cn=me",
        "ldap_password": SECRET,
        "searched_columns": ["cn"],
        "first_matched_columns": ["telephoneNumber"],
    }
    services = {name: {"sources": ["staff"]} for name in ("lookup", "reverse", "favorites")}
    provisioning = {
        "tenants": [{"uuid": TENANT}],
        "sources": [{"tenant": TENANT, **source}],
        "profiles": [{"tenant": TENANT, "name": "default", "services": services}],
    }
    with Foreground(tmp_path, "-d", provisioning=provisioning) as daemon:
        assert send(daemon, "GET", f"/directories/lookup/default?term={TERM}") == 200
        assert send(daemon, "GET", f"/directories/reverse/default/user?exten={TERM}") == 200
        assert send(daemon, "GET", f"/personal?order={TERM}&limit=1") == 200
        for password in (SECRET, [SECRET], {"a": SECRET}):
            body = {**source, "name": "s", "ldap_uri": "wrong", "ldap_password": password}
            assert send(daemon, "POST", "/backends/ldap/sources", body) == 400
            assert send(daemon, "POST", "/personal", {"a": {"b": password}}) == 400
            assert send(daemon, "PATCH", "/config", [{"op": password}]) == 400
        accepted = {**source, "name": "other"}
        assert send(daemon, "POST", "/backends/ldap/sources", accepted) == 200
        assert send(daemon, "POST", "/backends/ldap/sources", accepted) == 409
        daemon.wait_for_log("source 'staff' (ldap) failed")
        assert_discreet(daemon)
