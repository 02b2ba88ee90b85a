"""The URL under which the client of the current request reaches the daemon, for absolute links."""

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address
from wsgiref.types import WSGIEnvironment

from flask import current_app, request

from xivo_dird.client_address import parse_address
from xivo_dird.exceptions import InvalidArgument
from xivo_dird.http.trusted_proxies import (
    FORWARDED_HOST,
    FORWARDED_PREFIX,
    FORWARDED_PROTO,
    FROM_TRUSTED_PROXY,
    PROXY_URL,
    SCHEMES,
)
from xivo_dird.url_syntax import check_authority, check_path, check_root_url

PUBLIC_URL = "PUBLIC_URL"
"""The key of the Flask configuration with `rest_api.public_url`, a URL without a trailing slash, or None."""

HOST = "xivo_dird.host"
"""Key of the WSGI environment with the header `Host` as it was sent."""

MAX_PROXY_URL_CHARACTERS = 2000

_ABSOLUTE_FORM = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")


def public_root() -> str:
    """Return `scheme://host[:port][/prefix]` without a trailing slash, to which a link adds its path.

    It is `rest_api.public_url` if that is set. Else host, scheme and prefix are those that a trusted proxy forwards;
    else the host is that of the request (RFC 9110 section 7.2), and without one the address of the socket.

    Raises:
        InvalidArgument: A header is malformed; the message has its name, not its value.
    """
    configured: str | None = current_app.config[PUBLIC_URL]
    if configured is not None:
        return configured
    environ = request.environ
    host = next(requested_hosts(), None)
    if host is None:
        host = _checked("address of the socket", check_authority, _socket_address(environ))
    return f"{_scheme(environ)}://{host}{_prefix(environ)}"


def requested_hosts() -> Iterator[str]:
    """Yield each host that the current request names, with its port if it has one; first that of the client's URL.

    It is what a trusted proxy forwards, then that of the request itself (RFC 9110 section 7.2).

    Raises:
        InvalidArgument: The next one is malformed; the message says where it is, and does not quote it.
    """
    environ = request.environ
    if FORWARDED_HOST in environ:
        yield _checked("header X-Forwarded-Host", check_authority, environ[FORWARDED_HOST])
    # A host in the request target overrides the header Host (RFC 9112 section 3.2.2).
    if absolute := _ABSOLUTE_FORM.match(environ.get("REQUEST_URI", "")):
        yield _checked("host in the request target", check_authority, absolute[1])
    if HOST in environ:
        yield _checked("header Host", check_authority, environ[HOST])


def proxy_url() -> str | None:
    """Return the header `Proxy-URL` of a trusted proxy, without a trailing slash: where phones send what follows.

    Returns:
        An absolute URL without a query; None if no trusted proxy sends one.

    Raises:
        InvalidArgument: It is no such URL; the message does not quote it.
    """
    url: str | None = request.environ.get(PROXY_URL)
    return None if url is None else _checked("header Proxy-URL", _check_proxy_url, url)


def _check_proxy_url(url: str) -> str:
    if len(url) > MAX_PROXY_URL_CHARACTERS:
        raise ValueError(f"a URL of more than {MAX_PROXY_URL_CHARACTERS} characters")
    return check_root_url(url)


def _scheme(environ: WSGIEnvironment) -> str:
    scheme: str = environ[FORWARDED_PROTO if FORWARDED_PROTO in environ else "wsgi.url_scheme"]
    if scheme not in SCHEMES:
        raise InvalidArgument("The header X-Forwarded-Proto is neither http nor https")
    return scheme


def _socket_address(environ: WSGIEnvironment) -> str:
    name, port = environ["SERVER_NAME"], environ["SERVER_PORT"]
    address = parse_address(name.partition("%")[0])
    host = name if address is None else f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    return f"{host}:{port}"


def _prefix(environ: WSGIEnvironment) -> str:
    if FORWARDED_PREFIX in environ:
        return _checked("header X-Forwarded-Prefix", check_path, environ[FORWARDED_PREFIX])
    if environ.get(FROM_TRUSTED_PROXY):
        return _checked("header X-Script-Name", check_path, environ.get("HTTP_X_SCRIPT_NAME", ""))
    return ""


def _checked(what: str, check: Callable[[str], str], value: str) -> str:
    try:
        return check(value)
    except ValueError as error:
        raise InvalidArgument(f"The {what} is invalid: {error}") from error
