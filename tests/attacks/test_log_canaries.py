"""The whole log of a daemon at level debug, after many kinds of errors: no contact, term, number or secret is in it."""

import http.client
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text

from api.phone_plugin import installed_phone_plugin
from servers.auth_faults import Fault
from servers.auth_server import AnswerBody, AnswerStatus, AuthServer, DropEveryConnection
from servers.foreground import TENANT, Foreground
from servers.hostile_ldap import HostileLdap, Peer
from servers.ldap_messages import BIND_RESPONSE, INVALID_CREDENTIALS, REFUSED, SEARCH_DONE, ldap_result
from servers.program import run_program
from waiting import TIMEOUT, wait_until
from xivo_dird.authenticator import hash_password

NAME, NUMBER, SECRET = "canarý-Zwölf", "+49301234567", "s3cret-of-the-canary"
MARKS = re.compile(r"canar|Zw.{1,6}lf|301234567|s3cret|\{['\"]|Dict\(|\bHeaders\(", re.IGNORECASE)
CONTACT = {"name": NAME, "number": NUMBER}
FILE = f"name,number\n{NAME},{NUMBER}\n".encode()
COLUMNS = {
    "searched_columns": ["name"],
    "first_matched_columns": ["number"],
    "format_columns": {"n": "{name}"},
}

REFUSED_COLUMNS = {
    "personal_contact": "fields",
    "phonebook_contact": "fields",
    "favorite": "contact_id",
    "display": "columns",
    "source": "options",
    "event": "data",
}
"""A column of each table in which the store refuses canaries, as a full disk refuses any row."""


def send(daemon: Foreground, method: str, path: str, body: object = b"", token: str | None = None) -> int:
    """Send a request and return its status."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        headers = {"X-Auth-Token": token or daemon.token(), "Content-Type": "application/json"}
        connection.request(method, f"/0.1{path}", data, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def graphql_query(profile: str) -> str:
    """Return a query for the number and the name, as a number."""
    fields = f'contacts(profile: "{profile}", extens: ["{NUMBER}", "{NAME}"]) {{ edges {{ node {{ firstname }} }} }}'
    return f'{{ me {{ {fields} }} user(uuid: "{NAME}") {{ {fields} }} }}'


def create(daemon: Foreground, path: str, body: object) -> str:
    """Create a resource and return its id."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)
    try:
        connection.request("POST", f"/0.1{path}", json.dumps(body), {"X-Auth-Token": daemon.token()})
        answer = json.load(connection.getresponse())
    finally:
        connection.close()
    return str(answer.get("uuid") or answer["id"])


def assert_no_canary(daemon: Foreground, at_least: int) -> None:
    """Check the log and the output, which must have this number of lines about failures at least."""
    files = [daemon.folder / name for name in ("stdout", "stderr", "access.log")]
    output = "".join(file.read_text(encoding="utf-8") for file in files if file.exists())
    token = daemon.token() if daemon.token_file.exists() else "none"
    lines = [line.replace(token, "") for line in (daemon.log() + output).splitlines()]
    assert [line for line in lines if MARKS.search(line)] == []
    assert len([line for line in lines if "failed" in line]) >= at_least


