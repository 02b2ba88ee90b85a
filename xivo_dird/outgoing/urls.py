"""The URLs of HTTP requests, split by one parser for the check and for the connection."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlencode, urljoin

import urllib3.util
from urllib3.exceptions import LocationParseError

from xivo_dird.outgoing.targets import Target

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_HOST_CHARACTERS = 1024
"""Maximum length of a host name; sources may have such a one (contract section 2.9)."""

Query = Mapping[str, str] | Sequence[tuple[str, str]]


class Origin(NamedTuple):
    """Where a URL leads to (RFC 6454)."""

    scheme: str
    target: Target

    def __str__(self) -> str:
        """Return the beginning of the URL; the port is left out if it is the usual one."""
        host, port = str(self.target).rsplit(":", 1)
        suffix = "" if int(port) == DEFAULT_PORTS[self.scheme] else f":{port}"
        return f"{self.scheme}://{host}{suffix}"


class HttpUrl(NamedTuple):
    """A URL without its fragment.

    Attributes:
        origin: Scheme, host and port.
        path: The path, at least `/`.
        query: The query without its question mark, "" if there is none.
        authorization: The header for the user name and password in the URL, None without.
    """

    origin: Origin
    path: str
    query: str
    authorization: str | None

    def request_target(self, query: Query = ()) -> str:
        """Return path and query as they are sent, with further parameters."""
        joined = "&".join(part for part in (self.query, urlencode(query, errors="replace")) if part)
        return f"{self.path}?{joined}" if joined else self.path


def parse_url(url: str) -> HttpUrl:
    """Return the parts of an absolute URL.

    Raises:
        ValueError: It is no http or https URL with a host.
    """
    try:
        parts = urllib3.util.parse_url(url)
    except LocationParseError as error:
        raise ValueError("no valid URL") from error
    scheme = (parts.scheme or "").lower()
    if scheme not in DEFAULT_PORTS:
        raise ValueError("no http:// or https:// URL")
    if not parts.host:
        raise ValueError("a URL without a host")
    if len(parts.host) > MAX_HOST_CHARACTERS:
        raise ValueError(f"a URL whose host has more than {MAX_HOST_CHARACTERS} characters")
    target = Target.of(parts.host, parts.port or DEFAULT_PORTS[scheme])
    return HttpUrl(Origin(scheme, target), parts.path or "/", parts.query or "", _basic(parts.auth))


def joined_url(base: str, link: str) -> HttpUrl:
    """Return the parts of a link, which may be relative to a base URL.

    Raises:
        ValueError: It leads to no http or https URL with a host.
    """
    try:
        url = urljoin(base, link)
    except ValueError:
        raise ValueError("no valid URL") from None  # the text of the error quotes the link
    return parse_url(url)


def _basic(user_info: str | None) -> str | None:
    """Return the header `Authorization` for `user:password` of a URL (RFC 7617)."""
    if user_info is None:
        return None
    return basic_authorization(unquote(user_info))


def basic_authorization(account: str) -> str:
    """Return the header `Authorization` of an account, written `user:password` (RFC 7617)."""
    return f"Basic {b64encode(account.encode('utf-8', 'surrogatepass')).decode('ascii')}"
