"""The mode `snapshot` with a server that misbehaves: the copy stays as it was, and the server is used again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugins.backends.ldap.test_hostile_server import BROKEN, SLOW
from plugins.backends.ldap.test_start_tls import WITHOUT_TLS
from servers.hostile_ldap import HostileLdap, Peer, Script, refuse_start_tls
from servers.ldap_faults import limit_exceeded
from servers.ldap_messages import (
    ADMIN_LIMIT_EXCEEDED,
    SEARCH_DONE,
    SIZE_LIMIT_EXCEEDED,
    SUCCESS,
    TIME_LIMIT_EXCEEDED,
    message,
    octet_string,
    paged_control,
    search_entry,
    tlv,
)
from servers.ldap_people import BASE_DN, person
from servers.slapd import Slapd
from waiting import TIMEOUT, assert_prompt
from xivo_dird.backend import Environment, Outgoing, SourceUnavailable
from xivo_dird_backends.ldap.listed import LdapSnapshotBackend
from xivo_dird_backends.ldap.options import LdapOptions

OpenListed = Callable[..., LdapSnapshotBackend]


@pytest.fixture
def open_listed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenListed]:
    """Yield a function that opens a source; all have the same copy."""
    opened: list[LdapSnapshotBackend] = []
    settings = LdapSnapshotBackend.Settings(certificate_folders=(tmp_path_factory.getbasetemp(),))

    def open_source(uri: str, **options: object) -> LdapSnapshotBackend:
        base = {"name": "x", "mode": "snapshot", "ldap_uri": uri, "ldap_base_dn": BASE_DN}
        columns = {"searched_columns": ["cn", "sn"], "first_matched_columns": ["mobile"]}
        timeouts = {"ldap_network_timeout": TIMEOUT, "ldap_list_timeout": TIMEOUT}
        values = LdapOptions.model_validate({**base, **columns, **timeouts, **options})
        outgoing = Outgoing(trusts_options=True)
        environment = Environment("source", "tenant", settings, tmp_path / "copy", outgoing=outgoing)
        opened.append(LdapSnapshotBackend(values, environment))
        return opened[-1]

    yield open_source
    for backend in opened:
        backend.close()


def names(backend: LdapSnapshotBackend) -> list[str]:
    return sorted(str(entry.get("cn")) for entry in backend.entries(None))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Yield a server with three people, which tests must not change."""
    with Slapd(tmp_path_factory.mktemp("few"), [person(at) for at in range(3)]) as server:
        yield server


@pytest.mark.parametrize("script", [*SLOW.values(), *BROKEN.values()], ids=[*SLOW, *BROKEN])
def test_a_broken_list_changes_nothing(few: Slapd, open_listed: OpenListed, script: Script) -> None:
    healthy = open_listed(few.uri)
    assert len(names(healthy)) == 3
    with HostileLdap(script) as server:
        broken = open_listed(server.uri, ldap_list_timeout=0.3)
        with assert_prompt(), pytest.raises(SourceUnavailable, match=server.uri):
            broken.entries(None)
    assert len(names(healthy)) == 3


def test_a_certificate_is_verified(few: Slapd, open_listed: OpenListed) -> None:
    with pytest.raises(SourceUnavailable, match="certificate"):
        open_listed(few.ldaps_uri).entries(None)
    for uri in (few.ldaps_uri, few.uri):
        options = {"ldap_verify_certificate": str(few.ca_file), "ldap_start_tls": uri == few.uri}
        assert len(names(open_listed(uri, **options))) == 3


@pytest.mark.parametrize("script", [refuse_start_tls, *WITHOUT_TLS.values()], ids=["refuses", *WITHOUT_TLS])
def test_without_tls_there_is_no_list_and_no_password_is_sent(
    open_listed: OpenListed, script: Script
) -> None:
    account = {"ldap_username": "cn=me", "ldap_password": "my-secret", "ldap_list_timeout": 0.4}
    with HostileLdap(script) as server:
        backend = open_listed(server.uri, ldap_start_tls=True, ldap_verify_certificate=False, **account)
        with assert_prompt(), pytest.raises(SourceUnavailable, match="TLS") as raised:
            backend.entries(None)
        assert "my-secret" not in raised.value.message
        assert server.requests <= 1


@pytest.mark.parametrize("code", [TIME_LIMIT_EXCEEDED, SIZE_LIMIT_EXCEEDED, ADMIN_LIMIT_EXCEEDED])
def test_a_list_that_a_limit_cuts_removes_nobody(open_listed: OpenListed, code: int) -> None:
    ada, ivo = ({"cn": [name], "entryUUID": [name]} for name in (b"Ada", b"Ivo"))
    lists = iter([pages_of(ada, ivo), limit_exceeded(code, ada), pages_of(ada)])

    def script(peer: Peer) -> None:
        next(lists)(peer)

    with HostileLdap(script) as server:
        backend = open_listed(server.uri)
        assert [names(backend) for _ in range(3)] == [["Ada", "Ivo"], ["Ada", "Ivo"], ["Ada"]]


def test_a_server_that_is_gone_is_used_when_it_is_back(tmp_path: Path, open_listed: OpenListed) -> None:
    folder = tmp_path / "slapd"
    folder.mkdir()
    with Slapd(folder, [person(1)], tls=False) as server:
        backend = open_listed(server.uri)
        for _ in range(2):
            assert len(names(backend)) == 1
            server.stop()
            with pytest.raises(SourceUnavailable, match="refused"):
                backend.entries(None)
            server.start()


