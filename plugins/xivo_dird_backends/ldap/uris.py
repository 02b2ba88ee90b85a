"""The list of servers in `ldap_uri`, as clients of libldap write it."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from xivo_dird.backend import InvalidSource

DEFAULT_PORTS = {"ldap": 389, "ldaps": 636}

# A comma also separates the parts of a DN, which a URI may end with, so it counts only before a URI or a blank.
SEPARATORS = re.compile(r"\s+|,(?=\s|,|$|[a-z][a-z0-9+.-]*://)", re.IGNORECASE)
HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(?:%[\w.-]+)?", re.IGNORECASE)


@dataclass(frozen=True)
class LdapUri:
    """Where a server listens; `scheme` is `ldap` or `ldaps`."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Return the URI with its port, without a password."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def parse_uris(text: str) -> tuple[LdapUri, ...]:
    """Return the servers of a list of URIs in their order, each once.

    The rule is that of libldap (ldap_initialize(3), `URI` of ldap.conf(5)): URIs are separated by blanks, commas or
    both. They have a scheme, a host and a port; what follows, such as a DN, is ignored.

    Raises:
        InvalidSource: The list is empty or one of its parts is no LDAP URI. The error names it.
    """
    if "@" in text:  # the error has no text before it: a password may have blanks
        host = SEPARATORS.split(text.rpartition("@")[2])[0]
        raise InvalidSource(
            f"ldap_uri: user name and password for {host!r} belong in ldap_username and ldap_password"
        )
    uris = tuple(dict.fromkeys(_parse(part) for part in SEPARATORS.split(text) if part))
    if not uris:
        raise InvalidSource("ldap_uri is empty: it must look like ldap://host")
    return uris


def _parse(text: str) -> LdapUri:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _invalid(text) from error
    if parts.scheme not in DEFAULT_PORTS or text.count("://") != 1 or not HOST.fullmatch(host):
        raise _invalid(text)
    return LdapUri(parts.scheme, host, port or DEFAULT_PORTS[parts.scheme])


def _invalid(text: str) -> InvalidSource:
    return InvalidSource(
        f"ldap_uri: {text!r} is no LDAP URI, which must look like ldap://host, ldap://host:port or "
        "ldaps://host:port; several are separated by blanks"
    )
