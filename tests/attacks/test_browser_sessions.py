"""Sessions of browsers: many at once, stores and servers that fail, pages of other sites, odd requests."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text

from api.conftest import CHILD, OTHER, TENANT, USER, Daemon
from api.test_sessions import (
    LOOKUP,
    PASSWORD,
    PROFILES,
    Browser,
    auth_server_daemon,
    reasons,
    session_configuration,
    signed_in,
)
from servers.auth_server import AnswerBody, AnswerStatus, AuthServer, DropEveryConnection, Hang
from servers.postgresql import PostgreSql
from servers.raw_http import RawClient, running_server
from waiting import TIMEOUT, wait_until
from xivo_dird.authenticator import hash_token
from xivo_dird.database.limits import DatabaseLimits
from xivo_dird.sessions.service import MAX_SESSIONS

PERMISSIONS = "/0.1/session/permissions"
SESSION = "/0.1/session"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Share a daemon between tests that leave only sessions."""
    with Daemon(session_configuration(tmp_path_factory.mktemp("sessions"))) as daemon:
        yield daemon


@pytest.fixture
def daemon(tmp_path, db_uri):
    with Daemon(session_configuration(tmp_path, db_uri=db_uri)) as daemon:
        yield daemon


@pytest.fixture
def second_host(tmp_path, daemon):
    """Start a second daemon on the database of the first one."""
    with Daemon(daemon.config) as second:
        yield second


def sign_in_at_once(daemons, count, body, address="192.0.2.1"):
    """Sign in with many browsers at the same time; return them with their responses."""
    browsers = [Browser(daemons[number % len(daemons)], address) for number in range(count)]
    with ThreadPoolExecutor(20) as pool:
        responses = list(pool.map(lambda browser: browser.sign_in(**body), browsers))
    return list(zip(browsers, responses, strict=True))


def is_signed_in(browser):
    return browser.request("GET", SESSION).json["session"] is not None


def test_a_hundred_and_more_sign_ins_at_once_leave_a_hundred_sessions(daemon, second_host):
    signed = sign_in_at_once([daemon, second_host], MAX_SESSIONS + 30, {"token": "admin"})
    assert {response.status_code for _, response in signed} == {201}
    assert sum(is_signed_in(browser) for browser, _ in signed) == MAX_SESSIONS


def test_sign_ins_of_several_users_at_once_remove_what_has_expired(tmp_path, db_uri):
    config = session_configuration(tmp_path, db_uri=db_uri, rest_api={"session_seconds": 1})
    with Daemon(config) as daemon, Daemon(config) as second, ThreadPoolExecutor(4) as pool:
        groups = pool.map(
            lambda token: sign_in_at_once([daemon, second], 60, {"token": token}),
            ("admin", "second", "userless", "other-tenant"),
        )
        assert {response.status_code for group in groups for _, response in group} == {201}


def test_a_code_that_fifty_clients_redeem_at_once_opens_one_session(daemon, second_host):
    code = daemon.controller.new_sign_in_code("admin")
    signed = sign_in_at_once([daemon, second_host], 50, {"code": code}, "127.0.0.1")
    statuses = [response.status_code for _, response in signed]
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 401, 429}


def test_a_sign_out_on_one_host_ends_the_session_on_the_other(daemon, second_host):
    browser = signed_in(daemon)
    browser.client.application = second_host.controller.application
    assert browser.request("GET", PROFILES).status_code == 200
    assert browser.request("DELETE", SESSION).status_code == 204
    browser.client.application = daemon.controller.application
    assert not is_signed_in(browser)


def test_a_new_session_survives_a_hundred_that_were_longer(tmp_path):
    config = session_configuration(tmp_path)
    with Daemon(config) as daemon:
        for _ in range(MAX_SESSIONS):
            signed_in(daemon)
    config["rest_api"] = {"session_seconds": 60}
    with Daemon(config) as daemon:
        assert is_signed_in(signed_in(daemon))


def test_who_has_no_user_does_not_end_sessions_of_others_in_the_tenant(tmp_path):
    config = session_configuration(tmp_path)
    weak = {"hash": config["auth"]["tokens"][3]["hash"], "tenant_uuid": TENANT, "acl": ["#"]}
    config["auth"]["tokens"].append({**weak, "hash": hash_token("weak"), "acl": []})
    with Daemon(config) as daemon:
        administrator = signed_in(daemon, token="userless")
        for _ in range(MAX_SESSIONS + 1):
            signed_in(daemon, token="weak")
        assert is_signed_in(administrator)


