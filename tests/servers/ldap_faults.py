"""Further scripts of `HostileLdap`: limits, referrals, StartTLS and connections that are lost."""

from servers.hostile_ldap import Peer, Script, answer_once
from servers.ldap_messages import (
    EXTENDED_RESPONSE,
    SEARCH_DONE,
    SEARCH_REFERENCE,
    SUCCESS,
    ldap_result,
    message,
    notice_of_disconnection,
    octet_string,
    search_entry,
    tlv,
)


def limit_exceeded(code: int, attributes: dict[str, list[bytes]]) -> Script:
    """Return a script that answers each search with one entry and the code of a limit."""

    def script(peer: Peer) -> None:
        peer.accept_bind()
        while True:
            message_id = peer.request()
            peer.send(search_entry(message_id, attributes) + ldap_result(message_id, SEARCH_DONE, code))

    return script


def references_without_end(peer: Peer) -> None:
    """Refer to this server again and again among the entries of an answer."""
    peer.accept_bind()
    reference = tlv(SEARCH_REFERENCE, octet_string(f"{peer.uri}/dc=example,dc=org".encode()))
    data = message(peer.request(), reference) * 1000
    while not peer.stopped.is_set():
        peer.send(data)


def accept_start_tls(then: Script, injected: bytes = b"") -> Script:
    """Return a script that accepts StartTLS, with further bytes in the clear, and goes on without TLS."""

    def script(peer: Peer) -> None:
        peer.send(ldap_result(peer.request(), EXTENDED_RESPONSE, SUCCESS) + injected)
        then(peer)

    return script


def silent_after_one_search(peer: Peer) -> None:
    """Reply to one search, then never again on this connection, as after a firewall has forgotten it."""
    peer.accept_bind()
    answer_once(peer, b"Alice")
    peer.hang()


def disconnect_with_a_notice(peer: Peer) -> None:
    """Reply to one search, then to the next request with a notice of disconnection (RFC 4511 section 4.4.1)."""
    peer.accept_bind()
    answer_once(peer, b"Alice")
    peer.request()
    peer.send(notice_of_disconnection(b"idle"))
