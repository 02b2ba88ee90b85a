"""Tests of the order of servers, and of the pauses after failures."""

import logging

import pytest

from xivo_dird.backend import Backoff, SourceUnavailable
from xivo_dird_backends.ldap.options import LdapOptions, servers_from_options
from xivo_dird_backends.ldap.server_list import ServerList

A, B, C = servers_from_options(
    LdapOptions.model_validate(
        {"name": "x", "ldap_uri": "ldap://a ldap://b ldap://c", "ldap_base_dn": "dc=x"}
    )
)
DOWN = SourceUnavailable("ldap://a:389 is down")


def without_pauses() -> Backoff:
    return Backoff(0, 0)


def test_servers_that_failed_are_tried_last() -> None:
    servers = ServerList([A, B, C])
    assert servers.candidates() == [A, B, C]
    servers.record_failure(A, DOWN)
    assert servers.candidates() == [B, C, A]
    servers.record_failure(B, DOWN)
    assert servers.candidates() == [C, A, B]
    assert servers.candidates(without=[C]) == [A, B]
    servers.record_failure(C, DOWN)
    assert servers.candidates() == [A, B, C]
    servers.record_success(B)
    assert servers.candidates() == [B, A, C]


def test_the_first_server_that_works_is_preferred() -> None:
    servers = ServerList([A, B])
    assert [servers.is_preferred(server) for server in (A, B)] == [True, False]
    servers.record_failure(A, DOWN)
    assert [servers.is_preferred(server) for server in (A, B)] == [False, True]
    servers.record_success(A)
    assert [servers.is_preferred(server) for server in (A, B)] == [True, False]


def test_a_server_is_probed_when_its_pause_is_over() -> None:
    without_pause = ServerList([A, B], new_backoff=without_pauses, probe_timeout=0)
    assert without_pause.servers_to_probe() == []
    without_pause.record_failure(A, DOWN)
    assert without_pause.servers_to_probe() == [A]
    assert without_pause.servers_to_probe() == [A]
    with_pause = ServerList([A, B], new_backoff=lambda: Backoff(60, 60))
    with_pause.record_failure(A, DOWN)
    assert with_pause.servers_to_probe() == []


def test_a_server_that_is_being_probed_is_not_probed_again() -> None:
    servers = ServerList([A, B], new_backoff=without_pauses, probe_timeout=60)
    servers.record_failure(A, DOWN)
    assert servers.servers_to_probe() == [A]
    assert servers.servers_to_probe() == []


def test_no_server_is_probed_while_all_have_failed() -> None:
    servers = ServerList([A, B], new_backoff=without_pauses, probe_timeout=0)
    servers.record_failure(A, DOWN)
    servers.record_failure(B, DOWN)
    assert servers.servers_to_probe() == []


def test_only_an_answer_ends_the_growth_of_the_pauses() -> None:
    backoffs: list[Backoff] = []

    def new_backoff() -> Backoff:
        backoffs.append(Backoff(60))
        return backoffs[-1]

    servers = ServerList([A, B], new_backoff=new_backoff)
    servers.record_failure(A, DOWN)
    servers.record_connected(A)
    assert servers.candidates() == [A, B]
    servers.record_failure(A, DOWN)
    assert servers.candidates() == [B, A]
    assert len(backoffs) == 1
    servers.record_success(A)
    servers.record_failure(A, DOWN)
    assert len(backoffs) == 2


def test_the_only_server_is_never_avoided() -> None:
    servers = ServerList([A])
    servers.record_failure(A, DOWN)
    assert servers.candidates() == [A]
    assert servers.is_preferred(A)


def test_a_failure_and_its_end_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    servers = ServerList([A, B])
    for _ in range(3):
        servers.record_failure(A, DOWN)
    for _ in range(3):
        servers.record_success(A)
    assert [record.message for record in caplog.records] == [
        "ldap://a:389 is down; until it answers again, the other servers of the source are asked",
        "ldap://a:389 answers again",
    ]
