"""The options of an LDAP source, and the server that they describe."""

import math
import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints

from xivo_dird.backend import (
    EXCLUDE_UNSET,
    HIDDEN,
    HIDDEN_PASSWORD,
    NO_BOOLEAN,
    CachedOptions,
    Column,
    InvalidSource,
    Secret,
)
from xivo_dird_backends._remote_options import CertificateVerification

MIN_CALL_TIMEOUT_SECONDS = 3.0
"""Lower bound of `LdapServer.call_timeout`, also if the timeouts in the options are shorter."""

DEFAULT_PORTS = {"ldap": 389, "ldaps": 636}

# RFC 4512 section 2.5, plus the underscore that many servers accept.
ATTRIBUTE_DESCRIPTION = re.compile(r"(?:[A-Za-z][\w-]*|\d+(?:\.\d+)+)(?:;[\w-]+)*", re.ASCII)

UniqueColumnFormat = Literal["string", "binary_uuid"]
Credential = Annotated[str, StringConstraints(min_length=1)]
Seconds = Annotated[float, Field(ge=0), NO_BOOLEAN]


class LdapOptions(CachedOptions):
    """The options of contract section 2.9, then additional ones: StartTLS, certificate verification, size limit.

    Timeouts are in seconds. With a timeout of 0 only the limit of the whole call applies (`LdapServer.call_timeout`).
    """

    orders: ClassVar[tuple[str, ...]] = ("name", "ldap_uri", "ldap_base_dn", "ldap_username")

    ldap_uri: Annotated[str, StringConstraints(min_length=1, max_length=256), HIDDEN_PASSWORD]
    ldap_base_dn: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    ldap_username: Credential | None = None
    ldap_password: Annotated[Secret[Credential], HIDDEN] | None = None
    ldap_custom_filter: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = None
    ldap_network_timeout: Seconds = 0.3
    ldap_timeout: Seconds = 1.0
    unique_column: Column | None = None
    unique_column_format: UniqueColumnFormat = "string"
    ldap_start_tls: Annotated[bool, EXCLUDE_UNSET] = False
    ldap_verify_certificate: Annotated[CertificateVerification, EXCLUDE_UNSET] = True
    ldap_size_limit: Annotated[int, Field(ge=0, le=2**31 - 1), NO_BOOLEAN, EXCLUDE_UNSET] = 0


@dataclass(frozen=True)
class LdapServer:
    """A server and the account used to bind; timeouts are in seconds and above 0."""

    uri: str
    host: str
    port: int
    base_dn: str
    username: str | None
    password: Secret[str] | None
    tls: Literal["none", "start_tls", "ldaps"]
    verify_certificate: bool | str
    connect_timeout: float
    operation_timeout: float
    call_timeout: float

    @property
    def time_limit(self) -> int:
        """Time limit that the server applies to a search, in whole seconds (RFC 4511 section 4.5.1.5)."""
        return math.ceil(self.operation_timeout)


def server_from_options(options: LdapOptions) -> LdapServer:
    """Return the server that the options describe.

    Raises:
        InvalidSource: The URI is no LDAP URI, or options contradict each other.
    """
    scheme, host, port = _split_uri(options.ldap_uri)
    if scheme == "ldaps" and options.ldap_start_tls:
        raise InvalidSource("ldap_start_tls is for ldap:// URIs: ldaps:// is encrypted from the start")
    if options.ldap_username and not options.ldap_password:
        raise InvalidSource("ldap_username needs an ldap_password: without one the server binds anonymously")
    call_timeout = max(MIN_CALL_TIMEOUT_SECONDS, options.ldap_network_timeout + options.ldap_timeout)
    return LdapServer(
        uri=f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}",
        host=host,
        port=port,
        base_dn=options.ldap_base_dn,
        username=options.ldap_username,
        password=options.ldap_password,
        tls="ldaps" if scheme == "ldaps" else "start_tls" if options.ldap_start_tls else "none",
        verify_certificate=options.ldap_verify_certificate,
        connect_timeout=options.ldap_network_timeout or call_timeout,
        operation_timeout=options.ldap_timeout or call_timeout,
        call_timeout=call_timeout,
    )


def _split_uri(uri: str) -> tuple[str, str, int]:
    """Split an LDAP URI into scheme, host and port."""
    try:
        parts = urlsplit(uri.strip())
        port = parts.port
    except ValueError as error:
        raise InvalidSource(f"ldap_uri is no URI: {error}") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        raise InvalidSource("ldap_uri must look like ldap://host, ldap://host:port or ldaps://host:port")
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def check_attributes(key: str, columns: tuple[str, ...]) -> None:
    """Check that each column can be the name of an LDAP attribute.

    Args:
        key: The option that holds the columns, for the error.
        columns: The columns.

    Raises:
        InvalidSource: A column can't be the name of an attribute.
    """
    for column in columns:
        if not ATTRIBUTE_DESCRIPTION.fullmatch(column):
            raise InvalidSource(f"{key}: {column!r} can't be the name of an LDAP attribute")
