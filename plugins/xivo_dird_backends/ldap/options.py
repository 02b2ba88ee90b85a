"""The options of an LDAP source, and the servers that they describe."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, model_validator

from xivo_dird.backend import (
    DESTINATION,
    EXCLUDE_UNSET,
    HIDDEN,
    HIDDEN_PASSWORD,
    NO_BOOLEAN,
    AllowedFolders,
    CachedOptions,
    Column,
    InvalidSource,
    Seconds,
    SecondsOrZero,
    Secret,
)
from xivo_dird_backends._certificates import CertificateSettings, TrustedCertificates
from xivo_dird_backends._refresh_interval import RefreshSeconds
from xivo_dird_backends._remote_options import CertificateVerification
from xivo_dird_backends.ldap.presets import Preset, with_preset
from xivo_dird_backends.ldap.uris import LdapUri, parse_uris

DEFAULT_SETTINGS = CertificateSettings()

MIN_CALL_TIMEOUT_SECONDS = 3.0
"""Lower bound of `LdapServer.call_timeout`, also if the timeouts in the options are shorter."""

# RFC 4512 section 2.5, plus the underscore that many servers accept.
ATTRIBUTE_DESCRIPTION = re.compile(r"(?:[A-Za-z][\w-]*|\d+(?:\.\d+)+)(?:;[\w-]+)*", re.ASCII)

UniqueColumnFormat = Literal["string", "binary_uuid", "binary_guid_le"]
Dereference = Literal["never", "search", "find", "always"]
Credential = Annotated[str, StringConstraints(min_length=1)]


class LdapOptions(CachedOptions):
    """The options of contract section 2.9, then additional ones.

    Timeouts are in seconds. With a timeout of 0 only the limit of the whole call applies (`LdapServer.call_timeout`).
    """

    orders: ClassVar[tuple[str, ...]] = ("name", "ldap_uri", "ldap_base_dn", "ldap_username")

    ldap_uri: Annotated[str, StringConstraints(min_length=1, max_length=256), HIDDEN_PASSWORD, DESTINATION]
    """The server: `ldaps://host` or `ldap://host:port`. Several servers of one directory are separated by
    blanks or commas."""

    ldap_base_dn: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    """The DN below which entries are searched."""

    ldap_username: Credential | None = None
    """The account: a DN, in Active Directory also `user@domain` or `DOMAIN\\user`. Without one, the source is
    anonymous."""

    ldap_password: Annotated[Secret[Credential], HIDDEN] | None = None
    """Its password."""

    ldap_custom_filter: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = None
    """A filter that entries must match beside the columns. `%Q` in it is the term."""

    ldap_network_timeout: SecondsOrZero = 0.3
    """Seconds to connect. 0: only the limit of the whole question applies."""

    ldap_timeout: SecondsOrZero = 1.0
    """Seconds to answer. 0: only the limit of the whole question applies."""

    unique_column: Column | None = None
    """The attribute that identifies an entry. Without it there are no favorites."""

    unique_column_format: UniqueColumnFormat = "string"
    """How the identifier is stored: `string`; `binary_uuid`, 16 bytes in the order of the text; or
    `binary_guid_le`, with the first three groups reversed, as in `objectGUID`."""

    ldap_start_tls: Annotated[bool, EXCLUDE_UNSET, DESTINATION] = False
    """Whether `ldap://` connections are encrypted (StartTLS)."""

    ldap_verify_certificate: Annotated[CertificateVerification, EXCLUDE_UNSET, DESTINATION] = True

    ldap_size_limit: Annotated[int, Field(ge=0, le=2**31 - 1), NO_BOOLEAN, EXCLUDE_UNSET] = 0
    """Maximum number of entries of an answer. 0: the limit of the server."""

    ldap_dereference_aliases: Annotated[Dereference, EXCLUDE_UNSET] = "always"
    """Which aliases the server follows: `never`, below the base (`search`), in the base itself (`find`), or
    `always`."""

    preset: Annotated[Preset | None, EXCLUDE_UNSET] = None
    """The kind of server, which fills in what is not written."""

    mode: Annotated[Literal["query", "snapshot"], EXCLUDE_UNSET] = "query"
    """`query`: ask the server each question; `snapshot`: keep a copy of all entries and index it."""

    refresh_seconds: RefreshSeconds = 600.0
    """Seconds between two refreshes of the copy."""

    ldap_list_timeout: Annotated[Seconds, EXCLUDE_UNSET] = 30.0
    """Seconds that the server may take for a page of 500 entries of the copy."""

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, options: object) -> object:
        """Fill in what the preset has, so that the stored options show it."""
        return with_preset(options) if isinstance(options, Mapping) else options


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
    certificates: TrustedCertificates
    dereference: Dereference
    connect_timeout: float
    operation_timeout: float
    call_timeout: float

    @property
    def time_limit(self) -> int:
        """Time limit that the server applies to a search, in whole seconds (RFC 4511 section 4.5.1.5)."""
        return math.ceil(self.operation_timeout)


def servers_from_options(
    options: LdapOptions, settings: CertificateSettings = DEFAULT_SETTINGS
) -> tuple[LdapServer, ...]:
    """Return the servers that the options describe, at least one, in the order in which they are tried.

    StartTLS applies to the `ldap://` URIs of a list; `ldaps://` is encrypted from the start.

    Raises:
        InvalidSource: A URI is no LDAP URI, the certificates are not allowed, or options contradict each other.
    """
    uris = parse_uris(options.ldap_uri)
    if options.ldap_start_tls and all(uri.scheme == "ldaps" for uri in uris):
        raise InvalidSource("ldap_start_tls is for ldap:// URIs: ldaps:// is encrypted from the start")
    if options.ldap_username and not options.ldap_password:
        raise InvalidSource("ldap_username needs an ldap_password: without one the server binds anonymously")
    folders = AllowedFolders(settings.certificate_folders, "backends.ldap.certificate_folders")
    certificates = TrustedCertificates("ldap_verify_certificate", options.ldap_verify_certificate, folders)
    return tuple(_server(uri, options, certificates) for uri in uris)


def _server(uri: LdapUri, options: LdapOptions, certificates: TrustedCertificates) -> LdapServer:
    call_timeout = max(MIN_CALL_TIMEOUT_SECONDS, options.ldap_network_timeout + options.ldap_timeout)
    return LdapServer(
        uri=str(uri),
        host=uri.host,
        port=uri.port,
        base_dn=options.ldap_base_dn,
        username=options.ldap_username,
        password=options.ldap_password,
        tls="ldaps" if uri.scheme == "ldaps" else "start_tls" if options.ldap_start_tls else "none",
        certificates=certificates,
        dereference=options.ldap_dereference_aliases,
        connect_timeout=options.ldap_network_timeout or call_timeout,
        operation_timeout=options.ldap_timeout or call_timeout,
        call_timeout=call_timeout,
    )


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
