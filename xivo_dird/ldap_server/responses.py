"""The responses to LDAP clients (RFC 4511 section 4), encoded."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from xivo_dird.ldap_server.ber import (
    ENUMERATED,
    OCTET_STRING,
    SEQUENCE,
    SET,
    boolean,
    element,
    integer,
    octets,
    sequence,
)
from xivo_dird.ldap_server.model import DISCONNECTION_OID, Control, LdapFailure, LdapOperation, ResultCode

_CONTROLS = 0xA0
_RESPONSE_NAME = 0x8A
_RESPONSE_VALUE = 0x8B
_SUCCESS = LdapFailure(ResultCode.SUCCESS)


def encode_result(
    message_id: int,
    tag: LdapOperation,
    result: LdapFailure = _SUCCESS,
    *,
    name: str | None = None,
    value: bytes | None = None,
    controls: Sequence[Control] = (),
) -> bytes:
    """Return the response that ends an operation.

    Args:
        message_id: The identifier of the request.
        tag: The kind of response.
        result: How the operation ended, by default with success.
        name: The identifier of an extended response.
        value: The value of an extended response.
        controls: The controls of the response.
    """
    parts = [integer(result.code, ENUMERATED), octets(result.matched_dn), octets(result.message)]
    if name is not None:
        parts.append(octets(name, _RESPONSE_NAME))
    if value is not None:
        parts.append(element(_RESPONSE_VALUE, value))
    encoded = [integer(message_id), sequence(parts, tag)]
    if controls:
        encoded.append(sequence(map(_encode_control, controls), _CONTROLS))
    return sequence(encoded)


def encode_entry(message_id: int, dn: str, attributes: Iterable[tuple[str, Sequence[str]]]) -> bytes:
    """Return an entry of a search; attributes without values are sent as types only."""
    encoded = b"".join(
        [
            element(
                SEQUENCE,
                _encoded_name(name) + element(SET, b"".join([octets(value) for value in values])),
            )
            for name, values in attributes
        ]
    )
    entry = octets(dn) + element(SEQUENCE, encoded)
    return element(SEQUENCE, integer(message_id) + element(LdapOperation.SEARCH_RESULT_ENTRY, entry))


def encode_disconnection(result: LdapFailure) -> bytes:
    """Return the notice that the server closes the connection (RFC 4511 section 4.4.1)."""
    return encode_result(0, LdapOperation.EXTENDED_RESPONSE, result, name=DISCONNECTION_OID)


@lru_cache(maxsize=1024)
def _encoded_name(name: str) -> bytes:
    return octets(name)


def _encode_control(control: Control) -> bytes:
    value = (element(OCTET_STRING, control.value),) if control.value else ()
    return sequence([octets(control.oid), boolean(control.is_critical), *value])
