"""Strict syntax of the parts of an absolute URL that end up in links (RFC 3986); errors quote nothing of the text."""

import re
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

MAX_HOST_CHARACTERS = 255
"""Maximum length of a host with its port."""

MAX_PATH_CHARACTERS = 2000

_AUTHORITY = re.compile(
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?))(?::(?P<port>[0-9]{1,5}))?"
)
_NUMERIC_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?")
"""Matches a name that clients read as an IPv4 address, since its last label is a number."""

_SEGMENT = r"/(?!(?:\.|%2[Ee]){1,2}(?:/|\Z))(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+"
_PATH = re.compile(f"(?:{_SEGMENT})*")
_URL = re.compile(r"(https?)://([^/]*)(.*)", re.IGNORECASE | re.DOTALL)


class Host(NamedTuple):
    """A host, in a form that can be compared.

    Attributes:
        name: Its name in lower case without a trailing dot, or its address without brackets.
        is_address: Whether it is an IPv4 or IPv6 address.
        port: Its port, None without one.
    """

    name: str
    is_address: bool
    port: int | None


def parse_authority(text: str) -> Host:
    """Return the parts of a host with an optional port: a name in ASCII, an IPv4 address, or an IPv6 one in brackets.

    Raises:
        ValueError: It is something else, also a user name, an IPv6 zone, an empty port or one that is out of range.
    """
    if len(text) > MAX_HOST_CHARACTERS:
        raise ValueError(f"a host of more than {MAX_HOST_CHARACTERS} characters")
    parts = _AUTHORITY.fullmatch(text)
    if parts is None:
        raise ValueError("no host with an optional port")
    port = None if parts["port"] is None else int(parts["port"])
    if port is not None and not 1 <= port <= 65535:
        raise ValueError("a host with a port that is not between 1 and 65535")
    address = _address(parts["name"], parts["ipv6"])
    return Host(address or parts["name"].lower().removesuffix("."), address is not None, port)


def _address(name: str | None, ipv6: str | None) -> str | None:
    """Return the address that a host is, None for a name."""
    try:
        if ipv6 is not None:
            return str(IPv6Address(ipv6))
        if name is not None and _NUMERIC_END.fullmatch(name):
            return str(IPv4Address(name))
    except ValueError as error:
        raise ValueError("no host with an optional port") from error
    return None


def check_authority(text: str) -> str:
    """Return a host with an optional port, unchanged.

    Raises:
        ValueError: It is something else; see `parse_authority`.
    """
    parse_authority(text)
    return text


def check_host_name(text: str) -> str:
    """Return the name of a host, in the form of `Host.name`.

    Raises:
        ValueError: It is something else, also an address or a name with a port.
    """
    try:
        host = parse_authority(text)
    except ValueError:
        host = None
    if host is None or host.is_address or host.port is not None:
        raise ValueError("no name of a host, without a port")
    return host.name


def host_of_url(url: str) -> Host:
    """Return the host of a URL that `check_root_url` has returned."""
    return parse_authority(url.split("/", 3)[2])


def check_path(text: str) -> str:
    """Return a path without its trailing slash, "" for the root.

    Raises:
        ValueError: It does not begin with a slash, is too long, has an empty or a dot segment (also encoded), or a
            character that a path can't have.
    """
    if len(text) > MAX_PATH_CHARACTERS:
        raise ValueError(f"a path of more than {MAX_PATH_CHARACTERS} characters")
    path = text.removesuffix("/")
    if not _PATH.fullmatch(path):
        raise ValueError("no path that begins with one slash and has no segment `..`")
    return path


def check_root_url(text: str) -> str:
    """Return an absolute http or https URL without its trailing slash.

    Raises:
        ValueError: It is something else, or has a user name, a query or a fragment, or a part is invalid.
    """
    parts = _URL.fullmatch(text)
    if parts is None:
        raise ValueError("no http:// or https:// URL")
    scheme, authority, path = parts.groups()
    return f"{scheme.lower()}://{check_authority(authority)}{check_path(path)}"