FORMS = ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]


@pytest.mark.parametrize("content_type", FORMS)
def test_a_form_of_another_site_signs_nobody_in(shared, content_type):
    body = json.dumps({"token": "admin"})
    headers = {"Content-Type": content_type, "Sec-Fetch-Site": "cross-site"}
    response = Browser(shared).request("POST", SESSION, headers, data=body)
    assert (response.status_code, "Set-Cookie" in response.headers) == (400, False)
    assert "Content-Type" in response.json["message"]


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_signs_in_however_its_type_is_written(shared, content_type):
    body = json.dumps({"token": "admin"})
    headers = {"Content-Type": content_type}
    assert Browser(shared).request("POST", SESSION, headers, data=body).status_code == 201


ODD_ACLS = ["{tenant}", "{0}", "{", "{}", "", "\n", "é", "#", "dird.{user_uuid}.read", "x" * 1024]


@pytest.mark.parametrize("acl", ODD_ACLS)
def test_odd_permissions_are_answered_and_need_somebody_to_ask(shared, acl):
    assert set(signed_in(shared, token="no-rights").permissions(acl)) == {acl}
    stranger = Browser(shared).request("POST", PERMISSIONS, json={"acls": [acl]})
    assert stranger.status_code == 401


def test_a_hundred_permissions_read_the_session_once(shared):
    browser, statements = signed_in(shared), []
    engine = shared.controller._database.engine

    def count(connection, cursor, statement, *_):
        if "session" in statement:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    assert len(browser.permissions(*(f"dird.x{number}.read" for number in range(100)))) == 100
    event.remove(engine, "before_cursor_execute", count)
    assert len(statements) == 1


def test_master_operations_need_a_session_of_the_master_tenant(shared):
    for path in ("/0.1/config", "/0.1/status"):
        assert signed_in(shared).request("GET", path).status_code == 200
        assert signed_in(shared, token="userless").request("GET", path).status_code == 200
    for browser in (
        signed_in(shared, token="other-tenant"),
        signed_in(shared, username="bob", password=PASSWORD),
    ):
        for headers in ({}, {"Wazo-Tenant": TENANT}, {"Wazo-Tenant": CHILD}):
            assert browser.request("GET", "/0.1/config", headers).status_code == 401


@pytest.mark.parametrize("tenant", [OTHER, "no tenant", "\xff", "x" * 4000, f"{TENANT}, {OTHER}"])
def test_odd_tenants_are_refused_to_a_session(shared, tenant):
    browser = signed_in(shared, username="ada", password=PASSWORD)
    assert browser.request("GET", PROFILES, {"Wazo-Tenant": tenant}).status_code == 401
    assert browser.request("GET", PROFILES).status_code == 200


@pytest.fixture
def server():
    """Run a PostgreSQL server that no other test uses."""
    with PostgreSql() as server:
        yield server


@pytest.fixture
def fragile(tmp_path, server):
    limits = DatabaseLimits(connect_seconds=1, read_seconds=1, statement_seconds=1, lock_seconds=1)
    with Daemon(session_configuration(tmp_path, db_uri=server.create_database()), limits) as daemon:
        yield daemon


REQUESTS = [("GET", SESSION), ("DELETE", SESSION), ("GET", LOOKUP), ("POST", PERMISSIONS)]
SIGN_INS = [{"token": "admin"}, {"username": "ada", "password": PASSWORD}]


def statuses(daemon, browser, code):
    """Return the status of each kind of request of a session, and of sign-ins, all sent at once."""
    bodies = {PERMISSIONS: {"acls": ["dird.x"]}}
    local = Browser(daemon, "127.0.0.1")
    with ThreadPoolExecutor(10) as pool:
        asked = [
            pool.submit(browser.request, method, path, json=bodies.get(path)) for method, path in REQUESTS
        ]
        asked += [pool.submit(local.sign_in, **body) for body in (*SIGN_INS, {"code": code})]
        return [future.result().status_code for future in asked]


