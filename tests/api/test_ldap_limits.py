"""The limits of a search: of the client, of the server, and of sources that are late."""

import pytest

from ldap_daemon import (
    BASE,
    PEOPLE,
    Person,
    ldap_configuration,
    ldap_daemon,
    people_source,
    profile,
    write_people,
)
from ldap_searches import connection, ldapsearch, search
from ldap_server import counted_operations
from servers.gated_people import GatedPeople

SUCCESS, TIME_LIMIT_EXCEEDED, SIZE_LIMIT_EXCEEDED, UNAVAILABLE_CRITICAL_EXTENSION = 0, 3, 4, 12
MAX_ENTRIES = 30


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """Start a daemon with a profile of more people than the maximum, and one with a source that hangs."""
    folder = tmp_path_factory.mktemp("ldap")
    with GatedPeople() as hung:
        sources = [people_source("many"), hung.source("hung")]
        profiles = [profile("late", "people", "hung"), profile("many", "people", "many")]
        config = ldap_configuration(folder, sources, profiles, max_entries=MAX_ENTRIES)
        write_people(
            folder, [Person("Max", f"Many {number}", f"{5000 + number}") for number in range(100)], "many"
        )
        with ldap_daemon(config) as daemon:
            yield daemon


@pytest.fixture
def client(daemon):
    client = connection(daemon.ldap.port, "token", "admin")
    yield client
    client.unbind()


@pytest.mark.parametrize("limit", [1, 4, 5, 6, MAX_ENTRIES])
def test_a_size_limit_ends_a_search_with_the_entries_until_there(daemon, limit):
    found = ldapsearch(daemon.ldap.port, "-z", str(limit), "(cn=*)", "cn")
    assert len(found.entries) == min(limit, len(PEOPLE))
    assert found.code == (SIZE_LIMIT_EXCEEDED if limit < len(PEOPLE) else SUCCESS)


@pytest.mark.parametrize("limit", [0, MAX_ENTRIES, 2 * MAX_ENTRIES, 2**31 - 1])
def test_the_server_sends_no_more_than_its_maximum(client, limit):
    code, names = search(client, "(cn=*)", base=f"ou=many,{BASE}", size_limit=limit)
    assert (code, len(names)) == (SIZE_LIMIT_EXCEEDED, MAX_ENTRIES)


def test_a_limit_counts_the_entries_that_the_filter_selects(client):
    code, names = search(client, "(&(cn=*max*)(sn=*9))", base=f"ou=many,{BASE}", size_limit=10)
    assert (code, len(names)) == (SUCCESS, 10)


def test_a_time_limit_ends_a_search_with_the_entries_until_there(client):
    code, names = search(client, "(cn=*ann*)", base=f"ou=late,{BASE}", time_limit=1)
    assert (code, len(names)) == (TIME_LIMIT_EXCEEDED, 3)


def test_an_unknown_critical_control_is_refused_and_others_are_ignored(daemon):
    for prefix, code in (("!", UNAVAILABLE_CRITICAL_EXTENSION), ("", SUCCESS)):
        found = ldapsearch(daemon.ldap.port, "-E", f"{prefix}1.2.3.4", "(sn=lee)")
        assert found.code == code


def test_each_operation_is_counted_by_its_result(daemon, client):
    before = counted_operations(daemon.get("/metrics").text)
    search(client, "(cn=*)", size_limit=1)
    search(client, "(sn=lee)")
    client.rebind("token", "not-this")
    assert counted_operations(daemon.get("/metrics").text) - before == {
        ("search", "size_limit_exceeded"): 1,
        ("search", "success"): 1,
        ("bind", "invalid_credentials"): 1,
    }
