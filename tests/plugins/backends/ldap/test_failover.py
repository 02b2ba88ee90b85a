"""Tests of sources with several servers, of which some refuse, hang or stop."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugins.backends.many_numbers import match_all
from servers.hostile_ldap import HostileLdap, Script, refuse_bind, refuse_start_tls, silent, silent_after_bind
from servers.ports import ReservedPort
from servers.slapd import Slapd
from waiting import TIMEOUT, wait_until
from xivo_dird.backend import Caller, SourceUnavailable
from xivo_dird_backends.ldap.backend import LdapBackend

MakeBackend = Callable[..., LdapBackend]


def count(backend: LdapBackend, caller: Caller) -> int:
    return len(list(backend.search("Adams", caller)))


@pytest.fixture
def refusing_uri() -> Iterator[str]:
    """Yield the URI of a port that refuses connections."""
    port = ReservedPort()
    yield f"ldap://127.0.0.1:{port.number}"
    port.release()


@pytest.mark.parametrize("separator", [" ", ", ", "\n"])
def test_the_second_server_answers_while_the_first_refuses(
    slapd: Slapd, refusing_uri: str, make_backend: MakeBackend, caller: Caller, separator: str
) -> None:
    backend = make_backend(f"{refusing_uri}{separator}{slapd.uri}")
    assert [count(backend, caller) for _ in range(3)] == [20, 20, 20]


@pytest.mark.parametrize(
    "first",
    ["ldap://does-not-exist.invalid", f"ldap://{'x' * 70}.invalid", "ldap://192.0.2.1", "ldap://[100::1]"],
    ids=["no address", "too long", "no answer (RFC 5737)", "no answer (RFC 6666)"],
)
def test_the_second_server_answers_if_the_first_can_t_be_reached(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, first: str
) -> None:
    backend = make_backend(f"{first} {slapd.uri}", ldap_network_timeout=0.2)
    assert [count(backend, caller) for _ in range(3)] == [20, 20, 20]


HANGING = {
    "accepts and never answers": silent,
    "hangs after the bind": silent_after_bind,
    "refuses the bind": refuse_bind(b"shutting down"),
}


@pytest.mark.parametrize("script", HANGING.values(), ids=HANGING)
def test_the_second_server_answers_while_the_first_does_not(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, script: Script
) -> None:
    with HostileLdap(script) as hostile:
        backend = make_backend(f"{hostile.uri} {slapd.uri}", ldap_network_timeout=0.3, ldap_timeout=1.5)
        assert [count(backend, caller) for _ in range(3)] == [20, 20, 20]
        assert hostile.connections >= 1


def test_pooled_connections_to_a_server_that_stops_are_replaced(
    tmp_path: Path, slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, entries=[]) as first:
        backend = make_backend(f"{first.uri} {slapd.uri}")
        assert count(backend, caller) == 0
        first.stop()
        assert [count(backend, caller) for _ in range(3)] == [20, 20, 20]
        first.start()
        wait_until(lambda: count(backend, caller) == 0)


def test_a_server_that_freezes_is_left_and_used_again_afterwards(
    tmp_path: Path, slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, entries=[]) as first:
        backend = make_backend(f"{first.uri} {slapd.uri}", ldap_network_timeout=0.3, ldap_timeout=1.5)
        assert count(backend, caller) == 0
        first.pause()
        assert [count(backend, caller) for _ in range(3)] == [20, 20, 20]
        first.resume()
        wait_until(lambda: count(backend, caller) == 0)


def test_a_server_that_starts_later_is_used_from_then_on(
    tmp_path: Path, slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    first = Slapd(tmp_path, entries=[])
    backend = make_backend(f"{first.uri} {slapd.uri}")
    assert count(backend, caller) == 20
    with first:
        wait_until(lambda: count(backend, caller) == 0)


def test_the_error_names_every_server(refusing_uri: str, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(f"{refusing_uri} ldap://does-not-exist.invalid:1389")
    for _ in range(2):
        with pytest.raises(SourceUnavailable) as raised:
            backend.search("Adams", caller)
        assert f"{refusing_uri}: can't connect: " in raised.value.message
        assert "ldap://does-not-exist.invalid:1389: can't connect: " in raised.value.message


def test_the_log_names_a_server_that_is_down(
    slapd: Slapd,
    refusing_uri: str,
    make_backend: MakeBackend,
    caller: Caller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    backend = make_backend(
        f"{refusing_uri} {slapd.uri}", ldap_username=slapd.bind_dn, ldap_password="s3cret-enough"
    )
    for _ in range(3):
        assert count(backend, caller) == 20
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.message.startswith(f"{refusing_uri}: can't connect: ")
    assert "s3cret" not in record.message


def test_each_uri_has_its_own_encryption(
    tmp_path: Path, slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, entries=[]) as untrusted:
        backend = make_backend(
            f"{untrusted.ldaps_uri} {untrusted.uri} {slapd.uri} {slapd.ldaps_uri}",
            ldap_start_tls=True,
            ldap_verify_certificate=str(slapd.ca_file),
        )
        assert count(backend, caller) == 20
    only_ldaps = make_backend(
        f"ldap://127.0.0.1:1 {slapd.ldaps_uri}", ldap_verify_certificate=str(slapd.ca_file)
    )
    assert count(only_ldaps, caller) == 20


def test_a_server_that_refuses_start_tls_gets_no_password(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    with HostileLdap(refuse_start_tls) as hostile:
        backend = make_backend(
            f"{hostile.uri} {slapd.uri}",
            ldap_start_tls=True,
            ldap_verify_certificate=str(slapd.ca_file),
            ldap_username=slapd.bind_dn,
            ldap_password=slapd.password,
        )
        assert count(backend, caller) == 20
        assert hostile.requests == hostile.connections


def test_a_wrong_password_is_sent_to_one_server(
    tmp_path: Path, slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, entries=[]) as first:
        backend = make_backend(
            f"{first.uri} {slapd.uri}", ldap_username=slapd.bind_dn, ldap_password="wrong-s3cret"
        )
        with pytest.raises(SourceUnavailable) as raised:
            backend.search("Adams", caller)
    assert raised.value.message == f"{first.uri} refuses the bind as {slapd.bind_dn}: invalidCredentials"


def test_numbers_and_ids_are_found_on_the_second_server(
    slapd: Slapd, refusing_uri: str, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(f"{refusing_uri} {slapd.uri}", ldap_timeout=TIMEOUT)
    entry = backend.first_match("1007", caller)
    assert entry is not None
    assert [found["uid"] for found in backend.fetch(["user0007"], caller)] == [entry["uid"]]
    assert set(match_all(backend, ["1007", "1008", "nobody"], caller)) == {"1007", "1008"}