def refuse_canaries(uri: str) -> None:
    """Change the store so that it refuses rows with canaries; errors of PostgreSQL quote the whole row."""
    is_sqlite = uri.startswith("sqlite")
    engine = create_engine(uri.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for table, column in REFUSED_COLUMNS.items():
            for event in ("INSERT", "UPDATE"):
                trigger = f"CREATE TRIGGER no_{table}_{event} BEFORE {event} ON {table}"
                condition = f"WHEN NEW.{column} LIKE '%canar%'"
                if is_sqlite:
                    connection.execute(
                        text(f"{trigger} {condition} BEGIN SELECT RAISE(ABORT, 'refused'); END")
                    )
            if not is_sqlite:
                check = f"CHECK (CAST({column} AS text) NOT LIKE '%canar%') NOT VALID"
                connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT no_{table} {check}"))
    engine.dispose()


@pytest.fixture
def daemon(tmp_path: Path, db_uri: str) -> Iterator[Foreground]:
    (tmp_path / "people.csv").write_text("name,number\nAda,2045\n", encoding="utf-8")
    sources = [{"tenant": TENANT, "name": "crew", "backend": "csv", "file": "people.csv", **COLUMNS}]
    provisioning = {"tenants": [{"uuid": TENANT}], "sources": sources}
    backends = {"csv": {"folders": [str(tmp_path)]}}
    rest_api = {"port": 0, "access_log": str(tmp_path / "access.log")}
    with Foreground(
        tmp_path, "-d", db_uri=db_uri, provisioning=provisioning, backends=backends, rest_api=rest_api
    ) as daemon:
        yield daemon


def test_errors_of_the_store(daemon: Foreground, db_uri: str) -> None:
    personal = create(daemon, "/personal", {"name": "Ada"})
    book = create(daemon, "/phonebooks", {"name": "book"})
    contacts = f"/phonebooks/{book}/contacts"
    contact = create(daemon, contacts, {"name": "Ada"})
    refuse_canaries(db_uri)
    requests = [
        ("POST", "/personal", CONTACT),
        ("PUT", f"/personal/{personal}", CONTACT),
        ("POST", "/personal/import", FILE),
        ("POST", contacts, CONTACT),
        ("PUT", f"{contacts}/{contact}", CONTACT),
        ("POST", f"{contacts}/import", FILE),
        ("PUT", f"/directories/favorites/crew/{quote(NAME)}", b""),
        ("POST", "/displays", {"name": "d", "columns": [{"title": NAME}]}),
        ("POST", "/phonebooks", {"name": NAME}),
        ("POST", "/profiles", {"name": NAME, "services": {}}),
    ]
    statuses = {(method, path): send(daemon, method, path, body) for method, path, body in requests}
    assert set(statuses.values()) <= {409, 404, 500}, statuses
    ldap = {"name": "l", "ldap_uri": "ldap://h", "ldap_base_dn": "dc=x", "ldap_password": SECRET}
    assert send(daemon, "POST", "/backends/ldap/sources", {**ldap, "ldap_username": NAME}) in {409, 500}
    assert_no_canary(daemon, at_least=4)
    assert "IntegrityError" in daemon.log(), "the kind of an error is logged"


def test_bodies_queries_and_paths_that_are_wrong(daemon: Foreground) -> None:
    wrong = [
        f'{{"name": "{NAME}", '.encode(),
        f'"{NAME}"'.encode(),
        {"name": {"x": NAME}},
        {NAME: [NUMBER]},
        {"name": NAME, "number": 1, "columns": NAME, "services": {NAME: {"options": {"timeout": NUMBER}}}},
        {"ldap_password": {"x": SECRET}, "file": [SECRET], "auth": {"password": [SECRET]}, "name": 1},
        [{"op": SECRET, "path": NAME, "value": NUMBER}],
    ]
    paths = [
        "/personal",
        "/phonebooks",
        "/displays",
        "/profiles",
        "/backends/ldap/sources",
        "/backends/wazo/sources",
    ]
    paths += ["/directories/reverse/none", "/graphql"]
    for body in wrong:
        assert send(daemon, "PATCH", "/config", body) == 400
        for path in paths:
            assert send(daemon, "POST", path, body) == 400, (path, body)
    book = create(daemon, "/phonebooks", {"name": "book"})
    for path in ("/personal/import", f"/phonebooks/{book}/contacts/import"):
        for rows in (f'name,number\n"{NAME},{NUMBER}\n', f"name\n{NAME},{NUMBER}\n", f",\n{NAME},{NUMBER}\n"):
            assert send(daemon, "POST", path, rows.encode()) == 400, rows
        assert send(daemon, "POST", path, FILE.decode().encode("utf-16-be") + b"\xff") == 400
    term, number, secret = quote(NAME), quote(NUMBER), quote(SECRET)
    for path in (
        f"/personal/{term}",
        f"/directories/favorites/crew/{number}",
        f"/personal?limit={number}&order={term}",
        f"/displays?search={term}&order={number}",
        f"/directories/lookup/none?term={term}&limit={number}",
        f"/directories/browse/none?by={term}&from={number}",
        f"/directories/browse/default?by={term}",
        f"/directories/browse/default?after={secret}&limit={number}",
        f"/directories/browse/default/groups?by={secret}&kind={term}",
        f"/directories/reverse/none/user?exten={number}",
        f"/events?after={secret}&names={term}",
        f"/graphql?query={quote(graphql_query('none'))}",
        f"/graphql?query={quote('{' + NAME)}&variables={term}&operationName={number}",
    ):
        send(daemon, "GET", path)
        send(daemon, "DELETE", path)
    assert send(daemon, "GET", "/status", token=SECRET) == 401
    assert_no_canary(daemon, at_least=0)


def test_credentials_and_cookies_of_browsers(daemon: Foreground) -> None:
    for body in (
        {"token": SECRET},
        {"code": SECRET},
        {"username": NAME, "password": SECRET},
        {"username": NAME, "password": [SECRET]},
        {"token": SECRET, "code": SECRET},
        f'{{"token": "{SECRET}'.encode(),
    ):
        assert send(daemon, "POST", "/session", body) in {400, 401}
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)
    token, json_type = json.dumps({"token": daemon.token()}), {"Content-Type": "application/json"}
    connection.request("POST", "/0.1/session", token, json_type)
    response = connection.getresponse()
    cookie, session = response.headers["Set-Cookie"].partition(";")[0], json.load(response)
    for csrf_token in (session["csrf_token"], SECRET):
        for method, path in (("GET", f"/directories/lookup/none?term={quote(NAME)}"), ("DELETE", "/session")):
            connection.request(method, f"/0.1{path}", headers={"Cookie": cookie, "X-CSRF-Token": csrf_token})
            connection.getresponse().read()
    connection.close()
    for secret in (cookie.partition("=")[2], session["csrf_token"], daemon.token()):
        assert secret not in daemon.log()
    assert_no_canary(daemon, at_least=0)


