"""Signing in with a browser: sessions, their cookie, their rights and their end."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookies import SimpleCookie

import pytest
from werkzeug.test import Client

from api.conftest import CHILD, OTHER, TENANT, USER, Daemon, configuration
from servers.auth_server import AnswerStatus
from xivo_dird.authenticator import hash_password

PASSWORD = "correct horse"
USERS = [
    {"username": "ada", "tenant_uuid": TENANT, "user_uuid": USER, "acl": ["#"]},
    {"username": "bob", "tenant_uuid": OTHER, "acl": ["dird.directories.lookup.#"]},
]
LOOKUP = "/0.1/directories/lookup/default?term=stern"
PROFILES = "/0.1/profiles"


def session_configuration(folder, **changes):
    config = configuration(folder, **changes)
    if config["auth"]["method"] == "static":
        password_hash = hash_password(PASSWORD)
        config["auth"]["users"] = [{**user, "password_hash": password_hash} for user in USERS]
    return config


@pytest.fixture(scope="module")
def new_configuration():
    return session_configuration


@pytest.fixture
def daemon(reused_daemon):
    return reused_daemon


class Browser:
    """A client that keeps cookies, and sends the CSRF token of its session."""

    def __init__(self, daemon, address="192.0.2.1"):
        self.client = Client(daemon.controller.application)
        self.address = address
        self.csrf_token = None

    def request(self, method, path, headers=None, **arguments):
        headers = dict(headers or {})
        if self.csrf_token:
            headers.setdefault("X-CSRF-Token", self.csrf_token)
        environ = {"REMOTE_ADDR": self.address}
        return self.client.open(path, method=method, headers=headers, environ_overrides=environ, **arguments)

    def sign_in(self, **body):
        response = self.request("POST", "/0.1/session", json=body)
        if response.status_code == 201:
            self.csrf_token = response.json["csrf_token"]
        return response

    def state(self):
        return self.request("GET", "/0.1/session").json

    def permissions(self, *acls):
        response = self.request("POST", "/0.1/session/permissions", json={"acls": acls})
        assert response.status_code == 200, response.text
        return response.json["acls"]


def signed_in(daemon, **body):
    browser = Browser(daemon)
    response = browser.sign_in(**(body or {"token": "admin"}))
    assert response.status_code == 201, response.text
    return browser


def reasons(response):
    assert response.status_code == 401, response.text
    return response.json["details"].get("reason")


@pytest.mark.parametrize("body", [{"token": "admin"}, {"username": "ada", "password": PASSWORD}])
def test_who_has_signed_in_has_the_rights_of_the_token_or_the_user(daemon, body):
    browser = Browser(daemon)
    assert browser.state() == {"methods": ["password", "token"], "session": None}
    answer = browser.sign_in(**body)
    assert (answer.status_code, answer.json["user_uuid"], answer.json["tenant_uuid"]) == (201, USER, TENANT)
    assert browser.state() == {"methods": ["password", "token"], "session": answer.json}
    found = browser.request("GET", LOOKUP)
    assert [result["column_values"][0] for result in found.json["results"]] == ["Ada Stern"]
    assert browser.request("GET", PROFILES).status_code == 200
    contact = {"firstname": f"Zed {'token' in body}"}
    assert browser.request("POST", "/0.1/personal", json=contact).status_code == 201


@pytest.mark.parametrize(
    "body", [{"token": "reader"}, {"token": "no-rights"}, {"username": "bob", "password": PASSWORD}]
)
def test_a_session_has_no_right_that_its_user_lacks(daemon, body):
    browser = signed_in(daemon, **body)
    assert reasons(browser.request("GET", PROFILES)) == "missing_permission_or_invalid_tenant"
    assert reasons(browser.request("GET", PROFILES, {"Wazo-Tenant": CHILD})) is not None
    read = "dird.directories.lookup.default.read"
    may_look_up = body != {"token": "no-rights"}
    assert browser.permissions(read, "dird.profiles.read") == {read: may_look_up, "dird.profiles.read": False}


def test_a_session_reaches_the_tenants_of_its_user_and_no_other(daemon):
    browser = signed_in(daemon, username="ada", password=PASSWORD)
    child = browser.request("GET", PROFILES, {"Wazo-Tenant": CHILD})
    assert (child.status_code, child.json["items"]) == (200, [])
    assert reasons(browser.request("GET", PROFILES, {"Wazo-Tenant": OTHER})) is not None


def test_a_user_with_a_password_may_follow_the_events_of_the_tenant(daemon):
    browser = signed_in(daemon, username="ada", password=PASSWORD)
    phonebook = {"name": "Followed"}
    assert browser.request("POST", "/0.1/phonebooks", json=phonebook).status_code == 201
    names = {item["name"] for item in browser.request("GET", "/0.1/events?limit=1000").json["items"]}
    assert "phonebook_created" in names


def test_the_cookie_is_sent_to_the_daemon_only_and_no_script_reads_it(daemon):
    response = Browser(daemon).sign_in(token="admin")
    (cookie,) = SimpleCookie(response.headers["Set-Cookie"]).values()
    assert cookie.key == "dird_session"
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert (cookie["max-age"], cookie["domain"], cookie["secure"]) == ("43200", "", "")
    assert response.headers["Cache-Control"] == "no-store"


def test_behind_a_proxy_with_tls_the_cookie_is_for_its_path_and_tls(daemon):
    browser = Browser(daemon, "127.0.0.1")
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "pbx.example", "X-Forwarded-Prefix": "/dird"}
    response = browser.request("POST", "/0.1/session", headers, json={"token": "admin"})
    (cookie,) = SimpleCookie(response.headers["Set-Cookie"]).values()
    assert (cookie["path"], cookie["secure"]) == ("/dird/", True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", LOOKUP),
        ("POST", "/0.1/personal"),
        ("DELETE", "/0.1/session"),
        ("POST", "/0.1/session/permissions"),
        ("GET", "/0.1/events"),
        ("POST", "/0.1/graphql"),
    ],
)
@pytest.mark.parametrize("token", [None, "", "x", "é", "of another session"])
def test_a_cookie_alone_or_with_a_wrong_csrf_token_does_nothing(daemon, method, path, token):
    browser = signed_in(daemon)
    csrf_token, browser.csrf_token = browser.csrf_token, None
    if token == "of another session":
        token = signed_in(daemon).csrf_token
    headers = {} if token is None else {"X-CSRF-Token": token.encode().decode("latin-1")}
    body = {"query": "{ me { userUuid } }", "acls": [], "firstname": "Eve"} if method == "POST" else None
    if path == "/0.1/session/permissions":
        body = {"acls": ["dird.status.read"]}
    refused = browser.request(method, path, headers, json=body)
    if path == "/0.1/graphql":
        assert refused.json["errors"][0]["message"] == "Unauthorized"
    else:
        assert refused.status_code == 401
    browser.csrf_token = csrf_token
    assert browser.request("GET", LOOKUP).status_code == 200
    personal = browser.request("GET", "/0.1/personal").json["items"]
    assert "Eve" not in {contact["firstname"] for contact in personal}


@pytest.mark.parametrize(
    "body",
    [
        {"token": "unknown"},
        {"token": "tök en"},
        {"username": "ada", "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "token", "password": "admin"},
        {"code": "unknown"},
        {"code": "x" * 4096},
    ],
)
def test_wrong_credentials_open_no_session_and_are_not_repeated(daemon, body):
    browser = Browser(daemon, "192.0.2.2")
    response = browser.request("POST", "/0.1/session", json=body)
    assert response.status_code == 401, response.text
    assert "Set-Cookie" not in response.headers
    for name in ("token", "password", "code"):
        assert body.get(name, "-") not in response.text
    assert browser.state()["session"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"token": ""},
        {"token": None},
        {"token": 17},
        {"token": "x" * 5000},
        {"token": "admin", "code": "x"},
        {"username": "ada"},
        {"password": PASSWORD},
        {"username": "ada", "password": PASSWORD, "token": "admin"},
        {"username": ["ada"], "password": PASSWORD},
        {"token": "admin", "remember": True},
        {"token": "secret\x00token"},
    ],
)
def test_a_malformed_sign_in_is_refused_without_repeating_secrets(daemon, body):
    response = Browser(daemon).request("POST", "/0.1/session", json=body)
    assert response.status_code == 400, response.text
    for secret in (PASSWORD, "admin", "secret"):
        assert secret not in response.text


def test_a_code_opens_one_session_for_a_client_on_the_same_host(daemon):
    code = daemon.controller.new_sign_in_code("admin")
    for address in ("192.0.2.9", "::ffff:192.0.2.9", "fe80::1"):
        assert reasons(Browser(daemon, address).sign_in(code=code)) == "code_used_or_expired"
    local = Browser(daemon, "127.0.0.1")
    assert local.sign_in(code=code).json["user_uuid"] == USER
    assert local.request("GET", PROFILES).status_code == 200
    assert reasons(Browser(daemon, "127.0.0.1").sign_in(code=code)) == "code_used_or_expired"


def test_a_code_is_no_cookie_and_a_cookie_no_code(daemon):
    browser = signed_in(daemon)
    secret = browser.client.get_cookie("dird_session").value
    assert reasons(Browser(daemon, "127.0.0.1").sign_in(code=secret)) == "code_used_or_expired"
    other = Browser(daemon)
    other.client.set_cookie("dird_session", daemon.controller.new_sign_in_code("admin"))
    assert other.state()["session"] is None


def test_a_session_ends_with_sign_out_also_for_a_copy_of_its_cookie(daemon):
    browser, other = signed_in(daemon), signed_in(daemon)
    copy = Browser(daemon)
    copy.client.set_cookie("dird_session", browser.client.get_cookie("dird_session").value)
    copy.csrf_token = browser.csrf_token
    assert copy.request("GET", PROFILES).status_code == 200
    response = browser.request("DELETE", "/0.1/session")
    assert response.status_code == 204
    assert browser.client.get_cookie("dird_session") is None
    assert copy.request("GET", PROFILES).status_code == 401
    assert copy.state()["session"] is None
    assert other.request("GET", PROFILES).status_code == 200
    assert browser.request("DELETE", "/0.1/session").status_code == 204


@pytest.mark.parametrize("cookie", ["", "x", "x" * 129, "ü", "a;b", "\x7f"])
def test_an_unknown_cookie_is_no_session(daemon, cookie):
    client = Client(daemon.controller.application, use_cookies=False)
    headers = {"Cookie": f"dird_session={cookie}".encode().decode("latin-1"), "X-CSRF-Token": "x"}
    assert json.loads(client.get("/0.1/session", headers=headers).text)["session"] is None
    assert client.get(LOOKUP, headers=headers).status_code == 401


def test_a_token_in_the_header_comes_before_the_session(daemon):
    browser = signed_in(daemon)
    assert browser.request("GET", PROFILES, {"X-Auth-Token": "no-rights"}).status_code == 401
    browser.csrf_token = None
    assert browser.request("GET", PROFILES, {"X-Auth-Token": "admin"}).status_code == 200


def test_no_error_of_a_session_has_its_token(daemon):
    browser = signed_in(daemon, token="other-tenant")
    for method, path, body in (
        ("GET", "/0.1/config", None),
        ("GET", PROFILES, None),
        ("POST", "/0.1/graphql", {"query": "{ me { userUuid } }"}),
    ):
        for headers in ({}, {"Wazo-Tenant": TENANT}):
            response = browser.request(method, path, headers, json=body)
            assert "other-tenant" not in response.text


def test_wrong_credentials_are_limited_per_address(tmp_path):
    with Daemon(session_configuration(tmp_path, access={"max_failures_per_minute": 3})) as daemon:
        browser, elsewhere = Browser(daemon), Browser(daemon, "198.51.100.1")
        for body in ({"token": "x"}, {"code": "x"}, {"username": "ada", "password": "x"}):
            assert browser.sign_in(**body).status_code == 401
        refused = browser.sign_in(token="admin")
        assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
        assert elsewhere.sign_in(token="admin").status_code == 201


def test_without_users_only_a_token_signs_in(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        browser = Browser(daemon)
        assert browser.state()["methods"] == ["token"]
        assert browser.sign_in(username="ada", password=PASSWORD).status_code == 401
        assert browser.sign_in(token="admin").status_code == 201


def test_a_session_outlives_a_restart_of_the_daemon(tmp_path, db_uri):
    config = session_configuration(tmp_path, db_uri=db_uri)
    with Daemon(config) as daemon:
        browser = signed_in(daemon, username="ada", password=PASSWORD)
    with Daemon(config) as daemon:
        browser.client.application = daemon.controller.application
        assert browser.request("GET", PROFILES).status_code == 200


def test_a_session_tells_when_it_ends(tmp_path):
    with Daemon(session_configuration(tmp_path, rest_api={"session_seconds": 100})) as daemon:
        before = datetime.now(UTC).timestamp()
        answer = Browser(daemon).sign_in(token="admin")
        ends = datetime.fromisoformat(answer.json["expires_at"]).timestamp()
        assert before + 99 <= ends <= datetime.now(UTC).timestamp() + 100
        assert SimpleCookie(answer.headers["Set-Cookie"])["dird_session"]["max-age"] == "100"


def test_a_new_password_ends_the_sessions_with_the_old_one(tmp_path):
    config = session_configuration(tmp_path)
    with Daemon(config) as daemon:
        browser = signed_in(daemon, username="ada", password=PASSWORD)
    config["auth"]["users"][0]["password_hash"] = hash_password("new")
    with Daemon(config) as daemon:
        browser.client.application = daemon.controller.application
        assert reasons(browser.request("GET", PROFILES)) == "invalid_username_or_password"
        assert browser.state()["session"] is None


@contextmanager
def auth_server_daemon(folder, auth_server):
    auth_server.add_user("ada", PASSWORD, uuid=USER, tenant_uuid=TENANT)
    auth = {"method": "wazo_auth", "cache_ttl": 0, **auth_server.settings()}
    with Daemon(session_configuration(folder, auth=auth)) as daemon:
        yield daemon


def test_a_user_of_the_authentication_server_has_a_token_for_the_session(tmp_path, auth_server):
    with auth_server_daemon(tmp_path, auth_server) as daemon:
        browser = signed_in(daemon, username="ada", password=PASSWORD)
        (login,) = auth_server.logins()
        assert json.loads(login.body) == {"expiration": 43200}
        (token,) = (text for text, token in auth_server.tokens.items() if token.user_uuid == USER)
        assert browser.request("GET", PROFILES).status_code == 200
        assert browser.request("DELETE", "/0.1/session").status_code == 204
        assert token not in auth_server.tokens


def test_a_token_of_somebody_is_not_revoked_by_a_sign_out(tmp_path, auth_server):
    token = auth_server.add_token(tenant_uuid=TENANT, user_uuid=USER)
    with auth_server_daemon(tmp_path, auth_server) as daemon:
        browser = signed_in(daemon, token=token)
        assert browser.request("DELETE", "/0.1/session").status_code == 204
        assert token in auth_server.tokens


def test_the_errors_of_the_authentication_server_do_not_show_the_token(tmp_path, auth_server):
    token = auth_server.add_token(tenant_uuid=TENANT, acl=("dird.#",), can_list_tenants=False)
    with auth_server_daemon(tmp_path, auth_server) as daemon:
        auth_server.add_tenant(CHILD, parent=TENANT)
        browser = signed_in(daemon, token=token)
        for headers in ({}, {"Wazo-Tenant": CHILD}, {"Wazo-Tenant": OTHER}):
            response = browser.request("GET", f"{PROFILES}?recurse=true", headers)
            assert token not in response.text
        auth_server.remove_token(token)
        assert token not in browser.request("GET", PROFILES).text


def test_a_sign_out_works_while_the_authentication_server_is_down(tmp_path, auth_server):
    with auth_server_daemon(tmp_path, auth_server) as daemon:
        browser = signed_in(daemon, username="ada", password=PASSWORD)
        auth_server.fault = AnswerStatus(503)
        assert Browser(daemon).sign_in(username="ada", password=PASSWORD).status_code == 503
        assert Browser(daemon).sign_in(token="x").status_code in {401, 503}
        assert browser.request("DELETE", "/0.1/session").status_code == 204
        assert browser.state()["session"] is None
