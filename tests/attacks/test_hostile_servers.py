"""A server that misbehaves costs its own source only: others answer, and the log names the source and the server."""

import logging
from itertools import count

import pytest

from api.conftest import Daemon, configuration
from api.rest import create
from servers import hostile_ldap, http_faults
from servers.faulty_http import FaultyHttp, HttpAnswer
from servers.hostile_ldap import HostileLdap
from waiting import assert_prompt

SECRET = "s3cret-of-a-source"
TERM = "stern"
CONTACT = b"Rosalind"
SECONDS = 0.4
MAX_LINES = 3
"""Lines about the failure: of the question, and of up to two attempts to read a list."""

HTTP_FAULTS = {
    "hangs": http_faults.hang,
    "sends byte by byte": http_faults.slow_body,
    "resets": http_faults.reset_in_the_body,
    "sends without end": http_faults.endless_body,
    "ends early": http_faults.truncated_body,
    "sends a gzip bomb": http_faults.gzip_bomb,
    "redirects to a private address": http_faults.redirect("http://169.254.169.254/latest"),
    "redirects to a file": http_faults.redirect("file:///etc/passwd"),
    "wants a pause of a year": http_faults.status(429, Retry_After="31536000"),
    "shows a page": http_faults.html,
    "refuses the token": http_faults.status(401),
    "no longer knows anything": http_faults.status(410),
    "sends deep JSON": http_faults.deep_json,
    "sends half of the people": http_faults.json_body(b'{"items": [{"name": "' + CONTACT),
    "sends NaN": http_faults.json_body(b'{"items": [{"name": "' + CONTACT + b'", "floor": NaN}]}'),
}

LDAP_FAULTS = {
    "hangs": hostile_ldap.silent,
    "sends byte by byte": hostile_ldap.byte_by_byte,
    "resets": hostile_ldap.reset_in_the_answer,
    "refers to itself": hostile_ldap.refer_to_itself,
    "exceeds its time limit": hostile_ldap.time_limit_without_entries,
    "refuses the bind": hostile_ldap.refuse_bind(SECRET.encode()),
    "sends without end": hostile_ldap.never_ending,
}

COLUMNS = {"searched_columns": ["name"], "first_matched_columns": ["number"]}
numbers = count(1)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """Start a daemon with the source `crew`, which is well."""
    base = configuration(tmp_path_factory.mktemp("hostile"))
    with Daemon({**base, "outgoing": {"max_response_bytes": 4 * http_faults.MIB}}) as daemon:
        yield daemon


def http_options(backend, url):
    """Return the options of a source with a secret."""
    options = {
        "json_ws": {
            "url": url,
            "items": "items",
            "auth": {"type": "bearer", "token": SECRET},
            "search": {"path": "people", "query": {"q": "{term}"}},
        },
        "carddav": {"url": f"{url}/dav/", "username": "user", "password": SECRET},
    }
    return {**COLUMNS, "timeout": SECONDS, **options[backend]}


def check_costs_only_itself(daemon, caplog, backend, options, address):
    """Check the answer of a lookup, the status and the log."""
    name = f"hostile-{next(numbers)}"
    source = create(daemon, f"/backends/{backend}/sources", {"name": name, **options})
    (crew,) = daemon.get("/backends/csv/sources").json["items"]
    sources = [{"uuid": crew["uuid"]}, {"uuid": source["uuid"]}]
    create(daemon, "/profiles", {"name": name, "services": {"lookup": {"sources": sources}}})
    caplog.clear()
    with assert_prompt():
        response = daemon.get(f"/directories/lookup/{name}", term=TERM)
    assert response.status_code == 200
    assert [result["source"] for result in response.json["results"]] == ["crew"]
    assert address in daemon.get("/status").json["sources"][source["uuid"]]["error"]
    records = [each for each in caplog.records if each.levelno >= logging.WARNING]
    lines = [line for line in map(logging.LogRecord.getMessage, records) if name in line]
    assert 1 <= len(lines) <= MAX_LINES
    assert [line for line in lines if address not in line] == []
    assert [text for text in (SECRET, TERM, CONTACT.decode()) if text in caplog.text] == []
    assert daemon.request("DELETE", f"/0.1/backends/{backend}/sources/{source['uuid']}").status_code == 204


@pytest.mark.parametrize("fault", HTTP_FAULTS.values(), ids=HTTP_FAULTS)
@pytest.mark.parametrize("backend", ["json_ws", "carddav"])
def test_an_http_server_costs_its_own_source_only(daemon, caplog, backend, fault):
    with FaultyHttp(lambda _: HttpAnswer()) as server:
        server.fault = fault
        options = http_options(backend, server.url)
        check_costs_only_itself(daemon, caplog, backend, options, f"127.0.0.1:{server.port}")


@pytest.mark.parametrize("script", LDAP_FAULTS.values(), ids=LDAP_FAULTS)
@pytest.mark.parametrize("mode", ["query", "snapshot"])
def test_an_ldap_server_costs_its_own_source_only(daemon, caplog, mode, script):
    with HostileLdap(script) as server:
        timeouts = dict.fromkeys(("ldap_network_timeout", "ldap_timeout", "ldap_list_timeout"), SECONDS)
        account = {"ldap_username": "cn=dird", "ldap_password": SECRET}
        options = {
            **COLUMNS,
            "mode": mode,
            "ldap_uri": server.uri,
            "ldap_base_dn": "dc=x",
            **account,
            **timeouts,
        }
        check_costs_only_itself(daemon, caplog, "ldap", options, server.uri)