def quoting_refusal(peer: Peer) -> None:
    """Refuse each search with a message that quotes it, from various positions."""
    peer.accept_bind()
    for start in cycle((0, 40, 60, 80)):
        number = peer.request()
        peer.send(ldap_result(number, SEARCH_DONE, REFUSED, b"wrong: " + peer.last_message[start:]))


def test_sources_that_quote_what_they_were_asked(tmp_path: Path) -> None:
    (tmp_path / "no-header.csv").write_text(f"{NAME},{NUMBER},{NAME}\n{NAME},{NUMBER},x\n", encoding="utf-8")
    (tmp_path / "open.csv").write_text(
        f'name,number\n"{NAME},{NUMBER}\n{NAME},{NUMBER},more\n', encoding="utf-8"
    )
    (tmp_path / "bad.csv").write_bytes(b"name,number\n\xff\xfe\x00" + NAME.encode() + b"\x00\n")
    with HostileLdap(quoting_refusal) as server:
        account = {
            "ldap_uri": server.uri,
            "ldap_base_dn": "dc=x",
            "ldap_network_timeout": 20,
            "ldap_timeout": 20,
        }
        files = ("no-header", "open", "bad")
        common = {"tenant": TENANT, **COLUMNS}
        sources = [
            {"name": "ldap", "backend": "ldap", **account, **common},
            *({"name": name, "backend": "csv", "file": f"{name}.csv", **common} for name in files),
        ]
        services = {name: {"sources": ["ldap", *files]} for name in ("lookup", "reverse")}
        provisioning = {
            "tenants": [{"uuid": TENANT}],
            "sources": sources,
            "profiles": [{"tenant": TENANT, "name": "p", "services": services}],
        }
        backends = {"csv": {"folders": [str(tmp_path)]}}
        with Foreground(tmp_path, "-d", provisioning=provisioning, backends=backends) as daemon:
            for options in ("", "&fuzzy=true", "&t9=true", "&merge=true", "&order=relevance"):
                for term in (NAME, f"{NAME} {NUMBER}", NUMBER, NUMBER[1:]):
                    assert send(daemon, "GET", f"/directories/lookup/p?term={quote(term)}{options}") == 200
            assert send(daemon, "GET", f"/directories/reverse/p/user?exten={quote(NUMBER)}") == 200
            assert send(daemon, "GET", f"/explanations/lookup/p?term={quote(NAME)}") == 200
            assert send(daemon, "GET", f"/explanations/reverse/p?exten={quote(NUMBER)}") == 200
            assert (
                send(daemon, "POST", "/directories/reverse/p", {"extens": [NUMBER, NAME, NUMBER[1:]]}) == 200
            )
            assert send(daemon, "GET", f"/graphql?query={quote(graphql_query('p'))}") == 200
            daemon.wait_for_log("source 'ldap' (ldap) refused")
            wait_until(lambda: daemon.log().count("csv:") >= 3)
            assert_no_canary(daemon, at_least=0)


