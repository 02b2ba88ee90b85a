"""The LDAP front end against clients that send nothing, too much or something else, or want what is not theirs."""

import socket
import threading
from contextlib import ExitStack, contextmanager, suppress
from functools import reduce

import pytest

from api.conftest import CHILD, OTHER, TENANT, USER, Daemon, configuration
from fuzz.target import first_defect
from ldap_requests import (
    ADMIN_LIMIT,
    AND,
    AT_LEAST,
    AT_MOST,
    BASE,
    BUSY,
    DONE,
    EXTENSIBLE,
    INAPPROPRIATE_AUTHENTICATION,
    INVALID_CREDENTIALS,
    INVALID_DN,
    NO_ACCESS,
    NO_SUCH_OBJECT,
    OPERATIONS_ERROR,
    OR,
    PROTOCOL_ERROR,
    START_TLS,
    UNAVAILABLE_CRITICAL,
    UNWILLING,
    WHO_AM_I,
    LdapClient,
    abandon,
    bind,
    codes_of,
    contains,
    control,
    entries_of,
    equal,
    extended,
    negation,
    present,
    request,
    search,
    search_operation,
    unbind,
)
from ldap_server import Certificate, counted_operations, running_ldap_server
from servers.daemon import TOKEN, DaemonProcess
from servers.foreground import Foreground
from servers.hostile_ldap import HostileLdap
from servers.ldap_messages import octet_string, tlv
from servers.ports import HOST, ReservedPort
from servers.usage import usage_of
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.authenticator import hash_token
from xivo_dird.ldap_server import connection as connection_module
from xivo_dird.ldap_server import listener as listener_module

EVERYBODY = ["Ada Stern", "Éric Müller", "Zoë O'Neil", 'Anna "Nan" Adams']
ADA = contains(b"cn", b"stern")
CONNECTIONS = 2000
MAX_CONNECTION_BYTES = 50_000_000
"""How much memory so many idle connections may use."""


def anonymous(tenant=TENANT, profile="default"):
    return [{"subnet": "127.0.0.0/8", "tenant_uuid": tenant, "profile": profile}]


@contextmanager
def starting(folder):
    """Yield the function that starts a daemon with keys of the section, and returns it with its ports."""
    with ExitStack() as opened:

        def start(certificate=None, sources=(), profile_sources=("crew",), **keys):
            section = {"anonymous": anonymous(), "require_tls": False, **keys}
            connections = {key: section.pop(key) for key in ("max_connections",) if key in section}
            settings = configuration(
                folder,
                sources,
                profile_sources,
                ldap_server=section | (certificate.keys if certificate else {}),
            )
            daemon = opened.enter_context(Daemon(settings))
            context = certificate.server if certificate else None
            server = running_ldap_server(daemon.controller.ldap, context, **connections)
            return daemon, opened.enter_context(server)

        yield start


