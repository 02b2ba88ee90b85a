"""Requests with tokens of an authentication server, for each of its answers."""

import pytest

from api.conftest import TENANT, USER

LOOKUP = "/directories/lookup/default"


@pytest.fixture
def server(auth_server):
    auth_server.add_token("may", tenant_uuid=TENANT, user_uuid=USER, acl=("dird.#",))
    auth_server.add_token("may-not", tenant_uuid=TENANT, user_uuid=USER, acl=("elsewhere.#",))
    return auth_server


@pytest.fixture
def daemon(auth_daemon, server):
    return auth_daemon


def test_a_token_with_the_right_is_accepted(daemon):
    response = daemon.get(LOOKUP, token="may", term="ada")
    assert response.status_code == 200
    assert response.json["results"][0]["column_values"][0] == "Ada Stern"


@pytest.mark.parametrize("token", ["may-not", "unknown"])
def test_an_unknown_token_and_one_without_the_right_are_a_401(daemon, token):
    response = daemon.get(LOOKUP, token=token, term="ada")
    assert response.status_code == response.json["status_code"] == 401


def test_without_the_server_the_answer_is_a_503_that_names_it(daemon, server):
    server.stop()
    response = daemon.get(LOOKUP, token="may", term="ada")
    assert response.status_code == response.json["status_code"] == 503
    assert response.json["reason"] == ["Authentication server unreachable"]
    details = daemon.get(f"{LOOKUP}/{USER}", token="may", term="ada").json["details"]
    assert (details["auth_server_host"], details["auth_server_port"]) == (server.host, server.port)
    server.start()
    assert daemon.get(LOOKUP, token="may", term="ada").status_code == 200
