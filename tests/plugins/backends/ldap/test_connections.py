"""Tests of connections to a server that restarts, hangs or refuses, and of TLS."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from servers.hostile_ldap import HostileLdap, Peer, answer_once, silent_after_bind
from servers.slapd import Slapd
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt
from xivo_dird.backend import Caller, SourceUnavailable
from xivo_dird_backends.ldap.backend import LdapBackend

MakeBackend = Callable[..., LdapBackend]


def count(backend: LdapBackend, caller: Caller) -> int:
    return len(list(backend.search("Adams", caller)))


def test_a_source_works_again_when_its_server_is_back(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path) as server:
        backend = make_backend(server.uri)
        assert count(backend, caller) == 20
        server.stop()
        with pytest.raises(SourceUnavailable, match=r"ldap://127.0.0.1:\d+: can't connect: .*refused"):
            backend.search("Adams", caller)
        server.start()
        assert count(backend, caller) == 20


def test_a_restart_between_two_searches_causes_no_error(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path) as server:
        backend = make_backend(server.uri)
        assert count(backend, caller) == 20
        server.stop()
        server.start()
        assert count(backend, caller) == 20


def test_a_server_that_starts_later_is_found(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    server = Slapd(tmp_path)
    backend = make_backend(server.uri)
    with pytest.raises(SourceUnavailable):
        backend.search("Adams", caller)
    with server:
        assert count(backend, caller) == 20


def test_a_frozen_server_causes_a_timeout(tmp_path: Path, make_backend: MakeBackend, caller: Caller) -> None:
    with Slapd(tmp_path) as server:
        backend = make_backend(server.uri, ldap_timeout=3)
        assert count(backend, caller) == 20
        server.pause()
        with assert_prompt(), pytest.raises(SourceUnavailable, match="timed out"):
            backend.search("Adams", caller)
        server.resume()
        assert count(make_backend(server.uri), caller) == 20


def test_an_unreachable_address_causes_a_network_timeout(make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend("ldap://192.0.2.1", ldap_network_timeout=0.2)  # TEST-NET-1 of RFC 5737
    with assert_prompt(), pytest.raises(SourceUnavailable, match=r"ldap://192.0.2.1:389: can't connect"):
        backend.search("Adams", caller)


def test_searches_reuse_a_connection(make_backend: MakeBackend, caller: Caller) -> None:
    with HostileLdap(well_behaved) as server:
        backend = make_backend(server.uri)
        for _ in range(5):
            assert list(backend.search("a", caller)) == [{"cn": "Alice"}]
        assert server.connections == 1


def test_parallel_searches_use_several_connections(make_backend: MakeBackend, caller: Caller) -> None:
    barrier = Barrier(4, timeout=TIMEOUT)

    def answer_when_all_have_connected(peer: Peer) -> None:
        peer.accept_bind()
        barrier.wait()
        answer_once(peer, b"Alice")

    with HostileLdap(answer_when_all_have_connected) as server:
        backend = make_backend(server.uri)
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _: list(backend.search("a", caller)), range(4)))
    assert found == [[{"cn": "Alice"}]] * 4


def test_many_threads_share_a_real_server(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(slapd.uri)
    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(lambda _: count(backend, caller), range(64))) == {20}


def test_closing_ends_a_running_search_at_once(make_backend: MakeBackend, caller: Caller) -> None:
    with HostileLdap(silent_after_bind) as server, ThreadPoolExecutor(1) as threads:
        backend = make_backend(server.uri, ldap_timeout=LONG_TIMEOUT)
        running = threads.submit(backend.search, "Adams", caller)
        assert server.search_received.wait(TIMEOUT)
        backend.close()
        with pytest.raises(SourceUnavailable):
            running.result(TIMEOUT)
        with pytest.raises(SourceUnavailable, match="closed"):
            backend.search("Adams", caller)


def test_a_valid_password_is_accepted(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(slapd.uri, ldap_username=slapd.bind_dn, ldap_password=slapd.password)
    assert count(backend, caller) == 20


def test_a_refused_bind_names_server_and_user_but_no_password(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, ldap_username=slapd.bind_dn, ldap_password="wrong-secret")
    with pytest.raises(SourceUnavailable) as raised:
        backend.search("Adams", caller)
    assert raised.value.message == f"{slapd.uri} refuses the bind as {slapd.bind_dn}: invalidCredentials"


def test_an_error_names_a_host_without_address(make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(f"ldap://{'x' * 70}.invalid")
    with pytest.raises(SourceUnavailable, match=r"ldap://x+\.invalid:389: can't connect"):
        backend.search("Adams", caller)


@pytest.mark.parametrize("start_tls", [False, True], ids=["ldaps", "StartTLS"])
def test_a_certificate_of_the_trusted_authority_is_accepted(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, start_tls: bool
) -> None:
    backend = make_backend(
        slapd.uri if start_tls else slapd.ldaps_uri,
        ldap_start_tls=start_tls,
        ldap_verify_certificate=str(slapd.ca_file),
    )
    assert [count(backend, caller) for _ in range(3)] == [20, 20, 20]


@pytest.mark.parametrize("start_tls", [False, True], ids=["ldaps", "StartTLS"])
def test_a_certificate_of_an_unknown_authority_is_rejected(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, start_tls: bool
) -> None:
    backend = make_backend(slapd.uri if start_tls else slapd.ldaps_uri, ldap_start_tls=start_tls)
    with pytest.raises(SourceUnavailable, match=r"TLS failed.*certificate verify failed"):
        backend.search("Adams", caller)


@pytest.mark.parametrize("verify", [False, "false"])
def test_verification_can_be_disabled(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, verify: bool | str
) -> None:
    backend = make_backend(slapd.ldaps_uri, ldap_verify_certificate=verify)
    assert count(backend, caller) == 20


def test_a_certificate_for_another_host_is_rejected(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, certificate_host="ldap.example.org") as server:
        backend = make_backend(server.ldaps_uri, ldap_verify_certificate=str(server.ca_file))
        with pytest.raises(SourceUnavailable, match="TLS failed"):
            backend.search("Adams", caller)


def test_a_missing_ca_bundle_is_an_error_of_the_source(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.ldaps_uri, ldap_verify_certificate="missing/ca.pem")
    with pytest.raises(SourceUnavailable, match=r"missing/ca\.pem"):
        backend.search("Adams", caller)


def test_there_is_no_unencrypted_fallback_from_start_tls(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, tls=False) as server:
        backend = make_backend(server.uri, ldap_start_tls=True)
        with pytest.raises(SourceUnavailable, match="refuses StartTLS"):
            backend.search("Adams", caller)


def well_behaved(peer: Peer) -> None:
    peer.accept_bind()
    while True:
        answer_once(peer, b"Alice")
