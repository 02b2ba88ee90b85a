"""The options of an LDAP source, and the server they name."""

import math
import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints

from xivo_dird.backend import (
    HIDDEN,
    HIDDEN_PASSWORD,
    NO_BOOLEAN,
    WHEN_GIVEN,
    CachedOptions,
    Column,
    InvalidSource,
    Secret,
)
from xivo_dird_backends._remote_options import CertificateVerification

MIN_CALL_SECONDS = 3.0
DEFAULT_PORTS = {"ldap": 389, "ldaps": 636}

# RFC 4512 section 2.5, and the underscore that many servers let pass.
ATTRIBUTE_DESCRIPTION = re.compile(r"(?:[A-Za-z][\w-]*|\d+(?:\.\d+)+)(?:;[\w-]+)*", re.ASCII)

UniqueColumnFormat = Literal["string", "binary_uuid"]
Credential = Annotated[str, StringConstraints(min_length=1)]
Seconds = Annotated[float, Field(ge=0), NO_BOOLEAN]


class LdapOptions(CachedOptions):
    """The fields of contract section 2.9, then our own: StartTLS, certificate verification, size limit.

    A time limit of 0 sets no limit of its own; that of the whole call stays (`LdapServer.call_limit`).
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
    ldap_start_tls: Annotated[bool, WHEN_GIVEN] = False
    ldap_verify_certificate: Annotated[CertificateVerification, WHEN_GIVEN] = True
    ldap_size_limit: Annotated[int, Field(ge=0, le=2**31 - 1), NO_BOOLEAN, WHEN_GIVEN] = 0


@dataclass(frozen=True)
class LdapServer:
    """Where to ask and as whom; limits in seconds, all above 0."""

    uri: str
    host: str
    port: int
    base_dn: str
    username: str | None
    password: Secret[str] | None
    tls: Literal["none", "start_tls", "ldaps"]
    verify_certificate: bool | str
    connect_limit: float
    operation_limit: float
    call_limit: float

    @property
    def time_limit(self) -> int:
        """How long the server itself should work on a search: whole seconds (RFC 4511 section 4.5.1.5)."""
        return math.ceil(self.operation_limit)


def server_of(options: LdapOptions) -> LdapServer:
    """Read where the server is; raise `InvalidSource` when the options name none or contradict themselves."""
    scheme, host, port = _split_uri(options.ldap_uri)
    if scheme == "ldaps" and options.ldap_start_tls:
        raise InvalidSource("ldap_start_tls is for ldap:// URIs: ldaps:// is encrypted from the start")
    if options.ldap_username and not options.ldap_password:
        raise InvalidSource("ldap_username needs an ldap_password: without one the server binds anonymously")
    call_limit = max(MIN_CALL_SECONDS, options.ldap_network_timeout + options.ldap_timeout)
    return LdapServer(
        uri=f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}",
        host=host,
        port=port,
        base_dn=options.ldap_base_dn,
        username=options.ldap_username,
        password=options.ldap_password,
        tls="ldaps" if scheme == "ldaps" else "start_tls" if options.ldap_start_tls else "none",
        verify_certificate=options.ldap_verify_certificate,
        connect_limit=options.ldap_network_timeout or call_limit,
        operation_limit=options.ldap_timeout or call_limit,
        call_limit=call_limit,
    )


def _split_uri(uri: str) -> tuple[str, str, int]:
    """Split into scheme, host and port."""
    try:
        parts = urlsplit(uri.strip())
        port = parts.port
    except ValueError as error:
        raise InvalidSource(f"ldap_uri is no URI: {error}") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        raise InvalidSource("ldap_uri must look like ldap://host, ldap://host:port or ldaps://host:port")
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def check_attributes(key: str, columns: tuple[str, ...]) -> None:
    """Raise `InvalidSource` for a column that can't be the name of an LDAP attribute."""
    for column in columns:
        if not ATTRIBUTE_DESCRIPTION.fullmatch(column):
            raise InvalidSource(f"{key}: {column!r} can't be the name of an LDAP attribute")
