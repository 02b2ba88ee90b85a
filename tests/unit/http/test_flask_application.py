"""The rule of a path is remembered; each request has its own arguments all the same."""

import pytest
from flask import request

from xivo_dird.http.flask_application import MAX_CACHED_CHARACTERS, FlaskApplication


@pytest.fixture
def client():
    """Return a client of an application whose view changes its arguments after it has answered with them."""
    application = FlaskApplication("test")

    @application.get("/things/<name>")
    def view(name):
        arguments = request.view_args or {}
        arguments["name"] = "changed"
        return name

    application.add_url_rule("/folder/", view_func=lambda: "folder")
    return application.test_client()


@pytest.mark.parametrize("length", [1, MAX_CACHED_CHARACTERS, 10 * MAX_CACHED_CHARACTERS])
def test_each_request_has_the_arguments_of_its_path(client, length):
    for name in ("a" * length, "b" * length, "a" * length):
        assert client.get(f"/things/{name}").text == name


def test_a_path_with_an_encoded_slash_is_not_the_one_with_a_slash(client):
    for _ in range(2):
        assert client.get("/things/x/y").status_code == 404
        assert client.get("/things/x%2Fy").text == "x/y"
        assert client.get("/things/x%252Fy").text == "x%2Fy"


def test_a_known_path_has_only_its_methods(client):
    for _ in range(2):
        assert client.get("/things/a").status_code == 200
        assert client.head("/things/a").status_code == 200
        refused = client.post("/things/a")
        assert (refused.status_code, sorted(refused.allow)) == (405, ["GET", "HEAD", "OPTIONS"])
        assert sorted(client.options("/things/a").allow) == ["GET", "HEAD", "OPTIONS"]


def test_a_redirect_leads_to_the_address_of_the_server(client):
    for _ in range(2):
        redirect = client.get("/folder", base_url="http://192.0.2.7:8080", follow_redirects=False)
        assert (redirect.status_code, redirect.location) == (308, "http://192.0.2.7:8080/folder/")


def test_no_request_has_a_session(client):
    assert "Set-Cookie" not in client.get("/things/a", headers={"Cookie": "session=x"}).headers