def test_the_closing_of_a_source_ends_a_list(open_listed: OpenListed) -> None:
    backends: list[LdapSnapshotBackend] = []

    def close_source(peer: Peer) -> None:
        peer.accept_bind()
        peer.request()
        backends[0].close()
        peer.hang()

    with HostileLdap(close_source) as server:
        backends.append(open_listed(server.uri))
        with assert_prompt(), pytest.raises(SourceUnavailable):
            backends[0].entries(None)


def pages_of(
    *entries: dict[str, list[bytes]],
    ends: bool = True,
    asked: list[bytes] | None = None,
    is_selective: bool = False,
) -> Script:
    """Return a script that answers each page with these entries; without an end, there is always one more page.

    A selective one returns those attributes only whose names are in the request. `asked` receives the requests.
    """

    def shown(entry: dict[str, list[bytes]], peer: Peer) -> dict[str, list[bytes]]:
        wanted = [
            name for name in entry if not is_selective or octet_string(name.encode()) in peer.last_message
        ]
        return {name: entry[name] for name in wanted}

    def script(peer: Peer) -> None:
        peer.accept_bind()
        while True:
            number = peer.request()
            if asked is not None:
                asked.append(peer.last_message)
            done = tlv(SEARCH_DONE, tlv(0x0A, bytes([SUCCESS])), octet_string(b""), octet_string(b""))
            control = tlv(0xA0, paged_control(b"" if ends else b"again"))
            peer.send(
                b"".join(search_entry(number, shown(each, peer)) for each in entries)
                + message(number, done + control)
            )

    return script


def test_a_page_that_is_repeated_without_end_is_an_error(open_listed: OpenListed) -> None:
    ada = {"cn": [b"Ada"], "entryUUID": [b"17"]}
    message = "lists the same entries twice"
    with HostileLdap(pages_of(ada, ends=False)) as server, pytest.raises(SourceUnavailable, match=message):
        open_listed(server.uri).entries(None)


def test_strange_values_cost_nothing_but_themselves(open_listed: OpenListed) -> None:
    strange = {
        "objectGUID": [bytes(range(16))],
        "cn": [b"", b"Ada"],
        "sn": [b"\xff\xfe", b"Stern"],
        "mobile": [b"%d" % number for number in range(10_000)],
        "thumbnailPhoto": [b"\xff\xd8\xff" * 1000],
        "modifyTimestamp": [b"yesterday"],
    }
    with HostileLdap(pages_of(strange)) as server:
        backend = open_listed(server.uri)
        (entry,) = backend.entries(None)
        assert (entry["cn"], entry["mobile"], str(entry["mobile (more)"]).count(",")) == ("Ada", "0", 9998)
        assert entry["sn (more)"] == ["Stern"]
        assert "thumbnailPhoto" not in entry


def test_an_entry_without_an_id_needs_a_unique_column(open_listed: OpenListed) -> None:
    with HostileLdap(pages_of({"cn": [b"Ada"]})) as server:
        with pytest.raises(SourceUnavailable, match="name its id in unique_column"):
            open_listed(server.uri).entries(None)
        assert names(open_listed(server.uri, unique_column="cn")) == ["Ada"]


TIMES = [
    b"20240101120000Z",
    b"20240101120000.5Z",
    b"20240101120000+0200",
    b"20240101120000-0930",
    b"20240101120000+9999",
    b"00010101000000Z",
    b"99991231235959Z",
    b"20240101Z",
    b"",
]


@pytest.mark.parametrize("changed_at", TIMES)
def test_any_time_of_a_change_can_be_read_again(open_listed: OpenListed, changed_at: bytes) -> None:
    ada = {"cn": [b"Ada"], "entryUUID": [b"17"], "modifyTimestamp": [changed_at]}
    with HostileLdap(pages_of(ada)) as server:
        backend = open_listed(server.uri)
        assert [names(backend) for _ in range(3)] == [["Ada"]] * 3


@pytest.mark.parametrize(
    ("changed_at", "since"),
    [
        (b"20240101140000+0200", b"20240101115"),
        (b"20240101023000-0930", b"20240101115"),
        (b"20990101000000Z", None),
    ],
)
def test_changes_are_asked_for_in_the_time_of_the_server(
    open_listed: OpenListed, changed_at: bytes, since: bytes | None
) -> None:
    asked: list[bytes] = []
    ada = {"cn": [b"Ada"], "entryUUID": [b"17"], "modifyTimestamp": [changed_at]}
    with HostileLdap(pages_of(ada, asked=asked)) as server:
        backend = open_listed(server.uri)
        names(backend)
        asked.clear()
        names(backend)
    changes = [each for each in asked if b"modifyTimestamp\x04" in each]
    if since is None:
        assert not changes
    else:
        assert since in changes[0]


def test_a_unique_column_is_the_id_in_later_runs_too(open_listed: OpenListed) -> None:
    ada = {"cn": [b"Ada"], "modifyTimestamp": [b"20240101120000Z"]}
    with HostileLdap(pages_of(ada, is_selective=True)) as server:
        backend = open_listed(server.uri, unique_column="cn", searched_columns=["sn"])
        assert [names(backend) for _ in range(3)] == [["Ada"]] * 3


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1"])
def test_a_strange_number_of_a_change_is_none(open_listed: OpenListed, number: str) -> None:
    ada = {"cn": [b"Ada"], "entryUUID": [b"17"], "highestCommittedUSN": [number.encode()]}
    with HostileLdap(pages_of(ada)) as server:
        assert names(open_listed(server.uri)) == ["Ada"]
