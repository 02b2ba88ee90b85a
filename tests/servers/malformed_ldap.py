"""Scripts of `HostileLdap` that answer a bind or a search with BER that is malformed, or not what belongs there."""

from collections.abc import Callable

from servers.hostile_ldap import Peer, Script
from servers.ldap_messages import (
    PAGED_RESULTS,
    SEARCH_DONE,
    SEARCH_ENTRY,
    SUCCESS,
    message,
    octet_string,
    result_fields,
    tlv,
)

LONG_NUMBER = tlv(0x02, b"\x7f" * 1_000_000)


def _nested_beyond_their_ends() -> bytes:
    """Return elements that reach beyond the one they are in: ldap3's decoder reads the last 2**60 times."""
    content = b""
    for _ in range(60):
        content = b"\x30\x04\x30\x82" + len(content).to_bytes(2, "big") + content
    return content


NESTED = _nested_beyond_their_ends()


def answer_bind(answer: Callable[[int], bytes]) -> Script:
    """Return a script that answers the bind with these bytes, made of its message id, then hangs."""

    def script(peer: Peer) -> None:
        peer.send(answer(peer.request()))
        peer.hang()

    return script


def answer_operations(*operations: bytes) -> Script:
    """Return a script that accepts the bind and answers the search with these protocol operations, then hangs."""

    def script(peer: Peer) -> None:
        peer.accept_bind()
        message_id = peer.request()
        peer.send(b"".join(message(message_id, operation) for operation in operations))
        peer.hang()

    return script


def answer_value(value: bytes) -> Script:
    """Return a script that answers the search with an entry that has this element as the value of an attribute."""
    attribute = tlv(0x30, octet_string(b"cn"), tlv(0x31, value))
    entry = tlv(SEARCH_ENTRY, octet_string(b"cn=x"), tlv(0x30, attribute))
    return answer_operations(entry, tlv(SEARCH_DONE, result_fields(SUCCESS)))


def answer_controls(*controls: bytes) -> Script:
    """Return a script that answers the search with a result that has these controls."""
    return answer_operations(tlv(SEARCH_DONE, result_fields(SUCCESS)) + tlv(0xA0, *controls))


def answer_page(value: bytes) -> Script:
    """Return a script that answers the search with a result whose control of a page has this value."""
    return answer_controls(tlv(0x30, PAGED_RESULTS, octet_string(value)))
