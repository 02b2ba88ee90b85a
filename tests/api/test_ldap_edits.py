"""Edits over REST, as an open connection of an LDAP client sees them."""

import pytest

from api.rest import create
from ldap_daemon import BASE, ldap_configuration, ldap_daemon, people_source
from ldap_searches import connection, search

SUCCESS, NO_SUCH_OBJECT = 0, 32


@pytest.fixture
def daemon(tmp_path):
    with ldap_daemon(ldap_configuration(tmp_path)) as daemon:
        yield daemon


@pytest.fixture
def client(daemon):
    client = connection(daemon.ldap.port, "token", "admin")
    yield client
    client.unbind()


def test_an_edit_over_rest_is_seen_by_an_open_connection(daemon, client):
    source = {**people_source("people"), "name": "new"}
    del source["tenant"], source["backend"]
    created = create(daemon, "/backends/csv/sources", source)
    display = next(each for each in daemon.get("/displays").json["items"] if each["name"] == "numbers")
    body = {"name": "edited", "display": display, "services": {"lookup": {"sources": [created]}}}
    base = f"ou=edited,{BASE}"
    assert search(client, "(sn=lee)", base=base)[0] == NO_SUCH_OBJECT

    edited = create(daemon, "/profiles", body)
    assert search(client, "(sn=lee)", base=base) == (SUCCESS, ["Ann Lee"])

    changed = {**source, "format_columns": {"name": "{lastname}, {firstname}"}}
    path = f"/0.1/backends/csv/sources/{created['uuid']}"
    assert daemon.request("PUT", path, json=changed).status_code == 204
    assert search(client, "(sn=lee)", base=base) == (SUCCESS, ["Lee, Ann"])

    columns = [{"type": "name", "field": "lastname"}, {"type": "number", "field": "office", "title": "Fax"}]
    other = create(daemon, "/displays", {"name": "other", "columns": columns})
    path = f"/0.1/profiles/{edited['uuid']}"
    assert daemon.request("PUT", path, json={**body, "display": other}).status_code == 204
    search(client, "(sn=lee)", base=base)
    assert client.response[0]["attributes"]["facsimileTelephoneNumber"] == ["2001"]

    assert daemon.request("DELETE", path).status_code == 204
    assert search(client, "(sn=lee)", base=base)[0] == NO_SUCH_OBJECT