@pytest.mark.parametrize("fault", ["stop", "hang"])
def test_without_the_store_sessions_are_a_503_and_tokens_go_on(fragile, server, fault):
    browser, code = signed_in(fragile), fragile.controller.new_sign_in_code("admin")
    assert browser.request("GET", LOOKUP).status_code == 200
    getattr(server, fault)()
    assert set(statuses(fragile, browser, code)) == {503}
    assert browser.request("GET", LOOKUP, {"X-Auth-Token": "admin", "X-CSRF-Token": ""}).status_code == 200
    assert browser.request("GET", "/").status_code == 200
    assert not is_signed_in(Browser(fragile))
    server.start() if fault == "stop" else server.resume()
    wait_until(lambda: browser.request("GET", SESSION).status_code == 200)
    assert is_signed_in(browser)


def test_a_read_only_store_keeps_sessions_and_opens_and_ends_none(fragile, server):
    browser, code = signed_in(fragile), fragile.controller.new_sign_in_code("admin")
    database = fragile.controller._database
    with database.changing() as transaction:
        name = transaction.scalar(text("SELECT current_database()"))
        transaction.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    database.engine.dispose()
    assert statuses(fragile, browser, code) == [200, 503, 200, 200, 503, 503, 503]
    assert is_signed_in(browser)


def test_a_code_remains_valid_if_its_session_could_not_be_stored(shared):
    code, database = shared.controller.new_sign_in_code("admin"), shared.controller._database
    local = Browser(shared, "127.0.0.1")
    rename = "ALTER TABLE {} RENAME TO {}"
    with database.changing() as transaction:
        transaction.execute(text(rename.format("session", "away")))
    assert local.sign_in(code=code).status_code == 503
    with database.changing() as transaction:
        transaction.execute(text(rename.format("away", "session")))
    assert local.sign_in(code=code).status_code == 201


@pytest.fixture
def auth_server():
    with AuthServer() as server:
        server.add_tenant(TENANT)
        yield server


def test_a_token_of_a_sign_in_that_failed_is_revoked(tmp_path, auth_server):
    with auth_server_daemon(tmp_path, auth_server) as daemon:
        with daemon.controller._database.changing() as transaction:
            transaction.execute(text("ALTER TABLE session RENAME TO away"))
        assert Browser(daemon).sign_in(username="ada", password=PASSWORD).status_code == 503
        assert [token for token in auth_server.tokens.values() if token.user_uuid == USER] == []


FAULTS = [
    AnswerStatus(500),
    AnswerStatus(429),
    AnswerBody(b"garbage"),
    AnswerBody(b"[]"),
    DropEveryConnection(),
    Hang(),
]


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_a_broken_authentication_server_is_a_503_and_no_wrong_credential(tmp_path, auth_server, fault):
    token = auth_server.add_token(tenant_uuid=TENANT, user_uuid=USER)
    auth_server.add_user("ada", PASSWORD, uuid=USER, tenant_uuid=TENANT)
    timeout = 2 if fault == Hang() else TIMEOUT
    auth = {"method": "wazo_auth", "cache_ttl": 0, "timeout": timeout, **auth_server.settings()}
    access = {"max_failures_per_minute": 1}
    with Daemon(session_configuration(tmp_path, auth=auth, access=access)) as daemon:
        browser = signed_in(daemon, username="ada", password=PASSWORD)
        auth_server.fault = fault
        with ThreadPoolExecutor(10) as pool:
            bodies = ({"token": token}, {"username": "ada", "password": PASSWORD}, {"token": "x"})
            asked = [pool.submit(Browser(daemon).sign_in, **body) for body in bodies]
            asked += [pool.submit(browser.request, "GET", path) for path in (PROFILES, SESSION)]
            assert {future.result().status_code for future in asked} == {503}
        assert browser.request("DELETE", SESSION).status_code == 204
        auth_server.fault = None
        assert Browser(daemon).sign_in(token=token).status_code == 201


ODD_TOKENS = ["a/b", "..", "%2e", "é", "a b", " admin ", "admin\n", "x" * 4096, "?x=1", "#", "\u202e"]


def test_tokens_that_no_server_has_are_refused(tmp_path, auth_server):
    with auth_server_daemon(tmp_path, auth_server) as daemon:
        for number, token in enumerate(ODD_TOKENS):
            assert reasons(Browser(daemon, f"198.51.100.{number}").sign_in(token=token))