@pytest.fixture
def start(tmp_path):
    with starting(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Share one daemon between tests that change nothing, and count nothing."""
    with starting(tmp_path_factory.mktemp("daemon")) as start:
        yield start()[1].port


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path)


def ask(port, data):
    """Return the responses to one request in a connection of its own."""
    with LdapClient(port) as client:
        return client.ask(data)


def assert_well(port):
    """Check that an ordinary client has its answer."""
    assert entries_of(ask(port, search(1, ADA))) == ["Ada Stern"]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /0.1/status HTTP/1.1\r\nHost: pbx\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x30\x80\x02\x01\x01\x63\x00\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x85\x00\x00\x00\x00\x05",
        b"\x30\x05\x02\x7f\x01\x42\x00",
        b"\x30\x0c\x02\x01\x01\x60\x84\x7f\xff\xff\xff\x02\x01\x03",
        request(0, search_operation(ADA)),
        request(2**31, search_operation(ADA)),
        b"x" * 1024 * 1024,
    ],
    ids=[
        "http",
        "tls",
        "indefinite",
        "bomb",
        "5 bytes",
        "beyond",
        "inner bomb",
        "id 0",
        "id 2^31",
        "megabyte",
    ],
)
def test_what_is_no_ldap_is_closed_with_a_notice(port, sent):
    with LdapClient(port) as client:
        with suppress(ConnectionError):
            client.send(sent)
        notices = client.rest()
    assert [(notice.message_id, notice.code) for notice in notices] in ([(0, PROTOCOL_ERROR)], [])
    assert len(sent) > 1000 or notices
    assert_well(port)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (reduce(lambda inner, _: negation(inner), range(1000), present(b"cn")), ADMIN_LIMIT),
        (tlv(AND, *[present(b"cn")] * 10_000), ADMIN_LIMIT),
        (tlv(OR, *[tlv(AND)] * 30_000), ADMIN_LIMIT),
        (tlv(0xAF), PROTOCOL_ERROR),
    ],
    ids=["deep", "10,000 conditions", "30,000 empty ones", "unknown"],
)
def test_a_filter_bomb_is_refused_and_the_connection_goes_on(port, condition, code):
    with LdapClient(port) as client, assert_prompt():
        for number in range(1, 21):
            assert client.code(search(number, condition)) == code
        assert entries_of(client.ask(search(100, ADA))) == ["Ada Stern"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (equal(b"sn", b"n", AT_LEAST), ["Ada Stern", "Zoë O'Neil"]),
        (equal(b"sn", b"b", AT_MOST), ['Anna "Nan" Adams']),
        (equal(b"telephoneNumber", b"2045", AT_LEAST), []),
        (contains(b"telephoneNumber", b"foo", 0x80), []),
        (negation(contains(b"telephoneNumber", b"foo", 0x80)), []),
        (tlv(OR, contains(b"telephoneNumber", b"foo", 0x80), ADA), ["Ada Stern"]),
        (tlv(EXTENSIBLE, tlv(0x81, b"1.2.3"), tlv(0x82, b"cn"), tlv(0x83, b"Ada Stern")), []),
        (tlv(EXTENSIBLE, tlv(0x82, b"cn"), tlv(0x83, b"ada stern")), ["Ada Stern"]),
        (contains(b"cn", b"\0"), []),
        (contains(b"cn", b"\xff\xfe"), []),
        (contains(b"cn", b"\xed\xa0\x80"), []),
        (contains(b"cn", b"M\xfcller"), ["Éric Müller"]),
        (contains(b"cn", b"a " * 30_000), []),
        (contains(b"telephoneNumber", b"9" * 60_000), []),
        (contains(b"cn", b""), EVERYBODY),
        (contains(b"telephoneNumber", b""), EVERYBODY),
        (contains(b"cn", b"*)(uid=*"), []),
        (contains(b"cn", b"%_"), []),
    ],
)
def test_an_odd_condition_has_the_entries_that_match(port, condition, found):
    responses = ask(port, search(1, condition))
    assert (sorted(entries_of(responses)), codes_of(responses)) == (sorted(found), {1: 0})


@pytest.mark.parametrize(
    ("base", "code"),
    [
        (b"x" * 60_000, INVALID_DN),
        (b"ou=\0", NO_SUCH_OBJECT),
        (b"ou=a\0b,dc=directory", NO_ACCESS),
        (b"\xff\xfe", INVALID_DN),
        (b"a=," * 600 + BASE, NO_SUCH_OBJECT),
        (b"uid=" + b"x" * 1000 + b",ou=default,dc=directory", NO_SUCH_OBJECT),
        (b"uid=crew:\0,ou=default,dc=directory", NO_SUCH_OBJECT),
        (b"uid=none:17,ou=default,dc=directory", NO_SUCH_OBJECT),
        (b"ou=default,o=\0,dc=directory", NO_ACCESS),
        (b"ou=default,o=%,dc=directory", NO_ACCESS),
    ],
)
def test_an_odd_base_is_an_error(port, base, code):
    assert codes_of(ask(port, search(1, present(b"cn"), base))) == {1: code}
    assert_well(port)


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        (b"x" * 60_000, b"y", INVALID_CREDENTIALS),
        (b"", b"y", INVALID_CREDENTIALS),
        (b"cn=,dc=directory", b"y", INVALID_CREDENTIALS),
        (b"uid=ada", b"", UNWILLING),
        (b"x" * 60_000, b"", UNWILLING),
        (b"tok\0en", b"adm\0in", INVALID_CREDENTIALS),
        (b"tok\xffen", b"adm\xffin", INVALID_CREDENTIALS),
        (b"token", b"x" * 60_000, INVALID_CREDENTIALS),
    ],
)
def test_an_odd_bind_is_refused(start, name, password, code):
    port = start()[1].port
    assert codes_of(ask(port, bind(1, name, password))) == {1: code}
    assert_well(port)


def test_a_name_of_100_kilobytes_is_more_than_a_request_may_have(port):
    with LdapClient(port) as client:
        with suppress(ConnectionError):
            client.send(bind(1, b"x" * 100_000, b"y"))
        assert {response.code for response in client.rest()} <= {PROTOCOL_ERROR}
    assert_well(port)


def test_wrong_passwords_are_refused_unverified_after_some(start):
    daemon, ports = start()
    with LdapClient(ports.port) as client:
        codes = [client.code(bind(number, b"token", b"wrong")) for number in range(1, 101)]
        limit = codes.count(INVALID_CREDENTIALS)
        assert 0 < limit < 100
        assert codes == [INVALID_CREDENTIALS] * limit + [BUSY] * (100 - limit)
        assert client.code(bind(200, b"token", b"admin")) == BUSY
    assert counted_operations(daemon.get("/metrics").text)["bind", "busy"] == 101 - limit


def test_before_a_bind_only_the_server_is_described(start):
    _, ports = start(anonymous=[])
    with LdapClient(ports.port) as client:
        assert client.code(bind(1)) == INAPPROPRIATE_AUTHENTICATION
        for base in (b"", BASE, b"ou=default,dc=directory", b"uid=crew:17,ou=default,dc=directory"):
            for scope in (0, 2):
                responses = client.ask(search(1, present(b"objectClass"), base, scope=scope))
                is_root = not base and scope == 0
                assert (len(responses), responses[-1].code) == ((2, 0) if is_root else (1, NO_ACCESS))
        assert client.code(search(1, present(b"objectClass"), b"cn=Subschema", scope=0)) == 0
        assert client.code(bind(2, b"token", b"admin")) == 0
        assert entries_of(client.ask(search(3, ADA))) == ["Ada Stern"]


def test_a_critical_unknown_control_is_refused(port):
    critical = [control(b"1.2.3", is_critical=True)]
    with LdapClient(port) as client:
        assert client.code(search(1, ADA, controls=critical)) == UNAVAILABLE_CRITICAL
        assert client.code(extended(2, WHO_AM_I, critical)) == UNAVAILABLE_CRITICAL
        assert entries_of(client.ask(search(3, ADA, controls=[control(b"1.2.3")]))) == ["Ada Stern"]


def test_a_hundred_searches_in_one_packet_are_all_answered(port):
    with LdapClient(port) as client:
        client.send(b"".join(search(number, ADA) for number in range(1, 101)))
        answers = [client.answer() for _ in range(100)]
        assert sorted(answer[-1].message_id for answer in answers) == list(range(1, 101))
        client.send(b"".join(search(7, ADA) for _ in range(20)))
        assert [codes_of(client.answer()) for _ in range(20)] == [{7: 0}] * 20


@pytest.mark.parametrize("before", [b"", search(1, ADA), search(1, ADA) * 20])
def test_an_unbind_ends_the_connection(port, before):
    with LdapClient(port) as client, assert_prompt():
        client.send(before + unbind(2) + search(3, ADA))
        assert all(response.message_id == 1 for response in client.rest())


@pytest.fixture
def hanging(start):
    """Return a daemon with a source that never answers, and its ports."""
    held = threading.Event()

    def hang(peer):
        held.wait(TIMEOUT)

    with HostileLdap(hang) as server:
        source = {
            "tenant": "main",
            "name": "staff",
            "backend": "ldap",
            "ldap_uri": server.uri,
            "ldap_base_dn": "dc=x",
            "ldap_network_timeout": TIMEOUT,
            "ldap_timeout": TIMEOUT,
            "searched_columns": ["cn"],
        }
        yield start(sources=[source], profile_sources=("crew", "staff"))
        held.set()


def test_a_search_that_waits_is_abandoned_and_delays_no_other(hanging):
    _, ports = hanging
    with LdapClient(ports.port) as client, assert_prompt():
        client.send(search(1, ADA))
        assert client.receive().attributes["cn"] == ["Ada Stern"]
        assert client.code(search(2, present(b"objectClass"), b"", scope=0)) == 0
        client.send(b"".join(search(number, ADA) for number in range(10, 40)))
        client.send(b"".join(abandon(50, number) for number in (1, *range(10, 40), 999)))
        client.send(extended(60, WHO_AM_I))
        while (response := client.receive()).message_id != 60:
            assert not response.is_final
    assert_is_alive(ports.port)


def test_a_bind_waits_for_the_searches_before_it(hanging):
    _, ports = hanging
    with LdapClient(ports.port) as client, assert_prompt():
        client.send(search(1, ADA) + bind(2, b"token", b"admin") + abandon(3, 2) + abandon(4, 1))
        response = client.receive()
        while not response.is_final:
            response = client.receive()
        assert (response.message_id, response.code) == (2, 0)


def assert_is_alive(port):
    assert codes_of(ask(port, search(1, present(b"objectClass"), b"", scope=0))) == {1: 0}


def test_clients_that_vanish_in_a_search_leave_no_operation(hanging):
    _, ports = hanging
    for _ in range(20):
        with LdapClient(ports.port) as client:
            client.send(search(1, ADA) + search(2, ADA))
    assert_is_alive(ports.port)
    wait_until(lambda: len([t for t in threading.enumerate() if t.name.startswith("ldap")]) < 70)


def test_nothing_in_the_clear_counts_behind_start_tls(start, certificate):
    _, ports = start(certificate)
    with LdapClient(ports.port) as client:
        client.send(extended(1, START_TLS) + bind(2, b"token", b"admin"))
        assert codes_of(client.answer()) == {1: OPERATIONS_ERROR}
    with LdapClient(ports.port) as client:
        assert client.code(bind(1, b"token", b"admin")) == 0
        assert client.code(extended(2, START_TLS)) == 0
        client.begin_tls(certificate.client)
        assert client.ask(extended(3, WHO_AM_I))[0].parts[3].content == b""
    with LdapClient(ports.port) as client:
        assert client.code(extended(1, START_TLS)) == 0
        client.send(bind(2, b"token", b"admin"))
        with suppress(ConnectionError):
            assert client.sock.recv(100)[:1] in (b"", b"\x15")
    assert_well(ports.port)


def test_ldap_in_the_clear_is_not_answered_at_the_port_of_ldaps(start, certificate):
    _, ports = start(certificate)
    for sent in (search(1, ADA), bind(1, b"token", b"admin"), b"GET / HTTP/1.1\r\n\r\n"):
        with LdapClient(ports.tls_port) as client:
            client.send(sent)
            with suppress(ConnectionError):
                assert client.sock.recv(100)[:1] in (b"", b"\x15")
    with LdapClient(ports.tls_port, certificate.client) as client:
        assert entries_of(client.ask(search(1, ADA))) == ["Ada Stern"]


@pytest.mark.parametrize("sent", [b"", b"\x30", search(1, ADA)[:-1]])
def test_a_client_that_sends_no_request_is_closed(start, monkeypatch, sent):
    monkeypatch.setattr(connection_module, "FIRST_REQUEST_SECONDS", 1.0)
    _, ports = start()
    with LdapClient(ports.port) as client:
        client.send(sent)
        assert client.sock.recv(1) == b""


def test_a_client_that_sends_slowly_gains_no_time(start, monkeypatch):
    monkeypatch.setattr(connection_module, "FIRST_REQUEST_SECONDS", 1.0)
    _, ports = start()
    with LdapClient(ports.port) as client, suppress(ConnectionError), assert_prompt():
        for byte in search(1, contains(b"cn", b"x" * 10_000)):
            client.send(bytes([byte]))
            threading.Event().wait(0.1)
        pytest.fail("the connection was not closed")


@pytest.mark.parametrize("after_start_tls", [False, True])
def test_a_handshake_that_never_goes_on_is_closed(start, certificate, monkeypatch, after_start_tls):
    monkeypatch.setattr(connection_module, "FIRST_REQUEST_SECONDS", 1.0)
    _, ports = start(certificate)
    with LdapClient(ports.port if after_start_tls else ports.tls_port) as client:
        if after_start_tls:
            assert client.code(extended(1, START_TLS)) == 0
        client.send(b"\x16\x03\x01\x02\x00\x01\x00")
        assert client.sock.recv(1) == b""


def is_answered(port):
    """Return whether a client has its answer; it is closed if all others have just sent something."""
    with suppress(ConnectionError):
        assert_well(port)
        return True
    return False


def test_silent_clients_leave_room_for_others(start):
    _, ports = start(max_connections=20)
    with ExitStack() as opened:
        silent = [opened.enter_context(LdapClient(ports.port)) for _ in range(100)]
        for client in silent:
            with suppress(ConnectionError):
                client.send(b"\x30")
        wait_until(lambda: is_answered(ports.port))


def test_a_client_that_never_reads_delays_no_other(tmp_path, start):
    folder = tmp_path / "csv"
    folder.mkdir()
    rows = "".join(f"{number},Ada{number},Stern,{number:05}\n" for number in range(2000))
    (folder / "many.csv").write_text(f"id,firstname,lastname,number\n{rows}", encoding="utf-8")
    source = {"tenant": "main", "name": "many", "backend": "csv", "file": "many.csv", "unique_column": "id"}
    columns = {"searched_columns": ["firstname"], "first_matched_columns": ["number"]}
    _, ports = start(sources=[source | columns], profile_sources=("crew", "many"), max_entries=2000)
    with ExitStack() as opened:
        for _ in range(20):
            client = opened.enter_context(LdapClient(ports.port))
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.send(b"".join(search(number, contains(b"cn", b"ada")) for number in range(1, 51)))
        with assert_prompt():
            assert len(ask(ports.port, search(1, contains(b"cn", b"ada")))) > 2000


def test_hostile_contacts_are_entries(daemon_of_hostile_contacts):
    ports, contacts = daemon_of_hostile_contacts
    with LdapClient(ports.port) as client:
        assert client.code(bind(1, b"token", b"admin")) == 0
        responses = client.ask(search(2, present(b"cn")))
        assert (len(responses), responses[-1].code) == (contacts + 1, 0)
        for entry in responses[:-1]:
            found = client.ask(search(3, present(b"cn"), entry.dn.encode(), scope=0))
            assert [one.dn for one in found if not one.is_final] == [entry.dn]
            assert all(len(text.splitlines()) == 1 for text in entry.attributes["cn"])


@pytest.fixture
def daemon_of_hostile_contacts(start):
    source = {
        "tenant": "main",
        "name": "own: a,b=c",
        "backend": "personal",
        "searched_columns": ["firstname"],
    }
    daemon, ports = start(sources=[source], profile_sources=(source["name"],))
    names = [
        'a,b+c="d"\\',
        "line\nend\r\x1b[31m",
        "\u202eevil",
        "(*)&|!",
        "ﷺ" * 1000,
        "-dn: x",
        "  ",
        "#1",
    ]
    for name in names:
        body = {"firstname": name, "lastname": name, "number": f"2{name}"}
        assert daemon.request("POST", "/0.1/personal", json=body).status_code == 201
    return ports, len(names)


def test_nobody_of_another_tenant_is_found(start):
    _, ports = start()
    people = [
        search(1, present(b"cn"), base.encode(), scope=scope)
        for base in elsewhere(OTHER)
        for scope in (0, 1, 2)
    ]
    with LdapClient(ports.port) as client:
        assert client.code(bind(1, b"token", b"other-tenant")) == 0
        for data in [
            search(1, present(b"cn")),
            *people,
            *[search(1, present(b"cn"), base.encode()) for base in elsewhere(TENANT)],
        ]:
            assert entries_of(client.ask(data)) == []


def elsewhere(tenant):
    """Return names of a tenant, of its profiles and of a person."""
    base = f"o={tenant},dc=directory"
    return [base, f"ou=default,{base}", f"ou=bare,{base}", f"uid=crew:17,ou=default,{base}"]


@pytest.mark.parametrize("name", [f"uid=token,ou=default,o={TENANT},dc=directory", "token"])
def test_the_name_of_a_bind_opens_no_other_tenant(start, name):
    _, ports = start(anonymous=[])
    with LdapClient(ports.port) as client:
        assert client.code(bind(1, name.encode(), b"other-tenant")) == 0
        assert entries_of(client.ask(search(2, present(b"cn")))) == []


def test_an_anonymous_network_has_one_profile_of_one_tenant(start):
    _, ports = start(anonymous=anonymous(profile="bare"))
    with LdapClient(ports.port) as client:
        assert len(client.ask(search(1, present(b"cn")))) == 5
        bases = [
            "ou=default,dc=directory",
            *elsewhere(OTHER),
            *elsewhere(CHILD),
            f"ou=default,o={TENANT},dc=directory",
        ]
        for base in bases:
            responses = client.ask(search(1, present(b"cn"), base.encode()))
            assert [response.kind for response in responses] == [DONE]
        profiles = client.ask(search(1, present(b"objectClass"), scope=1))
        assert entries_of(profiles, "ou") == ["bare"]


def test_personal_contacts_are_found_only_by_their_user(start):
    source = {"tenant": "main", "name": "own", "backend": "personal", "searched_columns": ["firstname"]}
    source["first_matched_columns"] = ["number"]
    daemon, ports = start(sources=[source], profile_sources=("own",))
    created = daemon.request("POST", "/0.1/personal", json={"firstname": "Mia", "number": "2099"})
    assert created.status_code == 201
    uid = f"own:{created.json['id']}".encode()
    found = {}
    for token in (b"admin", b"second", b"userless", b"other-tenant-user", b""):
        with LdapClient(ports.port) as client:
            assert not token or client.code(bind(1, b"token", token)) == 0
            requests = [
                search(2, present(b"cn")),
                search(3, contains(b"cn", b"mia")),
                search(4, equal(b"telephoneNumber", b"2099")),
                search(5, equal(b"uid", uid)),
                search(6, present(b"cn"), b"uid=" + uid + b",ou=default,dc=directory", scope=0),
            ]
            found[token] = [entries_of(client.ask(data)) for data in requests]
    assert found.pop(b"admin") == [["Mia"]] * 5
    assert list(found.values()) == [[[]] * 5] * 4


SECRET, PASSWORD = b"s3cret-token-of-the-canary", b"s3cret-password"


def test_no_log_has_a_password_a_token_or_what_was_searched(tmp_path):
    port = ReservedPort()
    tokens = [{"hash": hash_token(SECRET.decode()), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}]
    section = {"listen": f"{HOST}:{port.number}", "require_tls": False}
    keys = {
        **{key: configuration(tmp_path)[key] for key in ("provisioning",)},
        "backends": {"csv": {"folders": [str(tmp_path / "csv")]}},
        "auth": {"method": "static", "tokens": tokens, "master_tenant_uuid": TENANT},
        "ldap_server": section,
    }
    with Foreground(tmp_path, "-d", **keys) as daemon:
        with LdapClient(port.number) as client:
            assert client.code(bind(1, b"token", SECRET)) == 0
            assert entries_of(client.ask(search(2, contains(b"cn", b"stern")))) == ["Ada Stern"]
            assert (
                client.code(search(3, contains(b"cn", PASSWORD), b"ou=" + PASSWORD + b",dc=directory")) != 0
            )
            for name in (b"token", b"uid=s3cret,dc=directory", PASSWORD):
                assert client.code(bind(4, name, PASSWORD)) == INVALID_CREDENTIALS
            assert client.code(request(5, tlv(0x60, octet_string(PASSWORD)))) == PROTOCOL_ERROR
            client.send(b"\x30\x7f" + PASSWORD * 10)
            assert client.rest()[-1].code == PROTOCOL_ERROR
        daemon.wait_for_log("sends")
        shown = daemon.log() + daemon.printed()
    port.release()
    assert not first_defect(shown)
    for text in ("s3cret", "Stern", hash_token(SECRET.decode())):
        assert text.lower() not in shown.lower()


def test_idle_connections_cost_little_memory_and_no_thread(tmp_path):
    port = ReservedPort()
    section = {"listen": f"{HOST}:{port.number}", "anonymous": anonymous(), "require_tls": False}
    settings = {key: configuration(tmp_path)[key] for key in ("provisioning",)}
    settings |= {
        "backends": {"csv": {"folders": [str(tmp_path / "csv")]}},
        "auth": {
            "tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}]
        },
        "ldap_server": section,
    }
    with ExitStack() as opened, DaemonProcess(tmp_path, settings) as daemon:
        for _ in range(20):
            assert_well(port.number)
        before = usage_of(daemon.pid)
        for number in range(CONNECTIONS):
            client = opened.enter_context(LdapClient(port.number))
            if number % 2:
                assert codes_of(client.ask(search(1, ADA))) == {1: 0}
        after = usage_of(daemon.pid)
        assert after.descriptors >= before.descriptors + CONNECTIONS * 0.9
        assert after.memory - before.memory < MAX_CONNECTION_BYTES
        assert after.threads <= before.threads + listener_module.MIN_THREADS + 2
        assert_well(port.number)
    port.release()
