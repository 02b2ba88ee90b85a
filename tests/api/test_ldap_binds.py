"""Binds: who a client of LDAP is, and what it may search as long as it is connected."""

import ldap3
import pytest
import yaml

from api.conftest import CHILD, OTHER, SECOND_USER, TENANT, USER
from ldap_daemon import BASE, ldap_configuration, ldap_daemon, profile
from ldap_searches import connection, ldapsearch, search
from servers.auth_server import AuthServer
from servers.ports import HOST
from waiting import wait_until
from xivo_dird.authenticator import hash_password, hash_token

SUCCESS, PROTOCOL_ERROR, AUTH_METHOD_NOT_SUPPORTED, CONFIDENTIALITY_REQUIRED = 0, 2, 7, 13
INAPPROPRIATE_AUTHENTICATION, INVALID_CREDENTIALS, INSUFFICIENT_ACCESS_RIGHTS = 48, 49, 50
BUSY, UNAVAILABLE, UNWILLING_TO_PERFORM = 51, 52, 53

PASSWORD = "pässwörd, long"
LOOKUP = "dird.directories.lookup.{}.read"
USERS = [
    {"username": "ada", "user_uuid": USER, "tenant_uuid": TENANT, "acl": ["dird.#"]},
    {"username": "zoë s", "user_uuid": SECOND_USER, "tenant_uuid": TENANT, "acl": [LOOKUP.format("default")]},
    {"username": "board", "tenant_uuid": TENANT, "acl": [LOOKUP.format("board")]},
    {"username": "none", "tenant_uuid": TENANT, "acl": []},
    {"username": "olga", "tenant_uuid": OTHER, "acl": ["#"]},
]
OF_TENANT, OF_HOST, OUTSIDE, STRANGER = "127.0.0.2", "127.0.1.1", "127.0.0.3", "127.0.0.4"
MAX_FAILURES = 5


def binds_configuration(folder, **keys):
    """Return a configuration with users, and anonymous access for two networks of this host."""
    networks = [
        {"subnet": "127.0.1.0/24", "tenant_uuid": TENANT, "profile": "board"},
        {"subnet": OF_TENANT, "tenant_uuid": TENANT},
    ]
    board = profile("board", "people")
    config = ldap_configuration(folder, profiles=[board], **{"anonymous": networks, **keys})
    config["auth"]["users"] = [{**user, "password_hash": hash_password(PASSWORD)} for user in USERS]
    config["access"] = {"max_failures_per_minute": MAX_FAILURES}
    return config


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with ldap_daemon(binds_configuration(tmp_path_factory.mktemp("ldap"))) as daemon:
        yield daemon


@pytest.fixture
def bind(daemon):
    """Return the function that connects and binds; all connections end with the test."""
    clients = []

    def bind(user=None, password=None, address=OUTSIDE, port=daemon.ldap.port, **options):
        client = connection(port, user, password, source_address=address, **options)
        clients.append(client)
        return client

    yield bind
    for client in clients:
        client.unbind()


def searched(client, base=BASE):
    """Return the result code of a search, and how many people it found."""
    code, names = search(client, "(cn=*)", base=base)
    return code, len(names)


FOUND, REFUSED = (SUCCESS, 5), (INSUFFICIENT_ACCESS_RIGHTS, 0)


@pytest.mark.parametrize(
    "name",
    [
        "ada",
        f"uid=ada,ou=default,{BASE}",
        f"cn=ada,{BASE}",
        "CN = ada , DC=Example, DC=Org",
        "uid=ada,ou=people,dc=elsewhere,dc=com",
        f"uid=ada,ou=default,o={TENANT},{BASE}",
    ],
)
def test_a_user_binds_with_a_plain_name_or_a_dn(bind, name):
    client = bind(name, PASSWORD)
    assert client.result["result"] == SUCCESS
    assert searched(client) == FOUND
    assert client.extend.standard.who_am_i() == "u:ada"


def test_a_name_with_special_characters_is_escaped_in_a_dn(bind):
    for name in ("zoë s", f"uid=zo\\c3\\ab\\20s,{BASE}", f'uid="zoë s",{BASE}'):
        assert searched(bind(name, PASSWORD)) == FOUND


@pytest.mark.parametrize("name", ["token", f"uid=token,{BASE}", f"cn=token,ou=default,{BASE}"])
def test_a_token_is_the_password_of_the_user_token(bind, name):
    assert searched(bind(name, "reader")) == FOUND


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "not-this"), ("nobody", PASSWORD), ("token", "not-this"), (f"uid=ada,{BASE}", PASSWORD.upper())],
)
def test_wrong_credentials_are_refused(bind, daemon, name, password):
    client = bind(name, password, address="127.0.2.1")
    assert client.result["result"] == INVALID_CREDENTIALS
    assert password not in client.result["message"]
    assert searched(client) == REFUSED