@pytest.mark.parametrize(
    "fault", [None, DropEveryConnection(), AnswerStatus(500), AnswerBody(f'{{"data": "{SECRET}"'.encode())]
)
def test_authentication_servers_that_fail(tmp_path: Path, fault: Fault | None) -> None:
    with AuthServer() as server:
        server.add_token(SECRET, tenant_uuid=TENANT)
        auth = {"method": "wazo_auth", **server.settings(), "password": SECRET, "timeout": 20}
        with Foreground(tmp_path, "-d", auth=auth) as daemon:
            if fault is None:
                server.stop()
            else:
                server.fault = fault
            assert send(daemon, "GET", f"/directories/lookup/p?term={quote(NAME)}", token=SECRET) in {
                401,
                503,
            }
            daemon.wait_for_log("No service token")
            assert_no_canary(daemon, at_least=0)


def test_tokens_and_passwords_of_a_pbx(tmp_path: Path) -> None:
    rules = {"methods": ["basic", "query_token"]}
    access = {"views": {"reverse_text_view": rules}, "max_failures_per_minute": 100}
    path = f"/directories/reverse/none/user/text?exten={quote(NUMBER)}"
    rest_api = {"port": 0, "access_log": str(tmp_path / "access.log")}
    with Foreground(tmp_path, "-d", access=access, rest_api=rest_api) as daemon:
        for query in (
            f"&token={SECRET}",
            f"&token={SECRET}&token=x",
            f"&token={quote(NAME)}&max=x",
        ):
            assert send(daemon, "GET", path + query) == 401
        assert send(daemon, "GET", f"{path}&token={daemon.token()}") == 404
        log = daemon.log() + (tmp_path / "access.log").read_text(encoding="utf-8")
        assert "has no access to 'dird.directories.reverse.none.user.read'" in log
        assert '/text?exten&token" 401' in log
        assert daemon.token() not in log
        assert_no_canary(daemon, at_least=0)


def refusing_bind(peer: Peer) -> None:
    """Refuse each bind with a message that quotes it."""
    while True:
        number = peer.request()
        peer.send(ldap_result(number, BIND_RESPONSE, INVALID_CREDENTIALS, peer.last_message[-len(SECRET) :]))