def test_a_token_that_was_removed_opens_nothing_any_more(tmp_path, auth_server):
    token = auth_server.add_token(tenant_uuid=TENANT, user_uuid=USER, acl=("#",))
    with auth_server_daemon(tmp_path, auth_server) as daemon:
        browser = signed_in(daemon, token=token)
        assert browser.request("GET", PROFILES).status_code == 200
        auth_server.remove_token(token)
        assert not is_signed_in(browser)
        assert browser.request("GET", PROFILES).status_code == 401
        assert browser.request("POST", PERMISSIONS, json={"acls": ["dird.x"]}).status_code == 401
        assert browser.request("DELETE", SESSION).status_code == 204


def test_a_stream_of_a_session_ends_whole_after_its_sign_out(shared):
    browser = signed_in(shared)
    stream = browser.request("GET", f"{LOOKUP}&merge=true", {"Accept": "application/x-ndjson"})
    lines = stream.iter_encoded()
    assert b"Ada Stern" in next(lines)
    assert browser.request("DELETE", SESSION).status_code == 204
    assert json.loads(b"".join(lines).decode().strip().splitlines()[-1])["people"] == []
    assert browser.request("GET", LOOKUP).status_code == 401


@pytest.fixture(scope="module")
def port(shared):
    with running_server(shared.controller.application) as http:
        yield http.port


def ask(port, method, path, *lines, body=b""):
    """Send a request with these header lines; return status, headers and JSON."""
    head = "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *lines])
    with RawClient(port) as client:
        status, headers, answer = client.ask(f"{head}\r\n\r\n".encode("latin-1") + body)
    return status, headers, json.loads(answer) if answer.startswith(b"{") else answer


@pytest.fixture
def cookie(shared):
    browser = signed_in(shared)
    return browser.client.get_cookie("dird_session").value


ODD_COOKIES = [
    "dird_session={cookie}",
    'dird_session="{cookie}"',
    "theme=dark; dird_session={cookie}; lang=fr",
    "a=" + "x" * 8000 + "; dird_session={cookie}",
    ";;; = ;dird_session={cookie};\xff=\xff",
    "theme=dark\r\nCookie: dird_session={cookie}",
    "dird_session={cookie}\r\nCookie: theme=dark",
    "dird_session={cookie}\r\nCookie: dird_session=other",
    "dird_session={cookie}; dird_session=other",
]


@pytest.mark.parametrize("line", ODD_COOKIES)
def test_a_session_is_found_among_other_cookies(port, cookie, line):
    status, _, answer = ask(port, "GET", SESSION, f"Cookie: {line.replace('{cookie}', cookie)}")
    assert (status, answer["session"]["user_uuid"]) == (200, USER)


WRONG_COOKIES = [
    "DIRD_SESSION={cookie}",
    "dird_session={cookie}x",
    "dird_session=;dird_session={cookie}",
    "dird_session={cookie}, x",
    "dird_session",
    "dird_session=" + "=" * 8000,
    'dird_session="\\777\\000"',
    "dird_session=%00",
]


@pytest.mark.parametrize("line", WRONG_COOKIES)
def test_a_cookie_that_is_almost_one_is_no_session_and_harms_no_token(port, cookie, line):
    field = f"Cookie: {line.replace('{cookie}', cookie)}"
    assert ask(port, "GET", SESSION, field)[2]["session"] is None
    assert ask(port, "GET", LOOKUP, field)[0] == 401
    assert ask(port, "GET", LOOKUP, field, "X-Auth-Token: admin")[0] == 200


def test_no_page_of_another_origin_may_read_a_session(port, cookie):
    for method in ("GET", "OPTIONS"):
        _, headers, _ = ask(port, method, SESSION, "Origin: http://evil", f"Cookie: dird_session={cookie}")
        assert "access-control-allow-credentials" not in headers


def test_a_large_sign_in_is_refused_before_it_is_sent(port):
    assert ask(
        port,
        "POST",
        SESSION,
        "Content-Type: application/json",
        "Expect: 100-continue",
        "Content-Length: 900000000",
    )[0] in {400, 413}


def test_pipelined_requests_have_the_session_that_each_names(port, cookie):
    with_cookie = f"GET {SESSION} HTTP/1.1\r\nHost: x\r\nCookie: dird_session={cookie}\r\n\r\n"
    without = f"GET {SESSION} HTTP/1.1\r\nHost: x\r\n\r\n"
    with RawClient(port) as client:
        client.send((with_cookie + without + with_cookie).encode())
        found = [json.loads(client.answer()[2])["session"] for _ in range(3)]
    assert [session is not None for session in found] == [True, False, True]