def test_no_log_line_has_a_password_or_a_token(bind, caplog):
    caplog.set_level("DEBUG")
    accounts = [("ada", PASSWORD), ("token", "reader"), *[("ada", "not-this")] * MAX_FAILURES]
    for name, password in accounts:
        searched(bind(name, password, address="127.0.2.2"))
    assert "127.0.2.2 has sent 5 wrong credentials" in caplog.text
    for secret in (PASSWORD, "not-this", "reader"):
        assert secret not in caplog.text


def test_a_failed_bind_ends_the_account_before_it(bind):
    client = bind("ada", PASSWORD)
    client.rebind("ada", "wrong")
    assert client.result["result"] == INVALID_CREDENTIALS
    assert client.extend.standard.who_am_i() in {None, ""}
    assert searched(client) == REFUSED


def test_a_name_without_a_password_is_no_verified_account(daemon):
    found = ldapsearch(daemon.ldap.port, "-D", "ada", "-w", "", "(cn=*)")
    assert (found.code, found.entries) == (UNWILLING_TO_PERFORM, [])


def test_too_many_wrong_credentials_are_refused_per_address(bind):
    codes = [bind("ada", f"wrong {n}", address=STRANGER).result["result"] for n in range(MAX_FAILURES + 1)]
    assert codes == [INVALID_CREDENTIALS] * MAX_FAILURES + [BUSY]
    assert bind("ada", PASSWORD, address=STRANGER).result["result"] == BUSY
    assert bind("ada", PASSWORD, address=OUTSIDE).result["result"] == SUCCESS


@pytest.mark.parametrize(
    ("address", "profile_name"), [(OF_TENANT, "default"), (OF_HOST, "board"), (OF_HOST, None)]
)
def test_a_client_of_a_network_needs_no_account_for_its_profile(bind, address, profile_name):
    base = f"ou={profile_name},{BASE}" if profile_name else BASE
    client = bind(address=address)
    assert client.result["result"] == SUCCESS
    assert searched(client, base) == FOUND
    assert searched(client, "") == FOUND
    assert client.extend.standard.who_am_i() in {None, ""}


@pytest.mark.parametrize(
    ("address", "base"),
    [
        (OF_TENANT, f"ou=board,{BASE}"),
        (OF_HOST, f"ou=default,{BASE}"),
        (OF_TENANT, f"ou=default,o={OTHER},{BASE}"),
        (OF_TENANT, f"ou=default,o={CHILD},{BASE}"),
        (OF_TENANT, f"ou=none,{BASE}"),
    ],
)
def test_a_client_without_an_account_searches_no_other_profile(bind, address, base):
    assert searched(bind(address=address), base) == REFUSED


def test_elsewhere_a_client_needs_an_account(bind):
    client = bind(address=OUTSIDE)
    assert client.result["result"] == INAPPROPRIATE_AUTHENTICATION
    assert searched(client) == REFUSED
    assert "ldap_server.anonymous" in client.result["message"]


def test_a_client_that_does_not_bind_is_anonymous(daemon):
    for address, expected in ((OF_TENANT, FOUND), (OUTSIDE, REFUSED)):
        server = ldap3.Server(HOST, daemon.ldap.port, get_info=ldap3.NONE)
        client = ldap3.Connection(server, source_address=address, check_names=False)
        client.open(read_server_info=False)
        assert searched(client) == expected
        client.unbind()


def test_each_search_needs_the_permission_for_its_profile(bind):
    reader, board, none = bind("token", "reader"), bind("board", PASSWORD), bind("none", PASSWORD)
    assert [client.result["result"] for client in (reader, board, none)] == [SUCCESS] * 3
    assert searched(reader, f"ou=board,{BASE}") == REFUSED
    assert searched(board, f"ou=board,{BASE}") == FOUND
    assert searched(board) == searched(none) == REFUSED


def test_a_bind_below_a_profile_makes_it_the_profile_of_the_base(bind):
    assert searched(bind(f"uid=board,ou=board,{BASE}", PASSWORD)) == FOUND


def test_nobody_searches_the_tenant_of_others(bind):
    for client in (bind("olga", PASSWORD), bind("token", "other-tenant")):
        assert client.result["result"] == SUCCESS
        assert searched(client, f"ou=default,o={TENANT},{BASE}") == REFUSED
        assert searched(client)[1] == 0