def read(daemon: Foreground, path: str) -> str:
    """Return the body of a response."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)
    try:
        connection.request("GET", f"/0.1{path}", headers={"X-Auth-Token": daemon.token()})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_secrets_that_sources_and_the_configuration_refer_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIRD_HIDDEN", SECRET)
    file = tmp_path / "hidden"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    tenant_folder = tmp_path / "secrets" / TENANT
    tenant_folder.mkdir(parents=True)
    (tenant_folder / "own").write_text(SECRET, encoding="utf-8")
    reference = f"${{file:{file}}}"
    with HostileLdap(refusing_bind) as server:
        ldap: dict[str, object] = {
            "ldap_uri": server.uri,
            "ldap_base_dn": "dc=x",
            "ldap_username": "cn=u",
            "ldap_network_timeout": 20,
            "ldap_timeout": 20,
            **COLUMNS,
        }
        common = {"tenant": TENANT, "backend": "ldap"}
        sources = [
            {"name": "bind", **common, **ldap, "ldap_password": reference},
            {"name": "uri", **common, **ldap, "ldap_uri": reference, "ldap_password": "${env:DIRD_HIDDEN}"},
            {
                "name": "host",
                **common,
                **ldap,
                "ldap_uri": "ldap://u:${env:DIRD_HIDDEN}@h",
                "ldap_password": "x",
            },
            {"name": "url", **common, "backend": "csv_ws", "lookup_url": "${env:DIRD_HIDDEN}", **COLUMNS},
        ]
        services = {"lookup": {"sources": ["bind", "uri", "host", "url"]}}
        provisioning = {
            "tenants": [{"uuid": TENANT}],
            "sources": sources,
            "profiles": [{"tenant": TENANT, "name": "p", "services": services}],
        }
        keys: dict[str, object] = {
            "provisioning": provisioning,
            "secrets": {"tenant_folder": str(tmp_path / "secrets")},
            "bus": {"host": "127.0.0.1", "port": 1, "password": "${env:DIRD_HIDDEN}"},
        }
        with Foreground(tmp_path, "-d", **keys) as daemon:
            for _ in range(3):
                assert send(daemon, "GET", f"/directories/lookup/p?term={quote(NAME)}") == 200
            body = {"name": "of a client", **ldap}
            for options, status in (
                ({"ldap_password": "${file:own}"}, 200),
                ({"ldap_password": "${file:own}", "ldap_uri": "${file:own}"}, 400),
                ({"ldap_password": "${file:own}", "ldap_uri": "ldap://h:${file:own}"}, 400),
                ({"ldap_password": "${env:DIRD_HIDDEN}"}, 400),
                ({"ldap_password": reference}, 400),
            ):
                assert send(daemon, "POST", "/backends/ldap/sources", {**body, **options}) == status
            daemon.wait_for_log("source 'bind' (ldap) failed")
            explained = f"/explanations/lookup/p?term={quote(NAME)}"
            for path in ("/config", "/status", explained, "/events", "/backends/ldap/sources", "/sources"):
                assert SECRET not in read(daemon, path), path
            assert_no_canary(daemon, at_least=1)


USER = "44444444-4444-4444-8444-444444444444"
TESTS = Path(__file__).parents[1]


def ask_as_phone(daemon: Foreground, username: str, password: str, path: str) -> tuple[int, str]:
    """Send a request with user name and password; return status and body."""
    credentials = b64encode(f"{username}:{password}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)
    try:
        connection.request("GET", f"/0.1{path}", headers={"Authorization": f"Basic {credentials}"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["static", "wazo_auth"])
@pytest.mark.parametrize("fault", [None, AnswerStatus(500), AnswerBody(f'{{"data": "{SECRET}"'.encode())])
def test_passwords_of_phones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, fault: Fault | None
) -> None:
    folder = tmp_path / "plugin"
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{TESTS}")
    acl = ("dird.phones.#",)
    keys = {
        "enabled_plugins": {"views": {"basic_view": True}},
        "access": {"views": {"basic_view": {"methods": ["basic"]}}},
    }
    with AuthServer() as server, installed_phone_plugin(folder):
        server.add_user("ada", SECRET, uuid=USER, tenant_uuid=TENANT, acl=acl)
        rights = {"tenant_uuid": TENANT, "user_uuid": USER, "acl": list(acl)}
        users = [{"username": "ada", "password_hash": hash_password(SECRET), **rights}]
        methods: dict[str, dict[str, object]] = {
            "static": {"users": users},
            "wazo_auth": {**server.settings(), "timeout": 20},
        }
        with Foreground(tmp_path, "-d", auth={"method": method, **methods[method]}, **keys) as daemon:
            server.fault = fault
            answers = [
                ask_as_phone(daemon, "ada", password, path)
                for password in (SECRET, f"{SECRET}?")
                for path in ("/basic/none/u", "/basic/none?xivo_user_uuid=u", f"/basic/none/{USER}/own")
            ]
            is_failing = method == "wazo_auth" and fault is not None
            expected = [503] * 6 if is_failing else [404, 404, 200, 401, 401, 401]
            assert [status for status, _ in answers] == expected
            assert ask_as_phone(daemon, SECRET, SECRET, "/basic/none/u")[0] in {401, 503}
            bodies = [body for _, body in answers]
            shown = "".join(bodies) + daemon.log()
            assert SECRET not in "".join(bodies)
            assert not [text for text in server.tokens if text in shown]
            daemon.wait_for_log("/basic/none")
            assert_no_canary(daemon, at_least=0)


def test_a_configuration_with_a_password_in_clear(tmp_path: Path) -> None:
    users = [{"username": "ada", "password": SECRET, "tenant_uuid": TENANT, "acl": []}]
    daemon = Foreground(tmp_path, auth={"method": "static", "users": users})
    status, output, errors = run_program(["-c", str(daemon.config_file), "--check-config"])
    assert status == 2
    assert "auth.users.0" in errors
    assert not MARKS.search(output + errors)
