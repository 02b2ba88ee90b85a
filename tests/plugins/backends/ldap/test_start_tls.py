"""Tests of servers that do not go on with TLS after StartTLS: nothing is sent or read in the clear."""

from collections.abc import Callable

import pytest

from servers import hostile_ldap, ldap_faults
from servers.hostile_ldap import HostileLdap, Peer, Script
from servers.ldap_messages import BIND_RESPONSE, SUCCESS, ldap_result
from waiting import assert_prompt
from xivo_dird.backend import Caller, SourceUnavailable
from xivo_dird_backends.ldap.backend import LdapBackend

MakeBackend = Callable[..., LdapBackend]

WITHOUT_TLS = {
    "hangs": ldap_faults.accept_start_tls(Peer.wait),
    "closes": ldap_faults.accept_start_tls(lambda _peer: None),
    "goes on in the clear": ldap_faults.accept_start_tls(
        lambda peer: peer.send(ldap_result(2, BIND_RESPONSE, SUCCESS))
    ),
}


def test_after_refused_start_tls_no_password_is_sent(make_backend: MakeBackend, caller: Caller) -> None:
    with HostileLdap(hostile_ldap.refuse_start_tls) as server:
        backend = make_backend(
            server.uri, ldap_start_tls=True, ldap_username="cn=me", ldap_password="my-secret"
        )
        with pytest.raises(SourceUnavailable, match="refuses StartTLS: unavailable no TLS here") as raised:
            backend.search("Alice", caller)
        assert "my-secret" not in str(raised.value)
        assert server.requests == 1


@pytest.mark.parametrize("script", WITHOUT_TLS.values(), ids=WITHOUT_TLS)
def test_after_start_tls_nothing_in_the_clear_is_an_answer(
    make_backend: MakeBackend, caller: Caller, script: Script
) -> None:
    with HostileLdap(script) as server:
        backend = make_backend(
            server.uri,
            ldap_timeout=0.4,
            ldap_start_tls=True,
            ldap_verify_certificate=False,
            ldap_username="cn=me",
            ldap_password="my-secret",
        )
        with assert_prompt(), pytest.raises(SourceUnavailable, match=f"{server.uri}: TLS"):
            backend.search("Alice", caller)
        assert server.requests <= 1


def test_what_follows_the_acceptance_in_the_clear_is_refused(
    make_backend: MakeBackend, caller: Caller
) -> None:
    injected = ldap_result(2, BIND_RESPONSE, SUCCESS)
    with HostileLdap(ldap_faults.accept_start_tls(Peer.wait, injected=injected)) as server:
        backend = make_backend(server.uri, ldap_start_tls=True)
        with pytest.raises(
            SourceUnavailable, match="TLS failed: the answer to StartTLS is followed by others"
        ):
            backend.search("Alice", caller)