def test_a_bind_of_ldap_2_is_accepted(bind, daemon):
    assert searched(bind("ada", PASSWORD, version=2)) == FOUND
    found = ldapsearch(daemon.ldap.port, "-P", "2", "-D", "ada", "-w", PASSWORD, "(cn=ann*)")
    assert (found.code, found.names()) == (SUCCESS, ["Ann Lee"])


@pytest.mark.parametrize("mechanism", [ldap3.DIGEST_MD5, ldap3.PLAIN, ldap3.EXTERNAL])
def test_sasl_is_refused(bind, mechanism):
    credentials = {
        ldap3.DIGEST_MD5: (None, "ada", PASSWORD, None),
        ldap3.PLAIN: (None, "ada", PASSWORD),
        ldap3.EXTERNAL: b"u:ada",
    }
    client = bind(
        authentication=ldap3.SASL, sasl_mechanism=mechanism, sasl_credentials=credentials[mechanism]
    )
    assert client.result["result"] == AUTH_METHOD_NOT_SUPPORTED
    assert searched(client) == REFUSED


def test_without_tls_no_password_is_accepted_by_default(tmp_path):
    config = binds_configuration(tmp_path)
    del config["ldap_server"]["require_tls"]
    with ldap_daemon(config) as daemon:
        for name, password in (("ada", PASSWORD), ("ada", "wrong"), ("token", "reader")):
            client = connection(daemon.ldap.port, name, password, source_address=OF_TENANT)
            assert client.result["result"] == CONFIDENTIALITY_REQUIRED
            client.unbind()
        client = connection(daemon.ldap.port, source_address=OF_TENANT)
        assert searched(client) == FOUND
        client.unbind()


@pytest.mark.parametrize("kind", ["token_file", "user_file"])
def test_an_account_that_is_removed_ends_its_access_at_once(tmp_path, kind):
    rights = {"user_uuid": USER, "tenant_uuid": TENANT, "acl": ["dird.#"]}
    accounts = {
        "token_file": ("token", "revoked-later", {"hash": hash_token("revoked-later")}),
        "user_file": ("eva", PASSWORD, {"username": "eva", "password_hash": hash_password(PASSWORD)}),
    }
    name, password, entry = accounts[kind]
    file = tmp_path / "accounts.yml"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump([{**rights, **entry}]))
    config = binds_configuration(tmp_path)
    config["auth"][kind] = file
    with ldap_daemon(config) as daemon:
        client = connection(daemon.ldap.port, name, password)
        assert searched(client) == FOUND
        file.write_text("[]")
        wait_until(lambda: searched(client) == REFUSED)
        client.unbind()


@pytest.fixture
def auth_server():
    with AuthServer() as server:
        server.add_tenant(TENANT)
        server.add_token("may", tenant_uuid=TENANT, user_uuid=USER, acl=("dird.#",))
        server.add_user("eva", PASSWORD, uuid=SECOND_USER, tenant_uuid=TENANT, acl=("dird.#",))
        yield server


@pytest.fixture
def auth_daemon(tmp_path, auth_server):
    """Start a daemon that asks the authentication server at each search."""
    config = ldap_configuration(tmp_path)
    config["auth"] = {"method": "wazo_auth", "cache_ttl": 0, **auth_server.settings()}
    with ldap_daemon(config) as daemon:
        yield daemon


def test_users_and_tokens_of_the_authentication_server_bind(auth_daemon):
    for name, password in (("token", "may"), ("eva", PASSWORD), (f"uid=eva,{BASE}", PASSWORD)):
        client = connection(auth_daemon.ldap.port, name, password)
        assert searched(client) == FOUND
        client.unbind()
    for name, password in (("token", "may-not"), ("eva", "wrong")):
        client = connection(auth_daemon.ldap.port, name, password)
        assert client.result["result"] == INVALID_CREDENTIALS
        client.unbind()


def test_a_revoked_token_of_the_server_ends_its_access(auth_daemon, auth_server):
    client = connection(auth_daemon.ldap.port, "token", "may")
    assert searched(client) == FOUND
    auth_server.remove_token("may")
    assert searched(client) == REFUSED
    client.unbind()


def test_without_the_server_searches_are_unavailable_until_it_is_back(auth_daemon, auth_server):
    client = connection(auth_daemon.ldap.port, "token", "may")
    auth_server.stop()
    assert searched(client) == (UNAVAILABLE, 0)
    other = connection(auth_daemon.ldap.port, "token", "may")
    assert other.result["result"] == UNAVAILABLE
    auth_server.start()
    assert searched(client) == FOUND
    client.unbind()
    other.unbind()
